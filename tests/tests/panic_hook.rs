//! Where a plain `send` may not wait, it is refused without a word: nothing is printed. A panic hook
//! is for the whole program, so its test is one of its own.

use std::panic::{catch_unwind, set_hook};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, ThreadId};

use signals_core::{SendErrorKind, receiver, runtime, signal};
use tokio::runtime::Builder;
use tokio::task::{LocalSet, spawn_local};

signal! {
    told(panics: bool);
}

#[receiver(told)]
async fn listens(panics: bool) {
    tokio::task::yield_now().await;
    assert!(!panics, "as it was told");
}

static PANICS: Mutex<Vec<ThreadId>> = Mutex::new(Vec::new());

fn panics() -> Vec<ThreadId> {
    std::mem::take(&mut PANICS.lock().unwrap_or_else(PoisonError::into_inner))
}

fn refused() {
    let error = told.send(Told { panics: false }).unwrap_err();
    assert!(matches!(error.kind(), SendErrorKind::AsyncReceiver { .. }));
    assert!(error.to_string().contains("`LocalSet`"), "{error}");
}

#[test]
fn sg18_a_refusal_is_silent_and_every_other_panic_is_not() {
    set_hook(Box::new(|_| {
        let mut panics = PANICS.lock().unwrap_or_else(PoisonError::into_inner);
        panics.push(thread::current().id());
    }));
    let here = thread::current().id();
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .unwrap();

    let in_local_set = async {
        refused();
        spawn_local(async { refused() }).await.unwrap();
        runtime::may_block(refused);
    };
    runtime.block_on(LocalSet::new().run_until(in_local_set));
    assert_eq!(panics(), []);

    // Those of a receiver, of this thread and of another one are nobody's secret.
    runtime.block_on(async {
        let sent = told.send_robust(Told { panics: true });
        assert_eq!(sent.errors().len(), 1);
    });
    assert_eq!(panics(), [here]);
    catch_unwind(|| panic!("here")).unwrap_err();
    assert_eq!(panics(), [here]);
    let other = thread::spawn(|| panic!("there"));
    let there = other.thread().id();
    other.join().unwrap_err();
    assert_eq!(panics(), [there]);

    // Nor is one inside of what is waited for.
    let sent = runtime.block_on(async {
        told.send(Told { panics: false }).unwrap();
        catch_unwind(|| told.send(Told { panics: true }))
    });
    sent.unwrap_err();
    assert_eq!(panics(), [here]);
}
