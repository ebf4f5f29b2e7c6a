//! Whose tokens they are: flags of what books tokens and of what sets them aside.
use crate::cli::error::Error;
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct SpenderArgs {
    /// The user whose tokens they are
    #[arg(long, value_name = "USER")]
    pub user: Option<String>,
    /// The team whose budget is used
    #[arg(long, value_name = "TEAM")]
    pub team: Option<String>,
    /// The agent that calls
    #[arg(long, value_name = "AGENT")]
    pub agent: Option<String>,
    /// The model
    #[arg(long, value_name = "MODEL")]
    pub model: Option<String>,
}

impl SpenderArgs {
    /// A limit counts for somebody: tokens of nobody would be under none.
    pub fn must_be_somebody(&self) -> Result<(), Error> {
        match (&self.user, &self.agent) {
            (None, None) => {
                Err(Error::usage("tokens are spent by a user or an agent").hint("--user USER, or --agent AGENT"))
            }
            _ => Ok(()),
        }
    }
}
