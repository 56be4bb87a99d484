//! Passwords that have become too old.

#[path = "support/browser.rs"]
mod browser;
#[path = "support/command.rs"]
mod command;
#[path = "support/flows.rs"]
mod flows;
#[path = "support/heard.rs"]
mod heard;

use std::time::Duration;

use accounts::Config;
use accounts_models::{now, user};
use command::accounts;
use flows::Flows;
use heard::heard;
use sea_orm::{ActiveModelTrait, IntoActiveModel, Set};

const PASSWORD: &str = "correct horse battery staple";
const DAY: Duration = Duration::from_hours(24);

fn thirty_days() -> Config {
    Config {
        password_expiry: Some(30 * DAY),
        ..Config::default()
    }
}

/// Makes a user's password look that old.
fn age(flows: &Flows, username: &str, by: Duration) {
    let user = user::by_name(&flows.app.db, username);
    let mut user = flows.block_on(user).unwrap().unwrap().into_active_model();
    user.password_changed_at = Set(now() - by);
    flows.block_on(user.update(&flows.app.db)).unwrap();
}

#[test]
fn a_password_that_is_too_old_has_to_be_changed_first() {
    let flows = Flows::start(&thirty_days());
    let ada = flows.browser();
    ada.sign_up("ada", PASSWORD);
    age(&flows, "ada", 31 * DAY);
    heard();

    for path in ["/", "/events", "/invitations", "/signup"] {
        assert!(ada.get(path).leads_to("/password"), "{path}");
        assert_eq!(heard(), ["expired ada"], "with each request: {path}");
    }
    assert!(
        ada.post("/invitations", [("email", "x@example.org")])
            .leads_to("/password")
    );
    heard();

    assert_eq!(ada.get("/style.css").status, 200);
    let page = ada.get("/password");
    assert!(page.body.contains("Your password has expired."));
    assert_eq!(ada.change_password("wrong", "new").status, 422);
    assert!(heard().is_empty(), "the way out is open");

    assert!(ada.change_password(PASSWORD, "another one").leads_to("/"));
    assert_eq!(ada.get("/").status, 200);
    assert!(!ada.get("/password").body.contains("expired"));
    assert!(heard().is_empty());
}

#[test]
fn logging_out_needs_no_new_password() {
    let flows = Flows::start(&thirty_days());
    let bob = flows.browser();
    bob.sign_up("bob", PASSWORD);
    age(&flows, "bob", 31 * DAY);
    assert!(bob.log_out().leads_to("/"));
    heard();

    assert_eq!(bob.get("/").status, 200, "nobody is logged in");
    assert!(heard().is_empty());
    assert!(bob.log_in("bob", PASSWORD).leads_to("/"));
    assert_eq!(heard(), ["logged_in bob"]);
    assert!(bob.get("/").leads_to("/password"));
}

#[test]
fn a_younger_password_and_one_that_may_become_as_old_as_it_likes() {
    let flows = Flows::start(&thirty_days());
    let cleo = flows.browser();
    cleo.sign_up("cleo", PASSWORD);
    age(&flows, "cleo", 29 * DAY);
    assert_eq!(cleo.get("/").status, 200);
    age(&flows, "cleo", 3000 * DAY);
    assert!(cleo.get("/").leads_to("/password"));
    drop(flows);

    let flows = Flows::start(&Config::default());
    let cleo = flows.browser();
    assert!(cleo.log_in("cleo", PASSWORD).leads_to("/"));
    assert_eq!(cleo.get("/").status, 200);
    assert_eq!(heard(), ["logged_in cleo"]);
}

#[test]
fn an_age_of_no_days_would_keep_everybody_out() {
    let output = accounts()
        .args(["--password-expiry", "0", "replay", "nothing.jsonl"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
}
