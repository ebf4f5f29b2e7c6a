//! `siesta manifest …`
mod new;
mod show;
mod validate;

use super::error::Error;
use super::exit::Exit;
use super::ui::Ui;
use super::unread::unread;
use crate::cli::schema::{self, Document};
use crate::model::manifest::{Fault, Mode};
use clap::{Args, Subcommand};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Read;
use std::path::Path;

/// What its commands print under `-o json`.
pub(super) const DOCUMENTS: &[Document] = &[
    schema::of::<new::NewView>("manifest new"),
    schema::of::<validate::ValidateView>("manifest validate"),
    schema::of::<show::ShowView>("manifest show"),
];

/// Manage integration manifests: the file that tells a coding agent how to build on Siesta AI
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta manifest new --mode external-api --use-case 'Answer support mail'\n  \
                        siesta manifest validate siesta-agent-manifest.json\n  siesta manifest show"
)]
pub(super) struct ManifestArgs {
    #[command(subcommand)]
    command: ManifestCommand,
}

#[derive(Debug, Subcommand)]
enum ManifestCommand {
    // Boxed: its flags are several times those of the others.
    New(Box<new::NewArgs>),
    Validate(validate::ValidateArgs),
    Show(show::ShowArgs),
}

/// No store is opened: a manifest is about another system.
pub(super) fn run(ui: &mut Ui, args: ManifestArgs) -> Result<Exit, Error> {
    match args.command {
        ManifestCommand::New(args) => new::run(ui, *args),
        ManifestCommand::Validate(args) => validate::run(ui, &args),
        ManifestCommand::Show(args) => show::run(ui, &args),
    }
}

/// Something wrong with a manifest.
#[derive(JsonSchema, Serialize)]
struct FaultView {
    /// Where, as a JSON pointer (RFC 6901).
    pointer: String,
    message: String,
}

impl FaultView {
    fn of(fault: &Fault) -> FaultView {
        FaultView { pointer: fault.pointer.clone(), message: fault.message.clone() }
    }
}

fn parse_mode(text: &str) -> Result<Mode, String> {
    Mode::parse(text).ok_or_else(|| "external-api, realtime-api or web-plugin".to_owned())
}

/// A manifest is some ten kilobytes; a hundred times that is another file.
const LARGEST: u64 = 1 << 20;

fn read(path: &Path) -> Result<String, Error> {
    let mut bytes = Vec::new();
    let done = match path == Path::new("-") {
        true => std::io::stdin().lock().take(LARGEST + 1).read_to_end(&mut bytes),
        false => std::fs::File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes)),
    };
    let refused = |cause: &str| Error::new(Exit::Failure, format!("{} cannot be read", path.display())).cause(cause);
    match done {
        Ok(count) if count as u64 > LARGEST => Err(refused("it is larger than 1 MiB, so it is no manifest")),
        Ok(_) => String::from_utf8(bytes).map_err(|_| refused("it is not text")),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(unread(path.display(), &error).hint("siesta manifest new"))
        }
        Err(error) => Err(unread(path.display(), &error)),
    }
}
