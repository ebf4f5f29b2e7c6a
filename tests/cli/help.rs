//! The help is prose someone edited, and its examples are commands that work.
use crate::support::office::Office;
use crate::support::provider::{API_KEY, Fault};
use crate::support::{files_below, root};
use siesta::cli::help::Topic;
use std::process::Command;

/// Every command that does something, with the words that lead to it.
fn leaves(command: &clap::Command, path: &str) -> Vec<(String, clap::Command)> {
    let path = format!("{path} {}", command.get_name()).trim().to_owned();
    let mut found: Vec<_> = command.get_subcommands().flat_map(|child| leaves(child, &path)).collect();
    if !command.has_subcommands() {
        found.push((path, command.clone()));
    }
    found
}

fn every_command(command: &clap::Command) -> Vec<clap::Command> {
    let children = command.get_subcommands().flat_map(every_command);
    std::iter::once(command.clone()).chain(children.collect::<Vec<_>>()).collect()
}

#[test]
fn every_command_says_what_it_does_in_one_line_without_a_full_stop() {
    for command in every_command(&siesta::cli::command()) {
        let name = command.get_name().to_owned();
        let about = command.get_about().unwrap_or_else(|| panic!("{name} has no about")).to_string();
        assert!(!about.ends_with('.') && !about.contains('\n'), "{name}: {about}");
        assert!(about.chars().next().is_some_and(char::is_uppercase), "{name}: {about}");
        // On a terminal of 80 columns, beside the name, it must not break into a third line.
        assert!(about.len() <= 100, "{name}: {about}");
    }
}

#[test]
fn every_argument_is_explained() {
    for command in every_command(&siesta::cli::command()) {
        for arg in command.get_arguments() {
            let name = format!("{} {}", command.get_name(), arg.get_id());
            let help = arg.get_help().unwrap_or_else(|| panic!("{name} has no help")).to_string();
            assert!(!help.ends_with('.'), "{name}: {help}");
        }
    }
}

#[test]
fn the_examples_stand_first_and_parse() {
    let mut root = siesta::cli::command();
    root.build();
    for (path, mut command) in leaves(&root, "") {
        let help = command.render_long_help().to_string();
        assert!(help.starts_with("Examples:\n"), "siesta {path} has no examples in front:\n{help}");
        let examples: Vec<&str> = help.lines().skip(1).take_while(|line| !line.trim().is_empty()).collect();
        assert!(!examples.is_empty(), "{path}");
        for example in examples {
            let example = example.trim();
            assert!(example.starts_with("siesta "), "{path}: {example}");
            parses(example).unwrap_or_else(|error| panic!("{path}: {example}\n{error}"));
        }
    }
}

/// How an example ends that is not meant to end well here: it waits for a browser, or speaks of a day long gone.
const ENDS: [(&str, &[i32]); 13] = [
    ("siesta request notes POST", &[9]),
    ("siesta call notes http_post", &[9]),
    ("siesta call notes http_delete", &[9]),
    ("siesta executions wait", &[9]),
    // Nobody signs in: the time-out of the test ends it. (--device: the code is never typed.)
    ("siesta add oauth2 notes --issuer", &[0, 4]),
    ("siesta reauth notes", &[4]),
    ("siesta add google-gmail", &[4]),
    // The id and the address are placeholders, whose sign-in is over.
    ("siesta add --finish", &[2, 3, 4, 7]),
    // A passphrase is asked for, or there is none to remove.
    ("siesta store passphrase", &[0, 2]),
    // A head of another audit.
    ("siesta audit verify --head", &[6]),
    // A person is asked.
    ("siesta explain --agent helper --connection notes DELETE", &[0]),
    ("siesta doctor", &[12]),
    ("siesta limits report --fail-over", &[0, 12]),
];

/// Somebody's API, as a document and as a service.
const OPENAPI: &str = "{\"openapi\":\"3.0.0\",\"info\":{\"title\":\"Acme CRM\"},\"paths\":{\"/orders\":{\"get\":{}}}}";
const SERVICE: &str = "{\"id\":\"acme-shop\",\"name\":\"Acme shop\",\"provider\":\"acme\",\"category\":\"internal-api\",\
                       \"summary\":\"Orders\",\"auth\":[{\"kind\":\"none\"}],\"functions\":[]}";
/// The key whose fingerprint the examples name, and another one.
const SIGNING_KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIXWRnkGVBHudi7PS9Qauixfe+6ntj8F9eANoq+om66+ alice@desk\n";
const OTHER_KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti alice@key\n";

