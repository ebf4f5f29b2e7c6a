//! What a name that somebody is typing can become.
//!
//! What must stay true: nothing here opens the store, reads its key or takes its lock: the names come from the index
//! that was kept when the store was last open, services and functions from the catalogue. So what is offered may be a
//! moment old, and nothing is decided by it.
use crate::catalog;
use crate::model::label::{self, Lookup, Nameable};
use crate::model::names::{NamedConnection, Names};
pub use crate::store::IndexPlace;
use std::path::Path;

/// The methods of HTTP that a request may have, as people try them.
const METHODS: [&str; 6] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"];

/// What kind of name stands at this place of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    Connection,
    Agent,
    User,
    Team,
    /// Who acts: a user, or `agent:NAME`.
    Actor,
    /// Who acted, as the audit writes it: `user:NAME`, `agent:NAME`, `system`.
    RecordedActor,
    /// One that waits for an answer, or for the use of one.
    Execution,
    Service,
    /// `SERVICE` or `SERVICE/FUNCTION`.
    ServiceOrFunction,
    /// A function of the connection that is named on the line.
    Function,
    /// A function of that connection, or a method of HTTP.
    Operation,
}

/// One thing the word can become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub word: String,
    /// What it is, for shells that show more than the word; may be empty.
    pub about: String,
}

impl Candidate {
    pub fn new(word: impl Into<String>, about: impl Into<String>) -> Candidate {
        Candidate { word: word.into(), about: about.into() }
    }
}

/// The names of the store in this directory, as they were kept; none when they were not.
pub fn names(index: &IndexPlace, store: &Path) -> Names {
    crate::store::read_index(index, store).unwrap_or_default()
}

/// What can stand at this place. `typed` is what there is of the word already, `connection` the one named before it.
///
/// Not every candidate begins with what was typed: each shell compares in its own way. But what people do not pick from
/// a list (ids, aliases, functions of every service) is there only once they have begun to type it.
pub fn candidates(wanted: Wanted, typed: &str, connection: Option<&str>, names: &Names) -> Vec<Candidate> {
    let plain = |list: &[String]| list.iter().map(|name| Candidate::new(name, "")).collect::<Vec<_>>();
    let with = |prefix: &str, list: &[String]| {
        list.iter().map(|name| Candidate::new(format!("{prefix}{name}"), "")).collect::<Vec<_>>()
    };
    match wanted {
        Wanted::Connection => connections(typed, names),
        Wanted::Agent => plain(&names.agents),
        Wanted::User => plain(&names.users),
        Wanted::Team => plain(&names.teams),
        Wanted::Actor => [plain(&names.users), with("agent:", &names.agents)].concat(),
        Wanted::RecordedActor => {
            [with("user:", &names.users), with("agent:", &names.agents), vec![Candidate::new("system", "")]].concat()
        }
        Wanted::Execution => names.executions.iter().map(|id| Candidate::new(id.to_string(), "")).collect(),
        Wanted::Service => services(typed, names),
        Wanted::ServiceOrFunction => services_and_functions(typed, names),
        Wanted::Function => functions_of(connection, names),
        Wanted::Operation => {
            let methods = METHODS.iter().map(|method| Candidate::new(*method, "method of HTTP"));
            functions_of(connection, names).into_iter().chain(methods).collect()
        }
    }
}

/// Labels; ids only for who has begun to type one.
fn connections(typed: &str, names: &Names) -> Vec<Candidate> {
    let labels = names.connections.iter().map(|c| Candidate::new(&c.label, &c.service));
    let ids = names.connections.iter().filter(|_| !typed.is_empty());
    let ids = ids.map(|c| Candidate::new(c.id.to_string(), &c.label));
    labels.chain(ids.filter(|id| id.word.starts_with(typed))).collect()
}

/// What is said of a service that the organization brought along.
const IMPORTED: &str = "imported";

