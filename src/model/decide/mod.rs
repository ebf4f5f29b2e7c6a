//! One pure function decides for every entry point.
//!
//! What must stay true: every front end and every flow asks [`decide`], `explain` prints the very evaluation that the
//! call obeys, the first rule that applies ends it, and whatever cannot be decided is denied. A second place that
//! answers "may this agent do that?" is how a tool comes to contradict itself.
mod approval;
#[cfg(feature = "bench")]
pub mod bench;
mod broker;
mod constraints;
mod identity;
mod operation;
mod reason;
mod record;
mod rules;
mod standing;
mod target;
mod vend;

pub use approval::{Covered, fingerprint, may_approve};
pub use operation::Mapped;
pub use reason::{AskReason, Decision, DenyReason, grouped};
pub use record::record;
pub use standing::{covers, may_stand};
pub use vend::{Vend, token_life};

use crate::model::execution::StoredBody;
use crate::model::facts::{Facts, Target, TargetFacts};
use crate::model::id::StandingApprovalId;
use crate::model::limit::{self, Want};
use crate::model::policy::rule::Action;
use crate::model::policy::{Flow, Policy, StepUp};
use crate::model::reading::Reading;
use crate::model::request::Canonical;
use crate::model::usage;
use crate::model::words::words;
use std::borrow::Cow;

