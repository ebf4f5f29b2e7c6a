//! `siesta org set`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::span::{parse_days, parse_duration};
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::organization::{ApprovalProof, parse_weekday};
use crate::ops::organization::{self, OrganizationChange};
use crate::view::organization::OrganizationView;
use clap::{ArgGroup, Args};
use jiff::civil::Weekday;
use schemars::JsonSchema;
use serde::Serialize;
use std::time::Duration;

/// Change the organization's settings
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta org set --time-zone Europe/Prague --week-start monday\n  \
                        siesta org set --approval-lifetime 2h --four-eyes on\n  \
                        siesta org set --audit-retention 90d --execution-retention 30d --yes",
    after_long_help = "What is kept for a time goes when the time is over: once a day with any change of the store, and at \
                       once with `siesta store compact`. The audit loses its oldest rows together with a row that says \
                       which, so that what is left still verifies; executions keep the hashes of what they carried."
)]
#[command(group(ArgGroup::new("change").required(true).multiple(true).args(["name", "time_zone", "week_start", "approval_lifetime", "four_eyes", "approval_proof", "audit_retention", "execution_retention"])))]
pub(super) struct SetArgs {
    /// Its name
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// Where days and weeks of limits begin: an IANA name
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// The day on which weeks of limits begin
    #[arg(long, value_name = "DAY", value_parser = parse_day)]
    week_start: Option<Weekday>,
    /// How long a person has to answer, such as 30m
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    approval_lifetime: Option<Duration>,
    /// on: nobody approves what was asked on their own behalf; off
    #[arg(long, value_name = "ON|OFF", value_parser = parse_switch)]
    four_eyes: Option<bool>,
    /// any: whoever may answer and opens the store; signed: only a signature by a registered key approves
    #[arg(long, value_name = "PROOF", value_parser = parse_proof)]
    approval_proof: Option<ApprovalProof>,
    /// How long rows of the audit are kept: 1d to 90d, or off (for good)
    #[arg(long, value_name = "DURATION|off", value_parser = parse_kept)]
    audit_retention: Option<Kept>,
    /// How long executions keep arguments and results, such as 30d, or off (for good)
    #[arg(long, value_name = "DURATION|off", value_parser = parse_kept)]
    execution_retention: Option<Kept>,
}

/// So many days, or for good.
#[derive(Debug, Clone, Copy)]
struct Kept(Option<u32>);

fn parse_kept(text: &str) -> Result<Kept, String> {
    match text {
        "off" => Ok(Kept(None)),
        text => parse_days(text).map(|days| Kept(Some(days))),
    }
}

fn parse_proof(text: &str) -> Result<ApprovalProof, String> {
    ApprovalProof::parse(text).ok_or_else(|| "any or signed".to_owned())
}

/// How long something is kept, in words.
pub(super) fn kept(days: Option<u32>) -> String {
    match days {
        Some(days) => format!("{days} days"),
        None => "for good".to_owned(),
    }
}

fn parse_day(text: &str) -> Result<Weekday, String> {
    parse_weekday(text).ok_or_else(|| "a day of the week, such as monday".to_owned())
}

fn parse_switch(text: &str) -> Result<bool, String> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("on or off".to_owned()),
    }
}

#[derive(JsonSchema, Serialize)]
pub(super) struct OrganizationSetView {
    before: OrganizationView,
    organization: OrganizationView,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: SetArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "org set")?;
    let lifetime = args.approval_lifetime.map(whole_minutes).transpose()?;
    let change = OrganizationChange {
        name: args.name,
        time_zone: args.time_zone,
        week_start: args.week_start,
        approval_lifetime_minutes: lifetime,
        four_eyes: args.four_eyes,
        approval_proof: args.approval_proof,
        audit_retention: args.audit_retention.map(|kept| kept.0),
        execution_retention: args.execution_retention.map(|kept| kept.0),
    };
    let shortened = change.shortens(&organization::show(&siesta)?);
    if !shortened.is_empty() {
        ui.confirm_or_stop(&format!("{}. Go on?", shortened.join("; ")))?;
    }
    let (before, after) = organization::set(&siesta, &change)?;
    let document =
        OrganizationSetView { before: OrganizationView::new(&before), organization: OrganizationView::new(&after) };
    let words = words(&document);
    if after.approval_proof == ApprovalProof::Signed && !organization::has_signers(&siesta)? {
        ui.warn("nobody has registered a key: until somebody does, nothing can be approved");
        ui.hint("siesta user key add USER FILE");
    }
    ui.done(&document, &words)
}

fn whole_minutes(lifetime: Duration) -> Result<u64, Error> {
    match lifetime.as_secs().is_multiple_of(60) && lifetime.subsec_nanos() == 0 {
        true => Ok(lifetime.as_secs() / 60),
        false => Err(Error::usage("an approval's lifetime is in whole minutes").hint("--approval-lifetime 30m")),
    }
}

fn words(document: &OrganizationSetView) -> String {
    let (before, after) = (&document.before, &document.organization);
    let switch = |on: bool| if on { "on" } else { "off" }.to_owned();
    let minutes = |org: &OrganizationView| format!("{} min", org.approval_lifetime_minutes);
    let parts: Vec<String> = [
        ("name", before.name.clone(), after.name.clone()),
        ("time zone", before.time_zone.clone(), after.time_zone.clone()),
        ("week start", before.week_start.to_owned(), after.week_start.to_owned()),
        ("approval lifetime", minutes(before), minutes(after)),
        ("four eyes", switch(before.four_eyes), switch(after.four_eyes)),
        ("approval proof", before.approval_proof.to_string(), after.approval_proof.to_string()),
        ("audit kept", kept(before.audit_retention_days), kept(after.audit_retention_days)),
        ("arguments and results kept", kept(before.execution_retention_days), kept(after.execution_retention_days)),
    ]
    .into_iter()
    .filter(|(_, old, new)| old != new)
    .map(|(what, old, new)| format!("{what}: {old} → {new}"))
    .collect();
    if parts.is_empty() { "nothing changed".to_owned() } else { parts.join("\n") }
}
