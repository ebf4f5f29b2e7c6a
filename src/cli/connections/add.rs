//! `siesta add`
use super::sign_in::{self, BrowserArgs};
use super::{about_key, parse_access, parse_flow, view};
use crate::cli::advice::quoted;
use crate::cli::error::Error;
use crate::cli::secret_input::{ClientSecret, ConnectionSecret, SecretArgs};
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::connection::Access;
use crate::model::policy::Flow;
use crate::ops::connections::{self, Endpoints, Listed, NewKeyConnection, NewSignIn, Wanted};
use crate::ops::{Siesta, services};
use crate::view::connection::OneConnectionView;
use clap::Args;

/// Connect a service: with a key, or by signing in at any standard server
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta add openai research --secret-stdin < key.txt\n  \
                        siesta add oauth2 notes --issuer https://auth.example.com --base-url https://api.example.com\n  \
                        siesta add rest-api crm --base-url https://crm.example.com --secret-stdin\n  \
                        siesta add oauth2 notes --issuer https://auth.example.com --begin\n  \
                        siesta add --finish 0193c7de-0000-7000-8000-000000000000 'http://127.0.0.1:50000/callback?code=…'")]
pub(in crate::cli) struct AddArgs {
    /// A service of the catalogue, or oauth2 for any standard authorization server
    #[arg(value_name = "SERVICE")]
    service: Option<String>,
    /// What the connection is called; it should carry owner and purpose
    #[arg(value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    about: AboutArgs,
    #[command(flatten)]
    secret: SecretArgs<ConnectionSecret>,
    /// Store the key without trying it
    #[arg(long)]
    no_verify: bool,
    /// The service asks for no credential
    #[arg(long, conflicts_with_all = ["secret-stdin", "secret-file", "secret-fd"])]
    no_secret: bool,
    /// Where the API lives: a self-hosted or compatible server
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Allow addresses of the private network, and plain http on this machine
    #[arg(long)]
    allow_private_network: bool,
    #[command(flatten)]
    server: ServerArgs,
    #[command(flatten)]
    client_secret: SecretArgs<ClientSecret>,
    #[command(flatten)]
    browser: BrowserArgs,
    /// Finish a sign-in that --begin began, with the whole address the browser was sent to (asked for unless given)
    #[arg(long, num_args = 1..=2, value_names = ["PENDING", "URL"], help_heading = "Signing in",
        conflicts_with_all = ["service", "issuer", "authorization_url", "paste", "device", "begin"])]
    finish: Option<Vec<String>>,
    /// Assign the connection to this agent once it is connected
    #[arg(long, value_name = "AGENT")]
    agent: Option<String>,
    /// What the agent may have: broker (siesta makes the call), vend (it gets a short-lived token)
    #[arg(long, value_name = "FLOW", value_delimiter = ',', value_parser = parse_flow, requires = "agent")]
    allowed_models: Option<Vec<Flow>>,
}

#[derive(Debug, Args)]
struct AboutArgs {
    /// Who may use it: private (owner and grants) or shared (everybody, unless granted to some)
    #[arg(long, value_parser = parse_access)]
    access: Option<Access>,
    /// The user answerable for it; whoever adds it unless given
    #[arg(long, value_name = "USER")]
    owner: Option<String>,
    /// One line why it exists
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    purpose: String,
}

/// Where and as what to sign in.
#[derive(Debug, Args)]
#[command(next_help_heading = "Signing in")]
struct ServerArgs {
    /// The authorization server, which describes itself
    #[arg(long, value_name = "URL")]
    issuer: Option<String>,
    /// The authorization endpoint of a server that does not describe itself
    #[arg(long, value_name = "URL", requires = "token_url")]
    authorization_url: Option<String>,
    /// Its token endpoint
    #[arg(long, value_name = "URL", requires = "authorization_url")]
    token_url: Option<String>,
    /// Its revocation endpoint
    #[arg(long, value_name = "URL", requires = "token_url")]
    revocation_url: Option<String>,
    /// Its device authorization endpoint
    #[arg(long, value_name = "URL", requires = "token_url")]
    device_url: Option<String>,
    /// The OAuth client to sign in with, instead of the one of `siesta app set`
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// Ask for this scope; may be repeated
    #[arg(long = "scope", value_name = "SCOPE", value_delimiter = ' ')]
    scopes: Vec<String>,
    /// Refuse when not every scope is granted
    #[arg(long)]
    require_scopes: bool,
    /// The account that must be signed in with
    #[arg(long, value_name = "ACCOUNT")]
    account_hint: Option<String>,
}

/// The word for "any standard server" in the place of a service.
const ANY_SERVER: &str = "oauth2";

pub(in crate::cli) fn run(ui: &mut Ui, settings: &Settings, mut args: AddArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "add")?;
    if let Some(finish) = &args.finish {
        return finish_begun(ui, &siesta, finish);
    }
    let service = match args.service.take() {
        Some(service) => service,
        None => choose_service(ui)?,
    };
    let wanted = Wanted {
        label: args.name.clone(),
        access: args.about.access,
        owner: args.about.owner.clone(),
        purpose: args.about.purpose.clone(),
        allow_private_network: args.allow_private_network,
        agent: args.agent.clone(),
        allowed_models: args.allowed_models.clone(),
    };
    if service == ANY_SERVER {
        return with_sign_in(ui, settings, &siesta, args, wanted);
    }
    if args.server.issuer.is_some() || args.server.authorization_url.is_some() {
        return Err(Error::usage(format!("--issuer and --authorization-url go with {ANY_SERVER}"))
            .hint(format!("siesta add {ANY_SERVER} NAME --issuer URL")));
    }
    with_key(ui, &siesta, &service, args, wanted)
}

