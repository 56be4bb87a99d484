//! A plain `send` outside of any runtime has one for its async receivers, which outlives the send.

use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use signals_core::{SendErrorKind, receiver, signal};
use signals_tests::within;
use tokio::runtime::{Handle, Id};

signal! {
    ordered(done: &Sender<Id>, go: &Mutex<Option<Receiver<()>>>);
    numbered(n: u32) -> (u32, Id);
}

/// Spawns what waits until the send is over, and does not wait for it.
#[receiver(ordered)]
async fn spawns(done: &Sender<Id>, go: &Mutex<Option<Receiver<()>>>) {
    let done = done.clone();
    let go = go.lock().unwrap_or_else(PoisonError::into_inner).take();
    let over = tokio::task::spawn_blocking(move || go.unwrap().recv().unwrap());
    tokio::spawn(async move {
        over.await.unwrap();
        tokio::time::sleep(Duration::from_millis(1)).await;
        done.send(Handle::current().id()).unwrap();
    });
}

#[receiver(numbered)]
async fn answers(n: u32) -> (u32, Id) {
    tokio::time::sleep(Duration::from_millis(1)).await;
    let n = tokio::spawn(async move { n }).await.unwrap();
    (n, Handle::current().id())
}

#[test]
fn what_a_receiver_spawns_goes_on_after_the_send() {
    within(60, || {
        let (done, is_done) = mpsc::channel();
        let (over, go) = mpsc::channel();
        let (done, go) = (&done, &Mutex::new(Some(go)));
        assert_eq!(ordered.send(Ordered { done, go }).unwrap().count(), 1);
        over.send(()).unwrap();
        is_done.recv_timeout(Duration::from_secs(30)).unwrap();
    });
}

#[test]
fn what_a_receiver_spawns_outlives_the_thread_of_the_send() {
    within(60, || {
        let (done, is_done) = mpsc::channel();
        let (over, go) = mpsc::channel();
        let sends = thread::spawn(move || {
            let (done, go) = (&done, &Mutex::new(Some(go)));
            ordered.send(Ordered { done, go }).unwrap();
        });
        sends.join().unwrap();
        over.send(()).unwrap();
        is_done.recv_timeout(Duration::from_secs(30)).unwrap();
    });
}

#[test]
fn sends_of_many_threads_share_one_runtime() {
    within(60, || {
        let threads: Vec<_> = (0..8)
            .map(|thread| {
                thread::spawn(move || {
                    let send = |n| {
                        let sent = numbered.send(Numbered { n }).unwrap();
                        let (answer, runtime) = sent[0].answer;
                        assert_eq!(answer, n);
                        runtime
                    };
                    (0..50).map(|n| send(thread * 100 + n)).collect::<Vec<_>>()
                })
            })
            .collect();
        let threads = threads.into_iter();
        let mut runtimes: Vec<Id> = threads.flat_map(|t| t.join().unwrap()).collect();
        assert_eq!(runtimes.len(), 400);
        runtimes.dedup();
        assert_eq!(runtimes.len(), 1);
    });
}

#[test]
fn a_pull_and_a_robust_send_share_it() {
    within(60, || {
        let (_, of_send) = numbered.send(Numbered { n: 1 }).unwrap()[0].answer;
        let robust = numbered.send_robust(Numbered { n: 2 });
        assert_eq!(robust.answers().collect::<Vec<_>>(), [&(2, of_send)]);
        let pulled = numbered.pull(Numbered { n: 3 }).first().unwrap();
        assert_eq!(pulled, Some((3, of_send)));
    });
}

/// What a receiver leaves behind may send plainly, as on any multi-thread runtime.
#[test]
fn what_a_receiver_spawns_sends_plainly() {
    signal! {
        told(done: &Sender<u32>);
    }
    #[receiver(told)]
    async fn sends_later(done: &Sender<u32>) {
        let done = done.clone();
        tokio::spawn(async move {
            let sent = numbered.send(Numbered { n: 7 }).unwrap();
            done.send(sent[0].answer.0).unwrap();
        });
    }
    within(60, || {
        let (done, is_done) = mpsc::channel();
        told.send(Told { done: &done }).unwrap();
        assert_eq!(is_done.recv_timeout(Duration::from_secs(30)), Ok(7));
    });
}

/// In a process that may have so much memory and no more, so that it can be left without the two
/// mebibytes of a thread's stack. What is left, one at least, is enough for all else.
#[cfg(target_os = "linux")]
#[test]
fn sg18_where_no_runtime_can_be_made_it_is_refused_until_one_can() {
    const ITSELF: &str =
        "own_runtime::sg18_where_no_runtime_can_be_made_it_is_refused_until_one_can";
    const MEBIBYTE: usize = 1 << 20;

    if std::env::var_os("MEMORY_IS_LIMITED").is_none() {
        let child = std::process::Command::new("sh")
            .args([
                "-c",
                r#"ulimit -v 1000000 && exec "$0" --nocapture --exact "$1""#,
            ])
            .arg(std::env::current_exe().unwrap())
            .arg(ITSELF)
            .env("MEMORY_IS_LIMITED", "")
            .env_remove("RUST_MIN_STACK")
            .output()
            .unwrap();
        let output = String::from_utf8_lossy(&child.stdout);
        assert!(child.status.success(), "{child:?}");
        assert!(output.contains("1 passed"), "{output}");
        let said = String::from_utf8_lossy(&child.stderr);
        assert!(!said.contains("panicked"), "{said}");
        return;
    }

    let mut held: Vec<Vec<u8>> = Vec::with_capacity(1000);
    let block = || {
        let mut block = Vec::new();
        block.try_reserve_exact(MEBIBYTE).ok().map(|()| block)
    };
    held.extend(std::iter::from_fn(block));
    assert!(held.len() < 1000, "the memory is not limited");
    held.pop();

    let error = numbered.send(Numbered { n: 1 }).unwrap_err();
    assert!(matches!(error.kind(), SendErrorKind::AsyncReceiver { .. }));
    assert!(error.to_string().contains("no more threads"), "{error}");
    let pulled = numbered.pull(Numbered { n: 1 }).first();
    pulled.unwrap_err();

    drop(held);
    assert_eq!(numbered.send(Numbered { n: 2 }).unwrap()[0].answer.0, 2);
}
