//! The policy on dependencies (`deny.toml`), as far as it can be kept without looking anything up: licences, packages that
//! are banned, and where packages come from. `cargo deny check` also knows what has been found out about them since.
use crate::support::root;
use std::collections::BTreeSet;

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

fn policy() -> toml::Table {
    read("deny.toml").parse().unwrap()
}

/// Every package that is built into the program, and its licence.
fn packages() -> Vec<(String, String)> {
    let list = read("packaging/licences.txt");
    let lines = list.lines().skip(2).map(|line| {
        let mut words = line.split_whitespace();
        let package = [words.next().unwrap(), words.next().unwrap()].join(" ");
        (package, words.collect::<Vec<_>>().join(" "))
    });
    lines.collect()
}

#[test]
fn every_licence_is_one_that_the_policy_allows() {
    let policy = policy();
    let allowed: BTreeSet<&str> =
        policy["licenses"]["allow"].as_array().unwrap().iter().map(|licence| licence.as_str().unwrap()).collect();
    let packages = packages();
    assert!(packages.len() > 200, "{}", packages.len());
    for (package, licence) in packages {
        let said = spdx::Expression::parse_mode(&licence, spdx::ParseMode::LAX);
        let said = said.unwrap_or_else(|error| panic!("{package}: {error}"));
        assert!(said.evaluate(|one| allowed.contains(one.to_string().as_str())), "{package}: {licence}");
    }
}

#[test]
fn the_list_of_licences_names_what_the_lock_file_holds_and_nothing_that_is_banned() {
    let policy = policy();
    let banned = policy["bans"]["deny"].as_array().unwrap().iter().map(|one| one["crate"].as_str().unwrap());
    let banned: BTreeSet<&str> = banned.collect();
    let lock: toml::Table = read("Cargo.lock").parse().unwrap();
    let mut sources = BTreeSet::new();
    let locked = lock["package"].as_array().unwrap().iter();
    let locked: BTreeSet<String> = locked
        .map(|one| {
            if let Some(source) = one.get("source") {
                sources.insert(source.as_str().unwrap().to_owned());
            }
            format!("{} v{}", one["name"].as_str().unwrap(), one["version"].as_str().unwrap())
        })
        .collect();
    // One registry, and no repository.
    assert!(sources.len() == 1 && sources.iter().all(|source| source.starts_with("registry+")), "{sources:?}");
    for (package, _) in packages() {
        let name = package.split_once(' ').unwrap().0;
        assert!(!banned.contains(name), "{name} is banned");
        assert!(locked.contains(&package), "{package}: run packaging/licences > packaging/licences.txt");
    }
    let named: BTreeSet<String> = packages().into_iter().map(|(package, _)| package).collect();
    let own: toml::Table = read("Cargo.toml").parse().unwrap();
    for name in own["dependencies"].as_table().unwrap().keys() {
        let is_there = named.iter().any(|package| package.split_once(' ').unwrap().0 == name);
        assert!(is_there, "{name}: run packaging/licences > packaging/licences.txt");
    }
}
