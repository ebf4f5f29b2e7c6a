//! `siesta governance set`
use super::changes::{self, ChangesView};
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::service::FunctionKind;
use crate::ops::governance::{self, Change};
use clap::Args;

/// Set the mode of services and functions, several at once and by pattern
#[derive(Debug, Args)]
#[command(
    override_usage = "siesta governance set [OPTIONS] <SERVICE[/FUNCTION]>... <MODE>",
    before_long_help = "Examples:\n  siesta governance set rest-api/http_post confirm\n  \
                        siesta governance set anthropic disabled\n  \
                        siesta governance set 'rest-api/http_p*' openai/create_response disabled --dry-run\n  \
                        siesta governance set '*' --kind delete,financial confirm"
)]
pub(super) struct SetArgs {
    /// SERVICE or SERVICE/FUNCTION, with patterns such as 'rest-api/*', and at the end enabled, disabled or (for
    /// functions) confirm: a person is asked each time
    // One list: with flags between them, clap would take the last target for the mode.
    #[arg(value_name = "SERVICE[/FUNCTION]", required = true)]
    targets_and_mode: Vec<String>,
    /// Only functions of these kinds: read, draft, write, send, delete, publish, permission, financial
    #[arg(long = "kind", value_name = "KIND", value_delimiter = ',', value_parser = parse_kind)]
    kinds: Vec<FunctionKind>,
    /// Say what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn parse_kind(text: &str) -> Result<FunctionKind, String> {
    let words: Vec<&str> = FunctionKind::ALL.iter().map(|kind| kind.as_str()).collect();
    FunctionKind::parse(text).ok_or_else(|| words.join(", "))
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: SetArgs) -> Result<(), Error> {
    let (targets, mode) = changes::split_mode(args.targets_and_mode, "governance set")?;
    let siesta = unlock::open(ui, settings, "governance set")?;
    let change = Change { targets, kinds: args.kinds, mode: Some(mode), dry_run: args.dry_run };
    let changed = governance::change(&siesta, &change)?;
    ui.done(&ChangesView::new(&changed, args.dry_run), &changes::words(&changed, args.dry_run))
}
