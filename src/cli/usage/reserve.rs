//! `siesta usage reserve`
use super::spender::SpenderArgs;
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::{span, unlock};
use crate::model::decide::grouped;
use crate::model::time::rfc3339;
use crate::ops::limits::OnAccount;
use crate::ops::usage::{self, NewReservation, Reserved};
use crate::view::limit::{ProblemView, StandingView};
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use std::time::Duration;

/// Set tokens aside before a call; exit code 10 when a limit is against it
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta usage reserve research --user alice --tokens 20000\n  \
                        siesta usage reserve research --agent helper --tokens 20000 --for 2m --json",
    after_long_help = "Check and reservation are one step, however many do so at once. Settle it with what was spent, or \
                       release it; what is forgotten is free again after --for. A strict limit refuses what it has no \
                       room for; another lets the last call overshoot."
)]
pub(super) struct ReserveArgs {
    /// Label, id, or service of a singleton
    #[arg(value_name = "CONNECTION")]
    connection: String,
    #[command(flatten)]
    spender: SpenderArgs,
    /// How many tokens it will spend at most
    #[arg(long, value_name = "N")]
    tokens: u64,
    /// How long it holds when nobody settles or releases it
    #[arg(long = "for", value_name = "DURATION", default_value = "10m", value_parser = span::parse_duration)]
    lifetime: Duration,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReserveView {
    reserved: bool,
    /// For settle and release; null: refused.
    id: Option<String>,
    tokens: u64,
    expires_at: Option<String>,
    /// The limits that apply, this reservation included.
    limits: Vec<StandingView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ProblemView>,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: ReserveArgs) -> Result<Exit, Error> {
    args.spender.must_be_somebody()?;
    let siesta = unlock::open(ui, settings, "usage reserve")?;
    let SpenderArgs { user, team, agent, model } = args.spender;
    let new = NewReservation {
        connection: args.connection,
        account: OnAccount { user, team, agent },
        model,
        tokens: args.tokens,
        lifetime: args.lifetime,
    };
    match usage::reserve(&siesta, &new)? {
        Reserved::Done { reservation, connection, standings } => {
            let id = reservation.id.to_string();
            if ui.is_json() {
                ui.document(&ReserveView {
                    reserved: true,
                    id: Some(id),
                    tokens: reservation.tokens,
                    expires_at: Some(rfc3339(reservation.expires_at)),
                    limits: standings.iter().map(|standing| StandingView::new(standing, &connection)).collect(),
                    problem: None,
                })?;
                return Ok(Exit::Ok);
            }
            let until = crate::cli::table::rfc3339(reservation.expires_at);
            ui.say(&format!("reserved {} tokens on \"{connection}\" until {until}", grouped(reservation.tokens)));
            ui.text(&format!("{id}\n"))?;
            Ok(Exit::Ok)
        }
        Reserved::Refused { refusal, connection } => {
            if ui.is_json() {
                ui.document(&ReserveView {
                    reserved: false,
                    id: None,
                    tokens: new.tokens,
                    expires_at: None,
                    limits: vec![StandingView::new(&refusal.standing, &connection)],
                    problem: Some(ProblemView::new(&refusal, &connection)),
                })?;
                return Ok(Exit::LimitExceeded);
            }
            let hint = format!("siesta limits report --connection {}", crate::cli::advice::quoted(&connection));
            Err(Error::new(Exit::LimitExceeded, refusal.to_string()).code("token_limit").hint(hint))
        }
    }
}