fn choose_service(ui: &mut Ui) -> Result<String, Error> {
    let services = services::list()?;
    let mut lines: Vec<String> = services.iter().map(|s| format!("{} – {}", s.name, s.summary)).collect();
    lines.push("Any OAuth 2 server – found by its issuer".to_owned());
    let chosen = ui.choose("which service", "SERVICE", &lines)?;
    Ok(services.get(chosen).map_or_else(|| ANY_SERVER.to_owned(), |service| service.id.clone()))
}

fn with_key(ui: &mut Ui, siesta: &Siesta, service: &str, mut args: AddArgs, wanted: Wanted) -> Result<(), Error> {
    // Looked up before anybody is asked for a secret.
    let known = services::find(service)?;
    let needs_base_url = known.base_url.is_none() && args.base_url.is_none();
    if needs_base_url && ui.is_interactive() {
        args.base_url = Some(ui.ask(&format!("base URL of the {}", known.name), "--base-url", None)?);
    } else if needs_base_url {
        return Err(Error::usage(format!("{} needs a base URL", known.name))
            .hint(format!("siesta add {} NAME --base-url https://…", known.id)));
    }
    let key = match args.no_secret {
        true => None,
        false => Some(args.secret.read(ui, &format!("key of {}", known.name))?),
    };
    let new =
        NewKeyConnection { service: service.to_owned(), key, base_url: args.base_url, verify: !args.no_verify, wanted };
    let spinner = ui.spinner("trying the key");
    let added = connections::add_with_key(siesta, new);
    drop(spinner);
    let (listed, verified) = added?;
    let listed = name_it(ui, siesta, listed, args.name.is_some())?;
    let label = listed.connection.label.clone();
    ui.done(&OneConnectionView { connection: view(&listed) }, &format!("connected \"{label}\" ({})", known.name))?;
    if let Some(words) = about_key(verified) {
        ui.warn(words);
    }
    next_step(ui, &listed);
    Ok(())
}

fn with_sign_in(
    ui: &mut Ui,
    settings: &Settings,
    siesta: &Siesta,
    mut args: AddArgs,
    wanted: Wanted,
) -> Result<(), Error> {
    let endpoints = match (args.server.authorization_url, args.server.token_url) {
        (Some(authorization), Some(token)) => {
            let (revocation, device) = (args.server.revocation_url, args.server.device_url);
            Some(Endpoints { authorization, token, revocation, device })
        }
        _ => None,
    };
    let needs_issuer = args.server.issuer.is_none() && endpoints.is_none();
    if needs_issuer && ui.is_interactive() {
        args.server.issuer = Some(ui.ask("address of the authorization server", "--issuer", None)?);
    } else if needs_issuer {
        return Err(Error::usage("nothing says where to sign in")
            .hint("--issuer URL        (or --authorization-url with --token-url)"));
    }
    if args.secret.is_given() || args.no_secret {
        return Err(Error::usage("a connection that is signed in to has no secret of its own")
            .hint("--client-secret-stdin        (for the secret of the OAuth client)"));
    }
    let has_name = wanted.label.is_some();
    let client_secret = args.client_secret.read_if_given(ui, "client secret")?;
    let new = NewSignIn {
        issuer: args.server.issuer,
        endpoints,
        base_url: args.base_url,
        scopes: (!args.server.scopes.is_empty()).then_some(args.server.scopes),
        client_id: args.server.client_id,
        client_secret,
        account_hint: args.server.account_hint,
        callback_port: args.browser.callback_port,
        way: args.browser.way(settings),
        require_scopes: args.server.require_scopes,
        wanted,
    };
    let pending = connections::begin_add(siesta, new)?;
    let Some(finished) = sign_in::finish(ui, settings, siesta, pending, &args.browser)? else { return Ok(()) };
    let listed = name_it(ui, siesta, finished.listed.clone(), has_name)?;
    sign_in::report(ui, &connections::Finished { listed: listed.clone(), ..finished })?;
    next_step(ui, &listed);
    Ok(())
}

/// The second half of a sign-in, in a process of its own.
fn finish_begun(ui: &mut Ui, siesta: &Siesta, words: &[String]) -> Result<(), Error> {
    let pending = words.first().map(String::as_str).unwrap_or_default();
    let finished = match words.get(1) {
        Some(url) => connections::finish_pasted(siesta, pending, url)?,
        None => sign_in::finish_with_pasted(ui, siesta, pending)?,
    };
    sign_in::report(ui, &finished)?;
    next_step(ui, &finished.listed);
    Ok(())
}

/// Asks for a better label than the default one, where there is somebody to ask.
fn name_it(ui: &mut Ui, siesta: &Siesta, listed: Listed, has_name: bool) -> Result<Listed, Error> {
    if has_name || !ui.is_interactive() || ui.is_json() {
        return Ok(listed);
    }
    let default = listed.connection.label.clone();
    let asked = ui.ask("what is it called? (owner and purpose make a good name)", "NAME", Some(&default))?;
    match asked == default {
        true => Ok(listed),
        false => Ok(connections::rename(siesta, &listed.connection.id.to_string(), &asked)?.1),
    }
}

fn next_step(ui: &mut Ui, listed: &Listed) {
    if ui.is_json() || !ui.stdout_is_terminal() {
        return;
    }
    let label = quoted(&listed.connection.label);
    match listed.policies.first() {
        None => ui.hint(&format!("siesta assign {label} AGENT        (after: siesta agent add AGENT)")),
        Some(policy) => ui.hint(&format!("siesta explain --agent {} --connection {label} FUNCTION", policy.agent_name)),
    }
}
