//! A shop that knows nothing of its audit log, its error reports and its access log: they are
//! receivers. It serves itself a few requests, and stops when all that they set off is done.
//!
//! `cargo run -p signals-axum --example shop`

use std::error::Error;
use std::time::Duration;

use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};
use http::StatusCode;
use http::request::Parts;
use signals_axum::{HandlerError, SignalsLayer};
use signals_builtin::request::{End, got_request_exception, request_finished};
use signals_core::{BoxError, receiver, signal};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tower_http::catch_panic::CatchPanicLayer;

signal! {
    /// An order was paid.
    pub order_paid(number: u32);
}

// The shop.

fn app() -> Router {
    Router::new()
        .route("/", get(async || "Welcome!"))
        .route("/orders/{number}/pay", post(pay))
        .route("/report", get(report))
        .layer(SignalsLayer::new().run_to_completion())
        .layer(CatchPanicLayer::new())
}

async fn pay(Path(number): Path<u32>) -> Result<StatusCode, HandlerError> {
    order_paid.send_async(OrderPaid { number }).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn report() -> Result<String, HandlerError> {
    Ok(std::fs::read_to_string("no/such/report.txt")?)
}

// What it knows nothing of.

#[receiver(order_paid)]
async fn audit(number: u32, #[state] request: &Parts) {
    let user = request.headers.get("x-user");
    println!("audit: order {number} was paid by {user:?}");
}

#[receiver(got_request_exception)]
fn report_error(request: &Parts, error: &dyn Error) {
    println!("error: {} {}: {error}", request.method, request.uri);
}

#[receiver(request_finished)]
async fn access_log(request: &Parts, status: Option<StatusCode>, end: End) {
    tokio::time::sleep(Duration::from_millis(50)).await;
    println!(
        "access: {} {} {status:?} {end:?}",
        request.method, request.uri
    );
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let (stop, stopped) = oneshot::channel::<()>();
    let server = axum::serve(listener, app()).with_graceful_shutdown(async {
        let _ = stopped.await;
    });
    let server = tokio::spawn(async { server.await });

    for line in ["GET /", "POST /orders/7/pay", "GET /report", "GET /nowhere"] {
        let mut stream = TcpStream::connect(address).await?;
        let request = format!("{line} HTTP/1.0\r\nx-user: ada\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut response = String::new();
        stream.read_to_string(&mut response).await?;
        println!("{line}: {}", response.lines().next().unwrap_or_default());
    }

    let _ = stop.send(());
    server.await??;
    // The access log of the last request is still being written.
    signals_axum::flush(Duration::from_secs(10)).await?;
    Ok(())
}

#[cfg(test)]
#[test]
fn it_runs() -> Result<(), BoxError> {
    main()
}
