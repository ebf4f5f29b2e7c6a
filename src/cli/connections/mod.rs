//! The main noun: its verbs are typed without it.
pub(super) mod add;
pub(super) mod assign;
pub(super) mod edit;
pub(super) mod grant;
pub(super) mod list;
pub(super) mod reauth;
pub(super) mod refresh;
pub(super) mod rename;
pub(super) mod revoke;
pub(super) mod rotate;
pub(super) mod show;
mod sign_in;
pub(super) mod test;
mod trouble;
pub(super) mod unassign;
pub(super) mod ungrant;

use crate::cli::harmless::harmless;
use crate::cli::schema::{self, Document};
use crate::model::connection::{Access, Grant};
use crate::model::policy::Flow;
use crate::ops::connections::{KeyVerified, Listed};
use crate::view::connection::{ConnectionView, ConnectionsView, OneConnectionView};
use clap::Args;

/// What its commands print under `-o json`.
pub(super) const DOCUMENTS: &[Document] = &[
    schema::of::<OneConnectionView>("add"),
    schema::of::<ConnectionsView>("list"),
    schema::of::<show::ShowView>("show"),
    schema::of::<test::TestView>("test"),
    schema::of::<OneConnectionView>("edit"),
    schema::of::<OneConnectionView>("rename"),
    schema::of::<OneConnectionView>("reauth"),
    schema::of::<OneConnectionView>("rotate"),
    schema::of::<refresh::RefreshView>("refresh"),
    schema::of::<revoke::RevokeView>("revoke"),
    schema::of::<grant::GrantedView>("grant"),
    schema::of::<grant::GrantedView>("ungrant"),
    schema::of::<assign::AssignView>("assign"),
    schema::of::<unassign::UnassignView>("unassign"),
];

/// Whom a grant is for: one of two.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct GranteeArgs {
    /// This user
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    /// Every member of this team
    #[arg(long, value_name = "TEAM")]
    team: Option<String>,
}

impl GranteeArgs {
    fn grant(&self) -> Grant {
        match (&self.user, &self.team) {
            (None, Some(team)) => Grant::Team(team.clone()),
            (user, _) => Grant::User(user.clone().unwrap_or_default()),
        }
    }
}

fn view(listed: &Listed) -> ConnectionView {
    ConnectionView::new(&listed.connection, &listed.policies, listed.expires_at, listed.kept_until)
}

fn one(listed: &Listed) -> OneConnectionView {
    OneConnectionView { connection: view(listed), bot_info: None, message: None }
}

/// `private` or `shared`, for an argument.
pub(super) fn parse_access(text: &str) -> Result<Access, String> {
    Access::parse(text).ok_or_else(|| "private or shared".to_owned())
}

/// `broker`, `vend` or the letters, for an argument.
pub(super) fn parse_flow(text: &str) -> Result<Flow, String> {
    Flow::from_typed(text).ok_or_else(|| "broker (B) or vend (A)".to_owned())
}

/// What is said about a key that was or was not tried; `said`: the provider's own words about it.
fn about_key(verified: KeyVerified, said: Option<&str>) -> Option<String> {
    match verified {
        KeyVerified::Yes => None,
        KeyVerified::NotAsked => Some("the key was not tried".to_owned()),
        KeyVerified::Restricted => Some(restricted(said)),
    }
}

fn restricted(said: Option<&str>) -> String {
    let said = harmless(said.unwrap_or("HTTP 403"));
    format!("the provider knows the credential but does not let it prove itself ({said})")
}
