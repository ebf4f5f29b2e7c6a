//! `siesta user list`
use crate::cli::error::Error;
use crate::cli::settings::Settings;
use crate::cli::table::{Cell, Row};
use crate::cli::ui::Ui;
use crate::cli::unlock;
use crate::ops::people;
use crate::view::people::{UserView, UsersView};
use clap::Args;

/// List users
#[derive(Debug, Args)]
#[command(before_long_help = "Examples:\n  siesta user list")]
pub(super) struct ListArgs {}

impl Row for UserView {
    const HEADERS: &'static [&'static str] = &["NAME", "ROLE", "STATUS"];

    fn cells(&self) -> Vec<Cell> {
        let cell = |text: &str| Cell::text(text);
        vec![cell(&self.name), cell(self.role.as_str()), cell(self.status.as_str())]
    }
}

pub(super) fn run(ui: &mut Ui, settings: &Settings, _args: ListArgs) -> Result<(), Error> {
    let siesta = unlock::open(ui, settings, "user list")?;
    let users: Vec<UserView> = people::list_users(&siesta)?.iter().map(UserView::new).collect();
    ui.list(&UsersView { users: users.clone() }, &users)
}
