//! What the terminal contract promises for every command, tried on every command.
use crate::support::day::{DAY, Day, Step, leaves};

#[test]
fn the_day_has_every_command() {
    let missing: Vec<String> = leaves().into_iter().filter(|leaf| DAY.iter().all(|step| step.leaf != leaf)).collect();
    assert!(missing.is_empty(), "no step of tests/cli/support/day.rs is: {missing:?}");
}

#[test]
fn every_command_works_on_its_day() {
    let day = Day::new();
    day.live(
        // Nobody is at the keyboard: whoever waits for input meets the deadline.
        |_, line| line,
        |lived| {
            let run = lived.run.ends_with(lived.step.ends);
            assert!(!run.stdout().contains('\u{1b}') && !run.stderr.contains('\u{1b}'), "{:?}: {run:?}", lived.step);
        },
    );
}

/// Formats of programs beside JSON, which `-o` may ask of every command that prints data.
const FORMATS: [&str; 4] = ["jsonl", "yaml", "csv", "tsv"];

/// Commands whose answer is a text of its own whatever `-o` says.
const TEXTS: [&str; 4] = ["completions", "man", "help", "exec"];

#[test]
fn every_command_prints_every_format_whole_and_alone() {
    let day = Day::new();
    day.live(
        |_, line| line.arg("-o").arg("json"),
        |lived| {
            let (step, run) = (lived.step, lived.run.ends_with(lived.step.ends));
            if TEXTS.contains(&step.leaf) {
                return;
            }
            assert_eq!(run.json()["schemaVersion"], 1, "{} {}: {}", step.leaf, step.rest, run.stdout());
            if step.looks() {
                FORMATS.iter().for_each(|format| is_whole(&day, &step, format));
            }
        },
    );
}

fn is_whole(day: &Day, step: &Step, format: &str) {
    let run = day.line(step).arg("-o").arg(format).run().ends_with(step.ends);
    let name = format!("{} {} -o {format}", step.leaf, step.rest);
    let text = run.stdout();
    assert!(!text.contains('\u{1b}') && (text.is_empty() || text.ends_with('\n')), "{name}: {text:?}");
    match format {
        "jsonl" => assert!(run.json_lines().iter().all(|line| line.is_object()), "{name}: {text}"),
        "yaml" => {
            let document: serde_json::Value = serde_saphyr::from_str(&text).unwrap();
            assert_eq!(document["schemaVersion"], 1, "{name}: {text}");
        }
        _ => has_rows_as_wide_as_its_header(&name, &text, if format == "csv" { b',' } else { b'\t' }),
    }
}

#[track_caller]
fn has_rows_as_wide_as_its_header(name: &str, text: &str, delimiter: u8) {
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    assert!(header.iter().all(|word| word.chars().all(|c| c.is_ascii_lowercase() || c == '_')), "{name}: {header:?}");
    for row in reader.records() {
        assert_eq!(row.unwrap_or_else(|error| panic!("{name}: {error}\n{text}")).len(), header.len(), "{name}");
    }
}

#[test]
fn a_closed_pipe_is_silence_and_no_failure_on_every_command() {
    for format in ["table", "json"] {
        let day = Day::new();
        day.live(
            |step, line| if step.signs_in { line } else { line.arg("-o").arg(format).with_closed_stdout() },
            |lived| {
                let (step, run) = (lived.step, lived.run);
                let name = format!("{} {} -o {format}", step.leaf, step.rest);
                // A decision keeps its code: that a person is wanted is never 0, whoever reads.
                let ends = [0, step.ends];
                assert!(run.code.is_some_and(|code| ends.contains(&code)), "{name}: {:?} {}", run.code, run.stderr);
                if step.ends == 9 || step.ends == 11 {
                    assert_eq!(run.code, Some(step.ends), "{name}");
                }
                // A denial is an error in words; the other endings say nothing of the kind.
                let words: &[&str] =
                    if [8, 125].contains(&step.ends) { &["pipe", "panic"] } else { &["error", "pipe", "panic"] };
                for word in words {
                    assert!(!run.stderr.contains(word), "{name}: {}", run.stderr);
                }
            },
        );
    }
}
