//! A redirect that a person copied from the browser's address bar, because the browser runs on another machine.
//!
//! What must stay true: the same judge as the listener's, after the same questions about where the address points. A
//! bare code is refused: it carries no state, so it could be the code of an attacker's own account.
use crate::model::time::Timestamp;
use crate::oauth::begin::Pending;
use crate::oauth::callback::{Callback, Expected, Verdict, judge};
use crate::oauth::error::Error;
use url::Url;

pub fn paste(text: &str, pending: &Pending, now: Timestamp) -> Result<Callback, Error> {
    if now >= pending.expires_at {
        return Err(Error::Expired);
    }
    let pasted = Url::parse(text.trim()).map_err(|_| Error::NotARedirect)?;
    let redirect = Url::parse(&pending.redirect_uri).map_err(|_| Error::NotARedirect)?;
    let place = |url: &Url| (url.scheme().to_owned(), url.host_str().map(str::to_owned), url.port_or_known_default());
    let anonymous = pasted.username().is_empty() && pasted.password().is_none();
    if place(&pasted) != place(&redirect) || pasted.path() != redirect.path() || !anonymous {
        return Err(Error::ForeignRedirect);
    }
    match judge(pasted.query().unwrap_or_default(), &Expected::from(pending)) {
        Verdict::Stranger => Err(Error::ForeignRedirect),
        Verdict::Answer(answer) => answer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::begin::tests::begun;
    use crate::oauth::server::samples;

    #[test]
    fn only_the_whole_address_of_this_sign_in_is_accepted() {
        let server = samples::server(&Url::parse("https://auth.example/").unwrap());
        let begun = begun(&server, "http://127.0.0.1:4711/cb", &[]);
        let (state, pending) = (begun.state.reveal(), &begun.pending);
        let paste = |text: &str| paste(text, pending, pending.created_at);
        let whole = format!(" http://127.0.0.1:4711/cb?code=c&state={state}#_=_\n");
        assert_eq!(paste(&whole).unwrap().code.reveal(), "c");
        assert!(matches!(paste("4/0AX4XfWh-code"), Err(Error::NotARedirect)));
        assert!(matches!(paste(&format!("code=c&state={state}")), Err(Error::NotARedirect)));
        for foreign in [
            format!("http://127.0.0.1:4712/cb?code=c&state={state}"),
            format!("http://localhost:4711/cb?code=c&state={state}"),
            format!("https://127.0.0.1:4711/cb?code=c&state={state}"),
            format!("http://127.0.0.1:4711/cb/?code=c&state={state}"),
            format!("http://x@127.0.0.1:4711/cb?code=c&state={state}"),
            "http://127.0.0.1:4711/cb?code=c&state=wrong".to_owned(),
            "http://127.0.0.1:4711/cb?code=c".to_owned(),
            format!("http://127.0.0.1:4711/cb?code=c&code=d&state={state}"),
            format!("http://127.0.0.1:4711/cb#code=c&state={state}"),
        ] {
            assert!(matches!(paste(&foreign), Err(Error::ForeignRedirect)), "{foreign}");
        }
        let late = super::paste(&whole, pending, pending.expires_at);
        assert!(matches!(late, Err(Error::Expired)));
        let wrong = format!("http://127.0.0.1:4711/cb?code=c&state={state}&iss=https://evil.example");
        assert!(matches!(paste(&wrong), Err(Error::WrongIssuer)));
    }
}
