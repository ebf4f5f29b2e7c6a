//! `siesta user disable`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::people::UserStatus;
use crate::ops::people;
use crate::view::people::{OneUserView, UserView};
use clap::Args;

/// Disable a user: nothing is allowed on their behalf any more
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta user disable alice")]
pub(super) struct DisableArgs {
    /// The user's name
    #[arg(value_name = "USER")]
    name: String,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: DisableArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "user disable")?;
    let user = people::set_user_status(&siesta, &args.name, UserStatus::Disabled)?;
    ui.done(&OneUserView { user: UserView::new(&user) }, &format!("disabled user \"{}\"", user.name))
}
