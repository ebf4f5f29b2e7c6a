//! A mailbox, connected and used through the program at servers on loopback that speak TLS.
use crate::support::postbox::{PASSWORD, Postbox, Quirk, Secure};
use crate::support::sandbox::{Run, Sandbox};
use crate::support::{files_below, root};
use serde_json::{Value, json};

struct Desk {
    post: Postbox,
    sandbox: Sandbox,
}

impl Desk {
    /// A machine with a store and an agent, that trusts the servers' certificates.
    fn new(imap: Secure, smtp: Secure, quirk: Quirk) -> Desk {
        let desk = Desk { post: Postbox::start(imap, smtp, quirk), sandbox: Sandbox::new() };
        let ca = std::fs::read_to_string(root().join("src/net/testdata/ca.pem")).unwrap();
        desk.sandbox.write("config/siesta/test-ca.pem", &ca);
        desk.sandbox.write("config/siesta/config.toml", "ca-file = \"test-ca.pem\"\n");
        desk.sandbox.siesta(&["init", "--org", "Acme"]).succeeds();
        desk.sandbox.siesta(&["agent", "add", "helper"]).succeeds();
        desk
    }

    #[track_caller]
    fn run(&self, text: &str) -> Run {
        self.run_with(text, "")
    }

    #[track_caller]
    fn run_with(&self, text: &str, input: &str) -> Run {
        let words = shell_words::split(text).unwrap();
        self.sandbox.siesta_with(&words.iter().map(String::as_str).collect::<Vec<_>>(), input)
    }

    #[track_caller]
    fn add(&self, more: &str) -> Run {
        let line = format!("add email-imap box {} --secret-stdin {more}", self.post.settings());
        self.run_with(&line, PASSWORD)
    }

    /// With a mailbox that the agent may use, sending after a yes.
    fn ready(secure: (Secure, Secure), quirk: Quirk) -> Desk {
        let desk = Desk::new(secure.0, secure.1, quirk);
        let tls = |secure: Secure| match secure {
            Secure::Tls => "tls",
            Secure::StartTls => "starttls",
            Secure::No => "none",
        };
        desk.add(&format!("--set imapTls={} --set smtpTls={}", tls(secure.0), tls(secure.1))).succeeds();
        desk.run("assign box helper").succeeds();
        desk.run("policy set helper box --mode read_write --step-up never").succeeds();
        desk.post.heard();
        desk
    }

    /// Asks, approves, and says what came of it.
    #[track_caller]
    fn approved(&self, call: &str) -> Value {
        let waiting = self.run(&format!("{call} --agent helper --json")).ends_with(9).json();
        let id = waiting["executionId"].as_str().unwrap();
        self.run(&format!("executions approve {id} --json")).succeeds();
        let shown = self.run(&format!("executions show {id} --json")).succeeds().json();
        shown.get("execution").cloned().unwrap_or(shown)
    }
}

const TLS: (Secure, Secure) = (Secure::Tls, Secure::StartTls);

