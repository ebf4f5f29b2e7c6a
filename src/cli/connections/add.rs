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
use crate::model::service::{AuthKind, Service};
use crate::ops::connections::{self, Added, Endpoints, Listed, NewKeyConnection, NewSignIn, NewUnattended, Wanted};
use crate::ops::{Siesta, services};
use crate::view::connection::{BotView, OneConnectionView};
use clap::Args;
use serde_json::{Map, Value};

/// Connect a service: with a key, or by signing in
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta add openai research --secret-stdin < key.txt\n  \
                        siesta add google-gmail 'Gmail - Support' --access shared\n  \
                        siesta add jira board --set site=acme --set email=ann@acme.example --secret-file token.txt\n  \
                        siesta add oauth2 notes --issuer https://auth.example.com --base-url https://api.example.com\n  \
                        siesta add rest-api crm --base-url https://crm.example.com --secret-stdin\n  \
                        siesta add oauth2 notes --issuer https://auth.example.com --begin\n  \
                        siesta add --finish 0193c7de-0000-7000-8000-000000000000 'http://127.0.0.1:50000/callback?code=…'")]
pub(in crate::cli) struct AddArgs {
    /// A service of the catalogue (siesta catalog list), or oauth2 for any standard authorization server
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
    /// How to open it, where the service has several ways (siesta catalog show)
    #[arg(long, value_name = "WAY", value_parser = parse_way)]
    with: Option<AuthKind>,
    /// A setting the service asks for; may be repeated
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = parse_setting)]
    settings: Vec<(String, String)>,
    /// The site to connect, where an account has several: https://acme.atlassian.net
    #[arg(long, value_name = "URL")]
    site_url: Option<String>,
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
    #[arg(long, value_name = "URL")]
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
    /// The tenant to sign in at: its id or domain (Microsoft)
    #[arg(long, value_name = "TENANT")]
    tenant: Option<String>,
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
    let standard = service == ANY_SERVER;
    let known = services::all(&siesta)?.into_iter().find(|one| one.is_called(if standard { REST } else { &service }));
    // Said with the nearest name.
    let known = known.map_or_else(|| services::find(&service), Ok)?;
    let named_server = args.server.issuer.is_some() || args.server.authorization_url.is_some();
    if !standard && known.id == REST && named_server {
        return Err(Error::usage(format!("--issuer and --authorization-url go with {ANY_SERVER}"))
            .hint(format!("siesta add {ANY_SERVER} NAME --issuer URL")));
    }
    match way(known, &args, standard)? {
        AuthKind::OAuth2 => with_sign_in(ui, settings, &siesta, known, args, wanted),
        kind @ (AuthKind::ClientCredentials | AuthKind::ServiceAccount) => {
            unattended(ui, &siesta, known, kind, args, wanted)
        }
        kind => with_key(ui, &siesta, known, kind, args, wanted),
    }
}

/// The REST API, which any standard server is added as.
const REST: &str = "rest-api";

/// Which way to open the service: the one that was asked for; a secret on the line means a static one; else the first.
fn way(service: &Service, args: &AddArgs, standard: bool) -> Result<AuthKind, Error> {
    if standard && args.with.is_none() {
        return Ok(AuthKind::OAuth2);
    }
    let kinds: Vec<AuthKind> = service.auth.iter().map(|method| method.kind).collect();
    let words = || kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ");
    match args.with {
        Some(kind) if kinds.contains(&kind) => return Ok(kind),
        Some(kind) => {
            return Err(
                Error::usage(format!("{} is not opened by {kind}", service.name)).hint(format!("--with {}", words()))
            );
        }
        None => {}
    }
    let static_way = || kinds.iter().copied().find(|kind| kind.is_static());
    let signs_in = kinds.contains(&AuthKind::OAuth2) && service.id != REST;
    let has_companion = service.auth(AuthKind::OAuth2).is_some_and(|method| method.companion.is_some());
    let wants_browser = args.server.client_id.is_some() || !args.server.scopes.is_empty() || args.browser.is_given();
    Ok(match () {
        () if args.no_secret => AuthKind::None,
        () if args.secret.is_given() && !has_companion => {
            static_way().or(kinds.first().copied()).unwrap_or(AuthKind::None)
        }
        () if signs_in && (wants_browser || kinds.first() == Some(&AuthKind::OAuth2)) => AuthKind::OAuth2,
        () => static_way().or(kinds.first().copied()).unwrap_or(AuthKind::OAuth2),
    })
}

