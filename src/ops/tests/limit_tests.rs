//! Token limits where it is easy to be wrong: at the edges of days, weeks and years, and while things change. Every one
//! at instants that stand here.
use super::*;
use crate::model::limit::{Millions, Period, Role, Standing};
use crate::model::time::Moment;
use crate::model::usage::Tokens;
use crate::ops::limits::{Field, LimitChange, OnAccount, ReportQuery, Subject};
use crate::ops::organization::OrganizationChange;
use crate::ops::usage::{NewReservation, NewUsage, Reserved, ShowQuery};
use crate::store::{UsageFilter, UsageLine};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A house with a model, whose clock stands at an instant that is later than everything that made it.
fn house_at(now: &str) -> House {
    let house = House::new();
    house.model();
    set_clock(&house, now);
    house
}

fn set_clock(house: &House, now: &str) {
    *house.clock.0.lock().unwrap() = at(now);
}

fn set_zone(house: &House, zone: &str) {
    let change = OrganizationChange { time_zone: Some(zone.to_owned()), ..OrganizationChange::default() };
    organization::set(&house.carol(), &change).unwrap();
}

fn set_week_start(house: &House, day: jiff::civil::Weekday) {
    let change = OrganizationChange { week_start: Some(day), ..OrganizationChange::default() };
    organization::set(&house.carol(), &change).unwrap();
}

fn set_limit(house: &House, subject: Subject, daily: Option<u64>, weekly: Option<u64>) {
    let field = |value: Option<u64>| value.map_or(Field::Clear, |tokens| Field::Set(Millions(tokens)));
    let change = LimitChange { daily: field(daily), weekly: field(weekly), ..LimitChange::default() };
    limits::set(&house.carol(), MODEL, &subject, &change).unwrap();
}

fn user(name: &str) -> Subject {
    Subject::User(name.to_owned())
}

fn spend(house: &House, user: &str, team: Option<&str>, time: &str, tokens: u64) {
    let new = NewUsage {
        connection: MODEL.to_owned(),
        user: Some(user.to_owned()),
        team: team.map(str::to_owned),
        agent: None,
        model: None,
        tokens: Tokens { input: tokens, ..Tokens::default() },
        source_id: None,
        at: Some(at(time)),
    };
    usage::record(&house.carol(), &new).unwrap();
}

fn account(user: &str, team: Option<&str>) -> OnAccount {
    OnAccount { user: Some(user.to_owned()), team: team.map(str::to_owned), agent: None }
}

/// What decides for a user at an instant.
fn decides(house: &House, who: &OnAccount, period: Period, when: &str) -> Option<Standing> {
    let explained = limits::explain(&house.carol(), MODEL, who, Some(Moment::At(at(when)))).unwrap();
    let line = explained.limits.into_iter().find(|line| line.period == period && line.decides)?;
    assert_eq!(line.role, Role::Applies);
    line.standing
}

fn used(house: &House, who: &str, period: Period, when: &str) -> u64 {
    decides(house, &account(who, None), period, when).unwrap().used
}

#[test]
fn a_day_that_loses_an_hour_and_one_that_gains_one_keep_their_own() {
    let house = house_at("2027-11-05T12:00:00Z");
    set_zone(&house, "Europe/Prague");
    set_limit(&house, user("alice"), Some(1000), Some(5000));
    // Midnight to midnight is 23 hours on the 28th of March, and 25 on the 31st of October.
    for (day, before, first, last, after) in [
        ("28", "2027-03-27T22:59:59.999Z", "2027-03-27T23:00:00Z", "2027-03-28T21:59:59.999Z", "2027-03-28T22:00:00Z"),
        ("31", "2027-10-30T21:59:59.999Z", "2027-10-30T22:00:00Z", "2027-10-31T22:59:59.999Z", "2027-10-31T23:00:00Z"),
    ] {
        for (time, tokens) in [(before, 1), (first, 20), (last, 300), (after, 4000)] {
            spend(&house, "alice", None, time, tokens);
        }
        assert_eq!(used(&house, "alice", Period::Daily, first), 320, "{day}");
        assert_eq!(used(&house, "alice", Period::Daily, last), 320, "{day}");
        assert_eq!(used(&house, "alice", Period::Daily, before), 1, "{day}");
        let standing = decides(&house, &account("alice", None), Period::Daily, first).unwrap();
        assert_eq!((standing.window.start, standing.window.end), (at(first), at(after)));
        // Both days are Sundays: the week ends with them.
        assert_eq!(used(&house, "alice", Period::Weekly, last), 321, "{day}");
        assert_eq!(used(&house, "alice", Period::Weekly, after), 4000, "{day}");
    }
}

