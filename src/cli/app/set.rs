//! `siesta app set`
use crate::cli::error::Error;
use crate::cli::secret_input::{ClientSecret, SecretArgs};
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::connection::DEFAULT_APP_LABEL;
use crate::model::redirect::{LoopbackHost, RedirectRule};
use crate::ops::apps::{self, NewApp};
use crate::view::app::AppView;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Set the organization's OAuth client at a provider
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta app set google --client-id ID --client-secret-stdin < secret.txt\n  siesta app set auth.example.com --client-id siesta\n  \
                        siesta app set auth.example.com --client-id siesta --client-secret-stdin < secret.txt\n  \
                        siesta app set login.example.com --client-id siesta --redirect-host localhost --redirect-port 8080"
)]
pub(super) struct SetArgs {
    /// The provider: google, microsoft, github, …, or the host (or address) of an authorization server
    #[arg(value_name = "PROVIDER")]
    provider: String,
    /// The client id the provider gave at registration
    #[arg(long, value_name = "ID")]
    client_id: String,
    #[command(flatten)]
    secret: SecretArgs<ClientSecret>,
    /// The host of the registered redirect, 127.0.0.1 or localhost; the one the provider wants unless given
    #[arg(long, value_name = "HOST", value_parser = parse_host)]
    redirect_host: Option<LoopbackHost>,
    /// The loopback port that is registered as the redirect; any port unless given
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    redirect_port: Option<u16>,
    /// The path of the registered redirect; /callback unless given, any: a new one for every sign-in
    #[arg(long, value_name = "PATH|any", default_value = "/callback", hide_default_value = true)]
    redirect_path: String,
}

/// No path begins like this, so it cannot be one.
const ANY_PATH: &str = "any";

fn parse_host(text: &str) -> Result<LoopbackHost, String> {
    LoopbackHost::parse(text).ok_or_else(|| "127.0.0.1 or localhost".to_owned())
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
        provider: args.provider.clone(),
        label: DEFAULT_APP_LABEL.to_owned(),
        client_id: args.client_id,
        client_secret,
        redirect: RedirectRule {
            host: args.redirect_host.unwrap_or_else(|| apps::usual_host(&args.provider)),
            port: args.redirect_port,
            path: (args.redirect_path != ANY_PATH).then_some(args.redirect_path),
        },
    };
    let (app, created) = apps::set(&siesta, new)?;
    let secret = if app.client_secret.is_some() { "with a client secret" } else { "public, without a client secret" };
    let words = format!("set the OAuth client of {} ({secret})", app.provider);
    ui.done(&AppSetView { app: AppView::new(&app), created }, &words)
}
