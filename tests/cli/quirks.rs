//! What providers do that no standard says, one by one, through the program. [`LIST`] says which test shows which quirk of
//! the providers' documentation; one that is named there and does not exist is a fault.
use crate::support::desk::{Desk, How, MICROSOFT, free_port, members};
use crate::support::lab::{Asked, Lab};
use crate::support::{files_below, root};
use serde_json::{Value, json};
use std::collections::HashMap;

/// Quirk, and the test that shows it.
const LIST: [(&str, &str); 79] = [
    // Clients and redirects.
    (
        "Google: a desktop client has a secret that is no secret, and it is needed",
        "google_services_send_what_google_documents",
    ),
    ("Google, GitHub: any port of 127.0.0.1", "each_provider_is_asked_with_its_own_words"),
    ("Google: access_type=offline and prompt=consent", "each_provider_is_asked_with_its_own_words"),
    ("Google: people untick scopes", "a_sign_in_without_a_refresh_token_and_with_fewer_scopes_says_so"),
    (
        "Google: no refresh token when the account had consented",
        "token_answers_that_no_standard_describes_are_read_as_they_are_meant",
    ),
    (
        "Google: the refresh token is left out of a refresh, and the old one stays",
        "google_services_send_what_google_documents",
    ),
    (
        "Google: 7 days while the consent screen is in status Testing",
        "a_google_sign_in_that_ends_within_a_week_names_the_consent_screen",
    ),
    ("Google: invalid_rapt is the end of a session", "a_dead_sign_in_says_so_in_the_providers_words"),
    ("Google: a revoked refresh token answers invalid_grant", "a_dead_sign_in_says_so_in_the_providers_words"),
    (
        "Google: the API must be enabled (403 SERVICE_DISABLED)",
        "what_the_provider_says_against_the_first_request_is_shown",
    ),
    ("Google: revoking ends the whole grant", "what_else_a_revocation_ends_is_said_beforehand"),
    ("Google: device flow with verification_url", "signing_in_on_another_device_asks_what_each_provider_documents"),
    (
        "Google: a key that is none answers 400",
        "a_connection_is_demoted_when_its_provider_says_that_it_is_over_and_not_before",
    ),
    ("Google: scopes of OpenID Connect come back in full", "scopes_are_understood_as_each_provider_writes_them"),
    ("Microsoft: a public client sends no secret", "microsoft_services_send_what_microsoft_documents"),
    ("Microsoft: localhost, and no literal address", "each_provider_is_asked_with_its_own_words"),
    ("Microsoft: offline_access is asked for", "each_provider_is_asked_with_its_own_words"),
    (
        "Microsoft: scopes with their address, offline_access left out",
        "token_answers_that_no_standard_describes_are_read_as_they_are_meant",
    ),
    ("Microsoft: expires_in as a text", "tokens_are_renewed_when_their_time_has_come_and_not_before"),
    (
        "Microsoft: rotates, and the old token lives on",
        "the_previous_token_is_kept_only_for_a_provider_with_a_reuse_window",
    ),
    ("Microsoft: interaction_required and AADSTS codes", "a_dead_sign_in_says_so_in_the_providers_words"),
    ("Microsoft: nothing takes one token back", "microsoft_services_send_what_microsoft_documents"),
    ("Microsoft: device flow", "signing_in_on_another_device_asks_what_each_provider_documents"),
    (
        "Microsoft: the issuer of common is a template",
        "a_description_that_cannot_be_trusted_is_refused_before_anybody_is_sent_there",
    ),
    ("Microsoft: the client signs in for itself with /.default", "a_key_file_signs_and_a_client_signs_in_for_itself"),
    (
        "Microsoft: scopes that need an administrator are not asked for unasked",
        "a_new_sign_in_asks_for_what_assigned_functions_need",
    ),
    ("Slack: commas, and user_scope", "each_provider_is_asked_with_its_own_words"),
    ("Slack: the token is in authed_user", "token_answers_that_no_standard_describes_are_read_as_they_are_meant"),
    ("Slack: HTTP 200 with ok:false", "the_providers_own_words_are_shown_and_nothing_is_stored"),
    ("Slack: ratelimited is no refusal", "what_passes_by_itself_ends_no_sign_in"),
    ("Slack: a refresh token that is over", "a_dead_sign_in_says_so_in_the_providers_words"),
    ("Slack: auth.revoke ends the very token", "services_that_are_signed_in_to_speak_their_own_dialects"),
    ("Slack: tokens without rotation live until they are revoked", "a_token_without_an_end_is_not_renewed"),
    ("Slack: reading methods want a form", "headers_and_bodies_are_as_each_provider_wants_them"),
    (
        "Slack, HubSpot, Atlassian, Notion: no device flow",
        "signing_in_on_another_device_is_refused_where_the_provider_has_no_such_flow",
    ),
    (
        "Atlassian, HubSpot, Slack, Notion: the exact port",
        "a_pinned_port_and_a_needed_secret_are_asked_for_before_anybody_signs_in",
    ),
    ("Atlassian: audience and prompt", "each_provider_is_asked_with_its_own_words"),
    ("Atlassian: the secret also for a refresh", "services_that_are_signed_in_to_speak_their_own_dialects"),
    (
        "Atlassian: rotates, with a short window for the old token",
        "when_only_the_previous_token_works_it_is_the_one_that_is_kept",
    ),
    ("Atlassian: failures are often HTTP 403", "a_rotated_refresh_token_is_used_next_and_a_403_demotes_nobody"),
    ("Atlassian: the site is asked for, and is part of the address", "of_several_sites_one_is_named"),
    (
        "Atlassian: an API token goes to the site's own host",
        "services_opened_by_a_key_send_what_their_providers_document",
    ),
    ("HubSpot: errors as status and message", "a_dead_sign_in_says_so_in_the_providers_words"),
    ("HubSpot: one refresh token for a whole account", "what_else_a_revocation_ends_is_said_beforehand"),
    ("HubSpot: 30 minutes", "tokens_are_renewed_when_their_time_has_come_and_not_before"),
    ("HubSpot: plain http for localhost only", "each_provider_is_asked_with_its_own_words"),
    (
        "GitHub: a form unless JSON is asked for, and HTTP 200 with an error",
        "token_answers_that_no_standard_describes_are_read_as_they_are_meant",
    ),
    (
        "GitHub: asked with spaces, answered with commas",
        "token_answers_that_no_standard_describes_are_read_as_they_are_meant",
    ),
    ("GitHub: no secret on another device", "signing_in_on_another_device_asks_what_each_provider_documents"),
    ("GitHub: slow_down with HTTP 200, for good", "a_provider_that_wants_to_be_asked_less_often_is_asked_less_often"),
    (
        "GitHub: single sign-on is asked for in X-GitHub-SSO",
        "an_organization_that_wants_its_single_sign_on_is_named_with_its_page",
    ),
    (
        "GitHub: rows of organizations with single sign-on are left out",
        "an_organization_that_wants_its_single_sign_on_is_named_with_its_page",
    ),
    (
        "Clockify: each region has servers of its own, also for reports",
        "a_region_of_clockify_is_asked_at_its_own_servers",
    ),
    ("GitHub: tokens without an end", "a_token_without_an_end_is_not_renewed"),
    ("GitHub: DELETE with Basic", "services_that_are_signed_in_to_speak_their_own_dialects"),
    (
        "GitHub: without the secret nothing is taken back",
        "signing_in_on_another_device_asks_what_each_provider_documents",
    ),
    ("GitHub: bad_refresh_token with HTTP 200", "a_dead_sign_in_says_so_in_the_providers_words"),
    ("GitHub: another account at the next sign-in", "reauth_with_another_account_is_refused_unless_that_is_meant"),
    ("Notion: Basic and JSON, no PKCE", "services_that_are_signed_in_to_speak_their_own_dialects"),
    ("Notion: Notion-Version with every call", "headers_and_bodies_are_as_each_provider_wants_them"),
    ("Anthropic: its version with every call", "headers_and_bodies_are_as_each_provider_wants_them"),
    ("Siesta AI: the organization with every call", "headers_and_bodies_are_as_each_provider_wants_them"),
    ("Anthropic: cached tokens are counted beside the input", "anthropic_counts_what_the_cache_took_and_gave"),
    ("Telegram: the token is in the path", "telegram_has_its_token_in_the_path_and_nowhere_else"),
    ("Telegram: HTTP 200 with ok:false; revoked at BotFather", "telegram_has_its_token_in_the_path_and_nowhere_else"),
    ("Telegram: updates of other chats are taken out", "answers_are_limited_to_the_targets_of_the_policy"),
    ("Telegram: a group changes its id", "a_group_that_became_a_supergroup_is_told_with_its_new_id"),
    ("Trello: arguments of writes in the query", "services_opened_by_a_key_send_what_their_providers_document"),
    ("Trello: DELETE of the token", "services_opened_by_a_key_send_what_their_providers_document"),
    ("Azure: every request is signed, XML", "azure_storage_is_signed_and_its_key_stays_here"),
    ("Azure: the host stands in the connection string", "azure_storage_is_signed_and_its_key_stays_here"),
    ("Google keys, Trello, Azure: secrets in addresses", "google_services_opened_by_a_key_send_it_in_the_query"),
    ("Google Ads: three things beside the token", "google_ads_sends_its_developer_token_beside_the_access_token"),
    ("Google Drive: no scope limits a connection to a folder", "answers_are_limited_to_the_targets_of_the_policy"),
    ("Google Drive: without supportsAllDrives shared drives answer 404", "google_services_send_what_google_documents"),
    (
        "Downloads are redirected to other hosts, without the credential",
        "a_download_that_is_redirected_arrives_without_its_credential_having_been_there",
    ),
    ("A provider that redirects the token request", "a_redirected_token_request_goes_nowhere"),
    ("OpenRouter: no client, no state, a lasting key", "a_sign_in_that_makes_a_lasting_key_names_no_client"),
    ("Claude subscription tokens are not for this program", "a_key_that_is_for_another_program_is_refused"),
];

