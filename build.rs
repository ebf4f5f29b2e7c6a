//! What the linker is told.
//!
//! What must stay true: nothing is made or looked for here, so a build needs nothing but a C compiler.
#![allow(clippy::print_stdout)] // how a build script speaks to Cargo

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = |what: &str| std::env::var(format!("CARGO_CFG_TARGET_{what}")).unwrap_or_default();
    // The unwinder is linked in. To find it as a library of its own and to load it takes a sixth of a process that does
    // nothing, at every command, and not every small system has one. GCC brings both along. From its version 12 on, this one
    // needs the glibc of that time, 2.35: a program for an older system is built there.
    if target("OS") == "linux" && target("ENV") == "gnu" {
        println!("cargo::rustc-link-lib=static:-bundle=gcc_eh");
    }
}
