//! Sign-ins as operations: a real store, the practice provider, and a clock that stands still.
use crate::model::connection::Status;
use crate::model::credential::{OAuthTokens, Opens};
use crate::model::id::Ids;
use crate::model::secret::Secret;
use crate::model::time::{Clock, Timestamp};
use crate::oauth::pace::fast::FastPace;
use crate::ops::connections::device::finish_at_pace;
use crate::ops::connections::*;
use crate::ops::tests::practice_provider::{
    self, CONFIDENTIAL_CLIENT, CONFIDENTIAL_SECRET, Fault, PUBLIC_CLIENT, Provider,
};
use crate::ops::vault::{self, NewVault, StorePlace};
use crate::ops::{Kind, Siesta, World};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Stands until a test moves it. Begins now, because the practice provider's id tokens do.
pub(crate) struct HandClock(AtomicI64);

impl HandClock {
    pub(crate) fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

struct CountingIds(Mutex<u128>);

impl Ids for CountingIds {
    fn next(&self) -> uuid::Uuid {
        let mut last = self.0.lock().unwrap();
        *last += 1;
        uuid::Uuid::from_u128(*last)
    }
}

/// A store of its own, and the provider it signs in at.
pub(crate) struct Desk {
    pub(crate) siesta: Siesta,
    pub(crate) provider: Provider,
    pub(crate) clock: Arc<HandClock>,
    pub(crate) home: tempfile::TempDir,
}

fn place(home: &std::path::Path) -> StorePlace {
    StorePlace {
        dir: home.join("store"),
        config_dir: home.join("config"),
        identity_file: Some(home.join("key.txt")),
        expected_fingerprint: None,
        passphrase: None,
        credentials_dir: None,
        withheld: Vec::new(),
        holder: "a test".to_owned(),
        index: None,
        network: crate::ops::vault::Network::default(),
    }
}

impl Desk {
    pub(crate) fn new() -> Desk {
        let home = tempfile::tempdir().unwrap();
        let clock = Arc::new(HandClock(AtomicI64::new(Timestamp::now().as_second())));
        let new = NewVault {
            organization: "Acme".to_owned(),
            owner: "mara".to_owned(),
            owner_account: None,
            key: vault::NewKey::File,
            recovery_recipient: None,
        };
        let world = World {
            clock: Arc::<HandClock>::clone(&clock),
            ids: Arc::new(CountingIds(Mutex::new(1))),
            scratch: home.path().to_owned(),
            witness: Arc::new(crate::model::witness::Nobody),
        };
        let siesta = vault::init(place(home.path()), new, world).unwrap();
        Desk { siesta, provider: Provider::start(), clock, home }
    }

    /// Another process with the same store.
    pub(crate) fn another(&self) -> Siesta {
        vault::open(place(self.home.path()), "mara", self.siesta.world.clone()).unwrap()
    }

    pub(crate) fn new_sign_in(&self, way: Way) -> NewSignIn {
        NewSignIn {
            service: crate::catalog::REST.to_owned(),
            settings: serde_json::Map::new(),
            tenant: None,
            companion: None,
            verify: true,
            issuer: Some(self.provider.base_url.clone()),
            endpoints: None,
            base_url: None,
            scopes: Some(["openid", "email", "notes.read"].map(str::to_owned).to_vec()),
            client_id: Some(PUBLIC_CLIENT.to_owned()),
            client_secret: None,
            account_hint: None,
            callback_port: None,
            way,
            require_scopes: false,
            wanted: Wanted { label: Some("notes".to_owned()), allow_private_network: true, ..Wanted::default() },
        }
    }

    pub(crate) fn begin(&self, new: NewSignIn) -> PendingAdd {
        begin_add(&self.siesta, new).unwrap()
    }

    /// The address a browser ends at after pressing the button: what a person would copy.
    pub(crate) fn redirect(&self, pending: &PendingAdd, allow: bool) -> String {
        practice_provider::browse(pending.authorization_url.as_str(), allow).url
    }

    pub(crate) fn connected(&self) -> Finished {
        let pending = self.begin(self.new_sign_in(Way::Paste));
        finish_pasted(&self.siesta, &pending.id.to_string(), &self.redirect(&pending, true)).unwrap()
    }

