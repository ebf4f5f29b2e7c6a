//! What the process promises the machine it runs on: no memory image on disk, a terminal left as it was found, and a
//! bug that says so without saying more.
//!
//! What must stay true: [`keep_memory_private`] and [`keep_descriptors_private`] run before anything reads a secret; Ctrl-C at a prompt without echo
//! gives the echo back; a panic's own words are never printed, because they may quote the value that caused it.
use super::error::Error;
use super::exit::Exit;
#[cfg(unix)]
use signal_hook::consts::SIGTERM;
use std::io::IsTerminal;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};

/// No core dump, and no debugger of the same user: both would hold every secret that was open.
pub(super) fn keep_memory_private() {
    // A kernel or sandbox that refuses leaves us as private as it allows; there is nothing better to do.
    #[cfg(unix)]
    let _ = rustix::process::setrlimit(
        rustix::process::Resource::Core,
        rustix::process::Rlimit { current: Some(0), maximum: Some(0) },
    );
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

/// No descriptor that whoever started us left open goes on to a child: it may be the one that delivers a key.
///
/// Those that we open are closed at `exec` already. The three standard ones are each child's own matter.
pub(super) fn keep_descriptors_private() {
    /// Behind stdin, stdout and stderr.
    const FIRST: i32 = 3;
    close_fds::set_fds_cloexec(FIRST, &[]);
}

/// Set by the signal itself: a question that it interrupts raises SIGINT, whose handler must know which came first.
static TERMINATED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);
static INTERRUPTED: AtomicBool = AtomicBool::new(false);
static STOPS_BY_ITSELF: AtomicBool = AtomicBool::new(false);

/// Set when the main thread has taken back what it began and only the end is left.
static HAS_STOPPED: AtomicBool = AtomicBool::new(false);

/// Long enough to take back what was begun; where the main thread stands in a request, as long as a person waits gladly.
const GRACE: Duration = Duration::from_secs(2);

/// How often is looked whether the main thread has stopped.
const LOOK: Duration = Duration::from_millis(5);

/// From here on Ctrl-C leaves room to take back what was begun, until this is dropped.
pub(super) struct StopsByItself(());

impl StopsByItself {
    pub(super) fn begin() -> StopsByItself {
        STOPS_BY_ITSELF.store(true, Ordering::SeqCst);
        StopsByItself(())
    }
}

impl Drop for StopsByItself {
    fn drop(&mut self) {
        // Once the key was pressed the main thread ends the process, in its own time.
        if !INTERRUPTED.load(Ordering::SeqCst) {
            STOPS_BY_ITSELF.store(false, Ordering::SeqCst);
        }
    }
}

/// The end of a command that Ctrl-C has ended: the handler puts the terminal in order and ends the process, and must not
/// be cut short by an end of ours.
pub(super) fn leave_the_end_to_the_handler() {
    HAS_STOPPED.store(true, Ordering::SeqCst);
    std::thread::sleep(GRACE);
}

/// A question is a few writes to the terminal.
const A_QUESTION_IS_DRAWN: Duration = Duration::from_millis(50);

/// Does what watches a flag for Ctrl-C, so that it can take back what it began; `None` when Ctrl-C was pressed.
pub(super) fn interruptible<T, E>(work: impl FnOnce(&AtomicBool) -> Result<T, E>) -> Option<Result<T, E>> {
    let stops = StopsByItself::begin();
    let came_of_it = work(&INTERRUPTED);
    drop(stops);
    // What was finished all the same is said as finished.
    (came_of_it.is_ok() || !INTERRUPTED.load(Ordering::SeqCst)).then_some(came_of_it)
}

