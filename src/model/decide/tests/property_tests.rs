//! What must hold for every request: tighter never loosens, one request in many spellings is one, no approval without yes.
use super::*;

fn modes() -> impl Strategy<Value = Mode> {
    prop_oneof![3 => Just(Mode::Enabled), 1 => Just(Mode::Confirm), 1 => Just(Mode::Disabled)]
}

fn operations() -> impl Strategy<Value = (&'static str, Operation)> {
    let raw = |method: &str, url: &str| Operation::Raw {
        method: method.to_owned(),
        url: url.to_owned(),
        query: Vec::new(),
        headers: Vec::new(),
        body: StoredBody::None,
    };
    prop::sample::select(vec![
        ("gm", facts("mailer", "alice", "gm").operation),
        ("gm", send().operation),
        ("jr", jr().operation),
        ("jr", create().operation),
        ("jr", delete().operation),
        ("jr", raw("GET", "/other")),
        ("jr", raw("POST", "/other")),
        ("jr", raw("DELETE", "/rest/api/3/issue/X-1")),
        ("tg", raw("POST", "/getUpdates")),
        ("tg", raw("POST", "/sendMessage")),
        ("tg", raw("POST", "/sendMessage?chat_id=1&text=price")),
        ("rest", raw("DELETE", "/orders/7")),
        ("rest", facts("desk", "carol", "rest").function("http_delete", json!({"path": "orders/7"})).operation),
        ("rest", facts("desk", "carol", "rest").function("http_get", json!({"path": "orders"})).operation),
        ("ai", message().operation),
        ("ai", raw("POST", "/v1/other")),
    ])
}

