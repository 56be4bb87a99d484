//! Where nobody listens, axum-login does what it does.

mod support;

use signals_builtin::auth::user_logged_in;
use signals_core::testing;
use support::service::Service;
use support::users::{Asked, Backend, Table, User};

#[test]
fn a_log_in_that_nobody_hears_of_stores_the_session_once() {
    let users = Table::new([User::ada()]);
    let service = Service::start(Backend::new([Asked::Table(users)]));
    // The first send finds out that nobody listens.
    service.browser().log_in("ada");

    let writes = |before| service.sessions.writes() - before;
    let before = service.sessions.writes();
    let browser = service.browser();
    assert_eq!(browser.log_in("ada"), 204);
    assert_eq!(browser.me(), "ada");
    assert_eq!(writes(before), 1);

    let _heard = testing::capture(&user_logged_in);
    let before = service.sessions.writes();
    assert_eq!(service.browser().log_in("ada"), 204);
    assert_eq!(writes(before), 2);
}
