//! Documents with bad intent: authorization servers that describe themselves, and services that are described by a file.
//! What they say is a stranger's claim.
use crate::support::desk::Desk;
use serde_json::{Value, json};

const WELL_KNOWN: [&str; 2] = ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"];

/// A description that is sound but for what `change` makes of it.
fn describe(desk: &Desk, change: impl Fn(&mut Value)) {
    let mut description = json!({
        "issuer": desk.lab.base, "authorization_endpoint": desk.lab.url("/authorize"),
        "token_endpoint": desk.lab.url("/token"), "revocation_endpoint": desk.lab.url("/revoke"),
        "code_challenge_methods_supported": ["S256"], "scopes_supported": ["openid"],
    });
    change(&mut description);
    for path in WELL_KNOWN {
        desk.lab.tell("GET", path, 200, description.clone());
    }
}

const ADD: &str = "add oauth2 c --issuer {lab} --client-id lab-client --allow-private-network --scope notes.read";

#[test]
fn a_description_that_cannot_be_trusted_is_refused_before_anybody_is_sent_there() {
    let desk = Desk::new();
    let own = desk.lab.base.clone();
    let endpoints =
        ["authorization_endpoint", "token_endpoint", "revocation_endpoint", "device_authorization_endpoint"];
    let addresses = [
        "http://evil.example/a".to_owned(),
        "file:///etc/passwd".to_owned(),
        "javascript:alert(1)".to_owned(),
        "data:text/html,x".to_owned(),
        "ssh://evil.example/x".to_owned(),
        "https://user:password@evil.example/a".to_owned(),
        format!("{own}/a#fragment"),
        "//evil.example/a".to_owned(),
        "/relative".to_owned(),
        "$(touch pwned)".to_owned(),
        "-o ProxyCommand=touch".to_owned(),
        String::new(),
    ];
    for endpoint in endpoints {
        for address in &addresses {
            describe(&desk, |description| description[endpoint] = json!(address));
            desk.lab.asked();
            let run = desk.run(ADD).ends_with(2);
            assert!(run.stderr.contains("description cannot be used"), "{endpoint} {address}: {}", run.stderr);
            assert!(!run.stderr.contains("sign in at"), "{endpoint} {address}: {}", run.stderr);
            assert!(desk.lab.asked().iter().all(|asked| WELL_KNOWN.contains(&asked.path.as_str())), "{endpoint}");
        }
    }
    // Its issuer is, byte for byte, the one that was asked; Microsoft's for every tenant is a template.
    for issuer in
        ["https://evil.example".to_owned(), format!("{own}/"), format!("{own}/{{tenantid}}/v2.0"), own.to_uppercase()]
    {
        describe(&desk, |description| description["issuer"] = json!(issuer));
        assert!(desk.run(ADD).ends_with(2).stderr.contains("issuer"), "{issuer}");
    }
    describe(&desk, |description| description["code_challenge_methods_supported"] = json!(["plain"]));
    assert!(desk.run(ADD).ends_with(2).stderr.contains("code_challenge_methods_supported"));
    // Without the opt-in, nothing of the private network is asked, whatever describes it.
    describe(&desk, |_| ());
    desk.lab.asked();
    desk.run(&ADD.replace("--allow-private-network", "")).ends_with(8);
    assert!(desk.lab.asked().is_empty());
    assert_eq!(desk.run("list --all").succeeds().stdout(), "");
    assert!(!desk.sandbox.path("pwned").exists());
}

#[test]
fn a_description_that_is_huge_moved_or_none_is_no_description() {
    let desk = Desk::new();
    let elsewhere = desk.lab.url("/elsewhere");
    let huge = format!("{{\"issuer\":\"{}\"}}", "x".repeat(2 << 20));
    for (status, headers, body, code) in [
        (200, vec![], huge.as_str(), 11),
        (200, vec![], "<html>", 2),
        (200, vec![], "[]", 2),
        (302, vec![("Location", elsewhere.as_str())], "", 2),
        (404, vec![], "{}", 2),
    ] {
        for path in WELL_KNOWN {
            desk.lab.tell_with("GET", path, status, &headers, body);
        }
        desk.lab.asked();
        desk.run(ADD).ends_with(code);
        assert!(desk.lab.asked().iter().all(|asked| asked.path != "/elsewhere"), "{status}");
    }
}

#[test]
fn whoever_signs_in_is_told_when_the_tokens_go_to_another_host() {
    let desk = Desk::new();
    describe(&desk, |description| description["token_endpoint"] = json!("https://evil.example/token"));
    let run = desk.run(&format!("{ADD} --begin"));
    let run = run.succeeds();
    assert!(run.stderr.contains("to another host than you sign in at: evil.example"), "{}", run.stderr);
    describe(&desk, |_| ());
    let run = desk.run(&format!("{ADD} --begin")).succeeds();
    assert!(!run.stderr.contains("another host"), "{}", run.stderr);
}