fn choose_service(ui: &mut Ui) -> Result<String, Error> {
    let services = services::list()?;
    let mut lines: Vec<String> = services.iter().map(|s| format!("{} – {}", s.name, s.summary)).collect();
    lines.push("Any OAuth 2 server – found by its issuer".to_owned());
    let chosen = ui.choose("which service", "SERVICE", &lines)?;
    Ok(services.get(chosen).map_or_else(|| ANY_SERVER.to_owned(), |service| service.id.clone()))
}

fn parse_way(text: &str) -> Result<AuthKind, String> {
    AuthKind::parse(text).ok_or_else(|| AuthKind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", "))
}

fn parse_setting(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// The settings that were typed; what the way asks for and was not typed is asked for where there is somebody to ask.
fn settings_of(ui: &mut Ui, service: &Service, kind: AuthKind, args: &AddArgs) -> Result<Map<String, Value>, Error> {
    let mut settings: Map<String, Value> = Map::new();
    for (name, value) in &args.settings {
        if settings.insert(name.clone(), value.as_str().into()).is_some() {
            return Err(Error::usage(format!("the setting \"{name}\" was given twice")));
        }
    }
    let Some(method) = service.auth(kind) else { return Ok(settings) };
    if let Some(url) = &args.site_url {
        let has_site = method.fields.iter().any(|field| field.name == "site");
        let host = url::Url::parse(url)
            .ok()
            .filter(|url| url.scheme() == "https")
            .and_then(|url| url.host_str().map(str::to_owned));
        let host =
            host.ok_or_else(|| Error::usage("a site URL is an https address, such as https://acme.atlassian.net"))?;
        match host.strip_suffix(".atlassian.net") {
            Some(site) if has_site => drop(settings.insert("site".to_owned(), site.into())),
            None if has_site => {
                return Err(Error::usage(format!("{host} is not a site of {}", service.name))
                    .hint("--site-url https://NAME.atlassian.net        (for another server: --base-url)"));
            }
            _ => drop(settings.insert("siteUrl".to_owned(), url.as_str().into())),
        }
    }
    for field in &method.fields {
        let is_open = !field.optional && field.default.is_none() && !settings.contains_key(&field.name);
        if !is_open {
            continue;
        }
        // On a server of one's own, what only names the usual one is not asked for.
        if args.base_url.is_some()
            && method
                .base_url
                .as_deref()
                .or(service.base_url.as_deref())
                .is_some_and(|url| url.contains(&format!("{{{}}}", field.name)))
        {
            settings.insert(field.name.clone(), "own".into());
            continue;
        }
        let flag = format!("--set {}=…", field.name);
        settings.insert(field.name.clone(), ui.ask(&field.label, &flag, None)?.into());
    }
    Ok(settings)
}

fn with_key(
    ui: &mut Ui,
    siesta: &Siesta,
    known: &Service,
    kind: AuthKind,
    mut args: AddArgs,
    wanted: Wanted,
) -> Result<(), Error> {
    // Known before anybody is asked for a secret.
    let needs_base_url = known.base_url_for(kind).is_none() && args.base_url.is_none();
    if needs_base_url && ui.is_interactive() {
        args.base_url = Some(ui.ask(&format!("base URL of the {}", known.name), "--base-url", None)?);
    } else if needs_base_url {
        return Err(Error::usage(format!("{} needs a base URL", known.name))
            .hint(format!("siesta add {} NAME --base-url https://…", known.id)));
    }
    let settings = settings_of(ui, known, kind, &args)?;
    let key = match kind {
        AuthKind::None => None,
        _ => {
            let help = known.auth(kind).map(|method| method.help.as_str()).filter(|help| !help.is_empty());
            if let Some(help) = help.filter(|_| ui.is_interactive() && !args.secret.is_given()) {
                ui.say(&format!("where to get it: {help}"));
            }
            Some(args.secret.read(ui, &format!("{} of {}", kind.noun(), known.name))?)
        }
    };
    // Of several ways the secret tells which it is, unless one was asked for.
    let kind = args.with.or(Some(kind).filter(|kind| !kind.is_static() || known.id == REST));
    let new = NewKeyConnection {
        service: known.id.clone(),
        kind,
        key,
        settings,
        base_url: args.base_url,
        verify: !args.no_verify,
        wanted,
    };
    let spinner = ui.spinner("trying the key");
    let added = connections::add_with_key(siesta, new);
    drop(spinner);
    report_added(ui, siesta, known, added?, args.name.is_some(), !args.no_secret)
}

fn unattended(
    ui: &mut Ui,
    siesta: &Siesta,
    known: &Service,
    kind: AuthKind,
    args: AddArgs,
    wanted: Wanted,
) -> Result<(), Error> {
    let settings = settings_of(ui, known, kind, &args)?;
    let companion = known.auth(kind).and_then(|method| method.companion.clone());
    let (secret, companion) = match (kind, companion) {
        // A client names its secret as at any sign-in; then the other flags are for what goes beside it.
        (AuthKind::ClientCredentials, None) if args.secret.is_given() => (args.secret.read(ui, "client secret")?, None),
        (AuthKind::ClientCredentials, None) => (args.client_secret.read(ui, "client secret")?, None),
        (_, None) => (args.secret.read(ui, "key file")?, None),
        (_, Some(beside)) => {
            let file = args.client_secret.read(ui, kind.noun())?;
            (file, Some(args.secret.read(ui, &beside.label)?))
        }
    };
    let new = NewUnattended {
        service: known.id.clone(),
        kind,
        client_id: args.server.client_id,
        secret,
        companion,
        settings,
        scopes: (!args.server.scopes.is_empty()).then_some(args.server.scopes),
        tenant: args.server.tenant,
        base_url: args.base_url,
        token_url: args.server.token_url,
        revocation_url: args.server.revocation_url,
        verify: !args.no_verify,
        wanted,
    };
    let spinner = ui.spinner("getting a token");
    let added = connections::add_unattended(siesta, new);
    drop(spinner);
    report_added(ui, siesta, known, added?, args.name.is_some(), true)
}

fn report_added(
    ui: &mut Ui,
    siesta: &Siesta,
    known: &Service,
    added: Added,
    has_name: bool,
    has_secret: bool,
) -> Result<(), Error> {
    let listed = name_it(ui, siesta, added.listed, has_name)?;
    let label = listed.connection.label.clone();
    let words = format!("connected \"{label}\" ({})", known.name);
    let bot = BotView::new(&listed.connection);
    let message = bot.as_ref().map(|bot| format!("connected the bot @{}", bot.username));
    ui.done(&OneConnectionView { connection: view(&listed), bot_info: bot, message }, &words)?;
    if let Some(twin) = &added.twin {
        ui.warn(&sign_in::same_account(twin));
    }
    if let Some(words) = about_key(added.verified, added.said.as_deref()).filter(|_| has_secret) {
        ui.warn(&words);
    }
    next_step(ui, &listed);
    Ok(())
}

fn with_sign_in(
    ui: &mut Ui,
    settings: &Settings,
    siesta: &Siesta,
    known: &Service,
    mut args: AddArgs,
    wanted: Wanted,
) -> Result<(), Error> {
    let fields = settings_of(ui, known, AuthKind::OAuth2, &args)?;
    let endpoints = match (args.server.authorization_url, args.server.token_url) {
        (Some(authorization), Some(token)) => {
            let (revocation, device) = (args.server.revocation_url, args.server.device_url);
            Some(Endpoints { authorization, token, revocation, device })
        }
        _ => None,
    };
    let needs_issuer = known.id == REST && args.server.issuer.is_none() && endpoints.is_none();
    if needs_issuer && ui.is_interactive() {
        args.server.issuer = Some(ui.ask("address of the authorization server", "--issuer", None)?);
    } else if needs_issuer {
        return Err(Error::usage("nothing says where to sign in")
            .hint("--issuer URL        (or --authorization-url with --token-url)"));
    }
    let companion = known.auth(AuthKind::OAuth2).and_then(|method| method.companion.clone());
    if companion.is_none() && (args.secret.is_given() || args.no_secret) {
        return Err(Error::usage("a connection that is signed in to has no secret of its own")
            .hint("--client-secret-stdin        (for the secret of the OAuth client)"));
    }
    let companion = companion.map(|beside| args.secret.read(ui, &beside.label)).transpose()?;
    let has_name = wanted.label.is_some();
    let client_secret = args.client_secret.read_if_given(ui, "client secret")?;
    let new = NewSignIn {
        service: known.id.clone(),
        settings: fields,
        tenant: args.server.tenant,
        companion,
        verify: !args.no_verify,
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
    let label = quoted(&listed.connection.label);
    match listed.policies.first() {
        None => ui.next(&format!("siesta assign {label} AGENT        (after: siesta agent add AGENT)")),
        Some(policy) => {
            ui.next(&format!("siesta explain --agent {} --connection {label} FUNCTION", quoted(&policy.agent_name)))
        }
    }
}
