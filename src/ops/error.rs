//! What can go wrong with an operation, as situations a front end can switch on. Front ends know the commands, so only
//! they say what to type next; here is what is the case.
use crate::catalog;
use crate::model::decide::DenyReason;
use crate::model::label::LabelError;
use crate::model::roster::BadLine;
use crate::net;
use crate::oauth;
use crate::provider;
use crate::store;
use std::path::PathBuf;
use thiserror::Error;

/// A situation, what was being attempted, and the cause beneath it in words.
#[derive(Debug, Error)]
#[error("{kind}")]
pub struct Error {
    pub kind: Kind,
    /// Why, in one sentence; none when the situation says it all.
    pub cause: Option<String>,
    /// Where to look next, where the kind does not tell.
    pub about: Option<Box<About>>,
}

/// What a refusal is about: a front end knows the command that shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    Connection(String),
    /// The connection is at its end; what is wanted needs a new one.
    Revoked(String),
    Policy {
        agent: String,
        connection: String,
    },
    Agent(String),
    User(String),
    Users,
    Execution(String),
    /// The execution waits, and its answer can stand for no other.
    OneByOne(String),
    /// A call whose answer did not come whole.
    Answer {
        agent: String,
        connection: String,
        execution: String,
        /// It changes nothing, so that it may be made again.
        is_safe: bool,
        broke: Broke,
    },
    /// A token that was asked for.
    Token {
        connection: String,
        agent: String,
        execution: String,
    },
    AccessRequests,
    StandingApprovals,
    Functions {
        connection: String,
    },
    Recipients,
    Organization,
    /// A place in the organization's file, counted from 1.
    InFile {
        line: u64,
        column: u64,
    },
}

/// What was wrong with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broke {
    /// It is larger than the policy lets through, in bytes.
    Policy { cap: u64 },
    /// It is larger than what is held in memory; a file may be larger.
    Memory,
    /// It is larger than anything that is taken.
    Everything,
    /// It did not end, or not in time.
    Off,
}

