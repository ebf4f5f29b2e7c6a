//! The facts of a checkup, read in one go; the rules on them are in [`crate::model::checkup`].
//!
//! What must stay true: a checkup changes nothing (what [`repair`] changes is asked for by name), and a store that does not open is looked at from outside as far as
//! that goes: that is when a checkup is wanted most.
use crate::model::checkup::{self, ConnectionFacts, Finding, Repair};
use crate::model::connection::{Access, Connection};
use crate::model::execution::{ApprovalStatus, ExecutionStatus};
use crate::model::governance::{self, Mode, ModeSource};
use crate::model::id::ConnectionId;
use crate::model::policy::{DefaultMode, PolicyStatus, StepUp};
use crate::model::service::{AuthKind, Risk, Service};
use crate::model::time::Timestamp;
use crate::ops::vault::{StorePlace, recorded_key};
use crate::ops::{Result, Siesta, audit};
use crate::store::{self, AuditQuery, ExecutionQuery, Notice, ReadTx};
use std::path::Path;

/// What only a front end knows about where it runs.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings {
    /// Whether a browser could show itself on this desk.
    pub has_display: bool,
    /// Whether the command was typed on another desk.
    pub is_remote: bool,
    /// Whether the key's passphrase is read from a file.
    pub has_passphrase_file: bool,
}

