//! The organization as a file, against real stores: what is exported is what is applied, and nobody loses anything.
use super::*;
use crate::model::org_file::{OrgFile, Part, Verdict};
use crate::ops::org_file::text::{self, Read};
use crate::ops::org_file::{Ask, Outcome};
use proptest::prelude::*;

/// A house in which nobody lives but carol.
fn bare() -> House {
    let house = House {
        temp: tempfile::tempdir().unwrap(),
        provider: Provider::start(),
        clock: Arc::new(Hand(Mutex::new(Timestamp::now()))),
        ids: Arc::new(Counting(AtomicU64::new(1))),
    };
    let new = vault::NewVault {
        organization: "Bare".to_owned(),
        owner: "carol".to_owned(),
        key: vault::NewKey::File,
        recovery_recipient: None,
        owner_account: None,
    };
    vault::init(house.place(), new, house.world()).unwrap();
    house
}

fn all(prune: bool) -> Ask {
    Ask { parts: Some(Part::ALL.to_vec()), prune, ..Ask::default() }
}

fn export(house: &House) -> OrgFile {
    org_file::export(&house.carol(), None).unwrap()
}

fn without_basis(mut file: OrgFile) -> OrgFile {
    (file.revision, file.basis) = (None, std::collections::BTreeMap::new());
    file
}

fn read(file: &OrgFile) -> Read {
    let text = text::yaml(file).unwrap();
    let read = text::read(&text).unwrap_or_else(|error| panic!("{error:?}\n{text}"));
    assert_eq!(read.file, *file, "{text}");
    read
}

fn apply(house: &House, file: &OrgFile, ask: &Ask) -> Result<Outcome> {
    org_file::apply(&house.carol(), &read(file), ask)
}

fn of(value: Value) -> OrgFile {
    let mut whole = json!({"apiVersion": "siesta/v1", "kind": "Organization"});
    whole.as_object_mut().unwrap().extend(value.as_object().unwrap().clone());
    serde_json::from_value(whole).unwrap()
}

fn verdict_free(outcome: &Outcome) -> Vec<String> {
    outcome.changes.iter().map(|change| format!("{:?} {}", change.deed, change.item)).collect()
}

const CRM: &str = "{\"openapi\":\"3.0.0\",\"info\":{\"title\":\"Acme CRM\"},\"servers\":[{\"url\":\"https://crm.example\"}],\
                   \"paths\":{\"/orders\":{\"get\":{\"operationId\":\"listOrders\"}}}}";

#[test]
fn an_export_makes_the_same_organization_of_an_empty_store() {
    let house = House::new();
    house.model();
    house.notes();
    govern(&house.carol(), "openai", Some(Mode::Enabled)).unwrap();
    govern(&house.carol(), "openai/list_models", Some(Mode::Confirm)).unwrap();
    functions::set(&house.carol(), NOTES, &["http_delete".to_owned()], Some(Mode::Disabled)).unwrap();
    let change = limits::LimitChange { daily: limits::Field::Set("1.5".parse().unwrap()), ..Default::default() };
    limits::set(&house.carol(), MODEL, &limits::Subject::User("alice".to_owned()), &change).unwrap();
    let grant = crate::model::connection::Grant::Team("sales".to_owned());
    connections::set_grant(&house.carol(), NOTES, &grant, true, false).unwrap();
    // A function by hand with a mode of its own, and a service that was brought along with one for the organization.
    let order = crate::model::hand_made::function("get_order", "GET", "/orders/{id}", None, Vec::new()).unwrap();
    hand_made::put(&house.carol(), NOTES, &order, hand_made::Writing::New).unwrap();
    functions::set(&house.carol(), NOTES, &["get_order".to_owned()], Some(Mode::Confirm)).unwrap();
    let crm = catalogue::Import { text: CRM.to_owned(), ..Default::default() };
    let crm = catalogue::import(&house.carol(), &crm).unwrap().service;
    govern(&house.carol(), &format!("{}/{}", crm.id, crm.functions[0].name), Some(Mode::Confirm)).unwrap();
    let exported = without_basis(export(&house));
    let text = text::yaml(&exported).unwrap();
    assert!(text.contains("get_order") && text.contains("importedServices"), "{text}");
    assert!(!text.contains(API_KEY) && !text.contains("refresh"), "{text}");

    let other = bare();
    apply(&other, &exported, &all(true)).unwrap();
    assert_eq!(without_basis(export(&other)), exported);
    assert_eq!(other.connection(NOTES).status, Status::NeedsReauth);
    assert_eq!(other.connection(NOTES).origins, house.connection(NOTES).origins);
    assert_eq!(other.connection(MODEL).origins, house.connection(MODEL).origins);
    assert_eq!(verdict_free(&apply(&other, &exported, &all(true)).unwrap()), Vec::<String>::new());
    // Each is a row with old and new values, all of one operation.
    let row = other.newest("limit.set");
    assert!(row.changes.iter().any(|change| change.property == "daily" && change.new == "1.5"), "{row:?}");
    for action in ["policy.assign", "catalog.import", "connection.add"] {
        assert_eq!(row.correlation, other.newest(action).correlation, "{action}");
    }

    // The first key makes it healthy; the account is whoever's it is.
    connections::rotate(&other.carol(), MODEL, Secret::new(API_KEY.to_owned()), false).unwrap();
    assert_eq!(other.connection(MODEL).status, Status::Healthy);
}

