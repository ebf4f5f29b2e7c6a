//! Where a connection lives: its base URL, the origins its credential may meet, and the settings both are made from.
//!
//! What must stay true (R8a): this is worked out when a credential is entered, from the catalogue and from what the
//! administrator typed then, and never again by anything else. A setting that fills a host holds only what a host may.
use crate::model::auth::{self, AuthKind, AuthMethod};
use crate::model::connection::{Origin, OriginPurpose};
use crate::model::mailbox::{self, Encryption};
use crate::model::service::{Protocol, Service, Verification};
use crate::net::Reach;
use crate::net::address::{check_all, check_plain};
use crate::ops::connections::{base_url, origin};
use crate::ops::{Error, Kind, Result};
use serde_json::{Map, Value};
use url::Url;

#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Place {
    pub(super) kind: AuthKind,
    /// `{cloudId}` may still stand in it.
    pub(super) base_url: String,
    /// Another server than the service's own.
    pub(super) own_server: bool,
    pub(super) settings: Map<String, Value>,
}

/// Works out where a connection lives. `typed`: the base URL that was given instead of the service's own.
pub(super) fn place(
    service: &Service,
    method: Option<&AuthMethod>,
    given: &Map<String, Value>,
    typed: Option<&str>,
    allow_private: bool,
) -> Result<Place> {
    let kind = method.map_or(AuthKind::None, |method| method.kind);
    let settings = match method {
        Some(method) => method.settle(given).map_err(|why| missing_setting(service, &why))?,
        None => Map::new(),
    };
    if service.protocol == Protocol::Mail {
        return mailbox(service, kind, &settings, typed, allow_private);
    }
    let own = service.base_url_for(kind);
    let base_url = match (typed, own) {
        (Some(typed), _) => base_url(typed, service, allow_private)?,
        (None, Some(own)) if own.contains("{cloudId}") => own.to_owned(),
        (None, Some(own)) => {
            let filled = auth::fill(own, &settings);
            let filled = filled.ok_or_else(|| missing_setting(service, "a setting cannot be part of an address"))?;
            base_url(&filled, service, allow_private)?
        }
        (None, None) => return Err(Error::invalid(format!("{} needs a base URL", service.name))),
    };
    Ok(Place { kind, base_url, own_server: typed.is_some(), settings })
}

/// The same for a mailbox: its settings say where its servers are, and nothing else does.
fn mailbox(
    service: &Service,
    kind: AuthKind,
    given: &Map<String, Value>,
    typed: Option<&str>,
    allow_private: bool,
) -> Result<Place> {
    let settings = mailbox::settle(given).map_err(|why| missing_setting(service, &why))?;
    let servers = mailbox::imap(&settings).zip(mailbox::smtp(&settings));
    let (imap, smtp) = servers.ok_or_else(|| missing_setting(service, "it needs an IMAP and an SMTP server"))?;
    for server in [&imap, &smtp] {
        let is_open = server.encryption == Encryption::Nothing;
        if is_open && !allow_private {
            let what = format!("{} would be sent the password without encryption", server.host);
            return Err(Error::from(Kind::AddressBlocked { what }));
        }
        let reach = Reach { allow_private };
        if let Ok(literal) = server.host.parse() {
            check_all(&server.host, &[literal], reach)?;
            if is_open {
                check_plain(&server.host, &[literal])?;
            }
        }
    }
    let base_url = imap.origin("imap");
    match typed {
        Some(typed) if typed != base_url => {
            Err(missing_setting(service, "it has no base URL; its servers are the settings imapHost and smtpHost"))
        }
        _ => Ok(Place { kind, base_url, own_server: false, settings }),
    }
}

fn missing_setting(service: &Service, why: &str) -> Error {
    Error::invalid(format!("{} cannot be connected so: {why}", service.name))
}

impl Place {
    /// Fills in what the provider said about the account.
    pub(super) fn settled_at(&self, service: &Service, facts: &Map<String, Value>) -> Result<String> {
        match auth::fill(&self.base_url, facts) {
            Some(filled) => Ok(filled),
            None => Err(Error::invalid(format!("{} did not say which site to use", service.name))),
        }
    }

    /// The origins of calls and of the proof.
    pub(super) fn origins(&self, service: &Service, verify: Option<&Verification>) -> Result<Vec<Origin>> {
        let url = |text: &str| Url::parse(text).map_err(|_| Error::invalid("the base URL is not one"));
        let mut origins = vec![origin(OriginPurpose::Api, &url(&self.base_url.replace("{cloudId}", "site"))?)];
        let mut add = |purpose, text: &str| -> Result<()> {
            let new = origin(purpose, &url(text)?);
            if !origins.iter().any(|had| had.origin == new.origin && had.purpose == purpose) {
                origins.push(new);
            }
            Ok(())
        };
        if !self.own_server {
            for base in service.functions.iter().filter_map(|function| function.base_url_for(&self.settings)) {
                add(OriginPurpose::Api, base)?;
            }
        }
        if let Some(smtp) = mailbox::smtp(&self.settings).filter(|_| service.protocol == Protocol::Mail) {
            add(OriginPurpose::Api, &smtp.origin("smtp"))?;
        }
        if let Some(base) = self.proof(verify).and_then(|verify| verify.base_url) {
            add(OriginPurpose::Verification, &base)?;
        }
        Ok(origins)
    }

    /// The proving request as this connection makes it: on a server of one's own, everything is there.
    pub(super) fn proof(&self, verify: Option<&Verification>) -> Option<Verification> {
        let mut verify = verify?.clone();
        if self.own_server {
            verify.base_url = None;
        }
        if let Some(path) = auth_path(&verify.path, &self.settings) {
            verify.path = path;
        }
        Some(verify)
    }
}

/// A path with settings in it.
fn auth_path(path: &str, settings: &Map<String, Value>) -> Option<String> {
    let mut text = path.to_owned();
    for (name, value) in settings {
        let value = url::form_urlencoded::byte_serialize(value.as_str()?.as_bytes()).collect::<String>();
        text = text.replace(&format!("{{{name}}}"), &value);
    }
    Some(text)
}

/// The request that proves a way of opening a service.
pub(super) fn verification(service: &Service, kind: AuthKind) -> Option<&Verification> {
    service.auth(kind).and_then(|method| method.verify.as_ref()).or(service.verify.as_ref())
}