    pub(crate) fn tokens(&self, of: &Finished) -> OAuthTokens {
        let found = self.siesta.store.read(|tx| tx.find_credential(of.listed.connection.id)).unwrap();
        match found.map(|credential| credential.opens) {
            Some(Opens::OAuth(tokens)) => tokens,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn status(&self, of: &Finished) -> Status {
        self.siesta.store.read(|tx| tx.get_connection(of.listed.connection.id)).unwrap().status
    }
}

fn reauth(way: Way) -> Reauth {
    Reauth { way, ..Reauth::default() }
}

#[test]
fn another_process_finishes_what_one_began_with_client_secret_and_nonce() {
    let desk = Desk::new();
    let new = NewSignIn {
        service: crate::catalog::REST.to_owned(),
        settings: serde_json::Map::new(),
        tenant: None,
        companion: None,
        verify: true,
        client_id: Some(CONFIDENTIAL_CLIENT.to_owned()),
        client_secret: Some(Secret::new(CONFIDENTIAL_SECRET.to_owned())),
        ..desk.new_sign_in(Way::Paste)
    };
    let pending = desk.begin(new);
    let (id, redirect) = (pending.id.to_string(), desk.redirect(&pending, true));
    drop(pending);
    let finished = finish_pasted(&desk.another(), &id, &redirect).unwrap();
    assert_eq!(finished.account.as_deref(), Some("ann@practice.example"));
    assert_eq!(finished.listed.connection.label, "notes");
    assert!(desk.tokens(&finished).client_secret.is_some());
    assert!(!finished.again && !finished.no_refresh_token);
}

#[test]
fn a_pending_sign_in_is_used_once_and_then_holds_no_secret() {
    let desk = Desk::new();
    let pending = desk.begin(desk.new_sign_in(Way::Paste));
    let (id, redirect) = (pending.id.to_string(), desk.redirect(&pending, true));
    finish_pasted(&desk.siesta, &id, &redirect).unwrap();
    let again = finish_pasted(&desk.siesta, &id, &redirect).unwrap_err();
    assert!(matches!(again.kind, Kind::Conflict { .. }), "{again}");
    assert_eq!(desk.provider.count("POST", "/token"), 1);
    let row = desk.siesta.store.read(|tx| tx.find_pending(pending.id)).unwrap().unwrap();
    assert!(row.verifier.is_none() && row.nonce.is_none() && row.client_secret.is_none());
}

#[test]
fn of_two_that_finish_at_the_same_time_one_succeeds() {
    let desk = Desk::new();
    let pending = desk.begin(desk.new_sign_in(Way::Paste));
    let (id, redirect) = (pending.id.to_string(), desk.redirect(&pending, true));
    let ends: Vec<bool> = std::thread::scope(|scope| {
        let racers: Vec<_> = (0..8)
            .map(|_| {
                let siesta = desk.another();
                let (id, redirect) = (&id, &redirect);
                scope.spawn(move || finish_pasted(&siesta, id, redirect).is_ok())
            })
            .collect();
        racers.into_iter().map(|racer| racer.join().unwrap()).collect()
    });
    assert_eq!(ends.iter().filter(|won| **won).count(), 1);
    assert_eq!(desk.provider.count("POST", "/token"), 1);
}

#[test]
fn what_does_not_belong_to_it_changes_nothing_and_the_right_address_still_works() {
    let desk = Desk::new();
    let (pending, other) = {
        let other = NewSignIn { wanted: Wanted::default(), ..desk.new_sign_in(Way::Paste) };
        let other = NewSignIn { wanted: Wanted { allow_private_network: true, ..Wanted::default() }, ..other };
        (desk.begin(desk.new_sign_in(Way::Paste)), desk.begin(other))
    };
    let id = pending.id.to_string();
    let foreign = desk.redirect(&other, true);
    for pasted in ["", "4/0AX4XfWh", "code=abc&state=def", foreign.as_str(), pending.redirect_uri()] {
        let refused = finish_pasted(&desk.siesta, &id, pasted).unwrap_err();
        assert!(matches!(refused.kind, Kind::NotTheRedirect { .. }), "{pasted}: {refused}");
    }
    assert_eq!(desk.provider.count("POST", "/token"), 0);
    finish_pasted(&desk.siesta, &id, &desk.redirect(&pending, true)).unwrap();
}

#[test]
fn an_unknown_and_an_expired_sign_in_are_told_apart() {
    let desk = Desk::new();
    let pending = desk.begin(desk.new_sign_in(Way::Paste));
    let (id, redirect) = (pending.id.to_string(), desk.redirect(&pending, true));
    for unknown in ["nonsense", "0193c7de-0000-7000-8000-000000000000"] {
        let refused = finish_pasted(&desk.siesta, unknown, &redirect).unwrap_err();
        assert!(matches!(refused.kind, Kind::NotFound { noun: "pending sign-in", .. }), "{refused}");
    }
    desk.clock.advance(299);
    let another = desk.begin(NewSignIn {
        service: crate::catalog::REST.to_owned(),
        settings: serde_json::Map::new(),
        tenant: None,
        companion: None,
        verify: true,
        wanted: Wanted { allow_private_network: true, ..Wanted::default() },
        ..desk.new_sign_in(Way::Paste)
    });
    desk.clock.advance(1);
    let late = finish_pasted(&desk.siesta, &id, &redirect).unwrap_err();
    assert!(matches!(&late.kind, Kind::SignIn { why } if why.contains("expired")), "{late}");
    assert_eq!(desk.provider.count("POST", "/token"), 0);
    // The next one that begins clears the secrets of those that have expired, and of no other.
    drop(desk.begin(NewSignIn {
        service: crate::catalog::REST.to_owned(),
        settings: serde_json::Map::new(),
        tenant: None,
        companion: None,
        verify: true,
        wanted: Wanted { allow_private_network: true, ..Wanted::default() },
        ..desk.new_sign_in(Way::Paste)
    }));
    let row = |id| desk.siesta.store.read(|tx| tx.find_pending(id)).unwrap().unwrap();
    assert!(row(pending.id).verifier.is_none() && row(another.id).verifier.is_some());
}

#[test]
fn a_no_in_the_browser_uses_the_sign_in_up() {
    let desk = Desk::new();
    let pending = desk.begin(desk.new_sign_in(Way::Paste));
    let (id, redirect) = (pending.id.to_string(), desk.redirect(&pending, false));
    let declined = finish_pasted(&desk.siesta, &id, &redirect).unwrap_err();
    assert!(matches!(&declined.kind, Kind::SignIn { why } if why.contains("declined")), "{declined}");
    assert!(matches!(finish_pasted(&desk.siesta, &id, &redirect).unwrap_err().kind, Kind::Conflict { .. }));
}

#[test]
fn the_listener_and_a_pasted_address_cannot_both_finish() {
    let desk = Desk::new();
    let pending = desk.begin(desk.new_sign_in(Way::Browser));
    let (id, url) = (pending.id.to_string(), pending.authorization_url.to_string());
    let browser = std::thread::spawn(move || practice_provider::browse(&url, true));
    finish_add(&desk.siesta, pending, Duration::from_secs(20), &AtomicBool::new(false)).unwrap();
    assert!(browser.join().unwrap().body.contains("<h1>Connected</h1>"));
    let late = finish_pasted(&desk.siesta, &id, "http://127.0.0.1:1/callback?code=c&state=s").unwrap_err();
    assert!(matches!(late.kind, Kind::NotFound { .. }));
}

#[test]
fn a_tunnel_gets_the_same_port_again_and_another_when_it_is_taken() {
    let desk = Desk::new();
    let first = desk.begin(desk.new_sign_in(Way::Tunnel)).port().unwrap();
    let held = desk.begin(desk.new_sign_in(Way::Tunnel));
    // Another test, or somebody on this machine, may hold the usual one; then neither has it.
    assert!(held.port() == Some(first) || first != 24178);
    let second = desk.begin(desk.new_sign_in(Way::Tunnel));
    assert!(second.port().is_some() && second.port() != held.port());
}

#[test]
fn a_code_typed_elsewhere_connects() {
    let desk = Desk::new();
    let pending = desk.begin(desk.new_sign_in(Way::Device));
    let shown = pending.device().unwrap();
    assert_eq!(pending.authorization_url, shown.complete_url.unwrap());
    let (pace, hour) = (FastPace::default(), Duration::from_secs(3600));
    let slow = Fault {
        path: "/token".to_owned(),
        status: 400,
        body: r#"{"error":"slow_down"}"#.to_owned(),
        ..Fault::default()
    };
    desk.provider.fault(slow);
    assert!(desk.provider.decide_device(&shown.user_code, true));
    let finished = finish_at_pace(&desk.siesta, &pending, hour, &AtomicBool::new(false), &pace).unwrap();
    assert_eq!(finished.account.as_deref(), Some("ann@practice.example"));
    assert_eq!(pace.naps().iter().sum::<Duration>(), Duration::from_secs(6 + 12));
    assert_eq!(desk.provider.count("POST", "/token"), 2);
}

#[test]
fn a_no_on_the_other_device_connects_nothing() {
    let desk = Desk::new();
    let pending = desk.begin(desk.new_sign_in(Way::Device));
    desk.provider.decide_device(&pending.device().unwrap().user_code, false);
    let (pace, hour) = (FastPace::default(), Duration::from_secs(3600));
    let refused = finish_at_pace(&desk.siesta, &pending, hour, &AtomicBool::new(false), &pace).unwrap_err();
    assert!(matches!(&refused.kind, Kind::SignIn { why } if why.contains("declined")), "{refused}");
    assert!(list(&desk.siesta, &Listing::default()).unwrap().is_empty());
}

#[test]
fn any_other_account_than_the_one_asked_for_is_refused_and_its_grant_revoked() {
    let desk = Desk::new();
    for (hint, scopes) in
        [("bob@practice.example", vec!["openid", "email"]), ("ann@practice.example", vec!["notes.read"])]
    {
        let scopes = scopes.into_iter().map(str::to_owned).collect();
        let new =
            NewSignIn { account_hint: Some(hint.to_owned()), scopes: Some(scopes), ..desk.new_sign_in(Way::Paste) };
        let pending = desk.begin(new);
        let refused = finish_pasted(&desk.siesta, &pending.id.to_string(), &desk.redirect(&pending, true)).unwrap_err();
        assert!(matches!(refused.kind, Kind::SignIn { .. }), "{refused}");
    }
    assert_eq!(desk.provider.count("POST", "/revoke"), 4);
    for hint in ["ANN@practice.example", "practice-user-1"] {
        let new = NewSignIn {
            service: crate::catalog::REST.to_owned(),
            settings: serde_json::Map::new(),
            tenant: None,
            companion: None,
            verify: true,
            account_hint: Some(hint.to_owned()),
            wanted: Wanted { allow_private_network: true, ..Wanted::default() },
            ..desk.new_sign_in(Way::Paste)
        };
        let pending = desk.begin(new);
        finish_pasted(&desk.siesta, &pending.id.to_string(), &desk.redirect(&pending, true)).unwrap();
    }
}

#[test]
fn a_new_sign_in_keeps_the_connection_and_refuses_another_account() {
    let desk = Desk::new();
    let first = desk.connected();
    let pending = begin_reauth(&desk.siesta, "notes", &reauth(Way::Paste)).unwrap();
    let redirect = desk.redirect(&pending, true);
    let again = finish_pasted(&desk.another(), &pending.id.to_string(), &redirect).unwrap();
    assert!(again.again);
    assert_eq!(again.listed.connection.id, first.listed.connection.id);

    desk.provider.set(|settings| settings.subject = "practice-user-2".to_owned());
    let pending = begin_reauth(&desk.siesta, "notes", &reauth(Way::Paste)).unwrap();
    let other = finish_pasted(&desk.siesta, &pending.id.to_string(), &desk.redirect(&pending, true)).unwrap_err();
    assert!(matches!(&other.kind, Kind::OtherAccount { .. }), "{other}");
    let allowed = Reauth { allow_account_change: true, ..reauth(Way::Device) };
    let pending = begin_reauth(&desk.siesta, "notes", &allowed).unwrap();
    desk.provider.decide_device(&pending.device().unwrap().user_code, true);
    let hour = Duration::from_secs(3600);
    finish_at_pace(&desk.siesta, &pending, hour, &AtomicBool::new(false), &FastPace::default()).unwrap();
}

#[test]
fn an_account_that_cannot_be_told_is_not_taken_for_the_same() {
    let desk = Desk::new();
    desk.connected();
    let again = |allow_account_change| {
        let scopes = Some(vec!["notes.read".to_owned()]);
        let asked = Reauth { scopes, allow_account_change, ..reauth(Way::Paste) };
        let pending = begin_reauth(&desk.siesta, "notes", &asked).unwrap();
        finish_pasted(&desk.siesta, &pending.id.to_string(), &desk.redirect(&pending, true))
    };
    let refused = again(false).unwrap_err();
    assert!(
        matches!(&refused.kind, Kind::OtherAccount { before, .. } if before == "ann@practice.example"),
        "{refused}"
    );
    assert_eq!(desk.provider.living_grants(), 1, "what was just granted is revoked");
    let allowed = again(true).unwrap();
    // The name of the account before would be a wrong one now.
    assert_eq!((allowed.account, allowed.listed.connection.metadata.len()), (None, 0));
}

/// Rule 23: people may untick scopes.
#[test]
fn fewer_scopes_than_asked_for_are_named_or_refused() {
    let desk = Desk::new();
    let granted = vec!["openid".to_owned(), "email".to_owned()];
    desk.provider.set(|settings| settings.grant_scopes = Some(granted.clone()));
    let strict = NewSignIn { require_scopes: true, ..desk.new_sign_in(Way::Paste) };
    let pending = desk.begin(strict);
    let refused = finish_pasted(&desk.siesta, &pending.id.to_string(), &desk.redirect(&pending, true)).unwrap_err();
    assert!(refused.to_string().contains("not granted: notes.read"), "{refused}");
    assert_eq!(desk.provider.living_grants(), 0, "what is not kept does not stay alive");
    let partial = desk.connected();
    assert_eq!(partial.missing_scopes, ["notes.read"]);
    assert_eq!(partial.listed.connection.granted_scopes, granted);
    assert_eq!(partial.listed.connection.requested_scopes.len(), 3);
    assert_eq!(show(&desk.siesta, "notes").unwrap().missing_scopes, ["notes.read"]);
}

#[test]
fn an_id_token_of_another_sign_in_connects_nothing() {
    let desk = Desk::new();
    desk.provider.set(|settings| settings.nonce = Some("another".to_owned()));
    let pending = desk.begin(desk.new_sign_in(Way::Paste));
    let refused = finish_pasted(&desk.siesta, &pending.id.to_string(), &desk.redirect(&pending, true)).unwrap_err();
    assert!(refused.to_string().contains("made for another sign-in"), "{refused}");
    assert!(list(&desk.siesta, &Listing::default()).unwrap().is_empty());
    assert_eq!(desk.provider.living_grants(), 0, "what was granted is revoked");
}

#[test]
fn a_new_sign_in_without_a_refresh_token_keeps_the_old_one_only_if_it_still_works() {
    let desk = Desk::new();
    let first = desk.connected();
    let old = desk.tokens(&first).refresh_token.unwrap();
    desk.provider.set(|settings| (settings.issue_refresh_token, settings.rotate) = (false, false));
    let again = |desk: &Desk| {
        let pending = begin_reauth(&desk.siesta, "notes", &reauth(Way::Paste)).unwrap();
        finish_pasted(&desk.siesta, &pending.id.to_string(), &desk.redirect(&pending, true)).unwrap()
    };
    let kept = again(&desk);
    assert!(!kept.no_refresh_token && desk.tokens(&kept).refresh_token.unwrap().matches(&old));
    desk.provider.withdraw_consent();
    let lost = again(&desk);
    assert!(lost.no_refresh_token && desk.tokens(&lost).refresh_token.is_none());
    assert_eq!(desk.status(&lost), Status::Healthy);
}
