//! The table of the event log, on SQLite and PostgreSQL.
#![allow(missing_docs)]

mod common;

use std::time::{Duration, UNIX_EPOCH};

use common::user;
use sea_orm::prelude::DateTimeUtc;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Set, TransactionTrait,
};
use sea_orm_migration::{MigrationTrait, MigratorTrait};
use serde_json::json;
use signals_builtin::eventlog::{self, EventStore, Log, LogError, Store, event_logged};
use signals_builtin::models::{post_save, pre_save};
use signals_core::{PrimaryKey, Scope, receiver, state, testing};
use signals_sea_orm::Db;
use signals_sea_orm::eventlog::{ActiveModel, Column, Entity, EventLog, Key, Migration, Model};

/// The same tests with each database, of one connection.
macro_rules! on_both {
    ($($test:ident)*) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $test() {
                super::$test(super::common::memory().await).await;
            })*
        }

        #[cfg(feature = "postgres")]
        mod postgres {
            $(#[tokio::test]
            async fn $test() {
                let Some(db) = super::common::postgres::database(1).await else {
                    return;
                };
                super::common::create_tables(&db).await;
                super::$test(db).await;
            })*
        }
    };
}

on_both! {
    el01_event_logged_is_sent_after_the_insert
    el01_a_row_is_part_of_the_transaction
    el01_a_row_of_a_signal_is_part_of_its_transaction
    el01_after_the_transaction_it_is_an_error
    el01_a_transaction_of_another_database_has_nothing_to_do_with_it
    el01_the_rows_themselves_send_no_model_signals
    el02_rows_come_back_as_they_were_stored
    el02_what_is_stored_is_what_every_adapter_stores
    el02_an_action_has_a_length
    el02_rows_are_filtered_and_paged
    el02_rows_are_joined_with_users
    el03_users_are_counted_once
    el03_users_of_the_transaction_count
    a_migration_makes_the_table_and_drops_it
}

#[receiver(event_logged)]
fn mark(log: &mut Log) {
    if log.action == "MARKED" {
        assert!(log.id.is_some());
        log.extra["marked"] = true.into();
    }
}

#[receiver(post_save, sender = user::Entity)]
async fn log_save(instance: &user::Model) -> Result<(), LogError> {
    let extra = json!({ "name": instance.name });
    eventlog::log(Some(instance), "USER_SAVED", extra).await?;
    Ok(())
}

/// The table, which is the store of this test.
async fn table(db: &Db) -> (EventLog, state::ScopedState) {
    let table = EventLog::new(db.clone());
    // Twice does no harm.
    table.create_table().await.unwrap();
    table.create_table().await.unwrap();
    let store = state::scoped(EventStore::new(table.clone()));
    (table, store)
}

async fn log(action: &str) -> Log {
    eventlog::log(None, action, json!({})).await.unwrap()
}

async fn actions(db: &Db) -> Vec<String> {
    let rows = Entity::find().order_by_asc(Column::Id);
    let rows = rows.all(db).await.unwrap();
    rows.into_iter().map(|row| row.action).collect()
}

async fn el01_event_logged_is_sent_after_the_insert(db: Db) {
    let (table, _store) = table(&db).await;
    let sent = testing::capture(&event_logged);
    let log = eventlog::log(None, "MARKED", json!({ "port": 8000 }))
        .await
        .unwrap();
    assert_eq!(sent.count(), 1);
    // The caller sees what receivers made of it; the row is as it was stored.
    assert_eq!(log.extra, json!({ "port": 8000, "marked": true }));
    let stored = Entity::find().one(&db).await.unwrap().unwrap();
    assert_eq!(stored.extra, json!({ "port": 8000 }));
    assert_eq!(Some(stored.id), log.id);
    // A row that is stored in another way sends nothing.
    table.insert(Log::new("QUIET")).await.unwrap();
    assert_eq!(sent.count(), 1);
}

async fn el01_a_row_is_part_of_the_transaction(db: Db) {
    let (_table, _store) = table(&db).await;
    let txn = db.begin().await.unwrap();
    txn.scope(log("LOST")).await;
    let savepoint = txn.begin().await.unwrap();
    savepoint.scope(log("LOST")).await;
    savepoint.commit().await.unwrap();
    txn.rollback().await.unwrap();
    assert_eq!(actions(&db).await, [""; 0]);

    let done = db.transaction_async(async |txn| {
        log("KEPT").await;
        let savepoint = txn.begin().await?;
        savepoint.scope(log("LOST")).await;
        savepoint.rollback().await
    });
    done.await.unwrap();
    assert_eq!(actions(&db).await, ["KEPT"]);
}