#[derive(Debug, Clone, PartialEq, Error)]
pub enum Kind {
    #[error("there is no store in {}", .dir.display())]
    NoStore { dir: PathBuf },
    #[error("{} holds a store already", .dir.display())]
    StoreExists { dir: PathBuf },
    #[error("no key is recorded for the store in {}", .dir.display())]
    NoKey { dir: PathBuf },
    #[error("the key file {} cannot be used: it {why}", .path.display())]
    KeyFile { path: PathBuf, why: String },
    #[error("the key file {} needs its passphrase", .path.display())]
    PassphraseNeeded { path: PathBuf, is_new: bool },
    #[error("the passphrase does not open the key file {}", .path.display())]
    WrongPassphrase { path: PathBuf },
    #[error("the key cannot be had from the {word} ({place})")]
    KeySource { word: &'static str, place: String },
    #[error("the key does not open the store in {}", .dir.display())]
    WrongKey { dir: PathBuf },
    #[error("the key does not open {}", .path.display())]
    WrongKeyForFile { path: PathBuf },
    #[error("the store cannot be used: {what}")]
    Damaged { what: String },
    #[error("the backup {} cannot be used: {what}", .path.display())]
    BackupDamaged { path: PathBuf, what: String },
    #[error("{what}")]
    Newer { what: String },
    #[error("{what}")]
    NetworkFileSystem { what: String },
    #[error("nothing on this machine says that this store is yours")]
    Untrusted { fingerprint: String },
    #[error("this is not the store that was expected: {what}")]
    Replaced { what: String, pin: Option<PathBuf> },
    #[error("the store has gone back in time: {what}")]
    RolledBack { what: String, pin: PathBuf },
    #[error("{what}")]
    Busy { what: String },
    #[error("{what}")]
    Disk { what: String },
    #[error("there is no {noun} \"{name}\"")]
    NotFound { noun: &'static str, name: String, nearest: Option<String> },
    #[error("\"{name}\" means several {noun}")]
    Ambiguous { noun: &'static str, name: String, labels: Vec<String> },
    #[error("{} {noun} \"{name}\" exists already", crate::model::label::article(.noun))]
    Taken { noun: &'static str, name: String },
    #[error("{what}")]
    Invalid { what: String },
    #[error("{} {} of the file cannot be used", .bad.len(), if .bad.len() == 1 { "line" } else { "lines" })]
    BadLines { bad: Vec<BadLine> },
    #[error("a whole service is enabled or disabled; only its functions can be asked about")]
    WholeService { service: String },
    #[error("{what}")]
    Conflict { what: String },
    #[error("it was changed by somebody else meanwhile")]
    ChangedMeanwhile,
    #[error("the store has moved since: {parts}")]
    StoreMoved { parts: String },
    #[error("an agent may not do this")]
    AgentMayNot,
    #[error("without this grant \"{label}\" is open to everybody in the organization")]
    LastGrant { label: String },
    #[error("this request is not yours to answer: {what}")]
    NotApprover { what: String },
    #[error("\"{name}\" is not an active {noun} of this organization")]
    ActorUnknown { noun: &'static str, name: String },
    #[error("this organization takes only signed approvals")]
    SignatureNeeded { execution: String },
    #[error("the signature does not approve it: {why}")]
    SignatureRefused { execution: String, why: String },
    #[error("the account \"{account}\" belongs to {} of this organization", if .bound_to.is_empty() { "nobody" } else { "several" })]
    AccountUnbound { account: String, bound_to: Vec<String> },
    #[error("{}", .0)]
    Denied(Box<DenyReason>),
    #[error("connection \"{label}\" needs to be authorised again")]
    NeedsReauth { label: String },
    #[error("the provider replaced the refresh token of \"{label}\", and the new one could not be written down")]
    RefreshLost { label: String },
    #[error("connection \"{label}\" is revoked already, and its provider has not been reached yet")]
    RevocationOpen { label: String },
    #[error("connection \"{label}\" is opened by a key and has no sign-in")]
    NoSignIn { label: String },
    #[error("connection \"{label}\" was signed in to and has no key")]
    NoKeyOfItsOwn { label: String },
    #[error("there is no OAuth client for \"{provider}\"")]
    NoClient { provider: String },
    #[error("the sign-in did not succeed: {why}")]
    SignIn { why: String },
    #[error("the sign-in did not succeed: it was {was}, not {before}")]
    OtherAccount { was: String, before: String },
    #[error("{what}")]
    NotTheRedirect { what: String, redirect_uri: String },
    #[error("{what}")]
    Listener { what: String, port: Option<u16> },
    #[error("the provider does not accept the credential")]
    CredentialRefused,
    #[error("{what}")]
    AddressBlocked { what: String },
    #[error("{what}")]
    Provider { what: String, may_have_arrived: bool },
    #[error("{what}")]
    Bug { what: String },
}

pub type Result<T> = std::result::Result<T, Error>;

impl From<Kind> for Error {
    fn from(kind: Kind) -> Error {
        Error { kind, cause: None, about: None }
    }
}

impl Error {
    pub fn because(mut self, cause: impl Into<String>) -> Error {
        self.cause = Some(cause.into());
        self
    }

    pub(crate) fn about(mut self, about: About) -> Error {
        self.about = Some(Box::new(about));
        self
    }

    pub(crate) fn invalid(what: impl Into<String>) -> Error {
        Kind::Invalid { what: what.into() }.into()
    }

    pub(crate) fn conflict(what: impl Into<String>) -> Error {
        Kind::Conflict { what: what.into() }.into()
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Error {
        use store::Error as S;
        let words = error.to_string();
        match error {
            S::NoStore { dir } => Kind::NoStore { dir }.into(),
            S::Exists { dir } => Kind::StoreExists { dir }.into(),
            S::NotEmpty { .. } => Error::conflict(words),
            S::NoKey { dir } => Kind::NoKey { dir }.into(),
            S::KeyFile { path, why } => Kind::KeyFile { path, why }.into(),
            S::PassphraseNeeded { path, is_new } => Kind::PassphraseNeeded { path, is_new }.into(),
            S::WrongPassphrase { path } => Kind::WrongPassphrase { path }.into(),
            S::KeySource { source_word, place, why } => {
                Error::from(Kind::KeySource { word: source_word, place }).because(why)
            }
            S::WrongKey { dir } => Kind::WrongKey { dir }.into(),
            S::WrongKeyForFile { path } => Kind::WrongKeyForFile { path }.into(),
            S::Damaged { what } => Kind::Damaged { what }.into(),
            S::BackupDamaged { path, what } => Kind::BackupDamaged { path, what }.into(),
            S::Refused { what } => Error::invalid(what),
            S::Newer { .. } | S::NewerFormat { .. } => Kind::Newer { what: words }.into(),
            S::NetworkFileSystem { .. } => Kind::NetworkFileSystem { what: words }.into(),
            S::Untrusted { fingerprint } => Kind::Untrusted { fingerprint }.into(),
            S::Replaced { what, pin } => Kind::Replaced { what, pin }.into(),
            S::RolledBack { what, pin } => Kind::RolledBack { what, pin }.into(),
            S::Busy { .. } => Kind::Busy { what: words }.into(),
            S::DiskFull => Kind::Disk { what: words }.into(),
            S::Io { doing, source } => Error::from(Kind::Disk { what: doing }).because(source.kind().to_string()),
            // A statement that fails on an authentic database is a bug or damage inside; its text names no values.
            S::Sql(source) if store::is_damage(&source) => {
                let what = "what is inside it is not what this program writes".to_owned();
                Error::from(Kind::Damaged { what })
            }
            S::Sql(source) => Error::from(Kind::Bug { what: "a statement of the store failed".to_owned() })
                .because(source.to_string()),
            S::NotFound { noun, name } => Kind::NotFound { noun, name, nearest: None }.into(),
            S::Taken { noun, name } => Kind::Taken { noun, name }.into(),
            S::ChangedMeanwhile => Kind::ChangedMeanwhile.into(),
            S::Unaudited | S::Json(_) => Kind::Bug { what: words }.into(),
        }
    }
}

impl From<catalog::Error> for Error {
    fn from(error: catalog::Error) -> Error {
        match error {
            catalog::Error::Unknown { word, nearest } => Kind::NotFound { noun: "service", name: word, nearest }.into(),
            catalog::Error::Broken(_) => Kind::Bug { what: error.to_string() }.into(),
        }
    }
}

impl From<LabelError> for Error {
    fn from(error: LabelError) -> Error {
        Error::invalid(error.to_string())
    }
}

impl From<net::Error> for Error {
    fn from(error: net::Error) -> Error {
        let what = error.to_string();
        match error {
            net::Error::NotHttp => Error::invalid(what),
            net::Error::Blocked { .. } | net::Error::PlainHttp { .. } | net::Error::PlainMail { .. } => {
                Kind::AddressBlocked { what }.into()
            }
            net::Error::Setup { .. } => Kind::Disk { what }.into(),
            _ => Kind::Provider { what, may_have_arrived: error.may_have_arrived() }.into(),
        }
    }
}

impl From<provider::Error> for Error {
    fn from(error: provider::Error) -> Error {
        match error {
            provider::Error::Net(error) => error.into(),
            provider::Error::Inject(error) => Error::invalid(error.to_string()),
            provider::Error::NotSendable => Kind::Bug { what: error.to_string() }.into(),
        }
    }
}

impl From<oauth::Error> for Error {
    fn from(error: oauth::Error) -> Error {
        use oauth::Error as O;
        let what = error.to_string();
        match error {
            O::PortTaken { port, .. } | O::PortRefused { port } | O::NoSecondLoopback { port, .. } => {
                Kind::Listener { what, port: Some(port) }.into()
            }
            O::NoLoopbackSix(source) => {
                Error::from(Kind::Listener { what, port: None }).because(source.kind().to_string())
            }
            O::Listener(source) => Error::from(Kind::Listener { what, port: None }).because(source.to_string()),
            O::TimedOut
            | O::Cancelled
            | O::Expired
            | O::Denied(_)
            | O::WrongIssuer
            | O::NoCode
            | O::NotARedirect
            | O::ForeignRedirect
            | O::Identity { .. } => Kind::SignIn { why: what }.into(),
            O::NoMetadata { .. } | O::BadServer { .. } | O::BadKeyFile { .. } | O::NoDeviceFlow => Error::invalid(what),
            O::Refused { .. } | O::Unexplained { .. } | O::Transient { .. } | O::Malformed { .. } => {
                Kind::Provider { what, may_have_arrived: true }.into()
            }
            O::NoRandomness => Kind::Bug { what }.into(),
            O::Net(error) => error.into(),
        }
    }
}
