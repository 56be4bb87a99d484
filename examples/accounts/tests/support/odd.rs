//! Signals and receivers that try to be more than text on a page.

use std::thread::sleep;
use std::time::Duration;

use signals_core::{Sender, receiver, signal};

signal! {
    /// <script>document.title = "caught"</script> & "so on".
    ///
    /// <img src=x onerror="document.title = 'caught'">
    #[signal(name = "odd.<script>document.title='caught'</script>")]
    pub(crate) odd(sender, number: u32);
}

#[receiver(odd, dispatch_uid = "<b onclick='x'>slow</b>", priority = 9)]
fn slow() {
    sleep(Duration::from_millis(15));
}

#[receiver(odd, sender = "</code><script>document.title = 'caught'</script>")]
#[receiver(odd, sender = "odd")]
fn fails() -> Result<(), String> {
    Err("<script>document.title = 'caught'</script>\n\nout of order".to_owned())
}

#[receiver(odd, priority = -1)]
fn panics() {
    panic!("<i>out of order</i>");
}

#[receiver(odd, when = |number: u32| number > 1, priority = -2, on_commit)]
fn skipped_or_late() {}

/// A send whose last receiver waits for the end of a transaction.
pub(crate) fn send_and_commit() {
    let sender = Sender::named("till");
    let sent =
        signals_core::testing::simulate_commit(|| odd.send_robust(Odd { sender, number: 2 }));
    assert!(sent.is_ok());
}

pub(crate) fn send() {
    let sender = Sender::named("odd");
    odd.send_robust(Odd { sender, number: 1 });
}
