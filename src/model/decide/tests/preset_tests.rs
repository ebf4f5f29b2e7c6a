//! Presets: stricter, standard, looser, for every service there is.
use super::*;
use crate::model::policy::{Preset, preset};

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
