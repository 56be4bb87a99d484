//! SeaORM's own connections and transactions, without a `Db`.
#![allow(missing_docs)]

mod common;

use std::future::poll_fn;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use common::{memory, on_many_tasks, user, with_tables};
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel, ModelTrait, PaginatorTrait,
    Schema, Set, TransactionTrait,
};
use signals_builtin::models::{post_delete, post_save, pre_save};
use signals_core::{in_current_scope, receiver, state, testing, transaction};

#[receiver(post_save, sender = common::audit_row::Entity, on_commit)]
fn waits() {}

#[tokio::test]
async fn signals_are_sent_with_what_is_known() {
    for db in with_tables().await {
        let db = db.connection().clone();
        let pre = testing::capture_with(&pre_save, |e| e.update_fields.map(<[_]>::to_vec));
        let post = testing::capture_with(&post_save, |e| {
            (
                e.created,
                e.using.to_owned(),
                e.update_fields.map(<[_]>::to_vec),
            )
        });
        let deleted = testing::capture(&post_delete);
        let ada = common::user("Ada").insert(&db).await.unwrap();
        let mut draft = ada.into_active_model();
        draft.name = Set("Ada L.".into());
        let ada = draft.update(&db).await.unwrap();
        ada.clone().into_active_model().update(&db).await.unwrap();
        ada.delete(&db).await.unwrap();
        let fields = || Some(vec!["name"]);
        let sent: Vec<_> = pre.sent().into_iter().map(|sent| sent.snapshot).collect();
        assert_eq!(sent, [None, fields()]);
        let sent: Vec<_> = post.sent().into_iter().map(|sent| sent.snapshot).collect();
        assert_eq!(
            sent,
            [
                (true, "default".into(), None),
                (false, "default".into(), fields())
            ]
        );
        assert_eq!(deleted.count(), 1);
    }
}

#[tokio::test]
async fn a_key_alone_is_loaded_to_be_deleted() {
    for db in with_tables().await {
        let db = db.connection().clone();
        let ada = common::user("Ada").insert(&db).await.unwrap();
        let deleted = testing::capture(&post_delete);
        let by_key = user::ActiveModel {
            id: Set(ada.id),
            ..ActiveModelTrait::default()
        };
        by_key.delete(&db).await.unwrap();
        assert!(deleted.only().arguments.contains("Ada"));
    }
}

#[tokio::test]
async fn what_is_known_goes_with_the_write_to_another_task() {
    for db in with_tables().await {
        let db = db.connection().clone();
        let ada = common::user("Ada").insert(&db).await.unwrap();
        let saved = testing::capture_with(&post_save, |e| e.update_fields.map(<[_]>::to_vec));
        let deleted = testing::capture(&post_delete);
        let mut draft = user::ActiveModel {
            id: Set(ada.id),
            ..ActiveModelTrait::default()
        };
        let by_key = draft.clone();
        draft.name = Set("Ada L.".into());
        let writes = in_current_scope(async move {
            draft.update(&db).await?;
            by_key.delete(&db).await
        });
        on_many_tasks(writes).await.unwrap();
        assert_eq!(saved.only().snapshot, Some(vec!["name"]));
        assert!(deleted.only().arguments.contains("Ada L."));
    }
}

#[tokio::test]
async fn a_bare_transaction_is_no_place_for_what_waits_for_a_commit() {
    for db in with_tables().await {
        let db = db.connection().clone();
        let txn = db.begin().await.unwrap();
        // Nobody waits for a user.
        common::user("Ada").insert(&txn).await.unwrap();
        let row = common::audit_row::ActiveModel {
            what: Set("Ada".into()),
            ..ActiveModelTrait::default()
        };
        let error = row.clone().insert(&txn).await.unwrap_err();
        assert!(error.to_string().contains("waits"), "{error}");
        // Where somebody sees to the signals by hand, it is theirs.
        let by_hand = transaction::scope_async(async {
            row.insert(&txn).await.map_err(signals_core::BoxError::from)
        });
        by_hand.await.unwrap();
        txn.commit().await.unwrap();
        assert_eq!(
            common::audit_row::Entity::find().count(&db).await.unwrap(),
            1
        );
    }
}

/// An entity that only one test writes, because it is warned of once.
mod note {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "note")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        pub text: String,
    }

    #[signals_sea_orm::model]
    impl ActiveModelBehavior for ActiveModel {}
}

