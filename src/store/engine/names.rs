//! The names of the store's files. Deltas bear the id of the file they lie on and logs that of the base, so that the rename of
//! a new file switches everything above it at once and no file is ever cut under a reader.
use crate::model::audit::hex;

/// The base: the whole store in one age file, up to its last fold.
pub const BASE: &str = "store.age";
pub const LOCK: &str = "store.lock";
/// Held while a new base is built without the writer's lock.
pub const FOLD_LOCK: &str = "store.fold";
/// Where that base is built.
pub const FOLD: &str = "store.age.fold";

/// The same, while it is being written.
pub const FOLD_HALF: &str = "store.age.fold.tmp";

/// What the files of the state before a restore have behind their names.
pub const BEFORE_RESTORE: &str = ".before-restore";

/// The directory in which a restore builds the new base.
pub const STAGING: &str = "store.restore";

/// Whether the name is of a copy that is kept for a way back: from before an upgrade or a restore.
pub fn is_kept(name: &str) -> bool {
    is_before_upgrade(name) || name.ends_with(BEFORE_RESTORE) || name == STAGING
}

/// The beginning of a base's id that stands in the names, in bytes.
const SHOWN: usize = 8;

/// The delta on the base or the delta with this id.
pub fn delta(below: &[u8; 32]) -> String {
    format!("{BASE}-{}.delta", hex(&below[..SHOWN]))
}

/// The log over the state with this sequence number.
pub fn log(base_id: &[u8; 32], seq: u32) -> String {
    format!("{BASE}-{}.{seq}.log", hex(&base_id[..SHOWN]))
}

/// Whether the name is one that a delta or log of some state could have, or half of a file that is being replaced.
pub fn is_derived(name: &str) -> bool {
    let of_a_state = name.strip_prefix(BASE).is_some_and(|rest| rest.starts_with('-'));
    of_a_state && [".delta", ".log", ".tmp"].iter().any(|ending| name.ends_with(ending))
        || name.strip_prefix(BASE) == Some(".tmp")
        || name.starts_with("store.secret.") && name.ends_with(".tmp")
}

/// A store as it was before an upgrade from this version.
pub fn before_upgrade(version: i64) -> String {
    format!("{BASE}.v{version}")
}

fn is_before_upgrade(name: &str) -> bool {
    name.strip_prefix(BASE).and_then(|rest| rest.strip_prefix(".v")).is_some_and(is_number)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
