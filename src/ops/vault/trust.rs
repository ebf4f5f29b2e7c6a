//! A store that is refused because nobody here knows it, or because it has gone back in time: looked at, and accepted.
//!
//! What must stay true: what came after an older state is not known here, so nothing that was open in it may go on:
//! questions, answers not used yet, reservations and attempts end. What was revoked since cannot be known either, and
//! the front end says so.
use crate::model::people::Claim;
use crate::model::time::Timestamp;
use crate::ops::vault::StorePlace;
use crate::ops::{Error, Kind, Result, Siesta, World};
use crate::store::{Cancelled, Store};

/// A store that opened although something stands against it.
pub struct Suspect {
    siesta: Siesta,
    pub facts: SuspectFacts,
}

/// What a person needs in order to decide.
#[derive(Debug, Clone)]
pub struct SuspectFacts {
    /// What stands against the store; nothing: it would open.
    pub doubts: Vec<Kind>,
    pub fingerprint: String,
    /// The fingerprints this machine knows: from the key, and from the pin.
    pub known: Vec<String>,
    /// The change the state is at, and the newest row of its audit.
    pub seq: u32,
    pub audit_seq: i64,
    pub newest: Option<Timestamp>,
    /// What the pin has seen of this store.
    pub seen_seq: Option<u32>,
    pub seen_audit_seq: Option<i64>,
}

impl SuspectFacts {
    /// Whether something may have come after this state.
    pub fn may_be_older(&self) -> bool {
        self.doubts.iter().any(|doubt| matches!(doubt, Kind::RolledBack { .. } | Kind::Replaced { .. }))
    }
}

/// Opens a store to be looked at.
pub fn suspect(place: StorePlace, claim: impl Into<Claim>, world: World) -> Result<Suspect> {
    let net = place.network.net(&world);
    let (mut store, doubts) = Store::open_doubted(place.into())?;
    let (position, pinned) = (store.position()?, store.pinned()?);
    let fingerprint = store.whereabouts().fingerprint;
    let mut known: Vec<String> = store.named_in_key().to_vec();
    known.extend(pinned.iter().map(|pinned| pinned.fingerprint.clone()));
    known.dedup();
    let own = pinned.filter(|pinned| pinned.fingerprint == fingerprint);
    let newest = store.read(|tx| tx.find_newest_audit_time())?;
    let facts = SuspectFacts {
        doubts: doubts.into_iter().map(|doubt| Error::from(doubt).kind).collect(),
        fingerprint,
        known,
        seq: position.seq,
        audit_seq: position.audit.seq,
        newest,
        seen_seq: own.as_ref().map(|pinned| pinned.position.seq),
        seen_audit_seq: own.map(|pinned| pinned.position.audit.seq),
    };
    let stated = claim.into();
    store.prove_by(stated.proof());
    Ok(Suspect { siesta: Siesta { store, net, world, stated }, facts })
}

/// What accepting a store has come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trusted {
    pub cancelled: Cancelled,
    pub seq: u32,
    pub audit_seq: i64,
}

/// Accepts a store as it is.
pub fn trust(suspect: &Suspect) -> Result<Trusted> {
    let (siesta, facts) = (&suspect.siesta, &suspect.facts);
    let reason = facts.doubts.first().map_or("none", |doubt| match doubt {
        Kind::RolledBack { .. } => "rolled_back",
        Kind::Replaced { .. } => "replaced",
        _ => "untrusted",
    });
    let (cancelled, position) = siesta.store.accept(siesta.now(), |tx| -> Result<Cancelled> {
        let actor = siesta.person(tx)?;
        let cancelled = match facts.may_be_older() {
            true => tx.cancel_everything_open()?,
            false => Cancelled::default(),
        };
        let entry = siesta
            .entry(&actor, "store.trust", "store", siesta.store.whereabouts().store_id)
            .reason(reason)
            .change("seq", facts.seen_seq, facts.seq)
            .change("auditSeq", facts.seen_audit_seq, facts.audit_seq)
            .change("cancelledApprovals", 0, cancelled.approvals)
            .change("cancelledAttempts", 0, cancelled.attempts);
        tx.append_audit(entry.row())?;
        Ok(cancelled)
    })?;
    Ok(Trusted { cancelled, seq: position.seq, audit_seq: position.audit.seq })
}
