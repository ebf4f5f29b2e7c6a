//! The store's benchmark: this store beside plain SQLite and SQLCipher, every figure from fresh processes of one run.
//!
//!     tests/bench/run [ROWS…]          builds both programs and prints the table
//!
//! The same program is built twice: with plain SQLite it measures the store and the floor, with SQLCipher the rival. The
//! driver is the first of the two and starts everything, the rival included, so that one run compares like with like.
use rusqlite::Connection;
use siesta::store::bench::{self, Operation};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// A raw key: SQLCipher's fastest way to open, without a passphrase to stretch.
const RAW_KEY: &str = "x'2DD29CA851E7B56E4697B0E1F08507293D761A05CE4D1B628663F411A8086D99'";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Engine {
    Siesta,
    PlainWal,
    CipherWal,
    CipherRollback,
}

impl Engine {
    const ALL: [Engine; 4] = [Engine::Siesta, Engine::PlainWal, Engine::CipherWal, Engine::CipherRollback];

    fn name(self) -> &'static str {
        match self {
            Engine::Siesta => "siesta",
            Engine::PlainWal => "plain-wal",
            Engine::CipherWal => "cipher-wal",
            Engine::CipherRollback => "cipher-rollback",
        }
    }

    fn is_cipher(self) -> bool {
        matches!(self, Engine::CipherWal | Engine::CipherRollback)
    }

    fn open(self, dir: &Path) -> Outcome<Connection> {
        let database = Connection::open(dir.join(format!("{}.db", self.name())))?;
        if self.is_cipher() {
            database.pragma_update(None, "key", RAW_KEY)?;
        }
        // Durable: what was acknowledged is on the disk, as the store promises it.
        database.execute_batch("PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;")?;
        Ok(database)
    }
}

fn main() -> Outcome<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["prepare", dir, rows] => prepare(Path::new(dir), rows.parse()?),
        ["prepare-cipher", dir] => prepare_cipher(Path::new(dir)),
        ["do", engine, operation, times, dir] => act(engine, operation.parse()?, times.parse()?, Path::new(dir)),
        ["run", rival, dir, rows @ ..] => run(Path::new(rival), Path::new(dir), rows),
        _ => Err("see tests/bench/run".into()),
    }
}

fn prepare(dir: &Path, rows: u64) -> Outcome<()> {
    bench::prepare(dir, rows)?;
    std::fs::copy(dir.join("plain.db"), dir.join("plain-wal.db"))?;
    Connection::open(dir.join("plain-wal.db"))?.pragma_update(None, "journal_mode", "wal")?;
    Ok(())
}

fn prepare_cipher(dir: &Path) -> Outcome<()> {
    let plain = Connection::open(dir.join("plain.db"))?;
    let version: i64 = plain.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let path = dir.join("cipher-wal.db");
    plain.execute("ATTACH DATABASE ?1 AS sealed KEY ?2", [path.to_str().ok_or("path")?, RAW_KEY])?;
    plain.query_row("SELECT sqlcipher_export('sealed')", [], |_| Ok(()))?;
    plain.execute_batch(&format!("PRAGMA sealed.user_version = {version}; DETACH DATABASE sealed"))?;
    std::fs::copy(&path, dir.join("cipher-rollback.db"))?;
    let sealed = Engine::CipherWal.open(dir)?;
    let mode: String = sealed.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
    assert_eq!(mode, "wal");
    Ok(())
}

fn act(engine: &str, operation: usize, times: u64, dir: &Path) -> Outcome<()> {
    let operation = Operation::ALL[operation];
    let engine = Engine::ALL.into_iter().find(|e| e.name() == engine).ok_or("no such engine")?;
    let rows = match engine {
        Engine::Siesta => bench::on_store(dir, operation, times)?,
        other => bench::on_database(&mut other.open(dir)?, operation, times)?,
    };
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0").trim();
    println!("{rows} {peak}");
    Ok(())
}

/// In as many turns the rates are measured, so that a slow moment of the machine meets all of them.
const TURNS: u32 = 5;

