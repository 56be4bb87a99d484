//! The counts, on SQLite and on PostgreSQL.

use std::collections::BTreeMap;

use accounts_models::{ArticleTag, Tag, begin, now, statistic};
use accounts_statistics as _;
use databases::{article, on_each, user};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, Set};
use signals_builtin::account::{Form, UserLoggedIn, user_logged_in};
use signals_builtin::auth::{Credentials, UserLoginFailed, user_login_failed};
use signals_core::{Scope, Sender, in_current_scope};
use signals_sea_orm::{Db, m2m};

#[path = "../../accounts-models/tests/support/databases.rs"]
mod databases;

/// Not what is tested.
#[derive(Debug)]
struct NoForm;

impl Form for NoForm {
    fn fields(&self) -> &[&str] {
        &[]
    }

    fn value(&self, _: &str) -> Option<&str> {
        None
    }
}

/// What was counted, also if midnight is in the middle of the test.
async fn counts(db: &Db) -> BTreeMap<String, i64> {
    let mut counts = BTreeMap::new();
    for row in statistic::Entity::find().all(db).await.unwrap() {
        assert!(
            row.day <= now().date().to_string() && row.day.len() == 10,
            "{row:?}"
        );
        *counts.entry(row.name).or_default() += row.count;
    }
    counts
}

fn counted(counts: &[(&str, i64)]) -> BTreeMap<String, i64> {
    let counts = counts
        .iter()
        .map(|(name, count)| ((*name).to_owned(), *count));
    counts.collect()
}

/// Runs the test on each database, which is the one that is provided.
async fn on_each_provided(test: impl AsyncFn(&Db)) {
    on_each(async |db| {
        let scope = Scope::current().with_state::<Db>(db.clone());
        scope.run_async(test(db)).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobodys_count_is_lost() {
    on_each_provided(async |db| {
        let all = (0..40).map(|number| {
            let db = db.clone();
            tokio::spawn(in_current_scope(async move {
                user(&db, &format!("ada{number}")).await;
            }))
        });
        for one in all.collect::<Vec<_>>() {
            one.await.unwrap();
        }
        assert_eq!(counts(db).await, counted(&[("Sign-ups", 40)]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn log_ins_are_counted_and_those_that_failed() {
    on_each_provided(async |db| {
        let ada = user(db, "ada").await;
        let sent = user_logged_in.send_async(UserLoggedIn {
            user: &ada,
            form: &NoForm,
        });
        sent.await.unwrap();
        for _ in 0..2 {
            let failed = UserLoginFailed {
                sender: Sender::named("test"),
                credentials: &Credentials::new([("username", "ada")]),
                request: None,
            };
            user_login_failed.send_async(failed).await.unwrap();
        }
        let expected = counted(&[("Sign-ups", 1), ("Log-ins", 1), ("Failed log-ins", 2)]);
        assert_eq!(counts(db).await, expected);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn articles_are_counted_when_they_are_there_and_once() {
    on_each_provided(async |db| {
        let ada = user(db, "ada").await;
        let txn = begin(db).await.unwrap();
        let first = article(&ada, "Engines", "They run.")
            .insert(&txn)
            .await
            .unwrap();
        m2m(&first, ArticleTag, Tag, &txn).clear().await.unwrap();
        txn.commit().await.unwrap();
        assert_eq!(
            counts(db).await,
            counted(&[("Sign-ups", 1), ("Articles", 1)])
        );

        let mut draft = first.into_active_model();
        draft.title = Set("Machines".to_owned());
        draft.update(db).await.unwrap();
        let txn = begin(db).await.unwrap();
        article(&ada, "Birds", "They fly.")
            .insert(&txn)
            .await
            .unwrap();
        txn.rollback().await.unwrap();
        assert_eq!(
            counts(db).await,
            counted(&[("Sign-ups", 1), ("Articles", 1)])
        );
    })
    .await;
}
