//! The cases about policies: windows, rates, constraints, rules, tokens handed out, presets.
//!
//! Rows of the decision cases that no pure function can show are elsewhere: 20, 54, 61, 64, 65, 94 and 95 in
//! `ops/tests.rs`, 73 in `model/policy/response.rs`, 78 to 87 in `model/limit.rs`, 98 in both.
use super::*;
use crate::model::facts::Vendable;
use crate::model::policy::rule::{RequestRule, Rules};
use crate::model::policy::{Preset, RateLimits, preset};
use crate::model::redact::Detector;
use crate::model::service::BodyEncoding;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::ToSpan;

pub(super) fn rule(label: &str, matches: Value, action: &str) -> RequestRule {
    serde_json::from_value(json!({"label": label, "match": matches, "action": action})).unwrap()
}

pub(super) fn rate(limit: u64) -> RateLimits {
    RateLimits { max_requests_per_hour: Some(limit), ..RateLimits::default() }
}

fn redacting(label: &str, fields: &[&str]) -> RequestRule {
    serde_json::from_value(json!({
        "label": label, "match": {}, "action": "redact", "redact": ["national_id"], "fields": fields,
    }))
    .unwrap()
}

impl Facts {
    fn rules(self, rules: Vec<RequestRule>) -> Facts {
        self.policy(|policy| policy.rules.request = rules)
    }

    fn windows(self, text: &str) -> Facts {
        let windows = text.split(';').flat_map(|one| window::parse(one).unwrap()).collect();
        self.policy(|policy| policy.time_windows = windows)
    }

    fn at(self, instant: &str) -> Facts {
        self.with(|facts| facts.at = instant.parse().unwrap())
    }

    fn chats(self, ids: &[&str]) -> Facts {
        let ids = ids.iter().map(|id| (*id).to_owned()).collect();
        self.policy(|policy| constraint::set(&mut policy.constraints, "telegram", ConstraintKind::Chat, ids))
    }

    fn admitted(mut self, minutes_ago: &[i64]) -> Facts {
        let at = self.at;
        target(&mut self).admitted = minutes_ago.iter().map(|ago| at - ago.minutes()).collect();
        self
    }

    fn vend(self, lives: i64) -> Facts {
        self.step_up(StepUp::Never).policy(|p| p.allowed_models = vec![Flow::Vend]).with(|facts| {
            facts.flow = Flow::Vend;
            facts.operation = Operation::Token;
            let expires_at = Some(facts.at + lives.seconds());
            target(facts).vendable = Some(Vendable { expires_at });
        })
    }

    fn reason(&self) -> DenyReason {
        match decide(self).decision {
            Decision::Deny(reason) => reason,
            other => panic!("{other:?}"),
        }
    }
}

fn tg() -> Facts {
    facts("desk", "carol", "tg").step_up(StepUp::Never)
}

fn post(body: Value) -> Facts {
    jr().raw("POST", "/rest/api/3/issue").body(body).step_up(StepUp::Never)
}

fn mail(to: &str) -> Facts {
    let raw = URL_SAFE_NO_PAD.encode(format!("To: {to}\r\nSubject: Hi\r\n\r\nHello\r\n"));
    send().function("send_email", json!({ "raw": raw })).step_up(StepUp::Never)
}

fn outside() -> RequestRule {
    let condition = json!({"path": "recipients", "op": "not_in", "value": ["@corp.com"]});
    rule("outside", json!({"body": [condition]}), "require_approval")
}

