//! What becomes of a session when somebody logs in or out, as in Django's `login` and `logout`.

mod support;

use std::sync::{Mutex, PoisonError};

use signals_builtin::auth::user_logged_in;
use signals_core::testing;
use support::browser::Browser;
use support::service::Service;
use support::users::{Asked, Backend, PASSWORD, Table, User};

const BOB: [(&str, &str); 2] = [("username", "bob"), ("password", PASSWORD)];

/// Where nobody listens, the session is stored by axum-login; where somebody does, by the log-in. It is the
/// same in both.
fn heard_or_not(test: impl Fn(&Service, &Table<User>)) {
    // Whether anybody listens is a fact of the program, in which tests run side by side.
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let users = Table::new([User::ada(), User::bob()]);
    let service = Service::start(Backend::new([Asked::Table(users)]));
    // The first send finds out that nobody listens.
    service.browser().log_in("ada");

    for heard in [false, true] {
        let _heard = heard.then(|| testing::capture(&user_logged_in));
        assert_eq!(user_logged_in.is_idle(), !heard);
        let users = Table::new([User::ada(), User::bob()]);
        let service = Service::start(Backend::new([Asked::Table(users.clone())]));
        test(&service, &users);
    }
}

/// A browser in which Ada is logged in, with something in her session; and its id.
fn ada(service: &Service) -> (Browser, String) {
    let browser = service.browser();
    assert_eq!(browser.log_in("ada"), 204);
    browser.keep("ada's");
    assert_eq!(
        (browser.me(), browser.kept()),
        ("ada".into(), "ada's".into())
    );
    let session = browser.session().unwrap();
    (browser, session)
}

/// The browser has another session, of whom and with what, and the one that it had is gone from the server.
fn assert_renewed(service: &Service, browser: &Browser, before: &str, me: &str, kept: &str) {
    assert_eq!((browser.me(), browser.kept()), (me.into(), kept.into()));
    assert_ne!(browser.session().as_deref(), Some(before));
    assert_eq!(service.browser().me_with(before), "nobody");
}

#[test]
fn somebody_else_who_logs_in_gets_nothing_of_the_session() {
    heard_or_not(|service, _| {
        let (browser, before) = ada(service);
        assert_eq!(browser.log_in("bob"), 204);

        assert_renewed(service, &browser, &before, "bob", "nothing");
    });
}

#[test]
fn the_same_user_who_logs_in_again_keeps_the_session_under_a_new_id() {
    heard_or_not(|service, _| {
        let (browser, before) = ada(service);
        assert_eq!(browser.log_in("ada"), 204);

        assert_renewed(service, &browser, &before, "ada", "ada's");
    });
}

#[test]
fn a_visitor_who_logs_in_keeps_the_session_under_a_new_id() {
    heard_or_not(|service, _| {
        let browser = service.browser();
        browser.keep("a visitor's");
        let before = browser.session().unwrap();
        assert_eq!(browser.log_in("ada"), 204);

        assert_renewed(service, &browser, &before, "ada", "a visitor's");
    });
}

/// axum-login sees nobody in such a session.
#[test]
fn nothing_is_left_of_the_session_of_somebody_who_is_shut_out() {
    heard_or_not(|service, users| {
        let (browser, before) = ada(service);
        users.remove(7);
        assert_eq!(
            (browser.me(), browser.kept()),
            ("nobody".into(), "ada's".into())
        );
        assert_eq!(browser.log_in("bob"), 204);

        assert_renewed(service, &browser, &before, "bob", "nothing");
    });
}

#[test]
fn logging_out_and_in_at_once_makes_a_new_session() {
    heard_or_not(|service, _| {
        for form in [BOB, [("username", "ada"), ("password", PASSWORD)]] {
            let (browser, before) = ada(service);
            assert_eq!(browser.post("/switch", form).status, 204);

            assert_renewed(service, &browser, &before, form[0].1, "nothing");
        }
    });
}

#[test]
fn what_is_kept_after_logging_out_is_in_a_new_session() {
    heard_or_not(|service, _| {
        let (browser, before) = ada(service);
        assert_eq!(browser.post("/logout/with-a-word", []).status, 204);

        assert_renewed(service, &browser, &before, "nobody", "goodbye");
    });
}

#[test]
fn logging_out_leaves_no_session() {
    heard_or_not(|service, _| {
        let (browser, before) = ada(service);
        assert_eq!(browser.log_out(), 204);

        assert_eq!((browser.me(), browser.session()), ("nobody".into(), None));
        assert_eq!(service.browser().me_with(&before), "nobody");
    });
}