#[test]
fn a_mailbox_is_proved_at_both_servers_before_it_is_stored() {
    let desk = Desk::new(Secure::Tls, Secure::StartTls, Quirk::None);
    let added = desk.add("--set imapTls=tls --set displayName=Ján --json").succeeds().json();
    let heard = desk.post.heard();
    assert_eq!(heard[..4], ["CAPABILITY", &format!("LOGIN me@own.example {PASSWORD}"), "CAPABILITY", "LOGOUT"]);
    let words: Vec<&str> = heard[4..].iter().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(words, ["EHLO", "STARTTLS", "EHLO", "AUTH", "QUIT"]);
    let connection = &added["connection"];
    assert_eq!(connection["baseUrl"], json!(format!("imaps://localhost:{}", desk.post.imap)));
    assert_eq!(connection["metadata"]["accountId"], json!("me@own.example"));
    assert_eq!(connection["metadata"]["smtpTls"], json!("starttls"));
    assert_eq!(connection["metadata"]["username"], json!("me@own.example"));
    assert!(!added.to_string().contains(PASSWORD));

    // Another password is tried before it replaces the one that works.
    let wrong = desk.run_with("rotate box --secret-stdin", "another-password").ends_with(4);
    assert!(wrong.stderr.contains("no such user or password"), "{}", wrong.stderr);
    assert!(!wrong.stderr.contains("another-password"));
    desk.run_with("rotate box --secret-stdin", PASSWORD).succeeds();
    desk.run("show box").succeeds();
    desk.run("list").succeeds();
    desk.run("catalog show imap").succeeds();
    desk.run("rename box post").succeeds();
    desk.run("rename post box").succeeds();
    // What is exported is what is there.
    let file = desk.run("export").succeeds().stdout();
    desk.sandbox.write("org.yaml", &file);
    desk.run(&format!("plan {}", desk.sandbox.path("org.yaml").to_str().unwrap())).succeeds();
    // It is opened by a password, so there is nothing to hand out, and no address to ask.
    desk.run("assign box helper --allowed-models A,B").succeeds();
    desk.run("token box --agent helper --json").ends_with(8);
    desk.post.heard();
    let raw = desk.run(&format!("request box IMAP imaps://localhost:{}/INBOX --agent helper --json", desk.post.imap));
    assert_eq!(raw.ends_with(8).json()["reason"], json!("bad_request"));
    assert_eq!(desk.post.heard(), Vec::<String>::new());

    let revoked = desk.run("revoke box --yes --json").succeeds().json();
    assert_eq!((revoked["upstream"].as_str(), desk.post.heard().len()), (Some("not-supported"), 0));
}

#[test]
fn reading_changes_nothing_and_is_shown_as_documented() {
    let desk = Desk::ready(TLS, Quirk::None);
    let call = |text: &str| desk.run(&format!("call box {text} --agent helper")).succeeds().json();
    let folders = call("list_folders");
    assert_eq!(desk.post.said(), ["LIST \"\" *"]);
    assert_eq!(folders["folders"][2]["name"], json!("Odeslan\u{e1} po\u{161}ta"));
    assert_eq!(folders["folders"][4]["name"], json!("Work/2026"));

    let found = call("search_messages --arg mailbox=Work/2026 --arg 'q=from:bob -seen \"two words\"' --arg limit=1");
    assert_eq!(
        desk.post.said(),
        [
            "EXAMINE Work/2026",
            "UID SEARCH FROM bob NOT SEEN TEXT \"two words\"",
            "UID FETCH 8 (UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (FROM TO CC SUBJECT DATE MESSAGE-ID)])",
        ]
    );
    assert_eq!((&found["total"], &found["nextOffset"], &found["uidValidity"]), (&json!(2), &json!(1), &json!(77)));
    assert_eq!(found["messages"][0]["from"], json!([{"name": "B\u{f6}b", "address": "bob@x.example"}]));
    assert_eq!(found["messages"][0]["flags"], json!(["seen", "$Work"]));

    let message = call("get_message --arg uid=7 --arg uid_validity=77");
    let said = desk.post.said();
    assert_eq!(said.last().unwrap(), "UID FETCH 7 (UID BODY.PEEK[])");
    assert!(said.iter().all(|line| !line.starts_with("SELECT")), "{said:?}");
    assert_eq!((message["text"].as_str(), message["subject"].as_str()), (Some("Hello there"), Some("Plans")));
    assert_eq!(message["attachments"][0]["part"], json!("2"));
    assert_eq!(message["receivedAt"], json!("2026-11-22T10:00:05+00:00"));

    let out = desk.sandbox.path("a.pdf");
    let out = out.to_str().unwrap();
    desk.run(&format!("call box get_attachment --arg uid=7 --arg part=2 --agent helper --out {out}")).succeeds();
    assert_eq!(std::fs::read(out).unwrap(), b"%PDF-1");

    for (call, status) in [
        ("get_message --arg uid=7 --arg uid_validity=78", 409),
        ("get_message --arg uid=6", 404),
        ("search_messages --arg mailbox=Nowhere", 404),
    ] {
        let run = desk.run(&format!("call box {call} --agent helper --json"));
        let said = run.ends_with(11).json();
        assert!(said.to_string().contains(&status.to_string()), "{call}: {said}");
    }
    // What is no search, no mailbox and no part is refused before anything is asked.
    desk.post.heard();
    for call in [
        "search_messages --arg q=form:bob",
        "search_messages --arg 'mailbox=a\r\ns9 DELETE INBOX'",
        "get_attachment --arg uid=7 --arg part=TEXT",
    ] {
        desk.run(&format!("call box {call} --agent helper")).ends_with(8);
    }
    assert_eq!(desk.post.heard(), Vec::<String>::new());
}

