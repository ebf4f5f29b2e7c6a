//! The store on the disk: what stock programs make of it, and what is said when it is not as it should be.
use crate::support::files_below;
use crate::support::office::Office;
use crate::support::peer::peer;
use std::path::Path;
use std::process::Command;

#[test]
fn stock_age_and_sqlite3_open_the_store() {
    let (Some(age), Some(sqlite3)) = (peer("age"), peer("sqlite3")) else { return };
    let office = Office::with_research();
    let plain = office.path("plain.db");
    let said = office.siesta(&["store", "compact"]).succeeds().stderr;
    assert!(said.contains("is the whole store now"), "{said}");
    decrypt(&age, &office.identity(), &office.store_dir().join("store.age"), &plain);
    let query = |sql: &str| {
        let run = Command::new(&sqlite3).arg(&plain).arg(sql).output().unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        String::from_utf8(run.stdout).unwrap()
    };
    assert_eq!(query("pragma integrity_check"), "ok\n");
    assert_eq!(query("pragma foreign_key_check"), "");
    assert_eq!(query("select label, service, status from connections"), "research|openai|healthy\n");
    assert_eq!(query("select count(*) > 0 from audit"), "1\n");
    // The sidecar with the store's own secret is an age file for the same key.
    decrypt(&age, &office.identity(), &office.store_dir().join("store.secret"), &office.path("secret.json"));
    assert!(std::fs::read_to_string(office.path("secret.json")).unwrap().contains("store_id"));
}

pub fn decrypt(age: &Path, identity: &Path, sealed: &Path, plain: &Path) {
    let run = Command::new(age).arg("-d").arg("-i").arg(identity).arg("-o").arg(plain).arg(sealed).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}

#[test]
fn store_info_for_people_and_for_programs() {
    let office = Office::new();
    let info = office.siesta(&["store", "info"]).succeeds().stdout();
    assert!(info.starts_with(&format!("path\t{}\n", office.store_dir().display())), "{info}");
    assert!(info.contains("\nsealed for\tage1"), "{info}");
    let document = office.siesta(&["store", "info", "--json"]).succeeds().json();
    assert_eq!((&document["schemaVersion"], &document["keySource"]), (&1.into(), &"file".into()));
    assert_eq!(document["identityPath"], office.identity().to_str().unwrap());
    assert_eq!(document["pinPath"], office.pin().to_str().unwrap());
    assert!(document["recipients"][0]["recipient"].as_str().unwrap().starts_with("age1"));
    let files: Vec<&str> = document["sizes"].as_object().unwrap().keys().map(String::as_str).collect();
    assert!(files.contains(&"store.age") && files.contains(&"store.secret"), "{files:?}");
    office.siesta(&["store", "info", "--store", "./elsewhere"]).ends_with(3);
}

#[test]
fn a_recovery_recipient_opens_the_store_with_stock_age() {
    let (Some(age), Some(keygen)) = (peer("age"), peer("age-keygen")) else { return };
    let sandbox = crate::support::sandbox::Sandbox::new();
    let key = sandbox.path("recovery.txt");
    let made = Command::new(keygen).arg("-o").arg(&key).output().unwrap();
    let public = String::from_utf8(made.stderr).unwrap();
    let recipient = public.trim().rsplit(' ').next().unwrap();
    sandbox.siesta(&["init", "--recovery-recipient", recipient]).succeeds();
    decrypt(&age, &key, &sandbox.path("data/siesta/default/store.age"), &sandbox.path("plain.db"));
    assert!(std::fs::read(sandbox.path("plain.db")).unwrap().starts_with(b"SQLite format 3\0"));
    let error = sandbox.siesta(&["init", "--store", "./b", "--recovery-recipient", "age1nonsense", "--json"]);
    assert_eq!(error.ends_with(2).json_error()["code"], "invalid");
}

