//! A machine of its own for one test: an empty home, private XDG directories, no inherited environment, nobody to ask.
#![allow(dead_code, reason = "what one file of tests does not use another does")]

use serde_json::Value;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

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
    #[track_caller]
    pub fn siesta(&self, args: &[&str]) -> Run {
        self.line(args).run()
    }

    /// Runs the program with this on stdin.
    #[track_caller]
    pub fn siesta_with(&self, args: &[&str], stdin: &str) -> Run {
        self.line(args).stdin(stdin).run()
    }

    /// A run that needs more than arguments.
    pub fn line(&self, args: &[&str]) -> Line {
        Line { said: format!("siesta {}", args.join(" ")), ..self.other(Path::new(env!("CARGO_BIN_EXE_siesta")), args) }
    }

    /// A run of another program on this machine.
    pub fn other(&self, program: &Path, args: &[&str]) -> Line {
        let mut command = Command::new(program);
        command.env_clear().envs(&self.environment).current_dir(self.home()).args(args);
        let said = program.display().to_string();
        Line { command, stdin: None, deadline: DEADLINE, closes_stdout: false, stdin_from: None, said }
    }
}

/// The program as run by somebody whom permissions bind: tests run as root would otherwise find every door open.
pub struct Somebody<'a> {
    sandbox: &'a Sandbox,
    /// What makes one somebody else, and the program.
    before: Vec<OsString>,
}

impl Sandbox {
    /// Gives the home to somebody without privileges where we have them; `None`, with a word, where that cannot be done.
    pub fn as_somebody(&self) -> Option<Somebody<'_>> {
        let binary = env!("CARGO_BIN_EXE_siesta");
        if !rustix::process::getuid().is_root() {
            return Some(Somebody { sandbox: self, before: vec![binary.into()] });
        }
        let setpriv = super::peer::peer("setpriv")?;
        // The tree may be below a home that only root may enter.
        let copy = self.path("siesta-copy");
        std::fs::copy(binary, &copy).unwrap();
        let mut waiting = vec![self.path("")];
        while let Some(path) = waiting.pop() {
            std::os::unix::fs::lchown(&path, Some(NOBODY), Some(NOBODY)).unwrap();
            if path.symlink_metadata().unwrap().is_dir() {
                waiting.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            }
        }
        let user = [format!("--reuid={NOBODY}"), format!("--regid={NOBODY}"), "--clear-groups".to_owned()];
        let before = [setpriv.into()].into_iter().chain(user.map(OsString::from)).chain([copy.into()]).collect();
        Some(Somebody { sandbox: self, before })
    }
}

/// The account that owns nothing.
const NOBODY: u32 = 65534;

impl Somebody<'_> {
    fn command(&self, before: &[&str], args: &[&str]) -> Command {
        let words: Vec<OsString> = before
            .iter()
            .map(OsString::from)
            .chain(self.before.iter().cloned())
            .chain(args.iter().map(OsString::from))
            .collect();
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).env_clear().envs(&self.sandbox.environment).current_dir(self.sandbox.home());
        command
    }

    #[track_caller]
    pub fn siesta(&self, args: &[&str]) -> Run {
        let said = format!("siesta {}", args.join(" "));
        let command = self.command(&[], args);
        Line { command, stdin: None, deadline: DEADLINE, closes_stdout: false, stdin_from: None, said }.run()
    }

    /// Through a shell that ends with `exec "$@"`, for descriptors.
    pub fn through_shell(&self, script: &str, args: &[&str]) -> std::process::Output {
        self.command(&["bash", "--norc", "-c", script, "bash"], args).output().unwrap()
    }
}

pub struct Line {
    command: Command,
    stdin: Option<Vec<u8>>,
    deadline: Duration,
    closes_stdout: bool,
    stdin_from: Option<std::io::PipeReader>,
    said: String,
}

impl Line {
    pub fn arg(mut self, arg: &str) -> Line {
        self.command.arg(arg);
        self.said = format!("{} {arg}", self.said);
        self
    }

    /// Stdin from a pipe that the test writes into while the program runs.
    pub fn stdin_from(mut self, reader: std::io::PipeReader) -> Line {
        self.stdin_from = Some(reader);
        self
    }

    /// As under `| head -c0`: whoever was to read has gone before the first word.
    pub fn with_closed_stdout(mut self) -> Line {
        self.closes_stdout = true;
        self
    }

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

    #[track_caller]
    pub fn run(self) -> Run {
        self.start().finish()
    }

