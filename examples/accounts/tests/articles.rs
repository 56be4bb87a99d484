//! Articles, over real HTTP.

#[path = "support/browser.rs"]
mod browser;
#[path = "support/service.rs"]
mod service;

use browser::{Browser, Page};
use serde_json::{Value, json};
use service::Service;

const PASSWORD: &str = "correct horse battery staple";

fn write(browser: &Browser, title: &str, body: &str, tags: &str) -> Page {
    browser.post(
        "/articles/new",
        [("title", title), ("body", body), ("tags", tags)],
    )
}

/// Writes an article, and says where it is.
fn written(browser: &Browser, title: &str, body: &str, tags: &str) -> String {
    let page = write(browser, title, body, tags);
    assert_eq!(page.status, 303, "{}", page.body);
    page.location.unwrap()
}

/// What stands between these two, each time.
fn between<'a>(body: &'a str, start: &str, end: &str) -> Vec<&'a str> {
    let parts = body.split(start).skip(1);
    parts.filter_map(|part| part.split(end).next()).collect()
}

/// The titles on a page of the list.
fn titles(page: &Page) -> Vec<&str> {
    let headings = between(&page.body, "<h2><a href=\"/articles/", "</a>");
    let titles = headings.iter().filter_map(|it| it.split_once('>'));
    titles.map(|(_, title)| title).collect()
}

/// What the event log says of articles: action and extra.
fn told(service: &Service) -> Vec<(String, Value)> {
    let events = service.events().into_iter();
    let events = events.map(|event| {
        (
            event["action"].as_str().unwrap().to_owned(),
            event["extra"].clone(),
        )
    });
    events
        .filter(|(action, _)| action.starts_with("ARTICLE_"))
        .collect()
}

#[test]
fn an_article_is_written_read_changed_and_deleted() {
    let service = Service::start();
    let (ada, anybody) = (service.browser(), service.browser());
    ada.sign_up("ada", PASSWORD);

    let body = "They run.\r\nFast.\r\n\r\nAnd <b>well</b>.";
    let place = written(&ada, "On engines", body, "Maths, fun,,MATHS");
    let page = anybody.get(&place);
    assert_eq!(page.status, 200);
    assert!(page.body.contains("<h1>On engines</h1>"), "{}", page.body);
    let paragraphs = between(&page.body, "<p class=\"text\">", "</p>");
    assert_eq!(
        paragraphs,
        ["They run.\nFast.", "And &lt;b&gt;well&lt;&#x2f;b&gt;."]
    );
    let tags = between(&page.body, "<li><a href=\"/articles?tag=", "</a>");
    assert_eq!(tags, ["fun\">fun", "maths\">maths"]);
    assert!(page.body.contains("ada, <time") && !page.body.contains("changed on"));
    assert!(
        !page.body.contains("/edit\""),
        "nobody is invited to change it"
    );
    assert!(ada.get(&place).body.contains(&format!("{place}/edit\"")));

    let form = ada.get(&format!("{place}/edit"));
    assert!(form.body.contains("value=\"On engines\""));
    assert!(form.body.contains("value=\"fun, maths\""));
    assert!(
        form.body
            .contains("\nThey run.\nFast.\n\nAnd &lt;b&gt;well")
    );
    let change = [
        ("title", "On machines"),
        ("body", "They run."),
        ("tags", "fun"),
    ];
    assert!(ada.post(&format!("{place}/edit"), change).leads_to(&place));
    let page = anybody.get(&place);
    assert!(page.body.contains("<h1>On machines</h1>") && page.body.contains("changed on"));

    assert!(
        ada.post(&format!("{place}/delete"), [])
            .leads_to("/articles")
    );
    assert_eq!(anybody.get(&place).status, 404);
    assert_eq!(titles(&anybody.get("/articles")), [""; 0]);

    let row = |action: &str, extra| (action.to_owned(), extra);
    assert_eq!(
        told(&service),
        [
            row(
                "ARTICLE_SAVED",
                json!({ "created": true, "title": "On engines" })
            ),
            row("ARTICLE_TAGGED", json!({ "added": ["fun", "maths"] })),
            row(
                "ARTICLE_SAVED",
                json!({ "created": false, "title": "On machines" })
            ),
            row("ARTICLE_TAGGED", json!({ "removed": ["maths"] })),
            row("ARTICLE_DELETED", json!({ "title": "On machines" })),
        ]
    );
}

