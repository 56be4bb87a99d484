//! Django's tests of the auth signals, by their IDs, against a service over HTTP.

mod support;

use std::convert::Infallible;

use axum::http::request::Parts;
use axum_login::AuthnBackend;
use signals_axum_login::authenticate;
use signals_builtin::auth::{
    self, Credentials, user_logged_in, user_logged_out, user_login_failed,
};
use signals_builtin::models::{ModelExt, Write, WriteError, post_save};
use signals_core::state::{self, ScopedState};
use signals_core::{
    AnyModel, ModelView, Sender, assert_wired, in_current_scope, receiver, testing,
};
use support::Log;
use support::browser::BASIC;
use support::service::{Service, Sessions};
use support::users::{Account, Asked, Backend, Login, PASSWORD, Robot, Table, User};
use tower_sessions::SessionStore;

/// The user whom the request belongs to, and whether the session is in the store.
async fn of_request<U: Account>(request: &Parts, sessions: &Sessions) -> String {
    let session = request
        .extensions
        .get::<axum_login::AuthSession<Backend<U>>>();
    let session = session.unwrap();
    let is_stored = match session.session.id() {
        Some(id) => sessions.load(&id).await.unwrap().is_some(),
        None => false,
    };
    let user = session.user.as_ref().map(Account::name);
    format!("request of {user:?}, session stored: {is_stored}")
}

#[receiver(auth::user_logged_in, priority = 1)]
fn logged_in(sender: Sender, request: &Parts, user: &dyn AnyModel, #[state] log: &Log) {
    let pk = user.pk().unwrap();
    log.add(format!("{sender} {pk} logged in at {}", request.uri));
}

#[receiver(auth::user_logged_out, priority = 1)]
fn logged_out(sender: Sender, request: &Parts, user: Option<&dyn AnyModel>, #[state] log: &Log) {
    let pk = user.and_then(AnyModel::pk).map(|pk| pk.to_string());
    let pk = pk.as_deref().unwrap_or("none");
    log.add(format!("{sender} {pk} logged out at {}", request.uri));
}

#[receiver(auth::user_login_failed)]
fn login_failed(credentials: &Credentials, request: Option<&Parts>, #[state] log: &Log) {
    let at = request.map(|request| request.uri.to_string());
    log.add(format!("{credentials:?} failed at {at:?}"));
}

#[receiver(auth::user_logged_in, sender = User)]
async fn user_in(request: &Parts, #[state] log: &Log, #[state] sessions: &Sessions) {
    log.add(of_request::<User>(request, sessions).await);
}

#[receiver(auth::user_logged_out, sender = User)]
async fn user_out(request: &Parts, #[state] log: &Log, #[state] sessions: &Sessions) {
    log.add(of_request::<User>(request, sessions).await);
}

#[receiver(auth::user_logged_in, sender = Robot)]
fn robot_in(user: &Robot, #[state] log: &Log) {
    log.add(format!("welcome, robot {}", user.serial));
}

#[receiver(auth::user_login_failed, sender = Backend<Robot>)]
fn no_robot(#[state] log: &Log) {
    log.add("no robot");
}

/// Django's receiver: one column, and no other.
#[receiver(auth::user_logged_in, sender = User, dispatch_uid = "update_last_login")]
async fn update_last_login(
    user: &User,
    #[state] users: &Table<User>,
) -> Result<(), WriteError<Infallible>> {
    let mut user = user.clone();
    user.last_login = Some(user.last_login.unwrap_or(0) + 1);
    let write = Write::update_fields(&["last_login"]);
    let store = async |user: User| {
        users.update(user.id, |row| row.last_login = user.last_login);
        Ok(user)
    };
    user.save_async(write, store).await.map(drop)
}

/// A service with the one user Ada, and the log of this test.
struct Test {
    service: Service,
    users: Table<User>,
    log: Log,
    _states: [ScopedState; 3],
}

impl Test {
    fn new() -> Self {
        let users = Table::new([User::ada()]);
        let backend = Backend::new([Asked::Table(users.clone())]);
        Self::with(users, backend)
    }

    fn with<U: Account>(users: Table<User>, backend: Backend<U>) -> Self {
        let service = Service::start(backend);
        let (log, of_log) = Log::scoped();
        let of_users = state::scoped(users.clone());
        let of_sessions = state::scoped(service.sessions.clone());
        Self {
            service,
            users,
            log,
            _states: [of_log, of_users, of_sessions],
        }
    }
}

const FAILED: &str =
    r#"{"username": "ada", "password": "********************"} failed at Some("/login")"#;
const LOGGED_IN: [&str; 2] = [
    "shop.User 7 logged in at /login",
    r#"request of Some("ada"), session stored: true"#,
];
const LOGGED_OUT: [&str; 2] = [
    "shop.User 7 logged out at /logout",
    r#"request of Some("ada"), session stored: true"#,
];
const NOBODY_LOGGED_OUT: &str = "nobody none logged out at /logout";

