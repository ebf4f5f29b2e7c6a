//! The places where people already have tokens and keys, read and never changed.
//!
//! What must stay true: what is read becomes a [`Secret`] at once, and its buffers are wiped; an error about a file names
//! its path and never a part of its content, not even a parser's own words, which quote it.
use crate::cli::advice::quoted;
use crate::cli::environment;
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::secret_input;
use crate::model::found;
use crate::model::secret::Secret;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::{ErrorKind, Read};
use std::path::Path;
use zeroize::Zeroizing;

/// Larger than any file of these kinds.
const LARGEST: u64 = 1 << 20;

/// Something that was found.
pub(super) struct Found {
    /// A variable, a host, or a file: never a value.
    pub name: String,
    /// None: nobody but the person can say.
    pub service: Option<&'static str>,
    pub what: What,
}

pub(super) enum What {
    Key(Secret),
    /// Opens a Google service that the person chooses.
    KeyFile(Secret),
    /// It cannot be brought over: why, and what to type instead.
    Not {
        why: String,
        hint: String,
    },
}

fn not(why: impl Into<String>, hint: impl Into<String>) -> What {
    What::Not { why: why.into(), hint: hint.into() }
}

/// The text of a file.
fn text_of(path: &Path) -> Result<Zeroizing<String>, Error> {
    let unread =
        |exit: Exit, cause: String| Error::new(exit, format!("{} cannot be read", path.display())).cause(cause);
    let mut text = Zeroizing::new(String::new());
    let done = std::fs::File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_string(&mut text));
    match done {
        Ok(count) if count as u64 > LARGEST => Err(unread(Exit::Failure, "it is larger than 1 MiB".to_owned())),
        Ok(_) => Ok(text),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err(unread(Exit::NotFound, "there is no such file".to_owned()).hint("siesta import --help"))
        }
        Err(error) => Err(unread(Exit::Failure, error.kind().to_string())),
    }
}

fn key(bytes: &str, from: &str) -> What {
    match secret_input::checked(bytes.as_bytes(), from) {
        Ok(secret) => What::Key(secret),
        Err(error) => {
            not(error.cause.clone().unwrap_or_else(|| error.message.clone()), "siesta add SERVICE --secret-stdin")
        }
    }
}

/// The known names among some variables. `value` gives one of them.
fn known(value: impl Fn(&str) -> Option<Zeroizing<String>>) -> Vec<Found> {
    let mut found = Vec::new();
    for name in found::variables() {
        let Some(text) = value(name).filter(|text| !text.is_empty()) else { continue };
        let service = found::service_of(name);
        let other = found::server_of(name).filter(|server| value(server).is_some_and(|at| !is_usual(&at)));
        let what = match other {
            Some(server) => not(
                format!("{server} says that it is for another server"),
                format!("siesta add {} NAME --base-url URL --secret-stdin", service.unwrap_or("SERVICE")),
            ),
            None => key(&text, name),
        };
        found.push(Found { name: name.to_owned(), service, what });
    }
    found
}

/// Whether an address is the service's own, said once more.
fn is_usual(address: &str) -> bool {
    const USUAL: [&str; 6] = [
        "",
        "github.com",
        "https://api.github.com",
        "https://api.openai.com",
        "https://api.anthropic.com",
        "https://api.firecrawl.dev",
    ];
    let address = address.trim_end_matches('/');
    USUAL.contains(&address) || address.strip_suffix("/v1").is_some_and(|address| USUAL.contains(&address))
}

/// The environment of this process.
pub(super) fn of_environment() -> Vec<Found> {
    known(|name| environment::secret_variable(name).map(Zeroizing::new))
}

/// A file of NAME=VALUE lines.
pub(super) fn of_env_file(path: &Path) -> Result<Vec<Found>, Error> {
    let text = text_of(path)?;
    let mut values: BTreeMap<String, Zeroizing<String>> = BTreeMap::new();
    for pair in dotenvy::from_read_iter(text.as_bytes()) {
        // The parser's error quotes the line.
        let (name, value) = pair.map_err(|_| {
            Error::new(Exit::Failure, format!("{} is not a file of NAME=VALUE lines", path.display()))
                .hint("siesta import env        (in a shell that has read the file)")
        })?;
        values.insert(name, Zeroizing::new(value));
    }
    Ok(known(|name| values.get(name).cloned()))
}

#[derive(Deserialize)]
struct Host {
    oauth_token: Option<Zeroizing<String>>,
    user: Option<String>,
    #[serde(default)]
    users: BTreeMap<String, Option<Account>>,
}

#[derive(Deserialize)]
struct Account {
    oauth_token: Option<Zeroizing<String>>,
}

