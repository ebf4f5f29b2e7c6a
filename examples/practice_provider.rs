//! A provider to practise with: an OAuth 2 authorization server, a small notes API and a model endpoint on loopback.
//!
//! As a program: `cargo run --example practice_provider` prints its address and what it knows, and runs until stopped;
//! `… -- browse URL [deny]` is a browser that presses the button. In a test: `Provider::start()`.
//!
//! It behaves as a careful provider does (exact redirect, S256 only, codes good for one use, refresh tokens rotated,
//! and a reused one kills the grant), because a forgiving one would hide faults; and it can be told to misbehave:
//! [`Provider::fault`], or `POST /practice/fault`. It knows nothing of siesta, so it cannot share its mistakes.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::exit)]

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tiny_http::{Header, Method, Request, Response, Server};
use url::{Url, form_urlencoded};

/// A client without a secret, as a command line should be one.
pub const PUBLIC_CLIENT: &str = "siesta-practice";
/// A client with a secret, by Basic or in the body.
pub const CONFIDENTIAL_CLIENT: &str = "siesta-confidential";
pub const CONFIDENTIAL_SECRET: &str = "practice-client-secret+/%";
/// The key of the model endpoint.
pub const API_KEY: &str = "sk-practice-0123456789abcdef";
pub const SCOPES: [&str; 5] = ["openid", "email", "profile", "notes.read", "notes.write"];
pub const MODELS: [&str; 2] = ["practice-small", "practice-large"];

/// A code is redeemed within seconds; RFC 6749 §4.1.2 allows ten minutes at most.
const CODE_LIFE: Duration = Duration::from_secs(60);
const TOKEN_LIFE: u64 = 3600;
const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
const DEVICE_LIFE: Duration = Duration::from_secs(600);

fn main() {
    let mut words = std::env::args().skip(1);
    if words.next().as_deref() == Some("browse") {
        let url = words.next().expect("browse URL [deny]");
        let page = browse(&url, words.next().as_deref() != Some("deny"));
        println!("{} {}\n{}", page.status, page.url, page.body);
        return;
    }
    let provider = Provider::start();
    println!("{}", provider.base_url);
    println!("public client        {PUBLIC_CLIENT}");
    println!("confidential client  {CONFIDENTIAL_CLIENT} with secret {CONFIDENTIAL_SECRET}");
    println!("scopes               {}", SCOPES.join(" "));
    println!("model API key        {API_KEY}");
    loop {
        std::thread::park();
    }
}

/// A running provider; stops when dropped.
pub struct Provider {
    pub base_url: String,
    pub api_key: String,
    server: Arc<Server>,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    base: String,
    stopping: AtomicBool,
    world: Mutex<World>,
    /// Requests that are never answered, kept so that their connections stay open.
    hanging: Mutex<Vec<Request>>,
}

/// One request as it came.
#[derive(Debug, Clone)]
pub struct Seen {
    pub method: String,
    /// With its query.
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

/// A scripted misbehaviour of one path.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Fault {
    pub path: String,
    /// How many requests it spoils.
    pub times: u32,
    pub status: u16,
    pub body: String,
    pub content_type: String,
    pub headers: Vec<(String, String)>,
    pub delay_ms: u64,
    /// Repeat in the body everything that was sent, credentials included.
    pub echo: bool,
    /// Never answer.
    pub hang: bool,
    /// Answer with a redirect to this address.
    pub redirect: Option<String>,
    /// Do what was asked first, and spoil only the answer: a rotation whose result is lost.
    pub after_effect: bool,
    /// Only wait `delay_ms`, then answer as usual.
    pub only_delay: bool,
}

impl Default for Fault {
    fn default() -> Self {
        Fault {
            path: String::new(),
            times: 1,
            status: 503,
            body: "<html>out of order</html>".to_owned(),
            content_type: "text/html".to_owned(),
            headers: Vec::new(),
            delay_ms: 0,
            echo: false,
            hang: false,
            redirect: None,
            after_effect: false,
            only_delay: false,
        }
    }
}

/// What a test may set.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// Seconds an access token lives; 0 makes tokens that are dead on arrival.
    pub token_lifetime: u64,
    pub rotate: bool,
    pub issue_refresh_token: bool,
    /// Take a refresh token that was replaced for a while longer.
    pub reuse_window: bool,
    /// The nonce of id tokens, instead of the one that was sent.
    pub nonce: Option<String>,
    /// Seconds by which the clock is wrong: what the `Date` header says.
    pub clock_off: i64,
    /// The account that consents.
    pub subject: String,
    pub email: String,
    /// Scopes granted whatever was asked for: people may untick some.
    pub grant_scopes: Option<Vec<String>>,
    /// Input and output tokens reported by the model endpoint instead of counted words.
    pub usage: Option<(u64, u64)>,
    /// Send `iss` with the redirect, as announced.
    pub send_iss: bool,
    /// Seconds a client is told to wait between two questions of the device flow.
    pub device_interval: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            token_lifetime: TOKEN_LIFE,
            rotate: true,
            issue_refresh_token: true,
            reuse_window: false,
            nonce: None,
            clock_off: 0,
            subject: "practice-user-1".to_owned(),
            email: "ann@practice.example".to_owned(),
            grant_scopes: None,
            usage: None,
            send_iss: true,
            device_interval: 5,
        }
    }
}

