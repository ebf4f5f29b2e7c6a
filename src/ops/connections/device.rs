//! A sign-in whose code is typed on another device.
use crate::oauth::{self, Pace, SystemPace};
use crate::ops::connections::finish::{Finished, keep_tokens};
use crate::ops::connections::pending::{Arrival, PendingAdd};
use crate::ops::{Kind, Result, Siesta};
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use url::Url;

/// What the person is shown.
#[derive(Debug, Clone)]
pub struct DeviceShown {
    pub user_code: String,
    pub verification_url: Url,
    /// The same address with the code in it.
    pub complete_url: Option<Url>,
    pub expires_in: Duration,
}

impl PendingAdd {
    pub fn device(&self) -> Option<DeviceShown> {
        match &self.arrival {
            Arrival::Device(code) => Some(DeviceShown {
                user_code: code.user_code.clone(),
                verification_url: code.verification_url.clone(),
                complete_url: code.complete_url.clone(),
                expires_in: code.expires_in,
            }),
            Arrival::Listener(_) | Arrival::Pasted => None,
        }
    }
}

/// Waits for the yes on the other device, and finishes the sign-in.
pub fn finish_device(
    siesta: &Siesta,
    pending: &PendingAdd,
    limit: Duration,
    cancelled: &AtomicBool,
) -> Result<Finished> {
    finish_at_pace(siesta, pending, limit, cancelled, &SystemPace::start())
}

pub(super) fn finish_at_pace(
    siesta: &Siesta,
    pending: &PendingAdd,
    limit: Duration,
    cancelled: &AtomicBool,
    pace: &dyn Pace,
) -> Result<Finished> {
    let Arrival::Device(code) = &pending.arrival else {
        return Err(Kind::Bug { what: "a sign-in without a device code".to_owned() }.into());
    };
    let started = &pending.started;
    let (server, client) = (&started.server, &started.client);
    let answer = oauth::await_device(&siesta.net, started.reach, server, client, code, limit, pace, cancelled)?;
    keep_tokens(siesta, started, &answer)
}
