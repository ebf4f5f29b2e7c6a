//! What the scripts of the shells are told while somebody types: `siesta __complete`, and the index it reads.
use crate::support::office::Office;
use crate::support::peer::skipped;
use crate::support::sandbox::{Run, Sandbox};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Asks as zsh and fish do: the words of the line, the one under the cursor last.
#[track_caller]
fn asked(sandbox: &Sandbox, line: &str) -> Run {
    let words: String = line.split(' ').map(|word| format!("{word}\0")).collect();
    let run = sandbox.siesta_with(&["__complete", "words"], &words).succeeds();
    assert_eq!(run.stderr, "", "{line}");
    run
}

/// The candidates without what is said about them.
#[track_caller]
fn offered(sandbox: &Sandbox, line: &str) -> Vec<String> {
    let answer = asked(sandbox, line).stdout();
    let mut lines = answer.lines();
    assert_eq!(lines.next(), Some("names"), "no name stands at the end of {line:?}");
    lines.map(|line| line.split('\t').next().unwrap().to_owned()).collect()
}

/// A machine with a store, without a provider: these connections are never used.
#[track_caller]
fn with_connections(labels: &[&str]) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.siesta(&["init", "--org", "Acme"]).succeeds();
    labels.iter().for_each(|label| add(&sandbox, label));
    sandbox
}

#[track_caller]
pub fn add(sandbox: &Sandbox, label: &str) {
    let line = ["add", "rest-api", label, "--base-url", "https://api.example.com", "--secret-stdin", "--no-verify"];
    sandbox.siesta_with(&line, "canary-key-of-the-connection").succeeds();
}

fn indexes(sandbox: &Sandbox) -> PathBuf {
    sandbox.path("cache/siesta/names")
}

/// The one index of this machine.
#[track_caller]
fn index(sandbox: &Sandbox) -> PathBuf {
    let found: Vec<PathBuf> = std::fs::read_dir(indexes(sandbox)).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].clone()
}

#[test]
fn every_kind_of_name_is_offered_where_it_stands() {
    let office = Office::with_notes();
    office.add_research(&[]).succeeds();
    office.siesta(&["user", "add", "alice"]).succeeds();
    office.siesta(&["team", "add", "desk"]).succeeds();
    let cases: [(&str, &[&str]); 12] = [
        ("siesta show ", &["notes", "research"]),
        ("siesta explain --agent helper --connection ", &["notes", "research"]),
        ("siesta agent add bot --assign=", &["notes", "research"]),
        ("siesta policy set ", &["helper"]),
        ("siesta policy set helper ", &["notes", "research"]),
        ("siesta user disable ", &["alice", "mara"]),
        ("siesta team add-member ", &["desk"]),
        ("siesta team add-member desk ", &["alice", "mara"]),
        ("siesta --actor ", &["alice", "mara", "agent:helper"]),
        ("siesta audit list --by ", &["user:alice", "user:mara", "agent:helper", "system"]),
        ("siesta governance list anth", &["anthropic", "anthropic-messages"]),
        ("siesta add oa", &["oauth2"]),
    ];
    for (line, expected) in cases {
        // The shell leaves out what does not begin as it was typed.
        let typed = line.rsplit([' ', '=']).next().unwrap_or_default();
        let mut offered = offered(&office, line);
        offered.retain(|word| word.starts_with(typed));
        assert_eq!(offered, expected, "{line}");
    }
    let of_notes = offered(&office, "siesta call notes ");
    let of_research = offered(&office, "siesta call --agent=helper research ");
    assert!(of_notes.contains(&"http_get".to_owned()) && !of_notes.contains(&"list_models".to_owned()), "{of_notes:?}");
    assert!(of_research.contains(&"list_models".to_owned()) && !of_research.contains(&"http_get".to_owned()));
    assert!(offered(&office, "siesta explain --connection notes ").contains(&"DELETE".to_owned()));
    assert!(offered(&office, "siesta governance set openai/").contains(&"openai/list_models".to_owned()));
    assert!(asked(&office, "siesta show ").stdout().contains("\nnotes\trest-api\n"));

    for line in ["siesta ", "siesta sho", "siesta show --", "siesta show notes ", "siesta rename notes ", "siesta -o "]
    {
        assert_eq!(asked(&office, line).stdout(), "", "{line}");
    }
}

