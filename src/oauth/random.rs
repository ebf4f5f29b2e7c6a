//! Where unguessable bytes come from. Tests bring their own source; the program asks the operating system.
use crate::oauth::error::Error;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

pub trait Random {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Error>;
}

/// The operating system's generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        getrandom::fill(bytes).map_err(|_| Error::NoRandomness)
    }
}

/// `N` random bytes as text for a URL: 32 bytes give 43 characters, what RFC 7636 §4.1 recommends for a verifier.
pub(super) fn url_text<const N: usize>(random: &mut dyn Random) -> Result<String, Error> {
    let mut bytes = Zeroizing::new([0u8; N]);
    random.fill(bytes.as_mut_slice())?;
    Ok(URL_SAFE_NO_PAD.encode(bytes.as_slice()))
}

#[cfg(test)]
pub(super) mod fixed {
    use super::*;

    /// 0, 1, 2, …: different at every call, the same in every run.
    #[derive(Default)]
    pub(crate) struct Counting(u8);

    impl Random for Counting {
        fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
            for byte in bytes {
                *byte = self.0;
                self.0 = self.0.wrapping_add(1);
            }
            Ok(())
        }
    }
}
