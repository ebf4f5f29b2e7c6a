//! The part of a sign-in that people see: the address, the wait, and what came of it.
use super::{one, restricted};
use crate::cli::advice::quoted;
use crate::cli::browser;
use crate::cli::error::Error;
use crate::cli::format::Format;
use crate::cli::process;
use crate::cli::settings::Settings;
use crate::cli::span;
use crate::cli::table::Cell;
use crate::cli::ui::Ui;
use crate::ops::connections::{self, DeviceShown, Finished, PendingAdd, Way};
use crate::ops::{self, Kind, Siesta};
use crate::view::connection::PendingView;
use clap::Args;
use std::io::{BufRead, Read};
use std::time::Duration;

/// How the browser comes into it.
#[derive(Debug, Args)]
#[command(next_help_heading = "Signing in")]
pub(super) struct BrowserArgs {
    /// Print the address only, with the ssh line that leads a browser elsewhere back here
    #[arg(long)]
    no_browser: bool,
    /// Sign in by typing a code on another device
    #[arg(long, conflicts_with_all = ["paste", "begin", "callback_port"])]
    device: bool,
    /// Do not listen: ask for the address the browser was sent to, or read it from stdin
    #[arg(long, conflicts_with = "begin")]
    paste: bool,
    /// Only begin: print the address and an id for `siesta add --finish`, which another process may run
    #[arg(long)]
    begin: bool,
    /// Listen for the browser on this port of the loopback address
    #[arg(long, value_name = "PORT")]
    pub callback_port: Option<u16>,
    /// Give up when there is no answer by then; 5m, or as long as the code of --device lives, unless given
    #[arg(long, value_name = "DURATION", value_parser = span::parse_duration)]
    timeout: Option<Duration>,
}

/// What a person takes to sign in on a page that is open already; the pending row lives as long.
const USUAL_TIMEOUT: Duration = Duration::from_secs(300);
/// Mistakes of the clipboard that are forgiven before the command ends.
const PASTE_TRIES: usize = 3;
/// Longer than any redirect; what is longer is a file by mistake.
const LONGEST_PASTE: u64 = 64 * 1024;

impl BrowserArgs {
    /// Whether something was said about how to sign in.
    pub(super) fn is_given(&self) -> bool {
        self.no_browser || self.device || self.paste || self.begin || self.callback_port.is_some()
    }

    pub(super) fn way(&self, settings: &Settings) -> Way {
        match () {
            () if self.device => Way::Device,
            () if self.paste || self.begin => Way::Paste,
            () if self.no_browser || !settings.browser_would_be_seen => Way::Tunnel,
            () => Way::Browser,
        }
    }
}

/// Shows where to sign in and waits for the answer. None: it was only to begin.
pub(super) fn finish(
    ui: &mut Ui,
    settings: &Settings,
    siesta: &Siesta,
    pending: PendingAdd,
    args: &BrowserArgs,
) -> Result<Option<Finished>, Error> {
    say_what_is_new(ui, &pending);
    let device = pending.device();
    let view = PendingView {
        pending_connection_id: pending.id.to_string(),
        authorization_url: pending.authorization_url.to_string(),
        user_code: device.as_ref().map(|device| device.user_code.clone()),
    };
    if args.begin {
        return begun(ui, &view).map(|()| None);
    }
    // Before anybody is told of it: whoever presses Ctrl-C from here on leaves nothing behind.
    let stops = process::StopsByItself::begin();
    if ui.format() == Format::Jsonl {
        ui.json_line(&view)?;
    }
    if let Some(device) = device {
        return on_device(ui, siesta, &pending, &device, args.timeout).map(Some);
    }
    // Said even under --quiet: without it nobody could go on.
    ui.must_say(&format!("sign in at {} with your browser:", pending.host));
    ui.must_say(pending.authorization_url.as_str());
    if args.paste {
        // Stands in a question, which nothing but the end of the process ends; the pending row stays for --finish.
        drop(stops);
        return finish_with_pasted(ui, siesta, &pending.id.to_string()).map(Some);
    }
    match args.way(settings) {
        Way::Tunnel => offer_tunnel(ui, &pending),
        Way::Browser | Way::Paste | Way::Device => browser::open(ui, settings, &pending.authorization_url),
    }
    let spinner = ui.spinner("waiting for the browser");
    let timeout = args.timeout.unwrap_or(USUAL_TIMEOUT);
    let finished = process::interruptible(|cancelled| connections::finish_add(siesta, pending, timeout, cancelled));
    drop(spinner);
    Ok(Some(finished.ok_or_else(Error::interrupted)??))
}

/// What somebody who is about to consent should know: scopes that are asked for anew, and hosts they will not see.
fn say_what_is_new(ui: &mut Ui, pending: &PendingAdd) {
    let needed = &pending.needed;
    if !needed.scopes.is_empty() {
        ui.say(&format!("asked for too, because functions that are assigned need it: {}", needed.scopes.join(" ")));
    }
    if !needed.for_administrators.is_empty() {
        ui.warn(&format!(
            "not asked for, because only an administrator there can consent: {}; with --add-scope it is",
            needed.for_administrators.join(" ")
        ));
    }
    let hosts = pending.other_hosts();
    if pending.is_described_by_itself() && !hosts.is_empty() {
        ui.warn(&format!("what comes of it goes to another host than you sign in at: {}", hosts.join(", ")));
    }
}