/// Ctrl-C ends with 130 and leaves the terminal as it was: the cursor shown, the echo on; SIGTERM does the same and ends as
/// SIGTERM.
///
/// The store needs no warning: a change that was not committed never happened.
///
/// `is_dumb`: the terminal knows no cursor that could be shown.
pub(super) fn end_cleanly_on_interrupt(is_dumb: bool) {
    #[cfg(unix)]
    let terminal = rustix::termios::tcgetattr(std::io::stdin()).ok();
    let leave = Arc::new(move || {
        INTERRUPTED.store(true, Ordering::SeqCst);
        let asked = Instant::now();
        while STOPS_BY_ITSELF.load(Ordering::SeqCst) && !HAS_STOPPED.load(Ordering::SeqCst) && asked.elapsed() < GRACE {
            std::thread::sleep(LOOK);
        }
        super::progress::wipe();
        let tidy = || {
            #[cfg(unix)]
            if let Some(terminal) = &terminal {
                let now = rustix::termios::OptionalActions::Now;
                let _ = rustix::termios::tcsetattr(std::io::stdin(), now, terminal);
            }
            if std::io::stderr().is_terminal() && !is_dumb {
                let _ = dialoguer::console::Term::stderr().show_cursor();
            }
        };
        tidy();
        // A question that was being drawn when the key came takes the echo away after us; then it waits for a key, and
        // takes nothing any more.
        std::thread::sleep(A_QUESTION_IS_DRAWN);
        tidy();
        if std::io::stderr().is_terminal() {
            // The shell's prompt begins on a line of its own, not behind our question.
            let _ = dialoguer::console::Term::stderr().write_line("");
        }
    });
    #[cfg(unix)]
    end_cleanly_on_termination({
        let leave = Arc::clone(&leave);
        move || leave()
    });
    // Without a handler Ctrl-C still ends the process, only less tidily.
    let _ = ctrlc::set_handler(move || {
        leave();
        end_as_terminated();
        // The main thread may stand in a read that never returns, so the end has to come from here. What destructors
        // would wipe goes with the process, which leaves no core.
        #[expect(clippy::exit, reason = "the one place below main, see above")]
        std::process::exit(i32::from(Exit::Interrupted.code()));
    });
}

/// SIGTERM, as `kill`, `timeout` and systemd send it, leaves what Ctrl-C leaves; whoever waits for us still sees that the
/// signal ended us.
#[cfg(unix)]
fn end_cleanly_on_termination(leave: impl Fn() + Send + 'static) {
    use std::io::Read;
    use std::os::unix::net::UnixStream;
    let Ok((mut woken, waker)) = UnixStream::pair() else { return };
    // Without a handler SIGTERM still ends the process, only less tidily.
    let registered = signal_hook::flag::register(SIGTERM, Arc::clone(&TERMINATED))
        .and_then(|_| signal_hook::low_level::pipe::register(SIGTERM, waker));
    if registered.is_err() {
        return;
    }
    std::thread::spawn(move || {
        if woken.read_exact(&mut [0]).is_ok() {
            leave();
            end_as_terminated();
        }
    });
}

/// A command that SIGTERM made take back what it began ends by the signal too, not with the code of Ctrl-C.
pub(super) fn end_as_terminated() {
    #[cfg(unix)]
    if TERMINATED.load(Ordering::SeqCst) {
        let _ = signal_hook::low_level::emulate_default_handler(SIGTERM);
    }
}

static PANICKED_AT: Mutex<Option<String>> = Mutex::new(None);

/// A panic anywhere in the process is noted by its place, never by its words.
pub(super) fn note_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|at| format!("{}:{}", at.file(), at.line()));
        if let Ok(mut panicked_at) = PANICKED_AT.lock() {
            *panicked_at = place;
        }
    }));
}

/// Runs a command; a bug in it becomes exit 70.
pub(super) fn catching_bugs<T>(run: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        let place = PANICKED_AT.lock().ok().and_then(|mut place| place.take());
        let version = env!("CARGO_PKG_VERSION");
        Err(Error::new(Exit::Internal, "siesta has a bug and stopped; nothing half done was kept")
            .cause(format!("version {version} at {}", place.unwrap_or_else(|| "an unknown place".to_owned())))
            .hint("report it with these lines and the command, without its arguments' values, in the project's issues"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bug_is_exit_70_and_its_words_stay_inside() {
        let error = catching_bugs::<()>(|| panic!("token canary-1234")).unwrap_err();
        assert_eq!(error.exit, Exit::Internal);
        assert!(!format!("{error} {}", error.to_json()).contains("canary"));
    }
}