#[test]
fn au01_cc01_a_bad_password_is_told_with_the_name_and_stars_and_a_good_one_is_no_failure() {
    let test = Test::new();
    let browser = test.service.browser();

    assert_eq!(browser.log_in_with("ada", "bad"), 401);
    assert_eq!(test.log.take(), [FAILED]);
    assert_eq!(browser.me(), "nobody");

    assert_eq!(browser.log_in("ada"), 204);
    assert_eq!(test.log.take(), LOGGED_IN);
    assert_eq!(browser.me(), "ada");
    assert_eq!(test.log.take(), [""; 0], "a session is taken up silently");
}

#[test]
fn au02_au12_logging_out_is_told_even_when_nobody_is_logged_in() {
    let test = Test::new();

    assert_eq!(test.service.browser().log_out(), 204);
    assert_eq!(test.log.take(), [NOBODY_LOGGED_OUT]);
}

#[test]
fn au03_au13_logging_out_is_told_first_with_the_user_who_was_logged_in() {
    let test = Test::new();
    let browser = test.service.browser();
    browser.log_in("ada");
    test.log.take();

    assert_eq!(browser.log_out(), 204);
    assert_eq!(test.log.take(), LOGGED_OUT);
    assert_eq!(browser.me(), "nobody");
}

#[test]
fn au04_update_last_login_writes_that_column_only() {
    let test = Test::new();
    let saved = testing::capture_with(&post_save, |saved| {
        saved.update_fields.map(|fields| fields.join(", "))
    });
    let form = [("username", "ada"), ("password", PASSWORD)];
    let page = test.service.browser().post("/login/scribbled", form);

    assert_eq!(page.status, 204);
    assert_eq!(saved.only().snapshot.as_deref(), Some("last_login"));
    let expected = User {
        last_login: Some(1),
        ..User::ada()
    };
    assert_eq!(test.users.get(7), Some(expected));
}

