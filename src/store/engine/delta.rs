//! A delta's format: the pages that changed since the file below it, the base or another delta, in one age file of their own.
//!
//! What must stay true: the head and the index are bound to the file below and to the store by an HMAC, from which the frames
//! of the log go on; a salt makes it another one for every delta, or a log could go on from a delta of another history that
//! changed the same pages. Pages begin at a multiple of the page size, so that none lies across two chunks of the age file.
//! The head comes from a file that anybody may have written, so no number in it is trusted before it fits the file's length;
//! that the file is as long as it should be, the HMAC over the number of its pages proves.
use super::frame::u32_at;
use super::pages::PAGE;
use crate::store::trust::StoreSecret;

const FAMILY: &[u8] = b"SDL";
const MAC_AT: usize = 4 + 4 + 8 + 4 + 32;
const SALT_AT: usize = MAC_AT + 32;
const INDEX_AT: usize = SALT_AT + SALT;
/// In bytes.
pub const SALT: usize = 16;

/// How a delta begins, and what its HMAC is of. Those of before are read, and the next one in their place is of today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Without a salt (store.md, "Format").
    Unsalted,
    /// Nothing lies on it. The only kind of programs that know of no delta over another one.
    Lone,
    /// Another one may lie on it: a program of before would miss that one, and refuses this one by its name.
    Carrying,
}

impl Kind {
    const ALL: [Kind; 3] = [Kind::Unsalted, Kind::Lone, Kind::Carrying];

    fn magic(self) -> &'static [u8; 4] {
        match self {
            Kind::Unsalted => b"SDL1",
            Kind::Lone => b"SDL2",
            Kind::Carrying => b"SDL3",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Kind::Unsalted => "siesta-delta-1",
            Kind::Lone => "siesta-delta-2",
            Kind::Carrying => "siesta-delta-3",
        }
    }

    fn index_at(self) -> usize {
        if self == Kind::Unsalted { SALT_AT } else { INDEX_AT }
    }
}

/// The beginning of a delta: which pages follow, and which state of what lies below it makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub seq: u32,
    /// How many pages the database has.
    pub pages: u32,
    pub mac: [u8; 32],
    /// The numbers of the pages that follow, ascending.
    pub index: Vec<u32>,
}

/// Where what is in a delta.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    pub count: usize,
    kind: Kind,
    /// How many bytes stand before the first page.
    pub data_at: usize,
}

impl Shape {
    fn new(count: usize, kind: Kind) -> Shape {
        Shape { count, kind, data_at: (kind.index_at() + 4 * count).div_ceil(PAGE) * PAGE }
    }

