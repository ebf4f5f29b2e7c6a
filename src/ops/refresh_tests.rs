//! Rules 26–30: what happens to a refresh that is raced, interrupted, refused, put off, or cannot be written down.
use super::*;
use crate::oauth::pace::fast::FastPace;
use crate::ops::connections::sign_in_tests::Desk;
use crate::ops::connections::{Finished, RefreshOutcome, RefreshRequest, refresh_at_pace};
use crate::ops::tests::practice_provider::Fault;

fn desk() -> (Desk, Finished) {
    let desk = Desk::new();
    let finished = desk.connected();
    desk.provider.forget_requests();
    (desk, finished)
}

fn get(desk: &Desk, of: &Finished) -> Credential {
    desk.siesta.store.read(|tx| tx.find_credential(of.listed.connection.id)).unwrap().unwrap()
}

fn fault(desk: &Desk, fault: Fault) {
    desk.provider.fault(Fault { path: "/token".to_owned(), ..fault });
}

fn refresh(desk: &Desk, of: &Finished, pace: &dyn Pace) -> Result<Credential> {
    renewed(&desk.siesta, &of.listed.connection, When::Stale, pace)
}

fn refused(text: &str) -> Fault {
    Fault { status: 400, body: format!("{{\"error\":\"{text}\"}}"), ..Fault::default() }
}

#[test]
fn thirty_two_handles_ask_once() {
    let (desk, notes) = desk();
    desk.clock.advance(3400);
    std::thread::scope(|scope| {
        for _ in 0..32 {
            let siesta = desk.another();
            let connection = &notes.listed.connection;
            scope.spawn(move || fresh(&siesta, connection, None).unwrap());
        }
    });
    assert_eq!(desk.provider.count("POST", "/token"), 1);
    assert_eq!(get(&desk, &notes).version, 2);
}

#[test]
fn a_refresh_that_was_interrupted_is_tried_once_with_the_stored_token() {
    let (desk, notes) = desk();
    desk.clock.advance(3700);
    // The provider rotates, and its answer never arrives.
    fault(&desk, Fault { after_effect: true, hang: true, ..Fault::default() });
    let mut impatient = desk.another();
    impatient.net = crate::net::Net::new(crate::net::NetSettings {
        total_timeout: Duration::from_millis(200),
        ..crate::net::NetSettings::default()
    });
    let lost = fresh(&impatient, &notes.listed.connection, None).unwrap_err();
    assert!(matches!(lost.kind, Kind::Provider { may_have_arrived: true, .. }), "{lost}");
    assert!(get(&desk, &notes).refreshing.began_at.is_some());
    assert_eq!(desk.status(&notes), Status::Healthy);

    let ended = fresh(&desk.siesta, &notes.listed.connection, None).unwrap_err();
    assert!(ended.cause.unwrap().contains("refresh_interrupted"));
    assert_eq!(desk.status(&notes), Status::NeedsReauth);
    assert_eq!(desk.provider.count("POST", "/token"), 2);
}

#[test]
fn an_interrupted_refresh_that_never_arrived_is_made_good() {
    let (desk, notes) = desk();
    desk.clock.advance(3700);
    // As if the process had been killed between the attempt and the answer.
    let began = Refreshing { began_at: Some(desk.siesta.now()), not_before: None };
    let id = notes.listed.connection.id;
    let noted = desk.siesta.store.write(desk.siesta.now(), |tx| -> Result<Swap> {
        tx.needs_no_audit();
        Ok(tx.update_refreshing(id, 1, began)?)
    });
    assert_eq!(noted.unwrap(), Swap::Done);
    let renewed = fresh(&desk.siesta, &notes.listed.connection, None).unwrap();
    assert_eq!((renewed.version, renewed.refreshing), (2, Refreshing::default()));
}

#[test]
fn a_refusal_without_an_interruption_is_called_by_its_name() {
    let (desk, notes) = desk();
    desk.clock.advance(3700);
    desk.provider.withdraw_consent();
    let refused = fresh(&desk.siesta, &notes.listed.connection, None).unwrap_err();
    assert!(matches!(refused.kind, Kind::NeedsReauth { .. }));
    assert!(refused.cause.unwrap().contains("(invalid_grant)"));
}

