//! A list of people as CSV: read whole, with every bad line named, before anything is done about any of them.
//!
//! What must stay true: nothing here is taken half. A list with one bad line is refused, and says all that is wrong with
//! it; one that is larger than any list of people is refused before it is taken apart.
use crate::model::label;
use crate::model::people::{Role, UserStatus};
use std::collections::HashMap;

/// More bytes than a list of the most people has.
pub const MOST_BYTES: usize = 4 << 20;
/// More people than an organization has that keeps them in one file.
pub const MOST_PEOPLE: usize = 10_000;

/// The columns of a list; only the first must be there.
pub const COLUMNS: [&str; 5] = ["name", "role", "status", "teams", "os_user"];

/// What stands between the teams of one person.
const BETWEEN_TEAMS: char = ';';

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPerson {
    /// Where it stands in the file; the header is line 1.
    pub line: u64,
    pub name: String,
    pub role: Role,
    pub status: UserStatus,
    pub teams: Vec<String>,
    pub os_user: Option<String>,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    pub line: u64,
    pub why: String,
}

/// Reads a list. A list that is bad as a whole has its one fault in line 1.
pub fn read(bytes: &[u8]) -> Result<Vec<NewPerson>, Vec<BadLine>> {
    let whole = |why: String| vec![BadLine { line: 1, why }];
    if bytes.len() > MOST_BYTES {
        return Err(whole(format!("the file is larger than {} MiB", MOST_BYTES >> 20)));
    }
    // Spreadsheets put a byte order mark in front.
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    // The parser would count a line that ends in both as the one before it.
    let bytes = bytes.iter().copied().filter(|byte| *byte != b'\r').collect::<Vec<u8>>();
    // Flexible: a line of the wrong length is named by us, together with all the others.
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(bytes.as_slice());
    let columns = columns(reader.headers().map_err(|error| whole(unreadable(&error)))?).map_err(whole)?;
    let (mut people, mut bad, mut seen) = (Vec::new(), Vec::new(), HashMap::new());
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(1, csv::Position::line);
                bad.push(BadLine { line, why: unreadable(&error) });
                continue;
            }
        };
        let line = record.position().map_or(1, csv::Position::line);
        if people.len() + bad.len() >= MOST_PEOPLE {
            bad.push(BadLine { line, why: format!("there are more than {MOST_PEOPLE} people in the file") });
            break;
        }
        match person(&record, &columns, line) {
            Ok(person) => {
                if let Some(first) = seen.insert(label::folded(&person.name), line) {
                    bad.push(BadLine { line, why: format!("\"{}\" is in line {first} already", person.name) });
                }
                people.push(person);
            }
            Err(why) => bad.push(BadLine { line, why }),
        }
    }
    if people.is_empty() && bad.is_empty() {
        return Err(whole("there is nobody in the file".to_owned()));
    }
    if bad.is_empty() { Ok(people) } else { Err(bad) }
}

/// Which column of [`COLUMNS`] stands where in the file.
fn columns(header: &csv::StringRecord) -> Result<Vec<usize>, String> {
    let mut columns = Vec::new();
    for (place, name) in header.iter().enumerate() {
        let known = COLUMNS.iter().position(|column| *column == name.to_lowercase());
        // Not quoted: whoever names the wrong file may have named one with a secret in it.
        let known = known.ok_or_else(|| format!("column {} is none of {}", place + 1, COLUMNS.join(", ")))?;
        if columns.contains(&known) {
            return Err(format!("the column {} is there twice", COLUMNS[known]));
        }
        columns.push(known);
    }
    match columns.contains(&0) {
        true => Ok(columns),
        false => Err(format!("the first line names the columns, {}, of which name must be there", COLUMNS.join(", "))),
    }
}

