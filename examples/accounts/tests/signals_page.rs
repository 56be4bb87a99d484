//! `/signals` over real HTTP: not there unless it is asked for, and all in it is text.

#[path = "support/browser.rs"]
mod browser;
#[path = "support/in_process.rs"]
mod in_process;
#[path = "support/odd.rs"]
mod odd;
#[path = "support/service.rs"]
mod service;

use axum::Router;
use browser::Browser;
use serde_json::Value;
use service::{Service, accounts};

const PASSWORD: &str = "correct horse battery staple";
const PATHS: [&str; 5] = [
    "/signals",
    "/signals/page.js",
    "/signals/recent.json",
    "/signals/recent.txt",
    "/signals/catalog.json",
];

fn recent(browser: &Browser) -> Vec<Value> {
    let page = browser.get("/signals/recent.json");
    assert_eq!(page.status, 200);
    serde_json::from_str(&page.body).unwrap()
}

/// The last parts of the names of the signals.
fn names(sends: &[Value]) -> Vec<&str> {
    let names = sends.iter().map(|sent| sent["signal"].as_str().unwrap());
    names.map(|name| name.split_once("::").unwrap().1).collect()
}

fn with_page(router: Router) -> Router {
    router.merge(accounts::signals_page::router().unwrap())
}

#[test]
fn it_is_off_by_default() {
    let service = Service::start();
    for path in PATHS {
        assert_eq!(service.browser().get(path).status, 404, "{path}");
    }
    let help = accounts().arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    assert!(help.contains("--signals"), "{help}");
}

#[test]
fn the_catalogue_is_there() {
    let service = Service::start_with(&["--signals"]);
    let browser = service.browser();
    for path in PATHS {
        assert_eq!(browser.get(path).status, 200, "{path}");
    }
    let catalogue: Value =
        serde_json::from_str(&browser.get("/signals/catalog.json").body).unwrap();
    let page = browser.get("/signals").body;
    let signals = catalogue["signals"].as_array().unwrap();
    assert!(signals.len() > 10);
    for signal in signals {
        let id = format!(r#"<article id="{}">"#, signal["name"].as_str().unwrap());
        assert!(page.contains(&id), "{id}");
        let place = format!(":{}</code>", signal["line"]);
        assert!(page.contains(&place), "{place}");
    }
    assert!(page.contains("Somebody has signed up."));
    // Once in each drawing, in the order in which they run.
    let words = "signals_builtin::account::user_signed_up calls accounts_audit::signed_up, \
                 then accounts_mail::welcome.";
    assert_eq!(page.matches(words).count(), 2);
    assert_eq!(page.matches("<svg class=\"narrow\"").count(), 1);
    assert_eq!(recent(&browser), Vec::<Value>::new());
    assert_eq!(browser.get("/signals/recent.txt").body, "");
    // The rest of the service has its own pages and rules.
    assert_eq!(browser.get("/signals/nothing").status, 404);
    assert!(browser.get("/").body.contains("<h1>Accounts</h1>"));
}

/// The sends of the flows of accounts, among those of requests, rows and pages.
fn of_accounts(sends: &[Value]) -> Vec<Value> {
    let flows = ["::account::", "::auth::", "::registration::"];
    let is_of_flow = |sent: &&Value| {
        let name = sent["signal"].as_str().unwrap();
        flows.iter().any(|flow| name.contains(flow))
    };
    sends.iter().filter(is_of_flow).cloned().collect()
}

#[test]
fn what_somebody_does_is_seen_as_it_was_sent() {
    let service = Service::start_with(&["--signals"]);
    let browser = service.browser();
    browser.sign_up("ada", PASSWORD);

    let sends = recent(&browser);
    let all = names(&sends);
    assert_eq!(all[0], "request::request_started");
    assert!(all.contains(&"models::post_save"), "{all:?}");
    let sends = of_accounts(&sends);
    assert_eq!(
        names(&sends),
        [
            "account::user_signed_up",
            // What waited for the commit.
            "account::user_signed_up",
            "account::email_confirmation_sent",
            "auth::user_logged_in",
            "registration::user_registered"
        ]
    );
    let sent = &sends[0];
    let keys: Vec<&String> = sent.as_object().unwrap().keys().collect();
    assert_eq!(keys.len(), 10);
    assert_eq!(sent["refused"], Value::Null);
    assert_eq!(sent["guarantee"], "inline");
    assert!(sent["number"].as_u64() > Some(1));
    assert_eq!(sent["sender"], "accounts.User");
    assert_eq!(sent["file"], "examples/accounts/src/views/sign_up.rs");
    assert!(sent["line"].as_u64() > Some(10));
    assert!(sent["at_us"].as_u64() > Some(1_700_000_000_000_000));
    let ended = |sent: &Value| -> Vec<(String, String)> {
        let text = |it: &Value| it.as_str().unwrap().to_owned();
        let receivers = sent["receivers"].as_array().unwrap().iter();
        receivers
            .map(|it| (text(&it["key"]), text(&it["outcome"])))
            .collect()
    };
    let as_it_ended = |key: &str, outcome: &str| (key.to_owned(), outcome.to_owned());
    assert_eq!(
        ended(sent),
        [
            as_it_ended("accounts_audit::signed_up", "succeeded"),
            as_it_ended("accounts_mail::welcome", "deferred"),
        ]
    );
    let after_commit = &sends[1];
    assert_eq!(after_commit["guarantee"], "on_commit");
    let welcome = as_it_ended("accounts_mail::welcome", "succeeded");
    assert_eq!(ended(after_commit), [welcome]);
    for sent in [sent, after_commit] {
        let total = sent["duration_ns"].as_u64().unwrap();
        let mut sum = 0;
        for ran in sent["receivers"].as_array().unwrap() {
            assert_eq!(ran["message"], Value::Null);
            let took = ran["duration_ns"].as_u64().unwrap();
            assert_eq!(took > 0, ran["outcome"] == "succeeded");
            sum += took;
        }
        assert!(sum <= total, "one after the other: {sum} of {total} ns");
    }

    service.browser().log_in("ada", "wrong");
    assert_eq!(
        names(&of_accounts(&recent(&browser))[5..]),
        ["auth::user_login_failed", "account::user_login_attempt"]
    );
    let text = browser.get("/signals/recent.txt").body;
    assert_eq!(text.split("\n\n").count(), recent(&browser).len());
    assert!(!text.contains(PASSWORD) && !text.contains("wrong"));
}

#[test]
fn the_fields_are_in_the_order_that_is_promised() {
    let service = Service::start_with(&["--signals"]);
    let browser = service.browser();
    browser.log_in("nobody", PASSWORD);
    let json = browser.get("/signals/recent.json").body;
    let fields = [
        "number",
        "at_us",
        "signal",
        "guarantee",
        "sender",
        "file",
        "line",
        "duration_ns",
        "receivers",
        "refused",
    ];
    let places = fields.map(|field| json.find(&format!("\"{field}\":")).unwrap());
    assert!(places.is_sorted(), "{json}");
}

#[test]
fn no_more_than_the_last_200_are_kept() {
    let service = Service::start_with(&["--signals"]);
    let browser = service.browser();
    for _ in 0..205 {
        browser.post("/login", [("username", "eve")]);
    }
    let sends = recent(&browser);
    assert_eq!(sends.len(), 200);
    let last = sends[199]["number"].as_u64().unwrap();
    assert!(last > 205, "each log-in sends more than one");
    assert_eq!(sends[0]["number"], last - 199);
}

#[test]
fn the_command_line_asks_the_running_service() {
    let service = Service::start_with(&["--signals"]);
    service.browser().sign_up("ada", PASSWORD);
    let explain = |url: &str| {
        accounts()
            .args(["signals", "explain", "user_signed_up", "--live", url])
            .output()
            .unwrap()
    };
    let output = explain(service.address());
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success());
    let (_, sends) = said
        .split_once("The last 2 sends in the running program, the newest at the end:")
        .unwrap();
    assert!(sends.contains("by accounts.User, took "));
    assert!(sends.contains("accounts_audit::signed_up: succeeded in "));
    assert!(sends.contains("accounts_mail::welcome: succeeded in "));

    let without = Service::start();
    let output = explain(without.address());
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("the answer is 404 Not Found"), "{said}");
}

