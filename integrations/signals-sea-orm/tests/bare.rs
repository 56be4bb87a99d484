//! SeaORM's own connections and transactions, without a `Db`.
#![allow(missing_docs)]

mod common;

use common::{on_many_tasks, user, with_tables};
use sea_orm::{
    ActiveModelTrait, EntityTrait, IntoActiveModel, ModelTrait, PaginatorTrait, Set,
    TransactionTrait,
};
use signals_builtin::models::{post_delete, post_save, pre_save};
use signals_core::{in_current_scope, receiver, testing, transaction};

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
