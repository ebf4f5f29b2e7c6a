//! A connection that a file declares: everything but a credential.
//!
//! What must stay true (R8a): where it may send its credential is worked out here from the catalogue and the file, before
//! there is one; once there is, nothing of it comes this way again. The first reauth or rotate says which account it is.
use super::place::{place, verification};
use super::{check_wanted, origin, servers};
use crate::model::auth::AuthKind;
use crate::model::connection::{ClientRef, Connection, OriginPurpose, Status};
use crate::model::org_file::ConnectionEntry;
use crate::model::service::Service;
use crate::net::Reach;
use crate::oauth::Server;
use crate::ops::connections::Wanted;
use crate::ops::{Error, Result, Siesta};
use crate::store::ReadTx;
use serde_json::{Map, Value};

/// What must hold before it is written down.
pub(in crate::ops) fn check(tx: &ReadTx<'_>, service: &Service, label: &str) -> Result<()> {
    let wanted = Wanted { label: Some(label.to_owned()), ..Wanted::default() };
    match check_wanted(tx, service, &wanted) {
        // A service that is switched off takes no credentials; a connection without one may be there.
        Err(Error { kind: crate::ops::Kind::Denied(_), .. }) => Ok(()),
        other => other,
    }
}

/// The connection as it stands before its first sign-in or key.
pub(in crate::ops) fn without_credential(
    siesta: &Siesta,
    service: &Service,
    label: &str,
    entry: &ConnectionEntry,
) -> Result<Connection> {
    let first = service.auth.first().map(|method| method.kind);
    let kind = entry.auth.or(first).unwrap_or(AuthKind::None);
    let method = service.auth(kind);
    if method.is_none() && !(kind == AuthKind::OAuth2 && entry.sign_in.is_some()) {
        return Err(Error::invalid(format!("{} is not opened by {kind}", service.name)));
    }
    let given: Map<String, Value> =
        entry.settings.iter().flatten().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
    let allow_private = entry.allow_private_network.unwrap_or(false);
    let mut place = place(service, method, &given, entry.base_url.as_deref(), allow_private)?;
    place.kind = kind;
    // A base URL that is the service's own is no server of one's own: what lies beside it is there too.
    let own = service.base_url_for(kind).and_then(|own| crate::model::auth::fill(own, &place.settings));
    place.own_server = place.own_server && own.as_ref() != Some(&place.base_url);
    let wanted = Wanted {
        label: Some(label.to_owned()),
        access: Some(entry.access),
        owner: entry.owner.clone(),
        purpose: entry.purpose.clone(),
        allow_private_network: allow_private,
        ..Wanted::default()
    };
    let owner = entry.owner.clone().unwrap_or_default();
    let mut connection = super::key::connection(siesta, service, &place, &wanted, owner)?;
    connection.status = Status::NeedsReauth;
    if let Some(provider) = &entry.provider {
        connection.provider.clone_from(provider);
    }
    connection.requested_scopes =
        entry.scopes.clone().unwrap_or_else(|| method.map(|m| m.scopes.clone()).unwrap_or_default());
    connection.approvers.clone_from(&entry.approvers);
    connection.reviewer.clone_from(&entry.reviewer);
    connection.origins = place.origins(service, verification(service, kind))?;
    connection.client = entry
        .client
        .as_ref()
        .map(|client| ClientRef { client_id: client.client_id.clone(), app_label: client.app.clone() });
    let server: Option<Server> = match (&entry.sign_in, method.filter(|method| method.server.is_some())) {
        (Some(written), _) => Some(
            serde_json::from_value(written.clone())
                .map_err(|error| Error::invalid(format!("signIn is not what export writes: {error}")))?,
        ),
        (None, Some(method)) => Some(servers::server(method, &servers::Named::default(), false)?),
        (None, None) => None,
    };
    if let Some(server) = server {
        server.check(Reach { allow_private })?;
        connection.origins.push(origin(OriginPurpose::Authorization, &server.authorization_url));
        connection.origins.push(origin(OriginPurpose::Token, &server.token_url));
        connection.origins.extend(server.revocation_url.as_ref().map(|url| origin(OriginPurpose::Revocation, url)));
        connection.sign_in = Some(serde_json::to_value(&server).map_err(|e| Error::invalid(e.to_string()))?);
    }
    Ok(connection)
}
