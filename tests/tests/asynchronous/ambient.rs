//! Ambient state is visible in every receiver, and what one receiver changes in it the next one and
//! the caller see: SG23–SG34. Django shares context variables; here it is the task's own state, which
//! is never copied, because receivers run on the caller's task.

use std::cell::{Cell, RefCell};

use signals_core::{receiver, signal};
use signals_tests::{block_on, yield_now};

tokio::task_local! {
    static REQUEST: RefCell<Vec<&'static str>>;
}

thread_local! {
    static THREAD: Cell<u32> = const { Cell::new(0) };
}

signal! {
    by_async() -> usize;
    by_sync() -> usize;
    by_both() -> usize;
}

/// What the receivers before this one have left there, and how many that were.
fn leave(name: &'static str) -> usize {
    THREAD.set(THREAD.get() + 1);
    REQUEST.with_borrow_mut(|request| {
        request.push(name);
        request.len()
    })
}

trait WithBorrowMut {
    fn with_borrow_mut<R>(&'static self, f: impl FnOnce(&mut Vec<&'static str>) -> R) -> R;
}

impl WithBorrowMut for tokio::task::LocalKey<RefCell<Vec<&'static str>>> {
    fn with_borrow_mut<R>(&'static self, f: impl FnOnce(&mut Vec<&'static str>) -> R) -> R {
        self.with(|request| f(&mut request.borrow_mut()))
    }
}

#[receiver([by_async, by_both])]
async fn one_async() -> usize {
    yield_now().await;
    leave("one async")
}

#[receiver([by_sync, by_both])]
fn two_sync() -> usize {
    leave("two sync")
}

#[receiver([by_async, by_both])]
async fn three_async() -> usize {
    yield_now().await;
    leave("three async")
}

#[receiver([by_sync, by_both])]
fn four_sync() -> usize {
    leave("four sync")
}

const ASYNC: &[&str] = &["one async", "three async"];
const SYNC: &[&str] = &["two sync", "four sync"];
const BOTH: &[&str] = &["one async", "two sync", "three async", "four sync"];

/// Sends with ambient state, and compares what is left there with `expected`.
fn shared<F: Future<Output = Vec<usize>>>(expected: &[&str], send: impl Fn() -> F) {
    THREAD.set(0);
    let (lengths, left) = block_on(REQUEST.scope(RefCell::new(vec!["caller"]), async {
        let lengths = send().await;
        (lengths, REQUEST.with_borrow_mut(std::mem::take))
    }));
    assert_eq!(left[0], "caller");
    assert_eq!(left[1..], *expected);
    // Each saw those before it.
    assert_eq!(lengths, (2..).take(expected.len()).collect::<Vec<_>>());
    assert_eq!(THREAD.get() as usize, expected.len(), "on this thread");
}

/// The same for a plain send: where there is no runtime, and on a multi-thread one.
fn shared_in_place(expected: &[&str], send: impl Fn() -> Vec<usize> + Copy + Send + 'static) {
    shared(expected, || async { send() });

    let (lengths, left) = REQUEST.sync_scope(RefCell::default(), || {
        (send(), REQUEST.with_borrow_mut(std::mem::take))
    });
    assert_eq!(left, expected);
    assert_eq!(lengths.len(), expected.len());

    let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
    let task = REQUEST.scope(RefCell::default(), async move {
        THREAD.set(0);
        send();
        let counted = THREAD.get() as usize;
        (counted, REQUEST.with_borrow_mut(std::mem::take))
    });
    let (counted, left) = runtime.block_on(async { tokio::spawn(task).await.unwrap() });
    assert_eq!(left, expected);
    assert_eq!(counted, expected.len(), "on the caller's thread");
}

macro_rules! lengths {
    ($responses:expr) => {
        $responses.answers().copied().collect::<Vec<usize>>()
    };
}

#[test]
fn sg23_send_async_shares_ambient_state_with_async_receivers() {
    shared(ASYNC, || async {
        lengths!(by_async.send_async(ByAsync {}).await.unwrap())
    });
}

#[test]
fn sg24_send_async_shares_ambient_state_with_sync_receivers() {
    shared(SYNC, || async {
        lengths!(by_sync.send_async(BySync {}).await.unwrap())
    });
}

#[test]
fn sg25_send_async_shares_ambient_state_with_both() {
    shared(BOTH, || async {
        lengths!(by_both.send_async(ByBoth {}).await.unwrap())
    });
}

#[test]
fn sg26_send_robust_async_shares_ambient_state_with_async_receivers() {
    shared(ASYNC, || async {
        lengths!(by_async.send_robust_async(ByAsync {}).await)
    });
}

#[test]
fn sg27_send_robust_async_shares_ambient_state_with_sync_receivers() {
    shared(SYNC, || async {
        lengths!(by_sync.send_robust_async(BySync {}).await)
    });
}

#[test]
fn sg28_send_robust_async_shares_ambient_state_with_both() {
    shared(BOTH, || async {
        lengths!(by_both.send_robust_async(ByBoth {}).await)
    });
}

#[test]
fn sg29_send_shares_ambient_state_with_async_receivers() {
    shared_in_place(ASYNC, || lengths!(by_async.send(ByAsync {}).unwrap()));
}

#[test]
fn sg30_send_shares_ambient_state_with_sync_receivers() {
    shared_in_place(SYNC, || lengths!(by_sync.send(BySync {}).unwrap()));
}

#[test]
fn sg31_send_shares_ambient_state_with_both() {
    shared_in_place(BOTH, || lengths!(by_both.send(ByBoth {}).unwrap()));
}

#[test]
fn sg32_send_robust_shares_ambient_state_with_async_receivers() {
    shared_in_place(ASYNC, || lengths!(by_async.send_robust(ByAsync {})));
}

#[test]
fn sg33_send_robust_shares_ambient_state_with_sync_receivers() {
    shared_in_place(SYNC, || lengths!(by_sync.send_robust(BySync {})));
}

#[test]
fn sg34_send_robust_shares_ambient_state_with_both() {
    shared_in_place(BOTH, || lengths!(by_both.send_robust(ByBoth {})));
}

#[test]
fn s19_a_concurrent_send_shares_ambient_state_in_the_order_of_running() {
    let expected = ["two sync", "four sync", "one async", "three async"];
    let left = block_on(REQUEST.scope(RefCell::default(), async {
        by_both.concurrent().send_async(ByBoth {}).await.unwrap();
        REQUEST.with_borrow_mut(std::mem::take)
    }));
    assert_eq!(left, expected);
    let left = block_on(REQUEST.scope(RefCell::default(), async {
        let robust = by_both.concurrent().send_robust_async(ByBoth {}).await;
        assert!(robust.is_ok());
        REQUEST.with_borrow_mut(std::mem::take)
    }));
    assert_eq!(left, expected);
}

#[test]
fn s19_what_a_failing_receiver_changed_is_still_there() {
    signal! {
        failing();
    }

    #[receiver(failing)]
    async fn fails() -> Result<(), String> {
        leave("failed");
        Err("no".into())
    }

    let left = block_on(REQUEST.scope(RefCell::default(), async {
        failing.send_async(Failing {}).await.unwrap_err();
        REQUEST.with_borrow_mut(std::mem::take)
    }));
    assert_eq!(left, ["failed"]);
}
