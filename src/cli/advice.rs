//! From what went wrong in an operation to what is said about it: the code, the exit, and the next command to type.
//!
//! What must stay true: every situation of `ops` has its line here, and no line invents a cause that the operation did
//! not give. Only a front end knows commands, so only this file writes hints about them.
use super::error::Error;
use super::exit::Exit;
use crate::model::decide::{AskReason, Decision, DenyReason, Evaluation};
use crate::model::facts::{Facts, Target};
use crate::model::governance::{FreezeScope, ModeSource};
use crate::ops;

/// The code of "there is no store": the one situation that bare `siesta` takes for a beginning.
pub(super) const NO_STORE: &str = "no-store";

impl From<ops::Error> for Error {
    fn from(error: ops::Error) -> Error {
        let cause = error.cause.clone();
        let said = advise(error.kind);
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

/// What to type after a denial, when there is something.
pub(super) fn hint_of(reason: &DenyReason, connection: &str, agent: &str) -> Option<String> {
    let connection = quoted(connection);
    Some(match reason {
        DenyReason::ConnectionNotFound => "siesta list".to_owned(),
        DenyReason::Frozen { scope: FreezeScope::All, .. } => {
            "siesta unfreeze --all        (when it is safe again)".to_owned()
        }
        DenyReason::Frozen { scope: FreezeScope::Agent, .. } => format!("siesta unfreeze --agent {}", quoted(agent)),
        DenyReason::Frozen { scope: FreezeScope::Connection, .. } => {
            format!("siesta unfreeze --connection {connection}")
        }
        DenyReason::AgentNotActive => "siesta agent list".to_owned(),
        DenyReason::UserUnknown => "siesta user list".to_owned(),
        DenyReason::TeamUnknown => "siesta team list".to_owned(),
        DenyReason::ConnectionNeedsReauth | DenyReason::CredentialsMissing => format!("siesta reauth {connection}"),
        DenyReason::NotAssigned => format!("siesta assign {connection} {}", quoted(agent)),
        DenyReason::TypeDisabled | DenyReason::FunctionDisabled => "siesta governance list".to_owned(),
        DenyReason::ModeReadOnly => format!("siesta policy set {} {connection} --mode read_write", quoted(agent)),
        DenyReason::FlowNotAllowed => {
            format!("siesta policy set {} {connection} --allowed-models broker", quoted(agent))
        }
        DenyReason::AllowlistEmpty | DenyReason::AllowlistMiss { .. } => {
            format!("siesta policy set {} {connection} --allow 'METHOD URL'", quoted(agent))
        }
        DenyReason::OutsideTimeWindow { .. } => {
            format!("siesta policy set {} {connection} --window 'DAYS HH:MM-HH:MM ZONE'", quoted(agent))
        }
        DenyReason::Constraint { kind, .. } => {
            format!("siesta policy set {} {connection} --constraint-{kind} ID", quoted(agent))
        }
        DenyReason::RateLimited { .. } => format!("siesta policy set {} {connection} --rate N/h", quoted(agent)),
        DenyReason::PayloadTooLarge { .. } => {
            format!("siesta policy set {} {connection} --max-payload SIZE", quoted(agent))
        }
        DenyReason::Rule(_) | DenyReason::ModeCustomUnmatched => {
            format!("siesta policy show {} {connection}", quoted(agent))
        }
        DenyReason::VendUnenforceable(_) => {
            format!("siesta policy set {} {connection} --allow-unenforced-vend", quoted(agent))
        }
        DenyReason::FunctionUnknown { .. } => format!("siesta show {connection}"),
        DenyReason::TokenLimit(_) => format!("siesta limits report --connection {connection}"),
        DenyReason::TooManyPending => "siesta executions list --pending".to_owned(),
        _ => return None,
    })
}

/// What would change an evaluation's answer, as commands.
pub(super) fn remedies(facts: &Facts, evaluation: &Evaluation) -> Vec<String> {
    let (connection, service) = match &facts.target {
        Target::Connection(target) => (target.connection.label.clone(), target.service.id.clone()),
        Target::Missing { name } | Target::NotSingleton { service: name } => (name.clone(), String::new()),
    };
    let agent = facts.agent.name.as_str();
    let pair = format!("{} {}", quoted(agent), quoted(&connection));
    let function = evaluation.mapped.as_ref().and_then(|mapped| mapped.function());
    let source = evaluation.mapped.as_ref().map(|mapped| mapped.mode.source);
    let mode = |to: &str| match (source, function) {
        (Some(ModeSource::Connection), _) => format!("siesta show {}        (its own setting)", quoted(&connection)),
        (_, Some(function)) => format!("siesta governance set {service}/{function} {to}"),
        (_, None) => format!("siesta governance list {service}"),
    };
    let user = facts.stand_in().map_or_else(|| "USER".to_owned(), quoted);
    match &evaluation.decision {
        Decision::Allow => Vec::new(),
        Decision::Deny(DenyReason::FunctionDisabled) => vec![mode("enabled")],
        Decision::Deny(DenyReason::TypeDisabled) => vec![format!("siesta governance set {service} enabled")],
        Decision::Deny(DenyReason::ConnectionPrivate | DenyReason::AccessNotGranted) => {
            vec![format!("siesta grant {} --user {user}", quoted(&connection))]
        }
        Decision::Deny(reason) => hint_of(reason, &connection, agent).into_iter().collect(),
        Decision::NeedsApproval(AskReason::FunctionConfirmation) => vec![mode("enabled")],
        Decision::NeedsApproval(AskReason::StepUp | AskReason::StepUpAlways) => {
            vec![format!("siesta policy set {pair} --step-up never")]
        }
        Decision::NeedsApproval(AskReason::Rule(_)) => vec![format!("siesta policy show {pair}")],
        Decision::NeedsApproval(AskReason::Pending) => vec!["siesta executions list --pending".to_owned()],
    }
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
                (None, "function") => said.hint("siesta governance list"),
                (None, "execution") => said.hint("siesta executions list"),
                (None, noun @ ("user" | "team" | "agent" | "app")) => said.hint(format!("siesta {noun} list")),
                (None, "policy") => said.hint("siesta policy list"),
                (None, "pending sign-in") => said.hint("siesta add … --begin        (a new one)"),
                (None, "limit") => said.hint("siesta limits list"),
                (None, "recipient") => said.hint("siesta store recipients list"),
                (None, _) => said,
            }
        }
        K::Ambiguous { noun, labels, .. } => say(Exit::NotFound)
            .code("ambiguous")
            .cause(format!("it fits {}", labels.join(", ")))
            .hint(if noun == "executions" { "type more of the id" } else { "siesta list" }),
        K::Taken { noun: "connection", .. } => say(Exit::Conflict).code("label-taken").hint("choose another NAME"),
        K::Taken { .. } => say(Exit::Conflict).code("exists"),
        K::Invalid { .. } => say(Exit::Usage).code("invalid"),
        K::BadLines { bad } => bad_lines(say(Exit::Usage), &bad),
        K::WholeService { service } => {
            say(Exit::Usage).code("invalid").hint(format!("siesta governance set '{service}/*' confirm"))
        }
        K::Conflict { .. } => say(Exit::Conflict),
        K::ChangedMeanwhile => say(Exit::Conflict).code("changed-meanwhile").hint("look at it again, then repeat"),
        K::AgentMayNot => say(Exit::Denied).code("agent_may_not").hint("--actor NAME        (a user)"),
        K::LastGrant { label } => say(Exit::Usage)
            .code("last-grant")
            .cause("a shared connection without grants is for everybody")
            .hint(format!("siesta ungrant {} … --yes        (if that is meant)", quoted(&label))),
        K::NotApprover { .. } => say(Exit::Denied).code("not_approver").hint("siesta user list"),
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
