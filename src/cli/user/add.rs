//! `siesta user add`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::people::Role;
use crate::ops::people;
use crate::view::people::{OneUserView, UserView};
use clap::Args;

/// Add a user
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta user add alice\n  siesta user add carol@example.com --role admin")]
pub(super) struct AddArgs {
    /// The user's name; an e-mail address will do
    #[arg(value_name = "NAME")]
    name: String,
    /// owner and admin may answer every approval, user those of their own connections
    #[arg(long, value_parser = parse_role, default_value = "user")]
    role: Role,
    /// Their account on this machine
    #[arg(long, value_name = "ACCOUNT")]
    os_user: Option<String>,
}

pub(super) fn parse_role(text: &str) -> Result<Role, String> {
    Role::parse(text).ok_or_else(|| "owner, admin or user".to_owned())
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: AddArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "user add")?;
    let user = people::add_user(&siesta, &args.name, args.role, args.os_user.as_deref())?;
    ui.done(&OneUserView { user: UserView::new(&user) }, &format!("added user \"{}\" ({})", user.name, user.role))
}