#[test]
fn a_new_zone_in_mid_week_moves_records_to_other_days_and_loses_none() {
    let house = house_at("2027-06-10T12:00:00Z");
    set_limit(&house, user("alice"), Some(1000), Some(5000));
    // Wednesday evening, Sunday evening of the week before, both in UTC.
    spend(&house, "alice", None, "2027-06-09T20:00:00Z", 7);
    spend(&house, "alice", None, "2027-06-06T20:00:00Z", 50);
    assert_eq!(used(&house, "alice", Period::Daily, "2027-06-10T10:00:00Z"), 0);
    assert_eq!(used(&house, "alice", Period::Weekly, "2027-06-10T10:00:00Z"), 7);
    set_zone(&house, "Asia/Tokyo");
    assert_eq!(used(&house, "alice", Period::Daily, "2027-06-10T10:00:00Z"), 7, "it is Thursday there already");
    assert_eq!(used(&house, "alice", Period::Weekly, "2027-06-10T10:00:00Z"), 57, "and it was Monday");
    set_zone(&house, "America/Los_Angeles");
    assert_eq!(used(&house, "alice", Period::Weekly, "2027-06-10T10:00:00Z"), 7);
    assert_eq!(usage::show(&house.carol(), &ShowQuery::default(), None).unwrap().total.tokens.counted(), 57);
    // What is booked from now on goes to the days of the new zone.
    spend(&house, "alice", None, "2027-06-10T06:59:59Z", 100);
    assert_eq!(used(&house, "alice", Period::Daily, "2027-06-10T06:00:00Z"), 107);
}

#[test]
fn a_week_goes_on_over_the_end_of_the_year_and_begins_on_the_day_that_is_said() {
    let house = house_at("2027-01-10T12:00:00Z");
    set_limit(&house, user("alice"), None, Some(5000));
    // The last days of week 53, and the Monday after them.
    for (time, tokens) in [
        ("2026-12-27T23:59:59Z", 1),
        ("2026-12-28T00:00:00Z", 20),
        ("2026-12-31T23:59:59Z", 300),
        ("2027-01-03T23:59:59Z", 4000),
        ("2027-01-04T00:00:00Z", 50_000),
    ] {
        spend(&house, "alice", None, time, tokens);
    }
    for inside in ["2026-12-28T00:00:00Z", "2027-01-01T00:00:00Z", "2027-01-03T23:59:59Z"] {
        assert_eq!(used(&house, "alice", Period::Weekly, inside), 4320, "{inside}");
    }
    assert_eq!(used(&house, "alice", Period::Weekly, "2027-01-04T00:00:00Z"), 50_000);
    set_week_start(&house, jiff::civil::Weekday::Sunday);
    assert_eq!(used(&house, "alice", Period::Weekly, "2027-01-01T00:00:00Z"), 321, "from Sunday the 27th on");
    assert_eq!(used(&house, "alice", Period::Weekly, "2027-01-03T00:00:00Z"), 54_000);
    set_week_start(&house, jiff::civil::Weekday::Thursday);
    let standing = decides(&house, &account("alice", None), Period::Weekly, "2027-01-03T00:00:00Z").unwrap();
    assert_eq!((standing.window.start, standing.used), (at("2026-12-31T00:00:00Z"), 54_300));
}

#[test]
fn a_clock_set_back_an_hour_gives_nobody_their_tokens_back() {
    let house = house_at("2027-06-11T00:30:00Z");
    set_limit(&house, user("alice"), Some(1000), Some(2000));
    let change = LimitChange { strict: Some(true), ..LimitChange::default() };
    limits::set(&house.carol(), MODEL, &user("alice"), &change).unwrap();
    spend(&house, "alice", None, "2027-06-10T23:00:00Z", 600);
    spend(&house, "alice", None, "2027-06-11T00:20:00Z", 900);
    let reserve = |tokens| {
        let new = NewReservation {
            connection: MODEL.to_owned(),
            account: account("alice", None),
            model: None,
            tokens,
            lifetime: Duration::from_secs(600),
        };
        usage::reserve(&house.carol(), &new).unwrap()
    };
    assert!(matches!(reserve(100), Reserved::Done { .. }));
    assert!(matches!(reserve(1), Reserved::Refused { .. }), "900 and 100 are the day's");
    set_clock(&house, "2027-06-10T23:30:00Z");
    let checked = limits::check(&house.carol(), MODEL, &account("alice", None), None).unwrap();
    let of = |period| checked.standings.iter().find(|standing| standing.period == period).unwrap().clone();
    let (day, week) = (of(Period::Daily), of(Period::Weekly));
    // Yesterday's own tokens count again; the week knows all of them, and what is set aside is set aside.
    assert_eq!((day.used, day.reserved, week.used, week.reserved), (600, 100, 1500, 100));
    assert!(matches!(reserve(301), Reserved::Refused { .. }), "600, 100 and 301 are more than the day has");
    assert!(matches!(reserve(300), Reserved::Done { .. }));
    assert!(matches!(reserve(1), Reserved::Refused { .. }));
}

