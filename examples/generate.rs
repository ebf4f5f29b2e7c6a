//! Writes `completions/` and `man/` from the command tree: `cargo run --example generate`.
//!
//! A page of a command that is gone is removed, so that the directories hold exactly what the tree has.
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = siesta::cli::generate::files(&siesta::cli::command())?;
    for directory in ["completions", "man"] {
        match std::fs::remove_dir_all(root.join(directory)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => std::fs::create_dir_all(root.join(directory))?,
        }
    }
    for (path, bytes) in files {
        std::fs::write(root.join(path), bytes)?;
    }
    Ok(())
}
