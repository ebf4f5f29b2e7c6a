//! How long a decision takes, by the number of rules. `tests/bench/run-decide` builds and runs it.
//!
//! It ends with 1 when a decision takes longer than it may: 20 µs with 100 rules, 50 µs with 1,000.
use siesta::model::decide::bench::{Shape, decision};
use std::process::ExitCode;

const ALLOWED: [(usize, u128); 3] = [(0, 20), (100, 20), (1000, 50)];

fn main() -> ExitCode {
    println!("| rules | a read, µs | a write that asks, µs | allowed, µs | the first of a process, µs |");
    println!("|---:|---:|---:|---:|---:|");
    let mut is_slow = false;
    for (rules, allowed) in ALLOWED {
        let (read, write) = match (decision(rules, Shape::Read), decision(rules, Shape::Write)) {
            (Ok(read), Ok(write)) => (read, write),
            (Err(why), _) | (_, Err(why)) => {
                eprintln!("not decided as expected: {why}");
                return ExitCode::FAILURE;
            }
        };
        let micros = |time: std::time::Duration| time.as_nanos() as f64 / 1000.0;
        let first = micros(read.first.max(write.first));
        println!("| {rules} | {:.1} | {:.1} | {allowed} | {first:.0} |", micros(read.next), micros(write.next));
        is_slow |= read.next.max(write.next).as_micros() >= allowed;
    }
    if is_slow { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
