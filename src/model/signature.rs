//! Signatures that people make with their SSH keys, outside siesta: `ssh-keygen -Y sign`.
//!
//! What must stay true: what is verified is a text of ours, never one that was handed in; the namespace is ours, so that
//! nothing a person signs for another program counts here; and the key is one that was registered, never the one that a
//! signature brings along. The crate `ssh-key` parses and verifies, and is named in this file only.
use crate::model::time::Timestamp;
use ssh_key::{Algorithm, EcdsaCurve, HashAlg, LineEnding, PublicKey, SshSig};
use thiserror::Error;

/// What `ssh-keygen -Y sign -n` is given.
pub const NAMESPACE: &str = "siesta-approval";

/// The longest key or signature: an ed25519 one takes a few hundred bytes, one of a security key not twice that.
pub const LONGEST: usize = 16 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SignatureError {
    #[error("this is no SSH public key")]
    NoKey,
    #[error("this is a private key, and stays with its owner: the public one ends in .pub")]
    PrivateKey,
    #[error("a key is ed25519, sk-ed25519 or ecdsa-p256")]
    KeyKind,
    #[error("this is no signature of ssh-keygen -Y sign")]
    NoSignature,
    #[error("it was signed for another purpose (-n)")]
    OtherNamespace,
    #[error("the signature is about something else")]
    Wrong,
    #[error("the security key was not touched")]
    NotTouched,
}

/// A public key as it is registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SshKey {
    /// As ssh-keygen shows it: `SHA256:…`.
    pub fingerprint: String,
    /// Its one line, without the comment.
    pub text: String,
    pub comment: String,
}

/// A key with its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredKey {
    pub user: String,
    pub key: SshKey,
    pub added_at: Timestamp,
    pub added_by: String,
}

impl SshKey {
    pub fn parse(text: &str) -> Result<SshKey, SignatureError> {
        if text.contains("PRIVATE KEY") {
            return Err(SignatureError::PrivateKey);
        }
        let mut key = PublicKey::from_openssh(text.trim()).map_err(|_| SignatureError::NoKey)?;
        match key.algorithm() {
            Algorithm::Ed25519 | Algorithm::SkEd25519 | Algorithm::Ecdsa { curve: EcdsaCurve::NistP256 } => {}
            _ => return Err(SignatureError::KeyKind),
        }
        let comment = key.comment().to_owned();
        key.set_comment("");
        Ok(SshKey {
            fingerprint: key.fingerprint(HashAlg::Sha256).to_string(),
            text: key.to_openssh().map_err(|_| SignatureError::NoKey)?.trim().to_owned(),
            comment,
        })
    }

    /// `ssh-ed25519`, …
    pub fn kind(&self) -> &str {
        self.text.split(' ').next().unwrap_or_default()
    }
}

/// A signature that has been read, and not yet verified.
#[derive(Debug, Clone)]
pub struct Signature(SshSig);

impl Signature {
    pub fn parse(pem: &str) -> Result<Signature, SignatureError> {
        SshSig::from_pem(pem.trim()).map(Signature).map_err(|_| SignatureError::NoSignature)
    }

    /// The key that it says it was made with.
    pub fn fingerprint(&self) -> String {
        self.0.public_key().fingerprint(HashAlg::Sha256).to_string()
    }

    /// Whether a registered key has signed exactly these bytes.
    pub fn verify(&self, key: &str, signed: &[u8]) -> Result<(), SignatureError> {
        let key = PublicKey::from_openssh(key).map_err(|_| SignatureError::NoKey)?;
        if self.0.namespace() != NAMESPACE {
            return Err(SignatureError::OtherNamespace);
        }
        key.verify(NAMESPACE, signed, &self.0).map_err(|_| SignatureError::Wrong)?;
        // By the registered key, not by what the signature calls itself.
        match key.algorithm() {
            Algorithm::SkEd25519 if !self.was_touched() => Err(SignatureError::NotTouched),
            _ => Ok(()),
        }
    }

    /// A security key says in the byte before its counter of four whether somebody touched it (bit 0; PROTOCOL.u2f).
    fn was_touched(&self) -> bool {
        let bytes = self.0.signature_bytes();
        bytes.len().checked_sub(5).and_then(|place| bytes.get(place)).is_some_and(|flags| flags & 1 == 1)
    }

    /// The text it was read from, in one form.
    pub fn to_pem(&self) -> Result<String, SignatureError> {
        self.0.to_pem(LineEnding::LF).map_err(|_| SignatureError::NoSignature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ED25519: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti user@example.com";

    #[test]
    fn a_key_has_a_fingerprint_and_a_comment_of_its_own() {
        let key = SshKey::parse(&format!("{ED25519}\n")).unwrap();
        assert_eq!((key.comment.as_str(), key.kind()), ("user@example.com", "ssh-ed25519"));
        assert!(key.fingerprint.starts_with("SHA256:") && !key.text.contains("user@"), "{key:?}");
        assert_eq!(SshKey::parse(&key.text).unwrap().fingerprint, key.fingerprint);
    }

    #[test]
    fn what_is_no_public_key_of_the_three_kinds_is_refused() {
        assert_eq!(SshKey::parse("hello"), Err(SignatureError::NoKey));
        let private = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaA==\n-----END OPENSSH PRIVATE KEY-----";
        assert_eq!(SshKey::parse(private), Err(SignatureError::PrivateKey));
        assert_eq!(Signature::parse(ED25519).unwrap_err(), SignatureError::NoSignature);
    }
}
