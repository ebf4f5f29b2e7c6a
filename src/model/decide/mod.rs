//! One pure function decides for every entry point.
//!
//! What must stay true: every front end and every flow asks [`decide`], `explain` prints the very evaluation that the
//! call obeys, the first rule that applies ends it, and whatever cannot be decided is denied. A second place that
//! answers "may this agent do that?" is how a tool comes to contradict itself.
mod approval;
mod broker;
mod identity;
mod operation;
mod reason;
mod target;

pub use approval::{Covered, fingerprint, may_approve};
pub use operation::Mapped;
pub use reason::{AskReason, Decision, DenyReason, grouped};

use crate::model::facts::{Facts, Target, TargetFacts};
use crate::model::limit::{self, Want};
use crate::model::usage;
use crate::model::words::words;

words! {
    /// The rules, by their number in the specification of decisions.
    Rule {
        R0 => "R0", R1 => "R1", R2 => "R2", R3 => "R3", R4 => "R4", R5 => "R5", R6 => "R6", R7 => "R7", R8 => "R8", R8a => "R8a",
        R9 => "R9", R10 => "R10", R13 => "R13", R15 => "R15", R19 => "R19", R20 => "R20", R23 => "R23", R24 => "R24",
        R25 => "R25",
    }
}

impl Rule {
    /// What the rule is about, in a few words.
    pub fn title(self) -> &'static str {
        match self {
            Rule::R0 => "nothing is frozen",
            Rule::R1 => "agent is active",
            Rule::R2 => "user and team are known",
            Rule::R3 => "connection exists",
            Rule::R4 => "connection can be used",
            Rule::R5 => "service is enabled",
            Rule::R6 => "user has access",
            Rule::R7 => "agent is assigned",
            Rule::R8 => "request is well-formed",
            Rule::R8a => "host belongs to the credential",
            Rule::R9 => "function is known",
            Rule::R10 => "function mode",
            Rule::R13 => "flow is allowed",
            Rule::R15 => "allowlist",
            Rule::R19 => "default mode",
            Rule::R20 => "step-up approval",
            Rule::R23 => "token limits",
            Rule::R24 => "approval",
            Rule::R25 => "approval brought along",
        }
    }
}

words! {
    StepOutcome {
        Pass => "pass",
        /// The rule wants a person to be asked; later rules may still deny.
        Ask => "ask",
        Deny => "deny",
        NotReached => "not_reached",
    }
}

/// What one rule said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub rule: Rule,
    pub outcome: StepOutcome,
    /// The record that decided, in words.
    pub note: String,
}

/// The whole evaluation: the decision and how it came about.
#[derive(Debug, Clone)]
pub struct Evaluation {
    pub decision: Decision,
    pub steps: Vec<Step>,
    /// The request in canonical form and what it maps to; none when the evaluation ended before.
    pub mapped: Option<Mapped>,
    /// What the call may spend; none for a call that no token limit concerns.
    pub want: Option<Want>,
    /// A person was wanted, by this rule, whether or not an approval satisfied it.
    pub asked: Option<AskReason>,
}

/// How an evaluation ends early.
struct Stop(Decision);

#[derive(Default)]
struct Trail {
    steps: Vec<Step>,
    asked: Option<AskReason>,
    mapped: Option<Mapped>,
    want: Option<Want>,
}

impl Trail {
    fn pass(&mut self, rule: Rule, note: impl Into<String>) {
        self.steps.push(Step { rule, outcome: StepOutcome::Pass, note: note.into() });
    }

    /// Takes what a rule says: words to go on with, or the reason that ends the evaluation.
    fn check(&mut self, rule: Rule, said: Result<String, DenyReason>) -> Result<(), Stop> {
        match said {
            Ok(note) => {
                self.pass(rule, note);
                Ok(())
            }
            Err(reason) => {
                self.steps.push(Step { rule, outcome: StepOutcome::Deny, note: reason.to_string() });
                Err(Stop(Decision::Deny(reason)))
            }
        }
    }

    /// Notes that a person is wanted; the first reason is the one that is shown (R24).
    fn ask(&mut self, rule: Rule, reason: AskReason) {
        self.steps.push(Step { rule, outcome: StepOutcome::Ask, note: reason.to_string() });
        self.asked.get_or_insert(reason);
    }
}

