//! What somebody with bad intentions, or bad luck, cannot do.

#[path = "support/browser.rs"]
mod browser;
#[path = "support/flows.rs"]
mod flows;
#[path = "support/heard.rs"]
mod heard;
#[path = "support/service.rs"]
mod service;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use accounts::Config;
use accounts_models::{session, user};
use flows::Flows;
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel, Set};
use service::{Service, accounts};
use signals_builtin::account::password_changed;
use signals_core::receiver;
use tokio::runtime::Runtime;

const PASSWORD: &str = "correct horse battery staple";

static CHANGED: AtomicU32 = AtomicU32::new(0);

#[receiver(password_changed)]
fn count() {
    CHANGED.fetch_add(1, Ordering::SeqCst);
}

#[test]
fn a_log_in_leaves_the_session_of_somebody_who_was_shut_out() {
    let flows = Flows::start(&Config::default());
    flows.browser().sign_up("ada", PASSWORD);
    let browser = flows.browser();
    let eve = browser.sign_up("eve", PASSWORD).cookie.unwrap();
    let user = flows.block_on(user::by_name(&flows.app.db, "eve"));
    let mut user = user.unwrap().unwrap().into_active_model();
    user.is_active = Set(false);
    flows.block_on(user.update(&flows.app.db)).unwrap();

    let ada = browser.log_in("ada", PASSWORD).cookie.unwrap();

    let id = |cookie: &str| cookie.split(';').next().unwrap().to_owned();
    assert_ne!(id(&eve), id(&ada));
    let thief = flows.browser();
    let page = thief.post_with("/password", [], [("cookie", &*id(&eve))]);
    assert!(page.leads_to("/login"));
}

#[test]
fn of_two_who_change_a_password_at_once_one_does() {
    let flows = Flows::start(&Config::default());
    let cookie = flows.browser().sign_up("bob", PASSWORD).cookie.unwrap();
    let cookie = cookie.split(';').next().unwrap();
    CHANGED.store(0, Ordering::SeqCst);

    let change = |new: &str| {
        let form = [
            ("old_password", PASSWORD),
            ("new_password", new),
            ("new_password_confirm", new),
        ];
        let browser = flows.browser();
        browser
            .post_with("/password", form, [("cookie", cookie)])
            .status
    };
    let mut done = std::thread::scope(|scope| {
        let tries = [scope.spawn(|| change("one")), scope.spawn(|| change("two"))];
        tries.map(|it| it.join().unwrap())
    });

    done.sort_unstable();
    // The second is told that the password is wrong, or that the session is over.
    assert!(done == [303, 422] || done == [303, 303], "{done:?}");
    let works = ["one", "two"].map(|new| flows.browser().log_in("bob", new).leads_to("/"));
    assert_eq!(works.iter().filter(|&&it| it).count(), 1);
    assert_eq!(CHANGED.swap(0, Ordering::SeqCst), 1, "told once");
}

#[test]
fn a_session_holds_no_password_hash() {
    let flows = Flows::start(&Config::default());
    flows.browser().sign_up("cyd", PASSWORD);
    let sessions = session::Entity::find().all(&flows.app.db);
    let sessions = flows.block_on(sessions).unwrap();
    // `$argon2` as a list of numbers, which is how axum-login writes it down.
    assert!(!sessions.is_empty());
    for session in sessions {
        assert!(session.data.contains("auth_hash"), "{}", session.data);
        assert!(!session.data.contains("36,97,114,103,111,110,50"));
        assert!(!session.data.contains("$argon2"));
    }
}

