//! Which arguments take a name of the store, read from the one definition of the command line.
//!
//! What must stay true: an argument is completed because of what its help calls its value (`CONNECTION`, `AGENT`, …), so
//! a new command is completed without a line here. A test refuses a value name that speaks of such a noun and is not in
//! the table.
use crate::ops::completion::Wanted;
use clap::{Arg, Command};

/// What can be completed at an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Name(Wanted),
    /// A service, or `oauth2` for any server.
    Connectable,
    /// A store that config.toml names.
    Store,
}

/// What the help calls a value, and what that is.
const BY_VALUE_NAME: [(&str, Wanted); 12] = [
    ("CONNECTION", Wanted::Connection),
    ("AGENT", Wanted::Agent),
    ("USER", Wanted::User),
    ("TEAM", Wanted::Team),
    ("ACTOR", Wanted::RecordedActor),
    ("EXECUTION", Wanted::Execution),
    ("SERVICE", Wanted::Service),
    ("SERVICE[/FUNCTION]", Wanted::ServiceOrFunction),
    ("SERVICE/FUNCTION", Wanted::ServiceOrFunction),
    ("FUNCTION", Wanted::Function),
    ("FUNCTION|METHOD", Wanted::Operation),
    ("METHOD|FUNCTION", Wanted::Operation),
];

/// What the argument's values are, `None` when they are no names.
pub(super) fn of(command: &Command, arg: &Arg) -> Option<Kind> {
    match (command.get_name(), arg.get_id().as_str()) {
        ("add", "service") => return Some(Kind::Connectable),
        (_, "store") if arg.is_global_set() => return Some(Kind::Store),
        (_, "actor") if arg.is_global_set() => return Some(Kind::Name(Wanted::Actor)),
        _ => {}
    }
    let name = arg.get_value_names()?.first()?;
    BY_VALUE_NAME.iter().find(|(known, _)| known == name).map(|(_, wanted)| Kind::Name(*wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_command(command: &Command) -> Vec<Command> {
        let children = command.get_subcommands().flat_map(every_command);
        std::iter::once(command.clone()).chain(children.collect::<Vec<_>>()).collect()
    }

    #[test]
    fn every_argument_that_takes_a_name_is_known() {
        const NOUNS: [&str; 7] = ["CONNECTION", "AGENT", "USER", "TEAM", "EXECUTION", "SERVICE", "FUNCTION"];
        let mut known = 0;
        for command in every_command(&crate::cli::command()) {
            for arg in command.get_arguments() {
                let Some(name) = arg.get_value_names().and_then(|names| names.first()) else { continue };
                let speaks_of_one = name.split(|c: char| !c.is_alphabetic()).any(|word| NOUNS.contains(&word));
                let kind = of(&command, arg);
                assert!(
                    !speaks_of_one || kind.is_some(),
                    "{} {}: {name} is in no row of BY_VALUE_NAME",
                    command.get_name(),
                    arg.get_id()
                );
                known += usize::from(kind.is_some());
            }
        }
        assert!(known > 40, "only {known} arguments are completed");
    }

    /// Where the help says only NAME or ID, nothing is completed: those that name what exists say what it is.
    #[test]
    fn whoever_takes_something_that_exists_says_what_it_is() {
        for command in every_command(&crate::cli::command()).iter().filter(|command| !command.has_subcommands()) {
            let positional = command.get_positionals().next();
            let name = positional.and_then(|arg| arg.get_value_names()).and_then(|names| names.first());
            let makes_one = ["add", "init"].contains(&command.get_name());
            let is_vague = name.is_some_and(|name| name == "NAME" || name == "ID");
            assert!(makes_one || !is_vague, "{}: say what {name:?} names", command.get_name());
        }
    }
}
