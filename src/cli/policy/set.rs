//! `siesta policy set`
use super::parts::{self, Cap, NONE, Windows};
use crate::cli::connections::parse_flow;
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::audit::Change;
use crate::model::policy::{ConstraintKind, DefaultMode, Flow, Preset, StepUp};
use crate::ops::policies::{self, Allow, Changed, PolicyChange};
use crate::view::connection::PolicyView;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

/// Set how an agent may use a connection; the first one assigns it
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta policy set helper notes --mode read_write --step-up never\n  \
                        siesta policy set helper notes --window 'mon-fri 09:00-17:00 Europe/Prague' --rate 60/h\n  \
                        siesta policy set helper notes --allow 'GET /notes/**' --allow 'POST /notes'\n  \
                        siesta policy set helper research --preset standard --dry-run")]
pub(super) struct SetArgs {
    /// The agent's name
    #[arg(value_name = "AGENT")]
    agent: String,
    /// Label, id, or service of a singleton
    #[arg(value_name = "CONNECTION")]
    connection: String,
    /// What happens to an operation no rule names: read_only, read_write or custom
    #[arg(long, value_name = "MODE", value_parser = parse_mode)]
    mode: Option<DefaultMode>,
    /// When a person is asked although the function itself would not: always, risk_based or never
    #[arg(long, value_name = "WHEN", value_parser = parse_step_up)]
    step_up: Option<StepUp>,
    /// What the agent may have: broker (siesta makes the call), vend (it gets a short-lived token)
    #[arg(long, value_name = "FLOW", value_delimiter = ',', value_parser = parse_flow)]
    allowed_models: Option<Vec<Flow>>,
    /// What may be called, as METHOD[,METHOD] URL; * is one segment, ** any number; all: the whole API; repeatable
    #[arg(long, value_name = "ENTRY")]
    allow: Vec<String>,
    /// How many calls in an hour, as N/h, or none
    #[arg(long, value_name = "N/h", value_parser = parts::parse_rate)]
    rate: Option<Cap>,
    /// The largest payload, such as 512KiB, or none
    #[arg(long, value_name = "SIZE", value_parser = parts::parse_size)]
    max_payload: Option<Cap>,
    /// The largest answer, such as 2MiB, or none
    #[arg(long, value_name = "SIZE", value_parser = parts::parse_size)]
    max_response: Option<Cap>,
    /// When it may be used, as DAYS HH:MM-HH:MM ZONE, or none; repeatable
    #[arg(long, value_name = "WINDOW", value_parser = parts::parse_window)]
    window: Vec<Windows>,
    #[command(flatten)]
    constraints: ConstraintArgs,
    /// Request and response rules, as JSON: a file, - for standard input, or none
    #[arg(long, value_name = "FILE")]
    rules: Option<String>,
    /// Mode, step-up and rules made from the service's functions: strict, standard or minimal
    #[arg(long, value_name = "PRESET", value_parser = parse_preset)]
    preset: Option<Preset>,
    /// Hand tokens out although something restricts the agent that a token would not keep
    #[arg(long, value_name = "true|false", num_args = 0..=1, default_missing_value = "true")]
    allow_unenforced_vend: Option<bool>,
    /// Change this version of the policy and no other
    #[arg(long, value_name = "N")]
    if_version: Option<i64>,
    /// Show what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
}

/// The only targets there may be; none clears a list.
#[derive(Debug, Args)]
struct ConstraintArgs {
    /// Only these chats, by id, or none
    #[arg(long, value_name = "ID", value_delimiter = ',', allow_hyphen_values = true)]
    constraint_chat: Vec<String>,
    /// Only these channels, by id, or none
    #[arg(long, value_name = "ID", value_delimiter = ',', allow_hyphen_values = true)]
    constraint_channel: Vec<String>,
    /// Only these users, by id, or none
    #[arg(long, value_name = "ID", value_delimiter = ',', allow_hyphen_values = true)]
    constraint_user: Vec<String>,
    /// Only these tenants, by id, or none
    #[arg(long, value_name = "ID", value_delimiter = ',', allow_hyphen_values = true)]
    constraint_tenant: Vec<String>,
    /// Only these sites, by id, or none
    #[arg(long, value_name = "ID", value_delimiter = ',', allow_hyphen_values = true)]
    constraint_site: Vec<String>,
    /// Only these folders, by id, or none
    #[arg(long, value_name = "ID", value_delimiter = ',', allow_hyphen_values = true)]
    constraint_folder: Vec<String>,
}

