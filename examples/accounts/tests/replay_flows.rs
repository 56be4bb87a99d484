//! `accounts replay`: what is done by mail.

#[path = "support/command.rs"]
mod command;

use std::process::Output;
use std::time::Duration;

use accounts_mailer::{Mailer, ReceivedMail};
use accounts_models::{file, now, open, user};
use command::accounts;
use sea_orm::{ActiveModelTrait, IntoActiveModel, Set};
use serde_json::{Value, json};
use tempfile::TempDir;

struct Replay {
    folder: TempDir,
}

impl Replay {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// Replays actions on a database that stays.
    fn run(&self, actions: &[Value], options: &[&str]) -> Output {
        let lines: Vec<_> = actions.iter().map(Value::to_string).collect();
        std::fs::write(self.folder.path().join("actions.jsonl"), lines.join("\n")).unwrap();
        accounts()
            .args(["replay", "actions.jsonl", "--db", "kept.sqlite"])
            .args(options)
            .current_dir(self.folder.path())
            .output()
            .unwrap()
    }

    fn mails(&self, address: &str) -> Vec<ReceivedMail> {
        let mailer = Mailer::folder(self.folder.path().join("mails"));
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.unwrap().block_on(mailer.mails_to(address)).unwrap()
    }
}

const MAILS: [&str; 2] = ["--mails", "mails"];

/// Action and user of each row.
fn told(output: &Output) -> Vec<String> {
    assert_eq!(said(output), "");
    assert_eq!(output.status.code(), Some(0));
    let rows = rows(output).into_iter();
    rows.map(|row| format!("{} {}", row["action"], row["user"]).replace('"', ""))
        .collect()
}

