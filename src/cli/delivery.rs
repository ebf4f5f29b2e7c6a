//! Where an answer goes as it comes: into its file, or to whoever reads standard output.
//!
//! What must stay true: a program that reads standard output gets a stream as the provider sent it, and everything else
//! whole, behind the record; a terminal gets it made harmless, line by line; a reader that went away ends nothing.
use super::error::Error;
use super::harmless::harmless_lines;
use super::out_file::OutFile;
use super::progress::Progress;
use super::ui::Ui;
use crate::ops::calls::{Delivery, Head, Sent};

/// The largest file that is fetched: 4 GiB. An endless answer must end somewhere.
const LARGEST_FILE: u64 = 4 * 1024 * 1024 * 1024;

/// The largest stream that is shown: more than any model writes.
const LARGEST_STREAM: u64 = 64 * 1024 * 1024;

/// The smallest body whose way out is shown, in bytes: a smaller one is gone before anybody reads how far it is.
const LARGE: u64 = 256 * 1024;

/// What servers send piece by piece: events (WHATWG HTML, section 9.2), and JSON values by lines.
const STREAMS: [&str; 4] =
    ["text/event-stream", "application/x-ndjson", "application/jsonl", "application/stream+json"];

pub(super) struct Delivering<'a> {
    ui: &'a mut Ui,
    out: Option<&'a mut OutFile>,
    progress: Option<Progress>,
    /// The end of a line that has not come whole, for a terminal.
    line: Vec<u8>,
    failed: Option<Error>,
}

impl<'a> Delivering<'a> {
    /// `progress` is what is shown while nothing has come.
    pub fn new(ui: &'a mut Ui, out: Option<&'a mut OutFile>, progress: Progress) -> Delivering<'a> {
        Delivering { ui, out, progress: Some(progress), line: Vec::new(), failed: None }
    }

    /// The end; what went wrong where the answer went. What went wrong at the provider is told elsewhere.
    pub fn finish(mut self) -> Option<Error> {
        if !self.line.is_empty() {
            let rest = std::mem::take(&mut self.line);
            self.show(&rest);
        }
        self.failed
    }

    fn show(&mut self, bytes: &[u8]) {
        if self.failed.is_some() {
            return;
        }
        let said = match self.ui.stdout_is_terminal() {
            true => self.ui.text(&harmless_lines(&String::from_utf8_lossy(bytes))),
            false => self.ui.bytes(bytes),
        };
        self.failed = said.err();
    }
}

impl Delivery for Delivering<'_> {
    fn sending(&mut self, bytes: u64) -> Option<Sent> {
        if bytes < LARGE {
            return None;
        }
        // Two at once would be drawn over one another.
        self.progress = None;
        let (progress, told) = self.ui.upload(bytes);
        self.progress = Some(progress);
        Some(told)
    }

    fn begin(&mut self, head: &Head) -> Option<u64> {
        if self.out.is_some() {
            self.progress = None;
            self.progress = Some(match head.length {
                Some(length) => self.ui.download(length),
                None => self.ui.spinner("receiving"),
            });
            return Some(LARGEST_FILE);
        }
        let media = head.content_type.as_deref().map(|said| said.split(';').next().unwrap_or("").trim());
        let is_stream = media.is_some_and(|media| STREAMS.iter().any(|stream| media.eq_ignore_ascii_case(stream)));
        if self.ui.is_json() || !is_stream {
            return None;
        }
        // Nothing may be drawn between the lines of the answer.
        self.progress = None;
        Some(LARGEST_STREAM)
    }

    fn take(&mut self, piece: &[u8]) {
        if let Some(out) = &mut self.out {
            out.append(piece);
            if let Some(progress) = &self.progress {
                progress.advance(piece.len() as u64);
            }
            return;
        }
        if !self.ui.stdout_is_terminal() {
            return self.show(piece);
        }
        self.line.extend_from_slice(piece);
        if let Some(end) = self.line.iter().rposition(|byte| *byte == b'\n') {
            let whole: Vec<u8> = self.line.drain(..=end).collect();
            self.show(&whole);
        }
    }
}
