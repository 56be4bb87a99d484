//! `#[state]`: what the application provides, and what happens when it does not.

use std::sync::Arc;

use signals_core::{Finding, SendErrorKind, receiver, scoped_states, signal, state};
use signals_tests::{Journal, block_on, findings_of};

struct Mailer {
    host: &'static str,
}

struct Nobody;
struct TooLate;

mod mail {
    use super::{Journal, Mailer, receiver, signal};

    signal! {
        pub(super) mailed(to: &str, journal: &Journal);
    }

    #[receiver(mailed)]
    fn sends(#[state] mailer: &Mailer, to: &str, journal: &Journal) {
        journal.note(format!("{to}@{}", mailer.host));
    }

    #[receiver(mailed)]
    async fn sends_later(journal: &Journal, #[state] mailer: &Mailer, to: &str) {
        signals_tests::yield_now().await;
        journal.note(format!("later {to}@{}", mailer.host));
    }
}

#[test]
fn state_is_provided_once_and_reaches_receivers() {
    use mail::{Mailed, mailed};
    let journal = &Journal::new();
    let to = "ada";
    let error = mailed.send(Mailed { to, journal }).unwrap_err();
    assert!(matches!(error.kind(), SendErrorKind::Receiver(_)));
    assert_eq!(findings_of(&mailed).len(), 2);

    state::provide(Mailer { host: "localhost" }).unwrap();

    assert!(findings_of(&mailed).is_empty());
    block_on(mailed.send_async(Mailed { to, journal })).unwrap();
    assert_eq!(journal.take(), ["ada@localhost", "later ada@localhost"]);
    let again = state::provide(Mailer { host: "elsewhere" }).unwrap_err();
    assert!(again.to_string().contains("Mailer"), "{again}");
    assert_eq!(state::get::<Mailer>().unwrap().host, "localhost");
}

mod missing {
    use super::{Journal, Nobody, receiver, signal};

    signal! {
        pub(super) asked(journal: &Journal);
    }

    #[receiver(asked)]
    fn needs(#[state] nobody: &Nobody, journal: &Journal) {
        let Nobody = nobody;
        journal.note("needs");
    }

    #[receiver(asked)]
    fn needs_nothing(journal: &Journal) {
        journal.note("needs nothing");
    }
}

#[test]
fn state_that_nobody_provided_is_an_error_with_the_receiver_and_the_type() {
    use missing::{Asked, asked};
    let journal = &Journal::new();
    let error = asked.send(Asked { journal }).unwrap_err();
    assert!(error.to_string().contains("missing::needs"), "{error}");
    let missing = error.downcast_ref::<state::MissingState>().unwrap();
    assert!(missing.state.ends_with("state::Nobody"));
    assert!(missing.to_string().contains("state::Nobody"), "{missing}");
    assert!(journal.is_empty());

    let robust = asked.send_robust(Asked { journal });
    assert_eq!(robust.errors().len(), 1);
    assert!(robust.errors()[0].panic_message().is_none());
    assert_eq!(journal.take(), ["needs nothing"]);
}

#[test]
fn check_reports_state_that_nobody_provided() {
    let findings = findings_of(&missing::asked);
    let [
        Finding::MissingState {
            receiver, state, ..
        },
    ] = &findings[..]
    else {
        panic!("{findings:?}");
    };
    assert!(receiver.path().ends_with("missing::needs"));
    assert!(state.ends_with("state::Nobody"));
    let message = findings[0].to_string();
    for part in ["missing::asked", "missing::needs", "Nobody", "state.rs:"] {
        assert!(message.contains(part), "{part} is missing in: {message}");
    }
}

#[test]
fn state_that_comes_late_is_there_for_the_next_send() {
    signal! {
        retried();
    }

    #[receiver(retried)]
    fn needs(#[state] late: &TooLate) {
        let TooLate = late;
    }

    assert!(retried.send(Retried {}).is_err());
    state::provide(TooLate).unwrap();
    assert!(retried.send(Retried {}).is_ok());
}

#[test]
fn of_many_that_provide_at_once_one_wins() {
    struct Contested(usize);
    let won = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|i| scope.spawn(move || state::provide(Contested(i)).is_ok()))
            .collect();
        let won = threads.into_iter().map(|thread| thread.join().unwrap());
        won.collect::<Vec<_>>()
    });
    assert_eq!(won.iter().filter(|won| **won).count(), 1);
    let winner = won.iter().position(|won| *won).unwrap();
    assert_eq!(state::get::<Contested>().unwrap().0, winner);
}

struct Profiler {
    name: &'static str,
}

mod optional {
    use super::{Arc, Journal, Profiler, receiver, signal};

    signal! {
        pub(super) measured(journal: &Arc<Journal>);
    }

    #[receiver(measured)]
    fn now(#[state] profiler: Option<&Profiler>, journal: &Arc<Journal>) {
        journal.note(profiler.map_or("nobody", |it| it.name));
    }

    #[receiver(measured)]
    async fn waiting(journal: &Arc<Journal>, #[state] profiler: Option<&Profiler>) {
        signals_tests::yield_now().await;
        journal.note(profiler.map_or("nobody", |it| it.name));
    }

    #[receiver(measured, on_commit)]
    fn later(#[state] profiler: Option<&Profiler>, journal: &Arc<Journal>) {
        journal.note(profiler.map_or("nobody", |it| it.name));
    }
}

#[test]
fn optional_state_is_none_until_somebody_provides_it() {
    use optional::{Measured, measured};
    let journal = &Arc::new(Journal::new());
    let send = || block_on(measured.send_async(Measured { journal })).unwrap();
    send();
    assert_eq!(journal.take(), ["nobody", "nobody", "nobody"]);
    assert!(findings_of(&measured).is_empty());

    let scoped = state::scoped(Profiler { name: "a test's" });
    send();
    assert_eq!(journal.take(), ["a test's", "a test's", "a test's"]);
    drop(scoped);

    state::provide(Profiler {
        name: "everybody's",
    })
    .unwrap();
    send();
    assert_eq!(
        journal.take(),
        ["everybody's", "everybody's", "everybody's"]
    );
}

/// What an adapter provides while it sends.
struct Session;

scoped_states![Session];

mod adapted {
    use super::{Session, receiver, signal};

    signal! {
        pub(super) saved();
    }

    #[receiver(saved)]
    fn writes(#[state] session: &Session) {
        let Session = session;
    }
}

#[test]
fn state_of_an_adapters_sends_is_not_missing_until_somebody_else_sends() {
    use adapted::{Saved, saved};
    assert!(findings_of(&saved).is_empty(), "{:?}", findings_of(&saved));

    let session = state::scoped(Session);
    saved.send(Saved).unwrap();
    drop(session);

    let error = saved.send(Saved).unwrap_err();
    let missing = error.downcast_ref::<state::MissingState>().unwrap();
    assert!(missing.to_string().contains("state::Session"), "{missing}");
}
