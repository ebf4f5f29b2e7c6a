//! The desktop's keyring. The only file that knows the keyring crate.
//!
//! What must stay true: every call runs on a thread of its own with a deadline. A bus that accepts and never answers
//! would otherwise hang every command for ever; the thread is left behind, and ends with the process.
use crate::store::error::{Error, Result};
use std::sync::mpsc;
use std::time::Duration;
use zeroize::Zeroizing;

/// The longest a keyring may take: absent or locked ones answer in 130 ms, and a person waits no longer (invariant 29).
const DEADLINE: Duration = Duration::from_secs(3);

/// The name all entries of this program are kept under.
const SERVICE: &str = "siesta";

fn timed<T: Send + 'static>(
    account: &str,
    ask: impl FnOnce(&::keyring::Entry) -> ::keyring::Result<T> + Send + 'static,
) -> Result<T> {
    let unusable = |why: String| Error::KeySource { source_word: "keyring", place: account.to_owned(), why };
    let name = account.to_owned();
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        let answer = ::keyring::Entry::new(SERVICE, &name).and_then(|entry| ask(&entry));
        let _ = send.send(answer.map_err(words));
    });
    match receive.recv_timeout(DEADLINE) {
        Ok(answer) => answer.map_err(unusable),
        Err(_) => Err(unusable(format!("it did not answer within {} s", DEADLINE.as_secs()))),
    }
}

/// What is the case, without the platform's own text: that may hold what was stored.
fn words(error: ::keyring::Error) -> String {
    match error {
        ::keyring::Error::NoEntry => "it has no entry for this store",
        ::keyring::Error::NoStorageAccess(_) => "it is locked, or does not let us in",
        ::keyring::Error::NoDefaultStore => "there is none here (no session bus, or nothing on it keeps secrets)",
        ::keyring::Error::PlatformFailure(_) => "it failed, or there is none here",
        ::keyring::Error::Ambiguous(_) => "it has several entries for this store",
        _ => "its entry for this store cannot be read",
    }
    .to_owned()
}

pub(super) fn set(account: &str, text: Zeroizing<String>) -> Result<()> {
    timed(account, move |entry| entry.set_password(&text))
}

pub(super) fn get(account: &str) -> Result<Zeroizing<Vec<u8>>> {
    timed(account, |entry| entry.get_password().map(|text| Zeroizing::new(text.into_bytes())))
}

pub(super) fn delete(account: &str) -> Result<()> {
    timed(account, |entry| entry.delete_credential())
}
