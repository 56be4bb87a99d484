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

#[test]
fn forms_that_compile() {
    trybuild::TestCases::new().pass("ui/pass/*.rs");
}

#[test]
fn mistakes_that_do_not() {
    trybuild::TestCases::new().compile_fail("ui/fail/*.rs");
}

#[test]
fn each_mistake_is_one_error_in_the_words_of_the_user() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/fail");
    let mut cases = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let case = entry.unwrap().path();
        if case.extension() != Some(OsStr::new("rs")) {
            continue;
        }
        let source = fs::read_to_string(&case).unwrap();
        let stderr = fs::read_to_string(case.with_extension("stderr")).unwrap();
        let errors: Vec<_> = stderr
            .lines()
            .filter(|line| line.starts_with("error"))
            .collect();
        assert_eq!(errors.len(), stated(&source), "{}", case.display());
        assert!(!stderr.contains("panicked"), "{}", case.display());
        cases += 1;
    }
    assert!(cases >= 50);
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
