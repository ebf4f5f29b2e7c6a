//! Who tells of requests while they are made (`-vv`, `-vvv`, a log): on the stream of words, which it shares with the voice.
use super::clock::SystemClock;
use super::colour::Tone;
use super::harmless::harmless_lines;
use super::log::{Level, Log};
use crate::model::time::Clock;
use crate::model::witness::{Came, Event, Witness};
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

/// Where words go, shared with who tells of requests while a command runs.
pub(super) type Words = Arc<Mutex<Box<dyn Write + Send>>>;

pub(super) fn words(stderr: Box<dyn Write + Send>) -> Words {
    Arc::new(Mutex::new(stderr))
}

/// Words nobody can hear any more are not worth an error of their own.
pub(super) fn write_line(words: &Words, line: &str) {
    // Whoever panicked while writing has at worst left half a line.
    let mut words = words.lock().unwrap_or_else(PoisonError::into_inner);
    let _ = words.write_all(format!("{line}\n").as_bytes());
    let _ = words.flush();
}

/// Says what is being done while it is done.
pub(super) struct Narrator {
    pub words: Words,
    pub tells: Level,
    pub paints: bool,
    pub log: Option<Log>,
}

impl Witness for Narrator {
    fn note(&self, event: &Event<'_>) {
        if let Some(log) = &self.log
            && let Some(line) = told(event, log.level)
        {
            log.line(SystemClock.now(), &harmless_lines(&line));
        }
        if let Some(line) = told(event, self.tells) {
            write_line(&self.words, &Tone::Quiet.paint(&harmless_lines(&line), self.paints));
        }
    }
}

/// What is told of a request at a level; none: nothing.
fn told(event: &Event<'_>, level: Level) -> Option<String> {
    match event {
        _ if level < Level::Debug => None,
        Event::Resolved { .. } if level < Level::Trace => None,
        Event::Resolved { host, addresses } => {
            let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
            Some(format!("{host} is at {}", addresses.join(", ")))
        }
        Event::Requested { method, origin, came, took } => {
            let size = |bytes: usize| if level < Level::Trace { String::new() } else { format!(", {bytes} bytes") };
            let came = match came {
                Came::Answer { status, bytes } => format!("HTTP {status}{}", size(*bytes)),
                Came::Nothing { why } => format!("no answer ({why})"),
            };
            Some(format!("{method} {origin}: {came} after {} ms", took.as_millis()))
        }
        Event::Spoken { server, bytes, took } => {
            Some(format!("{server}: {bytes} bytes read in {} ms", took.as_millis()))
        }
    }
}
