//! Sealing and opening: the only file that knows the age crate.
//!
//! What must stay true: everything sealed is a standard age v1 file for X25519 recipients, so that stock `age -d` opens
//! it; there is no other cryptography here. The files of a store have one stanza of our own beside those (`shared.rs`). age
//! with public keys does not say *who* wrote: that is what the store's secret and its fingerprint are for (`store/trust.rs`).
mod shared;

pub use shared::SharedKey;

use crate::model::digest::sha256;
use crate::model::memory;
use crate::store::error::{Error, Result};
use crate::store::wiped::Wiped;
use age::secrecy::ExposeSecret;
use std::borrow::Cow;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::iter;
use std::os::unix::fs::FileExt;
use std::path::Path;
use zeroize::Zeroizing;

/// The key that opens a store: one or more age identities, and the fingerprints of the stores they were made for.
#[derive(Clone)]
pub struct Key {
    identities: Vec<age::x25519::Identity>,
    fingerprints: Vec<String>,
}

/// Marks, in an identity file, the fingerprint of the store it was made for. Stock age ignores comments.
pub const FINGERPRINT_COMMENT: &str = "# siesta-store: ";
const IDENTITY_PREFIX: &str = "AGE-SECRET-KEY-1";

impl Key {
    /// A new key for a store with this fingerprint, and the text of its identity file.
    pub fn generate(fingerprint: &str, created: &str) -> (Key, Zeroizing<String>) {
        let identity = age::x25519::Identity::generate();
        let text = Zeroizing::new(format!(
            "# created: {created}\n# public key: {}\n{FINGERPRINT_COMMENT}{fingerprint}\n{}\n",
            identity.to_public(),
            identity.to_string().expose_secret(),
        ));
        (Key { identities: vec![identity], fingerprints: vec![fingerprint.to_owned()] }, text)
    }

    /// Keeps what opens the store out of swap.
    pub fn keep_in_memory(&self) {
        memory::keep(self.identities.as_slice());
    }

    /// Reads an identity file as `age-keygen` or `siesta init` writes it. The reason of a failure never quotes the file.
    pub fn parse(text: &str) -> std::result::Result<Key, String> {
        #[cfg(debug_assertions)]
        crate::model::forced_panic::with(text);
        let mut key = Key { identities: Vec::new(), fingerprints: Vec::new() };
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if let Some(fingerprint) = line.strip_prefix(FINGERPRINT_COMMENT) {
                key.fingerprints.push(fingerprint.trim().to_owned());
            } else if line.starts_with(IDENTITY_PREFIX) {
                let identity = line.parse().map_err(|_| format!("holds a broken identity (line {})", number + 1))?;
                key.identities.push(identity);
            } else if !line.is_empty() && !line.starts_with('#') {
                return Err(format!("is not an age identity file (line {})", number + 1));
            }
        }
        match key.identities.is_empty() {
            true => Err("holds no identity".to_owned()),
            false => Ok(key),
        }
    }

    fn identities(&self) -> impl Iterator<Item = &dyn age::Identity> {
        self.identities.iter().map(|identity| identity as &dyn age::Identity)
    }

    pub fn fingerprints(&self) -> &[String] {
        &self.fingerprints
    }

    /// Whether what is sealed for this recipient opens with this key.
    pub fn is_of(&self, recipient: &str) -> bool {
        self.identities.iter().any(|identity| identity.to_public().to_string() == recipient)
    }

    /// One key more: whatever either opens.
    pub fn with(mut self, other: Key) -> Key {
        self.identities.extend(other.identities);
        self.fingerprints.extend(other.fingerprints);
        self
    }

    /// The recipient that seals for this key.
    pub fn recipient(&self) -> Option<String> {
        self.identities.first().map(|identity| identity.to_public().to_string())
    }
}

/// Whether a text is an X25519 recipient.
pub fn is_recipient(text: &str) -> bool {
    text.parse::<age::x25519::Recipient>().is_ok()
}

/// Whom a file of a store is sealed for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Readers {
    pub recipients: Vec<String>,
    /// What everybody has who can open the store that is in the file.
    pub shared: Option<SharedKey>,
}

impl Readers {
    /// Seals what `fill` writes for them.
    pub fn seal<W: Write>(
        &self,
        out: W,
        fill: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
    ) -> std::io::Result<()> {
        let mut writer = self.begin_in(out)?;
        fill(&mut writer)?;
        writer.finish()?.flush()
    }

    fn begin_in<W: Write>(&self, out: W) -> std::io::Result<age::stream::StreamWriter<W>> {
        let parsed = parsed(&self.recipients)?;
        if parsed.is_empty() {
            // age refuses a file for nobody, and does not know that the shared key alone is not enough.
            return Err(std::io::Error::other("there is no recipient"));
        }
        let shared = self.shared.iter().map(|shared| shared as &dyn age::Recipient);
        let all = shared.chain(parsed.iter().map(|r| r as &dyn age::Recipient));
        age::Encryptor::with_recipients(all).map_err(std::io::Error::other)?.wrap_output(out)
    }

