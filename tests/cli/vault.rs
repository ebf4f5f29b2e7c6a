//! Keeping the store: looked at, backed up, restored, accepted, sealed for others.
use crate::store::decrypt;
use crate::support::files_below;
use crate::support::office::Office;
use crate::support::peer::peer;
use crate::support::sandbox::Sandbox;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

/// An age key of its own, made by the stock program: its file and its recipient.
fn stock_key(sandbox: &Sandbox, name: &str) -> Option<(PathBuf, String)> {
    let keygen = peer("age-keygen")?;
    let key = sandbox.path(name);
    let made = Command::new(keygen).arg("-o").arg(&key).output().unwrap();
    let public = String::from_utf8(made.stderr).unwrap();
    let recipient = public.trim().rsplit(' ').next().unwrap().to_owned();
    Some((key, recipient))
}

/// Whether stock age opens a file with a key.
fn opens(age: &Path, identity: &Path, sealed: &Path) -> bool {
    Command::new(age).arg("-d").arg("-i").arg(identity).arg(sealed).output().unwrap().status.success()
}

/// The files of a directory, as they are.
fn copy(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    files_below(dir, "").into_iter().map(|file| (file.clone(), std::fs::read(&file).unwrap())).collect()
}

fn put_back(dir: &Path, files: &[(PathBuf, Vec<u8>)]) {
    files_below(dir, "").iter().for_each(|file| std::fs::remove_file(file).unwrap());
    files.iter().for_each(|(file, bytes)| std::fs::write(file, bytes).unwrap());
}

fn connections(office: &Office) -> Value {
    office.siesta(&["list", "--all", "--json"]).succeeds().json()["connections"].clone()
}

#[test]
fn everything_is_looked_at_for_people_and_for_programs() {
    let office = Office::with_research();
    let run = office.siesta(&["store", "verify"]).succeeds();
    assert!(run.stdout().starts_with("secret\tok\tfingerprint ") && run.stderr.is_empty(), "{}", run.stdout());
    let document = office.siesta(&["store", "verify", "--json"]).succeeds().json();
    assert_eq!((&document["schemaVersion"], &document["verified"]), (&json!(1), &json!(true)));
    let parts: Vec<&str> = document["parts"].as_array().unwrap().iter().map(|p| p["part"].as_str().unwrap()).collect();
    assert_eq!(parts, ["secret", "base", "delta", "log", "database", "references", "audit", "totals", "pin"]);

    let base = office.store_dir().join("store.age");
    let mut bytes = std::fs::read(&base).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&base, &bytes).unwrap();
    let run = office.siesta(&["store", "verify"]).ends_with(6);
    assert!(run.stdout().contains("base\tbroken\t") && run.stderr.contains("hint:  siesta store restore BACKUP"));
    let document = office.siesta(&["store", "verify", "--json"]).ends_with(6).json();
    assert_eq!(document["verified"], false);
    assert_eq!(std::fs::read(&base).unwrap(), bytes);
    let key = Office::new().identity();
    office.siesta(&["store", "verify", "--identity-file", key.to_str().unwrap()]).ends_with(5);
}