#[test]
fn every_case_about_a_policy_is_decided_as_it_says() {
    let office = "mon 09:00-17:00 UTC";
    let monday = "2026-11-23T16:59:00Z";
    let to_two = |method: &str| tg().raw(method, "/sendMessage").body(json!({"chat_id": 2})).chats(&["1"]);
    let ops = json!({"body": [{"path": "body.fields.project.key", "op": "in", "value": ["OPS"]}]});
    let ssn = json!({"fields": {"text": "his number is 078-05-1120"}});
    let gm = || facts("mailer", "alice", "gm");
    let blocked = |f: &mut Facts| target(f).blocked = vec![("https://api.example.com".to_owned(), "no".to_owned())];
    let cases: Vec<(&str, Facts, &str)> = vec![
        ("25", to_two("POST"), "deny(constraint)"),
        ("26", tg().raw("POST", "/sendMessage?chat_id=2").chats(&["1"]), "deny(constraint)"),
        ("32", post(json!({})).rules(vec![rule("no", json!({"methods": ["POST"]}), "deny")]), "deny(rule:no)"),
        (
            "33",
            post(json!({})).rules(vec![
                rule("yes", json!({"methods": ["POST"]}), "allow"),
                rule("no", json!({"methods": ["POST"]}), "deny"),
            ]),
            "allow",
        ),
        (
            "34",
            post(json!({"fields": {"project": {"key": "OPS"}}})).step_up(StepUp::Always).rules(vec![rule(
                "ops",
                ops.clone(),
                "allow",
            )]),
            "allow",
        ),
        (
            "34, another project",
            post(json!({"fields": {"project": {"key": "HR"}}}))
                .step_up(StepUp::Always)
                .rules(vec![rule("ops", ops, "allow")]),
            "needs-approval(step_up_always)",
        ),
        ("42", facts("desk", "carol", "rest").with(blocked).function("get_orders", json!({})), "deny(ssrf_blocked)"),
        ("45", jr().windows(office).at(monday), "allow"),
        ("46", jr().windows(office).at("2026-11-23T17:00:00Z"), "deny(outside_time_window)"),
        ("49", jr().windows("sun 00:00-01:00 UTC;mon 16:00-17:00 UTC").at(monday), "allow"),
        ("50", jr().policy(|p| p.rate_limits = Some(rate(2))).admitted(&[50, 10]), "deny(rate_limited)"),
        ("51", jr().policy(|p| p.rate_limits = Some(rate(2))).admitted(&[61, 21]), "allow"),
        ("52", jr().policy(|p| p.rate_limits = Some(rate(2))).admitted(&[]), "allow"),
        ("66", gm().vend(7200), "allow"),
        ("67", gm().vend(900), "allow"),
        ("69", gm().vend(900).policy(|p| p.allowed_models = vec![Flow::Broker]), "deny(flow_not_allowed)"),
        ("69, a key", gm().vend(900).with(|f| target(f).vendable = None), "deny(flow_not_allowed)"),
        ("71", post(ssn.clone()).rules(vec![redacting("ssn", &["text"])]), "allow"),
        ("72", post(ssn).rules(vec![redacting("ssn", &["body"])]), "needs-approval(rule:ssn)"),
        ("96", mail("x@gmail.com").rules(vec![outside()]), "needs-approval(rule:outside)"),
        ("96, inside", mail("bob@corp.com").rules(vec![outside()]), "allow"),
        ("96, a second one", mail("bob@corp.com, x@gmail.com").rules(vec![outside()]), "needs-approval(rule:outside)"),
        (
            "103",
            gm().vend(900).step_up(StepUp::RiskBased).with(|f| {
                target(f).connection.granted_scopes = vec!["gmail.modify".to_owned()];
            }),
            "deny(vend_unenforceable)",
        ),
        ("105", gm().vend(900).step_up(StepUp::Always), "needs-approval(step_up_always)"),
    ];
    for (row, facts, expected) in &cases {
        assert_eq!(facts.decided(), *expected, "row {row}");
    }
    let lifetimes = |facts: Facts| decide(&facts).vend.unwrap();
    assert_eq!(lifetimes(gm().vend(7200)), Vend { expires_in: Some(3600), provider_expires_in: Some(7200) }, "row 66");
    assert_eq!(lifetimes(gm().vend(900)), Vend { expires_in: Some(900), provider_expires_in: Some(900) }, "row 67");
    let limited = jr().policy(|p| p.rate_limits = Some(rate(2))).admitted(&[50, 10]).reason();
    let key = gm().vend(900).with(|f| target(f).vendable = None);
    assert_eq!(key.reason(), DenyReason::NotVendable, "row 69, a key");
    assert_eq!(key.policy(|p| p.allowed_models = vec![Flow::Broker]).reason(), DenyReason::NotVendable, "and no flow");
    assert_eq!(limited, DenyReason::RateLimited { limit: 2, retry_after: 600 }, "row 50");
    let hinted = jr().raw("POST", "/rest/api/3/search").step_up(StepUp::Never).allowlist(&["GET"], &["/rest/**"]);
    let hinted = hinted.set("search", Mode::Enabled).set("create_issue", Mode::Enabled);
    match hinted.raw("POST", "/rest/api/3/issue").reason() {
        DenyReason::AllowlistMiss { nearest: Some(_), methods } => assert_eq!(methods, ["GET"], "row 40"),
        other => panic!("{other:?}"),
    }
}

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