    /// A message for them, as far as its header goes.
    pub fn begin(&self) -> std::io::Result<Begun> {
        Ok(Begun { readers: self.clone(), writer: self.begin_in(Vec::new())? })
    }
}

/// A message in memory that has its header, and no content yet.
pub struct Begun {
    readers: Readers,
    writer: age::stream::StreamWriter<Vec<u8>>,
}

impl Begun {
    pub fn readers(&self) -> &Readers {
        &self.readers
    }

    pub fn finish(mut self, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
        self.writer.write_all(bytes)?;
        self.writer.finish()
    }
}

/// Seals what `fill` writes for these recipients.
pub fn seal<W: Write>(
    recipients: &[String],
    out: W,
    fill: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> std::io::Result<()> {
    seal_for(parsed(recipients)?.iter().map(|r| r as &dyn age::Recipient), out, fill)
}

fn parsed(recipients: &[String]) -> std::io::Result<Vec<age::x25519::Recipient>> {
    recipients.iter().map(|text| text.parse().map_err(|reason: &str| std::io::Error::other(reason))).collect()
}

fn seal_for<'a, W: Write>(
    recipients: impl Iterator<Item = &'a dyn age::Recipient>,
    out: W,
    fill: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> std::io::Result<()> {
    let encryptor = age::Encryptor::with_recipients(recipients).map_err(std::io::Error::other)?;
    let mut writer = encryptor.wrap_output(out)?;
    fill(&mut writer)?;
    writer.finish()?.flush()
}

/// A sealed file that is read from any place of it.
pub type SealedStream = age::stream::StreamReader<BufReader<File>>;

/// A sealed file of which any part can be read.
pub struct Opened {
    pub stream: SealedStream,
    /// Which encryption it is: SHA-256 over the header, with its MAC, and the payload's nonce. No two encryptions share
    /// that, even of the same content for the same key.
    pub id: [u8; 32],
    /// How long its plaintext is, in bytes, as the file's length has it: a file that lost its end says too little. Proved by
    /// [`prove_length`], or by something inside that says the same.
    pub length: u64,
    /// For how many recipients it is sealed.
    pub recipients: usize,
}

/// Opens a sealed file, for reading any part of it.
pub fn open_stream(key: &Key, shared: Option<&SharedKey>, file: File, path: &Path) -> Result<Opened> {
    let unreadable = || Error::io(format!("cannot read {}", path.display()));
    let sealed = file.metadata().map_err(unreadable())?.len();
    let mut reader = BufReader::with_capacity(4096, file);
    // Read once for its length alone: what the age crate has read is not asked back from it.
    decryptor(&mut reader, path)?;
    let length = reader.stream_position().map_err(unreadable())?;
    // Nearly every header is still in the buffer.
    reader.seek_relative(-i64::try_from(length).unwrap_or(0)).map_err(unreadable())?;
    let head_length = usize::try_from(length).unwrap_or(usize::MAX);
    let head = match reader.buffer().get(..head_length) {
        Some(head) => Cow::Borrowed(head),
        None => {
            let mut head = vec![0; head_length];
            reader.get_ref().read_exact_at(&mut head, 0).map_err(unreadable())?;
            Cow::Owned(head)
        }
    };
    let (id, recipients) = (sha256(&head), count_recipients(&head));
    let stream = decrypt(key, shared, decryptor(reader, path)?, path)?;
    let length = plain_length(sealed.saturating_sub(length)).ok_or_else(|| not_whole(path))?;
    Ok(Opened { stream, id, length, recipients })
}

/// How long the plaintext is, which opening the last chunk proves. `said` is what the file's length has said.
pub fn prove_length(stream: &mut SealedStream, said: u64, path: &Path) -> Result<u64> {
    // Asked from the end for the beginning, age opens the last chunk once; asked for the end, it would a second time.
    let from_end = i64::try_from(said).unwrap_or(i64::MAX).saturating_neg();
    let beyond = stream.seek(SeekFrom::End(from_end)).map_err(|error| read_failure(path, error))?;
    Ok(said + beyond)
}

/// For how many recipients of the kind that a store has a file is sealed, by its header (age-encryption.org/v1, "The
/// X25519 recipient type").
pub fn count_recipients(header: &[u8]) -> usize {
    let lines = header.split(|byte| *byte == b'\n').take_while(|line| !line.starts_with(b"---"));
    lines.filter(|line| line.starts_with(b"-> X25519 ")).count()
}

/// How long the plaintext of a payload of this length is: every chunk of 64 KiB, and the last one, which may be shorter,
/// has a tag of 16 bytes (age-encryption.org/v1, "Payload").
///
/// None when no payload is as long: only that of nothing at all ends with a chunk that holds nothing.
fn plain_length(payload: u64) -> Option<u64> {
    const TAG: u64 = 16;
    const CHUNK: u64 = 64 * 1024 + TAG;
    let is_possible = payload == TAG || payload > TAG && !(1..=TAG).contains(&(payload % CHUNK));
    is_possible.then(|| payload - payload.div_ceil(CHUNK) * TAG)
}

/// Opens a sealed file and reads all of it. The stream's last chunk authenticates the length, so a truncated file is an
/// error and never a shorter answer.
pub fn open(key: &Key, file: File, path: &Path) -> Result<Wiped> {
    let length = file.metadata().map(|m| m.len()).unwrap_or(0);
    open_whole(key, BufReader::with_capacity(64 * 1024, file), usize::try_from(length).unwrap_or(0), path)
}

/// The same of what was read from a sealed file.
pub fn open_message(key: &Key, sealed: &[u8], path: &Path) -> Result<Wiped> {
    open_whole(key, sealed, sealed.len(), path)
}

fn open_whole(key: &Key, sealed: impl BufRead, length: usize, path: &Path) -> Result<Wiped> {
    let mut reader = decrypt(key, None, decryptor(sealed, path)?, path)?;
    // Reserved in one piece: a vector that grows leaves copies of what it held behind.
    let mut bytes = Wiped::with_capacity(length);
    reader.read_to_end(&mut bytes).map_err(|error| read_failure(path, error))?;
    Ok(bytes)
}

/// Opens a small message in memory; none when it is not one for this key, or is not whole.
pub fn open_bytes(key: &Key, sealed: &[u8]) -> Option<Wiped> {
    opened(age::Decryptor::new_buffered(sealed).ok()?, key.identities(), sealed.len())
}

/// The same for a message that also opens with a shared key.
pub fn open_shared(shared: &SharedKey, key: &Key, sealed: &[u8]) -> Option<Wiped> {
    let identities = iter::once(shared as &dyn age::Identity).chain(key.identities());
    opened(age::Decryptor::new_buffered(sealed).ok()?, identities, sealed.len())
}

fn opened<'a>(
    decryptor: age::Decryptor<&[u8]>,
    identities: impl Iterator<Item = &'a dyn age::Identity>,
    length: usize,
) -> Option<Wiped> {
    let mut reader = decryptor.decrypt(identities).ok()?;
    let mut bytes = Wiped::with_capacity(length);
    reader.read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

fn decryptor<R: BufRead>(input: R, path: &Path) -> Result<age::Decryptor<R>> {
    age::Decryptor::new_buffered(input).map_err(|error| match error {
        age::DecryptError::Io(source) if source.kind() != std::io::ErrorKind::UnexpectedEof => {
            Error::io(format!("cannot read {}", path.display()))(source)
        }
        _ => Error::damaged(format!("{} is not a whole age file", path.display())),
    })
}

fn decrypt<R: BufRead>(
    key: &Key,
    shared: Option<&SharedKey>,
    sealed: age::Decryptor<R>,
    path: &Path,
) -> Result<age::stream::StreamReader<R>> {
    let shared = shared.into_iter().map(|shared| shared as &dyn age::Identity);
    sealed.decrypt(shared.chain(key.identities())).map_err(|error| match error {
        age::DecryptError::NoMatchingKeys | age::DecryptError::DecryptionFailed => {
            Error::WrongKey { dir: path.parent().unwrap_or(path).to_owned() }
        }
        _ => Error::damaged(format!("the header of {} does not verify", path.display())),
    })
}

/// Why a sealed file that did open cannot be read on.
pub fn read_failure(path: &Path, error: std::io::Error) -> Error {
    match error.kind() {
        std::io::ErrorKind::InvalidData | std::io::ErrorKind::UnexpectedEof | std::io::ErrorKind::Other => {
            not_whole(path)
        }
        _ => Error::io(format!("cannot read {}", path.display()))(error),
    }
}

fn not_whole(path: &Path) -> Error {
    Error::damaged(format!("{} is truncated or was changed", path.display()))
}

/// Seals a small text into memory.
pub fn seal_bytes(recipients: &[String], bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut sealed = Vec::new();
    seal(recipients, &mut sealed, |w| iter::once(bytes).try_for_each(|part| w.write_all(part)))?;
    Ok(sealed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(key: &Key, bytes: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("f.age");
        std::fs::write(&path, seal_bytes(&[key.recipient().unwrap()], bytes).unwrap()).unwrap();
        (temp, path)
    }

    #[test]
    fn a_stream_knows_its_length_and_reads_from_anywhere() {
        let key = Key::generate("f", "now").0;
        const CHUNK: usize = 64 * 1024;
        for length in [0, 1, 5, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 4096] {
            let bytes: Vec<u8> = (0..length).map(|n| (n % 251) as u8).collect();
            let (_temp, path) = sealed(&key, &bytes);
            let open_and_prove = || {
                let Opened { mut stream, length: said, .. } =
                    open_stream(&key, None, File::open(&path).unwrap(), &path)?;
                prove_length(&mut stream, said, &path).map(|proved| (stream, said, proved))
            };
            let (mut stream, said, proved) = open_and_prove().unwrap();
            assert_eq!((said, proved), (length as u64, length as u64));
            let mut whole = Vec::new();
            stream.read_to_end(&mut whole).unwrap();
            assert!(whole == bytes, "{length}");
            for at in [length / 2, length.saturating_sub(1), 0] {
                stream.seek(SeekFrom::Start(at as u64)).unwrap();
                let mut rest = Vec::new();
                stream.read_to_end(&mut rest).unwrap();
                assert!(rest == bytes[at..], "{length} from {at}");
            }
            let full = std::fs::read(&path).unwrap();
            for more in [1, 15, 16, 17, CHUNK + 16] {
                std::fs::write(&path, [&full[..], &vec![0; more]].concat()).unwrap();
                assert!(matches!(open_and_prove(), Err(Error::Damaged { .. })), "{length} and {more} more");
                // Whoever compares with what is inside sees it without the last chunk.
                let said = open_stream(&key, None, File::open(&path).unwrap(), &path).map(|opened| opened.length);
                assert!(said.is_err() || said.is_ok_and(|said| said != length as u64), "{length} and {more} more");
            }
            // A file that has lost its end, wherever it was cut, has no length.
            let payload = full.len() - (length + 16 * length.div_ceil(CHUNK).max(1));
            for cut in [full.len() - 1, full.len() - 16, payload + 16, payload, payload - 1] {
                if cut < full.len() {
                    std::fs::write(&path, &full[..cut]).unwrap();
                    assert!(matches!(open_and_prove(), Err(Error::Damaged { .. })), "{length} cut at {cut}");
                }
            }
        }
    }

    #[test]
    fn a_header_longer_than_what_is_read_at_once_is_one_like_any_other() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("f.age");
        let key = Key::generate("f", "now").0;
        let mut ids = Vec::new();
        for others in [0, 1, 80] {
            let others = (0..others).map(|_| Key::generate("f", "now").0.recipient().unwrap());
            let recipients: Vec<String> = others.chain([key.recipient().unwrap()]).collect();
            for content in [b"first".repeat(20_000), b"second".repeat(20_000)] {
                std::fs::write(&path, seal_bytes(&recipients, &content).unwrap()).unwrap();
                let mut opened = open_stream(&key, None, File::open(&path).unwrap(), &path).unwrap();
                assert_eq!((opened.length, opened.recipients), (content.len() as u64, recipients.len()));
                let mut read = Vec::new();
                opened.stream.read_to_end(&mut read).unwrap();
                assert!(read == content);
                ids.push(opened.id);
            }
        }
        let all = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), all);
    }

    fn opened(key: &Key, path: &Path) -> Result<Wiped> {
        open(key, File::open(path).unwrap(), path)
    }

    #[test]
    fn an_identity_file_reads_back() {
        let (key, text) = Key::generate("abcd", "now");
        let again = Key::parse(&text).unwrap();
        assert_eq!(again.recipient(), key.recipient());
        assert_eq!(again.fingerprints(), ["abcd"]);
    }

    #[test]
    fn a_broken_identity_file_is_named_and_never_quoted() {
        for text in ["", "# only a comment\n", "AGE-SECRET-KEY-1BROKEN\n", "hunter2\n"] {
            let Err(why) = Key::parse(text) else { panic!("{text:?} was read") };
            assert!(!why.contains("hunter2") && !why.contains("BROKEN"), "{why}");
        }
    }

    #[test]
    fn what_is_sealed_opens_and_a_wrong_key_does_not() {
        let (key, _) = Key::generate("f", "now");
        let (_temp, path) = sealed(&key, b"content");
        assert_eq!(*opened(&key, &path).unwrap(), b"content");
        let (other, _) = Key::generate("f", "now");
        assert!(matches!(opened(&other, &path), Err(Error::WrongKey { .. })));
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_an_error() {
        let (key, _) = Key::generate("f", "now");
        let (_temp, path) = sealed(&key, b"some content that matters");
        let whole = std::fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 1;
            std::fs::write(&path, &flipped).unwrap();
            assert!(opened(&key, &path).is_err(), "flipped at {at}");
            std::fs::write(&path, &whole[..at]).unwrap();
            assert!(opened(&key, &path).is_err(), "cut at {at}");
        }
    }
}
