//! Articles, statistics and the event log as a person sees them: in Chromium, by keyboard alone.

#[path = "support/browser.rs"]
mod browser;
#[path = "support/chromium.rs"]
mod chromium;
#[path = "support/service.rs"]
mod service;

use std::sync::{Mutex, MutexGuard, PoisonError};

use chromium::{Chromium, END, ENTER, HOME, TAB};
use serde_json::{Value, json};
use service::Service;

const PASSWORD: &str = "correct horse battery staple";

/// The sizes and schemes in which every page has to be in order.
const LOOKS: [(u32, u32, &str); 4] = [
    (360, 740, "light"),
    (360, 740, "dark"),
    (1280, 900, "light"),
    (1280, 900, "dark"),
];

/// The browser, one at a time.
fn start() -> Option<(Chromium, MutexGuard<'static, ()>)> {
    static TURN: Mutex<()> = Mutex::new(());
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    Some((Chromium::start()?, turn))
}

fn wait_for_heading(window: &Chromium, heading: &str) {
    let heading = json!(heading);
    window.wait_for(&format!(
        "document.querySelector('h1')?.textContent == {heading}"
    ));
}

/// What the page says in the elements of this selector.
fn texts(window: &Chromium, css: &str) -> Value {
    let css = json!(css);
    window.run(&format!(
        "return [...document.querySelectorAll({css})].map(it => it.textContent.trim())"
    ))
}

/// What the console says, but for the page with what was wrong, whose status is 422.
fn complaints(window: &Chromium) -> Vec<Value> {
    let mut complaints = window.complaints();
    complaints.retain(|it| !it["message"].as_str().unwrap().contains("422"));
    complaints
}

#[test]
fn a_person_writes_searches_changes_and_deletes_by_keyboard() {
    let Some((window, _turn)) = start() else {
        return;
    };
    let service = Service::start();
    window.size(360, 740, "light");
    window.open(&format!("{}/signup", service.address()));
    window.wait_for_focus("#username");
    let new = ["ada", "ada@example.org", PASSWORD, PASSWORD].join(TAB);
    window.keys(&format!("{new}{ENTER}"));
    wait_for_heading(&window, "ada");

    window.tab_to("nav a[href='/articles']");
    window.keys(ENTER);
    wait_for_heading(&window, "Articles");
    window.tab_to("main a.button");
    window.keys(ENTER);
    wait_for_heading(&window, "Write an article");

    // Without a title.
    window.wait_for_focus("#title");
    let body = format!("They run.{ENTER}{ENTER}And <b>well</b>.");
    window.keys(&format!("{TAB}{body}{TAB}Maths, fun{ENTER}"));
    window.wait_for("document.querySelector('.wrong')");
    assert_eq!(texts(&window, ".wrong"), json!(["This field is required."]));
    window.wait_for_focus("#title");
    let beside = window.run(
        "const title = document.querySelector('#title');
         const wrong = document.getElementById(title.getAttribute('aria-describedby'));
         const [a, b] = [title, wrong].map(it => it.getBoundingClientRect());
         return [title.getAttribute('aria-invalid'), b.top >= a.bottom && b.top - a.bottom < 10]",
    );
    assert_eq!(beside, json!(["true", true]));
    window.picture("articles-wrong");

    window.keys(&format!("On engines{ENTER}"));
    wait_for_heading(&window, "On engines");
    assert_eq!(
        texts(&window, ".text"),
        json!(["They run.", "And <b>well</b>."])
    );
    assert_eq!(texts(&window, ".tags li"), json!(["fun", "maths"]));

    // The search.
    window.tab_to("nav a[href='/articles']");
    window.keys(ENTER);
    wait_for_heading(&window, "Articles");
    window.tab_to("#q");
    window.keys(&format!("WELL maths{ENTER}"));
    window.wait_for("document.querySelector('.found')");
    assert_eq!(texts(&window, "h2"), json!(["On engines"]));
    window.tab_to("#q");
    window.keys(&format!("{END} badly{ENTER}"));
    window.wait_for("document.querySelector('.found')?.textContent.includes('0 articles')");
    window.tab_to(".found a");
    window.keys(ENTER);
    window.wait_for("!document.querySelector('.found') && document.querySelector('h2')");
    window.tab_to("h2 a");
    window.keys(ENTER);
    wait_for_heading(&window, "On engines");

    window.tab_to(".actions a.button");
    window.keys(ENTER);
    wait_for_heading(&window, "Edit an article");
    window.wait_for_focus("#title");
    window.keys(&format!("{HOME}Notes: {ENTER}"));
    wait_for_heading(&window, "Notes: On engines");

    // Two steps, for it cannot be brought back.
    let is_shown = "return document.querySelector('details').open";
    assert_eq!(window.run(is_shown), false);
    window.tab_to("summary");
    window.keys(ENTER);
    assert_eq!(window.run(is_shown), true);
    window.picture("articles-delete");
    window.tab_to("button.danger");
    window.keys(ENTER);
    wait_for_heading(&window, "Articles");
    assert_eq!(texts(&window, "h2"), json!([]));

    // The event log.
    window.tab_to("nav a[href='/events']");
    window.keys(ENTER);
    wait_for_heading(&window, "Event log");
    let newest = [
        "ARTICLE_DELETED",
        "ARTICLE_SAVED",
        "ARTICLE_TAGGED",
        "ARTICLE_SAVED",
    ];
    let actions = texts(&window, "td:nth-child(3)");
    assert_eq!(actions.as_array().unwrap()[..4], newest);
    window.tab_to("#action");
    window.keys("ARTICLE_S");
    window.tab_to("#user");
    window.keys(&format!("ada{ENTER}"));
    window.wait_for("location.search.includes('ARTICLE_SAVED')");
    window.wait_for("document.querySelectorAll('tbody tr').length == 2");
    assert_eq!(
        texts(&window, "td:nth-child(3)"),
        json!(["ARTICLE_SAVED", "ARTICLE_SAVED"])
    );
    assert_eq!(complaints(&window), Vec::<Value>::new());
}

