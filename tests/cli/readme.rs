//! The commands of the README are typed as they stand.
use crate::support::office::Office;
use crate::support::root;
use std::process::Command;

/// Every `$ siesta …` line below the heading, or of the whole page, in the words the shell makes of it.
fn lines_of(heading: Option<&str>) -> Vec<Vec<String>> {
    let page = std::fs::read_to_string(root().join("README.md")).unwrap().replace("\\\n", " ");
    let part = match heading {
        Some(heading) => page.split("\n## ").find(|part| part.starts_with(heading)).unwrap().to_owned(),
        None => page,
    };
    let typed = part.lines().filter_map(|line| line.strip_prefix("$ siesta "));
    typed.map(|line| words(line.split(" < ").next().unwrap().split("   # ").next().unwrap())).collect()
}

fn words(line: &str) -> Vec<String> {
    let split = Command::new("sh").args(["-c", &format!("printf '%s\\0' {line}")]).output().unwrap();
    let text = String::from_utf8(split.stdout).unwrap();
    text.split_terminator('\0').map(str::to_owned).collect()
}

#[test]
fn every_line_of_the_readme_is_one_that_siesta_understands() {
    let lines = lines_of(None);
    assert!(lines.len() > 20, "{lines:?}");
    for line in lines {
        // What a person fills in.
        let filled = line.iter().map(|word| if word == "…" { "openai" } else { word.as_str() });
        if let Err(refusal) = siesta::cli::command().try_get_matches_from(std::iter::once("siesta").chain(filled)) {
            panic!("siesta {}: {refusal}", line.join(" "));
        }
    }
}

#[test]
fn the_lines_on_governing_do_what_they_say() {
    let office = Office::with_notes();
    office.add_research(&["--access", "shared"]).succeeds();
    office.siesta(&["agent", "add", "research", "--assign", "research"]).succeeds();
    office.siesta(&["assign", "research", "helper"]).succeeds();
    office.siesta(&["agent", "add", "other"]).succeeds();
    office.write("examples/rules.json", std::fs::read(root().join("examples/rules.json")).unwrap());
    office.write("request.json", r#"{"text":"hi"}"#);
    office.write("people.csv", "name,role,teams\nalice,user,sales\n");
    let api = office.provider.url("/api");
    for line in lines_of(Some("Governing")) {
        let mut args: Vec<&str> = line.iter().map(String::as_str).collect();
        // The page says how things are called there, and the paths of its own provider.
        let path = args.iter().position(|word| *word == "/notes").map(|at| (at, format!("{api}/notes")));
        if let Some((at, url)) = &path {
            args[*at] = url;
        }
        if args[0] == "panic" {
            args.push("--yes");
        }
        let run = office.siesta(&args);
        let code = run.code;
        assert!(matches!(code, Some(0 | 8 | 9 | 12)), "siesta {} ended with {code:?}:\n{}", args.join(" "), run.stderr);
    }
}
