//! Approvals: asked for, given, used once.
use super::*;

#[test]
fn an_approved_request_runs_once_and_its_result_is_kept() {
    let house = House::new();
    house.notes();
    let id = waiting(calls::call(&house.carol(), &write_note()));
    assert!(house.provider.requests().is_empty());
    assert_eq!(waiting(calls::call(&house.carol(), &write_note())), id, "the same question is one question");
    let row = house.newest("call");
    assert_eq!((row.decision, row.reason.as_deref()), (Some(Verdict::NeedsApproval), Some("function_confirmation")));
    let outcome =
        approvals::approve(&house.carol(), &id.to_string(), true, approvals::Answer::default()).unwrap().outcome;
    assert_eq!(done(Ok(outcome.unwrap())).result.http_status, 201);
    let kept = house.execution(id);
    assert_eq!((kept.status, kept.approval), (ExecutionStatus::Success, ApprovalStatus::Consumed));
    assert_eq!(kept.resolved_by.as_deref(), Some("carol"));
    assert_eq!(house.provider.count("POST", "/api/notes"), 1);
    let approved = house.newest("execution.approve");
    assert_eq!(change(&approved, "approval"), (json!("Pending"), json!("Approved")));
    let again = approvals::approve(&house.carol(), &id.to_string(), true, approvals::Answer::default()).unwrap_err();
    assert!(matches!(again.kind, Kind::Conflict { .. }), "{again:?}");
    assert_eq!(denied(calls::call(&house.carol(), &write_note().with(id))), DenyReason::ApprovalUsed);
    assert_eq!(house.provider.count("POST", "/api/notes"), 1);
}

#[test]
fn an_approval_without_a_run_is_redeemed_by_the_caller() {
    let house = House::new();
    house.notes();
    let id = waiting(calls::call(&house.carol(), &write_note()));
    assert_eq!(waiting(calls::call(&house.carol(), &write_note().with(id))), id);
    approvals::approve(&house.carol(), &id.to_string(), false, approvals::Answer::default()).unwrap();
    let changed = function(NOTES, "http_post", json!({"path": "notes", "body": {"text": "hellO"}}));
    assert_eq!(denied(calls::call(&house.carol(), &changed.with(id))), DenyReason::ApprovalMismatch);
    let for_bob = write_note().for_user("bob").with(id);
    assert_eq!(denied(calls::call(&house.carol(), &for_bob)), DenyReason::ApprovalMismatch);
    assert_eq!(done(calls::call(&house.carol(), &write_note().with(id))).execution, id);
    assert_eq!(denied(calls::call(&house.carol(), &write_note().with(id))), DenyReason::ApprovalUsed);
}

#[test]
fn a_rejected_and_an_expired_question_never_run() {
    let house = House::new();
    house.notes();
    let id = waiting(calls::call(&house.carol(), &write_note()));
    approvals::reject(&house.carol(), &id.to_string(), "not today").unwrap();
    assert_eq!(house.newest("execution.reject").reason.as_deref(), Some("not today"));
    assert_eq!(denied(calls::call(&house.carol(), &write_note().with(id))), DenyReason::ApprovalRejected);
    assert!(approvals::approve(&house.carol(), &id.to_string(), true, approvals::Answer::default()).is_err());
    assert_eq!(house.execution(id).status, ExecutionStatus::Failed);

    let id = waiting(calls::call(&house.carol(), &write_note()));
    house.later(30);
    let late = approvals::approve(&house.carol(), &id.to_string(), true, approvals::Answer::default()).unwrap_err();
    assert!(matches!(late.kind, Kind::Conflict { .. }), "{late:?}");
    assert_eq!(house.execution(id).approval, ApprovalStatus::Expired);
    assert_eq!(change(&house.newest("execution.expire"), "approval"), (json!("Pending"), json!("Expired")));
    assert_eq!(denied(calls::call(&house.carol(), &write_note().with(id))), DenyReason::ApprovalExpired);
    let anew = waiting(calls::call(&house.carol(), &write_note()));
    assert_ne!(anew, id, "an expired question is asked anew");
    assert!(house.provider.requests().is_empty());
}

