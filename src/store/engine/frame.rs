//! The log's format: one frame for each commit, holding the byte ranges of the pages it changed.
//!
//! What must stay true: what is sealed in a frame is a standard age message; the framing around it and the keyed chain
//! inside it are all that is added (store.md, "Format"). Every frame is bound to the one before it, to the base and to
//! its number, so frames of two histories cannot be mixed. A frame that is cut off at the very end is a commit that
//! never happened; anything else that does not fit is damage and is never cut away in silence. These functions take
//! bytes from a file that anybody may have written, so none of them trusts a length.
use super::pages::PAGE;
use crate::store::trust::StoreSecret;
use crate::store::wiped::Wiped;

const MAGIC: [u8; 4] = *b"SLG1";
/// What all versions of the magic share.
const FAMILY: &[u8] = b"SLG";
/// Magic and length.
pub const HEAD: usize = 8;
/// HMAC, base id, sequence number.
const BODY_AT: usize = 32 + 32 + 8;
const LABEL: &str = "siesta-frame-1";

/// Where a history stands: what the next frame must follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    pub base_id: [u8; 32],
    /// The HMAC of the newest frame, else of the topmost delta, else the base's id.
    pub tail: [u8; 32],
    pub seq: u32,
}

/// What a commit changed: how many pages the database has after it, and the new bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub pages: u32,
    pub ranges: Vec<(u32, Wiped)>,
}

/// Why a log is not one of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogFault {
    /// A frame that is not the last one does not open.
    BrokenInside,
    /// A frame opens, but belongs to another history.
    Foreign,
    /// A frame opens, but what is in it is not a change.
    Malformed,
    /// A frame of a later format.
    Newer,
}

/// What a stretch of a log holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Scanned {
    pub changes: Vec<Change>,
    /// How many bytes of the stretch are whole frames. What follows them is torn.
    pub taken: usize,
}

impl Chain {
    fn mac(&self, secret: &StoreSecret, seq: u32, body: &[u8]) -> [u8; 32] {
        secret.mac(LABEL, &[&self.tail, &self.base_id, &u64::from(seq).to_le_bytes(), body])
    }
}

/// The sealed text of the frame that follows `chain`, and its HMAC.
pub fn plain(chain: &Chain, secret: &StoreSecret, seq: u32, pages: u32, ranges: &[(u32, Wiped)]) -> (Wiped, [u8; 32]) {
    let length: usize = ranges.iter().map(|(_, bytes)| 8 + bytes.len()).sum();
    // Reserved in one piece: a vector that grows leaves copies of what it held behind.
    let mut plain = Wiped::with_capacity(BODY_AT + 4 + length);
    plain.extend_from_slice(&[0; 32]);
    plain.extend_from_slice(&chain.base_id);
    plain.extend_from_slice(&u64::from(seq).to_le_bytes());
    plain.extend_from_slice(&pages.to_le_bytes());
    for (page, bytes) in ranges {
        plain.extend_from_slice(&page.to_le_bytes());
        plain.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes());
        plain.extend_from_slice(bytes);
    }
    let mac = chain.mac(secret, seq, &plain[BODY_AT..]);
    plain[..32].copy_from_slice(&mac);
    (plain, mac)
}

/// A frame around a sealed text; none when it is too long for one.
pub fn framed(sealed: &[u8]) -> Option<Vec<u8>> {
    let length = u32::try_from(sealed.len()).ok()?;
    let mut frame = Vec::with_capacity(HEAD + sealed.len());
    frame.extend_from_slice(&MAGIC);
    frame.extend_from_slice(&length.to_le_bytes());
    frame.extend_from_slice(sealed);
    Some(frame)
}

/// Reads the frames of a stretch of a log that follow `chain`, and moves `chain` on. `unseal` opens an age message. The
/// stretch goes to the log's end, so what is not a frame must be room or torn.
pub fn scan(
    bytes: &[u8],
    chain: &mut Chain,
    secret: &StoreSecret,
    unseal: impl Fn(&[u8]) -> Option<Wiped>,
) -> Result<Scanned, LogFault> {
    let scanned = scan_part(bytes, chain, secret, &unseal)?;
    let torn = bytes.get(scanned.taken..).unwrap_or_default();
    if is_room(torn) {
        return Ok(scanned);
    }
    // A digit, because a torn frame can end in anything a disk leaves where it was not written, zeros above all.
    let is_newer = torn.len() >= HEAD && torn.starts_with(FAMILY) && (b'2'..=b'9').contains(&torn[FAMILY.len()]);
    if is_newer {
        return Err(LogFault::Newer);
    }
    // A torn frame is the last thing in a log. Whatever opens after it was acknowledged, so the frame before it was too.
    for at in 1..torn.len().saturating_sub(HEAD) {
        if let Some((message, _)) = message(&torn[at..])
            && unseal(message).is_some()
        {
            return Err(LogFault::BrokenInside);
        }
    }
    Ok(scanned)
}

