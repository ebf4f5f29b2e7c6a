//! `siesta ungrant`
use super::grant::GrantedView;
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::connection::Grant;
use crate::ops::Kind;
use crate::ops::connections;
use clap::Args;

/// Take a grant back from a user or team
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta ungrant notes --user bob")]
pub(in crate::cli) struct UngrantArgs {
    /// Label, id, or service of a singleton
    #[arg(value_name = "CONNECTION")]
    connection: String,
    #[command(flatten)]
    to: super::GranteeArgs,
}

pub(in crate::cli) fn run(ui: &mut Ui, settings: &Settings, args: UngrantArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "ungrant")?;
    let grant = args.to.grant();
    // --yes, or an answer at the terminal, says that opening it to everybody is meant.
    let opens_to_all = match connections::set_grant(&siesta, &args.connection, &grant, false, false) {
        Ok(changed) => return say(ui, &args, &grant, changed),
        Err(error) => match &error.kind {
            Kind::LastGrant { .. } => ui.confirm(&format!("{error}; go on?"), "--yes")?,
            _ => return Err(error.into()),
        },
    };
    let changed = connections::set_grant(&siesta, &args.connection, &grant, false, opens_to_all)?;
    say(ui, &args, &grant, changed)
}

fn say(ui: &mut Ui, args: &UngrantArgs, grant: &Grant, changed: bool) -> Result<(), Error> {
    let (Grant::User(name) | Grant::Team(name)) = grant;
    let words = match changed {
        true => format!("\"{name}\" may no longer use \"{}\"", args.connection),
        false => format!("nothing changed for \"{name}\" on \"{}\"", args.connection),
    };
    ui.done(&GrantedView { changed, connection: args.connection.clone(), grant: grant.clone() }, &words)
}
