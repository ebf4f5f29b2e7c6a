//! Patterns over names, as people type them in a shell: `delete_*`, `{create,update}_*`, `*`.
use globset::{GlobBuilder, GlobMatcher};
use std::fmt;

/// A compiled pattern. Matching takes time in proportion to the name, whatever the pattern is.
#[derive(Debug, Clone)]
pub struct Glob(GlobMatcher);

/// Why a text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{pattern}\" is not a pattern: {why}")]
pub struct GlobError {
    pub pattern: String,
    pub why: String,
}

/// Longer than any list of names in braces.
const LONGEST: usize = 1_000;

impl Glob {
    pub fn parse(text: &str) -> Result<Glob, GlobError> {
        let refused = |why: String| GlobError { pattern: text.chars().take(100).collect(), why };
        if text.len() > LONGEST {
            return Err(refused(format!("it is longer than {LONGEST} characters")));
        }
        let glob = GlobBuilder::new(text).literal_separator(true).backslash_escape(true).build();
        glob.map(|glob| Glob(glob.compile_matcher())).map_err(|error| refused(error.kind().to_string()))
    }

    pub fn matches(&self, name: &str) -> bool {
        self.0.is_match(name)
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.glob().glob())
    }
}

/// Whether a text is meant as a pattern and not as a name.
pub fn is_glob(text: &str) -> bool {
    text.contains(['*', '?', '[', ']', '{', '}', '\\', '!'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_whole_names() {
        let delete = Glob::parse("delete_*").unwrap();
        assert!(delete.matches("delete_issue") && delete.matches("delete_") && !delete.matches("undelete_issue"));
        let some = Glob::parse("{create,update}_?*").unwrap();
        assert!(some.matches("create_issue") && some.matches("update_x") && !some.matches("delete_issue"));
        assert!(Glob::parse("*").unwrap().matches("anything"));
        assert!(!Glob::parse("*").unwrap().matches("a/b"), "a service and its function are matched apart");
    }

    #[test]
    fn what_does_not_compile_says_why() {
        for bad in ["delete_[", "a{b", "x\\", "[z-a]"] {
            let error = Glob::parse(bad).unwrap_err();
            assert!(is_glob(bad) && error.to_string().contains(bad), "{error}");
        }
        assert!(Glob::parse(&"*".repeat(2_000)).is_err());
        assert!(!is_glob("delete_issue") && !is_glob("google-gmail"));
    }
}
