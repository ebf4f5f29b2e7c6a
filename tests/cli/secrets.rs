//! The canary: secrets that exist nowhere else are planted, everything is run as talkative and as unlucky as it can
//! be, and then every word and every file is searched for them.
use crate::support::day::{Day, NEXT_PLAIN_KEY, PLAIN_KEY};
use crate::support::files_below;
use crate::support::front::{Front, Wreck};
use crate::support::office::Office;
use crate::support::peer::skipped;
use crate::support::provider::{
    API_KEY, Button, CONFIDENTIAL_CLIENT, CONFIDENTIAL_SECRET, Fault, PUBLIC_CLIENT, Provider, browse,
};
use crate::support::sandbox::{Line, Run, Sandbox};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;
use url::form_urlencoded;

/// Everything that was said, by whom.
#[derive(Default)]
struct Ears {
    heard: Vec<(String, Vec<u8>)>,
}

impl Ears {
    fn hear(&mut self, what: &str, run: Run) -> Run {
        assert_ne!(run.code, Some(70), "{what}: {}", run.stderr);
        self.hear_also(what, &run);
        run
    }

    fn hear_also(&mut self, what: &str, run: &Run) {
        self.heard.push((format!("stdout of {what}"), run.stdout_bytes.clone()));
        self.heard.push((format!("stderr of {what}"), run.stderr.clone().into_bytes()));
    }

    /// Every file of the machine, but for the key, and those that were the key before it.
    fn read_files(&mut self, sandbox: &Sandbox, identity: &Path) {
        let old = format!("{}.old", identity.display());
        let is_key = |file: &PathBuf| file == identity || file.display().to_string().starts_with(&old);
        for file in files_below(sandbox.home(), "").into_iter().filter(|file| !is_key(file)) {
            // A temporary file may be gone by now.
            let Ok(bytes) = std::fs::read(&file) else { continue };
            self.heard.push((file.display().to_string(), bytes));
        }
    }

    #[track_caller]
    fn heard_none_of(&self, secrets: &BTreeSet<String>) {
        let forms: Vec<(&String, Vec<String>)> = secrets.iter().map(|secret| (secret, forms(secret))).collect();
        let mut found = Vec::new();
        for (place, bytes) in &self.heard {
            // What is searched for is ASCII, which stays what it is.
            let text = String::from_utf8_lossy(bytes);
            for (secret, forms) in &forms {
                if forms.iter().any(|form| text.contains(form)) {
                    found.push(format!("{secret} is in {place}:\n{text}"));
                }
            }
            // Also those of which the provider saw nothing, such as a token that was refused.
            for beginning in ["practice-access-", "practice-refresh-", "AGE-SECRET-KEY-", "Basic "] {
                if text.contains(beginning) {
                    found.push(format!("{beginning}… is in {place}:\n{text}"));
                }
            }
        }
        assert!(found.is_empty(), "{} finds:\n{}", found.len(), found.join("\n"));
    }
}

/// What must not be heard: what was planted, the key, and what the provider saw of tokens, codes and verifiers.
fn secrets(provider: &Provider, identity: &Path) -> BTreeSet<String> {
    let identity = std::fs::read_to_string(identity).unwrap();
    let key = identity.lines().find(|line| line.starts_with("AGE-SECRET-KEY-")).unwrap();
    let planted = [API_KEY, PLAIN_KEY, NEXT_PLAIN_KEY, CONFIDENTIAL_SECRET, key];
    let mut secrets: BTreeSet<String> = planted.map(str::to_owned).into();
    for seen in provider.requests() {
        for (name, value) in form_urlencoded::parse(seen.body.as_bytes()) {
            if ["code", "code_verifier", "device_code", "refresh_token", "token"].contains(&&*name) {
                secrets.insert(value.into_owned());
            }
        }
        let bearer = |(name, value): &(String, String)| {
            value.strip_prefix("Bearer ").filter(|_| name == "authorization").map(str::to_owned)
        };
        secrets.extend(seen.headers.iter().find_map(bearer));
    }
    let is_there = |beginning: &str| secrets.iter().any(|secret| secret.starts_with(beginning));
    assert!(is_there("practice-access-") && is_there("practice-refresh-") && secrets.len() > 8, "{secrets:?}");
    secrets
}

