//! The service as a person sees it: in Chromium.

#[path = "support/browser.rs"]
mod browser;
#[path = "support/chromium.rs"]
mod chromium;
#[path = "support/in_process.rs"]
mod in_process;
#[path = "support/odd.rs"]
mod odd;
#[path = "support/service.rs"]
mod service;

use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::Router;
use chromium::Chromium;
use serde_json::{Value, json};
use service::Service;

const PASSWORD: &str = "correct horse battery staple";

/// The browser, one at a time.
fn start() -> Option<(Chromium, MutexGuard<'static, ()>)> {
    static TURN: Mutex<()> = Mutex::new(());
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    Some((Chromium::start()?, turn))
}

fn with_page(router: Router) -> Router {
    router.merge(accounts::signals_page::router().unwrap())
}

/// The sends of the flows of accounts on the page, among those of requests, rows and pages.
const FLOWS: &str = "[...document.querySelectorAll('#list > li')].filter(it =>
    /::(account|auth)::/.test(it.querySelector('.name').textContent))";

/// How many of these the page shows.
fn shown(window: &Chromium) -> Value {
    window.run(&format!("return {FLOWS}.length"))
}

fn wait_for(window: &Chromium, shown: u32) {
    window.wait_for(&format!("{FLOWS}.length == {shown}"));
}

fn assert_fits(window: &Chromium, of: &str) {
    let beyond = window.run("return document.documentElement.scrollWidth - innerWidth");
    assert!(beyond.as_i64() <= Some(0), "{of}: {beyond} px too wide");
}

#[test]
fn the_page_fits_a_phone_and_a_desk() {
    let Some((window, _turn)) = start() else {
        return;
    };
    let (service, _turn) = in_process::extended_service(with_page);
    odd::send();
    odd::send_and_commit();
    service.browser().sign_up("ada", PASSWORD);
    for (width, height, drawing) in [(360, 740, "narrow"), (1280, 900, "wide")] {
        for scheme in ["light", "dark"] {
            window.size(width, height, scheme);
            window.open(&format!("http://{}/signals", service.address));
            window.wait_for("document.querySelector('#list .failed')");
            assert_fits(&window, "/signals");
            window.wait_for("document.querySelector('#list .tag.on_commit')");
            window.wait_for("document.querySelector('#list .ran > .deferred')");
            window.run("document.querySelectorAll('details').forEach(it => it.open = true)");
            assert_fits(&window, "/signals with all details");
            window.run("document.querySelectorAll('details').forEach(it => it.open = false)");
            window.picture(&format!("{width}-{scheme}"));

            let drawn = window.run(
                "const all = [...document.querySelectorAll('#graph > svg')];
                 const shown = all.filter(it => it.getBoundingClientRect().height > 0);
                 const [svg] = shown;
                 const text = svg.querySelector('.receiver text').getBoundingClientRect();
                 return [shown.length, svg.classList[0], svg.querySelectorAll('.edge .line').length,
                   text.height > 9, svg.querySelector('title').textContent.length > 9,
                   [...svg.querySelectorAll('text')].every(text =>
                     text.getBBox().x + text.getBBox().width <=
                       (text.parentNode.querySelector('rect') ?? svg).getBBox().x +
                       (text.parentNode.querySelector('rect') ?? svg).getBBox().width)]",
            );
            let drawn = drawn.as_array().unwrap();
            assert_eq!(drawn[..2], [json!(1), json!(drawing)]);
            assert!(drawn[2].as_u64() > Some(3));
            assert_eq!(drawn[3..], [json!(true), json!(true), json!(true)]);
        }
    }
    assert_eq!(window.run("return document.title"), "Signals");
    assert_eq!(window.complaints(), Vec::<Value>::new());
}

#[test]
fn what_goes_wrong_is_told_in_words_and_no_markup_works() {
    let Some((window, _turn)) = start() else {
        return;
    };
    let (service, _turn) = in_process::extended_service(with_page);
    odd::send();
    window.size(360, 740, "light");
    window.open(&format!("http://{}/signals", service.address));
    window.wait_for("document.querySelector('#list .failed')");
    window.picture("wrong");
    let said = window.run(
        "const sent = document.querySelector('#list .send:has(.failed)');
         return [...sent.querySelectorAll('.ran > li')].map(it => [
           it.querySelector('.mark').textContent,
           it.querySelector('.outcome').textContent,
           it.querySelector('.said')?.textContent ?? null,
           it.querySelector('.share').style.inlineSize])",
    );
    let said = said.as_array().unwrap();
    assert_eq!(said[0].as_array().unwrap()[..2], ["✓", "succeeded"]);
    let failed = "<script>document.title = 'caught'</script>\n\nout of order";
    assert_eq!(said[1].as_array().unwrap()[..3], ["✗", "failed", failed]);
    assert_eq!(
        said[2].as_array().unwrap()[..3],
        ["✗", "panicked", "<i>out of order</i>"]
    );
    assert_eq!(
        said[3],
        json!(["–", "skipped", "its condition said no", "0%"])
    );
    // The slow one took most of the time.
    let share = said[0][3].as_str().unwrap().trim_end_matches('%');
    assert!(share.parse::<f64>().unwrap() > 50.0, "{share}");
    assert_eq!(window.run("return document.title"), "Signals");
    assert_eq!(window.run("return document.images.length"), 0);
    assert_eq!(window.complaints(), Vec::<Value>::new());
}

