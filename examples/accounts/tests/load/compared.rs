//! What the clients were told, the signals, and the rows: all of one mind.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use accounts::events::{self, Event};
use accounts_models::{EmailAddress, User, user};
use sea_orm::EntityTrait;

use crate::clients::Said;
use crate::service::Stopped;
use crate::tally::Tally;

/// The event log's actions.
const ACTIONS: [&str; 5] = [
    "USER_SIGNED_UP",
    "USER_LOGGED_IN",
    "PASSWORD_CHANGED",
    "LOGIN_ATTEMPTED",
    "SIGNUP_ATTEMPTED",
];

pub(crate) fn all(said: &Said, stopped: &Stopped) {
    let Stopped { runtime, db, heard } = stopped;
    let users = runtime.block_on(User::find().all(db)).unwrap();
    let addresses = runtime.block_on(EmailAddress::find().all(db)).unwrap();
    let events = runtime.block_on(events::after(db, 0, i64::MAX as u64));
    let logged = tally(&events.unwrap());
    let mut with_address = Tally::default();
    for address in addresses {
        with_address.note("address", &address.user_id);
    }

    requests(said, heard);
    for user in &users {
        assert_eq!(with_address.of("address", &user.id), 1, "{user:?}");
        told_of(user, heard, &logged);
        known_to(user, said, heard);
    }
    nobody_else(&users, said, heard);
    refused(said, heard, &logged);
}

/// The event log, by the names of users.
fn tally(events: &[Event]) -> Tally {
    let mut logged = Tally::default();
    for event in events {
        let action = ACTIONS.into_iter().find(|action| *action == event.action);
        let action = action.unwrap_or_else(|| panic!("nobody does that: {event:?}"));
        let attempted = event.extra["username"].as_str();
        let whom = event.user.as_deref().or(attempted);
        logged.note(action, whom.unwrap());
    }
    logged
}

/// Each request that began was finished once, and those that were answered with that answer.
fn requests(said: &Said, heard: &Tally) {
    for number in heard.whom("request_started") {
        assert_eq!(heard.of("request_started", number), 1, "{number}");
        assert_eq!(heard.of("request_finished", number), 1, "{number}");
    }
    let started = heard.total("request_started");
    assert_eq!(started, heard.total("request_finished"));
    for (number, status) in &said.statuses {
        let as_answered = heard.of("finished with", &format!("{number} {status}"));
        assert_eq!(as_answered, 1, "{number} was answered with {status}");
    }
    assert_eq!(heard.total("got_request_exception"), 0);
    assert!(heard.total("cancelled") > 0, "nobody hung up in the middle");
}

/// The row of a user was told of, as often as it was written, and the event log has it.
fn told_of(user: &user::Model, heard: &Tally, logged: &Tally) {
    let heard = |what| heard.of(what, &user.id);
    let logged = |action| logged.of(action, &user.username);

    assert_eq!(heard("user created"), 1, "{user:?}");
    assert_eq!(heard("user committed"), 1, "{user:?}");
    assert_eq!(heard("address created"), 1, "{user:?}");
    assert_eq!(heard("user_signed_up"), 1, "{user:?}");
    assert_eq!(heard("user_registered"), 1, "{user:?}");
    assert_eq!(logged("USER_SIGNED_UP"), 1, "{user:?}");

    let log_ins = heard("account user_logged_in");
    assert_eq!(logged("USER_LOGGED_IN"), log_ins, "{user:?}");
    // Signing up logs in as well.
    assert_eq!(heard("auth user_logged_in"), log_ins + 1, "{user:?}");
    assert!(user.last_login.is_some(), "{user:?}");

    let changes = heard("password_changed");
    assert_eq!(logged("PASSWORD_CHANGED"), changes, "{user:?}");
    // Each log-in writes `last_login`.
    assert_eq!(heard("user changed"), log_ins + 1 + changes, "{user:?}");
}

/// What a user did is what the clients know of.
fn known_to(user: &user::Model, said: &Said, heard: &Tally) {
    for (what, count) in [
        ("sign up", heard.of("user_signed_up", &user.id)),
        ("log in", heard.of("account user_logged_in", &user.id)),
        ("change of password", heard.of("password_changed", &user.id)),
    ] {
        let known = said.may(what, &user.username);
        assert!(known.contains(&count), "{count} {what}: {user:?}");
    }
}

/// Nobody was told to be signed up whose row is not there, and no signal is of somebody else.
fn nobody_else(users: &[user::Model], said: &Said, heard: &Tally) {
    let names: BTreeSet<&str> = users.iter().map(|user| &*user.username).collect();
    for name in said.done.whom("sign up") {
        assert!(names.contains(name), "{name} is not there");
        assert_eq!(
            said.done.of("sign up", name),
            1,
            "{name} is the name of two"
        );
    }
    let ids: BTreeMap<String, &user::Model> = users
        .iter()
        .map(|user| (user.id.to_string(), user))
        .collect();
    for what in [
        "user created",
        "user changed",
        "user committed",
        "address created",
        "user_signed_up",
        "user_registered",
        "auth user_logged_in",
        "account user_logged_in",
        "password_changed",
    ] {
        for id in heard.whom(what) {
            assert!(ids.contains_key(id), "{what} of {id}, who is not there");
        }
    }
}

/// Each attempt that was refused was told of and logged.
fn refused(said: &Said, heard: &Tally, logged: &Tally) {
    for (what, signal, action) in [
        ("refused log in", "user_login_attempt", "LOGIN_ATTEMPTED"),
        (
            "refused sign up",
            "user_sign_up_attempt",
            "SIGNUP_ATTEMPTED",
        ),
    ] {
        let clients = said.done.whom(what).chain(said.tried.whom(what));
        let receivers = heard.whom(signal).chain(logged.whom(action));
        for name in clients.chain(receivers) {
            let count = heard.of(signal, name);
            assert_eq!(logged.of(action, name), count, "{action} of {name}");
            let known = said.may(what, name);
            assert!(known.contains(&count), "{count} {what} of {name}");
        }
    }
    let failed = heard.whom("user_login_failed");
    for name in failed.chain(heard.whom("user_login_attempt")) {
        let count = heard.of("user_login_failed", name);
        assert_eq!(count, heard.of("user_login_attempt", name), "{name}");
    }
}

impl Said {
    /// How often it may have happened.
    fn may(&self, what: &'static str, whom: &str) -> RangeInclusive<u64> {
        let done = self.done.of(what, whom);
        done..=done + self.tried.of(what, whom)
    }
}
