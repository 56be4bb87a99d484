//! The event log in a table.

use std::time::{Duration, UNIX_EPOCH};

use serde_json::json;
use signals_builtin::eventlog::{self, EventStore, Log, LogError, Store, event_logged};
use signals_core::{PrimaryKey, receiver, state};
use signals_sqlx::{Backend, EventLog, begin};

use super::support::{Account, Journal, Pool};
use crate::db::{self, Db};

#[receiver(event_logged)]
fn mark(log: &mut Log) {
    Journal::write(format!("event_logged {} {}", log.action, log.id.is_some()));
    if log.action == "MARKED" {
        log.extra["marked"] = true.into();
    }
}

/// A table, which is the store for this test.
async fn table(connections: u32) -> Option<(Pool, EventLog<Db>, state::ScopedState)> {
    let pool = db::pool(connections).await?;
    let table = EventLog::new(pool.clone());
    // Twice does no harm.
    table.create_table().await.unwrap();
    table.create_table().await.unwrap();
    let scoped = state::scoped(EventStore::new(table.clone()));
    Some((pool, table, scoped))
}

#[tokio::test]
async fn el01_event_logged_is_sent_after_the_insert() {
    let Some((_pool, table, _store)) = table(1).await else {
        return;
    };
    let (journal, _scoped) = Journal::scoped();
    let log = eventlog::log(None, "MARKED", json!({ "port": 8000 }))
        .await
        .unwrap();
    assert_eq!(journal.take(), ["event_logged MARKED true"]);
    // The caller sees what receivers made of it; the row is as it was stored.
    assert_eq!(log.extra, json!({ "port": 8000, "marked": true }));
    let stored = &table.latest(10).await.unwrap()[0];
    assert_eq!(stored.extra, json!({ "port": 8000 }));
    assert_eq!((stored.id, stored.timestamp), (log.id, log.timestamp));
    // A row that is stored in another way sends nothing.
    table.insert(Log::new("QUIET")).await.unwrap();
    assert!(journal.take().is_empty());
}

#[tokio::test]
async fn el02_rows_come_back_as_they_were_stored() {
    let Some((_pool, table, _store)) = table(1).await else {
        return;
    };
    let plain = eventlog::log(None, "PLAIN", json!(null)).await.unwrap();
    assert_eq!((&plain.user, &plain.extra), (&None, &json!({})));
    let ada = Account {
        id: 7,
        name: "ada".into(),
    };
    let when = UNIX_EPOCH + Duration::from_micros(1_234_567_890_123_457);
    let entry = eventlog::log(
        Some(&ada),
        "ORDER_CANCELLED",
        json!({ "reason": "ü", "n": [1, null] }),
    );
    let log = entry.obj(&ada).dateof(when).await.unwrap();
    assert_eq!(log.timestamp, when);
    assert_eq!(table.latest(10).await.unwrap(), [plain, log.clone()]);
    assert_eq!(log.object_id, Some(PrimaryKey::Int(7)));
    assert_eq!(
        log.template_fragment_name(),
        "eventlog/order_cancelled.html"
    );
    // Before 1970, and keys of every kind.
    for key in [
        "7".into(),
        u64::MAX.into(),
        PrimaryKey::from(["a", "b"]),
        i64::MIN.into(),
        PrimaryKey::Int(i128::MAX),
        PrimaryKey::from([PrimaryKey::Int(i128::MIN), "[1]".into()]),
    ] {
        let mut log = Log::new("KEY");
        log.user = Some(key);
        log.timestamp = UNIX_EPOCH - Duration::from_micros(1_500_001);
        let written = table.insert(log).await.unwrap();
        let stored = table.latest(100).await.unwrap();
        assert!(
            stored.contains(&written),
            "{written:?} is not among {stored:?}"
        );
    }
    let mut log = Log::new("LATE");
    log.timestamp = UNIX_EPOCH + Duration::from_secs(u64::from(u32::MAX) * 3_000);
    let error = table.insert(log).await.unwrap_err();
    assert!(error.to_string().contains("cannot keep"), "{error}");
}

