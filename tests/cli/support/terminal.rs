//! A real terminal: the program has a session of its own in it, keys are typed, and what the screen shows is read.
use super::sandbox::Sandbox;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::termios::{LocalModes, tcgetattr};
use std::ffi::OsString;
use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// Far above anything a command does, far below what makes a person wonder whether the tests hang.
const DEADLINE: Duration = Duration::from_secs(60);

/// Written to the terminal after the program has ended, so that it is known when everything before it was read.
const END: &str = "\u{1b}_end\u{1b}\\";

/// Ctrl-C, as the keyboard sends it.
pub const CTRL_C: &str = "\u{3}";

pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    seen: Arc<(Mutex<Seen>, Condvar)>,
    said: String,
    /// The program's side, kept open: its settings would be gone with the program.
    line: File,
    _master: Box<dyn MasterPty + Send>,
}

struct Seen {
    screen: vt100::Parser,
    bytes: Vec<u8>,
}

/// How a run in a terminal ended, and how it left the terminal.
#[derive(Debug)]
pub struct Left {
    pub code: u32,
    /// What ended it, unless it ended by itself.
    pub signal: Option<String>,
    /// What the screen shows, line by line, without blanks at the ends.
    pub screen: String,
    pub bytes: String,
    /// Lines that were too long for it, whole.
    pub wrapped: Vec<String>,
    pub shows_cursor: bool,
    pub echoes: bool,
    /// Whether what is typed next stands at the beginning of a line.
    pub begins_a_line: bool,
    said: String,
}

impl Left {
    #[track_caller]
    pub fn ends_with(self, code: u32) -> Left {
        assert_eq!(self.code, code, "`{}` left\n{}", self.said, self.screen);
        self
    }

    /// As a person finds it who goes on typing.
    #[track_caller]
    pub fn leaves_the_terminal_in_order(self) -> Left {
        assert!(self.shows_cursor, "`{}` left without a cursor:\n{}", self.said, self.screen);
        assert!(self.echoes, "`{}` left without echo:\n{}", self.said, self.screen);
        assert!(self.begins_a_line, "`{}` left in the middle of a line:\n{}", self.said, self.screen);
        self
    }
}

/// A terminal before a program runs in it.
pub struct Screen<'a> {
    sandbox: &'a Sandbox,
    columns: u16,
    more: Vec<(String, OsString)>,
    /// Whether stderr goes nowhere.
    is_without_words: bool,
}

impl Sandbox {
    /// Starts the program in a terminal of 80 columns.
    pub fn in_terminal(&self, args: &[&str]) -> Terminal {
        self.screen(80).start(args)
    }

    /// A terminal of so many columns.
    pub fn screen(&self, columns: u16) -> Screen<'_> {
        Screen { sandbox: self, columns, more: Vec::new(), is_without_words: false }
    }
}