#[test]
fn what_is_wrong_is_said_beside_the_fields_and_nothing_is_stored() {
    let service = Service::start();
    let ada = service.browser();
    ada.sign_up("ada", PASSWORD);

    let page = write(&ada, " ", "They run.", "fun, <b>");
    assert_eq!(page.status, 422);
    assert_eq!(page.wrong("title"), Some("This field is required."));
    assert_eq!((page.wrong("body"), page.wrong("tags")), (None, None));
    assert!(
        page.body.contains("\nThey run.</textarea>"),
        "what was typed stays"
    );
    assert!(page.body.contains("value=\"fun, &lt;b&gt;\""));
    assert_eq!(page.body.matches("autofocus").count(), 1);

    let long = "a".repeat(201);
    let page = write(&ada, &long, "\0", "a,b,c,d,e,f,g,h,i,j,k");
    assert_eq!(page.wrong("title"), Some("Enter at most 200 characters."));
    let control = "Enter text, without control characters.";
    assert_eq!(page.wrong("body"), Some(control));
    assert_eq!(page.wrong("tags"), Some("Enter at most 10 tags."));
    assert_eq!(ada.post("/articles/new", []).status, 422, "nothing at all");
    assert_eq!(titles(&ada.get("/articles")), [""; 0]);

    let place = written(&ada, "On engines", "They run.", "fun");
    let bad = [("title", "On machines"), ("body", ""), ("tags", "")];
    let page = ada.post(&format!("{place}/edit"), bad);
    assert_eq!(page.status, 422);
    assert_eq!(page.wrong("body"), Some("This field is required."));
    assert!(ada.get(&place).body.contains("<h1>On engines</h1>"));

    // As long as it may be, in characters that are long on their way.
    let longest = "𝄞".repeat(50_000);
    written(&ada, "Music", &longest, "");
    let page = write(&ada, "Music", &format!("{longest}𝄞"), "");
    assert_eq!(page.wrong("body"), Some("Enter at most 50000 characters."));
    assert_eq!(write(&ada, "Music", &"𝄞".repeat(60_000), "").status, 413);
}

#[test]
fn only_the_author_changes_an_article() {
    let service = Service::start();
    let (ada, eve, anybody) = (service.browser(), service.browser(), service.browser());
    ada.sign_up("ada", PASSWORD);
    eve.sign_up("eve", PASSWORD);
    let place = written(&ada, "On engines", "They run.", "fun");
    let (edit, delete) = (format!("{place}/edit"), format!("{place}/delete"));
    let change = [("title", "Mine"), ("body", "!"), ("tags", "")];

    assert_eq!(eve.get(&edit).status, 403);
    assert_eq!(eve.post(&edit, change).status, 403);
    assert_eq!(eve.post(&edit, []).status, 403, "before it is looked at");
    assert_eq!(eve.post(&delete, []).status, 403);
    assert!(anybody.get(&edit).leads_to("/login"));
    assert!(anybody.post(&edit, change).leads_to("/login"));
    assert!(anybody.post(&delete, []).leads_to("/login"));
    assert!(anybody.get("/articles/new").leads_to("/login"));
    assert!(write(&anybody, "Mine", "!", "").leads_to("/login"));
    assert_eq!(ada.get(&delete).status, 405, "a link deletes nothing");
    let foreign = ada.post_with(&delete, [], [("sec-fetch-site", "cross-site")]);
    assert_eq!(foreign.status, 403);
    assert_eq!(titles(&anybody.get("/articles")), ["On engines"]);

    for nowhere in [
        "/articles/999",
        "/articles/x",
        "/articles/99999999999999999999",
    ] {
        assert_eq!(ada.get(nowhere).status, 404, "{nowhere}");
        assert_eq!(ada.get(&format!("{nowhere}/edit")).status, 404);
        assert_eq!(ada.post(&format!("{nowhere}/edit"), change).status, 404);
        assert_eq!(ada.post(&format!("{nowhere}/delete"), []).status, 404);
    }
}

