//! `siesta user edit`
use super::add::parse_role;
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::people::{Role, User};
use crate::ops::people::{self, UserChange};
use crate::view::people::UserView;
use clap::{ArgGroup, Args};
use schemars::JsonSchema;
use serde::Serialize;

/// Change a user's role or account
#[derive(Debug, Args)]
#[command(
    before_long_help = "Examples:\n  siesta user edit alice --role admin\n  siesta user edit alice --os-user alice1"
)]
#[command(group(ArgGroup::new("change").required(true).multiple(true).args(["role", "os_user", "no_account"])))]
pub(super) struct EditArgs {
    /// The user's name
    #[arg(value_name = "USER")]
    user: String,
    /// owner and admin may answer every approval, user those of their own connections
    #[arg(long, value_parser = parse_role)]
    role: Option<Role>,
    /// Their account on this machine
    #[arg(long, value_name = "ACCOUNT", conflicts_with = "no_account")]
    os_user: Option<String>,
    /// They have no account on this machine any more
    #[arg(long = "no-os-user")]
    no_account: bool,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct EditedUserView {
    before: UserView,
    user: UserView,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: EditArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "user edit")?;
    let os_user = if args.no_account { Some(None) } else { args.os_user.map(Some) };
    let (before, user) = people::edit_user(&siesta, &args.user, &UserChange { role: args.role, os_user })?;
    let words = match before == user {
        true => format!("nothing changed for user \"{}\"", user.name),
        false => format!("user \"{}\": {}", user.name, changes(&before, &user).join(", ")),
    };
    ui.done(&EditedUserView { before: UserView::new(&before), user: UserView::new(&user) }, &words)
}

fn changes(before: &User, after: &User) -> Vec<String> {
    let account = |user: &User| user.os_user.clone().unwrap_or_else(|| "none".to_owned());
    let role = (before.role != after.role).then(|| format!("role {} → {}", before.role, after.role));
    let (was, is) = (account(before), account(after));
    role.into_iter().chain((was != is).then(|| format!("account {was} → {is}"))).collect()
}
