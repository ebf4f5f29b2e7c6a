//! `siesta limits enable`
use super::{SubjectArgs, named};
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::limits;
use crate::view::limit::{LimitView, OneLimitView};
use clap::Args;

/// Let a disabled token limit speak again; its values were kept
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta limits enable research --user alice")]
pub(super) struct EnableArgs {
    /// Label, id, or service of a singleton
    #[arg(value_name = "CONNECTION")]
    connection: String,
    #[command(flatten)]
    subject: SubjectArgs,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: EnableArgs) -> Result<Exit, Error> {
    let siesta = unlock::open(ui, settings, "limits enable")?;
    let (limit, connection, is_news) = limits::set_enabled(&siesta, &args.connection, &args.subject.subject(), true)?;
    let limit_in_words = named(&limit, &connection);
    let words = match is_news {
        true => format!("enabled {limit_in_words}"),
        false => format!("{limit_in_words} was enabled already; nothing changed"),
    };
    ui.done(&OneLimitView { limit: LimitView::new(&limit, &connection) }, &words)?;
    Ok(Exit::Ok)
}
