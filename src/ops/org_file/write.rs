//! Making it so: each change of a file written down in its order, with its row in the audit.
//!
//! What must stay true: nothing here decides what is to change; it does what the difference says, so a plan that was shown
//! is what happens. Every row bears the correlation of the one operation.
use super::{AtPath, Refused};
use crate::model::connection::{Connection, Grant, Status};
use crate::model::execution::Execution;
use crate::model::governance::Mode;
use crate::model::id::{AgentId, ConnectionId, LimitId, PolicyId};
use crate::model::limit::{Level, Limit};
use crate::model::org_file::{Aftermath, Change, Consequence, Deed, Item, ModeWord, OrgFile, Switch};
use crate::model::organization::{Organization, parse_weekday};
use crate::model::people::{Actor, Agent, Role, Team, User, UserStatus};
use crate::model::policy::{AllowlistEntry, Policy, PolicyStatus};
use crate::ops::{About, Error, Kind, Result, Siesta, agents, catalogue, connections, people, services};
use crate::store::WriteTx;
use std::cell::RefCell;

fn after_user(leaving: &people::Leaving) -> Vec<(Aftermath, Vec<String>)> {
    vec![
        (Aftermath::OwnerlessConnections, leaving.connections.clone()),
        (Aftermath::OwnerlessAgents, leaving.agents.clone()),
        (Aftermath::ApproverOf, leaving.approver_of.clone()),
        (Aftermath::ReviewerOf, leaving.reviewer_of.clone()),
        (Aftermath::Grants, leaving.grants.clone()),
        (Aftermath::Teams, leaving.teams.clone()),
        (Aftermath::Limits, leaving.limits.clone()),
    ]
}

fn after_team(leaving: &people::TeamLeaving) -> Vec<(Aftermath, Vec<String>)> {
    vec![
        (Aftermath::Members, leaving.members.clone()),
        (Aftermath::Grants, leaving.grants.clone()),
        (Aftermath::Limits, leaving.limits.clone()),
    ]
}

fn after_agent(leaving: &agents::AgentLeaving) -> Vec<(Aftermath, Vec<String>)> {
    vec![
        (Aftermath::Assignments, leaving.assigned.clone()),
        (Aftermath::Approvals, counted(leaving.open_approvals)),
        (Aftermath::Requests, counted(leaving.waiting_requests)),
    ]
}

fn counted(count: usize) -> Vec<String> {
    if count > 0 { vec![count.to_string()] } else { Vec::new() }
}

struct Writer<'w> {
    siesta: &'w Siesta,
    tx: &'w WriteTx<'w>,
    actor: &'w Actor,
    wanted: &'w OrgFile,
    consequences: RefCell<Vec<Consequence>>,
}

pub(super) fn all(
    siesta: &Siesta,
    tx: &WriteTx<'_>,
    actor: &Actor,
    wanted: &OrgFile,
    changes: &[Change],
) -> std::result::Result<Vec<Consequence>, Refused> {
    let consequences = RefCell::default();
    let writer = Writer { siesta, tx, actor, wanted, consequences };
    for change in changes {
        let path = change.item.path();
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        writer.carry_out(change).at_path(&path)?;
    }
    let is_owner = |user: &User| user.role == Role::Owner && user.status == UserStatus::Active;
    let users = tx.list_users().at_path(&["people", "users"])?;
    match users.iter().any(is_owner) {
        true => Ok(writer.consequences.into_inner()),
        false => {
            Err(Error::conflict("no active owner would be left").about(About::Users)).at_path(&["people", "users"])
        }
    }
}