#[test]
fn sends_appear_as_they_happen_until_the_page_is_paused() {
    let Some((window, _turn)) = start() else {
        return;
    };
    let service = Service::start_with(&["--signals"]);
    window.open(&format!("{}/signals", service.address()));
    window.wait_for("document.querySelector('#state').textContent == 'Live'");
    assert_eq!(shown(&window), 0);
    window.run("window.mark = 'the same page'");

    service.browser().sign_up("ada", PASSWORD);
    wait_for(&window, 4);
    let newest_last = window.run(&format!(
        "return {FLOWS}.reverse().map(it => [
           it.querySelector('.name').textContent,
           it.querySelector('.sender').textContent,
           [...it.querySelectorAll('.key')].map(it => it.textContent),
           [...it.querySelectorAll('.head .took, .succeeded .took')].every(it => /^[\\d.]+ (µs|ms|s)$/.test(it.textContent))])"
    ));
    let log_and_welcome = ["accounts_audit::signed_up", "accounts_mail::welcome"];
    assert_eq!(
        newest_last,
        json!([
            [
                "signals_builtin::account::user_signed_up",
                "accounts.User",
                log_and_welcome,
                true
            ],
            // What waited for the commit.
            [
                "signals_builtin::account::user_signed_up",
                "accounts.User",
                ["accounts_mail::welcome"],
                true
            ],
            [
                "signals_builtin::account::email_confirmation_sent",
                "accounts.EmailConfirmation",
                ["accounts_audit::flows::sent_confirmation"],
                true
            ],
            [
                "signals_builtin::auth::user_logged_in",
                "accounts.User",
                ["update_last_login"],
                true
            ],
        ])
    );
    let site = format!("return {FLOWS}.at(-1).querySelector('.place').textContent");
    let site = window.run(&site);
    let site = site.as_str().unwrap();
    assert!(site.starts_with("examples/accounts/src/views/sign_up.rs:"));

    // By keyboard: what has the focus is pressed.
    window.run("document.querySelector('#pause').focus(); window.item = list.lastChild");
    window.type_into("#pause", "\u{e007}");
    window.wait_for("document.querySelector('#state').textContent == 'Paused'");
    service.browser().log_in("ada", "wrong");
    std::thread::sleep(std::time::Duration::from_millis(1500));
    assert_eq!(shown(&window), 4, "paused");
    window.click("#pause");
    wait_for(&window, 6);
    assert_eq!(
        window.run("return [window.mark, window.item === list.lastChild]"),
        json!(["the same page", true]),
        "what was there is left alone"
    );
    assert_eq!(window.complaints(), Vec::<Value>::new());

    let service = service.restart_there(|| {
        window.wait_for("document.querySelector('#state').dataset.state == 'lost'");
        assert_eq!(shown(&window), 6);
    });
    window.wait_for("document.querySelector('#state').textContent == 'Live'");
    wait_for(&window, 0);
    service.browser().log_in("ada", PASSWORD);
    wait_for(&window, 2);
    assert_eq!(window.run("return window.mark"), "the same page");
}

#[test]
fn a_person_signs_up_logs_out_logs_in_and_changes_the_password() {
    let Some((window, _turn)) = start() else {
        return;
    };
    let service = Service::start();
    window.size(360, 740, "dark");
    let at = |path: &str| {
        window.wait_for(&format!(
            "location.pathname == '{path}' && document.querySelector('h1')"
        ));
        assert_fits(&window, path);
        let heading = window.run("return document.querySelector('h1').textContent");
        heading.as_str().unwrap().to_owned()
    };
    let fill = |fields: &[(&str, &str)]| {
        for (name, text) in fields {
            window.type_into(&format!("[name={name}]"), text);
        }
        window.click("form.fields button");
    };

    window.open(service.address());
    window.click("nav a[href='/signup']");
    assert_eq!(at("/signup"), "Sign up");
    let new = [("username", "ada"), ("email", "ada@example.org")];
    fill(&[
        new[0],
        new[1],
        ("password", PASSWORD),
        ("password_confirm", PASSWORD),
    ]);
    window.wait_for("document.querySelector('.message')");
    assert_eq!(at("/"), "ada");

    window.click("header form button");
    window.wait_for("document.querySelector(\"nav a[href='/login']\")");
    window.click("nav a[href='/login']");
    assert_eq!(at("/login"), "Log in");
    fill(&[("username", "ada"), ("password", "wrong")]);
    window.wait_for("document.querySelector('.wrong')");
    assert_eq!(at("/login"), "Log in");
    window.run("document.querySelector('[name=username]').value = ''");
    fill(&[("username", "ada"), ("password", PASSWORD)]);
    assert_eq!(at("/"), "ada");

    window.click("nav a[href='/password']");
    assert_eq!(at("/password"), "Change password");
    let (old, new) = (("old_password", PASSWORD), "a new one");
    fill(&[old, ("new_password", new), ("new_password_confirm", new)]);
    assert_eq!(at("/"), "ada");

    window.click("nav a[href='/events']");
    assert_eq!(at("/events"), "Event log");
    let actions = window
        .run("return [...document.querySelectorAll('td:nth-child(3)')].map(it => it.textContent)");
    let expected = [
        "PASSWORD_CHANGED",
        "USER_LOGGED_IN",
        "LOGIN_ATTEMPTED",
        "EMAIL_CONFIRMATION_SENT",
        "USER_SIGNED_UP",
    ];
    assert_eq!(actions, json!(expected));
    let other: Vec<Value> = window
        .complaints()
        .into_iter()
        // The page with what was wrong has the status 422.
        .filter(|it| !it["message"].as_str().unwrap().contains("422"))
        .filter(|it| !it["message"].as_str().unwrap().contains("/favicon.ico"))
        .collect();
    assert_eq!(other, Vec::<Value>::new());
}
