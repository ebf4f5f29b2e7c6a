//! Who acts under sudo, and what an agent may do at all.
use crate::support::day::leaves;
use crate::support::office::Office;
use crate::support::sandbox::Run;

/// What an agent may use; everything else that opens the store is for people.
const OPEN: [&str; 9] = [
    "access request",
    "call",
    "exec",
    "executions list",
    "executions show",
    "executions wait",
    "explain",
    "request",
    "token",
];

/// Commands that open no store, so that nobody acts.
const STORELESS: [&str; 9] = [
    "catalog list",
    "catalog search",
    "catalog show",
    "completions",
    "help",
    "man",
    "manifest new",
    "manifest show",
    "manifest validate",
];

/// The fewest words that a command takes, so that its line is not refused before it is known who types it.
fn shortest(leaf: &str) -> Vec<String> {
    let mut command = siesta::cli::command();
    command.build();
    let mut here = &command;
    let mut words: Vec<String> = Vec::new();
    for word in leaf.split(' ').filter(|word| !word.is_empty()) {
        here = here.find_subcommand(word).unwrap();
        words.push(word.to_owned());
    }
    let mut groups: Vec<&str> = Vec::new();
    let grouped = |id: &str| here.get_groups().find(|g| g.is_required_set() && g.get_args().any(|a| a.as_str() == id));
    for argument in here.get_arguments() {
        let id = argument.get_id().as_str();
        let group = grouped(id).map(|group| group.get_id().as_str());
        let first_of_group = group.is_some_and(|group| !groups.contains(&group));
        if !argument.is_required_set() && !first_of_group {
            continue;
        }
        groups.extend(group);
        if let Some(long) = argument.get_long().filter(|_| !argument.is_positional()) {
            words.push(format!("--{long}"));
        }
        if argument.get_action().takes_values() {
            let possible = argument.get_possible_values().first().map(|value| value.get_name().to_owned());
            words.push(possible.unwrap_or_else(|| value_of(leaf, id).to_owned()));
        }
    }
    words.extend(more_of(leaf).iter().map(|word| (*word).to_owned()));
    words
}

/// What a line needs that its arguments do not say one by one.
fn more_of(leaf: &str) -> &'static [&'static str] {
    match leaf {
        "refresh" | "test" => &["--all"],
        "functions set" | "governance set" => &["disabled"],
        "limits check" | "limits explain" | "usage record" | "usage reserve" => &["--agent", "helper"],
        "limits set" => &["--daily", "1"],
        _ => &[],
    }
}

/// A word that an argument takes.
fn value_of(leaf: &str, id: &str) -> &'static str {
    match (leaf, id) {
        ("usage record", "input" | "output") | ("audit show", _) => "1",
        (_, "input" | "output" | "tokens") => "1",
        (_, "agent") => "helper",
        ("agent edit", "kind") => "agent",
        (_, "role") => "user",
        (_, "targets" | "target") => "openai",
        (_, "daily" | "weekly") => "1",
        (_, "proof") => "any",
        (_, "recipient") => "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p",
        _ => "-",
    }
}

fn run(office: &Office, leaf: &str, words: &[String], account: Option<&str>) -> Run {
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.push("--json");
    let line = office.line(&words);
    let line = match account {
        Some(uid) => line.env("SUDO_UID", uid),
        None => line.env("SIESTA_ACTOR", "agent:helper"),
    };
    let run = line.run();
    assert_ne!(run.code, None, "{leaf}");
    run
}

