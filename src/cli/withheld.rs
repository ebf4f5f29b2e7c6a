//! Which variables a child does not get.
//!
//! What must stay true: a list takes away, nothing is started from an empty environment: a password manager needs HOME,
//! the session bus and its own settings, a browser needs the display. What is about this program, or hands it something
//! (a credential, a socket of the service manager), goes to no child. What holds a credential does not go to the browser,
//! which has no use for one and is full of other people's code; the command that prints the key keeps those, because
//! they are what it opens its vault with.
use super::secret_guard::holds_a_secret;
use std::ffi::OsStr;

/// Handed to this process alone, by systemd.
const HANDED_OVER: [&str; 8] = [
    "CREDENTIALS_DIRECTORY",
    "NOTIFY_SOCKET",
    "LISTEN_FDS",
    "LISTEN_FDNAMES",
    "LISTEN_PID",
    "LISTEN_PIDFDID",
    "WATCHDOG_PID",
    "WATCHDOG_USEC",
];

/// What stands in the name of a variable that holds a credential, or says where one is.
const CREDENTIAL_WORDS: [&str; 11] = [
    "TOKEN",
    "SECRET",
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "CREDENTIAL",
    "API_KEY",
    "APIKEY",
    "ACCESS_KEY",
    "PRIVATE_KEY",
    "CONNECTION_STRING",
];

/// What no child gets.
pub(super) fn from_every_child(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name.starts_with("SIESTA_") || HANDED_OVER.contains(&&*name)
}

/// What the browser does not get: also whatever is called, or looks like, a credential.
pub(super) fn from_browser(name: &OsStr, value: &str) -> bool {
    let upper = name.to_string_lossy().to_uppercase();
    from_every_child(name) || CREDENTIAL_WORDS.iter().any(|word| upper.contains(word)) || holds_a_secret(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ours_goes_to_no_child_and_a_credential_not_to_the_browser() {
        for name in ["SIESTA_STORE", "SIESTA_IDENTITY_FILE", "CREDENTIALS_DIRECTORY", "NOTIFY_SOCKET"] {
            assert!(from_every_child(name.as_ref()) && from_browser(name.as_ref(), ""), "{name}");
        }
        let key = format!("ghp_{}", "a1B2".repeat(9));
        for (name, value) in [
            ("OPENAI_API_KEY", "x"),
            ("github_token", "x"),
            ("PGPASSWORD", "x"),
            ("GOOGLE_APPLICATION_CREDENTIALS", "/x"),
            ("MY_SETTING", &key),
        ] {
            assert!(from_browser(name.as_ref(), value), "{name}");
            assert!(!from_every_child(name.as_ref()), "{name} may be what the command opens its vault with");
        }
        for name in ["HOME", "PATH", "DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "XAUTHORITY", "SSH_AUTH_SOCK", "LANG"] {
            assert!(!from_browser(name.as_ref(), "plain"), "{name}");
        }
    }
}
