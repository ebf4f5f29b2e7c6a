//! Reasons as values: what the table, the JSON, the audit row and the message all show.
use crate::model::governance::FreezeScope;
use crate::model::limit::{Period, Refusal, RefusalCause};
use crate::model::policy::ConstraintKind;
use crate::model::time::Timestamp;
use std::borrow::Cow;
use std::fmt;

/// What a request comes to.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    Allow,
    Deny(DenyReason),
    NeedsApproval(AskReason),
}

/// Why a person must be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AskReason {
    FunctionConfirmation,
    /// A request rule, by its label (R18).
    Rule(String),
    StepUpAlways,
    StepUp,
    /// The question was put before and nobody has answered it yet.
    Pending,
}

impl AskReason {
    pub fn code(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            AskReason::FunctionConfirmation => "function_confirmation",
            AskReason::Rule(label) => return Cow::Owned(format!("rule:{label}")),
            AskReason::StepUpAlways => "step_up_always",
            AskReason::StepUp => "step_up",
            AskReason::Pending => "pending",
        })
    }
}

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq)]
pub enum DenyReason {
    /// The organization, the agent or the connection is frozen (R0).
    Frozen {
        scope: FreezeScope,
        reason: String,
    },
    AgentNotActive,
    UserUnknown,
    TeamUnknown,
    NotSingleton,
    ConnectionNotFound,
    ConnectionRevoked,
    ConnectionNeedsReauth,
    CredentialsMissing,
    TypeDisabled,
    ConnectionPrivate,
    AccessNotGranted,
    NotAssigned,
    BadRequest(String),
    HostNotAllowed(String),
    FunctionUnknown {
        name: String,
        nearest: Option<String>,
    },
    FunctionUnmapped,
    FunctionDisabled,
    FlowNotAllowed,
    /// What opens the connection is no OAuth access token, so no policy could have it handed out (R11).
    NotVendable,
    AllowlistEmpty,
    AllowlistMiss {
        /// The entry that comes nearest.
        nearest: Option<String>,
        /// It fits but for the method; these are the ones it has.
        methods: Vec<String>,
    },
    /// No window is open (R14).
    OutsideTimeWindow {
        opens: Option<Timestamp>,
    },
    /// Something restricts this pair that a token handed out would not keep (R12).
    VendUnenforceable(String),
    /// The target is not on the policy's list (R17).
    Constraint {
        kind: ConstraintKind,
        target: String,
    },
    ConstraintUnreadable {
        kind: ConstraintKind,
    },
    /// A request rule, by its label (R18).
    Rule(String),
    ModeReadOnly,
    ModeCustomUnmatched,
    /// R21; until then, in seconds.
    RateLimited {
        limit: u64,
        retry_after: u64,
    },
    PayloadTooLarge {
        size: u64,
        limit: u64,
    },
    TokenLimit(Box<Refusal>),
    TooManyPending,
    ApprovalUnknown,
    ApprovalRejected,
    ApprovalExpired,
    ApprovalCancelled,
    ApprovalUsed,
    ApprovalMismatch,
    /// The attempt could not be written down, so nothing was sent (R27).
    AuditUnavailable,
    /// The address is not one that may be called (R16).
    SsrfBlocked(String),
}

