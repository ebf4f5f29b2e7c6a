//! The organization as a file: what `export` writes, and `plan` and `apply` read.
//!
//! What must stay true: no credential has a place here, so none can be written or read; an entry says everything about
//! what it names, so that two readers of one file mean the same; and whatever is listed has one order, so that the same
//! organization is the same text. What is left out of an entry is as it is for something new; what a connection's
//! credential was entered for is the exception: left out, it stays as it is (R8a).
mod consequence;
mod diff;
#[cfg(test)]
mod diff_tests;
mod items;
mod own_function;
mod typed;
mod verdict;

pub use consequence::{Aftermath, Consequence};
pub use diff::{Change, Deed, Facts, Property, diff};
pub use items::{Item, Items, items};
pub use own_function::FunctionEntry;
pub use typed::{Parts, rate_of, size_of};
pub use verdict::Verdict;

use crate::model::auth::AuthKind;
use crate::model::connection::Access;
use crate::model::limit::{Level, Millions};
use crate::model::organization::ApprovalProof;
use crate::model::people::{AgentKind, AgentStatus, Role, UserStatus};
use crate::model::policy::{DefaultMode, Preset, Rules, StepUp};
use crate::model::words::words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

words! {
    /// The layout of the file.
    ApiVersion { V1 => "siesta/v1" }
}

words! {
    FileKind { Organization => "Organization" }
}

words! {
    /// A part of the organization. In the order in which they are written down: what is named comes before what names it.
    Part {
        People => "people",
        Connections => "connections",
        Governance => "governance",
        Policies => "policies",
        Limits => "limits",
    }
}

words! {
    /// The mode of a function, as people type it.
    ModeWord { Enabled => "enabled", Confirm => "confirm", Disabled => "disabled" }
}

words! {
    /// Whether a whole service is enabled.
    Switch { Enabled => "enabled", Disabled => "disabled" }
}

words! {
    /// broker: siesta makes the call; vend: siesta hands out a short-lived access token.
    FlowWord { Broker => "broker", Vend => "vend" }
}

words! {
    Weekdays {
        Monday => "monday",
        Tuesday => "tuesday",
        Wednesday => "wednesday",
        Thursday => "thursday",
        Friday => "friday",
        Saturday => "saturday",
        Sunday => "sunday",
    }
}

/// The file. A part that is not there is not spoken about: nothing of it is changed or pruned.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrgFile {
    pub api_version: ApiVersion,
    pub kind: FileKind,
    /// Of the JSON form, as every document has it.
    #[serde(default, skip_serializing)]
    #[schemars(range(min = 1))]
    pub schema_version: Option<u32>,
    /// The store's revision when the file was exported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<u32>,
    /// What each part was when the file was exported, as a hash: apply refuses when the store has moved since. Take it out
    /// of a file that is to hold whatever the store has become.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub basis: BTreeMap<Part, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<People>,
    /// By label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connections: Option<BTreeMap<String, ConnectionEntry>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub governance: Option<Governance>,
    /// By agent, then by connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policies: Option<BTreeMap<String, BTreeMap<String, PolicyEntry>>>,
    /// By connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<BTreeMap<String, LimitsEntry>>,
}

/// Users, teams and agents, by name.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct People {
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub users: BTreeMap<String, UserEntry>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub teams: BTreeMap<String, TeamEntry>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub agents: BTreeMap<String, AgentEntry>,
}

#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UserEntry {
    #[serde(default = "plain_user")]
    pub role: Role,
    #[serde(default = "active_user")]
    pub status: UserStatus,
    /// Their account on this machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub os_user: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TeamEntry {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    #[serde(default)]
    pub members: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AgentEntry {
    #[serde(default = "plain_agent")]
    pub kind: AgentKind,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The user answerable for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    #[serde(default = "active_agent")]
    pub status: AgentStatus,
    /// The account of this machine it runs under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub os_user: Option<String>,
}

