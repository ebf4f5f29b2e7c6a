//! `siesta help [COMMAND… | TOPIC]`: the help of a command, or a page on something that is no command.
//!
//! What must stay true: a topic says only what the program does today; whoever adds or changes a behaviour that is
//! described here changes the words too. The exit codes are printed from the enum.
use super::error::Error;
use super::exit::Exit;
use super::format;
use super::schema;
use super::ui::Ui;
use clap::Args;

/// Print the help of a command, or a page on a topic
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta help completions\n  siesta help exit-codes\n  siesta help json limits report"
)]
pub(super) struct HelpArgs {
    /// A command, or one of: exit-codes, environment, json, cron, oauth, security; json COMMAND prints a JSON Schema
    #[arg(value_name = "COMMAND|TOPIC")]
    words: Vec<String>,
}

pub(super) fn run(ui: &mut Ui, args: HelpArgs) -> Result<(), Error> {
    if let ["json", command @ ..] = args.words.iter().map(String::as_str).collect::<Vec<_>>().as_slice()
        && !command.is_empty()
    {
        return schema_of(ui, &command.join(" "));
    }
    let mut command = super::command();
    command.build();
    let mut found = &mut command;
    for (place, word) in args.words.iter().enumerate() {
        let topic = Topic::ALL.iter().find(|topic| topic.name() == *word);
        if let (0, Some(topic), 1) = (place, topic, args.words.len()) {
            return ui.text(&topic.text());
        }
        // Aside from the loop, because the borrow of the child would outlive the parent we still need for its names.
        if found.find_subcommand(word).is_none() {
            return Err(unknown(found, word, place == 0));
        }
        found = match found.find_subcommand_mut(word) {
            Some(child) => child,
            None => return Err(Error::new(Exit::Internal, "a command that was there is gone")),
        };
    }
    ui.styled(&found.render_long_help())
}

/// The JSON Schema of a command's document.
fn schema_of(ui: &mut Ui, command: &str) -> Result<(), Error> {
    let documents = schema::documents();
    if let Some(document) = documents.iter().find(|document| document.command == command) {
        return ui.text(&format!("{}\n", format::pretty(&document.schema())));
    }
    let names = || documents.iter().map(|document| document.command);
    let nearest =
        super::nearest(command, names()).or_else(|| names().find(|name| name.starts_with(&format!("{command} "))));
    let shown = if super::secret_guard::may_be_shown(command) { command } else { "…" };
    Err(Error::new(Exit::NotFound, format!("no command \"{shown}\" prints a document")).hint(match nearest {
        Some(nearest) => format!("siesta help json {nearest}"),
        None => "siesta help json".to_owned(),
    }))
}

/// The commands that have a schema, in lines that fit a terminal.
fn with_schema() -> String {
    /// Two columns to the left, and none to spare beyond the eightieth.
    const WIDTH: usize = 78;
    let mut lines = vec![String::new()];
    for document in schema::documents() {
        let last = lines.len() - 1;
        let word = format!("{}, ", document.command);
        match lines[last].len() + word.trim_end().len() <= WIDTH {
            true => lines[last].push_str(&word),
            false => lines.push(word),
        }
    }
    let text: String = lines.iter().map(|line| format!("  {}\n", line.trim_end())).collect();
    text.trim_end_matches([',', '\n']).to_owned()
}

fn unknown(parent: &clap::Command, word: &str, may_be_topic: bool) -> Error {
    let commands = parent.get_subcommands().map(clap::Command::get_name);
    let topics = Topic::ALL.iter().filter(|_| may_be_topic).map(|topic| topic.name());
    let nearest = super::nearest(word, commands.chain(topics)).map(str::to_owned);
    let shown = if super::secret_guard::may_be_shown(word) { word } else { "…" };
    Error::new(Exit::NotFound, format!("there is no help on \"{shown}\"")).hint(match nearest {
        Some(nearest) => format!("siesta help {nearest}"),
        None => "siesta help".to_owned(),
    })
}

