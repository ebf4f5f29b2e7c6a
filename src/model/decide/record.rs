//! Which record a rule has looked at: the one to change, should its answer be another.
use crate::model::decide::{Evaluation, Rule};
use crate::model::facts::{Brought, Facts, Target};
use crate::model::governance::ModeSource;

/// The record behind a rule's answer, by its noun and name; none: there is none (a request that is malformed).
pub fn record(facts: &Facts, evaluation: &Evaluation, rule: Rule) -> Option<String> {
    let target = match &facts.target {
        Target::Connection(target) => Some(target),
        Target::Missing { .. } | Target::NotSingleton { .. } => None,
    };
    let label = target.map(|target| target.connection.label.as_str());
    let service = target.map(|target| target.service.id.as_str());
    Some(match rule {
        Rule::R0 => "freezes".to_owned(),
        Rule::R1 => format!("agent {}", facts.agent.name),
        Rule::R2 => match &facts.user {
            Some(user) => format!("user {}", user.name),
            None => return None,
        },
        Rule::R3 | Rule::R4 | Rule::R16 => format!("connection {}", label?),
        Rule::R5 => format!("type policy {}", service?),
        Rule::R6 => format!("grants of {}", label?),
        Rule::R8 => return None,
        Rule::R8a => format!("origins of {}", label?),
        Rule::R9 => format!("service {}", service?),
        Rule::R10 => {
            let mapped = evaluation.mapped.as_ref()?;
            let function = mapped.function().unwrap_or("*");
            match mapped.mode.source {
                ModeSource::Connection => format!("function setting {}/{function}", label?),
                ModeSource::Override => format!("function override {}/{function}", service?),
                ModeSource::Catalogue | ModeSource::Strictest => format!("catalogue {}/{function}", service?),
            }
        }
        Rule::R23 => format!("limits of {}", label?),
        Rule::R24 => "organization".to_owned(),
        Rule::R25 => match &facts.approval {
            Brought::Known(execution) => format!("execution {}", execution.id),
            Brought::Unknown(id) => format!("execution {id}"),
            Brought::Nothing => return None,
        },
        Rule::R7
        | Rule::R11
        | Rule::R12
        | Rule::R13
        | Rule::R14
        | Rule::R15
        | Rule::R17
        | Rule::R18
        | Rule::R19
        | Rule::R20
        | Rule::R21
        | Rule::R22 => {
            let version = target?.policy.as_ref().map_or(0, |policy| policy.version);
            format!("policy {}/{} version {version}", facts.agent.name, label?)
        }
    })
}
