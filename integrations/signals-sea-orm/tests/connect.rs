//! `connection_created`.
#![allow(missing_docs)]

use std::time::Duration;

use sea_orm::sqlx::{self, Executor};
use sea_orm::{ConnectOptions, ConnectionTrait, DbErr};
use signals_builtin::db::{AnyConnection, ConnectionCreated, connection_created};
use signals_core::{Sender, receiver, testing};
use signals_sea_orm::connect;

#[receiver(connection_created, sender = sqlx::Sqlite)]
async fn prepare(connection: &mut dyn AnyConnection, using: &str) -> Result<(), sqlx::Error> {
    let connection = connection.downcast_mut::<sqlx::SqliteConnection>().unwrap();
    connection
        .execute("CREATE TEMP TABLE prepared (id INTEGER)")
        .await?;
    if using == "refused" {
        return Err(sqlx::Error::PoolClosed);
    }
    Ok(())
}

fn memory() -> ConnectOptions {
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(1).sqlx_logging(false);
    options
}

#[tokio::test]
async fn cn01_each_connection_is_told_of_once() {
    let created = testing::capture_with(&connection_created, |e: &ConnectionCreated<'_>| {
        (e.using.to_owned(), e.vendor.to_owned())
    });
    let db = connect("default", memory()).await.unwrap();
    db.execute_unprepared("SELECT * FROM prepared")
        .await
        .unwrap();
    db.execute_unprepared("SELECT * FROM prepared")
        .await
        .unwrap();
    let sent = created.only();
    assert_eq!(sent.sender, Sender::of::<sqlx::Sqlite>());
    assert_eq!(sent.snapshot, ("default".into(), "sqlite".into()));
    // A receiver that is taken away hears nothing of the next.
    drop(created);
    let muted = testing::mute(&connection_created);
    let other = connect("other", memory()).await.unwrap();
    other
        .execute_unprepared("SELECT * FROM prepared")
        .await
        .unwrap_err();
    drop(muted);
}

#[tokio::test]
async fn cn_a_receiver_refuses_a_connection() {
    let mut options = memory();
    options.acquire_timeout(Duration::from_millis(200));
    // The pool tries again and again, until its time is up.
    let error: DbErr = connect("refused", options).await.unwrap_err();
    assert!(error.to_string().contains("timed out"), "{error}");
}