#[test]
fn an_execution_is_offered_while_it_waits() {
    let office = Office::with_notes();
    office.siesta(&["governance", "set", "rest-api/http_get", "confirm"]).succeeds();
    let call = ["call", "notes", "http_get", "--arg", "path=notes", "--agent", "helper", "--json"];
    let id = office.siesta(&call).ends_with(9).json()["executionId"].as_str().unwrap().to_owned();
    for line in ["siesta executions approve ", "siesta executions show 0", "siesta call notes http_get --approval "] {
        assert_eq!(offered(&office, line), [id.as_str()], "{line}");
    }
    office.siesta(&["executions", "reject", &id, "--reason", "no"]).succeeds();
    assert!(offered(&office, "siesta executions approve ").is_empty());
}

#[test]
fn an_imported_service_is_offered_without_a_key_and_gone_when_it_is_removed() {
    let sandbox = with_connections(&[]);
    let crm = r#"{"openapi":"3.0.0","info":{"title":"Acme CRM"},"servers":[{"url":"https://crm.example"}],
        "paths":{"/nodes":{"get":{"operationId":"listNodes"}}}}"#;
    sandbox.siesta_with(&["catalog", "import", "-"], crm).succeeds();
    let line = ["add", "acme-crm", "customers", "--no-verify", "--no-secret"];
    sandbox.siesta(&line).succeeds();
    // As while the store is locked: nothing here has the key.
    let key = sandbox.path("config/siesta/identities/default.txt");
    std::fs::rename(&key, sandbox.path("away")).unwrap();
    assert!(offered(&sandbox, "siesta add acme").contains(&"acme-crm".to_owned()));
    assert!(offered(&sandbox, "siesta catalog show acme").contains(&"acme-crm".to_owned()));
    assert_eq!(offered(&sandbox, "siesta governance set acme"), ["acme-crm", "acme-crm/list_nodes"]);
    assert_eq!(offered(&sandbox, "siesta call customers "), ["list_nodes"]);
    std::fs::rename(sandbox.path("away"), &key).unwrap();
    sandbox.siesta(&["revoke", "customers", "--yes"]).succeeds();
    sandbox.siesta(&["catalog", "remove", "acme-crm", "--yes"]).succeeds();
    assert!(!offered(&sandbox, "siesta add acme").contains(&"acme-crm".to_owned()));
}

#[test]
fn functions_given_by_hand_are_offered_with_those_of_the_service() {
    let sandbox = with_connections(&["orders", "other"]);
    let add = ["functions", "add", "orders", "get_order", "--method", "GET", "--path", "/orders/{id}"];
    sandbox.siesta(&add).succeeds();
    for line in [
        "siesta call orders ",
        "siesta explain --connection orders ",
        "siesta functions edit orders ",
        "siesta functions remove orders ",
        "siesta functions set orders ",
    ] {
        let offered = offered(&sandbox, line);
        assert!(offered.contains(&"get_order".to_owned()), "{line}: {offered:?}");
        assert!(offered.contains(&"http_get".to_owned()), "{line}: {offered:?}");
    }
    assert!(!offered(&sandbox, "siesta call other ").contains(&"get_order".to_owned()));
    assert!(asked(&sandbox, "siesta call orders ").stdout().contains("\nget_order\tits own\n"));
    // Only the name: not its path, not its arguments.
    assert!(!std::fs::read_to_string(index(&sandbox)).unwrap().contains("{id}"));
    sandbox.siesta(&["functions", "remove", "orders", "get_order", "--yes"]).succeeds();
    assert!(!offered(&sandbox, "siesta call orders ").contains(&"get_order".to_owned()));
    // Gone with its connection.
    sandbox.siesta(&add).succeeds();
    sandbox.siesta(&["revoke", "orders", "--yes"]).succeeds();
    assert!(!std::fs::read_to_string(index(&sandbox)).unwrap().contains("get_order"));
}

