//! The search index, on SQLite and on PostgreSQL.

use accounts_models::{Article, ArticleTag, Tag, article, begin, search_entry, tag};
use accounts_search as _;
use databases::{article, on_each, user};
use sea_orm::{
    ActiveModelTrait, EntityTrait, IntoActiveModel, ModelTrait, QueryFilter, QueryOrder, Set,
};
use signals_sea_orm::{Db, Txn, m2m};

#[path = "../../accounts-models/tests/support/databases.rs"]
mod databases;

/// The titles of what a query finds, oldest first.
async fn found(db: &Db, query: &str) -> Vec<String> {
    let entries = search_entry::Entity::find().filter(search_entry::matching(query));
    let entries = entries.order_by_asc(search_entry::Column::ArticleId);
    let mut titles = Vec::new();
    for entry in entries.all(db).await.unwrap() {
        let article = Article::find_by_id(entry.article_id).one(db).await.unwrap();
        titles.push(article.unwrap().title);
    }
    titles
}

async fn set_tags(article: &article::Model, names: &[&str], txn: &Txn) {
    let mut ids = Vec::new();
    for name in names {
        ids.push(tag::get_or_create(txn, name).await.unwrap().id);
    }
    m2m(article, ArticleTag, Tag, txn).set(ids).await.unwrap();
}

/// Saves an article with tags.
async fn write(db: &Db, draft: article::ActiveModel, tags: &[&str]) -> article::Model {
    let txn = begin(db).await.unwrap();
    let article = draft.insert(&txn).await.unwrap();
    set_tags(&article, tags, &txn).await;
    txn.commit().await.unwrap();
    article
}

#[tokio::test(flavor = "multi_thread")]
async fn each_word_has_to_occur_in_title_text_or_tags() {
    on_each(async |db| {
        let ada = user(db, "ada").await;
        let engines = article(&ada, "On Engines", "Über alles, Émile läuft.");
        write(db, engines, &["maths", "web server"]).await;
        write(db, article(&ada, "On birds", "They fly."), &[]).await;

        assert_eq!(found(db, "on").await, ["On Engines", "On birds"]);
        for query in [
            "ENGINES",
            "gines on",
            "ÜBER engines",
            "e\u{301}mile LÄUFT",
            "maths alles",
            "server  web\tengines",
            "\0engines",
        ] {
            assert_eq!(found(db, query).await, ["On Engines"], "{query:?}");
        }
        for query in ["engines birds", "uber", "emile", "mathsweb"] {
            assert!(found(db, query).await.is_empty(), "{query:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_character_of_a_query_means_anything_but_itself() {
    on_each(async |db| {
        let ada = user(db, "ada").await;
        let title = r"50% of a_b! \d 'or'";
        write(db, article(&ada, title, "."), &[]).await;
        write(db, article(&ada, "50 of aXb d or", "."), &[]).await;

        for query in ["50%", "a_b", "b!", r"\d", "'or'"] {
            assert_eq!(found(db, query).await, [title], "{query}");
        }
        for query in ["5%f", "5__of", "!!", r"\\", "%%", "' OR 1=1 --"] {
            assert!(found(db, query).await.is_empty(), "{query}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_follows_its_article() {
    on_each(async |db| {
        let ada = user(db, "ada").await;
        let first = write(db, article(&ada, "Engines", "They run."), &["maths", "fun"]).await;

        let txn = begin(db).await.unwrap();
        set_tags(&first, &["fun", "steam"], &txn).await;
        txn.commit().await.unwrap();
        assert!(found(db, "maths").await.is_empty());
        assert_eq!(found(db, "steam fun").await, ["Engines"]);

        let mut draft = first.into_active_model();
        draft.title = Set("Machines".to_owned());
        let first = draft.update(db).await.unwrap();
        assert!(found(db, "engines").await.is_empty());
        assert_eq!(found(db, "machines steam").await, ["Machines"]);

        m2m(&first, ArticleTag, Tag, db).clear().await.unwrap();
        assert!(found(db, "steam").await.is_empty());

        first.delete(db).await.unwrap();
        let left = search_entry::Entity::find().all(db).await.unwrap();
        assert!(left.is_empty(), "{left:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_follows_a_tag_that_is_put_on_articles() {
    on_each(async |db| {
        let ada = user(db, "ada").await;
        let first = write(db, article(&ada, "Engines", "They run."), &["maths"]).await;
        let second = write(db, article(&ada, "Birds", "They fly."), &["mathsy"]).await;
        let txn = begin(db).await.unwrap();
        let fun = tag::get_or_create(&txn, "fun").await.unwrap();
        let articles = m2m(&fun, ArticleTag, Article, &txn);
        articles.add([first.id, second.id]).await.unwrap();
        articles.remove([first.id]).await.unwrap();
        txn.commit().await.unwrap();
        assert_eq!(found(db, "fun").await, ["Birds"]);

        for name in ["fun", "maths"] {
            let txn = begin(db).await.unwrap();
            let tag = tag::get_or_create(&txn, name).await.unwrap();
            m2m(&tag, ArticleTag, Article, &txn).clear().await.unwrap();
            txn.commit().await.unwrap();
        }
        assert!(found(db, "fun").await.is_empty());
        assert_eq!(found(db, "maths").await, ["Birds"], "only mathsy is left");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_rolled_back_leaves_no_trace() {
    on_each(async |db| {
        let ada = user(db, "ada").await;
        let kept = write(db, article(&ada, "Engines", "They run."), &["maths"]).await;

        let txn = begin(db).await.unwrap();
        let gone = article(&ada, "Birds", "They fly.")
            .insert(&txn)
            .await
            .unwrap();
        set_tags(&gone, &["fun"], &txn).await;
        set_tags(&kept, &["fun"], &txn).await;
        let inside = search_entry::Entity::find().all(&txn).await.unwrap();
        assert_eq!(inside.len(), 2, "seen in the transaction");
        txn.rollback().await.unwrap();

        let entries = search_entry::Entity::find().all(db).await.unwrap();
        assert_eq!(entries.len(), 1);
        assert_eq!(found(db, "maths").await, ["Engines"]);
        assert!(found(db, "fun").await.is_empty());
    })
    .await;
}
