//! Sign-ins against real things: the practice provider over sockets, a certified authorization server, a browser.
//!
//! A binary of its own, because its tests start processes that take seconds and would slow the others down.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod chromium;
mod desk;
mod mail;
mod oidc;
mod page;
mod practice;
mod refresh;
#[allow(dead_code, unused_imports, reason = "the other binary uses more of it")]
#[path = "../cli/support/mod.rs"]
mod support;
