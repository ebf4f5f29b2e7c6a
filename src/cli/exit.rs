//! How the program ends: one enum, and every place that shows the table is made from it.
//!
//! What must stay true: a number means one thing for ever, because cron jobs and agents branch on it. A new situation
//! is a new variant at the end of [`Exit::ALL`], never a second meaning of an old one. The README, the man pages and
//! `siesta help exit-codes` print this table; writing it a second time by hand is how such tables start to lie.
use std::process::ExitCode;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    Ok,
    Failure,
    Usage,
    NotFound,
    NeedsReauth,
    Locked,
    Damaged,
    Conflict,
    Denied,
    ApprovalRequired,
    LimitExceeded,
    Provider,
    Findings,
    Internal,
    Interrupted,
}

impl Exit {
    pub const ALL: [Exit; 15] = [
        Exit::Ok,
        Exit::Failure,
        Exit::Usage,
        Exit::NotFound,
        Exit::NeedsReauth,
        Exit::Locked,
        Exit::Damaged,
        Exit::Conflict,
        Exit::Denied,
        Exit::ApprovalRequired,
        Exit::LimitExceeded,
        Exit::Provider,
        Exit::Findings,
        Exit::Internal,
        Exit::Interrupted,
    ];

    pub fn code(self) -> u8 {
        self.row().0
    }

    /// The word for the code; also the machine code of an error that has no finer one.
    pub fn name(self) -> &'static str {
        self.row().1
    }

    pub fn when(self) -> &'static str {
        self.row().2
    }

    fn row(self) -> (u8, &'static str, &'static str) {
        match self {
            Exit::Ok => (0, "ok", "done; also an empty list and a closed pipe"),
            Exit::Failure => (1, "failure", "anything not below"),
            Exit::Usage => (2, "usage", "the line was refused, or input was needed and `--no-input` was given"),
            Exit::NotFound => (3, "not-found", "no such thing, or the name is ambiguous"),
            Exit::NeedsReauth => (
                4,
                "needs-reauth",
                "the connection must be authorised again or has no credential; consent refused or timed out",
            ),
            Exit::Locked => (5, "locked", "no key, wrong key, key source unavailable or timed out"),
            Exit::Damaged => (
                6,
                "damaged",
                "the store or the audit chain is damaged, tampered with, rolled back, or from a newer version",
            ),
            Exit::Conflict => (7, "conflict", "already exists, lock timeout, changed meanwhile, already decided"),
            Exit::Denied => (8, "denied", "governance or policy said no (the reason code is in the output)"),
            Exit::ApprovalRequired => (9, "approval-required", "governance said ask; nothing failed"),
            Exit::LimitExceeded => (10, "limit-exceeded", "a token limit is used up"),
            Exit::Provider => (11, "provider", "provider or network failure; retrying may help"),
            Exit::Findings => (
                12,
                "findings",
                "the command worked and found something: report over the threshold, plan with changes, \
                 doctor problems, lint findings",
            ),
            Exit::Internal => (70, "internal", "a bug; says where to report it"),
            Exit::Interrupted => (130, "interrupted", "Ctrl-C; no half state"),
        }
    }

    /// The table as the README shows it.
    pub fn markdown_table() -> String {
        let mut table = String::from("| code | name | when |\n|---|---|---|\n");
        for exit in Exit::ALL {
            table.push_str(&format!("| {} | {} | {} |\n", exit.code(), exit.name(), exit.when()));
        }
        table
    }

    /// The table as `siesta help exit-codes` shows it.
    pub fn text_table() -> String {
        let mut table = String::new();
        for exit in Exit::ALL {
            table.push_str(&format!("  {:>3}  {:<18} {}\n", exit.code(), exit.name(), exit.when()));
        }
        table
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_exits_share_a_code_or_a_name() {
        for (place, exit) in Exit::ALL.iter().enumerate() {
            for later in &Exit::ALL[place + 1..] {
                assert!(exit.code() < later.code(), "{exit:?} and {later:?} are out of order");
                assert_ne!(exit.name(), later.name());
            }
        }
    }

    #[test]
    fn the_markdown_table_has_a_line_for_every_exit() {
        let table = Exit::markdown_table();
        assert_eq!(table.lines().count(), Exit::ALL.len() + 2);
        assert!(table.contains("| 130 | interrupted | Ctrl-C; no half state |"));
    }
}
