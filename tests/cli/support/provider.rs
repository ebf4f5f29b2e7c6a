//! The practice provider inside the test, and the person who signs in at it with a browser.
use super::sandbox::{Line, Run};

#[path = "../../../examples/practice_provider.rs"]
mod practice_provider;

pub use practice_provider::{
    API_KEY, CONFIDENTIAL_CLIENT, CONFIDENTIAL_SECRET, Fault, PUBLIC_CLIENT, Page, Provider, browse,
};

/// What the person does on the consent page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Button {
    Allow,
    Deny,
}

impl Line {
    /// Runs a sign-in: the address is taken from stderr, as a person does, and the browser's last page comes back.
    #[track_caller]
    pub fn sign_in(self, button: Button) -> (Run, Page) {
        let mut running = self.start();
        let Some(address) = running.line_on_stderr(|line| line.starts_with("http")) else {
            let run = running.finish();
            panic!("no address to sign in at was printed: {run:?}");
        };
        // On a thread: the last page waits for the program, and the program for the browser.
        let browser = std::thread::spawn(move || browse(&address, button == Button::Allow));
        let run = running.finish();
        (run, browser.join().unwrap())
    }
}
