//! Presets: three ready-made policies for a service, made from the kinds of its functions.
//!
//! What must stay true: what `strict` allows `standard` allows, and what `standard` allows `minimal` allows; what one
//! gates, the next looser one gates or allows. What people made by hand (windows, caps, constraints, allowlist, rules of
//! their own) stays, and is named.
use crate::model::policy::rule::{Action, Match, RequestRule};
use crate::model::policy::{DefaultMode, Policy, StepUp};
use crate::model::service::{FunctionKind, Service};
use crate::model::words::words;
use thiserror::Error;

words! {
    Preset {
        /// Reads and drafts; nothing else.
        Strict => "strict",
        /// Reads and drafts; a person is asked about everything else.
        Standard => "standard",
        /// A person is asked about what is hard to undo; everything else passes.
        Minimal => "minimal",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("there is no preset \"{preset}\" for {service}: {why}")]
pub struct NoPreset {
    pub preset: Preset,
    pub service: String,
    pub why: &'static str,
}

/// The labels of the rules that a preset makes; a rule labelled otherwise is somebody's own.
const LABEL: &str = "preset: ";

const GRAVE: [FunctionKind; 4] =
    [FunctionKind::Delete, FunctionKind::Publish, FunctionKind::Permission, FunctionKind::Financial];

impl RequestRule {
    pub fn is_of_a_preset(&self) -> bool {
        self.label.starts_with(LABEL)
    }
}

/// The policy as the preset makes it, with what was made by hand left in it.
pub fn apply(policy: &Policy, preset: Preset, service: &Service) -> Result<Policy, NoPreset> {
    let refused = |why| Err(NoPreset { preset, service: service.id.clone(), why });
    if service.functions.is_empty() {
        return refused("the catalogue knows no function of it");
    }
    // A generic function stands for every path of its method: its kind says nothing about what a path does.
    if service.functions.iter().all(|function| function.generic) {
        return refused("its functions stand for any path, so their kinds say nothing");
    }
    let mut changed = policy.clone();
    (changed.default_mode, changed.step_up) = match preset {
        Preset::Strict => (DefaultMode::ReadOnly, StepUp::RiskBased),
        Preset::Standard => (DefaultMode::ReadWrite, StepUp::RiskBased),
        Preset::Minimal => (DefaultMode::ReadWrite, StepUp::Never),
    };
    changed.rules.request.retain(|rule| !rule.is_of_a_preset());
    if preset == Preset::Minimal {
        // An unmapped DELETE is a delete, whatever the catalogue knows.
        let is_there = |kind: &FunctionKind| {
            *kind == FunctionKind::Delete || service.functions.iter().any(|function| function.kind == *kind)
        };
        changed.rules.request.push(RequestRule {
            label: format!("{LABEL}ask about what is hard to undo"),
            matches: Match { kinds: GRAVE.into_iter().filter(is_there).collect(), ..Match::default() },
            action: Action::RequireApproval,
            redact: Vec::new(),
            fields: Vec::new(),
        });
    }
    changed.preset = Some(preset);
    Ok(changed)
}

/// What a preset leaves as people made it, in words.
pub fn kept(policy: &Policy, whole_api: bool) -> Vec<String> {
    let own = policy.rules.request.iter().filter(|rule| !rule.is_of_a_preset()).count() + policy.rules.response.len();
    let parts = [
        (policy.time_windows.len(), "time window"),
        (own, "rule"),
        (policy.constraints.values().map(|lists| lists.len()).sum(), "constraint"),
        (if whole_api { 0 } else { policy.allowlists.len() }, "allowlist entry"),
        (usize::from(policy.rate_limits.is_some()), "set of rate and size limits"),
    ];
    let some = parts.into_iter().filter(|(count, _)| *count > 0);
    some.map(|(count, what)| if count == 1 { format!("1 {what}") } else { format!("{count} {}", plural(what)) })
        .collect()
}

fn plural(what: &str) -> String {
    match what.strip_suffix("entry") {
        Some(start) => format!("{start}entries"),
        None => format!("{what}s"),
    }
}