fn begun(ui: &mut Ui, view: &PendingView) -> Result<(), Error> {
    let fields = [
        ("pending connection", Cell::text(view.pending_connection_id.clone())),
        ("authorization URL", Cell::text(view.authorization_url.clone())),
    ];
    ui.record(view, &fields)?;
    if !ui.is_json() {
        ui.hint(&format!(
            "sign in there within 5 minutes, copy the whole address the browser ends at, then \
             siesta add --finish {} 'ADDRESS'",
            view.pending_connection_id
        ));
    }
    Ok(())
}

fn on_device(
    ui: &mut Ui,
    siesta: &Siesta,
    pending: &PendingAdd,
    device: &DeviceShown,
    timeout: Option<Duration>,
) -> Result<Finished, Error> {
    ui.must_say(&format!("on any device, open {}", device.verification_url));
    ui.must_say(&format!("and enter the code  {}", device.user_code));
    if let Some(complete) = &device.complete_url {
        ui.must_say(&format!("or open {complete}"));
    }
    ui.warn("enter this code only if you started this sign-in yourself; nobody else may ask you to");
    let spinner = ui.spinner("waiting for the other device");
    let limit = timeout.unwrap_or(device.expires_in);
    let finished = process::interruptible(|cancelled| connections::finish_device(siesta, pending, limit, cancelled));
    drop(spinner);
    Ok(finished.ok_or_else(Error::interrupted)??)
}

/// What to do where no browser of this machine is seen by anybody.
fn offer_tunnel(ui: &mut Ui, pending: &PendingAdd) {
    let Some(port) = pending.port() else { return };
    let host = quoted(&browser::name_of_this_machine());
    ui.must_say("a browser on another machine comes back through a tunnel; there, type first:");
    ui.must_say(&format!("ssh -L {port}:127.0.0.1:{port} {host}"));
    let device = if pending.offers_device() { ", or with --device to type a code elsewhere" } else { "" };
    ui.must_say(&format!("or start over with --paste to copy the address back by hand{device}"));
}

/// Asks for the address the browser was sent to (a line of stdin where that is no terminal), and finishes with it.
pub(super) fn finish_with_pasted(ui: &mut Ui, siesta: &Siesta, pending: &str) -> Result<Finished, Error> {
    if !ui.stdin_is_terminal() {
        return Ok(connections::finish_pasted(siesta, pending, &line_of_stdin()?)?);
    }
    ui.must_say("the browser ends at a page that cannot be opened; copy its whole address from the address bar");
    let mut tries = 1;
    loop {
        let typed = ui.ask("address", "--paste with the address on stdin", None)?;
        match connections::finish_pasted(siesta, pending, &typed) {
            Err(ops::Error { kind: Kind::NotTheRedirect { what, redirect_uri }, .. }) if tries < PASTE_TRIES => {
                ui.warn(&format!("{what}; it begins with {redirect_uri} and holds code= and state="));
                tries += 1;
            }
            other => return Ok(other?),
        }
    }
}

fn line_of_stdin() -> Result<String, Error> {
    let mut line = String::new();
    std::io::stdin().lock().take(LONGEST_PASTE).read_line(&mut line)?;
    match line.trim() {
        "" => Err(Error::usage("stdin ended without the address the browser was sent to")
            .code("input-needed")
            .hint("write it to stdin as one line, or use --begin and then siesta add --finish PENDING URL")),
        line => Ok(line.to_owned()),
    }
}

/// Two connections to one account are rarely meant, and revoking one may end the other.
pub(super) fn same_account(twin: &str) -> String {
    format!("connection \"{twin}\" is to the same account; both work")
}

/// Says whose account was connected, and what is not as one would wish.
pub(super) fn report(ui: &mut Ui, finished: &Finished) -> Result<(), Error> {
    let connection = &finished.listed.connection;
    let account = finished.account.as_ref().map(|account| format!(" as {account}")).unwrap_or_default();
    let verb = if finished.again { "authorised again:" } else { "connected" };
    let words = format!("{verb} \"{}\"{account} ({})", connection.label, connection.provider);
    match ui.format() {
        Format::Jsonl => ui.json_line(&one(&finished.listed))?,
        _ => ui.done(&one(&finished.listed), &words)?,
    }
    if let Some(twin) = &finished.twin {
        ui.warn(&same_account(twin));
    }
    if let Some(said) = &finished.restricted {
        ui.warn(&restricted(Some(said)));
    }
    if finished.account.is_none() {
        ui.warn("the server does not say whose account it is; look there if it should be a certain one");
    }
    if !finished.missing_scopes.is_empty() {
        ui.warn(&format!("not granted: {}", finished.missing_scopes.join(" ")));
    }
    if finished.no_refresh_token {
        let until = finished.listed.expires_at.map(|at| format!(" at {at}")).unwrap_or_default();
        let usual = "ask for the scope offline_access if it has one";
        ui.warn(&format!(
            "the server gave no refresh token: a new sign-in is needed when the access token expires{until}; {}",
            finished.no_refresh_why.as_deref().unwrap_or(usual)
        ));
    }
    Ok(())
}
