//! SHA-256 and HMAC-SHA-256 where they take time or hold a key: the audit's chain, the store's frames, a request's signature.
//!
//! What must stay true: this is ring's code and none of our own. ring takes two thirds of the time of the portable code on a
//! processor without instructions for SHA-256; a whole audit is verified by hashing every row, and every opening of a store
//! authenticates its log.
use ring::{digest, hmac};

pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    sized(digest::digest(&digest::SHA256, bytes).as_ref())
}

/// The HMAC (RFC 2104) of the parts, one behind the other.
pub fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    sized(tag(&keyed(key), parts).as_ref())
}

/// Whether it is the HMAC of the parts; takes the same time wherever it differs.
pub fn is_hmac_sha256(key: &[u8], parts: &[&[u8]], mac: &[u8; 32]) -> bool {
    let key = keyed(key);
    // ring compares in constant time what it makes itself: so the HMACs of the two are compared.
    hmac::verify(&key, tag(&key, parts).as_ref(), hmac::sign(&key, mac).as_ref()).is_ok()
}

fn keyed(key: &[u8]) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, key)
}

fn tag(key: &hmac::Key, parts: &[&[u8]]) -> hmac::Tag {
    let mut context = hmac::Context::with_key(key);
    parts.iter().for_each(|part| context.update(part));
    context.sign()
}

/// SHA-256 gives 32 bytes (FIPS 180-4, section 1).
fn sized(bytes: &[u8]) -> [u8; 32] {
    let mut sized = [0; 32];
    sized.copy_from_slice(bytes);
    sized
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::hmac::{Hmac, KeyInit, Mac};
    use proptest::prelude::*;
    use sha2::{Digest, Sha256};

    proptest! {
        #[test]
        fn other_code_comes_to_the_same(
            key in prop::collection::vec(any::<u8>(), 0..150),
            parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..100), 0..5),
            flip in 0..256usize,
        ) {
            let whole = parts.concat();
            prop_assert_eq!(sha256(&whole), <[u8; 32]>::from(Sha256::digest(&whole)));
            let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
            let mut mac = hmac_sha256(&key, &parts);
            let expected = Hmac::<Sha256>::new_from_slice(&key).unwrap().chain_update(&whole).finalize().into_bytes();
            prop_assert_eq!(mac.as_slice(), expected.as_slice());
            prop_assert!(is_hmac_sha256(&key, &parts, &mac));
            mac[flip / 8] ^= 1 << (flip % 8);
            prop_assert!(!is_hmac_sha256(&key, &parts, &mac));
        }
    }
}
