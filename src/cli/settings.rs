//! Typed first, meant second: the global flags, the environment and `config.toml` become one [`Settings`], once.
//!
//! What must stay true: flag beats environment beats config file beats default, and every value remembers which of
//! them won, because "why does it use that store?" is the first question of every support request. No default shows up
//! in the help, where it would print a path of the machine that made the man pages.
use super::account;
use super::browser::Opener;
use super::colour::ColorChoice;
use super::config_file::{Config, from_config, line_of, refused};
use super::environment::Environment;
use super::error::Error;
use super::exit::Exit;
use super::format::Format;
use super::log::Level;
use super::network::NetworkSettings;
use crate::model::people::{Account, Claim};
use crate::ops::completion::IndexPlace;
use clap::{ArgAction, Args};
use std::ffi::OsString;
use std::fmt;
use std::path::{Component, Path, PathBuf};

/// The flags every command takes.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Global options")]
pub struct GlobalArgs {
    /// Use the store in this directory, or the one of this name in config.toml
    #[arg(long, global = true, value_name = "DIR|NAME")]
    pub store: Option<PathBuf>,

    /// Read the key of the store from this age identity file
    #[arg(long, global = true, value_name = "FILE")]
    pub identity_file: Option<PathBuf>,

    /// Read the passphrase of the key file from this file
    #[arg(long, global = true, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,

    /// Refuse the store unless it has this fingerprint
    #[arg(long, global = true, value_name = "FINGERPRINT")]
    pub expect_fingerprint: Option<String>,

    /// Act as this user, or as agent:NAME
    #[arg(long, global = true, value_name = "NAME")]
    pub actor: Option<String>,

    /// Print data in this format
    // Without a long form: `--output` is what `usage record` calls a number of tokens.
    #[arg(id = "format", short = 'o', global = true, value_name = "FORMAT", value_enum, hide_possible_values = false)]
    pub output: Option<Format>,

    /// Print data as JSON, as -o json does
    #[arg(long, global = true, conflicts_with = "format")]
    pub json: bool,

    /// Leave out words about success
    #[arg(short, long, global = true)]
    pub quiet: bool,

    /// Never ask: a missing answer ends the command with exit code 2
    #[arg(long, global = true)]
    pub no_input: bool,

    /// Answer yes to every "are you sure?"
    #[arg(short, long, global = true)]
    pub yes: bool,

    /// Use colour: on a terminal, always or never
    #[arg(long, global = true, value_name = "WHEN", value_enum)]
    pub color: Option<ColorChoice>,

    /// Say more on stderr: what was opened; -vv each request, -vvv where it went
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    Flag(&'static str),
    Variable(&'static str),
    ConfigFile(PathBuf),
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Flag(name) => write!(f, "flag {name}"),
            Source::Variable(name) => write!(f, "environment {name}"),
            Source::ConfigFile(path) => write!(f, "config file {}", path.display()),
            Source::Default => write!(f, "default"),
        }
    }
}

/// A value and the place it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting<T> {
    pub value: T,
    pub source: Source,
}

impl<T> Setting<T> {
    fn new(value: T, source: Source) -> Self {
        Setting { value, source }
    }
}

