//! What would be sent, for people who want to look first.
//!
//! What must stay true: no credential comes here; a mark goes through the same injection in its place, so that what is
//! shown has the shape of what would leave.
use crate::model::auth::AuthKind;
use crate::model::credential::{OAuthTokens, Opens};
use crate::model::execution::{OutgoingRequest, StoredBody};
use crate::model::secret::Secret;
use crate::model::service::Protocol;
use crate::provider::send::{Error, Outbound, outgoing};
use crate::provider::{inject, mask};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// The request as it would leave, with a mark in the place of the credential.
pub fn preview(outbound: Outbound<'_>) -> Result<OutgoingRequest, Error> {
    if outbound.service.protocol == Protocol::Mail {
        // A log-in stands before it, and no part of the request holds the password.
        let request = outbound.request;
        return Ok(OutgoingRequest {
            method: request.method.clone(),
            url: request.url.clone(),
            headers: Vec::new(),
            body: match &request.body {
                StoredBody::None => None,
                body => Some(body.tree().to_string().into_bytes()),
            },
        });
    }
    let mark = || Secret::new(mask::MARK.to_owned());
    let stand_in = match outbound.connection.auth_kind {
        AuthKind::None => Opens::Nothing,
        kind if kind.is_static() => Opens::ApiKey(mark()),
        _ => Opens::OAuth(OAuthTokens {
            access_token: mark(),
            refresh_token: None,
            previous_refresh_token: None,
            expires_at: None,
            client_secret: None,
            companion: Some(mark()),
        }),
    };
    let (out, body) = outgoing(outbound)?;
    let out = match inject::inject(out, outbound.connection, outbound.service, &stand_in, outbound.now) {
        Ok(out) => out,
        // What is signed with the credential cannot be signed with a mark.
        Err(_) => outgoing(outbound)?.0.header("Authorization", mask::MARK),
    };
    // In an address the mark's brackets are escaped.
    let escaped = utf8_percent_encode(mask::MARK, NON_ALPHANUMERIC).to_string();
    Ok(OutgoingRequest {
        method: out.method.to_string(),
        url: out.url.to_string().replace(&escaped, mask::MARK),
        headers: out.headers.iter().map(|(name, text)| (name.clone(), inject::shown(text))).collect(),
        body: match &outbound.request.body {
            StoredBody::None => None,
            _ => body,
        },
    })
}