impl DenyReason {
    pub fn code(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            DenyReason::Rule(label) => return Cow::Owned(format!("rule:{label}")),
            DenyReason::Frozen { .. } => "frozen",
            DenyReason::AgentNotActive => "agent_not_active",
            DenyReason::UserUnknown => "user_unknown",
            DenyReason::TeamUnknown => "team_unknown",
            DenyReason::NotSingleton => "not_singleton",
            DenyReason::ConnectionNotFound => "connection_not_found",
            DenyReason::ConnectionRevoked => "connection_revoked",
            DenyReason::ConnectionNeedsReauth => "connection_needs_reauth",
            DenyReason::CredentialsMissing => "credentials_missing",
            DenyReason::TypeDisabled => "type_disabled",
            DenyReason::ConnectionPrivate => "connection_private",
            DenyReason::AccessNotGranted => "access_not_granted",
            DenyReason::NotAssigned => "not_assigned",
            DenyReason::BadRequest(_) => "bad_request",
            DenyReason::HostNotAllowed(_) => "host_not_allowed",
            DenyReason::FunctionUnknown { .. } => "function_unknown",
            DenyReason::FunctionUnmapped => "function_unmapped",
            DenyReason::FunctionDisabled => "function_disabled",
            DenyReason::FlowNotAllowed | DenyReason::NotVendable => "flow_not_allowed",
            DenyReason::AllowlistEmpty => "allowlist_empty",
            DenyReason::AllowlistMiss { .. } => "allowlist_miss",
            DenyReason::OutsideTimeWindow { .. } => "outside_time_window",
            DenyReason::VendUnenforceable(_) => "vend_unenforceable",
            DenyReason::Constraint { .. } => "constraint",
            DenyReason::ConstraintUnreadable { .. } => "constraint_unreadable",
            DenyReason::RateLimited { .. } => "rate_limited",
            DenyReason::PayloadTooLarge { .. } => "payload_too_large",
            DenyReason::ModeReadOnly => "mode_read_only",
            DenyReason::ModeCustomUnmatched => "mode_custom_unmatched",
            DenyReason::TokenLimit(_) => "token_limit",
            DenyReason::TooManyPending => "too_many_pending",
            DenyReason::ApprovalUnknown => "approval_unknown",
            DenyReason::ApprovalRejected => "approval_rejected",
            DenyReason::ApprovalExpired => "approval_expired",
            DenyReason::ApprovalCancelled => "approval_cancelled",
            DenyReason::ApprovalUsed => "approval_used",
            DenyReason::ApprovalMismatch => "approval_mismatch",
            DenyReason::AuditUnavailable => "audit_unavailable",
            DenyReason::SsrfBlocked(_) => "ssrf_blocked",
        })
    }
}

/// The reason in plain words, as an agent may show it.
impl fmt::Display for DenyReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DenyReason::Frozen { scope: FreezeScope::All, reason } => write!(f, "everything is frozen: {reason}"),
            DenyReason::Frozen { scope, reason } => write!(f, "the {scope} is frozen: {reason}"),
            DenyReason::AgentNotActive => f.write_str("the agent is unknown or not active"),
            DenyReason::UserUnknown => f.write_str("the user is unknown or disabled"),
            DenyReason::TeamUnknown => f.write_str("the team is unknown, or the user is not in it"),
            DenyReason::NotSingleton => {
                f.write_str("a service name stands for a connection only where there can be one")
            }
            DenyReason::ConnectionNotFound => f.write_str("there is no such connection"),
            DenyReason::ConnectionRevoked => f.write_str("the connection is revoked"),
            DenyReason::ConnectionNeedsReauth => f.write_str("the connection must be authorised again"),
            DenyReason::CredentialsMissing => f.write_str("the connection has no credential"),
            DenyReason::TypeDisabled => f.write_str("the organization has disabled the whole service"),
            DenyReason::ConnectionPrivate => f.write_str("the connection is private and was not granted to this user"),
            DenyReason::AccessNotGranted => f.write_str("the connection is shared with others only"),
            DenyReason::NotAssigned => f.write_str("the connection is not assigned to this agent"),
            DenyReason::BadRequest(why) => write!(f, "the request is malformed: {why}"),
            DenyReason::HostNotAllowed(origin) => {
                write!(f, "{origin} is not a host this connection's credential was entered for")
            }
            DenyReason::FunctionUnknown { name, nearest: Some(nearest) } => {
                write!(f, "the service has no function \"{name}\" (did you mean \"{nearest}\"?)")
            }
            DenyReason::FunctionUnknown { name, nearest: None } => {
                write!(f, "the service has no function \"{name}\"")
            }
            DenyReason::FunctionUnmapped => {
                f.write_str("the URL belongs to no known function, and this service has disabled functions")
            }
            DenyReason::FunctionDisabled => f.write_str("the function is disabled"),
            DenyReason::FlowNotAllowed => f.write_str("the policy does not allow this flow"),
            DenyReason::NotVendable => {
                f.write_str("the connection has no OAuth access token, and nothing else is handed out")
            }
            DenyReason::AllowlistEmpty => f.write_str("the policy's allowlist is empty"),
            DenyReason::AllowlistMiss { nearest: Some(entry), methods } if !methods.is_empty() => {
                write!(f, "the policy's allowlist has {entry} for {} only", methods.join(", "))
            }
            DenyReason::AllowlistMiss { nearest: Some(entry), .. } => {
                write!(f, "no entry of the policy's allowlist fits the request; the nearest is {entry}")
            }
            DenyReason::AllowlistMiss { nearest: None, .. } => {
                f.write_str("no entry of the policy's allowlist fits the request")
            }
            DenyReason::OutsideTimeWindow { opens: Some(opens) } => {
                write!(f, "no time window of the policy is open; the next opens at {opens:.0}")
            }
            DenyReason::OutsideTimeWindow { opens: None } => f.write_str("no time window of the policy is open"),
            DenyReason::VendUnenforceable(what) => {
                write!(f, "a token handed out would not keep what the policy says: {what}")
            }
            DenyReason::Constraint { kind, target } => {
                write!(f, "the {kind} \"{target}\" is not on the policy's list")
            }
            DenyReason::ConstraintUnreadable { kind } => {
                write!(f, "the policy has a list of {kind}s, and the request does not say which {kind} it is for")
            }
            DenyReason::Rule(label) => write!(f, "the policy's rule \"{label}\" denies it"),
            DenyReason::RateLimited { limit: 0, .. } => f.write_str("the policy allows no requests at all"),
            DenyReason::RateLimited { limit: 1, retry_after } => {
                write!(f, "the one request an hour is made; the next may be made in {retry_after} s")
            }
            DenyReason::RateLimited { limit, retry_after } => {
                write!(f, "{limit} requests an hour are made; the next may be made in {retry_after} s")
            }
            DenyReason::PayloadTooLarge { size, limit } => {
                write!(f, "the payload has {} bytes and the policy allows {}", grouped(*size), grouped(*limit))
            }
            DenyReason::ModeReadOnly => f.write_str("the policy is read-only and this is not a read"),
            DenyReason::ModeCustomUnmatched => f.write_str("the policy allows only what a rule names, and none fits"),
            DenyReason::TokenLimit(refusal) => refusal.fmt(f),
            DenyReason::TooManyPending => f.write_str("more than 20 requests of this agent wait for approval already"),
            DenyReason::ApprovalUnknown => f.write_str("there is no such approval"),
            DenyReason::ApprovalRejected => f.write_str("the request was rejected"),
            DenyReason::ApprovalExpired => f.write_str("the approval has expired"),
            DenyReason::ApprovalCancelled => f.write_str("the approval was cancelled"),
            DenyReason::ApprovalUsed => f.write_str("the approval has been used already"),
            DenyReason::ApprovalMismatch => f.write_str("the approval is for another request"),
            DenyReason::AuditUnavailable => f.write_str("the attempt could not be recorded, so nothing was sent"),
            DenyReason::SsrfBlocked(why) => f.write_str(why),
        }
    }
}