#[test]
fn the_list_shows_the_newest_first_and_pages() {
    let service = Service::start();
    let ada = service.browser();
    ada.sign_up("ada", PASSWORD);
    for number in 1..=12 {
        let tags = if number % 2 == 0 {
            "even & <all>"
        } else {
            "odd"
        };
        written(&ada, &format!("Number {number}"), "A number.", tags);
    }

    let newest = ada.get("/articles");
    let expected: Vec<_> = (3..=12).rev().map(|it| format!("Number {it}")).collect();
    assert_eq!(titles(&newest), expected);
    assert_eq!(newest.link("Newest articles"), None);
    let older = ada.get(&newest.link("Older articles").unwrap());
    assert_eq!(titles(&older), ["Number 2", "Number 1"]);
    assert_eq!(older.link("Older articles"), None);
    assert_eq!(older.link("Newest articles").unwrap(), "/articles");

    // The links keep what was asked for.
    let tag = newest.link("even &amp; &lt;all&gt;").unwrap();
    let tagged = ada.get(&tag);
    assert_eq!(titles(&tagged).len(), 6);
    assert!(
        tagged
            .body
            .contains("6 articles about <strong>even &amp; &lt;all&gt;")
    );
    for number in 13..=30 {
        written(&ada, &format!("Number {number}"), "A number.", "odd");
    }
    let odd = ada.get("/articles?tag=ODD&q=number");
    let older = odd.link("Older articles").unwrap();
    assert!(
        older.starts_with("/articles?tag=odd&q=number&before="),
        "{older}"
    );
    let older = ada.get(&older);
    assert_eq!(titles(&older)[0], "Number 20");
    assert!(
        older.body.contains("24 articles about"),
        "all of them, not the rest"
    );
    assert!(
        ada.get("/articles?tag=nothing")
            .body
            .contains("0 articles about")
    );
}

#[test]
fn a_search_finds_words_in_title_text_and_tags() {
    let service = Service::start();
    let ada = service.browser();
    ada.sign_up("ada", PASSWORD);
    let place = written(&ada, "On engines", "Äpfel fallen.", "maths");
    written(&ada, "On birds", "They fly 100% of the time.", "fun");
    let search = |query: &str| {
        let query: String = form_urlencoded::byte_serialize(query.as_bytes()).collect();
        let page = service.browser().get(&format!("/articles?q={query}"));
        assert_eq!(page.status, 200);
        titles(&page)
            .iter()
            .map(|&it| it.to_owned())
            .collect::<Vec<_>>()
    };

    assert_eq!(search("on"), ["On birds", "On engines"]);
    for query in ["ÄPFEL", "engines MATHS", "fallen on", " engines "] {
        assert_eq!(search(query), ["On engines"], "{query}");
    }
    assert_eq!(search("100%"), ["On birds"]);
    assert_eq!(search(""), ["On birds", "On engines"], "no question");
    for query in ["engines fly", "%", "_", "<b>", "\0x", &"x ".repeat(5000)] {
        let found = search(query);
        assert!(found.is_empty() || query == "%", "{query}: {found:?}");
    }
    assert_eq!(search("%"), ["On birds"]);

    let change = [
        ("title", "On machines"),
        ("body", "They run."),
        ("tags", "steam"),
    ];
    ada.post(&format!("{place}/edit"), change);
    assert!(search("engines").is_empty() && search("maths").is_empty());
    assert_eq!(search("steam machines"), ["On machines"]);
    ada.post(&format!("{place}/delete"), []);
    assert!(search("steam").is_empty());

    let page = ada.get("/articles?q=%3Ci%3E%22");
    assert!(page.body.contains("value=\"&lt;i&gt;&quot;\"") && !page.body.contains("<i>"));
}

#[test]
fn what_was_counted_is_shown() {
    let service = Service::start();
    let ada = service.browser();
    assert!(ada.get("/statistics").leads_to("/login"));
    ada.sign_up("ada", PASSWORD);
    ada.post("/login", [("username", "ada"), ("password", "wrong")]);
    ada.log_out();
    for password in ["wrong", "wrong", PASSWORD] {
        ada.log_in("ada", password);
    }
    ada.post("/login", [("username", "ada")]);
    written(&ada, "On engines", "They run.", "");
    let place = written(&ada, "On birds", "They fly.", "");
    let change = [("title", "On bees"), ("body", "They fly."), ("tags", "")];
    ada.post(&format!("{place}/edit"), change);

    let page = ada.get("/statistics");
    let counted = between(&page.body, "<caption>", "</caption>");
    let expected = [
        "Articles: 2",
        "Failed log-ins: 3",
        "Log-ins: 1",
        "Sign-ups: 1",
    ];
    assert_eq!(counted, expected);
    let days = between(&page.body, "<th scope=\"row\">", "</th>");
    assert_eq!(days.len(), 4 * 14);
    let most = between(&page.body, "<meter min=\"0\" max=\"", "\"");
    assert_eq!(most, vec!["3"; 4 * 14]);
}
