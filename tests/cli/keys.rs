//! Where the key comes from: each source through the real binary, the keyring against a real Secret Service.
use crate::support::peer::peer;
use crate::support::sandbox::Sandbox;
use std::process::Command;

#[test]
fn a_key_under_a_passphrase_needs_it_each_time() {
    let sandbox = Sandbox::new();
    sandbox.write("right.txt", "correct horse\n");
    sandbox.write("wrong.txt", "battery staple\n");
    let right = sandbox.path("right.txt").display().to_string();
    let wrong = sandbox.path("wrong.txt").display().to_string();
    let asked = sandbox.siesta(&["init", "--user", "alice", "--key", "passphrase"]).ends_with(2);
    assert!(asked.stderr.contains("--passphrase-file"), "{}", asked.stderr);
    sandbox.siesta(&["init", "--user", "alice", "--key", "passphrase", "--passphrase-file", &right]).succeeds();
    let status = sandbox.siesta(&["status", "--json", "--passphrase-file", &right]).succeeds();
    assert_eq!(status.json()["keySource"], "passphrase");
    let refused = sandbox.siesta(&["status", "--json", "--passphrase-file", &wrong]).ends_with(5);
    assert_eq!(refused.json_error()["code"], "wrong-passphrase");
    let unasked = sandbox.siesta(&["status", "--json"]).ends_with(5);
    assert_eq!(unasked.json_error()["code"], "passphrase-needed");
}

#[test]
fn an_identity_that_exists_already_comes_from_a_command() {
    let sandbox = Sandbox::new();
    // Made by another store, as `age-keygen` would make one: any age identity will do.
    let other = Sandbox::new();
    let made = other.siesta(&["init", "--user", "alice", "--json"]).succeeds().json();
    let identity = std::fs::read_to_string(made["identityPath"].as_str().unwrap()).unwrap();
    let plain: String = identity.lines().filter(|line| !line.starts_with('#')).map(|l| format!("{l}\n")).collect();
    sandbox.write("identity.txt", &plain);
    let command = format!("cat '{}'", sandbox.path("identity.txt").display());
    let line = ["init", "--user", "alice", "--key", "command", "--identity-command", &command];
    let run = sandbox.siesta(&line).succeeds();
    assert!(run.stderr.contains("# siesta-store: "), "{}", run.stderr);
    assert_eq!(sandbox.siesta(&["status", "--json"]).succeeds().json()["keySource"], "command");
    std::fs::remove_file(sandbox.path("identity.txt")).unwrap();
    let gone = sandbox.siesta(&["status", "--json"]).ends_with(5);
    // The command speaks on stderr too, so this is looked for and not parsed.
    assert!(gone.stderr.contains("\"code\":\"key-source\""), "{}", gone.stderr);
}

#[test]
fn a_source_that_cannot_give_a_new_stores_key_leads_to_another_init_not_to_a_copy() {
    let sandbox = Sandbox::new();
    for source in [&["command", "--identity-command", "false"][..], &["credential"]] {
        let line: Vec<&str> = ["init", "--user", "alice", "--json", "--key"].iter().chain(source).copied().collect();
        let error = sandbox.siesta(&line).ends_with(5).json_error();
        assert_eq!(error["code"], "key-source");
        assert!(error["hint"].as_str().unwrap().starts_with("siesta init --key "), "{error}");
    }
}

/// What a session bus and a Secret Service are put through. Prints one line per case.
const KEYRING: &str = r#"
set -u
owned() { dbus-send --session --print-reply --dest=org.freedesktop.DBus / \
  org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets 2>/dev/null | grep -q true; }
serve() { printf %s "$1" | gnome-keyring-daemon --unlock --components=secrets --foreground >/dev/null 2>&1 &
  daemon=$!; for _ in $(seq 200); do owned && return; sleep 0.02; done; }
code() { "$@" >/dev/null 2>&1; echo $?; }