#[test]
fn all_that_comes_from_elsewhere_is_text() {
    let (service, _turn) = in_process::extended_service(with_page);
    let browser = service.browser();
    odd::send();

    let page = browser.get("/signals").body;
    assert_eq!(
        page.matches("<script").count(),
        1,
        "that of the page itself"
    );
    assert!(page.contains("&lt;script&gt;document.title"));
    for tag in ["<img", "<b onclick", "<i>"] {
        assert!(!page.contains(tag), "{tag}");
    }
    let sends = recent(&browser);
    let sent = sends.iter().find(|it| it["sender"] == "odd").unwrap();
    let ran = sent["receivers"].as_array().unwrap();
    let outcomes: Vec<&str> = ran
        .iter()
        .map(|it| it["outcome"].as_str().unwrap())
        .collect();
    assert_eq!(outcomes, ["succeeded", "failed", "panicked", "skipped"]);
    assert!(ran[0]["duration_ns"].as_u64() >= Some(15_000_000));
    assert_eq!(ran[2]["message"], "<i>out of order</i>");
    assert_eq!(ran[3]["message"], "its condition said no");

    odd::send_and_commit();
    let sends = recent(&browser);
    let mut late = sends.iter().filter(|it| it["sender"] == "till");
    let (before, after) = (late.next().unwrap(), late.next().unwrap());
    assert_eq!(before["receivers"][2]["outcome"], "deferred");
    assert_eq!(after["guarantee"], "on_commit");
    assert_eq!(after["receivers"][0]["outcome"], "succeeded");

    let text = browser.get("/signals/recent.txt").body;
    assert!(
        text.contains("\nguarantee on_commit\nsender till\n"),
        "{text}"
    );
    assert!(text.contains("</script>\\n\\nout of order\n"), "{text}");
}