/// What people say about a connection, and what a new one is entered for. No credential, ever.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConnectionEntry {
    pub service: String,
    /// Whose sign-in server it is, where that is not the service's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// How it is opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<AuthKind>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    #[serde(default = "private")]
    pub access: Access,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub purpose: String,
    /// Who answers what it is asked to do; none: the general rule.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approvers: Vec<String>,
    /// Who looks at its failures and at requests for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewer: Option<String>,
    /// Users and teams that may use it; none on a shared connection: everybody.
    #[serde(default, skip_serializing_if = "GrantsEntry::is_empty")]
    pub grants: GrantsEntry,
    /// Scopes that a sign-in asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    /// What the service wants to know beside the credential, such as a tenant or a site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<BTreeMap<String, String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow_private_network: Option<bool>,
    /// The OAuth client it signs in with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientEntry>,
    /// The sign-in server, as export writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign_in: Option<serde_json::Value>,
    /// Functions that a REST connection was given by hand.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub functions: BTreeMap<String, FunctionEntry>,
}

#[derive(Debug, Clone, Default, PartialEq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GrantsEntry {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<String>,
}

impl GrantsEntry {
    pub fn is_empty(&self) -> bool {
        self.users.is_empty() && self.teams.is_empty()
    }
}

#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClientEntry {
    pub client_id: String,
    /// The label of the organization's own client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
}

/// What holds for the whole organization, for services, functions, and single connections.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Governance {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<OrganizationEntry>,
    /// Services that were brought along with `siesta catalog import`, by id: documents of the catalogue.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub imported_services: BTreeMap<String, serde_json::Value>,
    /// Whole services, by id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub services: BTreeMap<String, Switch>,
    /// Modes of functions, by service.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub functions: BTreeMap<String, BTreeMap<String, ModeWord>>,
    /// The connections' own modes of functions: confirm or disabled, they only tighten.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub connections: BTreeMap<String, BTreeMap<String, ModeWord>>,
}

#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrganizationEntry {
    pub name: String,
    /// An IANA name: days and weeks of limits begin in this zone.
    pub time_zone: String,
    pub week_start: Weekdays,
    pub approval_lifetime_minutes: u32,
    /// Nobody approves what was asked on their own behalf.
    pub four_eyes: bool,
    /// What an approval takes: any, or signed. (How long the evidence is kept is not said in a file: shortening it asks.)
    #[serde(default = "any_proof")]
    pub approval_proof: ApprovalProof,
}

fn any_proof() -> ApprovalProof {
    ApprovalProof::Any
}

/// How an agent may use a connection. What is left out is as in a new assignment: read_only, risk_based, broker, the whole
/// API, nothing limited.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PolicyEntry {
    #[serde(default = "read_only")]
    pub mode: DefaultMode,
    #[serde(default = "risk_based")]
    pub step_up: StepUp,
    #[serde(default = "broker_alone")]
    pub flows: Vec<FlowWord>,
    /// `all`, or lines such as `GET,HEAD /v1/**`; an empty list lets nothing through.
    #[serde(default)]
    pub allow: AllowEntry,
    /// Such as `60/h`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<String>,
    /// Such as `512KiB`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_payload: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_response: Option<String>,
    /// Such as `mon-fri 09:00-17:00 Europe/Prague`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub windows: Vec<String>,
    /// The only targets there may be, by provider and name of the list.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub constraints: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    #[serde(default, skip_serializing_if = "no_rules")]
    pub rules: Rules,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub allow_unenforced_vend: bool,
    /// What it was made from; a note, nothing is made from it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset: Option<Preset>,
}

/// What may be called.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
#[serde(untagged)]
pub enum AllowEntry {
    Word(Everything),
    Lines(Vec<String>),
}

impl Default for AllowEntry {
    fn default() -> AllowEntry {
        AllowEntry::Word(Everything::All)
    }
}

words! {
    /// The whole API of the service.
    Everything { All => "all" }
}

/// Token limits of a connection, in decimal millions.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LimitsEntry {
    /// For everybody without a limit of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub org: Option<LimitEntry>,
    /// For all usage together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<LimitEntry>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub users: BTreeMap<String, LimitEntry>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub teams: BTreeMap<String, LimitEntry>,
}