#[test]
fn a_renamed_connection_has_its_new_name_and_a_revoked_one_none() {
    let sandbox = with_connections(&["first", "second"]);
    sandbox.siesta(&["rename", "first", "premier"]).succeeds();
    assert_eq!(offered(&sandbox, "siesta show "), ["premier", "second"]);
    sandbox.siesta(&["revoke", "second", "--yes"]).succeeds();
    assert_eq!(offered(&sandbox, "siesta show "), ["premier"]);
    assert!(!std::fs::read_to_string(index(&sandbox)).unwrap().contains("second"));
}

#[test]
fn the_index_is_for_its_owner_alone_and_holds_names_and_ids_only() {
    let office = Office::new();
    let purpose = ["--purpose", "canary-purpose", "--access", "shared"];
    office.add_research(&purpose).succeeds();
    office
        .siesta(&["agent", "add", "helper", "--assign", "research", "--description", "canary-description"])
        .succeeds();
    let index = index(&office);
    let mode = |path: &Path| std::fs::metadata(path).unwrap().mode() & 0o777;
    assert_eq!((mode(&index), mode(&indexes(&office))), (0o600, 0o700));
    let text = std::fs::read_to_string(&index).unwrap();
    for private in ["canary", "sk-", "Acme", "shared", "127.0.0.1", "http"] {
        assert!(!text.contains(private), "{private}: {text}");
    }
    let kept: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&kept["agents"], &kept["users"]), (&serde_json::json!(["helper"]), &serde_json::json!(["mara"])));
}

#[test]
fn switched_off_no_names_are_kept_and_those_that_were_go_away() {
    for by_variable in [true, false] {
        let mut sandbox = with_connections(&["first"]);
        let index = index(&sandbox);
        match by_variable {
            true => sandbox.set("SIESTA_COMPLETION_INDEX", "off"),
            false => drop(sandbox.write("config/siesta/config.toml", "completion-index = false\n")),
        }
        assert!(index.exists() && offered(&sandbox, "siesta show ").is_empty(), "not read, even while it is there");
        sandbox.siesta(&["list"]).succeeds();
        assert!(!index.exists());
        sandbox.siesta(&["agent", "add", "helper"]).succeeds();
        assert!(!index.exists() && offered(&sandbox, "siesta --actor ").is_empty());
        assert!(
            offered(&sandbox, "siesta governance list ").contains(&"openai".to_owned()),
            "the catalogue is no secret"
        );
        let status = sandbox.siesta(&["status", "-v"]).succeeds().stdout();
        assert!(status.contains("completion-index\toff"), "{status}");

        // On again, the next command of any kind makes it.
        match by_variable {
            true => sandbox.unset("SIESTA_COMPLETION_INDEX"),
            false => std::fs::remove_file(sandbox.path("config/siesta/config.toml")).unwrap(),
        }
        sandbox.siesta(&["list"]).succeeds();
        assert_eq!(offered(&sandbox, "siesta policy set "), ["helper"]);
    }
    let sandbox = with_connections(&[]);
    let refused = sandbox.line(&["list"]).env("SIESTA_COMPLETION_INDEX", "of").run().ends_with(2);
    assert_eq!(refused.stderr, "error: SIESTA_COMPLETION_INDEX is on or off\n  hint:  SIESTA_COMPLETION_INDEX=off\n");
    let silent = sandbox.line(&["__complete", "words"]).env("SIESTA_COMPLETION_INDEX", "of").stdin("siesta\0show\0\0");
    assert_eq!(silent.run().succeeds().stdout(), "names\n");
}

