//! `siesta grant`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::connection::Grant;
use crate::ops::connections;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Let a user or team use a connection
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta grant notes --user bob\n  siesta grant notes --team sales")]
pub(in crate::cli) struct GrantArgs {
    /// Label, id, or service of a singleton
    #[arg(value_name = "CONNECTION")]
    connection: String,
    #[command(flatten)]
    to: super::GranteeArgs,
}

/// The answer of grant and of ungrant.
#[derive(JsonSchema, Serialize)]
pub(in crate::cli) struct GrantedView {
    /// False: it was so before.
    pub changed: bool,
    pub connection: String,
    pub grant: Grant,
}

pub(in crate::cli) fn run(ui: &mut Ui, settings: &Settings, args: GrantArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "grant")?;
    let grant = args.to.grant();
    let changed = connections::set_grant(&siesta, &args.connection, &grant, true, true)?;
    say(ui, &args, &grant, changed)
}

fn say(ui: &mut Ui, args: &GrantArgs, grant: &Grant, changed: bool) -> Result<(), Error> {
    let (Grant::User(name) | Grant::Team(name)) = grant;
    let words = match changed {
        true => format!("\"{name}\" may use \"{}\"", args.connection),
        false => format!("nothing changed for \"{name}\" on \"{}\"", args.connection),
    };
    ui.done(&GrantedView { changed, connection: args.connection.clone(), grant: grant.clone() }, &words)
}