#[test]
fn a_backup_is_an_age_file_that_stock_programs_open() {
    let office = Office::with_research();
    let file = office.path("backups/siesta.age");
    let name = file.to_str().unwrap();
    office.siesta(&["store", "backup", name]).ends_with(1);
    std::fs::create_dir(office.path("backups")).unwrap();
    let made = office.siesta(&["store", "backup", name, "--json"]).succeeds().json();
    assert_eq!((&made["file"], &made["earlier"]), (&json!(file.canonicalize().unwrap()), &json!([])));
    assert_eq!(made["size"], file.metadata().unwrap().len());
    let error = office.siesta(&["store", "backup", name, "--json"]).ends_with(7).json_error();
    assert_eq!(error["code"], "exists");
    office.siesta(&["store", "backup", name, "--keep", "2", "--quiet"]).succeeds();
    assert_eq!(files_below(&office.path("backups"), "").len(), 2);
    let own = office.store_dir().join("copy.age");
    assert_eq!(
        office.siesta(&["store", "backup", own.to_str().unwrap(), "--json"]).ends_with(2).json_error()["code"],
        "invalid"
    );
    let rows = office.siesta(&["audit", "list", "--action", "store.backup", "--json"]).succeeds().json();
    assert_eq!(rows["rows"].as_array().unwrap().len(), 2, "{rows:#}");

    let (Some(age), Some(sqlite3)) = (peer("age"), peer("sqlite3")) else { return };
    let plain = office.path("plain.db");
    decrypt(&age, &office.identity(), &file, &plain);
    let query = |sql: &str| Command::new(&sqlite3).arg(&plain).arg(sql).output().unwrap().stdout;
    assert_eq!(query("pragma integrity_check"), b"ok\n");
    assert_eq!(query("select label from connections"), b"research\n");
    assert_eq!(query("select min(user_version > 1) from pragma_user_version"), b"1\n", "an old program refuses it");
}

#[test]
fn a_restore_says_what_it_means_and_keeps_what_was_revoked() {
    let office = Office::with_research();
    let file = office.path("siesta.age");
    let name = file.to_str().unwrap();
    office.siesta(&["agent", "add", "other"]).succeeds();
    office.siesta(&["store", "backup", name]).succeeds();
    office.siesta(&["agent", "disable", "helper"]).succeeds();
    office.siesta(&["user", "disable", "alice"]).succeeds();
    office.siesta(&["freeze", "--agent", "other", "--reason", "drill"]).succeeds();
    office.siesta(&["policy", "set", "helper", "research", "--step-up", "always"]).succeeds();
    office.siesta(&["revoke", "research", "--local-only", "--yes"]).succeeds();
    office.siesta(&["governance", "set", "rest-api", "disabled"]).succeeds();
    office.siesta(&["user", "add", "bob"]).succeeds();

    let before = copy(&office.store_dir());
    let dry = office.siesta(&["store", "restore", name, "--dry-run", "--json"]).succeeds().json();
    assert_eq!(dry["restored"], false);
    let kept_away = [
        "connection \"research\" is revoked",
        "agent \"helper\" is disabled",
        "user \"alice\" is disabled",
        "frozen: agent (drill)",
    ];
    assert_eq!(dry["keptAway"], json!(kept_away));
    assert_eq!(dry["widened"], json!([{"what": "service rest-api", "now": "disabled", "then": "enabled"}]));
    assert!(dry["backup"]["auditSeq"].as_i64() < dry["before"]["auditSeq"].as_i64());
    assert_eq!(copy(&office.store_dir()), before, "a dry run changes nothing");
    let error = office.siesta(&["store", "restore", name, "--json"]).ends_with(2).json_error();
    assert_eq!((&error["code"], &error["flag"]), (&json!("input-needed"), &json!("--yes")));

    let done = office.siesta(&["store", "restore", name, "--yes", "--json"]).succeeds().json();
    assert_eq!(done["restored"], true);
    for field in ["keptAway", "widened", "lost", "backup", "before", "fingerprint"] {
        assert_eq!(done[field], dry[field], "{field}: what was announced is what was done");
    }
    assert_eq!(connections(&office)[0]["status"], "revoked");
    let people = office.siesta(&["user", "list", "-o", "csv"]).succeeds().stdout();
    assert!(
        !people.contains("bob") && people.lines().any(|l| l.starts_with("alice") && l.contains("disabled")),
        "{people}"
    );
    let agents = office.siesta(&["agent", "list", "-o", "csv"]).succeeds().stdout();
    assert!(agents.lines().any(|line| line.starts_with("helper") && line.contains("disabled")), "{agents}");
    assert_eq!(office.siesta(&["status", "--json"]).succeeds().json()["frozen"], json!(["agent other"]));
    let rows = office.siesta(&["audit", "list", "--limit", "1", "--json"]).succeeds().json();
    assert_eq!(rows["rows"][0]["action"], "store.restore");
    office.siesta(&["audit", "verify"]).succeeds();
    office.siesta(&["store", "verify"]).succeeds();
    let kept = done["keptFiles"][0].as_str().unwrap();
    assert!(kept.ends_with("store.age.before-restore") && Path::new(kept).is_file(), "{kept}");
}

