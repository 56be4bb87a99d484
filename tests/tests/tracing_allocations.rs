//! What subscribers of other spans cost. Alone in its program: what a thread's subscriber asks for, sends on
//! all threads look at.

use signals_core::{receiver, signal};
use tracing::Level;
use tracing::subscriber::with_default;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::registry::Registry;

signal! {
    counted();
}

#[receiver(counted)]
fn count() {}

struct Subscribed;

impl<S: tracing::Subscriber> Layer<S> for Subscribed {}

/// What a call allocates, for a subscriber who wants `DEBUG` of `target`. The first ones register what
/// they ask for.
fn allocated(target: &'static str, mut f: impl FnMut()) -> u64 {
    let filter = filter_fn(move |it| it.target() == target && *it.level() <= Level::DEBUG);
    let subscriber = Registry::default().with(Subscribed.with_filter(filter));
    with_default(subscriber, || {
        let calls = (0..10).map(|_| allocation_counter::measure(&mut f).count_total);
        calls.min().unwrap()
    })
}

#[test]
fn whoever_wants_the_spans_of_others_makes_no_send_allocate() {
    let plain = || drop(counted.send(Counted));
    let robust = || drop(counted.send_robust(Counted));
    assert_eq!(allocated("another", plain), 0);
    assert_eq!(allocated("another", robust), 0);
    assert!(allocated("signals", plain) > 0, "the counter counts");
    assert!(allocated("signals", robust) > 0, "the counter counts");
}
