//! A token handed out: decided, recorded, handed over, recorded.
//!
//! What must stay true: only an OAuth access token ever leaves, and only behind the same decision, the same record and
//! the same counting of rates as a call; what is said about its life is what is known of it.
use crate::model::audit::Correlated;
use crate::model::credential::Opens;
use crate::model::decide;
use crate::model::execution::ExecutionStatus;
use crate::model::id::ExecutionId;
use crate::model::policy::Flow;
use crate::model::secret::Secret;
use crate::ops::calls::record::{Attempt, Recorded};
use crate::ops::calls::{CallOutcome, CallRequest, Purpose, decided, renew_first, wait};
use crate::ops::entry::Entry;
use crate::ops::{Error, Kind, Result, Siesta, refresh};
use crate::store::WriteTx;
use std::time::Duration;

/// A token and what is known of it.
#[derive(Debug)]
pub struct Handed {
    pub execution: ExecutionId,
    pub connection: String,
    pub service: String,
    pub token: Secret,
    /// In seconds, at most an hour; none: the provider did not say.
    pub expires_in: Option<i64>,
    /// What the provider really said.
    pub provider_expires_in: Option<i64>,
    pub scopes: Vec<String>,
}

/// What a question for a token came to.
#[derive(Debug)]
pub enum Vended {
    Token(Box<Handed>),
    /// Denied, or a person is asked.
    No(CallOutcome),
}

/// Hands out an access token, where the policy lets it.
pub fn vend(siesta: &Siesta, request: &CallRequest) -> Result<Vended> {
    siesta.store.read(|tx| Ok(siesta.must_speak_for(tx, &request.asked.agent)))??;
    if request.asked.flow != Flow::Vend {
        return Err(Kind::Bug { what: "a call was asked for as a token".to_owned() }.into());
    }
    renew_first(siesta, request)?;
    match decided(siesta, request, Purpose::Vend)? {
        Recorded::Ended(outcome) => Ok(Vended::No(outcome)),
        Recorded::Go(attempt) => hand_over(siesta, &attempt).map(|handed| Vended::Token(Box::new(handed))),
    }
}

/// Waits for the answer to a question for a token, and takes it up. None: nobody has answered in time.
pub fn wait_for_token(
    siesta: &Siesta,
    request: &CallRequest,
    id: ExecutionId,
    patience: Option<Duration>,
) -> Result<Option<Vended>> {
    if wait::until_decided(siesta, id, patience)?.is_none() {
        return Ok(None);
    }
    let mut request = request.clone();
    request.asked.approval = Some(id.to_string());
    vend(siesta, &request).map(Some)
}

fn hand_over(siesta: &Siesta, attempt: &Attempt) -> Result<Handed> {
    let token = token_of(siesta, attempt);
    siesta.store.write(siesta.now(), |tx| conclude(tx, attempt, token.as_ref().err()))?;
    token
}

fn token_of(siesta: &Siesta, attempt: &Attempt) -> Result<Handed> {
    let credential = refresh::fresh(siesta, &attempt.connection, None)?;
    let Opens::OAuth(tokens) = credential.opens else {
        return Err(Kind::Bug { what: "a credential that is no token was about to be handed out".to_owned() }.into());
    };
    // Decided about another life than this token has: a window may close before it ends.
    if attempt.token_expires_at != tokens.expires_at {
        return Err(Kind::ChangedMeanwhile.into());
    }
    let life = decide::token_life(siesta.now(), tokens.expires_at);
    Ok(Handed {
        execution: attempt.execution.id,
        connection: attempt.connection.label.clone(),
        service: attempt.connection.service.clone(),
        token: tokens.access_token,
        expires_in: life.expires_in,
        provider_expires_in: life.provider_expires_in,
        scopes: attempt.connection.granted_scopes.clone(),
    })
}

fn conclude(tx: &WriteTx<'_>, attempt: &Attempt, error: Option<&Error>) -> Result<()> {
    let execution = &attempt.execution;
    let status = if error.is_some() { ExecutionStatus::Failed } else { ExecutionStatus::Success };
    let said = error.map(ToString::to_string);
    tx.update_result(execution.id, status, None, said.as_deref())?;
    let mut entry =
        Entry::new(&attempt.actor, Correlated::Beyond(execution.correlation), "vend.result", "execution", execution.id)
            .connection(attempt.connection.id)
            .change("status", execution.status.as_str(), status.as_str());
    if let Some(said) = &said {
        entry = entry.reason(said);
    }
    tx.append_audit(entry.row())?;
    Ok(())
}
