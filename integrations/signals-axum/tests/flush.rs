//! What is awaited before the program ends. Counted for the whole program, so these tests take turns.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use signals_axum::{SignalsLayer, flush};
use signals_builtin::request::{RequestFinished, request_finished};
use signals_core::{SendError, receiver, signal, transaction};
use tokio::sync::{Mutex, Notify, Semaphore};
use tokio::time::timeout;
use tower::{Layer, ServiceExt, service_fn};

static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());
const SOON: Duration = Duration::from_secs(10);

type Answer = Result<Response<Full<Bytes>>, Infallible>;

async fn hello(_: Request<()>) -> Answer {
    Ok(Response::new(Full::new(Bytes::new())))
}

#[tokio::test]
async fn nothing_is_to_wait_for() {
    let _turn = ONE_AT_A_TIME.lock().await;
    flush(Duration::ZERO).await.unwrap();
}

static HEARD: AtomicU32 = AtomicU32::new(0);

#[tokio::test]
async fn it_waits_for_receivers_of_finished() {
    static GO_ON: Semaphore = Semaphore::const_new(0);

    let _turn = ONE_AT_A_TIME.lock().await;
    let _slow = request_finished.connect_async(async |_: &RequestFinished<'_>| {
        GO_ON.acquire().await.unwrap().forget();
        HEARD.fetch_add(1, Ordering::Relaxed);
    });
    for _ in 0..10 {
        let service = SignalsLayer::new().layer(service_fn(hello));
        drop(service.oneshot(Request::new(())).await.unwrap());
    }
    assert_eq!(HEARD.load(Ordering::Relaxed), 0);

    let open = flush(Duration::from_millis(10)).await.unwrap_err();
    assert_eq!((open.requests, open.left), (10, 0));
    let said = "not finished in time: 10 requests, 0 tasks that go on without whoever awaited them";
    assert_eq!(open.to_string(), said);

    GO_ON.add_permits(10);
    flush(SOON).await.unwrap();
    assert_eq!(HEARD.load(Ordering::Relaxed), 10);
}

static IS_DONE: AtomicBool = AtomicBool::new(false);

#[tokio::test]
async fn it_waits_for_handlers_that_are_run_to_completion() {
    static GO_ON: Semaphore = Semaphore::const_new(0);

    let _turn = ONE_AT_A_TIME.lock().await;
    let slow = service_fn(|_: Request<()>| async {
        GO_ON.acquire().await.unwrap().forget();
        IS_DONE.store(true, Ordering::Relaxed);
        hello(Request::new(())).await
    });
    let service = SignalsLayer::new().run_to_completion().layer(slow);
    let response = service.oneshot(Request::new(()));
    assert!(timeout(Duration::from_millis(20), response).await.is_err());
    GO_ON.add_permits(1);
    flush(SOON).await.unwrap();
    assert!(IS_DONE.load(Ordering::Relaxed));
}

#[tokio::test]
async fn the_limit_is_one() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let service = SignalsLayer::new().layer(service_fn(hello));
    let response = service.oneshot(Request::new(())).await.unwrap();
    let begin = Instant::now();
    assert_eq!(
        flush(Duration::from_millis(50)).await.unwrap_err().requests,
        1
    );
    assert!(begin.elapsed() < SOON);
    drop(response);
    flush(SOON).await.unwrap();
}

signal! {
    order_paid(done: &Arc<Done>);
}

#[derive(Default, Debug)]
struct Done {
    has_begun: Notify,
    go_on: Notify,
    count: AtomicU32,
}

#[receiver(order_paid, on_commit)]
async fn send_receipt(done: &Arc<Done>) {
    done.has_begun.notify_one();
    done.go_on.notified().await;
    done.count.fetch_add(1, Ordering::Relaxed);
}

/// A client that leaves during the commit leaves its receivers behind.
#[tokio::test]
async fn it_waits_for_what_is_left_of_commits() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let done = Arc::new(Done::default());
    let of_handler = Arc::clone(&done);
    let pays = service_fn(move |request: Request<()>| {
        let done = Arc::clone(&of_handler);
        async move {
            let paid = transaction::scope_async(async {
                order_paid.send_async(OrderPaid { done: &done }).await?;
                order_paid.send_async(OrderPaid { done: &done }).await?;
                Ok::<_, SendError>(())
            });
            paid.await.unwrap();
            hello(request).await
        }
    });
    let response = SignalsLayer::new().layer(pays).oneshot(Request::new(()));
    tokio::select! {
        _ = response => unreachable!("it waits for the receivers"),
        () = done.has_begun.notified() => {}
    }
    let open = flush(Duration::from_millis(20)).await.unwrap_err();
    assert_eq!((open.requests, open.left), (0, 1));
    done.go_on.notify_one();
    done.has_begun.notified().await;
    done.go_on.notify_one();
    flush(SOON).await.unwrap();
    assert_eq!(done.count.load(Ordering::Relaxed), 2);
}

/// Without a runtime, there is nobody to hand anything to, and sync receivers run all the same.
#[test]
fn without_a_runtime_what_is_left_is_not_kept() {
    let _turn = ONE_AT_A_TIME.blocking_lock();
    let done = Arc::new(Done::default());
    let mut paying = Box::pin(transaction::scope_async(async {
        order_paid.send_async(OrderPaid { done: &done }).await
    }));
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(paying.as_mut().poll(&mut cx).is_pending());
    drop(paying);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(flush(Duration::ZERO)).unwrap();
}
