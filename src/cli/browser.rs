//! Opens the sign-in page in the person's browser, where there is one they would see.
//!
//! What must stay true: only an address that was parsed and written anew is handed on, as one argument and never through
//! a shell (CVE-2025-6514 was an authorization URL that reached one); only where a person sits at this terminal; and the
//! browser gets nothing of that terminal: no stream, and not the Ctrl-C that ends the sign-in. A text browser would need
//! the terminal and cannot show what providers show, so none is ever opened.
use super::settings::Settings;
use super::ui::Ui;
use std::path::Path;
use std::process::{Command, Stdio};
use url::Url;

/// A program that shows a page, with its arguments: the address goes where `%s` stands, or behind them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opener(Vec<String>);

const TEXT_BROWSERS: [&str; 8] = ["browsh", "elinks", "links", "links2", "lynx", "netrik", "w3m", "www-browser"];

/// Opens the page, or says why not. Whoever calls has printed the address already.
pub(super) fn open(ui: &mut Ui, settings: &Settings, address: &Url) {
    let is_web = matches!(address.scheme(), "https" | "http");
    if !ui.is_interactive() || !settings.browser_would_be_seen || !is_web {
        return;
    }
    let usual = usual();
    // Whoever names a browser wants that one and no other.
    let openers = if settings.browsers.is_empty() { &usual } else { &settings.browsers };
    if !openers.iter().any(|opener| opener.start(address).is_ok()) {
        ui.warn("no browser could be opened; open the address above yourself");
    }
}

/// The browsers that `$BROWSER` names: several are separated by colons, and each may have arguments.
pub(super) fn named(variable: &str) -> Vec<Opener> {
    let words = |line: &str| line.split_ascii_whitespace().map(str::to_owned).collect::<Vec<_>>();
    variable
        .split(':')
        .map(words)
        .filter(|words| words.first().is_some_and(|name| !is_text(name)))
        .map(Opener)
        .collect()
}

fn usual() -> Vec<Opener> {
    let lines: &[&str] = match cfg!(target_os = "macos") {
        true => &["open"],
        false => &["xdg-open", "gio open", "wslview", "x-www-browser"],
    };
    lines.iter().flat_map(|line| named(line)).collect()
}

fn is_text(program: &str) -> bool {
    let name = Path::new(program).file_name().and_then(|name| name.to_str()).unwrap_or_default();
    TEXT_BROWSERS.contains(&name)
}

impl Opener {
    fn start(&self, address: &Url) -> std::io::Result<()> {
        let arguments = self.arguments(address);
        let Some((program, arguments)) = arguments.split_first() else { return Ok(()) };
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.spawn().map(drop)
    }

    fn arguments(&self, address: &Url) -> Vec<String> {
        let mut words: Vec<String> = self.0.iter().map(|word| word.replace("%s", address.as_str())).collect();
        if words == self.0 {
            words.push(address.as_str().to_owned());
        }
        words
    }
}

/// What ssh on another machine may know this one by.
pub(super) fn name_of_this_machine() -> String {
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    match name.is_empty() || name.starts_with('-') {
        true => "this-machine".to_owned(),
        false => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(variable: &str) -> Vec<Vec<String>> {
        let address = Url::parse("https://auth.example/a?b=$(touch%20x);'c'&d=%s").unwrap();
        named(variable).iter().map(|opener| opener.arguments(&address)).collect()
    }

    #[test]
    fn the_address_is_one_argument_of_the_browser_that_is_named() {
        let address = "https://auth.example/a?b=$(touch%20x);%27c%27&d=%s";
        assert_eq!(arguments("firefox"), [["firefox", address]]);
        assert_eq!(
            arguments("chromium --app=%s --new-window"),
            [["chromium", &format!("--app={address}"), "--new-window"]]
        );
        assert_eq!(
            arguments("firefox -P work:/opt/b"),
            [vec!["firefox", "-P", "work", address], vec!["/opt/b", address]]
        );
    }

    #[test]
    fn a_text_browser_is_never_one() {
        assert!(named("w3m:/usr/bin/lynx -nopause:  :links2").is_empty());
        assert_eq!(named("lynx:firefox").len(), 1);
        assert!(!usual().is_empty());
    }
}
