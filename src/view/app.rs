//! The organization's OAuth clients. Of the secret, only whether there is one.
use crate::model::connection::OAuthApp;
use crate::model::redirect::LoopbackHost;
use crate::view::instant;
use schemars::JsonSchema;
use serde::Serialize;

#[derive(Debug, Clone, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AppView {
    pub provider: String,
    pub label: String,
    pub client_id: String,
    pub has_client_secret: bool,
    /// Where the provider sends the browser back to.
    pub redirect_host: LoopbackHost,
    /// None: any.
    pub redirect_port: Option<u16>,
    /// None: a new one for every sign-in.
    pub redirect_path: Option<String>,
    /// The same as one address, with a star for what varies.
    pub redirect: String,
    pub created_at: String,
    pub updated_at: String,
}

impl AppView {
    pub fn new(app: &OAuthApp) -> AppView {
        AppView {
            provider: app.provider.clone(),
            label: app.label.clone(),
            client_id: app.client_id.clone(),
            has_client_secret: app.client_secret.is_some(),
            redirect_host: app.redirect.host,
            redirect_port: app.redirect.port,
            redirect_path: app.redirect.path.clone(),
            redirect: app.redirect.to_string(),
            created_at: instant(app.created_at),
            updated_at: instant(app.updated_at),
        }
    }
}