#[test]
fn of_two_administrators_the_slower_is_told_and_loses_nothing() {
    let house = House::new();
    house.model();
    let (mut one, mut other) = (export(&house), export(&house));
    let policy = |file: &mut OrgFile, rate: &str| {
        let policies = file.policies.as_mut().unwrap();
        policies.get_mut("desk").unwrap().get_mut(MODEL).unwrap().rate = Some(rate.to_owned());
    };
    policy(&mut one, "5/h");
    policy(&mut other, "7/h");
    assert_eq!(apply(&house, &one, &Ask::default()).unwrap().changes.len(), 1);
    let after = without_basis(export(&house));
    let error = apply(&house, &other, &Ask::default()).unwrap_err();
    assert_eq!(error.kind, Kind::StoreMoved { parts: "policies".to_owned() });
    assert_eq!(without_basis(export(&house)), after);
    // Again the same file is no news, and a part that nobody touched has not moved.
    assert!(apply(&house, &one, &Ask::default()).unwrap().changes.is_empty());
    let parts = Some(vec![Part::Governance]);
    other.governance.as_mut().unwrap().organization.as_mut().unwrap().four_eyes = true;
    assert_eq!(apply(&house, &other, &Ask { parts, ..Ask::default() }).unwrap().changes.len(), 1);
    // A plan's basis is one too.
    let file = without_basis(other);
    let plan = apply(&house, &file, &Ask { dry_run: true, ..Ask::default() }).unwrap();
    govern(&house.carol(), "slack", Some(Mode::Disabled)).unwrap();
    let ask = Ask { basis: Some(plan.basis), ..Ask::default() };
    assert!(matches!(apply(&house, &file, &ask).unwrap_err().kind, Kind::StoreMoved { .. }));
}

#[test]
fn a_dry_run_says_what_the_real_one_does_and_writes_nothing() {
    let house = House::new();
    house.model();
    let mut file = without_basis(export(&house));
    let people = file.people.as_mut().unwrap();
    people.users.remove("bob");
    people.agents.get_mut("desk").unwrap().status = AgentStatus::Disabled;
    file.policies = Some(std::collections::BTreeMap::new());
    let rows = house.rows().len();
    let dry = apply(&house, &file, &Ask { dry_run: true, ..all(true) }).unwrap();
    assert_eq!(house.rows().len(), rows);
    let real = apply(&house, &file, &all(true)).unwrap();
    assert_eq!(dry.changes, real.changes);
    assert_eq!(dry.consequences, real.consequences);
    assert_eq!(verdict_free(&real), ["Change agent desk", "Remove policy of desk on \"Model\"", "Remove user bob"]);
    assert!(apply(&house, &file, &all(true)).unwrap().changes.is_empty());
}

#[test]
fn what_a_removal_brings_with_it_is_said_beforehand() {
    let house = House::new();
    house.model();
    let mut file = without_basis(export(&house));
    file.people.as_mut().unwrap().agents.remove("desk");
    let ask = Ask { parts: Some(vec![Part::People]), prune: true, dry_run: true, ..Ask::default() };
    let plan = apply(&house, &file, &ask).unwrap();
    let found: Vec<_> =
        plan.consequences.iter().map(|found| (found.of.to_string(), found.what, &found.names)).collect();
    let model = vec![MODEL.to_owned()];
    assert!(
        found.contains(&("agent desk".to_owned(), crate::model::org_file::Aftermath::Assignments, &model)),
        "{found:?}"
    );
    assert_eq!(apply(&house, &file, &Ask { dry_run: false, ..ask }).unwrap().consequences, plan.consequences);
}

