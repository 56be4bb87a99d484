//! What becomes of the service when its receivers fail, each and every one.

#[path = "support/browser.rs"]
mod browser;
#[path = "support/in_process.rs"]
mod in_process;

use signals_builtin::{account, auth};
use signals_core::receiver;

// The crates that do their work, after these here have failed.
use accounts_audit as _;
use accounts_last_login as _;

const PASSWORD: &str = "correct horse battery staple";

#[receiver(account::user_signed_up, priority = 10)]
#[receiver(account::user_logged_in, priority = 10)]
fn fails() -> Result<(), std::io::Error> {
    Err(std::io::Error::other("out of order"))
}

// Sent plainly: who comes after it is not called.
#[receiver(auth::user_logged_in, priority = -10)]
fn fails_last() -> Result<(), std::io::Error> {
    fails()
}

#[receiver(account::user_sign_up_attempt, priority = 10)]
#[receiver(account::user_login_attempt, priority = 10)]
#[receiver(account::password_changed, priority = 10)]
async fn fails_later() -> Result<(), std::io::Error> {
    tokio::task::yield_now().await;
    Err(std::io::Error::other("out of order"))
}

#[receiver(auth::user_logged_out, priority = 10)]
#[receiver(account::user_signed_up, priority = 5)]
fn panics() {
    panic!("out of order");
}

#[test]
fn signing_up_logging_in_and_out_work_and_the_other_receivers_do_their_part() {
    let (service, _turn) = in_process::service();
    let browser = service.browser();

    assert!(browser.sign_up("ada", PASSWORD).leads_to("/"));
    let home = browser.get("/");
    assert!(!home.body.contains("never"), "the last log-in is there");

    assert!(browser.log_out().leads_to("/"));
    assert!(!browser.is_logged_in(), "nobody is kept in");

    assert!(browser.log_in("ada", PASSWORD).leads_to("/"));
    assert!(browser.change_password(PASSWORD, "new").leads_to("/"));
    assert!(browser.is_logged_in(), "nobody is kept out");

    let log = browser.get("/events");
    assert_eq!(
        log.actions(),
        ["PASSWORD_CHANGED", "USER_LOGGED_IN", "USER_SIGNED_UP"]
    );
}

#[test]
fn an_attempt_that_cannot_be_recorded_is_not_answered() {
    let (service, _turn) = in_process::service();
    let browser = service.browser();

    for page in [
        browser.log_in("nobody", "bad"),
        browser.sign_up("", PASSWORD),
    ] {
        assert_eq!(page.status, 500);
        assert!(page.body.contains("Something went wrong"));
        assert!(
            !page.body.contains("out of order"),
            "the reason is for the log"
        );
    }
}