/// Every service: those of the program, then those of the store.
fn known(names: &Names) -> impl Iterator<Item = Candidate> {
    let own = catalog::named().map(|service| Candidate::new(service.id, service.name));
    own.chain(names.services.iter().map(|service| Candidate::new(&service.id, IMPORTED)))
}

fn services(typed: &str, names: &Names) -> Vec<Candidate> {
    let ids = known(names);
    let aliases = catalog::named().flat_map(|s| s.aliases.iter().map(move |alias| Candidate::new(*alias, s.name)));
    ids.chain(aliases.filter(|alias| !typed.is_empty() && alias.word.starts_with(typed))).collect()
}

fn services_and_functions(typed: &str, names: &Names) -> Vec<Candidate> {
    let asked = typed.split_once('/').map_or(typed, |(service, _)| service);
    let meant: Vec<Candidate> = known(names).filter(|service| service.word.starts_with(asked)).collect();
    let functions = |id: &str| {
        let functions = functions(id, names).into_iter();
        functions.map(|f| Candidate::new(format!("{id}/{}", f.word), f.about)).collect::<Vec<_>>()
    };
    match meant.as_slice() {
        [service] if !asked.is_empty() => {
            let mut all = functions(&service.word);
            all.insert(0, service.clone());
            all
        }
        several if typed.contains('/') => {
            several.iter().filter(|s| s.word == asked).flat_map(|s| functions(&s.word)).collect()
        }
        several => several.to_vec(),
    }
}

/// The functions of a service. An imported one never shadows one of the program.
fn functions(id: &str, names: &Names) -> Vec<Candidate> {
    if let Ok(service) = catalog::find(id) {
        return service.functions.iter().map(|function| Candidate::new(&function.name, &function.title)).collect();
    }
    let imported = names.services.iter().filter(|service| service.id == id);
    imported.flat_map(|service| &service.functions).map(|name| Candidate::new(name, IMPORTED)).collect()
}

/// What is said of a function that a connection was given by hand.
const BY_HAND: &str = "its own";

/// The functions that a connection was given, and then those of its service.
fn functions_of(connection: Option<&str>, names: &Names) -> Vec<Candidate> {
    let Some(connection) = connection.and_then(|typed| connection_of(typed, names)) else { return Vec::new() };
    let own = connection.functions.iter().map(|name| Candidate::new(name, BY_HAND));
    own.chain(functions(&connection.service, names)).collect()
}