#[test]
fn people_change_only_when_they_are_asked_for() {
    let house = House::new();
    let file = of(json!({"people": {"users": {"carol": {"role": "owner"}, "dave": {"role": "admin"}}}}));
    let outcome = apply(&house, &file, &Ask { prune: true, ..Ask::default() }).unwrap();
    assert!(outcome.changes.is_empty() && outcome.leaves_people);
    let parts = Some(vec![Part::People]);
    let outcome = apply(&house, &file, &Ask { parts, ..Ask::default() }).unwrap();
    assert_eq!(verdict_free(&outcome), ["Add user dave"]);
    // Without an owner nobody could repair anything.
    let file = of(json!({"people": {"users": {"carol": {"role": "user"}}}}));
    assert!(matches!(apply(&house, &file, &all(false)).unwrap_err().kind, Kind::Conflict { .. }));
    assert_eq!(people::show_user(&house.carol(), "carol").unwrap().user.role, Role::Owner);
}

#[test]
fn where_a_credential_may_be_sent_is_not_changed_by_a_file() {
    let house = House::new();
    let before = house.model();
    let with = |part: &str, value: Value| {
        let mut file = serde_json::to_value(without_basis(export(&house))).unwrap();
        file["connections"][MODEL][part] = value;
        serde_json::from_value::<OrgFile>(file).unwrap()
    };
    for (part, value) in [
        ("baseUrl", json!("https://evil.example")),
        ("service", json!("anthropic")),
        ("auth", json!("oauth2")),
        ("provider", json!("evil")),
        ("signIn", json!({"token_url": "https://evil.example"})),
        ("scopes", json!(["x"])),
        ("allowPrivateNetwork", json!(false)),
    ] {
        let error = apply(&house, &with(part, value), &all(false)).unwrap_err();
        assert!(matches!(error.kind, Kind::Conflict { .. }), "{part}: {error:?}");
        assert!(matches!(error.about.as_deref(), Some(About::InFile { .. })), "{part}");
    }
    assert_eq!(house.connection(MODEL), before);
    // What a file leaves out of it stays; what people say about it changes.
    let file = of(json!({"connections": {MODEL: {"service": "openai", "access": "shared", "owner": "alice"}}}));
    apply(&house, &file, &all(false)).unwrap();
    let after = house.connection(MODEL);
    assert_eq!((after.origins, after.owner.as_str()), (before.origins, "alice"));
    // A policy cannot lead elsewhere either.
    let file = of(json!({"policies": {"desk": {MODEL: {"allow": ["GET https://evil.example/**"]}}}}));
    assert!(matches!(apply(&house, &file, &all(false)).unwrap_err().kind, Kind::Conflict { .. }));
}

#[test]
fn what_widens_is_refused_where_that_is_asked_for_and_all_of_it() {
    let house = House::new();
    house.model();
    let file = of(json!({
        "governance": {"services": {"slack": "disabled"}},
        "policies": {"desk": {MODEL: {"mode": "read_write"}}},
    }));
    let outcome = apply(&house, &file, &Ask { refuse_widening: true, ..Ask::default() }).unwrap();
    assert!(outcome.refused && outcome.widening() == 1);
    let plan = apply(&house, &file, &Ask { dry_run: true, ..Ask::default() }).unwrap();
    assert_eq!(plan.changes.len(), 2, "nothing was done");
    let verdicts: Vec<Verdict> = plan.changes.iter().map(|change| change.verdict()).collect();
    assert_eq!(verdicts, [Verdict::Narrows, Verdict::Widens]);
}

#[test]
fn a_refusal_lists_all_that_a_plan_lists_and_does_none_of_it() {
    use crate::model::org_file::Aftermath::{OwnerlessConnections, Voided};
    let house = House::new();
    house.notes();
    let mut whole = serde_json::to_value(without_basis(export(&house))).unwrap();
    whole["connections"][NOTES]["owner"] = json!("bob");
    apply(&house, &serde_json::from_value(whole).unwrap(), &all(false)).unwrap();
    let question = waiting(calls::call(&house.carol(), &write_note().for_user("bob")));
    let mut file = serde_json::to_value(without_basis(export(&house))).unwrap();
    file.as_object_mut().unwrap().remove("connections");
    file["people"]["users"].as_object_mut().unwrap().remove("bob");
    file["people"]["users"]["dave"] = json!({"role": "admin"});
    file["policies"] = json!({});
    let file: OrgFile = serde_json::from_value(file).unwrap();
    let rows = house.rows().len();
    let plan = apply(&house, &file, &Ask { dry_run: true, ..all(true) }).unwrap();
    let refusal = apply(&house, &file, &Ask { refuse_widening: true, ..all(true) }).unwrap();
    assert!(refusal.refused && !plan.refused);
    assert_eq!((&refusal.changes, &refusal.consequences), (&plan.changes, &plan.consequences));
    let widening: Vec<String> = refusal
        .changes
        .iter()
        .filter(|change| change.verdict() == Verdict::Widens)
        .map(|change| change.item.to_string())
        .collect();
    assert_eq!(widening, ["user dave"]);
    let found: Vec<_> = refusal.consequences.iter().map(|found| (found.of.to_string(), found.what)).collect();
    assert!(found.contains(&(format!("policy of desk on \"{NOTES}\""), Voided)), "{found:?}");
    for what in [Voided, OwnerlessConnections] {
        assert!(found.contains(&("user bob".to_owned(), what)), "{found:?}");
    }
    assert_eq!(house.rows().len(), rows);
    assert_eq!(house.execution(question).approval, ApprovalStatus::Pending);
}

