//! Saves of a row with its relations, as SeaORM 2 does them, and connections in wrappers.
#![allow(missing_docs)]

mod common;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use common::{Databases, audit_row, databases, databases_with, user};
use sea_orm::{
    ActiveHasMany, ActiveModelTrait, ConnectionTrait, DbBackend, DbErr, EntityLoaderTrait,
    EntityTrait, ExecResult, IntoActiveModel, ModelTrait, PaginatorTrait, QueryResult, Schema, Set,
    Statement, TransactionTrait,
};
use signals_builtin::models::{
    M2mAction, M2mChanged, PostSave, m2m_changed, post_delete, post_save, pre_delete, pre_save,
};
use signals_core::{PrimaryKey, Sender, receiver, state, testing};
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

async fn with_tables() -> Databases {
    databases_with(create_tables).await
}

async fn create_tables(db: &Db) {
    let schema = Schema::new(db.get_database_backend());
    for mut table in [
        schema.create_table_from_entity(post::Entity),
        schema.create_table_from_entity(comment::Entity),
        schema.create_table_from_entity(tag::Entity),
        schema.create_table_from_entity(post_tag::Entity),
    ] {
        db.execute(table.if_not_exists()).await.unwrap();
    }
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
    for db in with_tables().await {
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
}

#[tokio::test]
async fn or_a_nested_save_is_undone_by_a_receiver() {
    for db in with_tables().await {
        a_post("spam").save(&db).await.unwrap_err();
        assert_eq!(post::Entity::find().count(&db).await.unwrap(), 0);
        assert_eq!(comment::Entity::find().count(&db).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn or_a_cascade_of_sea_orm_sends_for_each_row() {
    for db in with_tables().await {
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
}

#[derive(Clone, Debug, PartialEq)]
struct Changed {
    action: &'static str,
    instance: String,
    reverse: bool,
    model: String,
    keys: Vec<i64>,
}

fn changes() -> testing::Capture<Changed> {
    testing::capture_with(&m2m_changed, |e| Changed {
        action: e.action.as_str(),
        instance: format!("{} {}", e.instance.label(), e.instance.pk().unwrap()),
        reverse: e.reverse,
        model: e.model.to_string(),
        keys: e.pk_set.iter().map(|key| key.as_i64().unwrap()).collect(),
    })
}

fn changed(changes: &testing::Capture<Changed>) -> Vec<Changed> {
    changes
        .sent()
        .into_iter()
        .map(|sent| sent.snapshot)
        .collect()
}

/// `action` before and after, of the tags of the first post.
fn of_the_post<const N: usize>(action: [&'static str; 2], keys: [i64; N]) -> [Changed; 2] {
    action.map(|action| Changed {
        action,
        instance: "nested.Post 1".into(),
        reverse: false,
        model: "nested.Tag".into(),
        keys: keys.to_vec(),
    })
}

const ADD: [&str; 2] = ["pre_add", "post_add"];
const REMOVE: [&str; 2] = ["pre_remove", "post_remove"];

/// The post with tags that are there, and what they are linked to.
async fn the_post(db: &Db) -> post::ActiveModelEx {
    let post = post::Entity::load()
        .with(tag::Entity)
        .one(db)
        .await
        .unwrap();
    post.unwrap().into_active_model()
}

async fn the_tag(id: i32, db: &Db) -> tag::ActiveModelEx {
    let tag = tag::Entity::load().filter_by_id(id).one(db).await.unwrap();
    tag.unwrap().into_active_model()
}

async fn links(db: &Db) -> Vec<(i32, i32)> {
    let mut links: Vec<_> = post_tag::Entity::find()
        .all(db)
        .await
        .unwrap()
        .into_iter()
        .map(|link| (link.post_id, link.tag_id))
        .collect();
    links.sort_unstable();
    links
}

#[tokio::test]
async fn mm01_mm02_mm09_tags_that_are_saved_with_a_post() {
    for db in with_tables().await {
        let order = Arc::new(Mutex::new(Vec::new()));
        let (note, note_tag) = (Arc::clone(&order), Arc::clone(&order));
        let _saved = post_save
            .on()
            .sender::<tag::Entity>()
            .scoped()
            .connect(move |_: &PostSave<'_>| note_tag.lock().unwrap().push("tag"))
            .unwrap();
        let _linked = m2m_changed
            .on()
            .scoped()
            .connect(move |e: &M2mChanged<'_>| note.lock().unwrap().push(e.action.as_str()))
            .unwrap();
        let changes = changes();
        a_post("first").save(&db).await.unwrap();
        // Rows first, then their links, as in Django's `create`.
        assert_eq!(
            *order.lock().unwrap(),
            ["tag", "tag", "pre_add", "post_add"]
        );
        assert_eq!(changed(&changes), of_the_post(ADD, [1, 2]));
        assert!(
            changes
                .sent()
                .iter()
                .all(|sent| sent.sender == Sender::model::<post_tag::Entity>())
        );
        // Only what is new; and if nothing is, that.
        let mut post = the_post(&db).await;
        post.tags
            .append(tag::ActiveModel::builder().set_name("orm"));
        post.save(&db).await.unwrap();
        assert_eq!(changed(&changes)[2..], of_the_post(ADD, [3]));
        let mut post = the_post(&db).await;
        post.tags = ActiveHasMany::Append(vec![the_tag(1, &db).await]);
        post.save(&db).await.unwrap();
        assert_eq!(changed(&changes)[4..], of_the_post(ADD, []));
        assert_eq!(links(&db).await, [(1, 1), (1, 2), (1, 3)]);
    }
}

#[tokio::test]
async fn mm10_tags_that_are_replaced() {
    for db in with_tables().await {
        a_post("first").save(&db).await.unwrap();
        let changes = changes();
        let mut post = the_post(&db).await;
        let rust = the_tag(1, &db).await;
        post.tags
            .replace_all([rust, tag::ActiveModel::builder().set_name("orm")]);
        post.save(&db).await.unwrap();
        // First what is too much, then what is missing.
        let expected = [of_the_post(REMOVE, [2]), of_the_post(ADD, [3])].concat();
        assert_eq!(changed(&changes), expected);
        assert_eq!(links(&db).await, [(1, 1), (1, 3)]);
        let mut post = the_post(&db).await;
        post.tags.replace_all([]);
        post.save(&db).await.unwrap();
        assert_eq!(changed(&changes)[4..], of_the_post(REMOVE, [1, 3]));
        let mut post = the_post(&db).await;
        post.tags.replace_all([]);
        post.save(&db).await.unwrap();
        assert_eq!(changes.count(), 6, "there was nothing to change");
    }
}

#[tokio::test]
async fn mm05_mm08_links_from_the_other_side() {
    for db in with_tables().await {
        let of_the_tag = |action: [&'static str; 2], keys: &[i64]| {
            action.map(|action| Changed {
                action,
                instance: "nested.Tag 1".into(),
                reverse: true,
                model: "nested.Post".into(),
                keys: keys.to_vec(),
            })
        };
        let changes = changes();
        let a_post = |title: &str| post::ActiveModel::builder().set_title(title);
        tag::ActiveModel::builder()
            .set_name("rust")
            .add_post(a_post("one"))
            .save(&db)
            .await
            .unwrap();
        assert_eq!(changed(&changes), of_the_tag(ADD, &[1]));
        // A tag that is not written itself is known by its links.
        let mut tag = the_tag(1, &db).await;
        tag.posts.append(a_post("two")).append(a_post("three"));
        tag.save(&db).await.unwrap();
        assert_eq!(changed(&changes)[2..], of_the_tag(ADD, &[2, 3]));
        let mut tag = the_tag(1, &db).await;
        tag.posts.replace_all([]);
        tag.save(&db).await.unwrap();
        assert_eq!(changed(&changes)[4..], of_the_tag(REMOVE, &[1, 2, 3]));
    }
}

#[tokio::test]
async fn mm15_mm17_raw_links_of_a_nested_save() {
    for db in with_tables().await {
        let raw = testing::capture_with(&m2m_changed, |e| (e.raw, e.using.to_owned()));
        a_post("first").save(&db.raw()).await.unwrap();
        let mut post = the_post(&db).await;
        post.tags.replace_all([]);
        post.save(&db).await.unwrap();
        let raw: Vec<_> = raw.sent().into_iter().map(|sent| sent.snapshot).collect();
        let using = || "default".to_owned();
        assert_eq!(
            raw,
            [
                (true, using()),
                (true, using()),
                (false, using()),
                (false, using())
            ]
        );
    }
}

#[tokio::test]
async fn mm_a_receiver_that_fails_undoes_a_nested_save() {
    for db in databases().await {
        for action in [M2mAction::PreAdd, M2mAction::PostAdd] {
            create_tables(&db).await;
            let _fails = m2m_changed
                .on()
                .scoped()
                .connect(move |e: &M2mChanged<'_>| {
                    if e.action == action {
                        return Err(DbErr::Custom("too many tags".into()));
                    }
                    Ok(())
                })
                .unwrap();
            let error = a_post("first").save(&db).await.unwrap_err();
            let stopped = signals_sea_orm::send_error(&error).unwrap();
            assert_eq!(
                stopped.downcast_ref(),
                Some(&DbErr::Custom("too many tags".into()))
            );
            assert!(links(&db).await.is_empty());
            assert_eq!(post::Entity::find().count(&db).await.unwrap(), 0);
        }
    }
}

/// SeaORM has made the statement already.
#[tokio::test]
async fn mm_keys_cannot_be_taken_out_of_a_nested_save() {
    for db in with_tables().await {
        let _veto = m2m_changed
            .on()
            .scoped()
            .connect_mut(|e: &mut M2mChanged<'_>| {
                e.pk_set.remove(&PrimaryKey::from(2));
            })
            .unwrap();
        let error = a_post("first").save(&db).await.unwrap_err().to_string();
        assert!(
            error.contains("nested.PostTag") && error.contains("m2m("),
            "{error}"
        );
        assert!(links(&db).await.is_empty());
    }
}

#[tokio::test]
async fn mm_a_link_that_is_written_by_itself_is_a_row() {
    for db in with_tables().await {
        a_post("first").save(&db).await.unwrap();
        tag::ActiveModel::builder()
            .set_name("orm")
            .save(&db)
            .await
            .unwrap();
        let changes = changes();
        let saved = testing::capture(&post_save);
        let txn = db.begin().await.unwrap();
        let link = post_tag::ActiveModel {
            post_id: Set(1),
            tag_id: Set(3),
        };
        let link = link.insert(&txn).await.unwrap();
        link.delete(&txn).await.unwrap();
        txn.commit().await.unwrap();
        assert_eq!((saved.count(), changes.count()), (1, 0));
    }
}

#[tokio::test]
async fn or_removed_links_are_told_of_once_each() {
    for db in with_tables().await {
        a_post("first").save(&db).await.unwrap();
        let (pre, deleted) = (
            testing::capture_with(&pre_delete, |e| e.instance.pk()),
            testing::capture_with(&post_delete, |e| e.instance.pk()),
        );
        let post = post::Entity::load().one(&db).await.unwrap().unwrap();
        let mut post = post.into_active_model();
        post.tags.replace_all([]);
        post.save(&db).await.unwrap();
        for capture in [pre, deleted] {
            let keys = capture.sent().into_iter().map(|sent| sent.snapshot);
            let both = [[1, 1], [1, 2]].map(|key| Some(PrimaryKey::from(key)));
            assert_eq!(keys.collect::<Vec<_>>(), both);
        }
    }
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
    for db in common::with_tables().await {
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
}
