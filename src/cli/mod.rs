//! The terminal: the only place that knows commands, flags, prompts, tables and exit codes.
//!
//! What must stay true: the words typed are the path. `siesta audit verify` is `cli/audit/verify.rs`, which holds its
//! `VerifyArgs` and its `run` and nothing else; the verbs of the main noun, connections, are in `cli/connections/`.
//! A leaf does three things: arguments to a request, one call to `ops`, the result to a view and some words. An `if`
//! that another front end would need too belongs in `ops`. Nothing here names `store`, `oauth` or `provider`.
//!
//! To add a leaf: its file, a line in the enum of its noun (or [`Command`]), a match arm in [`Command::run`] with the
//! same name; then `cargo run --example generate` for completions and man pages.
mod access;
mod account;
mod acting;
mod advice;
mod agent;
mod app;
mod apply;
mod attention;
mod audit;
pub mod browser;
mod call;
mod catalog;
pub mod clock;
pub mod colour;
mod columns;
mod complete;
mod completions;
mod config_file;
mod connections;
mod declared;
mod delivery;
mod diagnosis;
mod doctor;
pub mod environment;
pub mod error;
mod exec;
mod executions;
pub mod exit;
mod explain;
mod export;
mod fold;
pub mod format;
mod freeze;
mod functions;
pub mod generate;
mod glimpse;
mod governance;
pub mod handover;
mod harmless;
pub mod help;
mod import;
mod init;
mod limits;
pub mod log;
mod man;
mod manifest;
mod narrator;
mod network;
mod new_file;
mod next;
mod notify;
mod on_behalf;
mod org;
mod out_file;
mod outcome;
mod overview;
mod page_file;
mod panic;
mod plan;
mod policy;
mod process;
mod progress;
mod prompt;
mod public_input;
mod raw;
mod refusal;
mod remedy;
mod request;
mod schema;
mod secret_guard;
pub mod secret_input;
pub mod settings;
mod span;
mod status;
mod store;
pub mod table;
mod team;
pub mod token;
mod ui;
mod unfreeze;
mod unlock;
mod unread;
mod usage;
mod user;
mod vending;
mod withheld;

use clap::error::ErrorKind;
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};
use clock::SystemClock;
use environment::Environment;
use error::Error;
use exit::Exit;
use glimpse::Glimpse;
use settings::{GlobalArgs, Settings};
use std::ffi::OsString;
use std::process::ExitCode;
use ui::Ui;

use crate::model::time::Clock;

/// Connections to outside services for AI agents: connect, govern, limit, use, prove
#[derive(Debug, Parser)]
#[command(
    name = "siesta",
    version,
    disable_help_subcommand = true,
    before_long_help = "Examples:\n  siesta init --org Acme\n  siesta add openai research --secret-stdin\n  siesta list",
    after_long_help = help::topics_overview(),
)]
struct Cli {
    #[command(flatten)]
    global: GlobalArgs,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    // In the order of the grammar.
    Init(init::InitArgs),
    Status(status::StatusArgs),
    Doctor(doctor::DoctorArgs),
    // Boxed: its flags are several times those of any other command.
    Add(Box<connections::add::AddArgs>),
    List(connections::list::ListArgs),
    Show(connections::show::ShowArgs),
    Test(connections::test::TestArgs),
    Edit(connections::edit::EditArgs),
    Rename(connections::rename::RenameArgs),
    Reauth(connections::reauth::ReauthArgs),
    Refresh(connections::refresh::RefreshArgs),
    Rotate(connections::rotate::RotateArgs),
    Revoke(connections::revoke::RevokeArgs),
    Grant(connections::grant::GrantArgs),
    Ungrant(connections::ungrant::UngrantArgs),
    Assign(connections::assign::AssignArgs),
    Unassign(connections::unassign::UnassignArgs),
    Functions(functions::FunctionsArgs),
    Catalog(catalog::CatalogArgs),
    App(app::AppArgs),
    Governance(governance::GovernanceArgs),
    Policy(policy::PolicyArgs),
    Explain(explain::ExplainArgs),
    Access(access::AccessArgs),
    Export(export::ExportArgs),
    Plan(plan::PlanArgs),
    Apply(apply::ApplyArgs),
    Freeze(freeze::FreezeArgs),
    Unfreeze(unfreeze::UnfreezeArgs),
    Panic(panic::PanicArgs),
    Call(call::CallArgs),
    Request(request::RequestArgs),
    Token(token::TokenArgs),
    Exec(exec::ExecArgs),
    Executions(executions::ExecutionsArgs),
    Limits(limits::LimitsArgs),
    Usage(usage::UsageArgs),
    Audit(audit::AuditArgs),
    User(user::UserArgs),
    Team(team::TeamArgs),
    Agent(agent::AgentArgs),
    Org(org::OrgArgs),
    Store(store::StoreArgs),
    Manifest(manifest::ManifestArgs),
    Overview(overview::OverviewArgs),
    Import(import::ImportArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
    Help(help::HelpArgs),
}

impl Command {
    /// What works without settings, and so also beside a config.toml that cannot be read; the rest is handed back.
    fn run_without_settings(self, ui: &mut Ui) -> Result<Result<ExitCode, Command>, Error> {
        Ok(Ok(match self {
            Command::Completions(args) => completions::run(ui, args).map(done)?,
            Command::Man(args) => man::run(ui, args).map(done)?,
            Command::Help(args) => help::run(ui, args).map(done)?,
            other => return Ok(Err(other)),
        }))
    }