#[test]
fn a_reservation_that_nobody_settles_is_free_again_and_can_still_be_settled() {
    let house = house_at("2027-06-10T12:00:00Z");
    set_limit(&house, user("alice"), Some(1000), None);
    let new = NewReservation {
        connection: MODEL.to_owned(),
        account: account("alice", None),
        model: Some("m".to_owned()),
        tokens: 400,
        lifetime: Duration::from_secs(600),
    };
    let Reserved::Done { reservation, standings, .. } = usage::reserve(&house.carol(), &new).unwrap() else { panic!() };
    assert_eq!(standings[0].reserved, 400);
    let reserved = |house: &House| {
        limits::check(&house.carol(), MODEL, &account("alice", None), None).unwrap().standings[0].reserved
    };
    house.later(9);
    assert_eq!(reserved(&house), 400);
    house.later(1);
    assert_eq!(reserved(&house), 0, "its ten minutes are over");
    // Another one clears what is old, and what is only late is kept.
    house.later(60);
    usage::reserve(&house.carol(), &new).unwrap();
    let tokens = Tokens { input: 300, output: 50, ..Tokens::default() };
    let settled = usage::settle(&house.carol(), &reservation.id.to_string(), Some(tokens), None).unwrap();
    assert_eq!((settled.record.tokens.counted(), settled.record.model.as_deref()), (350, Some("m")));
    assert!(usage::settle(&house.carol(), &reservation.id.to_string(), Some(tokens), None).is_err(), "booked once");
    assert_eq!(house.used(UsageScope::User("alice")), 350);
}

#[test]
fn a_limit_below_what_is_used_refuses_and_changes_no_usage() {
    let house = house_at("2027-06-10T12:00:00Z");
    set_limit(&house, user("alice"), Some(1000), None);
    spend(&house, "alice", None, "2027-06-10T11:00:00Z", 600);
    let who = account("alice", None);
    let refused = |house: &House| limits::check(&house.carol(), MODEL, &who, None).unwrap().refusal.is_some();
    assert!(!refused(&house));
    set_limit(&house, user("alice"), Some(500), None);
    assert!(refused(&house));
    let standing = decides(&house, &who, Period::Daily, "2027-06-10T12:00:00Z").unwrap();
    assert_eq!((standing.used, standing.left(), standing.percent()), (600, 0, 120));
    // Disabled it says nothing; enabled again it has lost nothing, and what came meanwhile counts.
    limits::set_enabled(&house.carol(), MODEL, &user("alice"), false).unwrap();
    assert!(!refused(&house));
    spend(&house, "alice", None, "2027-06-10T11:30:00Z", 50);
    limits::set_enabled(&house.carol(), MODEL, &user("alice"), true).unwrap();
    assert_eq!(used(&house, "alice", Period::Daily, "2027-06-10T12:00:00Z"), 650);
    set_limit(&house, user("alice"), Some(700), None);
    assert!(!refused(&house));
}

