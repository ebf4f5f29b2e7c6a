//! What is generated is what is checked in, and real programs accept it.
use crate::support::peer::peer;
use crate::support::{files_below, root};
use siesta::cli::exit::Exit;
use std::process::Command;

const REMEDY: &str = "run: cargo run --example generate";

#[test]
fn completions_and_man_pages_are_fresh() {
    let made = siesta::cli::generate::files(&siesta::cli::command()).unwrap();
    for (path, bytes) in &made {
        let kept = std::fs::read(root().join(path)).unwrap_or_default();
        assert!(kept == *bytes, "{path} is not what the command tree gives; {REMEDY}");
    }
    for path in files_below(&root().join("man"), "").into_iter().chain(files_below(&root().join("completions"), "")) {
        let path = path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
        assert!(made.contains_key(&path), "{path} belongs to no command any more; {REMEDY}");
    }
}

#[test]
fn the_readme_has_the_table_of_exit_codes() {
    let Ok(readme) = std::fs::read_to_string(root().join("README.md")) else {
        return crate::support::peer::skipped("there is no README.md yet");
    };
    assert!(
        readme.contains(&Exit::markdown_table()),
        "the table of exit codes in README.md is not the enum's, which is:\n{}",
        Exit::markdown_table()
    );
}

#[test]
fn nothing_of_this_machine_is_in_what_is_generated() {
    let home = std::env::home_dir().unwrap();
    for (path, bytes) in siesta::cli::generate::files(&siesta::cli::command()).unwrap() {
        let text = String::from_utf8(bytes).unwrap();
        for machine in [home.to_str().unwrap(), root().to_str().unwrap()] {
            assert!(machine.len() < 3 || !text.contains(machine), "{path} names {machine}");
        }
    }
}

#[test]
fn mandoc_accepts_every_page() {
    let Some(mandoc) = peer("mandoc") else { return };
    for page in files_below(&root().join("man"), ".1") {
        let run = Command::new(&mandoc).args(["-T", "lint", "-W", "error"]).arg(&page).output().unwrap();
        assert!(run.status.success(), "{}:\n{}", page.display(), String::from_utf8_lossy(&run.stdout));
    }
}

#[test]
fn every_shell_accepts_its_completions() {
    for (shell, script) in [("bash", "siesta.bash"), ("zsh", "_siesta"), ("fish", "siesta.fish")] {
        let Some(shell) = peer(shell) else { continue };
        let run = Command::new(&shell).arg("-n").arg(root().join("completions").join(script)).output().unwrap();
        assert!(run.status.success(), "{}:\n{}", shell.display(), String::from_utf8_lossy(&run.stderr));
    }
}

#[test]
fn bash_completes_a_command_and_a_flag() {
    let Some(bash) = peer("bash") else { return };
    let completed = |words: &str, place: usize| {
        let script = format!(
            "source completions/siesta.bash; COMP_WORDS=({words}); COMP_CWORD={place}; \
             _siesta siesta \"${{COMP_WORDS[{place}]}}\" \"${{COMP_WORDS[{}]}}\"; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
            place - 1
        );
        let run = Command::new(&bash).args(["--norc", "-c", &script]).current_dir(root()).output().unwrap();
        String::from_utf8(run.stdout).unwrap()
    };
    assert_eq!(completed("siesta compl", 1), "completions\n");
    assert!(completed("siesta completions --no-i", 2).contains("--no-input"));
}
