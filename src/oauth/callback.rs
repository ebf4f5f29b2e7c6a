//! The judge of a redirect: is it the answer to this sign-in, and what does it say?
//!
//! What must stay true: the order. State first, in constant time, and before it matches nothing else is looked at;
//! then repeated parameters, then `iss`, then `error`, then `code`. With `error` before state, any page in the browser
//! could end a sign-in by loading an image; with `iss` only when it is there, an attacker leaves it out.
use crate::model::secret::Secret;
use crate::oauth::begin::{self, Pending};
use crate::oauth::error::{Denial, DenialKind, Error};
use crate::oauth::text;
use subtle::ConstantTimeEq;
use url::form_urlencoded;

/// The provider's "yes".
#[derive(Debug)]
pub struct Callback {
    pub code: Secret,
}

/// What an answer is compared with.
#[derive(Debug, Clone)]
pub(super) struct Expected {
    pub(super) state_hash: [u8; 32],
    pub(super) issuer: Option<String>,
    pub(super) iss_announced: bool,
}

impl From<&Pending> for Expected {
    fn from(pending: &Pending) -> Self {
        let issuer = pending.issuer.clone();
        Expected { state_hash: pending.state_hash, issuer, iss_announced: pending.iss_announced }
    }
}

#[derive(Debug)]
pub(super) enum Verdict {
    /// Not the answer to this sign-in, or not a well-formed one: refuse it and keep waiting.
    Stranger,
    Answer(Result<Callback, Error>),
}

pub(super) fn judge(query: &str, expected: &Expected) -> Verdict {
    if !one(query, "state").is_some_and(|state| is_expected(&state, expected)) {
        return Verdict::Stranger;
    }
    let repeated = |name| form_urlencoded::parse(query.as_bytes()).filter(|(had, _)| had == name).count() > 1;
    if ["iss", "error", "code"].into_iter().any(repeated) {
        return Verdict::Stranger;
    }
    if !issuer_fits(one(query, "iss"), expected) {
        return Verdict::Answer(Err(Error::WrongIssuer));
    }
    if let Some(code) = one(query, "error") {
        let description = one(query, "error_description").map(|said| text::clean(&said));
        let description = description.filter(|said| !said.is_empty());
        return Verdict::Answer(Err(Error::Denied(Denial { kind: DenialKind::of(&code), description })));
    }
    match one(query, "code").filter(|code| !code.is_empty()) {
        Some(code) => Verdict::Answer(Ok(Callback { code: Secret::new(code) })),
        None => Verdict::Answer(Err(Error::NoCode)),
    }
}

fn is_expected(state: &str, expected: &Expected) -> bool {
    begin::hash(state).ct_eq(&expected.state_hash).into()
}

fn issuer_fits(said: Option<String>, expected: &Expected) -> bool {
    match (said, &expected.issuer) {
        (Some(said), Some(issuer)) => said == *issuer,
        // Nothing is known to compare it with; the path of the redirect, new for every flow, keeps servers apart.
        (Some(_), None) => !expected.iss_announced,
        (None, _) => !expected.iss_announced,
    }
}

/// The value of a parameter that is there exactly once.
fn one(query: &str, name: &str) -> Option<String> {
    let mut values = form_urlencoded::parse(query.as_bytes()).filter(|(had, _)| had == name);
    let (_, value) = values.next()?;
    values.next().is_none().then(|| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expected(issuer: Option<&str>, iss_announced: bool) -> Expected {
        Expected { state_hash: begin::hash("right"), issuer: issuer.map(str::to_owned), iss_announced }
    }

    fn verdict(query: &str) -> Verdict {
        judge(query, &expected(Some("https://auth.example"), false))
    }

    #[test]
    fn without_the_right_state_nothing_counts() {
        for query in [
            "",
            "code=c",
            "state=wrong&code=c",
            "state=&code=c",
            "error=access_denied",
            "state=wrong&error=access_denied",
            "state=right&state=right&code=c",
            "state=wrong&state=right&code=c",
            "State=right&code=c",
            "state=right%00&code=c",
        ] {
            assert!(matches!(verdict(query), Verdict::Stranger), "{query}");
        }
    }

    #[test]
    fn repeated_parameters_are_a_strangers() {
        for query in [
            "state=right&code=a&code=b",
            "state=right&code=a&iss=https://auth.example&iss=x",
            "state=right&error=a&error=b",
            "state=right&code=a&code=",
        ] {
            assert!(matches!(verdict(query), Verdict::Stranger), "{query}");
        }
    }

    #[test]
    fn the_code_is_the_answer_and_debug_does_not_show_it() {
        let Verdict::Answer(Ok(callback)) = verdict("code=canary%2F1&state=right&extra=1&extra=2") else { panic!() };
        assert_eq!(callback.code.reveal(), "canary/1");
        assert_eq!(format!("{callback:?}").find("canary"), None);
    }

    #[test]
    fn the_issuer_is_compared_when_present_and_demanded_when_announced() {
        let judged = |query: &str, issuer, announced| match judge(query, &expected(issuer, announced)) {
            Verdict::Answer(Ok(_)) => true,
            Verdict::Answer(Err(Error::WrongIssuer)) => false,
            other => panic!("{other:?}"),
        };
        let (right, wrong) =
            ("state=right&code=c&iss=https://auth.example", "state=right&code=c&iss=https://evil.example");
        let issuer = Some("https://auth.example");
        assert!(judged(right, issuer, true) && judged(right, issuer, false));
        assert!(!judged(wrong, issuer, true) && !judged(wrong, issuer, false));
        assert!(!judged("state=right&code=c&iss=https://auth.example/", issuer, false));
        assert!(!judged("state=right&code=c", issuer, true) && judged("state=right&code=c", issuer, false));
        assert!(judged(right, None, false) && !judged(right, None, true));
        // A wrong issuer is found before the error it would like to have believed.
        assert!(!judged("state=right&error=access_denied&iss=https://evil.example", issuer, false));
    }

    #[test]
    fn an_error_with_the_right_state_is_a_cleaned_denial() {
        let Verdict::Answer(Err(Error::Denied(denial))) =
            verdict("state=right&error=access_denied&error_description=%1b[2Jno%0Athanks&code=c")
        else {
            panic!()
        };
        assert_eq!(denial.kind, DenialKind::Declined);
        assert_eq!(denial.to_string(), "declined in the browser ([2Jno thanks)");
        let Verdict::Answer(Err(Error::Denied(denial))) = verdict("state=right&error=%1bodd") else { panic!() };
        assert_eq!(denial.kind, DenialKind::Other("odd".to_owned()));
        assert!(matches!(verdict("state=right"), Verdict::Answer(Err(Error::NoCode))));
        assert!(matches!(verdict("state=right&code="), Verdict::Answer(Err(Error::NoCode))));
    }
}