/// What a checkup saw, and what it found.
#[derive(Debug, Clone)]
pub struct Checkup {
    /// Where the key is: the source's word, and the place. None: nothing is recorded.
    pub key: Option<(&'static str, String)>,
    pub actor: Option<String>,
    pub audit_rows: Option<i64>,
    pub findings: Vec<Finding>,
}

/// Looks at an open store. `progress` is told how many rows of the audit have been looked at.
pub fn examine(siesta: &Siesta, around: Surroundings, progress: impl FnMut(i64)) -> Result<Checkup> {
    let place = siesta.store.whereabouts();
    let mut found: Vec<Finding> = siesta.store.notices_now()?.iter().map(notice).collect();
    let now = siesta.now();
    let (recipients, newest, skew, connections) = siesta.store.read(|tx| {
        let recipients = tx.list_recipients()?.len();
        Ok((recipients, tx.find_newest_audit_time()?, tx.find_clock_skew()?, tx.list_connections()?))
    })?;
    let known: Vec<ConnectionId> = connections.iter().map(|connection| connection.id).collect();
    found.extend(checkup::recipients(recipients));
    found.extend(checkup::clock(now, newest));
    found.extend(checkup::skew(skew));
    found.extend(surroundings(around, Some(place.key.word())));
    found.extend(fixed_ports(siesta)?);
    found.extend(leftovers(&place.dir, Some(&known)));
    let verified = audit::verify(siesta, None, progress)?;
    found.extend(verified.broken.as_ref().map(|broken| Finding::AuditBroken { seq: broken.seq() }));
    found.extend(verified.without_outcome.iter().map(|row| Finding::AuditWithoutOutcome { seq: row.seq }));
    let actor = siesta.stated.to_string();
    if let Err(error) = siesta.store.read(|tx| Ok(siesta.actor(tx)))? {
        found.push(Finding::ActorInactive { actor: actor.clone(), why: error.to_string() });
    }
    let of_connections = siesta.store.read(|tx| {
        let findings = |connection: &Connection| connection_findings(tx, connection, now);
        connections.iter().map(findings).collect::<store::Result<Vec<_>>>()
    })?;
    found.extend(of_connections.into_iter().flatten());
    found.sort_by_key(Finding::check);
    Ok(Checkup {
        key: Some((place.key.word(), place.key.place())),
        actor: Some(actor),
        audit_rows: Some(verified.rows),
        findings: found,
    })
}

/// Puts right what a finding is about, where that needs nobody's word. `siesta` is the store, when it opened.
pub fn repair(place: &StorePlace, siesta: Option<&Siesta>, repair: &Repair) -> Result<()> {
    match repair {
        Repair::Restrict { path, mode } => store::restrict(path, *mode)?,
        Repair::RemoveLeftover { name } => store::remove_leftover(&place.dir, name, &place.holder)?,
        Repair::LetOwnerWrite { path } => store::let_owner_write(path)?,
        Repair::MakePin => {
            if let Some(siesta) = siesta {
                siesta.store.make_pin(siesta.now())?;
            }
        }
    }
    Ok(())
}

/// Looks at a store that did not open, from outside.
pub fn examine_closed(place: &StorePlace, around: Surroundings, now: Timestamp) -> Checkup {
    let key = recorded_key(place);
    let mut found: Vec<Finding> =
        store::loosened(&place.dir, key.as_ref().and_then(|key| key.path()), &place.config_dir)
            .map(|loose| loosened(&loose))
            .collect();
    found.extend(checkup::clock(now, None));
    found.extend(surroundings(around, key.as_ref().map(|key| key.word())));
    found.extend(leftovers(&place.dir, None));
    found.sort_by_key(Finding::check);
    let key = key.map(|key| (key.word(), key.place()));
    Checkup { key, actor: None, audit_rows: None, findings: found }
}

fn notice(notice: &Notice) -> Finding {
    match notice {
        Notice::Loosened(loose) => loosened(loose),
        Notice::PinMissing => Finding::PinMissing,
        Notice::PinUnwritable(path) => Finding::PinUnwritable { path: path.clone() },
    }
}

fn loosened(loose: &store::Loose) -> Finding {
    Finding::Loosened { what: loose.what.clone(), path: loose.path.clone(), wanted: loose.wanted }
}

fn surroundings(around: Surroundings, key: Option<&'static str>) -> Vec<Finding> {
    let browser = checkup::browser(around.has_display, around.is_remote);
    let port =
        crate::net::can_listen(None).err().map(|error| Finding::NoCallbackPort { why: error.kind().to_string() });
    let cron = key.and_then(|key| checkup::cron(key, around.has_passphrase_file));
    browser.into_iter().chain(port).chain(cron).collect()
}

/// The ports that sign-ins with the organization's own clients must come back on.
fn fixed_ports(siesta: &Siesta) -> Result<Vec<Finding>> {
    let apps = siesta.store.read(|tx| tx.list_apps())?;
    let fixed = apps.into_iter().filter_map(|app| Some((app.redirect.port?, app.provider)));
    let taken = fixed.filter(|(port, _)| crate::net::can_listen(Some(*port)).is_err());
    Ok(taken.map(|(port, provider)| Finding::FixedPortTaken { port, provider }).collect())
}

/// `known`: the connections that a lock may be for, the revoked ones too, whose lock is never removed because somebody
/// may be waiting for it; none when the store could not tell.
fn leftovers(dir: &Path, known: Option<&[ConnectionId]>) -> Vec<Finding> {
    let is_of_known =
        |name: &str| known.is_none_or(|known| known.iter().any(|id| name == format!("refresh-{id}.lock")));
    store::beside(dir)
        .iter()
        .filter_map(|file| checkup::leftover(&file.name, file.is_held, is_of_known(&file.name)))
        .collect()
}

/// Whether it gets its tokens without a person, by a secret that lasts.
fn renews_itself(connection: &Connection) -> bool {
    connection.auth_kind.has_tokens() && connection.auth_kind != AuthKind::OAuth2
}

/// Granted scopes that open no function, and those for administrators that nothing of the service needs.
fn broad_scopes(service: Option<&Service>, connection: &Connection) -> Vec<String> {
    let Some(service) = service else { return Vec::new() };
    let mut broad = service.unused_scopes(&connection.granted_scopes);
    let is_admin = |name: &String| service.scopes.iter().any(|scope| scope.name == *name && scope.risk == Risk::Admin);
    let usual = |name: &String| service.auth.iter().any(|method| method.scopes.contains(name));
    let admin = connection.granted_scopes.iter().filter(|name| is_admin(name) && !usual(name) && !broad.contains(name));
    let admin: Vec<String> = admin.cloned().collect();
    broad.extend(admin);
    broad
}

/// More changes of one connection than anybody makes between two credentials.
const LOOKED_BACK: u32 = 500;

/// Who answered for a connection when its credential came, if it was not who does now.
fn earlier_owner(tx: &ReadTx<'_>, connection: &Connection) -> store::Result<Option<String>> {
    let query = AuditQuery {
        action: Some("connection".to_owned()),
        connection: Some(connection.id),
        limit: LOOKED_BACK,
        ..AuditQuery::default()
    };
    let mut was = None;
    for row in tx.list_audit(&query)? {
        if matches!(row.action.as_str(), "connection.add" | "connection.reauth" | "connection.rotate") {
            break;
        }
        let changed = row.changes.iter().find(|change| change.property == "owner");
        was = changed.and_then(|change| change.old.as_str().map(str::to_owned)).or(was);
    }
    Ok(was.filter(|was| *was != connection.owner))
}

/// The two things to try before many rely on a connection.
fn untried(tx: &ReadTx<'_>, service: Option<&Service>, connection: &Connection) -> store::Result<Vec<&'static str>> {
    let Some(service) = service.filter(|_| connection.access == Access::Shared) else { return Ok(Vec::new()) };
    let query = ExecutionQuery { connection: Some(connection.id), limit: LOOKED_BACK, ..ExecutionQuery::default() };
    let done = tx.list_executions(&query)?.into_iter().filter(|e| e.status == ExecutionStatus::Success);
    let done: Vec<(bool, bool)> = done
        .map(|e| {
            let function = e.function.as_deref().and_then(|name| service.function(name));
            let is_read = function.map_or(e.request.method == "GET", |function| function.kind.is_harmless());
            (is_read, e.approval == ApprovalStatus::Consumed || e.approval == ApprovalStatus::Approved)
        })
        .collect();
    let has_writes = service.functions.iter().any(|function| !function.kind.is_harmless());
    let mut missing = Vec::new();
    missing.extend((!done.iter().any(|(is_read, _)| *is_read)).then_some("a read"));
    let approved = done.iter().any(|(is_read, approved)| !is_read && *approved);
    missing.extend((has_writes && !approved).then_some("a write that somebody approved"));
    Ok(missing)
}

fn connection_findings(tx: &ReadTx<'_>, connection: &Connection, now: Timestamp) -> store::Result<Vec<Finding>> {
    let mut open_writes = Vec::new();
    // A service that the catalogue no longer knows can do nothing; a service that is switched off neither.
    let service = crate::ops::services::of(tx, connection).ok();
    if let Some(service) = &service
        && tx.find_type_policy(&service.id)?.unwrap_or(true)
    {
        let overrides = tx.list_overrides(&service.id)?;
        let settings = tx.list_settings(connection.id)?;
        for function in service.functions.iter().filter(|function| !function.kind.is_harmless()) {
            let (own, set) = (overrides.get(&function.name).copied(), settings.get(&function.name).copied());
            let effective = governance::effective(function.default_mode(), own, set);
            if effective.mode == Mode::Enabled && effective.source == ModeSource::Override {
                open_writes.push(function.name.clone());
            }
        }
    }
    let unasked = tx.list_policies_of(connection.id)?.into_iter().filter(|policy| {
        policy.status == PolicyStatus::Active
            && policy.default_mode == DefaultMode::ReadWrite
            && policy.step_up == StepUp::Never
    });
    let facts = ConnectionFacts {
        connection,
        expires_at: tx.find_expiry(connection.id)?,
        kept_until: tx.find_kept_until(connection.id)?,
        can_be_refreshed: tx.has_refresh_token(connection.id)? || renews_itself(connection),
        owner: tx.find_user(&connection.owner)?.map(|user| user.status),
        open_writes,
        unasked_agents: unasked.map(|policy| policy.agent_name).collect(),
        broad_scopes: broad_scopes(service.as_ref(), connection),
        lasting_since: match connection.auth_kind.is_static() {
            true => tx.find_obtained(connection.id)?,
            false => None,
        },
        earlier_owner: earlier_owner(tx, connection)?,
        untried: untried(tx, service.as_ref(), connection)?,
    };
    Ok(checkup::connection(&facts, now))
}