/// Keeps what is logged about the entity `note`.
struct Logged(Mutex<Vec<String>>);

impl log::Log for Logged {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let said = format!("{} {}: {}", record.level(), record.target(), record.args());
        if said.contains("`bare.Note`") {
            self.0.lock().unwrap().push(said);
        }
    }

    fn flush(&self) {}
}

static LOGGED: Logged = Logged(Mutex::new(Vec::new()));

#[tokio::test]
async fn a_bare_connection_is_warned_of_once_for_each_entity() {
    log::set_logger(&LOGGED).unwrap();
    log::set_max_level(log::LevelFilter::Warn);
    let db = memory().await;
    let table = Schema::new(db.get_database_backend()).create_table_from_entity(note::Entity);
    db.execute(&table).await.unwrap();
    let note = || note::ActiveModel {
        text: Set("Buy milk".into()),
        ..ActiveModelTrait::default()
    };
    note().insert(&db).await.unwrap();
    assert_eq!(LOGGED.0.lock().unwrap()[..], [""; 0]);
    let bare = db.connection();
    for _ in 0..2 {
        let written = note().insert(bare).await.unwrap();
        written.delete(bare).await.unwrap();
    }
    let warning = |what: &str| {
        format!(
            "WARN signals.sea_orm: `bare.Note` is written with a bare {what} of SeaORM: its signals say \
             `using = \"default\"`, have no `Handle`, and are lost when the write is cancelled; write \
             with a `signals_sea_orm::Db`. (Said once for each entity.)"
        )
    };
    assert_eq!(LOGGED.0.lock().unwrap()[..], [warning("connection")]);
    let txn = bare.begin().await.unwrap();
    note().insert(&txn).await.unwrap();
    note().insert(&txn).await.unwrap();
    txn.commit().await.unwrap();
    let all = LOGGED.0.lock().unwrap().clone();
    assert_eq!(all, [warning("connection"), warning("transaction")]);
}

/// How far a receiver has come.
#[derive(Clone, Default)]
struct Slow {
    began: Arc<AtomicU32>,
    ended: Arc<AtomicU32>,
}

#[receiver(post_save, sender = user::Entity)]
async fn slow() {
    if let Some(slow) = state::get::<Slow>() {
        slow.began.fetch_add(1, Ordering::Relaxed);
        tokio::task::yield_now().await;
        slow.ended.fetch_add(1, Ordering::Relaxed);
    }
}

/// Drops a write while its receiver waits. How often that came to its end.
async fn cancelled<C: ConnectionTrait>(db: &C) -> u32 {
    let slow = Slow::default();
    let _slow = state::scoped(slow.clone());
    let mut insert = Box::pin(common::user("Ada").insert(db));
    while slow.began.load(Ordering::Relaxed) == 0 {
        let polled = poll_fn(|cx| Poll::Ready(insert.as_mut().poll(cx))).await;
        assert!(polled.is_pending(), "it was to be dropped in the middle");
        tokio::task::yield_now().await;
    }
    drop(insert);
    tokio::time::sleep(Duration::from_millis(100)).await;
    slow.ended.load(Ordering::Relaxed)
}

#[tokio::test]
async fn a_write_with_a_bare_connection_that_is_cancelled_loses_its_signal() {
    for db in with_tables().await {
        assert_eq!(cancelled(db.connection()).await, 0);
        assert_eq!(cancelled(&db).await, 1);
        // Both rows are there.
        assert_eq!(user::Entity::find().count(&db).await.unwrap(), 2);
    }
}

#[tokio::test]
async fn what_one_task_knows_is_not_told_of_another() {
    for db in with_tables().await {
        let db = db.connection().clone();
        let ada = common::user("Ada").insert(&db).await.unwrap();
        let saved = testing::capture_with(&post_save, |e| e.update_fields.map(<[_]>::to_vec));
        let by_name = user::ActiveModel {
            id: Set(ada.id),
            name: Set("Ada L.".into()),
            ..ActiveModelTrait::default()
        };
        let other = db.clone();
        // SeaORM calls no hook behind it.
        let written = async move { by_name.update_without_returning(&other).await };
        tokio::spawn(written).await.unwrap().unwrap();
        let id = Set(ada.id);
        let all = ada.into_active_model().reset_all();
        user::ActiveModel { id, ..all }.update(&db).await.unwrap();
        assert_eq!(saved.only().snapshot, None, "all columns");
    }
}
