//! `siesta user enable`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::model::people::UserStatus;
use crate::ops::people;
use crate::view::people::{OneUserView, UserView};
use clap::Args;

/// Enable a user again
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta user enable alice")]
pub(super) struct EnableArgs {
    /// The user's name
    #[arg(value_name = "USER")]
    name: String,
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, args: EnableArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "user enable")?;
    let user = people::set_user_status(&siesta, &args.name, UserStatus::Active)?;
    ui.done(&OneUserView { user: UserView::new(&user) }, &format!("enabled user \"{}\"", user.name))
}