    /// The one place that goes from a command to its file.
    fn run(self, ui: &mut Ui, settings: &Settings) -> Result<ExitCode, Error> {
        match self {
            Command::Init(args) => init::run(ui, settings, args).map(done),
            Command::Status(args) => status::run(ui, settings, args).map(done),
            Command::Doctor(args) => doctor::run(ui, settings, args).map(Into::into),
            Command::Add(args) => connections::add::run(ui, settings, *args).map(done),
            Command::List(args) => connections::list::run(ui, settings, args).map(done),
            Command::Show(args) => connections::show::run(ui, settings, args).map(done),
            Command::Test(args) => connections::test::run(ui, settings, args).map(Into::into),
            Command::Edit(args) => connections::edit::run(ui, settings, args).map(done),
            Command::Rename(args) => connections::rename::run(ui, settings, args).map(done),
            Command::Reauth(args) => connections::reauth::run(ui, settings, args).map(done),
            Command::Refresh(args) => connections::refresh::run(ui, settings, args).map(Into::into),
            Command::Rotate(args) => connections::rotate::run(ui, settings, args).map(done),
            Command::Revoke(args) => connections::revoke::run(ui, settings, args).map(Into::into),
            Command::Grant(args) => connections::grant::run(ui, settings, args).map(done),
            Command::Ungrant(args) => connections::ungrant::run(ui, settings, args).map(done),
            Command::Assign(args) => connections::assign::run(ui, settings, args).map(done),
            Command::Unassign(args) => connections::unassign::run(ui, settings, args).map(done),
            Command::Functions(args) => functions::run(ui, settings, args).map(done),
            Command::App(args) => app::run(ui, settings, args).map(done),
            Command::Governance(args) => governance::run(ui, settings, args).map(done),
            Command::Policy(args) => policy::run(ui, settings, args).map(Into::into),
            Command::Access(args) => access::run(ui, settings, args).map(done),
            Command::Export(args) => export::run(ui, settings, args).map(done),
            Command::Plan(args) => plan::run(ui, settings, args).map(Into::into),
            Command::Apply(args) => apply::run(ui, settings, args).map(Into::into),
            Command::Freeze(args) => freeze::run(ui, settings, args).map(done),
            Command::Unfreeze(args) => unfreeze::run(ui, settings, args).map(done),
            Command::Panic(args) => panic::run(ui, settings, args).map(Into::into),
            Command::Explain(args) => explain::run(ui, settings, args).map(done),
            Command::Call(args) => call::run(ui, settings, args).map(Into::into),
            Command::Request(args) => request::run(ui, settings, args).map(Into::into),
            Command::Token(args) => token::run(ui, settings, args).map(Into::into),
            Command::Exec(args) => exec::run(ui, settings, args),
            Command::Executions(args) => executions::run(ui, settings, args).map(Into::into),
            Command::Limits(args) => limits::run(ui, settings, args).map(Into::into),
            Command::Usage(args) => usage::run(ui, settings, args).map(Into::into),
            Command::Audit(args) => audit::run(ui, settings, args).map(Into::into),
            Command::User(args) => user::run(ui, settings, args).map(done),
            Command::Team(args) => team::run(ui, settings, args).map(done),
            Command::Agent(args) => agent::run(ui, settings, args).map(done),
            Command::Org(args) => org::run(ui, settings, args).map(done),
            Command::Store(args) => store::run(ui, settings, args).map(Into::into),
            Command::Manifest(args) => manifest::run(ui, args).map(Into::into),
            Command::Overview(args) => overview::run(ui, settings, &args).map(done),
            Command::Import(args) => import::run(ui, settings, args).map(Into::into),
            Command::Catalog(args) => catalog::run(ui, settings, args).map(done),
            Command::Completions(args) => completions::run(ui, args).map(done),
            Command::Man(args) => man::run(ui, args).map(done),
            Command::Help(args) => help::run(ui, args).map(done),
        }
    }
}

/// For leaves that either work or fail. Those with more ways to end return an [`Exit`], `exec` its child's code.
fn done((): ()) -> ExitCode {
    Exit::Ok.into()
}

/// The whole tree, for completions, man pages, help and the tests that read them.
pub fn command() -> clap::Command {
    Cli::command()
}

/// The program: arguments in, one exit code out.
pub fn main() -> ExitCode {
    process::keep_memory_private();
    process::keep_descriptors_private();
    process::note_panics();
    let environment = Environment::of_this_process();
    process::end_cleanly_on_interrupt(environment.is_dumb_terminal);
    #[cfg(debug_assertions)]
    if let Some(number) = environment.panic_at_secret {
        crate::model::forced_panic::at(number);
    }
    #[cfg(debug_assertions)]
    if let Some(seconds) = environment.clock_ahead {
        clock::set_ahead(seconds);
    }
    let args: Vec<OsString> = std::env::args_os().collect();
    // Before the line is looked at for secrets and understood: this one is about another line, and always succeeds.
    if complete::answered(&args, &environment) {
        return done(());
    }
    let mut ui = Ui::for_line(Glimpse::of(&args, &environment), &environment, SystemClock.now());
    match process::catching_bugs(|| run(&mut ui, &args, &environment)) {
        Ok(code) => {
            ui.note("end");
            code
        }
        Err(error) => {
            let error = ui.with_its_store(refusal::with_help(error, &args));
            ui.error(&error);
            ui.note(&format!("end with exit code {}", error.exit.code()));
            if error.exit == Exit::Interrupted {
                process::leave_the_end_to_the_handler();
                process::end_as_terminated();
            }
            error.exit_code()
        }
    }
}

fn run(ui: &mut Ui, args: &[OsString], environment: &Environment) -> Result<ExitCode, Error> {
    secret_guard::check(args)?;
    let mut tree = command();
    let parsed = tree.try_get_matches_from_mut(args);
    let names_file = |matches: &ArgMatches| account::names_file(&command(), matches);
    let cli = parsed.and_then(|matches| {
        let cli = Cli::from_arg_matches(&matches).map_err(|refusal| refusal.format(&mut tree))?;
        Ok((cli, environment.sudo.as_ref().and_then(|_| names_file(&matches)), matches))
    });
    let (cli, names_file, matches) = match cli {
        Ok(cli) => cli,
        Err(answer) if matches!(answer.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            return ui.styled(&answer.render()).map(done);
        }
        Err(refusal) => return Err(refusal::error(&refusal, args)),
    };
    let leaf = account::leaf(&matches);
    account::must_not_write_with_lent_rights(&leaf, names_file.as_deref())?;
    let command = match cli.command {
        Some(command) => match command.run_without_settings(ui)? {
            Ok(code) => return Ok(code),
            Err(command) => command,
        },
        None => {
            let settings = Settings::resolve(&cli.global, environment)?;
            ui.adopt(&settings, environment);
            ui.log_to(&settings, "")?;
            return status::bare(ui, &settings).map(done);
        }
    };
    let files = names_file.is_some();
    let settings = Settings { names_file, ..Settings::resolve(&cli.global, environment)? };
    ui.adopt(&settings, environment);
    ui.log_to(&settings, &leaf)?;
    if files {
        // Under sudo, before any file is opened with rights that the caller has not.
        unlock::open_silently(ui, &settings, &leaf)?;
    }
    let code = command.run(ui, &settings)?;
    next::say(ui, &leaf, &matches);
    Ok(code)
}

/// The known name that was probably meant. A suggestion only; nothing ever runs on a guess.
pub(crate) fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A third of the letters wrong is a typo; more is another word.
    let allowed = (typed.chars().count() / 3).max(1);
    let distances = known.into_iter().map(|name| (strsim::damerau_levenshtein(typed, name), name));
    distances.filter(|(distance, _)| *distance <= allowed).min().map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_sound() {
        command().debug_assert();
    }

    #[test]
    fn a_typo_finds_its_word_and_another_word_finds_none() {
        let known = ["google-gmail", "openai", "slack"];
        assert_eq!(nearest("opnai", known), Some("openai"));
        assert_eq!(nearest("google-gmial", known), Some("google-gmail"));
        assert_eq!(nearest("telegram", known), None);
    }
}
