//! What the process was born with: variables, directories, the login name.
//!
//! What must stay true: the environment is read in this file only. What settings are made from is read once, into an
//! [`Environment`]; what `siesta import` looks for is read when it is asked for, because a key must not lie in memory for
//! commands that have no use for it. A reader elsewhere would not be seen by the tests, which put an [`Environment`]
//! together by hand, nor by `siesta help environment`, which a test compares with the names in this file.
use super::browser::{self, Opener};
use super::withheld;
use crate::model::people::Account;
use etcetera::BaseStrategy;
use std::ffi::OsString;
use std::path::PathBuf;

/// What the process was born with. Filled once; tests fill their own.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    pub store: Option<OsString>,
    pub identity_file: Option<OsString>,
    pub actor: Option<String>,
    pub output: Option<String>,
    pub store_fingerprint: Option<String>,
    /// How much is told: off, info, debug or trace.
    pub log: Option<String>,
    pub log_file: Option<PathBuf>,
    pub no_color: bool,
    pub clicolor_force: bool,
    pub is_dumb_terminal: bool,
    pub login_name: Option<String>,
    /// Whose command sudo runs here; none: sudo runs none.
    pub sudo: Option<SudoAccount>,
    pub home: Option<PathBuf>,
    pub config_dir: Option<PathBuf>,
    pub data_dir: Option<PathBuf>,
    pub cache_dir: Option<PathBuf>,
    /// Whether names are kept for completion: on or off.
    pub completion_index: Option<String>,
    /// Where systemd has put this unit's credentials.
    pub credentials_dir: Option<PathBuf>,
    /// Where a private directory may be made for the time of a sign-in.
    pub scratch: PathBuf,
    /// Whether a browser could show itself to whoever typed the command.
    pub has_display: bool,
    /// Whether the command was typed over ssh: a browser here would open on another desk.
    pub is_remote: bool,
    /// How the person's browser is started.
    pub opener: Opener,
    /// The variable that names the authorities which are trusted, where there is one.
    pub trusted_certificates: Option<&'static str>,
    /// Variables that no child gets.
    pub withheld: Vec<OsString>,
    /// For the canary: the opening of a secret that ends in a panic. No build for people knows it.
    #[cfg(debug_assertions)]
    pub panic_at_secret: Option<u64>,
    /// For the provider laboratory: how many seconds ahead this process believes to be. No build for people knows it.
    #[cfg(debug_assertions)]
    pub clock_ahead: Option<i64>,
}

impl Environment {
    pub fn of_this_process() -> Environment {
        let given = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let text = |name: &str| given(name).map(|value| value.to_string_lossy().into_owned());
        let names = || std::env::vars_os().map(|(name, value)| (name, value.to_string_lossy().into_owned()));
        let own_name = |(name, _): (OsString, String)| name;
        let has_browser = text("BROWSER").is_some_and(|browser| browser::is_graphical(&browser));
        // Fails only where even the user database knows no home; the settings that need a directory then say so.
        let directories = etcetera::choose_base_strategy().ok();
        Environment {
            store: given("SIESTA_STORE"),
            identity_file: given("SIESTA_IDENTITY_FILE"),
            actor: text("SIESTA_ACTOR"),
            output: text("SIESTA_OUTPUT"),
            store_fingerprint: text("SIESTA_STORE_FINGERPRINT"),
            log: text("SIESTA_LOG"),
            log_file: given("SIESTA_LOG_FILE").map(PathBuf::from),
            no_color: given("NO_COLOR").is_some(),
            clicolor_force: given("CLICOLOR_FORCE").is_some_and(|value| value != "0"),
            is_dumb_terminal: given("TERM").is_some_and(|value| value == "dumb"),
            sudo: given("SUDO_UID")
                .map(|uid| SudoAccount { uid: uid.to_string_lossy().into_owned(), user: text("SUDO_USER") }),
            login_name: text("LOGNAME").or_else(|| text("USER")).or_else(|| text("USERNAME")).or_else(name_of_the_uid),
            home: directories.as_ref().map(|directories| directories.home_dir().to_owned()),
            config_dir: directories.as_ref().map(|directories| directories.config_dir()),
            data_dir: directories.as_ref().map(|directories| directories.data_dir()),
            cache_dir: directories.as_ref().map(|directories| directories.cache_dir()),
            completion_index: text("SIESTA_COMPLETION_INDEX"),
            credentials_dir: given("CREDENTIALS_DIRECTORY").map(PathBuf::from),
            scratch: given("XDG_RUNTIME_DIR")
                .map(PathBuf::from)
                .filter(|dir| dir.is_dir())
                .or_else(|| given("TMPDIR").map(PathBuf::from))
                .unwrap_or_else(|| PathBuf::from("/tmp")),
            has_display: cfg!(target_os = "macos")
                || ["DISPLAY", "WAYLAND_DISPLAY"].into_iter().any(|name| given(name).is_some())
                || has_browser,
            is_remote: given("SSH_CONNECTION").is_some() && !has_browser,
            opener: Opener {
                browser: text("BROWSER"),
                path: given("PATH"),
                withheld: names().filter(|(name, value)| withheld::from_browser(name, value)).map(own_name).collect(),
            },
            trusted_certificates: ["SSL_CERT_FILE", "SSL_CERT_DIR"].into_iter().find(|name| given(name).is_some()),
            #[cfg(debug_assertions)]
            panic_at_secret: text("PANIC_AT_SECRET").and_then(|number| number.parse().ok()),
            #[cfg(debug_assertions)]
            clock_ahead: text("CLOCK_AHEAD_SECONDS").and_then(|number| number.parse().ok()),
            withheld: names().filter(|(name, _)| withheld::from_every_child(name)).map(own_name).collect(),
        }
    }
}

