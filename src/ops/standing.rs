//! Who acts, and whether they may use a command at all.
//!
//! What must stay true: under sudo it is the account that says who acts, and nothing that was typed or set changes that;
//! and an agent uses only what [`is_open_to_agents`] names. Both are asked here, once, before a command does anything:
//! what an operation asks again (`Siesta::person`) is a second lock, not another rule.
use crate::model::audit::Proof;
use crate::model::people::{Account, Actor, AgentStatus, Claim, UserStatus, is_open_to_agents};
use crate::ops::{Error, Kind, Result, Siesta};
use crate::store::ReadTx;

impl Claim {
    /// How whoever acts was proved, where nothing was signed.
    pub(super) fn proof(&self) -> Proof {
        match self {
            Claim::Stated(_) => Proof::Asserted,
            Claim::Account(_) => Proof::Os,
        }
    }
}

/// Who acts, checked against the people and agents of a store.
pub(super) fn acting(claim: &Claim, tx: &ReadTx<'_>) -> Result<Actor> {
    let stated = match claim {
        Claim::Stated(actor) => actor.clone(),
        Claim::Account(account) => bound_to(account, tx)?,
    };
    match stated {
        Actor::User(name) => match tx.find_user(&name)? {
            Some(user) if user.status == UserStatus::Active => Ok(Actor::User(user.name)),
            _ => Err(Kind::ActorUnknown { noun: "user", name }.into()),
        },
        Actor::Agent(name) => match tx.find_agent(&name)? {
            Some(agent) if agent.status == AgentStatus::Active => Ok(Actor::Agent(agent.name)),
            _ => Err(Kind::ActorUnknown { noun: "agent", name }.into()),
        },
        Actor::System => Ok(Actor::System),
    }
}

/// The one user or agent an account belongs to.
fn bound_to(account: &Account, tx: &ReadTx<'_>) -> Result<Actor> {
    let is = |os_user: &Option<String>| os_user.as_deref().is_some_and(|os_user| account.is(os_user));
    let users = tx.list_users()?.into_iter().filter(|user| is(&user.os_user)).map(|user| Actor::User(user.name));
    let agents = tx.list_agents()?.into_iter().filter(|agent| is(&agent.os_user)).map(|agent| Actor::Agent(agent.name));
    let bound: Vec<Actor> = users.chain(agents).collect();
    match bound.as_slice() {
        [one] => Ok(one.clone()),
        several => {
            let bound_to = several.iter().map(ToString::to_string).collect();
            Err(Kind::AccountUnbound { account: account.name.clone(), bound_to }.into())
        }
    }
}

/// Who acts, where only a person may: an agent changes nothing about its own reins.
pub(super) fn acting_person(claim: &Claim, tx: &ReadTx<'_>) -> Result<Actor> {
    match acting(claim, tx)? {
        Actor::Agent(_) => Err(Kind::AgentMayNot.into()),
        person => Ok(person),
    }
}

/// Refuses a command to whoever says that they are an agent, before anything is opened.
pub fn must_be_open(claim: &Claim, command: &str) -> Result<()> {
    match claim {
        Claim::Stated(Actor::Agent(_)) if !is_open_to_agents(command) => Err(refused(command)),
        Claim::Stated(_) | Claim::Account(_) => Ok(()),
    }
}

/// Refuses a command to whoever may not use it. A name that nobody of the store has is left to the operation, which may
/// be one that needs nobody; an account without anybody is not. Whether it is an agent who acts.
pub fn admit(siesta: &Siesta, command: &str) -> Result<bool> {
    must_be_open(&siesta.stated, command)?;
    let acting = siesta.store.read(|tx| Ok(siesta.actor(tx)))?;
    match (acting, &siesta.stated) {
        (Ok(Actor::Agent(_)), _) if !is_open_to_agents(command) => Err(refused(command)),
        (Ok(Actor::Agent(_)), _) => Ok(true),
        (Err(error), Claim::Account(_)) => Err(error),
        (Ok(Actor::User(_) | Actor::System) | Err(_), _) => Ok(false),
    }
}

fn refused(command: &str) -> Error {
    Error::from(Kind::AgentMayNot).because(format!("`{command}` is for people"))
}

impl Siesta {
    /// An agent that acts for itself may not speak for another.
    pub(super) fn must_speak_for(&self, tx: &ReadTx<'_>, agent: &str) -> Result<()> {
        match self.own_agent(tx)? {
            Some(name) if tx.find_agent(agent)?.is_none_or(|found| found.name != name) => Err(Kind::AgentMayNot.into()),
            _ => Ok(()),
        }
    }

    /// The agent that acts for itself; none: a person acts, or nobody of the store.
    pub(super) fn own_agent(&self, tx: &ReadTx<'_>) -> Result<Option<String>> {
        match self.actor(tx) {
            Ok(Actor::Agent(name)) => Ok(Some(name)),
            Err(error) if matches!(self.stated, Claim::Stated(Actor::Agent(_)) | Claim::Account(_)) => Err(error),
            Ok(Actor::User(_) | Actor::System) | Err(_) => Ok(None),
        }
    }
}
