//! A picture of the organization: what there is, who may use it, how it stands.
//!
//! What must stay true: it only reads; everything in it is what the commands of each noun would say at one moment.
use super::connections::{self, Shown};
use super::limits::{self, Report, ReportQuery};
use super::{Result, Siesta, approvals, audit};
use crate::model::audit::{AuditRow, Verdict};
use crate::model::execution::Execution;
use crate::model::governance::{Freeze, FreezeScope};
use crate::model::id::ConnectionId;

/// Decisions that are shown; more of them are for `siesta audit list`.
const LAST_DECISIONS: usize = 25;

/// Questions that are shown; somebody with more of them looks at `siesta executions list --pending`.
const MOST_WAITING: u32 = 100;

/// Everything the picture shows.
#[derive(Debug, Clone)]
pub struct Overview {
    /// The living connections, in the order they were made.
    pub connections: Vec<Shown>,
    pub freezes: Vec<Frozen>,
    pub report: Report,
    /// What waits for a person, the newest first.
    pub waiting: Vec<Execution>,
    /// The newest first, each with the label of its connection.
    pub decisions: Vec<(AuditRow, Option<String>)>,
}

/// A freeze and the name of what it stops.
#[derive(Debug, Clone)]
pub struct Frozen {
    pub freeze: Freeze,
    /// None: everything.
    pub name: Option<String>,
}

/// How often the picture is taken again because somebody wrote meanwhile.
const ATTEMPTS: usize = 5;

/// The organization at one moment: what is read in several steps is read again where the store moved in between. Where
/// somebody writes all the time, the last attempt counts.
pub fn overview(siesta: &Siesta) -> Result<Overview> {
    let revision = || siesta.store.read_at(|_, revision| Ok(revision));
    for _ in 1..ATTEMPTS {
        let before = revision()?;
        let overview = look(siesta)?;
        if revision()? == before {
            return Ok(overview);
        }
    }
    look(siesta)
}

fn look(siesta: &Siesta) -> Result<Overview> {
    let listed = connections::list(siesta, &connections::Listing::default())?;
    let shown = listed.iter().map(|one| connections::show(siesta, &one.connection.id.to_string()));
    let connections = shown.collect::<Result<Vec<_>>>()?;
    let (freezes, labels) = siesta.store.read(|tx| {
        let labels: Vec<(ConnectionId, String)> =
            tx.list_connections()?.into_iter().map(|connection| (connection.id, connection.label)).collect();
        let agents = tx.list_agents()?;
        let frozen = tx.list_freezes()?.into_iter().map(|freeze| {
            let name = match freeze.scope {
                FreezeScope::All => None,
                FreezeScope::Agent => {
                    agents.iter().find(|agent| agent.id.to_string() == freeze.subject).map(|agent| agent.name.clone())
                }
                FreezeScope::Connection => {
                    labels.iter().find(|(id, _)| id.to_string() == freeze.subject).map(|(_, label)| label.clone())
                }
            };
            Frozen { freeze, name }
        });
        Ok((frozen.collect::<Vec<_>>(), labels))
    })?;
    let pending = approvals::Listing { pending: true, agent: None, connection: None, limit: MOST_WAITING };
    let mut rows: Vec<AuditRow> = Vec::new();
    for verdict in Verdict::ALL {
        let listing = audit::Listing {
            since: None,
            until: None,
            actor: None,
            action: None,
            entity: None,
            connection: None,
            decision: Some(*verdict),
            correlation: None,
            limit: u32::try_from(LAST_DECISIONS).unwrap_or(u32::MAX),
        };
        rows.extend(audit::list(siesta, &listing)?);
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.seq));
    rows.truncate(LAST_DECISIONS);
    let label = |row: &AuditRow| {
        let id = row.connection?;
        labels.iter().find(|(known, _)| *known == id).map(|(_, label)| label.clone())
    };
    Ok(Overview {
        connections,
        freezes,
        report: limits::report(siesta, &ReportQuery::default())?,
        waiting: approvals::list(siesta, &pending)?,
        decisions: rows.into_iter().map(|row| (label(&row), row)).map(|(label, row)| (row, label)).collect(),
    })
}
