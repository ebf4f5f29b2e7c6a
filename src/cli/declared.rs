//! What `plan` and `apply` have in common: the file, what is asked about it, and how a difference is shown.
use super::error::Error;
use super::exit::Exit;
use super::ui::Ui;
use super::unread::unread;
use crate::model::org_file::{Aftermath, Change, Consequence, Deed, Part, Property, Verdict};
use crate::ops::org_file::text::{self, Read};
use crate::ops::org_file::{Ask, Outcome};
use crate::ops::{self, About};
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use std::io::Read as _;

#[derive(Debug, Args)]
pub(super) struct DeclaredArgs {
    /// The organization as a file, in YAML or JSON; - for standard input
    #[arg(value_name = "FILE")]
    file: String,
    /// Only these parts: governance, policies, limits, people, connections, or all; without it, all but the people
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = parse_kind)]
    kind: Vec<Kinds>,
    /// Change nothing and end with exit code 8 when something would widen access
    #[arg(long)]
    refuse_widening: bool,
    /// What the file's parts do not name goes; a connection never does
    #[arg(long)]
    prune: bool,
    /// Only if the store is as a plan saw it: the plan's `basis`
    #[arg(long, value_name = "HASH")]
    basis: Option<String>,
}

/// One or all of the parts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kinds(Option<Part>);

pub(super) fn parse_kind(text: &str) -> Result<Kinds, String> {
    match (text, Part::parse(text)) {
        ("all", _) => Ok(Kinds(None)),
        (_, Some(part)) => Ok(Kinds(Some(part))),
        _ => Err("governance, policies, limits, people, connections, or all".to_owned()),
    }
}

/// None: nobody said.
pub(super) fn parts(kinds: &[Kinds]) -> Option<Vec<Part>> {
    let is_wanted = |part: &Part| kinds.iter().any(|kind| kind.0.is_none_or(|own| own == *part));
    (!kinds.is_empty()).then(|| Part::ALL.iter().copied().filter(is_wanted).collect())
}

impl DeclaredArgs {
    pub fn ask(&self, dry_run: bool) -> Ask {
        Ask {
            parts: parts(&self.kind),
            prune: self.prune,
            refuse_widening: self.refuse_widening,
            basis: self.basis.clone(),
            dry_run,
        }
    }

    /// The words that ask the same of `apply`.
    pub fn again(&self) -> String {
        let mut words = super::advice::quoted(&self.file);
        if let Some(parts) = parts(&self.kind) {
            let names: Vec<&str> = parts.iter().map(|part| part.as_str()).collect();
            words.push_str(&format!(" --kind {}", names.join(",")));
        }
        if self.prune {
            words.push_str(" --prune");
        }
        words
    }

    pub fn read(&self) -> Result<Read, Error> {
        let mut written = String::new();
        let taken = match self.file.as_str() {
            "-" => std::io::stdin().take(LARGEST + 1).read_to_string(&mut written),
            path => std::fs::File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_string(&mut written)),
        };
        taken.map_err(|error| unread(&self.file, &error).hint("siesta export --out org.yaml        (makes one)"))?;
        if written.len() as u64 > LARGEST {
            return Err(Error::usage(format!("{} is larger than {LARGEST} bytes", self.file)));
        }
        text::read(&written).map_err(|error| self.placed(error))
    }

    /// An error with the file, line and column it is about.
    pub fn placed(&self, mut error: ops::Error) -> Error {
        match error.about.take().map(|about| *about) {
            Some(About::InFile { line, column }) => Error::from(error).at_place(&self.file, line, column),
            about => Error::from(ops::Error { about: about.map(Box::new), ..error }),
        }
    }
}