#[test]
fn every_page_fits_a_phone_and_a_desk_in_both_schemes() {
    let Some((window, _turn)) = start() else {
        return;
    };
    let service = Service::start();
    let browser = service.browser();
    let cookie = browser.sign_up("Rosamund-Featherstonehaugh-Cholmondeley", PASSWORD);
    let (session, _) = cookie.cookie.as_deref().unwrap().split_once(';').unwrap();
    let long = "Donaudampfschifffahrtsgesellschaftskapitän".repeat(4);
    for number in 1..=12 {
        let title = match number {
            12 => "A short history of the analytical engine",
            11 => &*long,
            _ => "Notes",
        };
        let text = "Nothing is better than reading and gaining more and more knowledge. ";
        let body = format!("{}\r\n\r\n{long}\r\n\r\n{}", text.repeat(5), text.repeat(9));
        let tags = format!("history, machines, web server, {}", &long[..40]);
        let form = [("title", title), ("body", &body), ("tags", &tags)];
        assert_eq!(browser.post("/articles/new", form).status, 303);
    }
    for _ in 0..3 {
        service.browser().log_in("Rosamund", "wrong");
    }

    window.open(service.address());
    window.cookie(session);
    let pages = [
        ("home", "/"),
        ("list", "/articles"),
        ("search", "/articles?q=history&tag=machines"),
        ("article", "/articles/12"),
        ("long", "/articles/11"),
        ("edit", "/articles/11/edit"),
        ("missing", "/articles/999"),
        ("statistics", "/statistics"),
        ("events", "/events"),
        ("filtered", "/events?action=ARTICLE_SAVED&user=nobody"),
        ("password", "/password"),
    ];
    for (width, height, scheme) in LOOKS {
        window.size(width, height, scheme);
        for (name, path) in pages {
            window.open(&format!("{}{path}", service.address()));
            window.wait_for("document.querySelector('h1')");
            let beyond = window.run("return document.documentElement.scrollWidth - innerWidth");
            assert!(
                beyond.as_i64() <= Some(0),
                "{path}: {beyond} px too wide at {width}"
            );
            let cut = window.run(
                "return [...document.querySelectorAll('a, button, input, select, label, h1, h2')]
                   .filter(it => !it.closest('.log') && !it.matches('.skip'))
                   .filter(it => it.getBoundingClientRect().right > innerWidth
                     || it.scrollWidth > it.clientWidth + 1 && it.matches('button, label, h1, h2'))
                   .map(it => it.outerHTML)",
            );
            assert_eq!(cut, json!([]), "{path} at {width}");
            assert!(is_readable(&window), "{path} in {scheme}");
            window.picture(&format!("articles-{name}-{width}-{scheme}"));
        }
    }
    let mut complaints = window.complaints();
    complaints.retain(|it| !it["message"].as_str().unwrap().contains("404"));
    assert_eq!(complaints, Vec::<Value>::new());
}

/// Whether each text stands out from what is behind it by 4.5 to 1, as WCAG asks.
fn is_readable(window: &Chromium) -> bool {
    let faint = window.run(
        "const channels = colour => colour.match(/[\\d.]+/g).map(Number);
         const light = colour => {
           const [r, g, b] = channels(colour).slice(0, 3).map(c => c / 255)
             .map(c => c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4);
           return .2126 * r + .7152 * g + .0722 * b;
         };
         const behind = it => {
           while (it) {
             const colour = getComputedStyle(it).backgroundColor;
             if (channels(colour)[3] !== 0) return colour;
             it = it.parentElement;
           }
         };
         return [...document.querySelectorAll('a, button, p, h1, h2, label, td, th, summary')]
           .filter(it => it.textContent.trim() && it.getBoundingClientRect().height > 0)
           .map(it => [it.outerHTML, light(getComputedStyle(it).color), light(behind(it))])
           .filter(([, a, b]) => (Math.max(a, b) + .05) / (Math.min(a, b) + .05) < 4.5)
           .map(([html]) => html)",
    );
    if faint != json!([]) {
        eprintln!("{faint}");
    }
    faint == json!([])
}
