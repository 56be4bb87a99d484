//! What the clients were told, the signals, and the rows: all of one mind.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use accounts::events;
use accounts_models::{EmailAddress, User};
use sea_orm::EntityTrait;

use crate::clients::Said;
use crate::service::Stopped;
use crate::tally::Tally;

/// Each request that began was finished once, and those that were answered with that answer.
pub(crate) fn with_the_signals(said: &Said, heard: &Tally) {
    for number in heard.whom("request_started") {
        assert_eq!(heard.of("request_started", number), 1, "{number}");
        assert_eq!(heard.of("request_finished", number), 1, "{number}");
    }
    let (started, finished) = (
        heard.total("request_started"),
        heard.total("request_finished"),
    );
    assert_eq!(started, finished);
    for (number, status) in &said.statuses {
        let as_answered = heard.of("finished with", format!("{number} {status}"));
        assert_eq!(as_answered, 1, "{number} was answered with {status}");
    }
    assert_eq!(heard.total("got_request_exception"), 0);
    assert!(heard.total("cancelled") > 0, "nobody hung up in the middle");
}

/// Each row was told of once, and each signal has its row.
pub(crate) fn with_the_rows(said: &Said, stopped: &Stopped) {
    let Stopped { runtime, db, heard } = stopped;
    let users = runtime.block_on(User::find().all(db)).unwrap();
    let addresses = runtime.block_on(EmailAddress::find().all(db)).unwrap();
    let events = runtime
        .block_on(events::after(db, 0, i64::MAX as u64))
        .unwrap();

    let mut logged = Tally::default();
    for event in &events {
        let whom = event.user.as_deref().or(event.extra["username"].as_str());
        logged.note(action(&event.action), whom.unwrap());
    }
    let mut has_address = Tally::default();
    for address in addresses {
        has_address.note("address", address.user_id);
    }

    for user in &users {
        let (id, name) = (user.id, &user.username);
        let is = |count: u64, expected: u64, what: &str| {
            assert_eq!(count, expected, "{what}: {user:?}");
        };
        is(heard.of("user created", id), 1, "post_save");
        is(heard.of("user committed", id), 1, "post_save, on_commit");
        is(
            heard.of("address created", id),
            1,
            "post_save of the address",
        );
        is(has_address.of("address", id), 1, "row of the address");
        is(heard.of("user_signed_up", id), 1, "user_signed_up");
        is(heard.of("user_registered", id), 1, "user_registered");
        is(logged.of("USER_SIGNED_UP", name), 1, "USER_SIGNED_UP");

        let log_ins = heard.of("account user_logged_in", id);
        is(logged.of("USER_LOGGED_IN", name), log_ins, "USER_LOGGED_IN");
        // Signing up logs in as well.
        is(
            heard.of("auth user_logged_in", id),
            log_ins + 1,
            "auth's user_logged_in",
        );
        assert!(user.last_login.is_some(), "{user:?}");
        let changes = heard.of("password_changed", id);
        is(
            logged.of("PASSWORD_CHANGED", name),
            changes,
            "PASSWORD_CHANGED",
        );
        is(
            heard.of("user changed", id),
            log_ins + 1 + changes,
            "post_save of changes",
        );

        assert!(
            said.may("log in", name).contains(&log_ins),
            "{name}: {log_ins}"
        );
        let may_change = said.may("change of password", name);
        assert!(may_change.contains(&changes), "{name}: {changes}");
    }

    // No signal without its row.
    let names: HashMap<&str, i64> = users
        .iter()
        .map(|user| (&*user.username, user.id))
        .collect();
    let ids: HashMap<String, &str> = names
        .iter()
        .map(|(name, id)| (id.to_string(), *name))
        .collect();
    for what in [
        "user created",
        "user committed",
        "user_signed_up",
        "auth user_logged_in",
    ] {
        for id in heard.whom(what) {
            assert!(ids.contains_key(id), "{what} of {id}, who is not there");
        }
    }
    for name in said.done.whom("sign up") {
        assert_eq!(
            said.done.of("sign up", name),
            1,
            "{name} is the name of two"
        );
        assert!(names.contains_key(name), "{name} was told to be signed up");
    }
    for name in names.keys() {
        assert!(
            said.may("sign up", name).contains(&1),
            "{name} is of nobody"
        );
    }

    // What was refused.
    for (what, signal, action) in [
        ("refused log in", "user_login_attempt", "LOGIN_ATTEMPTED"),
        (
            "refused sign up",
            "user_sign_up_attempt",
            "SIGNUP_ATTEMPTED",
        ),
    ] {
        for name in said
            .done
            .whom(what)
            .chain(heard.whom(signal))
            .chain(logged.whom(action))
        {
            let refused = heard.of(signal, name);
            assert_eq!(logged.of(action, name), refused, "{action} of {name}");
            assert!(
                said.may(what, name).contains(&refused),
                "{what} of {name}: {refused}"
            );
        }
    }
    for name in heard.whom("user_login_attempt") {
        let failed = heard.of("user_login_failed", name);
        assert_eq!(failed, heard.of("user_login_attempt", name), "{name}");
    }
    assert_eq!(logged.total("another"), 0);
}

impl Said {
    /// How often it may have happened.
    fn may(&self, what: &'static str, whom: &str) -> RangeInclusive<u64> {
        let done = self.done.of(what, whom);
        done..=done + self.tried.of(what, whom)
    }
}

fn action(action: &str) -> &'static str {
    let actions = [
        "USER_SIGNED_UP",
        "USER_LOGGED_IN",
        "PASSWORD_CHANGED",
        "LOGIN_ATTEMPTED",
        "SIGNUP_ATTEMPTED",
    ];
    let known = actions.into_iter().find(|known| *known == action);
    known.unwrap_or("another")
}