/// The largest file that is read: a hundred thousand entries.
const LARGEST: u64 = 16 * 1024 * 1024;

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DeclaredView {
    /// What is, or would be, done, in this order.
    changes: Vec<ChangeView>,
    /// How many of them widen access.
    widening: usize,
    /// The store's revision that was looked at.
    revision: u32,
    /// What the store was in the parts that were looked at: `apply --basis` changes that state and no other.
    basis: String,
    kinds: Vec<Part>,
    /// Connections that the file does not name and that stay: only revoke ends one.
    connections_left: Vec<String>,
    /// Nothing was done, because something widens.
    refused: bool,
    /// Nothing was written.
    dry_run: bool,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
struct ChangeView {
    /// The way to it in the file.
    path: Vec<String>,
    action: Deed,
    verdict: Verdict,
    properties: Vec<Property>,
    /// What it brings with it that the file does not say.
    consequences: Vec<ConsequenceView>,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
struct ConsequenceView {
    what: Aftermath,
    /// What it happens to; of approvals and requests, how many.
    names: Vec<String>,
}

impl DeclaredView {
    pub fn new(outcome: &Outcome, dry_run: bool) -> DeclaredView {
        let changes = outcome.changes.iter().map(|change| ChangeView {
            path: change.item.path(),
            action: change.deed,
            verdict: change.verdict(),
            properties: change.properties.clone(),
            consequences: of_change(outcome, change)
                .map(|found| ConsequenceView { what: found.what, names: found.names.clone() })
                .collect(),
        });
        DeclaredView {
            changes: changes.collect(),
            widening: outcome.widening(),
            revision: outcome.revision,
            basis: outcome.basis.clone(),
            kinds: outcome.parts.clone(),
            connections_left: outcome.connections_left.clone(),
            refused: outcome.refused,
            dry_run: dry_run || outcome.refused,
        }
    }
}

/// Shows what a file comes to. Under a format for programs the document, else a line for each change.
pub(super) fn show(ui: &mut Ui, outcome: &Outcome, dry_run: bool) -> Result<(), Error> {
    let view = DeclaredView::new(outcome, dry_run);
    if ui.is_json() {
        ui.document(&view)?;
    } else {
        ui.text(&lines(outcome))?;
    }
    for label in &outcome.connections_left {
        ui.say(&format!("connection \"{label}\" is not in the file, and stays; siesta revoke ends one"));
    }
    if outcome.leaves_people {
        ui.say("the people of the file were not looked at; --kind all takes them along");
    }
    let (all, widening) = (outcome.changes.len(), outcome.widening());
    let changes = super::format::counted(all, "change");
    let widening = match (all, widening) {
        (_, 0) => "none of which widens access".to_owned(),
        (1, _) => "which widens access".to_owned(),
        (_, 1) => "one of which widens access".to_owned(),
        (_, many) => format!("{many} of which widen access"),
    };
    ui.say(&match (all, outcome.refused) {
        (0, _) => "nothing to change: the organization is as the file says".to_owned(),
        (_, true) => format!("{changes}, {widening}; nothing was changed"),
        (_, false) if dry_run => format!("{changes}, {widening}; nothing was written"),
        (_, false) => format!("{changes} made, {widening}"),
    });
    Ok(())
}

fn of_change<'o>(outcome: &'o Outcome, change: &Change) -> impl Iterator<Item = &'o Consequence> {
    let item = change.item.clone();
    outcome.consequences.iter().filter(move |found| found.of == item)
}

fn lines(outcome: &Outcome) -> String {
    let mut text = String::new();
    for change in &outcome.changes {
        let sign = match change.deed {
            Deed::Add => '+',
            Deed::Change => '~',
            Deed::Remove => '-',
        };
        let mark = match change.verdict() {
            Verdict::Widens => "  WIDENS",
            Verdict::Narrows | Verdict::Neutral => "",
        };
        text.push_str(&format!("{sign} {}{mark}\n", super::harmless::harmless(&change.item.to_string())));
        for property in &change.properties {
            let mark = match property.verdict {
                Verdict::Widens => "  WIDENS",
                Verdict::Narrows => "  narrows",
                Verdict::Neutral => "",
            };
            let (old, new) = (in_short(&property.old), in_short(&property.new));
            let values = match change.deed {
                Deed::Add => new,
                Deed::Remove => old,
                Deed::Change => format!("{old} → {new}"),
            };
            text.push_str(&format!("    {}: {values}{mark}\n", property.property));
        }
        for found in of_change(outcome, change) {
            let names = super::harmless::harmless(&found.names.join(", ")).to_string();
            text.push_str(&format!("    {}: {names}\n", in_words(found.what)));
        }
    }
    text
}

/// What happens along with a change.
fn in_words(what: Aftermath) -> &'static str {
    match what {
        Aftermath::OwnerlessConnections => "leaves connections without an owner",
        Aftermath::OwnerlessAgents => "leaves agents without an owner",
        Aftermath::ApproverOf => "no longer approves for",
        Aftermath::ReviewerOf => "no longer reviews",
        Aftermath::Grants => "loses its grant to",
        Aftermath::Teams => "leaves the teams",
        Aftermath::Members => "lets go of",
        Aftermath::Limits => "loses its limit on",
        Aftermath::Assignments => "is no longer assigned",
        Aftermath::Approvals => "cancels approvals",
        Aftermath::Voided => "voids approvals that wait or are not used yet",
        Aftermath::Requests => "cancels requests for access",
    }
}

/// A value as it stands in the file, in one line.
fn in_short(value: &Value) -> String {
    let text = match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            format!("[{}]", items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    };
    super::harmless::harmless(&text).to_string()
}

/// How it ends when something widens that may not.
pub(super) fn end(outcome: &Outcome, otherwise: Exit) -> Exit {
    if outcome.refused { Exit::Denied } else { otherwise }
}