#[test]
fn a_lost_store_comes_back_from_its_backup_and_its_key() {
    let office = Office::with_research();
    let file = office.path("siesta.age");
    office.siesta(&["store", "backup", file.to_str().unwrap()]).succeeds();
    std::fs::remove_dir_all(office.store_dir()).unwrap();
    let run = office.siesta(&["store", "restore", file.to_str().unwrap(), "--yes"]).succeeds();
    assert!(run.stderr.contains("is not known: there is no store to compare with"), "{}", run.stderr);
    assert_eq!(connections(&office)[0]["label"], "research");
    office.siesta(&["store", "verify"]).succeeds();

    // On another machine: the file and the key are all there is.
    let other = Sandbox::new();
    let key = other.write("key.txt", std::fs::read(office.identity()).unwrap());
    let backup = other.write("siesta.age", std::fs::read(&file).unwrap());
    let (key, backup) = (key.to_str().unwrap(), backup.to_str().unwrap());
    other.siesta(&["store", "restore", backup, "--yes"]).ends_with(5);
    other.siesta(&["store", "restore", backup, "--yes", "--identity-file", key]).succeeds();
    other.siesta(&["list"]).succeeds();

    // A key that does not say which store it is for leaves that to be said.
    let bare = Sandbox::new();
    let text: String = std::fs::read_to_string(key)
        .unwrap()
        .lines()
        .filter(|l| !l.starts_with('#'))
        .map(|l| format!("{l}\n"))
        .collect();
    let key = bare.write("key.txt", text);
    let line = ["store", "restore", backup, "--yes", "--json", "--identity-file", key.to_str().unwrap()];
    let error = bare.siesta(&line).ends_with(6).json_error();
    assert_eq!(error["code"], "untrusted");
    let fingerprint = office.siesta(&["store", "info", "--json"]).succeeds().json()["fingerprint"].clone();
    let expect = ["--expect-fingerprint", fingerprint.as_str().unwrap()];
    bare.siesta(&[&line[..], &expect].concat()).succeeds();
}

#[test]
fn an_older_store_is_gone_on_with_only_when_somebody_says_so() {
    let office = Office::with_research();
    office.siesta(&["user", "add", "bob"]).succeeds();
    let older = copy(&office.store_dir());
    office.siesta(&["user", "add", "carol"]).succeeds();
    assert!(office.siesta(&["store", "trust"]).succeeds().stderr.starts_with("nothing stands against this store\n"));
    put_back(&office.store_dir(), &older);
    let refused = office.siesta(&["list"]).ends_with(6);
    assert!(refused.stderr.contains("siesta store trust"), "{}", refused.stderr);
    assert!(office.siesta(&["store", "verify"]).ends_with(6).stdout().contains("pin\tbroken\t"));
    let asked = office.siesta(&["store", "trust"]).ends_with(2);
    let fingerprint = "fingerprint of this store: ";
    assert!(asked.stderr.contains(fingerprint) && asked.stderr.contains("--yes"), "{}", asked.stderr);
    office.siesta(&["list"]).ends_with(6);
    let document = office.siesta(&["store", "trust", "--yes", "--json"]).succeeds().json();
    assert_eq!(document["accepted"], true);
    assert!(document["seenSeq"].as_u64() > document["seq"].as_u64(), "{document:#}");
    office.siesta(&["user", "add", "dora"]).succeeds();
    let people = office.siesta(&["user", "list", "--json"]).succeeds().json().to_string();
    assert!(people.contains("bob") && people.contains("dora") && !people.contains("carol"), "{people}");
    let rows = office.siesta(&["audit", "list", "--action", "store.trust", "--json"]).succeeds().json();
    assert_eq!(rows["rows"][0]["reason"], "rolled_back", "{rows:#}");
}