/// What the help of the program says below its commands.
pub(super) fn topics_overview() -> String {
    let mut lines = String::from("Topics (siesta help TOPIC):\n");
    for topic in Topic::ALL {
        lines.push_str(&format!("  {:<12} {}\n", topic.name(), topic.about()));
    }
    lines
}

#[derive(Debug, Clone, Copy)]
pub enum Topic {
    ExitCodes,
    Environment,
    Json,
    Cron,
    Oauth,
    Security,
}

impl Topic {
    pub const ALL: [Topic; 6] =
        [Topic::ExitCodes, Topic::Environment, Topic::Json, Topic::Cron, Topic::Oauth, Topic::Security];

    pub fn name(self) -> &'static str {
        match self {
            Topic::ExitCodes => "exit-codes",
            Topic::Environment => "environment",
            Topic::Json => "json",
            Topic::Cron => "cron",
            Topic::Oauth => "oauth",
            Topic::Security => "security",
        }
    }

    fn about(self) -> &'static str {
        match self {
            Topic::ExitCodes => "what each exit code means",
            Topic::Environment => "variables, directories and config.toml",
            Topic::Json => "formats for programs, and errors in them",
            Topic::Cron => "running without a terminal",
            Topic::Oauth => "how a sign-in in the browser works",
            Topic::Security => "where secrets are and what protects them",
        }
    }

    pub fn text(self) -> String {
        match self {
            Topic::ExitCodes => format!(
                "Exit codes\n\n{}\n\
                 A code keeps its meaning for ever. Finer reasons are in the error's \"code\" field under -o json.\n",
                Exit::text_table()
            ),
            Topic::Environment => ENVIRONMENT.to_owned(),
            Topic::Json => format!("{JSON}{}\n", with_schema()),
            Topic::Cron => CRON.to_owned(),
            Topic::Oauth => OAUTH.to_owned(),
            Topic::Security => SECURITY.to_owned(),
        }
    }
}

const ENVIRONMENT: &str = "\
Environment

A flag beats a variable, a variable beats config.toml, config.toml beats the
default.

  SIESTA_STORE              as --store: a directory, or a name from config.toml
  SIESTA_IDENTITY_FILE      as --identity-file: what opens the store
  SIESTA_STORE_FINGERPRINT  as --expect-fingerprint: refuse any other store
  SIESTA_ACTOR              as --actor: the user, or agent:NAME, that acts
  SIESTA_OUTPUT             as -o: table, json, jsonl, csv, tsv or yaml
  SIESTA_LOG                off, info, debug or trace: as nothing, -v, -vv, -vvv
  SIESTA_LOG_FILE           where that is written, instead of to stderr
  SIESTA_COMPLETION_INDEX   on or off, as completion-index in config.toml
  NO_COLOR, CLICOLOR_FORCE  no colour, colour on a pipe too; TERM=dumb: none
  LOGNAME, USER             the actor, when nothing else names one
  BROWSER                   what opens a sign-in page; never a text browser
  DISPLAY, WAYLAND_DISPLAY  whether there is a screen to open it on
  SSH_CONNECTION            no browser is opened at the far end of a line
  CREDENTIALS_DIRECTORY     set by systemd: where a key kept as a credential is
  SSL_CERT_FILE, SSL_CERT_DIR
                            the authorities that are trusted; not under sudo
  XDG_RUNTIME_DIR, TMPDIR   where a sign-in keeps a socket for a moment
  GH_CONFIG_DIR             where GitHub CLI keeps its tokens, for an import
  CLOUDSDK_CONFIG, GOOGLE_APPLICATION_CREDENTIALS
                            where Google's credentials are, for an import

Directories follow the XDG rules:

  $XDG_DATA_HOME/siesta/default        the store; usually in ~/.local/share
  $XDG_CONFIG_HOME/siesta/config.toml  the config; usually in ~/.config
  $XDG_CACHE_HOME/siesta/names         names for completion; usually in ~/.cache