#[derive(Default)]
struct World {
    settings: Settings,
    faults: Vec<Fault>,
    seen: Vec<Seen>,
    asked: HashMap<String, Asked>,
    codes: HashMap<String, Code>,
    devices: HashMap<String, Device>,
    grants: Vec<Grant>,
    refresh_tokens: HashMap<String, RefreshToken>,
    access_tokens: HashMap<String, AccessToken>,
    notes: BTreeMap<u64, String>,
    next_note: u64,
}

/// An authorization request that waits for a button.
#[derive(Clone)]
struct Asked {
    client: String,
    redirect: String,
    state: Option<String>,
    scopes: Vec<String>,
    challenge: String,
    nonce: Option<String>,
}

struct Code {
    asked: Asked,
    grant: usize,
    until: Instant,
    used: bool,
}

/// A device that asks, by its device code.
struct Device {
    client: String,
    scopes: Vec<String>,
    user_code: String,
    allowed: Option<bool>,
    until: Instant,
}

struct Grant {
    client: String,
    scopes: Vec<String>,
    subject: String,
    email: String,
    alive: bool,
}

struct RefreshToken {
    grant: usize,
    current: bool,
}

struct AccessToken {
    grant: usize,
    until: Instant,
    alive: bool,
}

impl Provider {
    pub fn start() -> Self {
        Provider::start_at("127.0.0.1:0")
    }

    pub fn start_at(address: &str) -> Self {
        let server = Arc::new(Server::http(address).expect("a free loopback port"));
        let port = server.server_addr().to_ip().expect("a TCP address").port();
        let base = format!("http://127.0.0.1:{port}");
        let world = Mutex::new(World::default());
        let hanging = Mutex::default();
        let shared = Arc::new(Shared { base: base.clone(), stopping: AtomicBool::new(false), world, hanging });
        let (doors, inside) = (Arc::clone(&server), Arc::clone(&shared));
        let thread = std::thread::spawn(move || {
            while let Ok(request) = doors.recv() {
                if inside.stopping.load(Ordering::SeqCst) {
                    return;
                }
                let inside = Arc::clone(&inside);
                std::thread::spawn(move || inside.take(request));
            }
        });
        Provider { base_url: base, api_key: API_KEY.to_owned(), server, shared, thread: Some(thread) }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    pub fn fault(&self, fault: Fault) {
        self.shared.world.lock().unwrap().faults.push(fault);
    }

    pub fn set(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.shared.world.lock().unwrap().settings);
    }

    /// Everything that was asked, in order; what concerns `/practice` itself is left out.
    pub fn requests(&self) -> Vec<Seen> {
        self.shared.world.lock().unwrap().seen.clone()
    }

    pub fn count(&self, method: &str, path: &str) -> usize {
        let of = |seen: &Seen| seen.path.split('?').next() == Some(path) && seen.method == method;
        self.requests().iter().filter(|seen| of(seen)).count()
    }

    pub fn forget_requests(&self) {
        self.shared.world.lock().unwrap().seen.clear();
    }

    /// Ends the life of every access token now; refresh tokens stay good.
    pub fn expire_access_tokens(&self) {
        self.shared.world.lock().unwrap().access_tokens.values_mut().for_each(|token| token.alive = false);
    }

    /// As if the account's owner had withdrawn the consent in the provider's settings.
    pub fn withdraw_consent(&self) {
        self.shared.world.lock().unwrap().grants.iter_mut().for_each(|grant| grant.alive = false);
    }

    /// As if somebody had typed the code on another device and pressed the button there; false when nobody knows it.
    pub fn decide_device(&self, user_code: &str, allow: bool) -> bool {
        self.shared.world.lock().unwrap().decide_device(user_code, allow)
    }

    /// Whether an access or refresh token could be used now.
    pub fn is_alive(&self, token: &str) -> bool {
        let world = self.shared.world.lock().unwrap();
        let refresh = world.refresh_tokens.get(token).is_some_and(|one| one.current && world.grants[one.grant].alive);
        refresh || world.grant_of(token).is_some()
    }

    /// How many consents have not ended.
    pub fn living_grants(&self) -> usize {
        self.shared.world.lock().unwrap().grants.iter().filter(|grant| grant.alive).count()
    }

    pub fn stop(&mut self) {
        let Some(thread) = self.thread.take() else { return };
        self.shared.stopping.store(true, Ordering::SeqCst);
        self.server.unblock();
        let _ = thread.join();
        self.shared.hanging.lock().unwrap().clear();
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.stop();
    }
}

