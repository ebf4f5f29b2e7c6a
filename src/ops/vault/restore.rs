//! A backup in the place of the store: first what it means, then done.
//!
//! What must stay true: what is revoked, disabled or frozen now stays so, and a credential that was destroyed does not
//! come back; what was open in the backup ends; what is tighter now than it was then is named before anything happens.
use crate::model::audit::Correlated;
use crate::model::connection::Status;
use crate::model::id::CorrelationId;
use crate::model::people::{AgentStatus, Claim, UserStatus};
use crate::model::policy::{Policy, PolicyStatus};
use crate::model::rewind::{self, Kept, Rewind};
use crate::model::time::{Timestamp, to_millisecond};
use crate::ops::entry::Entry;
use crate::ops::vault::StorePlace;
use crate::ops::{Error, Result, World, acting_person};
use crate::store::{BackupFile, Cancelled, Position, Present, Progress, Target, WriteTx};
use std::path::{Path, PathBuf};

/// A backup that could take the place of a store, and what that means.
pub struct Plan {
    target: Target,
    backup: BackupFile,
    current: Option<Position>,
    stated: Claim,
    world: World,
    pub facts: RestoreFacts,
}

#[derive(Debug, Clone)]
pub struct RestoreFacts {
    pub file: PathBuf,
    pub fingerprint: String,
    /// The change the backup is at, and its newest row.
    pub seq: u32,
    pub audit_seq: i64,
    pub newest: Option<Timestamp>,
    /// The change the store is at, else the one the pin has seen.
    pub current_seq: Option<u32>,
    pub current_audit_seq: Option<i64>,
    /// Why it cannot be said what changes, when it cannot.
    pub unknown: Option<String>,
    /// Whether the backup is an earlier state of what is there.
    pub is_same_history: bool,
    pub rewind: Rewind,
    /// Whom the restored store is sealed for, where nobody can say who was taken away since.
    pub recipients: Vec<String>,
}

/// Reads a backup, all of it, and says what restoring it means. Changes nothing.
pub fn plan(
    place: StorePlace,
    claim: impl Into<Claim>,
    world: World,
    file: &Path,
    progress: Progress<'_>,
) -> Result<Plan> {
    let target = Target::find(place.into())?;
    let backup = target.open_backup(file)?;
    target.must_be_of_this_store(&backup)?;
    backup.verify(progress)?;
    let stated = claim.into();
    let (newest, then, recipients) =
        backup.read(|tx| Ok((tx.find_newest_audit_time()?, tx.holding()?, tx.list_recipients()?)))?;
    let (current, unknown, is_same_history, found) = match &target.present {
        Present::Open(store) => {
            let head = backup.position.audit.clone();
            let (now, same) = store.read(|tx| Ok((tx.holding()?, tx.has_audit_head(&head)?)))?;
            (Some(store.position()?), None, same, rewind::rewind(&now, &then))
        }
        Present::Broken(error) => (None, Some(error.to_string()), true, Rewind::default()),
        Present::Absent => (None, Some("there is no store to compare with".to_owned()), true, Rewind::default()),
    };
    let pinned = target.pinned(&backup)?.map(|pinned| pinned.position);
    let seen = current.as_ref().or(pinned.as_ref());
    let facts = RestoreFacts {
        file: file.to_owned(),
        fingerprint: backup.fingerprint(),
        seq: backup.position.seq,
        audit_seq: backup.position.audit.seq,
        newest,
        current_seq: seen.map(|position| position.seq),
        current_audit_seq: seen.map(|position| position.audit.seq),
        recipients: match unknown {
            Some(_) => recipients.into_iter().map(|recipient| recipient.name).collect(),
            None => Vec::new(),
        },
        unknown,
        is_same_history,
        rewind: found,
    };
    // Whoever acts must be somebody in the store that is to be; said before a person is asked anything.
    backup.read(|tx| Ok(acting_person(&stated, tx)))??;
    Ok(Plan { target, backup, current, stated, world, facts })
}

/// What a restore has come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    pub seq: u32,
    pub audit_seq: i64,
    pub cancelled: Cancelled,
    /// The state before, where it is kept.
    pub kept: Vec<PathBuf>,
    /// Whether the key names the store's fingerprint.
    pub identity_is_told: bool,
}

/// Puts the backup in the place of the store.
pub fn restore(plan: &Plan) -> Result<Restored> {
    let now = to_millisecond(plan.world.clock.now());
    let facts = &plan.facts;
    let seen = plan.current.as_ref().map(|position| position.seq);
    let restored = plan.target.restore(&plan.backup, seen, now, |tx| -> Result<Cancelled> {
        let actor = acting_person(&plan.stated, tx)?;
        keep(tx, &facts.rewind.kept)?;
        let cancelled = tx.cancel_everything_open()?;
        let correlation = CorrelationId(plan.world.ids.next());
        let entry = Entry::new(&actor, Correlated::Here(correlation), "store.restore", "store", plan.backup.store_id())
            .proved(plan.stated.proof())
            .change("file", (), facts.file.display().to_string())
            .change("seq", facts.current_seq, facts.seq)
            .change("auditSeq", facts.current_audit_seq, facts.audit_seq)
            .change("keptAway", 0, facts.rewind.kept_words.len())
            .change("widened", 0, facts.rewind.widened.len())
            .change("cancelledApprovals", 0, cancelled.approvals)
            .change("cancelledAttempts", 0, cancelled.attempts);
        tx.append_audit(entry.row())?;
        Ok(cancelled)
    })?;
    if restored.identity_is_told {
        plan.target.reopened()?;
    }
    Ok(Restored {
        seq: restored.position.seq,
        audit_seq: restored.position.audit.seq,
        cancelled: restored.value,
        kept: restored.kept,
        identity_is_told: restored.identity_is_told,
    })
}

/// Takes away in the older state what is taken away now.
fn keep(tx: &WriteTx<'_>, kept: &Kept) -> Result<()> {
    for id in &kept.connections {
        let mut connection = tx.get_connection(*id)?;
        connection.status = Status::Revoked;
        connection.updated_at = tx.now();
        tx.update_connection(&connection)?;
        tx.delete_credential(*id)?;
        for policy in tx.list_policies_of(*id)? {
            revoke(tx, policy)?;
        }
    }
    for (agent, connection) in &kept.policies {
        if let Some(policy) = tx.find_policy(*agent, *connection)?.filter(|p| p.status == PolicyStatus::Active) {
            revoke(tx, policy)?;
        }
    }
    for id in &kept.agents {
        if let Some(mut agent) = tx.find_agent_by_id(*id)? {
            agent.status = AgentStatus::Disabled;
            tx.update_agent(&agent)?;
        }
    }
    for fingerprint in &kept.ssh_keys {
        tx.delete_ssh_key(fingerprint)?;
    }
    for name in &kept.users {
        let mut user = tx.get_user(name)?;
        user.status = UserStatus::Disabled;
        tx.update_user(&user)?;
    }
    for freeze in &kept.freezes {
        tx.upsert_freeze(freeze)?;
    }
    Ok(())
}

fn revoke(tx: &WriteTx<'_>, mut policy: Policy) -> Result<()> {
    policy.status = PolicyStatus::Revoked;
    policy.version += 1;
    tx.upsert_policy(&policy).map_err(Error::from)
}
