//! `siesta edit`
use super::{one, parse_access};
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::connection::{Access, Connection};
use crate::ops::connections::{self, ConnectionEdit};
use clap::{ArgGroup, Args};

/// Change what is said about a connection; never where its credential may go
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta edit notes --owner alice --purpose 'Notes of the support team'\n  \
                        siesta edit notes --approver alice --approver mara --reviewer mara\n  \
                        siesta edit notes --no-approvers")]
#[command(group(ArgGroup::new("change").required(true).multiple(true).args(["name", "owner", "purpose", "access", "approvers", "no_approvers", "reviewer", "no_reviewer"])))]
pub(in crate::cli) struct EditArgs {
    /// Label, id, or service of a singleton
    #[arg(value_name = "CONNECTION")]
    connection: String,
    /// The new label
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The user answerable for it
    #[arg(long, value_name = "USER")]
    owner: Option<String>,
    /// Why it exists, in one line
    #[arg(long, value_name = "TEXT")]
    purpose: Option<String>,
    /// private or shared
    #[arg(long, value_parser = parse_access)]
    access: Option<Access>,
    /// Who answers what it is asked to do, instead of owners and admins; may be repeated
    #[arg(long = "approver", value_name = "USER", conflicts_with = "no_approvers")]
    approvers: Vec<String>,
    /// Owners, admins and its own owner answer again
    #[arg(long)]
    no_approvers: bool,
    /// Who looks at its failures and at requests for it
    #[arg(long, value_name = "USER", conflicts_with = "no_reviewer")]
    reviewer: Option<String>,
    /// Nobody in particular looks at them
    #[arg(long)]
    no_reviewer: bool,
}

pub(in crate::cli) fn run(ui: &mut Ui, settings: &Settings, args: EditArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "edit")?;
    let sets_approvers = args.no_approvers || !args.approvers.is_empty();
    let change = ConnectionEdit {
        label: args.name,
        owner: args.owner,
        purpose: args.purpose,
        access: args.access,
        approvers: sets_approvers.then_some(args.approvers),
        reviewer: if args.no_reviewer { Some(None) } else { args.reviewer.map(Some) },
    };
    let (before, listed) = connections::edit(&siesta, &args.connection, &change)?;
    ui.done(&one(&listed), &words(&before, &listed.connection))
}

fn words(before: &Connection, after: &Connection) -> String {
    let owner = |c: &Connection| if c.owner.is_empty() { "nobody".to_owned() } else { c.owner.clone() };
    let approvers = |c: &Connection| match c.approvers.as_slice() {
        [] => "owners and admins".to_owned(),
        named => named.join(", "),
    };
    let reviewer = |c: &Connection| c.reviewer.clone().unwrap_or_else(|| "nobody".to_owned());
    let quoted = |text: &str| format!("\"{text}\"");
    let parts: Vec<String> = [
        ("name", quoted(&before.label), quoted(&after.label)),
        ("owner", owner(before), owner(after)),
        ("purpose", quoted(&before.purpose), quoted(&after.purpose)),
        ("access", before.access.to_string(), after.access.to_string()),
        ("approvers", approvers(before), approvers(after)),
        ("reviewer", reviewer(before), reviewer(after)),
    ]
    .into_iter()
    .filter(|(_, old, new)| old != new)
    .map(|(what, old, new)| format!("{what} {old} → {new}"))
    .collect();
    match parts.is_empty() {
        true => format!("nothing changed for \"{}\"", after.label),
        false => format!("\"{}\": {}", before.label, parts.join(", ")),
    }
}
