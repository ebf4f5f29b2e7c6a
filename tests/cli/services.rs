//! Every service of the catalogue, connected and called through the program at a provider on loopback: what it sends is
//! what the provider documents.
use crate::support::desk::{Case, Desk, Ends, How, KEEPS, MICROSOFT, NOTION, ROTATES, Write, case, free_port, live};
use crate::support::lab::{Asked, Lab};
use crate::support::sandbox::Sandbox;
use serde_json::{Value, json};

const GOOGLE: &str = "--revocation-url {lab}/revoke";
const USERINFO: &str = "GET /v1/userinfo";

type Line = (&'static str, &'static str, &'static str);
type Change = (&'static str, &'static str, &'static str, Value);

fn approved(change: Change) -> Write {
    Write::Approved(change.0, change.1, change.2, change.3)
}

fn google(service: &'static str, read: Line, write: Change) -> Case {
    let identity = (USERINFO, json!({"sub": "108", "email": "ann@acme.example"}));
    let ends = Ends::Standard("POST /revoke");
    Case { more: GOOGLE, ends, ..case(service, How::SignIn(KEEPS), identity, read, approved(write)) }
}

fn microsoft(service: &'static str, read: Line, write: Change) -> Case {
    let identity = ("GET /v1.0/me", json!({"id": "7", "userPrincipalName": "ann@acme.example"}));
    case(service, How::SignIn(MICROSOFT), identity, read, approved(write))
}

pub fn google_cases() -> Vec<Case> {
    vec![
        google(
            "google-gmail",
            ("list_labels", "", "GET /gmail/v1/users/me/labels"),
            ("send_draft", "--arg id=r1", "POST /gmail/v1/users/me/drafts/send", json!({"id": "r1"})),
        ),
        google(
            "google-calendar",
            ("list_calendars", "", "GET /calendar/v3/users/me/calendarList?maxResults=100"),
            (
                "update_event",
                "--arg eventId=e1 --arg summary=Talk",
                "PATCH /calendar/v3/calendars/primary/events/e1?sendUpdates=none",
                json!({"summary": "Talk"}),
            ),
        ),
        google(
            "google-contacts",
            ("list_contact_groups", "", "GET /v1/contactGroups"),
            (
                "create_contact",
                "--arg 'names=[{\"givenName\":\"Ann\"}]'",
                "POST /v1/people:createContact",
                json!({"names": [{"givenName": "Ann"}]}),
            ),
        ),
        google(
            "google-docs",
            ("get_document", "--arg documentId=d1", "GET /v1/documents/d1?includeTabsContent=true"),
            ("create_document", "--arg title=Minutes", "POST /v1/documents", json!({"title": "Minutes"})),
        ),
        google(
            "google-drive",
            (
                "list_permissions",
                "--arg fileId=f1",
                "GET /drive/v3/files/f1/permissions?fields=nextPageToken%2Cpermissions%28id%2Ctype%2Crole%2CemailAddress%2Cdomain%29&supportsAllDrives=true",
            ),
            (
                "create_file",
                "--arg name=a.txt",
                "POST /drive/v3/files?supportsAllDrives=true",
                json!({"name": "a.txt"}),
            ),
        ),
        google(
            "google-sheets",
            ("get_spreadsheet", "--arg spreadsheetId=s1", "GET /v4/spreadsheets/s1"),
            (
                "create_spreadsheet",
                "--arg 'properties={\"title\":\"T\"}'",
                "POST /v4/spreadsheets",
                json!({"properties": {"title": "T"}}),
            ),
        ),
        google(
            "google-tag-manager",
            ("list_accounts", "", "GET /tagmanager/v2/accounts"),
            (
                "create_version",
                "--arg accountId=1 --arg containerId=2 --arg workspaceId=3",
                "POST /tagmanager/v2/accounts/1/containers/2/workspaces/3:create_version",
                json!({}),
            ),
        ),
        google(
            "google-analytics",
            ("list_account_summaries", "", "GET /v1beta/accountSummaries"),
            (
                "create_key_event",
                "--arg propertyId=9 --arg eventName=buy --arg countingMethod=ONCE_PER_EVENT",
                "POST /v1beta/properties/9/keyEvents",
                json!({"eventName": "buy", "countingMethod": "ONCE_PER_EVENT"}),
            ),
        ),
    ]
}

#[test]
fn google_services_send_what_google_documents() {
    let desk = Desk::new();
    google_cases().iter().for_each(|case| live(&desk, case));
}

#[test]
fn google_services_opened_by_a_key_send_it_in_the_query() {
    let desk = Desk::new();
    desk.lab.tell("GET", "/pagespeedonline/v5/runPagespeed", 200, json!({"id": "https://example.com"}));
    let key = How::Secret("AIzaLabLabLabLabLabLabLabLabLabLabLab01");
    let (run, asked) = desk.add("google-pagespeed", key, "");
    run.succeeds();
    let line = "GET /pagespeedonline/v5/runPagespeed?url=https://example.com&category=SEO&key=AIzaLabLabLabLabLabLabLabLabLabLabLab01";
    assert_eq!(asked[0].line(), line);
    desk.run("assign c helper").succeeds();
    desk.run("call c analyze_page --agent helper --arg url=https://acme.example").succeeds();
    let asked = desk.lab.asked();
    assert!(asked[0].path.ends_with("&key=AIzaLabLabLabLabLabLabLabLabLabLabLab01"), "{}", asked[0].path);
    // The key is in no row and in no execution.
    for line in ["audit list --json", "executions list --json", "show c --json"] {
        assert!(!desk.run(line).succeeds().stdout().contains("AIzaLab"), "{line}");
    }
    assert_eq!(desk.changing_functions("google-pagespeed"), [] as [String; 0]);
    assert_eq!(desk.changing_functions("google-search"), [] as [String; 0]);
    let revoked = desk.run("revoke c --yes --json").succeeds().json();
    assert_eq!(revoked["upstream"], "not-supported");
    let (run, _) = desk.add("google-search", key, "--set cx=engine1");
    run.succeeds();
    desk.run("assign c helper").succeeds();
    desk.run("call c web_search --agent helper --arg q=tea").succeeds();
    let asked = desk.lab.asked();
    let asked = &asked.last().unwrap().path;
    assert!(asked.starts_with("/customsearch/v1?q=tea&num=10&cx=engine1&key="), "{asked}");
}

pub fn microsoft_cases() -> Vec<Case> {
    vec![
        microsoft(
            "microsoft-outlook-mail",
            ("list_messages", "", "GET /v1.0/me/messages"),
            ("send_draft", "--arg messageId=m1", "POST /v1.0/me/messages/m1/send", Value::Null),
        ),
        microsoft(
            "microsoft-outlook-calendar",
            ("list_calendars", "", "GET /v1.0/me/calendars"),
            (
                "update_event",
                "--arg eventId=e1 --arg subject=Talk",
                "PATCH /v1.0/me/events/e1",
                json!({"subject": "Talk"}),
            ),
        ),
        microsoft(
            "microsoft-outlook-contacts",
            ("list_contacts", "", "GET /v1.0/me/contacts"),
            ("create_contact", "--arg givenName=Ann", "POST /v1.0/me/contacts", json!({"givenName": "Ann"})),
        ),
        microsoft(
            "microsoft-teams",
            ("list_chats", "", "GET /v1.0/me/chats"),
            (
                "send_chat_message",
                "--arg chatId=19:a@thread.v2 --arg 'body={\"content\":\"hi\"}'",
                "POST /v1.0/chats/19:a@thread.v2/messages",
                json!({"body": {"content": "hi"}}),
            ),
        ),
        microsoft(
            "microsoft-word",
            ("get_document_metadata", "--arg itemId=i1", "GET /v1.0/me/drive/items/i1"),
            (
                "copy_file",
                "--arg itemId=i1 --arg name=b.docx",
                "POST /v1.0/me/drive/items/i1/copy",
                json!({"name": "b.docx"}),
            ),
        ),
        microsoft(
            "microsoft-excel",
            ("list_worksheets", "--arg itemId=i1", "GET /v1.0/me/drive/items/i1/workbook/worksheets"),
            (
                "add_worksheet",
                "--arg itemId=i1 --arg name=S",
                "POST /v1.0/me/drive/items/i1/workbook/worksheets/add",
                json!({"name": "S"}),
            ),
        ),
        microsoft(
            "microsoft-onedrive",
            ("list_root", "", "GET /v1.0/me/drive/root/children"),
            ("update_item", "--arg itemId=i1 --arg name=b", "PATCH /v1.0/me/drive/items/i1", json!({"name": "b"})),
        ),
        microsoft(
            "microsoft-sharepoint",
            ("search_sites", "--arg search=sales", "GET /v1.0/sites?search=sales"),
            ("delete_file", "--arg driveId=d1 --arg itemId=i1", "DELETE /v1.0/drives/d1/items/i1", Value::Null),
        ),
    ]
}

#[test]
fn microsoft_services_send_what_microsoft_documents() {
    let desk = Desk::new();
    microsoft_cases().iter().for_each(|case| live(&desk, case));
}

pub fn key_cases() -> Vec<Case> {
    let key = |service, secret, header, identity, read| Case {
        header,
        ..case(service, How::Secret(secret), identity, read, Write::NoneThere)
    };
    vec![
        Case {
            write: approved(("delete_file", "--arg file_id=f1", "DELETE /v1/files/f1", Value::Null)),
            ..key(
                "openai",
                "sk-lab-0123456789",
                ("authorization", "Bearer sk-lab-0123456789"),
                ("GET /v1/models", json!({"data": []})),
                ("list_models", "", "GET /v1/models"),
            )
        },
        Case {
            write: approved((
                "create_message_batch",
                "--arg 'requests=[]'",
                "POST /v1/messages/batches",
                json!({"requests": []}),
            )),
            ..key(
                "anthropic",
                "sk-ant-api03-lab-0123",
                ("x-api-key", "sk-ant-api03-lab-0123"),
                ("GET /v1/models?limit=1", json!({"data": []})),
                ("list_models", "", "GET /v1/models"),
            )
        },
        key(
            "gemini",
            "AIzaLabLabLab0123",
            ("x-goog-api-key", "AIzaLabLabLab0123"),
            ("GET /v1beta/models?pageSize=1", json!({})),
            ("list_models", "", "GET /v1beta/models"),
        ),
        key(
            "openrouter",
            "sk-or-v1-lab-0123",
            ("authorization", "Bearer sk-or-v1-lab-0123"),
            ("GET /api/v1/key", json!({"data": {"label": "lab"}})),
            ("list_models", "", "GET /api/v1/models"),
        ),
        Case {
            write: approved((
                "start_extract",
                "--arg 'urls=[\"https://a.example\"]'",
                "POST /v2/extract",
                json!({"urls": ["https://a.example"]}),
            )),
            ..key(
                "firecrawl",
                "fc-lab-0123456789",
                ("authorization", "Bearer fc-lab-0123456789"),
                ("GET /v2/team/credit-usage", json!({"data": {}})),
                ("get_credit_usage", "", "GET /v2/team/credit-usage"),
            )
        },
        Case {
            more: "--set workspaceId=0123456789abcdef01234567",
            write: approved((
                "create_client",
                "--arg name=Acme",
                "POST /api/v1/workspaces/0123456789abcdef01234567/clients",
                json!({"name": "Acme"}),
            )),
            ..key(
                "clockify",
                "clock-lab-0123",
                ("x-api-key", "clock-lab-0123"),
                ("GET /api/v1/user", json!({"id": "u1", "email": "ann@acme.example", "activeWorkspace": "w"})),
                ("get_current_user", "", "GET /api/v1/user"),
            )
        },
        Case {
            more: "--set organizationId=0193c7de-0000-7000-8000-000000000000",
            write: approved((
                "create_task",
                "--arg 'body={\"title\":\"T\"}'",
                "POST /api/v1/Task",
                json!({"title": "T"}),
            )),
            ..key(
                "siesta-ai",
                "lab-siesta-0123",
                ("x-api-key", "lab-siesta-0123"),
                ("GET /api/v1/Agent?Limit=1", json!([])),
                ("list_agents", "--arg Limit=2", "GET /api/v1/Agent?Limit=2"),
            )
        },
        Case {
            more: "--with basic --set site=acme --set email=ann@acme.example",
            write: approved((
                "create_issue",
                "--arg 'fields={\"summary\":\"S\"}'",
                "POST /rest/api/3/issue",
                json!({"fields": {"summary": "S"}}),
            )),
            ..key(
                "jira",
                "atl-token-0123",
                ("authorization", "Basic YW5uQGFjbWUuZXhhbXBsZTphdGwtdG9rZW4tMDEyMw=="),
                ("GET /rest/api/3/myself", json!({"accountId": "5b", "displayName": "Ann"})),
                ("search_users", "", "GET /rest/api/3/user/assignable/search"),
            )
        },
        Case {
            more: "--with basic --set site=acme --set email=ann@acme.example",
            write: approved((
                "add_comment",
                "--arg 'body={\"value\":\"x\"}'",
                "POST /wiki/api/v2/footer-comments",
                json!({"body": {"value": "x"}}),
            )),
            ..key(
                "confluence",
                "atl-token-0123",
                ("authorization", "Basic YW5uQGFjbWUuZXhhbXBsZTphdGwtdG9rZW4tMDEyMw=="),
                ("GET /wiki/rest/api/user/current", json!({"accountId": "5b", "displayName": "Ann"})),
                ("list_pages", "", "GET /wiki/api/v2/pages"),
            )
        },
        Case {
            more: "--set apiKey=0123456789abcdef0123456789abcdef",
            write: approved((
                "create_card",
                "--arg idList=l1 --arg name=Card",
                "POST /1/cards?idList=l1&name=Card",
                Value::Null,
            )),
            ends: Ends::WithToken("DELETE /1/tokens/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef/"),
            ..key(
                "trello",
                "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                (
                    "authorization",
                    "OAuth oauth_consumer_key=\"0123456789abcdef0123456789abcdef\", \
                  oauth_token=\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"",
                ),
                ("GET /1/members/me", json!({"id": "m1", "username": "ann"})),
                ("list_lists", "--arg id=b1", "GET /1/boards/b1/lists"),
            )
        },
        Case {
            ends: Ends::WithToken("POST /api/auth.revoke"),
            write: approved((
                "post_message",
                "--arg channel=C1 --arg text=hi",
                "POST /api/chat.postMessage",
                json!({"channel": "C1", "text": "hi"}),
            )),
            ..key(
                "slack",
                "xoxb-lab-0123456789",
                ("authorization", "Bearer xoxb-lab-0123456789"),
                ("POST /api/auth.test", json!({"ok": true, "team": "Acme", "bot_id": "B1"})),
                ("list_users", "", "POST /api/users.list"),
            )
        },
        Case {
            write: approved(("create_comment", "--arg 'rich_text=[]'", "POST /v1/comments", json!({"rich_text": []}))),
            ..key(
                "notion",
                "ntn_lab0123456789",
                ("authorization", "Bearer ntn_lab0123456789"),
                ("GET /v1/users/me", json!({"id": "u1", "bot": {"workspace_name": "Acme"}})),
                ("search", "", "POST /v1/search"),
            )
        },
        Case {
            write: approved((
                "create_contact",
                "--arg 'properties={\"email\":\"a@b.example\"}'",
                "POST /crm/v3/objects/contacts",
                json!({"properties": {"email": "a@b.example"}}),
            )),
            ..key(
                "hubspot",
                "pat-eu1-lab-0123",
                ("authorization", "Bearer pat-eu1-lab-0123"),
                ("GET /account-info/v3/details", json!({"portalId": 12})),
                ("search_contacts", "", "POST /crm/v3/objects/contacts/search"),
            )
        },
        Case {
            write: approved((
                "create_issue",
                "--arg owner=acme --arg repo=web --arg title=Bug",
                "POST /repos/acme/web/issues",
                json!({"title": "Bug"}),
            )),
            ..key(
                "github",
                "ghp_0123456789012345678901234567890123456789",
                ("authorization", "Bearer ghp_0123456789012345678901234567890123456789"),
                ("GET /user", json!({"id": 1, "login": "ann"})),
                ("list_repositories", "", "GET /user/repos?per_page=30"),
            )
        },
    ]
}

#[test]
fn services_opened_by_a_key_send_what_their_providers_document() {
    let desk = Desk::new();
    key_cases().iter().for_each(|case| live(&desk, case));
}

fn sites() -> Value {
    json!([{"id": "cloud-1", "url": "https://acme.atlassian.net", "name": "acme"}])
}

pub fn dialect_cases() -> Vec<Case> {
    let signed_in =
        |service, dialect, identity, read, write| case(service, How::SignIn(dialect), identity, read, approved(write));
    vec![
        Case {
            more: "--revocation-url {lab}/applications/{client_id}/token",
            ends: Ends::DeleteWithBasic("DELETE /applications/lab-client/token"),
            ..signed_in(
                "github",
                ROTATES,
                ("GET /user", json!({"id": 1, "login": "ann"})),
                ("list_repositories", "", "GET /user/repos?per_page=30"),
                (
                    "create_issue",
                    "--arg owner=acme --arg repo=web --arg title=Bug",
                    "POST /repos/acme/web/issues",
                    json!({"title": "Bug"}),
                ),
            )
        },
        Case {
            more: "--revocation-url {lab}/oauth/2026-03/token/revoke",
            ends: Ends::Standard("POST /oauth/2026-03/token/revoke"),
            ..signed_in(
                "hubspot",
                KEEPS,
                ("GET /account-info/v3/details", json!({"portalId": 12})),
                ("search_contacts", "", "POST /crm/v3/objects/contacts/search"),
                (
                    "create_contact",
                    "--arg 'properties={\"email\":\"a@b.example\"}'",
                    "POST /crm/v3/objects/contacts",
                    json!({"properties": {"email": "a@b.example"}}),
                ),
            )
        },
        Case {
            more: "--revocation-url {lab}/v1/oauth/revoke",
            ends: Ends::Json("POST /v1/oauth/revoke"),
            ..signed_in(
                "notion",
                NOTION,
                ("GET /v1/users/me", json!({"id": "u1", "name": "Ann"})),
                ("search", "", "POST /v1/search"),
                ("create_comment", "--arg 'rich_text=[]'", "POST /v1/comments", json!({"rich_text": []})),
            )
        },
        Case {
            more: "--revocation-url {lab}/api/auth.revoke --scope users:read --scope chat:write",
            ends: Ends::WithToken("POST /api/auth.revoke"),
            ..signed_in(
                "slack",
                ROTATES,
                ("POST /api/auth.test", json!({"ok": true, "team": "Acme", "bot_id": "B1"})),
                ("list_users", "", "POST /api/users.list"),
                (
                    "post_message",
                    "--arg channel=C1 --arg text=hi",
                    "POST /api/chat.postMessage",
                    json!({"channel": "C1", "text": "hi"}),
                ),
            )
        },
        Case {
            more: "--with oauth2",
            ..signed_in(
                "jira",
                ROTATES,
                ("GET /oauth/token/accessible-resources", sites()),
                ("search_users", "", "GET /rest/api/3/user/assignable/search"),
                (
                    "create_issue",
                    "--arg 'fields={\"summary\":\"S\"}'",
                    "POST /rest/api/3/issue",
                    json!({"fields": {"summary": "S"}}),
                ),
            )
        },
        Case {
            more: "--with oauth2",
            ..signed_in(
                "confluence",
                ROTATES,
                ("GET /oauth/token/accessible-resources", sites()),
                ("list_spaces", "", "GET /wiki/api/v2/spaces"),
                (
                    "add_comment",
                    "--arg 'body={\"value\":\"x\"}'",
                    "POST /wiki/api/v2/footer-comments",
                    json!({"body": {"value": "x"}}),
                ),
            )
        },
        Case {
            more: "--with oauth2 --set account=acme1",
            ..signed_in(
                "azure-storage",
                MICROSOFT,
                ("GET /?comp=list&maxresults=1", Value::Null),
                ("list_containers", "", "GET /?comp=list"),
                ("create_container", "--arg containerName=box", "PUT /box?restype=container", Value::Null),
            )
        },
        Case {
            more: "--revocation-url {lab}/revoke --set loginCustomerId=1234567890",
            ends: Ends::Standard("POST /revoke"),
            ..case(
                "google-ads",
                How::SignInWith(KEEPS, "dev-token-0123"),
                (USERINFO, json!({"sub": "108", "email": "ann@acme.example"})),
                ("list_accessible_customers", "", "GET /v26/customers:listAccessibleCustomers"),
                approved((
                    "mutate_campaigns",
                    "--arg customerId=42 --arg 'operations=[{\"remove\":\"customers/42/campaigns/7\"}]'",
                    "POST /v26/customers/42/campaigns:mutate",
                    json!({"operations": [{"remove": "customers/42/campaigns/7"}]}),
                )),
            )
        },
    ]
}

#[test]
fn services_that_are_signed_in_to_speak_their_own_dialects() {
    let desk = Desk::new();
    desk.lab.tell("DELETE", "/applications/lab-client/token", 204, json!(null));
    dialect_cases().iter().for_each(|case| live(&desk, case));
}

/// Services whose life does not fit a row, and the test that lives it.
const ELSEWHERE: [(&str, &str); 5] = [
    ("telegram", "telegram_has_its_token_in_the_path_and_nowhere_else"),
    ("google-pagespeed", "google_services_opened_by_a_key_send_it_in_the_query"),
    ("google-search", "google_services_opened_by_a_key_send_it_in_the_query"),
    ("rest-api", "a_rest_connection_is_given_functions_by_hand"),
    // No HTTP: a laboratory of its own.
    ("email-imap", ""),
];

#[test]
fn every_service_of_the_catalogue_lives_its_life_in_the_laboratory() {
    let desk = Desk::new();
    let listed = desk.run("catalog list --json").succeeds().json();
    let cases = [google_cases(), microsoft_cases(), key_cases(), dialect_cases()].concat();
    for service in listed["services"].as_array().unwrap() {
        let id = service["id"].as_str().unwrap();
        let own: Vec<&Case> = cases.iter().filter(|case| case.service == id).collect();
        let is_elsewhere = ELSEWHERE.iter().any(|(service, _)| *service == id);
        assert!(!own.is_empty() || is_elsewhere, "{id} is in no case");
        let writes = own.iter().any(|case| matches!(case.write, Write::Approved(..)));
        assert!(writes || is_elsewhere || desk.changing_functions(id).is_empty(), "{id}: no approved write");
    }
}

#[test]
fn telegram_has_its_token_in_the_path_and_nowhere_else() {
    let desk = Desk::new();
    let token = "123456:ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefgh";
    let path = |method: &str| format!("/bot{token}/{method}");
    let me = json!({"ok": true, "result": {"id": 42, "is_bot": true, "first_name": "Lab", "username": "lab_bot"}});
    desk.lab.tell("GET", &path("getMe"), 200, me);
    let add = |name: &str| {
        let words = format!("add telegram {name} --base-url {{lab}} --allow-private-network --secret-stdin --json");
        desk.run_with(&words, token)
    };
    let added = add("").succeeds().json();
    assert_eq!(added["connection"]["label"], "Telegram @lab_bot");
    assert_eq!(added["botInfo"], json!({"id": "42", "username": "lab_bot", "firstName": "Lab"}));
    assert_eq!(desk.lab.asked()[0].line(), format!("GET {}", path("getMe")));

    // There is one bot to an organization, and nobody is asked about a second.
    let error = add("second").ends_with(7).json_error();
    assert!(error["message"].as_str().unwrap().contains("\"Telegram @lab_bot\" is it"), "{error}");
    assert!(desk.lab.asked().is_empty());

    desk.run("assign telegram helper").succeeds();
    desk.run("policy set helper telegram --mode read_write").succeeds();
    let waiting =
        desk.run("call telegram send_message --agent helper --arg chat_id=7 --arg text=hi --json").ends_with(9).json();
    desk.run(&format!("executions approve {}", waiting["executionId"].as_str().unwrap())).succeeds();
    let asked = desk.lab.asked();
    assert_eq!(asked[0].line(), format!("POST {}", path("sendMessage")));
    for line in ["executions list --json", "audit list --json", "show telegram --json", "list --json"] {
        assert!(!desk.run(line).succeeds().stdout().contains("ABCDEFGHIJ"), "{line}");
    }
    // An answer of HTTP 200 that says no is a no, and the place where a person ends it is named.
    desk.lab.tell(
        "GET",
        &format!("/bot{}/getMe", token.replace("123456", "999999")),
        200,
        json!({"ok": false, "description": "Unauthorized"}),
    );
    let other = token.replace("123456", "999999");
    let error =
        desk.sandbox.siesta_with(&["rotate", "telegram", "--secret-stdin", "--json"], &other).ends_with(4).json_error();
    assert_eq!((&error["code"], &error["cause"]), (&json!("credential-refused"), &json!("HTTP 200: Unauthorized")));
    let revoked = desk.run("revoke telegram --yes --json").succeeds().json();
    assert_eq!(revoked["upstream"], "not-supported");
    assert!(revoked["upstreamDetail"].as_str().unwrap().contains("BotFather: /revoke"), "{revoked}");
}

#[test]
fn azure_storage_is_signed_and_its_key_stays_here() {
    let desk = Desk::new();
    let key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
    let string =
        format!("DefaultEndpointsProtocol=https;AccountName=acme1;AccountKey={key};EndpointSuffix=core.windows.net");
    let words = desk.words("add azure-storage c --base-url {lab} --allow-private-network --secret-stdin");
    desk.sandbox.siesta_with(&words.iter().map(String::as_str).collect::<Vec<_>>(), &string).succeeds();
    desk.run("assign c helper").succeeds();
    desk.run("call c list_containers --agent helper").succeeds();
    for asked in desk.lab.asked() {
        let sent = asked.header("authorization").unwrap();
        assert!(sent.starts_with("SharedKey acme1:") && sent.len() == "SharedKey acme1:".len() + 44, "{sent}");
        assert!(asked.header("x-ms-date").is_some_and(|date| date.ends_with(" GMT")));
        assert_eq!(asked.headers.iter().filter(|(name, _)| name == "x-ms-version").count(), 1);
        assert!(!format!("{asked:?}").contains("Eby8vdM02"), "{asked:?}");
    }
    desk.run("policy set helper c --mode read_write").succeeds();
    let waiting = desk.run("call c create_container --agent helper --arg containerName=box --json").ends_with(9).json();
    assert!(desk.lab.asked().is_empty());
    desk.run(&format!("executions approve {}", waiting["executionId"].as_str().unwrap())).succeeds();
    let [asked] = desk.lab.asked().try_into().unwrap();
    assert_eq!(asked.line(), "PUT /box?restype=container");
    assert!(asked.header("authorization").unwrap().starts_with("SharedKey acme1:"), "{asked:?}");
    // Nothing at Azure takes a key back but a person.
    let revoked = desk.run("revoke c --yes --json").succeeds().json();
    assert_eq!((&revoked["upstream"], desk.lab.asked().len()), (&json!("not-supported"), 0));
    // A signature that the account handed out is appended to every address.
    let (run, asked) =
        desk.add("azure-storage", How::Secret("?sv=2022-11-02&sr=c&sig=abc%2Bdef"), "--with sas --set account=acme1");
    run.succeeds();
    assert_eq!(asked[0].path, "/?comp=list&maxresults=1&sv=2022-11-02&sr=c&sig=abc%2Bdef");
}

pub const KEY_FILE: &str = include_str!("../data/service_account.json");

#[test]
fn a_key_file_signs_and_a_client_signs_in_for_itself() {
    let desk = Desk::new();
    desk.lab.tell(
        "POST",
        "/token",
        200,
        json!({"access_token": "lab-access-token-1", "expires_in": "3599", "token_type": "Bearer"}),
    );
    desk.lab.tell("GET", "/gmail/v1/users/me/profile", 200, json!({"emailAddress": "ann@acme.example"}));
    let secret = KEY_FILE;
    let line = "--with service_account --token-url {lab}/token --set subject=ann@acme.example";
    let (run, asked) = desk.add("google-gmail", How::Secret(secret), line);
    run.succeeds();
    let form = asked[0].form();
    assert_eq!(form["grant_type"], "urn:ietf:params:oauth:grant-type:jwt-bearer");
    let claims = decoded(form["assertion"].split('.').nth(1).unwrap());
    assert_eq!((&claims["iss"], &claims["sub"]), (&json!("lab@project.iam.example"), &json!("ann@acme.example")));
    assert_eq!(claims["aud"], desk.lab.url("/token"));
    assert_eq!(claims["scope"], "https://www.googleapis.com/auth/gmail.modify");
    assert!(!asked.iter().any(|asked| format!("{asked:?}").contains("PRIVATE KEY")));
    // Renewed without a person, by signing again.
    desk.run("refresh c").succeeds();
    let again = desk.lab.asked();
    assert_eq!(again.iter().map(Asked::line).collect::<Vec<_>>(), ["POST /token"]);
    assert_eq!(again[0].form()["grant_type"], "urn:ietf:params:oauth:grant-type:jwt-bearer");
    desk.sandbox.siesta_with(&["rotate", "c", "--secret-stdin"], secret).succeeds();
    desk.run("revoke c --yes").succeeds();
    desk.lab.asked();

    desk.lab.tell("GET", "/v1.0/organization", 200, json!({"value": [{"id": "t1", "displayName": "Acme"}]}));
    let line = "--with client_credentials --token-url {lab}/token --client-id app-1";
    let (run, asked) = desk.add("microsoft-outlook-mail", How::Secret("lab-app-secret"), line);
    run.succeeds();
    let form = asked[0].form();
    let sent = ["grant_type", "client_id", "client_secret", "scope"].map(|name| form[name].as_str());
    assert_eq!(sent, ["client_credentials", "app-1", "lab-app-secret", "https://graph.microsoft.com/.default"]);
    desk.run("refresh c").succeeds();
    assert_eq!(desk.lab.asked()[0].form()["grant_type"], "client_credentials");
}

fn decoded(part: &str) -> Value {
    use base64::Engine;
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

#[test]
fn google_ads_sends_its_developer_token_beside_the_access_token() {
    let desk = Desk::new();
    desk.lab.tell("GET", "/v1/userinfo", 200, json!({"sub": "108", "email": "ann@acme.example"}));
    let port = free_port();
    let words = desk.words(&format!(
        "add google-ads c --base-url {{lab}} --allow-private-network --authorization-url {{lab}}/authorize \
         --token-url {{lab}}/token --callback-port {port} --secret-stdin --set loginCustomerId=1234567890"
    ));
    let line = desk.sandbox.line(&words.iter().map(String::as_str).collect::<Vec<_>>()).stdin("dev-token-0123");
    let (run, address) = desk.lab.consent(line);
    run.succeeds();
    let asked: std::collections::HashMap<_, _> = address.query_pairs().into_owned().collect();
    assert_eq!((asked["access_type"].as_str(), asked["prompt"].as_str()), ("offline", "consent"));
    desk.lab.asked();
    desk.run("assign c helper").succeeds();
    desk.run("call c list_accessible_customers --agent helper").succeeds();
    let asked = desk.lab.asked();
    assert_eq!(asked[0].line(), "GET /v26/customers:listAccessibleCustomers");
    assert_eq!(asked[0].header("developer-token"), Some("dev-token-0123"));
    assert_eq!(asked[0].header("login-customer-id"), Some("1234567890"));
}

#[test]
fn sign_ins_ask_as_each_provider_wants_to_be_asked() {
    let desk = Desk::new();
    desk.lab.tell("GET", "/v1.0/me", 200, json!({"id": "7", "userPrincipalName": "ann@acme.example"}));
    desk.lab.tell("POST", "/api/auth.test", 200, json!({"ok": true, "team": "Acme", "bot_id": "B1"}));
    let address = |service: &str, more: &str| {
        let port = free_port();
        let words = desk.words(&format!(
            "add {service} c --base-url {{lab}} --allow-private-network --authorization-url {{lab}}/authorize \
             --token-url {{lab}}/token --callback-port {port} {more}"
        ));
        let (run, address) = desk.lab.consent(desk.sandbox.line(&words.iter().map(String::as_str).collect::<Vec<_>>()));
        run.succeeds();
        desk.run("revoke c --yes --local-only").succeeds();
        address.query_pairs().into_owned().collect::<std::collections::HashMap<String, String>>()
    };
    let microsoft = address("microsoft-outlook-mail", "--scope Mail.Read");
    assert!(microsoft["redirect_uri"].starts_with("http://localhost:"), "{microsoft:?}");
    assert_eq!(microsoft["scope"], "Mail.Read offline_access");
    // A public client sends no secret.
    let token = desk.lab.asked().into_iter().find(|asked| asked.path == "/token").unwrap();
    assert!(!token.body.contains("client_secret") && token.header("authorization").is_none(), "{token:?}");

    let slack = address("slack", "--scope users:read --scope channels:read");
    assert_eq!(slack["user_scope"], "users:read,channels:read");
    assert!(!slack.contains_key("scope") && slack.contains_key("code_challenge"), "{slack:?}");
}

#[test]
fn a_pinned_port_and_a_needed_secret_are_asked_for_before_anybody_signs_in() {
    let desk = Desk::new();
    let error = desk.run("add hubspot c --json").ends_with(2);
    assert!(error.stderr.contains("compares the port"), "{}", error.stderr);
    desk.run("app set google --client-id lab-client").succeeds();
    let error = desk.run("add google-gmail c --json").ends_with(2);
    assert!(error.stderr.contains("wants the client's secret too"), "{}", error.stderr);
    desk.run("app remove github --yes").succeeds();
    let error = desk.run("add github c --with oauth2 --json").ends_with(3).json_error();
    assert_eq!(error["code"], "no-client");
}

#[test]
fn a_key_of_another_service_is_told_from_one_of_this() {
    let desk = Desk::new();
    let refused = |service: &str, more: &str, secret: &str| {
        let words = desk.words(&format!("add {service} c --secret-stdin --no-verify --json {more}"));
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        desk.sandbox.siesta_with(&words, secret).ends_with(2).json_error()["message"].as_str().unwrap().to_owned()
    };
    assert!(refused("openai", "", "sk-ant-api03-abc").contains("Anthropic"));
    assert!(refused("github", "", "xoxb-123-abc").contains("it looks like one of Slack App: siesta add slack"));
    assert!(refused("slack", "", "123456:ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefgh").contains("Telegram Bot"));
    assert!(refused("firecrawl", "", "nothing-known").contains("those begin with \"fc-\""));
    assert!(refused("telegram", "", "not a token").contains("it does not look like one"));
    let site = refused("jira", "--with basic --set site=evil.example/ --set email=a@b.example", "t");
    assert!(site.contains("cannot be the name of the site"), "{site}");
    let url = refused("jira", "--with basic --site-url https://evil.example --set email=a@b.example", "t");
    assert!(url.contains("is not a site of Jira"), "{url}");
}

#[test]
fn another_connection_to_the_same_account_is_pointed_out() {
    let desk = Desk::new();
    desk.lab.tell("GET", "/user", 200, json!({"id": 1, "login": "ann"}));
    let key = How::Secret("ghp_0123456789012345678901234567890123456789");
    desk.add("github", key, "").0.succeeds();
    desk.run("rename c first").succeeds();
    let (run, _) = desk.add("github", key, "");
    assert!(run.succeeds().stderr.contains("warning: connection \"first\" is to the same account"));
}

#[test]
fn the_providers_own_words_are_shown_and_nothing_is_stored() {
    let desk = Desk::new();
    desk.lab.tell("POST", "/api/auth.test", 200, json!({"ok": false, "error": "invalid_auth"}));
    let (run, _) = desk.add("slack", How::Secret("xoxb-lab-0123456789"), "");
    assert!(run.ends_with(4).stderr.contains("HTTP 200: invalid_auth"));
    assert_eq!(desk.run("list").succeeds().stdout(), "");
}

#[test]
fn a_model_call_whose_body_cannot_be_read_is_not_sent() {
    let desk = Desk::new();
    for path in ["/v1/models", "/v1beta/models", "/api/v1/key"] {
        desk.lab.tell("GET", path, 200, json!({"data": []}));
    }
    let body = desk.sandbox.write("call.txt", r#"{"model":"m","max_tokens":999999999,"messages":[]}"#);
    let body = format!("--body @{}", body.to_str().unwrap());
    for (service, secret, path) in [
        ("openai", "sk-lab-0123456789", "/v1/responses"),
        ("anthropic", "sk-ant-api03-lab-0123", "/v1/messages"),
        ("gemini", "AIzaLabLabLab0123", "/v1beta/models/m:generateContent"),
        ("openrouter", "sk-or-v1-lab-0123", "/api/v1/chat/completions"),
    ] {
        desk.add(service, How::Secret(secret), "").0.succeeds();
        desk.run("assign c helper").succeeds();
        desk.run("policy set helper c --mode read_write --step-up never").succeeds();
        // A limit that counts what a call states, which this one would not.
        desk.run("limits set c --org --daily 0.001 --strict").succeeds();
        let request = format!("request c POST {path} {body} --agent helper");
        for kind in ["text/plain", "application/octet-stream", "application/x-json"] {
            let line = format!("{request} --header 'Content-Type: {kind}' --json");
            let denied = desk.run(&line).ends_with(8).json();
            assert_eq!(denied["reason"], "bad_request", "{service} {kind}: {denied}");
            assert!(denied["detail"].as_str().unwrap().contains("send it as JSON"), "{denied}");
        }
        let run = desk.run(&format!("{request} --header 'Content-Type: text/plain'")).ends_with(8);
        assert!(run.stderr.contains("send it as JSON"), "{}", run.stderr);
        // As JSON it is read, and what it states is more than there is.
        let line = format!("{request} --header 'Content-Type: application/json' --json");
        assert_eq!(desk.run(&line).ends_with(10).json()["reason"], "token_limit", "{service}");
        assert!(desk.lab.asked().is_empty(), "{service}");
        desk.run("revoke c --yes --local-only").succeeds();
    }
}

#[test]
fn the_catalogue_is_searched_without_a_store() {
    let sandbox = Sandbox::new();
    let found = sandbox.siesta(&["catalog", "search", "send", "message", "--json"]).succeeds().json();
    let functions: Vec<&str> =
        found["results"].as_array().unwrap().iter().filter_map(|hit| hit["function"].as_str()).collect();
    assert!(functions.contains(&"send_message") && functions.contains(&"send_chat_message"), "{functions:?}");
    let listed = sandbox.siesta(&["catalog", "list", "--provider", "google", "--json"]).succeeds().json();
    assert!(listed["services"].as_array().unwrap().iter().all(|service| service["provider"] == "google"));
    let shown = sandbox.siesta(&["catalog", "show", "jira", "--json"]).succeeds().json();
    assert_eq!(shown["service"]["ways"][0]["settings"][0]["name"], "site");
}

#[test]
fn token_answers_that_no_standard_describes_are_read_as_they_are_meant() {
    let desk = Desk::new();
    desk.lab.tell("GET", "/user", 200, json!({"id": 1, "login": "ann"}));
    let form = [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")];
    // GitHub: a form, scopes joined by commas, no expiry and no refresh token, which is no fault there.
    let body = "access_token=gho_lab&scope=repo%2Cread%3Auser&token_type=bearer";
    desk.lab.tell_with("POST", "/token", 200, &form, body);
    let run = desk.sign_in("github", "--scope repo --scope read:user").succeeds();
    assert!(!run.stderr.contains("warning"), "{}", run.stderr);
    assert!(run.stderr.contains("connected \"c\" as ann (github)"), "{}", run.stderr);
    let shown = desk.run("show c --json").succeeds().json();
    assert_eq!(shown["connection"]["grantedScopes"], json!(["repo", "read:user"]));
    desk.run("revoke c --yes --local-only").succeeds();
    // An error with HTTP 200.
    desk.lab.tell_with("POST", "/token", 200, &form, "error=bad_verification_code&error_description=The+code+is+old");
    assert!(desk.sign_in("github", "").ends_with(11).stderr.contains("bad_verification_code"));

    // Slack: the token one level down.
    desk.lab.tell("POST", "/api/auth.test", 200, json!({"ok": true, "team": "Acme", "bot_id": "B1"}));
    let nested = json!({"ok": true, "authed_user": {"access_token": "xoxp-lab", "scope": "users:read,channels:read"}});
    desk.lab.tell("POST", "/token", 200, nested);
    desk.sign_in("slack", "").succeeds();
    assert_eq!(
        desk.run("show c --json").succeeds().json()["connection"]["grantedScopes"],
        json!(["users:read", "channels:read"])
    );
    desk.run("revoke c --yes --local-only").succeeds();
    desk.lab.tell("POST", "/token", 200, json!({"ok": false, "error": "invalid_code"}));
    assert!(desk.sign_in("slack", "").ends_with(11).stderr.contains("invalid_code"));

    // Google without a refresh token says why, and what to do.
    desk.lab.tell("GET", "/v1/userinfo", 200, json!({"sub": "1", "email": "ann@acme.example"}));
    desk.lab.tell("POST", "/token", 200, json!({"access_token": "lab", "expires_in": "3599"}));
    let run = desk.sign_in("google-gmail", "").succeeds();
    assert!(run.stderr.contains("the account had consented before"), "{}", run.stderr);
    desk.run("revoke c --yes --local-only").succeeds();

    // Microsoft writes scopes with their address and leaves offline_access out.
    desk.lab.tell("GET", "/v1.0/me", 200, json!({"id": "7", "userPrincipalName": "ann@acme.example"}));
    let mut tokens = Lab::tokens();
    tokens["scope"] = json!("https://graph.microsoft.com/Mail.Read openid");
    desk.lab.tell("POST", "/token", 200, tokens);
    desk.sign_in("microsoft-outlook-mail", "--scope mail.read").succeeds();
    let shown = desk.run("show c --json").succeeds().json();
    assert_eq!((&shown["missingScopes"], &shown["connection"]["grantedScopes"][0]), (&json!([]), &json!("mail.read")));
    desk.run("revoke c --yes --local-only").succeeds();

    // What is neither JSON nor a form, and a redirect of the token request, which is never followed.
    desk.lab.tell_with("POST", "/token", 200, &[("Content-Type", "text/html")], "<html>");
    desk.sign_in("google-gmail", "").ends_with(11);
    desk.lab.asked();
    desk.lab.tell_with("POST", "/token", 307, &[("Location", &desk.lab.url("/elsewhere"))], "");
    desk.sign_in("google-gmail", "").ends_with(11);
    assert!(desk.lab.asked().iter().all(|asked| asked.path != "/elsewhere"));
    assert_eq!(desk.run("list").succeeds().stdout(), "");
}

#[test]
fn a_rotated_refresh_token_is_used_next_and_a_403_demotes_nobody() {
    let desk = Desk::new();
    let sites = json!([{"id": "cloud-1", "url": "https://acme.atlassian.net", "name": "acme"}]);
    desk.lab.tell("GET", "/oauth/token/accessible-resources", 200, sites);
    desk.sign_in("jira", "--with oauth2").succeeds();
    let mut rotated = Lab::tokens();
    rotated["refresh_token"] = json!("lab-refresh-token-2");
    desk.lab.tell("POST", "/token", 200, rotated);
    desk.run("refresh c").succeeds();
    desk.lab.tell("POST", "/token", 403, json!({"error": "access_denied"}));
    desk.lab.asked();
    desk.run("refresh c").ends_with(11);
    assert_eq!(desk.lab.asked()[0].form()["refresh_token"], "lab-refresh-token-2");
    assert_eq!(desk.run("show c --json").succeeds().json()["connection"]["status"], "healthy");
    desk.lab.tell("POST", "/token", 400, json!({"error": "invalid_grant"}));
    desk.run("refresh c").ends_with(4);
    assert_eq!(desk.run("show c --json").succeeds().json()["connection"]["status"], "needs_reauth");
}

#[test]
fn of_several_sites_one_is_named() {
    let desk = Desk::new();
    let sites = json!([
        {"id": "cloud-1", "url": "https://acme.atlassian.net", "name": "acme"},
        {"id": "cloud-2", "url": "https://labs.atlassian.net", "name": "labs"},
    ]);
    desk.lab.tell("GET", "/oauth/token/accessible-resources", 200, sites);
    let run = desk.sign_in("jira", "--with oauth2").ends_with(4);
    assert!(run.stderr.contains("https://labs.atlassian.net") && run.stderr.contains("--site-url"), "{}", run.stderr);
    desk.sign_in("jira", "--with oauth2 --site-url https://labs.atlassian.net").succeeds();
    assert_eq!(desk.run("show c --json").succeeds().json()["connection"]["metadata"]["cloudId"], "cloud-2");
    desk.run("revoke c --yes").succeeds();
    desk.sign_in("jira", "--with oauth2 --site-url https://evil.example").ends_with(4);
}

#[test]
fn doctor_says_what_a_connection_has_too_much_of() {
    let desk = Desk::new();
    desk.lab.tell("GET", "/user", 200, json!({"id": 1, "login": "ann"}));
    let mut tokens = Lab::tokens();
    tokens["scope"] = json!("repo,admin:org,delete_repo");
    desk.lab.tell("POST", "/token", 200, tokens);
    desk.sign_in("github", "--access shared --purpose code").succeeds();
    desk.run("user add alice").succeeds();
    desk.run("edit c --owner alice").succeeds();
    let report = desk.run("doctor").ends_with(12);
    let text = format!("{}{}", report.stdout(), report.stderr);
    for words in
        ["granted more than it needs", "changed hands and kept its credential", "shared and has not been tried"]
    {
        assert!(text.contains(words), "{words}\n{text}");
    }
}
