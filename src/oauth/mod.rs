//! Sign-in, refresh and revocation: the only place that speaks OAuth.
//!
//! The two steps of a sign-in are values, not callbacks: [`begin`] gives an address to open and a [`Pending`] to keep;
//! the redirect comes back through the [`Listener`] or by [`paste`]; [`exchange`] turns its code into tokens. Whoever
//! calls decides what is shown, opened and stored: nothing here prints, opens a browser or touches the disk beyond one
//! private directory for a socket.
//!
//! What must stay true:
//!
//! * **A stranger's request changes nothing.** Whatever reaches the listener without the right `state` is answered and
//!   forgotten; only the provider's own answer ends the flow ([`callback`], [`gate`], [`doorman`]).
//! * **One judge.** Listener and paste use the same validator, so neither is the weaker way in.
//! * **Failures are told apart** by what has to happen next: sign in again, try later, or mend the configuration.
//! * **No error and no `Debug` holds a token, a code or a body.**
mod answer;
mod begin;
mod callback;
mod device;
mod discovery;
mod doorman;
mod error;
mod form;
mod gate;
mod id_token;
mod key_exchange;
mod loopback;
mod mint;
pub(crate) mod pace;
mod page;
mod par;
mod paste;
mod private_dir;
mod protocol;
mod random;
mod revoke;
mod server;
mod text;
mod token;
#[cfg(test)]
mod whole_flow_tests;

pub use answer::TokenAnswer;
pub use begin::{Begun, Pending, SignIn, begin};
pub use callback::Callback;
pub use device::{DeviceCode, await_device, begin_device};
pub use discovery::discover;
pub use doorman::Outcome;
pub use error::{Denial, DenialKind, Error};
pub use id_token::{Identity, IdentityWanted, identify};
pub use loopback::{Listener, unheard_redirect};
pub use mint::{KeyFile, mint, read_key_file};
pub use pace::{Pace, SystemPace};
pub use par::push;
pub use paste::paste;
pub use random::{Random, SystemRandom};
pub use revoke::{Upstream, revoke};
pub use server::{Client, ClientAuth, Grant, Server};
pub use token::{exchange, refresh};