/// The same for a stretch that may end anywhere: what follows its whole frames is not judged.
pub fn scan_part(
    bytes: &[u8],
    chain: &mut Chain,
    secret: &StoreSecret,
    unseal: impl Fn(&[u8]) -> Option<Wiped>,
) -> Result<Scanned, LogFault> {
    let mut scanned = Scanned::default();
    loop {
        let rest = bytes.get(scanned.taken..).unwrap_or_default();
        let Some((message, length)) = message(rest) else { break };
        let Some(plain) = unseal(message) else { break };
        let (change, mac) = opened(&plain, chain, secret)?;
        chain.tail = mac;
        chain.seq = chain.seq.wrapping_add(1);
        scanned.changes.push(change);
        scanned.taken += length;
    }
    Ok(scanned)
}

/// Whether this is room for frames that are to come, and not what is left of one.
pub fn is_room(bytes: &[u8]) -> bool {
    // Without an early end, so that the compiler looks at many bytes at once: room is the usual case.
    bytes.iter().fold(0, |all, byte| all | byte) == 0
}

/// The age message that a frame at the beginning of `bytes` holds, and the frame's length; none when it is not whole.
fn message(bytes: &[u8]) -> Option<(&[u8], usize)> {
    let length = length(bytes)?;
    Some((bytes.get(HEAD..length)?, length))
}

/// How long the frame is that begins with these bytes, its head included; none when they are no frame's.
pub fn length(bytes: &[u8]) -> Option<usize> {
    let head = bytes.get(..HEAD).filter(|head| head.starts_with(&MAGIC))?;
    usize::try_from(u32_at(head, 4)?).ok()?.checked_add(HEAD)
}

fn opened(plain: &[u8], chain: &Chain, secret: &StoreSecret) -> Result<(Change, [u8; 32]), LogFault> {
    let (Some(mac), Some(body)) = (plain.first_chunk::<32>(), plain.get(BODY_AT..)) else {
        return Err(LogFault::Malformed);
    };
    let seq = chain.seq.wrapping_add(1);
    let is_next = plain[32..64] == chain.base_id && plain[64..BODY_AT] == u64::from(seq).to_le_bytes();
    if !is_next || !secret.is_mac(mac, LABEL, &[&chain.tail, &chain.base_id, &u64::from(seq).to_le_bytes(), body]) {
        return Err(LogFault::Foreign);
    }
    let pages = u32_at(body, 0).ok_or(LogFault::Malformed)?;
    let mut ranges = Vec::new();
    let mut rest = &body[4..];
    while !rest.is_empty() {
        let (Some(page), Some(length)) = (u32_at(rest, 0), u32_at(rest, 4)) else { return Err(LogFault::Malformed) };
        let end = usize::try_from(length).ok().and_then(|length| length.checked_add(8));
        let Some(bytes) = end.and_then(|end| rest.get(8..end)) else { return Err(LogFault::Malformed) };
        if page == 0 || page > pages || !ranges_fit(bytes) {
            return Err(LogFault::Malformed);
        }
        ranges.push((page, Wiped::copy_of(bytes)));
        rest = &rest[8 + bytes.len()..];
    }
    Ok((Change { pages, ranges }, *mac))
}

/// The ranges in which a page differs from what it was: `{ offset u16le, length u16le, bytes }*`.
pub fn difference(old: &[u8; PAGE], new: &[u8; PAGE]) -> Wiped {
    /// Closer than this, two ranges are one: a range costs four bytes of its own.
    const GAP: usize = 8;
    let mut out = Wiped::with_capacity(PAGE + 4 * (PAGE / GAP));
    let mut at = 0;
    while at < PAGE {
        if old[at] == new[at] {
            at += 1;
            continue;
        }
        let (start, mut last) = (at, at);
        while at < PAGE && at - last < GAP {
            if old[at] != new[at] {
                last = at;
            }
            at += 1;
        }
        let changed = &new[start..=last];
        // Both are at most PAGE.
        out.extend_from_slice(&(start as u16).to_le_bytes());
        out.extend_from_slice(&(changed.len() as u16).to_le_bytes());
        out.extend_from_slice(changed);
    }
    out
}

/// Writes ranges over a page. Ranges that do not fit a page were refused when the frame was read.
pub fn patch(page: &mut [u8; PAGE], ranges: &[u8]) {
    each_range(ranges, |at, bytes| {
        if let Some(place) = page.get_mut(at..at + bytes.len()) {
            place.copy_from_slice(bytes);
        }
    });
}

fn ranges_fit(ranges: &[u8]) -> bool {
    let mut fit = true;
    each_range(ranges, |at, bytes| fit &= at + bytes.len() <= PAGE) && fit
}

