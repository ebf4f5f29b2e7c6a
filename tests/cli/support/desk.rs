//! The desk at which services are connected: a machine with a store, an agent, a client at every provider, and the
//! laboratory; and [`live`], the life of one connection from its sign-in to its end, request by request.
use super::lab::{Asked, Lab};
use super::sandbox::{Line, Run, Sandbox};
use serde_json::{Map, Value, json};
use std::cell::Cell;
use std::collections::BTreeSet;

/// How a service is opened in its case.
#[derive(Debug, Clone, Copy)]
pub enum How {
    /// A sign-in in the browser, with the client of `siesta app set`.
    SignIn(Dialect),
    /// The same, with a secret that is sent beside the token.
    SignInWith(Dialect, &'static str),
    /// A secret on stdin.
    Secret(&'static str),
}

/// How a provider wants to be asked for tokens.
#[derive(Debug, Clone, Copy)]
pub struct Dialect {
    /// The client is named by Basic; else in the body.
    pub basic: bool,
    pub json: bool,
    /// A public client has none.
    pub secret: bool,
    pub pkce: bool,
    /// Every answer to a refresh brings a new refresh token.
    pub rotates: bool,
}

/// Google, HubSpot.
pub const KEEPS: Dialect = Dialect { basic: false, json: false, secret: true, pkce: true, rotates: false };
/// Atlassian, GitHub, Slack.
pub const ROTATES: Dialect = Dialect { rotates: true, ..KEEPS };
pub const MICROSOFT: Dialect = Dialect { secret: false, ..ROTATES };
pub const NOTION: Dialect = Dialect { basic: true, json: true, pkce: false, ..ROTATES };

/// `lab-client:lab-client-secret`.
const BASIC: &str = "Basic bGFiLWNsaWVudDpsYWItY2xpZW50LXNlY3JldA==";

#[derive(Debug, Clone)]
pub enum Write {
    /// Function, arguments, request line, body. It waits for a person, and leaves once it is approved.
    Approved(&'static str, &'static str, &'static str, Value),
    /// The service has no function that changes anything, which the catalogue must say too.
    NoneThere,
}

/// How a credential is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    /// The provider has no call for it.
    ByHand,
    /// RFC 7009: the refresh token first, then the access token.
    Standard(&'static str),
    /// The same as JSON with Basic, the token alone in it.
    Json(&'static str),
    /// One call with Basic and the access token in its body.
    DeleteWithBasic(&'static str),
    /// One call that the token makes for itself; also a line that ends a key.
    WithToken(&'static str),
}

#[derive(Debug, Clone)]
pub struct Case {
    pub service: &'static str,
    pub how: How,
    /// More words of `add`.
    pub more: &'static str,
    /// The request that proves the credential, and its answer. Empty: there is none.
    pub identity: (&'static str, Value),
    /// The header that carries the credential; empty: it is no header, or another one each time.
    pub header: (&'static str, &'static str),
    pub read: (&'static str, &'static str, &'static str),
    pub write: Write,
    pub ends: Ends,
}

pub const BEARER: (&str, &str) = ("authorization", "Bearer lab-access-token-1");

/// A machine with a store, an agent and a client at every provider.
pub struct Desk {
    pub lab: Lab,
    pub sandbox: Sandbox,
    /// How many seconds ahead of the machine's clock the program believes to be.
    ahead: Cell<i64>,
}

impl Desk {
    pub fn new() -> Desk {
        let desk = Desk { lab: Lab::start(), sandbox: Sandbox::new(), ahead: Cell::new(0) };
        desk.sandbox.siesta(&["init", "--org", "Acme"]).succeeds();
        desk.sandbox.siesta(&["agent", "add", "helper"]).succeeds();
        for provider in ["google", "github", "hubspot", "atlassian", "notion", "slack"] {
            let line = ["app", "set", provider, "--client-id", "lab-client", "--client-secret-stdin"];
            desk.sandbox.siesta_with(&line, "lab-client-secret").succeeds();
        }
        desk.sandbox.siesta(&["app", "set", "microsoft", "--client-id", "lab-client"]).succeeds();
        desk.lab.tell("POST", "/token", 200, Lab::tokens());
        desk
    }

    /// Lets time pass for every later run.
    pub fn pass(&self, seconds: i64) {
        self.ahead.set(self.ahead.get() + seconds);
    }

    pub fn words(&self, text: &str) -> Vec<String> {
        let text = text.replace("{lab}", &self.lab.base);
        shell_words::split(&text).unwrap()
    }

    /// A line at the time that it is here.
    pub fn line(&self, text: &str) -> Line {
        let words = self.words(text);
        let line = self.sandbox.line(&words.iter().map(String::as_str).collect::<Vec<_>>());
        line.env("CLOCK_AHEAD_SECONDS", self.ahead.get().to_string())
    }

    #[track_caller]
    pub fn run(&self, text: &str) -> Run {
        self.line(text).run()
    }

    #[track_caller]
    pub fn run_with(&self, text: &str, stdin: &str) -> Run {
        self.line(text).stdin(stdin).run()
    }

    /// Adds a connection named `c`, and says what the provider was asked.
    #[track_caller]
    pub fn add(&self, service: &str, how: How, more: &str) -> (Run, Vec<Asked>) {
        self.lab.asked();
        let at = format!("add {service} c --base-url {{lab}} --allow-private-network {more}");
        let browser = || {
            let server = "--authorization-url {lab}/authorize --token-url {lab}/token";
            format!("{at} {server} --callback-port {}", free_port())
        };
        let run = match how {
            How::Secret(secret) => self.run_with(&format!("{at} --secret-stdin"), secret),
            How::SignIn(_) => self.lab.consent(self.line(&browser())).0,
            How::SignInWith(_, beside) => {
                self.lab.consent(self.line(&format!("{} --secret-stdin", browser())).stdin(beside)).0
            }
        };
        (run, self.lab.asked())
    }

    /// The line that signs in to a service at the laboratory.
    #[track_caller]
    pub fn sign_in(&self, service: &str, more: &str) -> Run {
        self.add(service, How::SignIn(KEEPS), more).0
    }

    #[track_caller]
    pub fn shown(&self) -> Value {
        self.run("show c --json").succeeds().json()
    }

    /// The functions of a service that change something, as the catalogue says.
    #[track_caller]
    pub fn changing_functions(&self, service: &str) -> Vec<String> {
        let shown = self.run(&format!("catalog show {service} --json")).succeeds().json();
        let functions = shown["service"]["functions"].as_array().unwrap();
        let changes = |f: &&Value| f["kind"] != "read" && f["kind"] != "draft";
        functions.iter().filter(changes).map(|f| f["name"].as_str().unwrap().to_owned()).collect()
    }
}

pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The members of a body, a form's or JSON's.
pub fn members(asked: &Asked) -> Map<String, Value> {
    match serde_json::from_str(&asked.body) {
        Ok(Value::Object(members)) => members,
        _ => asked.form().into_iter().map(|(name, value)| (name, value.into())).collect(),
    }
}

/// A request for tokens: exactly these members besides the client, who is named as the provider wants it.
#[track_caller]
pub fn asks_for_tokens(name: &str, asked: &Asked, dialect: Dialect, own: &[(&str, Option<&str>)]) {
    let mut sent = members(asked);
    let kind = if dialect.json { "application/json" } else { "application/x-www-form-urlencoded" };
    assert_eq!(asked.header("content-type"), Some(kind), "{name}");
    assert_eq!(asked.header("accept"), Some("application/json"), "{name}: GitHub answers with a form otherwise");
    assert_eq!(asked.header("authorization"), dialect.basic.then_some(BASIC), "{name}");
    if !dialect.basic {
        assert_eq!(sent.remove("client_id"), Some(json!("lab-client")), "{name}");
        assert_eq!(sent.remove("client_secret"), dialect.secret.then(|| json!("lab-client-secret")), "{name}");
    }
    let names: BTreeSet<&str> = sent.keys().map(String::as_str).collect();
    assert_eq!(names, own.iter().map(|(name, _)| *name).collect(), "{name}: {}", asked.body);
    for (member, value) in own {
        assert!(value.is_none_or(|value| sent[*member] == value), "{name}: {member} is {}", sent[*member]);
    }
}

/// Lives one case from end to end.
#[track_caller]
pub fn live(desk: &Desk, case: &Case) {
    let name = case.service;
    if let Some((method, path)) = case.identity.0.split_once(' ') {
        desk.lab.tell(method, path.split('?').next().unwrap(), 200, case.identity.1.clone());
    }
    let (run, asked) = desk.add(name, case.how, case.more);
    run.succeeds();
    let dialect = match case.how {
        How::SignIn(dialect) | How::SignInWith(dialect, _) => Some(dialect),
        How::Secret(_) => None,
    };
    if let Some(dialect) = dialect {
        let mut own =
            vec![("grant_type", Some("authorization_code")), ("code", Some("lab-code")), ("redirect_uri", None)];
        own.extend(dialect.pkce.then_some(("code_verifier", None)));
        let exchange: Vec<&Asked> = asked.iter().filter(|asked| asked.line() == "POST /token").collect();
        assert_eq!(exchange.len(), 1, "{name}: a code is good for one use");
        asks_for_tokens(name, exchange[0], dialect, &own);
    }
    let lines: Vec<String> = asked.iter().map(Asked::line).filter(|line| line != "POST /token").collect();
    let expected: Vec<&str> = [case.identity.0].into_iter().filter(|line| !line.is_empty()).collect();
    assert_eq!(lines, expected, "{name}: what proves it");
    let has_credential = |asked: &Asked| case.header.0.is_empty() || asked.header(case.header.0) == Some(case.header.1);
    assert!(asked.iter().filter(|asked| asked.line() == case.identity.0).all(has_credential), "{name}: {asked:?}");

    // The same request tries it later.
    let tried = desk.run("test c --json").succeeds().json()["connections"][0].clone();
    assert_eq!(tried["outcome"], if case.identity.0.is_empty() { "not-tried" } else { "healthy" }, "{name}: {tried}");
    assert_eq!(desk.lab.asked().iter().map(Asked::line).collect::<Vec<_>>(), expected, "{name}: test");

    let (read, first) = reads(desk, name, case);
    assert!(has_credential(&first), "{name}: {first:?}");

    match &case.write {
        Write::NoneThere => assert_eq!(desk.changing_functions(name), [] as [String; 0], "{name} has one after all"),
        Write::Approved(function, arguments, line, body) => {
            let waiting = desk.run(&format!("call c {function} --agent helper --json {arguments}")).ends_with(9).json();
            assert!(desk.lab.asked().is_empty(), "{name}/{function} went out unasked");
            let id = waiting["executionId"].as_str().unwrap();
            desk.run(&format!("executions approve {id}")).succeeds();
            let asked = desk.lab.asked();
            assert_eq!(asked.iter().map(Asked::line).collect::<Vec<_>>(), [*line], "{name}/{function}");
            assert!(has_credential(&asked[0]), "{name}/{function}: {:?}", asked[0]);
            let sent = serde_json::from_str(&asked[0].body).unwrap_or(Value::Null);
            assert_eq!(sent, *body, "{name}/{function}: {}", asked[0].body);
        }
    }
    if let Some(dialect) = dialect {
        refreshed(desk, name, dialect, &read);
    }
    let revoked = desk.run("revoke c --yes --json").succeeds().json();
    ended(name, case, dialect, &desk.lab.asked(), &revoked);
    desk.lab.tell("POST", "/token", 200, Lab::tokens());
}

/// A refresh is one request, and what it brings is what the next call is made with.
#[track_caller]
fn refreshed(desk: &Desk, name: &str, dialect: Dialect, read: &str) {
    let mut tokens = Lab::tokens();
    tokens["access_token"] = json!("lab-access-token-2");
    match dialect.rotates {
        true => tokens["refresh_token"] = json!("lab-refresh-token-2"),
        // Google and HubSpot leave it out; the old one stays.
        false => drop(tokens.as_object_mut().unwrap().remove("refresh_token")),
    }
    desk.lab.tell("POST", "/token", 200, tokens);
    desk.run("refresh c").succeeds();
    let asked = desk.lab.asked();
    assert_eq!(asked.iter().map(Asked::line).collect::<Vec<_>>(), ["POST /token"], "{name}: refresh");
    // No scope: it only narrows, and some providers refuse it.
    let own = [("grant_type", Some("refresh_token")), ("refresh_token", Some("lab-refresh-token-1"))];
    asks_for_tokens(name, &asked[0], dialect, &own);
    desk.run(read).succeeds();
    let asked = desk.lab.asked();
    assert_eq!(asked[0].header("authorization"), Some("Bearer lab-access-token-2"), "{name}: the new one is used");
}

/// What was sent to take the credential back, request by request.
#[track_caller]
fn ended(name: &str, case: &Case, dialect: Option<Dialect>, asked: &[Asked], revoked: &Value) {
    let upstream = if case.ends == Ends::ByHand { "not-supported" } else { "revoked" };
    assert_eq!(revoked["upstream"], upstream, "{name}: {revoked}");
    if case.ends == Ends::ByHand {
        assert!(!revoked["upstreamDetail"].as_str().unwrap().is_empty(), "{name}: where a person ends it");
    }
    let refresh_token = match dialect {
        Some(dialect) if dialect.rotates => "lab-refresh-token-2",
        _ => "lab-refresh-token-1",
    };
    let access_token = "lab-access-token-2";
    let tokens = [("refresh_token", refresh_token), ("access_token", access_token)];
    let client = || match dialect {
        Some(Dialect { secret: true, .. }) => json!({"client_id": "lab-client", "client_secret": "lab-client-secret"}),
        _ => json!({"client_id": "lab-client"}),
    };
    let bearer = match dialect {
        Some(_) => Some(format!("Bearer {access_token}")),
        None => (case.header.0 == "authorization").then(|| case.header.1.to_owned()),
    };
    let expected: Vec<(String, Option<String>, Value)> = match case.ends {
        Ends::ByHand => Vec::new(),
        Ends::Standard(line) => tokens
            .iter()
            .map(|(hint, token)| {
                let mut form = client();
                form["token"] = json!(token);
                form["token_type_hint"] = json!(hint);
                (line.to_owned(), None, form)
            })
            .collect(),
        Ends::Json(line) => {
            tokens.iter().map(|(_, token)| (line.to_owned(), Some(BASIC.to_owned()), json!({"token": token}))).collect()
        }
        Ends::DeleteWithBasic(line) => {
            vec![(line.to_owned(), Some(BASIC.to_owned()), json!({"access_token": access_token}))]
        }
        Ends::WithToken(line) => vec![(line.to_owned(), bearer, json!({}))],
    };
    let sent = |asked: &Asked| {
        let authorization = asked.header("authorization").map(str::to_owned);
        (asked.line(), authorization, Value::Object(members(asked)))
    };
    assert_eq!(asked.iter().map(sent).collect::<Vec<_>>(), expected, "{name}: revoke");
}

pub fn case(
    service: &'static str,
    how: How,
    identity: (&'static str, Value),
    read: (&'static str, &'static str, &'static str),
    write: Write,
) -> Case {
    Case { service, how, more: "", identity, header: BEARER, read, write, ends: Ends::ByHand }
}

/// Assigns the connection to the agent and reads with it. Also what was typed, and the one request that came of it.
#[track_caller]
pub fn reads(desk: &Desk, name: &str, case: &Case) -> (String, Asked) {
    desk.run("assign c helper").succeeds();
    desk.run("policy set helper c --mode read_write --step-up never").succeeds();
    let (function, arguments, line) = case.read;
    let read = format!("call c {function} --agent helper {arguments}");
    desk.run(&read).succeeds();
    let asked = desk.lab.asked();
    assert_eq!(asked.iter().map(Asked::line).collect::<Vec<_>>(), [line], "{name}/{function}");
    (read, asked.into_iter().next().unwrap())
}