serve first
echo "init $(code "$SIESTA" init --key keyring --user alice)"
echo "unlocked $(code "$SIESTA" status)"
echo "cron $("$SIESTA" doctor --json | grep -c "cannot have the key from the keyring")"
echo "stored $(secret-tool lookup service siesta username "$("$SIESTA" store info --json | sed -n 's/.*"fingerprint": "\(.*\)".*/\1/p')" | grep -c '^AGE-SECRET-KEY-1')"
echo "on-disk $(grep -rl 'AGE-SECRET-KEY' "$HOME/.config" "$HOME/.local/share/siesta" 2>/dev/null | wc -l)"
fingerprint() { "$SIESTA" store info --json | sed -n 's/.*"fingerprint": "\(.*\)".*/\1/p'; }
kept() { secret-tool lookup service siesta username "$1"; }
old=$(fingerprint); key=$(kept "$old")
"$SIESTA" store backup "$HOME/old.age" >/dev/null 2>&1
echo "rekey $("$SIESTA" store rekey --yes --json 2>/dev/null | grep -c '"verified": true')"
new=$(fingerprint)
[[ $old != "$new" ]] && echo "rekeyed $(code "$SIESTA" store verify)"
echo "new-key $(kept "$new" | grep -c "^# siesta-store: $new")"
[[ $(kept "$old") == "$key" ]] && echo "old-key is as it was"
printf '%s\n%s\n' "$(kept "$new")" "$key" >"$HOME/both.txt"
echo "old-backup $(code "$SIESTA" --identity-file "$HOME/both.txt" --expect-fingerprint "$old" store restore "$HOME/old.age" --dry-run)"
rm "$HOME/both.txt"
echo "still-not-on-disk $(grep -rl 'AGE-SECRET-KEY' "$HOME/.config" "$HOME/.local/share/siesta" 2>/dev/null | wc -l)"
kill "$daemon"; wait "$daemon" 2>/dev/null
serve other-password
echo "locked $(code "$SIESTA" status)"
kill "$daemon"; wait "$daemon" 2>/dev/null
begun=$(date +%s)
echo "no-bus $(code env -u DBUS_SESSION_BUS_ADDRESS "$SIESTA" status)"
echo "silent $(code env DBUS_SESSION_BUS_ADDRESS="unix:path=$SILENT" "$SIESTA" status)"
echo "seconds $(( $(date +%s) - begun ))"
"#;

#[test]
fn the_keyring_holds_the_key_and_is_never_replaced_by_something_weaker() {
    let peers = ["dbus-run-session", "gnome-keyring-daemon", "secret-tool", "bash"].map(peer);
    if peers.iter().any(Option::is_none) {
        return;
    }
    let sandbox = Sandbox::new();
    let runtime = sandbox.path("run");
    std::fs::create_dir_all(&runtime).unwrap();
    // A bus that takes every connection and never says a word.
    let silent = sandbox.path("silent.sock");
    let listener = std::os::unix::net::UnixListener::bind(&silent).unwrap();
    std::thread::spawn(move || listener.incoming().collect::<Vec<_>>());
    let run = Command::new("dbus-run-session")
        .args(["--", "bash", "-c", KEYRING])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", sandbox.home())
        .env("XDG_RUNTIME_DIR", &runtime)
        .env("SIESTA_ACTOR", "alice")
        .env("SIESTA", env!("CARGO_BIN_EXE_siesta"))
        .env("SILENT", &silent)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    let expected = "init 0, unlocked 0, cron 1, stored 1, on-disk 0, rekey 1, rekeyed 0, new-key 1, old-key is as it was, \
                    old-backup 0, still-not-on-disk 0, locked 5, no-bus 5, silent 5";
    for line in expected.split(", ") {
        assert!(
            said.lines().any(|said| said == line),
            "{line} is missing:\n{said}\n{}",
            String::from_utf8_lossy(&run.stderr)
        );
    }
    let seconds: u64 = said.lines().find_map(|l| l.strip_prefix("seconds ")?.parse().ok()).unwrap();
    assert!(seconds <= 8, "an absent and a silent bus took {seconds} s");
}
