//! Confirming an address, by the link in a mail.

#[path = "support/browser.rs"]
mod browser;
#[path = "support/flows.rs"]
mod flows;
#[path = "support/heard.rs"]
mod heard;
#[path = "support/service.rs"]
mod service;

use std::net::{Ipv4Addr, TcpListener};

use accounts::Config;
use accounts_mailer::Mailer;
use accounts_models::EmailConfirmation;
use flows::Flows;
use heard::heard;
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};
use service::Service;

const PASSWORD: &str = "correct horse battery staple";

const UNCONFIRMED: &str = "is not confirmed yet";

fn confirmations(flows: &Flows) -> u64 {
    flows
        .block_on(EmailConfirmation::find().count(&flows.app.db))
        .unwrap()
}

#[test]
fn an_address_is_confirmed_by_the_link_in_the_mail() {
    let flows = Flows::start(&Config::default());
    let ada = flows.browser();
    ada.sign_up("ada", PASSWORD);
    assert!(ada.get("/").body.contains(UNCONFIRMED));
    let mails = flows.mails("ada@example.org");
    assert_eq!(mails.len(), 1);
    assert!(mails[0].text.contains("Hello ada,"));
    heard();

    let link = flows.link("ada@example.org");
    assert_eq!(ada.get(&link).status, 200);
    assert!(heard().is_empty(), "looking sends nothing");
    assert!(ada.get("/").body.contains(UNCONFIRMED));

    assert!(ada.post(&link, []).leads_to("/"));
    assert_eq!(
        heard(),
        ["confirmed ada@example.org verified=true active=true"]
    );
    let home = ada.get("/").body;
    assert!(home.contains("ada@example.org is confirmed.") && !home.contains(UNCONFIRMED));

    let again = ada.post(&link, []);
    assert_eq!(again.status, 410);
    assert!(ada.post("/confirm", []).leads_to("/"));
    assert!(heard().is_empty(), "nothing is left to confirm");
    assert_eq!(flows.mails("ada@example.org").len(), 1);
}

#[test]
fn a_link_is_good_for_whoever_has_the_mail() {
    let flows = Flows::start(&Config::default());
    flows.browser().sign_up("bob", PASSWORD);
    let link = flows.link("bob@example.org");

    let somewhere = flows.browser();
    assert!(somewhere.post(&link, []).leads_to("/login?told=confirmed"));
    assert!(!somewhere.is_logged_in(), "a mail logs nobody in");
    let page = somewhere.get("/login?told=confirmed");
    assert!(page.body.contains("Your address is confirmed."));
    assert!(!somewhere.get("/login?told=%3Cb%3E").body.contains("<b>"));
}

#[test]
fn another_mail_on_request() {
    let flows = Flows::start(&Config::default());
    let cleo = flows.browser();
    cleo.sign_up("cleo", PASSWORD);
    let first = flows.link("cleo@example.org");
    heard();

    assert!(cleo.post("/confirm", []).leads_to("/"));
    assert_eq!(heard(), ["confirmation_sent cleo@example.org sent_at=true"]);
    assert!(
        cleo.get("/")
            .body
            .contains("on its way to cleo@example.org")
    );
    let second = flows.link("cleo@example.org");
    assert_ne!(first, second);
    assert!(
        cleo.post(&first, []).leads_to("/"),
        "the older one works as well"
    );
    assert_eq!(cleo.post(&second, []).status, 410);
}

#[test]
fn nobody_asks_for_the_mails_of_others() {
    let flows = Flows::start(&Config::default());
    let before = confirmations(&flows);
    let stranger = flows.browser();
    assert!(stranger.post("/confirm", []).leads_to("/"));
    assert!(
        stranger
            .post("/confirm", [("link", "guessed")])
            .leads_to("/")
    );
    assert!(stranger.get("/confirm").leads_to("/login"));
    assert_eq!(confirmations(&flows), before);
    assert!(heard().is_empty());
}

#[test]
fn without_a_mailer_there_is_nothing_to_confirm() {
    let flows = Flows::start_with(&Config::default(), &Mailer::none());
    let before = confirmations(&flows);
    let dan = flows.browser();
    assert!(dan.sign_up("dan", PASSWORD).leads_to("/"));
    assert!(!dan.get("/").body.contains("onfirm"));
    assert!(dan.post("/confirm", []).leads_to("/"));
    assert_eq!(confirmations(&flows), before, "no row");
    let expected = [
        "signed_up dan",
        "logged_in dan",
        "registered dan active POST /signup",
    ];
    assert_eq!(heard(), expected);
}

