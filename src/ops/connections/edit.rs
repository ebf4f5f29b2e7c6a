//! Editing what people say about a connection.
//!
//! What must stay true (R8a): nothing here touches where a credential may be sent: service, base URL, origins, tenant,
//! issuer, app and the private-network flag change only together with a new secret or sign-in. There is no field for
//! them in [`ConnectionEdit`], so there is nothing to forget.
use super::{Listed, check_label};
use crate::model::connection::{Access, Connection, Status};
use crate::ops::people::get_active_user;
use crate::ops::{About, Error, Result, Siesta, find_connection, services};
use serde_json::json;

/// More approvers than anybody would look through.
const MOST_APPROVERS: usize = 100;

/// What is to change. None: it stays.
#[derive(Debug, Clone, Default)]
pub struct ConnectionEdit {
    pub label: Option<String>,
    pub owner: Option<String>,
    pub purpose: Option<String>,
    pub access: Option<Access>,
    /// Exactly these from now on; empty: the general rule (R26).
    pub approvers: Option<Vec<String>>,
    /// `Some(None)`: nobody any more.
    pub reviewer: Option<Option<String>>,
}

/// Changes a connection. Returns it as it was and as it is.
pub fn edit(siesta: &Siesta, typed: &str, change: &ConnectionEdit) -> Result<(Connection, Listed)> {
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let old = find_connection(tx, typed, true)?;
        if old.status == Status::Revoked {
            return Err(Error::conflict(format!("connection \"{}\" is revoked", old.label))
                .about(About::Revoked(old.label.clone())));
        }
        let mut new = old.clone();
        if let Some(label) = &change.label {
            check_label(tx, label, services::find_in(tx, &old.service)?, Some(old.id))?;
            new.label.clone_from(label);
        }
        if let Some(owner) = &change.owner {
            new.owner = get_active_user(tx, owner)?.name;
        }
        if let Some(purpose) = &change.purpose {
            new.purpose.clone_from(purpose);
        }
        new.access = change.access.unwrap_or(old.access);
        if let Some(approvers) = &change.approvers {
            if approvers.len() > MOST_APPROVERS {
                return Err(Error::invalid(format!("a connection has at most {MOST_APPROVERS} approvers")));
            }
            new.approvers.clear();
            for approver in approvers {
                let name = get_active_user(tx, approver)?.name;
                if !new.approvers.contains(&name) {
                    new.approvers.push(name);
                }
            }
        }
        if let Some(reviewer) = &change.reviewer {
            let reviewer = reviewer.as_deref().map(|name| get_active_user(tx, name)).transpose()?;
            new.reviewer = reviewer.map(|user| user.name);
        }
        if new != old {
            new.updated_at = tx.now();
            tx.update_connection(&new)?;
            let owner = |owner: &str| (!owner.is_empty()).then(|| owner.to_owned());
            let entry = siesta
                .entry(&actor, "connection.edit", "connection", new.id)
                .connection(new.id)
                .change("label", old.label.clone(), new.label.clone())
                .change("owner", owner(&old.owner), owner(&new.owner))
                .change("purpose", old.purpose.clone(), new.purpose.clone())
                .change("access", old.access.as_str(), new.access.as_str())
                .change("approvers", json!(old.approvers), json!(new.approvers))
                .change("reviewer", old.reviewer.clone(), new.reviewer.clone());
            tx.append_audit(entry.row())?;
        }
        let listed = Listed {
            policies: tx.list_policies_of(new.id)?,
            expires_at: tx.find_expiry(new.id)?,
            kept_until: tx.find_kept_until(new.id)?,
            connection: new,
        };
        Ok((old, listed))
    })
}