/// GitHub CLI's hosts.yml.
pub(super) fn of_github_cli(path: &Path) -> Result<Vec<Found>, Error> {
    let text = text_of(path)?;
    let hosts: BTreeMap<String, Host> = serde_saphyr::from_str(&text).map_err(|_| {
        Error::new(Exit::Failure, format!("{} is not what GitHub CLI writes", path.display()))
            .hint("gh auth token | siesta add github NAME --secret-stdin")
    })?;
    let mut found = Vec::new();
    for (host, entry) in hosts {
        let user = entry.user.unwrap_or_default();
        let mut accounts: Vec<(String, Option<Zeroizing<String>>)> =
            entry.users.into_iter().map(|(user, account)| (user, account.and_then(|one| one.oauth_token))).collect();
        match accounts.iter_mut().find(|(name, _)| *name == user) {
            // Older files have the active account's token beside the host only.
            Some((_, token)) if token.is_none() => *token = entry.oauth_token,
            Some(_) => {}
            None => accounts.push((user, entry.oauth_token)),
        }
        for (user, token) in accounts {
            let name = if user.is_empty() { host.clone() } else { format!("{user} at {host}") };
            let what = match token {
                _ if host != "github.com" => not(
                    "it is for another server, which has to be named",
                    format!(
                        "gh auth token --hostname {at} | siesta add github NAME --base-url https://{at}/api/v3 --secret-stdin",
                        at = quoted(&host)
                    ),
                ),
                None => not(
                    "GitHub CLI keeps it in the desktop's keyring",
                    "gh auth token | siesta add github NAME --secret-stdin",
                ),
                Some(token) => key(&token, &name),
            };
            found.push(Found { name, service: Some("github"), what });
        }
    }
    Ok(found)
}

#[derive(Deserialize)]
struct GoogleFile {
    #[serde(rename = "type")]
    kind: String,
}

/// Google's application-default credentials.
pub(super) fn of_google(path: &Path) -> Result<Vec<Found>, Error> {
    let text = text_of(path)?;
    let file: GoogleFile = serde_json::from_str(&text).map_err(|_| {
        Error::new(Exit::Failure, format!("{} holds no credentials of Google", path.display()))
            .hint("siesta add google-drive")
    })?;
    let what = match file.kind.as_str() {
        "service_account" => match key(&text, "the file") {
            What::Key(secret) => What::KeyFile(secret),
            other => other,
        },
        "authorized_user" => not(
            "it is a sign-in to Google's own client, which another may not use",
            "siesta add google-drive        (signs in)",
        ),
        _ => not("it is neither a service account nor a sign-in", "siesta add google-drive"),
    };
    Ok(vec![Found { name: "application-default credentials".to_owned(), service: None, what }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn file(text: &str) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file
    }

    fn told(found: &[Found]) -> Vec<(String, Option<&'static str>, bool)> {
        found.iter().map(|f| (f.name.clone(), f.service, matches!(f.what, What::Key(_)))).collect()
    }

    #[test]
    fn a_file_of_variables_gives_the_known_ones_unless_they_are_for_another_server() {
        let text = "# keys\nexport OPENAI_API_KEY=\"canary-1\"\nOTHER=x\nANTHROPIC_API_KEY=canary-2\nANTHROPIC_BASE_URL=https://proxy.example\nSLACK_BOT_TOKEN=\n";
        let found = of_env_file(file(text).path()).unwrap();
        assert_eq!(
            told(&found),
            [
                ("OPENAI_API_KEY".to_owned(), Some("openai"), true),
                ("ANTHROPIC_API_KEY".to_owned(), Some("anthropic"), false)
            ]
        );
        let Err(error) = of_env_file(file("OPENAI_API_KEY='canary\nx y z\n").path()) else { panic!("it was read") };
        assert!(!error.to_string().contains("canary"), "{error}");
    }

    #[test]
    fn hosts_of_github_cli_old_and_new_are_read() {
        let text = "github.com:\n    users:\n        ann:\n            oauth_token: canary-a\n        bob:\n    user: bob\n    oauth_token: canary-b\n\
                    ghe.example:\n    user: ann\n    oauth_token: canary-c\n";
        let found = of_github_cli(file(text).path()).unwrap();
        let names: Vec<(String, bool)> = told(&found).into_iter().map(|(name, _, key)| (name, key)).collect();
        assert_eq!(
            names,
            [
                ("ann at ghe.example".to_owned(), false),
                ("ann at github.com".to_owned(), true),
                ("bob at github.com".to_owned(), true)
            ]
        );
        let elsewhere = &found[0].what;
        assert!(matches!(elsewhere, What::Not { hint, .. } if hint.contains("--hostname ghe.example | ")));
        let old = of_github_cli(file("github.com:\n    user: ann\n    git_protocol: https\n").path()).unwrap();
        assert!(matches!(old[0].what, What::Not { .. }));
        let Err(error) = of_github_cli(file("github.com: [canary\n").path()) else { panic!("it was read") };
        assert!(!error.to_string().contains("canary"), "{error}");
    }

    #[test]
    fn of_google_only_a_service_account_can_be_brought_over() {
        let found = |kind: &str| {
            of_google(file(&format!("{{\"type\":\"{kind}\",\"private_key\":\"canary\"}}")).path()).unwrap()
        };
        assert!(matches!(found("service_account")[0].what, What::KeyFile(_)));
        assert!(matches!(found("authorized_user")[0].what, What::Not { .. }));
    }
}
