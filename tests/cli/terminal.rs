//! A person at a real terminal: what the screen shows, and how the terminal is left.
use crate::support::day::{DAY, Day, Step};
use crate::support::files_below;
use crate::support::office::Office;
use crate::support::provider::{Button, Fault};
use crate::support::terminal::CTRL_C;

/// A day up to where its store is fullest, and the commands that only look at it.
fn full_day() -> (Day, Vec<Step>) {
    let day = Day::new();
    let mut looks = Vec::new();
    for step in DAY.iter().take_while(|step| step.leaf != "completions") {
        let line = day.line(step);
        if step.signs_in {
            line.sign_in(Button::Allow).0.ends_with(step.ends);
        } else {
            line.run().ends_with(step.ends);
        }
        if step.looks() && looks.iter().all(|seen: &Step| (seen.leaf, seen.rest) != (step.leaf, step.rest)) {
            looks.push(*step);
        }
    }
    (day, looks)
}

#[test]
fn no_line_is_broken_but_at_a_space_at_any_width() {
    let (day, looks) = full_day();
    for step in looks {
        let words = day.words(&step);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        for columns in [40, 60, 80, 200] {
            let left = day.sandbox.screen(columns).without_words().start(&words).finish().ends_with(step.ends as u32);
            for line in left.wrapped {
                // One long word, such as a path, which is copied whole when the terminal breaks it.
                let value = line.rsplit("  ").next().unwrap().trim();
                assert!(
                    !value.contains(' '),
                    "{columns} columns, siesta {}:\n{}\n{line}",
                    words.join(" "),
                    left.screen
                );
            }
        }
    }
}

/// Commands whose last words are somebody else's, or whose answer is a text for a reader.
const WITHOUT_A_NEXT: [&str; 4] = ["exec", "completions", "man", "help"];

/// Commands whose last words are a provider's answer, a signed statement or a child's, each in the form that it has.
const AS_IT_CAME: [&str; 7] =
    ["call", "request", "executions approve", "executions run", "executions wait", "executions request", "exec"];

/// What a terminal had to break: a command that is copied, one long word such as a path, or nothing.
fn may_be_broken(line: &str) -> bool {
    let is_command = line.contains("siesta ") && (line.contains("hint: ") || line.contains("next: "));
    is_command || line.split_whitespace().any(|word| word.chars().count() > 60)
}

/// Commands that say what to do about each of several things.
const WITH_SEVERAL: [&str; 6] = ["explain", "status", "import", "doctor", "store recipients remove", "store rekey"];

#[test]
fn every_command_ends_with_one_next_command_at_a_terminal_and_with_none_in_a_pipe() {
    let day = Day::new();
    for step in DAY {
        // Through a pipe: what reads it, what a terminal does not get, and what a browser takes part in.
        if step.signs_in {
            day.line(step).sign_in(Button::Allow).0.ends_with(step.ends);
            continue;
        }
        if step.stdin.is_some() || step.leaf == "token" {
            day.line(step).run().ends_with(step.ends);
            continue;
        }
        let words = day.words(step);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let left = day.sandbox.screen(80).start(&words).finish().ends_with(step.ends as u32);
        let texts = [&AS_IT_CAME[..], &WITHOUT_A_NEXT[..], &["audit head", "audit export"]].concat();
        if !texts.contains(&step.leaf) {
            let broken: Vec<&String> = left.wrapped.iter().filter(|line| !may_be_broken(line)).collect();
            assert!(broken.is_empty(), "siesta {}: {broken:?}\n{}", words.join(" "), left.screen);
        }
        let screen = left.screen;
        let hints = screen.lines().filter(|line| line.contains("hint: ")).count();
        let fits = match step.leaf {
            leaf if WITHOUT_A_NEXT.contains(&leaf) => true,
            leaf if WITH_SEVERAL.contains(&leaf) => hints > 0,
            _ => hints == 1,
        };
        assert!(fits, "siesta {} ends with {hints} hints:\n{screen}", words.join(" "));
    }
    let run = day.sandbox.siesta(&["user", "list"]).succeeds();
    assert_eq!(run.stderr, "");
}

/// A question of the program: the line that leads to it, what it shows, and whether what is typed is seen.
struct Question {
    line: &'static str,
    shows: &'static str,
    echoes: bool,
    /// What answers it without a terminal.
    flag: &'static str,
}

const fn seen(line: &'static str, shows: &'static str, flag: &'static str) -> Question {
    Question { line, shows, echoes: true, flag }
}

const fn unseen(line: &'static str, shows: &'static str, flag: &'static str) -> Question {
    Question { line, shows, echoes: false, flag }
}

