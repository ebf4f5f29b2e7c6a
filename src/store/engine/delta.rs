//! The delta's format: the pages that changed since the base, in one age file of their own.
//!
//! What must stay true: the head and the index are bound to the base and to the store by an HMAC; pages begin at a
//! multiple of the page size, so that none lies across two chunks of the age file. The head comes from a file that
//! anybody may have written, so no number in it is trusted before it fits the file's length.
use super::frame::u32_at;
use super::pages::PAGE;
use crate::store::trust::StoreSecret;

const MAGIC: [u8; 4] = *b"SDL1";
const FAMILY: &[u8] = b"SDL";
const MAC_AT: usize = 4 + 4 + 8 + 4 + 32;
const INDEX_AT: usize = MAC_AT + 32;
const LABEL: &str = "siesta-delta-1";

/// The beginning of a delta: which pages follow, and which state of which base it makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub seq: u32,
    /// How many pages the database has.
    pub pages: u32,
    pub mac: [u8; 32],
    /// The numbers of the pages that follow, ascending.
    pub index: Vec<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeltaFault {
    Newer,
    Malformed,
    /// It belongs to another base or another store.
    Foreign,
}

/// How many bytes stand before the first page.
pub fn data_at(count: usize) -> usize {
    (INDEX_AT + 4 * count).div_ceil(PAGE) * PAGE
}

/// The head of a delta, padded to where its first page begins, and its HMAC.
pub fn head(base_id: &[u8; 32], secret: &StoreSecret, seq: u32, pages: u32, index: &[u32]) -> (Vec<u8>, [u8; 32]) {
    let mut bytes = Vec::with_capacity(data_at(index.len()));
    bytes.extend_from_slice(&MAGIC);
    bytes.extend_from_slice(&u32::try_from(index.len()).unwrap_or(u32::MAX).to_le_bytes());
    bytes.extend_from_slice(&u64::from(seq).to_le_bytes());
    bytes.extend_from_slice(&pages.to_le_bytes());
    bytes.extend_from_slice(base_id);
    let numbers: Vec<u8> = index.iter().flat_map(|page| page.to_le_bytes()).collect();
    let mac = secret.mac(LABEL, &[&bytes, &numbers]);
    bytes.extend_from_slice(&mac);
    bytes.extend_from_slice(&numbers);
    bytes.resize(data_at(index.len()), 0);
    (bytes, mac)
}

/// How many pages a delta of this length says it has; `start` is its first bytes.
pub fn count(start: &[u8], length: u64) -> Result<usize, DeltaFault> {
    if start.starts_with(FAMILY) && !start.starts_with(&MAGIC) && start.len() >= INDEX_AT {
        return Err(DeltaFault::Newer);
    }
    let count = u32_at(start, 4).filter(|_| start.starts_with(&MAGIC)).ok_or(DeltaFault::Malformed)?;
    let fits = (u64::from(count) * (PAGE as u64 + 4)) < length;
    let count = usize::try_from(count).map_err(|_| DeltaFault::Malformed)?;
    match fits && (data_at(count) + count * PAGE) as u64 == length {
        true => Ok(count),
        false => Err(DeltaFault::Malformed),
    }
}

/// Reads a head; `bytes` are at least as many as [`data_at`] says.
pub fn read(bytes: &[u8], count: usize, base_id: &[u8; 32], secret: &StoreSecret) -> Result<Head, DeltaFault> {
    let numbers = bytes.get(INDEX_AT..INDEX_AT + 4 * count).ok_or(DeltaFault::Malformed)?;
    let mac: [u8; 32] = *bytes[MAC_AT..].first_chunk().ok_or(DeltaFault::Malformed)?;
    if bytes[20..MAC_AT] != *base_id || !secret.is_mac(&mac, LABEL, &[&bytes[..MAC_AT], numbers]) {
        return Err(DeltaFault::Foreign);
    }
    let (seq, rest) = (u32_at(bytes, 8), u32_at(bytes, 12));
    let (Some(seq), Some(0), Some(pages)) = (seq, rest, u32_at(bytes, 16)) else { return Err(DeltaFault::Malformed) };
    let index: Vec<u32> = (0..count).filter_map(|n| u32_at(numbers, 4 * n)).collect();
    let ascends = index.windows(2).all(|two| two[0] < two[1]);
    let fits = index.first().is_none_or(|first| *first > 0) && index.last().is_none_or(|last| *last <= pages);
    match ascends && fits {
        true => Ok(Head { seq, pages, mac, index }),
        false => Err(DeltaFault::Malformed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;
    use zeroize::Zeroizing;

    fn secret(n: u8) -> StoreSecret {
        StoreSecret { store_id: Uuid::nil(), secret: Zeroizing::new([n; 32]) }
    }

    fn parse(bytes: &[u8], length: u64, base: u8, store: u8) -> Result<Head, DeltaFault> {
        read(bytes, count(bytes, length)?, &[base; 32], &secret(store))
    }

    #[test]
    fn a_head_reads_back_and_belongs_to_one_base_of_one_store() {
        for index in [vec![], vec![1, 5, 9], (1..=2000).collect::<Vec<u32>>()] {
            let (bytes, mac) = head(&[3; 32], &secret(1), 77, 2000, &index);
            let length = (bytes.len() + index.len() * PAGE) as u64;
            assert_eq!(bytes.len() % PAGE, 0);
            let expected = Head { seq: 77, pages: 2000, mac, index };
            assert_eq!(parse(&bytes, length, 3, 1), Ok(expected));
            assert_eq!(parse(&bytes, length, 4, 1), Err(DeltaFault::Foreign));
            assert_eq!(parse(&bytes, length, 3, 2), Err(DeltaFault::Foreign));
            assert_eq!(parse(&bytes, length + 1, 3, 1), Err(DeltaFault::Malformed));
        }
    }

    #[test]
    fn every_flip_in_a_head_is_noticed() {
        let (bytes, _) = head(&[3; 32], &secret(1), 77, 20, &[2, 3]);
        let length = (bytes.len() + 2 * PAGE) as u64;
        for at in 0..INDEX_AT + 8 {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1;
            assert!(parse(&flipped, length, 3, 1).is_err(), "flipped at {at}");
        }
        let mut newer = bytes;
        newer[3] = b'2';
        assert_eq!(parse(&newer, length, 3, 1), Err(DeltaFault::Newer));
    }

    proptest! {
        #[test]
        fn no_bytes_bring_it_down(bytes in prop::collection::vec(any::<u8>(), 0..200), length in any::<u64>(), count_ in 0usize..100) {
            let _ = count(&bytes, length);
            let _ = read(&bytes, count_, &[0; 32], &secret(1));
        }
    }
}
