//! Enumerations whose members have one spelling, used in SQL, JSON, help and on the command line alike.

/// Defines an enum with its spelling: `as_str`, `parse`, `ALL`, `Display` and serde by the same words. A match on it is
/// always total; there is no "other".
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$member_doc:meta])* $member:ident => $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, schemars::JsonSchema, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$member_doc])* #[serde(rename = $word)] $member),+
        }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$member),+];

            pub fn as_str(self) -> &'static str {
                match self { $($name::$member => $word),+ }
            }

            /// The member spelled exactly so.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($word => Some($name::$member),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}
pub(crate) use words;