const QUESTIONS: &[Question] = &[
    unseen("init --store ./other --key passphrase", "passphrase for the key", "--passphrase-file"),
    unseen("status --store ./locked", "passphrase of", "--passphrase-file"),
    seen("add", "which service", "SERVICE"),
    unseen("add openai x", "key of OpenAI", "--secret-stdin"),
    seen("add rest-api x", "base URL", "--base-url"),
    seen("add oauth2 x", "address of the authorization server", "--issuer"),
    seen(
        "add oauth2 x --issuer {base} --client-id siesta-practice --allow-private-network --paste",
        "address",
        "--paste",
    ),
    unseen("rotate research", "new key of", "--secret-stdin"),
    unseen("app set {base} --client-id x --client-secret-stdin", "client secret", "--client-secret-file"),
    seen("app remove {base}", "remove the OAuth client", "--yes"),
    seen("revoke research", "revoke \"research\"", "--yes"),
    seen("ungrant research --user alice", "go on?", "--yes"),
    seen("manifest new", "which mode", "--mode"),
    seen("manifest new --mode web-plugin", "what is the integration for?", "--use-case"),
];

fn asked() -> Office {
    let office = Office::with_research();
    office.set_client();
    office.siesta(&["grant", "research", "--user", "alice"]).succeeds();
    office.write("passphrase.txt", "correct horse");
    let locked = ["init", "--store", "./locked", "--key", "passphrase", "--passphrase-file", "passphrase.txt"];
    office.siesta(&locked).succeeds();
    office
}

fn words(office: &Office, line: &str) -> Vec<String> {
    line.replace("{base}", &office.provider.base_url).split(' ').map(str::to_owned).collect()
}

/// The rows of the audit, and every file that lies about: what must be as it was.
fn state(office: &Office) -> (String, Vec<std::path::PathBuf>) {
    (office.siesta(&["audit", "list", "--limit", "500"]).succeeds().stdout(), files_below(office.home(), ""))
}

#[test]
fn ctrl_c_at_every_question_leaves_the_terminal_and_the_store_as_they_were() {
    let office = asked();
    let before = state(&office);
    for question in QUESTIONS {
        let words = words(&office, question.line);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut terminal = office.in_terminal(&words);
        terminal.shows(question.shows);
        if !question.echoes {
            terminal.becomes("without echo", |terminal| !terminal.echoes());
        }
        terminal.types(CTRL_C);
        let left = terminal.finish().ends_with(130).leaves_the_terminal_in_order();
        assert!(!left.screen.contains("error"), "{}: {}", question.line, left.screen);
        // A sign-in that was begun has its row; the listener's files are gone.
        if !question.line.contains("--paste") {
            assert!(state(&office) == before, "siesta {} left something behind", question.line);
        }
    }
    assert!(!office.path("other").exists());
}

#[test]
fn sigterm_leaves_the_terminal_and_the_store_as_ctrl_c_does() {
    let office = asked();
    let before = state(&office);
    let base = &office.provider.base_url;
    let sign_in = format!("add oauth2 more --issuer {base} --allow-private-network --client-id siesta-practice");
    for (line, shows) in [
        ("add", "which service"),
        ("add openai x", "key of OpenAI"),
        ("revoke research", "destroy its credential"),
        (&sign_in, "waiting for the browser"),
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        let mut terminal = office.in_terminal(&words);
        terminal.shows(shows);
        if shows == "key of OpenAI" {
            terminal.becomes("without echo", |terminal| !terminal.echoes());
        }
        terminal.is_told_to_end();
        let left = terminal.finish().leaves_the_terminal_in_order();
        assert!(!left.screen.contains("error"), "{line}: {}", left.screen);
        assert!(left.signal.is_some(), "siesta {line} ended with {}", left.code);
        assert!(state(&office) == before, "siesta {line} left something behind");
    }
}

#[test]
fn the_end_of_input_in_the_place_of_a_secret_ends_the_command() {
    let office = asked();
    // What is seen while it is typed is read key by key, where Ctrl-D is no end of anything.
    for question in QUESTIONS.iter().filter(|question| !question.echoes) {
        let words = words(&office, question.line);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut terminal = office.in_terminal(&words);
        terminal.shows(question.shows);
        // Ctrl-D, as the keyboard sends it.
        terminal.becomes("without echo", |terminal| !terminal.echoes());
        terminal.types("\u{4}");
        terminal.finish().ends_with(2).leaves_the_terminal_in_order();
    }
}

