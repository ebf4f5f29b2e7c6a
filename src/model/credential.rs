//! What opens a service. Kept apart from its connection, destroyed by revoke.
use crate::model::secret::Secret;
use crate::model::time::Timestamp;

/// The longest a refresh may come before expiry, the shortest, and the share of the token's life (oauth.md, rule 29).
const REFRESH_AHEAD_MOST_S: i64 = 300;
const REFRESH_AHEAD_LEAST_S: i64 = 60;
const REFRESH_AHEAD_PERCENT: i64 = 10;

#[derive(Debug, Clone)]
pub struct Credential {
    pub opens: Opens,
    /// Grows with each replacement: a refresh that lost a race must not overwrite what won it.
    pub version: i64,
    pub obtained_at: Timestamp,
    pub refreshing: Refreshing,
}

/// What is known of refreshes that brought no new tokens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Refreshing {
    /// One began and nothing is known of its end: the provider may have replaced the refresh token.
    pub began_at: Option<Timestamp>,
    /// The provider asked not to be asked before then.
    pub not_before: Option<Timestamp>,
}

#[derive(Debug, Clone)]
pub enum Opens {
    OAuth(OAuthTokens),
    ApiKey(Secret),
    /// A service that asks for nothing.
    Nothing,
}

#[derive(Debug, Clone)]
pub struct OAuthTokens {
    pub access_token: Secret,
    pub refresh_token: Option<Secret>,
    /// The refresh token before this one, at a provider that takes it for a while longer; until the new one was used.
    pub previous_refresh_token: Option<Secret>,
    /// None: the provider did not say. That means "ask again on 401", not "never".
    pub expires_at: Option<Timestamp>,
    /// The client's secret as it was at the sign-in: refresh and revocation need it.
    pub client_secret: Option<Secret>,
    /// A second secret that the service wants beside the token.
    pub companion: Option<Secret>,
}

/// What is kept of a connection that is revoked here and perhaps not at its provider, so that it can be asked again.
#[derive(Debug, Clone)]
pub struct KeptForRetry {
    /// None: its time was over, and it was destroyed.
    pub tokens: Option<KeptTokens>,
    pub until: Timestamp,
}

#[derive(Debug, Clone)]
pub struct KeptTokens {
    pub access_token: Secret,
    pub refresh_token: Option<Secret>,
    /// The client must say who it is at the revocation endpoint too.
    pub client_secret: Option<Secret>,
}

impl OAuthTokens {
    /// Whether the access token should be refreshed now: at expiry − max(60 s, 10 % of its life, capped at 5 min).
    pub fn is_stale(&self, obtained_at: Timestamp, now: Timestamp) -> bool {
        let Some(expires_at) = self.expires_at else { return false };
        let life = expires_at.as_second().saturating_sub(obtained_at.as_second()).max(0);
        let share = (life.saturating_mul(REFRESH_AHEAD_PERCENT) / 100).min(REFRESH_AHEAD_MOST_S);
        let ahead = share.max(REFRESH_AHEAD_LEAST_S);
        // A token that lives for less than the margin is used for the first half of its life instead of never.
        let ahead = if life <= ahead { life / 2 } else { ahead };
        now.as_second() >= expires_at.as_second().saturating_sub(ahead)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(life: i64) -> (OAuthTokens, Timestamp) {
        let start = Timestamp::from_second(1_000_000).unwrap();
        let expires_at = Some(Timestamp::from_second(1_000_000 + life).unwrap());
        let secret = Secret::new("t".to_owned());
        (
            OAuthTokens {
                access_token: secret,
                refresh_token: None,
                previous_refresh_token: None,
                expires_at,
                client_secret: None,
                companion: None,
            },
            start,
        )
    }

    fn stale_after(life: i64) -> i64 {
        let (tokens, start) = tokens(life);
        (0..=life).find(|s| tokens.is_stale(start, Timestamp::from_second(1_000_000 + s).unwrap())).unwrap()
    }

    #[test]
    fn a_token_is_refreshed_ahead_of_its_expiry() {
        assert_eq!(stale_after(3600), 3600 - 300, "an hour: 10 % is above the cap of five minutes");
        assert_eq!(stale_after(1800), 1800 - 180, "half an hour: 10 %");
        assert_eq!(stale_after(300), 300 - 60, "five minutes: at least a minute");
        assert_eq!(stale_after(20), 10, "a very short life: half of it");
    }

    #[test]
    fn an_unknown_lifetime_is_not_stale() {
        let (mut tokens, start) = tokens(10);
        tokens.expires_at = None;
        assert!(!tokens.is_stale(start, Timestamp::from_second(9_000_000).unwrap()));
    }
}
