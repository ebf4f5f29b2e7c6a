//! The main job, end to end: `cargo run --example tour`, or `… -- --interactive` to sign in with your own browser.
//!
//! It builds the real `siesta`, starts the practice provider on loopback, and types the commands of [`steps`] into a
//! throwaway home: connect, govern, use, limit, prove. Every command is shown as a person would type it, with what came
//! of it; and every step is checked, so a tour that reaches its last line is also a test.
//!
//! What must stay true: what is shown is what was run (a shell runs the very text), nothing of the person's own
//! environment or store is touched, and nothing is left behind: not after a surprise, not after Ctrl-C.

#[path = "practice_provider.rs"]
mod practice_provider;

use practice_provider::{API_KEY, PUBLIC_CLIENT, Page, Provider, browse};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use siesta::cli::exit::Exit;
use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use tempfile::TempDir;

type Result<T, E = Box<dyn std::error::Error + Send + Sync>> = std::result::Result<T, E>;

/// Costs 1,000 tokens each time: the provider is told to say so.
const ASK_MODEL: &str = r"siesta call research create_response --agent helper --user bob \
                          --arg model=practice-small --arg 'input=Good morning'";

/// The tour itself. `{host}` and `{base}` are the practice provider's, `{execution}` the last one that was waiting.
fn steps() -> Vec<Step> {
    vec![
        // Connect.
        step("Create the store, sealed for a key of its own", "siesta init --org Acme").says("created the store"),
        step("See where things stand", "siesta status").reads().says("user:alice"),
        step("Name the OAuth client registered at the provider", "siesta app set {host} --client-id {client}")
            .says("set the OAuth client of"),
        step(
            "Sign in: consent in the browser, back to a loopback port",
            r"siesta add oauth2 notes --issuer {base} \
              --base-url {base}/api --allow-private-network \
              --scope openid --scope email --scope notes.read --scope notes.write",
        )
        .signs_in()
        .says(r#"connected "notes""#),
        step("Now it is in the list", "siesta list").reads().says("notes"),
        step("Look closer: what it may do, and where that comes from", "siesta show notes").reads().says("healthy"),
        // Use and govern.
        step("Introduce an agent", "siesta agent add helper").says("added agent"),
        step("Let it use the connection; it begins read-only", "siesta assign notes helper").says("read_only"),
        step("It reads", "siesta call notes http_get --arg path=notes --agent helper")
            .says(r#"{"notes":[]}"#)
            .seen(1, "GET /api/notes"),
        step(
            "Would a write be let through? Rule by rule, nothing is done",
            r#"siesta explain --agent helper --connection notes \
               http_post --arg path=notes --arg 'body={"text":"buy milk"}'"#,
        )
        .reads()
        .says("mode_read_only"),
        step("Nobody deletes", "siesta governance set rest-api/http_delete disabled").says("→ disabled"),
        step("So a deletion is denied", "siesta call notes http_delete --arg path=notes/1 --agent helper")
            .ends(Exit::Denied)
            .says("function_disabled")
            .seen(0, "DELETE /api/notes/1"),
        step("Let the agent write", "siesta policy set helper notes --mode read_write").says("→ read_write"),
        // Ask a person.
        step(
            "A write is not simply done either: a person is asked",
            r#"siesta call notes http_post --agent helper \
               --arg path=notes --arg 'body={"text":"buy milk"}'"#,
        )
        .ends(Exit::ApprovalRequired)
        .says("waiting for approval")
        .seen(0, "POST /api/notes"),
        step("What waits?", "siesta executions list --pending").reads().says("http_post"),
        step("Approve it, and it runs", "siesta executions approve {execution}")
            .says(r#"{"id":1,"text":"buy milk"}"#)
            .seen(1, "POST /api/notes"),
        step("Once, whoever approves again", "siesta executions approve {execution}")
            .ends(Exit::Conflict)
            .says("decided already")
            .seen(1, "POST /api/notes"),
        // Limit.
        step(
            "Connect a model with a key, which never stands in the command line",
            r"siesta add openai research --access shared --secret-stdin \
              --base-url {base}/v1 --allow-private-network < key.txt",
        )
        .says(r#"connected "research""#),
        step("The agent may use that too", "siesta assign research helper").says("assigned"),
        step("Somebody the agent works for", "siesta user add bob").says("added user"),
        step("2,000 tokens a day are enough for bob", "siesta limits set research --user bob --daily 0.002")
            .says("daily 0.002 M"),
        step("A call, which costs 1,000", ASK_MODEL).says(r#""total_tokens":1000"#).seen(1, "POST /v1/responses"),
        step("Another", ASK_MODEL).says(r#""total_tokens":1000"#).seen(2, "POST /v1/responses"),
        step("And no more today", ASK_MODEL)
            .ends(Exit::LimitExceeded)
            .says(r#"token limit of user "bob" is reached"#)
            .seen(2, "POST /v1/responses"),
        step("The same, said to a program", format!("{ASK_MODEL} -o json"))
            .ends(Exit::LimitExceeded)
            .says(r#""code": "token_limit""#),
        step("For a cron job: whose limit is nearly used up?", "siesta limits report --fail-over 80")
            .reads()
            .ends(Exit::Findings)
            .says("bob"),
        // End and prove.
        step("Revoke: the provider first, then the credential is destroyed", "siesta revoke notes --yes")
            .says("revoked at the provider")
            .then(the_token_is_dead),
        step("Everything was written down", "siesta audit list --limit 12").reads().says("connection.revoke"),
        step("And nothing of it was changed since", "siesta audit verify").reads().says("verified"),
    ]
}

/// The store is no format of our own: what opens it here is stock software.
fn steps_without_siesta() -> Vec<Step> {
    vec![
        step(
            "The store is an age file: no siesta is needed to open it",
            r"age -d -i ~/.config/siesta/identities/default.txt \
              ~/.local/share/siesta/default/store.age > plain.db",
        ),
        step("And a SQLite database is inside", "sqlite3 plain.db 'pragma integrity_check'").says("ok"),
    ]
}

/// One command, and how it must end.
struct Step {
    title: &'static str,
    /// For a shell; `\` at the end of a line goes on in the next.
    command: String,
    exit: Exit,
    says: &'static str,
    /// Only looks, so it may be run twice.
    reads: bool,
    signs_in: bool,
    proof: Option<Proof>,
}

/// What the provider can say to it: a sentence, or why the step is a failure although siesta was content.
type Proof = Box<dyn Fn(&Provider) -> Result<String, String>>;

fn step(title: &'static str, command: impl Into<String>) -> Step {
    // Indented as it would be in a terminal, wherever it stands in this file.
    let command = command.into().lines().map(str::trim_start).collect::<Vec<_>>().join("\n    ");
    Step { title, command, exit: Exit::Ok, says: "", reads: false, signs_in: false, proof: None }
}

impl Step {
    fn ends(self, exit: Exit) -> Self {
        Step { exit, ..self }
    }

    fn says(self, says: &'static str) -> Self {
        Step { says, ..self }
    }

    fn reads(self) -> Self {
        Step { reads: true, ..self }
    }

    fn signs_in(self) -> Self {
        Step { signs_in: true, ..self }
    }

    fn then(self, proof: impl Fn(&Provider) -> Result<String, String> + 'static) -> Self {
        Step { proof: Some(Box::new(proof)), ..self }
    }

    /// How many such requests must have reached the provider by now.
    fn seen(self, times: usize, request: &'static str) -> Self {
        self.then(move |provider| {
            let (method, path) = request.split_once(' ').unwrap_or_default();
            match provider.count(method, path) {
                count if count != times => Err(format!("the provider saw {count} {request}, not {times}")),
                0 => Ok(format!("the provider saw no {request}")),
                count => Ok(format!("the provider saw {count} {request}")),
            }
        })
    }
}

/// The token the read was made with, tried at the provider itself.
fn the_token_is_dead(provider: &Provider) -> Result<String, String> {
    let reads = provider.requests().into_iter().filter(|request| request.path == "/api/notes");
    let sent = reads.flat_map(|request| request.headers).find(|(name, _)| name == "authorization");
    let (_, token) = sent.ok_or("the provider never saw a token")?;
    match (provider.count("POST", "/revoke"), provider.is_alive(token.trim_start_matches("Bearer "))) {
        (0, _) => Err("the provider was never asked to revoke".to_owned()),
        (_, true) => Err("the token is still alive at the provider".to_owned()),
        (_, false) => Ok("the provider saw POST /revoke, and the agent's token is dead there".to_owned()),
    }
}

/// What Ctrl-C leaves for the main thread to find, which then goes home the usual way: everything is dropped.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

fn main() -> ExitCode {
    let is_interactive = match std::env::args().skip(1).collect::<Vec<_>>().as_slice() {
        [] => false,
        [flag] if flag == "--interactive" => true,
        _ => return ends_with(Exit::Usage, "usage: cargo run --example tour [-- --interactive]"),
    };
    let is_closed_pipe = |error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe;
    match run(is_interactive) {
        _ if INTERRUPTED.load(Ordering::SeqCst) => ends_with(Exit::Interrupted, "interrupted; nothing is left behind"),
        // Whoever reads has read enough.
        Err(error) if error.downcast_ref().is_some_and(is_closed_pipe) => Exit::Ok.into(),
        Err(error) => ends_with(Exit::Failure, &format!("the tour ends here: {error}")),
        Ok(()) => Exit::Ok.into(),
    }
}

fn run(is_interactive: bool) -> Result<()> {
    ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::SeqCst))?;
    let siesta = build()?;
    let begun = Instant::now();
    let tour = Tour::new(&siesta, is_interactive)?;
    let steps = tour.walk()?;
    let seconds = begun.elapsed().as_secs_f32();
    say(&format!("\n{steps} steps in {seconds:.1} s, each as it should be; nothing is left behind."))
}

fn ends_with(exit: Exit, words: &str) -> ExitCode {
    let _ = writeln!(io::stderr(), "\n{words}");
    exit.into()
}

/// The real binary, in the profile this example was built in: `cargo run --example` does not build it by itself.
fn build() -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let profile = match own.ancestors().nth(2).and_then(Path::file_name).and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(directory) => directory,
    };
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--bin", "siesta", "--profile", profile, "--message-format", "json-render-diagnostics"]);
    cargo.args(["--manifest-path", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")]);
    // What `cargo run` told us about ourselves would look like a change to build scripts that watch these.
    for (name, _) in std::env::vars_os() {
        if ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|ours| name.to_string_lossy().starts_with(ours)) {
            cargo.env_remove(name);
        }
    }
    let built = cargo.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
    if !built.status.success() {
        return Err("siesta could not be built, see above".into());
    }
    let mut messages = built.stdout.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok());
    let binary = messages.find_map(|message: Value| message["executable"].as_str().map(PathBuf::from));
    binary.ok_or_else(|| "cargo did not say where it put siesta".into())
}

/// A throwaway home and a provider; both end with it.
struct Tour {
    home: TempDir,
    provider: Provider,
    path: OsString,
    /// The execution that was last said to wait.
    execution: String,
    is_interactive: bool,
    is_terminal: bool,
    paints: bool,
}

impl Tour {
    fn new(siesta: &Path, is_interactive: bool) -> Result<Tour> {
        let home = tempfile::Builder::new().prefix("siesta-tour-").tempdir()?;
        std::fs::write(home.path().join("key.txt"), format!("{API_KEY}\n"))?;
        let provider = Provider::start();
        provider.set(|settings| settings.usage = Some((700, 300)));
        let inherited = std::env::var_os("PATH").unwrap_or_default();
        let directories = siesta.parent().map(Path::to_owned).into_iter().chain(std::env::split_paths(&inherited));
        let path = std::env::join_paths(directories)?;
        let is_terminal = io::stdout().is_terminal();
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let paints = is_terminal && !is_set("NO_COLOR") && std::env::var_os("TERM").is_some_and(|term| term != "dumb");
        Ok(Tour { home, provider, path, execution: String::new(), is_interactive, is_terminal, paints })
    }

    /// All steps, then the way home. Says how many there were.
    fn walk(mut self) -> Result<usize> {
        say(&format!("A throwaway home       {}", self.home.path().display()))?;
        say(&format!("A practice provider    {}", self.provider.base_url))?;
        say("Who types              alice (SIESTA_ACTOR)")?;
        let (mut steps, peers) = (steps(), steps_without_siesta());
        let has = |program: &str| std::env::split_paths(&self.path).any(|dir| dir.join(program).is_file());
        let has_peers = has("age") && has("sqlite3");
        if has_peers {
            steps.extend(peers);
        }
        for (place, step) in steps.iter().enumerate() {
            self.take(&format!("{} of {}", place + 1, steps.len()), step)?;
        }
        if !has_peers {
            say("\nWith age and sqlite3 installed, the tour would also have opened the store without siesta:")?;
            steps_without_siesta().iter().try_for_each(|step| say(&format!("$ {}", step.command)))?;
        }
        self.provider.stop();
        self.home.close()?;
        Ok(steps.len())
    }

    fn take(&mut self, place: &str, step: &Step) -> Result<()> {
        let host = self.provider.base_url.replace("http://", "");
        let filled = [("{base}", &*self.provider.base_url), ("{host}", &host), ("{client}", PUBLIC_CLIENT)];
        let filled = filled.into_iter().chain([("{execution}", &*self.execution)]);
        let command = filled.fold(step.command.clone(), |command, (name, value)| command.replace(name, value));
        say(&format!("\n{}", self.painted("1", &format!("── {place} · {}", step.title))))?;
        say(&format!("{} {}", self.painted("2", "$"), self.painted("36", &command)))?;

        let (code, heard) = match step {
            Step { signs_in: true, .. } if self.is_interactive => (self.lend_the_terminal(&command, true)?, None),
            // Only a terminal of its own gets a table, and what goes there cannot be heard: looked at twice.
            Step { reads: true, .. } if self.is_terminal => {
                (self.lend_the_terminal(&command, false)?, Some(self.hear(&command, step, false)?.1))
            }
            _ => self.hear(&command, step, true).map(|(code, heard)| (code, Some(heard)))?,
        };
        if INTERRUPTED.load(Ordering::SeqCst) {
            return Err("interrupted".into());
        }
        if code != Some(0) {
            say(&self.painted("33", &meaning(code)))?;
        }
        if code != Some(i32::from(step.exit.code())) {
            return Err(format!("expected {}", meaning(Some(i32::from(step.exit.code())))).into());
        }
        if heard.is_some_and(|heard| !heard.contains(step.says)) {
            return Err(format!("expected to read {:?}", step.says).into());
        }
        match &step.proof {
            Some(proof) => say(&self.painted("2", &format!("→ {}", proof(&self.provider)?))),
            None => Ok(()),
        }
    }

    /// A shell in the throwaway home that becomes the command.
    fn shell(&self, command: &str) -> Command {
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", &format!("exec {command}")]).current_dir(&self.home).stdin(Stdio::null()).env_clear();
        shell.env("PATH", &self.path).env("HOME", self.home.path()).env("TMPDIR", self.home.path());
        shell.env("SIESTA_ACTOR", "alice").envs(std::env::var_os("TERM").map(|term| ("TERM", term)));
        // What is heard through a pipe and then shown on a terminal is coloured as if it had gone there.
        shell.env(if self.paints { "CLICOLOR_FORCE" } else { "NO_COLOR" }, "1");
        shell
    }

    /// Runs it and hears what it says, both streams in their order; a scripted browser goes where it is sent.
    fn hear(&mut self, command: &str, step: &Step, aloud: bool) -> Result<(Option<i32>, String)> {
        let (reader, writer) = io::pipe()?;
        let mut running = Running(self.shell(command).stdout(writer.try_clone()?).stderr(writer).spawn()?);
        let pid = Pid::from_child(&running.0);
        let (mut reader, mut heard, mut line, mut browser) = (BufReader::new(reader), String::new(), Vec::new(), None);
        while reader.read_until(b'\n', &mut line)? > 0 {
            let text = String::from_utf8_lossy(&line).trim_end_matches('\n').to_owned();
            line.clear();
            if aloud {
                say(&text)?;
            }
            if step.signs_in && text.starts_with("http") {
                let address = text.clone();
                browser = Some(std::thread::spawn(move || sign_in(&address, pid)));
            }
            if let Some(execution) = text.strip_prefix("execution ") {
                self.execution = execution.to_owned();
            }
            heard.push_str(&text);
            heard.push('\n');
        }
        let code = running.0.wait()?.code();
        if let Some(browser) = browser {
            let page = browser.join().map_err(|_| "the scripted browser broke down")?;
            say(&self.painted("2", &format!("→ the browser shows: {}", text_of(&page))))?;
        }
        Ok((code, heard))
    }

    /// Runs it on the terminal itself; for a sign-in with the keyboard, and with the person's own browser.
    fn lend_the_terminal(&self, command: &str, with_browser: bool) -> Result<Option<i32>> {
        let mut shell = self.shell(command);
        if with_browser {
            shell.stdin(Stdio::inherit()).env("BROWSER", self.browser()?);
        } else {
            shell.stderr(io::stdout());
        }
        Ok(shell.status()?.code())
    }

    /// A program that opens the person's browser as it would open without us: it must not look for its profile here.
    fn browser(&self) -> Result<PathBuf> {
        let quoted = |text: &str| format!("'{}'", text.replace('\'', r"'\''"));
        let mut script = String::from("#!/bin/sh\nunset BROWSER NO_COLOR CLICOLOR_FORCE TMPDIR SIESTA_ACTOR\n");
        for name in BROWSERS_ENVIRONMENT {
            if let Ok(value) = std::env::var(name) {
                script.push_str(&format!("export {name}={}\n", quoted(&value)));
            }
        }
        script.push_str("exec ${BROWSER:-$(command -v xdg-open || echo open)} \"$1\"\n");
        let path = self.home.path().join("browser");
        std::fs::write(&path, script)?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700))?;
        Ok(path)
    }

    fn painted(&self, code: &str, text: &str) -> String {
        if self.paints { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// What says where the screen and the person's browser are, on the systems that have such variables.
const BROWSERS_ENVIRONMENT: [&str; 13] = [
    "BROWSER",
    "DBUS_SESSION_BUS_ADDRESS",
    "DISPLAY",
    "HOME",
    "LANG",
    "PATH",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "XDG_CONFIG_HOME",
    "XDG_CURRENT_DESKTOP",
    "XDG_DATA_DIRS",
    "XDG_DATA_HOME",
    "XDG_RUNTIME_DIR",
];

/// A command that does not outlive its step, however the step ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The scripted browser. Where it gets stuck on the way, siesta need not wait for it any longer.
fn sign_in(address: &str, siesta: Pid) -> Page {
    let page = browse(address, true);
    if !page.url.contains("/callback") {
        let _ = kill_process(siesta, Signal::INT);
    }
    page
}

/// What a page says, without its tags.
fn text_of(page: &Page) -> String {
    let body = page.body.split("<main>").last().unwrap_or_default();
    let texts = body.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text).trim());
    texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(". ")
}

/// What a number at the end means, in the words of the program's own table up to the first detail.
fn meaning(code: Option<i32>) -> String {
    let Some(code) = code else { return "ended by a signal".to_owned() };
    let exit = Exit::ALL.into_iter().find(|exit| i32::from(exit.code()) == code);
    let Some(exit) = exit else { return format!("exit {code}") };
    let when = exit.when().split([':', '(']).next().unwrap_or_default().trim();
    format!("exit {code} ({}): {when}", exit.name())
}

/// Unlike a print macro it can tell that nobody reads any more.
fn say(line: &str) -> Result<()> {
    Ok(writeln!(io::stdout(), "{line}")?)
}
