//! `siesta limits unset`
use super::{SubjectArgs, named};
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::limits;
use crate::view::limit::{LimitView, OneLimitView};
use clap::Args;

/// Remove a token limit; recorded usage stays
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta limits unset research --user alice")]
pub(super) struct UnsetArgs {
    /// Label, id, or service of a singleton
    #[arg(value_name = "CONNECTION")]
    connection: String,
    #[command(flatten)]
    subject: SubjectArgs,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: UnsetArgs) -> Result<Exit, Error> {
    let siesta = unlock::open(ui, settings, "limits unset")?;
    let (limit, connection) = limits::unset(&siesta, &args.connection, &args.subject.subject())?;
    let words = format!("removed {}", named(&limit, &connection));
    ui.done(&OneLimitView { limit: LimitView::new(&limit, &connection) }, &words)?;
    Ok(Exit::Ok)
}
