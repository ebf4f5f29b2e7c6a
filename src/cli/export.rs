//! `siesta export`
use super::declared::{self, Kinds};
use super::error::Error;
use super::exit::Exit;
use super::format::Format;
use super::settings::Settings;
use super::ui::Ui;
use super::unlock;
use crate::ops::org_file;
use crate::ops::org_file::text;
use clap::Args;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;

/// Write the organization as a file: governance, policies, limits, people, connections; no credential
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta export --out org.yaml\n  siesta export --kind governance,policies -o json"
)]
pub(super) struct ExportArgs {
    /// Only these parts: governance, policies, limits, people, connections, or all
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = declared::parse_kind)]
    kind: Vec<Kinds>,
    /// Leave out what it was made from: for a file that is to hold whatever the store has become
    #[arg(long)]
    no_basis: bool,
    /// Write to this new file; - for standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Print the JSON Schema of the file instead, for editors
    #[arg(long, conflicts_with_all = ["kind", "no_basis"])]
    schema: bool,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: ExportArgs) -> Result<(), Error> {
    let text = match args.schema {
        true => format!("{:#}\n", text::schema()),
        false => {
            let siesta = unlock::open(ui, settings, "export")?;
            let mut file = org_file::export(&siesta, declared::parts(&args.kind).as_deref())?;
            if args.no_basis {
                (file.revision, file.basis) = (None, std::collections::BTreeMap::new());
            }
            match ui.format() {
                Format::Json | Format::Jsonl if args.out.is_none() => return ui.document(&file),
                Format::Json | Format::Jsonl => {
                    let value = super::format::document(&file)?;
                    format!("{}\n", super::format::pretty(&value))
                }
                Format::Table | Format::Yaml | Format::Csv | Format::Tsv => text::yaml(&file)?,
            }
        }
    };
    let Some(path) = args.out.filter(|path| path.as_os_str() != "-") else { return ui.text(&text) };
    let refused = |error: std::io::Error| {
        let exit = if error.kind() == std::io::ErrorKind::AlreadyExists { Exit::Conflict } else { Exit::Failure };
        Error::new(exit, format!("cannot write {}", path.display())).cause(error.kind()).hint("--out ANOTHER-FILE")
    };
    let mut file = OpenOptions::new().write(true).create_new(true).open(&path).map_err(refused)?;
    file.write_all(text.as_bytes()).map_err(refused)?;
    ui.say(&format!("written to {}", path.display()));
    Ok(())
}
