//! `siesta app set`
use crate::cli::error::Error;
use crate::cli::secret_input::{ClientSecret, SecretArgs};
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::connection::DEFAULT_APP_LABEL;
use crate::ops::apps::{self, NewApp};
use crate::view::app::AppView;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Set the organization's OAuth client at a provider
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta app set auth.example.com --client-id siesta\n  \
                        siesta app set auth.example.com --client-id siesta --client-secret-stdin < secret.txt")]
pub(super) struct SetArgs {
    /// The provider: the host (or address) of its authorization server
    #[arg(value_name = "PROVIDER")]
    provider: String,
    /// The client id the provider gave at registration
    #[arg(long, value_name = "ID")]
    client_id: String,
    #[command(flatten)]
    secret: SecretArgs<ClientSecret>,
    /// The loopback port that is registered as the redirect; any port unless given
    #[arg(long, value_name = "PORT")]
    redirect_port: Option<u16>,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct AppSetView {
    app: AppView,
    created: bool,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: SetArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "app set")?;
    // A public client has no secret, so none is asked for: it is given or it is not there.
    let client_secret = args.secret.read_if_given(ui, "client secret")?;
    let new = NewApp {
        provider: args.provider,
        label: DEFAULT_APP_LABEL.to_owned(),
        client_id: args.client_id,
        client_secret,
        redirect_port: args.redirect_port,
    };
    let (app, created) = apps::set(&siesta, new)?;
    let secret = if app.client_secret.is_some() { "with a client secret" } else { "public, without a client secret" };
    let words = format!("set the OAuth client of {} ({secret})", app.provider);
    ui.done(&AppSetView { app: AppView::new(&app), created }, &words)
}