#[test]
fn a_mail_goes_to_those_it_was_approved_for_and_a_copy_is_filed() {
    let desk = Desk::ready(TLS, Quirk::None);
    let send = "call box send_message --arg to=bob@x.example --arg cc=carol@x.example --arg bcc=dan@y.example --arg \
                subject=Hello --arg 'text=Dear Bob,\r\n.\r\nBcc: eve@z.example'";
    desk.run(&format!("{send} --agent helper --json")).ends_with(9);
    assert_eq!(desk.post.heard(), Vec::<String>::new(), "nothing is said before the yes");
    let done = desk.approved(send);
    let said = desk.post.said();
    assert!(said[0].starts_with("MAIL FROM:<me@own.example> SIZE="), "{said:?}");
    let rcpt =
        ["RCPT TO:<bob@x.example>", "RCPT TO:<carol@x.example>", "RCPT TO:<dan@y.example>", "DATA", "LIST \"\" *"];
    assert_eq!(said[1..6], rcpt);
    let mails = desk.post.mails();
    let [mail] = mails.as_slice() else { panic!("{mails:?}") };
    let (head, body) = mail.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("From: <me@own.example>") && head.contains("To: <bob@x.example>"), "{head}");
    assert!(!head.to_lowercase().contains("bcc") && !head.contains("dan@"), "{head}");
    assert!(body.contains("Dear Bob,\r\n..\r\n"), "{body}");
    // The copy says who was copied blind.
    assert!(said[6].starts_with("APPEND \"Odeslan&AOE- po&AWE-ta\" (\\Seen) {"), "{}", said[6]);
    assert!(said[6].contains("Bcc: <dan@y.example>"), "{}", said[6]);
    assert!(done.to_string().contains("queued as 4711"), "{done}");

    let shown = desk.run(&format!("{send} --agent helper --dry-run --json")).ends_with(9).json();
    assert!(shown.to_string().contains("dan@y.example") && !shown.to_string().contains(PASSWORD), "{shown}");
    // An allowlist of what may be read leaves nothing to be sent.
    desk.run("policy set helper box --allow 'IMAP /INBOX/**'").succeeds();
    assert_eq!(
        desk.run(&format!("{send} --agent helper --json")).ends_with(8).json()["reason"],
        json!("allowlist_miss")
    );
    let folders = desk.run("call box list_folders --agent helper --json").ends_with(8).json();
    assert_eq!(folders["reason"], json!("allowlist_miss"));
    desk.run("call box get_message --arg uid=7 --agent helper").succeeds();
    desk.run("policy set helper box --allow '* /**'").succeeds();
    desk.post.heard();

    // Recipients are what a rule reads them as.
    let rules = json!({"request": [{
        "label": "corp only", "match": {"body": [{"path": "recipients", "op": "matches", "value": "@z\\.example$"}]}, "action": "deny",
    }]});
    desk.sandbox.write("rules.json", rules.to_string());
    let rules = desk.sandbox.path("rules.json");
    desk.run(&format!("policy set helper box --rules {}", rules.to_str().unwrap())).succeeds();
    for field in ["to", "cc", "bcc"] {
        let to = if field == "to" { "" } else { "--arg to=bob@x.example" };
        let line = format!(
            "call box send_message {to} --arg {field}=eve@z.example --arg subject=x --arg text=x --agent helper --json"
        );
        assert_eq!(desk.run(&line).ends_with(8).json()["reason"], json!("rule:corp only"), "{field}");
    }
    for to in ["bob@x.example, eve@z.example", "Bob <bob@x.example>", "bob@x.example\r\nRCPT TO:<eve@z.example>"] {
        let line = format!("call box send_message --arg 'to={to}' --arg subject=x --arg text=x --agent helper --json");
        assert_eq!(desk.run(&line).ends_with(8).json()["reason"].as_str().map(|r| r != "allow"), Some(true), "{to}");
    }
    let line = "call box send_message --arg to=bob@x.example --arg 'subject=x\r\nBcc: eve@z.example' --arg text=x";
    assert_eq!(desk.run(&format!("{line} --agent helper --json")).ends_with(8).json()["reason"], json!("bad_request"));
    // Who is redacted is nobody to write to.
    let rules = json!({"request": [{"label": "no addresses", "match": {}, "action": "redact", "redact": ["email"]}]});
    desk.sandbox.write("rules.json", rules.to_string());
    desk.run(&format!("policy set helper box --rules {}", desk.sandbox.path("rules.json").to_str().unwrap()))
        .succeeds();
    let denied = desk.run(&format!("{send} --agent helper --json")).ends_with(8).json();
    assert_eq!(denied["reason"], json!("bad_request"));
    assert_eq!(desk.post.heard(), Vec::<String>::new());
}

