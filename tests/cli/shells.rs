//! Names completed in real shells: what was typed, TAB, and what the command then gets.
//!
//! bash and zsh run interactively on a terminal of zsh's zpty, so that what is tested is what a person sees happen; fish
//! says itself what it would complete. `siesta` there is a function that says its arguments; the script asks the real
//! program, which is on the PATH.
use super::completion::add;
use crate::support::peer::peer;
use crate::support::root;
use crate::support::sandbox::Sandbox;
use std::path::Path;

/// Labels that do something when they are not quoted.
const LABELS: [&str; 6] =
    ["plain", "my notes", "it's $(touch x)", "žluť \"q\" !`touch x`", "mara@x.org", "&;touch x #"];

/// Types the lines into a shell and returns the arguments that `siesta` was then given, joined by `|`.
const TYPIST: &str = r#"
zmodload zsh/zpty
zpty shell "$1"
zpty -w shell "source ./rc"
shift 1
for line in "$@"; do
  zpty -w -n shell "$line"$'\n'
  zpty -r shell heard '*SAID:*:END*' || exit 1
  print -r -- "${${heard##*SAID:}%%:END*}"
done
"#;

const ZSH: &str = r#"
PS1=; setopt no_beep; unset zle_bracketed_paste
autoload -Uz compinit; compinit -u -D; source 'SCRIPTS/_siesta'
siesta() { print -r -- "SA""ID:${(j:|:)@}:""END" }
"#;

const BASH: &str = r#"
PS1=; bind 'set enable-bracketed-paste off'; bind 'set bell-style none'; source 'SCRIPTS/siesta.bash'
siesta() { local IFS='|'; printf '%s\n' "SA""ID:$*:""END"; }
"#;

/// A machine whose store has these names, and whose PATH has the program.
fn machine() -> Sandbox {
    let mut sandbox = Sandbox::new();
    let binaries = Path::new(env!("CARGO_BIN_EXE_siesta")).parent().unwrap().display().to_string();
    sandbox.set("PATH", format!("{binaries}:/usr/local/bin:/usr/bin:/bin"));
    sandbox.set("TERM", "xterm");
    sandbox.siesta(&["init", "--org", "Acme"]).succeeds();
    LABELS.iter().for_each(|label| add(&sandbox, label));
    sandbox.siesta(&["agent", "add", "big bot"]).succeeds();
    sandbox
}

/// Types each line and compares what the command is given. `<TAB>` is the key.
#[track_caller]
fn types(zsh: &Path, shell: &str, rc: &str, lines: &[(&str, &str)]) {
    let sandbox = machine();
    sandbox.write("rc", rc.replace("SCRIPTS", &root().join("completions").display().to_string()));
    sandbox.write("typist", TYPIST);
    let keys: Vec<String> = lines.iter().map(|(line, _)| line.replace("<TAB>", "\t")).collect();
    let mut args = vec!["-f", "./typist", shell];
    args.extend(keys.iter().map(String::as_str));
    let run = sandbox.other(zsh, &args).run().succeeds();
    let said = run.stdout();
    let said: Vec<&str> = said.lines().collect();
    assert_eq!(said.len(), lines.len(), "{said:?}\n{}", run.stderr);
    for ((line, expected), said) in lines.iter().zip(said) {
        assert_eq!(said, *expected, "{shell}: {line}");
    }
    assert!(!sandbox.path("x").exists(), "{shell} has run what a label says");
}

/// What both shells must do alike: each label reaches the command as it is, however the word was begun.
const ALIKE: [(&str, &str); 20] = [
    ("siesta show pl<TAB>", "show|plain"),
    ("siesta show my<TAB>", "show|my notes"),
    ("siesta show my\\ n<TAB>", "show|my notes"),
    ("siesta show \"my n<TAB>", "show|my notes"),
    ("siesta show it<TAB>", "show|it's $(touch x)"),
    ("siesta show \"it's <TAB>", "show|it's $(touch x)"),
    ("siesta show 'ž<TAB>", "show|žluť \"q\" !`touch x`"),
    ("siesta show \"ž<TAB>", "show|žluť \"q\" !`touch x`"),
    ("siesta show ž<TAB>", "show|žluť \"q\" !`touch x`"),
    ("siesta show \\&<TAB>", "show|&;touch x #"),
    ("siesta show mara@x<TAB>", "show|mara@x.org"),
    ("siesta explain --connection my<TAB>", "explain|--connection|my notes"),
    ("siesta explain --connection=my<TAB>", "explain|--connection=my notes"),
    ("siesta explain --connection=ma<TAB> http_ge<TAB>", "explain|--connection=mara@x.org|http_get"),
    ("siesta call my<TAB> http_ge<TAB> --agent bi<TAB>", "call|my notes|http_get|--agent|big bot"),
    (
        "siesta --store ./data/siesta/default --json show it<TAB>",
        "--store|./data/siesta/default|--json|show|it's $(touch x)",
    ),
    ("siesta --actor agent:bi<TAB> list", "--actor|agent:big bot|list"),
    ("siesta governance set rest-api/http_ge<TAB> confirm", "governance|set|rest-api/http_get|confirm"),
    ("siesta compl<TAB> zs<TAB>", "completions|zsh"),
    ("siesta show pl<TAB>--no-inp<TAB>", "show|plain|--no-input"),
];

#[test]
fn zsh_completes_names_so_that_the_command_gets_them_as_they_are() {
    let Some(zsh) = peer("zsh") else { return };
    types(&zsh, "zsh -f -i", ZSH, &ALIKE);
}

