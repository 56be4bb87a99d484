//! The backtrace that a receiver's error holds is still there at the end.

use signals_core::{Sender, receiver, signal};

signal! {
    failed(sender);
}

#[receiver(failed)]
fn fails_deep_inside() -> anyhow::Result<()> {
    read_the_config()
}

#[inline(never)]
fn read_the_config() -> anyhow::Result<()> {
    anyhow::bail!("no config")
}

/// Prints, in a process of its own, what the test below reads: backtraces are asked for by a
/// variable of the environment.
#[test]
fn prints_errors_when_asked_by_the_test_below() {
    if std::env::var_os("PRINT_BACKTRACES").is_none() {
        return;
    }
    let sender = Sender::none();
    println!("plain: {:?}", failed.send(Failed { sender }).unwrap_err());
    let robust = failed.send_robust(Failed { sender });
    println!("robust: {:?}", robust.errors()[0]);
}

#[test]
fn ds16_the_backtrace_of_the_error_is_kept() {
    let this = std::env::current_exe().unwrap();
    let run = |backtrace: &str| {
        let output = std::process::Command::new(&this)
            .args(["--exact", "--nocapture"])
            .arg("backtrace::prints_errors_when_asked_by_the_test_below")
            .env("PRINT_BACKTRACES", "1")
            .env("RUST_BACKTRACE", backtrace)
            .env_remove("RUST_LIB_BACKTRACE")
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let printed = run("1");
    let (plain, robust) = printed.split_once("robust: ").unwrap();
    for printed in [plain, robust] {
        assert!(printed.contains("no config"), "{printed}");
        assert!(printed.contains("fails_deep_inside"), "{printed}");
        assert!(printed.contains("read_the_config"), "{printed}");
    }
    assert!(!run("0").contains("read_the_config"));
}
