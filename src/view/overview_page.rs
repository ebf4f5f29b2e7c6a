//! The organization as one page: connections, who may use them, what they may do, limits, questions, decisions.
//!
//! What must stay true: it holds no arguments and no bodies of calls, because a page is passed on; for those there is
//! `siesta executions show`. The rest is [`page`](super::page)'s.
use super::limit_page::{PageLine, standings};
use super::page::{self, About, escaped, when};
use crate::model::audit::{AuditRow, Verdict};
use crate::model::connection::{Access, Connection, Grant, Status};
use crate::model::execution::Execution;
use crate::model::governance::{Freeze, FreezeScope, Mode};
use crate::model::policy::Policy;
use crate::model::service::FunctionKind;
use crate::model::time::Timestamp;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// What the page shows.
#[derive(Debug, Clone)]
pub struct OverviewPage<'a> {
    pub organization: &'a str,
    pub time_zone: &'a str,
    pub at: Timestamp,
    pub connections: Vec<ConnectionLine<'a>>,
    /// What is stopped, and its name.
    pub freezes: Vec<(&'a Freeze, Option<&'a str>)>,
    pub limits: Vec<PageLine<'a>>,
    pub waiting: &'a [Execution],
    /// With the label of the connection.
    pub decisions: Vec<(&'a AuditRow, Option<&'a str>)>,
}

#[derive(Debug, Clone)]
pub struct ConnectionLine<'a> {
    pub connection: &'a Connection,
    pub policies: &'a [Policy],
    pub grants: &'a [Grant],
    /// Whether the service is switched on.
    pub service_enabled: bool,
    /// Name, kind and effective mode.
    pub functions: Vec<(&'a str, FunctionKind, Mode)>,
}

/// A table with headers; the cells are HTML already.
fn table(headers: &[&str], rows: &[(String, Vec<String>)]) -> String {
    let head: String = headers.iter().map(|header| format!("<th>{header}</th>")).collect();
    let mut body = String::new();
    for (class, cells) in rows {
        body.push_str(&format!("<tr class=\"{class}\">"));
        for (place, (cell, header)) in cells.iter().zip(headers).enumerate() {
            body.push_str(&match place {
                0 => format!("<th scope=\"row\" data-label=\"{header}\">{cell}</th>"),
                _ => format!("<td data-label=\"{header}\">{cell}</td>"),
            });
        }
        body.push_str("</tr>\n");
    }
    format!("<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>")
}

fn section(title: &str, none: &str, headers: &[&str], rows: &[(String, Vec<String>)]) -> String {
    let body = if rows.is_empty() { format!("<p>{none}</p>") } else { table(headers, rows) };
    format!("<section><h2>{title}</h2>\n{body}</section>\n")
}

fn names<'n>(names: impl Iterator<Item = &'n str>) -> String {
    names.map(escaped).collect::<Vec<_>>().join(", ")
}

/// The word for a state, with the class of its colour.
fn state(status: Status) -> (&'static str, &'static str) {
    match status {
        Status::Healthy => ("", "healthy"),
        Status::NeedsReauth => ("over", "needs a new sign-in or key"),
        Status::Revoked => ("", "revoked"),
    }
}

/// How many functions of a kind have which mode; no words where there is none.
fn modes(line: &ConnectionLine<'_>, kind: FunctionKind) -> String {
    let mut words = Vec::new();
    for mode in Mode::ALL {
        let count = line.functions.iter().filter(|(_, its, has)| *its == kind && has == mode).count();
        let class = match mode {
            Mode::Enabled => "good",
            Mode::Confirm => "ask",
            Mode::Disabled => "off",
        };
        if count > 0 {
            words.push(format!("<span class=\"mode {class}\">{count} {}</span>", mode.typed()));
        }
    }
    words.join(" ")
}