#[test]
fn a_wrong_key_is_exit_5_and_names_the_key() {
    let office = Office::new();
    let other = Office::new();
    let key = other.identity();
    let run = office.siesta(&["list", "--identity-file", key.to_str().unwrap()]).ends_with(5);
    assert!(run.stderr.contains(key.to_str().unwrap()) && run.stderr.contains("hint:"), "{}", run.stderr);
    let run = office.line(&["list", "--json"]).env("SIESTA_IDENTITY_FILE", &key).run().ends_with(5);
    assert_eq!(run.json_error()["code"], "wrong-key");

    let missing = office.siesta(&["list", "--identity-file", "/nowhere/key.txt", "--json"]).ends_with(5).json_error();
    assert_eq!(missing["code"], "key-unusable");
    let nonsense = office.write("nonsense.txt", "AGE-SECRET-KEY-1NONSENSE\n");
    let run = office.siesta(&["list", "--identity-file", nonsense.to_str().unwrap()]).ends_with(5);
    assert!(!run.stderr.contains("NONSENSE"), "{}", run.stderr);
}

#[test]
fn a_damaged_store_is_exit_6_and_is_left_as_it_is() {
    let office = Office::with_research();
    let path = office.store_dir().join("store.age");
    let whole = std::fs::read(&path).unwrap();
    let flipped = |place: usize| {
        let mut bytes = whole.clone();
        bytes[place] ^= 1;
        bytes
    };
    let cases: [(&str, Vec<u8>); 6] = [
        ("truncated", whole[..whole.len() - 1].to_vec()),
        ("cut in half", whole[..whole.len() / 2].to_vec()),
        ("empty", Vec::new()),
        ("foreign", b"this is no age file\n".to_vec()),
        ("a bit of the middle flipped", flipped(whole.len() / 2)),
        ("a bit of the header flipped", flipped(60)),
    ];
    for (what, bytes) in cases {
        std::fs::write(&path, &bytes).unwrap();
        // Reading and writing both refuse, and neither makes it worse.
        for args in [["list", "--json"], ["status", "--json"]] {
            let error = office.siesta(&args).ends_with(6).json_error();
            assert_eq!((&error["code"], &error["exit"]), (&"damaged".into(), &6.into()), "{what}: {error}");
        }
        office.siesta(&["user", "add", "bob"]).ends_with(6);
        assert_eq!(std::fs::read(&path).unwrap(), bytes, "{what}");
    }
    std::fs::write(&path, &whole).unwrap();
    office.siesta(&["audit", "verify"]).succeeds();
}

#[test]
fn an_older_copy_put_back_is_noticed() {
    let office = Office::new();
    let files = || files_below(&office.store_dir(), "");
    let older: Vec<_> = files().into_iter().map(|file| (file.clone(), std::fs::read(&file).unwrap())).collect();
    office.siesta(&["user", "add", "bob"]).succeeds();
    files().iter().for_each(|file| std::fs::remove_file(file).unwrap());
    older.iter().for_each(|(file, bytes)| std::fs::write(file, bytes).unwrap());
    let run = office.siesta(&["user", "list"]).ends_with(6);
    assert!(run.stderr.starts_with("error: ") && run.stdout().is_empty(), "{}", run.stderr);
}

#[test]
fn a_log_that_is_taken_away_is_noticed() {
    let office = Office::new();
    office.siesta(&["user", "add", "bob"]).succeeds();
    let log = files_below(&office.store_dir(), ".log");
    assert_eq!(log.len(), 1, "{log:?}");
    std::fs::remove_file(&log[0]).unwrap();
    let error = office.siesta(&["user", "list", "--json"]).ends_with(6).json_error();
    assert_eq!(error["code"], "rolled-back");
}

#[test]
fn a_store_somebody_else_made_is_not_taken_for_ours() {
    let (office, forger) = (Office::new(), Office::new());
    let fingerprint = forger.siesta(&["store", "info", "--json"]).succeeds().json()["fingerprint"].clone();
    let flag = ["list", "--expect-fingerprint", fingerprint.as_str().unwrap(), "--json"];
    let error = office.siesta(&flag).ends_with(6).json_error();
    assert_eq!(error["exit"], 6);
    let own = office.siesta(&["store", "info", "--json"]).succeeds().json()["fingerprint"].clone();
    office.siesta(&["list", "--expect-fingerprint", own.as_str().unwrap()]).succeeds();
}
