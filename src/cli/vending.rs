//! What `token` and `exec` have in common: asking for a token, and waiting for a person where one is wanted.
use super::acting::{WaitArgs, announce};
use super::error::Error;
use super::exit::Exit;
use super::notify;
use super::on_behalf::OnBehalfArgs;
use super::outcome::{self, Said};
use super::settings::Settings;
use super::ui::Ui;
use crate::model::facts::Operation;
use crate::model::policy::Flow;
use crate::ops::Siesta;
use crate::ops::calls::{self, Asked, CallOutcome, CallRequest, Handed, Vended};
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct VendArgs {
    #[command(flatten)]
    on_behalf: OnBehalfArgs,
    #[command(flatten)]
    waiting: WaitArgs,
    /// Use the approval given to this execution
    #[arg(long, value_name = "EXECUTION")]
    approval: Option<String>,
}

/// A token, or the exit of a decision that has been said.
pub(super) enum Got {
    Token(Box<Handed>),
    Nothing(Exit),
}

impl VendArgs {
    /// The agent that asks.
    pub fn agent(&self) -> &str {
        &self.on_behalf.agent
    }

    /// Asks for a token of a connection.
    pub fn obtain(self, ui: &mut Ui, settings: &Settings, siesta: &Siesta, connection: &str) -> Result<Got, Error> {
        let asked = Asked {
            agent: self.on_behalf.agent,
            user: self.on_behalf.user,
            team: self.on_behalf.team,
            connection: connection.to_owned(),
            operation: Operation::Token,
            flow: Flow::Vend,
            approval: self.approval,
        };
        let request = CallRequest { asked, conversation: None };
        let vended = calls::vend(siesta, &request)?;
        if let Vended::No(CallOutcome::AwaitingApproval { execution, is_new: true, .. }) = &vended {
            notify::tell(ui, settings, siesta, *execution);
        }
        let vended = match (&vended, self.waiting.patience()) {
            (Vended::No(CallOutcome::AwaitingApproval { execution, .. }), Some(patience)) => {
                announce(ui, &execution.to_string());
                let _spinner = ui.spinner("waiting for a person's answer");
                calls::wait_for_token(siesta, &request, *execution, patience)?.unwrap_or(vended)
            }
            _ => vended,
        };
        match vended {
            Vended::Token(handed) => Ok(Got::Token(handed)),
            Vended::No(outcome) => {
                let said = Said::of(&request.asked.agent, connection, None);
                outcome::say(ui, &outcome, said).map(Got::Nothing)
            }
        }
    }
}
