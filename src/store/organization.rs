//! The organization's row, and the recipients the store is sealed for.
use crate::model::organization::{ApprovalProof, Organization, parse_weekday, weekday_name};
use crate::model::time::Timestamp;
use crate::store::error::{Error, Result};
use crate::store::row::{Columns, Row, millis};
use crate::store::{ReadTx, WriteTx};
use rusqlite::named_params;

/// Somebody the store is sealed for: the own key, a recovery key, a fellow administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    pub recipient: String,
    pub name: String,
    pub added_at: Timestamp,
}

fn read(row: &Row<'_>) -> rusqlite::Result<Organization> {
    Ok(Organization {
        id: row.parsed("id")?,
        name: row.text("name")?,
        time_zone: row.text("time_zone")?,
        week_start: row.word("week_start", parse_weekday)?,
        approval_lifetime_minutes: row.get("approval_lifetime_minutes")?,
        four_eyes: row.get("four_eyes")?,
        approval_proof: row.word("approval_proof", ApprovalProof::parse)?,
        audit_retention_days: row.get("audit_retention_days")?,
        execution_retention_days: row.get("execution_retention_days")?,
    })
}

impl ReadTx<'_> {
    pub fn get_organization(&self) -> Result<Organization> {
        self.one("SELECT * FROM organization", [], read)?.ok_or_else(|| Error::damaged("the organization is missing"))
    }

    pub fn list_recipients(&self) -> Result<Vec<Recipient>> {
        self.all("SELECT * FROM recipients ORDER BY added_at, recipient", [], |row| {
            Ok(Recipient {
                recipient: row.text("recipient")?,
                name: row.text("name")?,
                added_at: row.instant("added_at")?,
            })
        })
    }
}

impl WriteTx<'_> {
    pub(super) fn insert_organization(&self, organization: &Organization) -> Result<()> {
        self.run(
            "INSERT INTO organization (id, name, time_zone, week_start, approval_lifetime_minutes, four_eyes)
             VALUES (:id, :name, :time_zone, :week_start, :lifetime, :four_eyes)",
            named_params! {
                ":id": organization.id.to_string(), ":name": organization.name, ":time_zone": organization.time_zone,
                ":week_start": weekday_name(organization.week_start),
                ":lifetime": organization.approval_lifetime_minutes, ":four_eyes": organization.four_eyes,
            },
        )
        .map(drop)
    }

    /// Another zone moves usage records to other days: the totals follow in the same transaction.
    pub fn update_organization(&self, organization: &Organization) -> Result<()> {
        let moves = self.get_organization()?.time_zone != organization.time_zone;
        self.run(
            "UPDATE organization SET name = :name, time_zone = :time_zone, week_start = :week_start,
             approval_lifetime_minutes = :lifetime, four_eyes = :four_eyes, approval_proof = :proof,
             audit_retention_days = :audit_days, execution_retention_days = :execution_days",
            named_params! {
                ":name": organization.name, ":time_zone": organization.time_zone,
                ":week_start": weekday_name(organization.week_start),
                ":lifetime": organization.approval_lifetime_minutes, ":four_eyes": organization.four_eyes,
                ":proof": organization.approval_proof.as_str(), ":audit_days": organization.audit_retention_days,
                ":execution_days": organization.execution_retention_days,
            },
        )?;
        if moves { self.rebuild_totals() } else { Ok(()) }
    }

    /// Whether it was there.
    pub fn delete_recipient(&self, recipient: &str) -> Result<bool> {
        Ok(self.run("DELETE FROM recipients WHERE recipient = ?1", [recipient])? > 0)
    }

    pub fn insert_recipient(&self, recipient: &Recipient) -> Result<()> {
        self.run(
            "INSERT OR IGNORE INTO recipients (recipient, name, added_at) VALUES (?1, ?2, ?3)",
            (&recipient.recipient, &recipient.name, millis(recipient.added_at)),
        )
        .map(drop)
    }
}
