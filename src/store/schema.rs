//! The schema, as a list of migrations that is only ever added to.
//!
//! What must stay true: a migration that has shipped is never edited: stores in the field have already run it. A store
//! from a newer program is refused by name, because writing to it by old rules could undo what the new ones promise.
use crate::store::error::{Error, Result};
use crate::store::totals;
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
    ("Running totals of used tokens, and reservations that say when they were made.", include_str!("schema_6.sql")),
    ("Standing approvals.", include_str!("schema_7.sql")),
    (
        "Services that an organization brought along, functions of its REST connections, and a second secret.",
        include_str!("schema_8.sql"),
    ),
    ("Retention, signed approvals, and the keys of those who sign.", include_str!("schema_9.sql")),
    ("The history of a connection from its index alone.", include_str!("schema_10.sql")),
    (
        "An index of the audit by what was changed, in the place of one that nothing used.",
        include_str!("schema_11.sql"),
    ),
];

/// The version whose tables are filled from records that are there already.
const TOTALS: i64 = 6;

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
    if 0 < found && found < TOTALS {
        totals::rebuild(connection)?;
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
    fn records_of_before_the_totals_are_added_up_when_the_totals_come() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
        for (_, statements) in &MIGRATIONS[..usize::try_from(TOTALS - 1).unwrap()] {
            connection.execute_batch(statements).unwrap();
        }
        connection.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
        connection.pragma_update(None, "user_version", TOTALS - 1).unwrap();
        let id = "00000000-0000-0000-0000-000000000005";
        connection
            .execute_batch(&format!(
                "INSERT INTO organization VALUES ('{id}', 'Acme', 'Asia/Tokyo', 'monday', 30, 0);
                 INSERT INTO usage (time, connection, user, input, output, reasoning, cache_read, cache_write, estimated)
                 VALUES (57600000, '{id}', 'alice', 5, 2, 0, 0, 0, 0), (57600000, '{id}', 'alice', 30, 0, 0, 0, 0, 1);"
            ))
            .unwrap();
        migrate(&connection).unwrap();
        // 16:00 in UTC is the next day there.
        let sql = "SELECT group_concat(scope || ' ' || name || ' ' || day || ' ' || tokens, ', ') FROM
                   (SELECT * FROM usage_totals ORDER BY scope)";
        let totals: String = connection.query_row(sql, [], |row| row.get(0)).unwrap();
        assert_eq!(totals, "alone alice 1 37, pool  1 37, user alice 1 37");
        let days: (i64, i64) = connection
            .query_row("SELECT records, estimated FROM usage_days", [], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap();
        assert_eq!(days, (2, 1));
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
