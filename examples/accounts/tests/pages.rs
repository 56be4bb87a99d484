//! The program, over real HTTP: its pages, and what it keeps to itself.

#[path = "support/browser.rs"]
mod browser;
#[path = "support/service.rs"]
mod service;

use service::Service;

const PASSWORD: &str = "correct horse battery staple";

#[test]
fn the_cookie_is_not_for_scripts_nor_for_other_sites() {
    let service = Service::start();
    let cookie = service.browser().sign_up("ada", PASSWORD).cookie.unwrap();

    for part in [
        "sessionid=",
        "HttpOnly",
        "SameSite=Lax",
        "Path=/",
        "Max-Age=1209600",
    ] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
}

#[test]
fn what_is_only_for_those_who_are_logged_in() {
    let service = Service::start();
    let browser = service.browser();

    assert!(browser.get("/password").leads_to("/login"));
    assert!(browser.get("/events").leads_to("/login"));
    assert!(browser.change_password("old", "new").leads_to("/login"));
    assert!(service.events().is_empty());

    browser.sign_up("ada", PASSWORD);
    assert!(browser.get("/login").leads_to("/"));
    assert!(browser.get("/signup").leads_to("/"));
}

#[test]
fn the_event_log_shows_the_newest_first_and_pages() {
    let service = Service::start();
    let browser = service.browser();
    browser.sign_up("ada", PASSWORD);
    for _ in 0..51 {
        browser.post("/login", [("username", "<i>eve</i>")]);
    }

    let newest = browser.get("/events");
    assert_eq!(newest.actions(), ["LOGIN_ATTEMPTED"; 50]);
    assert!(newest.body.contains("&lt;i&gt;eve") && !newest.body.contains("<i>"));

    let (_, link) = newest.body.split_once("/events?").unwrap();
    let (query, _) = link.split_once('"').unwrap();
    let older = browser.get(&format!("/events?{query}"));
    let oldest = [
        "LOGIN_ATTEMPTED",
        "EMAIL_CONFIRMATION_SENT",
        "USER_SIGNED_UP",
    ];
    assert_eq!(older.actions(), oldest);
    assert!(!older.body.contains("Older events"));
}

#[test]
fn the_page_that_one_is_on_is_marked_among_the_pages() {
    let service = Service::start();
    let browser = service.browser();
    let is_marked = |path: &str, name: &str| {
        let body = browser.get(path).body;
        let marked: Vec<_> = body.split(r#" aria-current="page">"#).skip(1).collect();
        marked.len() == 1 && marked[0].starts_with(&format!("{name}</a>"))
    };
    for (path, name) in [
        ("/signup", "Sign up"),
        ("/login", "Log in"),
        ("/articles", "Articles"),
    ] {
        assert!(is_marked(path, name), "{path}");
    }
    browser.sign_up("ada", PASSWORD);
    for (path, name) in [
        ("/articles", "Articles"),
        ("/events", "Event log"),
        ("/statistics", "Statistics"),
        ("/invitations", "Invitations"),
        ("/password", "Change password"),
    ] {
        assert!(is_marked(path, name), "{path}");
    }
}

#[test]
fn a_form_of_another_site_is_refused() {
    let service = Service::start();
    let browser = service.browser();
    browser.sign_up("ada", PASSWORD);

    for header in [
        ("origin", "http://evil.example"),
        ("sec-fetch-site", "cross-site"),
    ] {
        assert_eq!(browser.post_with("/logout", [], [header]).status, 403);
    }
    assert!(browser.is_logged_in());
}

#[test]
fn a_form_that_is_far_too_long_is_not_read() {
    let service = Service::start();
    let long = "a".repeat(200_000);
    assert_eq!(
        service
            .browser()
            .post("/login", [("username", &long)])
            .status,
        413
    );

    let page = service.browser().sign_up(&long[..10_000], PASSWORD);
    assert_eq!(
        page.wrong("username"),
        Some("Enter at most 150 characters.")
    );
}

#[test]
fn everything_is_still_there_after_a_restart() {
    let service = Service::start();
    let ada = service.browser();
    let cookie = ada.sign_up("ada", PASSWORD).cookie.unwrap();
    let (session, _) = cookie.split_once(';').unwrap();

    let service = service.restart();
    let page = service
        .browser()
        .post_with("/password", [], [("cookie", session)]);
    assert_eq!(page.status, 422, "still logged in");
    assert!(service.browser().log_in("ada", PASSWORD).leads_to("/"));
    let last = service.events().pop().unwrap();
    assert_eq!(last["action"], "USER_LOGGED_IN");
}

#[test]
fn every_page_says_what_it_is_and_what_may_be_in_it() {
    let service = Service::start();
    let browser = service.browser();

    for (path, heading) in [
        ("/", "Accounts"),
        ("/signup", "Sign up"),
        ("/login", "Log in"),
    ] {
        let page = browser.get(path);
        assert_eq!(page.status, 200);
        assert!(page.body.contains(&format!("<h1>{heading}</h1>")), "{path}");
        assert!(page.body.contains(r#"<html lang="en">"#));
    }
    assert!(browser.get("/style.css").body.contains("--accent"));
    assert_eq!(browser.get("/nowhere").status, 404);
    assert_eq!(browser.get("/logout").status, 405, "a link logs nobody out");
}