/// What the command line means.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The directory of the store.
    pub store: Setting<PathBuf>,
    /// The name it was asked for by, when it was asked for by one of the names of config.toml.
    pub store_name: Option<String>,
    pub identity_file: Option<Setting<PathBuf>>,
    pub expect_fingerprint: Option<Setting<String>>,
    pub actor: Setting<String>,
    /// The account that says who acts, under sudo; the actor is then whoever is bound to it.
    pub account: Option<Account>,
    /// Where somebody was named who is not the actor, because the account says who is.
    pub overruled: Option<Source>,
    /// The first argument that names a file, where an account says who acts.
    pub names_file: Option<String>,
    pub format: Setting<Format>,
    pub color: ColorChoice,
    pub quiet: bool,
    pub no_input: bool,
    pub yes: bool,
    /// How often -v was typed: what a command shows more of in its answer.
    pub verbosity: u8,
    /// How much is told.
    pub log: Setting<Level>,
    /// Where it is told; none: on stderr.
    pub log_file: Option<Setting<PathBuf>>,
    /// How the providers are reached.
    pub network: NetworkSettings,
    /// Whether the store's names are kept beside it, for a shell to complete.
    pub completion_index: Setting<bool>,
    /// Where what can be made again is kept.
    pub cache_dir: Option<PathBuf>,
    /// Where config.toml is, or would be.
    pub config_file: Option<PathBuf>,
    /// Where the passphrase of the key file is read from, when it is not asked for.
    pub passphrase_file: Option<PathBuf>,
    /// Where systemd has put this unit's credentials.
    pub credentials_dir: Option<PathBuf>,
    /// Where a private directory may be made for the time of a sign-in.
    pub scratch: PathBuf,
    /// Whether a browser that is opened would be seen by whoever typed the command.
    pub browser_would_be_seen: bool,
    /// Whether there is a screen, or a program named that shows a page.
    pub has_display: bool,
    /// Whether the command was typed over ssh.
    pub is_remote: bool,
    /// How the person's browser is started.
    pub opener: Opener,
    /// What is run when a person is asked: a program and its arguments; empty: nothing.
    pub notify: Vec<String>,
    /// Variables that no child gets.
    pub withheld: Vec<OsString>,
    /// Variables that no program gets which we start for ourselves. Under sudo PATH is one of them: whoever called sudo
    /// may have set it, and a name is then looked for where the machine keeps its programs.
    pub withheld_from_helpers: Vec<OsString>,
}

impl Settings {
    pub fn resolve(args: &GlobalArgs, environment: &Environment) -> Result<Settings, Error> {
        let account = account::of(environment)?;
        if account.is_some() {
            // Before a line of a file is believed that somebody else may have written.
            account::must_keep_to_own_places(environment)?;
        }
        let directory = environment.config_dir.as_ref().map(|dir| dir.join("siesta"));
        let config_file = directory.map(|dir| dir.join("config.toml"));
        let config = match &config_file {
            Some(path) => Config::read(path)?,
            None => Config::default(),
        };
        let network = network(&config, config_file.as_deref(), environment)?;
        let (store, store_name) = store(args, environment, &config, config_file.as_deref())?;
        let flag = Source::Flag;
        let variable = Source::Variable;
        if account.is_some() {
            account::must_keep_to_the_store(args, environment, store_name.is_some())?;
        }
        Ok(Settings {
            store,
            store_name,
            identity_file: first([
                args.identity_file.clone().map(|path| Setting::new(path, flag("--identity-file"))),
                environment
                    .identity_file
                    .clone()
                    .map(|path| Setting::new(PathBuf::from(path), variable("SIESTA_IDENTITY_FILE"))),
            ]),
            expect_fingerprint: first([
                args.expect_fingerprint.clone().map(|text| Setting::new(text, flag("--expect-fingerprint"))),
                environment
                    .store_fingerprint
                    .clone()
                    .map(|text| Setting::new(text, variable("SIESTA_STORE_FINGERPRINT"))),
            ]),
            overruled: account.as_ref().and_then(|_| match (&args.actor, &environment.actor) {
                (Some(_), _) => Some(flag("--actor")),
                (None, Some(_)) => Some(variable("SIESTA_ACTOR")),
                (None, None) => None,
            }),
            account: account.clone(),
            names_file: None,
            actor: first([
                account.map(|account| Setting::new(account.name, variable("SUDO_UID"))),
                args.actor.clone().map(|name| Setting::new(name, flag("--actor"))),
                environment.actor.clone().map(|name| Setting::new(name, variable("SIESTA_ACTOR"))),
                environment.login_name.clone().map(|name| Setting::new(name, Source::Default)),
            ])
            .ok_or_else(|| Error::usage("nothing says who you are").hint("siesta --actor NAME …"))?,
            format: format(args, environment, &config, config_file.as_deref())?,
            color: args.color.unwrap_or_default(),
            quiet: args.quiet,
            no_input: args.no_input,
            yes: args.yes,
            verbosity: args.verbose,
            log: log(args, environment, &config, config_file.as_deref())?,
            log_file: log_file(environment, &config, config_file.as_deref()),
            network,
            completion_index: completion_index(environment, &config, config_file.as_deref())?,
            cache_dir: cache_dir(environment),
            config_file,
            passphrase_file: args.passphrase_file.clone(),
            credentials_dir: environment.credentials_dir.clone(),
            scratch: environment.scratch.clone(),
            browser_would_be_seen: environment.has_display && !environment.is_remote,
            has_display: environment.has_display,
            is_remote: environment.is_remote,
            opener: environment.opener.clone(),
            withheld: environment.withheld.clone(),
            withheld_from_helpers: environment
                .withheld
                .iter()
                .cloned()
                .chain(environment.sudo.iter().map(|_| OsString::from("PATH")))
                .collect(),
            notify: config.notify.clone(),
        })
    }
}