/// The account that called sudo, as sudo has said it. sudo sets both variables itself, over whatever its caller had set;
/// whoever starts the program without sudo can set them too, but holds the key anyway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SudoAccount {
    /// `SUDO_UID`, not yet looked at.
    pub uid: String,
    /// `SUDO_USER`, for accounts that only a directory service knows.
    pub user: Option<String>,
}

impl SudoAccount {
    /// The account; none: what is there is no number of an account.
    pub fn account(&self) -> Option<Account> {
        let uid: u32 = self.uid.parse().ok()?;
        let name = name_of(uid).or_else(|| self.user.clone()).unwrap_or_else(|| uid.to_string());
        Some(Account { uid, name })
    }
}

/// A variable in which somebody keeps a key, read at the moment it is imported; never kept with the settings.
pub(super) fn secret_variable(name: &str) -> Option<String> {
    std::env::var_os(name).filter(|value| !value.is_empty())?.into_string().ok()
}

/// Where another program keeps its files: what its own variable says, or a place below the configuration.
fn other_config(variable: &str, name: &str) -> Option<PathBuf> {
    let given = std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
    given.or_else(|| etcetera::choose_base_strategy().ok().map(|directories| directories.config_dir().join(name)))
}

/// Where GitHub CLI keeps its tokens.
pub(super) fn github_cli_file() -> Option<PathBuf> {
    other_config("GH_CONFIG_DIR", "gh").map(|directory| directory.join("hosts.yml"))
}

/// Where Google's tools keep the application-default credentials.
pub(super) fn google_file() -> Option<PathBuf> {
    let given = std::env::var_os("GOOGLE_APPLICATION_CREDENTIALS").filter(|value| !value.is_empty()).map(PathBuf::from);
    given.or_else(|| {
        // Below the home's .config, whatever XDG says: so Google's tools do it.
        let usual = etcetera::home_dir().ok().map(|home| home.join(".config").join("gcloud"));
        let directory = std::env::var_os("CLOUDSDK_CONFIG").filter(|value| !value.is_empty()).map(PathBuf::from);
        directory.or(usual).map(|directory| directory.join("application_default_credentials.json"))
    })
}

/// Under `env -i` and in some containers nothing says who we are but the user database.
#[cfg(unix)]
fn name_of_the_uid() -> Option<String> {
    name_of(rustix::process::getuid().as_raw())
}

/// What the machine's list of accounts calls one.
#[cfg(unix)]
fn name_of(uid: u32) -> Option<String> {
    let uid = uid.to_string();
    let accounts = std::fs::read_to_string("/etc/passwd").ok()?;
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == uid).then(|| name.to_owned())
    })
}

#[cfg(not(unix))]
fn name_of_the_uid() -> Option<String> {
    None
}

#[cfg(not(unix))]
fn name_of(_uid: u32) -> Option<String> {
    None
}
