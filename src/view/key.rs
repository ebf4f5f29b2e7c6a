//! SSH keys that people sign approvals with. Public by nature.
use crate::model::signature::RegisteredKey;
use crate::view::instant;
use schemars::JsonSchema;
use serde::Serialize;

#[derive(Debug, Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyView {
    pub user: String,
    /// As ssh-keygen shows it: `SHA256:…`.
    pub fingerprint: String,
    /// `ssh-ed25519`, `sk-ssh-ed25519@openssh.com` or `ecdsa-sha2-nistp256`.
    pub kind: String,
    /// The key's line, without its comment.
    pub key: String,
    pub comment: String,
    pub added_at: String,
    pub added_by: String,
}

impl KeyView {
    pub fn new(known: &RegisteredKey) -> KeyView {
        let key = &known.key;
        KeyView {
            user: known.user.clone(),
            fingerprint: key.fingerprint.clone(),
            kind: key.kind().to_owned(),
            key: key.text.clone(),
            comment: key.comment.clone(),
            added_at: instant(known.added_at),
            added_by: known.added_by.clone(),
        }
    }
}

#[derive(Debug, Clone, JsonSchema, Serialize)]
pub struct OneKeyView {
    pub key: KeyView,
}

#[derive(Debug, Clone, JsonSchema, Serialize)]
pub struct KeysView {
    pub keys: Vec<KeyView>,
}
