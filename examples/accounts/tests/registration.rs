//! Registering and activating an account: what django-registration's tests say of its signals.

#[path = "support/at_once.rs"]
mod at_once;
#[path = "support/browser.rs"]
mod browser;
#[path = "support/flows.rs"]
mod flows;
#[path = "support/heard.rs"]
mod heard;

use accounts::{App, Config, confirmations};
use accounts_mailer::Mailer;
use accounts_models::{Token, User, email_confirmation, now, user};
use at_once::BlockedFolder;
use axum::body::Body;
use axum::http::{Request, header};
use flows::Flows;
use heard::heard;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, NotSet, QueryFilter, Set,
};
use signals_builtin::registration::{user_activated, user_registered};
use signals_core::{Sender, assert_not_sent, assert_sent_once, testing};
use tower::ServiceExt;

const PASSWORD: &str = "correct horse battery staple";

fn one_step() -> Config {
    Config::default()
}

fn with_activation() -> Config {
    Config {
        activation: true,
        ..Config::default()
    }
}

/// A user of the database.
fn stored(flows: &Flows, username: &str) -> user::Model {
    let user = user::by_name(&flows.app.db, username);
    flows.block_on(user).unwrap().unwrap()
}

#[test]
fn rg01_registering_sends_the_user_and_the_request() {
    let flows = Flows::start(&one_step());
    assert!(flows.browser().sign_up("rg01", PASSWORD).leads_to("/"));
    let last = heard().pop();
    assert_eq!(last.as_deref(), Some("registered rg01 active POST /signup"));
}

#[test]
fn rg01_registering_with_activation_sends_when_the_mail_is_out() {
    let flows = Flows::start(&with_activation());
    let browser = flows.browser();
    assert!(browser.sign_up("rg01a", PASSWORD).leads_to("/confirm"));
    let expected = [
        "signed_up rg01a",
        "confirmation_sent rg01a@example.org sent_at=true",
        "registered rg01a inactive POST /signup",
    ];
    assert_eq!(heard(), expected);
    assert!(!browser.is_logged_in());
    assert!(browser.get("/confirm").body.contains("rg01a@example.org"));
    assert_eq!(flows.mails("rg01a@example.org").len(), 1);
}

#[test]
fn rg02_a_form_that_is_refused_registers_nobody() {
    for config in [one_step(), with_activation()] {
        let flows = Flows::start(&config);
        let browser = flows.browser();
        let form = [
            ("username", "rg02"),
            ("email", "rg02@example.org"),
            ("password", PASSWORD),
            ("password_confirm", "another"),
        ];
        assert_eq!(browser.post("/signup", form).status, 422);
        assert_eq!(heard(), ["attempt rg02"]);
        assert!(flows.mails("rg02@example.org").is_empty());
        assert!(
            flows
                .block_on(user::by_name(&flows.app.db, "rg02"))
                .unwrap()
                .is_none()
        );
    }
}

#[test]
fn rg03_in_one_step_the_user_is_active_and_logged_in_before() {
    let flows = Flows::start(&one_step());
    let browser = flows.browser();
    browser.sign_up("rg03", PASSWORD);
    let expected = [
        "signed_up rg03",
        "confirmation_sent rg03@example.org sent_at=true",
        "logged_in rg03",
        "registered rg03 active POST /signup",
    ];
    assert_eq!(heard(), expected);
    assert!(browser.is_logged_in());
    assert!(stored(&flows, "rg03").is_active);
}

#[test]
fn rg04_activating_sends_the_user_and_the_request() {
    let flows = Flows::start(&with_activation());
    let browser = flows.browser();
    browser.sign_up("rg04", PASSWORD);
    assert_eq!(browser.log_in("rg04", PASSWORD).status, 422, "not yet");
    heard();

    let activated = browser.post(&flows.link("rg04@example.org"), []);
    assert!(activated.leads_to("/login?told=activated"));
    let expected = [
        "confirmed rg04@example.org verified=true active=true",
        "activated rg04 active POST confirm",
    ];
    assert_eq!(heard(), expected);
    assert!(!browser.is_logged_in());
    let told = browser.get("/login?told=activated");
    assert!(told.body.contains("Your account is active."));
    assert!(browser.log_in("rg04", PASSWORD).leads_to("/"));
}

