//! What goes when its time is over, and what stays.
use super::{House, done, read_notes};
use crate::model::people::Role;
use crate::ops::{approvals, audit, calls, organization, people, vault};
use serde_json::Value;

/// A day, in minutes of the hand.
const DAY: i64 = 24 * 60;

fn kept(audit: Option<Option<u32>>, execution: Option<Option<u32>>) -> organization::OrganizationChange {
    organization::OrganizationChange {
        audit_retention: audit,
        execution_retention: execution,
        ..organization::OrganizationChange::default()
    }
}

#[test]
fn the_beginning_of_the_audit_goes_with_a_row_that_says_so_and_the_rest_still_verifies() {
    let house = House::new();
    organization::set(&house.carol(), &kept(Some(Some(30)), None)).unwrap();
    let anchored = audit::head(&house.carol()).unwrap().head;
    house.later(20 * DAY);
    people::add_user(&house.carol(), "dora", Role::User, None).unwrap();
    let middle = audit::head(&house.carol()).unwrap().head;
    // The change itself takes the rows that are over time along.
    house.later(11 * DAY);
    people::add_user(&house.carol(), "erik", Role::User, None).unwrap();
    let carol = house.carol();
    let rows = audit::list(&carol, &audit::Listing { limit: 100, ..audit::Listing::default() }).unwrap();
    assert_eq!(rows.last().unwrap().seq, anchored.seq + 1, "the first that is left is the one of day 20: {rows:#?}");
    let told = rows.iter().find(|row| row.action == "retention").unwrap();
    let dropped = crate::model::retention::Dropped::told_by(told).unwrap();
    assert_eq!((dropped.count, dropped.first_seq, dropped.last_seq), (anchored.seq, 1, anchored.seq));
    assert_eq!((dropped.last_hash.as_str(), told.actor.as_str()), (anchored.hash.as_str(), "system"));
    for (head, found) in [(&anchored, audit::Anchor::Dropped), (&middle, audit::Anchor::Found)] {
        let verified = audit::verify(&carol, Some(head), |_| ()).unwrap();
        assert_eq!((verified.broken, verified.anchor, verified.rows), (None, Some(found), rows.len() as i64));
    }
    // And no more than once a day.
    people::add_user(&carol, "fred", Role::User, None).unwrap();
    let again = audit::list(&carol, &audit::Listing { limit: 100, ..audit::Listing::default() }).unwrap();
    assert_eq!(again.iter().filter(|row| row.action == "retention").count(), 1);
    // A store whose pin knows a row that went opens all the same.
    house.later(31 * DAY);
    organization::set(&house.carol(), &kept(Some(Some(1)), None)).unwrap();
    assert_eq!(audit::verify(&house.carol(), None, |_| ()).unwrap().broken, None);
    vault::compact(&house.carol(), &mut |_, _| ()).unwrap();
    assert_eq!(audit::verify(&house.carol(), None, |_| ()).unwrap().broken, None);
}

#[test]
fn an_execution_keeps_hashes_when_its_time_is_over() {
    let house = House::new();
    house.notes();
    let finished = done(calls::call(&house.carol(), &read_notes()));
    let before = house.execution(finished.execution);
    house.later(31 * DAY);
    let (carol, now) = (house.carol(), approvals::Listing { limit: 10, ..approvals::Listing::default() });
    people::add_user(&carol, "dora", Role::User, None).unwrap();
    let after = approvals::list(&carol, &now).unwrap().into_iter().find(|e| e.id == before.id).unwrap();
    let hashes = approvals::hashes(&carol, &after).unwrap().unwrap();
    assert_eq!(hashes, crate::model::retention::Hashes::of(&before).unwrap());
    assert_eq!((&after.arguments, after.result.unwrap().body), (&Value::Null, Vec::new()));
    assert_eq!((after.status, after.request.method), (before.status, before.request.method));
    let told = audit::Listing { action: Some("retention".to_owned()), limit: 10, ..audit::Listing::default() };
    assert_eq!(audit::list(&carol, &told).unwrap()[0].entity, "execution");
}
