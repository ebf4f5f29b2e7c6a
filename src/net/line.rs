//! A line to a mail server: bytes in both directions, encrypted from the start or from some moment on.
//!
//! What must stay true: the order is that of HTTP here ([`super::client`]): resolve, judge every address, connect to those
//! and no others. Without encryption nothing but this machine is spoken to, and only where the connection opted in. What a
//! server sends before the encryption begins is never read as if it had come after (CVE-2021-38371 and its like). The whole
//! line has one deadline and one cap on what is read, however slowly or endlessly the other side writes.
use crate::model::mailbox::Encryption;
use crate::model::witness::{Event, Witness};
use crate::net::address::{self, Reach};
use crate::net::client::Net;
use crate::net::error::Error;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// Where a line leads.
#[derive(Debug, Clone, Copy)]
pub struct Destination<'a> {
    pub host: &'a str,
    pub port: u16,
    pub encryption: Encryption,
    pub reach: Reach,
}

/// How much may pass.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// From resolving the name to the last byte.
    pub time: Duration,
    /// Of what is read, in bytes.
    pub cap: usize,
}

enum Stream {
    Plain(Timed),
    Tls(Box<StreamOwned<ClientConnection, Timed>>),
    /// Between the two; nothing can be read or written.
    Gone,
}

pub struct Line {
    stream: Stream,
    host: String,
    /// Host and port, for whoever watches.
    server: String,
    begun: Instant,
    witness: Arc<dyn Witness>,
    config: Option<Arc<ClientConfig>>,
    read: usize,
    bounds: Bounds,
}

/// A socket whose every wait ends at the deadline.
struct Timed {
    socket: TcpStream,
    deadline: Instant,
}

impl Timed {
    fn left(&self) -> io::Result<Duration> {
        match self.deadline.saturating_duration_since(Instant::now()) {
            Duration::ZERO => Err(io::ErrorKind::TimedOut.into()),
            left => Ok(left),
        }
    }
}

impl Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.socket.set_read_timeout(Some(self.left()?))?;
        self.socket.read(buffer)
    }
}

impl Write for Timed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.socket.set_write_timeout(Some(self.left()?))?;
        self.socket.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.socket.flush()
    }
}

impl Net {
    /// Opens a line. With [`Encryption::StartTls`] it is open and not yet encrypted: [`Line::encrypt`].
    pub fn line(&self, to: Destination<'_>, bounds: Bounds) -> Result<Line, Error> {
        let deadline = Instant::now() + bounds.time;
        if self.settings().proxy.is_some() {
            let why = "a proxy is configured, and mail servers are not reached through one".to_owned();
            return Err(Error::Setup { why });
        }
        let Destination { host, port, encryption, reach } = to;
        let addresses = match host.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(literal) => vec![literal],
            Err(_) => self.resolved(host, deadline)?,
        };
        address::check_all(host, &addresses, reach)?;
        if encryption == Encryption::Nothing {
            // Opted in or not, a password does not leave this machine in the clear.
            if !reach.allow_private {
                return Err(Error::PlainMail { host: host.to_owned() });
            }
            address::check_plain(host, &addresses).map_err(|_| Error::PlainMail { host: host.to_owned() })?;
        }
        let config = match encryption {
            Encryption::Nothing => None,
            Encryption::Tls | Encryption::StartTls => Some(self.tls()?),
        };
        let socket = self.socket(host, port, &addresses, deadline)?;
        let stream = Stream::Plain(Timed { socket, deadline });
        let mut line = Line {
            stream,
            host: host.to_owned(),
            server: format!("{host}:{port}"),
            begun: Instant::now(),
            witness: Arc::clone(&self.settings().witness),
            config,
            read: 0,
            bounds,
        };
        if encryption == Encryption::Tls {
            line.encrypt()?;
        }
        Ok(line)
    }

    fn socket(&self, host: &str, port: u16, addresses: &[IpAddr], deadline: Instant) -> Result<TcpStream, Error> {
        for address in addresses {
            let left = deadline.saturating_duration_since(Instant::now()).min(self.settings().connect_timeout);
            if left.is_zero() {
                return Err(Error::Timeout { host: host.to_owned() });
            }
            if let Ok(socket) = TcpStream::connect_timeout(&SocketAddr::new(*address, port), left) {
                // A command is small and its answer is waited for.
                let _ = socket.set_nodelay(true);
                return Ok(socket);
            }
        }
        Err(Error::Connect { host: host.to_owned() })
    }
}

impl Line {
    pub fn host(&self) -> &str {
        &self.host
    }

    pub fn is_encrypted(&self) -> bool {
        matches!(self.stream, Stream::Tls(_))
    }

    /// Begins the encryption. Whoever calls this has read everything that the server sent before.
    pub fn encrypt(&mut self) -> Result<(), Error> {
        let tls = |why: String| Error::Tls { host: self.host.clone(), why };
        let config = self.config.clone().ok_or_else(|| tls("it was not to be encrypted".to_owned()))?;
        let name = ServerName::try_from(self.host.clone()).map_err(|_| tls("its name is none".to_owned()))?;
        let Stream::Plain(timed) = std::mem::replace(&mut self.stream, Stream::Gone) else {
            return Err(tls("it is encrypted already".to_owned()));
        };
        let connection = ClientConnection::new(config, name).map_err(|error| tls(error.to_string()))?;
        let mut stream = StreamOwned::new(connection, timed);
        // Now, so that a certificate that does not fit is said here and not with the first command.
        while stream.conn.is_handshaking() {
            if let Err(failure) = stream.conn.complete_io(&mut stream.sock) {
                return Err(self.broken(&failure));
            }
        }
        self.stream = Stream::Tls(Box::new(stream));
        Ok(())
    }

    /// Reads what is there, at least a byte. Nothing: the other side has ended the line.
    pub fn receive(&mut self, into: &mut [u8]) -> Result<usize, Error> {
        if self.read >= self.bounds.cap {
            return Err(Error::TooLarge { host: self.host.clone(), cap: self.bounds.cap });
        }
        let read = match &mut self.stream {
            Stream::Plain(stream) => stream.read(into),
            Stream::Tls(stream) => stream.read(into),
            Stream::Gone => Err(io::ErrorKind::NotConnected.into()),
        };
        let count = read.map_err(|failure| self.broken(&failure))?;
        self.read += count;
        Ok(count)
    }

    pub fn send(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let sent = match &mut self.stream {
            Stream::Plain(stream) => stream.write_all(bytes).and_then(|()| stream.flush()),
            Stream::Tls(stream) => stream.write_all(bytes).and_then(|()| stream.flush()),
            Stream::Gone => Err(io::ErrorKind::NotConnected.into()),
        };
        sent.map_err(|failure| self.broken(&failure))
    }

    /// The same for what holds a credential, which leaves no copy behind here.
    pub fn send_secret(&mut self, bytes: Zeroizing<Vec<u8>>) -> Result<(), Error> {
        self.send(&bytes)
    }

    /// What the other side sent cannot be understood.
    pub fn garbled(&self) -> Error {
        Error::Garbled { host: self.host.clone() }
    }

    fn broken(&self, failure: &io::Error) -> Error {
        let host = self.host.clone();
        let tls = failure.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
        match (tls, failure.kind()) {
            (Some(why), _) => Error::Tls { host, why: why.to_string() },
            (None, io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock) => Error::Timeout { host },
            (None, _) => Error::Interrupted { host },
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let (server, took) = (self.server.as_str(), self.begun.elapsed());
        self.witness.note(&Event::Spoken { server, bytes: self.read, took });
    }
}
