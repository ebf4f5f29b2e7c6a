//! The file taken apart: one item for each thing that is changed and audited on its own.
use super::{OrgFile, Part};
use crate::model::limit::Level;
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt;

/// What an item is about, in the order in which items are written down.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    User(String),
    Team(String),
    Agent(String),
    /// A service that was brought along.
    ImportedService(String),
    Connection(String),
    /// A function that a connection was given by hand.
    OwnFunction(String, String),
    Organization,
    Service(String),
    Function(String, String),
    /// A connection's own mode of a function.
    Setting(String, String),
    /// Agent and connection.
    Policy(String, String),
    Limit(String, Level, Option<String>),
}

/// Each item with its properties; one that is not there is null.
pub type Items = BTreeMap<Item, Map<String, Value>>;

impl Item {
    pub fn part(&self) -> Part {
        match self {
            Item::User(_) | Item::Team(_) | Item::Agent(_) => Part::People,
            Item::Connection(_) | Item::OwnFunction(..) => Part::Connections,
            Item::ImportedService(_)
            | Item::Organization
            | Item::Service(_)
            | Item::Function(..)
            | Item::Setting(..) => Part::Governance,
            Item::Policy(..) => Part::Policies,
            Item::Limit(..) => Part::Limits,
        }
    }

    /// The way to it in the file.
    pub fn path(&self) -> Vec<String> {
        let words: Vec<&str> = match self {
            Item::User(name) => vec!["people", "users", name],
            Item::Team(name) => vec!["people", "teams", name],
            Item::Agent(name) => vec!["people", "agents", name],
            Item::ImportedService(id) => vec!["governance", "importedServices", id],
            Item::Connection(label) => vec!["connections", label],
            Item::OwnFunction(label, function) => vec!["connections", label, "functions", function],
            Item::Organization => vec!["governance", "organization"],
            Item::Service(service) => vec!["governance", "services", service],
            Item::Function(service, function) => vec!["governance", "functions", service, function],
            Item::Setting(label, function) => vec!["governance", "connections", label, function],
            Item::Policy(agent, label) => vec!["policies", agent, label],
            Item::Limit(label, Level::User, Some(name)) => vec!["limits", label, "users", name],
            Item::Limit(label, Level::Team, Some(name)) => vec!["limits", label, "teams", name],
            Item::Limit(label, level, _) => vec!["limits", label, level.as_str()],
        };
        words.into_iter().map(str::to_owned).collect()
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Item::User(name) => write!(f, "user {name}"),
            Item::Team(name) => write!(f, "team {name}"),
            Item::Agent(name) => write!(f, "agent {name}"),
            Item::ImportedService(id) => write!(f, "imported service {id}"),
            Item::Connection(label) => write!(f, "connection \"{label}\""),
            Item::OwnFunction(label, function) => write!(f, "own function {function} of \"{label}\""),
            Item::Organization => f.write_str("organization"),
            Item::Service(service) => write!(f, "service {service}"),
            Item::Function(service, function) => write!(f, "function {service}/{function}"),
            Item::Setting(label, function) => write!(f, "function {function} of \"{label}\""),
            Item::Policy(agent, label) => write!(f, "policy of {agent} on \"{label}\""),
            Item::Limit(label, level, None) => write!(f, "{level} limit of \"{label}\""),
            Item::Limit(label, level, Some(name)) => write!(f, "limit of {level} {name} on \"{label}\""),
        }
    }
}

/// Everything a file says, item by item.
pub fn items(file: &OrgFile) -> Items {
    let mut items = Items::new();
    if let Some(people) = &file.people {
        items.extend(people.users.iter().map(|(name, user)| (Item::User(name.clone()), properties(user))));
        items.extend(people.teams.iter().map(|(name, team)| (Item::Team(name.clone()), properties(team))));
        items.extend(people.agents.iter().map(|(name, agent)| (Item::Agent(name.clone()), properties(agent))));
    }
    for (label, connection) in file.connections.iter().flatten() {
        let mut properties_of = properties(connection);
        properties_of.remove("functions");
        items.insert(Item::Connection(label.clone()), properties_of);
        for (name, function) in &connection.functions {
            items.insert(Item::OwnFunction(label.clone(), name.clone()), properties(function));
        }
    }
    if let Some(governance) = &file.governance {
        items.extend(governance.organization.iter().map(|entry| (Item::Organization, properties(entry))));
        for (id, document) in &governance.imported_services {
            items.insert(Item::ImportedService(id.clone()), summary(document));
        }
        for (service, switch) in &governance.services {
            items.insert(Item::Service(service.clone()), mode(switch.as_str()));
        }
        for (service, functions) in &governance.functions {
            for (function, word) in functions {
                items.insert(Item::Function(service.clone(), function.clone()), mode(word.as_str()));
            }
        }
        for (label, functions) in &governance.connections {
            for (function, word) in functions {
                items.insert(Item::Setting(label.clone(), function.clone()), mode(word.as_str()));
            }
        }
    }
    for (agent, policies) in file.policies.iter().flatten() {
        for (label, policy) in policies {
            items.insert(Item::Policy(agent.clone(), label.clone()), properties(policy));
        }
    }
    for (label, limits) in file.limits.iter().flatten() {
        for (level, subject, limit) in limits.each() {
            let mut properties = properties(limit);
            properties.insert("enabled".to_owned(), limit.enabled.into());
            items.insert(Item::Limit(label.clone(), level, subject.map(str::to_owned)), properties);
        }
    }
    items
}

/// What of a service is worth a line: where it is, how many functions it has, and a hash that tells its documents apart.
fn summary(document: &Value) -> Map<String, Value> {
    let functions = document.get("functions").and_then(Value::as_array).map_or(0, Vec::len);
    // A document that is no JSON of ours was refused where it was read; here it is only told apart.
    let text = crate::model::json::canonical(document).unwrap_or_else(|_| document.to_string());
    let hash: String = Sha256::digest(text.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    Map::from_iter([
        ("baseUrl".to_owned(), document.get("baseUrl").cloned().unwrap_or(Value::Null)),
        ("functions".to_owned(), functions.into()),
        ("document".to_owned(), format!("sha256:{hash}").into()),
    ])
}

fn properties(entry: &impl Serialize) -> Map<String, Value> {
    // These types have no map with other keys than texts and no number beyond JSON's, so they have a JSON form.
    match serde_json::to_value(entry) {
        Ok(Value::Object(properties)) => properties,
        _ => Map::new(),
    }
}

fn mode(word: &str) -> Map<String, Value> {
    Map::from_iter([("mode".to_owned(), word.into())])
}