#[test]
fn what_cannot_be_is_refused_with_its_place_and_nothing_is_done() {
    let house = House::new();
    house.model();
    let rows = house.rows().len();
    for (value, words) in [
        (json!({"policies": {"dest": {MODEL: {}}}}), "there is no agent \"dest\""),
        (json!({"policies": {"desk": {"Modell": {}}}}), "there is no connection \"Modell\""),
        (json!({"policies": {"desk": {MODEL: {"windows": ["always"]}}}}), "a window is written as"),
        (json!({"policies": {"desk": {MODEL: {"constraints": {"openai": {"allowedChatIds": ["1"]}}}}}}), "keeps"),
        (json!({"governance": {"services": {"slak": "disabled"}}}), "there is no service"),
        (json!({"governance": {"functions": {"openai": {"list_model": "disabled"}}}}), "there is no function"),
        (json!({"governance": {"connections": {MODEL: {"list_models": "enabled"}}}}), "only tightens"),
        (json!({"limits": {MODEL: {"users": {"al": {"daily": 1}}}}}), "there is no user \"al\""),
        (json!({"connections": {"openai": {"service": "openai"}}}), "openai"),
        (json!({"connections": {"New": {"service": "openai", "owner": "al"}}}), "there is no user \"al\""),
        (json!({"people": {"teams": {"t": {"members": ["al"]}}}}), "there is no user \"al\""),
        (
            json!({"governance": {"services": {"slack": "disabled"}}, "people": {"agents": {"a b ": {}}}}),
            "cannot name an agent",
        ),
    ] {
        let error = apply(&house, &of(value.clone()), &all(false)).unwrap_err();
        assert!(error.kind.to_string().contains(words), "{value}: {error:?}");
        assert!(matches!(error.about.as_deref(), Some(About::InFile { .. })), "{value}: {error:?}");
    }
    assert_eq!(house.rows().len(), rows);
}

#[test]
fn an_agent_applies_nothing() {
    let house = House::new();
    let file = of(json!({"governance": {"services": {"slack": "disabled"}}}));
    let error = org_file::apply(&house.as_("agent:desk"), &read(&file), &Ask::default()).unwrap_err();
    assert_eq!(error.kind, Kind::AgentMayNot);
}

fn some<T: Clone + std::fmt::Debug + 'static>(all: &[T]) -> impl Strategy<Value = Vec<T>> + use<T> {
    prop::sample::subsequence(all.to_vec(), 0..=all.len())
}

fn word(all: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop::sample::select(all)
}

fn policy() -> impl Strategy<Value = Value> {
    (
        (word(&["read_only", "read_write", "custom"]), word(&["always", "risk_based", "never"])),
        some(&["broker", "vend"]),
        prop::option::of(some(&["GET /v1/**", "POST,GET /a b/*", "* /x"])),
        prop::option::of(0u64..5000),
        prop::option::of(1u64..9_000_000),
        some(&["mon-fri 9:00-17:00 Europe/Prague", "sun 22:00-06:00 UTC", "daily 00:00-24:00 UTC"]),
        any::<bool>(),
        some(&["allow", "deny", "require_approval"]),
    )
        .prop_map(|((mode, step_up), flows, allow, rate, payload, windows, vends, actions)| {
            let rules: Vec<Value> = actions
                .iter()
                .map(|action| json!({"label": format!("{action}: \"#1\""), "match": {"methods": ["get"], "urlPattern": "^/a"}, "action": action}))
                .collect();
            let mut policy = json!({
                "mode": mode, "stepUp": step_up, "flows": flows, "windows": windows, "allowUnenforcedVend": vends,
                "rules": {"request": rules},
            });
            let mut set = |part: &str, value: Option<Value>| {
                if let Some(value) = value {
                    policy[part] = value;
                }
            };
            set("allow", allow.map(|lines| json!(lines)));
            set("rate", rate.map(|rate| json!(format!("{rate}/h"))));
            set("maxPayload", payload.map(|bytes| json!(bytes.to_string())));
            policy
        })
}

