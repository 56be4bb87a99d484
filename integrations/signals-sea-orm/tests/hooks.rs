//! An entity's own hooks, deletion, nested saves, labels and keys.
#![allow(missing_docs)]

mod common;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use common::{Databases, databases_with, user, with_tables};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, ModelTrait,
    PaginatorTrait, QueryFilter, Schema, Set, TransactionTrait,
};
use signals_builtin::models::{
    Origin, class_prepared, post_delete, post_save, pre_delete, pre_save,
};
use signals_core::{AnyModel, Finding, Model, PrimaryKey, Sender, receiver, state, testing};
use signals_sea_orm::{Db, DeleteEach};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

fn log(what: impl Into<String>) {
    if let Some(log) = state::get::<Log>() {
        log.0.lock().unwrap().push(what.into());
    }
}

fn with_log() -> (Log, state::ScopedState) {
    let log = Log::default();
    let guard = state::scoped(log.clone());
    (log, guard)
}

impl Log {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// An entity in the form of SeaORM 1, with hooks of its own.
mod article {
    use sea_orm::entity::prelude::*;
    use sea_orm::{ActiveValue, Set};

    use super::log;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "article")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub slug: String,
        pub title: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    #[signals_sea_orm::model(label = "blog.Article")]
    #[async_trait::async_trait]
    impl ActiveModelBehavior for ActiveModel {
        fn new() -> Self {
            Self {
                title: Set("untitled".to_owned()),
                ..ActiveModelTrait::default()
            }
        }

        async fn before_save<C>(mut self, _db: &C, insert: bool) -> Result<Self, DbErr>
        where
            C: ConnectionTrait,
        {
            log(format!("own before_save {insert}"));
            if let ActiveValue::Set(title) = &mut self.title {
                *title = title.trim().to_owned();
            }
            Ok(self)
        }

        async fn after_save<C>(model: Model, _: &C, insert: bool) -> Result<Model, DbErr>
        where
            C: ConnectionTrait,
        {
            log(format!("own after_save {insert}"));
            Ok(model)
        }

        async fn before_delete<C: ConnectionTrait>(self, _db: &C) -> Result<Self, DbErr> {
            log("own before_delete");
            if self.title.try_as_ref().is_some_and(|title| title == "Law") {
                return Err(DbErr::Custom("the law stays".into()));
            }
            Ok(self)
        }

        async fn after_delete<C: ConnectionTrait>(self, _db: &C) -> Result<Self, DbErr> {
            log("own after_delete");
            Ok(self)
        }
    }
}

#[receiver(pre_save, sender = article::Entity)]
fn to_be_saved(instance: &mut article::ActiveModel) {
    log(format!(
        "pre_save {:?}",
        instance.title.try_as_ref().unwrap()
    ));
}

#[receiver(post_save, sender = article::Entity)]
fn saved(instance: &article::Model) {
    log(format!("post_save {:?}", instance.title));
}

#[receiver(pre_delete, sender = article::Entity)]
fn to_be_deleted(instance: &article::Model, origin: Origin<'_>) {
    let origin = origin.instance().map(AnyModel::pk);
    assert_eq!(origin, Some(Some(instance.slug.as_str().into())));
    log("pre_delete");
}

#[receiver(post_delete, sender = "blog.Article")]
fn deleted(instance: &dyn AnyModel) {
    log(format!("post_delete {}", instance.pk().unwrap()));
}

async fn with_articles() -> Databases {
    let create = async |db: &Db| {
        let schema = Schema::new(db.get_database_backend());
        let table = schema.create_table_from_entity(article::Entity);
        db.execute(&table).await.unwrap();
    };
    databases_with(create).await
}

fn an_article(title: &str) -> article::ActiveModel {
    article::ActiveModel {
        slug: Set(title.trim().to_lowercase()),
        title: Set(title.to_owned()),
    }
}