#[test]
fn of_three_teams_the_one_with_least_room_decides_unless_one_is_named() {
    let house = house_at("2027-06-10T12:00:00Z");
    let carol = house.carol();
    for team in ["red", "green"] {
        people::add_team(&carol, team, "").unwrap();
        people::set_membership(&carol, team, "alice", true).unwrap();
    }
    people::set_membership(&carol, "green", "bob", true).unwrap();
    for (team, tokens) in [("sales", 1000), ("red", 900), ("green", 800)] {
        set_limit(&house, Subject::Team(team.to_owned()), Some(tokens), None);
    }
    let now = "2027-06-10T12:00:00Z";
    // Named: red's alone. Unnamed: everybody's whom alice is one of. bob's is green's.
    spend(&house, "alice", Some("red"), "2027-06-10T09:00:00Z", 500);
    spend(&house, "alice", None, "2027-06-10T09:00:00Z", 100);
    spend(&house, "bob", None, "2027-06-10T09:00:00Z", 300);
    let decided = |team: Option<&str>| {
        let standing = decides(&house, &account("alice", team), Period::Daily, now).unwrap();
        (standing.subject.unwrap(), standing.used)
    };
    assert_eq!(decided(None), ("red".to_owned(), 600));
    assert_eq!(decided(Some("sales")), ("sales".to_owned(), 100));
    assert_eq!(decided(Some("green")), ("green".to_owned(), 400));
    // Red goes in mid-week, and its limit with it: what it used is used all the same.
    spend(&house, "alice", None, "2027-06-10T10:00:00Z", 50);
    let announced = people::team_leaving(&house.carol(), "red").unwrap();
    people::remove_team(&house.carol(), &announced).unwrap();
    assert_eq!(decided(None), ("green".to_owned(), 450));
    set_limit(&house, user("alice"), Some(5000), None);
    assert_eq!(used(&house, "alice", Period::Daily, now), 650, "her own are all of them");
    // A member who leaves takes the records that name no team along.
    people::set_membership(&house.carol(), "green", "bob", false).unwrap();
    limits::unset(&house.carol(), MODEL, &user("alice")).unwrap();
    assert_eq!(decided(Some("green")), ("green".to_owned(), 150));
}

/// What a report shows is the sum of the records, whatever was changed in between.
#[test]
fn a_report_is_the_sum_of_the_records_always() {
    let house = house_at("2027-03-29T12:00:00Z");
    let mut random = 7u64;
    let mut next = |below: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % below
    };
    set_limit(&house, Subject::Org, Some(10_000), Some(40_000));
    set_limit(&house, user("bob"), Some(1), Some(2));
    set_limit(&house, Subject::Team("sales".to_owned()), Some(5_000), Some(6_000));
    set_limit(&house, Subject::Pool, Some(7_000), Some(8_000));
    let start = at("2027-03-15T00:00:00Z").as_second();
    for round in 0..12 {
        let carol = house.carol();
        for number in 0..15 {
            let person = ["alice", "bob", "carol", ""][next(4) as usize];
            let new = NewUsage {
                connection: MODEL.to_owned(),
                user: (!person.is_empty()).then(|| person.to_owned()),
                team: (next(3) == 0).then(|| "sales".to_owned()),
                agent: (person.is_empty() || next(2) == 0).then(|| "desk".to_owned()),
                model: Some(["big", "small"][next(2) as usize].to_owned()),
                tokens: Tokens { input: next(1000), output: next(1000), ..Tokens::default() },
                // Some come twice.
                source_id: Some(format!("{round}-{}", number - number % (1 + next(2)))),
                at: Timestamp::from_second(start + next(14 * 86_400) as i64).ok(),
            };
            usage::record(&carol, &new).unwrap();
        }
        match round % 4 {
            0 => set_zone(&house, ["Europe/Prague", "Pacific/Kiritimati", "UTC"][next(3) as usize]),
            1 => set_week_start(&house, jiff::civil::Weekday::from_monday_zero_offset(next(7) as i8).unwrap()),
            2 => drop(people::set_membership(&carol, "sales", "bob", next(2) == 0)),
            _ => limits::set_enabled(&carol, MODEL, &Subject::Pool, next(2) == 0).map(drop).unwrap(),
        }
        compare(&house);
    }
}

