//! A machine with a store and a provider it can reach: where most stories of the command line begin.
use super::provider::{API_KEY, Button, PUBLIC_CLIENT, Page, Provider};
use super::sandbox::{Run, Sandbox};
use std::ops::{Deref, DerefMut};
use std::path::PathBuf;

/// A [`Sandbox`] whose store belongs to Acme and whose first owner is mara.
pub struct Office {
    pub provider: Provider,
    sandbox: Sandbox,
}

impl Deref for Office {
    type Target = Sandbox;

    fn deref(&self) -> &Sandbox {
        &self.sandbox
    }
}

impl DerefMut for Office {
    fn deref_mut(&mut self) -> &mut Sandbox {
        &mut self.sandbox
    }
}

impl Office {
    #[track_caller]
    pub fn new() -> Office {
        let office = Office { provider: Provider::start(), sandbox: Sandbox::new() };
        office.siesta(&["init", "--org", "Acme"]).succeeds();
        office
    }

    /// With "notes" signed in at the provider, and the agent "helper", who may read and write there.
    #[track_caller]
    pub fn with_notes() -> Office {
        let office = Office::new();
        office.set_client();
        office.add_notes(&[], Button::Allow).0.succeeds();
        office.siesta(&["agent", "add", "helper", "--assign", "notes"]).succeeds();
        office.siesta(&["policy", "set", "helper", "notes", "--mode", "read_write"]).succeeds();
        office
    }

    /// With "research", a shared key connection to the provider's model endpoint, the agent "helper" and the user alice.
    #[track_caller]
    pub fn with_research() -> Office {
        let office = Office::new();
        office.add_research(&["--access", "shared"]).succeeds();
        office.siesta(&["agent", "add", "helper", "--assign", "research"]).succeeds();
        office.siesta(&["user", "add", "alice"]).succeeds();
        office
    }

    #[track_caller]
    pub fn set_client(&self) {
        self.siesta(&["app", "set", &self.provider.base_url, "--client-id", PUBLIC_CLIENT]).succeeds();
    }

    #[track_caller]
    pub fn add_notes(&self, more: &[&str], button: Button) -> (Run, Page) {
        let api = self.provider.url("/api");
        let mut args = vec!["add", "oauth2", "notes", "--issuer", &self.provider.base_url, "--base-url", &api];
        args.extend(["--allow-private-network", "--scope", "openid email notes.read notes.write"]);
        args.extend(more);
        self.line(&args).sign_in(button)
    }

    #[track_caller]
    pub fn add_research(&self, more: &[&str]) -> Run {
        let mut args = vec!["add", "openai", "research", "--secret-stdin", "--base-url", &self.provider.base_url];
        args.push("--allow-private-network");
        args.extend(more);
        self.siesta_with(&args, API_KEY)
    }

    pub fn store_dir(&self) -> PathBuf {
        self.path("data/siesta/default")
    }

    pub fn identity(&self) -> PathBuf {
        self.path("config/siesta/identities/default.txt")
    }

    /// The one file that says which state of the store was seen last.
    pub fn pin(&self) -> PathBuf {
        let pins = std::fs::read_dir(self.path("config/siesta/pins")).unwrap();
        let mut pins: Vec<PathBuf> = pins.map(|entry| entry.unwrap().path()).collect();
        assert_eq!(pins.len(), 1, "{pins:?}");
        pins.remove(0)
    }
}
