//! A sign-in that has begun: what is kept of it, how it is found again, and that it is used once.
//!
//! What must stay true: everything the answer is judged by is fixed when the sign-in begins and comes from the store, not
//! from whoever finishes it. So a sign-in begun by one process is finished by another under the same rules, and of two
//! that try to finish it one succeeds.
use crate::model::audit::hex;
use crate::model::connection::PendingConnection;
use crate::model::id::{ConnectionId, PendingId};
use crate::model::redirect::RedirectRule;
use crate::model::scope_use::Needed;
use crate::model::secret::Secret;
use crate::net::Reach;
use crate::oauth::{self, Client, ClientAuth, DeviceCode, Listener, Pending, Server, SignIn, SystemRandom};
use crate::ops::apps::host_and_port;
use crate::ops::connections::Wanted;
use crate::ops::connections::place::Place;
use crate::ops::{Error, Kind, Result, Siesta};
use crate::store::ReadTx;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use url::Url;

/// How long a sign-in may take (oauth.md, rule 7: the whole flow 5 minutes).
pub const SIGN_IN_LIFETIME: Duration = Duration::from_secs(300);

/// The port that is tried first where a tunnel has to be laid to it, so that the same `ssh -L` works every time. Below
/// the range systems take ephemeral ports from, and nothing is registered for it.
const TUNNEL_PORT: u16 = 24178;

/// How the answer comes back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Way {
    /// To a listener on this machine; `tunnelled`: through a tunnel to it, so a well-known port is tried first.
    #[default]
    Browser,
    Tunnel,
    /// Copied from the browser's address bar, here or by another process.
    Paste,
    /// Typed on another device.
    Device,
}

/// A sign-in under way.
pub struct PendingAdd {
    pub id: PendingId,
    /// To be opened in a browser; on the way over another device, the page where the code is typed.
    pub authorization_url: Url,
    /// The host that will be asked to sign in at, for people to check.
    pub host: String,
    /// What a new sign-in asks for besides the earlier scopes, because a function that is assigned needs it.
    pub needed: Needed,
    pub(super) arrival: Arrival,
    pub(super) started: Started,
}

pub(super) enum Arrival {
    Listener(Listener),
    Pasted,
    Device(DeviceCode),
}

/// What is fixed when a sign-in begins.
pub(super) struct Started {
    pub(super) id: PendingId,
    pub(super) pending: Pending,
    pub(super) server: Server,
    pub(super) client: Client,
    /// The secret that is sent beside the token.
    pub(super) companion: Option<Secret>,
    pub(super) reach: Reach,
    pub(super) purpose: Purpose,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(super) enum Purpose {
    Add {
        service: String,
        base_url: String,
        /// None: any standard server.
        #[serde(default)]
        place: Option<Place>,
        #[serde(default)]
        verify: bool,
        provider: String,
        app_label: Option<String>,
        account_hint: Option<String>,
        require_scopes: bool,
        wanted: Box<Wanted>,
    },
    Reauth {
        connection: ConnectionId,
        label: String,
        allow_account_change: bool,
    },
}

/// The part of a pending row that is not a secret.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    server: Server,
    client_id: String,
    client_auth: ClientAuth,
    allow_private: bool,
    purpose: Purpose,
}

/// Where and as what to sign in, and what for.
pub(super) struct Plan {
    pub(super) server: Server,
    pub(super) client: Client,
    pub(super) companion: Option<Secret>,
    pub(super) reach: Reach,
    pub(super) scopes: Vec<String>,
    pub(super) account_hint: Option<String>,
    pub(super) redirect: RedirectRule,
    pub(super) way: Way,
    pub(super) purpose: Purpose,
}

impl PendingAdd {
    /// The port a tunnel must lead to; none where nobody listens.
    pub fn port(&self) -> Option<u16> {
        match &self.arrival {
            Arrival::Listener(listener) => Url::parse(listener.redirect_uri()).ok()?.port_or_known_default(),
            Arrival::Pasted | Arrival::Device(_) => None,
        }
    }

