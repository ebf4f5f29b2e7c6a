//! The program from outside: one binary, so that a change is linked once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod audit;
mod bad_input;
mod calls;
mod children;
mod command_line;
mod completion;
mod connections;
mod crash;
mod doctor;
mod every_command;
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
mod policies;
mod readme;
mod schema;
mod secrets;
mod separation;
mod shells;
mod signed;
mod store;
mod support;
mod terminal;
mod vault;
mod written;
mod yaml;