words! {
    /// The rules, by their number in the specification of decisions.
    Rule {
        R0 => "R0", R1 => "R1", R2 => "R2", R3 => "R3", R4 => "R4", R5 => "R5", R6 => "R6", R7 => "R7", R8 => "R8", R8a => "R8a",
        R9 => "R9", R10 => "R10", R11 => "R11", R12 => "R12", R13 => "R13", R14 => "R14", R15 => "R15", R16 => "R16",
        R17 => "R17", R18 => "R18", R19 => "R19", R20 => "R20", R21 => "R21", R22 => "R22", R23 => "R23", R24 => "R24",
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
            Rule::R11 => "token may be handed out",
            Rule::R12 => "token keeps the policy",
            Rule::R13 => "flow is allowed",
            Rule::R14 => "time windows",
            Rule::R15 => "allowlist",
            Rule::R16 => "address is open",
            Rule::R17 => "constraints",
            Rule::R18 => "request rules",
            Rule::R19 => "default mode",
            Rule::R20 => "step-up approval",
            Rule::R21 => "rate limit",
            Rule::R22 => "payload size",
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
    pub note: Cow<'static, str>,
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
    /// What is said about the token; only for a vend that got as far.
    pub vend: Option<Vend>,
    /// The standing approval that a person gave for this; it is counted down where the call is admitted.
    pub standing: Option<StandingApprovalId>,
}

use rules::Ruled;

/// What a rule that passed has to say, or why it denies.
type Said = Result<Cow<'static, str>, DenyReason>;

/// How an evaluation ends early.
struct Stop(Decision);

#[derive(Default)]
struct Trail {
    steps: Vec<Step>,
    asked: Option<AskReason>,
    mapped: Option<Mapped>,
    want: Option<Want>,
    vend: Option<Vend>,
    standing: Option<StandingApprovalId>,
}

impl Trail {
    fn pass(&mut self, rule: Rule, note: impl Into<Cow<'static, str>>) {
        self.steps.push(Step { rule, outcome: StepOutcome::Pass, note: note.into() });
    }

    /// Takes what a rule says: words to go on with, or the reason that ends the evaluation.
    fn check(&mut self, rule: Rule, said: Said) -> Result<(), Stop> {
        match said {
            Ok(note) => {
                self.pass(rule, note);
                Ok(())
            }
            Err(reason) => {
                self.steps.push(Step { rule, outcome: StepOutcome::Deny, note: Cow::Owned(reason.to_string()) });
                Err(Stop(Decision::Deny(reason)))
            }
        }
    }

    /// Notes that a person is wanted; the first reason is the one that is shown (R24).
    fn ask(&mut self, rule: Rule, reason: AskReason) {
        self.steps.push(Step { rule, outcome: StepOutcome::Ask, note: Cow::Owned(reason.to_string()) });
        self.asked.get_or_insert(reason);
    }
}

/// Decides one request.
pub fn decide(facts: &Facts) -> Evaluation {
    let mut trail = Trail { steps: Vec::with_capacity(Rule::ALL.len() + 1), ..Trail::default() };
    let decision = match ladder(facts, &mut trail) {
        Ok(decision) | Err(Stop(decision)) => decision,
    };
    for rule in Rule::ALL {
        if !trail.steps.iter().any(|step| step.rule == *rule) {
            trail.steps.push(Step { rule: *rule, outcome: StepOutcome::NotReached, note: Cow::Borrowed("") });
        }
    }
    // A function that is unknown (R9) has no request to look at before (R8): that line is in the middle.
    trail.steps.sort_by_key(|step| step.rule);
    Evaluation {
        decision,
        steps: trail.steps,
        mapped: trail.mapped,
        want: trail.want,
        asked: trail.asked,
        vend: trail.vend,
        standing: trail.standing,
    }
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

    match facts.flow {
        Flow::Vend => hand_out(facts, target, policy, trail),
        Flow::Broker => broker(facts, target, policy, trail),
    }
}

/// R11 and R12, and then whether a person is wanted.
fn hand_out(facts: &Facts, target: &TargetFacts, policy: &Policy, trail: &mut Trail) -> Result<Decision, Stop> {
    let token = match vend::may_be_handed_out(target, policy) {
        Ok(token) => token,
        Err(reason) => return trail.check(Rule::R11, Err(reason)).map(|()| Decision::Deny(DenyReason::FlowNotAllowed)),
    };
    trail.pass(Rule::R11, "an access token, and the policy allows it");
    let mapped = vend::as_mapped(target);
    trail.mapped = Some(mapped.clone());
    let kept = broker::a_window_is_open(facts, policy)
        .and_then(|_| vend::is_enforceable(facts, target, policy))
        .and_then(|note| vend::lifetime(facts, policy, token).map(|vend| (note, vend)));
    let (note, vend) = match kept {
        Ok(kept) => kept,
        Err(reason) => return trail.check(Rule::R12, Err(reason)).map(|()| Decision::Deny(DenyReason::FlowNotAllowed)),
    };
    trail.vend = Some(vend);
    match policy.step_up {
        StepUp::Always => trail.ask(Rule::R12, AskReason::StepUpAlways),
        StepUp::RiskBased | StepUp::Never => trail.pass(Rule::R12, note),
    }
    trail.check(Rule::R21, broker::rate_has_room(facts, target, policy))?;
    approval::settle(facts, target, policy, &mapped, trail)
}

/// R8 and R9, and then what is said about the request.
fn broker(facts: &Facts, target: &TargetFacts, policy: &Policy, trail: &mut Trail) -> Result<Decision, Stop> {
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
    if let Err(unopened) = Reading::new(&target.service, &request) {
        trail.check(Rule::R8, Err(rules::unopened(unopened)))?;
    }
    if let Err(reason) = says_what_it_spends(facts, target, &request) {
        trail.check(Rule::R8, Err(reason))?;
    }
    trail.pass(Rule::R8, format!("{} {}", request.method, request.request.url));
    trail.check(Rule::R8a, operation::host_belongs(target, &request))?;
    if operation::hides_operations(target, &request) {
        trail.check(Rule::R9, Err(DenyReason::FunctionUnmapped))?;
    }
    let mut mapped = operation::map(facts, target, request);
    trail.pass(Rule::R9, mapped.in_words());
    let decision = ruled(facts, target, policy, &mut mapped, trail);
    trail.mapped = Some(mapped);
    decision
}

/// R10 and R13–R25, for a request that is known.
fn ruled(
    facts: &Facts,
    target: &TargetFacts,
    policy: &Policy,
    mapped: &mut Mapped,
    trail: &mut Trail,
) -> Result<Decision, Stop> {
    match operation::mode_allows(target, mapped) {
        Ok(Some(reason)) => trail.ask(Rule::R10, reason),
        Ok(None) => trail.pass(Rule::R10, mapped.mode_in_words()),
        Err(reason) => trail.check(Rule::R10, Err(reason))?,
    }

    trail.check(Rule::R13, broker::flow_is_allowed(facts, policy))?;
    trail.check(Rule::R14, broker::a_window_is_open(facts, policy))?;
    trail.check(Rule::R15, broker::allowlist_fits(policy, mapped))?;
    trail.check(Rule::R16, broker::address_is_open(target, &mapped.request))?;
    let is_trusted = constrained(target, policy, mapped, trail)?;
    let ruled = match rules::go_through(policy, &target.service, mapped) {
        Ok(ruled) => ruled,
        Err(reason) => return trail.check(Rule::R18, Err(reason)).map(|()| Decision::Deny(DenyReason::FlowNotAllowed)),
    };
    if policy.rules.request.iter().any(|rule| rule.action == Action::Redact) {
        // A redaction may leave nobody to write to, or nothing to do.
        if let Err(reason) = operation::is_still_sound(target, &mapped.request) {
            trail.check(Rule::R18, Err(reason))?;
        }
    }
    match &ruled {
        Ruled::Allowed(label) => trail.pass(Rule::R18, format!("rule \"{label}\" allows it")),
        Ruled::Asked(label) if is_trusted => {
            trail.pass(Rule::R18, format!("rule \"{label}\" asks, and the target is trusted"));
        }
        Ruled::Asked(label) => trail.ask(Rule::R18, AskReason::Rule(label.clone())),
        Ruled::Silent if policy.rules.request.is_empty() => trail.pass(Rule::R18, "no rules"),
        Ruled::Silent => trail.pass(Rule::R18, format!("none of {} decides", policy.rules.request.len())),
    }
    match &ruled {
        Ruled::Allowed(label) => {
            trail.pass(Rule::R19, format!("left out: rule \"{label}\" allows it"));
            trail.pass(Rule::R20, format!("left out: rule \"{label}\" allows it"));
        }
        Ruled::Asked(_) | Ruled::Silent => {
            let a_rule_spoke = ruled != Ruled::Silent;
            trail.check(Rule::R19, broker::default_mode_allows(policy, mapped, a_rule_spoke))?;
            match broker::step_up(policy, mapped, is_trusted) {
                Some(reason) => trail.ask(Rule::R20, reason),
                None => trail.pass(Rule::R20, format!("step-up is {}", policy.step_up)),
            }
        }
    }

    trail.check(Rule::R21, broker::rate_has_room(facts, target, policy))?;
    trail.check(Rule::R22, broker::payload_fits(policy, mapped))?;
    trail.want = want(target, mapped);
    trail.check(Rule::R23, token_limits(facts, trail.want))?;
    approval::settle(facts, target, policy, mapped, trail)
}

/// R17; true: the target is trusted.
fn constrained(target: &TargetFacts, policy: &Policy, mapped: &Mapped, trail: &mut Trail) -> Result<bool, Stop> {
    let read = Reading::new(&target.service, &mapped.request).map_err(rules::unopened);
    let said = read.and_then(|reading| constraints::targets_are_listed(target, policy, mapped, &reading));
    match said {
        Ok(constrained) => {
            trail.pass(Rule::R17, constrained.note);
            Ok(constrained.is_trusted)
        }
        Err(reason) => trail.check(Rule::R17, Err(reason)).map(|()| false),
    }
}

/// Whether a request spends tokens.
fn is_model_call(target: &TargetFacts, mapped: &Mapped) -> bool {
    match mapped.functions.is_empty() {
        false => mapped.metered(&target.service).is_some(),
        // An unmapped write to a model provider may well be a model call.
        true => !target.service.usage.is_empty() && !mapped.kind.is_harmless(),
    }
}

/// A model call says how much it may spend at most, or leaves it open (T7). A body that nobody can look into would leave it
/// open whatever stands in it, and a provider may read it as JSON all the same.
fn says_what_it_spends(facts: &Facts, target: &TargetFacts, request: &Canonical) -> Result<(), DenyReason> {
    if target.service.usage.is_empty() || !matches!(request.request.body, StoredBody::Bytes(_)) {
        return Ok(());
    }
    let mapped = operation::map(facts, target, request.clone());
    match is_model_call(target, &mapped) && mapped.is_opaque(&target.service) {
        true => Err(DenyReason::BadRequest(
            "a model call says what it may spend, and a body of this type cannot be read; send it as JSON".to_owned(),
        )),
        false => Ok(()),
    }
}

/// What a model call wants to spend; other calls spend nothing.
fn want(target: &TargetFacts, mapped: &Mapped) -> Option<Want> {
    if !is_model_call(target, mapped) {
        return None;
    }
    let body = &mapped.request.request.body;
    let (bytes, maximum_output) = (body.size(), usage::maximum_output(&body.tree()));
    Some(Want { prompt: usage::estimate_prompt(bytes), maximum_output })
}

fn token_limits(facts: &Facts, want: Option<Want>) -> Said {
    let Some(want) = want else { return Ok(Cow::Borrowed("not a model call")) };
    match limit::check(&facts.standings, want) {
        Some(refusal) => Err(DenyReason::TokenLimit(Box::new(refusal))),
        None if facts.standings.is_empty() => Ok(Cow::Borrowed("no limit applies")),
        None => Ok(Cow::Owned(format!("{} limit(s) with room", facts.standings.len()))),
    }
}

#[cfg(test)]
mod tests;
