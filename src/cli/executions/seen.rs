//! What `list --pending --since-last` has shown before, kept beside the other things that can be made again.
//!
//! What must stay true: a question that waits is shown at least once; one that was shown is not shown again while the
//! file is there. The ids themselves are kept and no instant, because a clock can be set back.
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::settings::Settings;
use crate::model::audit::hex;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;

pub(super) struct Seen {
    path: PathBuf,
    ids: BTreeSet<String>,
}

impl Seen {
    /// For this store and this actor.
    pub fn of(settings: &Settings) -> Result<Seen, Error> {
        let directory = settings.cache_dir.as_ref().ok_or_else(|| {
            Error::usage("no cache directory is known").hint("siesta executions list --pending        (all that wait)")
        })?;
        let store = settings.store.value.canonicalize().unwrap_or_else(|_| settings.store.value.clone());
        let mut hash = Sha256::new();
        hash.update(store.as_os_str().as_encoded_bytes());
        hash.update([0]);
        hash.update(settings.actor.value.as_bytes());
        let path = directory.join("siesta").join("seen").join(hex(&hash.finalize()));
        // Without the file, or with one that nobody can read, everything is new.
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        Ok(Seen { path, ids: text.lines().map(str::to_owned).collect() })
    }

    pub fn has(&self, id: &str) -> bool {
        self.ids.contains(id)
    }

    /// From here on exactly these have been seen: what waits no more is forgotten.
    pub fn keep(self, ids: &[String]) -> Result<(), Error> {
        let written = || -> std::io::Result<()> {
            let directory = self.path.parent().ok_or_else(|| std::io::Error::other("it has no directory"))?;
            std::fs::create_dir_all(directory)?;
            // Whole or not at all: the name changes hands when the text is there.
            let fresh = self.path.with_extension(std::process::id().to_string());
            let mut file = std::fs::File::create(&fresh)?;
            ids.iter().try_for_each(|id| writeln!(file, "{id}"))?;
            std::fs::rename(&fresh, &self.path)
        };
        written().map_err(|error| {
            Error::new(Exit::Failure, "what was shown cannot be remembered")
                .cause(format!("{}: {}", self.path.display(), error.kind()))
                .hint("siesta executions list --pending")
        })
    }
}