fn rows(output: &Output) -> Vec<Value> {
    let lines = str::from_utf8(&output.stdout).unwrap().lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn said(output: &Output) -> &str {
    str::from_utf8(&output.stderr).unwrap()
}

fn sign_up(username: &str) -> Value {
    let email = format!("{username}@example.org");
    json!({ "action": "sign_up", "username": username, "email": email, "password": "s3cret" })
}

#[test]
fn confirming_an_address() {
    let replay = Replay::new();
    let confirm = json!({ "action": "confirm_email" });
    let confirm_ada = json!({ "action": "confirm_email", "username": "ADA" });
    let nobody = json!({ "action": "confirm_email", "username": "nobody" });
    let actions = [
        nobody,
        sign_up("ada"),
        sign_up("bob"),
        confirm_ada.clone(),
        confirm.clone(),
        confirm,
        confirm_ada,
    ];
    let expected = [
        "USER_SIGNED_UP ada",
        "EMAIL_CONFIRMATION_SENT ada",
        "USER_SIGNED_UP bob",
        "EMAIL_CONFIRMATION_SENT bob",
        "EMAIL_CONFIRMED ada",
        "EMAIL_CONFIRMED bob",
    ];
    assert_eq!(told(&replay.run(&actions, &MAILS)), expected);
}

#[test]
fn activating_an_account() {
    let replay = Replay::new();
    let log_in = json!({ "action": "log_in", "username": "ada", "password": "s3cret" });
    let activate = json!({ "action": "activate" });
    let actions = [
        sign_up("ada"),
        log_in.clone(),
        activate.clone(),
        activate,
        log_in,
    ];
    let options = ["--mails", "mails", "--activation"];
    let expected = [
        "USER_SIGNED_UP ada",
        "EMAIL_CONFIRMATION_SENT ada",
        "LOGIN_ATTEMPTED null",
        "EMAIL_CONFIRMED ada",
        "USER_ACTIVATED ada",
        "USER_LOGGED_IN ada",
    ];
    assert_eq!(told(&replay.run(&actions, &options)), expected);
}

#[test]
fn inviting_and_being_invited() {
    let replay = Replay::new();
    let invite = json!({ "action": "invite", "email": "bob@example.org" });
    let actions = [invite.clone(), sign_up("ada"), invite];
    let expected = [
        "USER_SIGNED_UP ada",
        "EMAIL_CONFIRMATION_SENT ada",
        "SIGNUP_CODE_SENT ada",
    ];
    assert_eq!(told(&replay.run(&actions, &MAILS)), expected);

    let mails = replay.mails("bob@example.org");
    let (_, code) = mails[0].text.split_once("?code=").unwrap();
    let code = code.split_whitespace().next().unwrap();
    let with = |username: &str, code: &str| {
        let mut action = sign_up(username);
        action["code"] = code.into();
        action
    };
    let actions = [
        sign_up("eve"),
        with("eve", "WRONG"),
        with("bob", code),
        with("eve", code),
    ];
    let options = ["--mails", "mails", "--invitation-only"];
    let expected = [
        "SIGNUP_ATTEMPTED null",
        "SIGNUP_ATTEMPTED null",
        "SIGNUP_CODE_USED bob",
        "USER_SIGNED_UP bob",
        "EMAIL_CONFIRMATION_SENT bob",
        "SIGNUP_ATTEMPTED null",
    ];
    let output = replay.run(&actions, &options);
    assert_eq!(told(&output)[3..], expected);
    let extra = |row: &str| {
        rows(&output)
            .into_iter()
            .find(|it| it["action"] == row)
            .unwrap()["extra"]
            .clone()
    };
    assert_eq!(
        extra("SIGNUP_CODE_SENT"),
        json!({ "email": "bob@example.org" })
    );
    assert_eq!(extra("SIGNUP_CODE_USED"), json!({ "inviter": "ada" }));
    assert!(!str::from_utf8(&output.stdout).unwrap().contains(code));
}

#[test]
fn a_password_that_has_expired() {
    let replay = Replay::new();
    told(&replay.run(&[sign_up("ada")], &[]));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(async {
        let db = open(&file(&replay.folder.path().join("kept.sqlite")))
            .await
            .unwrap();
        let mut ada = user::by_name(&db, "ada")
            .await
            .unwrap()
            .unwrap()
            .into_active_model();
        ada.password_changed_at = Set(now() - Duration::from_hours(24 * 31));
        ada.update(&db).await.unwrap();
        db.connection().clone().close().await.unwrap();
    });
    let log_in = json!({ "action": "log_in", "username": "ada", "password": "s3cret" });
    let invite = json!({ "action": "invite", "email": "bob@example.org" });
    let change =
        json!({ "action": "change_password", "old_password": "s3cret", "new_password": "n" });
    let actions = [log_in, invite.clone(), change, invite];
    let options = ["--mails", "mails", "--password-expiry", "30"];
    let expected = [
        "USER_SIGNED_UP ada",
        "USER_LOGGED_IN ada",
        "PASSWORD_EXPIRED ada",
        "PASSWORD_CHANGED ada",
        "SIGNUP_CODE_SENT ada",
    ];
    assert_eq!(told(&replay.run(&actions, &options)), expected);
}

#[test]
fn without_a_folder_there_is_no_mail_to_open() {
    let replay = Replay::new();
    let actions = [sign_up("ada"), json!({ "action": "confirm_email" })];
    let output = replay.run(&actions, &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("line 2: ") && said(&output).contains("--mails"));
    assert!(
        str::from_utf8(&output.stdout)
            .unwrap()
            .contains("USER_SIGNED_UP"),
        "kept"
    );

    let output = Replay::new().run(&[sign_up("ada")], &["--activation"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("--mails"), "{}", said(&output));
}

#[test]
fn without_mails_everything_is_as_if_there_were_none() {
    let replay = Replay::new();
    let actions = [
        sign_up("ada"),
        json!({ "action": "invite", "email": "bob@example.org" }),
    ];
    assert_eq!(told(&replay.run(&actions, &[])), ["USER_SIGNED_UP ada"]);
}
