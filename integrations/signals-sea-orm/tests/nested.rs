//! Saves of a row with its relations, as SeaORM 2 does them, and connections in wrappers.
#![allow(missing_docs)]

mod common;

use async_trait::async_trait;
use common::{audit_row, memory, user};
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, ExecResult, PaginatorTrait,
    QueryResult, Schema, Statement, TransactionTrait,
};
use signals_builtin::models::{post_delete, post_save, pre_delete, pre_save};
use signals_core::{receiver, state, testing};
use signals_sea_orm::{Db, Handle};

mod post {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "post")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        pub title: String,
        #[sea_orm(has_many)]
        pub comments: HasMany<super::comment::Entity>,
        #[sea_orm(has_many, via = "post_tag")]
        pub tags: HasMany<super::tag::Entity>,
    }

    #[signals_sea_orm::model]
    impl ActiveModelBehavior for ActiveModel {}
}

mod comment {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "comment")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        pub text: String,
        pub post_id: i32,
        #[sea_orm(belongs_to, from = "post_id", to = "id")]
        pub post: HasOne<super::post::Entity>,
    }

    #[signals_sea_orm::model]
    impl ActiveModelBehavior for ActiveModel {}
}

mod tag {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "tag")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        pub name: String,
        #[sea_orm(has_many, via = "post_tag")]
        pub posts: HasMany<super::post::Entity>,
    }

    #[signals_sea_orm::model]
    impl ActiveModelBehavior for ActiveModel {}
}

mod post_tag {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "post_tag")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub post_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub tag_id: i32,
        #[sea_orm(belongs_to, from = "post_id", to = "id")]
        pub post: HasOne<super::post::Entity>,
        #[sea_orm(belongs_to, from = "tag_id", to = "id")]
        pub tag: HasOne<super::tag::Entity>,
    }

    #[signals_sea_orm::model]
    impl ActiveModelBehavior for ActiveModel {}
}

async fn with_tables() -> Db {
    let db = memory().await;
    let schema = Schema::new(db.get_database_backend());
    for table in [
        schema.create_table_from_entity(post::Entity),
        schema.create_table_from_entity(comment::Entity),
        schema.create_table_from_entity(tag::Entity),
        schema.create_table_from_entity(post_tag::Entity),
    ] {
        db.execute(&table).await.unwrap();
    }
    db
}

#[receiver(post_save, sender = comment::Entity)]
fn in_a_transaction(instance: &comment::Model, #[state] handle: &Handle) -> Result<(), DbErr> {
    assert!(handle.is_transaction());
    if instance.text == "spam" {
        return Err(DbErr::Custom("no spam".into()));
    }
    Ok(())
}

fn labels<T>(capture: &testing::Capture<T>) -> Vec<String> {
    let mut labels = Vec::new();
    capture.with(|sent| labels.extend(sent.iter().map(|sent| sent.sender.to_string())));
    labels
}

fn a_post(comment: &str) -> post::ActiveModelEx {
    post::ActiveModel::builder()
        .set_title("Signals")
        .add_comment(comment::ActiveModel::builder().set_text(comment))
        .add_tag(tag::ActiveModel::builder().set_name("rust"))
        .add_tag(tag::ActiveModel::builder().set_name("django"))
}

#[tokio::test]
async fn or_nested_saves_send_for_each_row_in_one_transaction() {
    let db = with_tables().await;
    let (pre, post) = (testing::capture(&pre_save), testing::capture(&post_save));
    a_post("first").save(&db).await.unwrap();
    let mut sent = (labels(&pre), labels(&post));
    sent.0.sort();
    sent.1.sort();
    let all = [
        "nested.Comment",
        "nested.Post",
        "nested.PostTag",
        "nested.PostTag",
        "nested.Tag",
        "nested.Tag",
    ];
    assert_eq!(
        sent,
        (
            all.map(String::from).to_vec(),
            all.map(String::from).to_vec()
        )
    );
    assert_eq!(post_tag::Entity::find().count(&db).await.unwrap(), 2);
}

#[tokio::test]
async fn or_a_nested_save_is_undone_by_a_receiver() {
    let db = with_tables().await;
    a_post("spam").save(&db).await.unwrap_err();
    assert_eq!(post::Entity::find().count(&db).await.unwrap(), 0);
    assert_eq!(comment::Entity::find().count(&db).await.unwrap(), 0);
}

#[tokio::test]
async fn or_a_cascade_of_sea_orm_sends_for_each_row() {
    let db = with_tables().await;
    a_post("first").save(&db).await.unwrap();
    let (pre, deleted) = (
        testing::capture(&pre_delete),
        testing::capture(&post_delete),
    );
    let post = post::Entity::load().one(&db).await.unwrap().unwrap();
    post.delete(&db).await.unwrap();
    // Children first, each with both; links go without.
    assert_eq!(labels(&pre), ["nested.Comment", "nested.Post"]);
    assert_eq!(labels(&deleted), ["nested.Comment", "nested.Post"]);
    assert_eq!(comment::Entity::find().count(&db).await.unwrap(), 0);
}

/// Somebody else's wrapper, which asks another connection.
struct Counting<'c, C>(&'c C);

#[async_trait]
impl<C: ConnectionTrait> ConnectionTrait for Counting<'_, C> {
    fn get_database_backend(&self) -> DbBackend {
        self.0.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.0.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.0.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.0.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.0.query_all_raw(statement).await
    }
}

#[tokio::test]
async fn a_wrapper_is_seen_through() {
    let db = memory().await;
    let replica = Db::new("replica", db.connection().clone());
    let saved = testing::capture_with(&post_save, |e| {
        (
            e.using.to_owned(),
            state::get::<Handle>().is_some_and(|handle| handle.is_transaction()),
        )
    });
    common::user("Ada")
        .insert(&Counting(&replica))
        .await
        .unwrap();
    let txn = replica.begin().await.unwrap();
    let inner = txn.begin().await.unwrap();
    common::user("Bob")
        .insert(&Counting(&Counting(&inner)))
        .await
        .unwrap();
    inner.rollback().await.unwrap();
    txn.commit().await.unwrap();
    let sent: Vec<_> = saved
        .sent()
        .into_iter()
        .map(|sent| sent.snapshot.0)
        .collect();
    assert_eq!(sent, ["replica", "replica"]);
    assert_eq!(user::Entity::find().count(&db).await.unwrap(), 1);
    assert_eq!(audit_row::Entity::find().count(&db).await.unwrap(), 0);
}