#[test]
fn a_mail_that_cannot_be_sent_takes_nothing_back() {
    // Nobody listens there any more.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let mailer = Mailer::smtp(&format!("smtp://127.0.0.1:{port}")).unwrap();
    let flows = Flows::start_with(&Config::default(), &mailer);
    let eve = flows.browser();

    assert!(eve.sign_up("eve", PASSWORD).leads_to("/"));
    let expected = [
        "signed_up eve",
        "logged_in eve",
        "registered eve active POST /signup",
    ];
    assert_eq!(heard(), expected);
    let home = eve.get("/").body;
    assert!(home.contains("The mail to eve@example.org could not be sent."));
    assert!(home.contains(UNCONFIRMED));
    eve.post("/confirm", []);
    assert!(eve.get("/").body.contains("could not be sent"));
    assert!(heard().is_empty());
}

#[test]
fn what_is_done_is_no_error_when_its_message_cannot_be_left() {
    let flows = Flows::start(&Config::default());
    let fay = flows.browser();
    fay.sign_up("fay", PASSWORD);
    let link = flows.link("fay@example.org");
    let run = |sql| {
        let run = flows.app.db.execute_unprepared(sql);
        flows.block_on(run).unwrap();
    };
    heard();

    run("CREATE TRIGGER full BEFORE INSERT ON message \
         BEGIN SELECT RAISE(ABORT, 'no more messages'); END");
    let another = fay.post("/confirm", []);
    let confirmed = fay.post(&link, []);
    let invited = fay.post("/invitations", [("email", "gus@example.org")]);
    run("DROP TRIGGER full");

    assert!(another.leads_to("/"), "{}", another.status);
    assert!(confirmed.leads_to("/"), "{}", confirmed.status);
    assert!(invited.leads_to("/invitations"), "{}", invited.status);
    let expected = [
        "confirmation_sent fay@example.org sent_at=true",
        "confirmed fay@example.org verified=true active=true",
        "code_sent gus@example.org sent_at=true",
    ];
    assert_eq!(heard(), expected);
}

#[test]
fn the_program_mails_logs_and_greets() {
    let service = Service::start();
    let ada = service.browser();
    ada.sign_up("ada", PASSWORD);
    let home = ada.get("/").body;
    assert!(home.contains("Welcome, ada! Your account is ready."));
    assert!(ada.post(&service.link("ada@example.org"), []).leads_to("/"));
    ada.change_password(PASSWORD, "another one");
    assert!(
        service.mails("ada@example.org")[1]
            .text
            .contains("password has been changed")
    );

    let told: Vec<_> = service
        .events()
        .iter()
        .map(|event| {
            format!("{} {} {}", event["action"], event["user"], event["extra"]).replace('"', "")
        })
        .collect();
    let expected = [
        "USER_SIGNED_UP ada {}",
        "EMAIL_CONFIRMATION_SENT ada {email:ada@example.org}",
        "EMAIL_CONFIRMED ada {email:ada@example.org}",
        "PASSWORD_CHANGED ada {}",
    ];
    assert_eq!(told, expected);
}

#[test]
fn the_program_activates() {
    let service = Service::start_with(&["--activation"]);
    let ada = service.browser();
    assert!(ada.sign_up("ada", PASSWORD).leads_to("/confirm"));
    let link = service.link("ada@example.org");
    assert!(ada.post(&link, []).leads_to("/login?told=activated"));
    let mails = service.mails("ada@example.org");
    assert!(mails[1].text.contains("Your account is active."));
    assert!(ada.log_in("ada", PASSWORD).leads_to("/"));

    let actions = service.events();
    let actions: Vec<_> = actions.iter().map(|event| &event["action"]).collect();
    let expected = [
        "USER_SIGNED_UP",
        "EMAIL_CONFIRMATION_SENT",
        "EMAIL_CONFIRMED",
        "USER_ACTIVATED",
        "USER_LOGGED_IN",
    ];
    assert_eq!(actions, expected);
}
