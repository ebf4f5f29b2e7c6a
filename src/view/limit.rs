//! Token limits, how they stand, and the refusal a limit gives (RFC 9457).
use crate::model::limit::{Level, Limit, Millions, Period, Refusal, Role, Standing};
use crate::view::instant;
use schemars::JsonSchema;
use serde::Serialize;

/// A limit. `null` is "no explicit limit", `"0"` is "blocked"; values are decimal millions as they were typed.
#[derive(Debug, Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LimitView {
    pub id: String,
    pub connection: String,
    pub level: Level,
    pub subject: Option<String>,
    pub daily: Option<String>,
    pub weekly: Option<String>,
    pub daily_tokens: Option<u64>,
    pub weekly_tokens: Option<u64>,
    pub strict: bool,
    pub enabled: bool,
    pub updated_at: String,
}

impl LimitView {
    pub fn new(limit: &Limit, connection: &str) -> LimitView {
        let shown = |value: Option<Millions>| value.map(|millions| millions.to_string());
        LimitView {
            id: limit.id.to_string(),
            connection: connection.to_owned(),
            level: limit.level,
            subject: limit.subject.clone(),
            daily: shown(limit.daily),
            weekly: shown(limit.weekly),
            daily_tokens: limit.daily.map(|millions| millions.0),
            weekly_tokens: limit.weekly.map(|millions| millions.0),
            strict: limit.strict,
            enabled: limit.enabled,
            updated_at: instant(limit.updated_at),
        }
    }
}

#[derive(Debug, Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StandingView {
    pub connection: String,
    pub level: Level,
    pub subject: Option<String>,
    pub period: Period,
    pub limit_tokens: u64,
    pub used_tokens: u64,
    pub reserved_tokens: u64,
    pub left_tokens: u64,
    pub percent: u64,
    pub reached: bool,
    pub strict: bool,
    pub starts_at: String,
    pub resets_at: String,
}

impl StandingView {
    pub fn new(standing: &Standing, connection: &str) -> StandingView {
        StandingView {
            connection: connection.to_owned(),
            level: standing.level,
            subject: standing.subject.clone(),
            period: standing.period,
            limit_tokens: standing.ceiling,
            used_tokens: standing.used,
            reserved_tokens: standing.reserved,
            left_tokens: standing.left(),
            percent: standing.percent(),
            reached: standing.is_reached(),
            strict: standing.strict,
            starts_at: instant(standing.window.start),
            resets_at: instant(standing.window.end),
        }
    }
}

/// One record and one period of an explanation.
#[derive(Debug, Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExplainedLimitView {
    pub level: Level,
    pub subject: Option<String>,
    pub period: Period,
    /// What the record has to say about the account.
    pub role: Role,
    /// It applies, and has the least room of those that do.
    pub decides: bool,
    /// Null: no value for the period.
    pub limit_tokens: Option<u64>,
    pub used_tokens: Option<u64>,
    pub reserved_tokens: Option<u64>,
    pub left_tokens: Option<u64>,
    pub percent: Option<u64>,
    pub strict: bool,
    pub resets_at: Option<String>,
}

impl ExplainedLimitView {
    pub fn new(limit: &Limit, period: Period, role: Role, decides: bool, standing: Option<&Standing>) -> Self {
        ExplainedLimitView {
            level: limit.level,
            subject: limit.subject.clone(),
            period,
            role,
            decides,
            limit_tokens: limit.ceiling(period).map(|millions| millions.0),
            used_tokens: standing.map(|standing| standing.used),
            reserved_tokens: standing.map(|standing| standing.reserved),
            left_tokens: standing.map(Standing::left),
            percent: standing.map(Standing::percent),
            strict: limit.strict,
            resets_at: standing.map(|standing| instant(standing.window.end)),
        }
    }
}

/// A refusal in the members of RFC 9457, with what a program needs to wait or to ask for more.
#[derive(Debug, Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProblemView {
    #[serde(rename = "type")]
    pub problem_type: String,
    pub title: String,
    pub status: u16,
    pub detail: String,
    pub code: String,
    pub connection: String,
    pub level: Level,
    pub subject: Option<String>,
    pub period: Period,
    pub limit_tokens: u64,
    pub used_tokens: u64,
    pub reserved_tokens: u64,
    pub resets_at: String,
}

impl ProblemView {
    pub fn new(refusal: &Refusal, connection: &str) -> ProblemView {
        let standing = &refusal.standing;
        ProblemView {
            problem_type: "urn:siesta:problem:token-limit".to_owned(),
            title: "token limit reached".to_owned(),
            status: 403,
            detail: refusal.to_string(),
            code: "token_limit".to_owned(),
            connection: connection.to_owned(),
            level: standing.level,
            subject: standing.subject.clone(),
            period: standing.period,
            limit_tokens: standing.ceiling,
            used_tokens: standing.used,
            reserved_tokens: standing.reserved,
            resets_at: instant(standing.window.end),
        }
    }
}

#[derive(Debug, Clone, JsonSchema, Serialize)]
pub struct ReportView {
    pub at: String,
    pub limits: Vec<StandingView>,
}

#[derive(Debug, Clone, JsonSchema, Serialize)]
pub struct LimitsView {
    pub limits: Vec<LimitView>,
}

#[derive(Debug, Clone, JsonSchema, Serialize)]
pub struct OneLimitView {
    pub limit: LimitView,
}
