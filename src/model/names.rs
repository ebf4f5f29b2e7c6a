//! The names a shell completes: labels, names and ids of a store, and nothing else of it.
//!
//! What must stay true: these lie on disk in plain text, so nothing may be added here that is not a name people type
//! or an id (SECURITY.md lists the fields); and what is read back is believed only where it keeps the rules of names,
//! because a forged list must not put escape sequences on a terminal.
use crate::model::id::{ConnectionId, ExecutionId};
use crate::model::label::{self, Nameable};
use serde::{Deserialize, Serialize};

/// Grows when a reader of the old form would misunderstand the new one.
const VERSION: u32 = 1;

/// What can be named in a store.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Names {
    /// The living connections.
    pub connections: Vec<NamedConnection>,
    pub agents: Vec<String>,
    pub users: Vec<String>,
    pub teams: Vec<String>,
    /// Those that wait for an answer, or for the use of one; the newest first.
    pub executions: Vec<ExecutionId>,
    /// The services that were imported: those of the program are known without a store.
    pub services: Vec<NamedService>,
}

/// An imported service and what it can do, as people type both.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedService {
    pub id: String,
    pub functions: Vec<String>,
}

/// As they are written.
#[derive(Serialize)]
struct Text<'n> {
    version: u32,
    #[serde(flatten)]
    names: &'n Names,
}

/// Read on its own: taken apart together with the names, these would be copied on the way, and a prompt waits for them.
#[derive(Deserialize)]
struct Head {
    version: u32,
}

/// A connection as people name it. The service is there so that its functions can be completed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedConnection {
    pub id: ConnectionId,
    pub label: String,
    pub service: String,
    /// The functions it was given by hand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub functions: Vec<String>,
}

impl From<Nameable> for NamedConnection {
    fn from(connection: Nameable) -> Self {
        NamedConnection {
            id: connection.id,
            label: connection.label,
            service: connection.service,
            functions: Vec::new(),
        }
    }
}

impl Names {
    /// The names as text of at most `most` bytes; of lists that are too long for it the ends are left out.
    pub fn to_text(mut self, most: usize) -> Option<String> {
        loop {
            let text = serde_json::to_string(&Text { version: VERSION, names: &self }).ok()?;
            if text.len() <= most {
                return Some(text);
            }
            // Halving what is longest ends soon, and never asks how long one entry is as text.
            let functions = self.functions().map(|functions| functions.len()).max().unwrap_or(0);
            let lengths = [
                self.connections.len(),
                self.agents.len(),
                self.users.len(),
                self.teams.len(),
                self.executions.len(),
                self.services.len(),
                functions,
            ];
            let half = lengths.into_iter().max().filter(|longest| *longest > 0)? / 2;
            self.connections.truncate(half);
            self.agents.truncate(half);
            self.users.truncate(half);
            self.teams.truncate(half);
            self.executions.truncate(half);
            self.services.truncate(half);
            self.functions().for_each(|functions| functions.truncate(half));
        }
    }

    /// The lists of functions, of services and of connections.
    fn functions(&mut self) -> impl Iterator<Item = &mut Vec<String>> {
        let own = self.connections.iter_mut().map(|connection| &mut connection.functions);
        self.services.iter_mut().map(|service| &mut service.functions).chain(own)
    }

    /// What a text written by [`Names::to_text`] holds. Entries that are no names are left out; a text of another form
    /// holds nothing.
    pub fn from_text(text: &[u8]) -> Option<Names> {
        serde_json::from_slice(text).ok().filter(|head: &Head| head.version == VERSION)?;
        let mut names: Names = serde_json::from_slice(text).ok()?;
        let is_name = |name: &String| label::check_name(name).is_ok();
        names.connections.retain(|connection| is_name(&connection.label) && is_name(&connection.service));
        for list in [&mut names.agents, &mut names.users, &mut names.teams] {
            list.retain(is_name);
        }
        names.services.retain(|service| is_name(&service.id));
        names.functions().for_each(|functions| functions.retain(is_name));
        Some(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection(n: u128, label: &str) -> NamedConnection {
        NamedConnection {
            id: ConnectionId(uuid::Uuid::from_u128(n)),
            label: label.to_owned(),
            service: "openai".to_owned(),
            functions: Vec::new(),
        }
    }

    fn some() -> Names {
        Names {
            connections: vec![NamedConnection {
                functions: vec!["get_order".to_owned()],
                ..connection(1, "it's $(mine) ž")
            }],
            agents: vec!["helper".to_owned()],
            users: vec!["mara@example.com".to_owned()],
            teams: vec!["desk".to_owned()],
            executions: vec![ExecutionId(uuid::Uuid::from_u128(2))],
            services: vec![NamedService { id: "crm".to_owned(), functions: vec!["list_nodes".to_owned()] }],
        }
    }

    #[test]
    fn names_read_back_as_they_were() {
        let text = some().to_text(1 << 20).unwrap();
        assert_eq!(Names::from_text(text.as_bytes()), Some(some()));
    }

    /// Whoever adds a field puts it on disk in plain text: SECURITY.md and `siesta help security` name these six.
    #[test]
    fn only_names_and_ids_are_in_the_text() {
        let text: serde_json::Value = serde_json::from_str(&some().to_text(1 << 20).unwrap()).unwrap();
        let fields: Vec<&str> = text.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(fields, ["version", "connections", "agents", "users", "teams", "executions", "services"]);
        let of_connection: Vec<&str> = text["connections"][0].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(of_connection, ["id", "label", "service", "functions"]);
        let of_service: Vec<&str> = text["services"][0].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(of_service, ["id", "functions"]);
    }

    #[test]
    fn what_is_no_name_is_left_out_and_what_is_no_list_holds_nothing() {
        let mut forged = some();
        forged.connections.push(connection(3, "\u{1b}]0;owned\u{7}"));
        forged.connections.push(connection(4, "two\nlines"));
        forged.agents.extend(["\u{202e}txt".to_owned(), "\t".to_owned(), String::new(), "x".repeat(101)]);
        forged.users.push("a\u{200b}b".to_owned());
        forged.services.push(NamedService { id: "\u{1b}[2J".to_owned(), functions: Vec::new() });
        forged.services[0].functions.push("\u{202e}x".to_owned());
        forged.connections[0].functions.push("\u{1b}[2J".to_owned());
        let text = forged.to_text(1 << 20).unwrap();
        assert_eq!(Names::from_text(text.as_bytes()), Some(some()));

        for other in ["", "{}", "[]", "null", "{\"version\":2}", "{\"version\":1,\"agents\":[1]}", "\u{0}\u{1}"] {
            assert_eq!(Names::from_text(other.as_bytes()), None, "{other:?}");
        }
    }

    #[test]
    fn too_many_names_are_cut_and_stay_readable() {
        let many = Names { connections: (0..5_000).map(|n| connection(n, &format!("label {n}"))).collect(), ..some() };
        let text = many.to_text(100_000).unwrap();
        assert!(text.len() <= 100_000);
        let read = Names::from_text(text.as_bytes()).unwrap();
        assert!(read.connections.len() > 500 && read.agents == ["helper"], "{}", read.connections.len());
        let one = NamedConnection { functions: vec!["x".repeat(100); 5_000], ..connection(1, "label") };
        let text = Names { connections: vec![one], ..some() }.to_text(100_000).unwrap();
        let read = Names::from_text(text.as_bytes()).unwrap();
        assert!(read.connections[0].functions.len() > 300 && read.agents == ["helper"]);
        assert_eq!(some().to_text(10), None, "not even the empty lists fit");
    }
}
