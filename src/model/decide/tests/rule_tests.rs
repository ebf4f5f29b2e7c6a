//! Request rules: what they see of a request, in every spelling and place, and what is done where it cannot be read.
use super::*;
use crate::model::redact::Detector;
use crate::model::service::BodyEncoding;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Row 100: whatever the provider calls it.
#[test]
fn the_provider_neutral_fields_are_found_under_every_name() {
    let over = || {
        vec![rule(
            "much",
            json!({"body": [{"path": "maxOutputTokens", "op": "gt", "value": 9999}]}),
            "require_approval",
        )]
    };
    for name in ["max_tokens", "maxOutputTokens", "max_output_tokens", "max_completion_tokens"] {
        let body = |most: u64| json!({"model": "m", "messages": [], "generationConfig": {name: most}, name: most});
        let ai = |most: u64| facts("desk", "alice", "ai").raw("POST", "/v1/messages").body(body(most)).rules(over());
        assert_eq!(ai(20_000).decided(), "needs-approval(rule:much)", "{name}");
        assert_eq!(ai(9_999).decided(), "allow", "{name}");
    }
    let to = |body: Value| post(body).rules(vec![outside()]).decided();
    for body in [
        json!({"to": "x@gmail.com"}),
        json!({"to": "a@corp.com, x@gmail.com"}),
        json!({"cc": ["a@corp.com", "x@gmail.com"]}),
        json!({"message": {"toRecipients": [{"emailAddress": {"name": "X", "address": "x@gmail.com"}}]}}),
        json!({"attendees": [{"email": "x@gmail.com"}]}),
    ] {
        assert_eq!(to(body.clone()), "needs-approval(rule:outside)", "{body}");
    }
    assert_eq!(to(json!({"to": ["a@CORP.com"]})), "allow");
}

/// However an address is written, and whatever stands around it.
#[test]
fn no_spelling_of_a_recipient_hides_it() {
    let list = |op: &str| json!({"body": [{"path": "recipients", "op": op, "value": ["boss@evil.com", "@bad.com"]}]});
    let corp = |action: &str, op: &str| {
        rule("r", json!({"body": [{"path": "recipients", "op": op, "value": ["@corp.com"]}]}), action)
    };
    let ask = |body: &Value| post(body.clone()).rules(vec![corp("require_approval", "not_in")]).decided();
    let deny = |body: &Value| post(body.clone()).rules(vec![rule("r", list("in"), "deny")]).decided();
    let allow = |body: &Value| post(body.clone()).mode(DefaultMode::Custom).rules(vec![corp("allow", "in")]).decided();
    for to in [
        json!("boss@evil.com;a@corp.com"),
        json!("boss@evil.com a@corp.com"),
        json!("boss@evil.com\na@corp.com"),
        json!("<boss@evil.com> a@corp.com"),
        json!("boss@evil.com\u{0}a@corp.com"),
        json!("a@corp.com,Boss <boss@evil.com>"),
        json!("Boss <boss@evil.com>"),
        json!("a@corp.com; mailto:boss@evil.com"),
        json!(" BOSS@evil.com "),
        json!("z@bad.com."),
        json!("z@bad.com (Z)"),
        json!("\"a b\"@bad.com"),
        json!("a@corp.com@bad.com"),
        json!([{"mail": "boss@evil.com"}]),
        json!({"boss@evil.com": "Boss"}),
        json!({"address": {"v": "boss@evil.com"}}),
        json!(["a@corp.com", {"mail": "boss@evil.com"}]),
    ] {
        let body = json!({ "to": to });
        assert_eq!(ask(&body), "needs-approval(rule:r)", "{body}");
        assert_eq!(deny(&body), "deny(rule:r)", "{body}");
        assert_ne!(allow(&body), "allow", "{body}");
    }
    for to in
        [json!("a@corp.com"), json!("Ann <a@CORP.com>; b@corp.com"), json!([{"email": "a@corp.com", "name": "x@y.z"}])]
    {
        let body = json!({ "to": to });
        assert_eq!(
            (ask(&body).as_str(), deny(&body).as_str(), allow(&body).as_str()),
            ("allow", "allow", "allow"),
            "{body}"
        );
    }
    assert_ne!(allow(&json!({"to": "a@corp.com", "cc": {"e": "x@evil.com"}})), "allow");
    // A chat's id is no address, and is meant as it stands.
    let chat = |id: Value| json!({"body": [{"path": "recipients", "op": "in", "value": [id]}]});
    assert_eq!(
        post(json!({"chat_id": "@news"})).rules(vec![rule("r", chat(json!("@news")), "deny")]).decided(),
        "deny(rule:r)"
    );
    assert_eq!(
        post(json!({"chat_id": 42})).rules(vec![rule("r", chat(json!("42")), "deny")]).decided(),
        "deny(rule:r)"
    );
    // A path of its own that is compared with addresses is read in the same way.
    let own = json!({"body": [{"path": "to.0", "op": "in", "value": ["@bad.com"]}]});
    assert_eq!(
        post(json!({"to": ["a@corp.com;z@bad.com"]})).rules(vec![rule("r", own, "deny")]).decided(),
        "deny(rule:r)"
    );
}

