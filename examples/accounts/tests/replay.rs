//! `accounts replay`.

#[path = "support/command.rs"]
mod command;

use std::path::Path;
use std::process::Output;

use command::accounts;
use serde_json::{Value, json};
use tempfile::TempDir;
use time::format_description::well_known::Rfc3339;

struct Replay {
    folder: TempDir,
}

impl Replay {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// Replays a file on a database that stays.
    fn run(&self, actions: impl AsRef<[u8]>) -> Output {
        self.write(actions);
        self.accounts(&["replay", "actions.jsonl", "--db", "kept.sqlite"])
    }

    fn write(&self, actions: impl AsRef<[u8]>) {
        std::fs::write(self.folder.path().join("actions.jsonl"), actions).unwrap();
    }

    fn accounts(&self, arguments: &[&str]) -> Output {
        accounts()
            .args(arguments)
            .current_dir(self.folder.path())
            .output()
            .unwrap()
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        Path::new(self.folder.path()).join(name)
    }
}

fn events(output: &Output) -> Vec<Value> {
    let lines = str::from_utf8(&output.stdout).unwrap().lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// User and action of each event, which is what most tests ask for.
fn told(output: &Output) -> Vec<(Option<String>, String)> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let rows = events(output);
    rows.iter()
        .map(|e| (text(&e["user"]), text(&e["action"]).unwrap()))
        .collect()
}

