//! `proxy` and `ca-file` of config.toml reach the wire, and nothing in the environment does.
use crate::support::sandbox::Sandbox;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

/// A proxy that hears what it is asked for, and refuses.
fn proxy() -> (SocketAddr, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut heard = Vec::new();
            let mut byte = [0];
            while !heard.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) == 1 {
                heard.push(byte[0]);
            }
            let _ = stream.write_all(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            let _ = send.send(String::from_utf8(heard).unwrap());
        }
    });
    (address, receive)
}

/// Adds a connection whose key is tried at a port of this machine where nobody listens.
fn add(sandbox: &Sandbox) -> crate::support::sandbox::Line {
    let add = "add openai model --secret-stdin --allow-private-network --base-url https://127.0.0.1:9";
    let words: Vec<&str> = add.split(' ').collect();
    sandbox.line(&words).stdin(format!("sk-{}", "a1B2".repeat(12)))
}

#[test]
fn the_proxy_of_the_config_carries_the_traffic_and_its_password_is_not_shown() {
    let (address, heard) = proxy();
    let sandbox = Sandbox::new();
    sandbox.write("config/siesta/config.toml", format!("proxy = \"http://mara:canary7@{address}\"\n"));
    sandbox.siesta(&["init"]).succeeds();
    let run = add(&sandbox).run().ends_with(11);
    let request = heard.recv_timeout(Duration::from_secs(10)).unwrap();
    assert!(request.starts_with("CONNECT 127.0.0.1:9 HTTP/1.1\r\n"), "{request}");
    // mara:canary7
    assert!(request.to_lowercase().contains("proxy-authorization: basic"), "{request}");
    assert!(!run.stderr.contains("canary7"), "{}", run.stderr);

    for args in [vec!["status", "-v"], vec!["status", "--json"]] {
        let shown = sandbox.siesta(&args).succeeds().stdout();
        assert!(shown.contains(&format!("http://mara@{address}/")) && !shown.contains("canary7"), "{shown}");
    }
}

#[test]
fn a_proxy_of_the_environment_is_not_used() {
    let (address, heard) = proxy();
    let sandbox = Sandbox::new();
    sandbox.siesta(&["init"]).succeeds();
    let mut line = add(&sandbox);
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        line = line.env(variable, format!("http://{address}"));
    }
    line.run().ends_with(11);
    assert!(heard.try_recv().is_err());
}

#[test]
fn a_bad_value_is_exit_2_and_names_the_key_and_its_line() {
    let sandbox = Sandbox::new();
    sandbox.write("config/siesta/not-pem.txt", "hello");
    for (config, cause) in [
        (
            "output = \"table\"\nproxy = \"socks5://mara:canary7@h\"\n",
            "line 2: proxy must begin with http:// or https://",
        ),
        ("proxy = \"http://mara:canary7@h/path\"\n", "line 1: proxy must be a host and a port only"),
        ("\n\nca-file = \"not-pem.txt\"\n", "line 3: ca-file "),
        ("ca-file = \"missing.pem\"\n", "line 1: ca-file "),
        ("proxi = \"http://h\"\n", "line 1: unknown field"),
    ] {
        sandbox.write("config/siesta/config.toml", config);
        let error = sandbox.siesta(&["status", "--json"]).ends_with(2).json_error();
        assert_eq!(error["code"], "config");
        assert!(error["cause"].as_str().unwrap().starts_with(cause), "{error}");
        assert!(!error.to_string().contains("canary7"), "{error}");
    }
}

#[test]
fn a_ca_file_counts_from_the_config_file_and_status_shows_it() {
    let sandbox = Sandbox::new();
    sandbox.write("config/siesta/company.pem", "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n");
    sandbox.write("config/siesta/config.toml", "ca-file = \"company.pem\"\n");
    sandbox.siesta(&["init"]).succeeds();
    let shown = sandbox.siesta(&["status", "-v"]).succeeds().stdout();
    assert!(shown.contains("ca-file\t") && shown.contains("company.pem (config file "), "{shown}");
}