impl OverviewPage<'_> {
    /// The whole page.
    pub fn html(&self) -> String {
        let zone = page::zone(self.time_zone);
        let mut body = self.summary();
        body.push_str(&self.frozen(&zone));
        body.push_str(&self.waiting(&zone));
        body.push_str(&self.connections(&zone));
        body.push_str(&self.users());
        body.push_str(&self.matrix());
        body.push_str(&standings(&self.limits, &zone));
        body.push_str(&self.decisions(&zone));
        let about =
            About { title: "Overview", organization: self.organization, time_zone: self.time_zone, at: self.at };
        page::whole(&about, &body, "what the store said at that moment")
    }

    fn summary(&self) -> String {
        let broken = self.connections.iter().filter(|line| line.connection.status == Status::NeedsReauth).count();
        let reached = self.limits.iter().filter(|line| line.standing.is_reached()).count();
        let figure = |count: usize, one: &str, many: &str, class: &str| {
            let class = if count == 0 { "" } else { class };
            let words = if count == 1 { one } else { many };
            format!("<li class=\"{class}\"><b>{count}</b> <span>{words}</span></li>\n")
        };
        format!(
            "<ul class=\"figures\">\n{}{}{}{}</ul>\n",
            figure(self.connections.len(), "connection", "connections", ""),
            figure(broken, "needs a new sign-in or key", "need a new sign-in or key", "over"),
            figure(self.waiting.len(), "question waits for a person", "questions wait for a person", "near"),
            figure(reached, "token limit is reached", "token limits are reached", "over"),
        )
    }

    fn frozen(&self, zone: &TimeZone) -> String {
        if self.freezes.is_empty() {
            return String::new();
        }
        let row = |(freeze, name): &(&Freeze, Option<&str>)| {
            let what = match freeze.scope {
                FreezeScope::All => "everything".to_owned(),
                FreezeScope::Agent | FreezeScope::Connection => {
                    format!("{} <b>{}</b>", freeze.scope, escaped(name.unwrap_or(&freeze.subject)))
                }
            };
            ("over".to_owned(), vec![what, when(freeze.since, zone), escaped(&freeze.by), escaped(&freeze.reason)])
        };
        section("Frozen", "", &["What", "Since", "By", "Reason"], &self.freezes.iter().map(row).collect::<Vec<_>>())
    }

    fn waiting(&self, zone: &TimeZone) -> String {
        let row = |e: &Execution| {
            let action = e.function.as_deref().unwrap_or(&e.request.method);
            let until = e.expires_at.map(|at| when(at, zone)).unwrap_or_default();
            let cells = vec![
                format!("<b>{}</b> <small>{}</small>", escaped(action), escaped(&e.connection_label)),
                escaped(&e.agent_name),
                escaped(e.user.as_deref().unwrap_or_default()),
                escaped(e.approval_reason.as_deref().unwrap_or_default()),
                when(e.created_at, zone),
                until,
                format!("<code>{}</code>", e.id),
            ];
            ("near".to_owned(), cells)
        };
        let headers = ["Asked for", "Agent", "User", "Because of", "Asked", "Until", "Execution"];
        let rows: Vec<_> = self.waiting.iter().map(row).collect();
        section("Waiting for a person", "Nothing waits for approval.", &headers, &rows)
    }

    /// By service, and within it those first that do not work.
    fn connections(&self, zone: &TimeZone) -> String {
        let mut by_service: BTreeMap<&str, Vec<&Connection>> = BTreeMap::new();
        for line in &self.connections {
            by_service.entry(&line.connection.service).or_default().push(line.connection);
        }
        let mut rows = Vec::new();
        for (service, mut connections) in by_service {
            connections.sort_by_key(|c| (c.status == Status::Healthy, c.label.clone()));
            for c in connections {
                let (class, words) = state(c.status);
                let used = c.last_ok_at.map_or_else(|| "never".to_owned(), |at| when(at, zone));
                let cells = vec![
                    escaped(service),
                    format!("<b>{}</b> <small>{}</small>", escaped(&c.label), escaped(&c.purpose)),
                    format!("<span class=\"state\">{words}</span>"),
                    escaped(&c.owner),
                    used,
                ];
                rows.push((class.to_owned(), cells));
            }
        }
        let headers = ["Service", "Connection", "State", "Owner", "Last worked"];
        section("Connections", "There are no connections.", &headers, &rows)
    }

    fn users(&self) -> String {
        let row = |line: &ConnectionLine<'_>| {
            let c = line.connection;
            let users = names(line.grants.iter().filter_map(|grant| match grant {
                Grant::User(name) => Some(name.as_str()),
                Grant::Team(_) => None,
            }));
            let teams = names(line.grants.iter().filter_map(|grant| match grant {
                Grant::Team(name) => Some(name.as_str()),
                Grant::User(_) => None,
            }));
            let people = match (c.access, line.grants.is_empty()) {
                (Access::Shared, true) => "everybody".to_owned(),
                (Access::Private, true) => format!("{} <small>owner</small>", escaped(&c.owner)),
                (_, false) => {
                    let groups = [("users", users), ("teams", teams)];
                    let owner =
                        (c.access == Access::Private).then(|| format!("{} <small>owner</small>", escaped(&c.owner)));
                    let some = groups.into_iter().filter(|(_, names)| !names.is_empty());
                    let some = some.map(|(noun, names)| format!("{names} <small>{noun}</small>"));
                    owner.into_iter().chain(some).collect::<Vec<_>>().join(", ")
                }
            };
            let agent = |policy: &Policy| {
                let flows: Vec<&str> = policy.allowed_models.iter().map(|flow| flow.typed()).collect();
                format!(
                    "<b>{}</b> <small>{}, step-up {}, {}</small>",
                    escaped(&policy.agent_name),
                    policy.default_mode,
                    policy.step_up,
                    flows.join(" and ")
                )
            };
            let agents: Vec<String> = line.policies.iter().map(agent).collect();
            let agents = if agents.is_empty() { "no agent".to_owned() } else { agents.join("<br>") };
            (String::new(), vec![format!("<b>{}</b>", escaped(&c.label)), c.access.to_string(), people, agents])
        };
        let rows: Vec<_> = self.connections.iter().map(row).collect();
        section("Who may use what", "There is nothing to use.", &["Connection", "Access", "People", "Agents"], &rows)
    }

    /// Connections against kinds of functions; only kinds that somebody has.
    fn matrix(&self) -> String {
        let has = |kind: &FunctionKind| {
            self.connections.iter().any(|line| line.functions.iter().any(|(_, its, _)| its == kind))
        };
        let kinds: Vec<FunctionKind> = FunctionKind::ALL.iter().copied().filter(has).collect();
        let headers: Vec<&str> = std::iter::once("Connection").chain(kinds.iter().map(|kind| kind.as_str())).collect();
        let row = |line: &ConnectionLine<'_>| {
            let label = escaped(&line.connection.label);
            let (class, note) = match line.service_enabled {
                true => ("", ""),
                false => ("over", " <small>service disabled: nothing is allowed</small>"),
            };
            let cells = kinds.iter().map(|kind| modes(line, *kind));
            (class.to_owned(), std::iter::once(format!("<b>{label}</b>{note}")).chain(cells).collect())
        };
        let rows: Vec<_> = self.connections.iter().map(row).collect();
        let body =
            if rows.is_empty() { "<p>There is nothing to decide.</p>".to_owned() } else { table(&headers, &rows) };
        format!(
            "<section><h2>Effective modes</h2>\n<p><small>How many functions of each kind are enabled, confirmed by a \
             person first, or disabled</small></p>\n{body}</section>\n"
        )
    }

    fn decisions(&self, zone: &TimeZone) -> String {
        let row = |(row, label): &(&AuditRow, Option<&str>)| {
            let (class, words) = match row.decision {
                Some(Verdict::Allow) => ("", "allowed"),
                Some(Verdict::Deny) => ("over", "denied"),
                Some(Verdict::NeedsApproval) => ("near", "a person was asked"),
                None => ("", ""),
            };
            let cells = vec![
                when(row.time, zone),
                escaped(&row.actor),
                escaped(&row.action),
                escaped(label.unwrap_or_default()),
                format!("<span class=\"state\">{words}</span>"),
                escaped(row.reason.as_deref().unwrap_or_default()),
            ];
            (class.to_owned(), cells)
        };
        let headers = ["When", "Who", "What", "Connection", "Decision", "Because of"];
        let rows: Vec<_> = self.decisions.iter().map(row).collect();
        section("Last decisions", "Nothing has been decided yet.", &headers, &rows)
    }
}
