//! `export`, `plan` and `apply`: what they print, and how they end.
use crate::support::office::Office;
use crate::support::root;

const HEAD: &str = "apiVersion: siesta/v1\nkind: Organization\n";

#[test]
fn a_file_is_planned_applied_and_then_no_news() {
    let office = Office::new();
    let example = root().join("examples/organization.yaml");
    let example = example.to_str().unwrap();
    let plan = office.siesta(&["plan", example, "--kind", "all"]).ends_with(12);
    assert!(plan.stdout().contains("+ user bob  WIDENS\n    role: user  WIDENS\n"), "{}", plan.stdout());
    assert!(plan.stdout().contains("+ service slack\n    mode: disabled  narrows\n"), "{}", plan.stdout());
    office.siesta(&["plan", example, "--kind", "all", "--refuse-widening"]).ends_with(8);
    office.siesta(&["apply", example, "--kind", "all", "--refuse-widening"]).ends_with(8);
    let dry = office.siesta(&["apply", example, "--kind", "all", "--dry-run"]).succeeds().stdout();
    assert_eq!(dry, plan.stdout());
    let real = office.siesta(&["apply", example, "--kind", "all"]).succeeds().stdout();
    assert_eq!(real, dry);
    assert_eq!(office.siesta(&["plan", example, "--kind", "all"]).succeeds().stdout(), "");
    let list = office.siesta(&["list", "--json"]).succeeds().json();
    let states: Vec<&str> =
        list["connections"].as_array().unwrap().iter().filter_map(|c| c["status"].as_str()).collect();
    assert!(states.contains(&"needs_reauth"), "{list}");
    // What was exported, in either form, is no news either.
    for format in ["yaml", "json"] {
        let text = office.siesta(&["export", "-o", format]).succeeds().stdout();
        let plan = office.siesta_with(&["plan", "-", "--kind", "all", "--prune"], &text);
        assert_eq!(plan.succeeds().stdout(), "", "{format}");
    }
}

#[test]
fn a_refusal_names_file_line_and_column() {
    let office = Office::new();
    for (rest, exit, words) in [
        ("polices: {}\n", 2, "org.yaml:3:1: \"polices\" is not known here; did you mean \"policies\"?"),
        ("governance:\n  services:\n    slak: disabled\n", 3, "org.yaml:5:5: there is no service \"slak\""),
        ("policies:\n  nobody: {x: {}}\n", 3, "org.yaml:4:3: there is no agent \"nobody\""),
    ] {
        office.write("org.yaml", format!("{HEAD}{rest}"));
        for command in ["plan", "apply"] {
            let run = office.siesta(&[command, "org.yaml"]).ends_with(exit);
            assert!(run.stderr.starts_with(&format!("error: {words}")), "{}", run.stderr);
            assert_eq!(run.stdout(), "");
        }
    }
}

#[test]
fn whoever_is_slower_is_told_with_exit_7() {
    let office = Office::new();
    office.siesta(&["export", "--out", "mine.yaml"]).succeeds();
    office.siesta(&["export", "--out", "mine.yaml"]).ends_with(7);
    let mine = std::fs::read_to_string(office.path("mine.yaml")).unwrap();
    let mine = mine.replace("fourEyes: false", "fourEyes: true");
    office.write("theirs.yaml", mine.replace("weekStart: monday", "weekStart: friday"));
    office.write("mine.yaml", mine);
    office.siesta(&["apply", "theirs.yaml"]).succeeds();
    let run = office.siesta(&["apply", "mine.yaml", "--json"]).ends_with(7);
    assert_eq!(run.json_error()["code"], "store-moved");
    let organization = office.siesta(&["org", "show", "--json"]).succeeds().json();
    assert_eq!(organization["organization"]["weekStart"], "friday");
}

#[test]
fn the_schema_for_editors_takes_the_example_and_not_a_typo() {
    let office = Office::new();
    let schema = office.siesta(&["export", "--schema"]).succeeds().json();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let text = std::fs::read_to_string(root().join("examples/organization.yaml")).unwrap();
    let mut example: serde_json::Value = serde_saphyr::from_str(&text).unwrap();
    let errors: Vec<String> = validator.iter_errors(&example).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    example["polices"] = serde_json::json!({});
    assert!(!validator.is_valid(&example));
}
