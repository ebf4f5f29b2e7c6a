//! What a store consists of, and how each part is found when all of it is looked at.
use crate::model::words::words;

words! {
    /// What is looked at, in this order.
    PartName {
        Secret => "secret",
        Base => "base",
        Delta => "delta",
        Log => "log",
        Database => "database",
        References => "references",
        Audit => "audit",
        Totals => "totals",
        Pin => "pin",
    }
}

words! {
    /// How a part is. `Unseen`: another part is broken, and this one cannot be looked at without it.
    State { Whole => "ok", Absent => "none", Broken => "broken", Unseen => "not-looked-at" }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub name: PartName,
    pub state: State,
    /// What there is of it, or what is wrong.
    pub what: String,
}

/// What a look at everything is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Chunks,
    Integrity,
    Audit,
    Totals,
}

impl Part {
    pub fn new(name: PartName, state: State, what: impl Into<String>) -> Part {
        Part { name, state, what: what.into() }
    }
}