#[test]
fn a_target_is_found_wherever_it_stands_and_refused_where_it_cannot_be_read() {
    let send = |body: Value| tg().raw("POST", "/sendMessage").body(body).chats(&["1", "-100123"]).decided();
    assert_eq!(send(json!({"chat_id": 1, "text": "x"})), "allow");
    assert_eq!(send(json!({"chat_id": "-100123"})), "allow");
    assert_eq!(send(json!({"chat_id": "@everybody"})), "deny(constraint)");
    assert_eq!(send(json!({"text": "x"})), "deny(constraint_unreadable)");
    assert_eq!(send(json!({"reply": {"chat_id": 2}, "chat_id": 1})), "deny(constraint)");
    let both = |from: u64| {
        tg().function("forward_message", json!({"chat_id": 1, "from_chat_id": from, "message_id": 3})).chats(&["1"])
    };
    assert_eq!(both(1).decided(), "allow");
    assert_eq!(both(2).decided(), "deny(constraint)");
    for (form, expected) in [("1", "allow"), ("2", "deny(constraint)")] {
        let body = StoredBody::Form(vec![("chat_id".to_owned(), form.to_owned())]);
        let facts = tg().raw("POST", "/sendMessage").chats(&["1"]).with(|f| match &mut f.operation {
            Operation::Raw { body: there, .. } => *there = body,
            _ => panic!(),
        });
        assert_eq!(facts.decided(), expected);
    }
    assert_eq!(tg().raw("POST", "/getUpdates").chats(&["1"]).decided(), "allow", "its answer is filtered");
    assert_eq!(tg().raw("POST", "/getMe").chats(&["1"]).decided(), "allow", "the bot's own data");
    let unmapped = tg().raw("POST", "/pinEverything").chats(&["1"]);
    assert_eq!(unmapped.decided(), "deny(constraint_unreadable)");
}

