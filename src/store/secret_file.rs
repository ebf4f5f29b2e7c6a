//! `store.secret`, and the file that is to become it while keys are being changed.
//!
//! What must stay true: a change of keys touches three places (this file, the base, the identity), and a process may end
//! between any two. The base decides: the secret inside it is the store's. `store.secret.next` is believed when the base
//! holds what it holds, and when the secret before it has vouched for it or the fingerprint is known by itself.
use crate::store::engine::BASE;
use crate::store::error::{Error, Result};
use crate::store::file;
use crate::store::seal::{self, Key};
use crate::store::trust::{Sealed, StoreSecret};
use std::path::Path;

pub const SECRET: &str = "store.secret";
pub const NEXT: &str = "store.secret.next";

/// The secret a store has, and how it is known.
pub struct Chosen {
    pub secret: StoreSecret,
    /// For how many `store.secret` is sealed.
    pub recipients: usize,
    /// The one before it, which vouches for it: a change of keys has not ended.
    pub before: Option<StoreSecret>,
    /// Whether it is still in `store.secret.next`.
    pub is_next: bool,
    /// Whether `store.secret.next` is there and means nothing.
    pub has_leftover: bool,
}

/// The secret of the store in `dir`. `is_inside` says whether the base holds a secret.
pub fn choose(dir: &Path, key: &Key, is_inside: impl Fn(&StoreSecret) -> bool) -> Result<Chosen> {
    let current = read_counted(dir, key);
    let next = read_next(dir, key);
    // Whatever is there, and cannot be read, is no less in the way.
    let has_leftover = !matches!(next, Ok(None));
    match next.unwrap_or(None).filter(|next| is_inside(&next.secret)) {
        Some(next) => {
            let (before, recipients) = current.map_or((None, 0), |(secret, recipients)| (Some(secret), recipients));
            let before = before.filter(|current| next.is_vouched_for_by(current));
            Ok(Chosen { secret: next.secret, recipients, before, is_next: true, has_leftover: false })
        }
        None => {
            let (secret, recipients) = current?;
            Ok(Chosen { secret, recipients, before: None, is_next: false, has_leftover })
        }
    }
}

/// What is in `store.secret.next`, where there is one.
pub fn read_next(dir: &Path, key: &Key) -> Result<Option<Sealed>> {
    let path = dir.join(NEXT);
    let Some(sealed) = file::open(&path)? else { return Ok(None) };
    seal::open(key, sealed, &path).and_then(|bytes| StoreSecret::parse(&bytes)).map(Some)
}

/// What is in `store.secret`.
pub fn read(dir: &Path, key: &Key) -> Result<StoreSecret> {
    read_counted(dir, key).map(|(secret, _)| secret)
}

/// The same, and for how many it is sealed.
fn read_counted(dir: &Path, key: &Key) -> Result<(StoreSecret, usize)> {
    let path = dir.join(SECRET);
    let Some(sealed) = file::read(&path)? else {
        return Err(Error::damaged(format!("{SECRET} is missing from {}", dir.display())));
    };
    match seal::open_message(key, &sealed, &path) {
        Ok(bytes) => StoreSecret::parse(&bytes).map(|Sealed { secret, .. }| (secret, seal::count_recipients(&sealed))),
        // A key that opens the base is the right one: then it is this file that is not what it was.
        Err(Error::WrongKey { dir: named }) => {
            let base = dir.join(BASE);
            let opens_base =
                file::open(&base)?.is_some_and(|sealed| seal::open_stream(key, None, sealed, &base).is_ok());
            match opens_base {
                true => Err(Error::damaged(format!("{SECRET} was not sealed for this store's key"))),
                false => Err(Error::WrongKey { dir: named }),
            }
        }
        Err(other) => Err(other),
    }
}

/// For how many recipients `store.secret` is sealed.
pub fn count_recipients(dir: &Path) -> Result<usize> {
    Ok(seal::count_recipients(&file::read(&dir.join(SECRET))?.unwrap_or_default()))
}

/// Writes a secret, sealed. `before`: the secret it is to follow.
pub fn write(path: &Path, recipients: &[String], secret: &StoreSecret, before: Option<&StoreSecret>) -> Result<()> {
    let sealed = seal::seal_bytes(recipients, secret.to_text(before)?.as_bytes())
        .map_err(Error::io("cannot seal the store's secret"))?;
    file::replace(path, |out| std::io::Write::write_all(out, &sealed))
}
