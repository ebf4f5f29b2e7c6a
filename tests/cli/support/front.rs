//! What stands between the program and its provider, and can be wrecked: a proxy that passes everything on until it is
//! told to fail in one of the ways in which networks do.
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wreck {
    /// Everything is passed on.
    None,
    /// The connection is closed when the request has come.
    HangsUp,
    /// The answer repeats the request, announces more and breaks off.
    BreaksOff,
    /// What comes back is no HTTP, and no TLS; the request is in it.
    Garbage,
    /// Nothing comes back.
    Hangs,
}

pub struct Front {
    pub base_url: String,
    address: SocketAddr,
    wreck: Arc<Mutex<Wreck>>,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    /// Requests that came, as they came.
    pub seen: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Front {
    pub fn of(provider: &str) -> Front {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (wreck, is_over) = (Arc::new(Mutex::new(Wreck::None)), Arc::new(AtomicBool::new(false)));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let behind = provider.trim_start_matches("http://").to_owned();
        let (how, over, seeing) = (Arc::clone(&wreck), Arc::clone(&is_over), Arc::clone(&seen));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                let (behind, how, seeing) = (behind.clone(), *how.lock().unwrap(), Arc::clone(&seeing));
                std::thread::spawn(move || serve(stream.unwrap(), &behind, how, &seeing));
            }
        });
        Front { base_url: format!("http://{address}"), address, wreck, is_over, thread: Some(thread), seen }
    }

    pub fn wreck(&self, how: Wreck) {
        *self.wreck.lock().unwrap() = how;
    }

    /// Nobody listens any more.
    pub fn stop(&mut self) {
        let Some(thread) = self.thread.take() else { return };
        self.is_over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        thread.join().unwrap();
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.stop();
    }
}

fn serve(mut stream: TcpStream, behind: &str, how: Wreck, seen: &Mutex<Vec<Vec<u8>>>) {
    // A greeting of TLS has no end that could be seen here.
    stream.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    let request = request(&mut stream);
    seen.lock().unwrap().push(request.clone());
    let text = String::from_utf8_lossy(&request).replace(['\r', '\n', '"'], " ");
    let answer = match how {
        Wreck::None => pass(&request, behind),
        Wreck::HangsUp => Vec::new(),
        Wreck::BreaksOff => {
            let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n";
            format!("{head}{{\"error\":\"{text}").into_bytes()
        }
        Wreck::Garbage => [&[0x15, 3, 3, 0, 2, 2, 40][..], text.as_bytes()].concat(),
        Wreck::Hangs => {
            // Until the other side has gone.
            stream.set_read_timeout(None).unwrap();
            let _ = stream.read(&mut [0; 64]);
            Vec::new()
        }
    };
    let _ = stream.write_all(&answer);
}

/// The request as far as it comes.
fn request(stream: &mut TcpStream) -> Vec<u8> {
    let mut request = Vec::new();
    let mut piece = [0; 4096];
    while let Ok(count @ 1..) = stream.read(&mut piece) {
        request.extend_from_slice(&piece[..count]);
        let text = String::from_utf8_lossy(&request).to_lowercase();
        let Some(end) = text.find("\r\n\r\n") else { continue };
        let length = text.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next()?.parse().ok());
        if request.len() >= end + 4 + length.unwrap_or(0) {
            break;
        }
    }
    request
}

fn pass(request: &[u8], behind: &str) -> Vec<u8> {
    let mut there = TcpStream::connect(behind).unwrap();
    let end = request.windows(2).position(|two| two == b"\r\n").unwrap_or(0);
    let mut answer = Vec::new();
    let sent = [&request[..end], b"\r\nConnection: close", &request[end..]].concat();
    let _ = there.write_all(&sent).and_then(|()| there.read_to_end(&mut answer));
    answer
}
