//! A person at a real terminal: what the screen shows, and how the terminal is left.
use crate::support::day::{DAY, Day, Step};
use crate::support::provider::Button;

/// A day up to where its store is fullest, and the commands that only look at it.
fn full_day() -> (Day, Vec<Step>) {
    let day = Day::new();
    let mut looks = Vec::new();
    for step in DAY.iter().take_while(|step| step.leaf != "completions") {
        let line = day.line(step);
        if step.signs_in {
            line.sign_in(Button::Allow).0.ends_with(step.ends);
        } else {
            line.run().ends_with(step.ends);
        }
        if step.looks() && looks.iter().all(|seen: &Step| (seen.leaf, seen.rest) != (step.leaf, step.rest)) {
            looks.push(*step);
        }
    }
    (day, looks)
}

#[test]
fn no_line_is_broken_but_at_a_space_at_any_width() {
    let (day, looks) = full_day();
    for step in looks {
        let words = day.words(&step);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        for columns in [40, 60, 80, 200] {
            let left = day.sandbox.screen(columns).without_words().start(&words).finish().ends_with(step.ends as u32);
            for line in left.wrapped {
                // One long word, such as a path, which is copied whole when the terminal breaks it.
                let value = line.rsplit("  ").next().unwrap().trim();
                assert!(
                    !value.contains(' '),
                    "{columns} columns, siesta {}:\n{}\n{line}",
                    words.join(" "),
                    left.screen
                );
            }
        }
    }
}
