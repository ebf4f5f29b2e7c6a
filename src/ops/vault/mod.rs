//! The store as a whole: made, opened, looked at; and in the files beside this one backed up, restored, accepted, sealed
//! for others.
mod backup;
mod keys;
mod restore;
mod trust;
mod verify;

pub use backup::back_up;
pub use keys::{
    NewRecipient, Rekeyed, Removed, add_recipient, change_passphrase, check_passphrase, recipients, rekey,
    remove_recipient,
};
pub use restore::{Plan, RestoreFacts, Restored, plan, restore};
pub use trust::{Suspect, SuspectFacts, Trusted, suspect, trust};
pub use verify::verify;

use crate::model::connection::Status;
use crate::model::governance::FreezeScope;
use crate::model::id::CorrelationId;
use crate::model::label;
use crate::model::organization::Organization;
use crate::model::people::{Actor, Claim};
use crate::model::secret::Secret;
use crate::net::{Net, NetSettings};
use crate::ops::limits::{self, ReportLine};
use crate::ops::{Error, Result, Siesta, World};
pub use crate::store::IndexPlace;
use crate::store::key::KeySource;
pub use crate::store::key::{KeyChoice as NewKey, PassphraseChange};
use crate::store::{self, ExecutionQuery, NewStore, Notice, Place, ReadTx, Recipient, Retained, Store, Whereabouts};
pub use crate::store::{BackedUp, Cancelled};
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use url::Url;

/// Where a store is and what the caller knows about it.
#[derive(Debug, Clone)]
pub struct StorePlace {
    pub dir: PathBuf,
    pub config_dir: PathBuf,
    pub identity_file: Option<PathBuf>,
    pub expected_fingerprint: Option<String>,
    pub passphrase: Option<Secret>,
    /// Where systemd has put this unit's credentials.
    pub credentials_dir: Option<PathBuf>,
    /// Variables that the command which prints the key does not get.
    pub withheld: Vec<OsString>,
    /// What other writers are told while this process writes.
    pub holder: String,
    /// Where the names are kept that a shell completes; none: nowhere.
    pub index: Option<IndexPlace>,
    /// How the providers are reached.
    pub network: Network,
}

/// The way to the providers, as the configuration names it.
#[derive(Debug, Clone, Default)]
pub struct Network {
    pub proxy: Option<Url>,
    /// PEM certificates trusted beside the system's.
    pub extra_ca: Option<Vec<u8>>,
}

impl Network {
    fn net(&self, world: &World) -> Net {
        let (proxy, extra_ca) = (self.proxy.clone(), self.extra_ca.clone());
        Net::new(NetSettings { proxy, extra_ca, witness: Arc::clone(&world.witness), ..NetSettings::default() })
    }
}

impl From<StorePlace> for Place {
    fn from(place: StorePlace) -> Place {
        Place {
            dir: place.dir,
            config_dir: place.config_dir,
            identity_file: place.identity_file,
            expected_fingerprint: place.expected_fingerprint,
            passphrase: place.passphrase,
            credentials_dir: place.credentials_dir,
            withheld: place.withheld,
            holder: place.holder,
            index: place.index,
        }
    }
}

/// What a new store is to be.
#[derive(Debug, Clone)]
pub struct NewVault {
    pub organization: String,
    pub owner: String,
    /// The account of the machine that is theirs, where sudo says so.
    pub owner_account: Option<String>,
    pub key: NewKey,
    pub recovery_recipient: Option<String>,
}

/// Makes a store and its key.
pub fn init(place: StorePlace, new: NewVault, world: World) -> Result<Siesta> {
    label::check_actor_name(&new.owner)
        .map_err(|e| Error::invalid(format!("\"{}\" cannot name a user: {e}", new.owner)))?;
    label::check_name(&new.organization)
        .map_err(|e| Error::invalid(format!("\"{}\" cannot name an organization: {e}", new.organization)))?;
    if new.recovery_recipient.as_ref().is_some_and(|recipient| !store::is_recipient(recipient)) {
        return Err(Error::invalid("the recovery recipient is not an age recipient (age1…)"));
    }
    let organization = Organization::new(world.ids.next(), new.organization);
    let net = place.network.net(&world);
    let store = Store::create(
        place.into(),
        NewStore {
            store_id: world.ids.next(),
            organization,
            owner: new.owner.clone(),
            owner_account: new.owner_account,
            key: new.key,
            recovery_recipient: new.recovery_recipient,
            now: world.clock.now(),
            correlation: CorrelationId(world.ids.next()),
        },
    )?;
    Ok(Siesta { store, net, world, stated: Claim::Stated(Actor::User(new.owner)) })
}

/// Opens a store. `claim` says who acts; it is looked up when it matters.
pub fn open(place: StorePlace, claim: impl Into<Claim>, world: World) -> Result<Siesta> {
    let net = place.network.net(&world);
    let mut store = Store::open(place.into())?;
    let stated = claim.into();
    store.prove_by(stated.proof());
    Ok(Siesta { store, net, world, stated })
}

/// Where the key of an open store came from.
pub fn key_of(siesta: &Siesta) -> &KeySource {
    siesta.store.key_source()
}

/// Where the key of this place's store is said to be, whether the store opens or not.
pub(super) fn recorded_key(place: &StorePlace) -> Option<KeySource> {
    store::recorded_source(&place.clone().into())
}