/// What a shell's completion needs to know of the settings.
pub struct Whereto {
    pub store: PathBuf,
    pub cache_dir: PathBuf,
    pub completion_index: bool,
    /// The names that config.toml gives to stores.
    pub stores: Vec<String>,
}

impl Whereto {
    /// As [`Settings::resolve`] would have it; none where that refuses.
    pub fn resolve(store_flag: Option<PathBuf>, environment: &Environment) -> Option<Whereto> {
        let config_file = environment.config_dir.as_ref().map(|dir| dir.join("siesta").join("config.toml"));
        let config = config_file.as_deref().map(Config::read).transpose().ok()?.unwrap_or_default();
        let args = GlobalArgs { store: store_flag, ..GlobalArgs::default() };
        Some(Whereto {
            store: store(&args, environment, &config, config_file.as_deref()).ok()?.0.value,
            cache_dir: cache_dir(environment)?,
            completion_index: completion_index(environment, &config, config_file.as_deref()).ok()?.value,
            stores: config.stores.keys().cloned().collect(),
        })
    }
}

impl Settings {
    /// What says who acts.
    pub fn claim(&self) -> Claim {
        match &self.account {
            Some(account) => Claim::Account(account.clone()),
            None => Claim::from(self.actor.value.as_str()),
        }
    }

    /// The flags that named this store, to be typed again with the next command: empty, or they begin with a space.
    pub fn flags_of_the_store(&self) -> String {
        let typed = |path: &Path| super::advice::quoted(&path.to_string_lossy());
        let mut flags = String::new();
        if self.store.source == Source::Flag("--store") {
            let store = self.store_name.as_deref().map_or_else(|| typed(&self.store.value), super::advice::quoted);
            flags.push_str(&format!(" --store {store}"));
        }
        if let Some(file) = self.identity_file.as_ref().filter(|file| matches!(file.source, Source::Flag(_))) {
            flags.push_str(&format!(" --identity-file {}", typed(&file.value)));
        }
        flags
    }

    /// Where the names of stores are kept; none where no directory for them is known.
    pub fn index_place(&self) -> Option<IndexPlace> {
        self.cache_dir.as_deref().map(|dir| index_place(dir, self.completion_index.value))
    }
}

pub fn index_place(cache_dir: &Path, wanted: bool) -> IndexPlace {
    IndexPlace { dir: cache_dir.join("names"), wanted }
}

fn cache_dir(environment: &Environment) -> Option<PathBuf> {
    environment.cache_dir.as_ref().map(|dir| dir.join("siesta"))
}