    /// Starts the program and leaves it running: for races, kills and sign-ins.
    pub fn start(mut self) -> Running {
        let stdin = if self.stdin.is_some() { Stdio::piped() } else { Stdio::null() };
        self.command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped());
        if let Some(reader) = self.stdin_from.take() {
            self.command.stdin(reader);
        }
        if self.closes_stdout {
            let (reader, writer) = std::io::pipe().unwrap();
            drop(reader);
            self.command.stdout(writer);
        }
        let mut child = self.command.spawn().unwrap();
        if let (Some(bytes), Some(mut pipe)) = (self.stdin, child.stdin.take()) {
            // On a thread, because a child that writes before it reads would wait for us for ever; and a child that
            // ends without reading is its own decision.
            thread::spawn(move || pipe.write_all(&bytes));
        }
        let stdout = child.stdout.take().map_or_else(|| Heard::from(std::io::empty()), Heard::from);
        // A writer that is kept here would be one more that could still write.
        drop(self.command);
        let stderr = Heard::from(child.stderr.take().unwrap());
        Running { child, said: self.said, deadline: self.deadline, stdout, stderr }
    }
}

pub struct Running {
    pub child: Child,
    said: String,
    deadline: Duration,
    stdout: Heard,
    stderr: Heard,
}

impl Running {
    /// Waits for a line on stderr, and kills a child that takes longer for it than it may.
    #[track_caller]
    pub fn line_on_stderr(&mut self, is_it: impl Fn(&str) -> bool) -> Option<String> {
        let line = self.stderr.line(self.deadline, is_it);
        line.unwrap_or_else(|()| self.give_up())
    }

    /// Waits for a line on stdout.
    #[track_caller]
    pub fn line_on_stdout(&mut self, is_it: impl Fn(&str) -> bool) -> Option<String> {
        let line = self.stdout.line(self.deadline, is_it);
        line.unwrap_or_else(|()| self.give_up())
    }

    /// Waits for the end, and kills the child when it takes longer than it may.
    #[track_caller]
    pub fn finish(mut self) -> Run {
        let (Ok(stdout), Ok(stderr)) = (self.stdout.all(self.deadline), self.stderr.all(self.deadline)) else {
            self.give_up()
        };
        // Both streams are closed, so the child has ended or is about to.
        let status = self.child.wait().unwrap();
        let stderr = String::from_utf8(stderr).unwrap();
        Run { said: self.said, stdout_bytes: stdout, stderr, code: status.code() }
    }

    #[track_caller]
    fn give_up(&mut self) -> ! {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let stderr = self.stderr.all(self.deadline).unwrap_or_default();
        panic!("`{}` did not go on within {:?}\n{}", self.said, self.deadline, String::from_utf8_lossy(&stderr));
    }
}

/// What came out of a pipe so far, and whether it has ended.
#[derive(Clone)]
struct Heard(Arc<(Mutex<Piped>, Condvar)>);

#[derive(Default)]
struct Piped {
    bytes: Vec<u8>,
    has_ended: bool,
}

impl Heard {
    fn from(mut pipe: impl Read + Send + 'static) -> Heard {
        let heard = Heard(Arc::default());
        let writer = heard.clone();
        thread::spawn(move || {
            let mut piece = [0; 4096];
            loop {
                let count = pipe.read(&mut piece).unwrap_or(0);
                let (state, news) = &*writer.0;
                let mut state = state.lock().unwrap();
                state.bytes.extend_from_slice(&piece[..count]);
                state.has_ended = count == 0;
                news.notify_all();
                if count == 0 {
                    return;
                }
            }
        });
        heard
    }

    /// The first whole line of this kind, or `None` when the pipe ended without one.
    fn line(&self, deadline: Duration, is_it: impl Fn(&str) -> bool) -> Result<Option<String>, ()> {
        let found = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes).into_owned();
            let whole = &text[..text.rfind('\n').map_or(0, |end| end + 1)];
            whole.lines().find(|line| is_it(line)).map(str::to_owned)
        };
        self.until(deadline, |state| state.has_ended || found(&state.bytes).is_some()).map(|bytes| found(&bytes))
    }

    fn all(&self, deadline: Duration) -> Result<Vec<u8>, ()> {
        self.until(deadline, |state| state.has_ended)
    }

    fn until(&self, deadline: Duration, come: impl Fn(&Piped) -> bool) -> Result<Vec<u8>, ()> {
        let (state, news) = &*self.0;
        let (state, waited) = news.wait_timeout_while(state.lock().unwrap(), deadline, |state| !come(state)).unwrap();
        if waited.timed_out() { Err(()) } else { Ok(state.bytes.clone()) }
    }
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