#[test]
fn an_answer_goes_to_whom_its_message_names_and_rules_see_them() {
    let desk = Desk::ready(TLS, Quirk::None);
    let reply = "call box reply --arg uid=7 --arg text=Fine --arg reply_all=true";
    // Nobody fills in what is read from the message.
    desk.run("call box reply --arg uid=7 --arg text=x --arg to=eve@z.example --agent helper").ends_with(2);
    assert_eq!(desk.post.heard(), Vec::<String>::new());

    let waiting = desk.run(&format!("{reply} --agent helper --json")).ends_with(9).json();
    let id = waiting["executionId"].as_str().unwrap();
    let shown = desk.run(&format!("executions show {id} --json")).succeeds().json().to_string();
    for recipient in ["bob@x.example", "carol@x.example", "dan@y.example"] {
        assert!(shown.contains(recipient), "{shown}");
    }
    assert!(desk.post.mails().is_empty());
    desk.post.heard();
    desk.run(&format!("executions approve {id}")).succeeds();
    let said = desk.post.said();
    // What was approved is sent; the message is not looked at again.
    let expected = ["RCPT TO:<bob@x.example>", "RCPT TO:<carol@x.example>", "RCPT TO:<dan@y.example>", "DATA"];
    assert_eq!(said[1..5], expected, "{said:?}");
    let mails = desk.post.mails();
    assert!(mails[0].contains("Subject: Re: Plans") && mails[0].contains("In-Reply-To: <1@x.example>"), "{mails:?}");

    // Approved and not run, it is redeemed by whoever asked.
    let again = "call box reply --arg uid=7 --arg text=Again --agent helper";
    let id = desk.run(&format!("{again} --json")).ends_with(9).json()["executionId"].as_str().unwrap().to_owned();
    desk.run(&format!("executions approve {id} --no-run")).succeeds();
    desk.run(&format!("{again} --approval {id}")).succeeds();
    assert_eq!(desk.post.mails().len(), 1);

    let rules = json!({"request": [{
        "label": "not to y", "match": {"body": [{"path": "recipients", "op": "matches", "value": "@y\\.example$"}]}, "action": "deny",
    }]});
    desk.sandbox.write("rules.json", rules.to_string());
    let rules = desk.sandbox.path("rules.json");
    desk.run(&format!("policy set helper box --rules {}", rules.to_str().unwrap())).succeeds();
    let denied = desk.run(&format!("{reply} --agent helper --json")).ends_with(8).json();
    assert_eq!(denied["reason"], json!("rule:not to y"));
    desk.run("call box reply --arg uid=7 --arg text=Fine --agent helper --json").ends_with(9);
    assert!(desk.post.mails().is_empty());
    // The reading is a call of its own, and obeys what reading obeys.
    desk.run("functions set box get_message disabled").succeeds();
    desk.post.heard();
    let denied = desk.run("call box reply --arg uid=7 --arg text=Fine --agent helper --json").ends_with(8).json();
    assert_eq!(denied["reason"], json!("function_disabled"));
    assert_eq!(desk.post.heard(), Vec::<String>::new());
}