#[tokio::test]
async fn sg03_own_hooks_are_around_the_signals() {
    for db in with_articles().await {
        let (log, _guard) = with_log();
        let article = an_article("  Signals ").insert(&db).await.unwrap();
        assert_eq!(article.title, "Signals");
        assert_eq!(
            log.take(),
            [
                "own before_save true",
                "pre_save \"Signals\"",
                "post_save \"Signals\"",
                "own after_save true"
            ]
        );
        article.delete(&db).await.unwrap();
        assert_eq!(
            log.take(),
            [
                "own before_delete",
                "pre_delete",
                "post_delete signals",
                "own after_delete"
            ]
        );
        let article = <article::ActiveModel as sea_orm::ActiveModelBehavior>::new();
        assert_eq!(article.title, Set("untitled".to_owned()));
    }
}

#[tokio::test]
async fn an_own_hook_that_fails_comes_before_any_signal() {
    for db in with_articles().await {
        let (log, _guard) = with_log();
        let law = an_article("Law").insert(&db).await.unwrap();
        log.take();
        law.delete(&db).await.unwrap_err();
        assert_eq!(log.take(), ["own before_delete"]);
        assert_eq!(article::Entity::find().count(&db).await.unwrap(), 1);
    }
}

#[tokio::test]
async fn sg03_delete_by_key_loads_the_row() {
    for db in with_articles().await {
        let (log, _guard) = with_log();
        an_article("One").insert(&db).await.unwrap();
        an_article("Two").insert(&db).await.unwrap();
        log.take();
        let by_key = article::ActiveModel {
            slug: Set("one".into()),
            ..ActiveModelTrait::default()
        };
        by_key.clone().delete(&db).await.unwrap();
        assert_eq!(
            log.take(),
            [
                "own before_delete",
                "pre_delete",
                "post_delete one",
                "own after_delete"
            ]
        );
        assert_eq!(article::Entity::find().count(&db).await.unwrap(), 1);
        // Not there any more, so nothing to tell of.
        by_key.delete(&db).await.unwrap();
        assert_eq!(log.take(), ["own before_delete", "own after_delete"]);
    }
}

#[tokio::test]
async fn or_a_stale_row_is_deleted_again() {
    for db in with_articles().await {
        let (log, _guard) = with_log();
        let article = an_article("One").insert(&db).await.unwrap();
        article.clone().delete(&db).await.unwrap();
        log.take();
        assert_eq!(article.delete(&db).await.unwrap().rows_affected, 0);
        assert_eq!(log.take()[1..3], ["pre_delete", "post_delete one"]);
    }
}

