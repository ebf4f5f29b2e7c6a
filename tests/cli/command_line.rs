//! What holds for every command, shown on those that need no store.
use crate::support::sandbox::Sandbox;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[test]
fn without_a_command_it_says_where_things_stand_and_what_comes_next() {
    let run = Sandbox::new().siesta(&[]).succeeds();
    assert_eq!(run.stdout(), "");
    assert!(run.stderr.contains("no store yet") && run.stderr.contains("siesta init"), "{}", run.stderr);
}

#[test]
fn a_log_has_what_v_says_and_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::new();
    let log = sandbox.path("siesta.log");
    let named = |words: &[&str]| sandbox.line(words).env("SIESTA_LOG_FILE", &log);
    let run = named(&["init", "--org", "Acme"]).run().succeeds();
    assert!(!run.stderr.contains("opened "), "{}", run.stderr);
    named(&["status"]).env("SIESTA_LOG", "off").run().succeeds();
    named(&["show", "nothing"]).run().ends_with(3);
    let text = std::fs::read_to_string(&log).unwrap();
    let words: Vec<&str> = text.lines().map(|line| line.splitn(3, ' ').nth(2).unwrap()).collect();
    let begins: Vec<&&str> = words.iter().filter(|line| line.starts_with("begin siesta ")).collect();
    assert!(matches!(begins[..], [init, show] if init.ends_with(" init") && show.ends_with(" show")), "{text}");
    let says = |part: &str| words.iter().any(|line| line.starts_with(part));
    assert!(says("opened ") && says("error: ") && says("end with exit code 3"), "{text}");
    assert_eq!(std::fs::metadata(&log).unwrap().permissions().mode() & 0o777, 0o600);

    let run = sandbox.line(&["status"]).env("SIESTA_LOG", "info").run().succeeds();
    assert!(run.stderr.contains("opened "), "{}", run.stderr);
    let run = sandbox.line(&["status"]).env("SIESTA_LOG", "loud").run().ends_with(2);
    assert!(run.stderr.contains("environment SIESTA_LOG") && run.stderr.contains("off, info, debug, trace"));
    let run = sandbox.line(&["status"]).env("SIESTA_LOG_FILE", sandbox.path("")).run().ends_with(1);
    assert!(run.stderr.contains("cannot write the log"), "{}", run.stderr);
}

#[test]
fn a_log_follows_no_link() {
    let sandbox = Sandbox::new();
    let target = sandbox.write("precious", "mine");
    for (name, to) in [("link", target.clone()), ("dangling", sandbox.path("nowhere"))] {
        let link = sandbox.path(name);
        std::os::unix::fs::symlink(&to, &link).unwrap();
        let run = sandbox.line(&["init", "--org", "Acme", "--json"]).env("SIESTA_LOG_FILE", &link).run().ends_with(1);
        let error = run.json_error();
        assert_eq!(error["code"], "log", "{name}: {error}");
        assert!(error["cause"].as_str().unwrap().contains("SIESTA_LOG_FILE"), "{name}: {error}");
    }
    // Neither was written through, and the command was not begun.
    assert_eq!(std::fs::read_to_string(&target).unwrap(), "mine");
    assert!(!sandbox.path("nowhere").exists() && !sandbox.path("data/siesta").exists());
}

#[test]
fn help_knows_topics_and_commands() {
    let sandbox = Sandbox::new();
    assert!(sandbox.siesta(&["help", "exit-codes"]).succeeds().stdout().contains("130  interrupted"));
    assert!(sandbox.siesta(&["help", "man"]).succeeds().stdout().contains("Usage: siesta man"));
    let run = sandbox.siesta(&["help", "cronn"]).ends_with(3);
    assert_eq!(run.stderr, "error: there is no help on \"cronn\"\n  hint:  siesta help cron\n");
}

#[test]
fn a_refused_line_is_exit_2_in_words_or_as_a_document() {
    let sandbox = Sandbox::new();
    let run = sandbox.siesta(&["completion"]).ends_with(2);
    assert_eq!(run.stderr, "error: there is no command completion\n  hint:  did you mean completions?\n");
    let error = sandbox.siesta(&["completion", "--json"]).ends_with(2).json_error();
    assert_eq!((error["code"].as_str(), error["exit"].as_i64()), (Some("usage"), Some(2)));
    let run = sandbox.line(&["completion"]).env("SIESTA_OUTPUT", "jsonl").run().ends_with(2);
    assert_eq!(run.json_error()["hint"], "did you mean completions?");
}