/// Whether the text is a list of ranges.
fn each_range(mut ranges: &[u8], mut take: impl FnMut(usize, &[u8])) -> bool {
    while !ranges.is_empty() {
        let (Some(at), Some(length)) = (u16_at(ranges, 0), u16_at(ranges, 2)) else { return false };
        let Some(bytes) = ranges.get(4..4 + usize::from(length)) else { return false };
        take(usize::from(at), bytes);
        ranges = &ranges[4 + bytes.len()..];
    }
    true
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

pub fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
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

    fn start() -> Chain {
        Chain { base_id: [7; 32], tail: [7; 32], seq: 4 }
    }

    /// Stands for age: a message opens when it begins with this.
    fn sealed(plain: &[u8]) -> Vec<u8> {
        [b"sealed:".as_slice(), plain].concat()
    }

    fn unseal(message: &[u8]) -> Option<Wiped> {
        message.strip_prefix(b"sealed:").map(Wiped::copy_of)
    }

    /// A log of three commits, with where each frame ends.
    fn log() -> (Vec<u8>, Vec<usize>, Chain) {
        let mut chain = start();
        let (mut log, mut ends) = (Vec::new(), Vec::new());
        for n in 0..3u8 {
            let mut new = [0; PAGE];
            new[usize::from(n)] = n + 1;
            let ranges = [(1, difference(&[0; PAGE], &new))];
            let (plain, mac) = plain(&chain, &secret(1), chain.seq + 1, 2, &ranges);
            log.extend_from_slice(&framed(&sealed(&plain)).unwrap());
            ends.push(log.len());
            chain = Chain { tail: mac, seq: chain.seq + 1, ..chain };
        }
        (log, ends, chain)
    }

    fn read(bytes: &[u8]) -> Result<(usize, Chain), LogFault> {
        let mut chain = start();
        scan(bytes, &mut chain, &secret(1), unseal).map(|scanned| (scanned.changes.len(), chain))
    }

    #[test]
    fn a_log_reads_back_whole_and_in_parts() {
        let (log, ends, end) = log();
        assert_eq!(read(&log).unwrap(), (3, end.clone()));
        let mut chain = start();
        let first = scan(&log[..ends[0]], &mut chain, &secret(1), unseal).unwrap();
        assert_eq!((first.changes.len(), first.taken), (1, ends[0]));
        let rest = scan(&log[ends[0]..], &mut chain, &secret(1), unseal).unwrap();
        assert_eq!((rest.changes.len(), chain), (2, end));
    }

    #[test]
    fn every_cut_is_the_state_before_it_and_every_flip_inside_is_an_error() {
        let (log, ends, _) = log();
        for cut in 0..=log.len() {
            let whole = ends.iter().filter(|end| **end <= cut).count();
            assert_eq!(read(&log[..cut]).unwrap().0, whole, "cut at {cut}");
            let zeroed = [&log[..cut], vec![0; log.len() - cut].as_slice()].concat();
            assert!(read(&zeroed).map_or(true, |(count, _)| count == whole), "zeros from {cut}");
        }
        for at in 0..log.len() {
            let mut flipped = log.clone();
            flipped[at] ^= 1;
            match read(&flipped) {
                // Only the last frame can be mistaken for one that was cut off.
                Ok((count, _)) => assert!(count == 2 && at >= ends[1], "flipped at {at}: {count} frames"),
                Err(_) => assert!(at < log.len()),
            }
        }
    }

    #[test]
    fn frames_of_another_history_are_refused() {
        let (log, ends, _) = log();
        let third_first = [&log[ends[1]..], &log[..ends[0]]].concat();
        assert_eq!(read(&third_first), Err(LogFault::Foreign));
        let twice = [&log[..ends[0]], &log[..ends[0]]].concat();
        assert_eq!(read(&twice), Err(LogFault::Foreign));
        let mut chain = start();
        assert_eq!(scan(&log, &mut chain, &secret(2), unseal), Err(LogFault::Foreign), "another store's secret");
        chain = Chain { base_id: [8; 32], ..start() };
        assert_eq!(scan(&log, &mut chain, &secret(1), unseal), Err(LogFault::Foreign), "another base");
    }

    #[test]
    fn a_frame_of_a_later_format_is_named() {
        let (mut log, ends, _) = log();
        log[ends[1] + 3] = b'2';
        assert_eq!(read(&log), Err(LogFault::Newer));
    }

    proptest! {
        #[test]
        fn a_patched_page_is_the_new_one(changes in prop::collection::vec((0..PAGE, any::<u8>()), 0..60)) {
            let old = [3; PAGE];
            let mut new = old;
            for (at, byte) in changes {
                new[at] = byte;
            }
            let ranges = difference(&old, &new);
            let mut patched = old;
            patch(&mut patched, &ranges);
            prop_assert!(patched == new && ranges_fit(&ranges));
        }

        #[test]
        fn no_bytes_bring_it_down(bytes in prop::collection::vec(any::<u8>(), 0..300), plain in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes);
            let _ = opened(&plain, &start(), &secret(1));
            let _ = ranges_fit(&bytes);
            let mut page = [0; PAGE];
            patch(&mut page, &bytes);
        }
    }
}