/// Columns, keys and times, by themselves: those of the table of signals-sea-orm.
#[tokio::test]
async fn el02_what_is_stored_is_what_every_adapter_stores() {
    let Some((pool, table, _store)) = table(1).await else {
        return;
    };
    let mut log = Log::new("SEEN");
    log.user = Some("ada".into());
    log.object_id = Some([1.into(), PrimaryKey::from("b")].into());
    log.content_type = Some("shop.Order".into());
    log.extra = json!({ "a": 1 });
    log.timestamp = UNIX_EPOCH + Duration::from_micros(1_234_567_890_123_457);
    table.insert(log).await.unwrap();
    let row: (i64, String, String, String, String, String, String) = sqlx::query_as(
        "SELECT id, user_id, CAST(timestamp AS TEXT), action, content_type, object_id, \
         CAST(extra AS TEXT) FROM eventlog_log",
    )
    .fetch_one(&pool)
    .await
    .unwrap();
    let (time, extra) = if Db::VENDOR == "sqlite" {
        ("2009-02-13T23:31:30.123457+00:00", r#"{"a":1}"#)
    } else {
        ("2009-02-13 23:31:30.123457+00", r#"{"a": 1}"#)
    };
    let (user, object) = (r#""ada""#, r#"[1,"b"]"#);
    assert_eq!((row.0, &*row.1, &*row.2), (1, user, time));
    assert_eq!((&*row.3, &*row.4, &*row.5), ("SEEN", "shop.Order", object));
    assert_eq!(row.6, extra);
}

#[tokio::test]
async fn el02_an_action_has_a_length() {
    let Some((_pool, table, _store)) = table(1).await else {
        return;
    };
    let long = "Ä".repeat(Log::MAX_ACTION);
    eventlog::log(None, &*long, json!({})).await.unwrap();
    assert!(matches!(
        eventlog::log(None, long + "!", json!({})).await,
        Err(LogError::Action { .. })
    ));
    assert_eq!(table.latest(10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn el03_users_are_counted_once() {
    let Some((_pool, _table, _store)) = table(1).await else {
        return;
    };
    let [old, new] = [1_000, 2_000].map(|seconds| UNIX_EPOCH + Duration::from_secs(seconds));
    for (id, when) in [(1, old), (2, old), (2, new), (3, new), (3, new)] {
        let user = Account {
            id,
            name: String::new(),
        };
        eventlog::log(Some(&user), "SEEN", json!({}))
            .dateof(when)
            .await
            .unwrap();
    }
    eventlog::log(None, "SEEN", json!({}))
        .dateof(new)
        .await
        .unwrap();
    let users = |since| async move { eventlog::users_since(since).await.unwrap() };
    assert_eq!(users(new).await, [PrimaryKey::Int(2), PrimaryKey::Int(3)]);
    assert_eq!(users(old).await.len(), 3);
}

/// With one connection, whoever asks the pool waits for ever.
#[tokio::test]
async fn el03_users_of_the_transaction_count() {
    let Some((pool, _table, _store)) = table(1).await else {
        return;
    };
    let user = Account {
        id: 1,
        name: String::new(),
    };
    let mut tx = begin(&pool).await.unwrap();
    let users = tx.lend(async {
        let seen = eventlog::log(Some(&user), "SEEN", json!({}));
        seen.await.unwrap();
        eventlog::users_since(UNIX_EPOCH).await.unwrap()
    });
    let users = tokio::time::timeout(Duration::from_secs(5), users).await;
    assert_eq!(users.expect("an answer"), [PrimaryKey::Int(1)]);
    tx.rollback().await.unwrap();
    let users = eventlog::users_since(UNIX_EPOCH).await.unwrap();
    assert_eq!(users, [] as [PrimaryKey; 0]);
}

#[tokio::test]
async fn el01_a_row_is_part_of_the_transaction_that_lends() {
    let Some((pool, table, _store)) = table(1).await else {
        return;
    };
    let mut tx = begin(&pool).await.unwrap();
    tx.lend(async { eventlog::log(None, "LOST", json!({})).await.unwrap() })
        .await;
    let mut savepoint = tx.begin().await.unwrap();
    savepoint
        .lend(async { eventlog::log(None, "LOST", json!({})).await.unwrap() })
        .await;
    drop(savepoint);
    tx.rollback().await.unwrap();
    assert!(table.latest(10).await.unwrap().is_empty());

    let mut tx = begin(&pool).await.unwrap();
    tx.lend(async { eventlog::log(None, "KEPT", json!({})).await.unwrap() })
        .await;
    // The connection is with the caller: better an error than a row outside of the transaction.
    let kept = tx
        .run(async |_| eventlog::log(None, "NOT_LENT", json!({})).await)
        .await;
    assert!(matches!(kept, Err(LogError::Store(_))));
    tx.commit().await.unwrap();
    assert_eq!(table.latest(10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn el01_a_transaction_of_another_database_has_nothing_to_do_with_it() {
    let Some((_pool, table, _store)) = table(1).await else {
        return;
    };
    let Some(other) = db::pool(1).await else {
        return;
    };
    let mut tx = begin(&other).await.unwrap();
    tx.lend(async { eventlog::log(None, "HERE", json!({})).await.unwrap() })
        .await;
    tx.rollback().await.unwrap();
    assert_eq!(table.latest(10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_schema_is_there_for_migrations() {
    assert!(EventLog::<Db>::schema()[0].contains("eventlog_log"));
}