#[test]
fn a_store_that_nobody_here_knows_is_compared_by_its_fingerprint() {
    let office = Office::new();
    let fingerprint = office.siesta(&["store", "info", "--json"]).succeeds().json()["fingerprint"].clone();
    let bare: String = std::fs::read_to_string(office.identity())
        .unwrap()
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| format!("{line}\n"))
        .collect();
    std::fs::write(office.identity(), bare).unwrap();
    std::fs::remove_file(office.pin()).unwrap();
    let error = office.siesta(&["list", "--json"]).ends_with(6).json_error();
    assert_eq!(
        (&error["code"], error["hint"].as_str().unwrap().starts_with("siesta store trust")),
        (&json!("untrusted"), true)
    );
    let accepted = office.siesta(&["store", "trust", "--yes", "--json"]).succeeds().json();
    assert_eq!((&accepted["fingerprint"], &accepted["accepted"]), (&fingerprint, &json!(true)));
    office.siesta(&["list"]).succeeds();
}

#[test]
fn one_recipient_more_and_one_less_with_stock_age_as_the_judge() {
    let office = Office::with_research();
    let Some((key, recipient)) = stock_key(&office, "recovery.txt") else { return };
    let Some(age) = peer("age") else { return };
    let (base, secret) = (office.store_dir().join("store.age"), office.store_dir().join("store.secret"));
    office.siesta(&["store", "recipients", "add", &recipient, "--name", "the safe"]).succeeds();
    office.siesta(&["user", "add", "bob"]).succeeds();
    assert!(opens(&age, &key, &base) && opens(&age, &key, &secret));
    assert_eq!(
        office.siesta(&["store", "recipients", "add", &recipient, "--json"]).ends_with(7).json_error()["code"],
        "exists"
    );
    assert_eq!(
        office.siesta(&["store", "recipients", "add", "age1nonsense", "--json"]).ends_with(2).json_error()["code"],
        "invalid"
    );
    let listed = office.siesta(&["store", "recipients", "list", "--json"]).succeeds().json();
    let named: Vec<&str> =
        listed["recipients"].as_array().unwrap().iter().map(|r| r["name"].as_str().unwrap()).collect();
    assert_eq!(named, ["own key", "the safe"]);
    assert!(!office.siesta(&["doctor", "--json"]).ends_with(12).stdout().contains("sealed for one key only"));
    // The recovery key opens the whole store here, too.
    office.siesta(&["list", "--identity-file", key.to_str().unwrap()]).succeeds();

    let before = office.siesta(&["store", "info", "--json"]).succeeds().json()["fingerprint"].clone();
    assert_eq!(
        office.siesta(&["store", "recipients", "remove", "own key", "--yes", "--json"]).ends_with(7).json_error()["code"],
        "conflict"
    );
    office.siesta(&["store", "recipients", "remove", "nobody", "--yes"]).ends_with(3);
    office.siesta(&["store", "recipients", "remove", "the safe"]).ends_with(2);
    let removed = office.siesta(&["store", "recipients", "remove", "the safe", "--yes", "--json"]).succeeds().json();
    assert_eq!((&removed["toRotate"], &removed["identityIsTold"]), (&json!(["research"]), &json!(true)));
    assert_ne!(removed["fingerprint"], before);
    assert!(!opens(&age, &key, &base) && !opens(&age, &key, &secret));
    assert!(opens(&age, &office.identity(), &base));
    office.siesta(&["list", "--identity-file", key.to_str().unwrap()]).ends_with(5);
    let info = office.siesta(&["store", "info", "--json"]).succeeds().json();
    assert_eq!(info["fingerprint"], removed["fingerprint"]);
    office.siesta(&["store", "verify"]).succeeds();
}

