//! A signature, and the time that goes by around it.
use super::{House, denied, done, waiting, write_note};
use crate::model::decide::DenyReason;
use crate::model::execution::ApprovalStatus;
use crate::model::id::ExecutionId;
use crate::model::people::Role;
use crate::model::signature::{NAMESPACE, Signature};
use crate::ops::approvals::Answer;
use crate::ops::{Kind, approvals, calls, people, signing};
use ssh_key::private::{Ed25519Keypair, KeypairData};
use ssh_key::{HashAlg, LineEnding, PrivateKey};

/// alice is an admin, and has had this key for a minute.
fn with_key(house: &House) -> PrivateKey {
    let key = PrivateKey::new(KeypairData::Ed25519(Ed25519Keypair::from_seed(&[3; 32])), "alice").unwrap();
    let role = people::UserChange { role: Some(Role::Admin), ..people::UserChange::default() };
    people::edit_user(&house.carol(), "alice", &role).unwrap();
    signing::add_key(&house.carol(), "alice", &key.public_key().to_openssh().unwrap()).unwrap();
    house.later(1);
    key
}

fn signed(house: &House, id: ExecutionId, key: &PrivateKey) -> Signature {
    let statement = signing::request(&house.carol(), &id.to_string()).unwrap();
    let signature = key.sign(NAMESPACE, HashAlg::Sha512, statement.text.as_bytes()).unwrap();
    Signature::parse(&signature.to_pem(LineEnding::LF).unwrap()).unwrap()
}

#[test]
fn a_signature_that_comes_after_the_end_approves_nothing() {
    let house = House::new();
    house.notes();
    let key = with_key(&house);
    let id = waiting(calls::call(&house.carol(), &write_note()));
    let signature = signed(&house, id, &key);
    // Half an hour is what a question has.
    house.later(30);
    let given = Answer { lasting: None, signature: Some(&signature) };
    let late = approvals::approve(&house.carol(), &id.to_string(), true, given).unwrap_err();
    assert!(matches!(&late.kind, Kind::Conflict { what } if what.contains("expired")), "{late:?}");
    assert_eq!(house.execution(id).approval, ApprovalStatus::Expired);
    assert_eq!(denied(calls::call(&house.carol(), &write_note().with(id))), DenyReason::ApprovalExpired);
    // Nor does it approve the same question, asked again.
    let anew = waiting(calls::call(&house.carol(), &write_note()));
    let refused = approvals::approve(&house.carol(), &anew.to_string(), true, given).unwrap_err();
    assert!(matches!(refused.kind, Kind::SignatureRefused { .. }), "{refused:?}");
    assert!(house.provider.requests().is_empty());
}

#[test]
fn a_signed_approval_that_nobody_used_in_time_is_over() {
    let house = House::new();
    house.notes();
    let key = with_key(&house);
    let id = waiting(calls::call(&house.carol(), &write_note()));
    let signature = signed(&house, id, &key);
    house.later(29);
    let given = Answer { lasting: None, signature: Some(&signature) };
    approvals::approve(&house.carol(), &id.to_string(), false, given).unwrap();
    house.later(1);
    assert_eq!(denied(calls::call(&house.carol(), &write_note().with(id))), DenyReason::ApprovalExpired);
    assert!(house.provider.requests().is_empty());
    // One that is used in time is used once.
    let id = waiting(calls::call(&house.carol(), &write_note()));
    let signature = signed(&house, id, &key);
    let given = Answer { lasting: None, signature: Some(&signature) };
    approvals::approve(&house.carol(), &id.to_string(), false, given).unwrap();
    assert_eq!(done(calls::call(&house.carol(), &write_note().with(id))).execution, id);
    assert_eq!(denied(calls::call(&house.carol(), &write_note().with(id))), DenyReason::ApprovalUsed);
}
