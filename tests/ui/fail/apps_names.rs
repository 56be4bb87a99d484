//! 5 mistakes.

signals_core::installed_apps![
    "fixture-declares",
    fixture-receives,
    fixture_sends::own,
    fixture_sends,
    fixture_sends,
    crate,
];

fn main() {}
