//! The binary: arguments in, one exit code out.
use std::process::ExitCode;

fn main() -> ExitCode {
    siesta::cli::main()
}