#[test]
fn a_neutral_field_in_the_query_is_seen_too() {
    let matches = json!({"body": [{"path": "recipients", "op": "in", "value": ["boss@evil.com"]}]});
    let with = |url: &str| {
        jr().raw("POST", url).step_up(StepUp::Never).rules(vec![rule("r", matches.clone(), "deny")]).decided()
    };
    assert_eq!(with("/rest/api/3/issue?to=boss%40evil.com"), "deny(rule:r)");
    assert_eq!(with("/rest/api/3/issue?cc=a@corp.com;boss@evil.com"), "deny(rule:r)");
    assert_eq!(with("/rest/api/3/issue?to=a@corp.com"), "allow");
    let model = json!({"body": [{"path": "model", "op": "eq", "value": "big"}]});
    let asked = jr().raw("POST", "/rest/api/3/issue?model=big").step_up(StepUp::Never);
    assert_eq!(asked.rules(vec![rule("r", model, "deny")]).decided(), "deny(rule:r)");
}

#[test]
fn a_query_that_can_be_read_in_two_ways_is_never_what_a_rule_allows() {
    let dry = json!({"methods": ["POST"], "queryPattern": "(^|&)dry_run=true(&|$)"});
    let with = |url: &str, action: &str| {
        let facts = jr().raw("POST", url).mode(DefaultMode::Custom);
        facts.rules(vec![rule("r", dry.clone(), action)]).decided()
    };
    assert_eq!(with("/rest/api/3/issue?dry_run=true&x=1", "allow"), "allow");
    for query in [
        "q=x%26dry_run%3Dtrue",
        "q%26dry_run=true%26x",
        "%26dry_run=true",
        "dry_run=true&dry_run=false",
        "a%3Ddry_run=true&dry_run=true",
    ] {
        assert_ne!(with(&format!("/rest/api/3/issue?{query}"), "allow"), "allow", "{query}");
    }
    assert_eq!(with("/rest/api/3/issue?dry_run=true&dry_run=false", "deny"), "deny(rule:r)");
}

#[test]
fn lists_in_lists_are_looked_into_and_an_item_without_the_field_is_not_allowed() {
    let gt = json!({"body": [{"path": "amount", "op": "gt", "value": 100}]});
    for body in [json!({"amount": [[1000]]}), json!([[{"amount": 1000}]]), json!({"amount": {"value": 1000}})] {
        assert_eq!(post(body.clone()).rules(vec![rule("r", gt.clone(), "deny")]).decided(), "deny(rule:r)", "{body}");
    }
    let project = json!({"body": [{"path": "project", "op": "in", "value": ["OPS"]}]});
    let allow =
        |body: Value| post(body).mode(DefaultMode::Custom).rules(vec![rule("r", project.clone(), "allow")]).decided();
    assert_eq!(allow(json!([{"project": "OPS"}, {"project": "OPS"}])), "allow");
    assert_ne!(allow(json!([{"project": "OPS"}, {"name": "X"}])), "allow");
}

