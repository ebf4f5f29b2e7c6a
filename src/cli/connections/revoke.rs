//! `siesta revoke`
use super::view;
use crate::cli::advice::quoted;
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::connection::Upstream;
use crate::model::service::AuthKind;
use crate::model::time::rfc3339;
use crate::ops::connections::{self, RevokeRequest, Revoked};
use crate::ops::{Siesta, services};
use crate::view::connection::ConnectionView;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Revoke a connection: the provider first, then the credential is destroyed
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta revoke notes\n  siesta revoke notes --yes --json\n  \
                        siesta revoke notes --keep-for-retry\n  siesta revoke notes --retry")]
pub(in crate::cli) struct RevokeArgs {
    /// Label, id, or service of a singleton
    #[arg(value_name = "CONNECTION")]
    connection: String,
    /// Do not ask the provider; the credential stays alive there
    #[arg(long)]
    local_only: bool,
    /// If the provider cannot be reached, keep the tokens sealed for 24 h, for --retry; they open nothing meanwhile
    #[arg(long, conflicts_with_all = ["local_only", "retry"])]
    keep_for_retry: bool,
    /// Ask the provider again to revoke what --keep-for-retry kept; with --local-only: destroy it without asking
    #[arg(long)]
    retry: bool,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RevokeView {
    connection: ConnectionView,
    audit_id: i64,
    upstream: Upstream,
    upstream_detail: Option<String>,
    revoked_policies: usize,
    cancelled_approvals: usize,
}

/// Asks first, because it cannot be taken back.
fn first(ui: &mut Ui, siesta: &Siesta, args: &RevokeArgs) -> Result<Revoked, Error> {
    let connection = connections::show(siesta, &args.connection)?.listed.connection;
    if let Some(more) = connections::ends_more(siesta, &connection).filter(|_| !args.local_only) {
        ui.warn(&format!("at the provider this ends {more}"));
    }
    let alike = connections::signed_in_alike(siesta, &connection)?;
    if !alike.is_empty() && !args.local_only {
        let labels = alike.iter().map(|label| format!("\"{label}\"")).collect::<Vec<_>>().join(", ");
        ui.warn(&format!("the provider may end {labels} too: the same account signed in there with the same client"));
    }
    ui.confirm_or_stop(&format!("revoke \"{}\" and destroy its credential?", connection.label))?;
    let request = RevokeRequest { local_only: args.local_only, keep_for_retry: args.keep_for_retry };
    let spinner = ui.spinner("asking the provider");
    let revoked = connections::revoke(siesta, &connection.id.to_string(), &request);
    drop(spinner);
    Ok(revoked?)
}

pub(in crate::cli) fn run(ui: &mut Ui, settings: &Settings, args: RevokeArgs) -> Result<Exit, Error> {
    let siesta = unlock::open(ui, settings, "revoke")?;
    let revoked = match args.retry {
        true => {
            let spinner = ui.spinner("asking the provider");
            let revoked = connections::retry_revoke(&siesta, &args.connection, args.local_only);
            drop(spinner);
            revoked?
        }
        false => first(ui, &siesta, &args)?,
    };
    let connection = &revoked.listed.connection;
    let document = RevokeView {
        connection: view(&revoked.listed),
        audit_id: revoked.audit_seq,
        upstream: revoked.upstream,
        upstream_detail: revoked.why.clone(),
        revoked_policies: revoked.policies,
        cancelled_approvals: revoked.cancelled,
    };
    let why = revoked.why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
    let at_provider = match revoked.upstream {
        Upstream::Revoked => "revoked at the provider".to_owned(),
        Upstream::NotSupported => format!("not revoked at the provider{why}"),
        Upstream::Failed => format!("NOT revoked at the provider{why}"),
        Upstream::NotAsked => "the provider was not asked".to_owned(),
    };
    let credential = match revoked.listed.kept_until {
        Some(until) => {
            format!("the credential opens nothing any more and is kept for --retry until {}", rfc3339(until))
        }
        None => "the credential is destroyed".to_owned(),
    };
    let words =
        format!("revoked \"{}\": {credential}; {at_provider}\naudit row {}", connection.label, revoked.audit_seq);
    ui.done(&document, &words)?;
    // A signed-in connection is known by its server, one with a key by its service.
    let named = services::find(&connection.service).map(|service| service.name.as_str());
    let at = match connection.auth_kind {
        AuthKind::OAuth2 => connection.provider.as_str(),
        _ => named.unwrap_or(&connection.provider),
    };
    match revoked.upstream {
        Upstream::Revoked | Upstream::NotAsked => Ok(Exit::Ok),
        Upstream::NotSupported => {
            ui.warn(&format!("remove the access at {at} itself, if it should end there"));
            Ok(Exit::Ok)
        }
        Upstream::Failed => {
            ui.warn(&format!("remove the access at {at} itself: the token may still be alive"));
            if revoked.listed.kept_until.is_some() {
                ui.must_say(&format!(
                    "siesta revoke {} --retry        (when the provider answers)",
                    quoted(&connection.label)
                ));
            }
            Ok(Exit::Provider)
        }
    }
}
