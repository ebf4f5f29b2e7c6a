//! What can go wrong with a sign-in, a refresh or a revocation, by situation.
//!
//! What must stay true: text from a provider is in here only after [`crate::oauth`]'s cleaning (control and direction
//! characters gone, 200 characters at most, known secrets replaced); tokens, codes and bodies are never in here. The
//! OAuth library's own errors hold whole bodies in their `Debug`, so none of them is kept as a source.
use crate::net::Holder;
use std::fmt;
use std::time::Duration;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    // The listener.
    #[error("port {port} is used by {}", named(holder))]
    PortTaken { port: u16, holder: Option<Holder> },
    /// Below 1024 without the right to it; on Windows usually a range the system keeps for itself.
    #[error("the system does not allow listening on port {port}")]
    PortRefused { port: u16 },
    /// The redirect says `localhost`, and [::1] cannot be held as well: whoever holds it would receive the code.
    #[error("the sign-in needs port {port} on [::1] too, and it is used by {}", named(holder))]
    NoSecondLoopback { port: u16, holder: Option<Holder> },
    /// Without [::1] nobody can be in wait there; but then the name `localhost` is not what the rule was made for either.
    #[error("the redirect goes to localhost, and this machine has no [::1] to listen on as well")]
    NoLoopbackSix(#[source] std::io::Error),
    #[error("the sign-in cannot listen for the browser")]
    Listener(#[source] std::io::Error),

    // The flow.
    #[error("the browser did not come back in time")]
    TimedOut,
    #[error("the sign-in was interrupted")]
    Cancelled,
    /// The pending sign-in is older than it may be.
    #[error("the sign-in has expired")]
    Expired,
    #[error("{0}")]
    Denied(Denial),
    /// The answer names another authorization server than the one that was asked (a mix-up attack, RFC 9207).
    #[error("the answer came from another authorization server than the one that was asked")]
    WrongIssuer,
    #[error("the authorization server sent neither a code nor an error")]
    NoCode,
    /// Pasted text that is not the whole redirect address; a bare code carries no proof of where it came from.
    #[error("that is not the whole address the browser was sent to")]
    NotARedirect,
    #[error("that address belongs to another sign-in")]
    ForeignRedirect,

    // The authorization server.
    #[error("no authorization server describes itself at {issuer}")]
    NoMetadata { issuer: String },
    #[error("the authorization server offers no sign-in on another device")]
    NoDeviceFlow,
    /// The description cannot be trusted or used: `what` names the member.
    #[error("the authorization server's description cannot be used: {what}")]
    BadServer { what: &'static str },
    #[error("the provider refused: {code}{}", appended(description))]
    Refused { code: String, description: Option<String> },
    /// A 4xx answer without an OAuth error in it.
    #[error("the provider refused with HTTP {status} and gave no reason")]
    Unexplained { status: u16 },
    #[error("the provider cannot answer now (HTTP {status})")]
    Transient { status: u16, retry_after: Option<Duration> },
    #[error("the provider's answer cannot be used: {what}")]
    Malformed { what: &'static str },
    /// The id token is not the one that was asked for.
    #[error("the account's identity cannot be trusted: {what}")]
    Identity { what: &'static str },

    #[error("this key file cannot be used: {what}")]
    BadKeyFile { what: &'static str },

    #[error("the system gave no random numbers")]
    NoRandomness,
    #[error(transparent)]
    Net(#[from] crate::net::Error),
}

impl Error {
    /// Whether trying the same again later may help, without a person. A connection's status must not change on it.
    pub fn is_transient(&self) -> bool {
        match self {
            Error::Transient { .. } => true,
            Error::Net(failure) => failure.is_transient(),
            _ => false,
        }
    }

    /// Whether the provider said that the grant itself is dead: revoked, expired, or already used.
    pub fn is_invalid_grant(&self) -> bool {
        // The second is GitHub's word for it, the third Slack's, the fourth HubSpot's; the others are Microsoft's, whose tokens can be good and
        // still need the person once more (OpenID Connect Core §3.1.2.6).
        const DEAD: [&str; 7] = [
            "invalid_grant",
            "bad_refresh_token",
            "invalid_refresh_token",
            "BAD_REFRESH_TOKEN",
            "interaction_required",
            "login_required",
            "consent_required",
        ];
        matches!(self, Error::Refused { code, .. } if DEAD.contains(&code.as_str()))
    }
}

/// The authorization server's "no", carried by a redirect with the right state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denial {
    pub kind: DenialKind,
    /// The provider's sentence, cleaned.
    pub description: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DenialKind {
    /// The person pressed "no".
    Declined,
    InvalidRequest,
    InvalidScope,
    UnauthorizedClient,
    UnsupportedResponseType,
    ServerError,
    TemporarilyUnavailable,
    LoginRequired,
    InteractionRequired,
    ConsentRequired,
    /// A code that no standard names, cleaned.
    Other(String),
}

impl DenialKind {
    pub(super) fn of(code: &str) -> Self {
        match code {
            "access_denied" => DenialKind::Declined,
            "invalid_request" => DenialKind::InvalidRequest,
            "invalid_scope" => DenialKind::InvalidScope,
            "unauthorized_client" => DenialKind::UnauthorizedClient,
            "unsupported_response_type" => DenialKind::UnsupportedResponseType,
            "server_error" => DenialKind::ServerError,
            "temporarily_unavailable" => DenialKind::TemporarilyUnavailable,
            "login_required" => DenialKind::LoginRequired,
            "interaction_required" => DenialKind::InteractionRequired,
            "consent_required" => DenialKind::ConsentRequired,
            other => DenialKind::Other(crate::oauth::text::clean(other)),
        }
    }

    fn sentence(&self) -> &str {
        match self {
            DenialKind::Declined => "declined in the browser",
            DenialKind::InvalidRequest => "the provider did not understand the request",
            DenialKind::InvalidScope => "the provider does not know a scope, or does not grant it to this client",
            DenialKind::UnauthorizedClient => "this client may not sign in this way",
            DenialKind::UnsupportedResponseType => "the provider does not offer this kind of sign-in",
            DenialKind::ServerError => "the provider failed",
            DenialKind::TemporarilyUnavailable => "the provider cannot answer now",
            DenialKind::LoginRequired => "the provider wants a fresh login",
            DenialKind::InteractionRequired => "the provider wants to ask something first",
            DenialKind::ConsentRequired => "the provider wants consent first",
            DenialKind::Other(code) => code,
        }
    }
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.kind.sentence(), appended(&self.description))
    }
}

fn named(holder: &Option<Holder>) -> String {
    holder
        .as_ref()
        .map_or_else(|| "another program".to_owned(), |holder| crate::oauth::text::clean(&holder.to_string()))
}

fn appended(description: &Option<String>) -> String {
    description.as_ref().map(|text| format!(" ({text})")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rule 11: each of the codes that a redirect may carry is a situation of its own.
    #[test]
    fn every_code_of_a_refusal_has_its_own_sentence() {
        let codes = [
            "access_denied",
            "invalid_request",
            "invalid_scope",
            "unauthorized_client",
            "unsupported_response_type",
            "server_error",
            "temporarily_unavailable",
            "login_required",
            "interaction_required",
            "consent_required",
        ];
        let kinds: Vec<DenialKind> = codes.iter().map(|code| DenialKind::of(code)).collect();
        for (place, kind) in kinds.iter().enumerate() {
            assert!(!matches!(kind, DenialKind::Other(_)), "{}", codes[place]);
            assert_ne!(kind.sentence(), codes[place]);
            assert!(kinds[place + 1..].iter().all(|other| other.sentence() != kind.sentence()), "{}", codes[place]);
        }
        assert_eq!(kinds[0], DenialKind::Declined);
        assert_eq!(DenialKind::of("Access_Denied"), DenialKind::Other("Access_Denied".to_owned()));
    }
}
