//! The file a page goes to.
use super::error::Error;
use super::exit::Exit;
use super::ui::Ui;
use std::path::{Path, PathBuf};

/// Puts a page where it was asked for, over one that is there; `-` is standard output.
pub(super) fn put(ui: &mut Ui, path: &Path, html: &str, what: &str) -> Result<(), Error> {
    if path == Path::new("-") {
        return ui.bytes(html.as_bytes());
    }
    write_page(path, html)?;
    ui.say(&format!("wrote the {what} to {}", path.display()));
    Ok(())
}

/// Words for what went wrong with the page's file.
fn unwritten(path: &Path, error: &std::io::Error) -> Error {
    Error::new(Exit::Failure, format!("cannot write {}", path.display())).cause(error.kind())
}

/// The page appears whole or not at all: whoever looks at it while cron writes a new one sees the old one.
pub(super) fn write_page(path: &Path, html: &str) -> Result<(), Error> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.new", std::process::id()));
    let beside = PathBuf::from(beside);
    let written = std::fs::write(&beside, html).and_then(|()| std::fs::rename(&beside, path));
    written.map_err(|error| {
        let _ = std::fs::remove_file(&beside);
        unwritten(path, &error)
    })
}