#[test]
fn a_missing_field_makes_neq_and_not_in_false_and_an_allow_wants_every_value() {
    let one = |op: &str, value: Value| json!({"body": [{"path": "labels", "op": op, "value": value}]});
    let with = |body: Value, matches: Value, action: &str| post(body).rules(vec![rule("r", matches, action)]).decided();
    assert_eq!(with(json!({}), one("neq", json!("a")), "deny"), "allow");
    assert_eq!(with(json!({}), one("not_in", json!(["a"])), "deny"), "allow");
    assert_eq!(with(json!({"labels": ["a", "b"]}), one("eq", json!("b")), "deny"), "deny(rule:r)");
    let allow = |body: Value, matches: Value| {
        post(body).mode(DefaultMode::ReadOnly).rules(vec![rule("r", matches, "allow")]).decided()
    };
    assert_eq!(allow(json!({"labels": ["a", "b"]}), one("in", json!(["a", "b"]))), "allow");
    assert_eq!(allow(json!({"labels": ["a", "x"]}), one("in", json!(["a", "b"]))), "deny(mode_read_only)");
    assert_eq!(allow(json!({}), one("in", json!(["a"]))), "deny(mode_read_only)");
}

#[test]
fn every_operator_does_what_its_name_says() {
    for (op, value, yes, no) in [
        ("eq", json!("OPS"), json!("OPS"), json!("ops")),
        ("eq", json!(2), json!("2"), json!("3")),
        ("neq", json!("a"), json!("b"), json!("a")),
        ("in", json!(["a", 1]), json!("1"), json!("c")),
        ("not_in", json!(["a"]), json!("b"), json!("a")),
        ("contains", json!("secret"), json!("a secret b"), json!("none")),
        ("matches", json!("^OPS-[0-9]+$"), json!("OPS-17"), json!("OPS-x")),
        ("exists", json!(true), json!(0), Value::Null),
        ("gt", json!(10), json!(11), json!(10)),
        ("gt", json!(10), json!("11"), json!("x")),
        ("lt", json!(10), json!(9), json!(10)),
    ] {
        let body = |found: &Value| if found.is_null() { json!({}) } else { json!({"f": {"x": found}}) };
        let matches = json!({"body": [{"path": "f.x", "op": op, "value": value}]});
        let decided = |found: &Value| post(body(found)).rules(vec![rule("r", matches.clone(), "deny")]).decided();
        assert_eq!(
            (decided(&yes).as_str(), decided(&no).as_str()),
            ("deny(rule:r)", "allow"),
            "{op} {value} {yes} {no}"
        );
    }
}

#[test]
fn rules_see_the_address_and_the_query() {
    let with = |url: &str, matches: Value| jr().raw("GET", url).rules(vec![rule("r", matches, "deny")]).decided();
    let denied = "deny(rule:r)";
    assert_eq!(with("/rest/api/3/issue/X-1", json!({"urlPattern": "^/rest/api/3/issue/"})), denied);
    assert_eq!(with("/rest//api/3/issue/X-1", json!({"urlPattern": "^/rest/api/3/issue/"})), denied);
    assert_eq!(with("/rest/api/3/%69ssue/X-1", json!({"urlPattern": "/issue/"})), denied);
    assert_eq!(with("/rest/api/3/search", json!({"urlPattern": "/issue/"})), "allow");
    assert_eq!(with("/rest/api/3/search?x=1&y=2", json!({"queryPattern": "y=2"})), denied);
    assert_eq!(with("/rest/api/3/search?%79=%32", json!({"queryPattern": "^y=2$"})), denied);
    // A combining stroke makes one sign of itself and the sign before it, but not across a delimiter.
    assert_eq!(with("/rest/api/3/search?force=%CC%B8true", json!({"queryPattern": "force="})), denied);
    assert_eq!(with("/rest/api/3/search?force=%CC%B8true", json!({"queryPattern": "^force=.?true$"})), denied);
    assert_eq!(with("/rest/api/3/search?y=2", json!({"body": [{"path": "query.y", "op": "eq", "value": 2}]})), denied);
    for host in ["^https://acme\\.atlassian\\.example/rest/", "^https:\\/\\/acme\\.atlassian\\.example\\/rest"] {
        assert_eq!(with("/rest/api/3/search", json!({ "urlPattern": host })), denied);
    }
    for (part, never) in [("urlPattern", "/admin\\?all=1"), ("urlPattern", "/a#b"), ("queryPattern", "^\\?a=1")] {
        let mut rules = Rules { request: vec![rule("r", json!({ part: never }), "deny")], ..Rules::default() };
        assert!(rules.check().is_err_and(|why| why.to_string().contains("can never match")), "{never}");
    }
    assert_eq!(with("/rest/api/3/search", json!({"methods": ["POST"]})), "allow");
    assert_eq!(with("/rest/api/3/search", json!({"kinds": ["read"]})), denied);
}

