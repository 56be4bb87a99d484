//! The tables, on SQLite and on PostgreSQL.

use accounts_models::session::Sessions;
use accounts_models::{
    PasswordHash, Token, article, article_tag, begin, file, message, migrations, now, open, tag,
    user,
};
use sea_orm::sqlx::types::time::OffsetDateTime;
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, EntityTrait, NotSet, Set, SqlErr, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;
use signals_sea_orm::{Db, m2m};
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};

/// Runs the test on each database that there is.
async fn on_each(test: impl AsyncFn(&Db)) {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = open(&file(&folder.path().join("a ?#%.sqlite")))
        .await
        .unwrap();
    test(&sqlite).await;
    if let Some(server) = signals_test_postgres::server() {
        let name = format!("accounts_{}", Token::generate().unwrap().digest());
        let admin = sea_orm::Database::connect(server).await.unwrap();
        admin
            .execute_unprepared(&format!("CREATE DATABASE \"{}\"", &name[..40]))
            .await
            .unwrap();
        let (before, _) = server.rsplit_once('/').unwrap();
        let postgres = open(&format!("{before}/{}", &name[..40])).await.unwrap();
        test(&postgres).await;
    }
}

fn new_user(name: &str) -> user::ActiveModel {
    user::ActiveModel::new(name, "ada@example.org", PasswordHash::new("$s3cret"), true)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_is_found_and_taken_in_any_case() {
    on_each(async |db| {
        let zoe = new_user("Zoe\u{308}").insert(db).await.unwrap();
        assert_eq!(zoe.username, "Zoë");
        let found = user::by_name(db, "ZOË").await.unwrap().unwrap();
        assert_eq!(found, zoe, "with the same times, too");
        let taken = new_user("zOë").insert(db).await.unwrap_err();
        assert!(matches!(
            taken.sql_err(),
            Some(SqlErr::UniqueConstraintViolation(_))
        ));
        assert!(!format!("{zoe:?}").contains("s3cret"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_taken_once_and_in_order() {
    on_each(async |db| {
        let ada = new_user("ada").insert(db).await.unwrap();
        for text in ["first", "second"] {
            message::leave(db, ada.id, text).await.unwrap();
        }
        assert_eq!(
            message::take(db, ada.id).await.unwrap(),
            ["first", "second"]
        );
        assert!(message::take(db, ada.id).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_kept_until_they_end() {
    on_each(async |db| {
        let sessions = Sessions::new(db.clone());
        let mut record = Record {
            id: Id::default(),
            data: [("user".to_owned(), 7.into())].into(),
            expiry_date: now() + std::time::Duration::from_mins(1),
        };
        sessions.create(&mut record).await.unwrap();
        assert_eq!(
            sessions.load(&record.id).await.unwrap().as_ref(),
            Some(&record)
        );

        let mut other = record.clone();
        sessions.create(&mut other).await.unwrap();
        assert_ne!(other.id, record.id, "an id that is taken is not given away");

        record.data.insert("more".to_owned(), "é".into());
        sessions.save(&record).await.unwrap();
        assert_eq!(
            sessions.load(&record.id).await.unwrap().as_ref(),
            Some(&record)
        );

        other.expiry_date = OffsetDateTime::UNIX_EPOCH;
        sessions.save(&other).await.unwrap();
        assert_eq!(sessions.load(&other.id).await.unwrap(), None);
        sessions.delete_expired().await.unwrap();
        sessions.delete(&record.id).await.unwrap();
        assert_eq!(sessions.load(&record.id).await.unwrap(), None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_article_has_tags_and_goes_with_its_author() {
    on_each(async |db| {
        let ada = new_user("ada").insert(db).await.unwrap();
        let txn = begin(db).await.unwrap();
        let article = article::ActiveModel {
            author_id: Set(ada.id),
            title: Set("Notes".to_owned()),
            body: Set("On the engine".to_owned()),
            created_at: Set(now()),
            updated_at: Set(now()),
            ..Default::default()
        };
        let article = article.insert(&txn).await.unwrap();
        let word = tag::ActiveModel {
            id: NotSet,
            name: Set("engines".to_owned()),
        };
        let word = word.insert(&txn).await.unwrap();
        m2m(&article, article_tag::Entity, tag::Entity, &txn)
            .set([word.id])
            .await
            .unwrap();
        txn.commit().await.unwrap();
        assert_eq!(article_tag::Entity::find().all(db).await.unwrap().len(), 1);

        user::Entity::delete_by_id(ada.id).exec(db).await.unwrap();
        assert!(article::Entity::find().all(db).await.unwrap().is_empty());
        assert!(
            article_tag::Entity::find()
                .all(db)
                .await
                .unwrap()
                .is_empty()
        );
        let _ = db.begin().await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_migration_can_be_taken_back() {
    on_each(async |db| {
        migrations::Migrator::down(db.connection(), None)
            .await
            .unwrap();
        migrations::Migrator::up(db.connection(), None)
            .await
            .unwrap();
        migrations::Migrator::up(db.connection(), None)
            .await
            .unwrap();
    })
    .await;
}
