//! `siesta init`: the store, its key, and what the first commands say about them.
use crate::support::files_below;
use crate::support::office::Office;
use crate::support::sandbox::Sandbox;
#[cfg(unix)]
use std::os::unix::fs::PermissionsExt;

#[test]
fn init_says_where_the_store_and_its_key_are_and_whose_it_is() {
    let sandbox = Sandbox::new();
    let run = sandbox.siesta(&["init", "--org", "Acme"]).succeeds();
    let (store, key) = (sandbox.path("data/siesta/default"), sandbox.path("config/siesta/identities/default.txt"));
    assert_eq!(run.stdout(), "");
    for said in [
        format!("created the store      {}\n", store.display()),
        format!("created its key        file {}\n", key.display()),
        "first owner            mara\n".to_owned(),
        "warning: without its key nobody opens the store".to_owned(),
    ] {
        assert!(run.stderr.contains(&said), "{said:?} is not in\n{}", run.stderr);
    }
    assert!(store.join("store.age").is_file() && key.is_file());
}

#[test]
fn init_as_a_document() {
    let sandbox = Sandbox::new();
    let run = sandbox.siesta(&["init", "--org", "Acme", "--user", "ann", "--json"]).succeeds();
    let document = run.json();
    assert_eq!(document["schemaVersion"], 1);
    assert_eq!(
        (&document["organization"], &document["owner"], &document["keySource"]),
        (&"Acme".into(), &"ann".into(), &"file".into())
    );
    assert_eq!(document["fingerprint"].as_str().unwrap().len(), 64);
    assert_eq!(document["path"], sandbox.path("data/siesta/default").to_str().unwrap());
    assert_eq!(document["identityPath"], sandbox.path("config/siesta/identities/default.txt").to_str().unwrap());
    assert!(document["storeId"].is_string());
    assert_eq!(run.stderr, "");
    // The owner is ann, so mara is nobody here.
    let error = sandbox.siesta(&["user", "add", "bob", "--json"]).ends_with(8).json_error();
    assert_eq!(error["code"], "actor_unknown");
    sandbox.siesta(&["user", "add", "bob", "--actor", "ann"]).succeeds();
}

#[test]
fn a_second_init_is_refused_and_the_first_store_is_as_it_was() {
    let office = Office::new();
    let before = std::fs::read(office.store_dir().join("store.age")).unwrap();
    let run = office.siesta(&["init"]).ends_with(7);
    assert!(run.stderr.ends_with("holds a store already\n  hint:  siesta status\n"), "{}", run.stderr);
    assert_eq!(office.siesta(&["init", "--json"]).ends_with(7).json_error()["code"], "store-exists");
    assert_eq!(std::fs::read(office.store_dir().join("store.age")).unwrap(), before);

    // The other way round: a key that is there is never replaced. The new store gets one beside it.
    std::fs::remove_dir_all(office.store_dir()).unwrap();
    let key = std::fs::read(office.identity()).unwrap();
    let made = office.siesta(&["init", "--json"]).succeeds().json();
    assert_ne!(made["identityPath"], office.identity().to_str().unwrap());
    assert_eq!(std::fs::read(office.identity()).unwrap(), key);
    let identity = office.identity();
    let taken = ["init", "--store", "./other", "--identity-file", identity.to_str().unwrap(), "--json"];
    assert_eq!(office.siesta(&taken).ends_with(7).json_error()["code"], "key-exists");
    assert_eq!(std::fs::read(office.identity()).unwrap(), key);
}

#[test]
#[cfg(unix)]
fn every_file_is_for_its_owner_alone() {
    let office = Office::with_research();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for (directory, base) in [("data/siesta", "data/siesta"), ("config/siesta", "config/siesta")] {
        let files = files_below(&office.path(directory), "");
        assert!(files.len() > 1, "{files:?}");
        for file in files {
            assert_eq!(mode(&file), 0o600, "{}", file.display());
            for above in file.ancestors().skip(1).take_while(|above| above.starts_with(office.path(base))) {
                assert_eq!(mode(above), 0o700, "{}", above.display());
            }
        }
    }
}

