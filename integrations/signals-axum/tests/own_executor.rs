//! A program that has an executor of its own: what that runs is waited for as well. Set for the whole
//! program, so it has one test.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use signals_axum::{SignalsLayer, flush};
use signals_core::{receiver, signal, transaction};
use tokio::sync::Notify;
use tower::{Layer, ServiceExt, service_fn};

signal! {
    order_paid(receipt: &Arc<Receipt>);
}

#[derive(Default, Debug)]
struct Receipt {
    has_begun: Notify,
    go_on: Notify,
}

#[receiver(order_paid, on_commit)]
async fn send_receipt(receipt: &Arc<Receipt>) {
    receipt.has_begun.notify_one();
    receipt.go_on.notified().await;
}

#[tokio::test]
async fn it_waits_for_what_the_programs_own_executor_runs() {
    let _layer = SignalsLayer::new();
    transaction::set_executor(|left| drop(tokio::spawn(left))).unwrap();
    let receipt = Arc::new(Receipt::default());
    let of_handler = Arc::clone(&receipt);
    let pays = service_fn(move |_: Request<()>| {
        let receipt = Arc::clone(&of_handler);
        async move {
            let paid = transaction::scope_async(async {
                let receipt = &receipt;
                order_paid.send_async(OrderPaid { receipt }).await
            });
            paid.await.unwrap();
            Ok::<_, Infallible>(Response::new(Full::new(Bytes::new())))
        }
    });
    let response = SignalsLayer::new().layer(pays).oneshot(Request::new(()));
    tokio::select! {
        _ = response => unreachable!("it waits for the receiver"),
        () = receipt.has_begun.notified() => {}
    }
    let open = flush(Duration::from_millis(20)).await.unwrap_err();
    assert_eq!((open.requests, open.left), (0, 1));
    receipt.go_on.notify_one();
    flush(Duration::from_secs(10)).await.unwrap();
}
