//! The scripts that clap generates, taught to ask for names first.
//!
//! What must stay true: what clap generated stays whole and works alone: where the program is not there, is older or has
//! nothing to say, the commands and flags are completed as before.
use clap::Command;
use clap_complete::Shell;
use std::collections::BTreeSet;

/// The script with names. PowerShell completes commands and flags only: there is none here to test it with.
pub(in crate::cli) fn with_names(shell: Shell, script: &str, root: &Command) -> String {
    match shell {
        // Inside the function, so that it stays the one that is registered.
        Shell::Bash => {
            after(script, "_siesta() {\n", "    _siesta_names \"${2-}\" && return 0\n") + include_str!("names.bash")
        }
        Shell::Zsh => {
            let asking = after(script, "_siesta() {\n", "    _siesta_names && return 0\n");
            // Before the line that calls the function when the file is loaded for the first time.
            before(&asking, "if [ \"$funcstack[1]\" = \"_siesta\" ]; then\n", include_str!("names.zsh"))
        }
        Shell::Fish => script.to_owned() + include_str!("names.fish") + &flags_of_fish(root),
        _ => script.to_owned(),
    }
}

fn after(script: &str, line: &str, more: &str) -> String {
    script.replacen(line, &format!("{line}{more}"), 1)
}

fn before(script: &str, line: &str, more: &str) -> String {
    script.replacen(line, &format!("{more}{line}"), 1)
}

/// fish completes the value of a flag by what is said about that flag only.
fn flags_of_fish(root: &Command) -> String {
    let mut flags = BTreeSet::new();
    let mut waiting = vec![root];
    while let Some(command) = waiting.pop() {
        waiting.extend(command.get_subcommands());
        let named = command.get_arguments().filter(|arg| super::kind::of(command, arg).is_some());
        flags.extend(named.filter_map(|arg| arg.get_long()));
    }
    let line = |flag| format!("complete -c siesta -n __fish_siesta_at_name -l {flag} -x -a '(__fish_siesta_names)'\n");
    flags.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::generate::completion;

    #[test]
    fn each_script_asks_for_names_and_keeps_what_it_was() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let mut plain = Vec::new();
            clap_complete::generate(shell, &mut crate::cli::command(), "siesta", &mut plain);
            let plain = String::from_utf8(plain).unwrap();
            let script = String::from_utf8(completion(crate::cli::command(), shell)).unwrap();
            assert!(script.contains("siesta __complete"), "{shell}");
            let mut lines = script.lines();
            for line in plain.lines() {
                assert!(lines.any(|kept| kept == line), "{shell}: {line:?} is gone or elsewhere");
            }
        }
        let script = |shell| String::from_utf8(completion(crate::cli::command(), shell)).unwrap();
        assert!(script(Shell::Bash).starts_with("_siesta() {\n    _siesta_names \"${2-}\" && return 0\n"));
        assert!(script(Shell::Zsh).contains("_siesta() {\n    _siesta_names && return 0\n"));
        assert!(script(Shell::Zsh).trim_end().ends_with("compdef _siesta siesta\nfi"));
        for flag in ["agent", "connection", "store", "actor", "assign", "owner"] {
            assert!(script(Shell::Fish).contains(&format!("__fish_siesta_at_name -l {flag} -x")), "{flag}");
        }
    }
}
