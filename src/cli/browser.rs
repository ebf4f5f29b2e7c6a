//! Opens the sign-in page in the person's browser, where there is one they would see.
//!
//! What must stay true: only an address that was parsed and written anew is handed on, as one argument and never through
//! a shell (CVE-2025-6514 was an authorization URL that reached one); and only where a person sits at this terminal.
use super::settings::Settings;
use super::ui::Ui;
use url::Url;

/// Opens the page, or says why not. Whoever calls has printed the address already.
pub(super) fn open(ui: &mut Ui, settings: &Settings, address: &Url) {
    let is_web = matches!(address.scheme(), "https" | "http");
    if !ui.is_interactive() || !settings.browser_would_be_seen || !is_web {
        return;
    }
    let mut options = webbrowser::BrowserOptions::new();
    options.with_suppress_output(true);
    if webbrowser::open_browser_with_options(webbrowser::Browser::Default, address.as_str(), &options).is_err() {
        ui.warn("no browser could be opened; open the address above yourself");
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
