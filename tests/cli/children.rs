//! What a child of the program gets, written down by real children.
use crate::support::office::Office;
use crate::support::provider::{Button, browse};
use crate::support::sandbox::Sandbox;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Writes down what it got: arguments, variables, group, and where every descriptor leads.
const WITNESS: &str = r#"#!/bin/sh
# In a process of its own: a redirection of this shell would show as a descriptor.
( exec ls -l "/proc/$$/fd" > "$HOME/descriptors" )
{
  for argument; do printf 'argument %s\n' "$argument"; done
  env | sed 's/^/variable /'
  printf 'group %s of %s\n' "$(cut -d' ' -f5 /proc/$$/stat)" "$$"
  sed -n 's/.* \([0-9]*\) -> /descriptor \1 /p' "$HOME/descriptors"
} > "$HOME/witness.tmp"
mv "$HOME/witness.tmp" "$HOME/witness"
"#;

/// Variables of ours and of the service manager, and two that hold somebody's credential.
const VARIABLES: [(&str, &str); 7] = [
    ("SIESTA_ACTOR", "mara"),
    ("SIESTA_OUTPUT", "table"),
    ("CREDENTIALS_DIRECTORY", "/run/credentials/x"),
    ("NOTIFY_SOCKET", "/run/systemd/notify"),
    ("LISTEN_FDS", "1"),
    ("OPENAI_API_KEY", "canary-of-another-program"),
    ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere"),
];

fn program(sandbox: &Sandbox, name: &str, text: &str) -> PathBuf {
    let path = sandbox.write(name, text);
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    path
}

/// The program through a shell that leaves descriptors open, as a careless wrapper does.
fn with_open_descriptors(sandbox: &Sandbox, open: &str, args: &[&str]) -> Command {
    let mut command = Command::new("bash");
    command.args(["--norc", "-c", &format!("exec {open}; exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_siesta")]);
    command.args(args).env_clear().envs(sandbox.environment()).current_dir(sandbox.home());
    command
}

fn lines<'a>(witness: &'a str, kind: &str) -> Vec<&'a str> {
    witness.lines().filter_map(|line| line.strip_prefix(kind)?.strip_prefix(' ')).collect()
}

fn has_variable(witness: &str, name: &str) -> bool {
    lines(witness, "variable").iter().any(|line| line.starts_with(&format!("{name}=")))
}

/// Descriptors above 2, but for the one on which the shell reads this script.
fn inherited(witness: &str) -> Vec<&str> {
    let is_ours = |line: &&str| {
        let (number, target) = line.split_once(' ').unwrap();
        number.parse::<u32>().unwrap() > 2 && !["/keys", "/seer", "/xdg-open"].iter().any(|own| target.ends_with(own))
    };
    lines(witness, "descriptor").into_iter().filter(is_ours).collect()
}

fn identity() -> String {
    let other = Sandbox::new();
    let made = other.siesta(&["init", "--json"]).succeeds().json();
    let text = std::fs::read_to_string(made["identityPath"].as_str().unwrap()).unwrap();
    text.lines().filter(|line| !line.starts_with('#')).map(|line| format!("{line}\n")).collect()
}