#[test]
fn every_quirk_has_a_test_that_exists() {
    let files = files_below(&root().join("tests"), ".rs").into_iter().chain(files_below(&root().join("src"), ".rs"));
    let texts: Vec<String> = files.map(|file| std::fs::read_to_string(file).unwrap()).collect();
    for (quirk, test) in LIST {
        let is_there = texts.iter().any(|text| {
            text.contains(&format!("#[test]\nfn {test}()")) || text.contains(&format!("#[test]\n    fn {test}()"))
        });
        assert!(is_there, "{quirk}: there is no test {test}");
    }
}

const USERINFO: &str = "/v1/userinfo";

/// What proves a sign-in at each provider.
fn tell_who(desk: &Desk) {
    let who = json!({"sub": "108", "id": "7", "login": "ann", "email": "ann@acme.example", "userPrincipalName": "ann",
        "portalId": 12, "ok": true, "team": "Acme", "bot_id": "B1"});
    for path in [USERINFO, "/user", "/v1.0/me", "/account-info/v3/details", "/v1/users/me"] {
        desk.lab.tell("GET", path, 200, who.clone());
    }
    desk.lab.tell("POST", "/api/auth.test", 200, who);
    let sites = json!([{"id": "cloud-1", "url": "https://acme.atlassian.net", "name": "acme"}]);
    desk.lab.tell("GET", "/oauth/token/accessible-resources", 200, sites);
}

/// Signs in to a service, and says what its address asked for.
#[track_caller]
fn asked_for(desk: &Desk, service: &str, more: &str) -> HashMap<String, String> {
    let server = "--authorization-url {lab}/authorize --token-url {lab}/token --allow-private-network --base-url {lab}";
    let line = desk.line(&format!("add {service} c {server} --callback-port {} {more}", free_port()));
    let (run, address) = desk.lab.consent(line);
    run.succeeds();
    desk.run("revoke c --yes --local-only").succeeds();
    address.query_pairs().into_owned().collect()
}

#[test]
fn each_provider_is_asked_with_its_own_words() {
    let desk = Desk::new();
    tell_who(&desk);
    let has = |asked: &HashMap<String, String>, wanted: &[(&str, &str)]| {
        for (name, value) in wanted {
            assert_eq!(asked.get(*name).map(String::as_str), Some(*value), "{name}: {asked:?}");
        }
        assert_eq!((asked["response_type"].as_str(), asked["client_id"].as_str()), ("code", "lab-client"));
        assert!(asked["state"].len() >= 43, "256 bits: {}", asked["state"]);
    };
    let google = asked_for(&desk, "google-gmail", "--scope openid --scope b --account-hint ann@acme.example");
    has(
        &google,
        &[("access_type", "offline"), ("prompt", "consent"), ("scope", "openid b"), ("login_hint", "ann@acme.example")],
    );
    assert!(google["redirect_uri"].starts_with("http://127.0.0.1:"));
    let github = asked_for(&desk, "github", "--with oauth2 --scope repo --scope read:user");
    has(&github, &[("scope", "repo read:user"), ("code_challenge_method", "S256")]);
    assert!(github["redirect_uri"].starts_with("http://127.0.0.1:"));
    let atlassian = asked_for(&desk, "jira", "--with oauth2 --scope read:jira-work");
    has(
        &atlassian,
        &[("audience", "api.atlassian.com"), ("prompt", "consent"), ("scope", "read:jira-work offline_access")],
    );
    let microsoft = asked_for(&desk, "microsoft-outlook-mail", "--scope Mail.Read");
    has(&microsoft, &[("scope", "Mail.Read offline_access"), ("code_challenge_method", "S256")]);
    let slack = asked_for(&desk, "slack", "--scope users:read --scope channels:read");
    has(&slack, &[("user_scope", "users:read,channels:read")]);
    assert!(!slack.contains_key("scope"), "{slack:?}");
    let notion = asked_for(&desk, "notion", "--with oauth2");
    has(&notion, &[("owner", "user")]);
    assert!(!notion.contains_key("code_challenge"), "{notion:?}");
    let hubspot = asked_for(&desk, "hubspot", "--with oauth2");
    for asked in [&atlassian, &microsoft, &slack, &notion, &hubspot] {
        assert!(asked["redirect_uri"].starts_with("http://localhost:"), "{asked:?}");
    }
}

#[test]
fn scopes_are_understood_as_each_provider_writes_them() {
    let desk = Desk::new();
    tell_who(&desk);
    let granted = |service: &str, more: &str, scope: Value| {
        let mut tokens = Lab::tokens();
        tokens["scope"] = scope;
        desk.lab.tell("POST", "/token", 200, tokens);
        desk.sign_in(service, more).succeeds();
        let shown = desk.shown();
        desk.run("revoke c --yes --local-only").succeeds();
        (shown["connection"]["grantedScopes"].clone(), shown["missingScopes"].clone())
    };
    let full = "openid https://www.googleapis.com/auth/userinfo.email";
    assert_eq!(
        granted("google-gmail", "--scope openid --scope email", json!(full)),
        (json!(["openid", "email"]), json!([]))
    );
    let list = json!(["crm.objects.contacts.read"]);
    let asked = "--with oauth2 --scope crm.objects.contacts.read --scope crm.objects.deals.read";
    assert_eq!(granted("hubspot", asked, list.clone()), (list, json!(["crm.objects.deals.read"])));
}