fn run(rival: &Path, dir: &Path, rows: &[&str]) -> Outcome<()> {
    let own = std::env::current_exe()?;
    println!("| audit rows | what | plain SQLite ms | SQLCipher ms | siesta ms | ratio to SQLCipher | siesta MB |");
    println!("|---:|---|---:|---:|---:|---:|---:|");
    for rows in rows {
        let dir = dir.join(rows);
        std::fs::create_dir_all(&dir)?;
        must(Command::new(&own).args(["prepare"]).arg(&dir).arg(rows))?;
        must(Command::new(rival).arg("prepare-cipher").arg(&dir))?;
        let program = |engine: Engine| if engine.is_cipher() { rival.to_owned() } else { own.clone() };
        for (index, operation) in Operation::ALL.into_iter().enumerate() {
            // In turns as well. What comes after a run of the other program finds the processor's caches full of that one's
            // code, and some would pay for it every time: so each is run twice, and the second time is measured.
            let (rounds, runs) = if operation == Operation::Verify { (9, 1) } else { (45, 2) };
            let mut times: Vec<Vec<Duration>> = vec![Vec::new(); Engine::ALL.len()];
            let mut peaks = vec![0; Engine::ALL.len()];
            for _ in 0..rounds {
                for (place, engine) in Engine::ALL.into_iter().enumerate() {
                    for run in 1..=runs {
                        let (time, peak) = once(&program(engine), engine, index, 1, &dir)?;
                        peaks[place] = peaks[place].max(peak);
                        if run == runs {
                            times[place].push(time);
                        }
                    }
                }
            }
            line(rows, operation.name(), &times, peaks[0]);
        }
        let writes = Operation::ALL.iter().position(|o| *o == Operation::Write).unwrap_or(0);
        let (mut singles, mut crowds) = ([Duration::ZERO; Engine::ALL.len()], [Duration::ZERO; Engine::ALL.len()]);
        for _ in 0..TURNS {
            for (place, engine) in Engine::ALL.into_iter().enumerate() {
                let begun = Instant::now();
                for _ in 0..500 / TURNS {
                    once(&program(engine), engine, writes, 1, &dir)?;
                }
                singles[place] += begun.elapsed();
            }
        }
        for _ in 0..TURNS {
            for (place, engine) in Engine::ALL.into_iter().enumerate() {
                let begun = Instant::now();
                let crowd: Result<Vec<_>, _> =
                    (0..16).map(|_| command(&program(engine), engine, writes, 30, &dir).spawn()).collect();
                for mut one in crowd? {
                    if !one.wait()?.success() {
                        return Err(format!("a writer of {} failed", engine.name()).into());
                    }
                }
                crowds[place] += begun.elapsed();
            }
        }
        rate(rows, "500 processes of one write, per s", 500, &singles);
        rate(rows, "16 processes of 30 writes, per s", 480 * TURNS, &crowds);
    }
    Ok(())
}

fn command(program: &PathBuf, engine: Engine, operation: usize, times: u64, dir: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(["do", engine.name(), &operation.to_string(), &times.to_string()]).arg(dir);
    command.stdout(std::process::Stdio::piped());
    command
}

fn once(program: &PathBuf, engine: Engine, operation: usize, times: u64, dir: &Path) -> Outcome<(Duration, u64)> {
    let begun = Instant::now();
    let output = command(program, engine, operation, times, dir).output()?;
    let time = begun.elapsed();
    if !output.status.success() {
        return Err(format!("{}: {}", engine.name(), String::from_utf8_lossy(&output.stderr)).into());
    }
    let said = String::from_utf8_lossy(&output.stdout);
    let peak = said.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).unwrap_or(0);
    Ok((time, peak))
}

/// The ratio is the median of those of each round, in which all came soon after each other: what slows the machine down for a
/// while slows both of them down.
fn line(rows: &str, what: &str, times: &[Vec<Duration>], peak_kib: u64) {
    let ms = |place: usize| median(times[place].iter().map(|time| time.as_secs_f64() * 1000.0));
    let to = |place: usize| median(times[0].iter().zip(&times[place]).map(|(own, its)| own.div_duration_f64(*its)));
    println!(
        "| {rows} | {what} | {:.1} | {:.1} | {:.1} | {:.2} | {:.1} |",
        ms(1),
        ms(2).min(ms(3)),
        ms(0),
        to(2).max(to(3)),
        peak_kib as f64 / 1024.0
    );
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn rate(rows: &str, what: &str, count: u32, times: &[Duration]) {
    let per_second = |time: &Duration| f64::from(count) / time.as_secs_f64();
    let rival = per_second(&times[2]).max(per_second(&times[3]));
    let (own, plain) = (per_second(&times[0]), per_second(&times[1]));
    println!("| {rows} | {what} | {plain:.0} | {rival:.0} | {own:.0} | {:.2} | |", own / rival);
}

fn must(command: &mut Command) -> Outcome<()> {
    match command.status()?.success() {
        true => Ok(()),
        false => Err(format!("{command:?} failed").into()),
    }
}
