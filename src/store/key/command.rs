//! A command that prints the identity: a password manager, a cloud's secret store.
//!
//! What must stay true: it gets no descriptor of ours (those that were inherited are marked when the process starts), no
//! input, and none of the variables that are about this program or that hand it something. It keeps the rest, its own
//! credentials among them: `VAULT_TOKEN` or `OP_SERVICE_ACCOUNT_TOKEN` is what it opens its vault with.
use std::ffi::OsString;
use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use zeroize::Zeroizing;

/// A person may have to answer a password manager; nobody thinks longer than this.
const DEADLINE: Duration = Duration::from_secs(60);

/// An identity file has a few lines; whatever is longer is not one.
const LARGEST: u64 = 64 * 1024;

/// What the command prints. It gets no input of ours; its own messages go where ours go.
pub(super) fn output(line: &str, withheld: &[OsString]) -> Result<Zeroizing<Vec<u8>>, String> {
    let words = shell_words::split(line).map_err(|_| "its quotes do not match".to_owned())?;
    let (program, arguments) = words.split_first().ok_or_else(|| "it is empty".to_owned())?;
    let mut command = Command::new(program);
    for name in withheld {
        command.env_remove(name);
    }
    let mut child = command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .map_err(|error| format!("it cannot be started ({})", error.kind()))?;
    let stdout = child.stdout.take().ok_or_else(|| "it has no output".to_owned())?;
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Zeroizing::new(Vec::with_capacity(4096));
        let read = stdout.take(LARGEST).read_to_end(&mut bytes).map(|_| bytes);
        let _ = send.send(read);
    });
    let read = receive.recv_timeout(DEADLINE);
    if read.is_err() {
        let _ = child.kill();
        let _ = child.wait();
        return Err(format!("it did not answer within {} s", DEADLINE.as_secs()));
    }
    let status = child.wait().map_err(|error| error.kind().to_string())?;
    match (status.success(), read) {
        (true, Ok(Ok(bytes))) => Ok(bytes),
        (true, _) => Err("its output could not be read".to_owned()),
        (false, _) => Err(match status.code() {
            Some(code) => format!("it ended with exit code {code}"),
            None => "it was ended by a signal".to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_run_without_a_shell() {
        assert_eq!(*output("printf '%s' 'a $(b) ; c'", &[]).unwrap(), b"a $(b) ; c");
    }

    #[test]
    fn a_command_that_fails_says_how() {
        assert_eq!(output("false", &[]).unwrap_err(), "it ended with exit code 1");
        assert!(output("no-such-program-anywhere", &[]).unwrap_err().starts_with("it cannot be started"));
        assert_eq!(output("printf 'x", &[]).unwrap_err(), "its quotes do not match");
        assert_eq!(output("", &[]).unwrap_err(), "it is empty");
    }
}
