//! `siesta executions request`
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::new_file::NewFile;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::signature::NAMESPACE;
use crate::ops::signing;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Write what is to be signed, to approve a request away from the store
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta executions request 019ab1c2-5f3e\n  \
                        siesta executions request 019ab1c2-5f3e --out approval.json",
    after_long_help = "To sign it: ssh-keygen -Y sign -f ~/.ssh/id_ed25519 -n siesta-approval approval.json; then \
                       siesta executions approve … --signature approval.json.sig.\n\nThe statement is JSON in one canonical form (RFC 8785) and says everything the approval covers: read \
                       it before you sign it. It is signed byte for byte, and verified against the store's own row: an \
                       edited file approves nothing."
)]
pub(super) struct RequestArgs {
    /// The execution's id, or as much of its beginning as tells it apart
    #[arg(value_name = "EXECUTION")]
    id: String,
    /// Write to a new file instead of standard output
    #[arg(long, value_name = "FILE|-")]
    out: Option<PathBuf>,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RequestView {
    execution_id: String,
    /// What `ssh-keygen -Y sign -n` is given.
    namespace: &'static str,
    /// The bytes to be signed, without a line break at their end.
    statement: String,
    /// Where they were written; null: only here.
    path: Option<String>,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: RequestArgs) -> Result<Exit, Error> {
    let siesta = unlock::open(ui, settings, "executions request")?;
    let statement = signing::request(&siesta, &args.id)?;
    let again = "siesta executions request EXECUTION --out ANOTHER-FILE";
    let path = match args.out.as_deref().filter(|path| *path != Path::new("-")) {
        Some(path) => {
            let mut file = NewFile::make(path, again)?;
            file.write(statement.text.as_bytes())?;
            Some(file.finish()?)
        }
        None => None,
    };
    match &path {
        None if !ui.is_json() => {
            ui.bytes(statement.text.as_bytes())?;
            if ui.stdout_is_terminal() {
                // Signed without it, and never read from a screen; what is said next begins a line.
                ui.text("\n")?;
            }
        }
        _ => {
            let words = path.as_ref().map_or_else(String::new, |path| format!("wrote what is to be signed to {path}"));
            let execution_id = statement.execution.to_string();
            ui.done(&RequestView { execution_id, namespace: NAMESPACE, statement: statement.text, path }, &words)?;
        }
    }
    Ok(Exit::Ok)
}