impl Screen<'_> {
    pub fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.more.push((name.to_owned(), value.into()));
        self
    }

    /// Only data is shown, as under `2>/dev/null`.
    pub fn without_words(mut self) -> Self {
        self.is_without_words = true;
        self
    }

    pub fn start(self, args: &[&str]) -> Terminal {
        // Tall enough that nothing of an answer scrolls away.
        const ROWS: u16 = 500;
        let pair = native_pty_system()
            .openpty(PtySize { rows: ROWS, cols: self.columns, pixel_width: 0, pixel_height: 0 })
            .unwrap();
        let binary = env!("CARGO_BIN_EXE_siesta");
        let mut command = match self.is_without_words {
            false => CommandBuilder::new(binary),
            true => {
                let mut command = CommandBuilder::new("sh");
                command.args(["-c", "exec \"$0\" \"$@\" 2>/dev/null", binary]);
                command
            }
        };
        command.env_clear();
        command.env("TERM", "xterm-256color");
        for (name, value) in self.sandbox.environment() {
            command.env(name, value);
        }
        for (name, value) in self.more {
            command.env(name, value);
        }
        command.cwd(self.sandbox.home());
        command.args(args);
        let name = pair.master.tty_name().unwrap();
        let line = File::options().read(true).write(true).custom_flags(libc::O_NOCTTY).open(name).unwrap();
        let child = pair.slave.spawn_command(command).unwrap();
        let screen = vt100_of(ROWS, self.columns);
        let seen = Arc::new((Mutex::new(Seen { screen, bytes: Vec::new() }), Condvar::new()));
        let (mut reader, reading) = (pair.master.try_clone_reader().unwrap(), Arc::clone(&seen));
        std::thread::spawn(move || {
            let mut piece = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut piece) {
                let (seen, news) = &*reading;
                let mut seen = seen.lock().unwrap();
                seen.screen.process(&piece[..count]);
                seen.bytes.extend_from_slice(&piece[..count]);
                news.notify_all();
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Terminal { child, keys, seen, said: format!("siesta {}", args.join(" ")), line, _master: pair.master }
    }
}

fn vt100_of(rows: u16, columns: u16) -> vt100::Parser {
    let size = |number: u16| number.try_into().unwrap();
    vt100::Parser::new(size(rows), size(columns), 0)
}

impl Terminal {
    /// Waits until the screen shows this text.
    #[track_caller]
    pub fn shows(&mut self, text: &str) -> &mut Terminal {
        if !self.until(|seen| seen.screen.screen().contents().contains(text)) {
            self.give_up(&format!("did not show {text:?}"));
        }
        self
    }

    /// Waits until something is so that the screen does not show, such as the echo being off.
    #[track_caller]
    pub fn becomes(&mut self, what: &str, is_so: impl Fn(&Terminal) -> bool) -> &mut Terminal {
        let begun = std::time::Instant::now();
        while !is_so(self) {
            if begun.elapsed() > DEADLINE {
                self.give_up(&format!("did not become {what}"));
            }
            std::thread::yield_now();
        }
        self
    }

    /// Types once the program listens key by key, as every question does. What is typed between a question's words and its
    /// listening is echoed by the terminal itself, and then the question stands on another line than the program believes.
    #[track_caller]
    pub fn answers(&mut self, keys: &str) -> &mut Terminal {
        self.becomes("without echo", |terminal| !terminal.echoes());
        self.types(keys)
    }

    /// Types whether the program listens or not.
    pub fn types(&mut self, keys: &str) -> &mut Terminal {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
        self
    }

    /// SIGTERM, as `kill` sends it.
    pub fn is_told_to_end(&mut self) -> &mut Terminal {
        let process = rustix::process::Pid::from_raw(self.child.process_id().unwrap().cast_signed()).unwrap();
        rustix::process::kill_process(process, rustix::process::Signal::TERM).unwrap();
        self
    }

    pub fn screen(&self) -> String {
        self.seen.0.lock().unwrap().screen.screen().contents()
    }

    /// Whether what is typed now would be seen.
    pub fn echoes(&self) -> bool {
        tcgetattr(&self.line).unwrap().local_modes.contains(LocalModes::ECHO)
    }

    /// Waits for the end of the program.
    #[track_caller]
    pub fn finish(mut self) -> Left {
        let mut killer = self.child.clone_killer();
        let (done, is_done) = std::sync::mpsc::channel::<()>();
        let watch = std::thread::spawn(move || {
            if is_done.recv_timeout(DEADLINE) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                let _ = killer.kill();
            }
        });
        let status = self.child.wait().unwrap();
        drop(done);
        watch.join().unwrap();
        let echoes = self.echoes();
        self.line.write_all(END.as_bytes()).unwrap();
        if !self.until(|seen| String::from_utf8_lossy(&seen.bytes).ends_with(END)) {
            self.give_up("was not read to its end");
        }
        let seen = self.seen.0.lock().unwrap();
        let bytes = String::from_utf8_lossy(&seen.bytes).trim_end_matches(END).to_owned();
        let screen = seen.screen.screen();
        let wrapped = wrapped(screen);
        Left {
            code: status.exit_code(),
            signal: status.signal().map(str::to_owned),
            screen: screen.contents(),
            bytes,
            wrapped,
            shows_cursor: !screen.hide_cursor(),
            echoes,
            begins_a_line: screen.cursor_position().1 == 0,
            said: self.said.clone(),
        }
    }

    fn until(&self, come: impl Fn(&Seen) -> bool) -> bool {
        let (seen, news) = &*self.seen;
        let (_seen, waited) = news.wait_timeout_while(seen.lock().unwrap(), DEADLINE, |seen| !come(seen)).unwrap();
        !waited.timed_out()
    }

    #[track_caller]
    fn give_up(&mut self, why: &str) -> ! {
        let _ = self.child.kill();
        panic!("`{}` {why}; the screen shows\n{}", self.said, self.screen());
    }
}

/// The lines that the terminal had to break, put together again.
fn wrapped(screen: &vt100::Screen) -> Vec<String> {
    let rows: Vec<String> = screen.rows(0, screen.size().1.get()).collect();
    let goes_on = |row: usize| screen.row_wrapped(u16::try_from(row).unwrap());
    let begins = (0..rows.len()).filter(|row| goes_on(*row) && (*row == 0 || !goes_on(row - 1)));
    begins
        .map(|begin| {
            let end = (begin..rows.len()).find(|row| !goes_on(*row)).unwrap();
            rows[begin..=end].concat()
        })
        .collect()
}