fn person(record: &csv::StringRecord, columns: &[usize], line: u64) -> Result<NewPerson, String> {
    if record.len() != columns.len() {
        return Err(format!("there are {} fields where the first line has {}", record.len(), columns.len()));
    }
    let field = |name: &str| {
        let column = COLUMNS.iter().position(|column| *column == name)?;
        let place = columns.iter().position(|known| *known == column)?;
        record.get(place).filter(|text| !text.is_empty())
    };
    let name = field("name").ok_or("the name is missing")?;
    label::check_actor_name(name).map_err(|error| format!("\"{name}\" cannot name a user: {error}"))?;
    let role = match field("role") {
        None => Role::User,
        Some(word) => Role::parse(word).ok_or_else(|| format!("\"{word}\" is no role: owner, admin or user"))?,
    };
    let status = match field("status") {
        None => UserStatus::Active,
        Some(word) => UserStatus::parse(word).ok_or_else(|| format!("\"{word}\" is no status: active or disabled"))?,
    };
    let os_user = field("os_user").map(str::to_owned);
    if let Some(account) = &os_user {
        label::check_name(account).map_err(|error| format!("\"{account}\" cannot name an account: {error}"))?;
    }
    let mut teams: Vec<String> = Vec::new();
    for team in field("teams").unwrap_or_default().split(BETWEEN_TEAMS).map(str::trim).filter(|team| !team.is_empty()) {
        if label::same(team, name) {
            return Err(format!("\"{team}\" cannot be a member of itself"));
        }
        if teams.iter().any(|known| label::same(known, team)) {
            return Err(format!("the team \"{team}\" is there twice"));
        }
        teams.push(team.to_owned());
    }
    Ok(NewPerson { line, name: name.to_owned(), role, status, teams, os_user })
}

/// The error without the bytes it is about.
fn unreadable(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Utf8 { .. } => "the line is not UTF-8".to_owned(),
        _ => "the line is no CSV".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<(u64, String)> {
        read(text.as_bytes()).unwrap_err().into_iter().map(|bad| (bad.line, bad.why)).collect()
    }

    #[test]
    fn a_list_is_read_in_any_order_of_columns_with_defaults_for_what_is_empty() {
        let text = "\u{feff}teams,name,role\r\nsales; support,alice@example.com,admin\r\n,\"Bob, the second\",\r\n";
        let people = read(text.as_bytes()).unwrap();
        assert_eq!((people[0].line, people[0].teams.len(), people[0].role), (2, 2, Role::Admin));
        assert_eq!((people[1].name.as_str(), people[1].role), ("Bob, the second", Role::User));
        assert_eq!(people[1].status, UserStatus::Active);
    }

    #[test]
    fn every_bad_line_is_named_and_nothing_is_taken_of_the_good_ones() {
        let text = "name,role,teams\nalice,user,\nbob,boss,\n,user,\nALICE,user,\ncarol,user\ndora,user,sales;Sales\n\
                    agent:eve,user,\nfrank,user,frank\n";
        let faults = faults(text);
        let lines: Vec<u64> = faults.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [3, 4, 5, 6, 7, 8, 9], "{faults:?}");
        assert!(faults[0].1.contains("boss") && faults[2].1.contains("line 2"), "{faults:?}");
    }

    #[test]
    fn what_is_no_list_of_people_is_refused_as_a_whole() {
        assert!(faults("nom,role\nalice,user\n")[0].1.contains("column 1 is none of"));
        assert!(faults("role\nuser\n")[0].1.contains("name must be there"));
        assert!(faults("name,name\na,b\n")[0].1.contains("twice"));
        assert!(faults("name\n")[0].1.contains("nobody"));
        assert!(faults("")[0].1.contains("name must be there"));
        assert_eq!(read(b"name\n\xff\xfe\n").unwrap_err(), [BadLine { line: 2, why: "the line is not UTF-8".into() }]);
    }

    #[test]
    fn a_list_that_is_too_long_is_refused_before_it_is_taken_apart() {
        let long = format!("name\n{}", "x\n".repeat(MOST_BYTES / 2));
        assert!(faults(&long)[0].1.contains("larger than 4 MiB"));
        let many: String = (0..=MOST_PEOPLE).map(|n| format!("user{n}\n")).collect();
        assert!(faults(&format!("name\n{many}"))[0].1.contains("more than 10000"));
    }
}