fn completion_index(
    environment: &Environment,
    config: &Config,
    config_file: Option<&Path>,
) -> Result<Setting<bool>, Error> {
    const VARIABLE: &str = "SIESTA_COMPLETION_INDEX";
    match environment.completion_index.as_deref() {
        Some("on" | "true" | "1") => return Ok(Setting::new(true, Source::Variable(VARIABLE))),
        Some("off" | "false" | "0") => return Ok(Setting::new(false, Source::Variable(VARIABLE))),
        // Whoever misspells "off" wants it off, and would not notice.
        Some(_) => return Err(Error::usage(format!("{VARIABLE} is on or off")).hint(format!("{VARIABLE}=off"))),
        None => {}
    }
    let in_config = config.completion_index.zip(config_file);
    Ok(match in_config {
        Some((wanted, path)) => Setting::new(wanted, Source::ConfigFile(path.to_owned())),
        None => Setting::new(true, Source::Default),
    })
}

fn log(
    args: &GlobalArgs,
    environment: &Environment,
    config: &Config,
    config_file: Option<&Path>,
) -> Result<Setting<Level>, Error> {
    if args.verbose > 0 {
        return Ok(Setting::new(Level::of_flags(args.verbose), Source::Flag("-v")));
    }
    let in_config = config.log.clone().zip(config_file);
    let named = first([
        environment.log.clone().map(|word| (word, Source::Variable("SIESTA_LOG"))),
        in_config.map(|(word, path)| (word, Source::ConfigFile(path.to_owned()))),
    ]);
    let Some((word, source)) = named else {
        // A file without a level is there to be written to.
        let level = match log_file(environment, config, config_file) {
            Some(_) => Level::Info,
            None => Level::Off,
        };
        return Ok(Setting::new(level, Source::Default));
    };
    match Level::named(&word) {
        Some(level) => Ok(Setting::new(level, source)),
        None => Err(Error::usage(format!("\"{word}\" is no level of logging"))
            .cause(format!("it was set by {source}"))
            .hint(format!("use one of: {}", Level::ALL.map(Level::word).join(", ")))),
    }
}

fn log_file(environment: &Environment, config: &Config, config_file: Option<&Path>) -> Option<Setting<PathBuf>> {
    let in_config = config.log_file.as_deref().zip(config_file);
    first([
        environment.log_file.clone().map(|path| Setting::new(path, Source::Variable("SIESTA_LOG_FILE"))),
        in_config.map(|(path, file)| {
            Setting::new(from_config(path, config_file, environment), Source::ConfigFile(file.to_owned()))
        }),
    ])
}

fn first<T, const N: usize>(candidates: [Option<T>; N]) -> Option<T> {
    candidates.into_iter().flatten().next()
}

fn network(config: &Config, config_file: Option<&Path>, environment: &Environment) -> Result<NetworkSettings, Error> {
    let Some(path) = config_file else { return Ok(NetworkSettings::default()) };
    let proxy = config.proxy.as_ref().map(|spanned| spanned.get_ref().as_str());
    let ca_file = config.ca_file.as_ref().map(|spanned| from_config(spanned.get_ref(), config_file, environment));
    NetworkSettings::read(proxy, ca_file, &Source::ConfigFile(path.to_owned()), |key, why| {
        let of_proxy = config.proxy.as_ref().map(|spanned| spanned.span().start).filter(|_| key == "proxy");
        let start = of_proxy.or(config.ca_file.as_ref().map(|spanned| spanned.span().start)).unwrap_or(0);
        refused(path, format!("line {}: {key} {why}", line_of(&config.text, start)))
    })
}