#[test]
fn a_secret_as_an_argument_is_exit_2_and_is_never_repeated() {
    let sandbox = Sandbox::new();
    let secret = format!("sk-ant-api03-{}", "Canary7x".repeat(10));
    for args in [
        vec!["add", "anthropic", &secret],
        vec!["add", "anthropic", "--secret", &secret],
        vec!["completions", &secret, "-vvv"],
        vec![&secret],
        vec!["help", &secret, "--json"],
    ] {
        let run = sandbox.siesta(&args).ends_with(2);
        assert!(!run.stderr.contains("Canary") && run.stdout().is_empty(), "{}", run.stderr);
        assert!(run.stderr.contains("--secret-stdin"), "{}", run.stderr);
    }
}

#[test]
fn cron_has_only_a_home() {
    let sandbox = Sandbox::new();
    let mut line = sandbox.line(&["help", "cron"]);
    for variable in ["PATH", "LOGNAME", "LANG", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "TMPDIR"] {
        line = line.without_env(variable);
    }
    line.run().succeeds();
}

#[test]
fn a_closed_pipe_is_success_and_silence() {
    let sandbox = Sandbox::new();
    for args in [vec!["help"], vec!["--help"], vec!["completions", "bash"], vec!["man"], vec!["--version"]] {
        let script = format!("{} {} | head -c0; exit ${{PIPESTATUS[0]}}", env!("CARGO_BIN_EXE_siesta"), args.join(" "));
        let run = Command::new("bash")
            .args(["--norc", "-c", &script])
            .env("HOME", sandbox.home())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let stderr = String::from_utf8(run.stderr).unwrap();
        assert_eq!((run.status.code(), stderr.as_str()), (Some(0), ""), "{args:?}");
    }
}

#[test]
fn man_writes_a_page_per_command() {
    let sandbox = Sandbox::new();
    let run = sandbox.siesta(&["man", "pages", "--json"]).succeeds();
    // These commands need no settings, so the format is known from the line alone.
    assert_eq!(run.json()["schemaVersion"], 1);
    assert!(sandbox.path("pages/siesta-completions.1").is_file());
}

#[test]
#[cfg(target_os = "linux")]
fn the_process_leaves_no_core() {
    let sandbox = Sandbox::new();
    // A named pipe that nobody reads holds the process long enough to be looked at.
    let pipe = sandbox.write("pages/x", "").with_file_name("siesta.1");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let mut running = sandbox.line(&["man", "pages"]).start();
    let limits = format!("/proc/{}/limits", running.child.id());
    let core = |limits: &str| {
        limits.lines().any(|line| line.split_whitespace().take(6).eq(["Max", "core", "file", "size", "0", "0"]))
    };
    let begun = Instant::now();
    let mut is_private = false;
    while !is_private && begun.elapsed() < Duration::from_secs(20) {
        is_private = core(&std::fs::read_to_string(&limits).unwrap());
    }
    running.child.kill().unwrap();
    running.child.wait().unwrap();
    assert!(is_private, "the process may write a core file");
}

#[test]
fn more_v_say_more_and_never_a_path() {
    let office = crate::support::office::Office::with_research();
    let call = |more: &[&str]| {
        let line = ["call", "research", "list_models", "--agent", "helper", "--user", "alice"];
        office.siesta(&[&line[..], more].concat()).succeeds().stderr
    };
    let base = office.provider.base_url.clone();
    assert_eq!(call(&[]), "");
    let once = call(&["-v"]);
    assert!(once.starts_with("opened ") && once.contains("its key came from the file: "), "{once}");
    assert!(once.contains("acting as mara (default)") && !once.contains(&base), "{once}");
    let twice = call(&["-vv"]);
    let request = twice.lines().last().unwrap();
    assert!(request.starts_with(&format!("GET {base}: HTTP 200 after ")) && request.ends_with(" ms"), "{twice}");
    let thrice = call(&["-vvv"]);
    assert!(thrice.lines().last().unwrap().contains("HTTP 200, "), "{thrice}");
    // Neither the path nor the query of what was asked.
    assert!(!thrice.contains("/models"), "{thrice}");
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let add = ["add", "openai", "x", "--secret-stdin", "--allow-private-network", "-vv", "--base-url"];
    let run = office.siesta_with(&[&add[..], &[&format!("http://{gone}")]].concat(), "a-key-of-somebody").ends_with(11);
    assert!(
        run.stderr.contains(&format!("GET http://{gone}: no answer (cannot connect to 127.0.0.1)")),
        "{}",
        run.stderr
    );
}