fn row(user: &str, action: &str) -> (Option<String>, String) {
    let user = (!user.is_empty()).then(|| user.to_owned());
    (user, action.to_owned())
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn said(output: &Output) -> &str {
    str::from_utf8(&output.stderr).unwrap()
}

fn sign_up(username: &str) -> String {
    let email = format!("{username}@example.org");
    let action = json!({
        "action": "sign_up", "username": username, "email": email, "password": "s3cret-word",
    });
    format!("{action}\n")
}

fn log_in(username: &str, password: &str) -> String {
    let action = json!({ "action": "log_in", "username": username, "password": password });
    format!("{action}\n")
}

const LOG_OUT: &str = "{\"action\":\"log_out\"}\n";

#[test]
fn the_whole_story() {
    let replay = Replay::new();
    let change =
        r#"{"action":"change_password","old_password":"s3cret-word","new_password":"another"}"#;
    let output = replay.run(format!(
        "{}{}{LOG_OUT}{}{}{change}\n{LOG_OUT}{}{}",
        sign_up("ada"),
        sign_up("ada"),
        log_in("ada", "wrong"),
        log_in("ada", "s3cret-word"),
        log_in("ada", "s3cret-word"),
        log_in("ada", "another"),
    ));

    assert_eq!(code(&output), 0, "{}", said(&output));
    assert_eq!(said(&output), "");
    let events = events(&output);
    let without_time: Vec<_> = events
        .iter()
        .map(|e| json!({ "user": e["user"], "action": e["action"], "extra": e["extra"] }))
        .collect();
    let attempt = json!({ "username": "ada", "result": false });
    assert_eq!(
        without_time,
        [
            json!({ "user": "ada", "action": "USER_SIGNED_UP", "extra": {} }),
            json!({ "user": null, "action": "SIGNUP_ATTEMPTED", "extra": {
                "username": "ada", "email": "ada@example.org", "result": false,
            } }),
            json!({ "user": null, "action": "LOGIN_ATTEMPTED", "extra": attempt }),
            json!({ "user": "ada", "action": "USER_LOGGED_IN", "extra": {} }),
            json!({ "user": "ada", "action": "PASSWORD_CHANGED", "extra": {} }),
            json!({ "user": null, "action": "LOGIN_ATTEMPTED", "extra": attempt }),
            json!({ "user": "ada", "action": "USER_LOGGED_IN", "extra": {} }),
        ]
    );
    assert!(
        events
            .iter()
            .all(|event| event.as_object().unwrap().len() == 4)
    );

    let times: Vec<accounts_models::Timestamp> = events
        .iter()
        .map(|event| {
            event["timestamp"]
                .as_str()
                .map(|text| accounts_models::Timestamp::parse(text, &Rfc3339))
                .unwrap()
                .expect("RFC 3339")
        })
        .collect();
    assert!(times.is_sorted());
    assert!(!String::from_utf8_lossy(&output.stdout).contains("s3cret"));
}

#[test]
fn what_is_refused_is_no_error() {
    let replay = Replay::new();
    let bad_sign_up = |username: &str, email: &str, password: &str| {
        let action = json!({
            "action": "sign_up", "username": username, "email": email, "password": password,
        });
        format!("{action}\n")
    };
    let long = "a".repeat(10_000);
    let output = replay.run(
        [
            bad_sign_up("ada", "no address", "x"),
            bad_sign_up("ada", "ada@example.org", ""),
            bad_sign_up("", "ada@example.org", "x"),
            bad_sign_up(&long, "ada@example.org", "x"),
            bad_sign_up("a\u{0}da", "ada@example.org", "x"),
            log_in("nobody", "x"),
            log_in("", ""),
            log_in(&long, &long),
            LOG_OUT.to_owned(),
        ]
        .concat(),
    );

    assert_eq!(code(&output), 0, "{}", said(&output));
    let told = told(&output);
    assert_eq!(told[..5], vec![row("", "SIGNUP_ATTEMPTED"); 5]);
    assert_eq!(told[5..], vec![row("", "LOGIN_ATTEMPTED"); 3]);
    assert_eq!(events(&output)[3]["extra"]["username"], long);
}

#[test]
fn a_password_is_changed_only_by_who_is_logged_in_and_knows_the_old_one() {
    let replay = Replay::new();
    let change = |old: &str| {
        let action =
            json!({ "action": "change_password", "old_password": old, "new_password": "n" });
        format!("{action}\n")
    };
    let output = replay.run(
        [
            change("s3cret-word"),
            sign_up("ada"),
            change("wrong"),
            LOG_OUT.to_owned(),
            change("s3cret-word"),
            log_in("ada", "s3cret-word"),
        ]
        .concat(),
    );

    assert_eq!(code(&output), 0, "{}", said(&output));
    assert_eq!(
        told(&output),
        [row("ada", "USER_SIGNED_UP"), row("ada", "USER_LOGGED_IN")]
    );
}

#[test]
fn each_username_has_a_browser_of_its_own() {
    let replay = Replay::new();
    let change = |username: &str| {
        let action = json!({
            "action": "change_password", "username": username,
            "old_password": "s3cret-word", "new_password": "another",
        });
        format!("{action}\n")
    };
    let log_out =
        |username: &str| format!("{}\n", json!({ "action": "log_out", "username": username }));
    let output = replay.run(
        [
            sign_up("ada"),
            sign_up("bob"),
            // Bob came last, Ada is still logged in in hers.
            change("ada"),
            log_out("bob"),
            change("bob"),
            log_out("stranger"),
        ]
        .concat(),
    );

    assert_eq!(code(&output), 0, "{}", said(&output));
    let expected = [
        row("ada", "USER_SIGNED_UP"),
        row("bob", "USER_SIGNED_UP"),
        row("ada", "PASSWORD_CHANGED"),
    ];
    assert_eq!(told(&output), expected);
}

#[test]
fn without_a_username_it_is_the_browser_of_who_came_last() {
    let replay = Replay::new();
    let change = "{\"action\":\"change_password\",\"old_password\":\"s3cret-word\",\"new_password\":\"b\"}\n";
    let output = replay.run(
        [
            &sign_up("ada"),
            &sign_up("bob"),
            &log_in("ada", "wrong"),
            change, // bob's: ada did not get in
            LOG_OUT,
            change, // nobody's
        ]
        .concat(),
    );

    let expected = [
        row("ada", "USER_SIGNED_UP"),
        row("bob", "USER_SIGNED_UP"),
        row("", "LOGIN_ATTEMPTED"),
        row("bob", "PASSWORD_CHANGED"),
    ];
    assert_eq!(told(&output), expected);
}

#[test]
fn a_bad_line_ends_it_with_code_2_and_its_number_and_what_came_before_is_kept() {
    for bad in [
        "{\"action\":\"fly\"}",
        "{\"action\":\"log_in\",\"username\":\"ada\"}",
        "not json",
        "[]",
        "{\"action\":\"log_out\",\"user\":\"ada\"}",
    ] {
        let replay = Replay::new();
        let output = replay.run(format!("{}{bad}\n{}", sign_up("ada"), sign_up("bob")));

        assert_eq!(code(&output), 2, "{bad:?}");
        assert!(said(&output).contains("line 2: "), "{}", said(&output));
        assert_eq!(said(&output).lines().count(), 1);
        assert_eq!(told(&output), [row("ada", "USER_SIGNED_UP")], "{bad:?}");

        let again = replay.run(log_in("ada", "s3cret-word"));
        let expected = [row("ada", "USER_SIGNED_UP"), row("ada", "USER_LOGGED_IN")];
        assert_eq!(told(&again), expected, "kept");
    }
}

#[test]
fn bytes_that_are_no_text_are_a_bad_line() {
    let replay = Replay::new();
    let output = replay.run([sign_up("ada").as_bytes(), b"\xff\xfe\n"].concat());

    assert_eq!(code(&output), 2);
    assert!(
        said(&output).contains("line 2: the line is not UTF-8"),
        "{}",
        said(&output)
    );
}

#[test]
fn cc03_an_error_shows_no_password() {
    let replay = Replay::new();
    let output = replay.run("{\"action\":\"log_in\",\"username\":\"ada\",\"password\":424242}\n");

    assert_eq!(code(&output), 2);
    assert!(!said(&output).contains("424242"), "{}", said(&output));
}

#[test]
fn files_from_other_systems_with_blank_lines_and_without_a_last_newline() {
    let replay = Replay::new();
    let lines = format!(
        "\u{feff}{}\n  \n{}",
        sign_up("ada"),
        log_in("ada", "s3cret-word")
    );
    let output = replay.run(lines.replace('\n', "\r\n").trim_end());

    assert_eq!(code(&output), 0, "{}", said(&output));
    assert_eq!(
        told(&output),
        [row("ada", "USER_SIGNED_UP"), row("ada", "USER_LOGGED_IN")]
    );
}

#[test]
fn an_empty_file_is_a_short_story() {
    let output = Replay::new().run("");

    assert_eq!(code(&output), 0, "{}", said(&output));
    assert!(output.stdout.is_empty());
}

#[test]
fn without_a_database_each_replay_starts_anew_and_leaves_nothing() {
    let replay = Replay::new();
    replay.write(sign_up("ada"));
    for _ in 0..2 {
        let output = replay.accounts(&["replay", "actions.jsonl"]);
        assert_eq!(code(&output), 0, "{}", said(&output));
        assert_eq!(told(&output), [row("ada", "USER_SIGNED_UP")]);
    }
    let left: Vec<_> = std::fs::read_dir(replay.folder.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
fn what_cannot_be_opened() {
    let replay = Replay::new();

    let missing = replay.accounts(&["replay", "nowhere.jsonl", "--db", "kept.sqlite"]);
    assert_eq!(code(&missing), 1);
    assert!(
        said(&missing).contains("cannot open nowhere.jsonl"),
        "{}",
        said(&missing)
    );
    assert!(!replay.path("kept.sqlite").exists());

    replay.write("");
    std::fs::write(replay.path("text.sqlite"), "this is no database").unwrap();
    for no_database in ["text.sqlite", "no/such/folder.sqlite", "."] {
        let output = replay.accounts(&["replay", "actions.jsonl", "--db", no_database]);
        assert_eq!(code(&output), 1, "{no_database}");
        assert!(
            said(&output).contains("cannot open the database"),
            "{}",
            said(&output)
        );
    }

    assert_eq!(
        code(&replay.accounts(&["replay"])),
        2,
        "a mistake on the command line"
    );
}

#[test]
fn the_story_in_the_readme() {
    let story = concat!(env!("CARGO_MANIFEST_DIR"), "/story.jsonl");
    let output = Replay::new().accounts(&["replay", story]);

    assert_eq!(code(&output), 0, "{}", said(&output));
    let expected = [
        row("ada", "USER_SIGNED_UP"),
        row("", "SIGNUP_ATTEMPTED"),
        row("", "LOGIN_ATTEMPTED"),
        row("ada", "USER_LOGGED_IN"),
        row("ada", "PASSWORD_CHANGED"),
        row("ada", "USER_LOGGED_IN"),
    ];
    assert_eq!(told(&output), expected);
}
