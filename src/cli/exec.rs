//! `siesta exec`
//!
//! What must stay true: the child gets the token in one variable and nothing else of ours: no descriptor, no `SIESTA_…`
//! variable; no variable that a loader or a shell obeys can be named. The program becomes the child, so the child's
//! exit code is the exit code, its signals are its own, and no copy of the token stays behind in our memory.
use super::account;
use super::advice::quoted;
use super::error::Error;
use super::handover;
use super::settings::Settings;
use super::ui::Ui;
use super::unlock;
use super::vending::{Got, VendArgs};
use clap::Args;
use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

/// The exit of our own failures: none of the child's can be taken for it (cli.md, "Exit codes").
const OWN_FAILURE: u8 = 125;

/// Run a command with a short-lived access token in its environment
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta exec --connection notes --agent helper -- ./sync-notes\n  \
                        siesta exec --connection notes --env NOTES_TOKEN --agent helper --wait 10m -- ./sync-notes")]
pub(super) struct ExecArgs {
    /// Label, id, or service of a singleton
    #[arg(long, value_name = "CONNECTION")]
    connection: String,
    /// The variable that holds the token; otherwise SERVICE_TOKEN, such as GITHUB_TOKEN
    #[arg(long, value_name = "NAME", value_parser = parse_variable)]
    env: Option<String>,
    #[command(flatten)]
    vend: VendArgs,
    /// The command and its arguments, behind --
    #[arg(value_name = "COMMAND", last = true, required = true)]
    command: Vec<OsString>,
}

/// Beginnings of names that a loader, a shell, an interpreter or git obeys: whoever chooses the name would choose what
/// the child runs.
const OBEYED_BEGINNINGS: [&str; 12] =
    ["LD_", "DYLD_", "SIESTA_", "BASH_", "GIT_", "PYTHON", "PERL", "RUBY", "NODE_", "JAVA_", "MALLOC_", "GCONV_"];

/// Whole names of the same kind.
const OBEYED: [&str; 26] = [
    "PATH",
    "HOME",
    "SHELL",
    "USER",
    "LOGNAME",
    "IFS",
    "ENV",
    "PS4",
    "PS1",
    "CDPATH",
    "GLOBIGNORE",
    "SHELLOPTS",
    "BASHOPTS",
    "PROMPT_COMMAND",
    "EDITOR",
    "VISUAL",
    "PAGER",
    "BROWSER",
    "TMPDIR",
    "TERM",
    "TERMCAP",
    "TERMINFO",
    "NLSPATH",
    "LOCPATH",
    "CLASSPATH",
    "ZDOTDIR",
];

fn parse_variable(text: &str) -> Result<String, String> {
    let mut letters = text.chars();
    let is_name = letters.next().is_some_and(|first| first.is_ascii_uppercase())
        && letters.all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    if !is_name {
        return Err("a name is capital letters, digits and underscores, and begins with a letter".to_owned());
    }
    match OBEYED.contains(&text) || OBEYED_BEGINNINGS.iter().any(|beginning| text.starts_with(beginning)) {
        true => Err("a loader, a shell or an interpreter obeys this name".to_owned()),
        false => Ok(text.to_owned()),
    }
}

/// GITHUB_TOKEN for "github". A service whose name begins with a digit gets a letter before it.
fn usual_variable(service: &str) -> String {
    let name: String =
        service.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
    let name = format!("{name}_TOKEN");
    if parse_variable(&name).is_ok() { name } else { format!("ACCESS_{name}") }
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: ExecArgs) -> Result<ExitCode, Error> {
    acquired(ui, settings, args).map_err(|error| error.ending_with(OWN_FAILURE))
}

fn acquired(ui: &mut Ui, settings: &Settings, args: ExecArgs) -> Result<ExitCode, Error> {
    let Some((program, arguments)) = args.command.split_first() else {
        return Err(Error::usage("there is no command to run").hint("siesta exec … -- COMMAND"));
    };
    let siesta = unlock::open(ui, settings, "exec").map_err(|error| match error.code.as_ref() {
        // As the person types it who sits in front of sudo.
        account::NO_PROGRAM => {
            let variable = args.env.as_deref().unwrap_or("TOKEN");
            let command = args.command.iter().map(|word| quoted(&word.to_string_lossy())).collect::<Vec<_>>().join(" ");
            let (connection, agent) = (quoted(&args.connection), quoted(args.vend.agent()));
            error.hint(format!(
                "{variable}=$(sudo … siesta token {connection} --agent {agent}) {command}        (it then runs as the agent)"
            ))
        }
        _ => error,
    })?;
    let handed = match args.vend.obtain(ui, settings, &siesta, &args.connection)? {
        Got::Token(handed) => handed,
        // What the decision was has been said; the code says only that the child did not run.
        Got::Nothing(_) => return Ok(ExitCode::from(OWN_FAILURE)),
    };
    let variable = args.env.unwrap_or_else(|| usual_variable(&handed.service));
    let mut command = Command::new(program);
    command.args(arguments);
    for name in &settings.withheld {
        command.env_remove(name);
    }
    handover::give(&mut command, &variable, &handed);
    // The store is closed and the key wiped before anything else runs under this process.
    drop(siesta);
    let refused = command.exec();
    Err(Error::new(super::exit::Exit::Failure, format!("{} cannot be run", program.to_string_lossy()))
        .cause(refused.kind())
        .hint(format!("command -v {}", program.to_string_lossy())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_that_something_obeys_cannot_be_named() {
        for name in ["NOTES_TOKEN", "GITHUB_TOKEN", "A", "X1_"] {
            assert!(parse_variable(name).is_ok(), "{name}");
        }
        for name in
            ["", "notes", "1A", "A-B", "_A", "PATH", "LD_PRELOAD", "BASH_ENV", "SIESTA_ACTOR", "PYTHONPATH", "IFS"]
        {
            assert!(parse_variable(name).is_err(), "{name}");
        }
        assert_eq!(usual_variable("github"), "GITHUB_TOKEN");
        assert_eq!(usual_variable("rest-api"), "REST_API_TOKEN");
        assert_eq!(usual_variable("1password"), "ACCESS_1PASSWORD_TOKEN");
    }
}
