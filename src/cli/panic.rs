//! `siesta panic`
use super::error::Error;
use super::exit::Exit;
use super::settings::Settings;
use super::ui::Ui;
use super::unlock;
use crate::model::connection::Upstream;
use crate::ops::connections::{self, RevokeRequest};
use crate::ops::freezes::{self, Target};
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Stop everything at once, without a question; --revoke also revokes every connection
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta panic\n  siesta panic --revoke --yes --reason 'laptop stolen'")]
pub(super) struct PanicArgs {
    /// Revoke every connection too: at its provider, then here; asks first, when everything is stopped already
    #[arg(long)]
    revoke: bool,
    /// Why, for whoever is denied
    #[arg(long, value_name = "TEXT", default_value = "panic")]
    reason: String,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct PanicView {
    frozen: bool,
    reason: String,
    revoked: Vec<RevokedView>,
}

#[derive(JsonSchema, Serialize)]
struct RevokedView {
    connection: String,
    /// What the provider did; null: the connection could not be revoked here.
    upstream: Option<Upstream>,
    /// Why it did not end as it should.
    problem: Option<String>,
}

impl RevokedView {
    /// Whether something of it may still be alive that a provider could have ended.
    fn is_open(&self) -> bool {
        matches!(self.upstream, None | Some(Upstream::Failed))
    }
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: PanicArgs) -> Result<Exit, Error> {
    let siesta = unlock::open(ui, settings, "panic")?;
    let (freeze, _) = freezes::freeze(&siesta, &Target::All, &args.reason)?;
    let mut document = PanicView { frozen: true, reason: freeze.reason, revoked: Vec::new() };
    if args.revoke {
        ui.must_say("frozen: everything");
        ui.confirm_or_stop("revoke every connection and destroy its credential? (everything is stopped already)")?;
        let spinner = ui.spinner("asking the providers");
        let revoked = connections::revoke_all(&siesta, &RevokeRequest::default());
        drop(spinner);
        document.revoked = revoked?
            .into_iter()
            .map(|(connection, revoked)| match revoked {
                Ok(revoked) => RevokedView { connection, upstream: Some(revoked.upstream), problem: revoked.why },
                Err(error) => RevokedView { connection, upstream: None, problem: Some(error.to_string()) },
            })
            .collect();
    }
    ui.done(&document, &words(&document, args.revoke))?;
    ui.next("siesta unfreeze --all        (when it is safe again)");
    let open = document.revoked.iter().any(RevokedView::is_open);
    Ok(if open { Exit::Provider } else { Exit::Ok })
}

fn words(document: &PanicView, revoke: bool) -> String {
    if !revoke {
        return "frozen: everything; every call is denied from now on".to_owned();
    }
    let lines = document.revoked.iter().map(|revoked| {
        let why = revoked.problem.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
        let how = match revoked.upstream {
            Some(Upstream::Revoked) => "revoked at the provider",
            Some(Upstream::NotSupported) => "revoked here; not at the provider",
            Some(Upstream::Failed) => "revoked here; NOT revoked at the provider",
            Some(Upstream::NotAsked) => "revoked here; the provider was not asked",
            None => "NOT revoked",
        };
        format!("\"{}\": {how}{why}", revoked.connection)
    });
    match document.revoked.is_empty() {
        true => "there was no connection to revoke".to_owned(),
        false => lines.collect::<Vec<_>>().join("\n"),
    }
}
