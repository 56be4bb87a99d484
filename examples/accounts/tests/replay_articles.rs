//! `accounts replay` of what is done to articles.

#[path = "support/command.rs"]
mod command;

use std::process::Output;

use command::accounts;
use serde_json::{Value, json};
use tempfile::TempDir;

/// Replays actions on the database of this folder.
fn replay(folder: &TempDir, actions: &[Value]) -> Output {
    let lines = actions.iter().map(|action| format!("{action}\n"));
    std::fs::write(
        folder.path().join("actions.jsonl"),
        lines.collect::<String>(),
    )
    .unwrap();
    accounts()
        .args(["replay", "actions.jsonl", "--db", "kept.sqlite"])
        .current_dir(folder.path())
        .output()
        .unwrap()
}

/// User, action and extra of each event of articles.
fn told(output: &Output) -> Vec<(String, String, Value)> {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{said}");
    let lines = str::from_utf8(&output.stdout).unwrap().lines();
    let events = lines.map(|line| serde_json::from_str::<Value>(line).unwrap());
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    events
        .map(|event| {
            (
                text(&event["user"]),
                text(&event["action"]),
                event["extra"].clone(),
            )
        })
        .filter(|(_, action, _)| action.starts_with("ARTICLE_"))
        .collect()
}

fn row(user: &str, action: &str, extra: Value) -> (String, String, Value) {
    (user.to_owned(), action.to_owned(), extra)
}

fn sign_up(username: &str) -> Value {
    let email = format!("{username}@example.org");
    json!({ "action": "sign_up", "username": username, "email": email, "password": "s3cret-word" })
}

fn write(title: &str, tags: &[&str]) -> Value {
    json!({ "action": "write_article", "title": title, "body": "They run.", "tags": tags })
}

#[test]
fn the_life_of_an_article() {
    let folder = tempfile::tempdir().unwrap();
    let output = replay(
        &folder,
        &[
            sign_up("ada"),
            write(" On engines ", &["Maths", "fun"]),
            json!({ "action": "edit_article", "title": "On engines", "new_title": "On machines" }),
            json!({ "action": "edit_article", "title": "On machines", "tags": ["fun", "steam"] }),
        ],
    );
    let life = [
        row(
            "ada",
            "ARTICLE_SAVED",
            json!({ "created": true, "title": "On engines" }),
        ),
        row(
            "ada",
            "ARTICLE_TAGGED",
            json!({ "added": ["fun", "maths"] }),
        ),
        row(
            "ada",
            "ARTICLE_SAVED",
            json!({ "created": false, "title": "On machines" }),
        ),
        row(
            "ada",
            "ARTICLE_SAVED",
            json!({ "created": false, "title": "On machines" }),
        ),
        row("ada", "ARTICLE_TAGGED", json!({ "removed": ["maths"] })),
        row("ada", "ARTICLE_TAGGED", json!({ "added": ["steam"] })),
    ];
    assert_eq!(told(&output), life);

    // Of the database as it was left.
    let log_in = json!({ "action": "log_in", "username": "ada", "password": "s3cret-word" });
    let delete = json!({ "action": "delete_article", "title": "On machines" });
    let output = replay(&folder, &[log_in, delete]);
    let deleted = row("ada", "ARTICLE_DELETED", json!({ "title": "On machines" }));
    assert_eq!(told(&output)[..6], life);
    assert_eq!(told(&output)[6..], [deleted]);
}

#[test]
fn what_is_refused_is_no_error() {
    let output = replay(
        &tempfile::tempdir().unwrap(),
        &[
            write("Nobody's", &[]),
            sign_up("ada"),
            write("", &[]),
            write(
                "On engines",
                &["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"],
            ),
            write("On engines", &[]),
            json!({ "action": "edit_article", "title": "Unwritten", "body": "!" }),
            json!({ "action": "delete_article", "title": "Unwritten" }),
            json!({ "action": "edit_article", "title": "On engines", "new_title": " " }),
            sign_up("eve"),
            json!({ "action": "edit_article", "title": "On engines", "body": "Mine." }),
            json!({ "action": "delete_article", "title": "On engines" }),
            json!({ "action": "delete_article", "title": "On engines", "username": "stranger" }),
        ],
    );
    let saved = json!({ "created": true, "title": "On engines" });
    assert_eq!(told(&output), [row("ada", "ARTICLE_SAVED", saved)]);
}

#[test]
fn of_several_with_one_title_it_is_ones_own_and_the_newest() {
    let by = |username: &str, mut action: Value| {
        action["username"] = username.into();
        action
    };
    let delete = json!({ "action": "delete_article", "title": "Notes" });
    let output = replay(
        &tempfile::tempdir().unwrap(),
        &[
            sign_up("ada"),
            sign_up("eve"),
            by("ada", write("Notes", &["first"])),
            by("ada", write("Notes", &["second"])),
            by("eve", write("Notes", &["third"])),
            by(
                "ada",
                json!({ "action": "edit_article", "title": "Notes", "tags": [] }),
            ),
            by("eve", delete.clone()),
            by("eve", delete),
        ],
    );
    let events = told(&output);
    let removed = row("ada", "ARTICLE_TAGGED", json!({ "removed": ["second"] }));
    let deleted = row("eve", "ARTICLE_DELETED", json!({ "title": "Notes" }));
    assert_eq!(events[7..], [removed, deleted], "and not ada's");
}
