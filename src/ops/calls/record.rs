//! The decision written down: denied, asked, or admitted.
//!
//! What must stay true: everything here happens inside the transaction in which the facts were read and decided.
use crate::model::audit::{Correlated, Verdict};
use crate::model::connection::Connection;
use crate::model::decide::{self, AskReason, Covered, Decision, Evaluation, Mapped};
use crate::model::execution::{ApprovalStatus, Execution, ExecutionStatus};
use crate::model::facts::{Brought, Facts, Operation, Target, TargetFacts};
use crate::model::id::{CorrelationId, ExecutionId};
use crate::model::people::Actor;
use crate::model::policy::Flow;
use crate::model::service::{Service, UsagePointers};
use crate::model::time::Timestamp;
use crate::ops::calls::filters::Filters;
use crate::ops::calls::{CallOutcome, CallRequest, Purpose};
use crate::ops::entry::Entry;
use crate::ops::{Error, Kind, Result, Siesta};
use crate::store::{Reservation, WriteTx};
use jiff::ToSpan;
use serde_json::Value;

/// How long a reservation holds when nobody settles it: longer than a call may take.
const RESERVATION_MINUTES: i64 = 10;

/// How a decision ends: with an outcome, or with a call to be made.
pub(super) enum Recorded {
    Ended(CallOutcome),
    Go(Box<Attempt>),
}

/// An allowed call whose attempt is on disk.
pub(super) struct Attempt {
    /// Who asked for it. The outcome is theirs even if they are disabled while it is under way.
    pub actor: Actor,
    pub execution: Execution,
    pub connection: Connection,
    pub service: Service,
    /// Where the answer may report tokens; none: not a model call.
    pub metered: Option<Vec<UsagePointers>>,
    /// What the policy makes of the answer.
    pub filters: Filters,
    pub reserved: u64,
    /// A GET or HEAD that is a read here too: some services act on any method (RFC 9110, section 9.2.1, is not theirs).
    pub changes_nothing: bool,
    /// When the token ends that was decided about; only for one that is handed out.
    pub token_expires_at: Option<Timestamp>,
    /// The estimate of the prompt, for an answer that does not report usage.
    pub prompt: u64,
}

/// One request on its way through the transaction.
#[derive(Clone, Copy)]
pub(super) struct Scene<'a> {
    pub siesta: &'a Siesta,
    pub tx: &'a WriteTx<'a>,
    pub actor: &'a Actor,
    pub facts: &'a Facts,
    pub evaluation: &'a Evaluation,
    pub request: &'a CallRequest,
    pub correlation: CorrelationId,
    pub purpose: Purpose,
}

