//! Answers that come piece by piece, large ones, and providers that are busy.
use crate::support::sandbox::{Line, Sandbox};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread::JoinHandle;

const KEY: &str = "plain-key-0123456789abcdef";

/// A server that answers one request after the other, each as its script says.
struct Scripted {
    base: String,
    thread: JoinHandle<usize>,
}

type Scene = Box<dyn FnOnce(&mut TcpStream) + Send>;

fn scripted(scenes: Vec<Scene>) -> Scripted {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let thread = std::thread::spawn(move || {
        let mut played = 0;
        for scene in scenes {
            let (mut stream, _) = listener.accept().unwrap();
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() > 0 {
                head.push(byte[0]);
            }
            scene(&mut stream);
            played += 1;
        }
        played
    });
    Scripted { base, thread }
}

fn whole(text: String) -> Scene {
    Box::new(move |stream| drop(stream.write_all(text.as_bytes())))
}

fn head(status: &str, content_type: &str, more: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nConnection: close\r\n{more}\r\n")
}

/// A machine with "plain", a key connection to the server, and the agent "helper".
fn machine(base: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.siesta(&["init", "--org", "Acme"]).succeeds();
    let add =
        ["add", "rest-api", "plain", "--base-url", base, "--allow-private-network", "--no-verify", "--secret-stdin"];
    sandbox.siesta_with(&[&add[..], &["--access", "shared"]].concat(), KEY).succeeds();
    sandbox.siesta(&["agent", "add", "helper", "--assign", "plain"]).succeeds();
    sandbox
}

fn get<'a>(sandbox: &Sandbox, path: &'a str, more: &[&'a str]) -> Line {
    sandbox.line(&[&["request", "plain", "GET", path, "--agent", "helper"][..], more].concat())
}

#[test]
fn a_stream_goes_on_as_it_comes_without_the_credential() {
    let (seen, wait) = mpsc::channel::<()>();
    let server = scripted(vec![Box::new(move |stream| {
        stream.write_all(head("200 OK", "text/event-stream", "").as_bytes()).unwrap();
        stream.write_all(b"data: one\n\n").unwrap();
        // The rest only when the first has been read at the other end.
        wait.recv().unwrap();
        let (begin, end) = KEY.split_at(7);
        write!(stream, "data: you sent {begin}").unwrap();
        stream.flush().unwrap();
        write!(stream, "{end}, thanks\n\n").unwrap();
    })]);
    let sandbox = machine(&server.base);
    let mut running = get(&sandbox, "/stream", &[]).start();
    assert!(running.line_on_stdout(|line| line.starts_with("data: one")).is_some());
    seen.send(()).unwrap();
    let run = running.finish().succeeds();
    assert_eq!(run.stdout(), "data: one\n\ndata: you sent [credential], thanks\n\n");
    // Stored as it went on, and under the audit with its hash.
    let list = sandbox.siesta(&["executions", "list", "--json"]).succeeds().json();
    assert_eq!(list["executions"][0]["result"]["body"], run.stdout());
    let rows = sandbox.siesta(&["audit", "list", "--json"]).succeeds().json();
    let sizes: Vec<_> =
        rows["rows"][0]["changes"].as_array().unwrap().iter().filter(|c| c["property"] == "bytes").collect();
    assert_eq!(sizes[0]["new"], run.stdout().len());
    assert_eq!(server.thread.join().unwrap(), 1);
}

