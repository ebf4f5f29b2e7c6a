//! What `policy lint` finds, and what it must not find.
use super::*;
use crate::model::policy::lint::{Oddity, lint};

fn found(mut facts: Facts) -> Vec<(Oddity, String)> {
    let target = target(&mut facts);
    let policy = target.policy.as_ref().unwrap();
    let mode = |function: &crate::model::service::Function| {
        target.overrides.get(&function.name).copied().unwrap_or(function.default_mode())
    };
    let findings = lint(policy, &target.connection, &target.service, mode);
    findings.into_iter().map(|finding| (finding.oddity, finding.detail)).collect()
}

fn found_in(rules: Vec<RequestRule>) -> Vec<Oddity> {
    let facts = jr().policy(|policy| policy.rules.request = rules);
    found(facts).into_iter().map(|(oddity, _)| oddity).collect()
}

#[test]
fn an_allow_that_looks_at_values_hides_no_restriction_behind_it() {
    let body = json!({"body": [{"path": "recipients", "op": "matches", "value": "@corp"}]});
    for matches in [body, json!({"queryPattern": "q=1"}), json!({"urlPattern": "^/rest"})] {
        let pair = |first: &str, second: &str| {
            found_in(vec![rule("a", matches.clone(), first), rule("b", matches.clone(), second)])
        };
        for second in ["deny", "require_approval"] {
            assert_eq!(pair("allow", second), [], "{matches} {second}");
            assert_eq!(pair("deny", second), [Oddity::UnreachableRule], "{matches} {second}");
        }
        assert_eq!(pair("allow", "allow"), [Oddity::UnreachableRule], "{matches}");
        assert_eq!(pair("deny", "allow"), [Oddity::UnreachableRule], "{matches}");
    }
    let under = |wide: &str, narrow: &str| {
        let about = |pattern: &str| json!({"urlPattern": pattern});
        found_in(vec![rule("a", about(wide), "deny"), rule("b", about(narrow), "require_approval")])
    };
    assert_eq!(under("^/rest", "^/rest/api/3/iss.*"), [Oddity::UnreachableRule]);
    for (wide, narrow) in
        [("^/rest/api/3", "^/rest"), ("^/rest.", "^/rest/api"), ("^/rest$", "^/rest/api"), ("^/rest", "/rest/a")]
    {
        assert_eq!(under(wide, narrow).iter().filter(|o| **o == Oddity::UnreachableRule).count(), 0, "{wide} {narrow}");
    }
    let plain = json!({"methods": ["DELETE"]});
    let both = vec![rule("a", plain.clone(), "allow"), rule("b", plain, "deny")];
    assert_eq!(found_in(both), [Oddity::UnreachableRule]);
}

#[test]
fn a_rule_about_what_the_service_has_not_is_dead() {
    for (matches, is_dead) in [
        (json!({"kinds": ["financial"]}), true),
        // An address that is no function may be of these kinds.
        (json!({"kinds": ["read", "write", "delete"]}), false),
        (json!({"urlPattern": "^/rest/api/3/nothing"}), true),
        (json!({"urlPattern": "^/rest/api/3/iss"}), false),
        (json!({"urlPattern": "^/rest/api/3/search$", "methods": ["DELETE"]}), true),
        (json!({"urlPattern": "^/rest/api/3/search$", "methods": ["HEAD"]}), false),
        (json!({"urlPattern": "^/rest/api/3/searc$"}), true),
        (json!({"urlPattern": "^/rest/api/3/issue/X-1$", "methods": ["DELETE", "PUT"]}), false),
    ] {
        let expected: &[Oddity] = if is_dead { &[Oddity::DeadPattern] } else { &[] };
        assert_eq!(found_in(vec![rule("a", matches.clone(), "deny")]), expected, "{matches}");
    }
}

#[test]
fn a_letter_of_more_than_one_byte_may_be_optional_too() {
    for pattern in ["^/ü?", "^/é*", "^/rest/ü{2}", "^/ü"] {
        // Nothing of jira's begins so but with the letter left out.
        let expected: &[Oddity] = if pattern == "^/ü" { &[Oddity::DeadPattern] } else { &[] };
        let found = found_in(vec![rule("a", json!({"urlPattern": pattern}), "deny")]);
        assert!(pattern.starts_with("^/rest") || found == expected, "{pattern}: {found:?}");
    }
    let dead = found_in(vec![rule("a", json!({"urlPattern": "^/no/such/ü?"}), "deny")]);
    assert_eq!(dead, [Oddity::DeadPattern]);
}

#[test]
fn an_allowlist_entry_for_what_the_service_has_not_is_dead() {
    for (methods, pattern, is_dead) in [
        (&["GET"][..], "/rest/api/3/search", false),
        (&["DELETE"], "/rest/api/3/search", true),
        (&["DELETE"], "/rest/api/3/issue/X-1", false),
        (&["GET"], "/rest/api/3/issue/{key}", true),
        (&["GET"], "/rest/api/3/issue/*", false),
        (&["GET"], "/elsewhere/**", true),
    ] {
        let dead = found(jr().allowlist(methods, &[pattern]));
        assert_eq!(dead.iter().any(|(oddity, _)| *oddity == Oddity::DeadPattern), is_dead, "{pattern}: {dead:?}");
    }
}

#[test]
fn a_write_that_nobody_is_asked_about_is_named() {
    let open = || jr().step_up(StepUp::Never);
    let names: Vec<String> = found(open()).into_iter().map(|(_, detail)| detail).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(names[0].starts_with("create_issue (write)") && names[1].starts_with("delete_issue (delete)"), "{names:?}");
    assert_eq!(found(jr()), []);
    let gated = open().set("create_issue", Mode::Confirm).policy(|policy| {
        policy.rules.request = vec![rule("a", json!({"kinds": ["delete"]}), "require_approval")];
    });
    assert_eq!(found(gated), []);
    // A rule about another address asks nobody about this one.
    let about = |pattern: &'static str| {
        let facts = open().policy(move |policy| {
            policy.rules.request = vec![rule("a", json!({"urlPattern": pattern}), "require_approval")];
        });
        found(facts).into_iter().filter(|(oddity, _)| *oddity == Oddity::UngatedWrite).count()
    };
    assert_eq!((about("^/rest/api/3/search"), about("^/rest/api/3/issue"), about("issue")), (2, 0, 0));
}

#[test]
fn a_constraint_that_the_service_cannot_keep_is_named() {
    let chats = |provider: &'static str| {
        move |policy: &mut Policy| {
            constraint::set(&mut policy.constraints, provider, ConstraintKind::Chat, vec!["1".to_owned()]);
        }
    };
    let oddities = |facts: Facts| found(facts).into_iter().map(|(oddity, _)| oddity).collect::<Vec<_>>();
    assert_eq!(oddities(facts("desk", "carol", "tg").policy(chats("telegram"))), []);
    assert_eq!(oddities(facts("desk", "carol", "sl").policy(chats("slack"))), [Oddity::UnmeetableConstraint]);
    assert_eq!(oddities(facts("desk", "carol", "sl").policy(chats("telegram"))), [Oddity::UnmeetableConstraint]);
}
