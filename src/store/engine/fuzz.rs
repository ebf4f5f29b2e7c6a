//! What the fuzzer feeds to the parsers of the log and of the delta. Only in a build with the feature `bench`, which no
//! release has.
//!
//! What must stay true: an input is a script that writes a genuine file and then edits it, because bytes without the
//! store's secret never come past the first check; what is edited must read as a beginning of what was written, or as a
//! named fault.
use super::delta;
use super::frame::{self, Chain, Change};
use crate::store::trust::StoreSecret;
use crate::store::wiped::Wiped;
use uuid::Uuid;
use zeroize::Zeroizing;

const BASE: [u8; 32] = [7; 32];
/// Stands for what age puts around a text.
const SEAL: &[u8] = b"sealed:";

fn secret() -> StoreSecret {
    StoreSecret { store_id: Uuid::nil(), secret: Zeroizing::new([1; 32]) }
}

/// Three bytes each: where, as a share of the length, and what goes there.
fn edit(file: &mut [u8], edits: &[u8]) {
    let length = file.len();
    for edit in edits.chunks_exact(3) {
        let at = usize::from(edit[0]) << 8 | usize::from(edit[1]);
        if let Some(byte) = file.get_mut((at * length) >> 16) {
            *byte = edit[2];
        }
    }
}

/// A log of up to eight commits, one for each zero byte of the first half of the input; the second half edits it.
pub fn log(input: &[u8]) {
    let (script, edits) = input.split_at(input.len() / 2);
    let start = Chain { base_id: BASE, tail: BASE, seq: 4 };
    let (mut chain, mut log, mut written) = (start.clone(), Vec::new(), Vec::new());
    for part in script.split(|byte| *byte == 0).take(8) {
        let Ok(pages) = u32::try_from(1 + part.len()) else { return };
        let ranges: Vec<(u32, Wiped)> =
            part.chunks(6).zip(1..).map(|(bytes, page)| (page, Wiped::copy_of(bytes))).collect();
        let (plain, mac) = frame::plain(&chain, &secret(), chain.seq + 1, pages, &ranges);
        let Some(framed) = frame::framed(&[SEAL, &plain].concat()) else { return };
        log.extend_from_slice(&framed);
        written.push(Change { pages, ranges });
        chain = Chain { tail: mac, seq: chain.seq + 1, ..chain };
    }
    edit(&mut log, edits);
    let unseal = |message: &[u8]| message.strip_prefix(SEAL).map(Wiped::copy_of);
    let mut at = start.clone();
    if let Ok(scanned) = frame::scan(&log, &mut at, &secret(), unseal) {
        assert!(written.starts_with(&scanned.changes), "an edited log says what was never written");
        assert!(scanned.taken <= log.len());
        for change in &scanned.changes {
            for (_, ranges) in &change.ranges {
                frame::patch(&mut [0; super::pages::PAGE], ranges);
            }
        }
    }
    let _ = frame::scan(input, &mut start.clone(), &secret(), unseal);
}

/// The head of a delta whose page numbers are the steps in the first half; the second half edits it.
pub fn header(input: &[u8]) {
    let (script, edits) = input.split_at(input.len() / 2);
    let mut last = 0u32;
    let index: Vec<u32> = script
        .iter()
        .map(|step| {
            last += u32::from(*step);
            last
        })
        .collect();
    let (mut bytes, mac) = delta::head(true, &BASE, &secret(), &[7; delta::SALT], 9, last, &index);
    let length = (bytes.len() + index.len() * super::pages::PAGE) as u64;
    let genuine = bytes.clone();
    edit(&mut bytes, edits);
    let read = delta::shape(&bytes, length).and_then(|shape| delta::read(&bytes, shape, &BASE, &secret()));
    if let Ok(head) = read {
        assert!(head.index.windows(2).all(|two| two[0] < two[1]), "the pages of a delta do not ascend");
        assert_eq!((head.seq, head.pages, head.mac, &head.index), (9, last, mac, &index), "{}", bytes == genuine);
    }
    let shape = delta::shape(input, input.len() as u64);
    let _ = shape.and_then(|shape| delta::read(input, shape, &BASE, &secret()));
}