fn limit() -> impl Strategy<Value = Value> {
    (prop::option::of(0u64..3_000_000_000_000), prop::option::of(0u64..9), any::<bool>(), any::<bool>()).prop_map(
        |(daily, weekly, strict, enabled)| {
            let daily = daily.map(|tokens| crate::model::limit::Millions(tokens).to_string());
            json!({"daily": daily, "weekly": weekly, "strict": strict, "enabled": enabled})
        },
    )
}

/// Names that look like something else in YAML, and one that is just a name.
const USERS: [&str; 5] = ["dave", "no", "007", "e@x.cz", "null"];
const LABELS: [(&str, &str); 4] =
    [("GPT: \"new\"", "openai"), ("~", "openrouter"), ("A # b", "google-gmail"), ("1e3", "openai")];

fn organization() -> impl Strategy<Value = Value> {
    let people = (some(&USERS), prop::collection::vec(word(&["user", "admin", "owner"]), 5), some(&["active", "x"]));
    let modes = (word(&["enabled", "disabled"]), word(&["enabled", "confirm", "disabled"]), some(&["confirm"]));
    let policies = prop::collection::vec(policy(), 4);
    let limits = prop::collection::vec(limit(), 4);
    (people, some(&LABELS), word(&["private", "shared"]), modes, policies, limits).prop_map(
        |((users, roles, status), labels, access, modes, policies, limits)| {
            let status = if status.contains(&"active") { "active" } else { "disabled" };
            let mut people: serde_json::Map<String, Value> = users
                .iter()
                .zip(roles)
                .map(|(name, role)| ((*name).to_owned(), json!({"role": role, "status": status})))
                .collect();
            people.insert("carol".to_owned(), json!({"role": "owner"}));
            let connections: serde_json::Map<String, Value> = labels
                .iter()
                .map(|(label, service)| {
                    let entry = json!({
                        "service": service, "access": access, "owner": "carol", "purpose": format!("- {label}: x"),
                        "grants": {"users": users, "teams": ["t"]}, "approvers": ["carol"],
                    });
                    ((*label).to_owned(), entry)
                })
                .collect();
            let of_models = labels.iter().filter(|(_, service)| *service != "google-gmail");
            let own: serde_json::Map<String, Value> = labels
                .iter()
                .filter(|(_, service)| *service == "openai" && !modes.2.is_empty())
                .map(|(label, _)| ((*label).to_owned(), json!({"list_models": "disabled"})))
                .collect();
            let limits: serde_json::Map<String, Value> = of_models
                .zip(limits)
                .map(|((label, _), limit)| {
                    let users: serde_json::Map<String, Value> =
                        users.iter().map(|name| ((*name).to_owned(), limit.clone())).collect();
                    ((*label).to_owned(), json!({"org": limit, "pool": limit, "users": users, "teams": {"t": limit}}))
                })
                .collect();
            let policies: serde_json::Map<String, Value> =
                labels.iter().zip(policies).map(|((label, _), policy)| ((*label).to_owned(), policy)).collect();
            json!({
                "people": {
                    "users": people,
                    "teams": {"t": {"members": users, "description": "yes"}},
                    "agents": {"off": {"owner": "carol", "status": status}},
                },
                "connections": connections,
                "governance": {
                    "services": {"slack": modes.0}, "functions": {"openai": {"list_models": modes.1}},
                    "connections": own,
                },
                "policies": {"off": policies},
                "limits": limits,
            })
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn after_an_apply_the_plan_is_empty_and_the_export_makes_the_same_again(first in organization(), second in organization()) {
        let (one, other) = (bare(), bare());
        for value in [first, second] {
            let file = of(value);
            // Of what is left of the first, policies and limits of connections that stay are pruned.
            apply(&one, &file, &all(true)).unwrap();
            let plan = apply(&one, &file, &Ask { dry_run: true, ..all(true) }).unwrap();
            prop_assert!(plan.changes.is_empty(), "{:?}", plan.changes);
        }
        let exported = without_basis(export(&one));
        apply(&other, &exported, &all(true)).unwrap();
        prop_assert_eq!(without_basis(export(&other)), exported);
    }
}
