//! Changes to people, policies and modes, and what they leave in the audit.
use super::*;

#[test]
fn every_change_has_a_row_that_says_what_was_and_what_is() {
    let house = House::new();
    house.model();
    let carol = house.carol();
    connections::rename(&carol, MODEL, "Model two").unwrap();
    assert_eq!(change(&house.newest("connection.rename"), "label"), (json!(MODEL), json!("Model two")));
    connections::rename(&carol, "Model two", MODEL).unwrap();
    agents::set_status(&carol, "desk", AgentStatus::Disabled).unwrap();
    assert_eq!(change(&house.newest("agent.edit"), "status"), (json!("active"), json!("disabled")));
    people::set_user_status(&carol, "bob", UserStatus::Disabled).unwrap();
    assert_eq!(change(&house.newest("user.edit"), "status"), (json!("active"), json!("disabled")));
    people::set_membership(&carol, "sales", "alice", false).unwrap();
    assert_eq!(change(&house.newest("team.remove-member"), "alice"), (json!(true), json!(false)));
    house.policy(MODEL, DefaultMode::ReadWrite, StepUp::Never);
    let row = house.newest("policy.set");
    assert_eq!(change(&row, "defaultMode"), (json!("read_only"), json!("read_write")));
    assert_eq!(change(&row, "stepUpApproval"), (json!("risk_based"), json!("never")));
    limit(&house, limits::Subject::Org, "1.5", false);
    limit(&house, limits::Subject::Org, "2", false);
    assert_eq!(change(&house.newest("limit.set"), "daily"), (json!("1.5"), json!("2")));
    limits::unset(&carol, MODEL, &limits::Subject::Org).unwrap();
    assert_eq!(change(&house.newest("limit.unset"), "daily"), (json!("2"), Value::Null));
    assignments::unassign(&carol, MODEL, "desk").unwrap();
    assert_eq!(change(&house.newest("policy.unassign"), "status"), (json!("active"), json!("revoked")));
    govern(&carol, "openai", Some(Mode::Disabled)).unwrap();
    assert_eq!(change(&house.newest("governance.set"), "mode"), (Value::Null, json!("disabled")));
    let app = apps::NewApp {
        provider: "https://id.example/".to_owned(),
        label: "default".to_owned(),
        client_id: "client".to_owned(),
        client_secret: Some(Secret::new("canary-client-secret".to_owned())),
        redirect: RedirectRule::default(),
    };
    apps::set(&carol, app).unwrap();
    assert_eq!(change(&house.newest("app.set"), "hasClientSecret"), (Value::Null, json!(true)));
    assert!(!format!("{:?}", house.rows()).contains("canary-client-secret"));
    assert!(house.rows().iter().all(|row| row.actor == "user:carol"));
}

#[test]
fn an_agent_changes_nothing_about_its_own_reins() {
    let house = House::new();
    house.model();
    let rows = house.rows().len();
    let agent = house.as_("agent:desk");
    assert_eq!(govern(&agent, "openai", None).unwrap_err().kind, Kind::AgentMayNot);
    assert_eq!(assignments::assign(&agent, MODEL, "desk", None).unwrap_err().kind, Kind::AgentMayNot);
    assert_eq!(assignments::unassign(&agent, MODEL, "desk").unwrap_err().kind, Kind::AgentMayNot);
    assert_eq!(limits::unset(&agent, MODEL, &limits::Subject::Org).unwrap_err().kind, Kind::AgentMayNot);
    assert_eq!(people::add_user(&agent, "eve", Role::Owner, None).unwrap_err().kind, Kind::AgentMayNot);
    assert_eq!(connections::rename(&agent, MODEL, "x").unwrap_err().kind, Kind::AgentMayNot);
    let key = Secret::new(API_KEY.to_owned());
    assert_eq!(connections::rotate(&agent, MODEL, key, false).unwrap_err().kind, Kind::AgentMayNot);
    let request = RevokeRequest::default();
    assert_eq!(connections::revoke(&agent, MODEL, &request).unwrap_err().kind, Kind::AgentMayNot);
    assert_eq!(house.rows().len(), rows);
}

#[test]
fn a_policy_that_comes_back_does_not_honour_what_the_old_one_was_promised() {
    let house = House::new();
    house.notes();
    let id = waiting(calls::call(&house.carol(), &write_note()));
    approvals::approve(&house.carol(), &id.to_string(), false, approvals::Answer::default()).unwrap();
    assignments::unassign(&house.carol(), NOTES, "desk").unwrap();
    assert_eq!(denied(calls::call(&house.carol(), &write_note().with(id))), DenyReason::NotAssigned);
    assignments::assign(&house.carol(), NOTES, "desk", None).unwrap();
    assert_eq!(denied(calls::call(&house.carol(), &write_note().with(id))), DenyReason::ModeReadOnly);
    house.policy(NOTES, DefaultMode::ReadWrite, StepUp::RiskBased);
    assert_eq!(denied(calls::call(&house.carol(), &write_note().with(id))), DenyReason::ApprovalMismatch);
}

#[test]
fn an_explanation_is_what_the_call_obeys_and_leaves_no_trace() {
    let house = House::new();
    house.notes();
    let rows = house.rows().len();
    for request in [read_notes(), write_note(), function(NOTES, "nothing", json!({}))] {
        let (_, evaluation) = calls::explain(&house.carol(), &request.asked, None).unwrap();
        let outcome = calls::call(&house.carol(), &request).unwrap();
        match (evaluation.decision, outcome) {
            (decide::Decision::Allow, CallOutcome::Done(_)) => {}
            (decide::Decision::NeedsApproval(said), CallOutcome::AwaitingApproval { reason, .. }) => {
                assert_eq!(said, reason);
            }
            (decide::Decision::Deny(said), CallOutcome::Denied { reason, .. }) => assert_eq!(said, *reason),
            (said, did) => panic!("{said:?} became {did:?}"),
        }
    }
    let calls = house.rows().len() - rows;
    assert_eq!(calls, 4, "an attempt and its result, a question, a refusal");
}

#[test]
fn a_credential_that_the_provider_echoes_is_masked_in_answer_and_store() {
    let house = House::new();
    house.model();
    let escaped = API_KEY.replace('-', "%2d");
    house.provider.fault(Fault {
        path: "/v1/models".to_owned(),
        status: 400,
        body: format!("you sent {API_KEY} or {escaped}"),
        content_type: format!("text/plain; key={API_KEY}"),
        ..Fault::default()
    });
    let finished = done(calls::call(&house.carol(), &function(MODEL, "list_models", json!({}))));
    let shown = format!("{} {:?}", String::from_utf8_lossy(&finished.result.body), finished.result.content_type);
    assert!(!shown.contains("0123456789abcdef"), "{shown}");
    let kept = house.plaintext();
    let times = kept.windows(API_KEY.len()).filter(|window| *window == API_KEY.as_bytes()).count();
    assert_eq!(times, 1, "the credential itself and nothing else");
}
