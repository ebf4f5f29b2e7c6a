//! The one door through which a token leaves the program for somebody else: standard output, or a child's environment.
//!
//! What must stay true: nothing but a vended access token comes here; it goes where the command line said and nowhere
//! else, never to a terminal that did not ask for it, and our own copies are wiped.
use super::error::Error;
use super::ui::Ui;
use crate::model::secret::Secret;
use crate::ops::calls::Handed;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use std::process::Command;
use zeroize::Zeroizing;

/// A token under `-o json`.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TokenView<'a> {
    pub outcome: crate::model::audit::Verdict,
    pub execution_id: String,
    pub connection: &'a str,
    #[serde(serialize_with = "handed")]
    #[schemars(with = "String")]
    pub access_token: &'a Secret,
    pub token_type: &'static str,
    /// Seconds it may be used for, at most an hour; null: its provider did not say.
    pub expires_in: Option<i64>,
    /// Seconds until the provider ends it; null: it did not say.
    pub provider_expires_in: Option<i64>,
    pub scopes: &'a [String],
}

fn handed<S: Serializer>(token: &&Secret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(token.reveal())
}

/// The token alone, on standard output.
pub(super) fn print(ui: &mut Ui, handed: &Handed) -> Result<(), Error> {
    let line = Zeroizing::new(format!("{}\n", handed.token.reveal()));
    ui.bytes(line.as_bytes())
}

/// The token in a child's environment.
pub(super) fn give(command: &mut Command, variable: &str, handed: &Handed) {
    command.env(variable, handed.token.reveal());
}