/// What the person at the keyboard should know, although the store opened.
pub fn notices(siesta: &Siesta) -> Vec<String> {
    let words = siesta.store.notices().iter().map(|notice| match notice {
        Notice::Loosened(loose) => format!("{}; only its owner should", loose.what),
        Notice::PinMissing => "the pin was missing and is made again with the next change; \
                               an older copy put back before now would not have been noticed"
            .to_owned(),
        Notice::PinUnwritable(path) => {
            format!("the pin cannot be written; a rollback from here on would not be noticed: {path}")
        }
    });
    words.collect()
}

/// How things stand.
#[derive(Debug, Clone)]
pub struct Standing {
    pub organization: Organization,
    pub whereabouts: Whereabouts,
    pub actor: String,
    /// Why the actor cannot act, if so.
    pub actor_trouble: Option<String>,
    pub connections: usize,
    pub needs_reauth: Vec<String>,
    pub frozen: Vec<Stopped>,
    pub agents: usize,
    pub users: usize,
    pub limits: usize,
    /// Limits that are nearly used up or are so, the fullest first.
    pub near_limits: Vec<ReportLine>,
    /// Executions that wait for an answer.
    pub waiting: usize,
    /// Requests for access that wait for an answer.
    pub waiting_access: usize,
    /// Agents and connections that belong together.
    pub assignments: usize,
    pub audit_rows: i64,
}

/// What `siesta freeze` has stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stopped {
    pub scope: FreezeScope,
    /// Of the agent or connection; none: everything is stopped.
    pub name: Option<String>,
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{} {name}", self.scope),
            None => self.scope.fmt(f),
        }
    }
}

/// Where things stand, on one screen.
pub fn status(siesta: &Siesta) -> Result<Standing> {
    siesta.store.read(|tx| Ok(standing(siesta, tx)))?
}

fn standing(siesta: &Siesta, tx: &ReadTx<'_>) -> Result<Standing> {
    let (actor, trouble) = match siesta.actor(tx) {
        Ok(actor) => (actor.to_string(), None),
        Err(error) => (siesta.stated.to_string(), Some(error.to_string())),
    };
    let now = siesta.now();
    let connections = tx.list_connections()?;
    let living: Vec<_> = connections.iter().filter(|c| c.status != Status::Revoked).collect();
    let waiting = ExecutionQuery { pending: true, now: Some(now), limit: u32::MAX, ..ExecutionQuery::default() };
    let open = tx.list_executions(&waiting)?;
    let open = open.iter().filter(|e| e.approval_at(now) == crate::model::execution::ApprovalStatus::Pending);
    Ok(Standing {
        organization: tx.get_organization()?,
        whereabouts: siesta.store.whereabouts(),
        actor,
        actor_trouble: trouble,
        connections: living.len(),
        needs_reauth: living.iter().filter(|c| c.status == Status::NeedsReauth).map(|c| c.label.clone()).collect(),
        frozen: frozen(tx)?,
        agents: tx.list_agents()?.len(),
        users: tx.list_users()?.len(),
        limits: tx.list_limits()?.len(),
        near_limits: limits::near(tx, now, NEAR)?,
        waiting: open.count(),
        waiting_access: tx.list_waiting_access(None, None)?.len(),
        assignments: tx.list_policies()?.len(),
        audit_rows: tx.audit_head()?.seq,
    })
}

/// Percent of a limit from which it is worth a look before it stops somebody.
const NEAR: u64 = 80;

fn frozen(tx: &ReadTx<'_>) -> store::Result<Vec<Stopped>> {
    let (agents, connections) = (tx.list_agents()?, tx.list_connections()?);
    let named = tx.list_freezes()?.into_iter().map(|freeze| {
        let agent = agents.iter().find(|agent| agent.id.to_string() == freeze.subject).map(|agent| &agent.name);
        let connection = connections.iter().find(|c| c.id.to_string() == freeze.subject).map(|c| &c.label);
        Stopped { scope: freeze.scope, name: agent.or(connection).cloned() }
    });
    Ok(named.collect())
}

/// The store itself.
#[derive(Debug, Clone)]
pub struct StoreFacts {
    pub whereabouts: Whereabouts,
    pub recipients: Vec<Recipient>,
    /// How many rows each noun has.
    pub rows: Vec<(&'static str, u64)>,
}

pub fn info(siesta: &Siesta) -> Result<StoreFacts> {
    Ok(siesta.store.read(|tx| {
        Ok(StoreFacts {
            whereabouts: siesta.store.whereabouts(),
            recipients: tx.list_recipients()?,
            rows: tx.count_rows()?,
        })
    })?)
}

/// What folding did to the store's files.
#[derive(Debug, Clone)]
pub struct Compacted {
    /// The file that is the whole store now.
    pub path: PathBuf,
    /// Bytes, of all files together.
    pub size_before: u64,
    pub size_after: u64,
    /// What had been kept for its time, and went before the folding.
    pub retained: Retained,
}

/// Folds everything into the base. `progress` is told how many pages of how many are written.
pub fn compact(siesta: &Siesta, progress: &mut dyn FnMut(u32, u32)) -> Result<Compacted> {
    let size = || siesta.store.whereabouts().files.iter().map(|(_, bytes)| bytes).sum();
    let size_before = size();
    let retained = siesta.store.retain(siesta.now(), &mut |_| {})?;
    siesta.store.compact(progress)?;
    Ok(Compacted { path: siesta.store.whereabouts().base, size_before, size_after: size(), retained })
}