async fn el01_a_row_of_a_signal_is_part_of_its_transaction(db: Db) {
    let (_table, _store) = table(&db).await;
    let txn = db.begin().await.unwrap();
    common::user("Ada").insert(&txn).await.unwrap();
    txn.rollback().await.unwrap();
    assert_eq!(actions(&db).await, [""; 0]);
    let txn = db.begin().await.unwrap();
    common::user("Ada").insert(&txn).await.unwrap();
    txn.commit().await.unwrap();
    // Without a transaction, too.
    let bob = common::user("Bob").insert(&db).await.unwrap();
    let rows = Entity::find().order_by_asc(Column::Id);
    let rows = rows.all(&db).await.unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].extra, json!({ "name": "Ada" }));
    assert_eq!(rows[1].user_id, Some(bob.id.into()));
}

/// Not a row of the pool, which nobody can roll back any more.
async fn el01_after_the_transaction_it_is_an_error(db: Db) {
    let (_table, _store) = table(&db).await;
    let txn = db.begin().await.unwrap();
    let scope = txn.scope(async { Scope::current() }).await;
    txn.rollback().await.unwrap();
    let late = eventlog::log(None, "LATE", json!({}));
    let late = scope.run_async(late.into_future()).await;
    let Err(LogError::Store(error)) = late else {
        panic!("{late:?}");
    };
    assert!(error.to_string().contains("is over"), "{error}");
    assert_eq!(actions(&db).await, [""; 0]);
}

async fn el01_a_transaction_of_another_database_has_nothing_to_do_with_it(db: Db) {
    let (_table, _store) = table(&db).await;
    let other = common::memory().await;
    let other = Db::new("other", other.connection().clone());
    let txn = other.begin().await.unwrap();
    txn.scope(log("HERE")).await;
    txn.rollback().await.unwrap();
    assert_eq!(actions(&db).await, ["HERE"]);
}

async fn el01_the_rows_themselves_send_no_model_signals(db: Db) {
    let (_table, _store) = table(&db).await;
    let (before, after) = (testing::capture(&pre_save), testing::capture(&post_save));
    log("QUIET").await;
    let mut draft = ActiveModel::try_from(Log::new("BY_HAND")).unwrap();
    draft.extra = Set(json!([1]));
    draft.insert(&db).await.unwrap();
    assert_eq!((before.count(), after.count()), (0, 0));
    assert_eq!(actions(&db).await, ["QUIET", "BY_HAND"]);
}

async fn el02_rows_come_back_as_they_were_stored(db: Db) {
    let (table, _store) = table(&db).await;
    let plain = eventlog::log(None, "PLAIN", json!(null)).await.unwrap();
    assert_eq!((&plain.user, &plain.extra), (&None, &json!({})));
    let ada = user::Model {
        id: 7,
        name: "ada".into(),
        slug: String::new(),
        visits: 0,
    };
    let when = UNIX_EPOCH + Duration::from_micros(1_234_567_890_123_457);
    let extra = json!({ "reason": "ü", "n": [1, null] });
    let entry = eventlog::log(Some(&ada), "ORDER_CANCELLED", extra);
    let logged = entry.obj(&ada).dateof(when).await.unwrap();
    assert_eq!(logged.timestamp, when);
    assert_eq!(logged.object_id, Some(PrimaryKey::Int(7)));
    let rows = Entity::find().order_by_asc(Column::Id);
    let rows = rows.all(&db).await.unwrap();
    let rows: Result<Vec<Log>, _> = rows.into_iter().map(TryInto::try_into).collect();
    assert_eq!(rows.unwrap(), [plain, logged]);
    // Before 1970, and keys of every kind.
    for key in [
        "7".into(),
        u64::MAX.into(),
        PrimaryKey::from(["a", "b"]),
        PrimaryKey::Int(i128::MIN),
    ] {
        let mut log = Log::new("KEY");
        log.user = Some(key.clone());
        log.timestamp = UNIX_EPOCH - Duration::from_micros(1_500_001);
        let written = table.insert(log).await.unwrap();
        let found = Entity::find().filter(Column::UserId.eq(Key(key)));
        let found = found.one(&db).await.unwrap().unwrap();
        assert_eq!(Log::try_from(found).unwrap(), written);
    }
    let mut late = Log::new("LATE");
    late.timestamp = UNIX_EPOCH + Duration::from_secs(u64::from(u32::MAX) * 3_000);
    let error = table.insert(late).await.unwrap_err();
    assert!(error.to_string().contains("cannot keep"), "{error}");
}

