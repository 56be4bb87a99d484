//! Inviting somebody, by a code that is mailed.

#[path = "support/browser.rs"]
mod browser;
#[path = "support/flows.rs"]
mod flows;
#[path = "support/heard.rs"]
mod heard;

use accounts::Config;
use accounts_mailer::Mailer;
use accounts_models::{SignupCode, signup_code, user};
use browser::{Browser, Page};
use flows::Flows;
use heard::heard;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set};

const PASSWORD: &str = "correct horse battery staple";

fn invitation_only() -> Config {
    Config {
        invitation_only: true,
        ..Config::default()
    }
}

/// Somebody who is logged in.
fn member(flows: &Flows, username: &str) -> Browser {
    let browser = flows.browser();
    let page = browser.sign_up(username, PASSWORD);
    assert!(page.leads_to("/"), "{}", page.body);
    browser
}

fn invite(browser: &Browser, email: &str) -> Page {
    browser.post("/invitations", [("email", email)])
}

fn sign_up(browser: &Browser, username: &str, code: &str) -> Page {
    let email = format!("{username}@example.org");
    let form = [
        ("username", username),
        ("email", &email),
        ("password", PASSWORD),
        ("code", code),
    ];
    browser.post("/signup", form)
}

/// The invitation that went to an address.
fn invitation(flows: &Flows, email: &str) -> signup_code::Model {
    let invitation = SignupCode::find().filter(signup_code::Column::Email.eq(email));
    let invitation = flows.block_on(invitation.one(&flows.app.db));
    invitation.unwrap().expect("an invitation")
}

