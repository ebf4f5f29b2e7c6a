//! A machine of its own for one test: an empty home, private XDG directories, no inherited environment, nobody to ask.
#![allow(dead_code, reason = "what one file of tests does not use another does")]

use serde_json::Value;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Far above anything a command does, far below what makes a person wonder whether the tests hang.
const DEADLINE: Duration = Duration::from_secs(60);

pub struct Sandbox {
    home: tempfile::TempDir,
    environment: BTreeMap<OsString, OsString>,
}

impl Sandbox {
    pub fn new() -> Sandbox {
        let home = tempfile::Builder::new().prefix("siesta-test-").tempdir().unwrap();
        let mut sandbox = Sandbox { home, environment: BTreeMap::new() };
        for (variable, directory) in [
            ("HOME", ""),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_DATA_HOME", "data"),
            ("XDG_STATE_HOME", "state"),
            ("XDG_CACHE_HOME", "cache"),
            ("XDG_RUNTIME_DIR", "run"),
            ("TMPDIR", "tmp"),
        ] {
            let directory = sandbox.path(directory);
            std::fs::create_dir_all(&directory).unwrap();
            sandbox.set(variable, &directory);
        }
        sandbox.set("PATH", "/usr/local/bin:/usr/bin:/bin");
        sandbox.set("LOGNAME", "mara");
        sandbox.set("LANG", "C.UTF-8");
        sandbox
    }

    /// A path in the home.
    pub fn path(&self, rest: &str) -> PathBuf {
        if rest.is_empty() { self.home.path().to_owned() } else { self.home.path().join(rest) }
    }

    pub fn environment(&self) -> &BTreeMap<OsString, OsString> {
        &self.environment
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Sets a variable for every later run.
    pub fn set(&mut self, variable: &str, value: impl Into<OsString>) {
        self.environment.insert(variable.into(), value.into());
    }

    pub fn unset(&mut self, variable: &str) {
        self.environment.remove(&OsString::from(variable));
    }

    /// Writes a file below the home, with its directories.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Runs the program with nothing on stdin.
    pub fn siesta(&self, args: &[&str]) -> Run {
        self.line(args).run()
    }

    /// A run that needs more than arguments.
    pub fn line(&self, args: &[&str]) -> Line {
        let mut command = Command::new(env!("CARGO_BIN_EXE_siesta"));
        command.env_clear().envs(&self.environment).current_dir(self.home()).args(args);
        Line { command, stdin: None, deadline: DEADLINE, said: format!("siesta {}", args.join(" ")) }
    }
}

pub struct Line {
    command: Command,
    stdin: Option<Vec<u8>>,
    deadline: Duration,
    said: String,
}

impl Line {
    pub fn env(mut self, variable: &str, value: impl Into<OsString>) -> Line {
        self.command.env(variable, value.into());
        self
    }

    pub fn without_env(mut self, variable: &str) -> Line {
        self.command.env_remove(variable);
        self
    }

    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Line {
        self.stdin = Some(bytes.into());
        self
    }

    pub fn deadline(mut self, deadline: Duration) -> Line {
        self.deadline = deadline;
        self
    }

    pub fn run(self) -> Run {
        let (said, deadline) = (self.said.clone(), self.deadline);
        self.start().finish(&said, deadline)
    }

    /// Starts the program and leaves it running: for races, kills and sign-ins.
    pub fn start(mut self) -> Running {
        let stdin = if self.stdin.is_some() { Stdio::piped() } else { Stdio::null() };
        self.command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().unwrap();
        if let (Some(bytes), Some(mut pipe)) = (self.stdin, child.stdin.take()) {
            // On a thread, because a child that writes before it reads would wait for us for ever; and a child that
            // ends without reading is its own decision.
            thread::spawn(move || pipe.write_all(&bytes));
        }
        let stdout = drained(child.stdout.take().unwrap());
        let stderr = drained(child.stderr.take().unwrap());
        Running { child, stdout, stderr }
    }
}

pub struct Running {
    pub child: Child,
    stdout: thread::JoinHandle<Vec<u8>>,
    stderr: thread::JoinHandle<Vec<u8>>,
}

impl Running {
    /// Waits for the end, and kills the child when it takes longer than it may.
    pub fn finish(mut self, said: &str, deadline: Duration) -> Run {
        let started = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if started.elapsed() > deadline {
                self.child.kill().unwrap();
                self.child.wait().unwrap();
                panic!("`{said}` did not end within {deadline:?}");
            }
            thread::sleep(Duration::from_millis(2));
        };
        let stdout = self.stdout.join().unwrap();
        let stderr = String::from_utf8(self.stderr.join().unwrap()).unwrap();
        Run { said: said.to_owned(), stdout_bytes: stdout, stderr, code: status.code() }
    }
}

fn drained(mut pipe: impl Read + Send + 'static) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).unwrap();
        bytes
    })
}

/// How a run ended. `code` is `None` when a signal ended it.
#[derive(Debug)]
pub struct Run {
    said: String,
    pub stdout_bytes: Vec<u8>,
    pub stderr: String,
    pub code: Option<i32>,
}

impl Run {
    pub fn stdout(&self) -> String {
        String::from_utf8(self.stdout_bytes.clone()).expect("stdout is text")
    }

    #[track_caller]
    pub fn ends_with(self, code: i32) -> Run {
        assert_eq!(
            self.code,
            Some(code),
            "`{}`\n--- stdout\n{}\n--- stderr\n{}",
            self.said,
            String::from_utf8_lossy(&self.stdout_bytes),
            self.stderr
        );
        self
    }

    #[track_caller]
    pub fn succeeds(self) -> Run {
        self.ends_with(0)
    }

    /// The one document on stdout.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.stdout_bytes)
            .unwrap_or_else(|error| panic!("`{}` printed no JSON document: {error}\n{}", self.said, self.stderr))
    }

    /// The documents on stdout, one per line.
    #[track_caller]
    pub fn json_lines(&self) -> Vec<Value> {
        self.stdout().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The inside of the error document on stderr; stdout must be empty.
    #[track_caller]
    pub fn json_error(&self) -> Value {
        assert_eq!(self.stdout(), "", "`{}` failed and printed data", self.said);
        let document: Value = serde_json::from_str(&self.stderr)
            .unwrap_or_else(|error| panic!("`{}` printed no error document: {error}\n{}", self.said, self.stderr));
        document["error"].clone()
    }
}
