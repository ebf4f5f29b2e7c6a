//! Who may name whom: the table of the house, kept by reading the source.
//!
//! A row changes only with a reason in the commit. Code is read as text, so a name in a string counts too; comments do
//! not.
use crate::support::{files_below, root};

/// Each layer and the layers it may name. `cli`, `api` and `mcp` are siblings that do not know each other.
const MAY_NAME: [(&str, &[&str]); 12] = [
    ("model", &[]),
    ("view", &["model"]),
    ("store", &["model"]),
    ("net", &["model"]),
    ("oauth", &["model", "net"]),
    ("catalog", &["model"]),
    ("provider", &["model", "catalog", "net"]),
    // net: whoever may reach the private network is said per connection, and an operation passes that on.
    ("ops", &["model", "store", "net", "oauth", "catalog", "provider"]),
    ("cli", &["ops", "view", "model"]),
    ("api", &["ops", "view", "model"]),
    ("mcp", &["ops", "view", "model"]),
    ("main.rs", &[]),
];

/// Crates that live behind one layer.
const ONLY_IN: [(&str, &[&str]); 6] = [
    ("cli", &["clap", "clap_complete", "clap_mangen", "dialoguer", "indicatif", "comfy_table", "ctrlc", "close_fds"]),
    ("store", &["rusqlite", "age", "keyring", "keyring_core"]),
    ("net", &["reqwest", "rustls", "rustls_platform_verifier"]),
    ("provider", &["imap_codec", "smtp_proto", "mail_builder"]),
    ("oauth", &["oauth2", "tiny_http", "rustls_pki_types"]),
    ("#[cfg(test)]", &["tempfile", "proptest", "snapbox", "portable_pty", "vt100"]),
];

/// The only files that may name ring: it signs and it hashes.
const MAY_NAME_RING: [&str; 2] = ["model/digest.rs", "oauth/mint.rs"];

/// The only files that may open a secret. A new one is a decision, not an accident.
const MAY_REVEAL: [&str; 9] = [
    "model/secret.rs",
    "store/",
    "oauth/",
    "provider/inject.rs",
    // It takes a connection string apart and signs with the key inside.
    "provider/azure.rs",
    "provider/mask.rs",
    // IMAP LOGIN and SMTP AUTH.
    "provider/mail/login.rs",
    "net/",
    // Where a vended token leaves for the agent.
    "cli/handover.rs",
];

/// The only file that writes to the terminal.
const MAY_PRINT: &str = "cli/ui.rs";

/// The only file that reads the environment.
const MAY_READ_THE_ENVIRONMENT: &str = "cli/environment.rs";

#[test]
fn every_layer_names_only_what_it_may() {
    let mut wrong = Vec::new();
    for path in files_below(&root().join("src"), ".rs") {
        let file = path.strip_prefix(root().join("src")).unwrap().to_str().unwrap().replace('\\', "/");
        let top = file.split('/').next().unwrap();
        if top == "lib.rs" {
            continue;
        }
        let row = MAY_NAME.iter().find(|(layer, _)| top.trim_end_matches(".rs") == layer.trim_end_matches(".rs"));
        let (layer, allowed) = *row.unwrap_or_else(|| panic!("src/{file} is in no layer of the table"));
        let source = std::fs::read_to_string(&path).unwrap();
        let mut in_tests = file.ends_with("tests.rs");
        for (number, line) in source.lines().enumerate() {
            // A test module is the last thing in a file; what follows it is a test too.
            in_tests |= line.trim_start().starts_with("#[cfg(test)]");
            let code = line.split("//").next().unwrap_or(line);
            let mut refuse = |why: String| wrong.push(format!("src/{file}:{}: {why}: {}", number + 1, line.trim()));
            for name in names_after(code, "crate::") {
                let is_layer = MAY_NAME.iter().any(|(layer, _)| *layer == name);
                if is_layer && name != layer && !allowed.contains(&name) {
                    refuse(format!("{layer} may not name {name}"));
                }
            }
            for climbing in ["crate::{", "super::super::"] {
                if code.contains(climbing) {
                    refuse(format!("{climbing} hides which layer is meant"));
                }
            }
            for (home, crates) in ONLY_IN {
                for name in crates.iter().filter(|name| names(code, name)) {
                    if home != layer && !(home == "#[cfg(test)]" && in_tests) {
                        refuse(format!("{name} may be named only in {home}"));
                    }
                }
            }
            if names(code, "ring") && !MAY_NAME_RING.contains(&file.as_str()) {
                refuse(format!("ring may be named only in {}", MAY_NAME_RING.join(" and ")));
            }
            if code.contains(".reveal(") && !MAY_REVEAL.iter().any(|allowed| file.starts_with(allowed)) {
                refuse("this file may not open a secret".to_owned());
            }
            let prints =
                ["println!(", "print!(", "eprintln!(", "eprint!(", "dbg!("].iter().any(|call| code.contains(call));
            if code.contains("env::var") && file != MAY_READ_THE_ENVIRONMENT {
                refuse(format!("only {MAY_READ_THE_ENVIRONMENT} reads the environment"));
            }
            if prints && file != MAY_PRINT {
                refuse(format!("only {MAY_PRINT} writes to the terminal"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The identifiers that follow a text.
fn names_after<'a>(code: &'a str, before: &'a str) -> impl Iterator<Item = &'a str> {
    code.match_indices(before).map(move |(place, _)| {
        let rest = &code[place + before.len()..];
        &rest[..rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())]
    })
}

/// Whether the code names a crate: `name::` at the start of a path, or `use name;`.
fn names(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(place, _)| {
        let before = code[..place].chars().next_back();
        let begins = before.is_none_or(|c| !c.is_alphanumeric() && !"_:.".contains(c));
        let after = &code[place + name.len()..];
        let uses = after.starts_with("::") || (code.trim_start().starts_with("use ") && after.starts_with([';', ' ']));
        begins && uses
    })
}
