//! `delete_each`, statements for many rows, and `pre_init` and `post_init`.
#![allow(missing_docs)]

mod common;

use common::{user, with_tables};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, Set,
    TransactionTrait,
};
use signals_builtin::models::{
    Batch, PostBulkUpdate, PostInit, Rows, post_bulk_create, post_bulk_delete, post_bulk_update,
    post_delete, post_init, pre_bulk_create, pre_bulk_delete, pre_bulk_update, pre_delete,
    pre_init,
};
use signals_core::{receiver, testing};
use signals_sea_orm::{Db, DeleteEach, Init, bulk_create, bulk_delete, bulk_update, init};

async fn add_users(count: usize, db: &Db) {
    let users = (0..count).map(|_| common::user("Ada"));
    user::Entity::insert_many(users)
        .exec_without_returning(db)
        .await
        .unwrap();
}

#[tokio::test]
async fn sg05_delete_each_has_the_query_as_origin() {
    for db in with_tables().await {
        add_users(3, &db).await;
        let seen = |e: &signals_builtin::models::PreDelete<'_>| {
            (
                e.instance.pk().unwrap().as_i64().unwrap(),
                e.origin.query().map(str::to_owned),
            )
        };
        let pre = testing::capture_with(&pre_delete, seen);
        let post = testing::capture_with(&post_delete, |e| {
            (
                e.instance.pk().unwrap().as_i64().unwrap(),
                e.origin.query().map(str::to_owned),
            )
        });
        let deleted = user::Entity::find()
            .filter(user::Column::Id.gt(1))
            .delete_each(&db)
            .await
            .unwrap();
        assert_eq!(deleted, 2);
        assert_eq!(user::Entity::find().count(&db).await.unwrap(), 1);
        let (pre, post): (Vec<_>, Vec<_>) = (
            pre.sent().into_iter().map(|sent| sent.snapshot).collect(),
            post.sent().into_iter().map(|sent| sent.snapshot).collect(),
        );
        let keys =
            |sent: &[(i64, Option<String>)]| sent.iter().map(|(key, _)| *key).collect::<Vec<_>>();
        assert_eq!((keys(&pre), keys(&post)), (vec![2, 3], vec![3, 2]));
        for (_, query) in pre.iter().chain(&post) {
            let query = query.as_deref().unwrap();
            assert!(
                query.starts_with("SELECT") && query.contains("WHERE"),
                "{query}"
            );
        }
    }
}

#[tokio::test]
async fn or07_many_rows_are_deleted_in_parts() {
    for db in with_tables().await {
        add_users(1203, &db).await;
        let (pre, post) = (
            testing::capture(&pre_delete),
            testing::capture(&post_delete),
        );
        let deleted = user::Entity::find().delete_each(&db).await.unwrap();
        assert_eq!((deleted, pre.count(), post.count()), (1203, 1203, 1203));
        assert_eq!(user::Entity::find().delete_each(&db).await.unwrap(), 0);
        assert_eq!(pre.count(), 1203);
    }
}

#[receiver(post_delete, sender = user::Entity)]
fn stays(instance: &user::Model) -> Result<(), DbErr> {
    if instance.name == "Eve" {
        return Err(DbErr::Custom("Eve stays".into()));
    }
    Ok(())
}

#[tokio::test]
async fn or_a_receiver_that_fails_undoes_the_deletion() {
    for db in with_tables().await {
        add_users(2, &db).await;
        common::user("Eve").insert(&db).await.unwrap();
        let error = user::Entity::find().delete_each(&db).await.unwrap_err();
        assert!(signals_sea_orm::send_error(&error).is_some());
        assert_eq!(user::Entity::find().count(&db).await.unwrap(), 3);
    }
}

