//! Long work, shown while it lasts.
//!
//! What must stay true: a bar is drawn only on stderr and only when that is a terminal; logs, pipes, `--quiet` and
//! JSON see nothing of it; it is gone when the work ends, however it ends. indicatif is named only here.
use super::harmless::harmless;
use super::log::Level;
use super::ui::Ui;
use crate::ops::calls::Sent;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Fast enough to look alive, slow enough to cost nothing.
const TICK: Duration = Duration::from_millis(120);

/// What is drawn now, so that Ctrl-C can wipe it: its own thread would draw it again behind the shell's prompt.
static DRAWN: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// Wipes what is drawn, for good.
pub(super) fn wipe() {
    // Whoever panicked with it in hand has left it drawn all the same.
    let drawn = DRAWN.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(bar) = drawn {
        bar.finish_and_clear();
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
}

/// A bar or a spinner that is wiped when it is dropped.
pub struct Progress(ProgressBar);

impl Progress {
    /// What is being done now.
    pub fn step(&self, words: &str) {
        self.0.set_message(harmless(words).into_owned());
    }

    /// For work that says itself how far it is, and of how much.
    pub fn reach(&self, position: u64, total: u64) {
        self.0.set_length(total);
        self.0.set_position(position);
    }

    pub fn advance(&self, by: u64) {
        self.0.inc(by);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
        DRAWN.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

impl Ui {
    /// For work of unknown length.
    pub fn spinner(&self, words: &str) -> Progress {
        let bar = ProgressBar::with_draw_target(None, self.draw_target());
        self.started(bar, "{spinner} {msg} {elapsed}", words)
    }

    /// For work of `total` pieces.
    pub fn progress(&self, total: u64, words: &str) -> Progress {
        let bar = ProgressBar::with_draw_target(Some(total), self.draw_target());
        self.started(bar, "{msg} {wide_bar} {pos}/{len}", words)
    }

    /// For a file of so many bytes.
    pub fn download(&self, bytes: u64) -> Progress {
        let bar = ProgressBar::with_draw_target(Some(bytes), self.draw_target());
        self.started(bar, "{msg} {wide_bar} {bytes}/{total_bytes} {eta}", "receiving")
    }

    /// For a body of so many bytes on its way out; and who is to be told how many of them have gone.
    pub fn upload(&self, bytes: u64) -> (Progress, Sent) {
        let bar = ProgressBar::with_draw_target(Some(bytes), self.draw_target());
        let progress = self.started(bar, "{msg} {wide_bar} {bytes}/{total_bytes} {eta}", "sending");
        let bar = progress.0.clone();
        let told = move |gone| {
            bar.set_position(gone);
            if gone >= bytes {
                bar.set_message("waiting for the provider");
            }
        };
        (progress, Arc::new(told))
    }

    fn started(&self, bar: ProgressBar, template: &str, words: &str) -> Progress {
        // The templates are the ones above; one that does not parse leaves indicatif's own.
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        let progress = Progress(bar);
        progress.step(words);
        if !progress.0.is_hidden() {
            *DRAWN.lock().unwrap_or_else(PoisonError::into_inner) = Some(progress.0.clone());
            progress.0.enable_steady_tick(TICK);
        }
        progress
    }

    fn draw_target(&self) -> ProgressDrawTarget {
        // Words that tell of each request would break into the bar.
        let is_quiet = self.manner.quiet || self.manner.tells >= Level::Debug;
        if self.manner.stderr_is_terminal && !self.manner.is_dumb && !is_quiet {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::cli::format::Format;
    use crate::cli::ui::heard::ui;

    #[test]
    fn a_pipe_sees_nothing_of_a_bar() {
        let (ui, stdout, stderr) = ui(Format::Table);
        let progress = ui.progress(10, "testing connections");
        progress.advance(3);
        progress.step("testing \"openai\"");
        drop(progress);
        assert_eq!(stdout.text() + &stderr.text(), "");
    }
}
