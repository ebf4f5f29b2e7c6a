//! Approvals that are signed away from the store, and the keys they are signed with.
//!
//! What must stay true: who approves is whose key has signed, not who hands the signature in; the statement is rebuilt
//! from the store's own row; and a signature counts only while its key is registered, from before the question to the
//! moment the approval is used.
use crate::model::decide;
use crate::model::execution::{ApprovalStatus, Execution};
use crate::model::id::ExecutionId;
use crate::model::organization::{ApprovalProof, Organization};
use crate::model::people::{User, UserStatus};
use crate::model::signature::{RegisteredKey, Signature, SignatureError, SshKey};
use crate::model::statement;
use crate::ops::{About, Error, Kind, Result, Siesta, approvals, get_user};
use crate::store::ReadTx;

/// Registers a key of a person.
pub fn add_key(siesta: &Siesta, user: &str, text: &str) -> Result<RegisteredKey> {
    let key = SshKey::parse(text).map_err(|error| Error::invalid(error.to_string()))?;
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let user = get_user(tx, user)?;
        if let Some(known) = tx.find_ssh_key(&key.fingerprint)? {
            let what = format!("the key {} is registered for \"{}\" already", key.fingerprint, known.user);
            return Err(Error::conflict(what).about(About::User(known.user)));
        }
        let new = RegisteredKey { user: user.name, key: key.clone(), added_at: tx.now(), added_by: actor.to_string() };
        tx.insert_ssh_key(&new)?;
        let entry = siesta.entry(&actor, "user.key.add", "user", &new.user).change(
            "key",
            (),
            format!("{} {}", new.key.kind(), new.key.fingerprint),
        );
        tx.append_audit(entry.row())?;
        Ok(new)
    })
}

pub fn list_keys(siesta: &Siesta, user: Option<&str>) -> Result<Vec<RegisteredKey>> {
    siesta.store.read(|tx| match user.map(|name| get_user(tx, name)).transpose() {
        Ok(user) => Ok(Ok(tx.list_ssh_keys(user.as_ref().map(|user| user.name.as_str()))?)),
        Err(error) => Ok(Err(error)),
    })?
}

/// Takes a key away. What it has approved and nobody has used yet is not approved any more.
pub fn remove_key(siesta: &Siesta, user: &str, fingerprint: &str) -> Result<RegisteredKey> {
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let user = get_user(tx, user)?;
        let missing = || {
            let kind = Kind::NotFound { noun: "key", name: fingerprint.to_owned(), nearest: None };
            Error::from(kind).because(format!("\"{}\" has none of that fingerprint", user.name))
        };
        let known = tx.find_ssh_key(fingerprint)?.filter(|known| known.user == user.name).ok_or_else(missing)?;
        tx.delete_ssh_key(&known.key.fingerprint)?;
        let entry = siesta.entry(&actor, "user.key.remove", "user", &known.user).change(
            "key",
            format!("{} {}", known.key.kind(), known.key.fingerprint),
            (),
        );
        tx.append_audit(entry.row())?;
        Ok(known)
    })
}

/// What is to be signed about a request that waits.
#[derive(Debug, Clone)]
pub struct Statement {
    pub execution: ExecutionId,
    /// The bytes, without a line break at their end.
    pub text: String,
}

pub fn request(siesta: &Siesta, typed: &str) -> Result<Statement> {
    let now = siesta.now();
    siesta.store.read(|tx| {
        Ok(siesta.person(tx).and_then(|_| {
            let execution = approvals::get(tx, typed)?;
            if execution.approval_at(now) != ApprovalStatus::Pending {
                let at = About::Execution(execution.id.to_string());
                return Err(Error::conflict("it does not wait for an answer").about(at));
            }
            Ok(Statement { execution: execution.id, text: statement_of(siesta, tx, &execution)? })
        }))
    })?
}

fn statement_of(siesta: &Siesta, tx: &ReadTx<'_>, execution: &Execution) -> Result<String> {
    let nonce = tx.find_signing(execution.id)?.nonce.ok_or_else(|| {
        Error::conflict("it was asked before requests could be signed")
            .about(About::Execution(execution.id.to_string()))
    })?;
    statement::text(siesta.store.whereabouts().store_id, execution, &nonce).map_err(|e| Error::invalid(e.to_string()))
}

/// Who has signed a request, by the store's own row and the keys that are registered.
pub(super) fn signer(
    siesta: &Siesta,
    tx: &ReadTx<'_>,
    execution: &Execution,
    signature: &Signature,
) -> Result<(User, RegisteredKey)> {
    let refused = |why: String| Error::from(Kind::SignatureRefused { execution: execution.id.to_string(), why });
    let known = tx.find_ssh_key(&signature.fingerprint())?;
    let known = known.ok_or_else(|| refused(format!("the key {} is nobody's here", signature.fingerprint())))?;
    let statement = statement_of(siesta, tx, execution)?;
    signature.verify(&known.key.text, statement.as_bytes()).map_err(|error| {
        refused(match error {
            SignatureError::Wrong => "it is not about this request as the store has it".to_owned(),
            other => other.to_string(),
        })
    })?;
    if known.added_at >= execution.created_at {
        return Err(refused("the key was registered after the request was made".to_owned()));
    }
    let user = tx.get_user(&known.user)?;
    match user.status {
        UserStatus::Active => Ok((user, known)),
        UserStatus::Disabled => Err(refused(format!("\"{}\" is disabled", known.user))),
    }
}

/// Whether an approval still has the proof it needs, at the moment it is to be used.
pub(super) fn still_stands(tx: &ReadTx<'_>, execution: &Execution, organization: &Organization) -> Result<bool> {
    let Some(fingerprint) = tx.find_signing(execution.id)?.signed_with else {
        return Ok(organization.approval_proof == ApprovalProof::Any);
    };
    let Some(known) = tx.find_ssh_key(&fingerprint)? else { return Ok(false) };
    let (Some(user), Some(connection)) = (tx.find_user(&known.user)?, tx.find_connection(execution.connection)?) else {
        return Ok(false);
    };
    let owner = tx.find_agent_by_id(execution.agent)?.and_then(|agent| agent.owner);
    let on_behalf_of = execution.user.clone().or(owner);
    Ok(execution.resolved_by.as_deref() == Some(known.user.as_str())
        && known.added_at < execution.created_at
        && decide::may_approve(&user, &connection, on_behalf_of.as_deref(), organization.four_eyes))
}
