//! What compiles, and what rustc says about what does not.
//!
//! A case of `ui/fail` is one mistake and so has one error. Where it has several, its first line says
//! how many, `//! 3 mistakes.`, or why rustc cannot be brought to less, `//! 2 errors: …`. The latter are
//! listed in `MORE` as well, so that none comes to it unnoticed.
//!
//! The `.stderr` files hold rustc's own words, so they belong to the version in
//! `rust-toolchain.toml`. After a change that is meant, read the new messages and then write them
//! with `TRYBUILD=overwrite cargo test -p signals-tests --test compile`.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use trybuild::TestCases;

/// The cases with more errors than mistakes.
const MORE: [&str; 16] = [
    "connect_not_sync",
    "guarantee_not_clone_slice",
    "model_not_send",
    "receiver_free_self",
    "receiver_of_enum",
    "receiver_of_payload",
    "receiver_of_type",
    "receiver_on_statement",
    "receiver_several_attributes_one_type",
    "receiver_static_lifetime",
    "receiver_syntax_error",
    "receiver_without_body",
    "signal_answer_not_send",
    "signal_in_impl",
    "signal_name_twice_in_module",
    "signal_payload_name_taken",
];

#[test]
fn forms_that_compile() {
    TestCases::new().pass("ui/pass/*.rs");
}

#[test]
fn each_mistake_is_one_error() {
    let cases = TestCases::new();
    cases.compile_fail("ui/fail/*.rs");
    // Compiles and compares.
    drop(cases);

    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/fail");
    let mut count = 0;
    let mut more = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let case = entry.unwrap().path();
        if case.extension() != Some(OsStr::new("rs")) {
            continue;
        }
        let source = fs::read_to_string(&case).unwrap();
        let stderr = fs::read_to_string(case.with_extension("stderr")).unwrap();
        let errors = stderr.lines().filter(|line| line.starts_with("error"));
        let (stated, are_mistakes) = stated(&source);
        assert_eq!(errors.count(), stated, "{}", case.display());
        if !are_mistakes {
            more.push(case.file_stem().unwrap().to_str().unwrap().to_owned());
        }
        assert!(!stderr.contains("panicked"), "{}", case.display());
        count += 1;
    }
    assert!(count >= 50);
    more.sort();
    assert_eq!(more, MORE);
}

/// How many errors the first line of a case admits, and whether each is a mistake; one, where it says
/// nothing.
fn stated(source: &str) -> (usize, bool) {
    let said = source.strip_prefix("//! ").and_then(|line| {
        let (number, what) = line.split_once(' ')?;
        let are_mistakes = what.starts_with("mistakes.");
        let counts = are_mistakes || what.starts_with("errors: ");
        Some((number.parse().ok().filter(|_| counts)?, are_mistakes))
    });
    said.unwrap_or((1, true))
}
