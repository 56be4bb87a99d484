//! Terminals of all widths.

use signals_core::cli::Look;
use signals_core::{receiver, signal};

use crate::support::{signals, signals_on};

signal! {
    /// A doc comment with enough words in it to be broken somewhere, whatever the terminal is like.
    #[signal(name = "widths.a_signal_with_a_rather_long_name_that_says_all")]
    long(sender, some_argument: &str, some_other_argument: Option<&str>);
}

#[receiver(long, sender = ["inspection.SomeSender", "another"], priority = 12, after = "zzzz")]
async fn a_receiver_whose_name_alone_is_wider_than_a_small_window() {}

fn width(columns: &'static str) -> Look {
    Look::of(true, move |name| match name {
        "COLUMNS" => Some(columns.into()),
        "NO_COLOR" => Some("1".into()),
        _ => None,
    })
}

const NAME: &str = "a_signal_with_a_rather_long_name";

#[test]
fn no_line_is_longer_than_the_terminal() {
    for columns in ["20", "40", "80", "100", "300"] {
        for args in [
            &["list", "--signal", "long"][..],
            &["list"],
            &["explain", "long"],
            &["check"],
            &[
                "list",
                "--signal",
                "long",
                "--sender",
                "nobody that I know of at all",
            ],
        ] {
            let ran = signals_on(width(columns), args);
            let limit: usize = columns.parse().unwrap();
            for line in ran.out.lines().chain(ran.err.lines()) {
                assert!(line.chars().count() <= limit, "{columns}: {line}");
            }
        }
    }
}

#[test]
fn nothing_is_left_out_on_a_narrow_terminal() {
    let joined = |text: &str| text.split_whitespace().collect::<String>();
    let narrow = joined(&signals_on(width("30"), &["list", "--signal", "long"]).out);
    for part in [
        NAME,
        "a_receiver_whose_name_alone_is_wider_than_a_small_window",
        "inspection.SomeSenderoranother",
        "inline,async",
        "priority12",
        "afterzzzz",
        "whateverthe",
    ] {
        assert!(narrow.contains(part), "{part} in {narrow}");
    }
}

#[test]
fn a_wide_terminal_gets_what_a_pipe_gets() {
    let args = ["list", "--signal", "long"];
    let pipe = signals(&args).out;
    assert_eq!(signals_on(width("500"), &args).out, pipe);
    assert!(pipe.lines().any(|line| line.chars().count() > 100));
}

#[test]
fn a_terminal_without_a_width_has_80() {
    for columns in ["", "0", "-3", "many"] {
        assert_eq!(width(columns).width, Some(80), "{columns}");
    }
    assert_eq!(Look::of(true, |_| None).width, Some(80));
    assert_eq!(width("5").width, Some(20));
    assert_eq!(Look::of(false, |_| Some("40".into())).width, None);
}