#[tokio::test]
async fn bulk_statements_send_bulk_signals() {
    for db in with_tables().await {
        let batch_of = |batch: &Batch| batch.clone();
        let created = (
            testing::capture_with(&pre_bulk_create, move |e| batch_of(e.batch)),
            testing::capture_with(&post_bulk_create, move |e| batch_of(e.batch)),
        );
        let updated = (
            testing::capture_with(&pre_bulk_update, |e| {
                (
                    e.batch.clone(),
                    e.update_fields.unwrap_or_default().to_vec(),
                )
            }),
            testing::capture_with(&post_bulk_update, |e| {
                (
                    e.batch.clone(),
                    e.update_fields.unwrap_or_default().to_vec(),
                )
            }),
        );
        let deleted = (
            testing::capture_with(&pre_bulk_delete, move |e| batch_of(e.batch)),
            testing::capture_with(&post_bulk_delete, move |e| batch_of(e.batch)),
        );

        let two = [common::user("Ada"), common::user("Bob")];
        assert_eq!(bulk_create::<user::Entity, _>(two, &db).await.unwrap(), 2);
        assert_eq!(created.0.only().snapshot, Batch::of(2));
        let seven = user::ActiveModel {
            id: Set(7),
            ..common::user("Cy")
        };
        bulk_create::<user::Entity, _>([seven], &db).await.unwrap();
        assert_eq!(created.1.sent()[1].snapshot, Batch::keys([7]));
        assert_eq!(bulk_create::<user::Entity, _>([], &db).await.unwrap(), 0);
        assert_eq!((created.0.count(), created.1.count()), (2, 2));

        let update = user::Entity::update_many()
            .col_expr(user::Column::Visits, Expr::value(1))
            .filter(user::Column::Id.lt(5));
        assert_eq!(bulk_update(update, &db).await.unwrap(), 2);
        let (before, after) = (updated.0.only().snapshot, updated.1.only().snapshot);
        assert_eq!((before.0.count(), after.0.count()), (None, Some(2)));
        assert_eq!((before.1, after.1), (vec!["visits"], vec!["visits"]));
        let Rows::Matching(condition) = after.0.rows() else {
            panic!("{:?}", after.0)
        };
        assert!(
            condition.contains("id") && !condition.contains('5'),
            "{condition}"
        );

        // On another thread, as a handler does.
        let scope = signals_core::in_current_scope(async move {
            bulk_delete(user::Entity::delete_many(), &db).await
        });
        assert_eq!(tokio::spawn(scope).await.unwrap().unwrap(), 3);
        assert_eq!(deleted.0.only().snapshot.predicate(), Some("TRUE"));
        assert_eq!(deleted.1.only().snapshot.count(), Some(3));
    }
}

#[tokio::test]
async fn a_bulk_statement_is_undone_by_a_receiver_that_fails() {
    for db in with_tables().await {
        add_users(2, &db).await;
        let _fails = post_bulk_update
            .on()
            .scoped()
            .connect(|_: &PostBulkUpdate<'_>| Err::<(), _>(DbErr::Custom("no".into())))
            .unwrap();
        let update = user::Entity::update_many().col_expr(user::Column::Visits, Expr::value(9));
        let txn = db.begin().await.unwrap();
        bulk_update(update, &txn).await.unwrap_err();
        txn.commit().await.unwrap();
        let visits = user::Entity::find()
            .filter(user::Column::Visits.eq(9))
            .count(&db)
            .await
            .unwrap();
        assert_eq!(visits, 0);
    }
}

#[tokio::test]
async fn sg01_init_is_sent_where_it_is_asked_for() {
    for db in with_tables().await {
        add_users(2, &db).await;
        let order = testing::capture(&pre_init);
        let _shout = post_init
            .on()
            .scoped()
            .sender::<user::Entity>()
            .connect_mut(|e: &mut PostInit<'_>| {
                if let Some(user) = e.instance.downcast_mut::<user::Model>() {
                    user.name.push('!');
                }
            })
            .unwrap();
        let all = user::Entity::find().all_init(&db).await.unwrap();
        assert!(all.iter().all(|user| user.name == "Ada!"));
        let one = user::Entity::find_by_id(1)
            .one_init(&db)
            .await
            .unwrap()
            .unwrap();
        assert_eq!((one.name.as_str(), order.count()), ("Ada!", 3));
        let made = init(|| user::Model {
            id: 0,
            name: "New".into(),
            slug: String::new(),
            visits: 0,
        });
        assert_eq!(made.await.unwrap().name, "New!");
    }
}
