//! What rustc says about an entity or a receiver that is not as it should be.
//!
//! A case is one mistake and so has one error; where rustc cannot be brought to less, its first line
//! says how many and why, `//! 2 errors: …`. The `.stderr` files hold rustc's own words; after a
//! change that is meant, read the new ones and write them with `TRYBUILD=overwrite cargo test -p
//! signals-sea-orm --test compile`.
#![allow(missing_docs)]
// The words are the same whatever the features; one build is enough.
#![cfg(not(feature = "migration"))]

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

#[test]
fn each_mistake_is_one_error() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/compile/*.rs");
    // Compiles and compares.
    drop(cases);

    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compile");
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let case = entry.unwrap().path();
        if case.extension() != Some(OsStr::new("rs")) {
            continue;
        }
        let source = fs::read_to_string(&case).unwrap();
        let stderr = fs::read_to_string(case.with_extension("stderr")).unwrap();
        let errors = stderr.lines().filter(|line| line.starts_with("error"));
        assert_eq!(errors.count(), stated(&source), "{}", case.display());
        assert!(!stderr.contains("panicked"), "{}", case.display());
        count += 1;
    }
    assert!(count >= 15);
}

/// How many errors the first line of a case admits; one, where it says nothing.
fn stated(source: &str) -> usize {
    let said = source.strip_prefix("//! ").and_then(|line| {
        let (number, _) = line.split_once(" errors: ")?;
        number.parse().ok()
    });
    said.unwrap_or(1)
}
