//! The map of siesta.
//!
//! ```text
//!  terminal      HTTP (later)   MCP (later)
//!     cli ─────────── api ─────────── mcp        front ends: words, shapes, exits   ── view
//!       \              |              /
//!        └────────────ops────────────┘           verbs: facts → decide → record → act → record
//!           /           |           \
//!        store        oauth       provider       doors: disk, browser, outside world
//!           \            \       /
//!            \             net                   one HTTP client, address checks
//!             \            /
//!                 model                          nouns and rules, pure         (catalog: services as data)
//! ```
//!
//! Arrows point down, values come back, siblings do not know each other. `tests/cli/layers.rs` keeps it.
//!
//! # One command, walked through
//!
//! `siesta call notes http_post --arg path=notes --agent helper`:
//!
//! 1. [`cli`] parses the line, resolves settings once (flag, environment, config file, default) and opens the store.
//! 2. [`ops::calls::call`] reads the facts, asks [`model::decide::decide`], and writes down what it says, all in one
//!    [`store::Store::write`]. Denied: that was all. A person is wanted: the question is stored, and the call returns.
//! 3. Allowed: only now is the credential opened (refreshed first where it is stale), and `provider::send` sends the
//!    canonical request, and nothing else, to an origin the credential was entered for, at an address that was checked.
//! 4. A second write keeps the result, books the tokens and closes the audit.
//! 5. [`view`] gives the outcome its shape, `cli` its words and its exit code.
//!
//! # Where to put what
//!
//! The words typed are the path: `siesta limits report` is `cli/limits/report.rs` → [`ops::limits::report`] →
//! `store/limits.rs`, `store/usage.rs` → the rule in [`model::limit`] → the shape in [`view::limit`]. (The verbs of the
//! main noun, `siesta add`, `list`, `revoke`, …, are in `cli/connections/`.)
//!
//! What a shell asks while somebody types goes another way, past the store: `cli/complete/` → [`ops::completion`] →
//! `store/index.rs`, the names that every write leaves beside it.
//!
//! To add a command, bottom to top, no file visited twice: a rule or noun in `model` with its truth table; a statement in
//! `store` if it needs one; a verb in `ops` with an operation test; a shape in `view`; one leaf file and one match arm in
//! `cli`; cases in `tests/cli`; then `cargo run --example generate`.
pub mod catalog;
pub mod cli;
pub mod model;
pub mod net;
pub mod oauth;
pub mod ops;
pub mod provider;
pub mod store;
pub mod view;