#[test]
fn an_agent_and_a_stranger_answer_nothing() {
    let house = House::new();
    house.notes();
    let id = waiting(calls::call(&house.as_("agent:desk"), &write_note())).to_string();
    assert_eq!(
        approvals::approve(&house.as_("agent:desk"), &id, true, approvals::Answer::default()).unwrap_err().kind,
        Kind::AgentMayNot
    );
    let stranger = approvals::approve(&house.as_("bob"), &id, true, approvals::Answer::default()).unwrap_err();
    assert!(matches!(stranger.kind, Kind::NotApprover { .. }), "{stranger:?}");
    assert_eq!(approvals::reject(&house.as_("agent:desk"), &id, "").unwrap_err().kind, Kind::AgentMayNot);
    assert!(house.of("execution.approve").is_empty());
    assert!(house.provider.requests().is_empty());
}

#[test]
fn with_four_eyes_nobody_answers_for_themselves() {
    let house = House::new();
    house.notes();
    let siesta = house.carol();
    let four = siesta.store.write(siesta.now(), |tx| -> Result<()> {
        let mut organization = tx.get_organization()?;
        organization.four_eyes = true;
        tx.update_organization(&organization)?;
        tx.append_audit(siesta.entry(&Actor::System, "org.set", "organization", "").row())?;
        Ok(())
    });
    four.unwrap();
    let own = waiting(calls::call(&siesta, &write_note()));
    let refused = approvals::approve(&siesta, &own.to_string(), true, approvals::Answer::default()).unwrap_err();
    assert!(matches!(refused.kind, Kind::NotApprover { .. }), "carol owns the agent: {refused:?}");
    let for_alice = waiting(calls::call(&siesta, &write_note().for_user("alice")));
    assert_ne!(for_alice, own, "another person's question is another question");
    assert!(approvals::approve(&siesta, &for_alice.to_string(), false, approvals::Answer::default()).is_ok());
    let swapped = write_note().for_user("carol").with(for_alice);
    assert_eq!(denied(calls::call(&siesta, &swapped)), DenyReason::ApprovalMismatch);
}

#[test]
fn of_two_who_redeem_an_approval_at_once_one_wins() {
    let house = House::new();
    house.notes();
    let id = waiting(calls::call(&house.carol(), &write_note()));
    approvals::approve(&house.carol(), &id.to_string(), false, approvals::Answer::default()).unwrap();
    let start = std::sync::Barrier::new(4);
    let outcomes: Vec<Result<CallOutcome>> = std::thread::scope(|scope| {
        let racers: Vec<_> = (0..4)
            .map(|_| {
                let siesta = house.carol();
                let start = &start;
                scope.spawn(move || {
                    start.wait();
                    calls::call(&siesta, &write_note().with(id))
                })
            })
            .collect();
        racers.into_iter().map(|racer| racer.join().unwrap()).collect()
    });
    let won = outcomes.iter().filter(|o| matches!(o, Ok(CallOutcome::Done(_)))).count();
    let lost = outcomes
        .iter()
        .filter(|o| matches!(o, Ok(CallOutcome::Denied { reason, .. }) if **reason == DenyReason::ApprovalUsed));
    assert_eq!((won, lost.count()), (1, 3), "{outcomes:?}");
    assert_eq!(house.provider.count("POST", "/api/notes"), 1);
}

#[test]
fn a_function_disabled_meanwhile_blocks_and_burns_nothing() {
    let house = House::new();
    house.notes();
    let id = waiting(calls::call(&house.carol(), &write_note()));
    approvals::approve(&house.carol(), &id.to_string(), false, approvals::Answer::default()).unwrap();
    govern(&house.carol(), "rest-api/http_post", Some(Mode::Disabled)).unwrap();
    assert_eq!(denied(calls::call(&house.carol(), &write_note().with(id))), DenyReason::FunctionDisabled);
    assert_eq!(denied(approvals::run(&house.carol(), &id.to_string())), DenyReason::FunctionDisabled);
    assert_eq!(house.execution(id).approval, ApprovalStatus::Approved);
    govern(&house.carol(), "rest-api/http_post", None).unwrap();
    assert_eq!(done(approvals::run(&house.carol(), &id.to_string())).result.http_status, 201);
}
