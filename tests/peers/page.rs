//! The pages in a real browser: at a desk and on a phone, by day and by night, on paper, without script.
use crate::desk::Desk;
use crate::oidc::modules_with;
use crate::support::peer::peer;
use crate::support::root;
use std::path::Path;
use std::process::Command;

#[test]
fn the_overview_fits_every_screen_asks_nothing_of_a_network_and_obeys_the_night() {
    let (Some(node), Some(chromium)) = (peer("node"), peer("chromium")) else { return };
    let Some(modules) = modules_with("playwright-core", "1") else { return };
    let desk = Desk::new();
    let key = desk.sandbox.write("key.txt", "sk-practice-of-a-browser-123");
    let long = "a-name-that-is-far-too-long-for-any-telephone@a-host-that-is-just-as-long.example.com";
    for label in ["research", long] {
        let add = ["add", "openai", label, "--no-verify", "--access", "shared", "--secret-file", key.to_str().unwrap()];
        desk.siesta(&add).succeeds();
    }
    desk.siesta(&["user", "add", long]).succeeds();
    desk.siesta(&["agent", "add", "helper", "--assign", "research"]).succeeds();
    desk.siesta(&["grant", "research", "--user", long, "--yes"]).succeeds();
    desk.siesta(&["limits", "set", "research", "--user", long, "--daily", "1"]).succeeds();
    desk.siesta(&["freeze", "--agent", "helper", "--reason", long]).succeeds();
    desk.siesta(&["overview", "--html", "page.html"]).succeeds();
    fits_and_asks_nothing(&desk, &node, &chromium, &modules);
}

#[test]
fn the_limits_page_fits_every_screen_asks_nothing_of_a_network_and_obeys_the_night() {
    let (Some(node), Some(chromium)) = (peer("node"), peer("chromium")) else { return };
    let Some(modules) = modules_with("playwright-core", "1") else { return };
    let desk = Desk::new();
    let key = desk.sandbox.write("key.txt", "sk-practice-of-a-browser-123");
    let add =
        ["add", "openai", "research", "--no-verify", "--access", "shared", "--secret-file", key.to_str().unwrap()];
    desk.siesta(&add).succeeds();
    let long = "a-name-that-is-far-too-long-for-any-telephone@a-host-that-is-just-as-long.example.com";
    desk.siesta(&["user", "add", long]).succeeds();
    for more in [
        &["--org", "--daily", "0.001"][..],
        &["--pool", "--daily", "2", "--weekly", "9"],
        &["--user", long, "--daily", "1"],
    ] {
        desk.siesta(&[&["limits", "set", "research"], more].concat()).succeeds();
    }
    for (user, tokens) in [("mara", "950"), (long, "1200000")] {
        let record =
            ["usage", "record", "research", "--user", user, "--output", "0", "--model", long, "--input", tokens];
        desk.siesta(&record).succeeds();
    }
    desk.siesta(&["limits", "report", "--html", "page.html"]).succeeds();
    fits_and_asks_nothing(&desk, &node, &chromium, &modules);
}

/// Looks at page.html in every way there is.
fn fits_and_asks_nothing(desk: &Desk, node: &Path, chromium: &Path, modules: &Path) {
    let page = desk.sandbox.path("page.html");
    let script = root().join("tests/peers/page.mjs");
    let line = [script.to_str().unwrap(), page.to_str().unwrap()];
    let variables = [("PEER_MODULES", modules), ("PEER_CHROMIUM", chromium)];
    let (said, _) = desk.run(Command::new(node), &line, &variables).succeeds();
    let looks: Vec<Vec<&str>> = said.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(looks.len(), 5, "{said}");
    for look in &looks {
        let [name, wide, window, _, asked] = look.as_slice() else { panic!("{said}") };
        assert_eq!(wide, window, "{name}: something stands out at the side");
        assert_eq!(*asked, "0", "{name}");
    }
    let colour = |name: &str| looks.iter().find(|look| look[0] == name).map(|look| look[3]).unwrap();
    assert_ne!(colour("desk-light"), colour("desk-dark"));
    assert_ne!(colour("phone-light"), colour("phone-dark"));
    assert_eq!(colour("paper"), "rgb(255, 255, 255)");
}