#[test]
fn a_folder_is_kept_to_where_the_request_says_it_and_nowhere_else() {
    let ids = || vec!["F1".to_owned(), "F2".to_owned()];
    let drive = || {
        let limited = facts("desk", "carol", "dr").step_up(StepUp::Never);
        limited.policy(|policy| constraint::set(&mut policy.constraints, "google", ConstraintKind::Folder, ids()))
    };
    let call = |function: &str, arguments: Value| drive().function(function, arguments).decided();
    let (outside, unreadable) = ("deny(constraint)", "deny(constraint_unreadable)");
    for (function, arguments, decided) in [
        ("create_file", json!({"name": "a", "parents": ["F1"]}), "allow"),
        ("create_file", json!({"name": "a", "parents": ["F1", "F3"]}), outside),
        // Without a folder it is made in the account's own root.
        ("create_file", json!({"name": "a"}), unreadable),
        ("create_file", json!({"name": "a", "parents": []}), unreadable),
        ("search_files", json!({"q": "'F3' in parents"}), "allow"),
        // Only Google knows where a file lies.
        ("get_file_metadata", json!({"fileId": "x"}), unreadable),
        ("download_file", json!({"fileId": "x"}), unreadable),
        ("update_file", json!({"fileId": "x", "addParents": "F1"}), unreadable),
        ("copy_file", json!({"fileId": "x", "parents": ["F1"]}), unreadable),
        ("delete_file", json!({"fileId": "x"}), unreadable),
        // The folder itself is on the list.
        ("get_file_metadata", json!({"fileId": "F2"}), "allow"),
        ("list_permissions", json!({"fileId": "F1"}), "allow"),
        ("update_file", json!({"fileId": "F1", "addParents": "F2,F3"}), outside),
    ] {
        assert_eq!(call(function, arguments.clone()), decided, "{function} {arguments}");
    }
    // A name in a place that Google does not read is no folder.
    for url in ["/drive/v3/files?parents=F1", "/upload/drive/v3/files?uploadType=media&parents=F1"] {
        assert_eq!(drive().raw("POST", url).body(json!({"name": "a"})).decided(), unreadable, "{url}");
    }
    let nested = json!({"name": "a", "properties": {"parents": ["F1"]}});
    assert_eq!(drive().raw("POST", "/drive/v3/files").body(nested).decided(), unreadable);
    assert_eq!(drive().raw("GET", "/drive/v3/about").decided(), unreadable);
}

#[test]
fn a_function_that_has_no_place_for_its_target_cannot_name_it_elsewhere() {
    let ids = || vec!["19:a@thread.v2".to_owned()];
    let teams = facts("desk", "carol", "mt").step_up(StepUp::Never);
    let teams =
        teams.policy(|policy| constraint::set(&mut policy.constraints, "microsoft", ConstraintKind::Chat, ids()));
    let create = teams.raw("POST", "/v1.0/chats?chatId=19:a@thread.v2").body(json!({"chatType": "group"}));
    assert_eq!(create.decided(), "deny(constraint_unreadable)");
}

