//! The program from outside: one binary, so that a change is linked once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod command_line;
mod doctor;
mod generated;
mod help;
mod layers;
mod support;
mod yaml;