#[test]
fn only_yes_is_yes_however_many_of_its_letters_another_answer_has() {
    let office = asked();
    for answer in ["no way\n", "stay\n", "yno\n", "\n"] {
        let mut terminal = office.in_terminal(&["revoke", "research"]);
        terminal.shows("destroy its credential? [y/N]").types(answer);
        let left = terminal.finish().ends_with(1).leaves_the_terminal_in_order();
        assert!(left.screen.contains("nothing was changed"), "{answer}: {}", left.screen);
    }
    // Ctrl-D is no answer.
    let mut terminal = office.in_terminal(&["revoke", "research"]);
    terminal.shows("destroy its credential? [y/N]").types("\u{4}");
    terminal.finish().ends_with(2).leaves_the_terminal_in_order();
    let mut terminal = office.in_terminal(&["revoke", "research"]);
    terminal.shows("destroy its credential? [y/N]").types("Yes\n");
    terminal.finish().ends_with(0).leaves_the_terminal_in_order();
}

#[test]
fn every_question_has_a_flag_that_no_input_names() {
    let office = asked();
    for question in QUESTIONS {
        let words = words(&office, question.line);
        let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
        words.push("--no-input");
        let left = office.in_terminal(&words).finish().leaves_the_terminal_in_order();
        // A key that is not there is exit 5, whoever could have been asked.
        assert!([2, 5].contains(&left.code), "{}: {}\n{}", question.line, left.code, left.screen);
        assert!(
            left.screen.contains(question.flag),
            "{} does not name {}:\n{}",
            question.line,
            question.flag,
            left.screen
        );
    }
}

#[test]
fn ctrl_c_while_a_browser_or_a_provider_is_waited_for_takes_back_what_was_begun() {
    let office = Office::with_notes();
    let base = office.provider.base_url.clone();
    let waits = [
        // A sign-in whose browser never comes, then one on another device.
        (format!("add oauth2 more --issuer {base} --allow-private-network"), "waiting for the browser", ""),
        (
            format!("add oauth2 more --issuer {base} --allow-private-network --device"),
            "waiting for the other device",
            "",
        ),
        // A refresh, and a call that needs one first: the answer never comes.
        ("refresh notes".to_owned(), "", "/token"),
        ("call notes http_get --arg path=notes --agent helper".to_owned(), "waiting for the provider", "/token"),
    ];
    for (line, shows, hangs) in waits {
        if !hangs.is_empty() {
            office.provider.expire_access_tokens();
            office.provider.fault(Fault { path: hangs.to_owned(), hang: true, ..Fault::default() });
        }
        office.provider.forget_requests();
        let words: Vec<&str> = line.split(' ').collect();
        let mut terminal = office.in_terminal(&words);
        terminal.shows(shows);
        if !hangs.is_empty() {
            terminal.becomes("waiting for the token endpoint", |_| office.provider.count("POST", hangs) > 0);
        }
        terminal.types(CTRL_C);
        let left = terminal.finish().ends_with(130).leaves_the_terminal_in_order();
        assert!(!left.screen.contains("error"), "{line}: {}", left.screen);
        let listed = office.siesta(&["list", "--all", "--json"]).succeeds().json();
        assert_eq!(listed["connections"].as_array().unwrap().len(), 1, "{line}");
        assert_eq!(listed["connections"][0]["status"], "healthy", "{line}");
        for scratch in ["tmp", "run"] {
            assert_eq!(files_below(&office.path(scratch), ""), Vec::<std::path::PathBuf>::new(), "{line}");
        }
    }
    office.siesta(&["audit", "verify"]).succeeds();
    office.siesta(&["call", "notes", "http_get", "--arg", "path=notes", "--agent", "helper"]).succeeds();
}

