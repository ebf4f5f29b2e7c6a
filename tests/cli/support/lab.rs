//! A provider laboratory: a server on loopback that answers as it is told to and remembers what it was asked.
//!
//! It has no manners of its own, so that each test says which quirk it is about. A sign-in is consented to by [`Lab::consent`],
//! which is the browser and the person in one.
use super::sandbox::{Line, Run};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use tiny_http::{Header, Response, Server};
use url::Url;

/// One request as it came.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: String,
    /// With its query.
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(had, _)| had == name).map(|(_, value)| value.as_str())
    }

    pub fn line(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    pub fn form(&self) -> HashMap<String, String> {
        url::form_urlencoded::parse(self.body.as_bytes()).into_owned().collect()
    }
}

#[derive(Debug, Clone)]
struct Told {
    method: String,
    path: String,
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    /// Forgotten when it has been given.
    once: bool,
}

#[derive(Default)]
struct World {
    told: Vec<Told>,
    asked: Vec<Asked>,
}

pub struct Lab {
    pub base: String,
    server: Arc<Server>,
    world: Arc<Mutex<World>>,
    stopping: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Lab {
    pub fn start() -> Lab {
        let server = Arc::new(Server::http("127.0.0.1:0").unwrap());
        let base = format!("http://127.0.0.1:{}", server.server_addr().to_ip().unwrap().port());
        let (world, stopping) = (Arc::<Mutex<World>>::default(), Arc::<AtomicBool>::default());
        let (doors, inside, stop) = (Arc::clone(&server), Arc::clone(&world), Arc::clone(&stopping));
        let thread = std::thread::spawn(move || {
            while let Ok(mut request) = doors.recv() {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                let mut body = Vec::new();
                let _ = request.as_reader().read_to_end(&mut body);
                let pair = |h: &Header| (h.field.as_str().as_str().to_ascii_lowercase(), h.value.as_str().to_owned());
                let asked = Asked {
                    method: request.method().to_string(),
                    path: request.url().to_owned(),
                    headers: request.headers().iter().map(pair).collect(),
                    body: String::from_utf8_lossy(&body).into_owned(),
                };
                let bare = asked.path.split('?').next().unwrap_or_default().to_owned();
                let told = {
                    let mut world = inside.lock().unwrap();
                    world.asked.push(asked.clone());
                    let fits = |told: &Told| told.method == asked.method && told.path == bare;
                    world.told.iter().rposition(fits).map(|at| match world.told[at].once {
                        true => world.told.remove(at),
                        false => world.told[at].clone(),
                    })
                };
                let told = told.unwrap_or(Told {
                    method: String::new(),
                    path: String::new(),
                    status: 200,
                    headers: Vec::new(),
                    body: b"{\"ok\":true}".to_vec(),
                    once: false,
                });
                let mut response = Response::from_data(told.body).with_status_code(told.status);
                let json = ("Content-Type".to_owned(), "application/json".to_owned());
                let typed = told.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
                for (name, value) in told.headers.iter().chain((!typed).then_some(&json)) {
                    response.add_header(Header::from_bytes(name.as_bytes(), value.as_bytes()).unwrap());
                }
                let _ = request.respond(response);
            }
        });
        Lab { base, server, world, stopping, thread: Some(thread) }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// From now on, this is the answer there.
    pub fn tell(&self, method: &str, path: &str, status: u16, body: Value) {
        self.tell_with(method, path, status, &[], body.to_string());
    }

    pub fn tell_with(&self, method: &str, path: &str, status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) {
        let headers = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        let (method, path, body) = (method.to_owned(), path.to_owned(), body.as_ref().to_vec());
        self.world.lock().unwrap().told.push(Told { method, path, status, headers, body, once: false });
    }

    /// These answers there one after the other, the last one from then on.
    pub fn tell_in_turn(&self, method: &str, path: &str, answers: &[(u16, Value)]) {
        for (turn, (status, body)) in answers.iter().rev().enumerate() {
            self.tell(method, path, *status, body.clone());
            self.world.lock().unwrap().told.last_mut().unwrap().once = turn > 0;
        }
    }

    /// What came since this was asked for last.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.world.lock().unwrap().asked)
    }

    /// Runs a sign-in; the person consents at once, and the browser comes back with this code. Also the address that was
    /// to be opened.
    #[track_caller]
    pub fn consent(&self, line: Line) -> (Run, Url) {
        let mut running = line.start();
        let Some(address) = running.line_on_stderr(|line| line.starts_with("http")) else {
            let run = running.finish();
            panic!("no address to sign in at was printed: {run:?}");
        };
        let address = Url::parse(&address).unwrap();
        let given: HashMap<String, String> = address.query_pairs().into_owned().collect();
        let mut back = Url::parse(&given["redirect_uri"]).unwrap();
        back.query_pairs_mut().append_pair("code", "lab-code").append_pair("state", &given["state"]);
        let browser = std::thread::spawn(move || super::provider::browse(back.as_str(), true));
        let run = running.finish();
        browser.join().unwrap();
        (run, address)
    }

    /// What tokens look like here.
    pub fn tokens() -> Value {
        json!({
            "access_token": "lab-access-token-1", "refresh_token": "lab-refresh-token-1", "expires_in": 3600,
            "token_type": "Bearer",
        })
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::SeqCst);
        self.server.unblock();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