fn store(
    args: &GlobalArgs,
    environment: &Environment,
    config: &Config,
    config_file: Option<&Path>,
) -> Result<(Setting<PathBuf>, Option<String>), Error> {
    let asked = first([
        args.store.clone().map(|store| (store, Source::Flag("--store"))),
        environment.store.clone().map(|store| (PathBuf::from(store), Source::Variable("SIESTA_STORE"))),
        config.store.clone().map(|store| (store, Source::ConfigFile(config_file.unwrap_or(Path::new("")).to_owned()))),
    ]);
    let data_dir = || {
        environment.data_dir.clone().ok_or_else(|| {
            Error::usage("no home directory is known, so there is no place for a store").hint("siesta --store DIR …")
        })
    };
    let Some((asked, source)) = asked else {
        return Ok((Setting::new(data_dir()?.join("siesta").join("default"), Source::Default), None));
    };
    let comes_from_config = matches!(source, Source::ConfigFile(_));
    if let Some(name) = bare_name(&asked) {
        if let Some(directory) = config.stores.get(name) {
            let directory = from_config(directory, config_file, environment);
            return Ok((Setting::new(directory, source), Some(name.to_owned())));
        }
        // A word that is no known name is not taken for a directory: a typo would make a second, empty store.
        let known: Vec<&str> = config.stores.keys().map(String::as_str).collect();
        let nearest = super::nearest(name, known.iter().copied());
        return Err(Error::new(Exit::NotFound, format!("no store is named \"{name}\""))
            .code("unknown-store")
            .cause(format!("{source} asks for it, and [stores] in config.toml has no such name"))
            .hint(match nearest {
                Some(nearest) => format!("--store {nearest}"),
                None => format!("--store ./{name}        (for a directory of that name)"),
            }));
    }
    let directory = if comes_from_config { from_config(&asked, config_file, environment) } else { asked };
    Ok((Setting::new(directory, source), None))
}

/// The name, when the text is one word and not a path.
fn bare_name(asked: &Path) -> Option<&str> {
    let text = asked.to_str()?;
    let mut components = asked.components();
    let is_word = matches!((components.next(), components.next()), (Some(Component::Normal(_)), None));
    (is_word && !text.contains(['/', std::path::MAIN_SEPARATOR]) && !text.starts_with('~')).then_some(text)
}

