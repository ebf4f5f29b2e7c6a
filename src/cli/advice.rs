//! From what went wrong in an operation to what is said about it: the code, the exit, and the next command to type.
//!
//! What must stay true: every situation of `ops` has its line here, and no line invents a cause that the operation did
//! not give. Only a front end knows commands, so only this file writes hints about them.
use super::error::Error;
use super::exit::Exit;
use super::remedy::Remedy;
use crate::model::decide::DenyReason;
use crate::model::governance::FreezeScope;
use crate::ops;

/// The code of "there is no store": the one situation that bare `siesta` takes for a beginning.
pub(super) const NO_STORE: &str = "no-store";

impl From<ops::Error> for Error {
    fn from(error: ops::Error) -> Error {
        let cause = error.cause.clone();
        let said = match error.about {
            Some(about) => advise(error.kind).hint(looked_at(&about)),
            None => advise(error.kind),
        };
        match cause {
            Some(cause) => said.cause(cause),
            None => said,
        }
    }
}

/// How a denial ends the program (decisions.md, "Exit codes of a denial").
pub(super) fn exit_of(reason: &DenyReason) -> Exit {
    match reason {
        DenyReason::ConnectionNotFound | DenyReason::FunctionUnknown { .. } => Exit::NotFound,
        DenyReason::ConnectionNeedsReauth | DenyReason::CredentialsMissing => Exit::NeedsReauth,
        DenyReason::TokenLimit(_) => Exit::LimitExceeded,
        DenyReason::AuditUnavailable => Exit::Failure,
        _ => Exit::Denied,
    }
}

/// What to type after a denial. Where that depends on more than the reason, the command shows
/// it, and `explain` has the one that changes it.
pub(super) fn hint_of(reason: &DenyReason, connection: &str, agent: &str) -> Remedy {
    let (connection, agent) = (quoted(connection), quoted(agent));
    let command = match reason {
        DenyReason::ConnectionNotFound | DenyReason::NotSingleton => "siesta list".to_owned(),
        DenyReason::ConnectionRevoked
        | DenyReason::ConnectionPrivate
        | DenyReason::AccessNotGranted
        | DenyReason::HostNotAllowed(_)
        | DenyReason::SsrfBlocked(_) => format!("siesta show {connection}"),
        DenyReason::BadRequest(_) => {
            return Remedy::noted(
                format!("siesta show {connection}"),
                "its service; siesta catalog show SERVICE -o json has every argument",
            );
        }
        DenyReason::FunctionUnmapped => format!("siesta functions list {connection}"),
        DenyReason::NotVendable => {
            return Remedy::noted(
                format!("siesta call {connection} FUNCTION --agent {agent}"),
                "siesta makes the call itself: a key is never handed out",
            );
        }
        DenyReason::ApprovalUnknown
        | DenyReason::ApprovalRejected
        | DenyReason::ApprovalExpired
        | DenyReason::ApprovalCancelled
        | DenyReason::ApprovalUsed
        | DenyReason::ApprovalMismatch => "siesta executions list".to_owned(),
        DenyReason::AuditUnavailable => "siesta doctor".to_owned(),
        DenyReason::Frozen { scope, .. } => {
            let whom = match scope {
                FreezeScope::All => "--all".to_owned(),
                FreezeScope::Agent => format!("--agent {agent}"),
                FreezeScope::Connection => format!("--connection {connection}"),
            };
            return Remedy::noted(format!("siesta unfreeze {whom}"), "when it is safe again");
        }
        DenyReason::AgentNotActive => "siesta agent list".to_owned(),
        DenyReason::UserUnknown => "siesta user list".to_owned(),
        DenyReason::TeamUnknown => "siesta team list".to_owned(),
        DenyReason::ConnectionNeedsReauth | DenyReason::CredentialsMissing => format!("siesta reauth {connection}"),
        DenyReason::NotAssigned => format!("siesta assign {connection} {agent}"),
        DenyReason::TypeDisabled | DenyReason::FunctionDisabled => "siesta governance list".to_owned(),
        DenyReason::ModeReadOnly => format!("siesta policy set {agent} {connection} --mode read_write"),
        DenyReason::PayloadTooLarge { size, .. } => {
            format!("siesta policy set {agent} {connection} --max-payload {size}")
        }
        DenyReason::FlowNotAllowed
        | DenyReason::AllowlistEmpty
        | DenyReason::AllowlistMiss { .. }
        | DenyReason::OutsideTimeWindow { .. }
        | DenyReason::Constraint { .. }
        | DenyReason::ConstraintUnreadable { .. }
        | DenyReason::RateLimited { .. }
        | DenyReason::Rule(_)
        | DenyReason::ModeCustomUnmatched => format!("siesta policy show {agent} {connection}"),
        DenyReason::VendUnenforceable(_) => {
            format!("siesta policy set {agent} {connection} --allow-unenforced-vend")
        }
        DenyReason::FunctionUnknown { .. } => format!("siesta show {connection}"),
        DenyReason::TokenLimit(_) => format!("siesta limits report --connection {connection}"),
        DenyReason::TooManyPending => "siesta executions list --pending".to_owned(),
    };
    command.into()
}