#[test]
fn a_stream_that_rules_look_at_is_read_whole_first() {
    let server = scripted(vec![whole(format!("{}data: ann@example.com\n\n", head("200 OK", "text/event-stream", "")))]);
    let sandbox = machine(&server.base);
    sandbox.write("rules.json", r#"{"response":[{"label":"no addresses","redact":["email"]}]}"#);
    sandbox.siesta(&["policy", "set", "helper", "plain", "--rules", "rules.json"]).succeeds();
    let run = get(&sandbox, "/stream", &[]).run().succeeds();
    assert!(!run.stdout().contains("ann@example.com"), "{}", run.stdout());
}

#[test]
fn a_large_file_goes_to_its_place_and_only_its_hash_into_the_store() {
    // More than is kept of an answer.
    const SIZE: usize = 11 * 1024 * 1024;
    let file = || -> Scene {
        Box::new(|stream| {
            stream
                .write_all(
                    head("200 OK", "application/octet-stream", &format!("Content-Length: {SIZE}\r\n")).as_bytes(),
                )
                .unwrap();
            // Whoever has had enough goes away.
            let _ = stream.write_all(&vec![7; SIZE]);
        })
    };
    let server = scripted(vec![file(), file(), file()]);
    let sandbox = machine(&server.base);
    let run = get(&sandbox, "/file", &["--out", "file.bin"]).run().succeeds();
    assert!(run.stderr.contains(&format!("wrote {SIZE} bytes to file.bin")), "{}", run.stderr);
    assert_eq!(std::fs::read(sandbox.path("file.bin")).unwrap(), vec![7; SIZE]);
    let list = sandbox.siesta(&["executions", "list", "--json"]).succeeds().json();
    assert_eq!(
        (&list["executions"][0]["status"], &list["executions"][0]["result"]["body"]),
        (&"Success".into(), &"".into())
    );
    // On standard output it would have to be held in memory whole.
    let run = get(&sandbox, "/file", &[]).run().ends_with(11);
    assert!(run.stderr.contains("is larger than"), "{}", run.stderr);
    assert!(run.stderr.contains("hint:  repeat it with --out FILE"), "{}", run.stderr);
    // The policy's own cap holds for files too, and nothing half is left.
    sandbox.siesta(&["policy", "set", "helper", "plain", "--max-response", "1MiB"]).succeeds();
    let run = get(&sandbox, "/file", &["--out", "again.bin"]).run().ends_with(11);
    assert!(run.stderr.contains("siesta policy set helper plain --max-response"), "{}", run.stderr);
    assert!(!sandbox.path("again.bin").exists());
    assert_eq!(server.thread.join().unwrap(), 3);
}

/// Half a megabyte, so that what is shown of it is counted in KiB.
const HALF: usize = 512 * 1024;

#[test]
fn a_terminal_shows_how_far_a_file_has_come_both_ways_and_a_pipe_nothing() {
    let (seen, wait) = mpsc::channel::<()>();
    let wait = std::sync::Arc::new(std::sync::Mutex::new(wait));
    let until_seen = || {
        let wait = std::sync::Arc::clone(&wait);
        move || wait.lock().unwrap().recv().unwrap()
    };
    let fine = || format!("{}{{\"ok\":true}}", head("200 OK", "application/json", ""));
    let takes = |until: Box<dyn FnOnce() + Send>| -> Scene {
        Box::new(move |stream| {
            until();
            stream.read_exact(&mut vec![0; HALF + 2]).unwrap();
            stream.write_all(fine().as_bytes()).unwrap();
        })
    };
    let until = until_seen();
    let gives: Scene = Box::new(move |stream| {
        let length = format!("Content-Length: {HALF}\r\n");
        stream.write_all(head("200 OK", "application/octet-stream", &length).as_bytes()).unwrap();
        stream.write_all(&vec![7; HALF / 2]).unwrap();
        until();
        stream.write_all(&vec![7; HALF / 2]).unwrap();
    });
    let server = scripted(vec![takes(Box::new(until_seen())), gives, takes(Box::new(|| ()))]);
    let sandbox = machine(&server.base);
    sandbox.siesta(&["governance", "set", "rest-api/http_post", "enabled"]).succeeds();
    sandbox.siesta(&["policy", "set", "helper", "plain", "--mode", "read_write", "--step-up", "never"]).succeeds();
    // A JSON text: its quotes are two bytes.
    sandbox.write("large.json", format!("\"{}\"", "x".repeat(HALF)));
    let post = ["request", "plain", "POST", "/a", "--agent", "helper", "--body", "@large.json"];
    let mut terminal = sandbox.in_terminal(&post);
    terminal.shows("KiB/512.00 KiB");
    seen.send(()).unwrap();
    let left = terminal.finish().ends_with(0).leaves_the_terminal_in_order();
    assert!(left.screen.contains("{\"ok\":true}") && !left.screen.contains("KiB"), "{}", left.screen);
    let get = ["request", "plain", "GET", "/file", "--agent", "helper", "--out", "file.bin"];
    let mut terminal = sandbox.in_terminal(&get);
    terminal.shows("receiving").shows("KiB/512.00 KiB");
    seen.send(()).unwrap();
    terminal.finish().ends_with(0).leaves_the_terminal_in_order();
    assert_eq!(std::fs::read(sandbox.path("file.bin")).unwrap().len(), HALF);
    let run = sandbox.siesta(&post).succeeds();
    assert_eq!((run.stdout().as_str(), run.stderr.as_str()), ("{\"ok\":true}", ""));
    assert_eq!(server.thread.join().unwrap(), 3);
}

#[test]
fn a_read_is_made_again_when_the_provider_is_busy_and_a_write_is_not() {
    let busy = || whole(format!("{}busy", head("503 Service Unavailable", "text/plain", "Retry-After: 0\r\n")));
    let fine = || whole(format!("{}{{\"ok\":true}}", head("200 OK", "application/json", "")));
    let late = || whole(format!("{}busy", head("429 Too Many Requests", "text/plain", "Retry-After: 3600\r\n")));
    let server = scripted(vec![busy(), busy(), fine(), busy(), busy(), busy(), late(), busy()]);
    let sandbox = machine(&server.base);
    assert_eq!(get(&sandbox, "/a", &[]).run().succeeds().stdout(), "{\"ok\":true}");
    // Three times is enough; and a provider that asks for an hour is told to whoever asked.
    assert_eq!(get(&sandbox, "/a", &[]).run().ends_with(11).stdout(), "busy");
    get(&sandbox, "/a", &[]).run().ends_with(11);
    sandbox.siesta(&["governance", "set", "rest-api/http_post", "enabled"]).succeeds();
    sandbox.siesta(&["policy", "set", "helper", "plain", "--mode", "read_write", "--step-up", "never"]).succeeds();
    sandbox.siesta(&["request", "plain", "POST", "/a", "--agent", "helper"]).ends_with(11);
    // One call each, however often it was tried.
    let list = sandbox.siesta(&["executions", "list", "--json"]).succeeds().json();
    assert_eq!(list["executions"].as_array().unwrap().len(), 4);
    assert_eq!(server.thread.join().unwrap(), 8);
}

#[test]
fn a_server_that_lies_about_its_length_or_breaks_off_leaves_nothing_half() {
    let short = whole(format!("{}half", head("200 OK", "application/octet-stream", "Content-Length: 100\r\n")));
    let server = scripted(vec![short]);
    let sandbox = machine(&server.base);
    let run = get(&sandbox, "/file", &["--out", "file.bin"]).run().ends_with(11);
    assert!(run.stderr.contains("broke off") && run.stderr.contains("it changes nothing"), "{}", run.stderr);
    assert!(!sandbox.path("file.bin").exists());
    let list = sandbox.siesta(&["executions", "list", "--json"]).succeeds().json();
    assert_eq!(list["executions"][0]["status"], "Failed");
}

#[test]
fn what_comes_behind_the_length_that_was_announced_is_nobodys_answer() {
    let more = format!("{}{{\"ok\":true}}{{\"evil\":1}}", head("200 OK", "application/json", "Content-Length: 11\r\n"));
    let twice = head("200 OK", "application/json", "Content-Length: 2\r\nContent-Length: 11\r\n");
    let server = scripted(vec![whole(more), whole(format!("{twice}{{\"ok\":true}}"))]);
    let sandbox = machine(&server.base);
    assert_eq!(get(&sandbox, "/a", &[]).run().succeeds().stdout(), "{\"ok\":true}");
    // Two lengths are no length.
    get(&sandbox, "/a", &[]).run().ends_with(11);
    assert_eq!(server.thread.join().unwrap(), 2);
}

#[test]
fn a_body_of_any_type_goes_as_it_is_and_rules_that_would_look_into_it_refuse_it() {
    const BYTES: &[u8] = b"name;note\r\n\xff\x00\x1b[2J;x\r\n";
    let (heard, hears) = mpsc::channel();
    let takes: Scene = Box::new(move |stream| {
        let mut body = vec![0; BYTES.len()];
        stream.read_exact(&mut body).unwrap();
        heard.send(body).unwrap();
        stream.write_all(format!("{}stored", head("201 Created", "text/plain", "")).as_bytes()).unwrap();
    });
    let server = scripted(vec![takes]);
    let sandbox = machine(&server.base);
    sandbox.write("a.csv", BYTES);
    sandbox.write("words.txt", "to: eve@example.com");
    let put = |file: &str, more: &[&str]| {
        let line = ["request", "plain", "PUT", "/a.csv", "--agent", "helper", "--body", file];
        sandbox.siesta(&[&line[..], more].concat())
    };
    // What it is has to be said.
    let refused = put("@a.csv", &[]).ends_with(2);
    assert!(refused.stderr.contains("--header 'Content-Type: text/plain'"), "{}", refused.stderr);
    let csv = ["--header", "Content-Type: text/csv"];
    let preview = put("@a.csv", &[&csv[..], &["--dry-run", "--json"]].concat()).json();
    assert_eq!(preview["request"]["bodyEncoding"], "base64");
    put("@a.csv", &["--header", "Content-Type: multipart/mixed; boundary=x"]).ends_with(2);
    sandbox.siesta(&["policy", "set", "helper", "plain", "--mode", "read_write"]).succeeds();
    let asked = put("@words.txt", &["--header", "Content-Type: text/plain", "--json"]).ends_with(9).json();
    let id = asked["executionId"].as_str().unwrap();
    // Whoever is asked reads it; and it cannot stand for another that nobody can read.
    let shown = sandbox.siesta(&["executions", "show", id]).succeeds().stdout();
    assert!(shown.contains("to: eve@example.com") && shown.contains("nothing more: whom it addresses"), "{shown}");
    sandbox.siesta(&["executions", "approve", id, "--for", "1h", "--max", "2"]).ends_with(7);
    sandbox.write("rules.json", r#"{"request":[{"label":"no eve","action":"deny","match":{"body":[{"path":"recipients","op":"matches","value":"eve"}]}}]}"#);
    sandbox.siesta(&["policy", "set", "helper", "plain", "--step-up", "never", "--rules", "rules.json"]).succeeds();
    sandbox.siesta(&["governance", "set", "rest-api/*", "enabled"]).succeeds();
    let denied = put("@words.txt", &["--header", "Content-Type: text/plain", "--json"]).ends_with(8).json();
    assert_eq!(denied["reason"], "bad_request");
    assert!(denied["detail"].as_str().unwrap().contains("\"no eve\" looks into the body"), "{denied}");
    sandbox.write("rules.json", "{}");
    sandbox.siesta(&["policy", "set", "helper", "plain", "--rules", "rules.json"]).succeeds();
    assert_eq!(put("@a.csv", &csv).succeeds().stdout(), "stored");
    assert_eq!(hears.recv().unwrap(), BYTES);
    server.thread.join().unwrap();
}

/// A service of the organization's own, with a list in pages and a file that is kept elsewhere.
fn with_lists(base: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.siesta(&["init", "--org", "Acme"]).succeeds();
    let function = |name: &str, path: &str, more: serde_json::Value| {
        let mut function =
            serde_json::json!({"name": name, "title": name, "method": "GET", "path": path, "kind": "read"});
        function.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        function
    };
    let service = serde_json::json!({
        "id": "acme-lists", "name": "Acme lists", "provider": "acme", "category": "internal-api", "summary": "Lists",
        "auth": [{"kind": "none"}], "redirectHosts": ["localhost"],
        "functions": [
            function("list_items", "/items", serde_json::json!({
                "parameters": [{"name": "pageToken", "in": "query", "description": "Where it goes on."}],
                "pagination": {"argument": "pageToken", "cursor": "/next"},
            })),
            function("get_file", "/file", serde_json::json!({})),
            function("list_linked", "/linked", serde_json::json!({"pagination": {"nextLink": "Link"}})),
            function("list_rows", "/rows", serde_json::json!({
                "parameters": [{"name": "startAt", "type": "integer", "in": "query", "description": "First row."}],
                "pagination": {"argument": "startAt", "rows": "/values", "last": "/isLast"},
            })),
            function("list_blobs", "/blobs", serde_json::json!({
                "parameters": [{"name": "marker", "in": "query", "description": "Where it goes on."}],
                "pagination": {"argument": "marker", "cursor": "NextMarker"}, "answer": "xml",
            })),
            function("put_file", "/file", serde_json::json!({
                "method": "PUT", "kind": "write", "body": "raw",
                "parameters": [{"name": "content", "in": "raw_body", "required": true, "description": "The file."}],
            })),
        ],
    });
    sandbox.write("lists.json", service.to_string());
    sandbox.siesta(&["catalog", "import", "lists.json"]).succeeds();
    let add =
        ["add", "acme-lists", "lists", "--base-url", base, "--allow-private-network", "--no-verify", "--no-secret"];
    sandbox.siesta(&[&add[..], &["--access", "shared"]].concat()).succeeds();
    sandbox.siesta(&["agent", "add", "helper", "--assign", "lists"]).succeeds();
    sandbox
}

#[test]
fn pages_are_followed_as_the_catalogue_says_each_a_call_of_its_own() {
    let page = |text: &str| whole(format!("{}{text}", head("200 OK", "application/json", "")));
    let pages =
        || vec![page(r#"{"items":[1],"next":"b"}"#), page(r#"{"items":[2],"next":"c"}"#), page(r#"{"items":[3]}"#)];
    let server = scripted(pages().into_iter().chain(pages()).collect());
    let sandbox = with_lists(&server.base);
    let list = ["call", "lists", "list_items", "--agent", "helper"];
    let all = sandbox.siesta(&[&list[..], &["--pages", "10"]].concat()).succeeds();
    assert_eq!(all.stdout(), r#"{"items":[1],"next":"b"}{"items":[2],"next":"c"}{"items":[3]}"#);
    let two = sandbox.siesta(&[&list[..], &["--pages", "2", "-o", "jsonl"]].concat()).succeeds();
    assert_eq!(two.json_lines().len(), 2);
    sandbox.siesta(&list).succeeds();
    let executions = sandbox.siesta(&["executions", "list", "--json"]).succeeds().json();
    let urls: Vec<&str> =
        executions["executions"].as_array().unwrap().iter().map(|e| e["url"].as_str().unwrap()).collect();
    assert_eq!(urls.len(), 6);
    assert!(urls[1].ends_with("/items?pageToken=b") && urls[3].ends_with("/items?pageToken=c"), "{urls:?}");
    assert_eq!(server.thread.join().unwrap(), 6);
}

#[test]
fn pages_go_into_one_document_whatever_way_the_next_is_named() {
    let json = |more: &str, text: &str| whole(format!("{}{text}", head("200 OK", "application/json", more)));
    let xml = |text: &str| whole(format!("{}{text}", head("200 OK", "application/xml", "")));
    let linked = "Link: </linked?page=2>; rel=\"next\", </linked?page=9>; rel=\"last\"\r\n";
    let gone = whole(format!("{}gone", head("500 Oh", "text/plain", "")));
    let server = scripted(vec![
        json(linked, "[1]"),
        json("Link: </linked?page=1>; rel=\"first\"\r\n", "[2]"),
        json("", r#"{"values":[1,2],"isLast":false}"#),
        json("", r#"{"values":[3],"isLast":true}"#),
        xml("<r><NextMarker>b&amp;c</NextMarker></r>"),
        xml("<r><NextMarker/></r>"),
        json("", r#"{"items":[1],"next":"b"}"#),
        gone,
    ]);
    let sandbox = with_lists(&server.base);
    let call = |function: &str, exit: i32| {
        let line = ["call", "lists", function, "--agent", "helper", "--pages", "9", "--json"];
        sandbox.siesta(&line).ends_with(exit).json()
    };
    let bodies = |document: &serde_json::Value| -> Vec<serde_json::Value> {
        document["pages"].as_array().unwrap().iter().map(|page| page["result"]["body"].clone()).collect()
    };
    let document = call("list_linked", 0);
    assert_eq!(bodies(&document), [serde_json::json!([1]), serde_json::json!([2])]);
    assert_eq!((&document["outcome"], document.get("result")), (&"allow".into(), None));
    assert_eq!(document["executionId"], document["pages"][1]["executionId"]);
    assert_eq!(bodies(&call("list_rows", 0)).len(), 2);
    assert_eq!(bodies(&call("list_blobs", 0)).len(), 2);
    // What came until it failed is there, and the exit says that it failed.
    let failed = call("list_items", 11);
    assert_eq!(failed["pages"][1]["result"]["httpStatus"], 500);
    let executions = sandbox.siesta(&["executions", "list", "--json"]).succeeds().json();
    let urls: Vec<&str> =
        executions["executions"].as_array().unwrap().iter().map(|e| e["url"].as_str().unwrap()).collect();
    assert!(urls.iter().any(|url| url.ends_with("/rows?startAt=2")), "{urls:?}");
    assert!(urls.iter().any(|url| url.ends_with("/blobs?marker=b%26c")), "{urls:?}");
    assert_eq!(server.thread.join().unwrap(), 8);
}

#[test]
fn a_next_page_is_beside_the_address_that_was_asked_and_not_beside_the_credential_in_it() {
    let linked = "Link: <linked?page=2>; rel=next\r\n";
    let json = |more: &str, text: &str| whole(format!("{}{text}", head("200 OK", "application/json", more)));
    let server = scripted(vec![json(linked, "[1]"), json("", "[2]")]);
    let sandbox = Sandbox::new();
    sandbox.siesta(&["init", "--org", "Acme"]).succeeds();
    let service = serde_json::json!({
        "id": "acme-keyed", "name": "Acme keyed", "provider": "acme", "category": "internal-api", "summary": "Lists",
        "auth": [{"kind": "api_key", "place": "path", "template": "key{secret}"}],
        "functions": [{"name": "list_linked", "title": "List", "method": "GET", "path": "/linked", "kind": "read",
            "pagination": {"nextLink": "Link"}}],
    });
    sandbox.write("keyed.json", service.to_string());
    sandbox.siesta(&["catalog", "import", "keyed.json"]).succeeds();
    let base = server.base.as_str();
    let add = ["add", "acme-keyed", "keyed", "--base-url", base, "--allow-private-network", "--no-verify"];
    // Too short to be looked for in answers: nothing but its place keeps it out of the next address.
    sandbox.siesta_with(&[&add[..], &["--secret-stdin", "--access", "shared"]].concat(), "k7+x\n").succeeds();
    sandbox.siesta(&["agent", "add", "helper", "--assign", "keyed"]).succeeds();
    let line = ["call", "keyed", "list_linked", "--agent", "helper", "--pages", "9", "--json"];
    let document = sandbox.siesta(&line).succeeds().json();
    assert_eq!(document["pages"].as_array().unwrap().len(), 2);
    let executions = sandbox.siesta(&["executions", "list", "--json"]).succeeds().json();
    let urls: Vec<&str> =
        executions["executions"].as_array().unwrap().iter().map(|e| e["url"].as_str().unwrap()).collect();
    assert_eq!(urls, [format!("{base}/linked?page=2"), format!("{base}/linked")]);
    assert_eq!(server.thread.join().unwrap(), 2);
}

#[test]
fn a_next_page_at_another_host_is_a_denial_behind_the_pages_that_came() {
    let away = "Link: <https://evil.example/linked?page=2>; rel=next\r\n";
    let server = scripted(vec![whole(format!("{}[1]", head("200 OK", "application/json", away)))]);
    let sandbox = with_lists(&server.base);
    let line = ["call", "lists", "list_linked", "--agent", "helper", "--pages", "3", "--json"];
    let document = sandbox.siesta(&line).ends_with(8).json();
    assert_eq!((&document["outcome"], &document["reason"]), (&"deny".into(), &"host_not_allowed".into()));
    assert_eq!(document["pages"].as_array().unwrap().len(), 1);
    let file = ["call", "lists", "get_file", "--agent", "helper", "--pages", "3", "--dry-run"];
    sandbox.siesta(&file).ends_with(2);
    server.thread.join().unwrap();
}

#[test]
fn an_argument_that_is_a_file_is_read_from_one_and_never_half() {
    const BYTES: &[u8] = b"\x89PNG\r\n\x1a\n\x00\xff";
    let (heard, hears) = mpsc::channel();
    let takes: Scene = Box::new(move |stream| {
        let mut body = vec![0; BYTES.len()];
        stream.read_exact(&mut body).unwrap();
        heard.send(body).unwrap();
        stream.write_all(format!("{}{{}}", head("200 OK", "application/json", "")).as_bytes()).unwrap();
    });
    let server = scripted(vec![takes]);
    let sandbox = with_lists(&server.base);
    sandbox.siesta(&["governance", "set", "acme-lists/put_file", "enabled"]).succeeds();
    sandbox.siesta(&["policy", "set", "helper", "lists", "--mode", "read_write", "--step-up", "never"]).succeeds();
    sandbox.write("a.png", BYTES);
    let put = |content: &str| {
        let line = ["call", "lists", "put_file", "--agent", "helper", "--json", "--arg", content];
        sandbox.siesta(&line)
    };
    put("content=@a.png").succeeds();
    assert_eq!(hears.recv().unwrap(), BYTES);
    let error = put("content=@b.png").ends_with(2).json_error();
    assert_eq!(error["message"], "b.png cannot be read");
    assert!(error["hint"].as_str().unwrap().contains("--arg content=@"), "{error}");
    // Larger than the policy lets through is said, and nothing of it is sent.
    std::fs::File::create(sandbox.path("large.bin")).unwrap().set_len(10 * 1024 * 1024 + 1).unwrap();
    assert_eq!(put("content=@large.bin").ends_with(8).json()["reason"], "payload_too_large");
    std::fs::File::create(sandbox.path("huge.bin")).unwrap().set_len(64 * 1024 * 1024 + 1).unwrap();
    assert!(put("content=@huge.bin").ends_with(2).json_error()["message"].as_str().unwrap().contains("64 MiB"));
    server.thread.join().unwrap();
}

#[test]
fn a_file_that_is_kept_elsewhere_is_fetched_there_without_more() {
    let store = scripted(vec![whole(format!("{}the file", head("200 OK", "application/octet-stream", "")))]);
    let there = store.base.replace("127.0.0.1", "localhost");
    let to = |place: String| whole(head("302 Found", "text/plain", &format!("Location: {place}/signed\r\n")));
    let server = scripted(vec![to(there), to("http://127.0.0.1:9".to_owned())]);
    let sandbox = with_lists(&server.base);
    let get = ["call", "lists", "get_file", "--agent", "helper"];
    assert_eq!(sandbox.siesta(&get).succeeds().stdout(), "the file");
    // A host that the service does not name is not gone to: the answer is what the provider said.
    assert!(sandbox.siesta(&get).ends_with(11).stderr.contains("HTTP 302"));
    assert_eq!((server.thread.join().unwrap(), store.thread.join().unwrap()), (2, 1));
}
