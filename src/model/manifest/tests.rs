//! The rules of a manifest.
use super::*;
use serde_json::{Value, json};

fn new(mode: Mode) -> NewManifest {
    NewManifest {
        mode,
        use_case: "Answer support mail".to_owned(),
        name: None,
        agent_id: None,
        organization_id: None,
        workspace_id: None,
        base_url: None,
        fields: Vec::new(),
        operations: Vec::new(),
        assistants: Vec::new(),
    }
}

fn made(mode: Mode) -> Value {
    make(&new(mode)).unwrap()
}

fn faults(document: &Value) -> Vec<Fault> {
    check(&document.to_string()).faults
}

fn pointers(document: &Value) -> Vec<String> {
    faults(document).into_iter().map(|fault| fault.pointer).collect()
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

/// As people wrote it before there was a generator.
fn by_hand() -> Value {
    let generated = made(Mode::ExternalApi);
    let ai = &generated["siestaAi"];
    let all = generated["siestaApiOperations"].as_array().unwrap();
    let operations: Vec<&Value> = [0, 2, 3, 11].iter().map(|place| &all[*place]).collect();
    json!({
        "openApiSource": generated["openApiSource"],
        "apiReference": generated["apiReference"],
        "manifestVersion": "1.0",
        "name": "Support Mail",
        "useCase": "another text",
        "objective": "answer",
        "siestaAi": {"apiBaseUrl": "https://api.siesta.ai", "docs": ai["docs"],
            "requiredHeaders": ai["requiredHeaders"], "requiredPathParameters": ai["requiredPathParameters"]},
        "integration": {"mode": "external-api", "secretHandling": "on the server", "intent": "call it"},
        "requiredContextFields": [generated["requiredContextFields"][0]],
        "siestaApiOperations": operations,
        "automation": {"intent": "another intent", "approvalPolicy": "ask",
            "outputContract": generated["automation"]["outputContract"]},
        "implementationSteps": ["a", "b", "c", "d"],
        "codingAgentInstructions": ["a", "b", "c", "d", "e"],
    })
}

#[test]
fn the_external_form_has_its_documented_keys_in_order_and_its_counts() {
    let made = made(Mode::ExternalApi);
    let order = "manifestVersion manifestType name useCase inputs integration requiredContextFields openApiSource \
                 apiReference objective siestaAi siestaApiOperations assistants automation implementationSteps \
                 codingAgentInstructions";
    assert_eq!(keys(&made).join(" "), order);
    assert_eq!(
        keys(&made["inputs"]).join(" "),
        "baseUrl organizationId agentId assistants integrationMode requiredContextFieldCount operationCount"
    );
    assert_eq!(keys(&made["siestaAi"]).join(" "), "apiBaseUrl assistants docs requiredHeaders requiredPathParameters");
    assert_eq!(
        (&made["inputs"]["operationCount"], &made["inputs"]["requiredContextFieldCount"]),
        (&json!(17), &json!(3))
    );
    assert_eq!(made["name"], "answer-support-mail");
    assert_eq!(made["manifestType"], "siesta-external-api");
    assert_eq!(made["siestaAi"]["requiredHeaders"]["X-Api-Key"], "<siesta-api-key>");
    assert_eq!(made["implementationSteps"].as_array().unwrap().len(), 6);
    assert_eq!(made["codingAgentInstructions"].as_array().unwrap().len(), 4);
    assert_eq!(
        made["siestaApiOperations"][2]["requiredInputs"],
        json!(["X-Api-Key", "X-Org-Id", "agentId", "CreateAgentResponseRequest"])
    );
}

#[test]
fn what_is_made_is_without_fault_and_fits_its_schema() {
    for mode in Mode::ALL {
        let made = made(*mode);
        assert_eq!(faults(&made), [], "{mode}");
        assert_eq!(check(&made.to_string()).mode, Some(*mode));
        let validator = jsonschema::draft202012::new(&schema(*mode)).unwrap();
        let errors: Vec<String> = validator.iter_errors(&made).map(|e| format!("{} {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{mode}: {errors:?}");
        assert_eq!(made.get("provisional").is_some(), *mode != Mode::ExternalApi);
        for other in Mode::ALL.iter().filter(|other| *other != mode) {
            assert!(!jsonschema::draft202012::new(&schema(*other)).unwrap().is_valid(&made), "{mode} as {other}");
        }
    }
}

#[test]
fn the_hand_written_form_is_accepted_and_keeps_to_its_own_keys() {
    let document = by_hand();
    assert_eq!(faults(&document), []);
    assert_eq!(check(&document.to_string()).form, Some(Form::HandWritten));
    assert!(jsonschema::draft202012::new(&schema(Mode::ExternalApi)).unwrap().is_valid(&document));
    let mut four = document.clone();
    four["codingAgentInstructions"].as_array_mut().unwrap().pop();
    assert_eq!(pointers(&four), ["/codingAgentInstructions"]);
}

/// What is spoiled, how, and the pointers that are named then.
type Case = (&'static str, fn(&mut Value), &'static [&'static str]);

#[test]
fn every_fault_is_named_with_its_pointer() {
    let cases: [Case; 14] = [
        ("unknown", |d| d["inputs"]["a/b"] = json!(1), &["/inputs/a~1b"]),
        (
            "missing",
            |d| drop(d["automation"].as_object_mut().unwrap().shift_remove("approvalPolicy")),
            &["/automation/approvalPolicy"],
        ),
        ("count", |d| d["inputs"]["operationCount"] = json!(16), &["/inputs/operationCount"]),
        ("enum", |d| d["manifestVersion"] = json!("2"), &["/manifestVersion"]),
        ("number for text", |d| d["manifestVersion"] = json!(1.0), &["/manifestVersion"]),
        (
            "type",
            |d| drop(d["requiredContextFields"][1].as_object_mut().unwrap().shift_remove("type")),
            &["/requiredContextFields/1/type"],
        ),
        ("empty type", |d| d["requiredContextFields"][1]["type"] = json!(""), &["/requiredContextFields/1/type"]),
        ("outside", |d| d["siestaApiOperations"][3]["path"] = json!("/api/v1/Files"), &["/siestaApiOperations/3"]),
        ("twice", |d| d["siestaApiOperations"][1] = d["siestaApiOperations"][0].clone(), &["/siestaApiOperations/1"]),
        (
            "inputs",
            |d| d["siestaApiOperations"][0]["requiredInputs"] = json!(["X-Org-Id"]),
            &["/siestaApiOperations/0/requiredInputs"],
        ),
        ("steps", |d| d["implementationSteps"] = json!(["a"]), &["/implementationSteps"]),
        ("assistants", |d| d["siestaAi"]["assistants"][0]["label"] = json!("Other"), &["/siestaAi/assistants"]),
        (
            "address",
            |d| {
                d["inputs"]["baseUrl"] = json!("http://x");
                d["siestaAi"]["apiBaseUrl"] = json!("http://x");
            },
            &["/inputs/baseUrl", "/siestaAi/apiBaseUrl"],
        ),
        ("mixed", |d| d["integration"]["mode"] = json!("web-plugin"), &["/integration/mode"]),
    ];
    for (name, spoil, expected) in cases {
        let mut document = made(Mode::ExternalApi);
        spoil(&mut document);
        let mut found = pointers(&document);
        found.dedup();
        assert_eq!(found, expected, "{name}: {:#?}", faults(&document));
    }
    let mut swapped = made(Mode::ExternalApi);
    let version = swapped.as_object_mut().unwrap().shift_remove("manifestVersion").unwrap();
    swapped["manifestVersion"] = version;
    assert!(faults(&swapped)[0].message.contains("out of order"));
}

#[test]
fn what_is_no_manifest_at_all_is_one_fault() {
    for text in ["", "{", "[]", "1", "{\"a\":1,\"a\":2}", "{}"] {
        assert_eq!(check(text).faults.len(), 1, "{text}");
    }
}

#[test]
fn modes_never_mix() {
    let realtime = made(Mode::RealtimeApi)["siestaApiOperations"][0].clone();
    let mut external = made(Mode::ExternalApi);
    external["siestaApiOperations"][0] = realtime;
    assert_eq!(faults(&external)[0].message, "an operation of realtime-api; modes are never mixed");
    let mut widget = made(Mode::WebPlugin);
    widget["implementationSteps"][0] = json!("send X-Api-Key along");
    assert_eq!(pointers(&widget), ["/implementationSteps/0"]);
    let mut asked = new(Mode::RealtimeApi);
    asked.operations = vec!["GET /api/v1/Task".to_owned()];
    assert!(make(&asked).unwrap_err()[0].message.contains("belongs to external-api"));
    let mut spoken = new(Mode::ExternalApi);
    spoken.use_case = "embed chat-widget.js".to_owned();
    assert!(make(&spoken).is_err());
}

#[test]
fn nothing_that_looks_like_a_secret_passes_or_is_repeated() {
    let tail: String = "a1B2c3D4e5F6g7H8".chars().cycle().take(40).collect();
    let secrets = [
        format!("sk-{tail}"),
        format!("ghp_{tail}"),
        tail.clone(),
        "0123456789abcdef".repeat(2),
        "aKfPqLmXzRtYwQbNvCdEgHjS".to_owned(),
        "https://ann:hunter2@api.siesta.ai".to_owned(),
        "Authorization: Bearer abcdefghijklmnopq".to_owned(),
    ];
    for secret in &secrets {
        for place in [
            "/objective",
            "/useCase",
            "/siestaAi/requiredHeaders/X-Api-Key",
            "/inputs/agentId",
            "/assistants/0/purpose",
        ] {
            let mut document = made(Mode::ExternalApi);
            *document.pointer_mut(place).unwrap() = json!(secret);
            let found = faults(&document);
            assert!(
                found.iter().any(|fault| fault.pointer == place && fault.message.contains("secret")),
                "{secret} at {place}"
            );
            assert!(!format!("{found:?}").contains(secret.as_str()), "{found:?}");
        }
    }
    let mut document = made(Mode::ExternalApi);
    document[&tail] = json!(1);
    assert!(!format!("{:?}", faults(&document)).contains(&tail));
    // What a key without any shape would be is not known, so the header takes nothing but its placeholder.
    document = made(Mode::ExternalApi);
    document["siestaAi"]["requiredHeaders"]["X-Api-Key"] = json!("hunter2");
    assert_eq!(pointers(&document), ["/siestaAi/requiredHeaders/X-Api-Key"]);
}

#[test]
fn what_is_said_about_an_integration_finds_its_place() {
    let mut said = new(Mode::ExternalApi);
    let id = "0199f0a5-6a7b-7c3d-8e4f-0123456789ab";
    said.agent_id = Some(id.to_owned());
    said.organization_id = Some(id.to_owned());
    said.workspace_id = Some(id.to_owned());
    said.operations = vec!["post /api/v1/Task".to_owned(), "GET /api/v1/Agent".to_owned()];
    said.fields = vec![Field::parse("orderId:string:required:The order: its number").unwrap()];
    let made = make(&said).unwrap();
    assert_eq!(made["siestaAi"]["requiredHeaders"]["X-Org-Id"], id);
    assert_eq!(made["inputs"]["operationCount"], 2);
    assert_eq!(made["siestaApiOperations"][0]["path"], "/api/v1/Agent");
    assert_eq!(
        made["requiredContextFields"][3],
        json!({"name": "orderId", "type": "string", "required": true, "description": "The order: its number"})
    );
    assert!(made["requiredContextFields"][2]["description"].as_str().unwrap().ends_with(id));
}

#[test]
fn fields_and_assistants_are_read_as_they_are_typed() {
    let field = |text: &str| Field::parse(text).map(|f| (f.name, f.kind, f.required, f.description));
    let is = |name: &str, kind: &str, required, words: &str| {
        Some((name.to_owned(), kind.to_owned(), required, words.to_owned()))
    };
    assert_eq!(field("a:string"), is("a", "string", false, "a, from the product"));
    assert_eq!(field("a:string:required"), is("a", "string", true, "a, from the product"));
    assert_eq!(field("a:string:What it is: this"), is("a", "string", false, "What it is: this"));
    assert_eq!(field("a"), None);
    assert_eq!(field(":string"), None);
    assert_eq!(Assistant::parse("primary:Desk:x1:Answers: all").unwrap().purpose, "Answers: all");
    assert_eq!(Assistant::parse("primary:Desk::Answers"), None);
    assert_eq!(slug("  Answer support-mail, fast! "), "answer-support-mail-fast");
}
