//! The program, over real HTTP: signing up, logging in and out, changing the password.

#[path = "support/browser.rs"]
mod browser;
#[path = "support/service.rs"]
mod service;

use serde_json::json;
use service::Service;

const PASSWORD: &str = "correct horse battery staple";

#[test]
fn signing_up_logs_in_and_greets_once() {
    let service = Service::start();
    let ada = service.browser();

    assert!(ada.sign_up("ada", PASSWORD).leads_to("/"));

    let home = ada.get("/");
    assert!(home.body.contains("Welcome, ada!"));
    assert!(home.body.contains("ada@example.org"));
    assert!(
        !ada.get("/").body.contains("Welcome"),
        "a greeting is shown once"
    );
}

#[test]
fn au18_signing_up_is_no_log_in_of_the_log_in_page() {
    let service = Service::start();
    service.browser().sign_up("ada", PASSWORD);

    let events = service.events();
    assert_eq!(events.len(), 2);
    assert_eq!(events[0]["action"], "USER_SIGNED_UP");
    assert_eq!(events[0]["user"], "ada");
    assert_eq!(events[0]["extra"], json!({}));
    assert_eq!(events[1]["action"], "EMAIL_CONFIRMATION_SENT");
}

#[test]
fn a_refused_sign_up_shows_what_is_wrong_beside_each_field() {
    let service = Service::start();
    let form = [
        ("username", "<b>ada</b>"),
        ("email", "nowhere"),
        ("password", "s3cret-one"),
        ("password_confirm", "s3cret-two"),
    ];
    let page = service.browser().post("/signup", form);

    assert_eq!(page.status, 422);
    assert!(page.wrong("username").unwrap().starts_with("Enter letters"));
    assert!(page.wrong("email").unwrap().starts_with("Enter a valid"));
    assert_eq!(page.wrong("password"), None);
    assert!(
        page.wrong("password_confirm")
            .unwrap()
            .contains("not the same")
    );
    assert!(
        page.body.contains(r#"value="nowhere""#),
        "what was typed is still there"
    );
    assert!(page.body.contains("&lt;b&gt;ada"), "escaped");
    assert!(!page.body.contains("<b>") && !page.body.contains("s3cret"));
    assert_eq!(page.body.matches("autofocus").count(), 1);

    let events = service.events();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["action"], "SIGNUP_ATTEMPTED");
    assert_eq!(events[0]["user"], json!(null));
    let extra = json!({ "username": "<b>ada</b>", "email": "nowhere", "result": false });
    assert_eq!(events[0]["extra"], extra);
}

#[test]
fn a_form_without_fields_is_one_that_nobody_filled_in() {
    let service = Service::start();
    let browser = service.browser();

    let page = browser.post("/signup", []);
    assert_eq!(page.status, 422);
    assert_eq!(page.wrong("password"), Some("This field is required."));
    assert_eq!(browser.post("/login", [("username", "ada")]).status, 422);

    let events = service.events();
    let nothing = json!({ "username": null, "email": null, "result": false });
    assert_eq!(events[0]["extra"], nothing);
    assert_eq!(events[1]["action"], "LOGIN_ATTEMPTED");
    assert_eq!(
        events[1]["extra"],
        json!({ "username": "ada", "result": false })
    );
}

#[test]
fn a_username_is_taken_in_any_case() {
    let service = Service::start();
    service.browser().sign_up("Zoë", PASSWORD);

    for same in ["Zoë", "zoë", "ZOË", "zoe\u{308}"] {
        let page = service.browser().sign_up(same, PASSWORD);
        assert_eq!(page.status, 422, "{same}");
        assert!(page.wrong("username").unwrap().contains("already exists"));
    }
    assert!(service.browser().log_in("zoë", PASSWORD).leads_to("/"));
}

#[test]
fn a_username_goes_to_one_of_those_who_want_it_at_once() {
    let service = Service::start();
    let done = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| service.browser().sign_up("ada", PASSWORD).status))
            .collect();
        tries
            .into_iter()
            .map(|t| t.join().unwrap())
            .collect::<Vec<_>>()
    });

    assert_eq!(
        done.iter().filter(|&&status| status == 303).count(),
        1,
        "{done:?}"
    );
    assert_eq!(
        done.iter().filter(|&&status| status == 422).count(),
        7,
        "{done:?}"
    );
    let events = service.events();
    let counted = |action: &str| events.iter().filter(|e| e["action"] == action).count();
    assert_eq!(counted("USER_SIGNED_UP"), 1);
    assert_eq!(counted("SIGNUP_ATTEMPTED"), 7);
}