/// A machine on which the names of the examples mean something, as they stand before any of them is run.
fn furnished() -> Office {
    let office = Office::with_notes();
    // A token that was renewed in an example is the old one again when the machine is put back.
    office.provider.set(|settings| settings.rotate = false);
    office.add_research(&["--access", "shared", "--owner", "mara"]).succeeds();
    for line in [
        "user add alice",
        "user add bob",
        "team add sales",
        "team add-member sales alice",
        "grant notes --team sales",
        "grant notes --user bob",
        "assign research helper",
        "governance set rest-api/http_post confirm",
        "governance set openai/create_response enabled",
        "limits set research --user alice --daily 1",
        "freeze --agent helper --reason drill",
        "unfreeze --agent helper",
        "app set auth.example.com --client-id siesta",
    ] {
        office.siesta(&line.split(' ').collect::<Vec<_>>()).succeeds();
    }
    for file in ["siesta-agent-manifest.json", "other.json"] {
        let new = ["manifest", "new", "--mode", "external-api", "--use-case", "Answer mail", "--out", file];
        office.siesta(&new).succeeds();
    }
    let google = ["app", "set", "google", "--client-id", "siesta", "--client-secret-stdin"];
    office.siesta_with(&google, "the-secret-of-a-client").succeeds();
    let crm = format!(
        "add rest-api crm --no-secret --no-verify --base-url {}/api --allow-private-network",
        office.provider.base_url
    );
    office.siesta(&crm.split(' ').collect::<Vec<_>>()).succeeds();
    for (file, text) in [
        ("people.csv", "name,teams\nnora,sales\n"),
        (".env", "OPENAI_API_KEY=sk-canary-of-an-import\n"),
        ("config/gh/hosts.yml", "github.com:\n    user: ann\n    oauth_token: gho_canary\n"),
        (".config/gcloud/application_default_credentials.json", r#"{"type":"service_account"}"#),
        ("key.txt", API_KEY),
        ("new-key.txt", API_KEY),
        ("token.txt", "a-token-of-atlassian"),
        ("openapi.json", OPENAPI),
        ("openapi.yaml", OPENAPI),
        ("service.json", SERVICE),
        ("secret.txt", "the-secret-of-a-client"),
        ("old.txt", "correct horse"),
        ("new.txt", "battery staple"),
        ("prices.json", r#"{"models":{"practice-small":{"input":1,"output":2}}}"#),
        ("usage.csv", "time,connection,user,input,output\n2026-03-01,research,alice,10,5\n"),
        (
            "usage.json",
            r#"{"data":[{"object":"bucket","start_time":1772323200,"end_time":1772409600,"results":
            [{"input_tokens":10,"output_tokens":5}]}]}"#,
        ),
        (
            "spend.jsonl",
            r#"{"request_id":"r1","startTime":"2026-03-01T10:00:00Z","prompt_tokens":7,"completion_tokens":3,"user":"alice"}"#,
        ),
        ("request.json", "{\"model\":\"practice-small\",\"input\":\"hi\"}"),
    ] {
        office.write(file, text);
    }
    office.siesta_with(&["user", "key", "add", "alice"], SIGNING_KEY).succeeds();
    office.write(".ssh/id_ed25519.pub", OTHER_KEY);
    office.write("id_ed25519_sk.pub", OTHER_KEY);
    std::fs::create_dir_all(office.path("backups")).unwrap();
    office.siesta(&["store", "backup", office.path("backups/monday.age").to_str().unwrap()]).succeeds();
    for directory in [".local/share/bash-completion/completions", ".config/fish/completions", ".zfunc"] {
        std::fs::create_dir_all(office.path(directory)).unwrap();
    }
    let empty = office.path("empty");
    let line = office.line(&["init"]).env("XDG_DATA_HOME", &empty).env("XDG_CONFIG_HOME", &empty);
    line.run().succeeds();
    // `siesta` as it is typed.
    std::fs::create_dir_all(office.path("bin")).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_siesta"), office.path("bin/siesta")).unwrap();
    for (program, text) in
        [("bin/gh", "#!/bin/sh\ntest -n \"$(cat)\"\n"), ("sync-notes", "#!/bin/sh\nenv | grep -q _TOKEN=\n")]
    {
        let path = office.write(program, text);
        std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    }
    office
}

/// Where an example makes what the furnished machine has already: a machine without a store, and one with an empty one.
const OTHER_MACHINES: [(&str, &str); 4] = [
    ("siesta init", "bare"),
    ("siesta user add", "empty"),
    ("siesta team add", "empty"),
    ("siesta agent add", "empty"),
];

