//! Puts the credential into a request: the one place outside sign-in where its text is used.
use crate::model::credential::Opens;
use crate::model::secret::Secret;
use crate::model::service::{AuthKind, AuthMethod, Service};
use crate::net::{HeaderText, Request};

/// The request with its credential. A service that wants none, or a credential that fits none of its ways, adds nothing:
/// the provider then says no, which is better than a guess.
pub(super) fn inject(request: Request, service: &Service, opens: &Opens) -> Request {
    match opens {
        Opens::Nothing => request,
        // RFC 6750 section 2.1.
        Opens::OAuth(tokens) => request.header("Authorization", prefixed("Bearer ", &tokens.access_token)),
        Opens::ApiKey(key) => match service.auth(AuthKind::ApiKey) {
            Some(AuthMethod::ApiKey { header, prefix, .. }) => request.header(header, prefixed(prefix, key)),
            _ => request,
        },
    }
}

/// A header of a request that holds a mark and no credential.
pub(super) fn shown(text: &HeaderText) -> String {
    match text {
        HeaderText::Plain(text) => text.clone(),
        HeaderText::Secret(marked) => marked.reveal().to_owned(),
    }
}

fn prefixed(prefix: &str, secret: &Secret) -> HeaderText {
    HeaderText::Secret(Secret::new(format!("{prefix}{}", secret.reveal())))
}