#[test]
fn what_is_transient_changes_nothing_and_a_token_that_is_still_good_is_used() {
    let (desk, notes) = desk();
    desk.clock.advance(3400);
    fault(&desk, Fault::default());
    assert_eq!(refresh(&desk, &notes, &FastPace::default()).unwrap().version, 1);
    desk.clock.advance(300);
    fault(&desk, Fault::default());
    let failed = refresh(&desk, &notes, &FastPace::default()).unwrap_err();
    assert!(matches!(failed.kind, Kind::Provider { .. }));
    assert_eq!((desk.status(&notes), get(&desk, &notes).refreshing), (Status::Healthy, Refreshing::default()));
    assert_eq!(refresh(&desk, &notes, &FastPace::default()).unwrap().version, 2);
}

#[test]
fn retry_after_is_honoured_by_every_process() {
    let (desk, notes) = desk();
    desk.clock.advance(3700);
    fault(&desk, Fault { status: 429, headers: vec![("Retry-After".to_owned(), "60".to_owned())], ..Fault::default() });
    refresh(&desk, &notes, &FastPace::default()).unwrap_err();
    desk.clock.advance(59);
    let put_off = fresh(&desk.another(), &notes.listed.connection, None).unwrap_err();
    assert!(put_off.to_string().contains("not to be asked again before"), "{put_off}");
    assert_eq!(desk.provider.count("POST", "/token"), 1);
    desk.clock.advance(1);
    assert_eq!(refresh(&desk, &notes, &FastPace::default()).unwrap().version, 2);
}

#[test]
fn the_previous_token_is_kept_only_for_a_provider_with_a_reuse_window() {
    let (desk, notes) = desk();
    desk.clock.advance(3700);
    refresh(&desk, &notes, &FastPace::default()).unwrap();
    assert!(desk.tokens(&notes).previous_refresh_token.is_none());

    let mut connection = notes.listed.connection.clone();
    connection.sign_in.as_mut().unwrap()["reuseWindow"] = true.into();
    let before = desk.tokens(&notes).refresh_token.unwrap();
    desk.clock.advance(3700);
    renewed(&desk.siesta, &connection, When::Stale, &FastPace::default()).unwrap();
    let kept = desk.tokens(&notes);
    assert!(kept.previous_refresh_token.as_ref().unwrap().matches(&before));
    // The new one is refused, and the previous one still taken: the connection lives.
    desk.clock.advance(3700);
    fault(&desk, refused("invalid_grant"));
    let tries = desk.provider.count("POST", "/token");
    let _ = renewed(&desk.siesta, &connection, When::Stale, &FastPace::default());
    assert_eq!(desk.provider.count("POST", "/token") - tries, 2);
    let asked = desk.provider.requests().into_iter().filter(|seen| seen.path == "/token");
    let bodies: Vec<String> = asked.map(|seen| seen.body).collect();
    assert_eq!((bodies.len(), &bodies[3]), (4, &bodies[1]), "the previous token again");
}

#[test]
fn when_only_the_previous_token_works_it_is_the_one_that_is_kept() {
    for rotates in [false, true] {
        let (desk, notes) = desk();
        desk.provider.set(|settings| settings.reuse_window = true);
        let mut connection = notes.listed.connection.clone();
        connection.sign_in.as_mut().unwrap()["reuseWindow"] = true.into();
        let renew = || renewed(&desk.siesta, &connection, When::Stale, &FastPace::default()).unwrap();
        desk.clock.advance(3700);
        renew();
        let worked = desk.tokens(&notes).previous_refresh_token.unwrap();
        // The newer one is refused, for example because its grant never reached every server of the provider.
        desk.provider.set(|settings| settings.rotate = rotates);
        desk.clock.advance(3700);
        fault(&desk, refused("invalid_grant"));
        renew();
        let kept = desk.tokens(&notes);
        let place = if rotates { &kept.previous_refresh_token } else { &kept.refresh_token };
        assert!(place.as_ref().unwrap().matches(&worked), "rotates: {rotates}");
    }
}