/// Decides one request.
pub fn decide(facts: &Facts) -> Evaluation {
    let mut trail = Trail::default();
    let decision = match ladder(facts, &mut trail) {
        Ok(decision) | Err(Stop(decision)) => decision,
    };
    let missing = Rule::ALL.iter().filter(|rule| !trail.steps.iter().any(|step| step.rule == **rule));
    let rest: Vec<Step> =
        missing.map(|rule| Step { rule: *rule, outcome: StepOutcome::NotReached, note: String::new() }).collect();
    trail.steps.extend(rest);
    // A function that is unknown (R9) has no request to look at before (R8): that line is in the middle.
    trail.steps.sort_by_key(|step| step.rule);
    Evaluation { decision, steps: trail.steps, mapped: trail.mapped, want: trail.want, asked: trail.asked }
}

fn ladder(facts: &Facts, trail: &mut Trail) -> Result<Decision, Stop> {
    trail.check(Rule::R0, identity::nothing_is_frozen(facts))?;
    trail.check(Rule::R1, identity::agent_is_active(facts))?;
    trail.check(Rule::R2, identity::user_and_team_are_known(facts))?;
    trail.check(Rule::R3, target::exists(&facts.target))?;
    let Target::Connection(target) = &facts.target else {
        return Err(Stop(Decision::Deny(DenyReason::ConnectionNotFound)));
    };
    trail.check(Rule::R4, target::can_be_used(target))?;
    trail.check(Rule::R5, target::service_is_enabled(target))?;
    trail.check(Rule::R6, target::user_has_access(facts, target))?;
    trail.check(Rule::R7, target::is_assigned(target))?;
    let Some(policy) = &target.policy else { return Err(Stop(Decision::Deny(DenyReason::NotAssigned))) };

    let request = match operation::canonical_request(facts, target) {
        Ok(request) => request,
        Err(reason) => {
            // The name was looked up on the way to the canonical form: say so under its own rule.
            let rule = match reason {
                DenyReason::FunctionUnknown { .. } => Rule::R9,
                _ => Rule::R8,
            };
            return trail.check(rule, Err(reason)).map(|()| Decision::Deny(DenyReason::BadRequest(String::new())));
        }
    };
    trail.pass(Rule::R8, format!("{} {}", request.method, request.request.url));
    trail.check(Rule::R8a, operation::host_belongs(target, &request))?;
    let mapped = operation::map(facts, target, request);
    trail.pass(Rule::R9, mapped.in_words());
    let verdict = operation::mode_allows(target, &mapped);
    trail.mapped = Some(mapped.clone());
    match verdict {
        Ok(Some(reason)) => trail.ask(Rule::R10, reason),
        Ok(None) => trail.pass(Rule::R10, mapped.mode_in_words()),
        Err(reason) => trail.check(Rule::R10, Err(reason))?,
    }

    trail.check(Rule::R13, broker::flow_is_allowed(facts, policy))?;
    trail.check(Rule::R15, broker::allowlist_fits(policy, &mapped))?;
    trail.check(Rule::R19, broker::default_mode_allows(policy, &mapped))?;
    match broker::step_up(policy, &mapped) {
        Some(reason) => trail.ask(Rule::R20, reason),
        None => trail.pass(Rule::R20, format!("step-up is {}", policy.step_up)),
    }

    trail.want = want(target, &mapped);
    trail.check(Rule::R23, token_limits(facts, trail.want))?;
    approval::settle(facts, target, policy, &mapped, trail)
}

/// What a model call wants to spend; other calls spend nothing.
fn want(target: &TargetFacts, mapped: &Mapped) -> Option<Want> {
    let is_metered = match mapped.functions.is_empty() {
        false => mapped.metered(&target.service).is_some(),
        // An unmapped write to a model provider may well be a model call.
        true => !target.service.usage.is_empty() && !mapped.kind.is_harmless(),
    };
    if !is_metered {
        return None;
    }
    let (bytes, maximum_output) = match &mapped.request.request.body {
        crate::model::execution::StoredBody::Json(body) => (body.to_string().len(), usage::maximum_output(body)),
        _ => (0, None),
    };
    Some(Want { prompt: usage::estimate_prompt(bytes), maximum_output })
}

fn token_limits(facts: &Facts, want: Option<Want>) -> Result<String, DenyReason> {
    let Some(want) = want else { return Ok("not a model call".to_owned()) };
    match limit::check(&facts.standings, want) {
        Some(refusal) => Err(DenyReason::TokenLimit(Box::new(refusal))),
        None if facts.standings.is_empty() => Ok("no limit applies".to_owned()),
        None => Ok(format!("{} limit(s) with room", facts.standings.len())),
    }
}

#[cfg(test)]
mod tests;