#[test]
fn changes_in_a_mailbox_touch_one_message() {
    let desk = Desk::ready(TLS, Quirk::None);
    for (call, said) in [
        (
            "set_flags --arg uid=7 --arg add=flagged --arg remove=seen",
            vec![
                "SELECT INBOX",
                "UID FETCH 7 UID",
                "UID STORE 7 +FLAGS.SILENT (\\Flagged)",
                "UID STORE 7 -FLAGS.SILENT (\\Seen)",
                "UID FETCH 7 (UID FLAGS)",
            ],
        ),
        (
            "move_message --arg uid=7 --arg target=Work/2026",
            vec!["SELECT INBOX", "UID FETCH 7 UID", "UID MOVE 7 Work/2026"],
        ),
        ("delete_message --arg uid=7", vec!["LIST \"\" *", "SELECT INBOX", "UID FETCH 7 UID", "UID MOVE 7 Trash"]),
        (
            "delete_message --arg uid=7 --arg mailbox=Trash",
            vec![
                "LIST \"\" *",
                "SELECT Trash",
                "UID FETCH 7 UID",
                "UID STORE 7 +FLAGS.SILENT (\\Deleted)",
                "UID EXPUNGE 7",
            ],
        ),
    ] {
        desk.approved(&format!("call box {call}"));
        assert_eq!(desk.post.said(), said, "{call}");
    }
    // A draft needs no yes.
    let draft = "call box create_draft --arg to=bob@x.example --arg bcc=dan@y.example --arg subject=S --arg text=T --agent helper";
    let made = desk.run(draft).succeeds().json();
    let said = desk.post.said();
    assert!(said[1].starts_with("APPEND Drafts (\\Draft) {") && said[1].contains("Bcc: <dan@y.example>"), "{said:?}");
    assert_eq!(made["uid"], json!(9));
    // In another mailbox it would look like a mail that came in, or went out.
    let planted = desk.run(&format!("{draft} --arg mailbox=INBOX")).ends_with(11);
    assert!(planted.stdout().contains("drafts of this account are kept in Drafts"), "{planted:?}");
    assert_eq!(desk.post.said(), ["LIST \"\" *"]);

    // A server that could only take away every marked message takes away none.
    let desk = Desk::ready(TLS, Quirk::Old);
    desk.approved("call box move_message --arg uid=7 --arg target=Work/2026");
    let said = ["SELECT INBOX", "UID FETCH 7 UID", "UID COPY 7 Work/2026", "UID STORE 7 +FLAGS.SILENT (\\Deleted)"];
    assert_eq!(desk.post.said(), said);
}

#[test]
fn servers_that_do_wrong_get_no_password_and_no_mail_twice() {
    use Secure::{No, StartTls, Tls};
    let tls = |secure| match secure {
        Tls => "tls",
        StartTls => "starttls",
        No => "none",
    };
    for (imap, smtp, quirk, code, word) in [
        (Tls, StartTls, Quirk::StripsStartTls, 11, "STARTTLS"),
        (StartTls, Tls, Quirk::StripsStartTls, 11, "does not begin the encryption"),
        (Tls, Tls, Quirk::Drops, 11, "broke off"),
        (Tls, Tls, Quirk::Echoes, 4, "[credential] is wrong"),
    ] {
        let desk = Desk::new(imap, smtp, quirk);
        let run = desk.add(&format!("--set imapTls={} --set smtpTls={}", tls(imap), tls(smtp))).ends_with(code);
        let said = run.stderr;
        assert!(said.contains(word) && !said.contains(PASSWORD), "{quirk:?}: {said}");
        assert!(desk.run("list --json").succeeds().json()["connections"].as_array().unwrap().is_empty());
    }
    // What was said before the encryption began is not taken for what is said after it.
    let desk = Desk::new(StartTls, StartTls, Quirk::AnswersAhead);
    desk.add("--set imapTls=starttls").succeeds();
    assert_eq!(desk.post.heard().iter().filter(|line| line.starts_with("LOGIN")).count(), 1);

    // A password that was changed elsewhere: the server's own words, and the connection stays as it is.
    let desk = Desk::ready((Tls, StartTls), Quirk::None);
    desk.post.change_password();
    let run = desk.run("call box list_folders --agent helper").ends_with(11);
    assert!(format!("{}{}", run.stdout(), run.stderr).contains("no such user or password"), "{run:?}");
    assert_eq!(desk.post.heard().iter().filter(|line| line.starts_with("LOGIN")).count(), 1, "it is tried once");

    // A certificate that nobody vouches for.
    let desk = Desk::new(Tls, StartTls, Quirk::None);
    desk.sandbox.write("config/siesta/config.toml", "");
    let run = desk.add("--set imapTls=tls").ends_with(11);
    assert!(run.stderr.contains("no trusted connection to localhost"), "{}", run.stderr);
    assert_eq!(desk.post.heard(), Vec::<String>::new());
}

