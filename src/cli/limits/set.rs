//! `siesta limits set`
use super::{SubjectArgs, named};
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::limit::{Limit, Millions};
use crate::ops::limits::{self, Field, LimitChange};
use crate::view::limit::LimitView;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Set a token limit, in decimal millions of tokens
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta limits set research --org --daily 1 --weekly 5\n  \
                        siesta limits set research --user alice --daily none")]
pub(super) struct SetArgs {
    /// Label, id, or service of a singleton
    #[arg(value_name = "CONNECTION")]
    connection: String,
    #[command(flatten)]
    subject: SubjectArgs,
    /// Millions of tokens a calendar day; 0 blocks, none clears the field
    #[arg(long, value_name = "MILLIONS", value_parser = parse_field)]
    daily: Option<Field>,
    /// Millions of tokens a week; 0 blocks, none clears the field
    #[arg(long, value_name = "MILLIONS", value_parser = parse_field)]
    weekly: Option<Field>,
    /// Never exceed it, even by the last call; calls must then state their maximum output
    #[arg(long, conflicts_with = "no_strict")]
    strict: bool,
    /// Let the last call overshoot
    #[arg(long)]
    no_strict: bool,
}

fn parse_field(text: &str) -> Result<Field, String> {
    match text {
        "none" => Ok(Field::Clear),
        _ => text.parse::<Millions>().map(Field::Set).map_err(|error| error.to_string()),
    }
}

#[derive(JsonSchema, Serialize)]
pub(super) struct LimitSetView {
    before: Option<LimitView>,
    limit: LimitView,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: SetArgs) -> Result<Exit, Error> {
    if args.daily.is_none() && args.weekly.is_none() && !args.strict && !args.no_strict {
        return Err(Error::usage("nothing is to be set").hint("--daily MILLIONS, --weekly MILLIONS or --strict"));
    }
    let siesta = unlock::open(ui, settings, "limits set")?;
    let change = LimitChange {
        daily: args.daily.unwrap_or_default(),
        weekly: args.weekly.unwrap_or_default(),
        strict: (args.strict || args.no_strict).then_some(args.strict),
        enabled: None,
    };
    let (before, limit, connection) = limits::set(&siesta, &args.connection, &args.subject.subject(), &change)?;
    let view = |limit: &Limit| LimitView::new(limit, &connection.label);
    let words = format!(
        "{}: daily {}, weekly {}{}",
        named(&limit, &connection.label),
        shown(limit.daily),
        shown(limit.weekly),
        if limit.strict { ", strict" } else { "" }
    );
    ui.done(&LimitSetView { before: before.as_ref().map(view), limit: view(&limit) }, &words)?;
    Ok(Exit::Ok)
}

fn shown(value: Option<Millions>) -> String {
    value.map_or_else(|| "not limited".to_owned(), |millions| format!("{millions} M"))
}
