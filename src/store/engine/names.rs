//! The names of the store's files. Delta and log bear the id of the base they belong to, so that the rename of a new
//! base switches everything at once and no file is ever cut under a reader.
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

/// The beginning of a base's id that stands in the names, in bytes.
const SHOWN: usize = 8;

pub fn delta(base_id: &[u8; 32]) -> String {
    format!("{BASE}-{}.delta", hex(&base_id[..SHOWN]))
}

/// The log over the state with this sequence number.
pub fn log(base_id: &[u8; 32], seq: u32) -> String {
    format!("{BASE}-{}.{seq}.log", hex(&base_id[..SHOWN]))
}

/// Whether the name is one that a delta or log of some base could have, or half of a file that is being replaced.
pub fn is_derived(name: &str) -> bool {
    let of_a_base = name.strip_prefix(BASE).is_some_and(|rest| rest.starts_with('-'));
    of_a_base && [".delta", ".log", ".tmp"].iter().any(|ending| name.ends_with(ending))
        || name.strip_prefix(BASE) == Some(".tmp")
}
