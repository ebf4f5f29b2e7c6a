//! The integration manifest: the one file that tells a coding agent what it needs to build on Siesta AI.
//!
//! What must stay true: one mode per manifest; identifiers are those of [`contract`], the layout that of [`shape`], and
//! making, checking and the JSON Schema read both from there; a manifest holds placeholders and ids, never a secret.
//! Only the External API form is documented, so only that one can be checked with certainty; the others say of
//! themselves that they are provisional.
mod check;
mod contract;
mod make;
mod prose;
mod schema;
mod shape;

pub use check::{Checked, Fault, check};
pub use make::{Assistant, Field, NewManifest, make, slug};
pub use schema::schema;

use crate::model::words::words;
use shape::Keys;

/// The name the file has everywhere.
pub const FILE_NAME: &str = "siesta-agent-manifest.json";

words! {
    /// Which contract an integration is built on.
    Mode {
        ExternalApi => "external-api",
        RealtimeApi => "realtime-api",
        WebPlugin => "web-plugin",
    }
}

words! {
    /// How a manifest is laid out.
    Form {
        Generated => "generated",
        HandWritten => "hand-written",
    }
}

impl Mode {
    /// Whether its layout is this project's own and not a documented one.
    pub fn is_provisional(self) -> bool {
        self != Mode::ExternalApi
    }

    /// The operations that a manifest of the mode may name.
    pub fn operations(self) -> &'static [contract::Operation] {
        match self {
            Mode::ExternalApi => contract::EXTERNAL,
            Mode::RealtimeApi => contract::REALTIME,
            Mode::WebPlugin => &[],
        }
    }

    fn keys(self, form: Form) -> Keys {
        match (self, form) {
            (Mode::ExternalApi, Form::Generated) => shape::EXTERNAL,
            (Mode::ExternalApi, Form::HandWritten) => shape::BY_HAND,
            (Mode::RealtimeApi, _) => shape::REALTIME,
            (Mode::WebPlugin, _) => shape::WIDGET,
        }
    }

    /// Texts that would bring in another mode, each with that mode's name.
    fn foreign_marks(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let of = |marks: &'static [&'static str], whose: &'static str| marks.iter().map(move |mark| (*mark, whose));
        let (external, realtime) =
            (of(contract::EXTERNAL_MARKS, "external-api"), of(contract::REALTIME_MARKS, "realtime-api"));
        let (widget, server) = (of(contract::WIDGET_MARKS, "web-plugin"), of(contract::SERVER_MARKS, "a server"));
        let marks: Vec<_> = match self {
            Mode::ExternalApi => realtime.chain(widget).collect(),
            Mode::RealtimeApi => external.chain(widget).collect(),
            Mode::WebPlugin => server.chain(realtime).collect(),
        };
        marks.into_iter()
    }
}

#[cfg(test)]
mod tests;