#[test]
fn a_password_leaves_this_machine_encrypted_only() {
    let desk = Desk::new(Secure::No, Secure::No, Quirk::None);
    let here = "--set imapTls=none --set smtpTls=none";
    desk.add(here).succeeds();
    desk.run("revoke box --yes").succeeds();
    let line = |host: &str, more: &str| {
        format!(
            "add email-imap box --set email=me@own.example --set imapHost={host} --set smtpHost={host} --secret-stdin {here} {more}"
        )
    };
    for (host, more) in
        [("127.0.0.1", ""), ("203.0.113.7", "--allow-private-network"), ("10.1.2.3", "--allow-private-network")]
    {
        desk.run_with(&line(host, more), PASSWORD).ends_with(8);
    }
    // Encrypted or not, the private network is opted in to.
    let line = "add email-imap box --set email=me@own.example --set imapHost=127.0.0.1 --set smtpHost=127.0.0.1 --secret-stdin";
    desk.run_with(line, PASSWORD).ends_with(8);
    for (host, service) in [("imap.gmail.com", "google-gmail"), ("outlook.office365.com", "microsoft-outlook-mail")] {
        let line = format!(
            "add email-imap box --set email=me@own.example --set imapHost={host} --set smtpHost={host} --secret-stdin"
        );
        let run = desk.run_with(&line, PASSWORD).ends_with(2);
        assert!(run.stderr.contains(&format!("siesta add {service}")), "{}", run.stderr);
    }
}

#[test]
fn what_never_ends_is_cut_off_and_what_was_sent_is_not_sent_again() {
    let desk = Desk::ready(TLS, Quirk::Endless);
    let run = desk.run("call box search_messages --agent helper").ends_with(11);
    assert!(run.stderr.contains("larger than"), "{}", run.stderr);

    let desk = Desk::ready(TLS, Quirk::Lies);
    let run = desk.run("call box get_message --arg uid=7 --agent helper").ends_with(11);
    assert!(run.stderr.contains("broke off"), "{}", run.stderr);

    let send = "call box send_message --arg to=bob@x.example --arg to=carol@x.example --arg subject=x --arg text=x";
    let desk = Desk::ready(TLS, Quirk::RefusesBob);
    let waiting = desk.run(&format!("{send} --agent helper --json")).ends_with(9).json();
    let id = waiting["executionId"].as_str().unwrap().to_owned();
    desk.run(&format!("executions approve {id}")).ends_with(11);
    let said = desk.post.said();
    assert!(!said.iter().any(|line| line == "DATA"), "{said:?}");

    let desk = Desk::ready(TLS, Quirk::DropsMail);
    let waiting = desk.run(&format!("{send} --agent helper --json")).ends_with(9).json();
    let id = waiting["executionId"].as_str().unwrap().to_owned();
    desk.run(&format!("executions approve {id}")).ends_with(11);
    assert_eq!(desk.post.mails().len(), 1, "a mail that may have gone is not sent again");
}