#[test]
fn the_providers_clock_is_compared_with_ours_at_every_answer() {
    let (desk, notes) = desk();
    let noted = || desk.siesta.store.read(|tx| tx.find_clock_skew()).unwrap().map(|(seconds, _)| seconds);
    let renew = |seconds| {
        desk.provider.set(|settings| settings.clock_off = seconds);
        let version = get(&desk, &notes).version;
        renewed(&desk.siesta, &notes.listed.connection, When::Version(version), &FastPace::default()).unwrap();
        noted()
    };
    assert_eq!(noted(), None);
    let ahead = renew(300).unwrap();
    assert!((295..=305).contains(&ahead), "{ahead}");
    assert!(renew(-300).unwrap() < -290);
    assert_eq!(renew(0), None);
}

/// A refresh that is under way at the provider while `meanwhile` happens.
fn during_a_refresh(desk: &Desk, of: &Finished, spoilt: Fault, meanwhile: impl FnOnce()) -> Result<Credential> {
    fault(desk, Fault { delay_ms: 300, ..spoilt });
    let (siesta, connection) = (desk.another(), of.listed.connection.clone());
    let before = desk.provider.count("POST", "/token");
    let running = std::thread::spawn(move || renewed(&siesta, &connection, When::Stale, &FastPace::default()));
    while desk.provider.count("POST", "/token") == before {
        assert!(!running.is_finished(), "no refresh was due");
        std::thread::yield_now();
    }
    meanwhile();
    running.join().unwrap()
}

fn slow() -> Fault {
    Fault { only_delay: true, ..Fault::default() }
}

fn reasons(desk: &Desk, action: &str) -> Vec<Option<String>> {
    let query = crate::store::AuditQuery { action: Some(action.to_owned()), limit: 9, ..Default::default() };
    let rows = desk.siesta.store.read(|tx| tx.list_audit(&query)).unwrap();
    rows.into_iter().filter(|row| row.action == action).map(|row| row.reason).collect()
}

/// As a process does that does not hold the lock: one of an older program, or on a file system without locks.
fn by_force(desk: &Desk, of: &Finished, opens: Option<&Opens>) {
    let id = of.listed.connection.id;
    let done = desk.siesta.store.write(desk.siesta.now(), |tx| -> Result<()> {
        tx.needs_no_audit();
        match opens {
            Some(opens) => tx.upsert_credential(id, opens)?,
            None => drop(tx.delete_credential(id)?),
        }
        Ok(())
    });
    done.unwrap();
}

/// Rule 26: what a refresh brings too late is not kept, and does not stay alive at the provider.
#[test]
fn a_refresh_that_lost_against_a_replacement_ends_what_it_was_given() {
    let (desk, notes) = desk();
    desk.clock.advance(3700);
    let newer = Opens::OAuth(OAuthTokens {
        access_token: Secret::new("newer".to_owned()),
        expires_at: Some(desk.siesta.now() + jiff::SignedDuration::from_hours(9)),
        refresh_token: None,
        previous_refresh_token: None,
        client_secret: None,
        companion: None,
    });
    let found = during_a_refresh(&desk, &notes, slow(), || by_force(&desk, &notes, Some(&newer))).unwrap();
    assert!(
        matches!(&found.opens, Opens::OAuth(tokens) if tokens.access_token.matches(&Secret::new("newer".to_owned())))
    );
    assert_eq!(found.version, 2);
    assert_eq!((desk.provider.living_grants(), desk.provider.count("POST", "/revoke")), (0, 2));
    assert_eq!(reasons(&desk, "connection.refresh"), [Some("replaced_meanwhile".to_owned())]);
}

#[test]
fn a_refresh_that_lost_against_a_revocation_brings_nothing_back_to_life() {
    let (desk, notes) = desk();
    desk.clock.advance(3700);
    let ended = during_a_refresh(&desk, &notes, slow(), || by_force(&desk, &notes, None)).unwrap_err();
    assert!(matches!(ended.kind, Kind::NeedsReauth { .. }), "{ended}");
    assert!(desk.siesta.store.read(|tx| tx.find_credential(notes.listed.connection.id)).unwrap().is_none());
    assert_eq!(desk.provider.living_grants(), 0);
}

