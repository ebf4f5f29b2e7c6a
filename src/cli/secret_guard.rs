//! No secret on the command line: the whole line is looked at before anything of it is used, stored or shown.
//!
//! What must stay true: an argument that looks like a credential ends the command with exit 2, and no word we print
//! repeats it. Arguments are readable by every process of the machine (`ps`), are kept in the shell's history and end
//! up in CI logs; a tool that accepts one once teaches people to do it always. Shapes are checked with a minimum
//! length, so that a label such as `sk-team` stays a label.
use super::error::Error;
pub(super) use crate::model::secret_shape::{holds_a_secret, may_be_shown};
use std::ffi::OsString;

/// Flags that other tools have and that this one never will.
const FLAGS: [&str; 11] = [
    "--secret",
    "--token",
    "--access-token",
    "--refresh-token",
    "--password",
    "--passphrase",
    "--api-key",
    "--apikey",
    "--key-value",
    "--client-secret",
    "--private-key",
];

/// Refuses the line when a part of it is a secret, or a flag that would take one.
pub(super) fn check(args: &[OsString]) -> Result<(), Error> {
    let mut is_ours = true;
    for (place, arg) in args.iter().enumerate().skip(1) {
        let text = arg.to_string_lossy();
        // After `--` stands the command line of `exec`'s child, whose flags are its own business; a secret in it is not.
        is_ours &= text != "--";
        let flag = text.split_once('=').map_or(&*text, |(flag, _)| flag);
        if is_ours && let Some(known) = FLAGS.iter().find(|known| **known == flag) {
            return Err(refused(format!("{known} does not exist: a secret never travels on the command line"), known)
                .with("argument", place));
        }
        if holds_a_secret(&text) {
            let flag = if flag.starts_with("--client") { "--client-secret" } else { "--secret" };
            return Err(refused(format!("argument {place} looks like a secret, so the line was refused"), flag)
                .with("argument", place));
        }
    }
    Ok(())
}

fn refused(message: String, flag: &str) -> Error {
    let name = if flag == "--client-secret" { "client-secret" } else { "secret" };
    Error::usage(message)
        .code("secret-in-arguments")
        .cause("every process of this machine can read arguments, and the shell's history keeps them")
        .hint(format!(
            "use --{name}-stdin, --{name}-file FILE or --{name}-fd N; if it was a real secret, replace it at its service"
        ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::exit::Exit;
    use crate::model::secret_shape::SHAPES;

    /// Made at run time, so that no scanner takes this file for a leak.
    fn key(prefix: &str, length: usize) -> String {
        let tail = "a1B2c3D4e5F6g7H8".chars().cycle().take(length);
        prefix.chars().chain(tail).collect()
    }

    fn line(args: &[&str]) -> Result<(), Error> {
        let args: Vec<OsString> = ["siesta"].iter().chain(args).map(OsString::from).collect();
        check(&args)
    }

    #[test]
    fn real_shapes_are_refused_wherever_they_stand_and_never_repeated() {
        let hex = format!("sk-or-v1-{}", "0123456789abcdef".repeat(4));
        let telegram = format!("123456789:{}", key("AA", 33));
        let web_token = format!("{}.{}.{}", key("eyJ", 20), key("eyJ", 40), key("", 43));
        let mut secrets: Vec<String> = SHAPES.iter().map(|(prefix, least)| key(prefix, *least)).collect();
        secrets.extend([key("sk-ant-api03-", 90), key("sk-proj-", 40), hex, telegram, web_token]);
        secrets.push("-----BEGIN OPENSSH PRIVATE KEY-----\nabc".to_owned());
        for secret in &secrets {
            for arg in [
                secret.clone(),
                format!("--set={secret}"),
                format!("--set=key={secret}"),
                format!("OPENAI_API_KEY={secret}"),
                format!("Authorization: Bearer {secret}"),
                format!("{{\"key\":\"{secret}\"}}"),
            ] {
                let error = line(&["add", "openai", &arg]).expect_err(&arg);
                assert_eq!(error.exit, Exit::Usage);
                assert_eq!(error.code, "secret-in-arguments");
                let said = format!("{error} {}", error.to_json());
                assert!(!said.contains(secret.as_str()) && said.contains("--secret-stdin"), "{said}");
            }
        }
    }

    #[test]
    fn a_telegram_token_in_a_url_is_seen() {
        let url = format!("https://api.telegram.org/bot123456789:{}/getMe", key("AA", 33));
        assert!(line(&["request", "telegram", "GET", &url]).is_err());
    }

    #[test]
    fn a_flag_that_would_take_a_secret_is_refused_with_the_flags_that_do() {
        for args in [["add", "--secret=x"], ["add", "--token"], ["add", "--api-key=hunter2"]] {
            let error = line(&args).unwrap_err();
            assert_eq!(error.exit, Exit::Usage);
            assert!(!error.to_string().contains("hunter2"));
        }
        let error = line(&["add", "--client-secret", "hunter2"]).unwrap_err();
        assert!(error.hint.as_deref().unwrap().contains("--client-secret-stdin"));
    }

    #[test]
    fn plain_words_pass() {
        for word in [
            "sk-team",
            "sk-marketing-team-europe-2026",
            "sk-ant-colony",
            "gho_st",
            "AIza",
            "secret_santa",
            "hf_models",
            "pat-na1-sales",
            "12345678:short",
            "age1qyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqs3290gq",
            "0199f0a5-6a7b-7c3d-8e4f-0123456789ab",
            "https://www.googleapis.com/auth/gmail.readonly",
            "mon-fri 09:00-17:00 Europe/Prague",
            "--secret-stdin",
            "--client-secret-file=/run/secrets/x",
            "--token-url",
            "--tokens",
        ] {
            line(&["add", word]).unwrap_or_else(|error| panic!("{word}: {error}"));
        }
    }

    #[test]
    fn the_flags_of_a_child_are_its_own_but_a_secret_in_them_is_still_one() {
        line(&["exec", "--", "mysql", "--password"]).unwrap();
        assert!(line(&["exec", "--", "curl", "-H", &format!("x: {}", key("ghp_", 36))]).is_err());
    }

    #[test]
    fn what_is_long_and_random_is_not_repeated_in_errors() {
        assert!(may_be_shown("google-gmail"));
        assert!(may_be_shown("/home/mara/some/long/path/file.txt"));
        assert!(!may_be_shown(&key("", 24)));
        assert!(!may_be_shown("--flag=0123456789abcdef0123456789abcdef"));
    }
}