#[test]
fn nothing_is_deleted_for_good_where_there_is_no_trash() {
    let desk = Desk::ready(TLS, Quirk::NoTrash);
    let delete = "call box delete_message --arg uid=7";
    let waiting = desk.run(&format!("{delete} --agent helper --json")).ends_with(9).json();
    let id = waiting["executionId"].as_str().unwrap();
    let said = desk.run(&format!("executions approve {id} --json")).ends_with(11).json();
    assert_eq!(said["result"]["httpStatus"], 409, "{said}");
    assert!(said.to_string().contains("this account has no trash, and nothing is deleted for good"), "{said}");
    // It was looked for, and that is all.
    assert_eq!(desk.post.said(), ["LIST \"\" *"]);
    let shown = desk.run(&format!("executions show {id} --json")).succeeds().json();
    assert_eq!(shown.get("execution").unwrap_or(&shown)["status"], "Failed", "{shown}");

    // Not even from a mailbox that somebody calls so.
    let waiting = desk.run(&format!("{delete} --arg mailbox=Work/2026 --agent helper --json")).ends_with(9).json();
    desk.run(&format!("executions approve {}", waiting["executionId"].as_str().unwrap())).ends_with(11);
    assert_eq!(desk.post.said(), ["LIST \"\" *"]);
}

#[test]
fn mailboxes_below_the_inbox_are_found_by_their_last_name() {
    let desk = Desk::ready(TLS, Quirk::BelowInbox);
    let done = desk.approved("call box delete_message --arg uid=7");
    assert_eq!(desk.post.said(), ["LIST \"\" *", "SELECT INBOX", "UID FETCH 7 UID", "UID MOVE 7 INBOX.Trash"]);
    assert!(done.to_string().contains("INBOX.Trash"), "{done}");
    // In it, and only there, it is for good.
    desk.approved("call box delete_message --arg uid=7 --arg mailbox=INBOX.Trash");
    let gone = ["UID STORE 7 +FLAGS.SILENT (\\Deleted)", "UID EXPUNGE 7"];
    assert_eq!(desk.post.said()[2..], [&["UID FETCH 7 UID"], &gone[..]].concat());
    // What lies below it is another mailbox.
    desk.approved("call box delete_message --arg uid=7 --arg mailbox=INBOX.Trash.2025");
    assert_eq!(desk.post.said().last().unwrap(), "UID MOVE 7 INBOX.Trash");
    // So are drafts and copies of what was sent.
    let letter = "--arg to=bob@x.example --arg subject=S --arg text=T";
    desk.run(&format!("call box create_draft --arg mailbox=INBOX.Drafts {letter} --agent helper")).succeeds();
    assert!(desk.post.said()[1].starts_with("APPEND INBOX.Drafts (\\Draft) {"));
    desk.approved(&format!("call box send_message {letter}"));
    assert!(desk.post.said().last().unwrap().starts_with("APPEND INBOX.Sent (\\Seen) {"));
}

