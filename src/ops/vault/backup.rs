//! A copy of the store elsewhere.
use crate::ops::{Error, Result, Siesta};
use crate::store::{BackedUp, Progress};
use std::path::Path;

/// Writes the store to one age file, which is read back before it gets its name. With `keep`, so many are kept: FILE,
/// FILE.1 and so on.
pub fn back_up(siesta: &Siesta, path: &Path, keep: Option<u32>, progress: Progress<'_>) -> Result<BackedUp> {
    if keep == Some(0) {
        return Err(Error::invalid("keeping no backup is no backup"));
    }
    // Before the long part, so that nobody waits for a refusal.
    siesta.store.read(|tx| Ok(siesta.person(tx)))??;
    siesta.store.back_up(path, keep, progress, |position, path| {
        siesta.store.write(siesta.now(), |tx| -> Result<()> {
            let entry = siesta
                .entry(&siesta.person(tx)?, "store.backup", "store", siesta.store.whereabouts().store_id)
                .change("file", (), path.display().to_string())
                .change("seq", (), position.seq)
                .change("auditSeq", (), position.audit.seq);
            tx.append_audit(entry.row())?;
            Ok(())
        })
    })
}
