//! Fifty clients at once, over real HTTP, some of whom hang up: nothing is lost, and nothing is told
//! that did not happen.
//!
//! It takes 3 seconds for each database; `LOAD_SECONDS=30` makes it 30.

#[path = "../support/browser.rs"]
mod browser;
mod clients;
mod compared;
mod heard;
mod logged;
#[cfg(target_os = "linux")]
mod memory;
#[cfg(target_os = "linux")]
#[path = "../support/service.rs"]
mod program;
mod service;
mod tally;

use std::env;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use accounts_models::Token;
use sea_orm::ConnectionTrait;
use signals_core::installed_apps;
use tokio::runtime::Runtime;

use clients::Said;
use service::Service;

// The receivers of the program, beside those of this test.
installed_apps![
    accounts_audit,
    accounts_last_login,
    accounts_mail,
    accounts_search,
    accounts_statistics
];

const CLIENTS: usize = 50;

#[test]
fn on_sqlite() {
    let _turn = turn();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("accounts.sqlite");
    nothing_is_lost("SQLite", &accounts_models::file(&file));
}

#[test]
fn on_postgres() {
    let _turn = turn();
    if let Some(server) = signals_test_postgres::server() {
        nothing_is_lost("PostgreSQL", &new_database(server));
    }
}

#[test]
#[cfg(target_os = "linux")]
fn the_page_of_the_signals_takes_no_more_and_more_memory() {
    let _turn = turn();
    memory::is_bounded(seconds());
}

/// One load at a time.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn seconds() -> Duration {
    let seconds = env::var("LOAD_SECONDS").map_or(3, |seconds| seconds.parse().unwrap());
    Duration::from_secs(seconds)
}

fn nothing_is_lost(database: &str, url: &str) {
    logged::listen();
    let service = Service::start(url);
    let begin = Instant::now();
    let said = thread::scope(|scope| {
        let end = begin + seconds();
        let clients: Vec<_> = (0..CLIENTS)
            .map(|number| {
                let address = service.address();
                scope.spawn(move || clients::run(number, address, end))
            })
            .collect();
        let mut said = Said::default();
        for client in clients {
            said.add(client.join().expect("each request is answered"));
        }
        said
    });
    let took = begin.elapsed();
    let stopped = service.stop();
    let requests = said.statuses.len();
    println!(
        "{database}: {requests} requests answered in {took:.1?}, {} a second: {}. Of those who \
         hung up: {}.",
        requests as u128 * 1000 / took.as_millis(),
        said.done,
        said.tried,
    );

    assert_eq!(said.failures, [""; 0], "no server error");
    assert_eq!(logged::errors(), [""; 0], "no receiver failed");
    compared::all(&said, &stopped);
}

fn new_database(server: &str) -> String {
    let name = format!("load_{}", &Token::generate().unwrap().digest()[..32]);
    let made = Runtime::new().unwrap().block_on(async {
        let admin = sea_orm::Database::connect(server).await?;
        let sql = format!("CREATE DATABASE \"{name}\"");
        admin.execute_unprepared(&sql).await?;
        admin.close().await
    });
    made.unwrap();
    let (before, _) = server.rsplit_once('/').unwrap();
    format!("{before}/{name}")
}
