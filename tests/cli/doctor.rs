//! `siesta doctor`: what it looks at, what it finds, and how it ends. The rules have their own tests in `model`.
use crate::support::peer::{peer, skipped};
use crate::support::sandbox::{Run, Sandbox};
use serde_json::Value;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

/// A store with a recovery recipient, on a desk with a screen: nothing is wrong with it.
fn in_order() -> Sandbox {
    let other = Sandbox::new();
    other.siesta(&["init"]).succeeds();
    let info = other.siesta(&["store", "info", "--json"]).succeeds().json();
    let recipient = info["recipients"][0]["recipient"].as_str().unwrap().to_owned();
    let mut sandbox = Sandbox::new();
    sandbox.set("DISPLAY", ":0");
    sandbox.siesta(&["init", "--recovery-recipient", &recipient]).succeeds();
    sandbox
}

fn store(sandbox: &Sandbox) -> std::path::PathBuf {
    sandbox.path("data/siesta/default")
}

/// The checks that have a finding.
fn found(run: &Run) -> Vec<String> {
    let document = run.json();
    let findings = document["findings"].as_array().unwrap();
    for finding in findings {
        for field in ["severity", "check", "what", "why", "next"] {
            assert!(finding.get(field).is_some(), "{field} is missing: {finding}");
        }
    }
    findings.iter().map(|finding| finding["check"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_store_in_order_is_exit_0_and_silence_on_stdout() {
    let sandbox = in_order();
    let run = sandbox.siesta(&["doctor"]).succeeds();
    assert_eq!(run.stdout(), "");
    assert_eq!(run.stderr, "looked at 13 things, and found nothing\n");
    assert_eq!(sandbox.siesta(&["doctor", "--quiet"]).succeeds().stderr, "");
    let document = sandbox.siesta(&["doctor", "--json"]).succeeds().json();
    assert_eq!(document["opened"], true);
    assert_eq!((&document["keySource"], &document["actor"]), (&"file".into(), &"user:mara".into()));
    assert_eq!(document["checks"].as_array().unwrap().len(), 13);
    assert_eq!(document["findings"], Value::Array(vec![]));
}

#[test]
fn one_key_alone_is_a_finding_with_its_next_command() {
    let sandbox = Sandbox::new();
    sandbox.siesta(&["init"]).succeeds();
    let run = sandbox.line(&["doctor"]).env("BROWSER", "firefox").run().ends_with(12);
    let line = run.stdout();
    let cells: Vec<&str> = line.trim_end().split('\t').collect();
    assert_eq!(cells[..3], ["warning", "recipients", "the store is sealed for one key only"], "{line}");
    assert!(cells[4].starts_with("siesta store recipients add age1"), "{line}");
}

#[test]
fn a_note_alone_is_exit_0() {
    let mut sandbox = in_order();
    sandbox.unset("DISPLAY");
    let run = sandbox.siesta(&["doctor", "--json"]).succeeds();
    assert_eq!(found(&run), ["browser"]);
    sandbox.set("DISPLAY", ":0");
    sandbox.set("SSH_CONNECTION", "192.0.2.1 1 192.0.2.2 22");
    assert_eq!(found(&sandbox.siesta(&["doctor", "--json"]).succeeds()), ["browser"]);
    // A text browser shows no provider's page; any other one that is named, the person wants.
    sandbox.set("BROWSER", "w3m:/usr/bin/lynx");
    assert_eq!(found(&sandbox.siesta(&["doctor", "--json"]).succeeds()), ["browser"]);
    sandbox.set("BROWSER", "firefox");
    assert_eq!(found(&sandbox.siesta(&["doctor", "--json"]).succeeds()), [""; 0]);
}

#[test]
fn a_clock_that_differs_from_a_providers_is_found() {
    let office = crate::support::office::Office::new();
    office.provider.set(|settings| settings.clock_off = 600);
    office.set_client();
    office.add_notes(&[], crate::support::provider::Button::Allow).0.succeeds();
    let run = office.siesta(&["doctor"]).ends_with(12);
    let line = run.stdout().lines().find(|line| line.contains("\tclock\t")).unwrap().to_owned();
    let (before, after) = ("warning\tclock\tthe clock is ", " s behind a provider's\t");
    let seconds: i64 = line.strip_prefix(before).and_then(|rest| rest.split_once(after)).unwrap().0.parse().unwrap();
    assert!((590..=610).contains(&seconds), "{line}");
}

#[test]
fn open_doors_and_things_left_behind_are_found() {
    let sandbox = in_order();
    std::fs::set_permissions(store(&sandbox), Permissions::from_mode(0o755)).unwrap();
    for name in ["store.age.tmp", "store.age.before-restore", "refresh-0199c0de-0000-7000-8000-000000000000.lock"] {
        std::fs::write(store(&sandbox).join(name), "").unwrap();
    }
    let run = sandbox.siesta(&["doctor", "--json"]).ends_with(12);
    assert_eq!(found(&run), ["permissions", "leftovers", "leftovers", "leftovers"]);
    // What others can reach is said once, as a finding, and not as a warning too.
    assert_eq!(run.stderr, "");
}

#[test]
fn a_connection_without_a_purpose_and_an_actor_nobody_knows_are_found() {
    let sandbox = in_order();
    let add = ["add", "openai", "research", "--secret-stdin", "--no-verify"];
    sandbox.line(&add).stdin(format!("sk-{}", "a1B2".repeat(12))).run().succeeds();
    let run = sandbox.siesta(&["doctor", "--json", "--actor", "zoe"]).ends_with(12);
    assert_eq!(found(&run), ["actor", "connections"]);
    let connection = run.json()["findings"][1].clone();
    assert_eq!((&connection["connection"], &connection["severity"]), (&"research".into(), &"warning".into()));
}

#[test]
fn a_job_of_cron_needs_a_key_that_nobody_has_to_type() {
    let sandbox = Sandbox::new();
    let passphrase = sandbox.write("passphrase", "correct horse battery staple\n");
    std::fs::set_permissions(&passphrase, Permissions::from_mode(0o600)).unwrap();
    let file = passphrase.to_str().unwrap();
    sandbox.siesta(&["init", "--key", "passphrase", "--passphrase-file", file]).succeeds();
    let run = sandbox.siesta(&["doctor", "--json", "--passphrase-file", file]).ends_with(12);
    assert!(!found(&run).contains(&"cron".to_owned()), "the file is the way out");
    let run = sandbox.siesta(&["doctor", "--json"]).ends_with(5);
    assert!(found(&run).contains(&"cron".to_owned()));
}

#[test]
fn a_store_that_does_not_open_is_a_list_of_findings_and_its_own_exit_code() {
    let sandbox = in_order();
    let identity = sandbox.siesta(&["status", "--json"]).succeeds().json()["identityPath"].as_str().unwrap().to_owned();
    std::fs::rename(&identity, sandbox.path("elsewhere.txt")).unwrap();
    std::fs::write(store(&sandbox).join("store.age.tmp"), "").unwrap();
    let run = sandbox.siesta(&["doctor", "--json"]).ends_with(5);
    assert_eq!(found(&run), ["key", "leftovers"]);
    let document = run.json();
    assert_eq!((&document["opened"], &document["keySource"]), (&false.into(), &"file".into()));
    let audit = document["checks"].as_array().unwrap().iter().find(|check| check["check"] == "audit").unwrap();
    assert_eq!(audit["lookedAt"], false);
    assert_eq!(run.stderr, "");
    let text = sandbox.siesta(&["doctor"]).ends_with(5).stdout();
    assert!(text.starts_with("problem\tkey\t"), "{text}");

    std::fs::rename(sandbox.path("elsewhere.txt"), &identity).unwrap();
    std::fs::write(store(&sandbox).join("store.age"), "not age").unwrap();
    assert_eq!(found(&sandbox.siesta(&["doctor", "--json"]).ends_with(6)), ["store", "leftovers"]);
}

#[test]
fn no_store_is_a_finding_too() {
    let mut sandbox = Sandbox::new();
    sandbox.set("DISPLAY", ":0");
    let run = sandbox.siesta(&["doctor", "--json"]).ends_with(3);
    assert_eq!(found(&run), ["store"]);
    assert_eq!(run.json()["findings"][0]["next"], "siesta init");
}

fn mode(path: impl AsRef<std::path::Path>) -> u32 {
    std::fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777
}

fn set_mode(path: impl AsRef<std::path::Path>, mode: u32) {
    std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn what_fix_would_do_is_said_and_not_done() {
    let sandbox = in_order();
    set_mode(store(&sandbox), 0o750);
    std::fs::write(store(&sandbox).join("store.age.tmp"), "").unwrap();
    std::fs::write(store(&sandbox).join("store.age.before-restore"), "").unwrap();
    let run = sandbox.siesta(&["doctor"]).ends_with(12);
    assert!(run.stderr.ends_with("\nhint: siesta doctor --fix        (puts 2 of them right)\n"), "{}", run.stderr);
    let document = sandbox.siesta(&["doctor", "--json"]).ends_with(12).json();
    let fixes: Vec<_> = document["findings"].as_array().unwrap().iter().map(|finding| &finding["fix"]).collect();
    let dir = store(&sandbox).canonicalize().unwrap().display().to_string();
    assert_eq!(fixes, [&format!("set the mode of {dir} to 0700").into(), &Value::Null, &"remove store.age.tmp".into()]);
    assert_eq!(document["fixed"], Value::Array(vec![]));
    assert_eq!(mode(store(&sandbox)), 0o750);
    assert!(store(&sandbox).join("store.age.tmp").exists());
}

#[test]
fn fix_puts_right_what_needs_nobodys_word_and_leaves_the_rest() {
    let sandbox = in_order();
    set_mode(store(&sandbox), 0o755);
    set_mode(store(&sandbox).join("store.age"), 0o644);
    set_mode(sandbox.path("config/siesta/identities/default.txt"), 0o640);
    sandbox.write("config/siesta/config.toml", "output = \"table\"\n");
    set_mode(sandbox.path("config/siesta/config.toml"), 0o646);
    let lock = "refresh-0199c0de-0000-7000-8000-000000000000.lock";
    for name in ["store.age.tmp", "store.age.before-restore", lock] {
        std::fs::write(store(&sandbox).join(name), "").unwrap();
    }
    std::fs::remove_dir_all(sandbox.path("config/siesta/pins")).unwrap();
    let rows = |sandbox: &Sandbox| sandbox.siesta(&["audit", "list", "--json"]).succeeds().json()["rows"].clone();
    let before = rows(&sandbox).as_array().unwrap().len();

    let run = sandbox.siesta(&["doctor", "--fix", "--json"]).ends_with(12);
    assert_eq!(found(&run), ["leftovers"], "the store as it was before a restore is a person's to remove");
    let fixed = run.json()["fixed"].as_array().unwrap().clone();
    let checks: Vec<_> = fixed.iter().map(|fixed| fixed["check"].as_str().unwrap()).collect();
    let expected = ["permissions", "permissions", "permissions", "permissions", "pin", "leftovers", "leftovers"];
    assert_eq!(checks, expected, "{fixed:#?}");
    assert_eq!(run.stderr, "");
    assert_eq!(mode(store(&sandbox)), 0o700);
    assert_eq!(mode(store(&sandbox).join("store.age")), 0o600);
    assert_eq!(mode(sandbox.path("config/siesta/identities/default.txt")), 0o600);
    assert_eq!(mode(sandbox.path("config/siesta/config.toml")), 0o644, "others may go on reading it");
    assert!(!store(&sandbox).join("store.age.tmp").exists() && !store(&sandbox).join(lock).exists());
    assert!(store(&sandbox).join("store.age.before-restore").exists());
    let after = rows(&sandbox);
    assert_eq!(after.as_array().unwrap().len(), before + 1);
    assert!(after.as_array().unwrap().iter().any(|row| row["action"] == "store.pin"), "{after:#}");

    std::fs::remove_file(store(&sandbox).join("store.age.before-restore")).unwrap();
    let run = sandbox.siesta(&["doctor", "--fix"]).succeeds();
    assert_eq!(run.stderr, "looked at 13 things, fixed 0, and found nothing\n");
    set_mode(store(&sandbox), 0o701);
    let run = sandbox.siesta(&["doctor", "--fix"]).succeeds();
    let dir = store(&sandbox).canonicalize().unwrap().display().to_string();
    let said = format!("fixed: {dir} can be reached by others (mode 0701) (set the mode of {dir} to 0700)\n");
    assert_eq!(run.stderr, said + "looked at 13 things, fixed 1, and found nothing\n");
}

#[test]
fn a_lock_that_somebody_holds_is_no_leftover() {
    let sandbox = in_order();
    let path = store(&sandbox).join("refresh-0199c0de-0000-7000-8000-000000000000.lock");
    let file = std::fs::File::create(&path).unwrap();
    file.lock().unwrap();
    sandbox.siesta(&["doctor", "--fix"]).succeeds();
    assert!(path.exists());
    drop(file);
    assert_eq!(found(&sandbox.siesta(&["doctor", "--json"]).ends_with(12)), ["leftovers"]);
    sandbox.siesta(&["doctor", "--fix"]).succeeds();
    assert!(!path.exists());
}

#[test]
fn a_key_file_that_is_a_link_is_judged_by_what_it_leads_to() {
    let sandbox = in_order();
    let (key, elsewhere) = (sandbox.path("config/siesta/identities/default.txt"), sandbox.path("elsewhere.txt"));
    std::fs::rename(&key, &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &key).unwrap();
    sandbox.siesta(&["doctor"]).succeeds();
    set_mode(&elsewhere, 0o644);
    assert_eq!(found(&sandbox.siesta(&["doctor", "--json"]).ends_with(12)), ["permissions"]);
    sandbox.siesta(&["doctor", "--fix"]).succeeds();
    assert_eq!(mode(&elsewhere), 0o600);
}

#[test]
fn a_port_that_somebody_has_and_a_machine_that_cannot_listen_are_found() {
    let sandbox = in_order();
    let holder = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = holder.local_addr().unwrap().port().to_string();
    sandbox.siesta(&["app", "set", "auth.example.com", "--client-id", "x", "--redirect-port", &port]).succeeds();
    let run = sandbox.siesta(&["doctor", "--json"]).ends_with(12);
    assert_eq!(found(&run), ["callback_port"]);
    assert!(run.json()["findings"][0]["what"].as_str().unwrap().contains(&port), "{}", run.stdout());
    drop(holder);
    sandbox.siesta(&["doctor"]).succeeds();

    // A network of its own, in which the one port there is has been taken.
    let (Some(unshare), Some(perl)) = (peer("unshare"), peer("perl")) else { return };
    let alone = |arguments: &[&str]| {
        let mut command = std::process::Command::new(&unshare);
        command.args(["--map-root-user", "--net"]).args(arguments);
        command.env_clear().envs(sandbox.environment()).output().unwrap()
    };
    let range = "echo 40000 40000 > /proc/sys/net/ipv4/ip_local_port_range";
    if !alone(&["sh", "-c", range]).status.success() {
        return skipped("no network of one's own may be made here");
    }
    let taken = format!(
        "{range} && exec \"$0\" -MSocket -e 'socket(S, PF_INET, SOCK_STREAM, 0) or die; \
         bind(S, pack_sockaddr_in(40000, INADDR_LOOPBACK)) or die; listen(S, 1) or die; \
         system(@ARGV); exit($? >> 8)' \"$@\""
    );
    let perl = perl.to_str().unwrap();
    let run = alone(&["sh", "-c", &taken, perl, env!("CARGO_BIN_EXE_siesta"), "doctor", "--json"]);
    assert_eq!(run.status.code(), Some(12), "{}", String::from_utf8_lossy(&run.stderr));
    let document: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert!(document["findings"][0]["what"].as_str().unwrap().starts_with("no port of 127.0.0.1"), "{document:#}");
}

#[test]
fn a_pin_that_cannot_be_written_is_let_be_written() {
    let sandbox = in_order();
    // root may write everything, so for it there is no such thing.
    let Some(somebody) = sandbox.as_somebody() else { return };
    let pins = sandbox.path("config/siesta/pins");
    let pin = std::fs::read_dir(&pins).unwrap().next().unwrap().unwrap().path();
    for (pin_mode, dir_mode) in [(0o400, 0o700), (0o400, 0o500)] {
        set_mode(&pin, pin_mode);
        set_mode(&pins, dir_mode);
        let run = somebody.siesta(&["doctor", "--json"]).ends_with(12);
        assert_eq!(found(&run), ["pin"], "{pin_mode:o} {dir_mode:o}");
        somebody.siesta(&["doctor", "--fix"]).succeeds();
        assert_eq!((mode(&pin), mode(&pins)), (0o600, 0o700));
        somebody.siesta(&["user", "add", &format!("u{pin_mode}{dir_mode}")]).succeeds();
    }
}

#[test]
fn what_belongs_to_somebody_else_is_found_and_left() {
    let sandbox = in_order();
    let Some(somebody) = sandbox.as_somebody() else { return };
    let file = store(&sandbox).join("store.secret");
    // Given away to root, which only root can do.
    if std::os::unix::fs::chown(&file, Some(0), None).is_err() {
        return skipped("only root can give a file away");
    }
    let run = somebody.siesta(&["doctor", "--json"]);
    assert!(run.stdout().contains("belongs to another account (uid 0)"), "{}", run.stdout());
    let finding =
        run.json()["findings"].as_array().unwrap().iter().find(|f| f["check"] == "permissions").unwrap().clone();
    assert_eq!((&finding["fix"], &finding["severity"]), (&Value::Null, &"problem".into()));
    somebody.siesta(&["doctor", "--fix"]);
    assert_eq!(std::os::unix::fs::MetadataExt::uid(&std::fs::metadata(&file).unwrap()), 0);
}

#[test]
fn a_secret_on_a_descriptor_is_read_by_somebody_without_privileges() {
    let sandbox = in_order();
    let Some(somebody) = sandbox.as_somebody() else { return };
    sandbox.write("key.txt", format!("sk-{}", "a1B2".repeat(12)));
    set_mode(sandbox.path("key.txt"), 0o644);
    let words = ["add", "openai", "research", "--no-verify", "--secret-fd", "7"];
    let run = somebody.through_shell("exec 7<key.txt; exec \"$@\"", &words);
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}