/// Files and what was in them at some moment.
type Contents = BTreeSet<(PathBuf, Vec<u8>)>;

/// Reads what lies in the directories for temporary files, as long as it lives.
struct Watch {
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<Contents>>,
}

impl Watch {
    fn over(directories: Vec<PathBuf>) -> Watch {
        let is_over = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&is_over);
        let thread = std::thread::spawn(move || {
            let mut seen = Contents::new();
            while !over.load(Ordering::SeqCst) {
                for file in directories.iter().flat_map(|directory| files_below(directory, "")) {
                    if let Ok(bytes) = std::fs::read(&file) {
                        seen.insert((file, bytes));
                    }
                }
                // As often as can be without taking the machine from what is watched.
                std::thread::park_timeout(Duration::from_millis(1));
            }
            seen
        });
        Watch { is_over, thread: Some(thread) }
    }

    fn end(mut self, ears: &mut Ears) {
        self.is_over.store(true, Ordering::SeqCst);
        let seen = self.thread.take().unwrap().join().unwrap();
        ears.heard.extend(seen.into_iter().map(|(file, bytes)| (format!("{} for a moment", file.display()), bytes)));
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
fn a_provider_that_repeats_what_it_was_sent_puts_no_secret_into_any_word_or_file() {
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

    ears.read_files(&office, &office.identity());
    ears.heard_none_of(&secrets(provider, &office.identity()));
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

fn identity(sandbox: &Sandbox) -> PathBuf {
    sandbox.path("config/siesta/identities/default.txt")
}

#[test]
fn a_whole_day_of_every_command_tells_no_secret_in_words_documents_or_files_even_for_a_moment() {
    for format in ["table", "json"] {
        let day = Day::new();
        let mut ears = Ears::default();
        let scratch = ["tmp", "run", "cache", "state", "data"].map(|name| day.sandbox.path(name));
        let watch = Watch::over(scratch.to_vec());
        let (log, mut logged) = (day.sandbox.path("siesta.log"), 0);
        day.live(
            // In one of the days it is a log file that hears everything.
            |_, line| match format {
                "table" => line.arg("-o").arg(format).arg("-vvv"),
                _ => line.arg("-o").arg(format).env("SIESTA_LOG", "trace").env("SIESTA_LOG_FILE", &log),
            },
            |lived| {
                let what = format!("{} {} -o {format}", lived.step.leaf, lived.step.rest);
                let run = ears.hear(&what, lived.run).ends_with(lived.step.ends);
                // A canary that hears nothing proves nothing.
                let says_nothing = [
                    "init",
                    "completions",
                    "man",
                    "help",
                    "catalog list",
                    "catalog search",
                    "catalog show",
                    "manifest new",
                    "manifest validate",
                    "manifest show",
                ];
                let length = std::fs::metadata(&log).map_or(0, |file| file.len());
                let is_told = !run.stderr.is_empty() || length > logged;
                logged = length;
                assert!(says_nothing.contains(&lived.step.leaf) || is_told, "{what}");
                ears.heard.extend(lived.page.map(|page| (format!("the last page of {what}"), page.body.into_bytes())));
            },
        );
        watch.end(&mut ears);
        if format == "json" {
            assert_is_a_log(&std::fs::read_to_string(&log).unwrap());
        }
        ears.read_files(&day.sandbox, &identity(&day.sandbox));
        ears.heard_none_of(&secrets(&day.provider, &identity(&day.sandbox)));
    }
}

/// The log has each kind of line that it is for.
fn assert_is_a_log(text: &str) {
    for words in ["begin siesta ", "limits report", "opened ", "acting as ", " HTTP 200, ", "warning: ", "end"] {
        assert!(text.lines().any(|line| line.contains(words)), "no line of the log has {words:?}:\n{text}");
    }
}

#[test]
fn every_way_to_sign_in_tells_no_secret() {
    let office = Office::new();
    let provider = &office.provider;
    provider.set(|settings| settings.device_interval = 1);
    let mut ears = Ears::default();
    let watch = Watch::over(["tmp", "run"].map(|name| office.path(name)).to_vec());
    let base = provider.base_url.clone();
    let add = |name: &'static str| {
        let (base, way) = (base.clone(), name);
        move |more: &[&str]| -> Vec<String> {
            let api = format!("{base}/api");
            let line = ["add", "oauth2", way, "--issuer", &base, "--base-url", &api, "--allow-private-network", "-vvv"];
            let scope = ["--scope", "openid email notes.read notes.write"];
            line.iter().chain(&scope).chain(more).map(|word| (*word).to_owned()).collect()
        }
    };
    let line = |words: Vec<String>| office.line(&words.iter().map(String::as_str).collect::<Vec<_>>());
    let client = ["--client-id", CONFIDENTIAL_CLIENT, "--client-secret-stdin"];

    // Begun by one command and finished by another; a second time, with a code that is spent, it fails.
    let begun = line(add("begun")(&[&client[..], &["--begin", "--json"]].concat())).stdin(CONFIDENTIAL_SECRET).run();
    let begun = ears.hear("--begin", begun).succeeds().json();
    let id = begun["pendingConnectionId"].as_str().unwrap().to_owned();
    let end = browse(begun["authorizationUrl"].as_str().unwrap(), true).url;
    for expected in [0, 7] {
        let finish = office.line(&["add", "--finish", &id, "-vvv"]).stdin(format!("{end}\n")).run();
        ears.hear("--finish", finish).ends_with(expected);
    }
    // Begun, and the server is not what it was when it is finished.
    let begun = line(add("broken")(&["--client-id", PUBLIC_CLIENT, "--begin", "--json"])).run().succeeds().json();
    let id = begun["pendingConnectionId"].as_str().unwrap().to_owned();
    let end = browse(begun["authorizationUrl"].as_str().unwrap(), true).url;
    provider.fault(Fault { path: "/token".to_owned(), echo: true, status: 400, ..Fault::default() });
    let finish = office.line(&["add", "--finish", &id, "-vvv"]).stdin(format!("{end}\n")).run();
    assert_ne!(ears.hear("--finish, echoed", finish).code, Some(0));

    // Pasted: the address is only known while the command waits for it, so it comes through a pipe that stays open.
    let (reader, mut writer) = std::io::pipe().unwrap();
    let words = add("pasted")(&["--client-id", PUBLIC_CLIENT, "--paste"]);
    let mut running = line(words).stdin_from(reader).start();
    let address = running.line_on_stderr(|line| line.starts_with("http")).unwrap();
    std::io::Write::write_all(&mut writer, format!("{}\n", browse(&address, true).url).as_bytes()).unwrap();
    drop(writer);
    ears.hear("--paste", running.finish()).succeeds();

    // On another device.
    for (name, allow, ends) in [("device", true, 0), ("refused", false, 4)] {
        let mut running = line(add(name)(&["--client-id", PUBLIC_CLIENT, "--device"])).start();
        let code = running.line_on_stderr(|line| line.contains("enter the code")).unwrap();
        assert!(provider.decide_device(code.rsplit(' ').next().unwrap(), allow), "{code}");
        ears.hear("--device", running.finish()).ends_with(ends);
    }
    // The tokens are known to the provider once they are used.
    office.siesta(&["agent", "add", "helper", "--assign", "device"]).succeeds();
    let call = office.siesta(&["call", "device", "http_get", "--arg", "path=notes", "--agent", "helper", "-vvv"]);
    ears.hear("call", call).succeeds();
    ears.hear("refresh", office.siesta(&["refresh", "device", "pasted", "-vvv"])).succeeds();
    watch.end(&mut ears);
    ears.read_files(&office, &office.identity());
    let mut secrets = secrets(provider, &office.identity());
    secrets.extend(end.split(['?', '&']).find_map(|pair| pair.strip_prefix("code=")).map(str::to_owned));
    ears.heard_none_of(&secrets);
}

#[test]
fn a_network_that_fails_in_any_way_tells_no_secret() {
    let office = Office::new();
    let provider = &office.provider;
    let mut front = Front::of(&provider.base_url);
    let mut ears = Ears::default();
    let base = front.base_url.clone();
    let api = format!("{base}/api");
    let (authorize, token, revoke) = (provider.url("/authorize"), format!("{base}/token"), format!("{base}/revoke"));
    let sign_in = |name: &str, more: &[&str]| {
        let line = ["add", "oauth2", name, "--authorization-url", &authorize, "--token-url", &token];
        let to = ["--revocation-url", &revoke, "--base-url", &api, "--allow-private-network", "-vvv"];
        let client = ["--client-id", CONFIDENTIAL_CLIENT, "--client-secret-stdin", "--scope", "notes.read"];
        office.line(&[&line[..], &to, &client, more].concat()).stdin(CONFIDENTIAL_SECRET)
    };
    let (run, _) = sign_in("notes", &[]).sign_in(Button::Allow);
    ears.hear("add oauth2", run).succeeds();
    for (service, name, key) in [("openai", "research", API_KEY), ("rest-api", "plain", PLAIN_KEY)] {
        let line = ["add", service, name, "--secret-stdin", "--allow-private-network", "--base-url"];
        let url = if service == "openai" { &base } else { &api };
        ears.hear("add", office.siesta_with(&[&line[..], &[url, "-vvv"]].concat(), key)).succeeds();
    }
    // Over TLS, and where no name leads.
    let over_tls = base.replace("http:", "https:");
    for (name, url) in [("tls", over_tls.as_str()), ("nowhere", "https://canary.invalid")] {
        let line =
            ["add", "rest-api", name, "--secret-stdin", "--allow-private-network", "--base-url", url, "--no-verify"];
        office.siesta_with(&line, PLAIN_KEY).succeeds();
    }
    office.siesta(&["agent", "add", "helper"]).succeeds();
    for connection in ["notes", "research", "plain", "tls", "nowhere"] {
        office.siesta(&["assign", connection, "helper"]).succeeds();
    }
    let call = |name: &'static str, function: &'static str| {
        let mut line = vec!["call", name, function, "--agent", "helper", "-vvv"];
        line.extend(if function == "http_get" { &["--arg", "path=notes"][..] } else { &[] });
        line
    };
    let calls = || {
        [
            ("notes", "http_get"),
            ("research", "list_models"),
            ("plain", "http_get"),
            ("tls", "http_get"),
            ("nowhere", "http_get"),
        ]
    };
    let mut ears_before = Ears::default();
    let mut fail = |what: &str| {
        let mut run = |name: &str, run: Run| {
            let run = ears.hear(&format!("{name}, {what}"), run);
            assert_eq!(run.code, Some(11), "{name}, {what}: {}", run.stderr);
            assert!(run.stderr.contains("no answer ("), "{name}, {what}: {}", run.stderr);
        };
        for (name, function) in calls() {
            run(&format!("call {name}"), office.siesta(&call(name, function)));
        }
        run("refresh", office.siesta(&["refresh", "notes", "-vvv"]));
        run("rotate", office.siesta_with(&["rotate", "research", "--secret-stdin", "-vvv"], API_KEY));
        let begun = sign_in(&format!("more {what}"), &["--begin", "--json"]).run().succeeds().json();
        let end = browse(begun["authorizationUrl"].as_str().unwrap(), true).url;
        let id = begun["pendingConnectionId"].as_str().unwrap().to_owned();
        run("--finish", office.line(&["add", "--finish", &id, "-vvv"]).stdin(format!("{end}\n")).run());
    };
    ears_before.hear("call, passed on", office.siesta(&call("notes", "http_get"))).succeeds();
    ears_before.hear("refresh, passed on", office.siesta(&["refresh", "notes", "-vvv"])).succeeds();
    for wreck in [Wreck::HangsUp, Wreck::BreaksOff, Wreck::Garbage] {
        front.wreck(wreck);
        fail(&format!("{wreck:?}"));
    }
    ears.heard.append(&mut ears_before.heard);
    // Nothing comes back, and then the process is killed.
    front.wreck(Wreck::Hangs);
    for line in [vec!["refresh", "notes", "-vvv"], call("plain", "http_get"), call("notes", "http_get")] {
        let before = front.seen.lock().unwrap().len();
        let mut running = office.line(&line).start();
        while front.seen.lock().unwrap().len() == before {
            std::thread::yield_now();
        }
        running.child.kill().unwrap();
        let run = running.finish();
        ears.hear_also(&format!("{line:?}, killed"), &run);
    }
    front.stop();
    // A killed refresh left its attempt behind; what it says of it is heard too.
    for line in [vec!["refresh", "notes", "-vvv"], vec!["list", "--all", "-vvv"], vec!["audit", "list", "--json"]] {
        ears.hear(&format!("{line:?}, refused"), office.siesta(&line));
    }
    for (name, function) in calls() {
        ears.hear(&format!("call {name}, refused"), office.siesta(&call(name, function)));
    }
    for name in ["notes", "research", "plain", "tls", "nowhere"] {
        ears.hear("revoke, refused", office.siesta(&["revoke", name, "--yes", "-vvv"]));
    }
    ears.read_files(&office, &office.identity());
    let mut secrets = secrets(provider, &office.identity());
    for request in front.seen.lock().unwrap().iter() {
        let text = String::from_utf8_lossy(request).into_owned();
        let body = text.split("\r\n\r\n").nth(1).unwrap_or_default();
        let named = form_urlencoded::parse(body.as_bytes());
        let named = named.filter(|(name, _)| ["code", "code_verifier", "refresh_token", "token"].contains(&&**name));
        secrets.extend(named.map(|(_, value)| value.into_owned()));
    }
    ears.heard_none_of(&secrets);
}

#[test]
fn a_panic_while_a_secret_is_open_tells_no_secret_and_leaves_a_whole_store() {
    if !cfg!(debug_assertions) {
        return skipped("panics can be forced only in a build with debug assertions");
    }
    let day = Day::new();
    // A refresh that panics has lost its new token; here the old one stays good, so that the day can go on.
    day.provider.set(|settings| settings.rotate = false);
    let mut ears = Ears::default();
    let mut panics = 0;
    for step in crate::support::day::DAY {
        // More openings than any command has.
        for number in 1..200 {
            let what = format!("{} {}, panic {number}", step.leaf, step.rest);
            let line = day.line(step).arg("-vvv").env("PANIC_AT_SECRET", number.to_string());
            let run = if step.signs_in { sign_in_if_asked(line) } else { line.run() };
            ears.hear_also(&what, &run);
            if run.code != Some(70) {
                // It has had its openings: this was the step itself, or what a panic had done already is said.
                let had = [Some(step.ends), Some(8), Some(7), Some(5), Some(4), Some(3), Some(2)];
                assert!(had.contains(&run.code), "{what}: {:?} {}", run.code, run.stderr);
                break;
            }
            panics += 1;
            assert!(run.stderr.contains("siesta has a bug"), "{what}: {}", run.stderr);
        }
        if step.leaf != "init" {
            // Needed only between the two steps that set a passphrase and take it away.
            let phrase = day.sandbox.write("phrase.txt", "correct horse");
            day.sandbox.siesta(&["audit", "verify", "--passphrase-file", phrase.to_str().unwrap()]).succeeds();
        }
    }
    assert!(panics > 100, "only {panics} panics were forced");
    for scratch in ["tmp", "run"] {
        let left = files_below(&day.sandbox.path(scratch), "");
        assert!(left.is_empty(), "{left:?}");
    }
    ears.read_files(&day.sandbox, &identity(&day.sandbox));
    ears.heard_none_of(&secrets(&day.provider, &identity(&day.sandbox)));
}

/// A sign-in that may end before it comes to an address.
fn sign_in_if_asked(line: Line) -> Run {
    let mut running = line.start();
    let address = running.line_on_stderr(|line| line.starts_with("http"));
    let browser = address.map(|address| std::thread::spawn(move || browse(&address, true)));
    let run = running.finish();
    drop(browser.map(JoinHandle::join));
    run
}
