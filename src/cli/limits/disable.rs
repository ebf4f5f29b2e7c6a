//! `siesta limits disable`
use super::{SubjectArgs, named};
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::limits;
use crate::view::limit::{LimitView, OneLimitView};
use clap::Args;

/// Silence a token limit without forgetting it: as if it were not there
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta limits disable research --user alice")]
pub(super) struct DisableArgs {
    /// Label, id, or service of a singleton
    #[arg(value_name = "CONNECTION")]
    connection: String,
    #[command(flatten)]
    subject: SubjectArgs,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: DisableArgs) -> Result<Exit, Error> {
    let siesta = unlock::open(ui, settings, "limits disable")?;
    let (limit, connection, is_news) = limits::set_enabled(&siesta, &args.connection, &args.subject.subject(), false)?;
    let limit_in_words = named(&limit, &connection);
    let words = match is_news {
        true => format!("disabled {limit_in_words}"),
        false => format!("{limit_in_words} was disabled already; nothing changed"),
    };
    ui.done(&OneLimitView { limit: LimitView::new(&limit, &connection) }, &words)?;
    Ok(Exit::Ok)
}