    /// Whether another delta may lie on it.
    pub fn carries(self) -> bool {
        self.kind == Kind::Carrying
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeltaFault {
    Newer,
    Malformed,
    /// It lies on another file or belongs to another store.
    Foreign,
}

/// The head of a delta on the file with this id, padded to where its first page begins, and its HMAC. `salt` is drawn for it;
/// `carries` says whether another delta may lie on it.
pub fn head(
    carries: bool,
    below: &[u8; 32],
    secret: &StoreSecret,
    salt: &[u8; SALT],
    seq: u32,
    pages: u32,
    index: &[u32],
) -> (Vec<u8>, [u8; 32]) {
    let Shape { data_at, kind, .. } = Shape::new(index.len(), if carries { Kind::Carrying } else { Kind::Lone });
    let mut bytes = Vec::with_capacity(data_at);
    bytes.extend_from_slice(kind.magic());
    bytes.extend_from_slice(&u32::try_from(index.len()).unwrap_or(u32::MAX).to_le_bytes());
    bytes.extend_from_slice(&u64::from(seq).to_le_bytes());
    bytes.extend_from_slice(&pages.to_le_bytes());
    bytes.extend_from_slice(below);
    let numbers: Vec<u8> = index.iter().flat_map(|page| page.to_le_bytes()).collect();
    let mac = secret.mac(kind.label(), &[&bytes, salt, &numbers]);
    bytes.extend_from_slice(&mac);
    bytes.extend_from_slice(salt);
    bytes.extend_from_slice(&numbers);
    bytes.resize(data_at, 0);
    (bytes, mac)
}

/// The shape of a delta of this length; `start` is its first bytes.
pub fn shape(start: &[u8], length: u64) -> Result<Shape, DeltaFault> {
    let kind = Kind::ALL.into_iter().find(|kind| start.starts_with(kind.magic()));
    let kind = kind.ok_or(match start.starts_with(FAMILY) && start.len() >= INDEX_AT {
        true => DeltaFault::Newer,
        false => DeltaFault::Malformed,
    })?;
    let count = u32_at(start, 4).ok_or(DeltaFault::Malformed)?;
    let fits = (u64::from(count) * (PAGE as u64 + 4)) < length;
    let count = usize::try_from(count).map_err(|_| DeltaFault::Malformed)?;
    // Only a number of pages that the file has room for is multiplied.
    let shape = Some(count).filter(|_| fits).map(|count| Shape::new(count, kind));
    shape.filter(|shape| (shape.data_at + count * PAGE) as u64 == length).ok_or(DeltaFault::Malformed)
}

/// Reads a head; `bytes` are at least as many as stand before the first page.
pub fn read(bytes: &[u8], shape: Shape, below: &[u8; 32], secret: &StoreSecret) -> Result<Head, DeltaFault> {
    let (count, index_at) = (shape.count, shape.kind.index_at());
    let numbers = bytes.get(index_at..index_at + 4 * count).ok_or(DeltaFault::Malformed)?;
    let mac: [u8; 32] = *bytes[MAC_AT..].first_chunk().ok_or(DeltaFault::Malformed)?;
    let (salt, label) = (&bytes[SALT_AT..index_at], shape.kind.label());
    if bytes[20..MAC_AT] != *below || !secret.is_mac(&mac, label, &[&bytes[..MAC_AT], salt, numbers]) {
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
        read(bytes, shape(bytes, length)?, &[base; 32], &secret(store))
    }

    #[test]
    fn a_head_reads_back_and_belongs_to_one_base_of_one_store() {
        for index in [vec![], vec![1, 5, 9], (1..=2000).collect::<Vec<u32>>()] {
            let (bytes, mac) = head(true, &[3; 32], &secret(1), &[9; SALT], 77, 2000, &index);
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
        let (bytes, _) = head(true, &[3; 32], &secret(1), &[9; SALT], 77, 20, &[2, 3]);
        let length = (bytes.len() + 2 * PAGE) as u64;
        for at in 0..INDEX_AT + 8 {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1;
            assert!(parse(&flipped, length, 3, 1).is_err(), "flipped at {at}");
        }
        let mut newer = bytes;
        newer[3] = b'4';
        assert_eq!(parse(&newer, length, 3, 1), Err(DeltaFault::Newer));
    }

    #[test]
    fn two_deltas_of_the_same_pages_are_not_the_same() {
        let of = |salt| head(true, &[3; 32], &secret(1), &[salt; SALT], 77, 20, &[2, 3]).1;
        assert_ne!(of(1), of(2));
    }

    #[test]
    fn deltas_of_before_are_read_and_carry_none() {
        let (now, _) = head(true, &[3; 32], &secret(1), &[9; SALT], 77, 20, &[2, 3]);
        let (salt, numbers) = (&now[SALT_AT..INDEX_AT], &now[INDEX_AT..INDEX_AT + 8]);
        let length = (PAGE + 2 * PAGE) as u64;
        for (magic, label, salt) in [(b"SDL1", "siesta-delta-1", &[][..]), (b"SDL2", "siesta-delta-2", salt)] {
            let mut before = [magic, &now[4..MAC_AT]].concat();
            let mac = secret(1).mac(label, &[&before, salt, numbers]);
            before.extend_from_slice(&mac);
            before.extend_from_slice(salt);
            before.extend_from_slice(numbers);
            before.resize(PAGE, 0);
            let expected = Head { seq: 77, pages: 20, mac, index: vec![2, 3] };
            assert_eq!(parse(&before, length, 3, 1), Ok(expected), "{label}");
            assert_eq!(parse(&before, length, 4, 1), Err(DeltaFault::Foreign), "{label}");
            assert!(!shape(&before, length).unwrap().carries(), "{label}");
            for other in Kind::ALL.into_iter().filter(|kind| kind.magic() != magic) {
                let mut renamed = before.clone();
                renamed[..4].copy_from_slice(other.magic());
                assert!(parse(&renamed, length, 3, 1).is_err(), "under another name it is not genuine");
            }
        }
        assert!(shape(&now, length).unwrap().carries());
    }

    proptest! {
        #[test]
        fn no_bytes_bring_it_down(bytes in prop::collection::vec(any::<u8>(), 0..200), length in any::<u64>(), count_ in 0usize..100) {
            let _ = shape(&bytes, length);
            for kind in Kind::ALL {
                let _ = read(&bytes, Shape::new(count_, kind), &[0; 32], &secret(1));
            }
        }
    }
}
