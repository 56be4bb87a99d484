//! What compiles, and what rustc says about what does not.
//!
//! A case of `ui/fail` is one mistake and so has one error. Where it has several, its first line says
//! how many, `//! 3 mistakes.`, or why rustc cannot be brought to less, `//! 2 errors: …`.
//!
//! The `.stderr` files hold rustc's own words, so they belong to the version in
//! `rust-toolchain.toml`. After a change that is meant, read the new messages and then write them
//! with `TRYBUILD=overwrite cargo test -p signals-tests --test compile`.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use trybuild::TestCases;

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
    assert!(count >= 50);
}

/// How many errors the first line of a case admits; one, where it says nothing.
fn stated(source: &str) -> usize {
    let said = source.strip_prefix("//! ").and_then(|line| {
        let (number, what) = line.split_once(' ')?;
        let counts = what.starts_with("mistakes.") || what.starts_with("errors: ");
        number.parse().ok().filter(|_| counts)
    });
    said.unwrap_or(1)
}