/// The connection that was typed, found as the commands find it.
fn connection_of<'n>(typed: &str, names: &'n Names) -> Option<&'n NamedConnection> {
    let singleton = |service: &str| catalog::find(service).is_ok_and(|service| service.singleton);
    let all: Vec<Nameable> = names
        .connections
        .iter()
        .map(|c| Nameable {
            id: c.id,
            label: c.label.clone(),
            service: c.service.clone(),
            singleton: singleton(&c.service),
        })
        .collect();
    match label::find(typed, &all) {
        Lookup::Found(id) => names.connections.iter().find(|c| c.id == id),
        Lookup::Ambiguous(_) | Lookup::Missing => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id::{ConnectionId, ExecutionId};
    use crate::model::names::NamedService;
    use uuid::Uuid;

    fn connection(n: u128, label: &str, service: &str) -> NamedConnection {
        NamedConnection {
            id: ConnectionId(Uuid::from_u128(n << 96)),
            label: label.to_owned(),
            service: service.to_owned(),
            functions: Vec::new(),
        }
    }

    fn names() -> Names {
        Names {
            connections: vec![connection(0xabcd, "notes", "rest-api"), connection(0xef, "claude desk", "anthropic")],
            agents: vec!["helper".to_owned()],
            users: vec!["mara".to_owned()],
            executions: vec![ExecutionId(Uuid::from_u128(7))],
            services: vec![NamedService { id: "acme-crm".to_owned(), functions: vec!["list_nodes".to_owned()] }],
            ..Names::default()
        }
    }

    fn words(wanted: Wanted, typed: &str, connection: Option<&str>) -> Vec<String> {
        candidates(wanted, typed, connection, &names()).into_iter().map(|candidate| candidate.word).collect()
    }

    #[test]
    fn ids_are_offered_only_to_who_types_one() {
        assert_eq!(words(Wanted::Connection, "", None), ["notes", "claude desk"]);
        assert_eq!(words(Wanted::Connection, "0000ab", None)[2..], ["0000abcd-0000-0000-0000-000000000000"]);
        assert_eq!(words(Wanted::Execution, "", None), ["00000000-0000-0000-0000-000000000007"]);
    }

    #[test]
    fn the_functions_are_those_of_the_connection_however_it_is_named() {
        for typed in ["notes", "NOTES", "0000abcd"] {
            assert!(words(Wanted::Function, "", Some(typed)).contains(&"http_get".to_owned()), "{typed}");
        }
        let of_singleton = words(Wanted::Function, "", Some("anthropic"));
        assert!(!of_singleton.is_empty() && !of_singleton.contains(&"http_get".to_owned()));
        assert!(words(Wanted::Function, "", Some("nobody")).is_empty());
        assert!(words(Wanted::Function, "", None).is_empty());
        assert!(words(Wanted::Operation, "", Some("notes")).contains(&"DELETE".to_owned()));
    }

    #[test]
    fn functions_of_a_service_are_offered_once_one_service_is_meant() {
        let own = catalog::named().map(|service| service.id.to_owned());
        let all: Vec<String> = own.chain(["acme-crm".to_owned()]).collect();
        assert_eq!(words(Wanted::ServiceOrFunction, "", None), all);
        let of_one = words(Wanted::ServiceOrFunction, "rest", None);
        assert!(of_one[0] == "rest-api" && of_one.contains(&"rest-api/http_get".to_owned()), "{of_one:?}");
        let of_one = words(Wanted::ServiceOrFunction, "openai/", None);
        assert!(of_one[1..].iter().all(|word| word.starts_with("openai/")), "{of_one:?}");
        assert!(words(Wanted::ServiceOrFunction, "nothing/", None).is_empty());
    }

    #[test]
    fn an_imported_service_and_its_functions_are_offered_like_those_of_the_program() {
        assert!(words(Wanted::Service, "", None).contains(&"acme-crm".to_owned()));
        assert_eq!(words(Wanted::ServiceOrFunction, "acme", None), ["acme-crm", "acme-crm/list_nodes"]);
        let mut names = names();
        names.connections.push(connection(9, "customers", "acme-crm"));
        let of_connection = candidates(Wanted::Function, "", Some("customers"), &names);
        assert_eq!(of_connection, [Candidate::new("list_nodes", IMPORTED)]);
    }

    #[test]
    fn functions_that_a_connection_was_given_come_first_and_are_its_own() {
        let mut names = names();
        names.connections[0].functions = vec!["get_order".to_owned()];
        names.connections.push(connection(9, "other", "rest-api"));
        for wanted in [Wanted::Function, Wanted::Operation] {
            let offered = candidates(wanted, "", Some("notes"), &names);
            assert_eq!(offered[0], Candidate::new("get_order", BY_HAND));
            assert!(offered.iter().any(|candidate| candidate.word == "http_get"));
            let of_other = candidates(wanted, "", Some("other"), &names);
            assert!(of_other.iter().all(|candidate| candidate.word != "get_order"));
        }
    }

    #[test]
    fn actors_are_offered_as_each_place_writes_them() {
        assert_eq!(words(Wanted::Actor, "", None), ["mara", "agent:helper"]);
        assert_eq!(words(Wanted::RecordedActor, "", None), ["user:mara", "agent:helper", "system"]);
    }

    #[test]
    fn an_alias_is_offered_to_who_types_it() {
        assert!(!words(Wanted::Service, "", None).contains(&"claude".to_owned()));
        assert!(words(Wanted::Service, "cl", None).contains(&"claude".to_owned()));
    }
}
