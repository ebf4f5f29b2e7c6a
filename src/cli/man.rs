//! `siesta man [DIR]`
use super::error::Error;
use super::exit::Exit;
use super::generate;
use super::ui::Ui;
use super::unread;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use std::path::PathBuf;

/// Print the man page, or write one page per command into a directory
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta man | man -l -\n  siesta man ~/.local/share/man/man1")]
pub(super) struct ManArgs {
    /// The directory for the pages; it is made when it is missing
    #[arg(value_name = "DIR")]
    directory: Option<PathBuf>,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct PagesView {
    directory: String,
    pages: usize,
}

pub(super) fn run(ui: &mut Ui, args: ManArgs) -> Result<(), Error> {
    let pages = generate::man_pages(super::command())?;
    let Some(directory) = args.directory else {
        return match pages.get("siesta.1") {
            Some(page) => ui.bytes(page),
            None => Err(Error::new(Exit::Internal, "there is no page siesta.1")),
        };
    };
    let failed = |error: std::io::Error| {
        Error::new(Exit::Failure, format!("the man pages cannot be written to {}", directory.display()))
            .cause(unread::why(&error))
            .hint("siesta man ANOTHER-DIRECTORY")
    };
    std::fs::create_dir_all(&directory).map_err(failed)?;
    for (name, page) in &pages {
        std::fs::write(directory.join(name), page).map_err(failed)?;
    }
    ui.done(
        &PagesView { directory: directory.display().to_string(), pages: pages.len() },
        &format!("wrote {} pages to {}", pages.len(), directory.display()),
    )
}
