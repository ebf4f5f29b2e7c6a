//! What Siesta AI documents: addresses, header names, operations. Identifiers here are facts and are never reworded.
//!
//! What must stay true: an operation belongs to one mode, and the words beside it are this project's own.

/// The version of the manifest's layout.
pub const VERSION: &str = "1.0";
pub const BASE_URL: &str = "https://api.siesta.ai";
pub const OPEN_API: &str = "https://api.siesta.ai/swagger/v1/swagger.json";
pub const API_REFERENCE: &str = "https://api.siesta.ai/swagger/index.html?urls.primaryName=Public+API+v1";
pub const EXTERNAL_API_DOCS: &str = "https://docs.siesta.ai/external-api";
pub const KEY_HEADER: &str = "X-Api-Key";
pub const ORGANIZATION_HEADER: &str = "X-Org-Id";

/// What stands where somebody's own values go. A manifest never holds the key itself.
pub const KEY: &str = "<siesta-api-key>";
pub const ORGANIZATION: &str = "<siesta-organization-id>";
pub const AGENT: &str = "<siesta-agent-id>";

pub const REALTIME_MODEL: &str = "gpt-realtime-2";
pub const REALTIME_AUDIO: &str = "pcm16";
pub const WIDGET_SCRIPT: &str = "chat-widget.js";
pub const WIDGET_HOST: &str = "bubble.siesta.ai";

/// One request of an API.
#[derive(Debug, PartialEq, Eq)]
pub struct Operation {
    pub method: &'static str,
    pub path: &'static str,
    pub purpose: &'static str,
    /// Everything it needs, the two headers first where it has them.
    pub inputs: &'static [&'static str],
}

const fn op(
    method: &'static str,
    path: &'static str,
    purpose: &'static str,
    inputs: &'static [&'static str],
) -> Operation {
    Operation { method, path, purpose, inputs }
}

/// The 17 operations of the External API.
#[rustfmt::skip]
pub const EXTERNAL: &[Operation] = &[
    op("GET", "/api/v1/Agent", "Find the organization's agents", &["X-Api-Key", "X-Org-Id"]),
    op("POST", "/api/v1/Agent", "Create an agent", &["X-Api-Key", "X-Org-Id", "CreateAgentRequest"]),
    op("POST", "/api/v1/Agent/{agentId}/response", "Send a message to an agent and receive its response; keep the conversationId it returns",
        &["X-Api-Key", "X-Org-Id", "agentId", "CreateAgentResponseRequest"]),
    op("POST", "/api/v1/File", "Upload a file as multipart/form-data, to refer to it by its id afterwards", &["X-Api-Key", "X-Org-Id", "file"]),
    op("GET", "/api/v1/File/{id}", "Download a file", &["X-Api-Key", "X-Org-Id", "id"]),
    op("GET", "/api/v1/DataSourceCollection", "List the collections of knowledge", &["X-Api-Key", "X-Org-Id"]),
    op("POST", "/api/v1/DataSourceCollection", "Create a collection", &["X-Api-Key", "X-Org-Id", "CreateDataSourceCollectionRequest"]),
    op("GET", "/api/v1/DataSourceCollection/{id}", "Read one collection", &["X-Api-Key", "X-Org-Id", "id"]),
    op("PUT", "/api/v1/DataSourceCollection/{id}", "Change a collection", &["X-Api-Key", "X-Org-Id", "id", "UpdateDataSourceCollectionRequest"]),
    op("GET", "/api/v1/Task", "Search tasks by workspace, status or source agent, page by page", &["X-Api-Key", "X-Org-Id"]),
    op("GET", "/api/v1/Task/{id}", "Read one task", &["X-Api-Key", "X-Org-Id", "id"]),
    op("POST", "/api/v1/Task", "Create a task", &["X-Api-Key", "X-Org-Id", "CreateTaskRequest"]),
    op("PUT", "/api/v1/Task/{id}", "Change a task", &["X-Api-Key", "X-Org-Id", "id", "UpdateTaskRequest"]),
    op("GET", "/api/v1/Connection", "Read which connections are configured", &["X-Api-Key", "X-Org-Id"]),
    op("GET", "/api/v1/Workspace", "Find the id of a workspace", &["X-Api-Key", "X-Org-Id"]),
    op("GET", "/api/v1/AuditLog", "Search audit records", &["X-Api-Key", "X-Org-Id"]),
    op("GET", "/api/v1/AuditLog/{id}", "Read one audit record with what it changed", &["X-Api-Key", "X-Org-Id", "id"]),
];

/// The two of the Realtime API. The socket itself carries no headers: its session is what opens it, once.
#[rustfmt::skip]
pub const REALTIME: &[Operation] = &[
    op("POST", "/api/v1/Agent/{agentId}/realtime-session", "On the server: create a session right before the socket is opened",
        &["X-Api-Key", "X-Org-Id", "agentId"]),
    op("GET", "/api/v1/Agent/{agentId}/realtime", "In the client: open the socket at the webSocketPath that the session came with",
        &["agentId", "conversationId", "sessionId"]),
];

/// Texts that belong to a mode and to no other, with the words that name it.
pub const EXTERNAL_MARKS: &[&str] = &[
    "/api/v1/File",
    "/api/v1/DataSourceCollection",
    "/api/v1/Task",
    "/api/v1/Connection",
    "/api/v1/Workspace",
    "/api/v1/AuditLog",
    "/response",
];
pub const REALTIME_MARKS: &[&str] = &["wss://", "/realtime"];
pub const WIDGET_MARKS: &[&str] = &[WIDGET_SCRIPT, WIDGET_HOST];
/// What a browser must not see.
pub const SERVER_MARKS: &[&str] = &["/api/v1/", KEY_HEADER, KEY];