/// The line as it must be typed here: the provider is the practice provider, and what has an id has another one.
fn here(office: &Office, example: &str) -> String {
    let base = &office.provider.base_url;
    let mut line = example
        .replace("https://auth.example.com", base)
        .replace("https://api.example.com", base)
        .replace("https://crm.example.com", base);
    if line.starts_with("siesta access") && !line.contains("list") {
        office.siesta(&["unassign", "notes", "helper"]).succeeds();
        if line.contains("019ab1c2-5f3e") {
            let ask = ["access", "request", "notes", "--agent", "helper", "--reason", "notes", "--json"];
            let asked = office.siesta(&ask).succeeds().json();
            line = line.replace("019ab1c2-5f3e", asked["request"]["id"].as_str().unwrap());
        }
    }
    if line.contains("019ab1c2-5f3e") {
        let post = [
            "call",
            "notes",
            "http_post",
            "--arg",
            "path=notes",
            "--arg",
            "body={\"text\":\"hi\"}",
            "--agent",
            "helper",
        ];
        office.siesta(&post).ends_with(9);
        let all = office.siesta(&["executions", "list", "--json"]).succeeds().json();
        let id = all["executions"][0]["id"].as_str().unwrap();
        if line.contains("executions run") {
            office.siesta(&["executions", "approve", id, "--no-run"]).succeeds();
        }
        line = line.replace("019ab1c2-5f3e", id);
    }
    // Nobody answers here.
    line = line
        .replace("--wait 10m", "--wait 1ms")
        .replace("--timeout 10m", "--timeout 1ms")
        .replace("--for 8h", "--for 1ms");
    if line.starts_with("siesta executions wait") && !line.contains("--timeout") {
        line.push_str(" --timeout 1ms");
    }
    if line.starts_with("siesta executions watch") && !line.contains("--for") {
        line.push_str(" --for 1ms");
    }
    if line.contains("standing revoke") {
        let all = office.siesta(&["executions", "list", "--pending", "--json"]).succeeds().json();
        let id = all["executions"][0]["id"].as_str().unwrap();
        office.siesta(&["executions", "approve", id, "--for", "1h", "--max", "1"]).succeeds();
        let all = office.siesta(&["executions", "standing", "list", "--json"]).succeeds().json();
        line = format!("siesta executions standing revoke {}", all["standingApprovals"][0]["id"].as_str().unwrap());
    }
    if line.starts_with("siesta plan") || line.starts_with("siesta apply") {
        office.siesta(&["export", "--out", "org.yaml"]).succeeds();
    }
    if line.starts_with("siesta token") || line.starts_with("siesta exec ") {
        office.siesta(&["governance", "set", "rest-api/*", "enabled"]).succeeds();
        let vend = ["--mode", "read_write", "--allowed-models", "A,B", "--step-up", "never"];
        office.siesta(&[&["policy", "set", "helper", "notes"][..], &vend].concat()).succeeds();
    }
    if line.contains("\"$id\"") {
        let reserve = ["usage", "reserve", "research", "--user", "alice", "--tokens", "20000"];
        line = line.replace("$id", office.siesta(&reserve).succeeds().stdout().trim());
    }
    if line.starts_with("siesta rename OpenAI") {
        office.siesta(&["rename", "research", "OpenAI"]).succeeds();
    }
    if line.starts_with("siesta store recipients remove") {
        const RECIPIENT: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
        let name = if line.contains("recovery") { "recovery" } else { "safe, second floor" };
        office.siesta(&["store", "recipients", "add", RECIPIENT, "--name", name]).succeeds();
    }
    // Where a person is asked, the answer is yes.
    let asks = [
        "siesta user remove bob --new-owner alice",
        "siesta revoke notes",
        "siesta revoke notes --keep-for-retry",
        "siesta app remove auth.example.com",
        "siesta store restore ~/backups/monday.age",
        "siesta store recipients remove recovery",
        "siesta store rekey",
        "siesta catalog remove acme-crm",
        "siesta functions remove crm get_order",
    ];
    if line == "siesta revoke notes --retry" {
        office.provider.fault(Fault { path: "/revoke".to_owned(), status: 503, ..Fault::default() });
        office.siesta(&["revoke", "notes", "--keep-for-retry", "--yes"]).ends_with(11);
    }
    if asks.contains(&line.as_str()) {
        line.push_str(" --yes");
    }
    if line.starts_with("siesta catalog remove") {
        office.siesta_with(&["catalog", "import", "-"], OPENAPI).succeeds();
    }
    if line.starts_with("siesta functions edit crm") || line.starts_with("siesta functions remove crm") {
        for (name, method) in [("get_order", "GET"), ("add_note", "POST")] {
            office.siesta(&["functions", "add", "crm", name, "--method", method, "--path", "/x"]).succeeds();
        }
    }
    // What is added is there already, under the name of the example.
    for (prefix, name) in [
        ("siesta add openai research", "research"),
        ("siesta add oauth2 notes", "notes"),
        ("siesta add rest-api crm", "crm"),
    ] {
        if line.starts_with(prefix) {
            office.siesta(&["revoke", name, "--yes", "--local-only"]).succeeds();
        }
    }
    let allow =
        line.starts_with("siesta add openai") || line.starts_with("siesta add rest-api") || line.contains("--issuer");
    let key = if line.contains("add openai") { format!(" --base-url {base}") } else { String::new() };
    let more = format!("{}{key}", if allow { " --allow-private-network" } else { "" });
    let waits = line.starts_with("siesta reauth") || (line.contains("--issuer") && !line.contains("--begin"));
    let more = if line.starts_with("siesta add jira") { " --no-verify".to_owned() } else { more };
    let waits = waits || line.starts_with("siesta add google-gmail");
    let more = if waits { format!("{more} --timeout 20ms") } else { more };
    match line.find([' ']).filter(|_| !more.is_empty()) {
        Some(_) => {
            let end = line.find(" < ").unwrap_or(line.len());
            format!("{}{more}{}", &line[..end], &line[end..])
        }
        None => line,
    }
}

