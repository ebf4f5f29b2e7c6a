//! `siesta governance unset`
use super::changes::{self, ChangesView};
use super::set::parse_kind;
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::service::FunctionKind;
use crate::ops::governance::{self, Change};
use clap::Args;

/// Go back to the catalogue's default modes
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta governance unset rest-api/http_post\n  \
                        siesta governance unset 'openai/*' --dry-run")]
pub(super) struct UnsetArgs {
    /// SERVICE or SERVICE/FUNCTION; patterns such as 'rest-api/*' mean all that fit
    #[arg(value_name = "SERVICE[/FUNCTION]", required = true)]
    targets: Vec<String>,
    /// Only functions of these kinds: read, draft, write, send, delete, publish, permission, financial
    #[arg(long = "kind", value_name = "KIND", value_delimiter = ',', value_parser = parse_kind)]
    kinds: Vec<FunctionKind>,
    /// Say what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: UnsetArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "governance unset")?;
    let change = Change { targets: args.targets, kinds: args.kinds, mode: None, dry_run: args.dry_run };
    let changed = governance::change(&siesta, &change)?;
    ui.done(&ChangesView::new(&changed, args.dry_run), &changes::words(&changed, args.dry_run))
}
