//! The command line.

use std::ffi::OsString;
use std::io::{self, Write};

use signals_core::cli::{Look, Terminal, run_on};
use signals_core::{receiver, signal};

use crate::support::{signals, signals_on};

signal! {
    #[signal(name = "cli.rung")]
    rung(sender, times: u32);
}

#[receiver(rung, sender = "front door")]
fn open() {}

#[receiver(rung)]
fn bark() {}

#[test]
fn other_arguments_are_the_applications() {
    for args in [
        &["program"][..],
        &[],
        &["program", "serve", "signals"],
        &["program", "Signals"],
    ] {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let terminal = Terminal {
            out: &mut out,
            err: &mut err,
            out_look: Look::default(),
            err_look: Look::default(),
        };
        assert_eq!(run_on(args.iter().map(Into::into), terminal), None);
        assert!(out.is_empty() && err.is_empty());
    }
}

#[test]
fn list_shows_signals_and_receivers() {
    let all = signals(&["list"]);
    assert_eq!((all.code, &*all.err), (0, ""));
    assert!(all.out.contains("cli.rung(sender: Sender, times: u32)"));
    for args in [
        &["list", "--signal", "rung"][..],
        &["list", "--signal=cli.rung"],
    ] {
        let one = signals(args);
        assert_eq!(one.code, 0);
        assert!(one.out.contains("inspection::cli::bark"), "{}", one.out);
        assert!(!one.out.contains("parcel_weighed"), "{}", one.out);
    }
}

#[test]
fn list_can_be_json() {
    let json = signals(&[
        "list",
        "--json",
        "--signal",
        "rung",
        "--sender",
        "back door",
    ]);
    let read: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    let receivers = read["signals"][0]["receivers"].as_array().unwrap();
    assert_eq!(receivers.len(), 1);
    assert_eq!(receivers[0]["path"], "inspection::cli::bark");
    // A note is not for whoever reads the JSON.
    assert!(
        json.err
            .starts_with("note: no receiver listens to `back door`")
    );
}

#[test]
fn an_unknown_sender_is_a_note_with_the_closest() {
    let ran = signals(&["list", "--signal", "rung", "--sender", "front dor"]);
    assert_eq!(ran.code, 0);
    assert!(
        ran.err.contains("did you mean `front door`?"),
        "{}",
        ran.err
    );
    let known = signals(&["list", "--signal", "rung", "--sender", "front door"]);
    assert_eq!(known.err, "");
    assert!(known.out.contains("inspection::cli::open"));
}

#[test]
fn what_nobody_hears_is_said() {
    let ran = signals(&["list", "--signal", "typed_for_cli", "--sender", "x"]);
    assert_eq!(
        (ran.code, &*ran.out),
        (0, "no receiver is called when `x` sends\n")
    );
}

signal! {
    #[signal(name = "cli.typed_for_cli")]
    typed_for_cli(sender);
}

#[test]
fn graph_has_two_formats() {
    let mermaid = signals(&["graph", "--signal", "rung"]);
    assert!(mermaid.out.starts_with("flowchart LR\n"));
    assert_eq!(
        signals(&["graph", "--signal", "rung", "--format", "mermaid"]).out,
        mermaid.out
    );
    let dot = signals(&["graph", "--signal", "rung", "--format=dot"]);
    assert!(dot.out.starts_with("digraph signals {\n"));
    let wrong = signals(&["graph", "--format", "svg"]);
    assert_eq!(wrong.code, 2);
    assert!(
        wrong
            .err
            .contains("no format `svg`; take `mermaid` or `dot`")
    );
}

#[test]
fn help_is_no_error() {
    for args in [
        &["--help"][..],
        &["-h"],
        &["help"],
        &["list", "--help"],
        &["explain", "-h"],
    ] {
        let ran = signals(args);
        assert_eq!((ran.code, &*ran.err), (0, ""), "{args:?}");
        assert!(ran.out.contains("Usage: program signals <COMMAND>"));
    }
}

