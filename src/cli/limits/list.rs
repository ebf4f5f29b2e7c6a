//! `siesta limits list`
use super::{HEADERS, cells};
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::settings::Settings;
use crate::cli::table::{Cell, Row};
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::limits;
use crate::view::limit::{LimitView, LimitsView};
use clap::Args;

/// List token limits as they are set
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta limits list\n  siesta limits list research --json")]
pub(super) struct ListArgs {
    /// Only those of this connection
    #[arg(value_name = "CONNECTION")]
    connection: Option<String>,
}

impl Row for LimitView {
    const HEADERS: &'static [&'static str] = HEADERS;

    fn cells(&self) -> Vec<Cell> {
        cells(self)
    }
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: ListArgs) -> Result<Exit, Error> {
    let siesta = unlock::open(ui, settings, "limits list")?;
    let listed = limits::list(&siesta, args.connection.as_deref())?;
    let lines: Vec<LimitView> = listed.iter().map(|(limit, connection)| LimitView::new(limit, connection)).collect();
    ui.list(&LimitsView { limits: lines.clone() }, &lines)?;
    Ok(Exit::Ok)
}