impl LimitsEntry {
    /// Each limit with its level and whom it is about.
    pub fn each(&self) -> impl Iterator<Item = (Level, Option<&str>, &LimitEntry)> {
        let org = self.org.iter().map(|limit| (Level::Org, None, limit));
        let pool = self.pool.iter().map(|limit| (Level::Pool, None, limit));
        let users = self.users.iter().map(|(name, limit)| (Level::User, Some(name.as_str()), limit));
        let teams = self.teams.iter().map(|(name, limit)| (Level::Team, Some(name.as_str()), limit));
        org.chain(pool).chain(users).chain(teams)
    }
}

#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LimitEntry {
    /// Left out: no explicit limit. 0 blocks.
    #[serde(default, with = "in_millions", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Number>")]
    pub daily: Option<Millions>,
    #[serde(default, with = "in_millions", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Number>")]
    pub weekly: Option<Millions>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub strict: bool,
    #[serde(default = "yes", skip_serializing_if = "Clone::clone")]
    pub enabled: bool,
}

/// Decimal millions of tokens: `1.5` is 1,500,000.
#[derive(JsonSchema, Deserialize)]
#[serde(untagged)]
#[allow(dead_code, reason = "it is the shape of what is read")]
enum Number {
    Text(String),
    Number(f64),
}

/// Millions are exact: a number is taken as it is written, and written as text.
mod in_millions {
    use crate::model::limit::Millions;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(value: &Option<Millions>, serializer: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => serializer.collect_str(value),
            None => serializer.serialize_none(),
        }
    }

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Whole(u64),
        Decimal(f64),
        Text(String),
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Millions>, D::Error> {
        let Some(written) = Option::<Written>::deserialize(deserializer)? else { return Ok(None) };
        let text = match written {
            Written::Whole(number) => number.to_string(),
            // The shortest text that is this number: what was typed, as far as six decimals go.
            Written::Decimal(number) => number.to_string(),
            Written::Text(text) => text,
        };
        text.parse().map(Some).map_err(D::Error::custom)
    }
}

fn yes() -> bool {
    true
}

fn plain_user() -> Role {
    Role::User
}

fn active_user() -> UserStatus {
    UserStatus::Active
}

fn plain_agent() -> AgentKind {
    AgentKind::Agent
}

fn active_agent() -> AgentStatus {
    AgentStatus::Active
}

fn private() -> Access {
    Access::Private
}

fn read_only() -> DefaultMode {
    DefaultMode::ReadOnly
}

fn risk_based() -> StepUp {
    StepUp::RiskBased
}

fn broker_alone() -> Vec<FlowWord> {
    vec![FlowWord::Broker]
}

fn no_rules(rules: &Rules) -> bool {
    rules.request.is_empty() && rules.response.is_empty()
}

impl OrgFile {
    pub fn empty() -> OrgFile {
        OrgFile {
            api_version: ApiVersion::V1,
            kind: FileKind::Organization,
            schema_version: None,
            revision: None,
            basis: BTreeMap::new(),
            people: None,
            connections: None,
            governance: None,
            policies: None,
            limits: None,
        }
    }

    pub fn has(&self, part: Part) -> bool {
        match part {
            Part::People => self.people.is_some(),
            Part::Connections => self.connections.is_some(),
            Part::Governance => self.governance.is_some(),
            Part::Policies => self.policies.is_some(),
            Part::Limits => self.limits.is_some(),
        }
    }

    /// Leaves out the parts that are not among these.
    pub fn keep(&mut self, parts: &[Part]) {
        let wanted = |part: Part| parts.contains(&part);
        self.people = self.people.take().filter(|_| wanted(Part::People));
        self.connections = self.connections.take().filter(|_| wanted(Part::Connections));
        self.governance = self.governance.take().filter(|_| wanted(Part::Governance));
        self.policies = self.policies.take().filter(|_| wanted(Part::Policies));
        self.limits = self.limits.take().filter(|_| wanted(Part::Limits));
        self.basis.retain(|part, _| wanted(*part));
    }

    pub fn policy(&self, agent: &str, connection: &str) -> Option<&PolicyEntry> {
        self.policies.as_ref()?.get(agent)?.get(connection)
    }

    pub fn limit(&self, connection: &str, level: Level, subject: Option<&str>) -> Option<&LimitEntry> {
        let limits = self.limits.as_ref()?.get(connection)?;
        limits.each().find(|(l, s, _)| (*l, *s) == (level, subject)).map(|(_, _, limit)| limit)
    }
}
