//! `accounts signals`: who listens, seen without starting the service.

#[path = "support/command.rs"]
mod command;

use std::process::Output;

use command::accounts;
use serde_json::Value;

fn signals(args: &[&str]) -> Output {
    accounts().arg("signals").args(args).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_owned()).unwrap()
}

#[test]
fn the_receivers_of_all_crates_are_there() {
    let listed: Value = serde_json::from_slice(&signals(&["list", "--json"]).stdout).unwrap();
    let crates = listed["crates"].as_array().unwrap().iter();
    let installed = crates.filter(|it| it["installed"] == true);
    let installed: Vec<_> = installed.map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(
        installed,
        [
            "accounts_audit",
            "accounts_last_login",
            "accounts_mail",
            "accounts_search",
            "accounts_statistics"
        ]
    );
    let checked = signals(&["check"]);
    let notes = text(&checked.stdout) + &text(&checked.stderr);
    assert!(!notes.contains("is in Cargo.toml"), "{notes}");
    assert_eq!(checked.status.code(), Some(0), "{}", text(&checked.stdout));
}

#[test]
fn a_sign_up_is_explained() {
    let explained = signals(&["explain", "user_signed_up", "--sender", "accounts.User"]);
    let said = text(&explained.stdout);
    let before_and_after = ["accounts_audit::signed_up", "accounts_mail::welcome"];
    let places = before_and_after.map(|name| said.find(name));
    assert!(places[0].is_some() && places[0] < places[1], "{said}");
    assert!(said.contains("after `accounts_audit::signed_up` by place in the source"));
}

#[test]
fn a_wrong_command_line_is_told_from_the_services_own() {
    let wrong = signals(&["lits"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong.stderr).contains("did you mean `list`?"));
}
