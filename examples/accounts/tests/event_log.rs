//! The page of the event log, over real HTTP.

#[path = "support/browser.rs"]
mod browser;
#[path = "support/service.rs"]
mod service;

use service::Service;

const PASSWORD: &str = "correct horse battery staple";

#[test]
fn it_shows_one_action_or_one_user_or_both() {
    let service = Service::start();
    let (ada, eve) = (service.browser(), service.browser());
    ada.sign_up("ada", PASSWORD);
    eve.sign_up("eve", PASSWORD);
    ada.log_in("eve", "wrong");
    ada.change_password(PASSWORD, "another one");

    let all = ada.get("/events");
    assert_eq!(all.actions()[..2], ["PASSWORD_CHANGED", "LOGIN_ATTEMPTED"]);
    let options: Vec<_> = all.body.split("<option").skip(1).collect();
    let options = options.iter().filter_map(|it| it.split(['>', '<']).nth(1));
    let mut occurring = all.actions();
    occurring.sort_unstable();
    occurring.dedup();
    assert!(occurring.len() >= 3);
    occurring.insert(0, "All");
    assert_eq!(options.collect::<Vec<_>>(), occurring);

    let signed_up = ada.get("/events?action=USER_SIGNED_UP&user=");
    assert_eq!(signed_up.actions(), ["USER_SIGNED_UP"; 2]);
    assert!(signed_up.body.contains("<option selected>USER_SIGNED_UP"));
    let of_ada = ada.get("/events?action=&user=+ADA+");
    assert_eq!(of_ada.actions().first(), Some(&"PASSWORD_CHANGED"));
    assert_eq!(of_ada.actions().last(), Some(&"USER_SIGNED_UP"));
    assert_eq!(
        of_ada.body.matches("<td>ada</td>").count(),
        of_ada.actions().len()
    );
    assert!(of_ada.body.contains("value=\"ADA\""));
    let both = ada.get("/events?action=USER_SIGNED_UP&user=eve");
    assert_eq!(both.actions(), ["USER_SIGNED_UP"]);
    assert!(both.body.contains("<td>eve</td>"));

    for nothing in [
        "user=nobody",
        "action=FLY",
        "action=PASSWORD_CHANGED&user=eve",
    ] {
        let page = ada.get(&format!("/events?{nothing}"));
        assert_eq!(page.status, 200);
        assert!(page.actions().is_empty(), "{nothing}");
        assert!(page.body.contains("No such event."), "{nothing}");
        assert!(page.body.contains("Show all"));
    }
    let page = ada.get("/events?user=%3Ci%3E%00&action=%22%3E%3Ci%3E");
    assert_eq!(page.status, 200);
    assert!(!page.body.contains("<i>") && page.body.contains("&quot;&gt;&lt;i&gt;"));
}

#[test]
fn the_links_keep_what_is_asked_for() {
    let service = Service::start();
    let (ada, eve) = (service.browser(), service.browser());
    ada.sign_up("ada", PASSWORD);
    eve.sign_up("eve+1", PASSWORD);
    let article = [("title", "On engines"), ("body", "They run."), ("tags", "")];
    for _ in 0..51 {
        eve.post("/articles/new", article);
        ada.post("/articles/new", article);
    }

    let newest = eve.get("/events?action=ARTICLE_SAVED&user=eve%2B1");
    assert_eq!(newest.actions(), ["ARTICLE_SAVED"; 50]);
    assert!(!newest.body.contains("<td>ada</td>"));
    assert_eq!(newest.link("Newest events"), None);
    let older = newest.link("Older events").unwrap();
    assert!(older.starts_with("/events?action=ARTICLE_SAVED&user=eve%2B1&before="));
    let older = eve.get(&older);
    assert_eq!(older.actions(), ["ARTICLE_SAVED"]);
    assert!(older.body.contains("<td>eve+1</td>"));
    assert_eq!(older.link("Older events"), None);
    let back = older.link("Newest events").unwrap();
    assert_eq!(back, "/events?action=ARTICLE_SAVED&user=eve%2B1");

    let end = eve.get("/events?action=ARTICLE_SAVED&before=1");
    assert!(end.body.contains("No such event before that."));
    let back = end.link("Newest events").unwrap();
    assert_eq!(back, "/events?action=ARTICLE_SAVED");
    assert_eq!(eve.get(&back).actions().len(), 50);
}

#[test]
fn an_event_names_its_object() {
    let service = Service::start();
    let ada = service.browser();
    ada.sign_up("ada", PASSWORD);
    let article = [("title", "On engines"), ("body", "They run."), ("tags", "")];
    ada.post("/articles/new", article);

    let page = ada.get("/events?action=ARTICLE_SAVED");
    assert_eq!(page.actions(), ["ARTICLE_SAVED"]);
    assert!(
        page.body.contains("<td>accounts.Article 1</td>"),
        "{}",
        page.body
    );
}