/// Rule 26: the three that replace or end a credential wait for a refresh that is under way.
#[test]
fn revoke_and_reauth_wait_for_a_refresh_that_is_under_way() {
    use crate::ops::connections::{Reauth, RevokeRequest, Way, begin_reauth, finish_pasted, revoke};
    let (desk, notes) = desk();
    // Stale, and yet within the hour that the provider's id tokens are good for.
    desk.clock.advance(3400);
    let pending = begin_reauth(&desk.siesta, "notes", &Reauth { way: Way::Paste, ..Reauth::default() }).unwrap();
    let address = desk.redirect(&pending, true);
    // The exchange of the code comes before the lock and must not wait.
    let again = || drop(finish_pasted(&desk.siesta, &pending.id.to_string(), &address).unwrap());
    let _ = during_a_refresh(&desk, &notes, slow(), again);
    assert_eq!((get(&desk, &notes).version, desk.status(&notes)), (3, Status::Healthy));

    let ending = || drop(revoke(&desk.siesta, "notes", &RevokeRequest::default()).unwrap());
    desk.clock.advance(3700);
    let _ = during_a_refresh(&desk, &notes, slow(), ending);
    assert_eq!(desk.status(&notes), Status::Revoked);
    assert!(desk.siesta.store.read(|tx| tx.find_credential(notes.listed.connection.id)).unwrap().is_none());
    assert_eq!(reasons(&desk, "connection.refresh"), [None, None], "nobody lost a race");
}

/// Rule 27: a refusal is about the token that was sent, not about one that came since.
#[test]
fn a_refusal_of_a_token_that_was_replaced_meanwhile_ends_nothing() {
    let (desk, notes) = desk();
    desk.clock.advance(3700);
    let newer = get(&desk, &notes).opens;
    let found =
        during_a_refresh(&desk, &notes, refused("invalid_grant"), || by_force(&desk, &notes, Some(&newer))).unwrap();
    assert_eq!((found.version, desk.status(&notes)), (2, Status::Healthy));
}

/// Rule 26: the attempt is written down before the token is spent.
#[test]
fn a_store_that_cannot_be_written_spends_no_refresh_token() {
    let (desk, notes) = desk();
    desk.clock.advance(3700);
    // A directory in the place of the lock keeps every writer out.
    let obstacle = desk.home.path().join("store/store.lock");
    std::fs::remove_file(&obstacle).unwrap();
    std::fs::create_dir(&obstacle).unwrap();
    let failed = refresh(&desk, &notes, &FastPace::default()).unwrap_err();
    assert!(!matches!(failed.kind, Kind::NeedsReauth { .. } | Kind::Provider { .. }), "{failed}");
    assert_eq!(desk.provider.count("POST", "/token"), 0);
    std::fs::remove_dir(&obstacle).unwrap();
    refresh(&desk, &notes, &FastPace::default()).unwrap();
    assert_eq!(reasons(&desk, "connection.refresh.attempt").len(), 1);
    desk.clock.advance(3700);
    fault(&desk, Fault::default());
    refresh(&desk, &notes, &FastPace::default()).unwrap_err();
    assert_eq!(reasons(&desk, "connection.refresh.attempt").len(), 2);
    assert_eq!(reasons(&desk, "connection.refresh.failed").len(), 1);
}

/// Makes every write of the store fail until it has been slept so often.
struct FullDisk {
    obstacle: std::path::PathBuf,
    naps_until_room: Option<usize>,
    time: FastPace,
}

impl Pace for FullDisk {
    fn sleep(&self, time: Duration) {
        self.time.sleep(time);
        if Some(self.time.naps().len()) == self.naps_until_room {
            std::fs::remove_dir(&self.obstacle).unwrap();
        }
    }

    fn elapsed(&self) -> Duration {
        self.time.elapsed()
    }
}

