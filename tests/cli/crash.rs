//! Processes that are killed, that write all at once, and that find the disk full: what was acknowledged is there, what
//! was not is there as a whole or not at all, and nobody has to repair anything.
use crate::support::peer::{peer, skipped};
use crate::support::sandbox::Sandbox;
use std::collections::BTreeSet;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Small steps of a generator (SplitMix64): the same seed gives the same run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

fn start(sandbox: &Sandbox, args: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_siesta"));
    command.env_clear().envs(sandbox.environment()).args(args);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

fn users(sandbox: &Sandbox) -> BTreeSet<String> {
    let document = sandbox.siesta(&["user", "list", "--json"]).succeeds().json();
    let users = document["users"].as_array().unwrap().iter();
    users.map(|user| user["name"].as_str().unwrap().to_owned()).collect()
}

/// `SIESTA_KILLS=1000` kills as many as a release is tried with, `SIESTA_SEED` repeats a run.
#[test]
fn processes_killed_at_any_instant_lose_nothing_that_was_acknowledged() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let kills = number("SIESTA_KILLS").unwrap_or(100);
    let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let seed = number("SIESTA_SEED").unwrap_or(clock.subsec_nanos().into());
    println!("SIESTA_SEED={seed}");
    let mut random = Random(seed);
    let sandbox = Sandbox::new();
    sandbox.siesta(&["init"]).succeeds();

    // How long a change takes here, so that the kills meet all of it and not the time after.
    let begun = Instant::now();
    sandbox.siesta(&["user", "add", "first"]).succeeds();
    let usual = begun.elapsed().max(Duration::from_millis(5));
    let mut acknowledged = BTreeSet::from(["first".to_owned()]);
    let (mut killed, mut round) = (0, 0);
    while killed < kills {
        round += 1;
        assert!(round < kills * 20, "the kills come too late to meet anything");
        let name = format!("user-{round}");
        let (writer, other) = (start(&sandbox, &["user", "add", &name]), format!("team-{round}"));
        // Under load: somebody else writes, and somebody folds.
        let neighbour = match round % 3 {
            0 => start(&sandbox, &["store", "compact"]),
            _ => start(&sandbox, &["team", "add", &other]),
        };
        let until = Instant::now() + usual.mul_f64(random.below(1500) as f64 / 1000.0);
        while Instant::now() < until {
            std::hint::spin_loop();
        }
        for (mut process, is_writer) in [(writer, true), (neighbour, false)] {
            let _ = process.kill();
            let output = process.wait_with_output().unwrap();
            let words = String::from_utf8_lossy(&output.stderr);
            match (output.status.code(), output.status.signal()) {
                (Some(0), _) if is_writer => drop(acknowledged.insert(name.clone())),
                (Some(0), _) => {}
                (None, Some(9)) => killed += 1,
                other => panic!("seed {seed}, round {round}: ended with {other:?}: {words}"),
            }
        }
        if round % 5 == 0 {
            let there = users(&sandbox);
            let lost: Vec<_> = acknowledged.difference(&there).collect();
            assert!(lost.is_empty(), "seed {seed}, round {round}: {lost:?}");
        }
    }
    let lost: Vec<_> = acknowledged.difference(&users(&sandbox)).cloned().collect();
    assert!(lost.is_empty(), "seed {seed}: {lost:?}");
    sandbox.siesta(&["audit", "verify"]).succeeds();
    sandbox.siesta(&["store", "compact"]).succeeds();
    sandbox.siesta(&["user", "add", "last"]).succeeds();
    assert!(users(&sandbox).contains("last"));
    let (Some(age), Some(sqlite3)) = (peer("age"), peer("sqlite3")) else { return };
    sandbox.siesta(&["store", "compact"]).succeeds();
    let info = sandbox.siesta(&["store", "info", "--json"]).succeeds().json();
    let (base, plain) = (sandbox.path("data/siesta/default/store.age"), sandbox.path("plain.db"));
    crate::store::decrypt(&age, info["identityPath"].as_str().unwrap().as_ref(), &base, &plain);
    let run = Command::new(sqlite3).arg(&plain).arg("pragma integrity_check").output().unwrap();
    assert_eq!(String::from_utf8_lossy(&run.stdout), "ok\n");
}

#[test]
fn sixteen_processes_that_write_at_once_lose_nothing() {
    let sandbox = Sandbox::new();
    sandbox.siesta(&["init"]).succeeds();
    let writers: Vec<Vec<Child>> = (0..16)
        .map(|n| {
            let names = (0..3).map(|m| format!("user-{n}-{m}"));
            names.map(|name| start(&sandbox, &["user", "add", &name])).collect()
        })
        .collect();
    // Whoever reads meanwhile waits for nobody and sees whole changes: a user is there with the row that tells of it.
    for _ in 0..5 {
        let before = users(&sandbox).len();
        let rows = sandbox.siesta(&["audit", "list", "--action", "user.add", "--limit", "200", "--json"]).succeeds();
        assert!(rows.json()["rows"].as_array().unwrap().len() + 1 >= before);
    }
    for process in writers.into_iter().flatten() {
        let output = process.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(users(&sandbox).len(), 1 + 48);
    sandbox.siesta(&["audit", "verify"]).succeeds();
}

/// Taken away again however the test ends.
struct Mounted(std::path::PathBuf);

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

/// A memory disk of two megabytes is a disk that gets full.
#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_a_clear_error_and_the_next_run_works() {
    let sandbox = Sandbox::new();
    let disk = sandbox.path("disk");
    std::fs::create_dir(&disk).unwrap();
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=2m,mode=0700", "none"]).arg(&disk).output();
    if !mounted.is_ok_and(|output| output.status.success()) {
        return skipped("a disk of this size cannot be mounted here");
    }
    let _mounted = Mounted(disk.clone());
    let store = disk.join("store");
    let siesta = |args: &[&str]| {
        let all: Vec<&str> = args.iter().copied().chain(["--store", store.to_str().unwrap()]).collect();
        sandbox.siesta(&all)
    };
    siesta(&["init"]).succeeds();
    siesta(&["user", "add", "before"]).succeeds();
    // Filled to the last byte.
    let mut filler = std::fs::File::create(disk.join("filler")).unwrap();
    while std::io::Write::write_all(&mut filler, &[0; 512]).is_ok() {}
    let names = || siesta(&["user", "list", "--json"]).succeeds().json()["users"].as_array().unwrap().len();
    let mut refused = 0;
    // The room that the log has already takes some dozens of changes.
    for n in 0..200 {
        let run = siesta(&["user", "add", &format!("user-{n}"), "--json"]);
        if run.code == Some(1) {
            refused += 1;
            assert!(run.stderr.contains("disk is full"), "{}", run.stderr);
        } else {
            run.succeeds();
        }
        assert_eq!(names(), 2 + n + 1 - refused);
        if refused == 3 {
            break;
        }
    }
    assert!(refused > 0, "the disk never got full");
    drop(filler);
    std::fs::remove_file(disk.join("filler")).unwrap();
    siesta(&["user", "add", "after"]).succeeds();
    siesta(&["audit", "verify"]).succeeds();
}