#[test]
fn an_index_that_is_missing_or_of_another_state_is_made_by_the_next_command_that_reads() {
    let sandbox = with_connections(&["first"]);
    let index = index(&sandbox);
    let old = std::fs::read(&index).unwrap();
    let old_time = std::fs::metadata(&index).unwrap().modified().unwrap();
    std::fs::remove_file(&index).unwrap();
    assert_eq!(asked(&sandbox, "siesta show ").stdout(), "names\n", "no index: no names, and no files in their place");
    sandbox.siesta(&["list"]).succeeds();
    assert_eq!(offered(&sandbox, "siesta show "), ["first"]);

    add(&sandbox, "second");
    // As after a store has come back from a backup, or was changed on another machine.
    std::fs::write(&index, old).unwrap();
    std::fs::File::options().write(true).open(&index).unwrap().set_modified(old_time).unwrap();
    assert_eq!(offered(&sandbox, "siesta show "), ["first"]);
    sandbox.siesta(&["list"]).succeeds();
    assert_eq!(offered(&sandbox, "siesta show "), ["first", "second"]);
}

#[test]
fn a_new_store_in_the_place_of_an_old_one_has_its_own_names() {
    let sandbox = with_connections(&["of the old one"]);
    std::fs::remove_dir_all(sandbox.path("data/siesta")).unwrap();
    sandbox.siesta(&["init", "--org", "New", "--user", "vera"]).succeeds();
    assert!(offered(&sandbox, "siesta show ").is_empty());
    assert_eq!(offered(&sandbox, "siesta --actor "), ["vera"]);
}

