//! An explanation names every rule once and says what came of it.
use super::*;

fn outcomes(facts: &Facts) -> Vec<(Rule, StepOutcome)> {
    decide(facts).steps.iter().map(|step| (step.rule, step.outcome)).collect()
}

#[test]
fn an_explanation_names_every_rule_once_in_order() {
    let unknown = facts("desk", "carol", "rest").function("list_refunds", json!({}));
    let foreign = jr().raw("GET", "https://evil.example/");
    for facts in
        [jr(), create(), unknown, foreign, facts("ghost", "carol", "jr"), create().approved(ApprovalStatus::Approved)]
    {
        let rules: Vec<Rule> = outcomes(&facts).into_iter().map(|(rule, _)| rule).collect();
        assert_eq!(rules, Rule::ALL, "{}", facts.decided());
    }
}

#[test]
fn an_explanation_says_pass_ask_deny_and_not_reached() {
    let of = |facts: &Facts, rule: Rule| outcomes(facts).into_iter().find(|(r, _)| *r == rule).unwrap().1;
    let asked = create().set("create_issue", Mode::Confirm).policy(|p| p.allowlists.clear());
    assert_eq!(of(&asked, Rule::R8a), StepOutcome::Pass);
    assert_eq!(of(&asked, Rule::R10), StepOutcome::Ask);
    assert_eq!(of(&asked, Rule::R15), StepOutcome::Deny);
    assert_eq!(of(&asked, Rule::R19), StepOutcome::NotReached);
    assert_eq!(of(&asked, Rule::R25), StepOutcome::NotReached);
    assert_eq!(of(&create(), Rule::R20), StepOutcome::Ask);
    assert_eq!(of(&create(), Rule::R24), StepOutcome::Ask);
    assert_eq!(of(&create().approved(ApprovalStatus::Approved), Rule::R25), StepOutcome::Pass);
    assert_eq!(of(&create().approved(ApprovalStatus::Pending), Rule::R25), StepOutcome::Ask);
    let unknown = facts("desk", "carol", "rest").function("list_refunds", json!({}));
    assert_eq!((of(&unknown, Rule::R7), of(&unknown, Rule::R9)), (StepOutcome::Pass, StepOutcome::Deny));
    assert!(decide(&asked).asked.is_some(), "that a person was wanted is known although it was denied");
}