impl fmt::Display for AskReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            AskReason::Rule(label) => return write!(f, "the policy's rule \"{label}\" asks"),
            AskReason::FunctionConfirmation => "the function asks for confirmation",
            AskReason::StepUpAlways => "the policy asks for every operation",
            AskReason::StepUp => "the policy asks for operations that are not reads",
            AskReason::Pending => "nobody has answered yet",
        })
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let standing = &self.standing;
        let period = match standing.period {
            Period::Daily => "daily",
            Period::Weekly => "weekly",
        };
        let whose = match &standing.subject {
            Some(subject) => format!("{} \"{subject}\"", standing.level),
            None => standing.level.to_string(),
        };
        write!(f, "the {period} token limit of {whose} ")?;
        match self.cause {
            RefusalCause::Reached => f.write_str("is reached: ")?,
            RefusalCause::WouldPass => f.write_str("would be passed by this call: ")?,
            RefusalCause::NoMaximum => f.write_str("is strict and the request states no maximum output: ")?,
        }
        write!(f, "{} of {} tokens used", grouped(standing.used), grouped(standing.ceiling))?;
        if standing.reserved > 0 {
            write!(f, ", {} reserved", grouped(standing.reserved))?;
        }
        write!(f, "; it resets at {:.0}", standing.window.end)
    }
}

/// Thousands set apart by commas.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let mut text = digits[..first].to_owned();
    for chunk in digits.as_bytes()[first..].chunks(3) {
        if !text.is_empty() {
            text.push(',');
        }
        text.extend(chunk.iter().map(|b| *b as char));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_said_in_the_number_it_has() {
        let said = |limit| DenyReason::RateLimited { limit, retry_after: 60 }.to_string();
        assert_eq!(said(0), "the policy allows no requests at all");
        assert_eq!(said(1), "the one request an hour is made; the next may be made in 60 s");
        assert_eq!(said(2), "2 requests an hour are made; the next may be made in 60 s");
    }

    #[test]
    fn numbers_are_grouped_in_thousands() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }
}