#[test]
fn a_redaction_is_what_is_shown_fingerprinted_and_sent() {
    let before = post(json!({"fields": {"text": "his number is 078-05-1120"}}));
    let after = before.clone().rules(vec![redacting("ssn", &[])]);
    let mapped = decide(&after).mapped.unwrap();
    let marked = json!({"fields": {"text": "his number is [redacted national id]"}});
    assert_eq!(mapped.request.request.body, StoredBody::Json(marked));
    assert_ne!(print_of(&after), print_of(&before));
    // What no marker can reach is shown to a person.
    for (url, body) in [
        ("/rest/api/3/issue", json!({"078-05-1120": 1})),
        ("/rest/api/3/issue?078-05-1120=q", json!({})),
        ("/rest/api/3/issue/078-05-1120", json!({})),
    ] {
        let found = jr().raw("POST", url).body(body).set("create_issue", Mode::Enabled).step_up(StepUp::Never);
        let decided = found.rules(vec![redacting("ssn", &[])]).decided();
        assert!(decided.starts_with("needs-approval("), "{url}: {decided}");
    }
    let in_query = jr().raw("GET", "/rest/api/3/search?q=is%20078-05-1120").rules(vec![redacting("ssn", &[])]);
    let mapped = decide(&in_query).mapped.unwrap();
    assert!(mapped.request.request.url.ends_with("?q=is%20%5Bredacted%20national%20id%5D"), "{mapped:?}");
    let packed = mail("bob@corp.com");
    let raw = URL_SAFE_NO_PAD.encode("To: bob@corp.com\r\n\r\nHis number is 078-05-1120");
    let packed = packed.function("send_email", json!({ "raw": raw })).rules(vec![redacting("ssn", &[])]);
    assert_eq!(packed.decided(), "needs-approval(rule:ssn)");
    let and_then = vec![redacting("ssn", &[]), rule("no", json!({"methods": ["POST"]}), "deny")];
    assert_eq!(post(json!({"text": "078-05-1120"})).rules(and_then).decided(), "deny(rule:no)", "it goes on");
    assert!(Detector::ALL.iter().all(|detector| !crate::model::redact::finds(&detector.marker(), &[])));
}

/// A body of a type that is not taken apart.
fn post_bytes() -> Facts {
    let bytes = StoredBody::Bytes(base64::engine::general_purpose::STANDARD.encode("to: eve@example.com"));
    post(json!(null)).with(|facts| {
        if let Operation::Raw { body, headers, .. } = &mut facts.operation {
            (*body, *headers) = (bytes, vec![("Content-Type".to_owned(), "text/plain".to_owned())]);
        }
    })
}

