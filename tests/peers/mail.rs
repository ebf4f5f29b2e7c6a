//! A mailbox at servers that nobody here wrote: Dovecot for IMAP, npm's `smtp-server` for SMTP.
use crate::oidc::modules_with;
use crate::support::peer::peer;
use crate::support::root;
use crate::support::sandbox::{Run, Sandbox};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Lines};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

const PASSWORD: &str = "peer \"canary\" pa\\ss";

/// A server that ends with its test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // SIGTERM first, so that what it started ends with it.
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

/// Dovecot with one account, in the foreground, on a port of its own.
fn dovecot(home: &Path) -> Option<(Server, u16)> {
    let program = peer("dovecot")?;
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let own = std::fs::metadata(home).unwrap();
    // Its own users where it may become them; else everything as whoever runs the test.
    let (uid, gid, users) = match own.uid() {
        0 => (65534, 65534, String::new()),
        uid => {
            let name = String::from_utf8(Command::new("id").arg("-un").output().unwrap().stdout).unwrap();
            let name = name.trim();
            let roots = "service imap-login {\n  chroot =\n}\nservice anvil {\n  chroot =\n}\n";
            (uid, own.gid(), format!("default_internal_user = {name}\ndefault_login_user = {name}\n{roots}"))
        }
    };
    let data = root().join("src/net/testdata");
    let (base, mails) = (home.join("dovecot"), home.join("mails"));
    std::fs::create_dir_all(&mails).unwrap();
    for path in [home, mails.as_path()] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o777)).unwrap();
    }
    let config = format!(
        "protocols = imap\nlisten = 127.0.0.1\nbase_dir = {base}\nstate_dir = {base}\nlog_path = {log}\n{users}\
         ssl = required\nssl_cert = <{cert}\nssl_key = <{key}\nfirst_valid_uid = 1\nfirst_valid_gid = 1\n\
         mail_location = maildir:{mails}\nauth_mechanisms = plain\n\
         passdb {{\n  driver = passwd-file\n  args = scheme=PLAIN username_format=%u {passwords}\n}}\n\
         userdb {{\n  driver = static\n  args = uid={uid} gid={gid} home={mails}\n}}\n\
         service imap-login {{\n  inet_listener imap {{\n    port = 0\n  }}\n  inet_listener imaps {{\n    port = {port}\n    ssl = yes\n  }}\n}}\n\
         namespace inbox {{\n  inbox = yes\n  separator = /\n\
         mailbox Drafts {{\n    auto = create\n    special_use = \\Drafts\n  }}\n\
         mailbox \"Odeslan\u{e1}\" {{\n    auto = create\n    special_use = \\Sent\n  }}\n\
         mailbox Trash {{\n    auto = create\n    special_use = \\Trash\n  }}\n}}\n",
        base = base.display(),
        log = home.join("dovecot.log").display(),
        cert = data.join("localhost.pem").display(),
        key = data.join("localhost.key").display(),
        mails = mails.display(),
        passwords = home.join("passwords").display(),
    );
    std::fs::write(home.join("passwords"), format!("me@own.example:{{PLAIN}}{PASSWORD}\n")).unwrap();
    std::fs::write(home.join("dovecot.conf"), config).unwrap();
    let child = Command::new(program).args(["-F", "-c"]).arg(home.join("dovecot.conf")).spawn().unwrap();
    let mut server = Server(child);
    let begun = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        let log = || std::fs::read_to_string(home.join("dovecot.log")).unwrap_or_default();
        assert!(server.0.try_wait().unwrap().is_none(), "dovecot ended: {}", log());
        assert!(begun.elapsed() < Duration::from_secs(20), "dovecot does not listen: {}", log());
        std::thread::yield_now();
    }
    Some((server, port))
}

type Heard = Lines<BufReader<ChildStdout>>;

fn smtp_server() -> Option<(Server, u16, Heard)> {
    let node = peer("node")?;
    let modules = modules_with("smtp-server", "3")?;
    let data = root().join("src/net/testdata");
    let mut command = Command::new(node);
    command.arg(root().join("tests/peers/post.mjs")).env("PEER_MODULES", modules).env("PEER_PASSWORD", PASSWORD);
    command.env("PEER_CERT", data.join("localhost.pem")).env("PEER_KEY", data.join("localhost.key"));
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let port = lines.next().unwrap().unwrap().strip_prefix("port ").unwrap().parse().unwrap();
    Some((Server(child), port, lines))
}

struct Desk {
    sandbox: Sandbox,
}

impl Desk {
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
    fn call(&self, text: &str) -> Value {
        self.run(&format!("call box {text} --agent helper")).succeeds().json()
    }

    #[track_caller]
    fn approved(&self, text: &str) {
        let waiting = self.run(&format!("call box {text} --agent helper --json")).ends_with(9).json();
        self.run(&format!("executions approve {}", waiting["executionId"].as_str().unwrap())).succeeds();
    }
}

