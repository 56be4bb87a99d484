//! Activating an account, inviting somebody and changing the password, as a person without a mouse does it: in
//! Chromium, with keys alone. Addresses are only those that such a person has, that of the service and the
//! link in a mail; and nothing is done by scripts, which only look.

#[path = "support/browser.rs"]
mod browser;
#[path = "support/chromium.rs"]
mod chromium;
#[path = "support/service.rs"]
mod service;

use chromium::{Chromium, DELETE, ENTER, TAB};
use serde_json::{Value, json};
use service::Service;

const PASSWORD: &str = "correct horse battery staple";
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

/// What is said beside each field that is wrong, or above all of them, by what it is said of.
fn wrong(window: &Chromium) -> Value {
    window.wait_for("document.readyState == 'complete' && document.querySelector('.wrong')");
    window.run(
        "return Object.fromEntries([...document.querySelectorAll('.wrong')].map(it => {
           const field = document.querySelector(`[aria-describedby~='${it.id}'][aria-invalid=true]`);
           return [field?.id ?? it.role, it.textContent];
         }))",
    )
}

/// Goes to a page by its link in the navigation.
fn follow(window: &Chromium, path: &str, name: &str) {
    window.tab_to(&format!("nav a[href='{path}']"));
    window.keys(ENTER);
    window.wait_for(&format!("location.pathname == '{path}'"));
    look_at(window, path, name);
}

#[test]
fn an_account_is_activated_and_somebody_is_invited_by_keyboard_alone() {
    let Some(window) = Chromium::start() else {
        return;
    };
    let service = Service::start_with(&["--activation"]);
    let url = |path: &str| format!("{}{path}", service.address());
    let required = "This field is required.";

    window.open(service.address());
    follow(&window, "/signup", "sign-up");
    // Sent empty, it is the service that says what is wrong, all of it at once.
    window.wait_for_focus("#username");
    window.keys(ENTER);
    let all = ["username", "email", "password"].map(|field| (field.to_owned(), json!(required)));
    assert_eq!(wrong(&window), Value::Object(all.into_iter().collect()));
    window.wait_for_focus("#username");
    let passwords = [PASSWORD, PASSWORD].join(TAB);
    let form = ["ada", "nowhere", &passwords, "WRONG"].join(TAB);
    window.keys(&format!("{form}{ENTER}"));
    let address = json!({ "email": "Enter a valid email address." });
    window.wait_for_focus("#email");
    assert_eq!(wrong(&window), address);
    window.replace(&format!("ada@example.org{TAB}{passwords}{ENTER}"));
    window.wait_for_focus("#code");
    look_at(&window, "/signup", "sign-up-wrong-code");
    let useless = "This code does not work any more, or never has.";
    assert_eq!(wrong(&window), json!({ "code": useless }));
    window.keys(DELETE);
    window.replace("");
    // The passwords are to be typed again.
    window.shift_tab();
    window.wait_for_focus("#password_confirm");
    window.shift_tab();
    window.wait_for_focus("#password");
    window.keys(&format!("{passwords}{ENTER}"));

    look_at(&window, "/confirm", "look-into-your-mail");
    assert_eq!(heading(&window), "Look into your mail");
    let link = service.link("ada@example.org");
    window.open(&url(&link));
    look_at(&window, "/confirm/", "confirm");
    window.wait_for_focus("main button");
    window.keys(ENTER);
    look_at(&window, "/login", "log-in-activated");
    window.wait_for("document.querySelector('.message[role=status]')");
    window.open(&url(&link));
    look_at(&window, "/confirm/", "confirmed-before");
    assert_eq!(heading(&window), "Nothing to confirm");

    follow(&window, "/login", "log-in");
    window.wait_for_focus("#username");
    window.keys(ENTER);
    assert_eq!(
        wrong(&window),
        json!({ "username": required, "password": required })
    );
    window.wait_for_focus("#username");
    window.keys(&format!("ada{TAB}wrong{ENTER}"));
    window.wait_for("document.querySelector('[role=alert]')");
    let refused = "The username or the password is wrong.";
    assert_eq!(wrong(&window), json!({ "alert": refused }));
    window.wait_for_focus("#username");
    window.replace(&format!("ada{TAB}{PASSWORD}{ENTER}"));
    window.wait_for("document.querySelector('nav a[href=\"/invitations\"]')");
    look_at(&window, "/", "home");

    follow(&window, "/invitations", "invite");
    window.wait_for_focus("#email");
    for nowhere in ["", "nowhere"] {
        window.replace(&format!("{nowhere}{ENTER}"));
        let value = json!(nowhere);
        window.wait_for(&format!(
            "document.querySelector('#email[aria-invalid]')?.defaultValue == {value}"
        ));
        window.wait_for_focus("#email");
    }
    assert_eq!(wrong(&window), address);
    let long = format!("{}@example.org", "a".repeat(64));
    window.replace(&format!("{long}{ENTER}"));
    window.wait_for("document.querySelector('main li')");
    look_at(&window, "/invitations", "invitations");

    follow(&window, "/password", "password");
    window.wait_for_focus("#old_password");
    window.keys(ENTER);
    assert_eq!(
        wrong(&window),
        json!({ "old_password": required, "new_password": required })
    );
    window.wait_for_focus("#old_password");
    window.keys(&format!("{PASSWORD}{TAB}new{TAB}new{ENTER}"));
    window.wait_for("document.querySelector('.message')?.textContent.includes('been changed')");
    window.tab_to("header form button");
    window.keys(ENTER);
    window.wait_for("document.querySelector('nav a[href=\"/login\"]')");

    // Pages that are answered with an error are told by the console; nothing else is.
    let complaints = window.complaints();
    let other = complaints.iter().filter(|it| {
        let text = it["message"].as_str().unwrap();
        !text.contains("status of 422") && !text.contains("status of 410")
    });
    assert_eq!(other.collect::<Vec<_>>(), Vec::<&Value>::new());
}
