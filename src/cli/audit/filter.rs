//! Which rows: the flags that `list` and `export` share.
use crate::cli::span;
use crate::model::audit::Verdict;
use crate::model::time::Timestamp;
use crate::ops::audit::Listing;
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct FilterArgs {
    /// Only rows from this time on
    #[arg(long, value_name = "TIME", value_parser = span::parse_instant)]
    since: Option<Timestamp>,
    /// Only rows before this time
    #[arg(long, value_name = "TIME", value_parser = span::parse_instant)]
    until: Option<Timestamp>,
    /// Only rows of this actor, such as user:alice. Take care: --actor says who you are
    #[arg(long, value_name = "ACTOR")]
    by: Option<String>,
    /// Only this action, or those that begin with it: connection finds connection.add
    #[arg(long, value_name = "ACTION")]
    action: Option<String>,
    /// Only rows about this kind of thing
    #[arg(long, value_name = "ENTITY")]
    entity: Option<String>,
    /// Only rows about this connection
    #[arg(long, value_name = "CONNECTION")]
    connection: Option<String>,
    /// Only allow, deny or needs-approval
    #[arg(long, value_parser = parse_verdict)]
    decision: Option<Verdict>,
    /// Only rows of one operation
    #[arg(long, value_name = "ID")]
    correlation: Option<String>,
}

fn parse_verdict(text: &str) -> Result<Verdict, String> {
    Verdict::parse(text).ok_or_else(|| "allow, deny or needs-approval".to_owned())
}

impl FilterArgs {
    pub(super) fn listing(self) -> Listing {
        Listing {
            since: self.since,
            until: self.until,
            actor: self.by,
            action: self.action,
            entity: self.entity,
            connection: self.connection,
            decision: self.decision,
            correlation: self.correlation,
            limit: u32::MAX,
        }
    }
}