#[test]
fn a_body_that_cannot_be_read_passes_where_no_rule_would_look_into_it_and_nowhere_else() {
    let looks = json!({"body": [{"path": "recipients", "op": "matches", "value": "evil"}]});
    let unread = |rules: Vec<RequestRule>| {
        let reason = post_bytes().rules(rules).reason();
        assert!(matches!(&reason, DenyReason::BadRequest(why) if why.contains("cannot be read")), "{reason:?}");
    };
    assert_eq!(post_bytes().decided(), "allow");
    for action in ["deny", "require_approval"] {
        unread(vec![rule("looks", looks.clone(), action)]);
        unread(vec![rule("looks", json!({"body": [{"path": "x", "op": "exists", "value": false}]}), action)]);
        // What cannot fit for another reason looks at nothing.
        for other in [json!({"methods": ["GET"]}), json!({"urlPattern": "/elsewhere"})] {
            let mut matches = looks.clone();
            matches.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
            assert_eq!(post_bytes().rules(vec![rule("looks", matches, action)]).decided(), "allow");
        }
    }
    unread(vec![redacting("clean", &[])]);
    unread(vec![redacting("clean", &["text"])]);
    // A file that the function is there to carry is as unread as any other.
    let carried = post_bytes().with(|facts| {
        target(facts).service.functions.iter_mut().for_each(|function| function.body = BodyEncoding::Raw);
    });
    assert_eq!(carried.clone().decided(), "allow");
    for rules in [vec![redacting("clean", &[])], vec![rule("looks", looks.clone(), "deny")]] {
        assert_eq!(carried.clone().rules(rules).decided(), "deny(bad_request)");
    }
    assert_eq!(post_bytes().rules(vec![redacting("clean", &["query.q"])]).decided(), "allow");
    // Nothing is allowed for what nobody has read, and an earlier rule still speaks first.
    let allows = rule("allows", json!({"body": [{"path": "x", "op": "exists", "value": false}]}), "allow");
    let facts = post_bytes().rules(vec![allows]).policy(|policy| policy.default_mode = DefaultMode::Custom);
    assert_eq!(facts.decided(), "deny(mode_custom_unmatched)");
    let first = vec![rule("first", json!({"methods": ["POST"]}), "allow"), rule("looks", looks, "deny")];
    assert_eq!(post_bytes().rules(first).decided(), "allow");
    let asked = post_bytes().rules(vec![rule("asks", json!({"methods": ["POST"]}), "require_approval")]);
    assert_eq!(asked.decided(), "needs-approval(rule:asks)");
}

#[test]
fn a_target_that_can_be_read_says_nothing_about_a_body_that_cannot() {
    let facts = tg().raw("POST", "/sendMessage?chat_id=1").chats(&["1"]);
    assert_eq!(facts.clone().decided(), "allow");
    let facts = facts.with(|facts| {
        if let Operation::Raw { body, headers, .. } = &mut facts.operation {
            *body = StoredBody::Bytes(base64::engine::general_purpose::STANDARD.encode("chat_id=2"));
            *headers = vec![("content-type".to_owned(), "text/plain".to_owned())];
        }
    });
    assert_eq!(facts.decided(), "deny(constraint_unreadable)");
}

#[test]
fn an_allow_rule_replaces_mode_and_step_up_only() {
    let allow = || vec![rule("yes", json!({}), "allow")];
    let base = || create().rules(allow());
    assert_eq!(base().mode(DefaultMode::ReadOnly).step_up(StepUp::Always).decided(), "allow");
    assert_eq!(base().mode(DefaultMode::Custom).decided(), "allow");
    assert_eq!(base().set("create_issue", Mode::Disabled).decided(), "deny(function_disabled)");
    assert_eq!(base().setting("create_issue", Mode::Confirm).decided(), "needs-approval(function_confirmation)");
    assert_eq!(base().policy(|p| p.allowlists.clear()).decided(), "deny(allowlist_empty)");
    assert_eq!(base().policy(|p| p.rate_limits = Some(rate(0))).decided(), "deny(rate_limited)");
    let asks = create().mode(DefaultMode::Custom).step_up(StepUp::Never);
    assert_eq!(asks.clone().decided(), "deny(mode_custom_unmatched)");
    assert_eq!(asks.rules(vec![rule("ask", json!({}), "require_approval")]).decided(), "needs-approval(rule:ask)");
}
