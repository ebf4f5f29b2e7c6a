//! A checkup finds what is wrong; and two who change things at once.
use super::*;

#[test]
fn a_checkup_finds_what_is_wrong_and_changes_nothing() {
    use crate::model::checkup::Finding;
    let house = House::new();
    assert_eq!(found(&house, "carol"), [Finding::NoRecoveryRecipient]);
    house.model();
    house.policy(MODEL, DefaultMode::ReadWrite, StepUp::Never);
    people::set_user_status(&house.carol(), "alice", UserStatus::Disabled).unwrap();
    let before = house.rows().len();
    house.later(-10);
    let findings = found(&house, "alice");
    assert!(
        matches!(
            &findings[..],
            [
                Finding::NoRecoveryRecipient,
                Finding::ClockBehind { .. },
                Finding::ActorInactive { .. },
                Finding::NoPurpose { .. },
                Finding::Untried { .. }
            ]
        ),
        "{findings:?}"
    );
    house.later(10);
    assert_eq!(house.rows().len(), before);
}

#[test]
fn a_shared_connection_whose_writes_nobody_is_asked_about_is_found() {
    use crate::model::checkup::Finding;
    let house = House::new();
    house.notes();
    let ungated = || found(&house, "carol").iter().any(|finding| matches!(finding, Finding::Ungated { .. }));
    house.policy(NOTES, DefaultMode::ReadWrite, StepUp::Never);
    assert!(!ungated(), "the catalogue still asks");
    govern(&house.carol(), "rest-api/http_delete", Some(Mode::Enabled)).unwrap();
    assert!(ungated());
    house.policy(NOTES, DefaultMode::ReadWrite, StepUp::RiskBased);
    assert!(!ungated());
}

#[test]
fn what_was_announced_is_what_is_removed_or_nothing_is() {
    let house = House::new();
    let (carol, bob) = (house.carol(), people::leaving(&house.carol(), "bob").unwrap());
    // Meanwhile another administrator hands him something.
    agents::edit(&carol, "desk", &agents::AgentChange { owner: Some("bob".to_owned()), ..Default::default() }).unwrap();
    assert_eq!(people::remove_user(&carol, &bob, None).unwrap_err().kind, Kind::ChangedMeanwhile);
    assert_eq!(agents::show(&carol, "desk").unwrap().agent.owner.as_deref(), Some("bob"));
    let bob = people::leaving(&carol, "bob").unwrap();
    assert_eq!(bob.agents, ["desk"]);
    people::remove_user(&carol, &bob, Some("alice")).unwrap();
    assert_eq!(agents::show(&carol, "desk").unwrap().agent.owner.as_deref(), Some("alice"));
    let team = people::team_leaving(&carol, "sales").unwrap();
    people::set_membership(&carol, "sales", "carol", true).unwrap();
    assert_eq!(people::remove_team(&carol, &team).unwrap_err().kind, Kind::ChangedMeanwhile);
    let desk = agents::leaving(&carol, "desk").unwrap();
    agents::remove(&carol, &desk).unwrap();
    assert!(matches!(agents::show(&carol, "desk").unwrap_err().kind, Kind::NotFound { .. }));
}

#[test]
fn two_who_change_different_things_about_one_record_both_keep_theirs() {
    let house = House::new();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let change = people::UserChange { role: Some(Role::Admin), os_user: None };
            people::edit_user(&house.carol(), "alice", &change).unwrap();
        });
        scope.spawn(|| {
            let change = people::UserChange { role: None, os_user: Some(Some("al".to_owned())) };
            people::edit_user(&house.carol(), "alice", &change).unwrap();
        });
    });
    let alice = people::show_user(&house.carol(), "alice").unwrap().user;
    assert_eq!((alice.role, alice.os_user.as_deref()), (Role::Admin, Some("al")));
}