#[tokio::test]
async fn a_receiver_stops_a_deletion() {
    for db in with_tables().await {
        let ada = common::user("Ada").insert(&db).await.unwrap();
        let stay = pre_delete
            .on()
            .sender::<user::Entity>()
            .scoped()
            .connect(
                |_: &signals_builtin::models::PreDelete<'_>| -> Result<(), std::io::Error> {
                    Err(std::io::Error::other("she stays"))
                },
            )
            .unwrap();
        let error = ada.clone().delete(&db).await.unwrap_err();
        for part in ["`hooks.User`", "::pre_delete`", "failed: she stays"] {
            assert!(error.to_string().contains(part), "{error}");
        }
        assert_eq!(user::Entity::find().count(&db).await.unwrap(), 1);
        drop(stay);
        ada.delete(&db).await.unwrap();
        assert_eq!(user::Entity::find().count(&db).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn or12_nothing_to_write_sends_nothing() {
    for db in with_articles().await {
        let (log, _guard) = with_log();
        let article = an_article("One").insert(&db).await.unwrap();
        log.take();
        article.into_active_model().update(&db).await.unwrap();
        assert_eq!(
            log.take(),
            ["own before_save false", "own after_save false"]
        );
    }
}

#[tokio::test]
async fn or11_update_fields_are_what_is_written() {
    for db in with_tables().await {
        let ada = common::user("Ada").insert(&db).await.unwrap();
        let pre = testing::capture_with(&pre_save, |e| e.update_fields.map(<[_]>::to_vec));
        let post = testing::capture_with(&post_save, |e| e.update_fields.map(<[_]>::to_vec));
        // Only a key and a name, as from a form.
        let partial = user::ActiveModel {
            id: Set(ada.id),
            name: Set("Ada L.".into()),
            ..ActiveModelTrait::default()
        };
        partial.clone().update(&db).await.unwrap();
        // All columns: that is no selection.
        ada.into_active_model()
            .reset_all()
            .update(&db)
            .await
            .unwrap();
        // SeaORM calls no `after_save` here.
        partial.update_without_returning(&db).await.unwrap();
        let names = || Some(vec!["name"]);
        for capture in [pre.sent(), post.sent()] {
            let fields: Vec<_> = capture.into_iter().map(|sent| sent.snapshot).collect();
            assert_eq!(fields, [names(), None, names()]);
        }
    }
}

#[tokio::test]
async fn or_an_update_of_no_row_sends_only_pre_save() {
    for db in with_tables().await {
        let (pre, post) = (testing::capture(&pre_save), testing::capture(&post_save));
        let nobody = user::ActiveModel {
            id: Set(404),
            name: Set("Nobody".into()),
            ..ActiveModelTrait::default()
        };
        nobody.clone().update(&db).await.unwrap_err();
        nobody.update_without_returning(&db).await.unwrap_err();
        assert_eq!((pre.count(), post.count()), (2, 0));
    }
}

#[tokio::test]
async fn sg02_raw_comes_from_the_connection() {
    for db in with_tables().await {
        let pre = testing::capture_with(&pre_save, |e| e.raw);
        let post = testing::capture_with(&post_save, |e| e.raw);
        common::user("Ada").insert(&db.raw()).await.unwrap();
        common::user("Bob").insert(&db).await.unwrap();
        for capture in [pre, post] {
            let sent: Vec<_> = capture
                .sent()
                .into_iter()
                .map(|sent| sent.snapshot)
                .collect();
            assert_eq!(sent, [true, false]);
        }
    }
}

#[tokio::test]
async fn or14_using_is_the_database_that_is_used() {
    for (db, other) in with_tables().await.zip(with_tables().await) {
        let other = Db::new("other", other.connection().clone());
        let saved = (
            testing::capture_with(&pre_save, |e| e.using.to_owned()),
            testing::capture_with(&post_save, |e| e.using.to_owned()),
        );
        let deleted = (
            testing::capture_with(&pre_delete, |e| e.using.to_owned()),
            testing::capture_with(&post_delete, |e| e.using.to_owned()),
        );
        common::user("Ada").insert(&db).await.unwrap();
        let txn = other.begin().await.unwrap();
        let bob = common::user("Bob").insert(&txn).await.unwrap();
        assert_eq!(user::Entity::find().count(&db).await.unwrap(), 1);
        bob.delete(&txn).await.unwrap();
        txn.commit().await.unwrap();
        user::Entity::find().delete_each(&db).await.unwrap();
        let all = |capture: testing::Capture<String>| {
            let sent = capture.sent().into_iter();
            sent.map(|sent| sent.snapshot).collect::<Vec<_>>()
        };
        assert_eq!([all(saved.0), all(saved.1)], [["default", "other"]; 2]);
        assert_eq!([all(deleted.0), all(deleted.1)], [["other", "default"]; 2]);
    }
}

/// A cache of names for each database, as Django's `sites` has one.
#[derive(Clone, Default)]
struct Names(Arc<Mutex<HashMap<(String, i64), String>>>);

impl Names {
    fn forget(&self, using: &str, row: &dyn AnyModel) {
        let key = row.pk().and_then(|key| key.as_i64());
        let key = key.map(|key| (using.to_owned(), key));
        key.map(|key| self.0.lock().unwrap().remove(&key));
    }

    async fn get(&self, id: i32, db: &Db) -> Option<String> {
        let key = (db.using().to_owned(), i64::from(id));
        if let Some(name) = self.0.lock().unwrap().get(&key) {
            return Some(name.clone());
        }
        let user = user::Entity::find_by_id(id).one(db).await.unwrap()?;
        self.0.lock().unwrap().insert(key, user.name.clone());
        Some(user.name)
    }
}

#[receiver(pre_save, sender = user::Entity)]
fn forget_saved(instance: &mut user::ActiveModel, using: &str) {
    if let Some(names) = state::get::<Names>() {
        names.forget(using, instance);
    }
}

#[receiver(pre_delete, sender = user::Entity)]
fn forget_deleted(instance: &user::Model, using: &str) {
    if let Some(names) = state::get::<Names>() {
        names.forget(using, instance);
    }
}

#[tokio::test]
async fn or21_a_cache_for_each_database() {
    for (db, other) in with_tables().await.zip(with_tables().await) {
        let other = Db::new("other", other.connection().clone());
        let names = Names::default();
        let _cached = state::scoped(names.clone());
        for db in [&db, &other] {
            let ada = common::user("Ada").insert(db).await.unwrap();
            assert_eq!(names.get(ada.id, db).await.as_deref(), Some("Ada"));
        }
        let mut ada = user::Entity::find_by_id(1)
            .one(&db)
            .await
            .unwrap()
            .unwrap()
            .into_active_model();
        ada.name = Set("Ada L.".into());
        let ada = ada.update(&db).await.unwrap();
        assert_eq!(names.0.lock().unwrap().len(), 1, "the other one stays");
        assert_eq!(names.get(1, &db).await.as_deref(), Some("Ada L."));
        ada.delete(&db).await.unwrap();
        assert_eq!(names.get(1, &db).await, None);
        assert_eq!(names.get(1, &other).await.as_deref(), Some("Ada"));
    }
}

/// By a label that no entity has: a slip of the pen.
#[receiver(post_save, sender = "blog.Artikle")]
fn never() {}

#[test]
fn or22_a_label_that_no_entity_has_is_reported() {
    let reported: Vec<(String, Vec<String>)> = signals_core::check()
        .into_iter()
        .filter_map(|finding| match finding {
            Finding::UnknownLabel { label, closest, .. } => Some((label, closest)),
            _ => None,
        })
        .collect();
    let closest = vec!["blog.Article".to_owned()];
    assert_eq!(reported, [("blog.Artikle".to_owned(), closest)]);
}

#[tokio::test]
async fn or19_statements_for_many_send_nothing() {
    for db in with_tables().await {
        let pre = testing::capture(&pre_save);
        let post = testing::capture(&post_save);
        let deleted = testing::capture(&post_delete);
        user::Entity::insert(common::user("Ada"))
            .exec(&db)
            .await
            .unwrap();
        user::Entity::insert_many([common::user("Bob"), common::user("Cy")])
            .exec(&db)
            .await
            .unwrap();
        user::Entity::update_many()
            .col_expr(user::Column::Visits, sea_orm::sea_query::Expr::value(1))
            .exec(&db)
            .await
            .unwrap();
        user::Entity::delete_many()
            .filter(user::Column::Id.gt(0))
            .exec(&db)
            .await
            .unwrap();
        assert_eq!((pre.count(), post.count(), deleted.count()), (0, 0, 0));
    }
}

#[test]
fn who_hears_an_entity_is_found_by_its_label() {
    let explained = signals_core::catalog().explain("models::post_save", Some("blog.Article"));
    let [explained] = &explained.unwrap()[..] else {
        panic!("one signal")
    };
    let said = explained.to_string();
    assert!(!said.contains("Entity"), "{said}");
    assert!(explained.called().count() > 0, "{said}");
}

#[test]
fn labels_and_keys() {
    assert_eq!(<article::Entity as Model>::LABEL, "blog.Article");
    assert_eq!(<user::Entity as Model>::LABEL, "hooks.User");
    assert_eq!(
        <common::audit_row::Entity as Model>::LABEL,
        "hooks.AuditRow"
    );
    let article = article::Model {
        slug: "one".into(),
        title: "One".into(),
    };
    let any: &dyn AnyModel = &article;
    assert_eq!(any.pk(), Some(PrimaryKey::from("one")));
    assert!(any.is::<article::Model>());
    let draft: &dyn AnyModel = &common::user("Ada");
    assert_eq!(
        (draft.pk(), draft.sender()),
        (None, Sender::model::<user::Entity>())
    );
}

#[tokio::test]
async fn class_prepared_is_sent_for_each_entity() {
    let prepared = testing::capture(&class_prepared);
    signals_sea_orm::prepare().await.unwrap();
    let senders: Vec<_> = prepared
        .sent()
        .into_iter()
        .map(|sent| sent.sender)
        .collect();
    assert!(senders.contains(&Sender::model::<article::Entity>()));
    assert!(senders.contains(&Sender::model::<user::Entity>()));
}