#[test]
fn an_address_with_the_words_of_a_shell_stays_an_address() {
    let mut desk = Desk::new();
    let seer =
        desk.sandbox.write("seer", "#!/bin/sh\nprintf '%s\\n' \"$#\" \"$1\" > witness.new\nmv witness.new witness\n");
    std::fs::set_permissions(&seer, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let wicked =
        format!("{}/authorize;touch${{IFS}}pwned?x=$(touch pwned)&y=`touch pwned`&z=|touch pwned;'\"%s", desk.lab.base);
    describe(&desk, |description| description["authorization_endpoint"] = json!(wicked));
    desk.sandbox.set("BROWSER", &seer);
    desk.sandbox.set("DISPLAY", ":0");
    let words = desk.words(ADD);
    let mut terminal = desk.sandbox.screen(2000).start(&words.iter().map(String::as_str).collect::<Vec<_>>());
    terminal.shows("waiting for the browser");
    let begun = std::time::Instant::now();
    let witness = loop {
        match std::fs::read_to_string(desk.sandbox.path("witness")) {
            Ok(text) => break text,
            Err(_) if begun.elapsed().as_secs() < 20 => std::thread::yield_now(),
            Err(error) => panic!("the browser was not started: {error}"),
        }
    };
    terminal.types("\u{3}");
    terminal.finish();
    let lines: Vec<&str> = witness.lines().collect();
    assert_eq!(lines[0], "1", "{witness}");
    assert!(lines[1].starts_with(&format!("{}/authorize;touch$", desk.lab.base)), "{witness}");
    assert!(lines[1].contains("code_challenge=") && !lines[1].contains(' '), "{witness}");
    assert!(!desk.sandbox.path("pwned").exists());
    assert_eq!(desk.run("list").succeeds().stdout(), "");
}

#[test]
fn a_service_file_that_is_huge_endless_or_points_elsewhere_harms_nobody() {
    let desk = Desk::new();
    let document = |paths: Value, schemas: Value| {
        json!({"openapi": "3.0.3", "info": {"title": "Acme CRM"}, "servers": [{"url": "https://crm.example"}],
            "components": {"schemas": schemas}, "paths": paths})
    };
    let import = |name: &str, text: String| {
        let file = desk.sandbox.write(name, text);
        desk.run(&format!("catalog import {} --dry-run --json", file.to_str().unwrap()))
    };
    let huge = document(json!({}), json!({"A": {"description": "x".repeat(17 << 20)}}));
    assert!(import("huge.json", huge.to_string()).ends_with(2).stderr.contains("larger than"));
    let deep = format!("{{\"openapi\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    import("deep.json", deep).ends_with(2);
    // Each level refers to the next twice, and the last to the first: written out it would never end.
    let levels = (0..40).map(|n| {
        let next = json!({"$ref": format!("#/components/schemas/L{}", (n + 1) % 40)});
        (format!("L{n}"), json!({"type": "object", "properties": {"a": next, "b": next}}))
    });
    let schemas = Value::Object(levels.collect());
    let body = |schema: &str| json!({"content": {"application/json": {"schema": {"$ref": schema}}}});
    let paths = json!({"/nodes": {"post": {"operationId": "addNode", "requestBody": body("#/components/schemas/L0")}}});
    let plan = import("endless.json", document(paths, schemas).to_string()).succeeds().json();
    assert_eq!(plan["added"], json!(["add_node"]));
    for elsewhere in ["file:///etc/passwd", "https://evil.example/x.json#/a", "../secret.json", "http://127.0.0.1:1/x"]
    {
        let paths = json!({
            "/a": {"$ref": elsewhere},
            "/b": {"post": {"operationId": "b", "requestBody": body(elsewhere)}},
            "/c": {"get": {"operationId": "c"}},
        });
        let run = import("elsewhere.json", document(paths, json!({})).to_string());
        assert!([Some(0), Some(2)].contains(&run.code), "{elsewhere}: {}", run.stderr);
        assert!(!format!("{}{}", run.stdout(), run.stderr).contains("root:"), "{elsewhere}");
        if run.code == Some(0) {
            assert!(run.json()["leftOut"].to_string().contains("/a"), "{elsewhere}: {}", run.stdout());
        }
    }
    for server in ["http://crm.example", "file:///tmp", "https://user:pw@crm.example", "javascript:alert(1)"] {
        let mut wrong = document(json!({"/c": {"get": {"operationId": "c"}}}), json!({}));
        wrong["servers"] = json!([{"url": server}]);
        let run = import("server.json", wrong.to_string());
        assert!(run.code == Some(2) || !run.stdout().contains(server), "{server}: {}", run.stdout());
    }
    assert!(desk.lab.asked().is_empty());
}