#[test]
fn signing_in_on_another_device_asks_what_each_provider_documents() {
    let desk = Desk::new();
    tell_who(&desk);
    // On another device a client of GitHub needs no secret, so it has none here.
    desk.run("app set github --client-id lab-client").succeeds();
    let page = desk.lab.url("/device");
    let code = |address: &str, expires: Value| {
        let mut code =
            json!({"device_code": "lab-device", "user_code": "WDJB-MJHT", "expires_in": expires, "interval": 0});
        code[address] = json!(page);
        code
    };
    let device = |service: &str, more: &str| {
        desk.lab.asked();
        let server = "--authorization-url {lab}/authorize --token-url {lab}/token --device-url {lab}/device/code";
        let line = format!("add {service} c --device {server} --base-url {{lab}} --allow-private-network {more}");
        let run = desk.run(&line).succeeds();
        assert!(run.stderr.contains(&page) && run.stderr.contains("WDJB-MJHT"), "{}", run.stderr);
        assert!(run.stderr.contains("only if you started this sign-in yourself"), "{}", run.stderr);
        desk.lab.asked().into_iter().filter(|asked| asked.method == "POST").collect::<Vec<Asked>>()
    };
    let grant = "urn:ietf:params:oauth:grant-type:device_code";
    for (service, more, answer, scope, secret) in [
        ("github", "--with oauth2 --scope repo", code("verification_uri", json!(900)), "repo", false),
        (
            "microsoft-outlook-mail",
            "--scope Mail.Read",
            code("verification_uri", json!("900")),
            "Mail.Read offline_access",
            false,
        ),
        ("google-gmail", "--scope openid", code("verification_url", json!(1800)), "openid", true),
    ] {
        desk.lab.tell("POST", "/device/code", 200, answer);
        let pending = json!({"error": "authorization_pending"});
        desk.lab.tell_in_turn(
            "POST",
            "/token",
            &[(if service == "github" { 200 } else { 400 }, pending), (200, Lab::tokens())],
        );
        let asked = device(service, more);
        let lines: Vec<String> = asked.iter().map(Asked::line).collect();
        assert_eq!(lines, ["POST /device/code", "POST /token", "POST /token"], "{service}");
        let mut expected = json!({"client_id": "lab-client", "scope": scope});
        let mut polled = json!({"client_id": "lab-client", "grant_type": grant, "device_code": "lab-device"});
        if secret {
            expected["client_secret"] = json!("lab-client-secret");
            polled["client_secret"] = json!("lab-client-secret");
        }
        assert_eq!(Value::Object(members(&asked[0])), expected, "{service}");
        assert_eq!(Value::Object(members(&asked[1])), polled, "{service}");
        assert_eq!(members(&asked[1]), members(&asked[2]), "{service}");
        let shown = desk.shown();
        assert_eq!(
            (&shown["connection"]["status"], &shown["connection"]["authKind"]),
            (&json!("healthy"), &json!("oauth2"))
        );
        desk.run("refresh c").succeeds();
        let [asked] = desk.lab.asked().try_into().unwrap();
        assert_eq!(members(&asked)["grant_type"], "refresh_token", "{service}");
        // Without the secret nobody can end a token at GitHub; Microsoft has no call for it.
        let revoked = desk.run("revoke c --yes --json").succeeds().json();
        assert_eq!((&revoked["upstream"], desk.lab.asked().len()), (&json!("not-supported"), 0), "{service}");
    }
}

#[test]
fn a_provider_that_wants_to_be_asked_less_often_is_asked_less_often() {
    let desk = Desk::new();
    tell_who(&desk);
    desk.run("app set github --client-id lab-client").succeeds();
    let code = json!({"device_code": "lab-device", "user_code": "WDJB-MJHT", "expires_in": 900, "interval": 0,
        "verification_uri": desk.lab.url("/device")});
    desk.lab.tell("POST", "/device/code", 200, code);
    let slower = json!({"error": "slow_down", "error_description": "Too many requests", "interval": 6});
    desk.lab.tell_in_turn("POST", "/token", &[(200, slower), (200, Lab::tokens())]);
    let server = "--authorization-url {lab}/authorize --token-url {lab}/token --device-url {lab}/device/code";
    let line = format!("add github c --with oauth2 --device {server} --base-url {{lab}} --allow-private-network");
    // The next question is six seconds later at the soonest: who has less patience has lost, and has not asked again.
    let run = desk.run(&format!("{line} --timeout 5s")).ends_with(4);
    assert!(run.stderr.contains("siesta add") || run.stderr.contains("in time"), "{}", run.stderr);
    let polls = || desk.lab.asked().iter().filter(|asked| asked.path == "/token").count();
    assert_eq!(polls(), 1, "it was asked again too early");
    assert_eq!(desk.run("list").succeeds().stdout(), "");
    // Who has it is signed in.
    desk.lab.tell_in_turn("POST", "/token", &[(200, json!({"error": "slow_down"})), (200, Lab::tokens())]);
    desk.run(&line).succeeds();
    assert_eq!((polls(), &desk.shown()["connection"]["status"]), (2, &json!("healthy")));
}

#[test]
fn an_organization_that_wants_its_single_sign_on_is_named_with_its_page() {
    let desk = Desk::new();
    tell_who(&desk);
    desk.add("github", How::Secret("ghp_0123456789012345678901234567890123456789"), "").0.succeeds();
    desk.run("assign c helper").succeeds();
    let page = "https://github.com/orgs/acme/sso";
    let required = format!("required; url={page}?authorization_request=canary-of-the-sign-on");
    let refused = json!({"message": "Resource protected by organization SAML enforcement."});
    let headers = [("X-GitHub-SSO", required.as_str())];
    desk.lab.tell_with("GET", "/repos/acme/web/issues/1", 403, &headers, refused.to_string());
    let call = "call c get_issue --arg owner=acme --arg repo=web --arg issue_number=1 --agent helper";
    let run = desk.run(call).ends_with(11);
    let words = format!("HTTP 403: the organization wants its single sign-on first: open {page}, then authorize");
    assert!(run.stderr.contains(&words), "{}", run.stderr);
    assert!(run.stdout().contains("SAML enforcement"), "what the provider said is shown as it came");
    let said = desk.run(&format!("{call} --json")).ends_with(11).json();
    assert!(said["detail"].as_str().unwrap().contains(page), "{said}");
    let id = said["executionId"].as_str().unwrap();
    let shown = desk.run(&format!("executions show {id}")).succeeds().stdout();
    assert!(shown.contains(page), "{shown}");
    // The page, and nothing that would open it for somebody else.
    let heard = [run.stderr, shown, said.to_string(), desk.run("audit list --json").succeeds().stdout()];
    assert!(heard.iter().all(|text| !text.contains("canary-of")), "{heard:?}");
    assert_eq!(desk.shown()["connection"]["status"], "healthy");

    // A connection that is tried or made says it too.
    desk.lab.tell_with("GET", "/user", 403, &headers, refused.to_string());
    let row = tried(&desk, "", 0);
    assert_eq!(row["outcome"], "restricted");
    assert!(row["why"].as_str().unwrap().contains(page), "{row}");
    desk.run("rename c first").succeeds();
    let (run, _) = desk.add("github", How::Secret("ghp_9876543210987654321098765432109876543210"), "");
    assert!(run.succeeds().stderr.contains(page));

    // What is missing from an answer that is fine otherwise.
    let partial = [("X-GitHub-SSO", "partial-results; organizations=21955855,20582480")];
    desk.lab.tell_with("GET", "/user/repos", 200, &partial, "[]");
    let run = desk.run("call first list_repositories --agent helper").succeeds();
    assert_eq!(run.stdout(), "[]");
    assert!(run.stderr.contains("is left out (their ids: 21955855, 20582480)"), "{}", run.stderr);
}