/// The disk is full from the moment the provider has been asked.
fn with_full_disk(naps_until_room: Option<usize>) -> (Desk, Finished, Result<Credential>) {
    let (desk, notes) = desk();
    desk.clock.advance(3700);
    fault(&desk, Fault { only_delay: true, delay_ms: 300, ..Fault::default() });
    let obstacle = desk.home.path().join("store/store.lock");
    let pace = FullDisk { obstacle: obstacle.clone(), naps_until_room, time: FastPace::default() };
    let (siesta, connection) = (desk.another(), notes.listed.connection.clone());
    let running = std::thread::spawn(move || renewed(&siesta, &connection, When::Stale, &pace));
    while desk.provider.count("POST", "/token") == 0 {
        assert!(!running.is_finished(), "no refresh was due");
        std::thread::yield_now();
    }
    std::fs::remove_file(&obstacle).unwrap();
    std::fs::create_dir(obstacle).unwrap();
    let ended = running.join().unwrap();
    (desk, notes, ended)
}

#[test]
fn a_rotated_token_that_cannot_be_written_is_not_given_up_while_there_is_hope() {
    let (desk, notes, ended) = with_full_disk(Some(4));
    assert_eq!(ended.unwrap().version, 2);
    desk.clock.advance(3700);
    assert_eq!(refresh(&desk, &notes, &FastPace::default()).unwrap().version, 3, "the new one is good");
}

#[test]
fn a_rotated_token_that_is_lost_is_said_to_be() {
    let (desk, notes, ended) = with_full_disk(None);
    let lost = ended.unwrap_err();
    assert!(matches!(&lost.kind, Kind::RefreshLost { label } if label == "notes"), "{lost}");
    std::fs::remove_dir(desk.home.path().join("store/store.lock")).unwrap();
    // And the next use finds out for itself.
    let ended = fresh(&desk.siesta, &notes.listed.connection, None).unwrap_err();
    assert!(ended.cause.unwrap().contains("refresh_interrupted"));
}

#[test]
fn refreshing_ahead_of_time_takes_what_runs_out_and_names_what_needs_a_person() {
    let (desk, notes) = desk();
    let all = |within: Option<u64>| RefreshRequest { connections: Vec::new(), within: within.map(Duration::from_secs) };
    let run = |request: &RefreshRequest| refresh_at_pace(&desk.siesta, request, &FastPace::default()).unwrap();
    assert!(matches!(run(&all(None))[0].outcome, RefreshOutcome::NotDue));
    assert!(matches!(run(&all(Some(3000)))[0].outcome, RefreshOutcome::NotDue));
    assert!(matches!(run(&all(Some(3700)))[0].outcome, RefreshOutcome::Renewed));
    let named = RefreshRequest { connections: vec!["notes".to_owned()], within: None };
    assert!(matches!(run(&named)[0].outcome, RefreshOutcome::Renewed));
    assert_eq!(desk.provider.count("POST", "/token"), 2);
    assert!(
        refresh_at_pace(
            &desk.siesta,
            &RefreshRequest { connections: vec!["nots".to_owned()], within: None },
            &FastPace::default()
        )
        .is_err()
    );

    // Two failures are waited out, three are reported.
    let pace = FastPace::default();
    fault(&desk, Fault { times: 2, ..Fault::default() });
    assert!(matches!(refresh_at_pace(&desk.siesta, &named, &pace).unwrap()[0].outcome, RefreshOutcome::Renewed));
    assert_eq!(pace.naps().len(), 2);
    assert!(pace.naps()[1] > pace.naps()[0] && pace.naps()[0] >= Duration::from_secs(1));
    fault(&desk, Fault { times: 3, ..Fault::default() });
    assert!(matches!(run(&named)[0].outcome, RefreshOutcome::Failed { .. }));

    desk.provider.withdraw_consent();
    assert!(matches!(run(&named)[0].outcome, RefreshOutcome::NeedsReauth { .. }));
    let tries = desk.provider.count("POST", "/token");
    assert!(matches!(run(&all(None))[0].outcome, RefreshOutcome::NeedsReauth { .. }));
    assert_eq!(desk.provider.count("POST", "/token"), tries, "a connection that needs a person is not asked for");
    assert_eq!(desk.status(&notes), Status::NeedsReauth);
}