/// An answer before it is sent.
struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Answer {
    fn new(status: u16, content_type: &str, body: String) -> Self {
        Answer { status, headers: vec![("Content-Type".to_owned(), content_type.to_owned())], body }
    }

    fn json(status: u16, body: &Value) -> Self {
        Answer::new(status, "application/json", body.to_string()).with("Cache-Control", "no-store")
    }

    fn page(status: u16, body: &str) -> Self {
        let top = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Practice provider</title>";
        Answer::new(status, "text/html; charset=utf-8", format!("{top}<main>{body}</main>"))
    }

    fn see(address: &str) -> Self {
        Answer::page(302, "Going on.").with("Location", address)
    }

    fn oauth(status: u16, error: &str, description: &str) -> Self {
        Answer::json(status, &json!({"error": error, "error_description": description}))
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    fn send(self, request: Request) {
        let mut response = Response::from_string(self.body).with_status_code(self.status);
        response = response.with_chunked_threshold(usize::MAX);
        for (name, value) in self.headers {
            if let Ok(header) = Header::from_bytes(name, value) {
                response.add_header(header);
            }
        }
        let _ = request.respond(response);
    }
}

impl Shared {
    fn take(&self, mut request: Request) {
        let seen = see(&mut request);
        let path = seen.path.split('?').next().unwrap_or_default().to_owned();
        if let Some(word) = path.strip_prefix("/practice/") {
            let answer = self.practice(word, &seen);
            return answer.send(request);
        }
        let fault = {
            let mut world = self.world.lock().unwrap();
            world.seen.push(seen.clone());
            let found = world.faults.iter_mut().find(|fault| fault.path == path && fault.times > 0);
            found.map(|fault| {
                fault.times -= 1;
                fault.clone()
            })
        };
        let Some(fault) = fault else { return self.route(&path, &seen).send(request) };
        std::thread::sleep(Duration::from_millis(fault.delay_ms));
        if fault.only_delay {
            return self.route(&path, &seen).send(request);
        }
        if fault.after_effect {
            self.route(&path, &seen);
        }
        if fault.hang {
            return self.hanging.lock().unwrap().push(request);
        }
        let body = match fault.echo {
            true => {
                let said: Vec<&str> = seen.headers.iter().map(|(_, value)| value.as_str()).collect();
                let words = format!("{} {} {}", seen.path, said.join(" "), seen.body);
                json!({"error": {"message": words}}).to_string()
            }
            false => fault.body.clone(),
        };
        let mut answer = match &fault.redirect {
            Some(address) => Answer { status: 307, ..Answer::see(address) },
            None => Answer::new(fault.status, &fault.content_type, body),
        };
        answer.headers.extend(fault.headers);
        answer.send(request);
    }

    /// The strings a test pulls from another process.
    fn practice(&self, word: &str, seen: &Seen) -> Answer {
        let mut world = self.world.lock().unwrap();
        let done = Answer::json(200, &json!({"ok": true}));
        let bad = |failure: serde_json::Error| Answer::json(400, &json!({"error": failure.to_string()}));
        match (seen.method.as_str(), word) {
            ("POST", "fault") => match serde_json::from_str(&seen.body) {
                Ok(fault) => {
                    world.faults.push(fault);
                    done
                }
                Err(failure) => bad(failure),
            },
            ("POST", "settings") => match serde_json::from_str(&seen.body) {
                Ok(settings) => {
                    world.settings = settings;
                    done
                }
                Err(failure) => bad(failure),
            },
            ("POST", "expire") => {
                world.access_tokens.values_mut().for_each(|token| token.alive = false);
                done
            }
            ("POST", "withdraw") => {
                world.grants.iter_mut().for_each(|grant| grant.alive = false);
                done
            }
            ("GET", "requests") => {
                let headers = |seen: &Seen| seen.headers.iter().map(|(name, value)| json!([name, value])).collect();
                let one = |seen: &Seen| {
                    let headers: Vec<Value> = headers(seen);
                    json!({"method": seen.method, "path": seen.path, "headers": headers, "body": seen.body})
                };
                Answer::json(200, &world.seen.iter().map(one).collect())
            }
            _ => Answer::json(404, &json!({"error": "fault, settings, expire, withdraw, requests"})),
        }
    }

    fn route(&self, path: &str, seen: &Seen) -> Answer {
        let mut world = self.world.lock().unwrap();
        match (seen.method.as_str(), path) {
            ("GET", "/.well-known/openid-configuration" | "/.well-known/oauth-authorization-server") => {
                self.description()
            }
            ("GET", "/authorize") => self.authorize(&mut world, seen),
            ("POST", "/consent") => self.consent(&mut world, seen),
            ("POST", "/token") => self.token(&mut world, seen),
            ("POST", "/device_authorization") => self.device(&mut world, seen),
            ("GET", "/device") => device_page(&world, seen),
            ("POST", "/revoke") => revoke(&mut world, seen),
            ("GET", "/userinfo") => userinfo(&world, seen),
            (method, "/api/notes") => notes(&mut world, seen, method, None),
            (method, _) if path.starts_with("/api/notes/") => {
                notes(&mut world, seen, method, path["/api/notes/".len()..].parse().ok().or(Some(0)))
            }
            ("GET", "/v1/models") => with_key(seen, || Answer::json(200, &models())),
            ("POST", "/v1/chat/completions") => with_key(seen, || chat(&world.settings, seen)),
            ("POST", "/v1/responses") => with_key(seen, || responses(&world.settings, seen)),
            ("GET", "/") => Answer::page(200, "<h1>Practice provider</h1>"),
            _ => Answer::json(404, &json!({"error": "not_found"})),
        }
    }

    fn description(&self) -> Answer {
        let at = |path: &str| format!("{}{path}", self.base);
        Answer::json(
            200,
            &json!({
                "issuer": self.base,
                "authorization_endpoint": at("/authorize"),
                "token_endpoint": at("/token"),
                "revocation_endpoint": at("/revoke"),
                "device_authorization_endpoint": at("/device_authorization"),
                "userinfo_endpoint": at("/userinfo"),
                "response_types_supported": ["code"],
                "grant_types_supported": ["authorization_code", "refresh_token", DEVICE_GRANT],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["none", "client_secret_basic", "client_secret_post"],
                "authorization_response_iss_parameter_supported": true,
                "id_token_signing_alg_values_supported": ["HS256"],
                "subject_types_supported": ["public"],
                "scopes_supported": SCOPES,
            }),
        )
    }

    /// The consent page; or an error, on a page when the redirect cannot be trusted, else by that redirect.
    fn authorize(&self, world: &mut World, seen: &Seen) -> Answer {
        let query = seen.path.split_once('?').map_or("", |(_, query)| query);
        let asked: HashMap<String, String> = form(query);
        let get = |name: &str| asked.get(name).cloned().unwrap_or_default();
        if form_urlencoded::parse(query.as_bytes()).count() != asked.len() {
            return Answer::page(400, "A parameter is repeated.");
        }
        if ![PUBLIC_CLIENT, CONFIDENTIAL_CLIENT].contains(&get("client_id").as_str()) {
            return Answer::page(400, "This client is not known.");
        }
        if !is_loopback(&get("redirect_uri")) {
            return Answer::page(400, "This redirect address is not registered.");
        }
        let request = Asked {
            client: get("client_id"),
            redirect: get("redirect_uri"),
            state: asked.get("state").cloned(),
            scopes: get("scope").split_whitespace().map(str::to_owned).collect(),
            challenge: get("code_challenge"),
            nonce: asked.get("nonce").cloned(),
        };
        let no = |error, why| self.back(world, &request, &[("error", error), ("error_description", why)]);
        if get("response_type") != "code" {
            return no("unsupported_response_type", "only code is offered");
        }
        if get("code_challenge_method") != "S256" || request.challenge.len() != 43 {
            return no("invalid_request", "a challenge by S256 is required");
        }
        if request.scopes.iter().any(|scope| !SCOPES.contains(&scope.as_str())) {
            return no("invalid_scope", "a scope is not known");
        }
        let ticket = random();
        let page = button_page(&ticket, &request.client, &request.scopes, &world.settings.email);
        world.asked.insert(ticket, request);
        Answer::page(200, &page)
    }

    fn consent(&self, world: &mut World, seen: &Seen) -> Answer {
        let pressed = form(&seen.body);
        let ticket = pressed.get("ticket").cloned().unwrap_or_default();
        let allow = pressed.get("decision").map(String::as_str) == Some("allow");
        if world.decide_device(&ticket, allow) {
            return Answer::page(200, "Thank you. Go back to your device.");
        }
        let Some(asked) = world.asked.remove(&ticket) else { return Answer::page(400, "This page is too old.") };
        if !allow {
            let why = "the account's owner said no";
            return self.back(world, &asked, &[("error", "access_denied"), ("error_description", why)]);
        }
        let settings = &world.settings;
        world.grants.push(Grant {
            client: asked.client.clone(),
            scopes: settings.grant_scopes.clone().unwrap_or_else(|| asked.scopes.clone()),
            subject: settings.subject.clone(),
            email: settings.email.clone(),
            alive: true,
        });
        let (code, grant) = (random(), world.grants.len() - 1);
        let answer = self.back(world, &asked, &[("code", &code)]);
        world.codes.insert(code, Code { asked, grant, until: Instant::now() + CODE_LIFE, used: false });
        answer
    }

    /// To the client's redirect address, with the state it sent and our own name.
    fn back(&self, world: &World, asked: &Asked, pairs: &[(&str, &str)]) -> Answer {
        let mut to = Url::parse(&asked.redirect).expect("checked before");
        let state = asked.state.as_deref().map(|state| ("state", state));
        let iss = world.settings.send_iss.then_some(("iss", self.base.as_str()));
        to.query_pairs_mut().extend_pairs(pairs.iter().copied().chain(state).chain(iss));
        Answer::see(to.as_str())
    }

    fn token(&self, world: &mut World, seen: &Seen) -> Answer {
        let asked = form(&seen.body);
        let get = |name: &str| asked.get(name).map(String::as_str).unwrap_or_default();
        let client = match client_of(seen, &asked) {
            Ok(client) => client,
            Err(answer) => return answer,
        };
        let invalid = |why| Answer::oauth(400, "invalid_grant", why);
        match get("grant_type") {
            "authorization_code" => {
                let Some(code) = world.codes.get_mut(get("code")) else { return invalid("the code is not known") };
                let (grant, again) = (code.grant, code.used);
                code.used = true;
                if again {
                    // Somebody else has it too: whatever it gave is taken back (RFC 6749 §4.1.2).
                    world.grants[grant].alive = false;
                    return invalid("the code was used before");
                }
                let proof = URL_SAFE_NO_PAD.encode(Sha256::digest(get("code_verifier")));
                if code.until < Instant::now() || code.asked.client != client {
                    return invalid("the code is too old or another client's");
                }
                if code.asked.redirect != get("redirect_uri") {
                    return invalid("the redirect address is not the one of before");
                }
                if code.asked.challenge != proof {
                    return invalid("the verifier does not fit the challenge");
                }
                let nonce = code.asked.nonce.clone();
                self.tokens(world, grant, nonce, None)
            }
            "refresh_token" => {
                let token = get("refresh_token").to_owned();
                let Some(known) = world.refresh_tokens.get(&token) else { return invalid("the token is not known") };
                let (grant, current) = (known.grant, known.current);
                if world.grants[grant].client != client {
                    return invalid("the token is another client's");
                }
                if !current && !world.settings.reuse_window {
                    world.grants[grant].alive = false;
                    return invalid("the token was used before, so the grant has ended");
                }
                if !world.grants[grant].alive {
                    return invalid("the grant has ended");
                }
                self.tokens(world, grant, None, Some(token))
            }
            DEVICE_GRANT => self.device_token(world, &client, get("device_code")),
            _ => Answer::oauth(400, "unsupported_grant_type", "authorization_code or refresh_token"),
        }
    }

    /// RFC 8628 §3.2. To script its later answers, spoil `/token` with the error that is wanted.
    fn device(&self, world: &mut World, seen: &Seen) -> Answer {
        let asked = form(&seen.body);
        let client = match client_of(seen, &asked) {
            Ok(client) => client,
            Err(answer) => return answer,
        };
        let scopes: Vec<String> =
            asked.get("scope").map(|text| text.split_whitespace().map(str::to_owned).collect()).unwrap_or_default();
        if scopes.iter().any(|scope| !SCOPES.contains(&scope.as_str())) {
            return Answer::oauth(400, "invalid_scope", "a scope is not known");
        }
        let letters: String = random().chars().filter(char::is_ascii_alphabetic).take(8).collect();
        let (code, user_code) = (random(), letters.to_ascii_uppercase());
        let page = format!("{}/device", self.base);
        let answer = json!({"device_code": code, "user_code": user_code, "verification_uri": page,
            "verification_uri_complete": format!("{page}?user_code={user_code}"),
            "expires_in": DEVICE_LIFE.as_secs(), "interval": world.settings.device_interval});
        let until = Instant::now() + DEVICE_LIFE;
        world.devices.insert(code, Device { client, scopes, user_code, allowed: None, until });
        Answer::json(200, &answer)
    }

    fn device_token(&self, world: &mut World, client: &str, code: &str) -> Answer {
        let Some(device) = world.devices.get(code).filter(|device| device.client == client) else {
            return Answer::oauth(400, "invalid_grant", "the device code is not known");
        };
        match device.allowed {
            _ if device.until < Instant::now() => Answer::oauth(400, "expired_token", "too late"),
            None => Answer::oauth(400, "authorization_pending", "nobody has pressed the button yet"),
            Some(false) => Answer::oauth(400, "access_denied", "the account's owner said no"),
            Some(true) => {
                let scopes = world.settings.grant_scopes.clone().unwrap_or_else(|| device.scopes.clone());
                let (subject, email) = (world.settings.subject.clone(), world.settings.email.clone());
                world.devices.remove(code);
                world.grants.push(Grant { client: client.to_owned(), scopes, subject, email, alive: true });
                let grant = world.grants.len() - 1;
                self.tokens(world, grant, None, None)
            }
        }
    }

    fn tokens(&self, world: &mut World, grant: usize, nonce: Option<String>, refreshed: Option<String>) -> Answer {
        let settings = world.settings.clone();
        let access = format!("practice-access-{}", random());
        let until = Instant::now() + Duration::from_secs(settings.token_lifetime);
        world.access_tokens.insert(access.clone(), AccessToken { grant, until, alive: true });
        let Grant { client, scopes, subject, email, .. } = &world.grants[grant];
        let mut answer = json!({
            "access_token": access, "token_type": "Bearer", "expires_in": settings.token_lifetime, "scope": scopes.join(" "),
        });
        if scopes.iter().any(|scope| scope == "openid") {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
            let mut claims = json!({"iss": self.base, "aud": client, "sub": subject, "iat": now,
                "exp": now + TOKEN_LIFE, "email": email, "name": "Ann Practice"});
            if let Some(nonce) = settings.nonce.or(nonce) {
                claims["nonce"] = json!(nonce);
            }
            answer["id_token"] = json!(signed(&claims));
        }
        let renewed = match refreshed {
            None => settings.issue_refresh_token,
            Some(used) if settings.rotate => {
                world.refresh_tokens.entry(used).and_modify(|token| token.current = false);
                true
            }
            Some(_) => false,
        };
        if renewed {
            let refresh = format!("practice-refresh-{}", random());
            world.refresh_tokens.insert(refresh.clone(), RefreshToken { grant, current: true });
            answer["refresh_token"] = json!(refresh);
        }
        let now = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(settings.clock_off);
        Answer::json(200, &answer).with("Date", &now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string())
    }
}

impl World {
    fn decide_device(&mut self, user_code: &str, allow: bool) -> bool {
        let asking = self.devices.values_mut().find(|device| device.user_code == user_code);
        asking.map(|device| device.allowed = Some(allow)).is_some()
    }

    /// The grant behind an access token that is good now.
    fn grant_of(&self, token: &str) -> Option<&Grant> {
        let known = self.access_tokens.get(token).filter(|token| token.alive && Instant::now() < token.until)?;
        Some(&self.grants[known.grant]).filter(|grant| grant.alive)
    }
}

fn device_page(world: &World, seen: &Seen) -> Answer {
    let query = seen.path.split_once('?').map_or("", |(_, query)| query);
    let code = form(query).remove("user_code").unwrap_or_default();
    match world.devices.values().find(|device| device.user_code == code) {
        Some(device) => Answer::page(200, &button_page(&code, &device.client, &device.scopes, &world.settings.email)),
        None => Answer::page(200, "<form><input name=\"user_code\"><button>Go on</button></form>"),
    }
}

/// RFC 7009: an unknown token is as dead as a revoked one, so both are answered with 200.
fn revoke(world: &mut World, seen: &Seen) -> Answer {
    let asked = form(&seen.body);
    let client = match client_of(seen, &asked) {
        Ok(client) => client,
        Err(answer) => return answer,
    };
    let token = asked.get("token").map(String::as_str).unwrap_or_default();
    if let Some(known) = world.refresh_tokens.get(token)
        && world.grants[known.grant].client == client
    {
        world.grants[known.grant].alive = false;
    }
    if let Some(known) = world.access_tokens.get_mut(token)
        && world.grants[known.grant].client == client
    {
        known.alive = false;
    }
    Answer::json(200, &json!({}))
}

fn userinfo(world: &World, seen: &Seen) -> Answer {
    match bearer(seen).and_then(|token| world.grant_of(&token)) {
        Some(grant) => Answer::json(200, &json!({"sub": grant.subject, "email": grant.email, "name": "Ann Practice"})),
        None => unauthorized(),
    }
}

fn notes(world: &mut World, seen: &Seen, method: &str, id: Option<u64>) -> Answer {
    let Some(grant) = bearer(seen).and_then(|token| world.grant_of(&token)) else { return unauthorized() };
    let wanted = if method == "GET" { "notes.read" } else { "notes.write" };
    if !grant.scopes.iter().any(|scope| scope == wanted) {
        let challenge = format!("Bearer error=\"insufficient_scope\", scope=\"{wanted}\"");
        return Answer::json(403, &json!({"error": "insufficient_scope"})).with("WWW-Authenticate", &challenge);
    }
    let note = |(id, text): (&u64, &String)| json!({"id": id, "text": text});
    match (method, id) {
        ("GET", None) => Answer::json(200, &json!({"notes": world.notes.iter().map(note).collect::<Vec<_>>()})),
        ("POST", None) => {
            let sent: Value = serde_json::from_str(&seen.body).unwrap_or_default();
            let Some(text) = sent["text"].as_str() else {
                return Answer::json(400, &json!({"error": "text is missing"}));
            };
            world.next_note += 1;
            world.notes.insert(world.next_note, text.to_owned());
            Answer::json(201, &json!({"id": world.next_note, "text": text}))
        }
        ("GET", Some(id)) => match world.notes.get_key_value(&id) {
            Some(found) => Answer::json(200, &note(found)),
            None => Answer::json(404, &json!({"error": "not_found"})),
        },
        ("DELETE", Some(id)) => match world.notes.remove(&id) {
            Some(_) => Answer { status: 204, headers: Vec::new(), body: String::new() },
            None => Answer::json(404, &json!({"error": "not_found"})),
        },
        _ => Answer::json(405, &json!({"error": "method_not_allowed"})),
    }
}

fn unauthorized() -> Answer {
    Answer::json(401, &json!({"error": "invalid_token"})).with("WWW-Authenticate", "Bearer error=\"invalid_token\"")
}

fn with_key(seen: &Seen, answer: impl FnOnce() -> Answer) -> Answer {
    match bearer(seen).as_deref() {
        Some(API_KEY) => answer(),
        _ => Answer::json(
            401,
            &json!({"error": {"message": "wrong API key", "type": "invalid_request_error",
            "code": "invalid_api_key"}}),
        ),
    }
}

fn models() -> Value {
    let model = |id: &&str| json!({"id": id, "object": "model", "created": 0, "owned_by": "practice"});
    json!({"object": "list", "data": MODELS.iter().map(model).collect::<Vec<_>>()})
}

fn chat(settings: &Settings, seen: &Seen) -> Answer {
    let asked: Value = serde_json::from_str(&seen.body).unwrap_or_default();
    let reply = format!("You said {} words.", words(&asked["messages"]));
    let (input, output) = settings.usage.unwrap_or((words(&asked["messages"]), words(&json!(reply))));
    Answer::json(
        200,
        &json!({
            "id": "chatcmpl-practice", "object": "chat.completion", "created": 0, "model": asked["model"],
            "choices": [{"index": 0, "message": {"role": "assistant", "content": reply}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": input, "completion_tokens": output, "total_tokens": input + output},
        }),
    )
}

fn responses(settings: &Settings, seen: &Seen) -> Answer {
    let asked: Value = serde_json::from_str(&seen.body).unwrap_or_default();
    let counted = words(&asked["input"]) + words(&asked["instructions"]);
    let reply = format!("You said {counted} words.");
    let (input, output) = settings.usage.unwrap_or((counted, words(&json!(reply))));
    let content = json!([{"type": "output_text", "text": reply, "annotations": []}]);
    Answer::json(
        200,
        &json!({
            "id": "resp_practice", "object": "response", "created_at": 0, "status": "completed", "model": asked["model"],
            "output": [{"type": "message", "id": "msg_practice", "role": "assistant", "status": "completed", "content": content}],
            "usage": {"input_tokens": input, "output_tokens": output, "total_tokens": input + output},
        }),
    )
}

/// One token per word of every text in it, roles and types aside: the same input always costs the same.
fn words(value: &Value) -> u64 {
    match value {
        Value::String(text) => text.split_whitespace().count() as u64,
        Value::Array(all) => all.iter().map(words).sum(),
        Value::Object(members) => {
            let counts = |name: &str| ["content", "text", "input"].contains(&name);
            members.iter().filter(|(name, _)| counts(name)).map(|(_, value)| words(value)).sum()
        }
        _ => 0,
    }
}

fn button_page(ticket: &str, client: &str, scopes: &[String], email: &str) -> String {
    let scopes: String = scopes.iter().map(|scope| format!("<li>{}</li>", escaped(scope))).collect();
    let button = |decision: &str, label: &str| {
        format!(
            "<form method=\"post\" action=\"/consent\"><input type=\"hidden\" name=\"ticket\" value=\"{ticket}\">\
             <input type=\"hidden\" name=\"decision\" value=\"{decision}\"><button id=\"{decision}\">{label}</button></form>"
        )
    };
    let (client, email) = (escaped(client), escaped(email));
    let (allow, deny) = (button("allow", "Allow"), button("deny", "Deny"));
    format!("<h1>{client} asks for access</h1><p>As {email}, to:</p><ul>{scopes}</ul>{allow}{deny}")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn is_loopback(redirect: &str) -> bool {
    let Ok(url) = Url::parse(redirect) else { return false };
    let host = ["127.0.0.1", "localhost", "[::1]"].contains(&url.host_str().unwrap_or_default());
    url.scheme() == "http" && host && url.fragment().is_none() && url.username().is_empty()
}

/// Which client it is, by Basic (both parts form-encoded, RFC 6749 §2.3.1) or in the body; never by both.
fn client_of(seen: &Seen, asked: &HashMap<String, String>) -> Result<String, Answer> {
    let no = || Answer::oauth(401, "invalid_client", "the client is not known or its secret is wrong");
    let basic = header(seen, "authorization").and_then(|value| basic_parts(&value));
    let in_body = (asked.get("client_id").cloned(), asked.get("client_secret").cloned());
    let (id, secret) = match (basic, in_body) {
        (Some(_), (_, Some(_))) => return Err(Answer::oauth(400, "invalid_request", "one way is enough")),
        (Some((id, secret)), _) => (id, Some(secret)),
        (None, (Some(id), secret)) => (id, secret),
        (None, (None, _)) => return Err(no()),
    };
    match (id.as_str(), secret.as_deref()) {
        (PUBLIC_CLIENT, None) | (CONFIDENTIAL_CLIENT, Some(CONFIDENTIAL_SECRET)) => Ok(id),
        _ => Err(no()),
    }
}

fn basic_parts(value: &str) -> Option<(String, String)> {
    let text = String::from_utf8(STANDARD.decode(value.strip_prefix("Basic ")?).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let decoded =
        |part: &str| form_urlencoded::parse(format!("x={part}").as_bytes()).next().map(|(_, value)| value.into_owned());
    Some((decoded(id)?, decoded(secret)?))
}

fn bearer(seen: &Seen) -> Option<String> {
    header(seen, "authorization")?.strip_prefix("Bearer ").map(str::to_owned)
}

fn header(seen: &Seen, name: &str) -> Option<String> {
    seen.headers.iter().find(|(had, _)| had == name).map(|(_, value)| value.clone())
}

fn see(request: &mut Request) -> Seen {
    let mut body = Vec::new();
    if !matches!(request.method(), Method::Get | Method::Head) {
        let _ = request.as_reader().read_to_end(&mut body);
    }
    let pair =
        |header: &Header| (header.field.as_str().as_str().to_ascii_lowercase(), header.value.as_str().to_owned());
    Seen {
        method: request.method().to_string(),
        path: request.url().to_owned(),
        headers: request.headers().iter().map(pair).collect(),
        body: String::from_utf8_lossy(&body).into_owned(),
    }
}

fn form(text: &str) -> HashMap<String, String> {
    form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

fn random() -> String {
    let mut bytes = [0u8; 24];
    getrandom::fill(&mut bytes).expect("randomness");
    URL_SAFE_NO_PAD.encode(bytes)
}

fn signed(claims: &Value) -> String {
    let encoded = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", encoded(&json!({"alg": "HS256", "typ": "JWT"})), encoded(claims));
    let mut mac = Hmac::<Sha256>::new_from_slice(CONFIDENTIAL_SECRET.as_bytes()).expect("any length is a key");
    mac.update(text.as_bytes());
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

/// Where the scripted browser ended up.
#[derive(Debug, Clone)]
pub struct Page {
    pub url: String,
    pub status: u16,
    pub body: String,
}

/// A browser that opens `url`, presses Allow or Deny on the consent page, follows the redirects, and reloads a page that
/// asks for it until it no longer does. Returns the last page it saw.
pub fn browse(url: &str, allow: bool) -> Page {
    // The client library wants a TLS provider even for plain http; a second installation is refused, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::blocking::Client::builder().no_proxy().tls_certs_only([]).timeout(Duration::from_secs(20));
    let client = client.build().expect("a client");
    let opened = client.get(url).send().map(page);
    let mut last = opened.unwrap_or_else(|failure| Page { url: url.to_owned(), status: 0, body: failure.to_string() });
    if let Some(ticket) = between(&last.body, "name=\"ticket\" value=\"", "\"") {
        let decision = if allow { "allow" } else { "deny" };
        let pressed = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("ticket", ticket.as_str()), ("decision", decision)])
            .finish();
        let action = Url::parse(&last.url).and_then(|here| here.join("/consent")).expect("an address");
        let pressing = reqwest::blocking::Client::builder().no_proxy().tls_certs_only([]);
        let pressing = pressing.redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        let request = pressing.post(action).header("Content-Type", "application/x-www-form-urlencoded").body(pressed);
        let failed = |url: &str, why: String| Page { url: url.to_owned(), status: 0, body: why };
        let answer = match request.send() {
            Ok(answer) => answer,
            Err(failure) => return failed(&last.url, failure.to_string()),
        };
        // By hand, because where nobody listens the address is what a person would see and copy.
        match answer.headers().get("location").and_then(|to| to.to_str().ok()).map(str::to_owned) {
            None => last = page(answer),
            Some(to) => match client.get(&to).send().map(page) {
                Ok(page) => last = page,
                Err(failure) => return failed(&to, failure.to_string()),
            },
        }
    }
    // A person's browser waits the second it is told to; this one is in a hurry.
    for _ in 0..400 {
        if !last.body.contains("http-equiv=\"refresh\"") {
            break;
        }
        std::thread::sleep(Duration::from_millis(5));
        match client.get(&last.url).send().map(page) {
            Ok(page) => last = page,
            Err(_) => break,
        }
    }
    last
}

fn page(answer: reqwest::blocking::Response) -> Page {
    let (url, status) = (answer.url().to_string(), answer.status().as_u16());
    let mut body = Vec::new();
    let mut answer = answer;
    let _ = std::io::copy(&mut answer, &mut body);
    Page { url, status, body: String::from_utf8_lossy(&body).into_owned() }
}

fn between(text: &str, before: &str, after: &str) -> Option<String> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(found, _)| found.to_owned())
}