#[test]
fn colour_is_where_it_was_asked_for_and_nowhere_else() {
    let office = Office::with_research();
    let terminal = |variables: &[(&str, &str)], more: &[&str]| {
        let mut screen = office.screen(80);
        for (name, value) in variables {
            screen = screen.env(name, *value);
        }
        screen.start(&[&["list"], more].concat()).finish().ends_with(0).bytes
    };
    let pipe = |variables: &[(&str, &str)], more: &[&str]| {
        // A table in a pipe is for programs, whatever is asked for; words are for people wherever they go.
        let line = office.line(&[&["show", "nobody"], more].concat());
        variables.iter().fold(line, |line, (name, value)| line.env(name, *value)).run().ends_with(3).stderr
    };
    let (no, force, dumb) = (("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1"), ("TERM", "dumb"));
    type Case<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str], bool, bool);
    let cases: [Case; 12] = [
        (&[], &[], true, false),
        (&[no], &[], false, false),
        (&[("NO_COLOR", "")], &[], true, false),
        (&[dumb], &[], false, false),
        (&[force], &[], true, true),
        (&[("CLICOLOR_FORCE", "0")], &[], true, false),
        (&[force, no], &[], false, false),
        (&[force, dumb], &[], true, true),
        (&[no], &["--color", "always"], true, true),
        (&[], &["--color", "never"], false, false),
        (&[force], &["--color", "never"], false, false),
        (&[no, dumb], &["--color", "auto"], false, false),
    ];
    for (variables, more, on_terminal, in_pipe) in cases {
        assert_eq!(terminal(variables, more).contains("\u{1b}["), on_terminal, "terminal {variables:?} {more:?}");
        assert_eq!(pipe(variables, more).contains("\u{1b}["), in_pipe, "pipe {variables:?} {more:?}");
    }
}

#[test]
fn a_dumb_terminal_gets_no_escape_sequence_not_even_from_a_question() {
    let office = asked();
    for line in
        ["list", "status", "show research", "doctor", "refresh --all", "call research list_models --agent helper"]
    {
        let words: Vec<&str> = line.split(' ').collect();
        let left = office.screen(80).env("TERM", "dumb").start(&words).finish();
        assert!(!left.bytes.contains('\u{1b}'), "{line}: {:?}", left.bytes);
    }
    for question in QUESTIONS {
        let words = words(&office, question.line);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut terminal = office.screen(80).env("TERM", "dumb").start(&words);
        // A list is drawn over and over, which such a terminal cannot.
        if question.shows != "which service" {
            terminal.shows(question.shows);
            terminal.types(CTRL_C);
        }
        let left = terminal.finish();
        assert!([2, 130].contains(&left.code), "{}: {}", question.line, left.screen);
        assert!(!left.bytes.contains('\u{1b}') && left.echoes, "{}: {:?}", question.line, left.bytes);
    }
}

#[test]
fn a_question_is_answered_on_a_dumb_terminal_too() {
    let office = asked();
    for (answer, code) in [("n", 1), ("", 1), ("y", 0)] {
        let mut terminal = office.screen(80).env("TERM", "dumb").start(&["revoke", "research"]);
        terminal.shows("destroy its credential? [y/N]").types(&format!("{answer}\n"));
        terminal.finish().ends_with(code);
    }
}

#[test]
fn text_from_outside_moves_no_cursor_and_turns_nothing_around() {
    let evil = "a\u{1b}[31m\u{1b}[2Jb\u{202e}c\u{200b}d\u{9b}5m\u{7}e";
    let office = Office::with_notes();
    office.provider.set(|settings| settings.email = evil.to_owned());
    let say = |body: &str| Fault {
        path: "/api/notes".to_owned(),
        status: 200,
        content_type: "text/plain".to_owned(),
        body: body.to_owned(),
        ..Fault::default()
    };
    office.provider.fault(say(evil));
    let call = ["call", "notes", "http_get", "--arg", "path=notes", "--agent", "helper", "-q", "--color", "never"];
    let answered = office.in_terminal(&call).finish().ends_with(0);
    office.siesta(&["governance", "set", "rest-api/http_post", "confirm"]).succeeds();
    let text = serde_json::json!({ "text": evil }).to_string();
    let body = format!("body={text}");
    let post = ["call", "notes", "http_post", "--arg", "path=notes", "--arg", &body, "--agent", "helper"];
    office.siesta(&post).ends_with(9);
    let all = office.siesta(&["executions", "list", "--json"]).succeeds().json();
    let id = all["executions"][0]["id"].as_str().unwrap();
    let asked = office.in_terminal(&["executions", "show", id, "--color", "never"]).finish().ends_with(0);
    let unknown = office.in_terminal(&["show", evil, "--color", "never"]).finish().ends_with(3);
    for (what, left) in [("an answer", answered), ("a question", asked), ("an error", unknown)] {
        for c in ['\u{1b}', '\u{202e}', '\u{200b}', '\u{9b}', '\u{7}'] {
            assert!(!left.bytes.contains(c), "{what} has {c:?}: {:?}", left.bytes);
        }
        assert!(left.bytes.contains("\\u{202e}") || left.bytes.contains("\\u202e"), "{what}: {:?}", left.bytes);
    }
    let long = "x".repeat(100_000);
    let left = office.in_terminal(&["show", &long]).finish().ends_with(3);
    assert!(left.bytes.len() < 3_000, "{}", left.bytes.len());
}