#[test]
fn a_trusted_target_waives_what_asked_about_the_risk_and_nothing_else() {
    let send = || tg().raw("POST", "/sendMessage").body(json!({"chat_id": 1})).chats(&["1"]);
    let ask = vec![rule("ask", json!({}), "require_approval")];
    assert_eq!(send().step_up(StepUp::RiskBased).decided(), "allow");
    assert_eq!(send().rules(ask.clone()).decided(), "allow");
    assert_eq!(send().step_up(StepUp::Always).decided(), "needs-approval(step_up_always)");
    assert_eq!(send().set("send_message", Mode::Confirm).decided(), "needs-approval(function_confirmation)");
    assert_eq!(send().rules(vec![rule("no", json!({}), "deny")]).decided(), "deny(rule:no)");
    assert_eq!(send().mode(DefaultMode::ReadOnly).decided(), "deny(mode_read_only)");
    let untrusted = tg().raw("POST", "/sendMessage").body(json!({"chat_id": 1})).rules(ask);
    assert_eq!(untrusted.decided(), "needs-approval(rule:ask)");
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

#[test]
fn a_payload_has_a_size_and_a_policy_a_cap() {
    let capped = |cap: u64| {
        post(json!({"text": "0123456789"})).policy(|p| {
            p.rate_limits = Some(RateLimits { max_payload_size_bytes: Some(cap), ..RateLimits::default() });
        })
    };
    assert_eq!(capped(21).decided(), "allow");
    assert_eq!(capped(20).decided(), "deny(payload_too_large)");
    let large = post(json!({"text": "x".repeat(10 * 1024 * 1024)}));
    assert_eq!(large.decided(), "deny(payload_too_large)");
}

#[test]
fn a_service_that_ignores_the_method_is_mapped_by_path_and_hides_nothing() {
    let sl = || facts("desk", "carol", "sl").step_up(StepUp::Never);
    assert_eq!(
        sl().raw("GET", "/chat.postMessage?channel=C1").set("post_message", Mode::Disabled).decided(),
        "deny(function_disabled)"
    );
    assert_eq!(
        sl().raw("GET", "/users.delete").decided(),
        "needs-approval(function_confirmation)",
        "no read by method"
    );
    assert_eq!(sl().raw("GET", "/users.delete").mode(DefaultMode::ReadOnly).decided(), "deny(mode_read_only)");
    assert_eq!(sl().raw("POST", "/batch").decided(), "deny(function_unmapped)");
}

#[test]
fn functions_that_share_a_path_are_told_apart_by_their_fixed_arguments() {
    let fixed = |name: &str, kind: &str, value: &str| {
        f(name, "POST", "/graph", kind, json!([{"name": "action", "in": "body", "static": value}]))
    };
    let shared = |action: Value| {
        facts("desk", "carol", "free").raw("POST", "/graph").body(json!({"action": action})).with(|facts| {
            let target = target(facts);
            target.service = service(
                json!({"id": "free", "functions": [fixed("look", "read", "look"), fixed("wipe", "delete", "wipe")]}),
            );
            target.overrides =
                [("look", Mode::Enabled), ("wipe", Mode::Disabled)].map(|(n, m)| (n.to_owned(), m)).into();
            target.policy = policy("desk", "jr").map(|p| Policy {
                connection: target.connection.id,
                allowlists: vec![AllowlistEntry::whole(base_of("free"))],
                ..p
            });
        })
    };
    assert_eq!(shared(json!("look")).decided(), "allow");
    assert_eq!(shared(json!("wipe")).decided(), "deny(function_disabled)");
    assert_eq!(shared(json!("other")).decided(), "deny(function_disabled)", "it may be any of them");
}

#[test]
fn an_upload_alias_of_a_path_belongs_to_its_function() {
    let alias = |url: &str| {
        jr().raw("POST", url).set("create_issue", Mode::Disabled).with(|facts| {
            target(facts).service.path_aliases = vec!["/upload".to_owned(), "/resumable/upload".to_owned()];
        })
    };
    assert_eq!(alias("/upload/rest/api/3/issue").decided(), "deny(function_disabled)");
    assert_eq!(alias("/resumable//upload/rest/api/3/issue").decided(), "deny(function_disabled)");
}

#[test]
fn a_token_is_not_handed_out_where_it_would_not_keep_the_policy() {
    let gm = || facts("mailer", "alice", "gm").vend(900);
    type Change = fn(Facts) -> Facts;
    let restrictions: Vec<(&str, Change)> = vec![
        ("confirm", |f| f.set("send_email", Mode::Confirm)),
        ("rules", |f| f.rules(vec![rule("r", json!({}), "allow")])),
        ("constraints", |f| f.chats(&["1"])),
        ("allowlist", |f| f.allowlist(&["GET"], &["/**"])),
        ("mode", |f| f.mode(DefaultMode::ReadOnly)),
        ("custom", |f| f.mode(DefaultMode::Custom)),
        ("step-up", |f| f.step_up(StepUp::RiskBased)),
        ("token limits", |f| f.used(Level::User, 2, 0, 0)),
    ];
    for (what, restrict) in restrictions {
        assert_eq!(restrict(gm()).decided(), "deny(vend_unenforceable)", "{what}");
        assert_eq!(restrict(gm()).policy(|p| p.allow_unenforced_vend = true).decided(), "allow", "{what}");
    }
    let narrow = |f: Facts| f.with(|f| target(f).connection.granted_scopes = vec!["gmail.readonly".to_owned()]);
    assert_eq!(narrow(gm().step_up(StepUp::RiskBased)).decided(), "allow", "the scopes permit no write");
    assert_eq!(narrow(gm().mode(DefaultMode::ReadOnly)).decided(), "allow");
    assert_eq!(narrow(gm().set("send_email", Mode::Disabled)).decided(), "allow", "no scope opens it");
    let at = "2026-11-23T16:50:00Z";
    let window =
        |lives: i64| facts("mailer", "alice", "gm").at(at).vend(lives).windows("mon 09:00-17:00 UTC").decided();
    assert_eq!(window(600), "allow");
    assert_eq!(window(601), "deny(vend_unenforceable)");
    assert_eq!(gm().policy(|p| p.rate_limits = Some(rate(0))).decided(), "deny(rate_limited)");
    assert_eq!(gm().step_up(StepUp::Always).approved(ApprovalStatus::Approved).decided(), "allow");
}

/// Row 101: what a stricter preset lets through, a looser one lets through too, function by function.
#[test]
fn presets_get_looser_one_after_the_other() {
    let orders = [Preset::Strict, Preset::Standard, Preset::Minimal];
    for at in ["gm", "jr", "tg", "sl", "ai", "oa", "rest"] {
        for mode in [None, Some(Mode::Enabled), Some(Mode::Confirm), Some(Mode::Disabled)] {
            let service = service_of(at);
            for function in &service.functions {
                let ranks: Vec<u8> = orders
                    .iter()
                    .map(|which| {
                        let who = if at == "gm" { "mailer" } else { "desk" };
                        let facts =
                            facts(who, "alice", at).raw(&function.method, &function.path.replace(['{', '}'], ""));
                        let facts = facts.with(|facts| {
                            let target = target(facts);
                            match mode {
                                Some(mode) => target.overrides.values_mut().for_each(|m| *m = mode),
                                None => target.overrides.clear(),
                            }
                        });
                        rank(&decide(&facts.policy(|p| *p = preset::apply(p, *which, &service).unwrap())).decision)
                    })
                    .collect();
                assert!(ranks.is_sorted_by(|a, b| a >= b), "{at} {} {ranks:?}", function.name);
            }
        }
    }
}

/// Row 101 for every service of the catalogue and each of its functions, as it stands there and as each mode.
#[test]
fn the_presets_of_every_service_get_looser_one_after_the_other() {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/src/catalog/data");
    let (mut services, mut allowed, mut differ) = (0, [0, 0, 0], 0);
    for entry in std::fs::read_dir(data).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let Ok(service) = serde_json::from_str::<Service>(&text) else { continue };
        let base = facts("desk", "alice", "jr").with(|facts| {
            let target = target(facts);
            (target.connection.service, target.service) = (service.id.clone(), service.clone());
            target.overrides.clear();
        });
        if preset::apply(&policy("desk", "jr").unwrap(), Preset::Strict, &service).is_err() {
            assert_eq!(service.id, "rest-api", "the only one whose functions say nothing of what they do");
            continue;
        }
        services += 1;
        for function in &service.functions {
            for mode in [None, Some(Mode::Enabled), Some(Mode::Confirm), Some(Mode::Disabled)] {
                let ranks = [Preset::Strict, Preset::Standard, Preset::Minimal].map(|which| {
                    let facts = base.clone().raw(&function.method, &function.path.replace(['{', '}'], ""));
                    let facts = facts.with(|facts| {
                        if let Some(mode) = mode {
                            target(facts).overrides.insert(function.name.clone(), mode);
                        }
                    });
                    rank(&decide(&facts.policy(|p| *p = preset::apply(p, which, &service).unwrap())).decision)
                });
                assert!(ranks.is_sorted_by(|a, b| a >= b), "{} {} {mode:?} {ranks:?}", service.id, function.name);
                allowed.iter_mut().zip(ranks).for_each(|(count, rank)| *count += usize::from(rank == 0));
                differ += usize::from(ranks[0] != ranks[2]);
            }
        }
    }
    assert!(services > 30 && allowed[0] > 100 && differ > 100, "{services} services, {allowed:?}, {differ}");
}

