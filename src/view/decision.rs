//! Decisions as data: what a call came to, and how a decision comes about.
use crate::model::audit::Verdict;
use crate::model::decide::{self, Decision, Evaluation, Rule, Step, StepOutcome};
use crate::model::execution::{OutgoingRequest, StoredResult};
use crate::model::facts::Facts;
use crate::model::governance::{Mode, ModeSource};
use crate::model::service::FunctionKind;
use crate::view::limit::ProblemView;
use crate::view::standing::StandingApprovalView;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// The answer of `call`: the outcome, why, and what the provider said.
#[derive(Debug, Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OutcomeView {
    pub outcome: Verdict,
    pub reason: Option<String>,
    pub detail: Option<String>,
    pub execution_id: Option<String>,
    pub expires_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<ProblemView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<ResultView>,
    /// The answers of several pages, in the place of one result; only from `call --pages`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pages: Option<Vec<PageView>>,
    /// What was given with the answer, for others like it; only from `executions approve --for`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standing_approval: Option<StandingApprovalView>,
}

/// One page of several: a call of its own.
#[derive(Debug, Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PageView {
    pub execution_id: String,
    pub result: ResultView,
}

/// A provider's answer: JSON as a value, other text as text, anything else in base64.
#[derive(Debug, Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResultView {
    pub http_status: u16,
    pub content_type: Option<String>,
    pub body: Value,
    pub body_encoding: &'static str,
}

impl ResultView {
    pub fn new(result: &StoredResult) -> ResultView {
        let (body, body_encoding) = body_in_json(&result.body);
        ResultView { http_status: result.http_status, content_type: result.content_type.clone(), body, body_encoding }
    }
}

/// JSON as a value, other text as text, anything else in base64.
fn body_in_json(bytes: &[u8]) -> (Value, &'static str) {
    match serde_json::from_slice::<Value>(bytes) {
        Ok(value) => (value, "json"),
        Err(_) => match std::str::from_utf8(bytes) {
            Ok(text) => (Value::from(text), "text"),
            Err(_) => (Value::from(STANDARD.encode(bytes)), "base64"),
        },
    }
}

/// What a call would come to, and the request that would leave.
#[derive(Debug, Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PreviewView {
    pub outcome: Verdict,
    pub reason: Option<String>,
    pub detail: Option<String>,
    /// Always true: nothing was done.
    pub dry_run: bool,
    pub functions: Vec<String>,
    /// None: the decision ended before there was a request.
    pub request: Option<OutgoingView>,
}

#[derive(Debug, Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OutgoingView {
    pub method: String,
    pub url: String,
    pub headers: Vec<HeaderView>,
    pub body: Value,
    /// `json`, `text` or `base64`; `none` without a body.
    pub body_encoding: &'static str,
}

#[derive(Debug, Clone, JsonSchema, Serialize)]
pub struct HeaderView {
    pub name: String,
    pub value: String,
}

impl PreviewView {
    pub fn new(evaluation: &Evaluation, preview: Option<&OutgoingRequest>) -> PreviewView {
        let (outcome, reason, detail) = in_words(&evaluation.decision);
        let functions = evaluation.mapped.as_ref().map(|mapped| mapped.functions.clone());
        PreviewView {
            outcome,
            reason,
            detail,
            dry_run: true,
            functions: functions.unwrap_or_default(),
            request: preview.map(|preview| {
                let (body, body_encoding) = preview.body.as_deref().map_or((Value::Null, "none"), body_in_json);
                OutgoingView {
                    method: preview.method.clone(),
                    url: preview.url.clone(),
                    headers: preview
                        .headers
                        .iter()
                        .map(|(name, value)| HeaderView { name: name.clone(), value: value.clone() })
                        .collect(),
                    body,
                    body_encoding,
                }
            }),
        }
    }
}

/// An evaluation, rule by rule.
#[derive(Debug, Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExplanationView {
    pub outcome: Verdict,
    pub reason: Option<String>,
    pub detail: Option<String>,
    pub request: Option<RequestView>,
    pub functions: Vec<String>,
    pub kind: Option<FunctionKind>,
    pub mode: Option<Mode>,
    pub mode_source: Option<ModeSource>,
    pub steps: Vec<StepView>,
    /// What is said about the token; only where one would be handed out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vend: Option<VendView>,
    /// Commands, each of which would change the answer or show what to change, as they are typed.
    pub would_change: Vec<String>,
    /// What to keep in mind before one of them is typed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// How long a token would be good, in seconds; null: its provider did not say.
#[derive(Debug, Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VendView {
    pub expires_in: Option<i64>,
    pub provider_expires_in: Option<i64>,
}

#[derive(Debug, Clone, JsonSchema, Serialize)]
pub struct RequestView {
    pub method: String,
    pub url: String,
}

#[derive(Debug, Clone, JsonSchema, Serialize)]
pub struct StepView {
    pub rule: Rule,
    pub title: &'static str,
    pub outcome: StepOutcome,
    pub note: String,
    /// The record that the rule looked at; none: there is none, or it was not reached.
    pub record: Option<String>,
}

/// A decision as verdict, reason code and plain words.
pub fn in_words(decision: &Decision) -> (Verdict, Option<String>, Option<String>) {
    match decision {
        Decision::Allow => (Verdict::Allow, None, None),
        Decision::Deny(reason) => (Verdict::Deny, Some(reason.code().into_owned()), Some(reason.to_string())),
        Decision::NeedsApproval(reason) => {
            (Verdict::NeedsApproval, Some(reason.code().into_owned()), Some(reason.to_string()))
        }
    }
}

impl ExplanationView {
    pub fn new(
        facts: &Facts,
        evaluation: &Evaluation,
        would_change: Vec<String>,
        notes: Vec<String>,
    ) -> ExplanationView {
        let (outcome, reason, detail) = in_words(&evaluation.decision);
        let mapped = evaluation.mapped.as_ref();
        ExplanationView {
            outcome,
            reason,
            detail,
            request: mapped.map(|mapped| RequestView {
                method: mapped.request.request.method.clone(),
                url: mapped.request.request.url.clone(),
            }),
            functions: mapped.map(|mapped| mapped.functions.clone()).unwrap_or_default(),
            kind: mapped.map(|mapped| mapped.kind),
            mode: mapped.map(|mapped| mapped.mode.mode),
            mode_source: mapped.map(|mapped| mapped.mode.source),
            steps: evaluation.steps.iter().map(|step| StepView::new(facts, evaluation, step)).collect(),
            vend: evaluation
                .vend
                .map(|vend| VendView { expires_in: vend.expires_in, provider_expires_in: vend.provider_expires_in }),
            would_change,
            notes,
        }
    }
}

impl StepView {
    pub fn new(facts: &Facts, evaluation: &Evaluation, step: &Step) -> StepView {
        let is_reached = step.outcome != StepOutcome::NotReached;
        StepView {
            rule: step.rule,
            title: step.rule.title(),
            outcome: step.outcome,
            note: step.note.to_string(),
            record: is_reached.then(|| decide::record(facts, evaluation, step.rule)).flatten(),
        }
    }
}
