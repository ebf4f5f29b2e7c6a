//! People from a list: all of them, or nobody.
use crate::model::label;
use crate::model::people::{Team, User};
use crate::model::roster::{self, BadLine, NewPerson};
use crate::ops::{Kind, Result, Siesta};
use crate::store::{ReadTx, WriteTx};
use std::collections::{HashMap, HashSet};

#[derive(Debug, Clone, Default)]
pub struct ImportRequest {
    /// Leave people alone who are there already; else a list that names one is refused.
    pub skip_existing: bool,
    /// Make the teams that are not there; else a list that names one is refused.
    pub create_teams: bool,
    pub dry_run: bool,
}

/// What an import did, or would do.
#[derive(Debug, Clone, Default)]
pub struct Imported {
    pub added: Vec<User>,
    /// Who was there already.
    pub skipped: Vec<String>,
    pub teams_added: Vec<String>,
    /// Team and user.
    pub joined: Vec<(String, String)>,
}

/// Adds everybody on a list, with their teams, in one transaction.
pub fn import(siesta: &Siesta, csv: &[u8], request: &ImportRequest) -> Result<Imported> {
    let people = roster::read(csv).map_err(|bad| Kind::BadLines { bad })?;
    if request.dry_run {
        return siesta.store.read(|tx| Ok(siesta.person(tx).and_then(|_| plan(tx, siesta, &people, request))))?;
    }
    siesta.store.write(siesta.now(), |tx| {
        let actor = siesta.person(tx)?;
        let plan = plan(tx, siesta, &people, request)?;
        if plan.added.is_empty() && plan.joined.is_empty() && plan.teams_added.is_empty() {
            return Ok(plan);
        }
        carry_out(siesta, tx, &actor, &plan)?;
        Ok(plan)
    })
}

/// What a list comes to in this store; everything that is wrong with it is found before anything is written.
fn plan(tx: &ReadTx<'_>, siesta: &Siesta, people: &[NewPerson], request: &ImportRequest) -> Result<Imported> {
    let users = tx.list_users()?;
    let known: HashMap<String, &User> = users.iter().map(|user| (label::folded(&user.name), user)).collect();
    let teams = tx.list_teams()?;
    let mut team_names: HashMap<String, String> =
        teams.iter().map(|team| (label::folded(&team.name), team.name.clone())).collect();
    let agents = tx.list_agents()?;
    let mut accounts: HashSet<&str> = users.iter().filter_map(|user| user.os_user.as_deref()).collect();
    accounts.extend(agents.iter().filter_map(|agent| agent.os_user.as_deref()));
    let (mut plan, mut bad) = (Imported::default(), Vec::new());
    for person in people {
        let mut refuse = |why: String| bad.push(BadLine { line: person.line, why });
        if let Some(user) = known.get(&label::folded(&person.name)) {
            match request.skip_existing {
                true => plan.skipped.push(user.name.clone()),
                false => refuse(format!("user \"{}\" exists already", user.name)),
            }
            continue;
        }
        if let Some(account) = person.os_user.as_deref().filter(|account| !accounts.insert(account)) {
            refuse(format!("\"{account}\" is the account of somebody else"));
        }
        for team in &person.teams {
            let folded = label::folded(team);
            let name = match (team_names.get(&folded), request.create_teams) {
                (Some(name), _) => name.clone(),
                (None, true) => match label::check_actor_name(team) {
                    Ok(()) => {
                        plan.teams_added.push(team.clone());
                        team_names.insert(folded, team.clone());
                        team.clone()
                    }
                    Err(error) => {
                        refuse(format!("\"{team}\" cannot name a team: {error}"));
                        continue;
                    }
                },
                (None, false) => {
                    let nearest = label::nearest(team, teams.iter().map(|team| team.name.as_str()));
                    let meant = nearest.map(|nearest| format!("; did you mean \"{nearest}\"?")).unwrap_or_default();
                    refuse(format!("there is no team \"{team}\"{meant}"));
                    continue;
                }
            };
            plan.joined.push((name, person.name.clone()));
        }
        plan.added.push(User {
            name: person.name.clone(),
            role: person.role,
            status: person.status,
            os_user: person.os_user.clone(),
            created_at: siesta.now(),
        });
    }
    if bad.is_empty() { Ok(plan) } else { Err(Kind::BadLines { bad }.into()) }
}

fn carry_out(siesta: &Siesta, tx: &WriteTx<'_>, actor: &crate::model::people::Actor, plan: &Imported) -> Result<()> {
    for name in &plan.teams_added {
        tx.insert_team(&Team {
            name: name.clone(),
            description: String::new(),
            members: Vec::new(),
            created_at: tx.now(),
        })?;
        let entry = siesta.entry(actor, "team.add", "team", name).change("description", (), "");
        tx.append_audit(entry.row())?;
    }
    for user in &plan.added {
        tx.insert_new_user(user)?;
        let entry = siesta
            .entry(actor, "user.add", "user", &user.name)
            .change("role", (), user.role.as_str())
            .change("status", (), user.status.as_str())
            .change("osUser", (), user.os_user.clone());
        tx.append_audit(entry.row())?;
    }
    for (team, user) in &plan.joined {
        tx.insert_team_member(team, user)?;
        let entry = siesta.entry(actor, "team.add-member", "team", team).change(user, false, true);
        tx.append_audit(entry.row())?;
    }
    Ok(())
}