#[test]
#[cfg(target_os = "linux")]
fn the_command_that_prints_the_key_gets_its_own_environment_and_no_descriptor_of_ours() {
    let mut sandbox = Sandbox::new();
    sandbox.write("identity.txt", identity());
    sandbox.write("planted", "a secret on a descriptor");
    let keys = program(&sandbox, "keys", &format!("{WITNESS}cat \"$HOME/identity.txt\"\n"));
    for (name, value) in VARIABLES {
        sandbox.set(name, value);
    }
    let line = ["init", "--key", "command", "--identity-command", keys.to_str().unwrap()];
    let run = with_open_descriptors(&sandbox, "7<planted 9<planted 23>>planted", &line).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let witness = std::fs::read_to_string(sandbox.path("witness")).unwrap();
    assert_eq!(inherited(&witness), Vec::<&str>::new(), "{witness}");
    assert!(lines(&witness, "descriptor").contains(&"0 /dev/null"), "{witness}");
    for name in ["SIESTA_ACTOR", "SIESTA_OUTPUT", "CREDENTIALS_DIRECTORY", "NOTIFY_SOCKET", "LISTEN_FDS"] {
        assert!(!has_variable(&witness, name), "{name}: {witness}");
    }
    // What it opens its vault with is its own business.
    for name in ["HOME", "PATH", "DBUS_SESSION_BUS_ADDRESS", "OPENAI_API_KEY"] {
        assert!(has_variable(&witness, name), "{name}: {witness}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_key_on_a_descriptor_is_read_and_not_handed_on() {
    let sandbox = Sandbox::new();
    sandbox.write("identity.txt", identity());
    let line = ["init", "--key", "fd", "--identity-fd", "5"];
    let run = with_open_descriptors(&sandbox, "5<identity.txt", &line).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    // Also from a pipe, which is gone when it was read once.
    let status = with_open_descriptors(&sandbox, "5< <(cat identity.txt)", &["status", "--json"]).output().unwrap();
    assert!(status.status.success(), "{}", String::from_utf8_lossy(&status.stderr));
}

/// Signs in at a terminal with this as `BROWSER` and this in PATH; the page is opened by hand.
fn signed_in_with(browser: Option<&str>, prepare: impl Fn(&Sandbox)) -> (Office, String) {
    let mut office = Office::new();
    office.set_client();
    prepare(&office);
    let path = format!("{}:/usr/bin:/bin", office.path("bin").display());
    for (name, value) in VARIABLES {
        office.set(name, value);
    }
    office.set("PATH", path);
    office.set("DISPLAY", ":0");
    if let Some(browser) = browser {
        office.set("BROWSER", browser);
    }
    let base = office.provider.base_url.clone();
    let line = [
        "add",
        "oauth2",
        "notes",
        "--issuer",
        &base,
        "--base-url",
        &base,
        "--allow-private-network",
        "--timeout",
        "30s",
    ];
    // Wide, so that the address is not broken.
    let mut terminal = office.screen(1000).start(&line);
    terminal.shows("waiting for the browser");
    let screen = terminal.screen();
    let address = screen.lines().find(|line| line.starts_with("http")).unwrap().trim().to_owned();
    let url = address.clone();
    let person = std::thread::spawn(move || browse(&url, true));
    let left = terminal.finish().ends_with(0).leaves_the_terminal_in_order();
    assert!(left.screen.contains("connected \"notes\""), "{}", left.screen);
    assert!(person.join().unwrap().body.contains("Connected"));
    (office, left.screen + "\naddress " + &address)
}

/// The browser is not waited for, so what it wrote down is.
fn witnessed(home: &Path) -> String {
    let begun = std::time::Instant::now();
    loop {
        match std::fs::read_to_string(home.join("witness")) {
            Ok(text) => return text,
            Err(_) if begun.elapsed().as_secs() < 20 => std::thread::yield_now(),
            Err(error) => panic!("the browser wrote nothing down: {error}"),
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn the_browser_gets_the_address_as_one_argument_and_nothing_of_ours() {
    for browser in [Some("seer --url=%s"), None] {
        let (office, screen) = signed_in_with(browser, |sandbox| {
            for name in ["bin/seer", "bin/xdg-open"] {
                program(sandbox, name, WITNESS);
            }
        });
        let witness = witnessed(office.home());
        let address = screen.lines().find_map(|line| line.strip_prefix("address ")).unwrap();
        let expected = match browser {
            Some(_) => format!("--url={address}"),
            None => address.to_owned(),
        };
        assert_eq!(lines(&witness, "argument"), [expected], "{witness}");
        assert_eq!(inherited(&witness), Vec::<&str>::new(), "{witness}");
        for standard in ["0 /dev/null", "1 /dev/null", "2 /dev/null"] {
            assert!(lines(&witness, "descriptor").contains(&standard), "{standard}: {witness}");
        }
        let (group, leader) = lines(&witness, "group")[0].split_once(" of ").unwrap();
        assert_eq!(group, leader, "it leads a group of its own: {witness}");
        for (name, _) in VARIABLES.iter().filter(|(name, _)| *name != "DBUS_SESSION_BUS_ADDRESS") {
            assert!(!has_variable(&witness, name), "{name}: {witness}");
        }
        for name in ["HOME", "DISPLAY", "DBUS_SESSION_BUS_ADDRESS"] {
            assert!(has_variable(&witness, name), "{name}: {witness}");
        }
    }
}

#[test]
fn a_text_browser_is_never_started() {
    let (office, screen) = signed_in_with(Some("x-www-browser:lynx"), |sandbox| {
        program(sandbox, "bin/lynx", WITNESS);
        std::os::unix::fs::symlink(sandbox.path("bin/lynx"), sandbox.path("bin/x-www-browser")).unwrap();
    });
    assert!(screen.contains("no browser could be opened"), "{screen}");
    assert!(!office.path("witness").exists());
}

#[test]
fn without_a_terminal_no_browser_is_opened() {
    let mut office = Office::new();
    office.set_client();
    let seer = program(&office, "bin/seer", WITNESS);
    office.set("DISPLAY", ":0");
    office.set("BROWSER", &seer);
    office.add_notes(&[], Button::Allow).0.succeeds();
    office.siesta(&["revoke", "notes", "--yes"]).succeeds();
    let base = office.provider.base_url.clone();
    let line =
        ["add", "oauth2", "notes", "--issuer", &base, "--allow-private-network", "--no-input", "--timeout", "20ms"];
    let left = office.in_terminal(&line).finish().ends_with(4);
    assert!(left.screen.contains("ssh -L") || left.screen.contains("http"), "{}", left.screen);
    assert!(!office.path("witness").exists());
}
