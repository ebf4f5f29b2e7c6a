//! A model call whose body nobody can look into (R8, T7).
use super::*;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A request whose body is bytes of a type that is not taken apart.
fn opaque(connection: &str, method: &str, path: &str) -> Facts {
    let url = format!("{}{path}", base_of(connection));
    facts("desk", "carol", connection).step_up(StepUp::Never).raw(method, &url).with(|facts| {
        if let Operation::Raw { body, headers, .. } = &mut facts.operation {
            headers.push(("content-type".to_owned(), "text/plain".to_owned()));
            *body = StoredBody::Bytes(STANDARD.encode(r#"{"model":"m","max_tokens":5,"messages":[]}"#));
        }
    })
}

/// The functions of a service that carry bytes.
fn carrying(mut facts: Facts, function: &str) -> Facts {
    let mut functions = target(&mut facts).service.functions.iter_mut();
    functions.find(|f| f.name == function).unwrap().body = crate::model::service::BodyEncoding::Raw;
    facts
}

#[test]
fn a_model_call_in_a_body_that_nobody_reads_is_refused() {
    for (connection, path) in [
        ("ai", "/v1/messages"),
        ("ai", "/v1/complete"),
        ("oa", "/v1/responses"),
        ("oa", "/v1/chat/completions"),
        ("oa", "/v1/embeddings"),
    ] {
        let evaluation = decide(&opaque(connection, "POST", path));
        let Decision::Deny(DenyReason::BadRequest(why)) = &evaluation.decision else {
            panic!("{connection} {path}: {:?}", evaluation.decision)
        };
        assert!(why.contains("send it as JSON"), "{why}");
        let step = evaluation.steps.iter().find(|step| step.rule == Rule::R8).unwrap();
        assert_eq!(step.outcome, StepOutcome::Deny);
        assert!(evaluation.want.is_none());
    }
    // The same with a limit that it would have slipped past.
    let limited = opaque("ai", "POST", "/v1/messages").used(Level::Org, 1_000_000, 0, 0);
    assert_eq!(limited.decided(), "deny(bad_request)");
}

#[test]
fn what_is_no_model_call_or_says_that_it_carries_bytes_passes() {
    // A read spends nothing, and neither does a service that has no tokens.
    for (connection, method, path) in [("ai", "GET", "/v1/models"), ("jr", "POST", "/rest/api/3/attachments")] {
        let decided = opaque(connection, method, path).decided();
        assert!(!decided.contains("bad_request"), "{connection} {path}: {decided}");
    }
    // As JSON the same call is read, and what it states is reserved.
    let url = format!("{}/v1/messages", base_of("ai"));
    let read = facts("desk", "carol", "ai").step_up(StepUp::Never).raw("POST", &url);
    let evaluation = decide(&read.body(json!({"model": "m", "max_tokens": 5, "messages": []})));
    assert_eq!(evaluation.want.unwrap().maximum_output, Some(5));
    // A function that is there to carry bytes (speech, say) carries them.
    assert_eq!(carrying(opaque("ai", "POST", "/v1/messages"), "create_message").decided(), "allow");
}