#[test]
fn an_invitation_is_mailed_and_used() {
    let flows = Flows::start(&Config::default());
    let ada = member(&flows, "ada");
    heard();

    assert!(invite(&ada, "bob@example.org").leads_to("/invitations"));
    assert_eq!(heard(), ["code_sent bob@example.org sent_at=true"]);
    let page = ada.get("/invitations").body;
    assert!(page.contains("<li>bob@example.org") && page.contains("used 0 of 1"));
    let code = invitation(&flows, "bob@example.org").code;
    assert!(!page.contains(&code));

    let link = flows.link("bob@example.org");
    assert_eq!(link, format!("/signup?code={code}"));
    let bob = flows.browser();
    assert!(bob.get(&link).body.contains(&format!(r#"value="{code}""#)));
    assert!(sign_up(&bob, "bob", &code.to_lowercase()).leads_to("/"));
    let expected = [
        "code_used bob use_count=1",
        "signed_up bob",
        "confirmation_sent bob@example.org sent_at=true",
        "logged_in bob",
        "registered bob active POST /signup",
    ];
    assert_eq!(heard(), expected);
    assert!(ada.get("/invitations").body.contains("used 1 of 1"));
}

#[test]
fn a_code_is_long_and_easy_to_read_out() {
    let codes = [(); 200].map(|()| signup_code::generate().unwrap());
    for code in &codes {
        assert!(code.len() >= 8);
        assert!(
            code.chars()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
        );
        assert!(!code.contains(['0', 'O', '1', 'I']), "{code}");
        assert_eq!(signup_code::normalize(&code.to_lowercase()), *code);
    }
    let different: std::collections::HashSet<_> = codes.iter().collect();
    assert_eq!(different.len(), codes.len());
}

#[test]
fn a_code_that_does_not_work_is_an_error_beside_the_field_and_an_attempt() {
    let flows = Flows::start(&Config::default());
    let cleo = member(&flows, "cleo");
    invite(&cleo, "old@example.org");
    let mut old = invitation(&flows, "old@example.org").into_active_model();
    old.expires_at = Set(accounts_models::now() - time::Duration::seconds(1));
    let old = flows.block_on(old.update(&flows.app.db)).unwrap();
    invite(&cleo, "used@example.org");
    let used = invitation(&flows, "used@example.org").code;
    assert!(sign_up(&flows.browser(), "used", &used).leads_to("/"));
    heard();

    let too_long = "A".repeat(33);
    for code in [&old.code, &used, "ABCDEFGH23", "<b>", &too_long] {
        let page = sign_up(&flows.browser(), "dan", code);
        assert_eq!(page.status, 422, "{code}");
        assert!(page.wrong("code").is_some(), "{code}");
        assert_eq!(page.wrong("username"), None);
        assert!(!page.body.contains("<b>"));
        assert_eq!(heard(), ["attempt dan"], "{code}");
    }
    let dan = user::by_name(&flows.app.db, "dan");
    assert!(flows.block_on(dan).unwrap().is_none());
}

#[test]
fn a_sign_up_that_is_refused_leaves_the_code_as_it_was() {
    let flows = Flows::start(&Config::default());
    let eve = member(&flows, "eve");
    invite(&eve, "eve2@example.org");
    let code = invitation(&flows, "eve2@example.org").code;
    heard();

    let taken = sign_up(&flows.browser(), "eve", &code);
    assert!(taken.wrong("username").unwrap().contains("already exists"));
    assert_eq!(heard(), ["attempt eve"]);
    assert_eq!(invitation(&flows, "eve2@example.org").use_count, 0);
    assert!(sign_up(&flows.browser(), "eve2", &code).leads_to("/"));
}

#[test]
fn of_those_who_use_a_code_at_once_one_does() {
    let flows = Flows::start(&Config::default());
    let fay = member(&flows, "fay");
    invite(&fay, "many@example.org");
    let code = invitation(&flows, "many@example.org").code;
    heard();

    let done = std::thread::scope(|scope| {
        let names = ["m0", "m1", "m2", "m3", "m4", "m5"];
        let tries = names.map(|name| {
            let (flows, code) = (&flows, &code);
            scope.spawn(move || sign_up(&flows.browser(), name, code).status)
        });
        tries.map(|one| one.join().unwrap())
    });
    assert_eq!(
        done.iter().filter(|&&status| status == 303).count(),
        1,
        "{done:?}"
    );
    assert_eq!(
        done.iter().filter(|&&status| status == 422).count(),
        5,
        "{done:?}"
    );
    assert_eq!(invitation(&flows, "many@example.org").use_count, 1);
    let used = heard();
    let used = used.iter().filter(|what| what.starts_with("code_used"));
    assert_eq!(used.count(), 1);
}

#[test]
fn only_those_who_are_invited_where_the_service_says_so() {
    let open = Flows::start(&Config::default());
    let gil = member(&open, "gil");
    invite(&gil, "hal@example.org");
    let code = invitation(&open, "hal@example.org").code;
    drop(open);

    let flows = Flows::start(&invitation_only());
    let hal = flows.browser();
    let page = hal.sign_up("hal", PASSWORD);
    assert_eq!(page.wrong("code"), Some("This field is required."));
    assert_eq!(heard(), ["attempt hal"]);
    assert!(sign_up(&hal, "hal", &code).leads_to("/"));
}

#[test]
fn who_may_invite_whom() {
    let flows = Flows::start(&Config::default());
    let stranger = flows.browser();
    assert!(stranger.get("/invitations").leads_to("/login"));
    assert!(invite(&stranger, "ida@example.org").leads_to("/login"));

    let ida = member(&flows, "ida");
    heard();
    let page = invite(&ida, "nowhere");
    assert_eq!(page.status, 422);
    assert!(page.wrong("email").unwrap().starts_with("Enter a valid"));
    assert!(page.body.contains(r#"value="nowhere""#));
    assert!(heard().is_empty());

    invite(&member(&flows, "jon"), "of-jon@example.org");
    assert!(
        !ida.get("/invitations").body.contains("of-jon"),
        "others see others'"
    );
}

#[test]
fn an_invitation_that_cannot_be_mailed_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let blocked = folder.path().join("mails");
    std::fs::write(&blocked, "").unwrap();
    for (name, mailer) in [("kim", Mailer::none()), ("lea", Mailer::folder(&blocked))] {
        let flows = Flows::start_with(&Config::default(), &mailer);
        let browser = member(&flows, name);
        heard();
        let page = invite(&browser, "mia@example.org");
        assert_eq!(page.status, 422, "{name}");
        assert!(page.body.contains(r#"role="alert""#), "{name}");
        assert!(heard().is_empty(), "{name}");
        assert!(
            !browser.get("/invitations").body.contains("<li>mia@"),
            "{name}"
        );
    }
}
