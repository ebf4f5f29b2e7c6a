//! A machine with a store, and a sign-in that is watched while it runs.
use crate::support::sandbox::{Run, Sandbox};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

/// A sign-in with a real browser takes two seconds on an idle machine; tests share theirs.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Desk {
    pub sandbox: Sandbox,
}

impl Desk {
    pub fn new() -> Desk {
        let sandbox = Sandbox::new();
        sandbox.siesta(&["init", "--org", "Acme"]).succeeds();
        Desk { sandbox }
    }

    #[track_caller]
    pub fn siesta(&self, args: &[&str]) -> Run {
        self.sandbox.siesta(args)
    }

    /// Starts the program and leaves it running, with its streams in hand.
    pub fn start(&self, args: &[&str]) -> Watched {
        self.start_with(args, &[])
    }

    pub fn start_with(&self, args: &[&str], variables: &[(&str, &Path)]) -> Watched {
        self.run(Command::new(env!("CARGO_BIN_EXE_siesta")), args, variables)
    }

    /// The same with a terminal around it, which `script` makes: what is shown there comes on stdout.
    #[cfg(target_os = "linux")]
    pub fn start_on_terminal(&self, script: &Path, args: &[&str], variables: &[(&str, &Path)]) -> Watched {
        let words: Vec<String> = args.iter().map(|word| format!("'{}'", word.replace('\'', "'\\''"))).collect();
        let line = format!("{} {}", env!("CARGO_BIN_EXE_siesta"), words.join(" "));
        self.run(Command::new(script), &["-qefc", &line, "/dev/null"], variables)
    }

    pub fn run(&self, mut command: Command, args: &[&str], variables: &[(&str, &Path)]) -> Watched {
        command.env_clear().envs(self.sandbox.environment()).current_dir(self.sandbox.home()).args(args);
        command.envs(variables.iter().map(|(name, path)| (name, path.as_os_str())));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (stdin, stdout) = (child.stdin.take(), lines(child.stdout.take().unwrap()));
        let stderr = lines(child.stderr.take().unwrap());
        Watched { child, stdin, stdout, stderr, heard: String::new(), said: String::new() }
    }
}

pub struct Watched {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: Receiver<String>,
    stderr: Receiver<String>,
    heard: String,
    said: String,
}

impl Watched {
    /// The first line on stderr from now on that fits.
    pub fn until(&mut self, fits: impl Fn(&str) -> bool) -> String {
        let end = Instant::now() + PATIENCE;
        while let Ok(line) = self.stderr.recv_timeout(end.saturating_duration_since(Instant::now())) {
            self.heard += &format!("{line}\n");
            if fits(&line) {
                return line;
            }
        }
        panic!("it never said that:\n{}", self.heard);
    }

    /// The first line on stdout from now on that fits, without the carriage return of a terminal.
    pub fn until_said(&mut self, fits: impl Fn(&str) -> bool) -> String {
        let end = Instant::now() + PATIENCE;
        while let Ok(line) = self.stdout.recv_timeout(end.saturating_duration_since(Instant::now())) {
            self.said += &format!("{line}\n");
            if fits(line.trim_end()) {
                return line.trim_end().to_owned();
            }
        }
        panic!("it never said that:\n{}\n{}", self.said, self.heard);
    }

    /// The address to sign in at.
    pub fn url(&mut self) -> String {
        self.until(|line| line.starts_with("http"))
    }

    pub fn types(&mut self, line: &str) {
        let mut stdin = self.stdin.take().unwrap();
        writeln!(stdin, "{line}").unwrap();
    }

    /// Exit code, stdout, and all of stderr.
    pub fn end(mut self) -> (i32, String, String) {
        drop(self.stdin.take());
        let end = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if Instant::now() > end {
                self.child.kill().unwrap();
                panic!("it did not end:\n{}", self.heard);
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        self.heard.extend(self.stderr.iter().map(|line| line + "\n"));
        self.said.extend(self.stdout.iter().map(|line| line + "\n"));
        (status.code().unwrap_or(-1), self.said, self.heard)
    }

    #[track_caller]
    pub fn succeeds(self) -> (String, String) {
        let (code, stdout, stderr) = self.end();
        assert_eq!(code, 0, "--- stdout\n{stdout}\n--- stderr\n{stderr}");
        (stdout, stderr)
    }
}

fn lines(pipe: impl Read + Send + 'static) -> Receiver<String> {
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            if send.send(line).is_err() {
                return;
            }
        }
    });
    receive
}