#[test]
fn au17_au18_logging_in() {
    let service = Service::start();
    service.browser().sign_up("ada", PASSWORD);
    let browser = service.browser();

    let refused = browser.log_in("ada", "bad-s3cret");
    assert_eq!(refused.status, 422);
    assert!(
        refused
            .body
            .contains("The username or the password is wrong.")
    );
    assert!(refused.body.contains(r#"value="ada""#) && !refused.body.contains("s3cret"));
    assert!(!browser.is_logged_in());
    assert!(
        browser
            .log_in("nobody", PASSWORD)
            .body
            .contains("The username or the password")
    );

    assert!(browser.log_in("ada", PASSWORD).leads_to("/"));
    assert!(browser.is_logged_in());

    let events = service.events();
    let told: Vec<_> = events[2..]
        .iter()
        .map(|e| (&e["action"], &e["user"], &e["extra"]))
        .collect();
    let (attempted, logged_in) = (json!("LOGIN_ATTEMPTED"), json!("USER_LOGGED_IN"));
    assert_eq!(
        told,
        [
            (
                &attempted,
                &json!(null),
                &json!({ "username": "ada", "result": false })
            ),
            (
                &attempted,
                &json!(null),
                &json!({ "username": "nobody", "result": false })
            ),
            (&logged_in, &json!("ada"), &json!({})),
        ]
    );
}

#[test]
fn au02_au12_logging_out() {
    let service = Service::start();
    let browser = service.browser();
    assert!(
        browser.log_out().leads_to("/"),
        "also when nobody is logged in"
    );

    let cookie = browser.sign_up("ada", PASSWORD).cookie.unwrap();
    let (session, _) = cookie.split_once(';').unwrap();
    let out = browser.log_out();
    assert!(out.leads_to("/"));
    assert!(out.cookie.unwrap().contains("Max-Age=0"));
    assert!(!browser.is_logged_in());

    // The session is gone from the server, not only from the browser.
    let thief = service.browser();
    let page = thief.post_with("/password", [], [("cookie", session)]);
    assert!(page.leads_to("/login"));
}

#[test]
fn a_new_log_in_takes_the_place_of_the_old_one() {
    let service = Service::start();
    service.browser().sign_up("ada", PASSWORD);
    let browser = service.browser();
    let first = browser.sign_up("bob", PASSWORD).cookie.unwrap();
    let second = browser.log_in("ada", PASSWORD).cookie.unwrap();

    assert_ne!(first, second);
    assert!(browser.get("/").body.contains("ada@example.org"));
    let (session, _) = first.split_once(';').unwrap();
    let page = service
        .browser()
        .post_with("/password", [], [("cookie", session)]);
    assert!(page.leads_to("/login"), "bob's session is gone");
}

#[test]
fn changing_the_password() {
    let service = Service::start();
    let (here, there) = (service.browser(), service.browser());
    here.sign_up("ada", PASSWORD);
    there.log_in("ada", PASSWORD);

    let refused = here.change_password("wrong", "new");
    assert_eq!(refused.status, 422);
    assert_eq!(
        refused.wrong("old_password"),
        Some("This is not your password.")
    );
    let refused = here.change_password(PASSWORD, "");
    assert_eq!(
        refused.wrong("new_password"),
        Some("This field is required.")
    );
    assert!(there.is_logged_in());

    assert!(here.change_password(PASSWORD, "a new one").leads_to("/"));
    assert!(
        here.get("/")
            .body
            .contains("Your password has been changed.")
    );
    assert!(here.is_logged_in(), "the session goes on");
    assert!(!there.is_logged_in(), "every other session ends");
    assert_eq!(there.log_in("ada", PASSWORD).status, 422);
    assert!(there.log_in("ada", "a new one").leads_to("/"));

    let events = service.events();
    let changed: Vec<_> = events
        .iter()
        .filter(|e| e["action"] == "PASSWORD_CHANGED")
        .collect();
    assert_eq!(changed.len(), 1);
    assert_eq!(changed[0]["user"], "ada");
    assert_eq!(changed[0]["extra"], json!({}));
}

#[test]
fn au04_last_login_is_written_by_signing_up_and_by_logging_in() {
    let service = Service::start();
    let browser = service.browser();
    browser.sign_up("ada", PASSWORD);
    let last_login = |page: &str| {
        let (_, after) = page.split_once("Last log-in</dt><dd>").unwrap();
        after.split_once("</dd>").unwrap().0.to_owned()
    };

    let first = last_login(&browser.get("/").body);
    assert!(first.starts_with("<time"), "{first}");
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert_eq!(
        last_login(&browser.get("/").body),
        first,
        "taking a session up is no log-in"
    );

    browser.log_in("ada", PASSWORD);
    assert_ne!(last_login(&browser.get("/").body), first);
}