/// Columns, keys and times, by themselves: those of the table of signals-sqlx.
async fn el02_what_is_stored_is_what_every_adapter_stores(db: Db) {
    let (table, _store) = table(&db).await;
    let mut log = Log::new("SEEN");
    log.user = Some("ada".into());
    log.object_id = Some([1.into(), PrimaryKey::from("b")].into());
    log.content_type = Some("shop.Order".into());
    log.extra = json!({ "a": 1 });
    log.timestamp = UNIX_EPOCH + Duration::from_micros(1_234_567_890_123_457);
    table.insert(log).await.unwrap();
    let row = db
        .query_one_raw(sea_orm::Statement::from_string(
            db.get_database_backend(),
            "SELECT id, user_id, CAST(timestamp AS TEXT) AS t, action, content_type, object_id, \
             CAST(extra AS TEXT) AS extra FROM eventlog_log",
        ))
        .await
        .unwrap()
        .unwrap();
    let text = |column: &str| row.try_get::<String>("", column).unwrap();
    assert_eq!(row.try_get::<i64>("", "id").unwrap(), 1);
    assert_eq!(text("user_id"), r#""ada""#);
    assert_eq!(text("object_id"), r#"[1,"b"]"#);
    assert_eq!(text("action"), "SEEN");
    assert_eq!(text("content_type"), "shop.Order");
    let (time, extra) = if db.get_database_backend() == DbBackend::Sqlite {
        ("2009-02-13T23:31:30.123457+00:00", r#"{"a":1}"#)
    } else {
        ("2009-02-13 23:31:30.123457+00", r#"{"a": 1}"#)
    };
    assert_eq!((&*text("t"), &*text("extra")), (time, extra));
}

async fn el02_an_action_has_a_length(db: Db) {
    let (table, _store) = table(&db).await;
    let long = "Ä".repeat(Log::MAX_ACTION);
    log(&long).await;
    assert!(matches!(
        eventlog::log(None, long.clone() + "!", json!({})).await,
        Err(LogError::Action { .. })
    ));
    // The database knows it as well.
    table
        .insert(Log::new(long.clone() + "!"))
        .await
        .unwrap_err();
    assert_eq!(actions(&db).await, [long]);
}

async fn el02_rows_are_filtered_and_paged(db: Db) {
    let (table, _store) = table(&db).await;
    let at = |millis| UNIX_EPOCH + Duration::from_millis(1_000_000_000 + millis);
    for i in 0..10_u64 {
        let mut log = Log::new(if i % 2 == 0 { "EVEN" } else { "ODD" });
        log.user = Some((i % 3).into());
        // On SQLite, with and without a fraction of a second; two at a time.
        log.timestamp = at(i / 2 * 500);
        log.extra = json!({ "i": i });
        table.insert(log).await.unwrap();
    }
    let numbers = |rows: Vec<Model>| -> Vec<u64> {
        let number = |row: Model| row.extra["i"].as_u64().unwrap();
        rows.into_iter().map(number).collect()
    };
    let newest = Entity::find()
        .order_by_desc(Column::Timestamp)
        .order_by_desc(Column::Id);
    let pages = newest.clone().paginate(&db, 4);
    assert_eq!(
        pages.num_items_and_pages().await.unwrap().number_of_pages,
        3
    );
    assert_eq!(numbers(pages.fetch_page(0).await.unwrap()), [9, 8, 7, 6]);
    assert_eq!(numbers(pages.fetch_page(2).await.unwrap()), [1, 0]);

    let since = DateTimeUtc::from(at(1_000));
    let rows = newest.clone().filter(Column::Timestamp.gte(since));
    assert_eq!(numbers(rows.all(&db).await.unwrap()), [9, 8, 7, 6, 5, 4]);
    let rows = newest.clone().filter(Column::Timestamp.lt(since));
    assert_eq!(numbers(rows.all(&db).await.unwrap()), [3, 2, 1, 0]);
    let rows = newest
        .filter(Column::UserId.eq(Key::from(1)))
        .filter(Column::Action.eq("ODD"));
    assert_eq!(numbers(rows.all(&db).await.unwrap()), [7, 1]);
}

async fn el02_rows_are_joined_with_users(db: Db) {
    let (_table, _store) = table(&db).await;
    for name in ["Ada", "Bob"] {
        common::user(name).insert(&db).await.unwrap();
    }
    log("BY_NOBODY").await;
    let mut rows = Entity::find()
        .select_only()
        .column(Column::Action)
        .expr(Expr::col((user::Entity, user::Column::Name)))
        .order_by_asc(Column::Id);
    let key = Expr::col((user::Entity, user::Column::Id)).cast_as("text");
    QuerySelect::query(&mut rows)
        .left_join(user::Entity, key.eq(Expr::col((Entity, Column::UserId))));
    let rows: Vec<(String, Option<String>)> = rows.into_tuple().all(&db).await.unwrap();
    assert_eq!(
        rows,
        [
            ("USER_SAVED".into(), Some("Ada".into())),
            ("USER_SAVED".into(), Some("Bob".into())),
            ("BY_NOBODY".into(), None),
        ]
    );
}

async fn el03_users_are_counted_once(db: Db) {
    let (table, _store) = table(&db).await;
    let [old, new] =
        [1_000_500, 2_000_000].map(|millis| UNIX_EPOCH + Duration::from_millis(millis));
    for (user, when) in [(1, old), (2, old), (2, new), (3, new), (3, new)] {
        let mut log = Log::new("SEEN");
        log.user = Some(user.into());
        log.timestamp = when;
        table.insert(log).await.unwrap();
    }
    eventlog::log(None, "SEEN", json!({}))
        .dateof(new)
        .await
        .unwrap();
    let users = |since| async move { eventlog::users_since(since).await.unwrap() };
    assert_eq!(users(new).await, [PrimaryKey::Int(2), PrimaryKey::Int(3)]);
    assert_eq!(users(old).await.len(), 3);
    assert_eq!(users(old + Duration::from_micros(1)).await.len(), 2);
}

/// With one connection, they could not be asked for by the pool.
async fn el03_users_of_the_transaction_count(db: Db) {
    let (_table, _store) = table(&db).await;
    let done = db.transaction_async(async |txn| {
        common::user("Ada").insert(txn).await?;
        let users = eventlog::users_since(UNIX_EPOCH).await.unwrap();
        assert_eq!(users, [PrimaryKey::Int(1)]);
        Ok::<_, DbErr>(())
    });
    done.await.unwrap();
}

struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(Migration)]
    }
}

async fn a_migration_makes_the_table_and_drops_it(db: Db) {
    Migrator::up(db.connection(), None).await.unwrap();
    // What is there already is left alone.
    let (_table, _store) = table(&db).await;
    log("KEPT").await;
    assert_eq!(actions(&db).await, ["KEPT"]);
    let indexes = match db.get_database_backend() {
        DbBackend::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'eventlog_log' \
             ORDER BY name"
        }
        _ => {
            "SELECT indexname AS name FROM pg_indexes WHERE tablename = 'eventlog_log' \
             AND indexname <> 'eventlog_log_pkey' ORDER BY indexname"
        }
    };
    let indexes = sea_orm::Statement::from_string(db.get_database_backend(), indexes);
    let indexes = db.query_all_raw(indexes).await.unwrap();
    let names = indexes.iter().map(|row| row.try_get("", "name").unwrap());
    assert_eq!(
        names.collect::<Vec<String>>(),
        [
            "eventlog_log_action",
            "eventlog_log_timestamp",
            "eventlog_log_user_id"
        ]
    );
    Migrator::down(db.connection(), None).await.unwrap();
    let gone = db.execute_unprepared("SELECT 1 FROM eventlog_log").await;
    assert!(gone.is_err());
    // A table that is there already is no reason not to migrate.
    EventLog::new(db.clone()).create_table().await.unwrap();
    Migrator::up(db.connection(), None).await.unwrap();
}

#[test]
fn cc02_a_row_shows_no_secrets() {
    let row = Model {
        id: 1,
        user_id: Some(7.into()),
        timestamp: DateTimeUtc::UNIX_EPOCH,
        action: "CHANGED".into(),
        content_type: None,
        object_id: None,
        extra: json!({ "password": "hunter2", "by": "mail" }),
    };
    let shown = format!("{row:?}");
    assert!(!shown.contains("hunter2"), "{shown}");
    assert!(shown.contains("mail"), "{shown}");
}