prop_compose! {
    /// Facts of every colour, most of them near to being allowed.
    fn any_facts()(
        (at, operation) in operations(),
        user in prop::sample::select(vec!["alice", "bob", "carol", "-"]),
        own_agent in any::<bool>(),
        access in prop::sample::select(vec![Access::Private, Access::Shared]),
        grants in prop::sample::subsequence(vec!["alice", "bob", "carol"], 0..=2),
        default_mode in prop::sample::select(vec![DefaultMode::ReadOnly, DefaultMode::ReadWrite, DefaultMode::ReadWrite]),
        step_up in prop::sample::select(vec![StepUp::Always, StepUp::RiskBased, StepUp::Never, StepUp::Never]),
        overrides in prop::collection::vec(modes(), 12),
        settings in prop::collection::vec(prop::option::weighted(0.1, modes()), 12),
        used in prop::option::weighted(0.3, 0u64..3),
        rules in policy_rules(),
        windows in prop::option::weighted(0.2, prop::sample::select(vec!["sat 00:00-24:00 UTC", "daily 22:00-09:00 UTC", "mon 9:00-17:00 UTC"])),
        limit in prop::option::weighted(0.3, 0u64..4),
        chats in prop::sample::subsequence(vec!["1", "2"], 0..=2),
        waiting in prop::sample::select(vec![0u32, 0, 20]),
        approval in prop::option::weighted(0.4, prop::sample::select(ApprovalStatus::ALL.to_vec())),
    ) -> Facts {
        let who = if own_agent { "mailer" } else { "desk" };
        let mut facts = facts(who, user, at);
        let policy = policy(if at == "gm" { "mailer" } else { "desk" }, at).unwrap();
        let agent = facts.agent.found.as_ref().unwrap().id;
        let there = target(&mut facts);
        there.connection.access = access;
        there.grants = grants.iter().map(|name| Grant::User((*name).to_owned())).collect();
        there.policy = Some(Policy { agent, default_mode, step_up, ..policy });
        let names: Vec<String> = there.service.functions.iter().map(|f| f.name.clone()).collect();
        there.overrides = names.iter().cloned().zip(overrides).collect();
        there.settings = names.into_iter().zip(settings).filter_map(|(name, mode)| Some((name, mode?))).collect();
        facts.operation = operation;
        let at = facts.at;
        let there = target(&mut facts);
        there.admitted = vec![at - jiff::SignedDuration::from_mins(30)];
        let own = there.policy.as_mut().unwrap();
        own.rules.request = rules;
        own.time_windows = windows.map(|text| window::parse(text).unwrap()).unwrap_or_default();
        own.rate_limits = limit.map(rate);
        let ids = chats.iter().map(|id| (*id).to_owned()).collect();
        constraint::set(&mut own.constraints, "telegram", ConstraintKind::Chat, ids);
        facts.waiting = waiting;
        if let Some(used) = used {
            facts = facts.used(Level::User, 2, used, 0);
        }
        match approval {
            // Without a canonical request nothing can have been approved.
            Some(status) if decide(&facts).mapped.is_some() => facts.approved(status),
            _ => facts,
        }
    }
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

/// One control made tighter.
fn tighten(facts: &mut Facts, control: usize, which: usize) {
    let there = target(facts);
    let name = there.service.functions[which % there.service.functions.len()].name.clone();
    let stricter = |mode: Mode| if mode == Mode::Enabled { Mode::Confirm } else { Mode::Disabled };
    match control {
        0 => there.type_enabled = false,
        1 => {
            let now = there.overrides[&name];
            there.overrides.insert(name, stricter(now));
        }
        2 => {
            let now = there.settings.get(&name).copied().unwrap_or(Mode::Enabled);
            there.settings.insert(name, stricter(now));
        }
        3 => there.policy.as_mut().unwrap().default_mode = DefaultMode::ReadOnly,
        4 => {
            let step_up = &mut there.policy.as_mut().unwrap().step_up;
            *step_up = if *step_up == StepUp::Never { StepUp::RiskBased } else { StepUp::Always };
        }
        5 => there.policy = None,
        6 => there.connection.status = if which.is_multiple_of(2) { Status::Revoked } else { Status::NeedsReauth },
        // The last grant of a shared connection is another matter: without any, it is everybody's (R6).
        7 if there.connection.access == Access::Private => there.grants.clear(),
        7 => there.grants.truncate(1),
        8 => there.policy.as_mut().unwrap().allowlists[0].methods.retain(|method| method != "POST"),
        9 => there.policy.as_mut().unwrap().allowed_models.clear(),
        10 => facts.waiting = 20,
        11 => facts.standings.iter_mut().for_each(|standing| standing.ceiling = 0),
        12 => facts.agent.found.as_mut().unwrap().status = AgentStatus::Disabled,
        13 => there.has_credential = false,
        14 => {
            let everything = rule("stop", json!({}), "deny");
            there.policy.as_mut().unwrap().rules.request.insert(0, everything);
        }
        15 => there.policy.as_mut().unwrap().rules.request.retain(|rule| rule.action != Action::Allow),
        16 => there.policy.as_mut().unwrap().time_windows = window::parse("mon 9:00-9:01 UTC").unwrap(),
        17 => there.policy.as_mut().unwrap().rate_limits = Some(rate(0)),
        // The last of a list is another matter: without any, nothing is constrained.
        18 => {
            let lists = there.policy.as_mut().unwrap().constraints.values_mut().flat_map(|lists| lists.values_mut());
            lists.for_each(|ids| ids.truncate(1));
        }
        19 => there.blocked = there.connection.origins.iter().map(|o| (o.origin.clone(), "no".to_owned())).collect(),
        _ => {
            // Of the other two modes each denies something that a rule may let through in this one.
            let mode = &mut there.policy.as_mut().unwrap().default_mode;
            *mode = if *mode == DefaultMode::ReadWrite { DefaultMode::Custom } else { *mode };
        }
    }
}

const CONTROLS: usize = 21;

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tightening_one_control_never_loosens_a_decision(
        facts in any_facts(), control in 0..CONTROLS, which in 0usize..12
    ) {
        let before = decide(&facts).decision;
        let mut tighter = facts.clone();
        tighten(&mut tighter, control, which);
        let after = decide(&tighter).decision;
        prop_assert!(rank(&after) >= rank(&before), "control {control}: {before:?} became {after:?}");
    }

    #[test]
    fn a_read_only_policy_lets_no_other_kind_through_unless_a_rule_says_so(facts in any_facts()) {
        let facts = facts.mode(DefaultMode::ReadOnly);
        let facts = facts.policy(|p| p.rules.request.retain(|rule| rule.action != Action::Allow));
        let evaluation = decide(&facts);
        if !matches!(evaluation.decision, Decision::Deny(_)) {
            prop_assert!(evaluation.mapped.unwrap().kind.is_harmless());
        }
    }

    #[test]
    fn an_approval_that_is_not_approved_allows_nothing(facts in any_facts(), status in prop::sample::select(ApprovalStatus::ALL.to_vec())) {
if status != ApprovalStatus::Approved && decide(&facts).mapped.is_some() {
            prop_assert!(rank(&decide(&facts.approved(status)).decision) > 0);
        }
    }

    #[test]
    fn every_spelling_of_a_request_gets_the_same_decision_and_fingerprint(
        escaped in prop::collection::vec(any::<(bool, bool)>(), 24),
        port in any::<bool>(), shout in any::<bool>(), dot in any::<bool>(), split in any::<bool>(),
        first_key in any::<bool>(), write in any::<bool>(), mode in modes(),
    ) {
        let mut escapes = escaped.into_iter().cycle();
        let mut spell = |text: &str| -> String {
            text.chars().map(|c| match escapes.next().unwrap() {
                (true, lower) if c != '/' => c.to_string().bytes()
                    .map(|b| if lower { format!("%{b:02x}") } else { format!("%{b:02X}") }).collect(),
                _ => c.to_string(),
            }).collect()
        };
        let body = if first_key { json!({"a": 1, "b": [2]}) } else { json!({"b": [2], "a": 1}) };
        let (method, name) = if write { ("POST", "http_post") } else { ("GET", "http_get") };
        let rest = || facts("desk", "carol", "rest").set(name, mode);
        let plain = rest().raw(method, "/orders/caf\u{e9}?q=a%20b&r=1");
        let plain = if write { plain.body(json!({"a": 1, "b": [2]})) } else { plain };
        let spelled = match split {
            true => {
                let mut arguments = json!({"path": "orders/cafe\u{301}", "query": {"q": "a b", "r": 1}});
                if write {
                    arguments["body"] = body;
                }
                rest().function(name, arguments)
            }
            false => {
                let host = if shout { "HTTPS://API.Example.COM" } else { "https://api.example.com" };
                let port = if port { ":443" } else { "" };
                let dot = if dot { "/./" } else { "/" };
                let url = format!("{host}{port}{dot}{}/{}?q={}%20b&r=1", spell("orders"), spell("caf\u{e9}"), spell("a"));
                let raw = rest().raw(&method.to_lowercase(), &url);
                if write { raw.body(body) } else { raw }
            }
        };
        prop_assert_eq!(plain.decided(), spelled.decided());
        let (one, other) = (decide(&plain).mapped.unwrap(), decide(&spelled).mapped.unwrap());
        prop_assert_eq!(&one.request.request.url, &other.request.request.url);
        prop_assert_eq!(print_of(&plain), print_of(&spelled));
        prop_assert_eq!(one.request.request.body == StoredBody::None, !write);
    }

    #[test]
    fn the_form_of_a_form_is_itself(path in "[a-z%/.;\\\\\u{37e}\u{212a}é ?&=+-]{0,24}") {
        let draft = |url: &str| request::Draft {
            method: "GET".to_owned(), url: url.to_owned(), query: Vec::new(), headers: Vec::new(),
            body: StoredBody::None, allow_encoded_slash: false,
        };
        if let Ok(once) = request::canonical(&draft(&format!("https://h.example{path}"))) {
            let again = request::canonical(&draft(&once.request.url));
            prop_assert_eq!(again.map(|c| c.request.url), Ok(once.request.url));
        }
    }
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