impl ConstraintArgs {
    fn lists(self) -> Vec<(ConstraintKind, Vec<String>)> {
        let all = [
            (ConstraintKind::Chat, self.constraint_chat),
            (ConstraintKind::Channel, self.constraint_channel),
            (ConstraintKind::User, self.constraint_user),
            (ConstraintKind::Tenant, self.constraint_tenant),
            (ConstraintKind::Site, self.constraint_site),
            (ConstraintKind::Folder, self.constraint_folder),
        ];
        let given = all.into_iter().filter(|(_, ids)| !ids.is_empty());
        given.map(|(kind, ids)| (kind, if ids == [NONE] { Vec::new() } else { ids })).collect()
    }
}

fn parse_mode(text: &str) -> Result<DefaultMode, String> {
    DefaultMode::parse(text).ok_or_else(|| "read_only, read_write or custom".to_owned())
}

fn parse_step_up(text: &str) -> Result<StepUp, String> {
    StepUp::parse(text).ok_or_else(|| "always, risk_based or never".to_owned())
}

fn parse_preset(text: &str) -> Result<Preset, String> {
    Preset::parse(text).ok_or_else(|| "strict, standard or minimal".to_owned())
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PolicySetView {
    before: Option<PolicyView>,
    policy: PolicyView,
    /// Every part that changed, with its old and its new value.
    changes: Vec<Change>,
    /// What a preset left as people had made it.
    kept: Vec<String>,
    /// Nothing was written.
    dry_run: bool,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: SetArgs) -> Result<(), Error> {
    let rules = args.rules.as_deref().map(parts::read_rules).transpose()?;
    let change = PolicyChange {
        preset: args.preset,
        default_mode: args.mode,
        step_up: args.step_up,
        allowed_models: args.allowed_models,
        allow: match args.allow.as_slice() {
            [] => None,
            [one] if one == "all" => Some(Allow::Whole),
            [one] if one == NONE => Some(Allow::Entries(Vec::new())),
            _ => Some(Allow::Entries(args.allow)),
        },
        requests_per_hour: args.rate.map(|cap| cap.0),
        largest_payload: args.max_payload.map(|cap| cap.0),
        largest_response: args.max_response.map(|cap| cap.0),
        windows: match args.window.is_empty() {
            true => None,
            false => Some(args.window.into_iter().filter_map(|windows| windows.0).flatten().collect()),
        },
        constraints: args.constraints.lists(),
        rules,
        allow_unenforced_vend: args.allow_unenforced_vend,
    };
    let siesta = unlock::open(ui, settings, "policy set")?;
    let looked = policies::preview(&siesta, &args.agent, &args.connection, &change)?;
    // What was looked at is what is changed: somebody who was faster is told about, not overwritten.
    let version = args.if_version.unwrap_or(looked.version_before());
    let changed = match args.dry_run {
        true => looked,
        false => policies::set(&siesta, &args.agent, &args.connection, &change, Some(version))?,
    };
    let view = PolicySetView {
        before: changed.before.as_ref().map(PolicyView::new),
        policy: PolicyView::new(&changed.after),
        changes: changed.changes.clone(),
        kept: changed.kept.clone(),
        dry_run: args.dry_run,
    };
    let words = in_words(&view, &changed);
    ui.done(&view, &words)
}

fn in_words(view: &PolicySetView, changed: &Changed) -> String {
    let pair = format!("{} on \"{}\"", changed.after.agent_name, changed.connection);
    let after = parts::in_words(&view.policy, view.before.as_ref());
    let mut lines = Vec::new();
    match &view.before {
        Some(_) if view.changes.is_empty() => return format!("nothing changed for {pair}"),
        Some(before) => {
            let (was, is) = (short(before), short(&view.policy));
            lines.push(if was == is { format!("{pair}: {is}") } else { format!("{pair}: {was} → {is}") });
            let old = parts::in_words(before, None).into_iter();
            let differing = old.zip(&after).filter(|((name, was), (_, is))| !IN_SHORT.contains(name) && was != is);
            lines.extend(differing.map(|((name, was), (_, is))| format!("  {name}: {was} → {is}")));
        }
        None => {
            lines.push(format!("{pair}: {}", short(&view.policy)));
            let said = after.iter().filter(|(name, is)| !IN_SHORT.contains(name) && is != NONE && is != "false");
            lines.extend(said.filter(|(name, _)| *name != "allowlist").map(|(name, is)| format!("  {name}: {is}")));
        }
    }
    if !view.kept.is_empty() {
        lines.push(format!("  kept as it was: {}", view.kept.join(", ")));
    }
    if view.dry_run {
        lines.push("nothing was written".to_owned());
    }
    lines.join("\n")
}

/// The parts that are in the first line already.
const IN_SHORT: [&str; 3] = ["mode", "step-up", "flows"];

fn short(policy: &PolicyView) -> String {
    let models: Vec<&str> = policy.allowed_models.iter().map(|flow| flow.typed()).collect();
    format!("{}, step-up {}, {}", policy.default_mode, policy.step_up_approval, models.join("+"))
}
