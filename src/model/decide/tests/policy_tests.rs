//! The cases about policies: windows, rates, constraints, rules, tokens handed out, presets.
//!
//! Rows of the decision cases that no pure function can show are elsewhere: 20, 54, 61, 64, 65, 94 and 95 in
//! `ops/tests.rs`, 73 in `model/policy/response.rs`, 78 to 87 in `model/limit.rs`, 98 in both.
use super::*;

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
    let two_servers = || {
        let files = Origin { purpose: OriginPurpose::Api, origin: "https://files.example".to_owned() };
        gm().with(|f| target(f).connection.origins.push(files))
    };
    assert_eq!(two_servers().decided(), "deny(vend_unenforceable)", "it opens a server that the policy does not");
    let whole = |p: &mut Policy| p.allowlists.push(AllowlistEntry::whole("https://files.example"));
    assert_eq!(two_servers().policy(whole).decided(), "allow");
    assert_eq!(gm().policy(|p| p.rate_limits = Some(rate(0))).decided(), "deny(rate_limited)");
    assert_eq!(gm().step_up(StepUp::Always).approved(ApprovalStatus::Approved).decided(), "allow");
}