/// Rows 98 and 99.
#[test]
fn a_preset_is_refused_where_it_has_no_meaning_and_leaves_what_is_hand_made() {
    let rest: Service = serde_json::from_str(include_str!("../../../catalog/data/rest-api.json")).unwrap();
    let made = policy("desk", "jr").unwrap();
    assert!(preset::apply(&made, Preset::Strict, &rest).is_err());
    assert!(preset::apply(&made, Preset::Strict, &service(json!({"id": "none", "functions": []}))).is_err());
    let mut standard = preset::apply(&made, Preset::Standard, &service_of("jr")).unwrap();
    standard.time_windows = window::parse("mon 09:00-17:00 UTC").unwrap();
    standard.rules.request.push(rule("mine", json!({}), "deny"));
    let strict = preset::apply(&standard, Preset::Strict, &service_of("jr")).unwrap();
    assert_eq!(strict.time_windows, standard.time_windows);
    assert_eq!(strict.rules.request.len(), 1);
    assert_eq!(preset::kept(&strict, true), ["1 time window", "1 rule"]);
    let minimal = preset::apply(&strict, Preset::Minimal, &service_of("jr")).unwrap();
    assert_eq!(minimal.rules.request[0].label, "mine", "what people wrote comes first");
    assert_eq!(preset::apply(&minimal, Preset::Minimal, &service_of("jr")).unwrap(), minimal, "twice is once");
}