#[tokio::test]
async fn au05_without_a_request_there_is_none_in_the_signal() {
    let (log, _of_log) = Log::scoped();
    let backend = Backend::new([Asked::Table(Table::new([User::ada()]))]);

    let user = authenticate(&backend, Login::new("ada", "bad")).await;
    assert_eq!(user.unwrap(), None);
    assert_eq!(
        log.take(),
        [r#"{"username": "ada", "password": "********************"} failed at None"#]
    );
    let user = authenticate(&backend, Login::new("ada", PASSWORD)).await;
    assert_eq!(user.unwrap(), Some(User::ada()));
    assert_eq!(log.take(), [""; 0]);
}

#[test]
fn au06_a_user_without_last_login_has_no_such_receiver() {
    let test = Test::with(Table::new([User::ada()]), robots());

    assert_eq!(test.service.browser().log_in("robot 3"), 204);
    assert_eq!(test.users.get(7), Some(User::ada()));
    assert_wired!(
        user_logged_in,
        "update_last_login",
        sender = Sender::model::<User>()
    );
    let of_robots = user_logged_in.receivers_of(Sender::model::<Robot>());
    assert!(
        of_robots
            .iter()
            .all(|receiver| receiver.key() != "update_last_login")
    );
}

#[test]
fn au06_update_last_login_can_be_switched_off_by_its_dispatch_uid() {
    let test = Test::new();
    let _off = testing::mute_receiver("update_last_login");

    assert_eq!(test.service.browser().log_in("ada"), 204);
    assert_eq!(test.users.get(7), Some(User::ada()));
}

#[test]
fn au07_the_request_is_the_one_that_the_form_came_with() {
    let test = Test::new();
    let failed = testing::capture_with(&user_login_failed, |failed| {
        let request = failed.request.unwrap();
        let from = request.headers["x-from"].to_str().unwrap();
        format!("{} {} {from}", request.method, request.uri)
    });

    test.service.browser().log_in_with("ada", "bad");
    assert_eq!(failed.only().snapshot, "POST /login a test");
}

#[test]
fn au08_after_a_veto_nobody_else_is_asked_and_the_failure_is_told() {
    let users = Table::new([User::ada()]);
    let backend = Backend::new([Asked::Veto, Asked::Table(users.clone())]);
    let test = Test::with(users, backend.clone());
    let browser = test.service.browser();

    assert_eq!(browser.log_in("ada"), 401);
    assert_eq!(test.log.take(), [FAILED]);
    assert_eq!(backend.count(), 1);
    assert_eq!(browser.me(), "nobody");
}

/// Django has an `aauthenticate` for async code, and a test of its own. Here all of it is async; this is
/// the call of a task that is no request.
#[tokio::test]
async fn au09_a_veto_is_told_to_async_code_that_is_no_request() {
    let (log, _of_log) = Log::scoped();
    let users = Table::new([User::ada()]);
    let backend = Backend::new([Asked::Veto, Asked::Table(users)]);

    let of_task = backend.clone();
    let task = in_current_scope(async move {
        let user = authenticate(&of_task, Login::new("ada", PASSWORD)).await;
        user.unwrap()
    });
    assert_eq!(tokio::spawn(task).await.unwrap(), None);
    assert_eq!(
        log.take(),
        [r#"{"username": "ada", "password": "********************"} failed at None"#]
    );
    assert_eq!(backend.count(), 1);
}

#[test]
fn au10_a_veto_behind_the_one_who_has_the_user_is_not_reached() {
    let users = Table::new([User::ada()]);
    let backend = Backend::new([Asked::Table(users.clone()), Asked::Veto]);
    let test = Test::with(users, backend.clone());

    assert_eq!(test.service.browser().log_in("ada"), 204);
    assert_eq!(test.log.take(), LOGGED_IN);
    assert_eq!(backend.count(), 1);
}

#[test]
fn au14_au15_the_sender_is_the_type_of_the_user_and_of_a_failure_that_of_the_backend() {
    let test = Test::with(Table::new([]), robots());
    let browser = test.service.browser();

    assert_eq!(browser.log_in("robot 3"), 204);
    assert_eq!(
        test.log.take(),
        ["factory.Robot 3 logged in at /login", "welcome, robot 3"]
    );
    assert_eq!(browser.log_out(), 204);
    assert_eq!(test.log.take(), ["factory.Robot 3 logged out at /logout"]);
    assert_eq!(browser.log_in("robot 4"), 401);
    assert_eq!(test.log.take()[1..], ["no robot"]);
}

#[test]
fn au16_after_a_failure_there_is_nobody_to_log_out() {
    let test = Test::new();
    let browser = test.service.browser();
    browser.log_in_with("ada", "bad");
    test.log.take();

    browser.log_out();
    assert_eq!(test.log.take(), [NOBODY_LOGGED_OUT]);
}

#[test]
fn au17_logging_in_is_told_last_and_each_time() {
    let test = Test::new();
    let browser = test.service.browser();

    for _ in 0..2 {
        assert_eq!(browser.log_in("ada"), 204);
        assert_eq!(test.log.take(), LOGGED_IN);
    }
    assert_eq!(test.users.get(7).unwrap().last_login, Some(2));
}

#[test]
fn au18_a_failure_is_no_log_in() {
    let test = Test::new();
    let logged_in = testing::capture(&user_logged_in);

    test.service.browser().log_in_with("ada", "");
    assert_eq!(logged_in.count(), 0);
}

#[test]
fn au19_a_backend_that_breaks_is_an_error_and_no_failure_to_log_in() {
    let users = Table::new([User::ada()]);
    let backend = Backend::new([Asked::Broken, Asked::Table(users.clone())]);
    let test = Test::with(users, backend);
    let form = [("username", "ada"), ("password", PASSWORD)];

    let page = test.service.browser().post("/login", form);
    assert_eq!((page.status, &*page.body), (500, "the database is away"));
    assert_eq!(test.log.take(), [""; 0]);
}

#[test]
fn cc02_cc03_what_is_shown_of_a_session_and_of_errors_has_no_secrets() {
    let users = Table::new([User::ada()]);
    let backend = Backend::new([Asked::Table(users.clone()), Asked::Broken]);
    let test = Test::with(users, backend);
    let browser = test.service.browser();
    browser.log_in("ada");

    let shown = browser.post("/show", [("username", "eve"), ("password", "hunter2")]);
    assert!(shown.body.contains(r#"username: "ada""#), "{}", shown.body);
    assert!(shown.body.contains("Broken"), "{}", shown.body);
    for secret in ["hunter2", "cookie", "of the password"] {
        assert!(!shown.body.contains(secret), "{}", shown.body);
    }
}

#[test]
fn cc02_debug_of_what_is_sent_shows_neither_the_cookie_nor_a_basic_auth() {
    let test = Test::new();
    let logged_in = testing::capture(&user_logged_in);
    let failed = testing::capture(&user_login_failed);
    let logged_out = testing::capture(&user_logged_out);
    let browser = test.service.browser();
    browser.log_in("ada");
    let before = browser.session().unwrap();
    browser.log_in("ada");
    let session = browser.session().unwrap();
    browser.log_in_with("ada", "hunter2");
    browser.log_out();

    let sent = [
        logged_in.sent()[1].arguments.clone(),
        failed.only().arguments,
        logged_out.only().arguments,
    ];
    for shown in sent {
        assert!(shown.contains("x-from"), "{shown}");
        for secret in [BASIC, "hunter2", &before, &session] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
    }
}

#[test]
fn a_session_that_ends_without_logging_out_sends_nothing() {
    let test = Test::new();
    let browser = test.service.browser();
    browser.log_in("ada");
    test.log.take();

    browser.post("/forget", []);
    assert_eq!(browser.me(), "nobody");
    assert_eq!(test.log.take(), [""; 0]);
}

/// A backend whose users are robots.
fn robots() -> Backend<Robot> {
    Backend::new([Asked::Table(Table::new([Robot { serial: 3 }]))])
}

/// What is asked of a user is a derive.
#[test]
fn users_are_models() {
    fn is_model<B: AuthnBackend<User: ModelView>>() {}
    is_model::<Backend<User>>();
    is_model::<Backend<Robot>>();
}
