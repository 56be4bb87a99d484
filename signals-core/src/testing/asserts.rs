//! Assertions that show what happened instead.

use super::capture::{Capture, Sent};
use super::mute::{closest, list};
use crate::receiver::ReceiverRef;
use crate::signal::{Signal, Spec};

/// Asserts that a captured signal was sent, or sent so that a closure of the [`Sent`] says yes.
///
/// ```
/// use signals_core::{Sender, assert_sent, signal, testing};
///
/// struct WebShop;
///
/// signal! {
///     pub order_paid(sender, total: u64);
/// }
///
/// let paid = testing::capture_with(&order_paid, |paid| paid.total);
/// order_paid.send(OrderPaid { sender: Sender::of::<WebShop>(), total: 9 })?;
///
/// assert_sent!(paid);
/// assert_sent!(paid, |sent| sent.snapshot == 9 && sent.sender == Sender::of::<WebShop>());
/// # Ok::<(), signals_core::SendError>(())
/// ```
///
/// [`Sent`]: crate::testing::Sent
#[macro_export]
macro_rules! assert_sent {
    ($capture:expr $(,)?) => {
        $crate::testing::__sent(&$capture, "", |_| true)
    };
    ($capture:expr, $fits:expr $(,)?) => {
        $crate::testing::__sent(&$capture, ::core::stringify!($fits), $fits)
    };
}

/// Asserts that a captured signal was sent once; with a closure of the [`Sent`], that it was sent
/// once and that the closure says yes.
///
/// [`Sent`]: crate::testing::Sent
#[macro_export]
macro_rules! assert_sent_once {
    ($capture:expr $(,)?) => {
        $crate::testing::__sent_once(&$capture, "", |_| true)
    };
    ($capture:expr, $fits:expr $(,)?) => {
        $crate::testing::__sent_once(&$capture, ::core::stringify!($fits), $fits)
    };
}

/// Asserts that a captured signal was not sent, or not so that a closure of the [`Sent`] says yes.
///
/// [`Sent`]: crate::testing::Sent
#[macro_export]
macro_rules! assert_not_sent {
    ($capture:expr $(,)?) => {
        $crate::testing::__not_sent(&$capture, "", |_| true)
    };
    ($capture:expr, $fits:expr $(,)?) => {
        $crate::testing::__not_sent(&$capture, ::core::stringify!($fits), $fits)
    };
}

/// Asserts that a receiver listens to a signal: by `dispatch_uid`, by path, or by the end of a
/// path. With `sender = …`, that it would hear that [`Sender`](crate::Sender).
///
/// ```
/// use signals_core::{Sender, assert_wired, receiver, signal};
///
/// struct WebShop;
///
/// signal! {
///     pub order_paid(sender, total: u64);
/// }
///
/// #[receiver(order_paid, sender = WebShop)]
/// fn send_receipt() {}
///
/// assert_wired!(order_paid, "send_receipt");
/// assert_wired!(order_paid, "send_receipt", sender = Sender::of::<WebShop>());
/// ```
#[macro_export]
macro_rules! assert_wired {
    ($signal:path, $receiver:expr $(,)?) => {
        $crate::testing::__wired(&$signal, $receiver, ::core::option::Option::None)
    };
    ($signal:path, $receiver:expr, sender = $sender:expr $(,)?) => {
        $crate::testing::__wired(&$signal, $receiver, ::core::option::Option::Some($sender))
    };
}

/// Asserts that these receivers run in this order, whoever runs between them.
///
/// ```
/// use signals_core::{assert_order, receiver, signal};
///
/// signal! {
///     pub order_paid(total: u64);
/// }
///
/// #[receiver(order_paid)]
/// fn book() {}
///
/// #[receiver(order_paid, after = "book")]
/// fn report() {}
///
/// assert_order!(order_paid, ["book", "report"]);
/// ```
#[macro_export]
macro_rules! assert_order {
    ($signal:path, [$($receiver:expr),* $(,)?] $(,)?) => {
        $crate::testing::__order(&$signal, &[$($receiver),*])
    };
}

fn such(fits: &str) -> String {
    if fits.is_empty() {
        String::new()
    } else {
        format!(" so that `{fits}`")
    }
}

fn what<T>(capture: &Capture<T>) -> String {
    if capture.count() == 0 {
        " It was not sent at all.".to_owned()
    } else {
        format!(" It was sent:{capture}")
    }
}

#[doc(hidden)]
#[track_caller]
pub fn __sent<T>(capture: &Capture<T>, text: &str, fits: impl Fn(&Sent<T>) -> bool) {
    let any = capture.with(|sent| sent.iter().any(fits));
    assert!(
        any,
        "`{}` was not sent{}.{}",
        capture.signal(),
        such(text),
        what(capture)
    );
}

#[doc(hidden)]
#[track_caller]
pub fn __sent_once<T>(capture: &Capture<T>, text: &str, fits: impl Fn(&Sent<T>) -> bool) {
    let is_it = capture.with(|sent| matches!(sent, [only] if fits(only)));
    assert!(
        is_it,
        "`{}` was not sent once{}.{}",
        capture.signal(),
        such(text),
        what(capture)
    );
}

#[doc(hidden)]
#[track_caller]
pub fn __not_sent<T>(capture: &Capture<T>, text: &str, fits: impl Fn(&Sent<T>) -> bool) {
    let any = capture.with(|sent| sent.iter().any(fits));
    assert!(
        !any,
        "`{}` was sent{}.{}",
        capture.signal(),
        such(text),
        what(capture)
    );
}

#[doc(hidden)]
#[track_caller]
pub fn __wired<S: Spec>(signal: &'static Signal<S>, name: &str, sender: Option<crate::Sender>) {
    let receivers = match sender {
        None => signal.receivers(),
        Some(sender) => signal.receivers_of(sender),
    };
    if receivers.iter().any(|receiver| receiver.is_called(name)) {
        return;
    }
    let by = sender.map_or_else(String::new, |sender| format!(" sent by `{sender}`"));
    let keys: Vec<String> = receivers.iter().map(|receiver| receiver.key()).collect();
    panic!(
        "`{name}` does not listen to `{}`{by}{}; who does:{}",
        S::INFO,
        closest(name, &keys),
        list(receivers.into_iter())
    );
}

#[doc(hidden)]
#[track_caller]
pub fn __order<S: Spec>(signal: &'static Signal<S>, names: &[&str]) {
    let receivers = signal.receivers();
    let place = |name: &&str| {
        let is_it = |receiver: &ReceiverRef| receiver.is_called(name);
        let place = receivers.iter().position(is_it);
        // Says who does listen, if it does not.
        place.unwrap_or_else(|| {
            __wired(signal, name, None);
            0
        })
    };
    let places: Vec<usize> = names.iter().map(place).collect();
    assert!(
        places.is_sorted(),
        "the receivers of `{}` run in another order:{}",
        S::INFO,
        list(receivers.into_iter())
    );
}
