//! Which function a request is: addresses, spellings, shared paths. No spelling hides one.
use super::*;

#[test]
fn an_address_that_is_no_function_is_never_treated_as_a_harmless_one() {
    let rows: Vec<(&str, Facts, &str)> = vec![
        ("a read by method", jr().raw("GET", "/other"), "allow"),
        ("a head", jr().raw("HEAD", "/other"), "allow"),
        ("a post is a write", jr().raw("POST", "/other"), "needs-approval(function_confirmation)"),
        ("a put, read only", jr().raw("PUT", "/other").mode(DefaultMode::ReadOnly), "deny(mode_read_only)"),
        ("a delete", jr().raw("DELETE", "/other").step_up(StepUp::Never), "needs-approval(function_confirmation)"),
        ("one function off", jr().raw("GET", "/other").set("create_issue", Mode::Disabled), "deny(function_unmapped)"),
        (
            "one setting off",
            jr().raw("GET", "/other").setting("create_issue", Mode::Disabled),
            "deny(function_unmapped)",
        ),
        ("mapped beside it", jr().raw("GET", "/rest/api/3/search").set("create_issue", Mode::Disabled), "allow"),
        ("another spelling of a function", jr().raw("GET", "/rest/api/3/%73earch"), "allow"),
        ("the case of a path counts", jr().raw("POST", "/rest/api/3/ISSUE"), "needs-approval(function_confirmation)"),
    ];
    for (row, facts, expected) in &rows {
        assert_eq!(facts.decided(), *expected, "{row}");
    }
    let strictest = jr().raw("POST", "/other").set("delete_issue", Mode::Confirm).step_up(StepUp::Never);
    assert_eq!(strictest.decided(), "needs-approval(function_confirmation)");
    assert_eq!(decide(&strictest).mapped.unwrap().function(), None);
}

#[test]
fn a_slash_more_does_not_hide_a_function() {
    for url in ["/rest/api/3/search/", "/rest//api/3/search", "//rest/api/3/search", "/rest/api/./3//search//"] {
        let url = format!("{}{url}", base_of("jr"));
        let off = jr().raw("GET", &url).set("search", Mode::Disabled);
        assert_eq!(off.decided(), "deny(function_disabled)", "{url}");
        let asked = jr().raw("GET", &url).set("search", Mode::Confirm);
        assert_eq!(asked.decided(), "needs-approval(function_confirmation)", "{url}");
    }
    // An empty id is not an id: the list is what such an address returns.
    let models = facts("desk", "carol", "oa").raw("GET", "/v1/models/").set("list_models", Mode::Disabled);
    assert_eq!(models.decided(), "deny(function_disabled)");
}

#[test]
fn a_generic_function_obeys_every_own_function_it_hits() {
    let rest = || facts("desk", "carol", "rest");
    let delete = || rest().function("http_delete", json!({"path": "/orders/7"})).step_up(StepUp::Never);
    assert_eq!(delete().decided(), "allow");
    assert_eq!(delete().set("delete_order", Mode::Disabled).decided(), "deny(function_disabled)");
    assert_eq!(delete().set("delete_order", Mode::Confirm).decided(), "needs-approval(function_confirmation)");
    assert_eq!(delete().set("http_delete", Mode::Disabled).decided(), "deny(function_disabled)");
    let elsewhere = rest().function("http_delete", json!({"path": "/items/7"})).step_up(StepUp::Never);
    assert_eq!(elsewhere.set("delete_order", Mode::Disabled).decided(), "allow", "it hits another path");
    let raw = rest().raw("DELETE", "/orders/7").step_up(StepUp::Never);
    assert_eq!(raw.set("delete_order", Mode::Disabled).decided(), "deny(function_disabled)");
    let own = rest().function("delete_order", json!({"id": "7"})).step_up(StepUp::Never);
    assert_eq!(own.set("http_delete", Mode::Disabled).decided(), "allow", "a named function is not its generic one");
}

#[test]
fn an_argument_cannot_turn_one_function_into_another() {
    let with_export = |arguments: Value| {
        jr().with(|facts| {
            let export = f("export_all", "GET", "/rest/api/3/issue/export", "permission", json!([]));
            let service = &mut target(facts).service;
            service.functions.push(serde_json::from_value(export).unwrap());
        })
        .function("get_issue", arguments)
    };
    assert_eq!(with_export(json!({"key": "X-1"})).set("export_all", Mode::Disabled).decided(), "allow");
    let posing = with_export(json!({"key": "export"})).set("export_all", Mode::Disabled);
    assert_eq!(posing.decided(), "deny(function_disabled)");
    let reading = with_export(json!({"key": "export"})).set("export_all", Mode::Enabled);
    assert_eq!(reading.mode(DefaultMode::ReadOnly).decided(), "deny(mode_read_only)");
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
fn an_allowlist_below_a_path_that_is_written_with_escapes_fits_its_own_connection() {
    let facts = jr().with(|f| {
        target(f).connection.base_url = "https://acme.atlassian.example/caf%C3%A9".to_owned();
        let whole = AllowlistEntry::whole("https://acme.atlassian.example/caf%C3%A9");
        target(f).policy.as_mut().unwrap().allowlists = vec![whole];
    });
    assert_eq!(facts.decided(), "allow");
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