#[test]
fn cc03_cc04_cc05_what_fails_while_somebody_comes_in_is_logged_without_the_password() {
    let service = Service::start_logging();
    let ada = service.browser();
    assert!(ada.sign_up("ada", "0ldS3cret").leads_to("/"));
    let break_it = |sql: &str| {
        let url = accounts_models::file(&service.folder().join("accounts.sqlite"));
        let broken = async {
            let db = sea_orm::Database::connect(url).await?;
            db.execute_unprepared(sql).await
        };
        Runtime::new().unwrap().block_on(broken).unwrap();
    };

    // The forms are valid, and what they ask for cannot be stored.
    for what in ["INSERT", "UPDATE"] {
        break_it(&format!(
            "CREATE TRIGGER no_{what} BEFORE {what} ON user
             BEGIN SELECT RAISE(ABORT, 'no {what} today'); END"
        ));
    }
    let eve = service.browser();
    assert_eq!(eve.sign_up("eve", "n3wS3cret").status, 500);
    assert_eq!(ada.change_password("0ldS3cret", "n3wS3cret").status, 500);
    // The backend cannot look.
    break_it("ALTER TABLE user RENAME TO gone");
    assert_eq!(eve.log_in("ada", "0ldS3cret").status, 500);

    let log = service.log();
    for reason in [
        "TRACE",
        "no INSERT today",
        "no UPDATE today",
        "no such table: user",
    ] {
        assert!(log.contains(reason), "{log}");
    }
    for secret in ["0ldS3cret", "n3wS3cret", "$argon2"] {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None);
    }
}

#[test]
fn what_is_typed_is_logged_in_part_and_without_what_cannot_be_stored() {
    let service = Service::start();
    let long = "x".repeat(100_000);
    let page = service.browser().log_in(&long, PASSWORD);
    assert_eq!(
        page.wrong("username"),
        Some("Enter at most 150 characters.")
    );
    assert_eq!(service.browser().log_in("a\0b", PASSWORD).status, 422);

    let events = service.events();
    assert_eq!(
        events[0]["extra"]["username"].as_str().unwrap().len(),
        10_000
    );
    assert_eq!(events[1]["extra"]["username"], "ab");

    let reader = service.browser();
    reader.sign_up("eve", PASSWORD);
    let page = reader.get("/events").body;
    assert!(
        page.contains("xxx…") && page.len() < 20_000,
        "{}",
        page.len()
    );
}

#[test]
fn a_message_waits_for_a_page_that_is_seen() {
    let flows = Flows::start(&Config::default());
    let ada = flows.browser();
    let cookie = ada.sign_up("dan", PASSWORD).cookie.unwrap();
    ureq::head(format!("{}/", flows.address()))
        .header("cookie", cookie.split(';').next().unwrap())
        .call()
        .unwrap();
    // Nobody in this program leaves one at a sign-up.
    let user = flows.block_on(user::by_name(&flows.app.db, "dan"));
    let left = accounts_models::message::leave(&flows.app.db, user.unwrap().unwrap().id, "Psst!");
    flows.block_on(left).unwrap();
    ureq::head(format!("{}/", flows.address()))
        .header("cookie", cookie.split(';').next().unwrap())
        .call()
        .unwrap();
    assert!(ada.get("/").body.contains("Psst!"));
    assert!(!ada.get("/").body.contains("Psst!"));
}

#[test]
fn nobody_keeps_the_service_from_stopping() {
    let mut service = Service::start();
    let address = service.address().trim_start_matches("http://").to_owned();
    let mut half = TcpStream::connect(address).unwrap();
    half.write_all(b"GET / HTTP/1.1\r\nhost: he").unwrap();
    std::thread::sleep(Duration::from_millis(200));
    let id = service.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .unwrap()
            .success()
    );

    let started = Instant::now();
    assert!(service.wait().success());
    assert!(started.elapsed() < Duration::from_secs(15));
    let mut nothing = [0; 1];
    assert!(matches!(half.read(&mut nothing), Ok(0) | Err(_)));
}

#[test]
fn links_in_mails_lead_to_the_service_whether_its_url_ends_with_a_slash_or_not() {
    let service = Service::start_with(&["--url", "http://accounts.example/"]);
    service.browser().sign_up("ada", PASSWORD);
    let mails = service.mails("ada@example.org");
    assert!(
        mails[0].text.contains("http://accounts.example/confirm/"),
        "{}",
        mails[0].text
    );
    let refused = accounts()
        .args(["--url", "accounts.example"])
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        said.contains("it begins with http:// or https://"),
        "{said}"
    );
}
