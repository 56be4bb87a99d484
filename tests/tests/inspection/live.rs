//! What a running program has sent, on the command line of another.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread;

use signals_core::{receiver, recent, signal};

use crate::support::{Ran, signals};

struct Shop;

signal! {
    #[signal(name = "live.kite_sent")]
    kite_sent(sender, weight: u32);
}

signal! {
    #[signal(name = "live.kite_lost")]
    kite_lost();
}

#[receiver(kite_sent)]
fn weigh(weight: u32) -> Result<(), String> {
    match weight {
        0 => Err("nothing\n\nin it".to_owned()),
        _ => Ok(()),
    }
}

#[receiver(kite_sent, when = |weight: u32| weight > 20)]
fn get_help() {}

/// A program that serves its report, once.
fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let lines = BufReader::new(stream.try_clone().unwrap()).lines();
        lines
            .map_while(Result::ok)
            .take_while(|it| !it.is_empty())
            .for_each(drop);
        let report = recent::report();
        let length = report.len();
        write!(
            stream,
            "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{report}"
        )
        .unwrap();
    });
    url
}

fn explain(args: &[&str]) -> Ran {
    let url = serve();
    let mut all = vec!["explain", "--live", &url];
    all.extend(args);
    signals(&all)
}

#[test]
fn the_last_sends_are_below_the_explanation() {
    recent::record(1000);
    kite_sent.send_robust(KiteSent {
        sender: signals_core::Sender::of::<Shop>(),
        weight: 7,
    });
    kite_sent.send_robust(KiteSent {
        sender: signals_core::Sender::named("counter"),
        weight: 0,
    });

    let all = explain(&["kite_sent"]);
    assert_eq!((all.code, &*all.err), (0, ""));
    let (explained, sends) = all.out.split_once("\n\nThe last 2 sends").unwrap();
    assert!(explained.contains("Called when a sender that they listen to sends"));
    for expected in [
        " in the running program, the newest at the end:\n",
        " by inspection.Shop, took 0.",
        " by counter, took 0.",
        "tests/tests/inspection/live.rs:",
        "live::weigh: succeeded in 0.",
        " ms: nothing\\n\\nin it\n",
        "live::get_help: skipped: its condition said no\n",
    ] {
        assert!(sends.contains(expected), "{expected} in {sends}");
    }
    assert!(sends.find("Shop") < sends.find("counter"), "{sends}");

    let one = explain(&["kite_sent", "--sender", "counter"]).out;
    let (_, sends) = one.split_once("\n\nThe last send by `counter`").unwrap();
    assert!(!sends.contains("Shop"), "{sends}");

    let none = explain(&["kite_lost"]).out;
    assert!(none.ends_with("\n\nNo send is recorded in the running program.\n"));
}

#[test]
fn a_program_that_cannot_be_asked_is_told_from_one_that_sent_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    for (url, why) in [
        (&*url, "no program listens there"),
        ("https://127.0.0.1:1", "only `http://` is spoken here"),
        ("", "`--live` takes a value: `--live URL`"),
    ] {
        let ran = signals(&["explain", "kite_sent", "--live", url]);
        assert_eq!((ran.code, &*ran.out), (2, ""));
        assert!(ran.err.contains(why), "{}", ran.err);
    }
    let ran = signals(&["list", "--live", &url]);
    assert!(ran.err.contains("`--live` is not for this command"));
}