#[test]
fn an_agent_uses_what_is_open_to_agents_and_every_other_command_is_refused() {
    let office = Office::with_research();
    office.siesta(&["agent", "edit", "helper", "--os-user", "4321"]).succeeds();
    let mut wrong = Vec::new();
    for leaf in leaves().iter().filter(|leaf| !STORELESS.contains(&leaf.as_str())) {
        let words = shortest(leaf);
        for account in [None, Some("4321")] {
            // A new store is nobody's yet: the one who makes it under sudo owns it.
            if leaf == "init" && account.is_some() {
                continue;
            }
            let run = run(&office, leaf, &words, account);
            let is_refused = run.code == Some(8) && run.stderr.contains("agent_may_not");
            let is_exec_under_sudo = leaf == "exec" && account.is_some();
            if is_refused == OPEN.contains(&leaf.as_str()) && !is_exec_under_sudo {
                wrong.push(format!("{words:?} {account:?}: {:?} {}", run.code, run.stderr));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let bare = office.line(&["--json"]).env("SIESTA_ACTOR", "agent:helper").run();
    assert_eq!(bare.code, Some(8), "{bare:?}");
}

#[test]
fn under_sudo_the_account_says_who_acts_and_nothing_else_does() {
    let office = Office::with_research();
    office.siesta(&["user", "edit", "alice", "--os-user", "4321"]).succeeds();
    let line = |args: &[&str]| office.line(args).env("SUDO_UID", "4321");
    let run = line(&["user", "add", "eve", "--actor", "mara"]).env("SIESTA_ACTOR", "mara").run().succeeds();
    assert!(run.stderr.contains("--actor is not looked at"), "{}", run.stderr);
    let rows = office.siesta(&["audit", "list", "--action", "user.add", "--limit", "1", "--json"]).succeeds().json();
    assert_eq!((&rows["rows"][0]["actor"], &rows["rows"][0]["actorProof"]), (&"user:alice".into(), &"os".into()));
    // Without sudo a name is a statement.
    office.siesta(&["user", "add", "finn"]).succeeds();
    let rows = office.siesta(&["audit", "list", "--action", "user.add", "--limit", "1", "--json"]).succeeds().json();
    assert_eq!(rows["rows"][0]["actorProof"], "asserted");
    // An account of nobody, one that is no account, and one of somebody who was disabled.
    let error = office.line(&["list", "--json"]).env("SUDO_UID", "4322").run().ends_with(8).json_error();
    assert_eq!(error["code"], "account_unbound");
    assert!(error["hint"].as_str().unwrap().contains("--os-user 4322"), "{error}");
    office.line(&["list"]).env("SUDO_UID", "root").run().ends_with(8);
    office.siesta(&["user", "disable", "alice"]).succeeds();
    line(&["list"]).run().ends_with(8);
}

#[test]
fn an_account_belongs_to_one_only() {
    let office = Office::with_research();
    office.siesta(&["user", "edit", "alice", "--os-user", "al"]).succeeds();
    office.siesta(&["agent", "edit", "helper", "--os-user", "al"]).ends_with(7);
    office.siesta(&["agent", "edit", "helper", "--os-user", "bot"]).succeeds();
    office.siesta(&["agent", "edit", "helper", "--os-user", "bot"]).succeeds();
    office.siesta(&["agent", "add", "other", "--os-user", "bot"]).ends_with(7);
    office.siesta(&["user", "add", "eve", "--os-user", "bot"]).ends_with(7);
}

#[test]
fn whoever_makes_a_store_under_sudo_owns_it_by_their_account() {
    let office = crate::support::sandbox::Sandbox::new();
    office.line(&["init", "--org", "Acme", "--user", "mara"]).env("SUDO_UID", "4321").run().succeeds();
    let shown = office.line(&["user", "show", "mara", "--json"]).env("SUDO_UID", "4321").run().succeeds().json();
    assert_eq!(shown["user"]["osUser"], "4321");
    office.line(&["list"]).env("SUDO_UID", "4322").run().ends_with(8);
}

/// With the rights of the account that holds the key, a file that an agent names could be the key.
#[test]
fn an_agent_under_sudo_opens_no_file_and_no_other_store() {
    let office = Office::with_notes();
    office.siesta(&["agent", "edit", "helper", "--os-user", "4321"]).succeeds();
    let identity = office.identity();
    let identity = identity.to_str().unwrap();
    let at = format!("@{identity}");
    let read = ["call", "notes", "http_get", "--agent", "helper", "--json"];
    let cases: [(&[&str], &str); 6] = [
        (&["--args", &at], "account_file"),
        (&["--arg", "path=notes", "--out", "stolen"], "account_file"),
        (&["--arg", "path=notes", "--store", "/tmp/other"], "account_store"),
        (&["--arg", "path=notes", "--identity-file", identity], "account_store"),
        (&["--arg", "path=notes", "--passphrase-file", identity], "account_store"),
        (&["--arg", "path=notes", "--actor", "mara"], ""),
    ];
    for (more, code) in cases {
        let run = office.line(&[&read[..], more].concat()).env("SUDO_UID", "4321").run();
        match code {
            "" => drop(run.succeeds()),
            code => assert_eq!(run.ends_with(8).json_error()["code"], code, "{more:?}"),
        }
    }
    assert!(!office.path("stolen").exists());
    // Before a line of the file could be shown in an error.
    let import = ["user", "import", identity, "--json"];
    let error = office.line(&import).env("SUDO_UID", "4321").run().ends_with(8).json_error();
    assert_eq!(error["code"], "agent_may_not");
    let man = office.line(&["man", "pages", "--json"]).env("SUDO_UID", "4321").run().ends_with(8).json_error();
    assert_eq!(man["code"], "account_file");
    office.line(&["list", "--json"]).env("SUDO_UID", "4321").env("SIESTA_STORE", "/tmp/other").run().ends_with(8);
    // Nor is a log written where its caller says.
    let log = office.path("stolen.log");
    office.line(&["list", "--json"]).env("SUDO_UID", "4321").env("SIESTA_LOG_FILE", &log).run().ends_with(8);
    assert!(!log.exists());
}

#[test]
fn an_agent_sees_its_own_executions_and_explains_itself_only() {
    let office = Office::with_notes();
    office.siesta(&["agent", "add", "other", "--assign", "notes"]).succeeds();
    let read = |agent: &'static str| ["call", "notes", "http_get", "--arg", "path=notes", "--agent", agent];
    office.siesta(&read("helper")).succeeds();
    office.siesta(&read("other")).succeeds();
    let own = office.siesta(&["executions", "list", "--actor", "agent:other", "--json"]).succeeds().json();
    assert_eq!(own["executions"].as_array().unwrap().len(), 1);
    assert_eq!(own["executions"][0]["agent"], "other");
    let all = office.siesta(&["executions", "list", "--json"]).succeeds().json();
    let ids: Vec<&str> = all["executions"].as_array().unwrap().iter().map(|e| e["id"].as_str().unwrap()).collect();
    let helpers = ids.iter().find(|id| own["executions"][0]["id"] != **id).unwrap();
    office.siesta(&["executions", "show", helpers, "--actor", "agent:other"]).ends_with(3);
    office.siesta(&["executions", "list", "--agent", "helper", "--actor", "agent:other", "--json"]).succeeds();
    let explain = ["explain", "--connection", "notes", "http_get", "--arg", "path=notes", "--agent"];
    office.siesta(&[&explain[..], &["helper", "--actor", "agent:other"]].concat()).ends_with(8);
    office.siesta(&[&explain[..], &["other", "--actor", "agent:other"]].concat()).succeeds();
}

/// A sudo rule that lets the caller's variables through must not let the caller's files in.
#[test]
fn under_sudo_nothing_is_believed_that_lies_in_a_place_of_somebody_else() {
    let office = Office::with_notes();
    office.siesta(&["agent", "edit", "helper", "--os-user", "4321"]).succeeds();
    let read = ["call", "notes", "http_get", "--arg", "path=notes", "--agent", "helper", "--json"];
    let under_sudo = || office.line(&read).env("SUDO_UID", "4321");
    under_sudo().run().succeeds();
    let refused = |line: crate::support::sandbox::Line, what: &str| {
        let error = line.run().ends_with(8).json_error();
        assert_eq!(error["code"], "account_place", "{error}");
        assert!(error["message"].as_str().unwrap().contains(what), "{error}");
    };
    // Places that everybody may write to, and that do not exist yet below one.
    let open = office.path("open");
    std::fs::create_dir(&open).unwrap();
    std::fs::set_permissions(&open, std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
    for variable in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"] {
        refused(under_sudo().env(variable, &open), "open");
        refused(under_sudo().env(variable, open.join("not/there")), "open");
    }
    refused(under_sudo().env("SSL_CERT_FILE", open.join("ca.pem")), "SSL_CERT_FILE");
    // Without sudo they are the caller's own business.
    office.line(&read).env("XDG_CACHE_HOME", &open).run().succeeds();
    if rustix::process::geteuid().is_root() {
        let theirs = office.path("theirs");
        std::fs::create_dir_all(theirs.join("siesta")).unwrap();
        std::fs::write(theirs.join("siesta/config.toml"), "proxy = \"http://127.0.0.1:9\"\n").unwrap();
        std::os::unix::fs::chown(theirs.join("siesta/config.toml"), Some(4321), None).unwrap();
        refused(under_sudo().env("XDG_CONFIG_HOME", &theirs), "config.toml");
    }
    assert_eq!(office.provider.count("GET", "/api/notes"), 2);
}

#[test]
fn under_sudo_a_helper_is_not_looked_for_where_the_caller_says() {
    let office = Office::with_notes();
    office.siesta(&["agent", "edit", "helper", "--os-user", "4321"]).succeeds();
    let bin = office.path("bin");
    std::fs::create_dir_all(&bin).unwrap();
    let script = format!("#!/bin/sh\ncat > {}\n", office.path("told").display());
    std::fs::write(bin.join("tell-somebody"), script).unwrap();
    std::fs::set_permissions(bin.join("tell-somebody"), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    std::fs::write(office.path("config/siesta/config.toml"), "notify = [\"tell-somebody\"]\n").unwrap();
    let path = format!("{}:/usr/bin:/bin", bin.display());
    let ask = |text: &str| {
        let body = format!("body={{\"text\":\"{text}\"}}");
        let line = ["call", "notes", "http_post", "--arg", "path=notes", "--arg", &body, "--agent", "helper"];
        office.line(&line).env("PATH", &path)
    };
    let run = ask("one").env("SUDO_UID", "4321").run().ends_with(9);
    assert!(run.stderr.contains("notify could not be run"), "{}", run.stderr);
    // The same, typed by who owns the machine.
    let run = ask("two").run().ends_with(9);
    assert!(!run.stderr.contains("notify"), "{}", run.stderr);
}

#[test]
fn exec_under_sudo_says_how_the_agent_runs_its_program_itself() {
    let office = Office::with_notes();
    office.siesta(&["agent", "edit", "helper", "--os-user", "4321"]).succeeds();
    let line =
        ["exec", "--connection", "notes", "--env", "NOTES_TOKEN", "--agent", "helper", "--json", "--", "./sync", "a b"];
    let error = office.line(&line).env("SUDO_UID", "4321").run().ends_with(125).json_error();
    assert_eq!(error["code"], "account_exec");
    let hint = error["hint"].as_str().unwrap();
    assert!(hint.starts_with("NOTES_TOKEN=$(sudo … siesta token notes --agent helper) ./sync 'a b'"), "{hint}");
    // A person has no rights lent that are not theirs.
    office.siesta(&["user", "add", "alice", "--role", "admin", "--os-user", "4322"]).succeeds();
    office.siesta(&["governance", "set", "rest-api/*", "enabled"]).succeeds();
    office.siesta(&["policy", "set", "helper", "notes", "--allowed-models", "A,B", "--step-up", "never"]).succeeds();
    let line = ["exec", "--connection", "notes", "--agent", "helper", "--", "true"];
    office.line(&line).env("SUDO_UID", "4322").run().succeeds();
}