/// A name as it must be typed in a shell.
pub(super) fn quoted(name: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '@' | '/' | ':');
    match !name.is_empty() && name.chars().all(plain) {
        true => name.to_owned(),
        false => format!("'{}'", name.replace('\'', "'\\''")),
    }
}

/// So many bad lines are told one by one; a program gets them all.
const MOST_LINES_TOLD: usize = 10;

fn bad_lines(error: Error, bad: &[crate::model::roster::BadLine]) -> Error {
    let told: Vec<String> =
        bad.iter().take(MOST_LINES_TOLD).map(|bad| format!("line {}: {}", bad.line, bad.why)).collect();
    let more = bad.len().saturating_sub(told.len());
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    let all: Vec<serde_json::Value> =
        bad.iter().map(|bad| serde_json::json!({"line": bad.line, "why": bad.why})).collect();
    error
        .code("bad-lines")
        .cause(format!("{}{more}", told.join("; ")))
        .hint("correct the file, then repeat the command        (nothing was changed)")
        .with("lines", all)
}

/// The command that shows what a refusal is about.
fn looked_at(about: &ops::About) -> String {
    use ops::About as A;
    match about {
        A::Connection(label) => format!("siesta show {}", quoted(label)),
        A::Revoked(_) => "siesta add SERVICE        (a new one; a revoked connection stays at its end)".to_owned(),
        A::Policy { agent, connection } => format!("siesta policy show {} {}", quoted(agent), quoted(connection)),
        A::Agent(name) => format!("siesta agent show {}", quoted(name)),
        A::User(name) => format!("siesta user show {}", quoted(name)),
        A::Users => "siesta user list".to_owned(),
        A::InFile { line, column } => format!("look at line {line}, column {column} of the file"),
        A::Execution(id) => format!("siesta executions show {id}"),
        A::OneByOne(id) => format!("siesta executions approve {id}        (without --for: this one only)"),
        A::Answer { agent, connection, execution, is_safe, broke } => match (broke, is_safe) {
            (ops::Broke::Policy { cap }, _) => format!(
                "siesta policy set {} {} --max-response SIZE        (it is {cap} bytes now; or ask for less)",
                quoted(agent),
                quoted(connection)
            ),
            (ops::Broke::Memory, true) => {
                "repeat it with --out FILE        (a file may have up to 4 GiB), or ask for less".to_owned()
            }
            (ops::Broke::Everything, true) => {
                "ask for less        (a page, a range, fewer fields; rules read an answer whole)".to_owned()
            }
            (ops::Broke::Off, true) => "repeat the command        (it changes nothing)".to_owned(),
            (ops::Broke::Memory | ops::Broke::Everything, false) => format!(
                "siesta executions show {execution}        (it was carried out, and only its answer is missing: do not \
                 simply repeat it)"
            ),
            (ops::Broke::Off, false) => format!(
                "siesta executions show {execution}        (it may have been carried out: look at the provider, then \
                 repeat the command)"
            ),
        },
        A::Token { connection, agent, execution } => {
            format!("siesta token {} --agent {} --approval {execution}", quoted(connection), quoted(agent))
        }
        A::StandingApprovals => "siesta executions standing list --all".to_owned(),
        A::AccessRequests => "siesta access list".to_owned(),
        A::Functions { connection } => format!("siesta functions list {}", quoted(connection)),
        A::Recipients => "siesta store recipients list".to_owned(),
        A::Organization => "siesta org show".to_owned(),
    }
}