#[test]
fn a_spoilt_or_forged_index_is_silence_and_the_next_command_mends_it() {
    let sandbox = with_connections(&["first"]);
    let index = index(&sandbox);
    let good = std::fs::read_to_string(&index).unwrap();
    let escape = good.replace("first", "\\u001b]0;owned\\u0007\\u001b[2J");
    let two_lines = good.replace("first", "a\\nb");
    let hidden = good.replace("first", "a\\u2800b");
    let flag = good.replace("first", "--yes");
    let random: Vec<u8> = (0..4096u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let forged: [&[u8]; 9] = [
        escape.as_bytes(),
        two_lines.as_bytes(),
        hidden.as_bytes(),
        flag.as_bytes(),
        &random,
        b"",
        b"names",
        b"{",
        b"\x1b[2J",
    ];
    for content in forged {
        std::fs::write(&index, content).unwrap();
        assert_eq!(asked(&sandbox, "siesta show ").stdout(), "names\n", "{:?}", String::from_utf8_lossy(content));
    }
    std::fs::File::options().write(true).open(&index).unwrap().set_len(100 << 20).unwrap();
    let started = Instant::now();
    assert_eq!(asked(&sandbox, "siesta show ").stdout(), "names\n");
    assert!(started.elapsed().as_secs() < 5, "100 MB were read");
    add(&sandbox, "second");
    assert_eq!(offered(&sandbox, "siesta show "), ["first", "second"]);
}

#[test]
fn an_index_that_is_a_link_or_of_somebody_else_is_not_read() {
    let sandbox = with_connections(&["first"]);
    let index = index(&sandbox);
    let elsewhere = sandbox.path("elsewhere");
    std::fs::rename(&index, &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &index).unwrap();
    assert!(offered(&sandbox, "siesta show ").is_empty(), "a link");
    std::fs::remove_file(&index).unwrap();
    std::fs::rename(&elsewhere, &index).unwrap();
    assert_eq!(offered(&sandbox, "siesta show "), ["first"]);
    std::fs::set_permissions(&index, PermissionsExt::from_mode(0o666)).unwrap();
    assert!(offered(&sandbox, "siesta show ").is_empty(), "anybody can write it");
    std::fs::set_permissions(&index, PermissionsExt::from_mode(0o600)).unwrap();
    // Only root can give a file away; CI is root.
    if std::os::unix::fs::chown(&index, Some(65_534), None).is_err() {
        return skipped("a file can be given to another account by root only");
    }
    assert!(offered(&sandbox, "siesta show ").is_empty(), "of another account");
}

#[test]
fn where_the_index_cannot_be_written_commands_work_all_the_same() {
    let sandbox = Sandbox::new();
    std::fs::remove_dir(sandbox.path("cache")).unwrap();
    sandbox.write("cache", "a file in the way");
    let run = sandbox.siesta(&["init", "--org", "Acme"]).succeeds();
    assert!(!run.stderr.contains("cache"), "{}", run.stderr);
    add(&sandbox, "first");
    assert!(offered(&sandbox, "siesta show ").is_empty());
}

#[test]
fn the_store_that_is_named_on_the_line_is_the_one_whose_names_are_offered() {
    let mut sandbox = with_connections(&["default"]);
    sandbox.write("config/siesta/config.toml", "[stores]\nwork = \"work-store\"\nlab = \"lab-store\"\n");
    sandbox.siesta(&["--store", "work", "init", "--org", "Work"]).succeeds();
    let line = ["--store", "work", "add", "rest-api", "of work", "--base-url", "https://a.example", "--no-secret"];
    sandbox.siesta(&[&line[..], &["--no-verify"]].concat()).succeeds();
    let path = sandbox.path("config/siesta/work-store").display().to_string();
    assert_eq!(offered(&sandbox, "siesta show "), ["default"]);
    for line in [
        "siesta --store work show ",
        "siesta --store=work show ",
        "siesta show --store work ",
        &format!("siesta --store {path} show "),
        "siesta --store ~/config/siesta/work-store show ",
        "siesta --store ./config/siesta/work-store show ",
    ] {
        assert_eq!(offered(&sandbox, line), ["of work"], "{line}");
    }
    assert!(offered(&sandbox, "siesta --store nosuch show ").is_empty());
    assert_eq!(offered(&sandbox, "siesta --store "), ["lab", "work"]);
    assert_eq!(asked(&sandbox, "siesta --store ./").stdout(), "", "directories are the shell's business");
    sandbox.set("SIESTA_STORE", "work");
    assert_eq!(offered(&sandbox, "siesta show "), ["of work"]);
    // A store that is gone: its names are not offered, although they lie there still.
    std::fs::remove_dir_all(sandbox.path("config/siesta/work-store")).unwrap();
    assert!(offered(&sandbox, "siesta show ").is_empty());
}

#[test]
fn no_line_and_no_machine_makes_it_speak_or_fail() {
    let sandbox = with_connections(&["first"]);
    let long = "x".repeat(1 << 20);
    for (shell, stdin) in [
        ("words", ""),
        ("words", "\0"),
        ("words", "siesta\0"),
        ("words", "siesta\0show\0unfinished"),
        ("words", &long),
        ("words", "siesta\0\u{1b}[2J\0\u{7}\0"),
        ("bash", ""),
        ("bash", "\0"),
        ("bash", "\0\0"),
        ("bash", "siesta show $'a\0a\0"),
        ("powershell", "siesta\0show\0\0"),
        ("", "a\0"),
    ] {
        let run = sandbox.siesta_with(&["__complete", shell], stdin).succeeds();
        assert_eq!((run.stdout().as_str(), run.stderr.as_str()), ("", ""), "{shell} {stdin:.40}");
    }
    assert_eq!(sandbox.siesta(&["__complete"]).succeeds().stdout(), "");
    // A line that the program would refuse, because it holds what looks like a secret, is not quoted back.
    let secret = format!("--secret=sk-ant-{}", "a".repeat(60));
    assert_eq!(offered(&sandbox, &format!("siesta show {secret} ")), ["first"]);
    assert_eq!(offered(&sandbox, &format!("siesta show {}", &secret[9..])), ["first"]);
    let odd = sandbox.siesta_with(&["__complete", "bash"], "siesta show '\0x\0").succeeds();
    assert_eq!((odd.stdout().as_str(), odd.stderr.as_str()), ("names\n", ""), "x is not the end of the line");
    let not_text = sandbox.line(&["__complete", "words"]).stdin(b"siesta\0show\0\xff\xfe\0".to_vec()).run().succeeds();
    assert_eq!((not_text.stdout().as_str(), not_text.stderr.as_str()), ("", ""));

    // `env -i`, and a home that is not there: the names are elsewhere, the services are in the program.
    let mut bare = Sandbox::new();
    for variable in bare.environment().keys().cloned().collect::<Vec<_>>() {
        bare.unset(variable.to_str().unwrap());
    }
    assert!(offered(&bare, "siesta governance list ").contains(&"openai".to_owned()));
    assert_eq!(asked(&bare, "siesta sho").stdout(), "");
    bare.set("HOME", "/nonexistent");
    assert!(offered(&bare, "siesta show ").is_empty());
    // A config.toml that cannot be read is an error of the next command, not of this.
    sandbox.write("config/siesta/config.toml", "nonsense");
    assert!(offered(&sandbox, "siesta show ").is_empty());
}

/// Everything that opening the store would need is taken away or set to trap: the key's command leaves a mark, the bus
/// never answers, the lock is held, the store is no store any more. The answer comes all the same.
#[test]
fn no_key_no_lock_and_no_store_are_touched() {
    let mut sandbox = with_connections(&["first"]);
    let keys = std::fs::read_dir(sandbox.path("config/siesta/keys")).unwrap().next().unwrap().unwrap().path();
    let mark = sandbox.path("the-key-was-asked-for");
    let bus = sandbox.path("bus");
    let listener = UnixListener::bind(&bus).unwrap();
    listener.set_nonblocking(true).unwrap();
    sandbox.set("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}", bus.display()));
    let store = sandbox.path("data/siesta/default");
    let lock =
        std::fs::File::options().write(true).create(true).truncate(false).open(store.join("store.lock")).unwrap();
    rustix::fs::flock(&lock, rustix::fs::FlockOperation::LockExclusive).unwrap();
    std::fs::write(store.join("store.age"), "no store").unwrap();
    std::fs::remove_file(store.join("store.secret")).unwrap();
    std::fs::remove_dir_all(sandbox.path("config/siesta/identities")).unwrap();
    for source in [
        serde_json::json!({"source": "command", "place": format!("touch {}", mark.display())}),
        serde_json::json!({"source": "keyring", "place": "siesta"}),
        serde_json::json!({"source": "file", "place": sandbox.path("no-such-key")}),
    ] {
        std::fs::write(&keys, source.to_string()).unwrap();
        assert_eq!(offered(&sandbox, "siesta show "), ["first"], "{source}");
        assert!(!mark.exists(), "the key was asked for");
        assert!(listener.accept().is_err(), "the keyring was asked");
    }
    // The trap works: a command that does need the key springs it.
    std::fs::write(
        &keys,
        serde_json::json!({"source": "command", "place": format!("touch {}", mark.display())}).to_string(),
    )
    .unwrap();
    std::fs::write(store.join("store.secret"), "sealed").unwrap();
    sandbox.siesta(&["list"]);
    assert!(mark.exists());
}

/// Not a gate: `cargo nextest run --release --test cli --run-ignored only an_answer --no-capture` prints the time of this
/// machine.
#[test]
#[ignore = "measures"]
fn an_answer_comes_in_less_than_20_ms() {
    let sandbox = with_connections(&["first"]);
    let index = index(&sandbox);
    let mut kept: serde_json::Value = serde_json::from_slice(&std::fs::read(&index).unwrap()).unwrap();
    let one = kept["connections"][0].clone();
    let many = (0..5_000).map(|n| {
        let mut connection = one.clone();
        connection["label"] = format!("connection number {n} of many").into();
        connection
    });
    let small = std::fs::read(&index).unwrap();
    kept["connections"] = many.collect();
    for (what, content) in [("1 connection", small), ("5000 connections", kept.to_string().into_bytes())] {
        std::fs::write(&index, content).unwrap();
        for line in ["siesta show ", "siesta call first "] {
            let mut times: Vec<_> = (0..100)
                .map(|_| {
                    let started = Instant::now();
                    asked(&sandbox, line);
                    started.elapsed()
                })
                .collect();
            times.sort();
            eprintln!("{what}, {line:?}: median {:?}, slowest {:?}", times[50], times[99]);
        }
    }
}