#[test]
fn a_region_of_clockify_is_asked_at_its_own_servers() {
    let desk = Desk::new();
    let workspace = "0123456789abcdef01234567";
    for (region, base, reports) in [
        ("", "https://api.clockify.me", "https://reports.api.clockify.me/v1"),
        ("--set region=api", "https://api.clockify.me", "https://reports.api.clockify.me/v1"),
        ("--set region=euc1", "https://euc1.clockify.me", "https://euc1.clockify.me/report/v1"),
        ("--set region=use2", "https://use2.clockify.me", "https://use2.clockify.me/report/v1"),
        ("--set region=euw2", "https://euw2.clockify.me", "https://euw2.clockify.me/report/v1"),
        ("--set region=apse2", "https://apse2.clockify.me", "https://apse2.clockify.me/report/v1"),
    ] {
        let line = format!("add clockify c --set workspaceId={workspace} {region} --secret-stdin --no-verify");
        desk.run_with(&line, "clock-lab-0123").succeeds();
        desk.run("assign c helper").succeeds();
        let shown = desk.shown();
        let mut origins: Vec<&str> =
            shown["connection"]["origins"].as_array().unwrap().iter().map(|o| o["origin"].as_str().unwrap()).collect();
        origins.dedup();
        let report_origin = reports.rsplit_once(".me/").unwrap().0.to_owned() + ".me";
        // The key never meets another region's servers (R8a).
        let expected: Vec<&str> = if report_origin == base { vec![base] } else { vec![base, &report_origin] };
        assert_eq!(origins, expected, "{region}");
        let asked = |function: &str| {
            let line = format!("call c {function} --agent helper --dry-run --json");
            desk.run(&line).succeeds().json()["request"]["url"].as_str().unwrap().to_owned()
        };
        let projects = format!("{base}/api/v1/workspaces/{workspace}/projects");
        assert!(asked("list_projects").starts_with(&projects), "{region}");
        let report = "detailed_report --arg dateRangeStart=2026-11-01T00:00:00Z --arg dateRangeEnd=2026-11-02T00:00:00Z \
                      --arg 'detailedFilter={}'";
        assert_eq!(asked(report), format!("{reports}/workspaces/{workspace}/reports/detailed"), "{region}");
        desk.run("revoke c --yes").succeeds();
    }
    let run =
        desk.run_with("add clockify c --set region=mars --secret-stdin --no-verify", "clock-lab-0123").ends_with(2);
    assert!(run.stderr.contains("is one of api, euc1"), "{}", run.stderr);
    // On a server of one's own everything is there.
    desk.add("clockify", How::Secret("clock-lab-0123"), &format!("--set workspaceId={workspace} --set region=euc1"))
        .0
        .succeeds();
    desk.run("assign c helper").succeeds();
    desk.run(
        "call c detailed_report --arg dateRangeStart=a --arg dateRangeEnd=b --arg 'detailedFilter={}' --agent helper",
    )
    .succeeds();
    let asked = desk.lab.asked();
    assert_eq!(asked[0].line(), format!("POST /v1/workspaces/{workspace}/reports/detailed"));
}

#[test]
fn signing_in_on_another_device_is_refused_where_the_provider_has_no_such_flow() {
    let desk = Desk::new();
    for service in ["slack", "hubspot --with oauth2", "jira --with oauth2", "notion --with oauth2"] {
        let run = desk.run(&format!("add {service} --device"));
        assert!(run.stderr.contains("offers no sign-in on another device"), "{service}: {}", run.stderr);
        assert!(![Some(0), Some(70)].contains(&run.code), "{service}");
    }
    assert!(desk.lab.asked().is_empty());
}

#[test]
fn tokens_are_renewed_when_their_time_has_come_and_not_before() {
    let desk = Desk::new();
    tell_who(&desk);
    let renewals = |line: &str| {
        desk.lab.asked();
        desk.run(line).succeeds();
        desk.lab.asked().iter().filter(|asked| asked.path == "/token").count()
    };
    // HubSpot's half hour, and Microsoft's hour as a text.
    for (service, more, life, function) in [
        ("hubspot", "--with oauth2", json!(1800), "search_contacts"),
        ("microsoft-outlook-mail", "", json!("3600"), "list_messages"),
    ] {
        let seconds: i64 = life.as_i64().unwrap_or(3600);
        let mut tokens = Lab::tokens();
        tokens["expires_in"] = life;
        desk.lab.tell("POST", "/token", 200, tokens);
        desk.sign_in(service, more).succeeds();
        desk.run("assign c helper").succeeds();
        let call = format!("call c {function} --agent helper");
        // A tenth of its life before the end, five minutes at most.
        desk.pass(seconds - 310);
        assert_eq!(renewals(&call), 0, "{service}: too early");
        assert_eq!(renewals("refresh --all --within 1m"), 0, "{service}");
        assert_eq!(renewals("refresh --all --within 10m"), 1, "{service}: within");
        desk.pass(seconds - 170);
        assert_eq!(renewals(&call), 1, "{service}: its time has come");
        assert_eq!(renewals(&call), 0, "{service}: once");
        // Long over, and nobody looked: the next call renews it first.
        desk.pass(30 * seconds);
        assert_eq!(renewals(&call), 1, "{service}: over");
        desk.run("revoke c --yes --local-only").succeeds();
    }
}

#[test]
fn an_assertion_is_made_for_the_time_it_is_used_at() {
    let desk = Desk::new();
    desk.lab.tell("POST", "/token", 200, json!({"access_token": "lab-access-token-1", "expires_in": 3600}));
    desk.lab.tell("GET", "/gmail/v1/users/me/profile", 200, json!({"emailAddress": "ann@acme.example"}));
    let file = How::Secret(include_str!("../data/service_account.json"));
    let line = "--with service_account --token-url {lab}/token --set subject=ann@acme.example";
    let claims = |asked: &[Asked]| {
        use base64::Engine;
        let form = asked.iter().find(|asked| asked.path == "/token").unwrap().form();
        let part = form["assertion"].split('.').nth(1).unwrap();
        let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).unwrap();
        serde_json::from_slice::<Value>(&bytes).unwrap()
    };
    let (run, asked) = desk.add("google-gmail", file, line);
    run.succeeds();
    let first = claims(&asked);
    desk.pass(7200);
    desk.run("refresh c").succeeds();
    let second = claims(&desk.lab.asked());
    for claims in [&first, &second] {
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 600);
    }
    let later = second["iat"].as_i64().unwrap() - first["iat"].as_i64().unwrap();
    assert!((7200..7320).contains(&later), "{later}");
}

#[test]
fn a_token_without_an_end_is_not_renewed() {
    let desk = Desk::new();
    tell_who(&desk);
    for (service, function) in
        [("github --with oauth2", "list_repositories"), ("slack --scope users:read", "list_users")]
    {
        desk.lab.tell("POST", "/token", 200, json!({"access_token": "lab-access-token-1", "token_type": "bearer"}));
        let (name, more) = service.split_once(' ').unwrap();
        let run = desk.sign_in(name, more).succeeds();
        assert!(!run.stderr.contains("warning: the server gave no refresh token"), "{}", run.stderr);
        desk.run("assign c helper").succeeds();
        desk.pass(400 * 86_400);
        desk.lab.asked();
        desk.run(&format!("call c {function} --agent helper")).succeeds();
        assert!(desk.lab.asked().iter().all(|asked| asked.path != "/token"), "{service}");
        desk.run("revoke c --yes --local-only").succeeds();
    }
}

const WEEK: i64 = 7 * 86_400;