config.toml knows nine keys; any other is refused, so that a misspelled one is
noticed:

  output = \"table\"
  store = \"prod\"
  proxy = \"http://proxy.example.com:3128\"
  ca-file = \"company-ca.pem\"
  completion-index = false
  log = \"info\"
  log-file = \"~/siesta.log\"
  notify = [\"/usr/local/bin/ask-somebody\", \"--chat\", \"ops\"]

  [stores]
  prod = \"/srv/siesta/prod\"
  lab = \"~/lab-store\"

A path counts from the file's directory. A log file is made with mode 0600 and
added to: when, which process, and the words of -v, warnings and errors; never
an argument, an answer or a secret. Without a level it is info. Under sudo only
the config.toml of the account that holds the key names one.

The certificates of ca-file are trusted beside the system's. Proxies named in
variables are not used: whoever sets one would choose who carries the traffic.
completion-index = false keeps no names for the shell to complete (siesta help
security). notify is run when a person is asked: it reads one JSON line with
the execution, the agent and the destination from stdin, and gets neither
arguments nor secrets.
";

const JSON: &str = "\
JSON and other formats

  -o json     one document; --json is the same
  -o jsonl    one document per line
  -o yaml     the same document as YAML; a command that fails says so in words
  -o csv      values with a header; -o tsv with tabs
  -o table    the default: a table on a terminal, lines with tabs on a pipe

Every document has \"schemaVersion\" first, now 1. Within a version fields are
only added; so read the fields you know and ignore the others. Names are
camelCase, times are RFC 3339 in UTC.

Data goes to stdout, words to stderr. A command that fails leaves stdout empty
and, under -o json and jsonl, prints one line on stderr:

  {\"error\":{\"code\":\"locked\",\"message\":\"…\",\"hint\":\"…\",\"exit\":5}}

\"cause\" and \"hint\" are left out when there is nothing to say. Branch on
\"exit\" or \"code\", never on words.

siesta help json COMMAND prints the JSON Schema (2020-12) of what COMMAND
prints under -o json. The schema leaves room for the fields of later versions.
These commands have one:

";

const CRON: &str = "\
Running without a terminal

Without a terminal nothing is ever asked: a question that would be needed ends
the command with exit code 2, and the error names the flag that answers it.
--no-input does the same on a terminal. A closed pipe is success.

A job needs no more environment than HOME; PATH is for the job's own commands:

  15 6 * * *   siesta limits report --fail-over 80 --only-over --quiet
  */20 * * * * siesta refresh --all --within 1h --quiet

  30 2 * * *   siesta store backup --keep 7 --quiet ~/backups/siesta.age

The last one keeps FILE, FILE.1 and so on; each is read back before it gets its
name, and a full disk leaves the earlier ones as they are.

Things to give explicitly in a job:

  --store DIR|NAME       which store, when it is not the default one
  --identity-file FILE   the key; readable by the job's user only
  --actor NAME           who acts; otherwise the job's login name
  --yes                  for commands that ask before they change something

siesta doctor says whether a job can have the key, and what else is in its way;
with --fix it puts right what needs nobody's word.

--quiet leaves out success words, so cron sends mail only when something is
wrong. Exit code 11 (provider) is worth another try; 4 (needs-reauth) needs a
person.
";

const OAUTH: &str = "\
Signing in

A service with OAuth is connected in the browser: the program listens on
127.0.0.1 on a port for this one sign-in, opens the service's page, and takes
the answer when the browser comes back. The exchange uses PKCE and a state
value that is compared before anything else is looked at; requests from
elsewhere neither end nor confuse it.

Nothing is stored before the service has answered. Consent that is refused, or
a browser that never comes back, ends with exit code 4 and changes nothing. The
listener accepts connections from this machine only and is gone afterwards.

A command that runs without a terminal never opens a browser. Where no browser
would be seen (over ssh, without a screen, with --no-browser) the line is shown
that leads one from another machine back here. Other ways in:

  --paste                copy the whole address the browser ends at; a code
                         alone is refused, it does not prove where it is from
  --begin                print the address and an id, and end; within 5 minutes
                         another process does: siesta add --finish ID ADDRESS
  --device               type a code on another device, where the server offers
                         that; enter it only if you started the sign-in yourself

The provider sends the browser back to the redirect that is registered there.
Unless told otherwise that is http://127.0.0.1:PORT/callback on any port, or
http://localhost:PORT/callback where a provider of the catalogue wants the name;
where another one is registered, say so once:

  siesta app set PROVIDER --client-id ID --redirect-host localhost

and --redirect-port and --redirect-path, where those are fixed as well.

With the name localhost the port is held on 127.0.0.1 and on [::1], or the
sign-in does not begin: whoever had the other one could receive the code.

Without a person: add --with service_account takes a key file, and
add --with client_credentials the id and secret of a client. Their tokens are
renewed by signing in again, and the key or secret is replaced with rotate.

A revocation asks the provider first, in its own way; where it has no call for
that, the place is named where a person removes the access. Where it cannot be
reached the exit code is 11 and the credential is destroyed here all the same;
revoke --keep-for-retry keeps the tokens sealed for 24 hours, opening nothing,
so that revoke --retry can ask again.

Your password for the service is typed at the service and is never seen here.
What is kept is the tokens the service gave, sealed in the store.
";

const SECURITY: &str = "\
Where secrets are

The store is one SQLite database, encrypted with age as a whole. Its key is an
age identity in a file that only its owner can read (mode 0600). Whoever has
the store and that file has everything in it; keep a copy of the file
elsewhere, because without it the store cannot be opened by anyone. A second
key is added with siesta store recipients add, a backup is made with siesta
store backup.

A store that is another one than before, or an older one, is refused with exit
code 6: the key and a pin in the configuration directory know its fingerprint
and how far it had come. siesta store trust shows both and, when you have
compared them, goes on with the store that is there. Whoever can write the pin
and read the key can get past this.

A secret comes in through a prompt without echo, --secret-stdin, --secret-file
FILE or --secret-fd N. It is never an argument: arguments can be read by every
process of the machine and stay in the shell's history. A line that holds
something of the shape of a secret is refused with exit code 2 before anything
else happens.

  printf %s \"$KEY\" | siesta … --secret-stdin
  siesta … --secret-fd 3 3< key.txt

The browser, and the command that prints the key, get no open file of this
program and none of its variables; the browser gets no variable that holds a
credential either.

The process makes no core dump and refuses a debugger of the same user. Secrets
are wiped from memory after use, and no message, log or error holds one. Text
that came from outside is shown with control, bidi and invisible characters
made visible.

One thing of the store is not sealed: the names that the shell completes. They
are in $XDG_CACHE_HOME/siesta/names, one file per store, mode 0600: labels, ids
and services of the living connections, and names of the functions they were
given by hand; names of agents, users and teams; ids of the executions that
wait; ids of imported services and names of their functions. Nothing else, and
never a secret. With completion-index = false in
config.toml, or SIESTA_COMPLETION_INDEX=off, none are kept, and a store's file
goes away when the store is next opened.

Names of actors are statements, not proofs: whoever can open the store can act
as anyone in it. Two things are more than that, and the audit says so of each
row (actorProof): an account that sudo vouches for (os), and a signature
(signed).

An agent under its own account

An agent that can read the key needs no permission of anybody. So the key
belongs to an account of its own, here keeper, and the agent runs under
another, here desk; sudo lets desk run the one program as keeper:

  useradd --system --create-home keeper
  sudo -u keeper -H siesta init --org Acme --user mara
  sudo -u keeper -H siesta agent add desk --os-user desk --assign notes

  # /etc/sudoers.d/siesta, edited with visudo
  Defaults:desk env_reset, !setenv
  desk ALL=(keeper) NOPASSWD: /usr/local/bin/siesta

  sudo -u keeper -H siesta call notes http_get --arg path=notes --agent desk

Under sudo the account that called it says who acts, and no flag, variable or
configuration of the caller changes that; an account that no user or agent is
bound to (--os-user) is refused with exit code 8. Whoever runs init under sudo
is bound as the first owner. An agent may call, request, token, explain, ask
for access, and look at its own executions; everything else is for people,
exit code 8. Under sudo it also names no file (arguments come on standard
input with -, results go to standard output), no other store and no other key,
and starts no program with exec: all of that would happen with the rights of
the account that holds the key. What it wants to run with a token it runs as
itself:

  sudo -u keeper -H siesta token notes --agent desk | ./sync-notes

A configuration or store in a place that belongs to another account than the
one that holds the key, or that everybody may write to, is refused, and so is
SSL_CERT_FILE; programs that siesta starts for itself (notify, a key command)
are then looked for in /bin and /usr/bin only, whatever PATH says.

This rests on sudo: it sets SUDO_UID itself, over whatever its caller has set.
Whoever can become keeper or root without sudo, reads the key, may set
variables (SETENV, env_keep) or is allowed more commands than the one above, is
not held by it. Put neither the program nor its directories where desk can
write.

Approvals signed away from the store

  siesta user key add alice < alice.pub
  siesta org set --approval-proof signed
  siesta executions request 019ab1c2-5f3e --out request.json
  ssh-keygen -Y sign -f ~/.ssh/id_ed25519 -n siesta-approval request.json
  siesta executions approve 019ab1c2-5f3e --signature request.json.sig

The person reads request.json, on a machine of their own, and signs it with an
ed25519, sk-ed25519 or ecdsa-p256 key. The store rebuilds the statement from
its own row and verifies against that; the key must be that of somebody who may
approve, registered before the request was made and still registered when the
approval is used. With --approval-proof signed nothing is approved otherwise;
what was approved before without a signature and was not used is void. To
reject takes no signature: it lets nothing happen. Whoever holds the store's
key can still lower this floor or register a key, with a row in the audit.

The audit's head elsewhere

Whoever holds the key can write a new audit. siesta audit head prints one line
to be kept where they cannot write; siesta audit verify --head SEQ:HASH says
later whether the audit still contains it. With --audit-retention the oldest
rows go, with a row that says which: an anchor older than that can no longer be
compared, and verify says so.
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::format::Format;
    use crate::cli::ui::heard::ui;

    fn help(words: &[&str]) -> Result<String, Error> {
        let (mut ui, stdout, _) = ui(Format::Table);
        run(&mut ui, HelpArgs { words: words.iter().map(|word| (*word).to_owned()).collect() })?;
        Ok(stdout.text())
    }

    #[test]
    fn a_topic_a_command_and_nothing_all_have_a_page() {
        for exit in Exit::ALL {
            assert!(help(&["exit-codes"]).unwrap().contains(exit.when()));
        }
        assert!(help(&["completions"]).unwrap().contains("Usage: siesta completions [OPTIONS] <SHELL>"));
        assert!(help(&[]).unwrap().contains("Topics (siesta help TOPIC):"));
    }

    #[test]
    fn an_unknown_word_is_not_found_and_the_nearest_is_suggested() {
        let error = help(&["exitcodes"]).unwrap_err();
        assert_eq!((error.exit, error.hint.as_deref()), (Exit::NotFound, Some("siesta help exit-codes")));
        assert_eq!(help(&["completions", "bash"]).unwrap_err().exit, Exit::NotFound);
    }

    #[test]
    fn every_variable_that_is_read_is_on_the_page() {
        let source = include_str!("environment.rs");
        let read = source.split('"').filter(|text| text.starts_with("SIESTA_"));
        for variable in read {
            assert!(ENVIRONMENT.contains(variable), "{variable} is not in siesta help environment");
        }
    }

    #[test]
    fn topics_fit_a_terminal() {
        for topic in Topic::ALL.into_iter().filter(|topic| !matches!(topic, Topic::ExitCodes)) {
            for line in topic.text().lines() {
                assert!(line.chars().count() <= 80, "{}: {line}", topic.name());
            }
        }
    }
}
