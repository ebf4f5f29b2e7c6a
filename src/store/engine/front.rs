//! The first pages of a base: the schema as one piece, then the roots of the trees that commands begin at.
//!
//! What must stay true: SQLite reads the whole schema at every opening, and every tree from its root. Made one by one,
//! tables take a page each, most of them empty for good, and the schema's own pages come to lie between them: four chunks
//! to open before the first row is read. Here the schema's rows are written first, side by side, and the roots are handed
//! out after them, those first that every command needs. The rows are the old database's in their order; only the numbers
//! of the root pages are new.
use crate::store::error::{Error, Result};
use rusqlite::Connection;

/// The trees whose roots come first. What is not named here follows in the order in which it was made.
const FIRST: &[&str] = &[
    // Looked at by every opening.
    "meta",
    "audit",
    "connections",
    // Who asks, and for what.
    "organization",
    "users",
    "agents",
    "grants",
    "credentials",
    // What limits and histories are answered from.
    "usage_totals",
    "audit_by_connection",
    // What every change writes to.
    "recipients",
    "audit_by_correlation",
    "audit_by_entity",
    "policies",
    "limits",
];

/// Stands in the place of a root until there is one. It takes as much room as any root of so few tables, so that writing
/// the true number down moves nothing.
const UNKNOWN: u32 = 32_767;

/// A tree of the old database.
struct Tree {
    name: String,
    /// Whether its entries are sorted by their content, as an index's are, and not by a row number.
    is_keyed: bool,
}

/// Makes every table and index of the database attached as `old` in the empty main one, without their rows. To be called
/// in a transaction.
pub fn make(database: &Connection) -> Result<()> {
    database.execute_batch("PRAGMA main.writable_schema = ON")?;
    database.execute(
        "INSERT INTO main.sqlite_schema (type, name, tbl_name, rootpage, sql)
         SELECT type, name, tbl_name, ?1, sql FROM old.sqlite_schema ORDER BY rowid",
        [UNKNOWN],
    )?;
    for (number, tree) in trees(database)?.iter().enumerate() {
        let (name, is_keyed) = (format!("root {number}"), tree.is_keyed);
        let columns = if is_keyed { "(key PRIMARY KEY) WITHOUT ROWID" } else { "(value)" };
        database.execute_batch(&format!("CREATE TABLE main.\"{name}\" {columns}"))?;
        let given = database.execute(
            "UPDATE main.sqlite_schema SET rootpage = (SELECT rootpage FROM main.sqlite_schema WHERE name = ?1)
             WHERE name = ?2",
            (&name, &tree.name),
        )?;
        database.execute("DELETE FROM main.sqlite_schema WHERE name = ?1", [&name])?;
        if given != 1 {
            return Err(Error::damaged(format!("the schema has {given} entries of the name {}", tree.name)));
        }
    }
    // Reads the schema anew, as whoever opens the file will.
    database.execute_batch("PRAGMA main.writable_schema = RESET")?;
    Ok(())
}

fn trees(database: &Connection) -> Result<Vec<Tree>> {
    let sql = "SELECT name, type = 'index' OR EXISTS (SELECT 1 FROM pragma_table_list AS listed
               WHERE listed.schema = 'old' AND listed.name = made.name AND listed.wr)
               FROM old.sqlite_schema AS made ORDER BY rowid";
    let mut statement = database.prepare(sql)?;
    let rows = statement.query_map([], |row| Ok(Tree { name: row.get(0)?, is_keyed: row.get(1)? }))?;
    let mut trees: Vec<Tree> = rows.collect::<std::result::Result<_, _>>()?;
    let place = |tree: &Tree| FIRST.iter().position(|first| *first == tree.name).unwrap_or(FIRST.len());
    trees.sort_by_key(place);
    Ok(trees)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::engine::{integrity, lay};
    use crate::store::schema;

    /// Pages in a chunk.
    const CHUNK: i64 = 16;

    fn rows(database: &Connection, name: &str) -> Vec<(String, String, String, Option<String>)> {
        let sql = format!("SELECT type, name, tbl_name, sql FROM {name}.sqlite_schema ORDER BY rowid");
        let mut statement = database.prepare(&sql).unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))).unwrap();
        rows.collect::<rusqlite::Result<_>>().unwrap()
    }

    fn opened(bytes: &[u8]) -> Connection {
        let mut database = Connection::open_in_memory().unwrap();
        database.deserialize_read_exact("main", bytes, bytes.len(), false).unwrap();
        database
    }

    #[test]
    fn what_every_command_reads_is_in_the_first_chunk() {
        let mut database = Connection::open_in_memory().unwrap();
        schema::migrate(&database).unwrap();
        let laid = opened(&lay::laid(&mut database).unwrap());
        assert_eq!(rows(&laid, "main"), rows(&database, "main"));
        assert_eq!(integrity(&laid).unwrap(), Vec::<String>::new());
        let last: i64 = laid
            .query_row("SELECT max(pageno) FROM dbstat WHERE name = 'sqlite_schema'", [], |row| row.get(0))
            .unwrap();
        assert!(last < CHUNK, "the schema reaches to page {last}");
        for name in &FIRST[..10] {
            let sql = "SELECT rootpage FROM sqlite_schema WHERE name = ?1";
            let root: i64 = laid.query_row(sql, [name], |row| row.get(0)).unwrap();
            assert!(root <= CHUNK, "{name} begins on page {root}");
        }
        for name in FIRST {
            assert!(rows(&laid, "main").iter().any(|row| row.1 == *name), "there is no {name}");
        }
        let free: i64 = laid.pragma_query_value(None, "freelist_count", |row| row.get(0)).unwrap();
        assert_eq!(free, 0);
    }

    #[test]
    fn the_new_schema_takes_rows_of_every_kind_of_tree() {
        let mut database = Connection::open_in_memory().unwrap();
        database
            .execute_batch(
                "CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB) STRICT;
                 CREATE TABLE keyed (a TEXT, b INTEGER, PRIMARY KEY (a, b)) STRICT, WITHOUT ROWID;
                 CREATE INDEX keyed_by_b ON keyed (b);
                 CREATE TABLE counted (id INTEGER PRIMARY KEY, text TEXT UNIQUE) STRICT;
                 WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
                 INSERT INTO counted SELECT i, 'text ' || i FROM n;
                 INSERT INTO keyed SELECT text, id % 7 FROM counted;
                 INSERT INTO meta VALUES ('a', x'01');",
            )
            .unwrap();
        let laid = opened(&lay::laid(&mut database).unwrap());
        assert_eq!(rows(&laid, "main"), rows(&database, "main"));
        assert_eq!(integrity(&laid).unwrap(), Vec::<String>::new());
        for sql in
            ["SELECT count(*) FROM counted", "SELECT count(*) FROM keyed WHERE b = 3", "SELECT sum(b) FROM keyed"]
        {
            let count = |database: &Connection| database.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
            assert_eq!(count(&laid), count(&database), "{sql}");
        }
        laid.execute_batch("INSERT INTO counted VALUES (4000, 'new'); CREATE TABLE later (a)").unwrap();
        assert!(laid.execute_batch("INSERT INTO counted VALUES (4001, 'new')").is_err(), "it is unique still");
    }
}