    /// Whether the same sign-in could be made on another device.
    pub fn offers_device(&self) -> bool {
        self.started.server.device_url.is_some()
    }

    /// The hosts that the code or the tokens go to and that are not where people sign in: a description of a server can
    /// name any, and whoever signs in at one host should know that another gets the answer.
    pub fn other_hosts(&self) -> Vec<String> {
        let server = &self.started.server;
        let asked = host_and_port(&server.authorization_url);
        let mut hosts: Vec<String> = std::iter::once(&server.token_url)
            .chain(&server.revocation_url)
            .map(host_and_port)
            .filter(|host| *host != asked)
            .collect();
        hosts.dedup();
        hosts
    }

    /// Whether the server described itself, so that nobody has looked at its addresses before.
    pub fn is_described_by_itself(&self) -> bool {
        matches!(&self.started.purpose, Purpose::Add { place: None, .. }) && self.started.server.issuer.is_some()
    }

    /// How the address begins that the browser will be sent to.
    pub fn redirect_uri(&self) -> &str {
        &self.started.pending.redirect_uri
    }
}

pub(super) fn begin(siesta: &Siesta, plan: Plan) -> Result<PendingAdd> {
    if plan.way == Way::Device {
        return begin_device(siesta, plan);
    }
    let mut random = SystemRandom;
    let rule = |port| RedirectRule { port, ..plan.redirect.clone() };
    let (arrival, redirect_uri) = match plan.way {
        Way::Paste => (Arrival::Pasted, oauth::unheard_redirect(&plan.redirect, &mut random)?),
        Way::Browser | Way::Tunnel | Way::Device => {
            let mut bind = |port| Listener::bind(&rule(port), &siesta.world.scratch, &mut random);
            let listener = match (plan.way, plan.redirect.port) {
                // Taken by another sign-in, perhaps: then any other will do.
                (Way::Tunnel, None) => bind(Some(TUNNEL_PORT)).or_else(|_| bind(None))?,
                (_, port) => bind(port)?,
            };
            let redirect_uri = listener.redirect_uri().to_owned();
            (Arrival::Listener(listener), redirect_uri)
        }
    };
    let Plan { server, client, companion, reach, scopes, account_hint, purpose, .. } = plan;
    let asked = SignIn {
        redirect_uri: &redirect_uri,
        scopes: &scopes,
        account_hint: account_hint.as_deref(),
        now: siesta.now(),
        lifetime: SIGN_IN_LIFETIME,
    };
    let begun = oauth::begin(&server, &client, &asked, &mut random)?;
    let authorization_url = match server.par_url {
        Some(_) => oauth::push(&siesta.net, reach, &server, &client, &begun.authorization_url)?,
        None => begun.authorization_url,
    };
    let id = PendingId(siesta.world.ids.next());
    let started = Started { id, pending: begun.pending, server, client, companion, reach, purpose };
    keep(siesta, &started)?;
    Ok(PendingAdd {
        id,
        host: host_and_port(&authorization_url),
        needed: Needed::default(),
        authorization_url,
        arrival,
        started,
    })
}

/// Nothing is kept of it: the code is asked for by this process until it ends.
fn begin_device(siesta: &Siesta, plan: Plan) -> Result<PendingAdd> {
    let Plan { server, client, companion, reach, scopes, purpose, .. } = plan;
    let code = oauth::begin_device(&siesta.net, reach, &server, &client, &scopes)?;
    let authorization_url = code.complete_url.clone().unwrap_or_else(|| code.verification_url.clone());
    let now = siesta.now();
    let pending = Pending {
        state_hash: [0; 32],
        verifier: None,
        redirect_uri: String::new(),
        client_id: client.id.clone(),
        issuer: server.issuer.clone(),
        iss_announced: server.iss_announced,
        nonce: None,
        scopes,
        created_at: now,
        expires_at: now.checked_add(code.expires_in).unwrap_or(now),
    };
    let id = PendingId(siesta.world.ids.next());
    let started = Started { id, pending, server, client, companion, reach, purpose };
    let arrival = Arrival::Device(code);
    Ok(PendingAdd {
        id,
        host: host_and_port(&authorization_url),
        needed: Needed::default(),
        authorization_url,
        arrival,
        started,
    })
}

