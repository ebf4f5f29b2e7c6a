//! `siesta usage …`
mod import;
mod record;
mod release;
mod reserve;
mod settle;
mod show;
mod spender;

use super::error::Error;
use super::exit::Exit;
use super::settings::Settings;
use super::ui::Ui;
use crate::cli::schema::{self, Document};
use clap::{Args, Subcommand};

/// What its commands print under `-o json`.
pub(super) const DOCUMENTS: &[Document] = &[
    schema::of::<record::RecordView>("usage record"),
    schema::of::<reserve::ReserveView>("usage reserve"),
    schema::of::<settle::SettleView>("usage settle"),
    schema::of::<release::ReleaseView>("usage release"),
    schema::of::<import::ImportView>("usage import"),
    schema::of::<show::ShowView>("usage show"),
];

/// Manage token usage: recorded, reserved, added up
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta usage show --by team,model\n  \
                        siesta usage record research --user alice --input 1200 --output 300")]
pub(super) struct UsageArgs {
    #[command(subcommand)]
    command: UsageCommand,
}

#[derive(Debug, Subcommand)]
enum UsageCommand {
    Record(record::RecordArgs),
    Reserve(reserve::ReserveArgs),
    Settle(settle::SettleArgs),
    Release(release::ReleaseArgs),
    Import(import::ImportArgs),
    Show(show::ShowArgs),
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: UsageArgs) -> Result<Exit, Error> {
    match args.command {
        UsageCommand::Record(args) => record::run(ui, settings, args).map(|()| Exit::Ok),
        UsageCommand::Reserve(args) => reserve::run(ui, settings, args),
        UsageCommand::Settle(args) => settle::run(ui, settings, args).map(|()| Exit::Ok),
        UsageCommand::Release(args) => release::run(ui, settings, args).map(|()| Exit::Ok),
        UsageCommand::Import(args) => import::run(ui, settings, args).map(|()| Exit::Ok),
        UsageCommand::Show(args) => show::run(ui, settings, args).map(|()| Exit::Ok),
    }
}
