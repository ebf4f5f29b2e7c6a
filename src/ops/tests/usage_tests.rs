//! What calls spend, and when a limit says no.
use super::*;

#[test]
fn usage_is_booked_from_the_answer() {
    let house = House::new();
    house.model();
    house.provider.set(|settings| settings.usage = Some((1000, 200)));
    let finished = done(calls::call(&house.carol(), &chat().for_user("alice")));
    assert_eq!(finished.tokens.unwrap().counted(), 1200);
    assert_eq!(house.used(UsageScope::User("alice")), 1200);
    assert_eq!(house.used(UsageScope::Team("sales")), 1200, "alice is in sales");
    assert_eq!(house.used(UsageScope::Agent("desk")), 0, "a user was named");
    let row = house.newest("call.result");
    assert_eq!(change(&row, "tokens").1, json!(1200));
    assert!(!row.changes.iter().any(|change| change.property == "estimated"));
}

#[test]
fn an_answer_without_usage_is_booked_as_reserved_and_flagged() {
    let house = House::new();
    house.model();
    let fault = |status, body: &str| Fault {
        path: "/v1/chat/completions".to_owned(),
        status,
        body: body.to_owned(),
        content_type: "application/json".to_owned(),
        ..Fault::default()
    };
    house.provider.fault(fault(200, "{\"choices\":[]}"));
    let tokens = done(calls::call(&house.carol(), &chat())).tokens.unwrap();
    assert!(tokens.counted() >= 50, "the stated maximum at least: {tokens:?}");
    assert_eq!(house.used(UsageScope::Agent("desk")), tokens.counted());
    assert_eq!(change(&house.newest("call.result"), "estimated"), (json!(false), json!(true)));
    house.provider.fault(fault(500, "{}"));
    assert_eq!(done(calls::call(&house.carol(), &chat())).tokens, None, "a refusal costs nothing");
    assert_eq!(house.execution(done(calls::call(&house.carol(), &chat())).execution).status, ExecutionStatus::Success);
}

#[test]
fn a_reached_limit_refuses_before_anything_is_sent() {
    let house = House::new();
    house.model();
    house.provider.forget_requests();
    limit(&house, limits::Subject::Org, "0.001", false);
    house.provider.set(|settings| settings.usage = Some((900, 99)));
    assert_eq!(done(calls::call(&house.carol(), &chat().for_user("alice"))).tokens.unwrap().counted(), 999);
    done(calls::call(&house.carol(), &chat().for_user("alice")));
    let sent = house.provider.requests().len();
    match denied(calls::call(&house.carol(), &chat().for_user("alice"))) {
        DenyReason::TokenLimit(refusal) => {
            assert_eq!((refusal.standing.level, refusal.standing.used), (Level::Org, 1998));
            assert_eq!(refusal.standing.subject.as_deref(), Some("alice"));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(house.provider.requests().len(), sent);
    done(calls::call(&house.carol(), &chat().for_user("bob")));
    limit(&house, limits::Subject::User("alice".to_owned()), "1", false);
    done(calls::call(&house.carol(), &chat().for_user("alice")));
    assert_eq!(house.used(UsageScope::User("alice")), 2997, "setting a limit changes no usage");
}

#[test]
fn a_strict_limit_is_not_overspent_by_many_at_once() {
    let house = House::new();
    house.model();
    // Room for the reservations of three calls (prompt estimate and 50), and not of four.
    let one = {
        let asked = chat();
        let (_, evaluation) = calls::explain(&house.carol(), &asked.asked, None).unwrap();
        evaluation.want.unwrap().reservation()
    };
    limit(&house, limits::Subject::Pool, &format!("0.{:06}", one * 3 + one / 2), true);
    house.provider.set(|settings| settings.usage = Some((one - 1, 1)));
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let racers: Vec<_> = (0..6)
            .map(|_| {
                let siesta = house.carol();
                scope.spawn(move || calls::call(&siesta, &chat()).unwrap())
            })
            .collect();
        racers.into_iter().map(|racer| racer.join().unwrap()).collect()
    });
    let made = outcomes.iter().filter(|outcome| matches!(outcome, CallOutcome::Done(_))).count();
    assert_eq!(made, 3, "{outcomes:?}");
    assert_eq!(house.used(UsageScope::Pool), one * 3);
}

