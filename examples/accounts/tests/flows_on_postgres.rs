//! The program on PostgreSQL, what two do at once there, where transactions that write do not wait for each
//! other at their beginning, and what PostgreSQL refuses.

#[path = "support/at_once.rs"]
mod at_once;
#[path = "support/browser.rs"]
mod browser;
#[path = "support/flows.rs"]
mod flows;
#[path = "support/heard.rs"]
mod heard;
#[path = "support/service.rs"]
mod service;

use accounts::{Config, events};
use accounts_models::{SignupCode, SignupCodeResult, User, signup_code, signup_code_result, user};
use at_once::{AT_ONCE, BlockedFolder, answered, at_once};
use browser::{Browser, Page};
use flows::{Flows, new_database};
use heard::heard;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter};
use service::Service;
use signals_builtin::account::user_signed_up;
use signals_core::receiver;
use signals_sea_orm::Handle;
use tokio::runtime::Runtime;

const PASSWORD: &str = "correct horse battery staple";

fn with_activation() -> Config {
    Config {
        activation: true,
        ..Config::default()
    }
}

fn sign_up(browser: &Browser, username: &str, code: &str) -> Page {
    let form = [
        ("username", username),
        ("email", "somebody@example.org"),
        ("password", PASSWORD),
        ("code", code),
    ];
    browser.post("/signup", form)
}

#[test]
fn the_program_serves_the_database_of_database_url() {
    let Some(url) = new_database() else {
        return;
    };
    let service = Service::start_on(&url);
    let ada = service.browser();
    assert!(ada.sign_up("ada", PASSWORD).leads_to("/"));
    ada.log_out();
    assert_eq!(ada.log_in("ada", "wrong").status, 422);
    assert!(ada.log_in("ada", PASSWORD).leads_to("/"));
    let expected = [
        "USER_LOGGED_IN",
        "LOGIN_ATTEMPTED",
        "EMAIL_CONFIRMATION_SENT",
        "USER_SIGNED_UP",
    ];
    assert_eq!(ada.get("/events").actions(), expected);

    let sqlite = service.folder().join("accounts.sqlite");
    assert!(!sqlite.exists(), "no file beside it");
    let stored = Runtime::new().unwrap().block_on(async {
        let db = accounts_models::open(&url).await.unwrap();
        events::newest(&db, &events::Wanted::default(), 10).await
    });
    let stored: Vec<_> = stored.unwrap().into_iter().map(|it| it.action).collect();
    assert_eq!(stored, expected);

    // Under another process, all of it is still there.
    let service = service.restart();
    let browser = service.browser();
    assert!(browser.log_in("ada", PASSWORD).leads_to("/"));
    assert_eq!(browser.get("/events").actions()[1..], expected);
}

#[receiver(user_signed_up, sender = User, when = |user: &user::Model| user.username == "aborted")]
async fn fails_in_the_transaction(#[state] handle: &Handle) -> Result<(), DbErr> {
    handle.execute_unprepared("SELECT 1 / 0").await?;
    Ok(())
}

#[test]
fn a_receiver_whose_statement_fails_takes_the_sign_up_along() {
    let Some(flows) = Flows::start_on_postgres(&Config::default()) else {
        return;
    };
    let browser = flows.browser();
    assert_eq!(browser.sign_up("aborted", PASSWORD).status, 500);
    assert!(!browser.is_logged_in());
    let nobody = user::by_name(&flows.app.db, "aborted");
    assert!(flows.block_on(nobody).unwrap().is_none());
    assert_eq!(heard(), Vec::<String>::new());
}

#[test]
fn of_those_who_use_a_code_at_once_one_does() {
    let Some(flows) = Flows::start_on_postgres(&Config::default()) else {
        return;
    };
    let ada = flows.browser();
    ada.sign_up("ada", PASSWORD);
    ada.post("/invitations", [("email", "many@example.org")]);
    let code = || {
        let code = SignupCode::find().filter(signup_code::Column::Email.eq("many@example.org"));
        flows.block_on(code.one(&flows.app.db)).unwrap().unwrap()
    };
    let typed = code().code;
    heard();

    let pages = at_once(|number| sign_up(&flows.browser(), &format!("many{number}"), &typed));

    assert_eq!(answered(&pages, 303), 1);
    assert_eq!(answered(&pages, 422), AT_ONCE - 1);
    let code = code();
    assert_eq!(code.use_count, 1);
    let uses = SignupCodeResult::find()
        .filter(signup_code_result::Column::SignupCodeId.eq(code.id))
        .count(&flows.app.db);
    assert_eq!(flows.block_on(uses).unwrap(), 1);
    let heard = heard();
    let count = |what: &str| heard.iter().filter(|one| one.starts_with(what)).count();
    assert_eq!(count("code_used"), 1, "{heard:?}");
    assert_eq!(count("signed_up"), 1, "{heard:?}");
    assert_eq!(count("attempt"), AT_ONCE - 1, "{heard:?}");
}

#[test]
fn of_those_who_take_a_name_at_once_one_does() {
    let Some(flows) = Flows::start_on_postgres(&Config::default()) else {
        return;
    };
    let pages = at_once(|_| flows.browser().sign_up("wanted", PASSWORD));

    assert_eq!(answered(&pages, 303), 1);
    assert_eq!(answered(&pages, 422), AT_ONCE - 1);
    let taken = "A user with that username already exists.";
    let refused = pages.iter().filter(|page| page.status == 422);
    for page in refused {
        assert_eq!(page.wrong("username"), Some(taken));
    }
}

#[test]
fn rg06_of_those_who_activate_at_once_one_does() {
    if let Some(flows) = Flows::start_on_postgres(&with_activation()) {
        at_once::one_activates(&flows, "rg06");
    }
}

#[test]
fn rg01_of_the_mails_that_are_asked_for_at_once_one_registers() {
    let blocked = BlockedFolder::new();
    let flows = Flows::start_on_postgres_with(&with_activation(), &blocked.mailer());
    if let Some(flows) = flows {
        at_once::one_registers(&flows, &blocked, "rg01");
    }
}

#[test]
fn a_code_that_the_database_takes_for_no_text_is_wrong_in_its_field() {
    let Some(flows) = Flows::start_on_postgres(&Config::default()) else {
        return;
    };
    for code in ["\0", "ABCDE\0FGH23"] {
        let page = sign_up(&flows.browser(), "nul", code);
        assert_eq!(page.status, 422, "{code:?}");
        let wrong = page.wrong("code");
        assert_eq!(wrong, Some("Enter letters and digits only."), "{code:?}");
    }
    let nobody = user::by_name(&flows.app.db, "nul");
    assert!(flows.block_on(nobody).unwrap().is_none());
}
