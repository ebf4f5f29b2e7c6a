//! Modes: what an organization and a connection say about a function, and how the two add up (R10).
use crate::model::service::FunctionKind;
use crate::model::time::Timestamp;
use crate::model::words::words;

words! {
    /// The mode of one function. Typed `disabled`, `enabled`, `confirm`; see [`Mode::typed`].
    Mode {
        Enabled => "Enabled",
        Confirm => "EnabledWithConfirmation",
        Disabled => "Disabled",
    }
}

impl Mode {
    /// The word people type for it.
    pub fn typed(self) -> &'static str {
        match self {
            Mode::Enabled => "enabled",
            Mode::Confirm => "confirm",
            Mode::Disabled => "disabled",
        }
    }

    /// Reads the word people type; the long form of JSON and the audit is understood too.
    pub fn from_typed(text: &str) -> Option<Mode> {
        Mode::ALL.iter().copied().find(|mode| mode.typed() == text || mode.as_str() == text)
    }

    /// Of two modes the one that lets less through.
    pub fn stricter(self, other: Mode) -> Mode {
        self.max(other)
    }

    /// What the catalogue gives a function of this kind when nobody has said otherwise (R10).
    pub fn default_for(kind: FunctionKind) -> Mode {
        match kind {
            FunctionKind::Read | FunctionKind::Draft => Mode::Enabled,
            FunctionKind::Write
            | FunctionKind::Send
            | FunctionKind::Delete
            | FunctionKind::Publish
            | FunctionKind::Permission
            | FunctionKind::Financial => Mode::Confirm,
        }
    }
}

words! {
    /// Which record decided a function's effective mode.
    ModeSource {
        Catalogue => "catalogue",
        Override => "override",
        Connection => "connection",
        /// No function fits: the strictest mode of the service's functions that are not reads.
        Strictest => "strictest",
    }
}

words! {
    /// What a freeze stops.
    FreezeScope { All => "all", Agent => "agent", Connection => "connection" }
}

/// A stop: nothing in its scope is allowed until it is lifted (R0).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freeze {
    pub scope: FreezeScope,
    /// The id of the agent or connection; empty for all.
    pub subject: String,
    pub since: Timestamp,
    pub by: String,
    pub reason: String,
}

/// A function's mode after every record has had its say, and the record that decided it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EffectiveMode {
    pub mode: Mode,
    pub source: ModeSource,
}

/// R10: the organization's override if there is one, else the catalogue's default; the connection's own setting may
/// only tighten it.
pub fn effective(default: Mode, overriding: Option<Mode>, setting: Option<Mode>) -> EffectiveMode {
    let above = match overriding {
        Some(mode) => EffectiveMode { mode, source: ModeSource::Override },
        None => EffectiveMode { mode: default, source: ModeSource::Catalogue },
    };
    match setting {
        Some(mode) if mode > above.mode => EffectiveMode { mode, source: ModeSource::Connection },
        _ => above,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_override_replaces_the_default_both_ways() {
        assert_eq!(effective(Mode::Confirm, Some(Mode::Enabled), None).mode, Mode::Enabled);
        assert_eq!(effective(Mode::Enabled, Some(Mode::Disabled), None).source, ModeSource::Override);
    }

    #[test]
    fn a_connection_setting_tightens_and_never_relaxes() {
        let tightened = effective(Mode::Enabled, None, Some(Mode::Confirm));
        assert_eq!((tightened.mode, tightened.source), (Mode::Confirm, ModeSource::Connection));
        let kept = effective(Mode::Enabled, Some(Mode::Disabled), Some(Mode::Confirm));
        assert_eq!((kept.mode, kept.source), (Mode::Disabled, ModeSource::Override));
        assert_eq!(effective(Mode::Confirm, None, Some(Mode::Enabled)).mode, Mode::Confirm);
    }

    #[test]
    fn modes_are_typed_short_and_stored_long() {
        assert_eq!(Mode::from_typed("confirm"), Some(Mode::Confirm));
        assert_eq!(Mode::from_typed("EnabledWithConfirmation"), Some(Mode::Confirm));
        assert_eq!(Mode::from_typed("ask"), None);
        assert_eq!(Mode::Confirm.to_string(), "EnabledWithConfirmation");
    }
}