#[test]
fn a_wrong_command_line_says_what_to_do() {
    for (args, message) in [
        (
            &[][..],
            "say what to do: `list`, `explain`, `graph` or `check`",
        ),
        (&["lst"], "there is no command `lst`; did you mean `list`?"),
        (
            &["frobnicate"],
            "there is no command `frobnicate`; there is `list`, `explain`, `graph` or `check`",
        ),
        (
            &["list", "--sginal", "x"],
            "there is no option `--sginal`; did you mean `--signal`?",
        ),
        (
            &["list", "--signal"],
            "`--signal` takes a value: `--signal NAME`",
        ),
        (&["list", "--signal="], "`--signal` takes a value"),
        (
            &["list", "--sender", "a", "--sender", "b"],
            "`--sender` is there twice; say it once",
        ),
        (&["list", "--json=yes"], "`--json` takes no value"),
        (
            &["list", "order_paid"],
            "`order_paid` is too much; leave it out",
        ),
        (
            &["check", "--json"],
            "`--json` is not for this command; leave it out",
        ),
        (&["explain"], "`explain` takes the name of a signal"),
        (
            &["explain", "rugn"],
            "no signal is called `rugn`; did you mean `cli.rung`",
        ),
        (
            &["list", "--signal", "Rung"],
            "no signal is called `Rung`; did you mean `cli.rung`",
        ),
        (
            &["list", "--signal", "zzzzzzzzzz"],
            "no signal is called `zzzzzzzzzz`; `signals list` shows all",
        ),
    ] {
        let ran = signals(args);
        assert_eq!((ran.code, &*ran.out), (2, ""), "{args:?}");
        assert!(
            ran.err.starts_with(&format!("program: {message}")),
            "{args:?}: {}",
            ran.err
        );
        assert!(ran.err.ends_with("Try `program signals --help`.\n"));
    }
}

#[test]
fn a_name_that_begins_with_a_dash_can_be_said() {
    let ran = signals(&["explain", "--", "--rung"]);
    assert!(
        ran.err.contains("no signal is called `--rung`"),
        "{}",
        ran.err
    );
    let ran = signals(&["list", "--sender=--x", "--signal", "rung"]);
    assert_eq!(ran.code, 0);
}

#[cfg(unix)]
#[test]
fn arguments_that_are_not_unicode_are_refused() {
    use std::os::unix::ffi::OsStringExt;

    let (mut out, mut err) = (Vec::new(), Vec::new());
    let terminal = Terminal {
        out: &mut out,
        err: &mut err,
        out_look: Look::default(),
        err_look: Look::default(),
    };
    let args = [
        "program".into(),
        "signals".into(),
        OsString::from_vec(vec![b'l', 0xff]),
    ];
    assert_eq!(run_on(args, terminal), Some(2));
    assert!(String::from_utf8(err).unwrap().contains("is not Unicode"));
}

/// Fails as it is told to.
struct Failing(io::ErrorKind);

impl Write for Failing {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_reader_that_went_away_is_no_error() {
    for (kind, code) in [
        (io::ErrorKind::BrokenPipe, 0),
        (io::ErrorKind::StorageFull, 3),
    ] {
        let mut err = Vec::new();
        let terminal = Terminal {
            out: &mut Failing(kind),
            err: &mut err,
            out_look: Look::default(),
            err_look: Look::default(),
        };
        let args = ["program", "signals", "list"].map(Into::into);
        assert_eq!(run_on(args, terminal), Some(code));
        let said = String::from_utf8(err).unwrap();
        assert_eq!(said.contains("could not be written"), code == 3, "{said}");
    }
    // And one of the messages.
    let mut out = Vec::new();
    let terminal = Terminal {
        out: &mut out,
        err: &mut Failing(io::ErrorKind::BrokenPipe),
        out_look: Look::default(),
        err_look: Look::default(),
    };
    let args = ["program", "signals", "list", "--sender", "nobody"].map(Into::into);
    assert_eq!(run_on(args, terminal), Some(0));
    assert!(!out.is_empty());
}

#[test]
fn colours_are_for_terminals_only() {
    let on = |vars: &'static [(&'static str, &'static str)]| {
        Look::of(true, move |name| {
            let mut vars = vars.iter();
            vars.find(|(var, _)| *var == name)
                .map(|(_, value)| value.into())
        })
    };
    let wide = |look: Look| signals_on(look, &["list", "--signal", "rung"]).out;
    assert!(wide(on(&[])).contains("\x1b["));
    assert!(wide(on(&[("NO_COLOR", ""), ("TERM", "xterm")])).contains("\x1b["));
    for vars in [&[("NO_COLOR", "1")][..], &[("TERM", "dumb")]] {
        assert!(!wide(on(vars)).contains('\x1b'), "{vars:?}");
    }
    assert!(!signals(&["list"]).out.contains('\x1b'));
    let json = signals_on(on(&[]), &["list", "--json", "--signal", "rung"]);
    assert!(!json.out.contains('\x1b'));
}