impl Scene<'_> {
    /// Writes the decision down, and with it everything that follows from it.
    pub(super) fn record(&self) -> Result<Recorded> {
        let Scene { tx, facts, evaluation, request, .. } = *self;
        let target = match &facts.target {
            Target::Connection(target) => Some(target.as_ref()),
            Target::Missing { .. } | Target::NotSingleton { .. } => None,
        };
        let name = target.map_or_else(|| request.asked.connection.clone(), |t| t.connection.label.clone());
        let mut entry = Entry::new(
            self.actor,
            Correlated::Beyond(self.correlation),
            if facts.flow == Flow::Vend { "vend" } else { "call" },
            if facts.flow == Flow::Vend { "token" } else { "call" },
            operation_name(&request.asked.operation, evaluation),
        );
        if let Some(target) = target {
            entry = entry.connection(target.connection.id);
        }
        entry = entry
            .change("agent", (), facts.agent.name.clone())
            .change("user", (), facts.user.as_ref().map(|user| user.name.clone()))
            .change("connection", (), name.clone());
        match (&evaluation.decision, target, &evaluation.mapped) {
            // A token would be sent as a request, or the answer to a question for one be taken for a call's.
            (Decision::Allow | Decision::NeedsApproval(_), _, _) if !self.is_for_its_flow() => {
                Err(Kind::Bug { what: "what was decided is not what is to be done".to_owned() }.into())
            }
            (Decision::Allow, Some(target), Some(mapped)) => {
                let attempt = self.admit(target, mapped)?;
                let entry = match evaluation.standing {
                    Some(standing) => entry.change("standingApproval", (), standing.to_string()),
                    None => entry,
                };
                let entry = entry
                    .decision(Verdict::Allow, None)
                    .change("execution", (), attempt.execution.id.to_string())
                    .change("request", (), format!("{} {}", mapped.request.method, mapped.request.request.url));
                tx.append_audit(entry.row())?;
                Ok(Recorded::Go(Box::new(attempt)))
            }
            (Decision::NeedsApproval(reason), Some(target), Some(mapped)) => {
                let execution = self.question(target, mapped, reason)?;
                let entry = entry.decision(Verdict::NeedsApproval, Some(&reason.code())).change(
                    "execution",
                    (),
                    execution.id.to_string(),
                );
                tx.append_audit(entry.row())?;
                let expires_at = execution.expires_at;
                Ok(Recorded::Ended(CallOutcome::AwaitingApproval {
                    execution: execution.id,
                    reason: reason.clone(),
                    expires_at,
                    is_new: execution.created_at == facts.at && matches!(facts.approval, Brought::Nothing),
                }))
            }
            (Decision::Deny(reason), _, _) => {
                let entry = entry.decision(Verdict::Deny, Some(&reason.code()));
                tx.append_audit(entry.row())?;
                let connection = target.map(|target| target.connection.label.clone());
                Ok(Recorded::Ended(CallOutcome::Denied { reason: Box::new(reason.clone()), connection }))
            }
            // A decision other than deny without a target or a request would be a bug of the ladder: it denies.
            (Decision::Allow | Decision::NeedsApproval(_), _, _) => {
                Err(Kind::Bug { what: "a call was admitted without a request".to_owned() }.into())
            }
        }
    }

    fn is_for_its_flow(&self) -> bool {
        (self.facts.flow == Flow::Vend) == (self.purpose == Purpose::Vend)
    }

    /// Consumes the approval, reserves tokens, and writes the execution down as running.
    fn admit(&self, target: &TargetFacts, mapped: &Mapped) -> Result<Attempt> {
        let Scene { tx, facts, evaluation, correlation, .. } = *self;
        let execution = match &facts.approval {
            Brought::Known(approved) => {
                let (from, to) = (ApprovalStatus::Approved, ApprovalStatus::Consumed);
                if !tx.update_approval(approved.id, from, to, ExecutionStatus::Pending, None)? {
                    return Err(Kind::ChangedMeanwhile.into());
                }
                Execution { correlation, ..approved.as_ref().clone() }
            }
            Brought::Nothing | Brought::Unknown(_) => {
                let mut execution = self.new_execution(target, mapped)?;
                if let Some(standing) = evaluation.standing {
                    if !tx.use_standing(standing)? {
                        return Err(Kind::ChangedMeanwhile.into());
                    }
                    let given = facts.standing_approvals.iter().find(|given| given.id == standing);
                    execution.approval = ApprovalStatus::Consumed;
                    execution.approval_reason = evaluation.asked.as_ref().map(|asked| asked.code().into_owned());
                    execution.resolved_by = given.map(|given| given.created_by.clone());
                }
                tx.insert_execution(&execution)?;
                execution
            }
        };
        tx.insert_admission(execution.agent, target.connection.id)?;
        let want = evaluation.want.unwrap_or_default();
        let reserved = want.reservation();
        if evaluation.want.is_some() && reserved > 0 {
            tx.insert_reservation(&Reservation {
                id: execution.id.0,
                connection: target.connection.id,
                user: execution.user.clone(),
                team: execution.team.clone(),
                agent: Some(execution.agent_name.clone()),
                model: None,
                tokens: reserved,
                expires_at: tx.now().checked_add(RESERVATION_MINUTES.minutes()).unwrap_or(tx.now()),
            })?;
        }
        let metered = evaluation.want.map(|_| pointers(mapped, &target.service));
        Ok(Attempt {
            actor: self.actor.clone(),
            execution,
            connection: target.connection.clone(),
            service: target.service.clone(),
            metered,
            filters: Filters::of(&target.service, target.policy.as_ref(), mapped),
            reserved,
            prompt: want.prompt,
            changes_nothing: mapped.kind.is_harmless() && matches!(mapped.request.method.as_str(), "GET" | "HEAD"),
            token_expires_at: target.vendable.and_then(|token| token.expires_at),
        })
    }

    /// Writes a question down, or finds the same one that waits already.
    fn question(&self, target: &TargetFacts, mapped: &Mapped, reason: &AskReason) -> Result<Execution> {
        let Scene { tx, facts, .. } = *self;
        if let Brought::Known(execution) = &facts.approval {
            return Ok(execution.as_ref().clone());
        }
        let mut execution = self.new_execution(target, mapped)?;
        let same = facts.waiting_prints.iter().find(|(print, _)| *print == execution.fingerprint);
        if let Some((_, id)) = same {
            let waiting = tx.find_execution(*id)?;
            return waiting.ok_or_else(|| Kind::ChangedMeanwhile.into());
        }
        let lifetime = i64::from(facts.organization.approval_lifetime_minutes).minutes();
        execution.status = ExecutionStatus::PendingApproval;
        execution.approval = ApprovalStatus::Pending;
        execution.approval_reason = Some(reason.code().into_owned());
        execution.expires_at = tx.now().checked_add(lifetime).ok();
        tx.insert_execution(&execution)?;
        tx.set_nonce(execution.id, self.siesta.world.ids.next())?;
        Ok(execution)
    }

    /// The execution of this request, as one that runs without anybody being asked.
    fn new_execution(&self, target: &TargetFacts, mapped: &Mapped) -> Result<Execution> {
        let Scene { siesta, facts, request, correlation, .. } = *self;
        let (Some(agent), Some(policy)) = (&facts.agent.found, &target.policy) else {
            return Err(Kind::Bug { what: "a call was admitted without agent or policy".to_owned() }.into());
        };
        let fingerprint = decide::fingerprint(Covered {
            organization: facts.organization.id,
            agent: agent.id,
            connection: target.connection.id,
            policy_version: policy.version,
            user: facts.user.as_ref().map(|user| user.name.as_str()),
            team: facts.team.as_ref().map(|team| team.name.as_str()),
            request: &mapped.request.request,
        });
        let (function, arguments) = match &facts.operation {
            Operation::Function { name, arguments } => (Some(name.clone()), Value::Object(arguments.clone())),
            Operation::Raw { .. } | Operation::Token => (None, Value::Null),
        };
        Ok(Execution {
            id: ExecutionId(siesta.world.ids.next()),
            agent: agent.id,
            agent_name: agent.name.clone(),
            user: facts.user.as_ref().map(|user| user.name.clone()),
            team: facts.team.as_ref().map(|team| team.name.clone()),
            conversation: request.conversation.clone(),
            connection: target.connection.id,
            connection_label: target.connection.label.clone(),
            service: target.service.id.clone(),
            function,
            arguments,
            request: mapped.request.request.clone(),
            status: ExecutionStatus::Pending,
            approval: ApprovalStatus::NotRequired,
            approval_reason: None,
            fingerprint: fingerprint.map_err(|e| Error::invalid(e.to_string()))?,
            policy_version: policy.version,
            result: None,
            error: None,
            created_at: facts.at,
            expires_at: None,
            resolved_at: None,
            resolved_by: None,
            correlation,
        })
    }
}

fn operation_name(operation: &Operation, evaluation: &Evaluation) -> String {
    let mapped = evaluation.mapped.as_ref().and_then(Mapped::function);
    match (operation, mapped) {
        (_, Some(function)) => function.to_owned(),
        (Operation::Function { name, .. }, None) => name.chars().take(crate::model::label::LONGEST).collect(),
        (Operation::Raw { method, .. }, None) => method.chars().take(10).collect(),
        (Operation::Token, None) => "vend".to_owned(),
    }
}

/// Where an answer reports tokens. A model call by an address that is no known function may answer in any shape that
/// the service has.
fn pointers(mapped: &Mapped, service: &Service) -> Vec<UsagePointers> {
    match mapped.metered(service).and_then(|function| service.usage.get(function.metered.as_ref()?)) {
        Some(own) => vec![own.clone()],
        None => service.usage.values().cloned().collect(),
    }
}
