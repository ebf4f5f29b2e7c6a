//! The organization's OAuth clients. Of the secret, only whether there is one.
use crate::model::connection::OAuthApp;
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
    pub redirect_port: Option<u16>,
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
            redirect_port: app.redirect_port,
            created_at: instant(app.created_at),
            updated_at: instant(app.updated_at),
        }
    }
}
