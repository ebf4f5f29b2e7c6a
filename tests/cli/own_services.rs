//! Services that an organization brings along: imported from a document, imported again, and functions given by hand.
use crate::support::desk::{Desk, How};
use crate::support::sandbox::Run;
use serde_json::{Value, json};

const CRM: &str = r##"
openapi: 3.0.3
info: {title: Acme CRM}
servers: [{url: "https://crm.example/v2"}]
components:
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
  schemas:
    Node: {type: object, required: [name], properties: {name: {type: string}, parent: {$ref: "#/components/schemas/Node"}}}
paths:
  /nodes:
    get: {operationId: listNodes, parameters: [{name: limit, in: query, schema: {type: integer}}]}
    post: {operationId: addNode, requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Node"}}}}}
  /other: {$ref: "https://evil.example/other.yaml"}
"##;

#[test]
fn an_openapi_document_becomes_a_service_that_is_governed_like_any_other() {
    let desk = Desk::new();
    let file = desk.sandbox.write("crm.yaml", CRM);
    let file = file.to_str().unwrap();
    let plan = desk.run(&format!("catalog import {file} --dry-run --json")).succeeds().json();
    assert_eq!((&plan["added"], &plan["dryRun"]), (&json!(["list_nodes", "add_node"]), &json!(true)));
    assert_eq!(plan["leftOut"], json!(["/other: it is described in another document"]));
    desk.run("catalog show acme-crm").ends_with(3);
    desk.run(&format!("catalog import {file}")).succeeds();
    assert!(desk.lab.asked().is_empty());
    let shown = desk.run("catalog show acme-crm --json").succeeds().json();
    let modes: Vec<_> =
        shown["service"]["functions"].as_array().unwrap().iter().map(|f| f["defaultMode"].clone()).collect();
    assert_eq!(modes, ["Enabled", "EnabledWithConfirmation"]);

    let (run, _) = desk.add("acme-crm", How::Secret("crm-key-0123456789"), "");
    run.succeeds();
    desk.run("assign c helper").succeeds();
    desk.run("policy set helper c --mode read_write").succeeds();
    desk.run("call c list_nodes --agent helper --arg limit=3").succeeds();
    let asked = desk.lab.asked();
    assert_eq!(
        (asked[0].line().as_str(), asked[0].header("x-key")),
        ("GET /nodes?limit=3", Some("crm-key-0123456789"))
    );
    desk.run("call c add_node --agent helper --arg name=A").ends_with(9);
    desk.run("governance set acme-crm/add_node disabled").succeeds();
    desk.run("call c add_node --agent helper --arg name=A").ends_with(8);

    // Imported again it shows what drifted, and no function gets less asked about than it was.
    let looser = CRM
        .replace("post: {operationId: addNode,", "get: {operationId: addNode,")
        .replace("    get: {operationId: listNodes", "    put: {operationId: listNodes");
    let looser = desk.sandbox.write("looser.yaml", looser);
    let drift = desk.run(&format!("catalog import {} --json", looser.to_str().unwrap())).succeeds().json();
    assert_eq!(drift["kept"], json!(["add_node"]), "{drift}");
    let shown = desk.run("functions list c --json").succeeds().json();
    assert!(shown["functions"].as_array().unwrap().iter().all(|f| f["kind"] != "read"), "{shown}");
    // Where credentials go does not change under a living connection.
    let moved = desk.sandbox.write("moved.yaml", CRM.replace("crm.example", "evil.example"));
    let refused = desk.run(&format!("catalog import {} --json", moved.to_str().unwrap())).ends_with(7).json_error();
    assert!(refused["cause"].as_str().unwrap().contains("revoke first: c"), "{refused}");
    desk.run("catalog remove acme-crm --yes").ends_with(7);
    desk.run("revoke c --yes").succeeds();
    desk.run("catalog remove acme-crm --yes").succeeds();
    desk.run("show c --json").succeeds();
    desk.run(&format!("catalog import {file} --id openai")).ends_with(7);
    for (name, text) in
        [("a.json", "{"), ("b.yaml", "a: ["), ("c.json", "{\"swagger\":\"2.0\"}"), ("d.json", "{\"id\":\"x\"}")]
    {
        let file = desk.sandbox.write(name, text);
        desk.run(&format!("catalog import {}", file.to_str().unwrap())).ends_with(2);
    }
}

/// A service in siesta's own notation.
fn own_service() -> Value {
    json!({
        "id": "acme", "name": "Acme", "provider": "acme", "category": "internal-api", "summary": "An API.",
        "auth": [{"kind": "api_key", "header": "X-Key", "fields": [
            {"name": "region", "label": "the region", "enum": ["eu"], "optional": true},
        ]}],
        "baseUrl": "https://acme.example", "headers": {"X-Version": "1"},
        "functions": [{"name": "list_nodes", "title": "List", "description": "Lists.", "method": "GET", "path": "/nodes",
            "kind": "read"}],
    })
}

/// Imports it with a change.
fn imported_with(desk: &Desk, change: &dyn Fn(&mut Value)) -> Run {
    let mut service = own_service();
    change(&mut service);
    let file = desk.sandbox.write("acme.json", service.to_string());
    desk.run(&format!("catalog import {} --json", file.to_str().unwrap()))
}

fn imports_in_the_audit(desk: &Desk) -> Vec<Value> {
    let rows = desk.run("audit list --action catalog.import --json").succeeds().json();
    rows["rows"].as_array().unwrap().clone()
}

fn newer(service: &mut Value) {
    service["headers"]["X-Version"] = json!("2");
}

#[test]
fn importing_again_changes_what_is_beside_the_functions_too() {
    let desk = Desk::new();
    let rows = || imports_in_the_audit(&desk).len();
    imported_with(&desk, &|_| ()).succeeds();
    assert_eq!(rows(), 1);
    // As it was: nothing is written.
    let again = imported_with(&desk, &|_| ()).succeeds().json();
    assert_eq!((&again["settings"], rows()), (&json!([]), 1));
    // A header alone is a change, is said and is kept.
    let changed = imported_with(&desk, &newer).succeeds().json();
    assert_eq!((&changed["settings"], &changed["changed"], rows()), (&json!(["headers"]), &json!([]), 2));
    let seq = imports_in_the_audit(&desk)[0]["seq"].clone();
    assert!(desk.run(&format!("audit show {seq}")).succeeds().stdout().contains("headers"));
    // So is what is neither address nor argument of a function.
    let paged = imported_with(&desk, &|service: &mut Value| {
        newer(service);
        service["functions"][0]["pagination"] = json!({"nextLink": "/next"});
    });
    let differs = json!([{"function": "list_nodes", "differs": ["answers"]}]);
    assert_eq!((&paged.succeeds().json()["changed"], rows()), (&differs, 3));

    desk.add("acme", How::Secret("acme-key-0123456789"), "").0.succeeds();
    desk.run("assign c helper").succeeds();
    desk.run("call c list_nodes --agent helper").succeeds();
    assert_eq!(desk.lab.asked().last().unwrap().header("x-version"), Some("2"), "the newer one is used");
}

#[test]
fn importing_again_changes_nothing_that_a_connection_stands_on() {
    let desk = Desk::new();
    imported_with(&desk, &|_| ()).succeeds();
    desk.add("acme", How::Secret("acme-key-0123456789"), "").0.succeeds();
    let rows = || imports_in_the_audit(&desk).len();
    // What decides where a credential goes, how it is sent and how requests are told apart.
    for (word, value) in [
        ("headers", json!({"X-Version": "3"})),
        ("baseUrl", json!("https://evil.example")),
        ("provider", json!("other")),
        ("auth", json!([{"kind": "api_key", "header": "Authorization"}])),
        ("verify", json!({"method": "GET", "path": "/me"})),
        ("redirectHosts", json!(["files.evil.example"])),
        ("signOnHeader", json!("X-Other")),
        ("hidingPaths", json!(["/batch"])),
        ("pathAliases", json!(["/upload"])),
        ("readingPosts", json!(["/search"])),
        ("ignoresMethod", json!(true)),
        ("singleton", json!(true)),
        ("mails", json!(["/raw"])),
    ] {
        let refused = imported_with(&desk, &|service: &mut Value| service[word] = value.clone());
        let error = refused.ends_with(7).json_error();
        assert!(error["message"].as_str().unwrap().contains("connections stand on it"), "{word}: {error}");
        assert!(error["cause"].as_str().unwrap().contains("revoke first: c"), "{word}: {error}");
    }
    // So does where one of its functions lives, in whichever region.
    for (word, value) in [
        ("baseUrl", json!("https://evil.example")),
        ("baseUrlBy", json!({"setting": "region", "values": {"eu": "https://evil.example"}})),
    ] {
        let refused = imported_with(&desk, &|service: &mut Value| service["functions"][0][word] = value.clone());
        assert_eq!(refused.ends_with(7).json_error()["code"], "conflict", "{word}");
    }
    assert_eq!(rows(), 1, "what was refused is not half done");
    // What only people read may change.
    let described = imported_with(&desk, &|service: &mut Value| {
        service["summary"] = json!("The API of Acme.");
        service["notes"] = json!(["Ask Ann."]);
    });
    assert_eq!(described.succeeds().json()["settings"], json!(["notes", "summary"]));
    assert!(desk.run("catalog show acme").succeeds().stdout().contains("The API of Acme."));
    // A revoked connection stands on nothing.
    desk.run("revoke c --yes --local-only").succeeds();
    imported_with(&desk, &newer).succeeds();
    assert_eq!(rows(), 3);
}

#[test]
fn a_rest_connection_is_given_functions_by_hand() {
    let desk = Desk::new();
    let (run, _) = desk.add("rest-api", How::Secret("crm-key-0123456789"), "--with api_key");
    run.succeeds();
    desk.run("assign c helper").succeeds();
    desk.run("policy set helper c --mode read_write").succeeds();
    desk.run("functions add c get_order --method GET --path '/orders/{id}' --param expand:string:query=items")
        .succeeds();
    desk.run("functions add c add_note --method POST --path /notes --param text:string:body:required").succeeds();
    desk.run("call c get_order --agent helper --arg id=7").succeeds();
    assert_eq!(desk.lab.asked().last().unwrap().line(), "GET /orders/7?expand=items");
    desk.run("call c add_note --agent helper --arg text=hi").ends_with(9);
    // The generic function obeys the one it hits.
    desk.run("functions set c get_order disabled").succeeds();
    desk.run("call c http_get --agent helper --arg path=orders/7").ends_with(8);
    desk.run("functions edit c add_note --path /v2/notes --kind send").succeeds();
    let listed = desk.run("functions list c --json").succeeds().json();
    let own = listed["functions"].as_array().unwrap().iter().find(|f| f["function"] == "add_note").unwrap().clone();
    assert_eq!(own["kind"], "send");
    desk.run("functions edit c add_note --kind read").ends_with(2);
    desk.run("functions add c http_get --method GET --path /x").ends_with(7);
    desk.run("functions add c x --method GET --path '/a/../b'").ends_with(2);
    desk.run("functions remove c add_note --yes").succeeds();
    desk.run("functions remove c add_note --yes").ends_with(3);
}
