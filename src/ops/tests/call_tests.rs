//! The order of a governed call: decided, written down, made, written down.
use super::*;

#[test]
fn an_allowed_call_is_written_down_before_and_after() {
    let house = House::new();
    house.notes();
    let finished = done(calls::call(&house.carol(), &read_notes()));
    assert_eq!((finished.result.http_status, finished.tokens), (200, None));
    let (attempt, result) = (house.newest("call"), house.newest("call.result"));
    assert_eq!((attempt.decision, attempt.record_id.as_str()), (Some(Verdict::Allow), "http_get"));
    assert_eq!((change(&attempt, "agent").1, change(&attempt, "connection").1), (json!("desk"), json!(NOTES)));
    assert_eq!(attempt.correlation, result.correlation);
    assert!(attempt.seq < result.seq);
    assert_eq!(change(&result, "status"), (json!("Pending"), json!("Success")));
    assert_eq!(house.execution(finished.execution).status, ExecutionStatus::Success);
    assert!(audit::verify(&house.carol(), None, |_| ()).unwrap().without_outcome.is_empty());
}

#[test]
fn a_denied_call_leaves_a_row_and_nothing_else() {
    let house = House::new();
    house.model();
    house.provider.forget_requests();
    govern(&house.carol(), "openai/create_chat_completion", Some(Mode::Disabled)).unwrap();
    assert_eq!(change(&house.newest("governance.set"), "mode"), (Value::Null, json!("Disabled")));
    assert_eq!(denied(calls::call(&house.carol(), &chat())), DenyReason::FunctionDisabled);
    let row = house.newest("call");
    assert_eq!((row.decision, row.reason.as_deref()), (Some(Verdict::Deny), Some("function_disabled")));
    assert_eq!(house.of("call").len(), 1);
    assert_eq!(house.used(UsageScope::Pool), 0);
    assert!(house.provider.requests().is_empty());
}

#[test]
fn who_is_no_active_person_or_agent_decides_and_calls_nothing() {
    let house = House::new();
    house.notes();
    people::set_user_status(&house.carol(), "bob", UserStatus::Disabled).unwrap();
    for actor in ["ghost", "bob", "agent:ghost"] {
        let refused = calls::call(&house.as_(actor), &read_notes()).unwrap_err();
        assert!(matches!(refused.kind, Kind::ActorUnknown { .. }), "{actor}: {refused:?}");
    }
    let mut other = read_notes();
    other.asked.agent = "other".to_owned();
    assert_eq!(calls::call(&house.as_("agent:desk"), &other).unwrap_err().kind, Kind::AgentMayNot);
    assert_eq!(done(calls::call(&house.as_("agent:desk"), &read_notes())).result.http_status, 200);
    assert_eq!(house.newest("call").actor, "agent:desk");
}

#[test]
fn an_audit_that_cannot_be_written_stops_the_call_before_it_leaves() {
    let house = House::new();
    house.notes();
    let siesta = house.carol();
    let rows = house.rows().len();
    house.break_writes();
    assert_eq!(denied(calls::call(&siesta, &read_notes())), DenyReason::AuditUnavailable);
    assert!(house.provider.requests().is_empty());
    assert!(calls::call(&siesta, &write_note()).is_err());
    assert!(connections::revoke(&siesta, NOTES, &RevokeRequest::default()).is_err());
    house.later(120);
    assert!(calls::call(&siesta, &read_notes()).is_err());
    assert!(house.provider.requests().is_empty(), "neither a refresh nor a revocation left");
    house.mend_writes();
    assert_eq!(house.rows().len(), rows);
    assert_eq!(done(calls::call(&siesta, &read_notes())).result.http_status, 200);
}

#[test]
fn a_result_that_cannot_be_written_is_no_reason_to_try_again() {
    let house = House::new();
    house.notes();
    house.policy(NOTES, DefaultMode::ReadWrite, StepUp::Never);
    govern(&house.carol(), "rest-api/http_post", Some(Mode::Enabled)).unwrap();
    house.provider.fault(Fault { path: "/api/notes".to_owned(), only_delay: true, delay_ms: 300, ..Fault::default() });
    let siesta = house.carol();
    let lost = std::thread::scope(|scope| {
        let call = scope.spawn(move || calls::call(&siesta, &write_note()));
        while house.provider.requests().is_empty() {
            std::thread::yield_now();
        }
        house.break_writes();
        call.join().unwrap().unwrap_err()
    });
    house.mend_writes();
    assert!(matches!(lost.kind, Kind::Provider { may_have_arrived: true, .. }), "{lost:?}");
    assert_eq!(house.provider.count("POST", "/api/notes"), 1);
    let open = || audit::verify(&house.carol(), None, |_| ()).unwrap().without_outcome;
    assert!(open().is_empty(), "a call that may still be under way is not reported");
    house.later(11);
    let open = open();
    assert_eq!(open.len(), 1, "the attempt without an outcome is found");
}

#[test]
fn a_call_in_flight_is_concluded_even_if_its_actor_is_disabled_meanwhile() {
    let house = House::new();
    house.notes();
    house.provider.fault(Fault { path: "/api/notes".to_owned(), only_delay: true, delay_ms: 200, ..Fault::default() });
    let (bob, carol) = (house.as_("bob"), house.carol());
    let finished = std::thread::scope(|scope| {
        let call = scope.spawn(move || calls::call(&bob, &read_notes()));
        while house.provider.requests().is_empty() {
            std::thread::yield_now();
        }
        people::set_user_status(&carol, "bob", UserStatus::Disabled).unwrap();
        done(call.join().unwrap())
    });
    assert_eq!(finished.result.http_status, 200);
    assert_eq!(house.newest("call.result").actor, "user:bob");
}
