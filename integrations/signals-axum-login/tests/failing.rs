//! Receivers and stores that fail.

mod support;

use std::io;

use signals_builtin::auth::{
    UserLoggedIn, UserLoggedOut, UserLoginFailed, user_logged_in, user_logged_out,
    user_login_failed,
};
use signals_core::{Sender, testing};
use support::service::Service;
use support::users::{Asked, Backend, PASSWORD, Table, User};

const FORM: [(&str, &str); 2] = [("username", "ada"), ("password", PASSWORD)];

fn service() -> Service {
    let users = Table::new([User::ada()]);
    Service::start(Backend::new([Asked::Table(users)]))
}

fn out_of_order() -> Result<(), io::Error> {
    Err(io::Error::other("out of order"))
}

#[test]
fn q14_a_receiver_that_fails_keeps_nobody_logged_in_and_the_next_one_is_told() {
    let service = service();
    let browser = service.browser();
    browser.log_in("ada");
    let logged_out = testing::capture(&user_logged_out);
    let fails = |_: &UserLoggedOut<'_>| out_of_order();
    let _fails = user_logged_out.on().scoped().connect(fails).unwrap();
    let panics = |_: &UserLoggedOut<'_>| -> () { panic!("out of order") };
    let _panics = user_logged_out.on().scoped().connect(panics).unwrap();

    assert_eq!(browser.log_out(), 204);
    assert_eq!(browser.me(), "nobody");
    let sent = logged_out.only();
    assert_eq!(sent.sender, Sender::model::<User>());
    assert_eq!(sent.receivers.len(), 2);
}

#[test]
fn a_receiver_of_the_log_in_that_fails_is_an_error_of_it_after_everything_was_done() {
    let service = service();
    let browser = service.browser();
    let fails = |_: &UserLoggedIn<'_>| out_of_order();
    let _fails = user_logged_in.on().scoped().connect(fails).unwrap();

    // The application says what comes of it: a server error has no cookie …
    let page = browser.post("/login", FORM);
    assert_eq!(page.status, 500);
    assert!(page.body.contains("user_logged_in"), "{}", page.body);
    assert_eq!(browser.me(), "nobody");

    // … and any other answer has one.
    assert_eq!(browser.post("/login/anyway", FORM).status, 204);
    assert_eq!(browser.me(), "ada");
}

#[test]
fn a_receiver_of_the_failure_that_fails_is_an_error_in_place_of_nobody() {
    let service = service();
    let fails = |_: &UserLoginFailed<'_>| out_of_order();
    let _fails = user_login_failed.on().scoped().connect(fails).unwrap();

    assert_eq!(service.browser().log_in_with("ada", "bad"), 500);
}

#[test]
fn a_session_that_cannot_be_stored_is_no_log_in() {
    let service = service();
    service.sessions.fill();
    let logged_in = testing::capture(&user_logged_in);

    assert_eq!(service.browser().post("/login", FORM).status, 500);
    assert_eq!(logged_in.count(), 0);
}