impl Writer<'_> {
    /// Notes what a change of an item brings with it.
    fn note(&self, of: &Item, after: Vec<(Aftermath, Vec<String>)>) {
        let some = after.into_iter().filter(|(_, names)| !names.is_empty());
        let noted = some.map(|(what, names)| Consequence { of: of.clone(), what, names });
        self.consequences.borrow_mut().extend(noted);
    }

    /// Notes how many approvals that wait, or were given and not used, are worth nothing any more.
    fn note_voided(&self, of: &Item, mut open: Vec<Execution>) {
        open.retain(|open| open.expires_at.is_none_or(|end| end > self.tx.now()));
        self.note(of, vec![(Aftermath::Voided, counted(open.len()))]);
    }

    /// What the agent may still be approved to do with the connection is worth nothing under another policy.
    fn note_voided_by_policy(&self, of: &Item, agent: AgentId, connection: ConnectionId) -> Result<()> {
        let mut open = self.tx.list_open_approvals(connection)?;
        open.retain(|open| open.agent == agent);
        self.note_voided(of, open);
        Ok(())
    }

    /// A call on behalf of nobody is refused.
    fn note_voided_by_leaving(&self, of: &Item, user: &str) -> Result<()> {
        let mut open = Vec::new();
        for agent in self.tx.list_agents()? {
            open.extend(self.tx.list_open_approvals_of(agent.id)?);
        }
        open.retain(|open| open.user.as_deref() == Some(user));
        self.note_voided(of, open);
        Ok(())
    }

    fn carry_out(&self, change: &Change) -> Result<()> {
        match (&change.item, change.deed) {
            (Item::User(name), Deed::Remove) => {
                let leaving = people::what_names(self.tx, name)?;
                self.note(&change.item, after_user(&leaving));
                self.note_voided_by_leaving(&change.item, name)?;
                people::remove_user_in(self.siesta, self.tx, self.actor, &leaving, None)
            }
            (Item::User(name), _) => self.user(change, name),
            (Item::Team(name), Deed::Remove) => {
                let leaving = people::what_names_team(self.tx, name)?;
                self.note(&change.item, after_team(&leaving));
                people::remove_team_in(self.siesta, self.tx, self.actor, &leaving)
            }
            (Item::Team(name), _) => self.team(change, name),
            (Item::Agent(name), Deed::Remove) => {
                let agent = self.tx.get_agent(name)?;
                let leaving = agents::what_goes(self.tx, &agent)?;
                self.note(&change.item, after_agent(&leaving));
                agents::remove_in(self.siesta, self.tx, self.actor, &leaving)
            }
            (Item::Agent(name), _) => self.agent(change, name),
            // Brought along before anything that names it, with its row.
            (Item::ImportedService(_), Deed::Add | Deed::Change) => Ok(()),
            (Item::ImportedService(id), Deed::Remove) => {
                let service = services::find_in(self.tx, id)?;
                catalogue::remove_in(self.siesta, self.tx, self.actor, service)
            }
            (Item::Connection(label), _) => self.connection(change, label),
            (Item::OwnFunction(label, function), _) => self.own_function(change, label, function),
            (Item::Organization, _) => self.organization(change),
            (Item::Service(service), _) => self.service(change, service),
            (Item::Function(service, function), _) => self.function(change, service, function),
            (Item::Setting(label, function), _) => self.setting(change, label, function),
            (Item::Policy(agent, label), Deed::Remove) => {
                let (agent, connection) = (self.tx.get_agent(agent)?, self.living(label)?);
                self.note_voided_by_policy(&change.item, agent.id, connection.id)?;
                crate::ops::assignments::unassign_in(self.siesta, self.tx, self.actor, &connection, &agent).map(drop)
            }
            (Item::Policy(agent, label), _) => self.policy(change, agent, label),
            (Item::Limit(label, level, subject), _) => self.limit(change, label, *level, subject.as_deref()),
        }
    }

    /// The row of a change, with the old and the new value of each property.
    fn row(
        &self,
        change: &Change,
        action: &str,
        entity: &str,
        record: impl ToString,
        of: Option<ConnectionId>,
    ) -> Result<()> {
        let mut entry = self.siesta.entry(self.actor, action, entity, record);
        if let Some(connection) = of {
            entry = entry.connection(connection);
        }
        for property in &change.properties {
            entry = entry.change(&property.property, property.old.clone(), property.new.clone());
        }
        self.tx.append_audit(entry.row())?;
        Ok(())
    }

    fn living(&self, label: &str) -> Result<Connection> {
        let mut living = self.tx.list_connections()?.into_iter().filter(|c| c.status != Status::Revoked);
        let missing = || Kind::NotFound { noun: "connection", name: label.to_owned(), nearest: None }.into();
        living.find(|connection| connection.label == label).ok_or_else(missing)
    }

    fn user(&self, change: &Change, name: &str) -> Result<()> {
        let entry = self.wanted.people.as_ref().and_then(|people| people.users.get(name)).ok_or_else(lost)?;
        if let Some(account) = &entry.os_user
            && let Some(other) = self.tx.find_user_by_os_user(account)?.filter(|user| user.name != name)
        {
            let what = format!("\"{account}\" is the account of user \"{}\"", other.name);
            return Err(Error::conflict(what).about(About::User(other.name)));
        }
        let before = self.tx.find_user(name)?.filter(|_| change.deed == Deed::Change);
        let user = User {
            name: name.to_owned(),
            role: entry.role,
            status: entry.status,
            os_user: entry.os_user.clone(),
            created_at: before.as_ref().map_or_else(|| self.tx.now(), |user| user.created_at),
        };
        match before {
            Some(_) => self.tx.update_user(&user)?,
            None => self.tx.insert_user(&user)?,
        }
        self.row(change, action(change, "user.add", "user.edit"), "user", name, None)
    }

    fn team(&self, change: &Change, name: &str) -> Result<()> {
        let entry = self.wanted.people.as_ref().and_then(|people| people.teams.get(name)).ok_or_else(lost)?;
        let before = self.tx.find_team(name)?.filter(|_| change.deed == Deed::Change);
        let team = Team {
            name: name.to_owned(),
            description: entry.description.clone(),
            members: Vec::new(),
            created_at: before.as_ref().map_or_else(|| self.tx.now(), |team| team.created_at),
        };
        match &before {
            Some(_) => self.tx.update_team(&team)?,
            None => self.tx.insert_team(&team)?,
        }
        let had = before.map(|team| team.members).unwrap_or_default();
        for member in had.iter().filter(|member| !entry.members.contains(member)) {
            self.tx.delete_team_member(name, member)?;
        }
        for member in entry.members.iter().filter(|member| !had.contains(member)) {
            self.tx.insert_team_member(name, member)?;
        }
        self.row(change, action(change, "team.add", "team.edit"), "team", name, None)
    }

    fn agent(&self, change: &Change, name: &str) -> Result<()> {
        let entry = self.wanted.people.as_ref().and_then(|people| people.agents.get(name)).ok_or_else(lost)?;
        let before = self.tx.find_agent(name)?.filter(|_| change.deed == Deed::Change);
        let agent = Agent {
            id: before.as_ref().map_or_else(|| AgentId(self.siesta.world.ids.next()), |agent| agent.id),
            name: name.to_owned(),
            kind: entry.kind,
            description: entry.description.clone(),
            owner: entry.owner.clone(),
            status: entry.status,
            os_user: entry.os_user.clone(),
            created_at: before.as_ref().map_or_else(|| self.tx.now(), |agent| agent.created_at),
        };
        match before {
            Some(_) => self.tx.update_agent(&agent)?,
            None => self.tx.insert_agent(&agent)?,
        }
        self.row(change, action(change, "agent.add", "agent.edit"), "agent", name, None)
    }

    fn connection(&self, change: &Change, label: &str) -> Result<()> {
        let entry = self.wanted.connections.as_ref().and_then(|all| all.get(label)).ok_or_else(lost)?;
        let service = services::find_in(self.tx, &entry.service)?;
        let before = match change.deed {
            Deed::Add => None,
            _ => Some(self.living(label)?),
        };
        let mut connection = match &before {
            // With a credential nothing of where it may go has changed: that was looked at.
            Some(before) if self.tx.has_credential(before.id)? => before.clone(),
            Some(before) if !changes_place(change) => before.clone(),
            Some(before) => Connection {
                id: before.id,
                created_at: before.created_at,
                status: before.status,
                ..connections::without_credential(self.siesta, service, label, entry)?
            },
            None => connections::without_credential(self.siesta, service, label, entry)?,
        };
        connection.access = entry.access;
        connection.owner = entry.owner.clone().unwrap_or_default();
        connection.purpose.clone_from(&entry.purpose);
        connection.approvers.clone_from(&entry.approvers);
        connection.reviewer.clone_from(&entry.reviewer);
        connection.updated_at = self.tx.now();
        match &before {
            Some(_) => self.tx.update_connection(&connection)?,
            None => {
                connections::check_declared(self.tx, service, label)?;
                self.tx.insert_connection(&connection)?;
            }
        }
        let wanted: Vec<Grant> = (entry.grants.users.iter().cloned().map(Grant::User))
            .chain(entry.grants.teams.iter().cloned().map(Grant::Team))
            .collect();
        for grant in self.tx.list_grants(connection.id)?.iter().filter(|grant| !wanted.contains(grant)) {
            self.tx.delete_grant(connection.id, grant)?;
        }
        for grant in &wanted {
            self.tx.insert_grant(connection.id, grant)?;
        }
        let action = action(change, "connection.add", "connection.edit");
        self.row(change, action, "connection", connection.id, Some(connection.id))
    }

    fn own_function(&self, change: &Change, label: &str, name: &str) -> Result<()> {
        let connection = self.living(label)?;
        let entry = self.wanted.connections.as_ref().and_then(|all| all.get(label)?.functions.get(name));
        let done = match (change.deed, entry) {
            (Deed::Remove, _) => {
                self.tx.delete_own_function(connection.id, name)?;
                self.tx.delete_setting(connection.id, name)?;
                "functions.remove"
            }
            (_, None) => return Err(lost()),
            (_, Some(entry)) => {
                let function = entry.function(name).map_err(Error::invalid)?;
                self.tx.upsert_own_function(connection.id, &function)?;
                action(change, "functions.add", "functions.edit")
            }
        };
        self.row(change, done, "function", format!("{label}/{name}"), Some(connection.id))
    }

    fn organization(&self, change: &Change) -> Result<()> {
        let entry = self.wanted.governance.as_ref().and_then(|all| all.organization.as_ref()).ok_or_else(lost)?;
        let old = self.tx.get_organization()?;
        let new = Organization {
            name: entry.name.clone(),
            time_zone: entry.time_zone.clone(),
            week_start: parse_weekday(entry.week_start.as_str()).unwrap_or(old.week_start),
            approval_lifetime_minutes: entry.approval_lifetime_minutes,
            four_eyes: entry.four_eyes,
            approval_proof: entry.approval_proof,
            ..old.clone()
        };
        self.tx.update_organization(&new)?;
        self.row(change, "org.set", "organization", old.id, None)
    }

    fn service(&self, change: &Change, service: &str) -> Result<()> {
        match self.wanted.governance.as_ref().and_then(|all| all.services.get(service)) {
            Some(switch) => self.tx.upsert_type_policy(service, *switch == Switch::Enabled, self.actor)?,
            None => drop(self.tx.delete_type_policy(service)?),
        }
        self.row(change, "governance.set", "service", service, None)
    }

    fn function(&self, change: &Change, service: &str, function: &str) -> Result<()> {
        let functions = self.wanted.governance.as_ref().and_then(|all| all.functions.get(service));
        match functions.and_then(|functions| functions.get(function)) {
            Some(word) => self.tx.upsert_override(service, function, mode(*word), self.actor)?,
            None => drop(self.tx.delete_override(service, function)?),
        }
        self.row(change, "governance.set", "function", format!("{service}/{function}"), None)
    }

    fn setting(&self, change: &Change, label: &str, function: &str) -> Result<()> {
        let connection = self.living(label)?;
        let functions = self.wanted.governance.as_ref().and_then(|all| all.connections.get(label));
        match functions.and_then(|functions| functions.get(function)) {
            Some(word) => self.tx.upsert_setting(connection.id, function, mode(*word), self.actor)?,
            None => drop(self.tx.delete_setting(connection.id, function)?),
        }
        let record = format!("{label}/{function}");
        self.row(change, "functions.set", "function", record, Some(connection.id))
    }

    fn policy(&self, change: &Change, agent: &str, label: &str) -> Result<()> {
        let entry = self.wanted.policy(agent, label).ok_or_else(lost)?;
        let (agent, connection) = (self.tx.get_agent(agent)?, self.living(label)?);
        let parts = entry.parts(&AllowlistEntry::whole_of(&connection)).map_err(|(_, why)| Error::invalid(why))?;
        let before = self.tx.find_policy(agent.id, connection.id)?;
        self.note_voided_by_policy(&change.item, agent.id, connection.id)?;
        let id = before.as_ref().map_or_else(|| PolicyId(self.siesta.world.ids.next()), |policy| policy.id);
        let first = || {
            let (agent, of) = ((agent.id, agent.name.as_str()), (connection.id, connection.base_url.as_str()));
            Policy::first(id, agent, of, self.actor.to_string(), self.tx.now())
        };
        // A policy that comes back is a new version, as one that changes is: an approval is for one version only.
        let version = before.as_ref().map_or(1, |policy| policy.version + 1);
        let base = before.filter(|policy| policy.status == PolicyStatus::Active).unwrap_or_else(first);
        let policy = Policy {
            default_mode: entry.mode,
            step_up: entry.step_up,
            allowed_models: parts.flows,
            allowlists: parts.allowlists,
            rate_limits: parts.rate_limits,
            time_windows: parts.time_windows,
            rules: entry.rules.clone(),
            constraints: entry.constraints.clone(),
            allow_unenforced_vend: entry.allow_unenforced_vend,
            preset: entry.preset,
            version,
            ..base
        };
        self.tx.upsert_policy(&policy)?;
        let action = action(change, "policy.assign", "policy.set");
        self.row(change, action, "policy", policy.id, Some(connection.id))
    }

    fn limit(&self, change: &Change, label: &str, level: Level, subject: Option<&str>) -> Result<()> {
        let connection = self.living(label)?;
        let before = self.tx.find_limit(connection.id, level, subject)?;
        let id = before.as_ref().map_or_else(|| LimitId(self.siesta.world.ids.next()), |limit| limit.id);
        let action = match self.wanted.limit(label, level, subject) {
            Some(entry) => {
                self.tx.upsert_limit(&Limit {
                    id,
                    connection: connection.id,
                    level,
                    subject: subject.map(str::to_owned),
                    daily: entry.daily,
                    weekly: entry.weekly,
                    strict: entry.strict,
                    enabled: entry.enabled,
                    updated_at: self.tx.now(),
                })?;
                "limit.set"
            }
            None => {
                self.tx.delete_limit(connection.id, level, subject)?;
                "limit.unset"
            }
        };
        self.row(change, action, "limit", id, Some(connection.id))
    }
}

fn action<'a>(change: &Change, adds: &'a str, changes: &'a str) -> &'a str {
    if change.deed == Deed::Add { adds } else { changes }
}

fn mode(word: ModeWord) -> Mode {
    match word {
        ModeWord::Enabled => Mode::Enabled,
        ModeWord::Confirm => Mode::Confirm,
        ModeWord::Disabled => Mode::Disabled,
    }
}

/// The properties that say where a credential may be sent.
fn changes_place(change: &Change) -> bool {
    const PLACE: [&str; 8] =
        ["provider", "auth", "baseUrl", "scopes", "settings", "allowPrivateNetwork", "client", "signIn"];
    change.properties.iter().any(|property| PLACE.contains(&property.property.as_str()))
}

/// The difference names what the file does not hold.
fn lost() -> Error {
    Kind::Bug { what: "a change has no entry in the file".to_owned() }.into()
}
