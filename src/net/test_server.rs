//! A server for tests: answers each connection with bytes written beforehand, and remembers what it was sent.
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use url::Url;

pub(crate) struct TestServer {
    pub(crate) base: Url,
    pub(crate) port: u16,
    seen: Arc<Mutex<Vec<String>>>,
}

impl TestServer {
    /// Answers the first connection with the first text, and so on; the last one again and again.
    pub(crate) fn answering(answers: &[&str]) -> Self {
        let answers: Vec<String> = answers.iter().map(|answer| (*answer).to_owned()).collect();
        let mut turn = 0;
        TestServer::with(move |stream| {
            let _ = stream.write_all(answers[turn.min(answers.len() - 1)].as_bytes());
            turn += 1;
        })
    }

    pub(crate) fn json(body: &str) -> Self {
        TestServer::answering(&[&http("200 OK", "Content-Type: application/json\r\n", body)])
    }

    /// The server does as it likes with the connection, after the request has been read.
    pub(crate) fn with(mut serve: impl FnMut(&mut TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&seen);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let request = read_request(&mut stream);
                record.lock().unwrap().push(request);
                serve(&mut stream);
                let _ = stream.shutdown(Shutdown::Write);
            }
        });
        TestServer { base: Url::parse(&format!("http://127.0.0.1:{port}/")).unwrap(), port, seen }
    }

    pub(crate) fn url(&self, path: &str) -> Url {
        self.base.join(path).unwrap()
    }

    /// What was received so far, one text per connection.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

pub(crate) fn http(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

fn read_request(stream: &mut TcpStream) -> String {
    let mut seen = Vec::new();
    let mut chunk = [0u8; 4096];
    loop {
        let text = String::from_utf8_lossy(&seen).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let wanted =
                head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= wanted.unwrap_or(0) {
                return text;
            }
        }
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => return text,
            Ok(count) => seen.extend_from_slice(&chunk[..count]),
        }
    }
}
