//! `connection_created`.

use std::time::Duration;

use signals_builtin::db::{AnyConnection, connection_created};
use signals_core::{Sender, receiver, state, testing};
use sqlx::Executor;
use sqlx::pool::PoolOptions;

use super::support::Journal;
use crate::common::until;
use crate::db::{Connection, Db, VENDOR, pool_with};

/// What the receiver of a test is to run on each new connection.
struct Run(&'static str);

#[receiver(connection_created, sender = Db)]
async fn run(connection: &mut dyn AnyConnection, using: &str, vendor: &str) -> sqlx::Result<()> {
    Journal::write(format!("{vendor} connection to {using}"));
    let connection = connection.downcast_mut::<Connection>();
    if let (Some(connection), Some(run)) = (connection, state::get::<Run>()) {
        connection.execute(run.0).await?;
    }
    Ok(())
}

#[tokio::test]
async fn cn01_each_new_connection_is_announced_once() {
    let (journal, _scoped) = Journal::scoped();
    let created = testing::capture_with(&connection_created, |event| {
        (event.using.to_owned(), event.vendor.to_owned())
    });
    let Some(pool) = pool_with(PoolOptions::new(), 2).await else {
        return;
    };
    assert_eq!(journal.take(), [format!("{VENDOR} connection to default")]);
    // Out of the pool and back: the same connection.
    for _ in 0..3 {
        pool.execute("SELECT 1").await.unwrap();
        until("it is back", async || pool.num_idle() == 1).await;
    }
    assert_eq!(journal.take().len(), 0);
    let first = pool.acquire().await.unwrap();
    let second = pool.acquire().await.unwrap();
    assert_eq!(journal.take().len(), 1);
    // A connection that takes the place of another is a new one.
    first.close().await.unwrap();
    drop(second);
    until("one is back", async || pool.num_idle() == 1).await;
    drop((pool.acquire().await.unwrap(), pool.acquire().await.unwrap()));
    assert_eq!(journal.take().len(), 1);
    assert_eq!(created.count(), 3);
    created.with(|sent| {
        assert!(sent.iter().all(|sent| sent.sender == Sender::of::<Db>()));
    });
}

#[tokio::test]
async fn cn01_nobody_is_told_who_is_muted() {
    let (journal, _scoped) = Journal::scoped();
    let _muted = testing::mute(&connection_created);
    let Some(pool) = pool_with(PoolOptions::new(), 1).await else {
        return;
    };
    pool.execute("SELECT 1").await.unwrap();
    assert!(journal.take().is_empty());
}

#[tokio::test]
async fn cn01_receivers_use_the_connection() {
    let (set, show, value) = if VENDOR == "sqlite" {
        (
            "PRAGMA cache_size = -777",
            "SELECT CAST(cache_size AS TEXT) FROM pragma_cache_size",
            "-777",
        )
    } else {
        (
            "SET application_name = 'signals'",
            "SELECT current_setting('application_name')",
            "signals",
        )
    };
    let _run = state::scoped(Run(set));
    let Some(pool) = pool_with(PoolOptions::new(), 2).await else {
        return;
    };
    let mut first = pool.acquire().await.unwrap();
    let mut second = pool.acquire().await.unwrap();
    for connection in [&mut first, &mut second] {
        let shown: String = sqlx::query_scalar(show)
            .fetch_one(&mut **connection)
            .await
            .unwrap();
        assert_eq!(shown, value);
    }
}

#[tokio::test]
async fn cn01_a_receiver_that_fails_closes_the_connection() {
    // With three connections, the first is opened by the fixture.
    let Some(pool) = pool_with(
        PoolOptions::new().acquire_timeout(Duration::from_millis(300)),
        3,
    )
    .await
    else {
        return;
    };
    let _one = pool.acquire().await.unwrap();
    let run = state::scoped(Run("nonsense"));
    let error = pool.acquire().await.unwrap_err();
    assert!(matches!(error, sqlx::Error::PoolTimedOut), "{error}");
    drop(run);
    pool.acquire().await.unwrap();
}
