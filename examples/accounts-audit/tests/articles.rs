//! What the event log is told of articles.

use accounts_audit as _;
use accounts_models::{Article, ArticleTag, Tag, Visitor, article, begin, tag, user};
use databases::{article, on_each, user};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, ModelTrait, QueryOrder, Set};
use serde_json::{Value, json};
use signals_builtin::eventlog::EventStore;
use signals_core::Scope;
use signals_sea_orm::eventlog::{Column, Entity as Log, EventLog, Key, Model};
use signals_sea_orm::{Db, m2m};

#[path = "../../accounts-models/tests/support/databases.rs"]
mod databases;

/// Runs the test on each database, with its event log.
async fn on_each_with_log(test: impl AsyncFn(&Db)) {
    on_each(async |db| {
        let log = EventStore::new(EventLog::new(db.clone()));
        Scope::current().with_state(log).run_async(test(db)).await;
    })
    .await;
}

async fn rows(db: &Db) -> Vec<Model> {
    Log::find().order_by_asc(Column::Id).all(db).await.unwrap()
}

async fn told(db: &Db) -> Vec<(String, Value)> {
    let rows = rows(db).await.into_iter();
    rows.map(|row| (row.action, row.extra)).collect()
}

async fn write(db: &Db, author: &user::Model) -> article::Model {
    let txn = begin(db).await.unwrap();
    let draft = article(author, "Engines", "They run.");
    let article = draft.insert(&txn).await.unwrap();
    let mut tags = Vec::new();
    for name in ["maths", "fun"] {
        tags.push(tag::get_or_create(&txn, name).await.unwrap().id);
    }
    m2m(&article, ArticleTag, Tag, &txn)
        .set(tags)
        .await
        .unwrap();
    txn.commit().await.unwrap();
    article
}

#[tokio::test(flavor = "multi_thread")]
async fn the_life_of_an_article() {
    on_each_with_log(async |db| {
        let ada = user(db, "ada").await;
        let article = write(db, &ada).await;
        let mut draft = article.clone().into_active_model();
        draft.title = Set("Machines".to_owned());
        let changed = draft.update(db).await.unwrap();
        let tags = m2m(&changed, ArticleTag, Tag, db);
        let maths = changed.find_related(Tag).order_by_asc(tag::Column::Name);
        let maths = maths.all(db).await.unwrap().pop().unwrap();
        tags.remove([maths.id]).await.unwrap();
        tags.clear().await.unwrap();
        changed.delete(db).await.unwrap();

        let row = |action: &str, extra| (action.to_owned(), extra);
        assert_eq!(
            told(db).await,
            [
                row(
                    "ARTICLE_SAVED",
                    json!({ "created": true, "title": "Engines" })
                ),
                row("ARTICLE_TAGGED", json!({ "added": ["fun", "maths"] })),
                row(
                    "ARTICLE_SAVED",
                    json!({ "created": false, "title": "Machines" })
                ),
                row("ARTICLE_TAGGED", json!({ "removed": ["maths"] })),
                row("ARTICLE_TAGGED", json!({ "cleared": true })),
                row("ARTICLE_DELETED", json!({ "title": "Machines" })),
            ]
        );
        for row in rows(db).await {
            assert_eq!(row.content_type.as_deref(), Some("accounts.Article"));
            assert_eq!(row.object_id, Some(Key::from(article.id)));
            assert_eq!(row.user_id, Some(Key::from(ada.id)), "the author");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_the_visitor_who_did_it() {
    on_each_with_log(async |db| {
        let (ada, eve) = (user(db, "ada").await, user(db, "eve").await);
        let scope = Scope::current().with_state(Visitor(eve.clone()));
        Box::pin(scope.run_async(write(db, &ada))).await;

        let users: Vec<_> = rows(db).await.into_iter().map(|row| row.user_id).collect();
        assert_eq!(users, vec![Some(Key::from(eve.id)); 2]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_rolled_back_leaves_no_row() {
    on_each_with_log(async |db| {
        let ada = user(db, "ada").await;
        let txn = begin(db).await.unwrap();
        let draft = article(&ada, "Engines", "They run.");
        let article = draft.insert(&txn).await.unwrap();
        assert_eq!(Log::find().all(&txn).await.unwrap().len(), 1);
        article.delete(&txn).await.unwrap();
        txn.rollback().await.unwrap();

        assert!(rows(db).await.is_empty());
        assert!(Article::find().all(db).await.unwrap().is_empty());
    })
    .await;
}