#[test]
fn a_mailbox_at_dovecot_is_connected_read_written_to_and_emptied() {
    let directory = tempfile::tempdir().unwrap();
    let Some((_imap, imap_port)) = dovecot(directory.path()) else { return };
    let Some((_smtp, smtp_port, mut heard)) = smtp_server() else { return };
    let desk = Desk { sandbox: Sandbox::new() };
    let ca = std::fs::read_to_string(root().join("src/net/testdata/ca.pem")).unwrap();
    desk.sandbox.write("config/siesta/test-ca.pem", &ca);
    desk.sandbox.write("config/siesta/config.toml", "ca-file = \"test-ca.pem\"\n");
    desk.run("init --org Acme").succeeds();
    desk.run("agent add helper").succeeds();
    let add = format!(
        "add email-imap box --set email=me@own.example --set imapHost=localhost --set imapPort={imap_port} --set \
         smtpHost=localhost --set smtpPort={smtp_port} --allow-private-network --secret-stdin"
    );
    let wrong = desk.run_with(&add, "another password").ends_with(4);
    assert!(wrong.stderr.contains("Authentication failed"), "{}", wrong.stderr);
    desk.run_with(&add, PASSWORD).succeeds();
    desk.run("assign box helper").succeeds();
    desk.run("policy set helper box --mode read_write --step-up never").succeeds();

    let folders = desk.call("list_folders");
    let names: Vec<&str> =
        folders["folders"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert!(["INBOX", "Drafts", "Odeslan\u{e1}", "Trash"].iter().all(|name| names.contains(name)), "{folders}");
    assert_eq!(desk.call("search_messages")["total"], json!(0));

    let draft =
        "--arg to=bob@x.example --arg bcc=dan@y.example --arg 'subject=Žluťoučký kůň' --arg 'text=Úpěl ďábelské ódy'";
    let made = desk.call(&format!("create_draft {draft} --arg 'html=<p>Úpěl</p>'"));
    let uid = made["uid"].as_u64().unwrap();
    let found = desk.call("search_messages --arg mailbox=Drafts --arg 'q=subject:kůň -seen to:bob'");
    assert_eq!(found["messages"][0]["uid"], json!(uid), "{found}");
    let message = desk.call(&format!("get_message --arg mailbox=Drafts --arg uid={uid}"));
    assert_eq!(message["subject"], json!("Žluťoučký kůň"));
    assert_eq!(message["text"].as_str().map(str::trim), Some("Úpěl ďábelské ódy"));
    assert_eq!(message["bcc"], json!([{"address": "dan@y.example"}]));
    let flags = message["flags"].as_array().unwrap();
    // Reading is not seeing.
    assert!(flags.contains(&json!("draft")) && !flags.contains(&json!("seen")), "{message}");
    let part =
        desk.run(&format!("call box get_attachment --arg mailbox=Drafts --arg uid={uid} --arg part=2 --agent helper"));
    assert!(part.succeeds().stdout().contains("<p>Úpěl</p>"));
    let again = desk.call(&format!("get_message --arg mailbox=Drafts --arg uid={uid}"));
    assert!(!again["flags"].as_array().unwrap().contains(&json!("seen")), "{again}");

    desk.approved(&format!("set_flags --arg mailbox=Drafts --arg uid={uid} --arg add=flagged --arg 'add=$Work'"));
    assert_eq!(desk.call("search_messages --arg mailbox=Drafts --arg q=flagged")["total"], json!(1));
    desk.approved(&format!("move_message --arg mailbox=Drafts --arg uid={uid} --arg target=INBOX"));
    assert_eq!(desk.call("search_messages --arg mailbox=Drafts")["total"], json!(0));
    let uid = desk.call("search_messages")["messages"][0]["uid"].as_u64().unwrap();
    desk.approved(&format!("delete_message --arg uid={uid}"));
    let uid = desk.call("search_messages --arg mailbox=Trash")["messages"][0]["uid"].as_u64().unwrap();
    desk.approved(&format!("delete_message --arg mailbox=Trash --arg uid={uid}"));
    assert_eq!(desk.call("search_messages --arg mailbox=Trash")["total"], json!(0));

    desk.approved(&format!("send_message {draft} --arg cc=carol@x.example"));
    let sent: Value = serde_json::from_str(&heard.next().unwrap().unwrap()).unwrap();
    assert_eq!(sent["to"], json!(["bob@x.example", "carol@x.example", "dan@y.example"]));
    assert_eq!((&sent["from"], &sent["tls"]), (&json!("me@own.example"), &json!(true)));
    assert!(!sent["mail"].as_str().unwrap().contains("dan@y.example"), "{sent}");
    let kept = desk.call("search_messages --arg 'mailbox=Odeslaná'");
    let uid = kept["messages"][0]["uid"].as_u64().unwrap();
    // An answer to what was sent goes to whom it came from, which is oneself.
    desk.approved(&format!("reply --arg 'mailbox=Odeslaná' --arg uid={uid} --arg text=Again --arg reply_all=true"));
    let answer: Value = serde_json::from_str(&heard.next().unwrap().unwrap()).unwrap();
    assert_eq!(answer["to"], json!(["me@own.example", "bob@x.example", "carol@x.example"]));
    let id = kept["messages"][0]["messageId"].as_str().unwrap();
    assert!(answer["mail"].as_str().unwrap().contains(&format!("In-Reply-To: <{id}>")), "{answer}");
    desk.run("revoke box --yes").succeeds();
}
