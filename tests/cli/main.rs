//! The program from outside: one binary, so that a change is linked once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod audit;
mod bad_input;
mod calls;
mod command_line;
mod connections;
mod doctor;
mod freezes;
mod generated;
mod governance;
mod help;
mod init;
mod keys;
mod layers;
mod limits;
mod network;
mod people;
mod schema;
mod secrets;
mod store;
mod support;
mod vault;
mod yaml;