#[test]
fn a_google_sign_in_that_ends_within_a_week_names_the_consent_screen() {
    let desk = Desk::new();
    tell_who(&desk);
    let over = json!({"error": "invalid_grant", "error_description": "Token has been expired or revoked."});
    let die = || {
        desk.lab.tell("POST", "/token", 400, over.clone());
        let run = desk.run("refresh c").ends_with(4);
        assert!(run.stderr.contains("Token has been expired or revoked."), "{}", run.stderr);
        desk.lab.tell("POST", "/token", 200, Lab::tokens());
        run.stderr
    };
    desk.sign_in("google-gmail", "").succeeds();
    desk.pass(WEEK + 60);
    assert!(die().contains("in status Testing"));
    // The new sign-in counts from its own day.
    desk.lab.consent(desk.line("reauth c")).0.succeeds();
    desk.pass(WEEK - 3600);
    desk.run("refresh c").succeeds();
    desk.pass(7200);
    assert!(die().contains("in status Testing"));
    // One that has worked for longer is not of that kind.
    desk.lab.consent(desk.line("reauth c")).0.succeeds();
    desk.pass(WEEK + 3600);
    desk.run("refresh c").succeeds();
    desk.pass(3600);
    assert!(!die().contains("Testing"));
}

/// Services with a sign-in at each provider, and more words of `add`.
const SIGNED_IN: [(&str, &str); 6] = [
    ("google-gmail", ""),
    ("microsoft-outlook-mail", ""),
    ("github", "--with oauth2"),
    ("slack", ""),
    ("hubspot", "--with oauth2"),
    ("notion", "--with oauth2"),
];

#[test]
fn a_dead_sign_in_says_so_in_the_providers_words() {
    let desk = Desk::new();
    tell_who(&desk);
    let rapt = json!({"error": "invalid_grant", "error_description": "reauth related error (invalid_rapt)",
        "error_subtype": "invalid_rapt"});
    let aadsts =
        json!({"error": "interaction_required", "error_description": "AADSTS50076: you must use multi-factor"});
    let answers = [
        (400, rapt, "invalid_rapt"),
        (400, aadsts, "AADSTS50076"),
        (
            200,
            json!({"error": "bad_refresh_token", "error_description": "The refresh token is incorrect"}),
            "incorrect",
        ),
        (200, json!({"ok": false, "error": "invalid_refresh_token"}), "invalid_refresh_token"),
        (
            400,
            json!({"status": "BAD_REFRESH_TOKEN", "message": "missing or invalid refresh token"}),
            "missing or invalid",
        ),
        (400, json!({"error": "invalid_grant"}), "invalid_grant"),
    ];
    for ((service, more), (status, answer, words)) in SIGNED_IN.into_iter().zip(answers) {
        desk.lab.tell("POST", "/token", 200, Lab::tokens());
        desk.sign_in(service, more).succeeds();
        desk.lab.tell("POST", "/token", status, answer);
        let run = desk.run("refresh c").ends_with(4);
        assert!(run.stderr.contains(words) && run.stderr.contains("siesta reauth c"), "{service}: {}", run.stderr);
        let shown = desk.shown();
        assert_eq!(shown["connection"]["status"], "needs_reauth", "{service}");
        assert!(shown["connection"]["lastError"].as_str().unwrap().contains(words), "{service}: {shown}");
        desk.run("revoke c --yes --local-only").succeeds();
    }
}

#[test]
fn what_passes_by_itself_ends_no_sign_in() {
    let desk = Desk::new();
    tell_who(&desk);
    let later = [("Retry-After", "3600")];
    let answers = [
        (503, "<html>busy</html>"),
        (429, "{\"error\":\"temporarily_unavailable\"}"),
        (500, "{\"error\":\"invalid_grant\"}"),
        (200, "{\"ok\":false,\"error\":\"ratelimited\"}"),
        (429, "{\"status\":\"error\",\"message\":\"limit\"}"),
        (403, "<html>"),
    ];
    for ((service, more), (status, body)) in SIGNED_IN.into_iter().zip(answers) {
        desk.lab.tell("POST", "/token", 200, Lab::tokens());
        desk.sign_in(service, more).succeeds();
        desk.lab.tell_with("POST", "/token", status, &later, body);
        desk.run("refresh c").ends_with(11);
        assert_eq!(desk.shown()["connection"]["status"], "healthy", "{service}");
        desk.run("revoke c --yes --local-only").succeeds();
    }
}

#[test]
fn what_the_provider_says_against_the_first_request_is_shown() {
    let desk = Desk::new();
    let disabled = json!({"error": {"code": 403, "message": "Gmail API has not been used in project 1 before or it is disabled",
        "details": [{"reason": "SERVICE_DISABLED"}]}});
    desk.lab.tell("GET", USERINFO, 403, disabled.clone());
    let run = desk.sign_in("google-gmail", "").succeeds();
    assert!(run.stderr.contains("HTTP 403: Gmail API has not been used in project 1"), "{}", run.stderr);
    desk.lab.tell("GET", "/v1beta/models", 403, disabled);
    desk.run("rename c first").succeeds();
    let (run, _) = desk.add("gemini", How::Secret("AIzaLabLabLab0123"), "");
    assert!(run.succeeds().stderr.contains("HTTP 403: Gmail API has not been used"));
}

#[test]
fn what_else_a_revocation_ends_is_said_beforehand() {
    let desk = Desk::new();
    tell_who(&desk);
    for (service, more, words) in [
        ("google-gmail", "--revocation-url {lab}/revoke", "every permission that this account gave"),
        ("hubspot", "--with oauth2 --revocation-url {lab}/revoke", "they share one refresh token"),
    ] {
        desk.sign_in(service, more).succeeds();
        let run = desk.run("revoke c --yes").succeeds();
        assert!(run.stderr.contains(words), "{service}: {}", run.stderr);
    }
}

#[test]
fn headers_and_bodies_are_as_each_provider_wants_them() {
    let desk = Desk::new();
    tell_who(&desk);
    let called = |service: &str, secret: &'static str, more: &str, function: &str| {
        let (run, proof) = desk.add(service, How::Secret(secret), more);
        run.succeeds();
        desk.run("assign c helper").succeeds();
        desk.run(&format!("call c {function} --agent helper")).succeeds();
        let [asked] = desk.lab.asked().try_into().unwrap();
        desk.run("revoke c --yes --local-only").succeeds();
        [proof.into_iter().next_back().unwrap(), asked]
    };
    for asked in called("notion", "ntn_lab0123456789", "", "search") {
        assert!(asked.header("notion-version").is_some_and(|version| version.starts_with("20")), "{asked:?}");
    }
    for asked in called("anthropic", "sk-ant-api03-lab-0123", "", "list_models") {
        assert_eq!(asked.header("anthropic-version"), Some("2023-06-01"));
    }
    let organization = "0193c7de-0000-7000-8000-000000000000";
    for asked in called("siesta-ai", "lab-siesta-0123", &format!("--set organizationId={organization}"), "list_agents")
    {
        assert_eq!(asked.header("x-org-id"), Some(organization), "{asked:?}");
    }
    let [_, slack] = called("slack", "xoxb-lab-0123456789", "", "list_users --arg limit=5");
    let kind = slack.header("content-type").unwrap_or_default();
    assert!(kind.starts_with("application/x-www-form-urlencoded"), "{slack:?}");
    assert_eq!(slack.body, "limit=5");
    for asked in called("github", "ghp_0123456789012345678901234567890123456789", "", "list_repositories") {
        assert!(asked.header("user-agent").is_some(), "GitHub refuses a request without one");
    }
}