#[test]
fn zsh_finds_the_script_where_the_readme_says() {
    let Some(zsh) = peer("zsh") else { return };
    let rc = ZSH.replace("autoload", "fpath=('SCRIPTS' $fpath); autoload").replace("source 'SCRIPTS/_siesta'", "");
    let twice = [("siesta show my<TAB>", "show|my notes"), ("siesta compl<TAB> zs<TAB>", "completions|zsh")];
    types(&zsh, "zsh -f -i", &rc, &twice);
}

#[test]
fn zsh_offers_a_choice_with_what_each_is_and_takes_the_second_tab() {
    let Some(zsh) = peer("zsh") else { return };
    types(&zsh, "zsh -f -i", ZSH, &[("siesta show m<TAB><TAB><TAB>", "show|my notes")]);
}

#[test]
fn bash_completes_names_so_that_the_command_gets_them_as_they_are() {
    let (Some(zsh), Some(_)) = (peer("zsh"), peer("bash")) else { return };
    types(&zsh, "bash --norc --noprofile -i", BASH, &ALIKE);
    // zsh completes the names of its variables there.
    let in_a_quote = ("siesta show \"it's $<TAB>", "show|it's $(touch x)");
    types(&zsh, "bash --norc --noprofile -i", BASH, &[in_a_quote]);
}

/// Without a terminal, as a script can test it: `COMP_WORDS` alone, or the line as bash itself hands it over.
#[test]
fn bash_answers_from_the_words_alone_too() {
    let Some(bash) = peer("bash") else { return };
    let sandbox = machine();
    let source = format!("source '{}'", root().join("completions/siesta.bash").display());
    let reply = "_siesta siesta \"$cur\" \"\"; printf '%s\\n' \"${COMPREPLY[@]}\"";
    let completed = |setup: &str| {
        let script = format!("set -u; {source}; {setup}; {reply}");
        let run = sandbox.other(&bash, &["--norc", "-c", &script]).run().succeeds();
        assert_eq!(run.stderr, "", "{setup}");
        run.stdout()
    };
    assert_eq!(completed("cur=my; COMP_WORDS=(siesta show my); COMP_CWORD=2"), "my\\ notes\n");
    let line = "cur=my; COMP_WORDS=(x); COMP_CWORD=0; COMP_LINE='siesta show my'; COMP_POINT=14";
    assert_eq!(completed(line), "my\\ notes\n");
    // What stands after the cursor is not looked at.
    let line = "cur=pl; COMP_WORDS=(x); COMP_CWORD=0; COMP_LINE='siesta show pl --json'; COMP_POINT=14";
    assert_eq!(completed(line), "plain\n");
}

#[test]
fn fish_completes_names() {
    let Some(fish) = peer("fish") else { return };
    let sandbox = machine();
    let script = root().join("completions/siesta.fish");
    let completed = |line: &str| {
        let quoted = line.replace('\\', "\\\\").replace('\'', "\\'");
        let command = format!("source '{}'; complete -C '{quoted}'", script.display());
        let run = sandbox.other(&fish, &["--no-config", "-c", &command]).run().succeeds();
        assert_eq!(run.stderr, "", "{line}");
        let lines = run.stdout();
        lines.lines().map(|line| line.split('\t').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let mut all = LABELS.to_vec();
    all.sort_unstable();
    let mut offered = completed("siesta show ");
    offered.sort_unstable();
    assert_eq!(offered, all);
    assert_eq!(completed("siesta show my"), ["my notes"]);
    assert_eq!(completed("siesta show \"my"), ["my notes"]);
    assert_eq!(completed("siesta explain --connection it"), ["it's $(touch x)"]);
    assert_eq!(completed("siesta explain --connection=ž"), ["--connection=žluť \"q\" !`touch x`"]);
    assert_eq!(completed("siesta call plain http_ge"), ["http_get"]);
    assert_eq!(completed("siesta call plain http_get --agent "), ["big bot"]);
    assert_eq!(completed("siesta --store ./data/siesta/default show pl"), ["plain"]);
    assert_eq!(completed("siesta --store ./nowhere show "), [""; 0], "and no files either");
    assert_eq!(completed("siesta comple"), ["completions"]);
    assert!(completed("siesta show --no-i").contains(&"--no-input".to_owned()));
    assert!(!sandbox.path("x").exists());
}

/// An older program, or none: commands and flags are completed as they always were, and nothing is said.
#[test]
fn without_the_program_commands_and_flags_are_completed_all_the_same() {
    let Some(bash) = peer("bash") else { return };
    let sandbox = Sandbox::new();
    let source = format!("source '{}'", root().join("completions/siesta.bash").display());
    let script = format!(
        "{source}; COMP_WORDS=(siesta show --no-i); COMP_CWORD=2; COMP_LINE='siesta show --no-i'; \
        COMP_POINT=18; _siesta siesta --no-i show; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    );
    let older = "#!/bin/sh\necho names of nothing\necho 'error: unknown command' >&2\nexit 2\n";
    for program in ["#!/bin/sh\nexit 127\n", older] {
        let path = sandbox.write("bin/siesta", program);
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let directory = path.parent().unwrap().display().to_string();
        let line = sandbox.other(&bash, &["--norc", "-c", &script]).env("PATH", format!("{directory}:/usr/bin:/bin"));
        let run = line.run().succeeds();
        assert_eq!((run.stdout().as_str(), run.stderr.as_str()), ("--no-input\n", ""));
    }
}