fn advise(kind: ops::Kind) -> Error {
    use ops::Kind as K;
    let message = kind.to_string();
    let say = |exit: Exit| Error::new(exit, message.clone());
    match kind {
        K::NoStore { .. } => say(Exit::NotFound).code(NO_STORE).hint("siesta init"),
        K::StoreExists { .. } => say(Exit::Conflict).code("store-exists").hint("siesta status"),
        K::NoKey { .. } => say(Exit::Locked)
            .code("no-key")
            .hint("siesta --identity-file FILE …        (the key file that `siesta init` named)"),
        K::KeyFile { why, .. } if why.contains("exists") => {
            say(Exit::Conflict).code("key-exists").hint("siesta init --identity-file ANOTHER-FILE")
        }
        K::KeyFile { .. } => say(Exit::Locked).code("key-unusable").hint("siesta --identity-file FILE …"),
        K::PassphraseNeeded { .. } => {
            say(Exit::Locked).code("passphrase-needed").hint("--passphrase-file FILE, or run it in a terminal")
        }
        K::WrongPassphrase { .. } => {
            say(Exit::Locked).code("wrong-passphrase").hint("repeat the command with the right passphrase")
        }
        K::KeySource { word, .. } => say(Exit::Locked).code("key-source").hint(match word {
            "keyring" => "unlock the keyring, or: siesta --identity-file FILE …        (a copy of the key)",
            _ => "siesta --identity-file FILE …        (a copy of the key)",
        }),
        K::WrongKey { .. } => say(Exit::Locked).code("wrong-key").hint("siesta --identity-file FILE …"),
        K::WrongKeyForFile { .. } => say(Exit::Locked)
            .code("wrong-key")
            .hint("siesta --identity-file FILE …        (the key it was sealed for; a file may hold several)"),
        K::Damaged { .. } => say(Exit::Damaged)
            .hint("siesta store restore BACKUP        (nothing was changed; siesta store verify says what is broken)"),
        K::BackupDamaged { .. } => {
            say(Exit::Damaged).code("backup-damaged").hint("take another backup; nothing was changed")
        }
        K::Newer { .. } => say(Exit::Damaged).code("newer-store").hint("use a newer siesta"),
        K::NetworkFileSystem { .. } => say(Exit::Failure)
            .code("network-file-system")
            .hint("siesta init --store DIR        (a directory on a disk of this machine)"),
        K::Untrusted { fingerprint } => say(Exit::Damaged)
            .code("untrusted")
            .cause(format!("its fingerprint is {fingerprint}"))
            .hint("siesta store trust        (compares it with the one you wrote down)"),
        K::Replaced { .. } => say(Exit::Damaged)
            .code("replaced")
            .hint("put the known store back, or if this one is meant: siesta store trust"),
        K::RolledBack { .. } => say(Exit::Damaged)
            .code("rolled-back")
            .hint("put the newest copy back, or to go on from this one: siesta store trust"),
        K::Busy { .. } => {
            say(Exit::Conflict).code("locked").hint("wait for the other process, then repeat the command")
        }
        K::Disk { .. } => say(Exit::Failure).code("disk").hint("siesta doctor"),
        K::NotFound { noun, nearest, .. } => {
            let said = say(Exit::NotFound);
            match (nearest, noun) {
                (Some(nearest), _) => said.hint(format!("did you mean {}?", quoted(&nearest))),
                (None, "connection") => said.hint("siesta list"),
                (None, "service") => said.hint("siesta catalog list"),
                (None, "function" | "function that fits" | "service that fits") => said.hint("siesta governance list"),
                (None, "standing approval") => said.hint("siesta executions standing list"),
                (None, "execution") => said.hint("siesta executions list"),
                (None, noun @ ("user" | "team" | "agent" | "app")) => said.hint(format!("siesta {noun} list")),
                (None, "policy") => said.hint("siesta policy list"),
                (None, "pending sign-in") => said.hint("siesta add … --begin        (a new one)"),
                (None, "key") => said.hint("siesta user key list"),
                (None, "limit") => said.hint("siesta limits list"),
                (None, "request") => said.hint("siesta access list"),
                (None, "audit row") => said.hint("siesta audit list"),
                (None, "reservation") => said.hint("siesta usage reserve CONNECTION --user USER --tokens N"),
                (None, "recipient") => said.hint("siesta store recipients list"),
                (None, _) => said,
            }
        }
        K::Ambiguous { noun, labels, .. } => say(Exit::NotFound)
            .code("ambiguous")
            .cause(format!("it fits {}", labels.join(", ")))
            .hint(if noun == "executions" { "type more of the id" } else { "siesta list" }),
        K::Taken { noun: "connection", .. } => say(Exit::Conflict).code("label-taken").hint("choose another NAME"),
        K::Taken { noun: noun @ ("user" | "team" | "agent" | "app"), .. } => {
            say(Exit::Conflict).code("exists").hint(format!("siesta {noun} list"))
        }
        K::Taken { noun: "file", .. } => say(Exit::Conflict)
            .code("exists")
            .hint("siesta store backup ANOTHER-FILE        (or --keep N, which moves this one on)"),
        K::Taken { .. } => say(Exit::Conflict).code("exists"),
        K::Invalid { .. } => say(Exit::Usage).code("invalid"),
        K::BadLines { bad } => bad_lines(say(Exit::Usage), &bad),
        K::WholeService { service } => {
            say(Exit::Usage).code("invalid").hint(format!("siesta governance set '{service}/*' confirm"))
        }
        K::Conflict { .. } => say(Exit::Conflict),
        K::ChangedMeanwhile => say(Exit::Conflict)
            .code("changed-meanwhile")
            .hint("repeat the command        (it looks at the newest state)"),
        K::StoreMoved { .. } => say(Exit::Conflict)
            .code("store-moved")
            .hint("siesta export > NEW.yaml        (then make the change again there; nothing was changed)"),
        K::AgentMayNot => say(Exit::Denied).code("agent_may_not").hint("--actor NAME        (a user)"),
        K::LastGrant { label } => say(Exit::Usage)
            .code("last-grant")
            .cause("a shared connection without grants is for everybody")
            .hint(format!("siesta ungrant {} … --yes        (if that is meant)", quoted(&label))),
        K::NotApprover { .. } => say(Exit::Denied).code("not_approver").hint("siesta user list"),
        K::SignatureNeeded { execution } => say(Exit::Denied)
            .code("signature_needed")
            .cause("its approval proof is `signed`")
            .hint(format!("siesta executions request {execution} --out request.json        (then sign it: siesta help security)")),
        K::SignatureRefused { execution, .. } => say(Exit::Denied)
            .code("signature_refused")
            .hint(format!("siesta executions request {execution} --out request.json        (what is to be signed)")),
        K::AccountUnbound { account, bound_to } => say(Exit::Denied)
            .code("account_unbound")
            .cause(match bound_to.is_empty() {
                true => "under sudo the account says who acts, and no flag or variable does".to_owned(),
                false => format!("it is bound to {}, and must be to one only", bound_to.join(" and ")),
            })
            .hint(format!(
                "siesta agent edit AGENT --os-user {0}, or siesta user edit USER --os-user {0}        (as the account that \
                 holds the key, without sudo)",
                quoted(&account)
            )),
        K::ActorUnknown { noun, name } => say(Exit::Denied)
            .code("actor_unknown")
            .cause("every change names who made it, and the actor comes from --actor, SIESTA_ACTOR or the login name")
            .hint(format!("siesta --actor OWNER {noun} add {}        (or act as somebody else)", quoted(&name))),
        K::Denied(reason) => say(exit_of(&reason)).code(reason.code()),
        K::NeedsReauth { label } => say(Exit::NeedsReauth)
            .hint(format!("siesta reauth {}        (policies and limits are kept)", quoted(&label))),
        K::RefreshLost { label } => say(Exit::NeedsReauth).code("refresh-lost").hint(format!(
            "make room on the disk, then siesta reauth {}        (the stored token is no longer good)",
            quoted(&label)
        )),
        K::RevocationOpen { label } => {
            say(Exit::Conflict).code("revocation-open").hint(format!("siesta revoke {} --retry", quoted(&label)))
        }
        K::NoKeyOfItsOwn { label } => say(Exit::Conflict).hint(format!("siesta reauth {}", quoted(&label))),
        K::NoSignIn { label } => say(Exit::Conflict).hint(format!("siesta rotate {}", quoted(&label))),
        K::NoClient { provider } => say(Exit::NotFound)
            .code("no-client")
            .cause("a client is registered once at the provider, and its id told to siesta")
            .hint(format!("siesta app set {} --client-id ID", quoted(&provider))),
        K::SignIn { .. } => say(Exit::NeedsReauth).code("sign-in").hint("run the command again to start over"),
        K::NotTheRedirect { redirect_uri, .. } => say(Exit::Usage)
            .code("not-the-redirect")
            .cause("a code alone, or the address of another sign-in, does not prove that it answers this one")
            .hint(format!("paste the whole address from the browser's address bar: {redirect_uri}?code=…&state=…")),
        K::OtherAccount { .. } => say(Exit::NeedsReauth)
            .code("other-account")
            .hint("sign in with the same account        (or --allow-account-change, if it is meant to change)"),
        K::Listener { port, .. } => {
            let said = say(Exit::Conflict).code("listener");
            match port {
                Some(_) => said.hint(
                    "--callback-port ANOTHER        (one the provider has registered; or --paste, which needs none)",
                ),
                None => said,
            }
        }
        K::CredentialRefused => {
            say(Exit::NeedsReauth).code("credential-refused").hint("get a working key from the provider")
        }
        K::AddressBlocked { .. } => say(Exit::Denied)
            .code("ssrf_blocked")
            .hint("--allow-private-network        (only for a service inside your own network)"),
        K::Provider { may_have_arrived, .. } => say(Exit::Provider).hint(match may_have_arrived {
            true => "it may have been carried out: look at the provider, then repeat the command",
            false => "repeat the command when the provider answers",
        }),
        K::Bug { .. } => say(Exit::Internal).hint("report it with the output of the same command and -vv"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_quoted_when_a_shell_would_split_it() {
        assert_eq!(quoted("hubspot-sales"), "hubspot-sales");
        assert_eq!(quoted("Google Drive"), "'Google Drive'");
        assert_eq!(quoted("it's"), "'it'\\''s'");
        assert_eq!(quoted("$(x)"), "'$(x)'");
    }

    #[test]
    fn what_may_have_been_carried_out_is_not_simply_repeated() {
        let hint = |may_have_arrived| {
            advise(ops::Kind::Provider { what: "no answer".to_owned(), may_have_arrived }).hint.clone().unwrap()
        };
        assert!(hint(true).contains("look at the provider"));
        assert!(!hint(false).contains("look at"));
    }
}