#[test]
fn a_mailboxs_password_is_in_no_word_and_in_no_file() {
    let mut heard: Vec<(String, String)> = Vec::new();
    for quirk in [Quirk::None, Quirk::Echoes, Quirk::Drops] {
        let mut desk = Desk::new(Secure::Tls, Secure::StartTls, quirk);
        let log = desk.sandbox.path("siesta.log");
        desk.sandbox.set("SIESTA_LOG", "trace");
        desk.sandbox.set("SIESTA_LOG_FILE", &log);
        let mut hear = |what: String, run: Run| {
            assert_ne!(run.code, Some(70), "{what}: {}", run.stderr);
            heard.push((
                format!("{quirk:?}, stdout of {what}"),
                String::from_utf8_lossy(&run.stdout_bytes).into_owned(),
            ));
            heard.push((format!("{quirk:?}, stderr of {what}"), run.stderr));
        };
        for tls in ["--set imapTls=tls -vvv", "--set imapTls=tls --no-verify -vvv --json"] {
            hear(format!("add {tls}"), desk.add(tls));
        }
        let to = "--arg to=bob@x.example --arg subject=x --arg text=x";
        let lines = [
            "assign box helper".to_owned(),
            "policy set helper box --mode read_write --step-up never".to_owned(),
            "governance set 'email-imap/*' enabled".to_owned(),
            "test box".to_owned(),
            "test box --agent helper".to_owned(),
            "show box".to_owned(),
            "call box list_folders --agent helper".to_owned(),
            "call box search_messages --agent helper".to_owned(),
            "call box get_message --arg uid=7 --agent helper".to_owned(),
            "call box get_attachment --arg uid=7 --arg part=2 --agent helper".to_owned(),
            format!("call box send_message {to} --agent helper"),
            format!("call box create_draft {to} --agent helper"),
            "call box reply --arg uid=7 --arg text=x --agent helper".to_owned(),
            "call box delete_message --arg uid=7 --agent helper".to_owned(),
            format!("call box send_message {to} --agent helper --dry-run"),
            "doctor".to_owned(),
            "export".to_owned(),
            "executions list".to_owned(),
            "audit list".to_owned(),
            "audit export --format jsonl".to_owned(),
        ];
        for line in &lines {
            hear(line.clone(), desk.run(&format!("{line} -vvv")));
            // Documents are made elsewhere than tables.
            if ["show", "test", "executions", "call box send"].iter().any(|word| line.starts_with(word)) {
                hear(format!("{line} --json"), desk.run(&format!("{line} --json -vvv")));
            }
        }
        hear("rotate".to_owned(), desk.run_with("rotate box --secret-stdin -vvv", PASSWORD));
        // It was sent, so it could have been told.
        let is_used = desk.post.heard().iter().any(|line| line.contains(PASSWORD));
        assert!(is_used, "{quirk:?}");
        assert!(std::fs::read_to_string(&log).unwrap().lines().count() > lines.len(), "{quirk:?}: the log is empty");
        for file in files_below(desk.sandbox.home(), "") {
            let bytes = std::fs::read(&file).unwrap();
            heard.push((format!("{quirk:?}, {}", file.display()), String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    let in_base64 = |text: &str| {
        use base64::Engine;
        base64::engine::general_purpose::STANDARD.encode(text)
    };
    // As it is typed, as AUTH PLAIN and AUTH LOGIN send it, and as bytes that somebody encoded.
    let forms = [PASSWORD.to_owned(), in_base64(&format!("\0me@own.example\0{PASSWORD}")), in_base64(PASSWORD)];
    for (place, text) in &heard {
        assert!(forms.iter().all(|form| !text.contains(form)), "{place}:\n{text}");
    }
}

#[test]
fn a_mailbox_is_healthy_refused_or_out_of_reach_and_doctor_says_so() {
    let desk = Desk::ready(TLS, Quirk::None);
    let tried = |code: i32| desk.run("test box --json").ends_with(code).json()["connections"][0].clone();
    let found = || {
        let report = desk.run("doctor --json");
        let report = report.json();
        let findings = report["findings"].as_array().unwrap().clone();
        let about = |finding: &&Value| finding["check"] == "connections";
        findings.iter().filter(about).map(|finding| finding.to_string()).collect::<Vec<_>>()
    };
    let status = || {
        let shown = desk.run("show box --json").succeeds().json()["connection"].clone();
        (shown["status"].as_str().unwrap().to_owned(), shown["lastError"].as_str().map(str::to_owned))
    };
    let row = tried(0);
    assert_eq!((&row["outcome"], &row["account"]), (&json!("healthy"), &json!("me@own.example")));
    assert_eq!(status(), ("healthy".to_owned(), None));
    assert!(!found().iter().any(|finding| finding.contains("authorised again")), "{:?}", found());

    // Away, and back: nobody has to do anything about it.
    desk.post.go_away();
    let row = tried(11);
    assert_eq!(row["outcome"], "failed");
    assert!(row["why"].as_str().unwrap().contains("broke off"), "{row}");
    assert_eq!(status().0, "healthy");
    assert!(!found().iter().any(|finding| finding.contains("authorised again")), "{:?}", found());

    // Another password: only a person can help, and doctor says what to type.
    let desk = Desk::ready(TLS, Quirk::None);
    desk.post.change_password();
    let run = desk.run("test box").ends_with(4);
    assert!(run.stderr.contains("no such user or password") && run.stderr.contains("siesta rotate box"), "{run:?}");
    let shown = desk.run("show box --json").succeeds().json();
    assert_eq!(shown["connection"]["status"], "needs_reauth");
    let report = desk.run("doctor").ends_with(12);
    let text = format!("{}{}", report.stdout(), report.stderr);
    assert!(text.contains("box") && text.contains("siesta rotate box"), "{text}");
    assert!(!text.contains(PASSWORD));
}
