//! The canary: secrets that exist nowhere else are planted, everything is run as talkative and as unlucky as it can
//! be, and then every word and every file is searched for them.
use crate::support::files_below;
use crate::support::office::Office;
use crate::support::provider::{API_KEY, Button, CONFIDENTIAL_CLIENT, CONFIDENTIAL_SECRET, Fault};
use crate::support::sandbox::Run;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use url::form_urlencoded;

/// A key of no known shape, which no rule about prefixes can recognise.
const PLAIN_KEY: &str = "canary.7Qx2.plain-key-w8Zr";

/// Everything that was said, by whom.
#[derive(Default)]
struct Ears {
    heard: Vec<(String, Vec<u8>)>,
}

impl Ears {
    fn hear(&mut self, what: &str, run: Run) -> Run {
        assert_ne!(run.code, Some(70), "{what}: {}", run.stderr);
        self.heard.push((format!("stdout of {what}"), run.stdout_bytes.clone()));
        self.heard.push((format!("stderr of {what}"), run.stderr.clone().into_bytes()));
        run
    }
}

/// A secret as it might be written down.
fn forms(secret: &str) -> Vec<String> {
    let encoded: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    vec![secret.to_owned(), encoded, STANDARD.encode(secret), URL_SAFE_NO_PAD.encode(secret), hex]
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn no_secret_is_in_any_word_or_file() {
    let office = Office::new();
    let provider = &office.provider;
    let mut ears = Ears::default();
    let base = provider.base_url.clone();

    // Planted: a client secret, an OAuth grant, a provider's key and a key of no known shape.
    let client = ["app", "set", &base, "--client-id", CONFIDENTIAL_CLIENT, "--client-secret-stdin", "-vvv"];
    ears.hear("app set", office.siesta_with(&client, CONFIDENTIAL_SECRET)).succeeds();
    let (run, page) = office.add_notes(&["-vvv"], Button::Allow);
    ears.hear("add oauth2", run).succeeds();
    ears.heard.push(("the last page".to_owned(), page.body.into_bytes()));
    ears.hear("add openai", office.add_research(&["--access", "shared", "-vvv"])).succeeds();
    let plain = ["add", "rest-api", "plain", "--base-url", &base, "--allow-private-network", "--secret-stdin", "-vvv"];
    ears.hear("add rest-api", office.siesta_with(&plain, PLAIN_KEY));
    office.siesta(&["agent", "add", "helper"]).succeeds();
    for connection in ["notes", "research", "plain"] {
        office
            .siesta(&["policy", "set", "helper", connection, "--mode", "read_write", "--step-up", "never"])
            .succeeds();
    }
    office.siesta(&["governance", "set", "rest-api/http_post", "enabled"]).succeeds();

    // A provider that repeats what it was sent, in every kind of answer.
    let echo = |path: &str, status: u16, content_type: &str| {
        let content_type = content_type.to_owned();
        provider.fault(Fault { path: path.to_owned(), status, content_type, echo: true, ..Fault::default() });
    };
    let call = |connection: &str, function: &str, path: &str| {
        let argument = format!("path={path}");
        let mut line = vec!["call", connection, function, "--agent", "helper", "-vvv"];
        if !path.is_empty() {
            line.extend(["--arg", &argument]);
        }
        office.siesta(&line)
    };
    ears.hear("call notes", call("notes", "http_get", "notes"));
    ears.hear("call plain", call("plain", "http_get", "api/notes"));
    ears.hear("call research", call("research", "list_models", ""));
    for (status, content_type) in [(401, "application/json"), (503, "text/html"), (200, "text/plain")] {
        echo("/v1/models", status, content_type);
        let run = office.siesta_with(&["rotate", "research", "--secret-stdin", "-vvv"], API_KEY);
        ears.hear(&format!("rotate, answered {status}"), run);
        echo("/api/notes", status, content_type);
        ears.hear(&format!("call notes, answered {status}"), call("notes", "http_get", "notes"));
        echo("/api/notes", status, content_type);
        ears.hear(&format!("call plain, answered {status}"), call("plain", "http_get", "api/notes"));
        echo("/token", status, content_type);
        provider.expire_access_tokens();
        ears.hear(&format!("refresh, answered {status}"), call("notes", "http_get", "notes"));
        echo("/token", status, content_type);
        let (run, _) = office.line(&["reauth", "notes", "-vvv"]).sign_in(Button::Allow);
        ears.hear(&format!("reauth, answered {status}"), run);
    }
    let (run, _) = office.line(&["reauth", "notes", "-vvv", "-o", "jsonl"]).sign_in(Button::Allow);
    ears.hear("reauth", run).succeeds();

    // Everything that shows something.
    for line in [
        "status",
        "list --all",
        "show notes",
        "show research",
        "show plain",
        "app list",
        "catalog show openai",
        "governance list",
        "policy list",
        "executions list",
        "limits list",
        "limits report",
        "audit list --limit 500",
        "audit verify",
        "user list",
        "team list",
        "agent list",
        "store info",
        "store verify",
        "store recipients list",
        "explain --agent helper --connection plain http_get --arg path=x",
    ] {
        for format in ["table", "json", "csv"] {
            let words: Vec<&str> = line.split_whitespace().chain(["-o", format, "-vvv"]).collect();
            ears.hear(line, office.siesta(&words)).succeeds();
        }
    }
    let executions = office.siesta(&["executions", "list", "--json"]).succeeds().json();
    for execution in executions["executions"].as_array().unwrap() {
        let id = execution["id"].as_str().unwrap();
        ears.hear("executions show", office.siesta(&["executions", "show", id, "--json", "-vvv"])).succeeds();
    }
    echo("/revoke", 503, "application/json");
    echo("/revoke", 503, "application/json");
    for connection in ["notes", "research", "plain"] {
        ears.hear("revoke", office.siesta(&["revoke", connection, "--yes", "-vvv"]));
    }
    ears.hear("the last audit", office.siesta(&["audit", "list", "--limit", "500", "--json"])).succeeds();

    // What the provider saw tells which tokens, codes and verifiers there were.
    let identity = std::fs::read_to_string(office.identity()).unwrap();
    let key = identity.lines().find(|line| line.starts_with("AGE-SECRET-KEY-")).unwrap();
    let mut secrets: Vec<String> = [API_KEY, PLAIN_KEY, CONFIDENTIAL_SECRET, key].map(str::to_owned).to_vec();
    for seen in provider.requests() {
        for (name, value) in form_urlencoded::parse(seen.body.as_bytes()) {
            if ["code", "code_verifier", "refresh_token", "token"].contains(&&*name) {
                secrets.push(value.into_owned());
            }
        }
        let bearer = seen
            .headers
            .iter()
            .find_map(|(name, value)| value.strip_prefix("Bearer ").filter(|_| name == "authorization"));
        secrets.extend(bearer.map(str::to_owned));
    }
    secrets.sort();
    secrets.dedup();
    let is_there = |beginning: &str| secrets.iter().any(|secret| secret.starts_with(beginning));
    assert!(is_there("practice-access-") && is_there("practice-refresh-") && secrets.len() > 10, "{secrets:?}");

    for file in files_below(office.home(), "").into_iter().filter(|file| *file != office.identity()) {
        ears.heard.push((file.display().to_string(), std::fs::read(&file).unwrap()));
    }
    let mut found = Vec::new();
    for (place, bytes) in &ears.heard {
        for secret in &secrets {
            if forms(secret).iter().any(|form| holds(bytes, form)) {
                found.push(format!("{secret} is in {place}:\n{}", String::from_utf8_lossy(bytes)));
            }
        }
        // Also those of which the provider saw nothing, such as a token that was refused.
        for beginning in ["practice-access-", "practice-refresh-", "AGE-SECRET-KEY-", "Basic "] {
            if holds(bytes, beginning) {
                found.push(format!("{beginning}… is in {place}:\n{}", String::from_utf8_lossy(bytes)));
            }
        }
    }
    assert!(found.is_empty(), "{} finds:\n{}", found.len(), found.join("\n"));
}

#[test]
#[cfg(target_os = "linux")]
fn no_secret_is_in_the_arguments_or_the_environment_of_the_process() {
    let office = Office::new();
    office.provider.fault(Fault { path: "/v1/models".to_owned(), hang: true, ..Fault::default() });
    let base = office.provider.base_url.clone();
    let line = ["add", "openai", "research", "--secret-stdin", "--base-url", &base, "--allow-private-network"];
    let mut running = office.line(&line).stdin(API_KEY).start();
    while office.provider.count("GET", "/v1/models") == 0 {
        std::thread::yield_now();
    }
    let of = |name: &str| std::fs::read(format!("/proc/{}/{name}", running.child.id()));
    // The environment of a process that keeps its memory private cannot even be read, unless one is root.
    let seen = [of("cmdline").unwrap(), of("environ").unwrap_or_default()].concat();
    assert!(holds(&seen, "--secret-stdin") && !holds(&seen, API_KEY));
    running.child.kill().unwrap();
    running.finish();
}
