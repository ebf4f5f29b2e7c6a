//! Everything the store consists of, looked at once.
use crate::model::soundness::Part;
use crate::ops::Result;
use crate::ops::vault::StorePlace;
use crate::store::{Progress, Store};

/// Looks at the store of a place, whether it can be used or not.
pub fn verify(place: StorePlace, progress: Progress<'_>) -> Result<Vec<Part>> {
    Ok(Store::verify(place.into(), progress)?)
}