/// R8a: whatever is typed, the credential's own origin is the only one that is ever called.
#[test]
fn no_spelling_of_an_address_reaches_another_host() {
    let allow_all = || vec![rule("everything", json!({}), "allow")];
    let generous = |facts: Facts| {
        facts.rules(allow_all()).policy(|p| {
            for host in ["https://evil.example", "https://*.evil.example", "https://*.example"] {
                p.allowlists.push(AllowlistEntry::whole(host));
            }
        })
    };
    for url in [
        "https://evil.example/rest",
        "https://acme.atlassian.example.evil.example/rest",
        "https://acme.atlassian.example@evil.example/rest",
        "https://evil.example@acme.atlassian.example/rest",
        "https://acme.atlassian.example:8443/rest",
        "http://acme.atlassian.example/rest",
        "https://acme.atlassian.example./rest",
        "https://evil.example\\@acme.atlassian.example/rest",
        "https://evil.example#@acme.atlassian.example/rest",
        "https://evil.example%2f@acme.atlassian.example/rest",
        "https:evil.example/rest",
        "https:///evil.example/rest",
        "//evil.example/rest",
        "https://acme.atlass\u{131}an.example/rest",
        "https://acme\u{3002}atlassian.example.evil.example/rest",
        "ftp://acme.atlassian.example/rest",
    ] {
        let decided = generous(jr().raw("GET", url)).decided();
        assert!(["deny(host_not_allowed)", "deny(bad_request)"].contains(&decided.as_str()), "{url}: {decided}");
    }
    let rest = |path: &str| facts("desk", "carol", "rest").function("http_get", json!({ "path": path }));
    for path in [
        "//evil.example/x",
        "https://evil.example/x",
        "@evil.example",
        ".evil.example/x",
        "\\\\evil.example\\x",
        ":8443/x",
    ] {
        let evaluation = decide(&generous(rest(path)));
        if let Some(mapped) = evaluation.mapped {
            assert_eq!(mapped.request.origin, base_of("rest"), "{path}");
        }
    }
    let host = jr().raw("GET", "/rest/api/3/search").with(|f| match &mut f.operation {
        Operation::Raw { headers, .. } => headers.push(("Host".to_owned(), "evil.example".to_owned())),
        _ => panic!(),
    });
    assert_eq!(host.decided(), "deny(bad_request)");
}

