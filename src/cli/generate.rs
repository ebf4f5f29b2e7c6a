//! Completions and man pages, made from the command tree.
//!
//! What must stay true: the same tree gives the same bytes on every machine, on every day: the date is fixed and no
//! default of this machine is in the help. `completions/` and `man/` in the repository are these bytes; a test says
//! when they are not, and `cargo run --example generate` makes them so.
use super::complete::scripts;
use super::error::Error;
use super::exit::Exit;
use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};
use std::collections::BTreeMap;
use std::io;

/// Of the last release with a changed page. The day of the build would change every page every day.
const DATE: &str = "2026-11-21";

const SHELLS: [(Shell, &str); 4] = [
    (Shell::Bash, "siesta.bash"),
    (Shell::Zsh, "_siesta"),
    (Shell::Fish, "siesta.fish"),
    (Shell::PowerShell, "_siesta.ps1"),
];

/// Everything that is made from the tree: path in the repository → bytes.
pub fn files(root: &Command) -> Result<BTreeMap<String, Vec<u8>>, Error> {
    let mut files = BTreeMap::new();
    for (shell, name) in SHELLS {
        files.insert(format!("completions/{name}"), completion(root.clone(), shell));
    }
    for (name, page) in man_pages(root.clone())? {
        files.insert(format!("man/{name}"), page);
    }
    Ok(files)
}

/// The script that makes a shell complete our commands and flags, and the names of the store.
pub fn completion(mut root: Command, shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut root, "siesta", &mut script);
    match String::from_utf8(script) {
        Ok(text) => scripts::with_names(shell, &text, &root).into_bytes(),
        Err(other) => other.into_bytes(),
    }
}

/// One page per command: `siesta-add-oauth2.1` for `siesta add oauth2`.
pub fn man_pages(mut root: Command) -> Result<BTreeMap<String, Vec<u8>>, Error> {
    root.build();
    let mut pages = BTreeMap::new();
    let mut waiting = vec![root];
    while let Some(command) = waiting.pop() {
        waiting.extend(command.get_subcommands().filter(|command| !command.is_hide_set()).cloned());
        let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
        let page = page(command, &name)
            .map_err(|error| Error::new(Exit::Internal, format!("the man page {name} cannot be made")).cause(error))?;
        pages.insert(format!("{name}.1"), page);
    }
    Ok(pages)
}

fn page(command: Command, name: &str) -> io::Result<Vec<u8>> {
    let examples = command.get_before_long_help().map(ToString::to_string);
    let topics = command.get_after_long_help().map(ToString::to_string);
    let has_commands = command.has_subcommands();
    let usage = command.clone().render_usage().to_string();
    let man = Man::new(command)
        .title(name)
        .date(DATE)
        .source(concat!("siesta ", env!("CARGO_PKG_VERSION")))
        .manual("siesta manual");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    synopsis(&usage).to_writer(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if has_commands {
        man.render_subcommands_section(&mut page)?;
    }
    match topics.as_deref() {
        // The list of the root's pages; what other commands say behind their flags is prose.
        Some(topics) if name == "siesta" => {
            let lines = topics.split_once('\n').map_or(topics, |(_, lines)| lines);
            verbatim("TOPICS", lines).to_writer(&mut page)?;
        }
        Some(notes) => prose("NOTES", notes).to_writer(&mut page)?,
        None => {}
    }
    exit_status().to_writer(&mut page)?;
    if let Some(examples) = examples {
        let lines = examples.trim_start_matches("Examples:").trim_start_matches('\n');
        verbatim("EXAMPLES", lines).to_writer(&mut page)?;
    }
    Ok(page)
}

/// As `--help` has it: every flag by name, the global ones among them, would be a paragraph that nobody reads.
fn synopsis(usage: &str) -> Roff {
    let mut roff = Roff::default();
    roff.control("SH", ["SYNOPSIS"]);
    for line in usage.trim_start_matches("Usage:").lines().map(str::trim).filter(|line| !line.is_empty()) {
        let begin = line.find(['[', '<', '-', '|']).unwrap_or(line.len());
        let (words, rest) = line.split_at(begin);
        roff.text([bold(words), roman(rest)]);
        roff.control("br", []);
    }
    roff
}

fn exit_status() -> Roff {
    let mut roff = Roff::default();
    roff.control("SH", ["EXIT STATUS"]);
    for exit in Exit::ALL {
        roff.control("TP", []);
        roff.text([bold(exit.code().to_string())]);
        roff.text([roman(format!("{}: {}", exit.name(), exit.when()))]);
    }
    roff
}

/// Paragraphs, filled to the width of the page; what is indented is shown as it is typed.
fn prose(heading: &str, text: &str) -> Roff {
    let mut roff = Roff::default();
    roff.control("SH", [heading]);
    for line in text.lines() {
        match line.strip_prefix("  ") {
            _ if line.trim().is_empty() => roff.control("PP", []),
            Some(typed) => {
                roff.control("PP", []);
                roff.control("nf", []);
                roff.text([roman(typed)]);
                roff.control("fi", [])
            }
            None => {
                roff.control("PP", []);
                roff.text([roman(line)])
            }
        };
    }
    roff
}

/// Lines as they are typed.
fn verbatim(heading: &str, lines: &str) -> Roff {
    let mut roff = Roff::default();
    roff.control("SH", [heading]);
    roff.control("nf", []);
    for line in lines.lines() {
        roff.text([roman(line.trim())]);
    }
    roff.control("fi", []);
    roff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_page_with_the_exit_table_and_its_examples() {
        let pages = man_pages(crate::cli::command()).unwrap();
        assert!(pages.contains_key("siesta.1") && pages.contains_key("siesta-completions.1"));
        for (name, page) in pages {
            let page = String::from_utf8(page).unwrap();
            assert!(page.contains(".SH \"EXIT STATUS\"") && page.contains(".SH EXAMPLES"), "{name}:\n{page}");
            let synopsis = page.split(".SH SYNOPSIS\n").nth(1).unwrap().lines().next().unwrap();
            let words = name.trim_end_matches(".1").replace('-', " ");
            let plain = synopsis.replace("\\fB", "").replace("\\fR", "").replace('\\', "").replace('-', " ");
            assert!(plain.starts_with(&words), "{name}: {synopsis}");
            assert!(page.contains("interrupted: Ctrl\\-C; no half state"), "{name}");
        }
    }
}