#[test]
fn anthropic_counts_what_the_cache_took_and_gave() {
    let desk = Desk::new();
    desk.lab.tell("GET", "/v1/models", 200, json!({"data": []}));
    let usage = json!({"input_tokens": 10, "output_tokens": 5, "cache_creation_input_tokens": 200, "cache_read_input_tokens": 3000});
    desk.lab.tell("POST", "/v1/messages", 200, json!({"model": "claude", "usage": usage}));
    desk.add("anthropic", How::Secret("sk-ant-api03-lab-0123"), "").0.succeeds();
    desk.run("assign c helper").succeeds();
    let message = "--arg model=claude --arg max_tokens=5 --arg 'messages=[{\"role\":\"user\",\"content\":\"hi\"}]'";
    desk.run(&format!("call c create_message --agent helper {message}")).succeeds();
    let shown = desk.run("usage show --by model --json").succeeds().json();
    assert!(shown.to_string().contains("3215"), "{shown}");
}

#[test]
fn answers_are_limited_to_the_targets_of_the_policy() {
    let desk = Desk::new();
    let token = "123456:ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefgh";
    let me = json!({"ok": true, "result": {"id": 42, "is_bot": true, "first_name": "Lab", "username": "lab_bot"}});
    desk.lab.tell("GET", &format!("/bot{token}/getMe"), 200, me);
    let updates = json!({"ok": true, "result": [{"message": {"chat": {"id": 1}}}, {"message": {"chat": {"id": 2}}}]});
    for method in ["GET", "POST"] {
        desk.lab.tell(method, &format!("/bot{token}/getUpdates"), 200, updates.clone());
    }
    desk.run_with("add telegram --base-url {lab} --allow-private-network --secret-stdin", token).succeeds();
    desk.run("assign telegram helper").succeeds();
    desk.run("policy set helper telegram --constraint-chat 1").succeeds();
    let seen = desk.run("call telegram get_updates --agent helper").succeeds().json();
    assert_eq!(seen["result"], json!([{"message": {"chat": {"id": 1}}}]));

    tell_who(&desk);
    let files = json!({"files": [{"id": "a", "parents": ["F1"]}, {"id": "b", "parents": ["F2"]}, {"id": "c"}]});
    desk.lab.tell("GET", "/drive/v3/files", 200, files);
    desk.sign_in("google-drive", "").succeeds();
    desk.run("assign c helper").succeeds();
    desk.run("policy set helper c --mode read_write --step-up never --constraint-folder F1").succeeds();
    let seen = desk.run("call c search_files --agent helper").succeeds().json();
    assert_eq!(seen["files"], json!([{"id": "a", "parents": ["F1"]}]));
    desk.lab.asked();
    let denied = |line: &str| {
        let outcome = desk.run(&format!("call c {line} --agent helper --json")).ends_with(8).json();
        outcome["reason"].as_str().unwrap().to_owned()
    };
    assert_eq!(denied("download_file --arg fileId=a"), "constraint_unreadable");
    assert_eq!(denied("create_file --arg name=x"), "constraint_unreadable");
    assert_eq!(denied("create_file --arg name=x --arg parents=F2"), "constraint");
    assert!(desk.lab.asked().is_empty());
    desk.run("call c create_file --arg name=x --arg parents=F1 --agent helper").ends_with(9);
}

#[test]
fn a_group_that_became_a_supergroup_is_told_with_its_new_id() {
    let desk = Desk::new();
    let token = "123456:ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefgh";
    let me = json!({"ok": true, "result": {"id": 42, "is_bot": true, "first_name": "Lab", "username": "lab_bot"}});
    desk.lab.tell("GET", &format!("/bot{token}/getMe"), 200, me);
    let moved = json!({"ok": false, "error_code": 400, "description": "Bad Request: group chat was upgraded",
        "parameters": {"migrate_to_chat_id": -1_001_234}});
    desk.lab.tell("POST", &format!("/bot{token}/sendMessage"), 400, moved);
    desk.run_with("add telegram --base-url {lab} --allow-private-network --secret-stdin", token).succeeds();
    desk.run("assign telegram helper").succeeds();
    desk.run("policy set helper telegram --mode read_write --step-up never --constraint-chat 7").succeeds();
    desk.run("governance set telegram/send_message enabled").succeeds();
    let said = desk.run("call telegram send_message --arg chat_id=7 --arg text=hi --agent helper").ends_with(11);
    assert!(said.stdout().contains("-1001234"), "{said:?}");
    // The new id is another target, until somebody puts it on the list.
    desk.run("call telegram send_message --arg chat_id=-1001234 --arg text=hi --agent helper").ends_with(8);
}

#[test]
fn a_redirected_token_request_goes_nowhere() {
    let desk = Desk::new();
    tell_who(&desk);
    desk.sign_in("google-gmail", "--revocation-url {lab}/revoke").succeeds();
    let elsewhere = desk.lab.url("/elsewhere");
    let headers = [("Location", elsewhere.as_str()), ("Retry-After", "3600")];
    for status in [301, 302, 303, 307, 308] {
        desk.lab.tell_with("POST", "/token", status, &headers, "");
        desk.lab.tell_with("POST", "/revoke", status, &headers, "");
        desk.lab.asked();
        desk.run("refresh c").ends_with(11);
        assert_eq!(desk.shown()["connection"]["status"], "healthy");
        assert!(desk.lab.asked().iter().all(|asked| asked.path == "/token"), "{status}");
    }
    desk.run("revoke c --yes").ends_with(11);
    assert!(desk.lab.asked().iter().all(|asked| asked.path == "/revoke"));
    // Neither does the code of a new sign-in, nor that of another device.
    desk.sign_in("google-gmail", "").ends_with(11);
    let code = json!({"device_code": "d", "user_code": "WDJB-MJHT", "expires_in": 900, "interval": 0,
        "verification_uri": desk.lab.url("/device")});
    desk.lab.tell("POST", "/device/code", 200, code);
    let server = "--authorization-url {lab}/authorize --token-url {lab}/token --device-url {lab}/device/code";
    desk.run(&format!("add google-gmail c --device {server} --base-url {{lab}} --allow-private-network")).ends_with(11);
    assert!(desk.lab.asked().iter().all(|asked| asked.path != "/elsewhere"));
    assert_eq!(desk.run("list").succeeds().stdout(), "");
}

