//! Credential cleansing, by the rows of the conformance catalogue.

use std::collections::BTreeMap;

use serde_json::json;
use signals_builtin::auth::{Cleanser, Credentials, Secret};

const STARS: &str = "********************";

#[test]
fn cc01_the_password_becomes_twenty_stars_and_the_username_stays() {
    let credentials = Credentials::new([("username", "testclient"), ("password", "bad")]);

    assert_eq!(credentials.get("username"), Some("testclient"));
    assert_eq!(credentials.get("password"), Some(STARS));
    assert_eq!(STARS.len(), 20);
}

#[test]
fn cc02_debug_shows_no_secret() {
    let credentials = Credentials::new([("username", "ada"), ("password", "correct horse")]);

    assert_eq!(
        format!("{credentials:?}"),
        format!(r#"{{"username": "ada", "password": "{STARS}"}}"#)
    );
}

#[test]
fn cc02_a_secret_is_not_even_read() {
    struct Unreadable;

    impl std::fmt::Display for Unreadable {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            panic!("somebody read the secret")
        }
    }

    let credentials = Credentials::default().with("secret", Unreadable);

    assert_eq!(credentials.get("secret"), Some(STARS));
}

#[test]
fn cc07_capitals_make_no_difference() {
    for key in [
        "PASSWORD",
        "Password",
        "pAsSwOrD",
        "new_PassWord2",
        "paſſword",
    ] {
        assert_eq!(
            Credentials::new([(key, "x")]).get(key),
            Some(STARS),
            "{key}"
        );
    }
}

#[test]
fn cc13_the_pattern_can_be_overridden() {
    let cleanser = Cleanser::new(["passphrase", "OTP"]);
    let credentials = cleanser.cleanse([("passphrase", "x"), ("otp", "1"), ("password", "y")]);

    assert_eq!(credentials.get("passphrase"), Some(STARS));
    assert_eq!(credentials.get("otp"), Some(STARS));
    assert_eq!(
        credentials.get("password"),
        Some("y"),
        "only the given words count"
    );
}

#[test]
fn cc13_the_pattern_can_be_extended() {
    let credentials = Cleanser::default()
        .also([String::from("Pin")])
        .cleanse([("pin", "1234"), ("password", "y")]);

    assert!(credentials.iter().all(|(_, value)| value == STARS));
}

#[test]
fn cc13_the_substitute_can_be_overridden() {
    let cleanser = Cleanser::default().substitute("[hidden]");
    let credentials = cleanser.cleanse([("password", "x")]).with("token", "y");

    assert_eq!(credentials.get("password"), Some("[hidden]"));
    assert_eq!(
        credentials.get("token"),
        Some("[hidden]"),
        "also for what comes later"
    );
}

#[test]
fn cc14_a_word_anywhere_in_the_name_is_enough() {
    for key in [
        "API_KEY",
        "mytoken",
        "keyboard",
        "Signature_x",
        "client_secret",
        "capital_api",
    ] {
        assert_eq!(
            Credentials::new([(key, "x")]).get(key),
            Some(STARS),
            "{key}"
        );
    }
}

#[test]
fn cc14_names_without_one_of_the_words_keep_their_value() {
    for key in [
        "passphrase",
        "pass",
        "otp",
        "pin",
        "username",
        "credential",
        "",
    ] {
        assert_eq!(Credentials::new([(key, "x")]).get(key), Some("x"), "{key}");
    }
}

#[test]
fn cc14_a_value_of_any_type_is_starred() {
    let credentials = Credentials::default()
        .with("token", 12345)
        .with("key", true)
        .with("secret", 'x')
        .with("attempt", 3);

    assert_eq!(credentials.get("token"), Some(STARS));
    assert_eq!(credentials.get("key"), Some(STARS));
    assert_eq!(credentials.get("secret"), Some(STARS));
    assert_eq!(credentials.get("attempt"), Some("3"));
}

#[test]
fn cc14_every_key_is_kept_in_its_order() {
    let credentials = Credentials::new([("b", "1"), ("password", "2"), ("a", "3"), ("b", "4")]);
    let pairs: Vec<_> = credentials.iter().collect();

    assert_eq!(pairs, [("b", "4"), ("password", STARS), ("a", "3")]);
}

#[test]
fn cc05_a_secret_shows_itself_to_nobody() {
    #[derive(Debug, serde::Deserialize)]
    struct LogIn {
        username: String,
        password: Secret<String>,
    }

    let form: LogIn = serde_json::from_str(r#"{"username": "ada", "password": "1815"}"#).unwrap();
    assert_eq!(form.password.expose(), "1815");
    assert_eq!(form.password.clone().into_exposed(), "1815");
    assert_eq!(form.password, Secret::new("1815".to_owned()));
    assert_eq!(form.username, "ada");
    let shown = format!("{form:?} {form:#?}");
    assert!(shown.contains("ada") && !shown.contains("1815"), "{shown}");
    // Nor does the error of a parser quote it.
    let error = serde_json::from_str::<LogIn>(r#"{"username": "ada", "password": 1815}"#);
    let error = error.unwrap_err().to_string();
    assert!(!error.contains("1815"), "{error}");
}

#[test]
fn cc06_a_sensitive_name_is_substituted_and_others_are_unchanged() {
    let cleanser = Cleanser::default();
    let report = json!({"TEST": "TEST", "PASSWORD": "super_secret"});
    assert_eq!(
        cleanser.cleanse_json(&report),
        json!({"TEST": "TEST", "PASSWORD": Cleanser::SUBSTITUTE})
    );
}

#[test]
fn cc08_maps_within_maps_are_cleansed() {
    let cleanser = Cleanser::default();
    let map = json!({"login": "cooper", "password": "secret", "inner": {"Token": 7, "count": 7}});
    let stars = Cleanser::SUBSTITUTE;
    assert_eq!(
        cleanser.cleanse_json(&map),
        json!({"login": "cooper", "password": stars, "inner": {"Token": stars, "count": 7}})
    );
}

#[test]
fn cc09_keys_that_were_numbers_are_names_in_json_and_their_values_are_looked_through() {
    let by_number = BTreeMap::from([
        (42, json!({"token": 1, "count": 1})),
        (43, json!([{"token": 1}, "token"])),
        (1815, json!("x")),
    ]);
    let report = serde_json::to_value(by_number).unwrap();
    let stars = Cleanser::SUBSTITUTE;
    let looked_through = |last| {
        let inner = json!({"token": stars, "count": 1});
        json!({"42": inner, "43": [{"token": stars}, "token"], "1815": last})
    };
    let cleanser = Cleanser::default();
    assert_eq!(cleanser.cleanse_json(&report), looked_through("x"));
    // Nothing tells them from texts any more: a rule of digits is a rule for them, too.
    let cleanser = cleanser.also(["181"]);
    assert_eq!(cleanser.cleanse_json(&report), looked_through(stars));
}

#[test]
fn cc10_lists_are_looked_through_and_a_sensitive_list_is_replaced_as_a_whole() {
    let cleanser = Cleanser::new(["otp"]).substitute("[hidden]");
    let list = json!([{"otp": [1, 2]}, [{"otp": null}], "otp"]);
    assert_eq!(
        cleanser.cleanse_json(&list),
        json!([{"otp": "[hidden]"}, [{"otp": "[hidden]"}], "otp"])
    );
}
