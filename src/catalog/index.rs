//! What the catalogue holds, by name alone: no file is read to find out whether a word means a service.
//!
//! What must stay true: ids, names and aliases here are those of the files; a test compares them. Each file is parsed when its
//! service is first asked for and never otherwise, so that the size of the catalogue costs a command nothing.
use crate::model::auth::SignInServer;
use crate::model::service::Service;
use std::sync::OnceLock;

/// A service that has not been read yet, or has.
pub(super) struct Entry {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) aliases: &'static [&'static str],
    pub(super) text: &'static str,
    pub(super) read: OnceLock<Service>,
}

macro_rules! entry {
    ($id:literal, $name:literal, $aliases:expr) => {
        Entry {
            id: $id,
            name: $name,
            aliases: &$aliases,
            text: include_str!(concat!("data/", $id, ".json")),
            read: OnceLock::new(),
        }
    };
}

/// By id.
pub(super) static ENTRIES: [Entry; 37] = [
    entry!("anthropic", "Anthropic", ["anthropic-messages", "claude"]),
    entry!("azure-storage", "Azure Storage", ["azure-storage-account", "azure-blob-storage"]),
    entry!("clockify", "Clockify", []),
    entry!("confluence", "Confluence", ["atlassian-confluence"]),
    entry!("email-imap", "Email (IMAP/SMTP)", ["imap", "smtp"]),
    entry!("firecrawl", "Firecrawl", []),
    entry!("gemini", "Google Gemini", ["google-gemini"]),
    entry!("github", "GitHub", []),
    entry!("google-ads", "Google Ads", ["adwords"]),
    entry!("google-analytics", "Google Analytics", ["ga4"]),
    entry!("google-calendar", "Google Calendar", ["gcal"]),
    entry!("google-contacts", "Google Contacts", []),
    entry!("google-docs", "Google Docs", []),
    entry!("google-drive", "Google Drive", ["gdrive"]),
    entry!("google-gmail", "Gmail", ["gmail", "google-mail"]),
    entry!("google-pagespeed", "Google PageSpeed", ["pagespeed-insights"]),
    entry!("google-search", "Google Search", ["google-custom-search"]),
    entry!("google-sheets", "Google Sheets", []),
    entry!("google-tag-manager", "Google Tag Manager", ["gtm"]),
    entry!("hubspot", "HubSpot", []),
    entry!("jira", "Jira", ["jira-cloud", "atlassian-jira"]),
    entry!("microsoft-excel", "Office 365 Excel", ["office365-excel"]),
    entry!("microsoft-onedrive", "OneDrive", ["onedrive"]),
    entry!("microsoft-outlook-calendar", "Outlook Calendar", ["outlook-calendar"]),
    entry!("microsoft-outlook-contacts", "Outlook Contacts", ["outlook-contacts"]),
    entry!("microsoft-outlook-mail", "Outlook Mail", ["outlook-mail", "office365-mail"]),
    entry!("microsoft-sharepoint", "SharePoint", ["sharepoint", "sharepoint-online"]),
    entry!("microsoft-teams", "Microsoft Teams", ["teams", "ms-teams"]),
    entry!("microsoft-word", "Office 365 Word", ["office365-word"]),
    entry!("notion", "Notion", []),
    entry!("openai", "OpenAI", []),
    entry!("openrouter", "OpenRouter", []),
    entry!("rest-api", "REST API", ["generic-rest", "http"]),
    entry!("siesta-ai", "Siesta AI", ["siesta-external-api"]),
    entry!("slack", "Slack App", ["slack-app", "slack-bot"]),
    entry!("telegram", "Telegram Bot", ["telegram-bot"]),
    entry!("trello", "Trello", []),
];

/// Authorization servers that several services share, by the name their files give them.
pub(super) static SERVERS: [(&str, &str, OnceLock<SignInServer>); 8] = [
    ("atlassian", include_str!("servers/atlassian.json"), OnceLock::new()),
    ("github", include_str!("servers/github.json"), OnceLock::new()),
    ("google", include_str!("servers/google.json"), OnceLock::new()),
    ("hubspot", include_str!("servers/hubspot.json"), OnceLock::new()),
    ("microsoft", include_str!("servers/microsoft.json"), OnceLock::new()),
    ("notion", include_str!("servers/notion.json"), OnceLock::new()),
    ("openrouter", include_str!("servers/openrouter.json"), OnceLock::new()),
    ("slack", include_str!("servers/slack.json"), OnceLock::new()),
];