#[test]
fn the_examples_of_every_command_do_what_they_say() {
    let mut root = siesta::cli::command();
    root.build();
    let mut wrong = Vec::new();
    let mut furnished = Furnished::new();
    for (path, mut command) in leaves(&root, "") {
        let help = command.render_long_help().to_string();
        for example in help.lines().skip(1).take_while(|line| !line.trim().is_empty()).map(str::trim) {
            let office = &furnished.office;
            let line = here(office, example);
            let mut shell = Command::new("bash");
            shell.args(["--norc", "-c", &format!("set -o pipefail; {line}")]);
            shell.env_clear().envs(office.environment()).current_dir(office.home());
            shell.env("PATH", format!("{}:/usr/bin:/bin", office.path("bin").display()));
            if let Some(directory) =
                OTHER_MACHINES.iter().find_map(|(of, directory)| (*of == path).then_some(*directory))
            {
                let other = office.path(directory);
                shell.env("XDG_DATA_HOME", &other).env("XDG_CONFIG_HOME", &other);
            }
            // Where no file is redirected, the key is what comes in, for those that read one.
            let run = shell.stdin(std::fs::File::open(office.path("key.txt")).unwrap()).output().unwrap();
            let ends = ENDS.iter().find(|(prefix, _)| example.starts_with(prefix)).map_or(&[0][..], |(_, ends)| ends);
            if !run.status.code().is_some_and(|code| ends.contains(&code)) {
                let said = String::from_utf8_lossy(&run.stderr).into_owned();
                wrong.push(format!("{path}: {example}\n  typed: {line}\n  ended: {:?}\n{said}", run.status.code()));
            }
            furnished.put_back(example);
        }
    }
    assert!(wrong.is_empty(), "{} examples do not work:\n{}", wrong.len(), wrong.join("\n"));
}

/// The machine of the examples, put back after each of them.
struct Furnished {
    office: Office,
    copy: tempfile::TempDir,
}

impl Furnished {
    fn new() -> Furnished {
        let furnished = Furnished { office: furnished(), copy: tempfile::tempdir().unwrap() };
        copy_all(furnished.office.home(), furnished.copy.path());
        furnished
    }

    fn put_back(&mut self, after: &str) {
        if after.starts_with("siesta revoke") || after.starts_with("siesta panic --revoke") {
            // What was revoked at the provider stays so, whatever the store says.
            *self = Furnished::new();
            return;
        }
        for entry in std::fs::read_dir(self.office.home()).unwrap() {
            let path = entry.unwrap().path();
            if path.symlink_metadata().unwrap().is_dir() {
                std::fs::remove_dir_all(path).unwrap();
            } else {
                std::fs::remove_file(path).unwrap();
            }
        }
        copy_all(self.copy.path(), self.office.home());
    }
}

fn copy_all(from: &std::path::Path, to: &std::path::Path) {
    let from = format!("{}/.", from.display());
    assert!(Command::new("cp").args(["-a", &from]).arg(to).status().unwrap().success());
}