#[test]
fn of_many_calls_at_once_only_as_many_pass_as_the_rate_allows() {
    let house = House::new();
    house.notes();
    let change = policies::PolicyChange { requests_per_hour: Some(Some(2)), ..policies::PolicyChange::default() };
    policies::set(&house.carol(), "desk", NOTES, &change, None).unwrap();
    let start = std::sync::Barrier::new(4);
    let outcomes: Vec<Result<CallOutcome>> = std::thread::scope(|scope| {
        let racers: Vec<_> = (0..4)
            .map(|_| {
                let (siesta, start) = (house.carol(), &start);
                scope.spawn(move || {
                    start.wait();
                    calls::call(&siesta, &read_notes())
                })
            })
            .collect();
        racers.into_iter().map(|racer| racer.join().unwrap()).collect()
    });
    let won = outcomes.iter().filter(|o| matches!(o, Ok(CallOutcome::Done(_)))).count();
    let limited = |o: &&Result<CallOutcome>| match o {
        Ok(CallOutcome::Denied { reason, .. }) => matches!(**reason, DenyReason::RateLimited { .. }),
        _ => false,
    };
    assert_eq!((won, outcomes.iter().filter(limited).count()), (2, 2), "{outcomes:?}");
    // A denied call does not count, and an hour later there is room again.
    house.later(61);
    assert!(matches!(calls::call(&house.carol(), &read_notes()), Ok(CallOutcome::Done(_))));
}

#[test]
fn of_two_who_looked_at_the_same_policy_one_is_told() {
    let house = House::new();
    house.notes();
    let rate = |limit| policies::PolicyChange { requests_per_hour: Some(Some(limit)), ..Default::default() };
    let (first, second) = (house.carol(), house.carol());
    let seen = policies::preview(&first, "desk", NOTES, &rate(1)).unwrap().version_before();
    assert_eq!(policies::preview(&second, "desk", NOTES, &rate(2)).unwrap().version_before(), seen);
    policies::set(&first, "desk", NOTES, &rate(1), Some(seen)).unwrap();
    let rows = house.rows().len();
    let refused = policies::set(&second, "desk", NOTES, &rate(2), Some(seen)).unwrap_err();
    assert_eq!(refused.kind, Kind::ChangedMeanwhile);
    assert_eq!(house.rows().len(), rows);
    let kept = policies::show(&house.carol(), "desk", NOTES).unwrap().policy;
    assert_eq!(kept.rate_limits.unwrap().max_requests_per_hour, Some(1));
}

#[test]
fn response_rules_reach_the_answer_and_what_is_kept_of_it() {
    let house = House::new();
    house.notes();
    let rules = json!({"response": [{"label": "ids only", "allowFields": ["notes.id"]}]});
    let change = policies::PolicyChange { rules: Some(serde_json::from_value(rules).unwrap()), ..Default::default() };
    policies::set(&house.carol(), "desk", NOTES, &change, None).unwrap();
    house.provider.fault(Fault {
        path: "/api/notes".to_owned(),
        status: 200,
        body: r#"{"notes":[{"id":1,"text":"private"}],"total":1}"#.to_owned(),
        content_type: "application/json".to_owned(),
        ..Fault::default()
    });
    let done = done(calls::call(&house.carol(), &read_notes()));
    assert_eq!(String::from_utf8(done.result.body.clone()).unwrap(), r#"{"notes":[{"id":1}]}"#);
    let kept = house.execution(done.execution).result.unwrap();
    assert_eq!(kept.body, done.result.body);
}

/// Row 98: what is refused leaves no policy behind.
#[test]
fn a_preset_without_a_meaning_makes_no_policy() {
    let house = House::new();
    house.notes();
    let change = policies::PolicyChange { preset: Some(crate::model::policy::Preset::Strict), ..Default::default() };
    assignments::unassign(&house.carol(), NOTES, "desk").unwrap();
    let rows = house.rows().len();
    assert!(policies::set(&house.carol(), "desk", NOTES, &change, None).is_err());
    assert_eq!((assignments::list(&house.carol()).unwrap().len(), house.rows().len()), (0, rows));
}
