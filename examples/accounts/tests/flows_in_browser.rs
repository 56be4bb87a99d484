//! Activating an account and inviting somebody, as a person sees it: in Chromium, by keyboard.

#[path = "support/browser.rs"]
mod browser;
#[path = "support/chromium.rs"]
mod chromium;
#[path = "support/service.rs"]
mod service;

use chromium::Chromium;
use serde_json::Value;
use service::Service;

const PASSWORD: &str = "correct horse battery staple";
const ENTER: &str = "\u{e007}";
const TAB: &str = "\u{e004}";

/// Types into whatever has the focus.
fn type_here(window: &Chromium, text: &str) {
    window.type_into(":focus", text);
}

fn heading(window: &Chromium) -> Value {
    window.run("return document.querySelector('h1').textContent")
}

/// Waits for a page, and looks at it on a phone and on a desk, in both colours.
fn look_at(window: &Chromium, at: &str, name: &str) {
    window.wait_for(&format!(
        "document.readyState == 'complete' && location.pathname.startsWith('{at}')"
    ));
    for (width, height) in [(360, 740), (1280, 800)] {
        for scheme in ["light", "dark"] {
            window.size(width, height, scheme);
            let beyond = window.run("return document.documentElement.scrollWidth - innerWidth");
            assert!(
                beyond.as_i64() <= Some(0),
                "{name} at {width}: {beyond} px too wide"
            );
            window.picture(&format!("{name}-{width}-{scheme}"));
        }
    }
}

#[test]
fn an_account_is_activated_and_somebody_is_invited_by_keyboard_alone() {
    let Some(window) = Chromium::start() else {
        return;
    };
    let service = Service::start_with(&["--activation"]);
    let url = |path: &str| format!("{}{path}", service.address());

    window.open(&url("/signup?code=WRONG"));
    look_at(&window, "/signup", "sign-up");
    type_here(&window, &format!("ada{TAB}"));
    type_here(&window, &format!("ada@example.org{TAB}"));
    type_here(&window, &format!("{PASSWORD}{TAB}"));
    type_here(&window, &format!("{PASSWORD}{ENTER}"));
    window.wait_for("document.querySelector('#code[aria-invalid]')");
    look_at(&window, "/signup", "sign-up-wrong-code");
    assert_eq!(window.run("return document.activeElement.id"), "code");
    let described = window.run("return document.activeElement.getAttribute('aria-describedby')");
    assert_eq!(described, "code-wrong");
    window.run("document.activeElement.value = ''");
    // The passwords are to be typed again.
    window.run("document.querySelector('#password').focus()");
    type_here(&window, &format!("{PASSWORD}{TAB}"));
    type_here(&window, &format!("{PASSWORD}{ENTER}"));

    look_at(&window, "/confirm", "look-into-your-mail");
    assert_eq!(heading(&window), "Look into your mail");
    let link = service.link("ada@example.org");
    window.open(&url(&link));
    look_at(&window, "/confirm/", "confirm");
    type_here(&window, ENTER);
    look_at(&window, "/login", "log-in-activated");
    window.wait_for("document.querySelector('.message[role=status]')");
    window.open(&url(&link));
    look_at(&window, "/confirm/", "confirmed-before");
    assert_eq!(heading(&window), "Nothing to confirm");

    window.open(&url("/login"));
    type_here(&window, &format!("ada{TAB}"));
    type_here(&window, &format!("{PASSWORD}{ENTER}"));
    window.wait_for("document.querySelector('nav a[href=\"/invitations\"]')");
    look_at(&window, "/", "home");
    window.open(&url("/invitations"));
    type_here(&window, &format!("nowhere@example{ENTER}"));
    window.wait_for("document.querySelector('#email[aria-invalid]')");
    window.run("document.activeElement.value = ''");
    let long = format!("{}@example.org", "a".repeat(64));
    type_here(&window, &format!("{long}{ENTER}"));
    window.wait_for("document.querySelector('main li')");
    look_at(&window, "/invitations", "invitations");

    // Pages that are answered with an error are told by the console; nothing else is.
    let complaints = window.complaints();
    let other = complaints.iter().filter(|it| {
        let text = it["message"].as_str().unwrap();
        !text.contains("status of 422") && !text.contains("status of 410")
    });
    assert_eq!(other.collect::<Vec<_>>(), Vec::<&Value>::new());
}