fn format(
    args: &GlobalArgs,
    environment: &Environment,
    config: &Config,
    config_file: Option<&Path>,
) -> Result<Setting<Format>, Error> {
    if args.json {
        return Ok(Setting::new(Format::Json, Source::Flag("--json")));
    }
    if let Some(format) = args.output {
        return Ok(Setting::new(format, Source::Flag("-o")));
    }
    let in_config = config.output.clone().zip(config_file);
    let named = first([
        environment.output.clone().map(|name| (name, Source::Variable("SIESTA_OUTPUT"))),
        in_config.map(|(name, path)| (name, Source::ConfigFile(path.to_owned()))),
    ]);
    match named {
        None => Ok(Setting::new(Format::default(), Source::Default)),
        Some((name, source)) => match Format::named(&name) {
            Some(format) => Ok(Setting::new(format, source)),
            None => Err(Error::usage(format!("\"{name}\" is no output format"))
                .cause(format!("it was set by {source}"))
                .hint(format!("use one of: {}", Format::names().join(", ")))),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Home {
        directory: tempfile::TempDir,
    }

    impl Home {
        fn with_config(text: &str) -> Home {
            let directory = tempfile::tempdir().unwrap();
            std::fs::create_dir_all(directory.path().join("config/siesta")).unwrap();
            std::fs::write(directory.path().join("config/siesta/config.toml"), text).unwrap();
            Home { directory }
        }

        fn path(&self, rest: &str) -> PathBuf {
            self.directory.path().join(rest)
        }

        fn environment(&self) -> Environment {
            Environment {
                login_name: Some("mara".to_owned()),
                home: Some(self.path("")),
                config_dir: Some(self.path("config")),
                data_dir: Some(self.path("data")),
                ..Environment::default()
            }
        }
    }

    #[test]
    fn what_is_no_configuration_file_is_refused_and_not_waited_for() {
        let home = Home::with_config(&"#".repeat(1024 * 1024 + 1));
        let path = home.path("config/siesta/config.toml");
        let error = Settings::resolve(&GlobalArgs::default(), &home.environment()).unwrap_err();
        assert_eq!(error.code, "config");
        std::fs::remove_file(&path).unwrap();
        let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
        rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, mode, 0).unwrap();
        let error = Settings::resolve(&GlobalArgs::default(), &home.environment()).unwrap_err();
        assert_eq!(error.code, "config");
        assert!(Whereto::resolve(None, &home.environment()).is_none());
    }

    #[test]
    fn flag_beats_environment_beats_config_beats_default() {
        let home = Home::with_config("output = \"csv\"\nstore = \"~/from-config\"\n");
        let mut args = GlobalArgs::default();
        let mut environment = home.environment();

        let settings = Settings::resolve(&args, &environment).unwrap();
        let config = Source::ConfigFile(home.path("config/siesta/config.toml"));
        assert_eq!(settings.store, Setting::new(home.path("from-config"), config.clone()));
        assert_eq!(settings.format, Setting::new(Format::Csv, config));
        assert_eq!(settings.actor, Setting::new("mara".to_owned(), Source::Default));

        environment.store = Some("/srv/env".into());
        environment.output = Some("jsonl".to_owned());
        environment.actor = Some("agent:bot".to_owned());
        let settings = Settings::resolve(&args, &environment).unwrap();
        assert_eq!(settings.store, Setting::new("/srv/env".into(), Source::Variable("SIESTA_STORE")));
        assert_eq!(settings.format, Setting::new(Format::Jsonl, Source::Variable("SIESTA_OUTPUT")));
        assert_eq!(settings.actor.value, "agent:bot");

        args.store = Some("./flag".into());
        args.json = true;
        let settings = Settings::resolve(&args, &environment).unwrap();
        assert_eq!(settings.store, Setting::new("./flag".into(), Source::Flag("--store")));
        assert_eq!(settings.format, Setting::new(Format::Json, Source::Flag("--json")));
    }

    #[test]
    fn with_nothing_given_the_store_is_in_the_data_directory() {
        let home = Home { directory: tempfile::tempdir().unwrap() };
        let settings = Settings::resolve(&GlobalArgs::default(), &home.environment()).unwrap();
        assert_eq!(settings.store, Setting::new(home.path("data/siesta/default"), Source::Default));
    }

    #[test]
    fn a_store_is_found_by_its_name_and_a_typo_is_never_taken_for_a_directory() {
        let home = Home::with_config("[stores]\nprod = \"/srv/prod\"\nlab = \"lab-store\"\n");
        let by_name = |name: &str| {
            let args = GlobalArgs { store: Some(name.into()), ..GlobalArgs::default() };
            Settings::resolve(&args, &home.environment())
        };
        assert_eq!(by_name("prod").unwrap().store.value, Path::new("/srv/prod"));
        assert_eq!(by_name("prod").unwrap().store_name.as_deref(), Some("prod"));
        assert_eq!(by_name("lab").unwrap().store.value, home.path("config/siesta/lab-store"));
        assert_eq!(by_name("./prod").unwrap().store.value, Path::new("./prod"));
        let error = by_name("prodd").unwrap_err();
        assert_eq!((error.exit, error.hint.as_deref()), (Exit::NotFound, Some("--store prod")));
    }

    #[test]
    fn a_config_file_that_is_not_understood_names_the_line() {
        let home = Home::with_config("output = \"table\"\nstor = \"x\"\n");
        let error = Settings::resolve(&GlobalArgs::default(), &home.environment()).unwrap_err();
        assert_eq!(error.exit, Exit::Usage);
        assert!(error.cause.as_deref().unwrap().starts_with("line 2: unknown field `stor`"));

        let home = Home::with_config("output = \"xml\"\n");
        let error = Settings::resolve(&GlobalArgs::default(), &home.environment()).unwrap_err();
        assert_eq!(error.message, "\"xml\" is no output format");
    }
}
