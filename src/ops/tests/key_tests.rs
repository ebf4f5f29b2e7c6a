//! Keys: tried before they are kept, and replaced.
use super::*;

#[test]
fn a_key_is_tried_before_it_is_kept() {
    let house = House::new();
    let refused = connections::add_with_key(&house.carol(), house.new_key("sk-wrong-0123456789")).unwrap_err();
    assert_eq!(refused.kind, Kind::CredentialRefused);
    assert!(!format!("{refused:?}").contains("sk-wrong"), "{refused:?}");
    assert!(house.of("connection.add").is_empty());
    let connections::Added { verified, .. } =
        connections::add_with_key(&house.carol(), house.new_key(API_KEY)).unwrap();
    assert_eq!(verified, connections::KeyVerified::Yes);
    assert_eq!(change(&house.newest("connection.add"), "verified"), (Value::Null, json!(true)));
}

#[test]
fn a_key_that_belongs_to_another_service_is_not_even_sent() {
    let house = House::new();
    let elsewhere = |key: &str| NewKeyConnection { base_url: None, ..house.new_key(key) };
    for key in ["sk-ant-api03-0123456789", "ghp_0123456789", ""] {
        let refused = connections::add_with_key(&house.carol(), elsewhere(key)).unwrap_err();
        assert!(matches!(refused.kind, Kind::Invalid { .. }), "{key}: {refused:?}");
    }
    let unasked = NewKeyConnection { verify: false, ..house.new_key("any-key-at-all") };
    let connections::Added { listed, verified, .. } = connections::add_with_key(&house.carol(), unasked).unwrap();
    assert_eq!((verified, listed.connection.last_ok_at), (connections::KeyVerified::NotAsked, None));
    assert!(house.provider.requests().is_empty());
}

#[test]
fn a_key_is_replaced_and_the_old_one_is_gone_from_the_store() {
    let house = House::new();
    let unasked = NewKeyConnection { verify: false, ..house.new_key("sk-older-0123456789") };
    connections::add_with_key(&house.carol(), unasked).unwrap();
    assert!(contains(&house.plaintext(), b"sk-older-0123456789"));
    connections::rotate(&house.carol(), MODEL, Secret::new(API_KEY.to_owned()), true).unwrap();
    assert!(!contains(&house.plaintext(), b"sk-older-0123456789"));
    assert!(contains(&house.plaintext(), API_KEY.as_bytes()));
    assert_eq!(change(&house.newest("connection.rotate"), "credential"), (json!("replaced"), json!("new")));
}
