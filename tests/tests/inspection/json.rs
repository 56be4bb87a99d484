//! The catalogue as JSON, read back.

use serde_json::{Value, json};
use signals_core::{catalog, receiver, signal};

signal! {
    /// Quotes " and ' and a backslash \, a tab	, größe, 🎈.
    ///
    /// </script> & `code`
    #[signal(name = "json.odd \"name\"\n!")]
    odd(sender, text: &str) -> u8;

    #[signal(name = "json.plain")]
    plain();
    #[signal(name = "json.joined")]
    joined();
}

#[receiver(
    odd,
    sender = "a \"b\"\u{1}\u{7f}\u{2028}z",
    dispatch_uid = "uid\r\n\t\0\u{8}\u{c}\u{1f}"
)]
fn odd_receiver() -> u8 {
    0
}

fn read(name: &str) -> Value {
    let json = catalog().with_signal(name).unwrap().to_json();
    serde_json::from_str(&json).unwrap()
}

#[test]
fn what_is_odd_comes_back() {
    let read = read("json.odd \"name\"\n!");
    let signal = &read["signals"][0];
    assert_eq!(signal["name"], "json.odd \"name\"\n!");
    let doc = signal["doc"].as_str().unwrap();
    assert!(doc.contains("a backslash \\, a tab\t, größe, 🎈."), "{doc}");
    assert!(doc.contains("\n\n"), "{doc}");
    assert!(doc.contains("</script> & `code`"), "{doc}");
    let receiver = &signal["receivers"][0];
    assert_eq!(receiver["dispatch_uid"], "uid\r\n\t\0\u{8}\u{c}\u{1f}");
    assert_eq!(receiver["key"], receiver["dispatch_uid"]);
    assert_eq!(receiver["senders"], json!(["a \"b\"\u{1}\u{7f}\u{2028}z"]));
}

#[test]
fn no_control_character_is_written_as_it_is() {
    let json = catalog().to_json();
    let control = json.chars().find(|it| it.is_control() && *it != '\n');
    assert_eq!(control, None);
    assert!(json.ends_with("}\n"));
}

/// The keys of an object, in the order in which they are written.
fn keys(json: &str, indent: usize) -> Vec<&str> {
    let start = format!("\n{:indent$}\"", "");
    let keys = json.split(&*start).skip(1);
    keys.map(|rest| rest.split('"').next().unwrap()).collect()
}

#[test]
fn keys_have_a_fixed_order() {
    let json = catalog().with_signal("json::odd").unwrap().to_json();
    let signals = json.split("\"crates\"").next().unwrap();
    assert_eq!(keys(signals, 2), ["format", "signals"]);
    assert_eq!(
        keys(signals, 6),
        [
            "name",
            "path",
            "version",
            "crate",
            "doc",
            "args",
            "answer",
            "file",
            "line",
            "receivers",
            "idle"
        ]
    );
    assert_eq!(
        keys(signals.split("\"receivers\"").nth(1).unwrap(), 10),
        [
            "key",
            "dispatch_uid",
            "path",
            "crate",
            "senders",
            "when",
            "priority",
            "before",
            "after",
            "guarantee",
            "async",
            "origin",
            "states",
            "file",
            "line"
        ]
    );
}

#[test]
fn a_signal_has_the_keys_of_the_schema() {
    let read = read("json.plain");
    assert_eq!(read["format"], 1);
    let signal = &read["signals"][0];
    assert_eq!(
        *signal,
        json!({
            "name": "json.plain",
            "path": "inspection::json::plain",
            "version": 1,
            "crate": "inspection",
            "doc": "",
            "args": [],
            "answer": null,
            "file": file!(),
            "line": plain.info().line(),
            "receivers": [],
            "idle": [],
        })
    );
}

#[test]
fn a_receiver_has_the_keys_of_the_schema() {
    let connection = joined.connect(|_| ());
    let read = read("json.joined");
    let receiver = &read["signals"][0]["receivers"][0];
    let line = joined.receivers()[0].line();
    let path = joined.receivers()[0].path();
    assert_eq!(
        *receiver,
        json!({
            "key": path,
            "dispatch_uid": null,
            "path": path,
            "crate": "inspection",
            "senders": [],
            "when": false,
            "priority": 0,
            "before": [],
            "after": [],
            "guarantee": "inline",
            "async": false,
            "origin": "connected",
            "states": [],
            "file": file!(),
            "line": line,
        })
    );
    drop(connection);
}

#[test]
fn a_crate_has_the_keys_of_the_schema() {
    let read = read("json.plain");
    let crates = read["crates"].as_array().unwrap();
    let own = crates.iter().find(|it| it["name"] == "inspection").unwrap();
    assert_eq!(own["installed"], false);
    for key in ["signals", "receivers", "senders"] {
        assert!(own[key].is_u64(), "{key}");
    }
}