#[test]
fn a_new_key_takes_the_place_of_the_old_one_which_is_kept() {
    let office = Office::with_research();
    let old = std::fs::read_to_string(office.identity()).unwrap();
    office.siesta(&["store", "rekey"]).ends_with(2);
    let rekeyed = office.siesta(&["store", "rekey", "--yes", "--json"]).succeeds().json();
    assert_eq!(rekeyed["verified"], true);
    let kept = PathBuf::from(rekeyed["oldKey"].as_str().unwrap());
    // Not compared by a macro that would print the keys.
    assert!(std::fs::read_to_string(&kept).unwrap() == old, "the old key is not as it was");
    assert!(std::fs::read_to_string(office.identity()).unwrap() != old, "there is no new key");
    office.siesta(&["list"]).succeeds();
    office.siesta(&["user", "add", "bob"]).succeeds();
    office.siesta(&["list", "--identity-file", kept.to_str().unwrap()]).ends_with(5);
    let Some(age) = peer("age") else { return };
    for name in ["store.age", "store.secret"] {
        let sealed = office.store_dir().join(name);
        assert!(opens(&age, &office.identity(), &sealed) && !opens(&age, &kept, &sealed), "{name}");
    }
}

#[test]
fn a_key_from_a_command_is_made_by_whoever_keeps_it() {
    let sandbox = Sandbox::new();
    let (Some((first, _)), Some((second, recipient))) = (stock_key(&sandbox, "1.txt"), stock_key(&sandbox, "2.txt"))
    else {
        return;
    };
    let identity = sandbox.write("identity.txt", std::fs::read(&first).unwrap());
    let command = format!("cat '{}'", identity.display());
    sandbox.siesta(&["init", "--key", "command", "--identity-command", &command]).succeeds();
    let error = sandbox.siesta(&["store", "rekey", "--yes", "--json"]).ends_with(2);
    assert!(error.stderr.contains("in front of the old one"), "{}", error.stderr);
    let both = [std::fs::read(&second).unwrap(), std::fs::read(&first).unwrap()].concat();
    std::fs::write(&identity, both).unwrap();
    let rekeyed = sandbox.siesta(&["store", "rekey", "--yes", "--json"]).succeeds().json();
    assert_eq!((&rekeyed["recipient"], &rekeyed["oldKey"]), (&json!(recipient), &Value::Null));
    std::fs::write(&identity, std::fs::read(&second).unwrap()).unwrap();
    sandbox.siesta(&["list"]).succeeds();
}

#[test]
fn a_passphrase_is_set_changed_and_taken_away() {
    let office = Office::with_research();
    let file = |name: &str, text: &str| office.write(name, text).display().to_string();
    let (one, two) = (file("one.txt", "correct horse\n"), file("two.txt", "battery staple\n"));
    let asked = office.siesta(&["store", "passphrase", "--json"]).ends_with(2).json_error();
    assert_eq!(asked["flag"], "--new-passphrase-file");
    assert_eq!(
        office.siesta(&["store", "passphrase", "--remove", "--yes", "--json"]).ends_with(2).json_error()["code"],
        "invalid"
    );
    let change = |more: &[&str]| {
        let line = [&["store", "passphrase", "--json"], more].concat();
        office.siesta(&line).succeeds().json()["change"].as_str().unwrap().to_owned()
    };
    assert_eq!(change(&["--new-passphrase-file", &one]), "set");
    assert_eq!(office.siesta(&["list", "--json"]).ends_with(5).json_error()["code"], "passphrase-needed");
    assert_eq!(change(&["--passphrase-file", &one, "--new-passphrase-file", &two]), "changed");
    assert_eq!(
        office.siesta(&["list", "--json", "--passphrase-file", &one]).ends_with(5).json_error()["code"],
        "wrong-passphrase"
    );
    let status = office.siesta(&["status", "--json", "--passphrase-file", &two]).succeeds().json();
    assert_eq!(status["keySource"], "passphrase");
    assert_eq!(change(&["--passphrase-file", &two, "--remove", "--yes"]), "removed");
    office.siesta(&["list"]).succeeds();
    let rows = office.siesta(&["audit", "list", "--action", "store.passphrase", "--json"]).succeeds().json();
    assert_eq!(rows["rows"].as_array().unwrap().len(), 3);
}
