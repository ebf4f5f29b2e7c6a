//! A short text that is no secret, from a file or standard input: a public key, a signature.
use super::error::Error;
use super::unread::unread;
use crate::model::signature::LONGEST;
use std::io::Read;
use std::path::Path;

/// `-` is standard input.
pub(super) fn read(from: &Path, what: &str) -> Result<String, Error> {
    let mut text = String::new();
    let most = LONGEST as u64 + 1;
    let read = match from.to_str() {
        Some("-") => std::io::stdin().take(most).read_to_string(&mut text),
        _ => std::fs::File::open(from).and_then(|file| file.take(most).read_to_string(&mut text)),
    };
    let name = if from == Path::new("-") { "standard input".to_owned() } else { from.display().to_string() };
    match read {
        Ok(length) if length > LONGEST => Err(Error::usage(format!("{name} is too long for {what}"))),
        Ok(_) => Ok(text),
        Err(error) => Err(unread(name, &error)),
    }
}
