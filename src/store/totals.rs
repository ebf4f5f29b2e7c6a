//! Running totals of used tokens: what limits are checked against and reports are made of.
//!
//! What must stay true: the totals are the sum of the records, always. They change in the transaction that writes a
//! record and in no other, and only here; a change of the organization's zone, which moves records to other days, builds
//! them anew. Sums saturate: a provider that reports absurd numbers must fill a limit and not break the connection.
use crate::model::limit;
use crate::model::usage::{Tokens, UsageRecord};
use crate::store::error::Result;
use crate::store::row::Names;
use crate::store::row::Row;
use crate::store::tx::ReadTx;
use crate::store::usage;
use jiff::tz::TimeZone;
use rusqlite::Connection;
use std::collections::HashMap;

/// Where a sum stops growing: far above all tokens ever sold, and two of them still fit into a signed integer.
pub const MOST: u64 = 4_000_000_000_000_000_000;

#[derive(PartialEq, Eq, Hash)]
struct TotalKey {
    connection: String,
    scope: &'static str,
    name: String,
    day: i32,
}

#[derive(PartialEq, Eq, Hash)]
struct DayKey {
    day: i32,
    connection: String,
    user: String,
    team: String,
    agent: String,
    model: String,
}

/// The words for whose sum a total is; see the schema.
const SCOPES: [&str; 5] = ["pool", "user", "agent", "team", "alone"];

#[derive(Default)]
struct DaySum {
    records: u64,
    estimated: u64,
    tokens: Tokens,
}

impl DaySum {
    /// In the order of the table's columns.
    fn stored(&self) -> [i64; 7] {
        let tokens = self.tokens;
        let all = [self.records, self.estimated, tokens.input, tokens.output, tokens.reasoning];
        let [records, estimated, input, output, reasoning] = all.map(stored);
        [records, estimated, input, output, reasoning, stored(tokens.cache_read), stored(tokens.cache_write)]
    }
}

fn stored(count: u64) -> i64 {
    crate::store::row::stored(count.min(MOST))
}

/// What records add to the totals, until it is written.
#[derive(Default)]
pub(super) struct Sums {
    totals: HashMap<TotalKey, u64>,
    days: HashMap<DayKey, DaySum>,
}

fn plus(one: u64, other: u64) -> u64 {
    one.saturating_add(other).min(MOST)
}

impl Sums {
    pub fn add(&mut self, record: &UsageRecord, zone: &TimeZone) {
        let day = limit::day(record.time, zone);
        let connection = record.connection.to_string();
        let mut total = |scope, name: &str| {
            let key = TotalKey { connection: connection.clone(), scope, name: name.to_owned(), day };
            let sum = self.totals.entry(key).or_default();
            *sum = plus(*sum, record.tokens.counted());
        };
        total("pool", "");
        match (&record.user, &record.agent) {
            (Some(user), _) => total("user", user),
            (None, Some(agent)) => total("agent", agent),
            (None, None) => {}
        }
        match (&record.team, &record.user) {
            (Some(team), _) => total("team", team),
            (None, Some(user)) => total("alone", user),
            (None, None) => {}
        }
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let key = DayKey {
            day,
            connection,
            user: text(&record.user),
            team: text(&record.team),
            agent: text(&record.agent),
            model: text(&record.model),
        };
        let sum = self.days.entry(key).or_default();
        sum.records = plus(sum.records, 1);
        sum.estimated = plus(sum.estimated, u64::from(record.estimated));
        let (kept, more) = (&mut sum.tokens, &record.tokens);
        kept.input = plus(kept.input, more.input);
        kept.output = plus(kept.output, more.output);
        kept.reasoning = plus(kept.reasoning, more.reasoning);
        kept.cache_read = plus(kept.cache_read, more.cache_read);
        kept.cache_write = plus(kept.cache_write, more.cache_write);
    }

    /// Adds everything to what is there.
    pub fn write(self, database: &Connection) -> Result<()> {
        let mut statement = database.prepare_cached(
            "INSERT INTO usage_totals (connection, scope, name, day, tokens) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT DO UPDATE SET tokens = min(tokens + excluded.tokens, ?6)",
        )?;
        for (key, tokens) in self.totals {
            let values = (key.connection, key.scope, key.name, key.day, stored(tokens), stored(MOST));
            statement.execute(values)?;
        }
        let mut statement = database.prepare_cached(
            "INSERT INTO usage_days (day, connection, user, team, agent, model, records, estimated, input, output,
             reasoning, cache_read, cache_write) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
             ON CONFLICT DO UPDATE SET records = records + excluded.records,
             estimated = estimated + excluded.estimated, input = min(input + excluded.input, ?14),
             output = min(output + excluded.output, ?14), reasoning = min(reasoning + excluded.reasoning, ?14),
             cache_read = min(cache_read + excluded.cache_read, ?14),
             cache_write = min(cache_write + excluded.cache_write, ?14)",
        )?;
        for (key, sum) in self.days {
            let [records, estimated, input, output, reasoning, read, write] = sum.stored();
            statement.execute(rusqlite::params![
                key.day,
                key.connection,
                key.user,
                key.team,
                key.agent,
                key.model,
                records,
                estimated,
                input,
                output,
                reasoning,
                read,
                write,
                stored(MOST),
            ])?;
        }
        Ok(())
    }
}

