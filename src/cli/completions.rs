//! `siesta completions SHELL`
use super::error::Error;
use super::generate;
use super::ui::Ui;
use clap::Args;
use clap_complete::Shell;

/// Print the completion script of a shell
///
/// In bash, zsh and fish it completes the names of the store too: connections, their functions, agents, users, teams and
/// waiting executions. `siesta help security` says where these come from, and how to have none kept.
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta completions bash > ~/.local/share/bash-completion/completions/siesta\n  \
                        siesta completions zsh > ~/.zfunc/_siesta\n  \
                        siesta completions fish > ~/.config/fish/completions/siesta.fish"
)]
pub(super) struct CompletionsArgs {
    /// The shell that is to complete
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(ui: &mut Ui, args: CompletionsArgs) -> Result<(), Error> {
    ui.bytes(&generate::completion(super::command(), args.shell))
}