/// The five places a service without methods may be told something in.
fn in_place(place: usize, chat: &str, text: &str) -> Facts {
    use crate::model::execution::Part;
    use base64::engine::general_purpose::STANDARD;
    let pairs = [("chat_id", chat), ("text", text)];
    let owned = || pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let (query, body) = match place {
        0 => (Vec::new(), StoredBody::Json(json!({"chat_id": chat, "text": text}))),
        1 => (Vec::new(), StoredBody::Json(json!({"text": text, "chat_id": chat.parse::<u64>().unwrap()}))),
        2 => (Vec::new(), StoredBody::Form(owned())),
        3 => {
            let part = |(name, value): (String, String)| Part {
                name,
                filename: None,
                content_type: None,
                content: STANDARD.encode(value),
            };
            (Vec::new(), StoredBody::Multipart(owned().into_iter().map(part).collect()))
        }
        4 => (owned(), StoredBody::None),
        _ => (vec![owned().remove(0)], StoredBody::Form(vec![owned().remove(1)])),
    };
    tg().with(|facts| {
        let url = "/sendMessage".to_owned();
        facts.operation = Operation::Raw { method: "POST".to_owned(), url, query, headers: Vec::new(), body };
    })
}

/// Rules for generated facts of any service.
pub(super) fn policy_rules() -> impl Strategy<Value = Vec<RequestRule>> {
    prop::sample::subsequence(
        vec![
            rule("no deletes", json!({"methods": ["DELETE"]}), "deny"),
            rule("reads", json!({"kinds": ["read"]}), "allow"),
            rule("ask", json!({"kinds": ["send", "write"]}), "require_approval"),
            rule("sends", json!({"kinds": ["send"], "body": [{"path": "text", "op": "exists"}]}), "allow"),
            redacting("ssn", &[]),
        ],
        0..=2,
    )
}

fn any_rules() -> impl Strategy<Value = Vec<RequestRule>> {
    let on = |path: &str, op: &str, value: Value| json!({"body": [{"path": path, "op": op, "value": value}]});
    prop::sample::subsequence(
        vec![
            rule("price", on("text", "contains", json!("price")), "require_approval"),
            rule("code", on("body.text", "matches", json!("^[A-Z]{2}-[0-9]+$")), "deny"),
            rule("chat", on("chat_id", "eq", json!(2)), "deny"),
            rule("known", on("recipients", "in", json!([1, "2"])), "allow"),
            rule("posts", json!({"methods": ["POST"], "urlPattern": "/sendMessage$"}), "require_approval"),
            redacting("ssn", &[]),
            redacting("ssn in text", &["text"]),
        ],
        0..=4,
    )
    .prop_shuffle()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_request_in_every_place_gets_the_same_decision(
        rules in any_rules(),
        chat in prop::sample::select(vec!["1", "2", "3"]),
        text in prop::sample::select(vec!["hello", "the price", "OPS-17", "078-05-1120", "caf\u{e9} & more=1;2"]),
        ids in prop::sample::subsequence(vec!["1", "2"], 0..=2),
        mode in prop::sample::select(vec![DefaultMode::ReadOnly, DefaultMode::ReadWrite, DefaultMode::Custom]),
        step_up in prop::sample::select(vec![StepUp::Always, StepUp::RiskBased, StepUp::Never]),
    ) {
        let decided = |place: usize| {
            in_place(place, chat, text).rules(rules.clone()).mode(mode).step_up(step_up).chats(&ids).decided()
        };
        let first = decided(0);
        for place in 1..6 {
            prop_assert_eq!(&decided(place), &first, "place {}", place);
        }
    }

    #[test]
    fn whatever_is_typed_only_the_credentials_own_origin_is_called(url in "[a-z:/@.\\\\%#?2eE\u{3002}]{0,12}(acme\\.atlassian\\.example)?[a-z:/@.\\\\%#?2fF]{0,12}") {
        for url in [url.clone(), format!("https://{url}"), format!("https://acme.atlassian.example{url}")] {
            if let Some(mapped) = decide(&jr().raw("GET", &url).rules(vec![rule("all", json!({}), "allow")])).mapped {
                prop_assert_eq!(mapped.request.origin, base_of("jr"));
            }
        }
    }
}
