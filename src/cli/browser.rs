//! Opens the sign-in page in the person's browser, where there is one they would see.
//!
//! What must stay true: only an address that was parsed and written anew is handed on, as one argument and never through
//! a shell (CVE-2025-6514 was an authorization URL that reached one); and only where a person sits at this terminal.
//! The opener gets nothing of ours: no stream, no terminal (a group of its own: Ctrl-C here is not meant for it), no
//! variable that holds a credential. A text browser is never started: it would draw over the command that waits for it.
use super::settings::Settings;
use super::ui::Ui;
use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use url::Url;

/// What opens a page where `BROWSER` names nothing, the usual one first. The address becomes the last argument.
#[cfg(target_os = "macos")]
const OPENERS: [&[&str]; 1] = [&["open"]];
#[cfg(not(target_os = "macos"))]
const OPENERS: [&[&str]; 5] = [
    &["xdg-open"],
    &["gio", "open"],
    &["wslview"],
    &["rundll32.exe", "url.dll,FileProtocolHandler"],
    &["x-www-browser"],
];

/// Browsers that draw in a terminal.
const TEXT_BROWSERS: [&str; 10] =
    ["w3m", "lynx", "links", "links2", "elinks", "browsh", "carbonyl", "chawan", "netrik", "www-browser"];

/// How the person's browser is started.
#[derive(Debug, Clone, Default)]
pub struct Opener {
    /// As `BROWSER` has it: command lines with `:` between them, `%s` for the address.
    pub browser: Option<String>,
    /// Where programs are looked for.
    pub path: Option<OsString>,
    /// Variables that the browser does not get.
    pub withheld: Vec<OsString>,
}

/// Opens the page, or says why not. Whoever calls has printed the address already.
pub(super) fn open(ui: &mut Ui, settings: &Settings, address: &Url) {
    let is_web = matches!(address.scheme(), "https" | "http");
    if !ui.is_interactive() || !settings.browser_would_be_seen || !is_web {
        return;
    }
    let lines = lines(settings.opener.browser.as_deref(), address.as_str());
    if !lines.iter().any(|line| start(line, &settings.opener)) {
        ui.warn("no browser could be opened; open the address above yourself");
    }
}

/// What may be tried, one after the other. `BROWSER` is a word of the person's: what it does not name is not tried.
fn lines(browser: Option<&str>, address: &str) -> Vec<Vec<String>> {
    match browser {
        Some(browser) => browser.split(':').filter_map(|line| named(line, address)).collect(),
        None => {
            let with_address =
                |words: &&[&str]| words.iter().map(|word| (*word).to_owned()).chain([address.to_owned()]).collect();
            OPENERS.iter().map(with_address).collect()
        }
    }
}

/// Whether `BROWSER` names something with a window of its own.
pub(super) fn is_graphical(browser: &str) -> bool {
    let programs = browser.split(':').filter_map(|line| shell_words::split(line).ok()?.into_iter().next());
    programs.into_iter().any(|program| !is_text(Path::new(&program)))
}

fn is_text(program: &Path) -> bool {
    program.file_name().is_some_and(|name| TEXT_BROWSERS.iter().any(|text| name == *text))
}

/// A command line of `BROWSER`. The address takes the place of `%s` inside a word, so it never becomes two of them.
fn named(line: &str, address: &str) -> Option<Vec<String>> {
    let mut words: Vec<String> = shell_words::split(line).ok()?;
    let is_placed = words.iter().skip(1).any(|word| word.contains("%s"));
    for word in words.iter_mut().skip(1) {
        *word = word.replace("%s", address);
    }
    if !is_placed {
        words.push(address.to_owned());
    }
    (words.len() > 1).then_some(words)
}

/// Whether the program was started. It is not waited for: a browser that was not running stays for hours.
fn start(words: &[String], opener: &Opener) -> bool {
    let Some((program, arguments)) = words.split_first() else { return false };
    let Some(program) = find(program, opener) else { return false };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    for name in &opener.withheld {
        command.env_remove(name);
    }
    command.spawn().is_ok()
}

/// Where the program is; none when it is not there, or is one that draws in a terminal under whatever name.
fn find(program: &str, opener: &Opener) -> Option<std::path::PathBuf> {
    let candidates: Vec<std::path::PathBuf> = match program.contains('/') {
        true => vec![program.into()],
        false => std::env::split_paths(opener.path.as_deref()?).map(|dir| dir.join(program)).collect(),
    };
    let found = candidates.into_iter().find(|path| path.is_file())?;
    // `x-www-browser` and `sensible-browser` are links to whatever is installed.
    let real = std::fs::canonicalize(&found).ok()?;
    (!is_text(&found) && !is_text(&real)).then_some(found)
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

    const ADDRESS: &str = "https://auth.example.com/authorize?a=1&b=$(id);c='d'";

    #[test]
    fn the_address_is_one_argument_wherever_it_stands() {
        assert_eq!(named("firefox", ADDRESS).unwrap(), ["firefox", ADDRESS]);
        assert_eq!(named("firefox --new-window", ADDRESS).unwrap(), ["firefox", "--new-window", ADDRESS]);
        assert_eq!(named("run --url=%s x", ADDRESS).unwrap(), ["run", &format!("--url={ADDRESS}"), "x"]);
        assert_eq!(named("'/a path/b'", ADDRESS).unwrap(), ["/a path/b", ADDRESS]);
        assert_eq!(named("%s", ADDRESS).unwrap(), ["%s", ADDRESS], "the address is never the program");
        assert_eq!(named("'unclosed", ADDRESS), None);
        assert_eq!(lines(Some("a:b %s:"), "u"), [["a", "u"], ["b", "u"]]);
    }

    #[test]
    fn a_text_browser_alone_is_no_screen() {
        for (browser, expected) in [("w3m", false), ("/usr/bin/lynx -x", false), ("w3m:firefox", true), ("", false)] {
            assert_eq!(is_graphical(browser), expected, "{browser}");
        }
    }

    #[test]
    fn a_text_browser_is_not_found_under_any_name() {
        let temp = tempfile::tempdir().unwrap();
        for name in ["lynx", "firefox"] {
            std::fs::write(temp.path().join(name), "").unwrap();
        }
        std::os::unix::fs::symlink(temp.path().join("lynx"), temp.path().join("x-www-browser")).unwrap();
        let opener = Opener { path: Some(temp.path().into()), ..Opener::default() };
        assert!(find("firefox", &opener).is_some());
        for name in ["lynx", "x-www-browser", "no-such-browser"] {
            assert_eq!(find(name, &opener), None, "{name}");
            assert_eq!(find(temp.path().join(name).to_str().unwrap(), &opener), None, "{name}");
        }
    }
}