#[test]
fn a_sign_in_that_makes_a_lasting_key_names_no_client() {
    let desk = Desk::new();
    desk.lab.tell("GET", "/api/v1/key", 200, json!({"data": {"label": "sk-or-v1-lab...123"}}));
    let server = "--authorization-url {lab}/auth --token-url {lab}/api/v1/auth/keys";
    let line = format!("add openrouter c --with oauth2 {server} --base-url {{lab}} --allow-private-network");
    // The browser comes back to the address it was given, with a code behind what stood there.
    let signed_in = |answer: (u16, Value), state: Option<&str>| {
        desk.lab.tell("POST", "/api/v1/auth/keys", answer.0, answer.1);
        desk.lab.asked();
        let mut running = desk.line(&format!("{line} --timeout 2s")).start();
        let address = running.line_on_stderr(|line| line.starts_with("http")).unwrap();
        let asked: HashMap<String, String> = url::Url::parse(&address).unwrap().query_pairs().into_owned().collect();
        let mut back = url::Url::parse(&asked["callback_url"]).unwrap();
        let own: HashMap<String, String> = back.query_pairs().into_owned().collect();
        assert!(own["state"].len() >= 43, "{own:?}");
        if let Some(other) = state {
            back.set_query(Some(&format!("state={other}")));
        }
        back.query_pairs_mut().append_pair("code", "lab-code");
        let browser = std::thread::spawn(move || crate::support::provider::browse(back.as_str(), true));
        let run = running.finish();
        let _ = browser.join();
        (run, asked)
    };
    let (run, _) = signed_in((200, json!({"key": "sk-or-v1-lab-made-0123"})), Some("wrong"));
    run.ends_with(4);
    assert!(desk.lab.asked().is_empty(), "a code with another state is not shown to anybody");
    let (run, _) = signed_in((403, json!({"error": {"code": 403, "message": "Invalid code or code_verifier"}})), None);
    assert!(run.ends_with(11).stderr.contains("Invalid code or code_verifier"));
    let (run, asked) = signed_in((200, json!({"key": "sk-or-v1-lab-made-0123"})), None);
    assert!(!run.succeeds().stderr.contains("sk-or-v1-lab-made"));
    let names: std::collections::BTreeSet<&str> = asked.keys().map(String::as_str).collect();
    assert_eq!(names, ["callback_url", "code_challenge", "code_challenge_method"].into());
    assert_eq!(asked["code_challenge_method"], "S256");
    let [exchange, proof] = desk.lab.asked().try_into().unwrap();
    let sent = members(&exchange);
    assert_eq!((&sent["code"], &sent["code_challenge_method"], sent.len()), (&json!("lab-code"), &json!("S256"), 3));
    use base64::Engine;
    use sha2::Digest;
    let digest = sha2::Sha256::digest(sent["code_verifier"].as_str().unwrap());
    assert_eq!(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(digest), asked["code_challenge"]);
    assert_eq!(proof.header("authorization"), Some("Bearer sk-or-v1-lab-made-0123"));
    let connection = desk.shown()["connection"].clone();
    assert_eq!((&connection["authKind"], &connection["clientId"]), (&json!("api_key"), &Value::Null));
    desk.run("assign c helper").succeeds();
    desk.run("call c list_models --agent helper").succeeds();
    assert_eq!(desk.lab.asked()[0].header("authorization"), Some("Bearer sk-or-v1-lab-made-0123"));
    desk.run("reauth c").ends_with(7);
    let revoked = desk.run("revoke c --yes --json").succeeds().json();
    assert_eq!(revoked["upstream"], "not-supported");
}

#[test]
fn a_key_that_is_for_another_program_is_refused() {
    let desk = Desk::new();
    let run = desk.run_with("add anthropic c --secret-stdin --no-verify", "sk-ant-oat01-lab-0123").ends_with(2);
    assert!(!run.stderr.contains("sk-ant-oat01-lab"), "{}", run.stderr);
}

/// The scopes of a new sign-in, and what was said about them.
#[track_caller]
fn asked_again(desk: &Desk, line: &str) -> (Vec<String>, String) {
    let (run, address) = desk.lab.consent(desk.line(line));
    let run = run.succeeds();
    let asked: HashMap<String, String> = address.query_pairs().into_owned().collect();
    (asked["scope"].split(' ').map(str::to_owned).collect(), run.stderr)
}

#[test]
fn a_new_sign_in_asks_for_what_assigned_functions_need() {
    let desk = Desk::new();
    tell_who(&desk);
    let gmail = |name: &str| format!("https://www.googleapis.com/auth/gmail.{name}");
    let readonly = gmail("readonly");
    desk.sign_in("google-gmail", &format!("--scope {readonly} --scope {}", gmail("labels"))).succeeds();
    let earlier = vec![readonly.clone(), gmail("labels")];
    // Assigned to nobody: as before.
    assert_eq!(asked_again(&desk, "reauth c").0, earlier);
    desk.run("assign c helper").succeeds();
    desk.run("governance set google-gmail/create_draft disabled").succeeds();
    assert_eq!(asked_again(&desk, "reauth c").0, earlier, "a reader has what it needs");
    desk.run("policy set helper c --mode read_write --allow 'POST /gmail/v1/users/me/messages/send' --allow 'GET /**'")
        .succeeds();
    let (scopes, said) = asked_again(&desk, "reauth c");
    assert_eq!(scopes[2..], [gmail("send")], "the least of several");
    assert!(said.contains("functions that are assigned need it") && said.contains("gmail.send"), "{said}");
    assert_eq!(asked_again(&desk, &format!("reauth c --scope {readonly}")).0, [readonly], "as typed");

    // One way to say the same: what is granted and nobody can make use of.
    assert_eq!(desk.shown()["unusedScopes"], json!([]));
    let unused = |scopes: &str| {
        asked_again(&desk, &format!("reauth c --scope '{scopes}'"));
        desk.shown()["unusedScopes"].clone()
    };
    let both = format!("{} {}", gmail("readonly"), gmail("send"));
    assert_eq!(unused(&both), json!([]));
    desk.run("functions set c send_message disabled").succeeds();
    assert_eq!(desk.shown()["unusedScopes"], json!([gmail("send")]));
    desk.run("revoke c --yes --local-only").succeeds();

    // What only an administrator can consent to would make the whole sign-in fail.
    desk.add("microsoft-teams", How::SignIn(MICROSOFT), "--scope Chat.Read").0.succeeds();
    desk.run("assign c helper").succeeds();
    let (scopes, said) = asked_again(&desk, "reauth c");
    assert!(scopes.contains(&"Team.ReadBasic.All".to_owned()), "{scopes:?}");
    assert!(!scopes.contains(&"ChannelMessage.Read.All".to_owned()), "{scopes:?}");
    assert!(said.contains("only an administrator there can consent: ChannelMessage.Read.All"), "{said}");
    let (scopes, _) = asked_again(&desk, "reauth c --add-scope ChannelMessage.Read.All");
    assert!(scopes.contains(&"ChannelMessage.Read.All".to_owned()), "{scopes:?}");
}

/// `siesta test`: the row of the only connection.
#[track_caller]
fn tried(desk: &Desk, more: &str, code: i32) -> Value {
    desk.run(&format!("test c --json {more}")).ends_with(code).json()["connections"][0].clone()
}

#[test]
fn a_connection_is_demoted_when_its_provider_says_that_it_is_over_and_not_before() {
    let desk = Desk::new();
    tell_who(&desk);
    desk.add("github", How::Secret("ghp_0123456789012345678901234567890123456789"), "").0.succeeds();
    let row = tried(&desk, "", 0);
    assert_eq!((&row["outcome"], &row["account"]), (&json!("healthy"), &json!("ann")));
    assert_eq!(desk.lab.asked().iter().map(Asked::line).collect::<Vec<_>>(), ["GET /user"]);
    for (status, body, outcome, code, words) in [
        (403, json!({"message": "Resource protected by organization SAML enforcement"}), "restricted", 0, "SAML"),
        (500, json!({}), "failed", 11, "HTTP 500"),
        (429, json!({"message": "slow down"}), "failed", 11, "slow down"),
    ] {
        desk.lab.tell("GET", "/user", status, body);
        let row = tried(&desk, "", code);
        assert_eq!(row["outcome"], outcome, "{status}");
        assert!(row["why"].as_str().unwrap().contains(words), "{row}");
        assert_eq!(desk.shown()["connection"]["status"], "healthy", "{status}");
    }
    desk.lab.tell("GET", "/user", 401, json!({"message": "Bad credentials"}));
    let row = tried(&desk, "", 4);
    assert_eq!((&row["outcome"], &row["why"]), (&json!("needs-reauth"), &json!("HTTP 401: Bad credentials")));
    assert_eq!(row["hint"], "siesta rotate c");
    assert_eq!(desk.shown()["connection"]["status"], "needs_reauth");
    let rows = desk.run("audit list --action connection.needs_reauth --json").succeeds().json();
    assert_eq!(
        (&rows["rows"][0]["actor"], &rows["rows"][0]["reason"]),
        (&json!("system"), &json!("credential_refused"))
    );
    // Nothing heals it but a new credential, and nothing is asked until then.
    tell_who(&desk);
    desk.lab.asked();
    assert_eq!(tried(&desk, "", 4)["outcome"], "needs-reauth");
    assert!(desk.lab.asked().is_empty());
    desk.run_with("rotate c --secret-stdin", "ghp_9876543210987654321098765432109876543210").succeeds();
    assert_eq!(tried(&desk, "", 0)["outcome"], "healthy");
    desk.run("revoke c --yes --local-only").succeeds();
    assert_eq!(desk.run("test c").ends_with(7).stdout(), "");

    // HTTP 200 that says no, HTTP 400 that says no, and a 400 that says something else.
    desk.add("slack", How::Secret("xoxb-lab-0123456789"), "").0.succeeds();
    desk.lab.tell("POST", "/api/auth.test", 200, json!({"ok": false, "error": "ratelimited"}));
    assert_eq!(tried(&desk, "", 11)["outcome"], "failed");
    desk.lab.tell("POST", "/api/auth.test", 200, json!({"ok": false, "error": "account_inactive"}));
    assert_eq!(tried(&desk, "", 4)["why"], "HTTP 200: account_inactive");
    desk.run("revoke c --yes --local-only").succeeds();
    desk.add("gemini", How::Secret("AIzaLabLabLab0123"), "").0.succeeds();
    desk.lab.tell("GET", "/v1beta/models", 400, json!({"error": {"message": "bad page size"}}));
    assert_eq!(tried(&desk, "", 11)["outcome"], "failed");
    let invalid = json!({"error": {"message": "API key not valid.", "details": [{"reason": "API_KEY_INVALID"}]}});
    desk.lab.tell("GET", "/v1beta/models", 400, invalid);
    assert_eq!(tried(&desk, "", 4)["why"], "HTTP 400: API key not valid.");
}