#[test]
fn commands_in_the_topics_parse() {
    for line in Topic::ALL.into_iter().flat_map(|topic| topic.text().lines().map(str::to_owned).collect::<Vec<_>>()) {
        // Only what stands in an indented line of its own is a command to type; `…` stands for one of the reader's.
        let Some(place) = line.starts_with("  ").then(|| line.find("siesta ")).flatten() else { continue };
        let command = &line[place..];
        if !command.contains('…') && !line[..place].trim_end().ends_with('/') {
            parses(command).unwrap_or_else(|error| panic!("{line}\n{error}"));
        }
    }
}

/// Every command that a message of the program names, with the file it stands in: literals that begin with it, and words
/// in backticks. What is filled in becomes a word.
fn named_commands() -> Vec<(String, String)> {
    let mut named = Vec::new();
    for path in files_below(&root().join("src/cli"), ".rs") {
        let source = std::fs::read_to_string(&path).unwrap();
        let source = source.split("#[cfg(test)]").next().unwrap();
        let code: Vec<&str> = source.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let code = code.join("\n");
        for (mark, end) in [("\"siesta ", '"'), ("`siesta ", '`')] {
            for (place, _) in code.match_indices(mark) {
                let text = &code[place + 1..];
                let text = &text[..text.find(end).unwrap_or(text.len())];
                let file = path.strip_prefix(root()).unwrap().display().to_string();
                named.push((file, text.to_owned()));
            }
        }
    }
    named
}

#[test]
fn every_command_that_a_message_names_is_one_that_there_is() {
    use clap::error::ErrorKind::{InvalidSubcommand, UnknownArgument};
    let filled = regex::Regex::new(r"\{[^{}]*\}").unwrap();
    let named = named_commands();
    assert!(named.len() > 150, "only {}", named.len());
    let mut wrong = Vec::new();
    for (file, text) in named {
        // Behind a wide gap, a comma or a semicolon stand words for people.
        let line = text.split("        (").next().unwrap().split([',', ';', '\n', '\\']).next().unwrap();
        let line = filled.replace_all(line.split(" or ").next().unwrap(), "x1").replace('…', " ");
        let words: Vec<String> = words(&line).into_iter().filter(|word| !word.is_empty()).collect();
        if words.len() < 2 {
            continue;
        }
        // Whether each value is one is another matter: NAME stands for it.
        if let Err(error) = siesta::cli::command().try_get_matches_from(words)
            && [InvalidSubcommand, UnknownArgument].contains(&error.kind())
        {
            wrong.push(format!("{file}: {text}"));
        }
    }
    assert!(wrong.is_empty(), "no such command:\n{}", wrong.join("\n"));
}

fn parses(example: &str) -> Result<(), String> {
    let words = words(example);
    match siesta::cli::command().try_get_matches_from(words) {
        Err(error) if error.use_stderr() => Err(error.to_string()),
        _ => Ok(()),
    }
}

/// The words of a line as a shell takes them apart, up to a pipe, a redirection or a comment.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![];
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = line.chars().peekable();
    while let Some(c) = characters.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), c) => word.get_or_insert_default().push(c),
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, '\\') => word.get_or_insert_default().extend(characters.next()),
            (None, '|' | '>' | '<' | ';' | '&') => {
                // `3< file`: the number belongs to the redirection.
                word = word.filter(|digits| !digits.chars().all(|c| c.is_ascii_digit()));
                break;
            }
            (None, '#') if word.is_none() => break,
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (None, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[test]
fn an_example_is_read_as_a_shell_reads_it() {
    assert_eq!(words("siesta a 'b c' --d=\"e f\" | less"), ["siesta", "a", "b c", "--d=e f"]);
    assert_eq!(words("siesta a\\ b # why"), ["siesta", "a b"]);
    assert_eq!(words("siesta a --fd 3 3< x"), ["siesta", "a", "--fd", "3"]);
}

/// An argument of the same name as a global one takes its place without a word, and reading it then is a bug.
#[test]
fn no_command_takes_the_name_of_a_global_flag() {
    let root = siesta::cli::command();
    let globals: Vec<_> = root.get_arguments().filter(|arg| arg.is_global_set()).collect();
    for command in root.get_subcommands().flat_map(every_command) {
        for arg in command.get_arguments() {
            for global in &globals {
                let same_word = arg.get_long().is_some() && arg.get_long() == global.get_long();
                let is_new = arg.get_id() != global.get_id() && !same_word;
                assert!(is_new, "{} {} is a global flag", command.get_name(), arg.get_id());
            }
        }
    }
}