fn compare(house: &House) {
    let carol = house.carol();
    let (records, members) = carol
        .store
        .read(|tx| {
            let mut records: Vec<(Timestamp, UsageLine)> = Vec::new();
            let all = crate::model::limit::Window { start: Timestamp::MIN, end: Timestamp::MAX };
            // Instants are not in a line, so each is asked for by its own millisecond.
            tx.each_usage_at(&UsageFilter::default(), all, |at, line| records.push((at, line)))?;
            Ok((records, tx.get_team("sales")?.members))
        })
        .unwrap();
    let sum = |lines: &mut dyn Iterator<Item = &(Timestamp, UsageLine)>| {
        lines.map(|(_, line)| line.tokens.counted()).sum::<u64>()
    };
    for day in ["2027-03-16T23:30:00Z", "2027-03-21T12:00:00Z", "2027-03-28T01:30:00Z"] {
        let query = ReportQuery { at: Some(Moment::At(at(day))), ..ReportQuery::default() };
        let report = limits::report(&carol, &query).unwrap();
        assert!(!report.lines.is_empty());
        for line in &report.lines {
            let standing = &line.standing;
            let name = standing.subject.as_deref().unwrap_or("");
            let is_own = |record: &UsageLine| match standing.level {
                Level::Pool => true,
                Level::Team => match &record.team {
                    Some(team) => team == name,
                    None => record.user.as_ref().is_some_and(|user| members.contains(user)),
                },
                Level::User | Level::Org => match name.strip_prefix("agent:") {
                    Some(agent) => record.user.is_none() && record.agent.as_deref() == Some(agent),
                    None => record.user.as_deref() == Some(name),
                },
            };
            let window = standing.window;
            let inside = |at: Timestamp| at >= window.start && at < window.end;
            let expected = sum(&mut records.iter().filter(|(at, record)| inside(*at) && is_own(record)));
            assert_eq!(standing.used, expected, "{day} {standing:?}");
        }
    }
    let shown = usage::show(&carol, &ShowQuery::default(), None).unwrap();
    assert_eq!(shown.total.tokens.counted(), sum(&mut records.iter()));
    assert_eq!(shown.total.records, records.len() as u64);
}

#[test]
fn a_span_tells_of_every_window_in_which_something_was_spent() {
    let house = house_at("2027-06-20T12:00:00Z");
    set_limit(&house, user("alice"), Some(100), Some(1000));
    for (time, tokens) in [("2027-06-01T10:00:00Z", 150), ("2027-06-03T10:00:00Z", 90), ("2027-06-09T10:00:00Z", 10)] {
        spend(&house, "alice", None, time, tokens);
    }
    let query = ReportQuery {
        since: Some(Moment::Day("2027-06-01".parse().unwrap())),
        until: Some(Moment::Day("2027-06-09".parse().unwrap())),
        period: Some(Period::Daily),
        ..ReportQuery::default()
    };
    let report = limits::report(&house.carol(), &query).unwrap();
    let told: Vec<(String, u64)> =
        report.lines.iter().map(|line| (line.standing.window.start.to_string(), line.standing.percent())).collect();
    assert_eq!(told, [("2027-06-01T00:00:00Z".to_owned(), 150), ("2027-06-03T00:00:00Z".to_owned(), 90)]);
    let weeks = ReportQuery { period: Some(Period::Weekly), ..query };
    let report = limits::report(&house.carol(), &weeks).unwrap();
    assert_eq!(report.lines.iter().map(|line| line.standing.used).collect::<Vec<_>>(), [240, 10], "whole weeks");
}

#[test]
fn a_streamed_answer_is_booked_by_its_last_figures_and_one_cut_off_as_reserved() {
    let house = House::new();
    house.model();
    let stream = "data: {\"model\":\"m\",\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\n\
                  data: {\"model\":\"m\",\"choices\":[],\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":4}}\n\n\
                  data: [DONE]\n\n";
    let answer = |body: &str| Fault {
        path: "/v1/chat/completions".to_owned(),
        status: 200,
        body: body.to_owned(),
        content_type: "text/event-stream; charset=utf-8".to_owned(),
        ..Fault::default()
    };
    house.provider.fault(answer(stream));
    let finished = done(calls::call(&house.carol(), &chat().for_user("alice")));
    assert_eq!(finished.tokens.map(|tokens| tokens.counted()), Some(15));
    assert_eq!(change(&house.newest("call.result"), "tokens"), (Value::Null, json!(15)));

    let (_, evaluation) = calls::explain(&house.carol(), &chat().asked, None).unwrap();
    let reserved = evaluation.want.unwrap().reservation();
    for cut in [stream.find("data: [DONE]").unwrap(), 20, 0] {
        house.provider.fault(answer(&stream[..cut]));
        let finished = done(calls::call(&house.carol(), &chat().for_user("alice")));
        assert_eq!(finished.tokens.map(|tokens| tokens.counted()), Some(reserved), "cut at {cut}");
        assert_eq!(change(&house.newest("call.result"), "estimated"), (json!(false), json!(true)));
    }
    assert_eq!(house.used(UsageScope::User("alice")), 15 + 3 * reserved);
}