#[test]
fn rg05_looking_at_the_page_activates_nobody() {
    let flows = Flows::start(&with_activation());
    let browser = flows.browser();
    browser.sign_up("rg05", PASSWORD);
    heard();

    let page = browser.get(&flows.link("rg05@example.org"));
    assert_eq!(page.status, 200);
    assert!(page.body.contains("rg05@example.org"));
    assert_eq!(
        page.body
            .matches(r#"<form method="post" action="/confirm/"#)
            .count(),
        1
    );
    assert!(heard().is_empty());
    assert!(!stored(&flows, "rg05").is_active);
}

#[test]
fn rg06_a_link_activates_once() {
    let flows = Flows::start(&with_activation());
    let browser = flows.browser();
    browser.sign_up("rg06", PASSWORD);
    let link = flows.link("rg06@example.org");
    browser.post(&link, []);
    heard();

    for again in [browser.post(&link, []), browser.get(&link)] {
        assert_eq!(again.status, 410);
        assert!(again.body.contains("was confirmed before"));
    }
    assert!(heard().is_empty());
}

#[test]
fn rg06_of_those_who_activate_at_once_one_does() {
    let flows = Flows::start(&with_activation());
    at_once::one_activates(&flows, "rg06b");
}

#[test]
fn rg06_who_was_shut_out_does_not_come_back_with_the_link() {
    let flows = Flows::start(&with_activation());
    let browser = flows.browser();
    browser.sign_up("rg06c", PASSWORD);
    let link = flows.link("rg06c@example.org");
    browser.post(&link, []);
    let mut user = stored(&flows, "rg06c").into_active_model();
    user.is_active = Set(false);
    flows.block_on(user.update(&flows.app.db)).unwrap();
    heard();

    assert_eq!(browser.post(&link, []).status, 410);
    assert!(heard().is_empty());
    assert!(!stored(&flows, "rg06c").is_active);
}

#[test]
fn rg07_a_link_that_is_none_activates_nobody() {
    let flows = Flows::start(&with_activation());
    let browser = flows.browser();
    browser.sign_up("rg07", PASSWORD);
    heard();

    let stranger = Token::generate().unwrap();
    let other = format!("/confirm/{}", stranger.as_str());
    let cut = flows.link("rg07@example.org");
    for link in [
        &other,
        &cut[..cut.len() - 1],
        "/confirm/%00",
        "/confirm/%3Cb%3E",
    ] {
        assert_eq!(browser.get(link).status, 404, "{link}");
        let page = browser.post(link, []);
        assert_eq!(page.status, 404, "{link}");
        assert!(!page.body.contains("<b>"));
    }
    assert!(heard().is_empty());
    assert!(!stored(&flows, "rg07").is_active);
}

#[test]
fn rg07_a_link_that_is_too_old_activates_nobody_and_gets_another_one() {
    let flows = Flows::start(&with_activation());
    flows.browser().sign_up("rg07b", PASSWORD);
    let link = flows.link("rg07b@example.org");
    age(
        &flows,
        &link,
        time::Duration::days(3) + time::Duration::seconds(1),
    );
    heard();

    // Another browser, which knows nothing of the sign-up.
    let browser = flows.browser();
    let page = browser.post(&link, []);
    assert_eq!(page.status, 410);
    assert!(page.body.contains("too old") && page.body.contains("Send another mail"));
    assert!(heard().is_empty());
    assert!(!stored(&flows, "rg07b").is_active);

    let token = link.strip_prefix("/confirm/").unwrap();
    assert!(
        browser
            .post("/confirm", [("link", token)])
            .leads_to("/confirm")
    );
    let sent = ["confirmation_sent rg07b@example.org sent_at=true"];
    assert_eq!(heard(), sent, "registered once, at the sign-up");
    let fresh = flows.link("rg07b@example.org");
    assert_ne!(fresh, link);
    assert!(browser.post(&fresh, []).leads_to("/login?told=activated"));
}

#[test]
fn rg07_a_link_works_until_it_is_too_old() {
    let flows = Flows::start(&with_activation());
    let browser = flows.browser();
    browser.sign_up("rg07c", PASSWORD);
    let link = flows.link("rg07c@example.org");
    age(
        &flows,
        &link,
        time::Duration::days(3) - time::Duration::minutes(1),
    );
    assert!(browser.post(&link, []).leads_to("/login?told=activated"));
}

/// Makes a link look as if it was mailed that much earlier.
fn age(flows: &Flows, link: &str, by: time::Duration) {
    let token = Token::from_link(link.strip_prefix("/confirm/").unwrap());
    let row = email_confirmation::Entity::find()
        .filter(email_confirmation::Column::TokenDigest.eq(token.digest()))
        .one(&flows.app.db);
    let row = flows.block_on(row).unwrap().unwrap();
    let created_at = row.created_at - by;
    let mut row = row.into_active_model();
    row.created_at = Set(created_at);
    flows.block_on(row.update(&flows.app.db)).unwrap();
}

#[test]
fn a_registration_whose_mail_fails_is_one_when_a_mail_is_out() {
    let blocked = BlockedFolder::new();
    let flows = Flows::start_with(&with_activation(), &blocked.mailer());
    let browser = flows.browser();

    assert!(browser.sign_up("late", PASSWORD).leads_to("/confirm"));
    assert!(browser.get("/confirm").body.contains("could not be sent"));
    assert_eq!(heard(), ["signed_up late"]);

    blocked.unblock();
    assert!(browser.post("/confirm", []).leads_to("/confirm"));
    assert!(browser.get("/confirm").body.contains("on its way to"));
    let expected = [
        "confirmation_sent late@example.org sent_at=true",
        "registered late inactive POST /confirm",
    ];
    assert_eq!(heard(), expected);
    browser.post("/confirm", []);
    assert_eq!(heard(), ["confirmation_sent late@example.org sent_at=true"]);
}

#[test]
fn rg01_of_the_mails_that_are_asked_for_at_once_one_registers() {
    let blocked = BlockedFolder::new();
    let flows = Flows::start_with(&with_activation(), &blocked.mailer());
    at_once::one_registers(&flows, &blocked, "rg01b");
}

/// As when the server has taken the mail, and its answer was lost.
#[test]
fn rg01_whoever_activates_an_account_that_was_not_told_of_registers() {
    let blocked = BlockedFolder::new();
    let flows = Flows::start_with(&with_activation(), &blocked.mailer());
    let browser = flows.browser();
    browser.sign_up("rg01c", PASSWORD);
    assert_eq!(heard(), ["signed_up rg01c"]);
    let user = stored(&flows, "rg01c");
    let address = confirmations::address_of(&flows.app.db, user.id);
    let address = flows.block_on(address).unwrap().unwrap();
    let token = Token::generate().unwrap();
    let row = email_confirmation::ActiveModel {
        id: NotSet,
        email_address_id: Set(address.id),
        token_digest: Set(token.digest()),
        created_at: Set(now()),
        sent_at: Set(None),
    };
    flows.block_on(row.insert(&flows.app.db)).unwrap();

    let link = format!("/confirm/{}", token.as_str());
    assert!(browser.post(&link, []).leads_to("/login?told=activated"));
    let told: Vec<_> = heard()
        .iter()
        .map(|what| what.split(' ').next().unwrap().to_owned())
        .collect();
    assert_eq!(told, ["confirmed", "registered", "activated"]);
}

#[test]
fn without_a_mailer_nobody_can_be_asked_to_activate() {
    let flows = Flows::start(&one_step());
    let error = App::new(flows.app.db.clone(), Mailer::none(), with_activation()).unwrap_err();
    assert!(error.to_string().contains("--mails"), "{error}");
}

/// The assertions that django-registration's tests are made of, here those of the test kit.
#[test]
fn rg08_signals_that_were_sent_and_not_sent() {
    let flows = Flows::start(&with_activation());
    let router = accounts::router(flows.app.clone());
    let ask = |path: &str, form: String| {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form))
            .unwrap();
        router.clone().oneshot(request)
    };
    let sign_up = "username=rg08&email=rg08%40example.org&password=s3cret-word";
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let registered = testing::capture(&user_registered);
    let activated = testing::capture(&user_activated);

    runtime.block_on(async {
        ask("/signup", "username=rg08".to_owned()).await.unwrap();
        assert_not_sent!(registered);
        ask("/signup", sign_up.to_owned()).await.unwrap();
    });
    assert_sent_once!(registered, |sent| sent
        .arguments
        .contains("rg08@example.org"));
    assert_not_sent!(activated);

    let link = flows.link("rg08@example.org");
    runtime.block_on(async { ask(&link, String::new()).await.unwrap() });
    assert_sent_once!(activated, |sent| sent.sender == Sender::of::<User>());
    assert_sent_once!(registered);
}
