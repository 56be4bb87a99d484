//! Django's receiver `update_last_login`, with a real database.

#[path = "support/browser.rs"]
mod browser;
#[path = "support/in_process.rs"]
mod in_process;

use std::sync::Mutex;

use accounts_models::{User, user};
use sea_orm::{ActiveModelTrait, EntityTrait, QueryOrder, Set};
use signals_builtin::auth::{UserLoggedIn, user_logged_in};
use signals_builtin::models::post_save;
use signals_core::{BoxError, assert_wired, receiver};

use accounts_last_login as _;

const PASSWORD: &str = "correct horse battery staple";

/// Which columns of users were written, other than by creating them.
static WRITTEN: Mutex<Vec<Option<String>>> = Mutex::new(Vec::new());

#[receiver(post_save, sender = User, when = |created: bool| !created)]
fn written(update_fields: Option<&[&str]>) {
    let fields = update_fields.map(|fields| fields.join(", "));
    WRITTEN.lock().unwrap().push(fields);
}

/// Django's test changes the user in memory, and another writer changes the row: neither is to be lost or
/// written by a log-in.
#[test]
fn au04_a_log_in_writes_last_login_and_no_other_column() {
    assert_wired!(user_logged_in, "update_last_login");
    let (service, _turn) = in_process::service();
    let browser = service.browser();
    browser.sign_up("ada", PASSWORD);
    let row = || {
        let users = User::find().order_by_desc(user::Column::Id);
        let row = service.block_on(users.one(&service.db.raw()));
        row.unwrap().unwrap()
    };
    let before = row();
    let elsewhere = user::ActiveModel {
        email: Set("written.elsewhere@example.org".into()),
        ..before.clone().into()
    };
    service
        .block_on(elsewhere.update(&service.db.raw()))
        .unwrap();
    WRITTEN.lock().unwrap().clear();

    // As the user was read, and then changed without being saved.
    let dirty = user::Model {
        username: "not to be saved".into(),
        ..before.clone()
    };
    let (request, ()) = axum::http::Request::new(()).into_parts();
    let request = &request;
    let sent: Result<_, BoxError> = service.block_on(async {
        let user = &dirty;
        Ok(user_logged_in
            .send_async(UserLoggedIn { request, user })
            .await?)
    });
    sent.unwrap();

    assert_eq!(*WRITTEN.lock().unwrap(), [Some("last_login".to_owned())]);
    let after = row();
    assert!(after.last_login > before.last_login);
    let expected = user::Model {
        email: "written.elsewhere@example.org".into(),
        last_login: after.last_login,
        ..before
    };
    assert_eq!(after, expected);

    // By the log-in page.
    assert!(service.browser().log_in("ada", PASSWORD).leads_to("/"));
    let last_login = Some("last_login".to_owned());
    assert_eq!(*WRITTEN.lock().unwrap(), [last_login.clone(), last_login]);
}