/// Makes all totals anew from the records, in the organization's zone as it is now.
pub(super) fn rebuild(database: &Connection) -> Result<()> {
    let sums = sums(database)?.0;
    database.execute_batch("DELETE FROM usage_totals; DELETE FROM usage_days;")?;
    sums.write(database)
}

/// What all records add up to, and how many they are.
fn sums(database: &Connection) -> Result<(Sums, u64)> {
    let zone = ReadTx::new(database).get_organization()?.zone();
    let (mut sums, mut count) = (Sums::default(), 0);
    let mut statement = database.prepare("SELECT * FROM usage")?;
    let names = Names::of(&statement);
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        sums.add(&usage::read(&Row::new(row, &names))?, &zone);
        count += 1;
    }
    Ok((sums, count))
}

/// Whether the totals are the sums of the records: how many records there are, or the first day that is not. None: a
/// store from before there were totals, as a backup may hold one.
pub(super) fn check(database: &Connection) -> Result<Option<std::result::Result<u64, jiff::civil::Date>>> {
    let sql = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('usage_totals', 'usage_days')";
    if database.query_row(sql, [], |row| row.get::<_, i64>(0))? != 2 {
        return Ok(None);
    }
    let (mut sums, count) = sums(database)?;
    let mut wrong = std::collections::BTreeSet::new();
    let mut statement = database.prepare("SELECT connection, scope, name, day, tokens FROM usage_totals")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (scope, day, tokens): (String, i32, i64) = (row.get(1)?, row.get(3)?, row.get(4)?);
        let scope = SCOPES.into_iter().find(|known| *known == scope).unwrap_or_default();
        let key = TotalKey { connection: row.get(0)?, scope, name: row.get(2)?, day };
        if stored(sums.totals.remove(&key).unwrap_or_default()) != tokens {
            wrong.insert(day);
        }
    }
    let mut statement = database.prepare("SELECT * FROM usage_days")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let day: i32 = row.get("day")?;
        let key = DayKey {
            day,
            connection: row.get("connection")?,
            user: row.get("user")?,
            team: row.get("team")?,
            agent: row.get("agent")?,
            model: row.get("model")?,
        };
        let count = |column: &str| row.get::<_, i64>(column);
        let kept = [
            count("records")?,
            count("estimated")?,
            count("input")?,
            count("output")?,
            count("reasoning")?,
            count("cache_read")?,
            count("cache_write")?,
        ];
        if sums.days.remove(&key).unwrap_or_default().stored() != kept {
            wrong.insert(day);
        }
    }
    // What is left was spent, and no total knows of it.
    wrong.extend(sums.totals.into_iter().filter(|(_, tokens)| *tokens > 0).map(|(key, _)| key.day));
    wrong.extend(sums.days.into_keys().map(|key| key.day));
    Ok(Some(wrong.first().map_or(Ok(count), |day| Err(limit::date_of(*day)))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id::ConnectionId;
    use crate::model::limit::Days;
    use crate::model::organization::Organization;
    use crate::model::time::Timestamp;
    use crate::store::tx::WriteTx;
    use crate::store::{UsageScope, schema};
    use rusqlite::{StatementStatus, named_params};
    use uuid::Uuid;

    fn connection() -> ConnectionId {
        ConnectionId(Uuid::from_u128(5))
    }

    fn database() -> Connection {
        let database = Connection::open_in_memory().unwrap();
        database.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
        schema::migrate(&database).unwrap();
        let tx = WriteTx::new(&database, 0, Timestamp::UNIX_EPOCH);
        tx.insert_organization(&Organization::new(Uuid::from_u128(1), "Acme".to_owned())).unwrap();
        database
    }

    /// Records of one week, as people make them: a few people, agents and models.
    fn record(n: i64) -> UsageRecord {
        UsageRecord {
            time: Timestamp::from_second(1_800_000_000 + n * 7 * 86_400 / 6_000).unwrap(),
            connection: connection(),
            user: Some(format!("user {}", n % 5)),
            team: (n % 3 == 0).then(|| "sales".to_owned()),
            agent: Some(format!("agent {}", n % 2)),
            model: None,
            tokens: Tokens { input: 2, output: 1, ..Tokens::default() },
            estimated: false,
            source_id: Some(n.to_string()),
        }
    }

    #[test]
    fn totals_that_are_not_the_sums_of_the_records_are_found_whichever_they_are() {
        let database = database();
        let tx = WriteTx::new(&database, 0, Timestamp::UNIX_EPOCH);
        for n in 0..40 {
            tx.insert_usage(&record(n)).unwrap();
        }
        assert_eq!(check(&database).unwrap(), Some(Ok(40)));
        for (change, back) in [
            ("UPDATE usage_totals SET tokens = tokens + 1 WHERE scope = 'alone'", true),
            ("UPDATE usage_days SET cache_read = 1 WHERE user = 'user 2'", true),
            ("DELETE FROM usage_totals WHERE scope = 'team'", true),
            ("DELETE FROM usage_days WHERE user = 'user 3'", true),
            ("DELETE FROM usage WHERE source_id = '39'", false),
        ] {
            assert!(database.execute(change, []).unwrap() > 0, "{change}");
            assert_eq!(check(&database).unwrap(), Some(Err(limit::date_of(20_833))), "{change}");
            if back {
                rebuild(&database).unwrap();
                assert_eq!(check(&database).unwrap(), Some(Ok(40)), "{change}");
            }
        }
        database.execute_batch("DROP TABLE usage_days").unwrap();
        assert_eq!(check(&database).unwrap(), None);
    }

    /// Steps of SQLite's machine for a statement: what it costs, told without a clock.
    fn steps(database: &Connection, scope: &str, name: &str) -> i32 {
        let mut statement = database.prepare(&usage::sum_sql("scope = :scope AND name = :name")).unwrap();
        let values = named_params! {
            ":connection": connection().to_string(), ":first": 20_000, ":after": 21_000, ":scope": scope, ":name": name,
        };
        let rows: Vec<i64> = statement.query_map(values, |row| row.get(0)).unwrap().map(|row| row.unwrap()).collect();
        assert!((1..=8).contains(&rows.len()), "{rows:?}");
        statement.get_status(StatementStatus::VmStep)
    }

    #[test]
    fn a_limit_is_checked_as_fast_in_its_six_thousandth_record_as_in_its_hundredth() {
        let database = database();
        let tx = WriteTx::new(&database, 0, Timestamp::UNIX_EPOCH);
        let mut seen = Vec::new();
        let mut booked = 0;
        for until in [100i64, 6_000] {
            // Spread over the week each time, so that every day has some.
            let step = 6_000 / until;
            let batch: Vec<UsageRecord> = (0..until).map(|n| record(n * step)).collect();
            booked += tx.insert_usages(&batch).unwrap().into_iter().filter(|is_new| *is_new).count();
            seen.push(["pool", "user", "team"].map(|scope| {
                let name = match scope {
                    "pool" => "",
                    "user" => "user 0",
                    _ => "sales",
                };
                steps(&database, scope, name)
            }));
        }
        assert_eq!(booked, 6_000, "the hundred are among the six thousand");
        // One step is a matter of where in a page a search ends.
        let pairs = seen[0].iter().zip(&seen[1]);
        assert!(pairs.clone().all(|(few, many)| (few - many).abs() <= 2), "{seen:?}");
        let days = Days { first: 20_000, after: 21_000 };
        assert_eq!(tx.sum_usage(connection(), UsageScope::Pool, days).unwrap(), 18_000);
        let plan: String = database
            .query_row(
                &format!("EXPLAIN QUERY PLAN {}", usage::sum_sql("scope = 'user' AND name = 'x'")),
                named_params! { ":connection": "x", ":first": 1, ":after": 2 },
                |row| row.get(3),
            )
            .unwrap();
        assert!(plan.contains("SEARCH") && plan.contains("PRIMARY KEY") && plan.contains("day>"), "{plan}");
    }

    #[test]
    fn totals_made_anew_are_the_totals_there_were() {
        let database = database();
        let tx = WriteTx::new(&database, 0, Timestamp::UNIX_EPOCH);
        let batch: Vec<UsageRecord> = (0..500).map(|n| record(n * 12)).collect();
        tx.insert_usages(&batch[..200]).unwrap();
        batch[200..].iter().for_each(|record| assert!(tx.insert_usage(record).unwrap()));
        let dump = || -> Vec<String> {
            let all = ["usage_totals", "usage_days"].map(|table| {
                let mut statement = database.prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2, 3, 4, 5")).unwrap();
                let width = statement.column_count();
                let row = |row: &rusqlite::Row<'_>| {
                    (0..width).map(|place| row.get(place)).collect::<rusqlite::Result<Vec<rusqlite::types::Value>>>()
                };
                let rows = statement.query_map([], row).unwrap();
                rows.map(|row| format!("{:?}", row.unwrap())).collect::<Vec<_>>()
            });
            all.concat()
        };
        let before = dump();
        assert!(before.len() > 50);
        rebuild(&database).unwrap();
        assert_eq!(dump(), before);
    }
}
