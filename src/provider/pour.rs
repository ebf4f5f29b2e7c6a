//! An answer handed on as it comes.
//!
//! What must stay true: whoever takes it sees it masked, and sees none of an answer that is no success, because such a
//! request may be made again; what is stored is what was handed on, and of an answer too large to be stored its size and
//! its hash.
use crate::model::audit::hex;
use crate::model::credential::Opens;
use crate::net::{Sent, Sink};
use crate::provider::mask;
use crate::provider::send::LARGEST_ANSWER;
use sha2::{Digest, Sha256};

/// What is known of an answer before its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub status: u16,
    pub content_type: Option<String>,
    /// In bytes, where the server says it.
    pub length: Option<u64>,
}

/// Where an answer goes as it comes, and who is told of what goes out before.
pub trait Delivery {
    /// A body of so many bytes is about to go; who wants to be told how much of it has gone.
    fn sending(&mut self, _bytes: u64) -> Option<Sent> {
        None
    }

    /// Whether it goes there, and how many bytes of it at most; none: it is read whole first.
    fn begin(&mut self, head: &Head) -> Option<u64>;

    fn take(&mut self, piece: &[u8]);
}

/// What was handed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poured {
    pub bytes: u64,
    /// In hex.
    pub sha256: String,
}

pub(super) struct Pouring<'a> {
    delivery: &'a mut dyn Delivery,
    stream: mask::Stream,
    largest: Option<usize>,
    hash: Sha256,
    bytes: u64,
    kept: Vec<u8>,
    has_begun: bool,
}

impl<'a> Pouring<'a> {
    pub fn new(delivery: &'a mut dyn Delivery, opens: &Opens, largest: Option<usize>) -> Pouring<'a> {
        let stream = mask::Stream::new(opens);
        Pouring { delivery, stream, largest, hash: Sha256::new(), bytes: 0, kept: Vec::new(), has_begun: false }
    }

    pub fn has_begun(&self) -> bool {
        self.has_begun
    }

    /// The end of the answer: what was handed on, and its bytes where they are few enough to be stored.
    pub fn finish(mut self) -> (Poured, Vec<u8>) {
        let rest = self.stream.finish();
        self.hand_on(&rest);
        let kept = if self.bytes > LARGEST_ANSWER as u64 { Vec::new() } else { self.kept };
        (Poured { bytes: self.bytes, sha256: hex(&self.hash.finalize()) }, kept)
    }

    fn hand_on(&mut self, piece: &[u8]) {
        if piece.is_empty() {
            return;
        }
        self.bytes = self.bytes.saturating_add(piece.len() as u64);
        self.hash.update(piece);
        if self.bytes <= LARGEST_ANSWER as u64 {
            self.kept.extend_from_slice(piece);
        } else {
            self.kept = Vec::new();
        }
        self.delivery.take(piece);
    }
}

impl Sink for Pouring<'_> {
    fn begin(&mut self, status: u16, headers: &[(String, String)], length: Option<u64>) -> Option<u64> {
        if !(200..300).contains(&status) {
            return None;
        }
        let content_type = headers.iter().find(|(name, _)| name == "content-type").map(|(_, value)| value.clone());
        let cap = self.delivery.begin(&Head { status, content_type, length })?;
        self.has_begun = true;
        Some(self.largest.map_or(cap, |largest| cap.min(largest as u64)))
    }

    fn take(&mut self, piece: &[u8]) {
        let goes = self.stream.push(piece);
        self.hand_on(&goes);
    }
}
