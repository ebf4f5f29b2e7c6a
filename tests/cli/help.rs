//! The help is prose someone edited, and its examples are commands that work.
use siesta::cli::help::Topic;

/// Every command that does something, with the words that lead to it.
fn leaves(command: &clap::Command, path: &str) -> Vec<(String, clap::Command)> {
    let path = format!("{path} {}", command.get_name()).trim().to_owned();
    let mut found: Vec<_> = command.get_subcommands().flat_map(|child| leaves(child, &path)).collect();
    if !command.has_subcommands() {
        found.push((path, command.clone()));
    }
    found
}

fn every_command(command: &clap::Command) -> Vec<clap::Command> {
    let children = command.get_subcommands().flat_map(every_command);
    std::iter::once(command.clone()).chain(children.collect::<Vec<_>>()).collect()
}

#[test]
fn every_command_says_what_it_does_in_one_line_without_a_full_stop() {
    for command in every_command(&siesta::cli::command()) {
        let name = command.get_name().to_owned();
        let about = command.get_about().unwrap_or_else(|| panic!("{name} has no about")).to_string();
        assert!(!about.ends_with('.') && !about.contains('\n'), "{name}: {about}");
        assert!(about.chars().next().is_some_and(char::is_uppercase), "{name}: {about}");
        // On a terminal of 80 columns, beside the name, it must not break into a third line.
        assert!(about.len() <= 100, "{name}: {about}");
    }
}

#[test]
fn every_argument_is_explained() {
    for command in every_command(&siesta::cli::command()) {
        for arg in command.get_arguments() {
            let name = format!("{} {}", command.get_name(), arg.get_id());
            let help = arg.get_help().unwrap_or_else(|| panic!("{name} has no help")).to_string();
            assert!(!help.ends_with('.'), "{name}: {help}");
        }
    }
}

#[test]
fn the_examples_stand_first_and_parse() {
    let mut root = siesta::cli::command();
    root.build();
    for (path, mut command) in leaves(&root, "") {
        let help = command.render_long_help().to_string();
        assert!(help.starts_with("Examples:\n"), "siesta {path} has no examples in front:\n{help}");
        let examples: Vec<&str> = help.lines().skip(1).take_while(|line| !line.trim().is_empty()).collect();
        assert!(!examples.is_empty(), "{path}");
        for example in examples {
            let example = example.trim();
            assert!(example.starts_with("siesta "), "{path}: {example}");
            parses(example).unwrap_or_else(|error| panic!("{path}: {example}\n{error}"));
        }
    }
}

#[test]
fn commands_in_the_topics_parse() {
    for line in Topic::ALL.into_iter().flat_map(|topic| topic.text().lines().map(str::to_owned).collect::<Vec<_>>()) {
        // Only what stands in an indented line of its own is a command to type; `…` stands for one of the reader's.
        let Some(place) = line.starts_with("  ").then(|| line.find("siesta ")).flatten() else { continue };
        let command = &line[place..];
        if !command.contains('…') && !line[..place].trim_end().ends_with('/') {
            parses(command).unwrap_or_else(|error| panic!("{line}\n{error}"));
        }
    }
}

fn parses(example: &str) -> Result<(), String> {
    let words = words(example);
    match siesta::cli::command().try_get_matches_from(words) {
        Err(error) if error.use_stderr() => Err(error.to_string()),
        _ => Ok(()),
    }
}

/// The words of a line as a shell takes them apart, up to a pipe, a redirection or a comment.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![];
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = line.chars().peekable();
    while let Some(c) = characters.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), c) => word.get_or_insert_default().push(c),
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, '\\') => word.get_or_insert_default().extend(characters.next()),
            (None, '|' | '>' | '<' | ';' | '&') => {
                // `3< file`: the number belongs to the redirection.
                word = word.filter(|digits| !digits.chars().all(|c| c.is_ascii_digit()));
                break;
            }
            (None, '#') if word.is_none() => break,
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (None, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[test]
fn an_example_is_read_as_a_shell_reads_it() {
    assert_eq!(words("siesta a 'b c' --d=\"e f\" | less"), ["siesta", "a", "b c", "--d=e f"]);
    assert_eq!(words("siesta a\\ b # why"), ["siesta", "a b"]);
    assert_eq!(words("siesta a --fd 3 3< x"), ["siesta", "a", "--fd", "3"]);
}

/// An argument of the same name as a global one takes its place without a word, and reading it then is a bug.
#[test]
fn no_command_takes_the_name_of_a_global_flag() {
    let root = siesta::cli::command();
    let globals: Vec<_> = root.get_arguments().filter(|arg| arg.is_global_set()).collect();
    for command in root.get_subcommands().flat_map(every_command) {
        for arg in command.get_arguments() {
            for global in &globals {
                let same_word = arg.get_long().is_some() && arg.get_long() == global.get_long();
                let is_new = arg.get_id() != global.get_id() && !same_word;
                assert!(is_new, "{} {} is a global flag", command.get_name(), arg.get_id());
            }
        }
    }
}