fn keep(siesta: &Siesta, started: &Started) -> Result<()> {
    let Started { id, pending, server, client, companion, reach, purpose } = started;
    let kept = Kept {
        server: server.clone(),
        client_id: client.id.clone(),
        client_auth: client.auth,
        allow_private: reach.allow_private,
        purpose: purpose.clone(),
    };
    let unreadable = |e: serde_json::Error| Error::from(Kind::Bug { what: e.to_string() });
    let (service, label) = match purpose {
        Purpose::Add { service, wanted, .. } => (service.clone(), wanted.label.clone()),
        Purpose::Reauth { label, .. } => (crate::catalog::REST.to_owned(), Some(label.clone())),
    };
    let row = PendingConnection {
        id: *id,
        service,
        scopes: pending.scopes.clone(),
        label,
        state_hash: hex(&pending.state_hash),
        verifier: pending.verifier.clone(),
        nonce: pending.nonce.clone(),
        client_secret: client.secret.clone(),
        companion: companion.clone(),
        redirect_uri: pending.redirect_uri.clone(),
        kept: serde_json::to_value(kept).map_err(unreadable)?,
        created_at: pending.created_at,
        expires_at: pending.expires_at,
        used_at: None,
    };
    siesta.store.write(siesta.now(), |tx| -> Result<()> {
        // A begun sign-in is no change of the organization: the row is written when it is finished.
        tx.needs_no_audit();
        Ok(tx.insert_pending(&row)?)
    })
}

/// The sign-in as it was begun, unless it is unknown, used or too old.
pub(super) fn restore(siesta: &Siesta, tx: &ReadTx<'_>, typed: &str) -> Result<Started> {
    let unknown = || Error::from(Kind::NotFound { noun: "pending sign-in", name: typed.to_owned(), nearest: None });
    let id: PendingId = typed.trim().parse().map_err(|_| unknown())?;
    let row = tx.find_pending(id)?.ok_or_else(unknown)?;
    if row.used_at.is_some() {
        return Err(used());
    }
    if siesta.now() >= row.expires_at {
        return Err(oauth::Error::Expired.into());
    }
    let broken = || Error::from(Kind::Damaged { what: "a pending sign-in is unreadable".to_owned() });
    let kept: Kept = serde_json::from_value(row.kept).map_err(|_| broken())?;
    let pending = Pending {
        state_hash: unhex(&row.state_hash).ok_or_else(broken)?,
        verifier: row.verifier,
        redirect_uri: row.redirect_uri,
        client_id: kept.client_id.clone(),
        issuer: kept.server.issuer.clone(),
        iss_announced: kept.server.iss_announced,
        nonce: row.nonce,
        scopes: row.scopes,
        created_at: row.created_at,
        expires_at: row.expires_at,
    };
    let client = Client { id: kept.client_id, secret: row.client_secret, auth: kept.client_auth };
    let reach = Reach { allow_private: kept.allow_private };
    let companion = row.companion;
    Ok(Started { id, pending, server: kept.server, client, companion, reach, purpose: kept.purpose })
}

/// Takes the one use a pending sign-in has.
pub(super) fn claim(siesta: &Siesta, id: PendingId) -> Result<()> {
    siesta.store.write(siesta.now(), |tx| -> Result<()> {
        tx.needs_no_audit();
        match tx.use_pending(id)? {
            true => Ok(()),
            false => Err(used()),
        }
    })
}

fn used() -> Error {
    Error::conflict("this sign-in was finished already; each is good for one use")
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    let mut bytes = [0; 32];
    if digits.len() != 64 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}
