//! Puts the password into a log-in: the one file here that opens it.
use crate::model::credential::Opens;
use crate::model::secret::Secret;
use crate::provider::mask;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use imap_codec::imap_types::command::CommandBody;
use zeroize::Zeroizing;

/// The password of a mailbox; none: whatever opens the connection is no password.
pub(super) fn password(opens: &Opens) -> Option<&Secret> {
    match opens {
        Opens::ApiKey(password) => Some(password),
        Opens::OAuth(_) | Opens::Nothing => None,
    }
}

/// What a server says, without the password: some repeat what they refuse. Here a short one is looked for too, because what
/// is said is a sentence.
pub(super) fn without(said: &str, password: &Secret) -> String {
    /// A single letter stands in every sentence.
    const SHORTEST: usize = 3;
    match password.reveal() {
        text if text.len() >= SHORTEST => said.replace(text, mask::MARK),
        _ => said.to_owned(),
    }
}

/// IMAP's LOGIN; none: a name or password that no server could be sent.
pub(super) fn imap<'p>(username: &'p str, password: &'p Secret) -> Option<CommandBody<'p>> {
    CommandBody::login(username, password.reveal()).ok()
}

/// SMTP's AUTH PLAIN (RFC 4616): an empty identity, the name, the password.
pub(super) fn plain(username: &str, password: &Secret) -> Zeroizing<Vec<u8>> {
    let pair = Zeroizing::new(format!("\0{username}\0{}", password.reveal()));
    line("AUTH PLAIN ", pair.as_bytes())
}

/// The second and third line of SMTP's AUTH LOGIN.
pub(super) fn name_and_password(username: &str, password: &Secret) -> [Zeroizing<Vec<u8>>; 2] {
    [line("", username.as_bytes()), line("", password.reveal().as_bytes())]
}

fn line(before: &str, bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    let coded = Zeroizing::new(STANDARD.encode(bytes));
    let mut line = Zeroizing::new(Vec::with_capacity(before.len() + coded.len() + 2));
    line.extend_from_slice(before.as_bytes());
    line.extend_from_slice(coded.as_bytes());
    line.extend_from_slice(b"\r\n");
    line
}