#[test]
fn nothing_of_the_store_is_plain_on_the_disk() {
    let office = Office::with_research();
    office.siesta(&["limits", "set", "research", "--org", "--daily", "1"]).succeeds();
    office.siesta(&["status"]).succeeds();
    let plain: [&[u8]; 5] = [b"SQLite format 3", b"Acme", b"CREATE TABLE", b"mara", b"research"];
    let holds_none = |words: &[&[u8]], file: &std::path::Path| {
        let bytes = std::fs::read(file).unwrap();
        for word in words {
            let found = bytes.windows(word.len()).any(|window| window == *word);
            assert!(!found, "{} holds {:?}", file.display(), String::from_utf8_lossy(word));
        }
    };
    for file in files_below(office.home(), "") {
        // The names that a shell completes are the one exception, which SECURITY.md describes.
        let is_index = file.starts_with(office.path("cache/siesta/names"));
        holds_none(if is_index { &plain[..3] } else { &plain }, &file);
    }
    office.write("config/siesta/config.toml", "completion-index = false\n");
    office.siesta(&["status"]).succeeds();
    files_below(office.home(), "").iter().for_each(|file| holds_none(&plain, file));
    assert_eq!(files_below(&office.path("tmp"), ""), Vec::<std::path::PathBuf>::new());
}

#[test]
fn a_place_where_nothing_can_be_made_is_said_and_nothing_is_left_behind() {
    let sandbox = Sandbox::new();
    // A file where the directory should be fails for every user, root included.
    sandbox.write("in-the-way", "x");
    let store = sandbox.path("in-the-way/store");
    let run = sandbox.siesta(&["init", "--store", store.to_str().unwrap()]).ends_with(1);
    assert!(run.stderr.starts_with("error: ") && run.stderr.contains("in-the-way"), "{}", run.stderr);
    assert_eq!(files_below(&sandbox.path("config"), ""), Vec::<std::path::PathBuf>::new());
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_said_and_the_next_init_works() {
    let sandbox = Sandbox::new();
    let full = std::path::Path::new("/dev/full");
    // What a full disk says, without a disk: every file the program may write is cut at 16 KiB, the store is larger.
    let script = format!("ulimit -f 16; exec {} init --json", env!("CARGO_BIN_EXE_siesta"));
    assert!(full.exists());
    let run = std::process::Command::new("bash")
        .args(["--norc", "-c", &format!("trap '' XFSZ; {script}")])
        .env_clear()
        .env("HOME", sandbox.home())
        .env("LOGNAME", "mara")
        .env("PATH", "/usr/bin:/bin")
        .output()
        .unwrap();
    let stderr = String::from_utf8(run.stderr).unwrap();
    assert_eq!((run.status.code(), run.stdout.len()), (Some(1), 0), "{stderr}");
    let document: serde_json::Value = serde_json::from_str(&stderr).unwrap();
    assert_eq!(document["error"]["exit"], 1);
    let left: Vec<_> = files_below(sandbox.home(), "").into_iter().filter(|f| !f.ends_with("store.lock")).collect();
    assert_eq!(left, Vec::<std::path::PathBuf>::new());
    sandbox.line(&["init"]).without_env("XDG_DATA_HOME").without_env("XDG_CONFIG_HOME").run().succeeds();
}

#[test]
fn where_things_stand_before_and_after() {
    let sandbox = Sandbox::new();
    let run = sandbox.siesta(&[]).succeeds();
    assert!(run.stdout().is_empty() && run.stderr.contains("hint: siesta init"), "{}", run.stderr);
    for args in [&["status"][..], &["list"], &["store", "info"], &["audit", "verify"]] {
        let run = sandbox.siesta(args).ends_with(3);
        assert!(run.stderr.ends_with("hint:  siesta init\n"), "{}", run.stderr);
    }
    let office = Office::with_research();
    let status = office.siesta(&["status", "--json"]).succeeds().json();
    assert_eq!((&status["schemaVersion"], &status["organization"]), (&1.into(), &"Acme".into()));
    assert_eq!((&status["connections"], &status["agents"], &status["users"]), (&1.into(), &1.into(), &2.into()));
    assert_eq!((&status["actor"], &status["actorTrouble"]), (&"user:mara".into(), &serde_json::Value::Null));
    assert_eq!(status["needsReauth"], serde_json::json!([]));
    assert_eq!(office.siesta(&[]).succeeds().stdout(), office.siesta(&["status"]).succeeds().stdout());
    let verbose = office.siesta(&["status", "-v", "--actor", "alice"]).succeeds().stdout();
    assert!(verbose.contains("--actor\talice (flag --actor)\n"), "{verbose}");
}
