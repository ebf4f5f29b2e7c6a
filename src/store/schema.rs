//! The schema, as a list of migrations that is only ever added to.
//!
//! What must stay true: a migration that has shipped is never edited: stores in the field have already run it. A store
//! from a newer program is refused by name, because writing to it by old rules could undo what the new ones promise.
use crate::store::error::{Error, Result};
use rusqlite::Connection;

/// "SIES": tells a siesta store from any other SQLite file (pragma application_id).
pub const APPLICATION_ID: i32 = 0x5349_4553;

/// One entry per version, with one sentence why.
const MIGRATIONS: &[(&str, &str)] = &[
    (
        "The nouns of the first release: people, connections, governance, limits, executions and the audit.",
        include_str!("schema_1.sql"),
    ),
    (
        "The registered redirect of a client, and what is kept for a revocation to be tried again.",
        include_str!("schema_2.sql"),
    ),
    (
        "The history of a connection by pages. And what is committed is beside the base from here on: a program of an \
         earlier version, which looks at the base alone, must refuse.",
        include_str!("schema_3.sql"),
    ),
    ("Rules, constraints and presets of policies, and when calls were admitted.", include_str!("schema_4.sql")),
    (
        "Approvers and a reviewer per connection, accounts of the machine, and requests for access.",
        include_str!("schema_5.sql"),
    ),
    ("Retention, signed approvals, and the keys of those who sign.", include_str!("schema_6.sql")),
];

/// The version this program writes.
pub const CURRENT: i64 = MIGRATIONS.len() as i64;

/// The version of an open database; zero: empty.
pub fn version(connection: &Connection) -> Result<i64> {
    let application: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    match (application, version) {
        (0, 0) => Ok(0),
        (APPLICATION_ID, found) if found > CURRENT => Err(Error::Newer { found, known: CURRENT }),
        (APPLICATION_ID, found) => Ok(found),
        _ => Err(Error::damaged("the database inside is not one of siesta's")),
    }
}

/// Runs the migrations that are missing, inside the caller's transaction.
pub fn migrate(connection: &Connection) -> Result<()> {
    let found = version(connection)?;
    for (_, statements) in MIGRATIONS.iter().skip(usize::try_from(found).unwrap_or(0)) {
        connection.execute_batch(statements)?;
    }
    if found < CURRENT {
        connection.pragma_update(None, "application_id", APPLICATION_ID)?;
        connection.pragma_update(None, "user_version", CURRENT)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrating_twice_changes_nothing_more() {
        let connection = Connection::open_in_memory().unwrap();
        migrate(&connection).unwrap();
        assert_eq!(version(&connection).unwrap(), CURRENT);
        migrate(&connection).unwrap();
        assert_eq!(version(&connection).unwrap(), CURRENT);
    }

    #[test]
    fn a_newer_store_and_a_foreign_database_are_refused_by_name() {
        let connection = Connection::open_in_memory().unwrap();
        migrate(&connection).unwrap();
        connection.pragma_update(None, "user_version", CURRENT + 1).unwrap();
        assert!(matches!(version(&connection), Err(Error::Newer { .. })));
        connection.pragma_update(None, "application_id", 7).unwrap();
        assert!(matches!(version(&connection), Err(Error::Damaged { .. })));
    }
}
