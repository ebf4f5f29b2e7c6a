//! Which service a variable's key is for, by the names that the services' own tools read.
//!
//! What must stay true: a name that several services use is not here; a guess would send a key to a stranger.
/// Variable, service, and the variable that says the key belongs to another server.
const KNOWN: &[(&str, &str, Option<&str>)] = &[
    ("OPENAI_API_KEY", "openai", Some("OPENAI_BASE_URL")),
    ("ANTHROPIC_API_KEY", "anthropic", Some("ANTHROPIC_BASE_URL")),
    ("GEMINI_API_KEY", "gemini", None),
    ("OPENROUTER_API_KEY", "openrouter", None),
    ("GH_TOKEN", "github", Some("GH_HOST")),
    ("GITHUB_TOKEN", "github", Some("GITHUB_API_URL")),
    ("SLACK_BOT_TOKEN", "slack", None),
    ("NOTION_TOKEN", "notion", None),
    ("NOTION_API_KEY", "notion", None),
    ("HUBSPOT_ACCESS_TOKEN", "hubspot", None),
    ("FIRECRAWL_API_KEY", "firecrawl", Some("FIRECRAWL_API_URL")),
    ("TELEGRAM_BOT_TOKEN", "telegram", None),
    ("AZURE_STORAGE_CONNECTION_STRING", "azure-storage", None),
];

/// The variables that hold a key.
pub fn variables() -> impl Iterator<Item = &'static str> {
    KNOWN.iter().map(|(name, ..)| *name)
}

/// The service whose key a variable of this name holds.
pub fn service_of(variable: &str) -> Option<&'static str> {
    KNOWN.iter().find(|(name, ..)| *name == variable).map(|(_, service, _)| *service)
}

/// The variable that, where it is set, says that the key is for another server.
pub fn server_of(variable: &str) -> Option<&'static str> {
    KNOWN.iter().find(|(name, ..)| *name == variable).and_then(|(.., server)| *server)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_to_a_service_of_its_own_and_no_other_name_does() {
        for name in variables() {
            assert!(service_of(name).is_some_and(|service| !service.is_empty()));
        }
        assert_eq!(service_of("API_KEY"), None);
        assert_eq!(service_of("openai_api_key"), None);
        assert_eq!(server_of("OPENAI_API_KEY"), Some("OPENAI_BASE_URL"));
    }
}