#[test]
fn a_model_call_by_an_unknown_address_is_booked_too() {
    let house = House::new();
    house.model();
    house.policy(MODEL, DefaultMode::ReadWrite, StepUp::Never);
    let mut unmapped = chat();
    unmapped.asked.operation = Operation::Raw {
        method: "POST".to_owned(),
        url: "/v1/unlisted".to_owned(),
        query: Vec::new(),
        headers: Vec::new(),
        body: StoredBody::Json(json!({"model": "m", "max_tokens": 100})),
    };
    let answer = |body: &str| Fault {
        path: "/v1/unlisted".to_owned(),
        status: 200,
        body: body.to_owned(),
        content_type: "application/json".to_owned(),
        ..Fault::default()
    };
    let run = || {
        let id = waiting(calls::call(&house.carol(), &unmapped));
        done(Ok(approvals::approve(&house.carol(), &id.to_string(), true, approvals::Answer::default())
            .unwrap()
            .outcome
            .unwrap()))
    };
    house.provider.fault(answer(r#"{"usage":{"input_tokens":40,"output_tokens":2}}"#));
    assert_eq!(run().tokens.map(|tokens| tokens.counted()), Some(42), "in a shape the service is known to use");
    house.provider.fault(answer("{}"));
    assert!(run().tokens.unwrap().counted() >= 100);
    assert_eq!(change(&house.newest("call.result"), "estimated"), (json!(false), json!(true)));
}

#[test]
fn absurd_numbers_fill_a_limit_and_break_nothing() {
    let house = House::new();
    house.model();
    limit(&house, limits::Subject::Org, "1", false);
    let spent = |input, output, source: &str| usage::NewUsage {
        connection: MODEL.to_owned(),
        user: Some("alice".to_owned()),
        team: None,
        agent: None,
        model: None,
        tokens: crate::model::usage::Tokens { input, output, ..Default::default() },
        source_id: Some(source.to_owned()),
        at: None,
    };
    assert!(usage::record(&house.carol(), &spent(u64::MAX, u64::MAX, "a")).unwrap().1);
    assert!(usage::record(&house.carol(), &spent(u64::MAX, 0, "b")).unwrap().1);
    assert!(!usage::record(&house.carol(), &spent(5, 0, "b")).unwrap().1, "the same source is booked once");
    assert_eq!(house.of("usage.record").len(), 2);
    assert!(matches!(denied(calls::call(&house.carol(), &chat().for_user("alice"))), DenyReason::TokenLimit(_)));
    assert_eq!(limits::report(&house.carol(), &Default::default()).unwrap().lines.len(), 1);
}

#[test]
fn the_report_shows_the_default_for_those_it_speaks_for() {
    let house = House::new();
    house.model();
    limit(&house, limits::Subject::Org, "1", false);
    limit(&house, limits::Subject::Team("sales".to_owned()), "2", false);
    house.provider.set(|settings| settings.usage = Some((100, 0)));
    done(calls::call(&house.carol(), &chat().for_user("alice")));
    done(calls::call(&house.carol(), &chat().for_user("bob")));
    done(calls::call(&house.carol(), &chat()));
    let lines = limits::report(&house.carol(), &Default::default()).unwrap().lines;
    let mut shown: Vec<_> =
        lines.iter().map(|line| (line.standing.level, line.standing.subject.as_deref(), line.standing.used)).collect();
    shown.sort();
    assert_eq!(
        shown,
        [(Level::Team, Some("sales"), 100), (Level::Org, Some("agent:desk"), 100), (Level::Org, Some("bob"), 100)]
    );
    let only = limits::ReportQuery { user: Some("bob".to_owned()), ..Default::default() };
    assert_eq!(limits::report(&house.carol(), &only).unwrap().lines.len(), 1);
}