#[test]
fn one_401_that_a_renewed_token_puts_right_demotes_nobody() {
    let desk = Desk::new();
    tell_who(&desk);
    desk.sign_in("hubspot", "--with oauth2").succeeds();
    let refused = json!({"status": "error", "message": "expired"});
    desk.lab.tell_in_turn("GET", "/account-info/v3/details", &[(401, refused.clone()), (200, json!({"portalId": 12}))]);
    desk.lab.asked();
    assert_eq!(tried(&desk, "", 0)["outcome"], "healthy");
    let lines: Vec<String> = desk.lab.asked().iter().map(Asked::line).collect();
    assert_eq!(lines, ["GET /account-info/v3/details", "POST /token", "GET /account-info/v3/details"]);
    desk.lab.tell("GET", "/account-info/v3/details", 401, refused);
    assert_eq!(tried(&desk, "", 4)["why"], "HTTP 401: expired");
    assert_eq!(desk.shown()["connection"]["status"], "needs_reauth");
}

#[test]
fn an_agents_test_is_decided_like_its_calls_and_asks_nobody() {
    let desk = Desk::new();
    tell_who(&desk);
    desk.add("github", How::Secret("ghp_0123456789012345678901234567890123456789"), "").0.succeeds();
    desk.lab.asked();
    let row = tried(&desk, "--agent helper", 8);
    assert_eq!((&row["outcome"], &row["reason"]), (&json!("denied"), &json!("not_assigned")));
    assert!(desk.lab.asked().is_empty());
    desk.run("assign c helper").succeeds();
    let row = tried(&desk, "--agent helper", 0);
    assert_eq!(row["outcome"], "healthy");
    assert_eq!(desk.lab.asked().iter().map(Asked::line).collect::<Vec<_>>(), ["GET /user"]);
    desk.run(&format!("executions show {}", row["executionId"].as_str().unwrap())).succeeds();
    // Where the identity call is not the agent's to make, a reading function stands for it.
    desk.run("policy set helper c --allow 'GET /user/repos'").succeeds();
    assert_eq!(tried(&desk, "--agent helper", 0)["outcome"], "healthy");
    assert_eq!(desk.lab.asked().iter().map(Asked::line).collect::<Vec<_>>(), ["GET /user/repos?per_page=30"]);
    desk.run("policy set helper c --step-up always").succeeds();
    let row = tried(&desk, "--agent helper", 9);
    assert_eq!((&row["outcome"], &row["reason"]), (&json!("needs-approval"), &json!("step_up_always")));
    assert_eq!(desk.run("executions list --pending").succeeds().stdout(), "");
    // What is stopped is not tried by an administrator either.
    desk.run("freeze --connection c --reason drill").succeeds();
    desk.lab.asked();
    assert_eq!(tried(&desk, "", 8)["reason"], "frozen");
    desk.run("unfreeze --connection c").succeeds();
    desk.run("governance set github disabled").succeeds();
    assert_eq!(tried(&desk, "", 8)["reason"], "type_disabled");
    assert!(desk.lab.asked().is_empty());
}

#[test]
fn of_several_connections_the_code_is_that_of_what_needs_a_person_first() {
    let desk = Desk::new();
    tell_who(&desk);
    desk.add("github", How::Secret("ghp_0123456789012345678901234567890123456789"), "").0.succeeds();
    desk.run("rename c code").succeeds();
    desk.sign_in("hubspot", "--with oauth2").succeeds();
    desk.run("add rest-api plain --base-url {lab} --allow-private-network --no-secret").succeeds();
    let all = desk.run("test --all").succeeds();
    assert_eq!(all.stdout().lines().count(), 3, "{}", all.stdout());
    assert!(all.stderr.contains("\"plain\": its service has no small request"), "{}", all.stderr);
    desk.lab.tell("GET", "/user", 503, json!({}));
    desk.run("test --all").ends_with(11);
    desk.lab.tell("POST", "/token", 400, json!({"error": "invalid_grant"}));
    desk.lab.tell("GET", "/account-info/v3/details", 401, json!({}));
    let run = desk.run("test --all --quiet").ends_with(4);
    assert!(run.stdout().is_empty() && run.stderr.contains("siesta reauth c"), "{run:?}");
    desk.run("test nothing").ends_with(3);
    desk.run("test").ends_with(2);
}

#[test]
fn one_odd_connection_does_not_end_the_test_of_those_behind_it() {
    let desk = Desk::new();
    tell_who(&desk);
    // A sign-in whose account is left without a site: neither refused nor an answer of the provider that counts.
    desk.sign_in("jira", "--with oauth2").succeeds();
    desk.run("rename c a-odd").succeeds();
    desk.add("github", How::Secret("ghp_0123456789012345678901234567890123456789"), "").0.succeeds();
    desk.run("rename c b-fine").succeeds();
    desk.sign_in("hubspot", "--with oauth2").succeeds();
    desk.run("rename c z-fine").succeeds();
    desk.lab.tell("GET", "/oauth/token/accessible-resources", 200, json!([]));
    let rows = desk.run("test --all --json").ends_with(11).json()["connections"].as_array().unwrap().clone();
    let rows: Vec<(&str, &str)> =
        rows.iter().map(|row| (row["label"].as_str().unwrap(), row["outcome"].as_str().unwrap())).collect();
    assert_eq!(rows, [("a-odd", "failed"), ("b-fine", "healthy"), ("z-fine", "healthy")]);
    let run = desk.run("test a-odd").ends_with(11);
    assert!(run.stderr.contains("the account gave access to no site"), "{}", run.stderr);
    // What was begun is closed: each attempt has its outcome.
    let rows = desk.run("audit list --json").succeeds().json()["rows"].as_array().unwrap().clone();
    let count = |action: &str| rows.iter().filter(|row| row["action"] == action).count();
    assert_eq!((count("connection.test.attempt"), count("connection.test")), (4, 4));
    desk.run("audit verify").succeeds();
    // The next one that goes well forgets it.
    tell_who(&desk);
    desk.run("test --all").succeeds();
}
