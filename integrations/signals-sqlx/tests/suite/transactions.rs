//! Transactions and savepoints.

use signals_builtin::models::Write;
use signals_core::{Finding, SendError, check, transaction};
use signals_sqlx::{CommitError, Handle, HandleError, atomic, begin, begin_with};
use sqlx::Executor;

use super::support::{Account, Journal, names, pool, save};
use crate::db::Db;

#[tokio::test]
async fn a_commit_runs_what_waits_for_it() {
    let Some(pool) = pool(1).await else { return };
    let (journal, _scoped) = Journal::scoped();
    let mut tx = begin(&pool).await.unwrap();
    save(&mut tx, "ada").await.unwrap();
    assert_eq!(
        journal.take(),
        ["pre_save ada", "post_save ada: created on default"]
    );
    let committed = tx.commit().await.unwrap();
    assert!(committed.errors.is_empty());
    assert_eq!(journal.take(), ["before_commit ada", "on_commit ada"]);
    assert_eq!(names(&pool, "account").await, ["ada"]);
}

#[tokio::test]
async fn a_rollback_does_not() {
    let Some(pool) = pool(1).await else { return };
    let (journal, _scoped) = Journal::scoped();
    let mut tx = begin(&pool).await.unwrap();
    save(&mut tx, "ada").await.unwrap();
    journal.take();
    tx.rollback().await.unwrap();
    assert_eq!(journal.take(), ["on_rollback ada"]);
    assert!(names(&pool, "account").await.is_empty());
}

#[tokio::test]
async fn a_drop_is_a_rollback() {
    let Some(pool) = pool(1).await else { return };
    let (journal, _scoped) = Journal::scoped();
    let mut tx = begin(&pool).await.unwrap();
    save(&mut tx, "ada").await.unwrap();
    journal.take();
    drop(tx);
    assert_eq!(journal.take(), ["on_rollback ada"]);
    assert!(names(&pool, "account").await.is_empty());
}

#[tokio::test]
async fn a_savepoint_that_is_released_is_part_of_the_transaction() {
    let Some(pool) = pool(1).await else { return };
    let (journal, _scoped) = Journal::scoped();
    let mut tx = begin(&pool).await.unwrap();
    save(&mut tx, "ada").await.unwrap();
    let mut savepoint = tx.begin().await.unwrap();
    assert!(savepoint.is_savepoint());
    save(&mut savepoint, "bob").await.unwrap();
    journal.take();
    savepoint.commit().await.unwrap();
    assert!(journal.take().is_empty());
    tx.commit().await.unwrap();
    let told = [
        "before_commit ada",
        "before_commit bob",
        "on_commit ada",
        "on_commit bob",
    ];
    assert_eq!(journal.take(), told);
    assert_eq!(names(&pool, "account").await, ["ada", "bob"]);
}

#[tokio::test]
async fn a_savepoint_that_is_rolled_back_takes_its_own_along() {
    let Some(pool) = pool(1).await else { return };
    let (journal, _scoped) = Journal::scoped();
    let mut tx = begin(&pool).await.unwrap();
    save(&mut tx, "ada").await.unwrap();
    let mut outer = tx.begin().await.unwrap();
    save(&mut outer, "bob").await.unwrap();
    let mut inner = outer.begin().await.unwrap();
    save(&mut inner, "eve").await.unwrap();
    journal.take();
    inner.commit().await.unwrap();
    drop(outer);
    assert_eq!(journal.take(), ["on_rollback bob", "on_rollback eve"]);
    let mut again = tx.begin().await.unwrap();
    save(&mut again, "mallory").await.unwrap();
    again.rollback().await.unwrap();
    journal.take();
    tx.commit().await.unwrap();
    assert_eq!(journal.take(), ["before_commit ada", "on_commit ada"]);
    assert_eq!(names(&pool, "account").await, ["ada"]);
}

#[tokio::test]
async fn a_receiver_before_the_commit_prevents_it() {
    let Some(pool) = pool(1).await else { return };
    let (journal, _scoped) = Journal::scoped();
    let mut tx = begin(&pool).await.unwrap();
    save(&mut tx, "unwanted").await.unwrap();
    journal.take();
    let error = tx.commit().await.unwrap_err();
    assert!(matches!(error, CommitError::Prevented(_)), "{error}");
    assert_eq!(
        journal.take(),
        ["before_commit unwanted", "on_rollback unwanted"]
    );
    assert!(names(&pool, "account").await.is_empty());
}

#[tokio::test]
async fn a_receiver_that_fails_after_the_commit_stops_nobody() {
    let Some(pool) = pool(1).await else { return };
    let (journal, _scoped) = Journal::scoped();
    let mut tx = begin(&pool).await.unwrap();
    save(&mut tx, "nobody").await.unwrap();
    save(&mut tx, "ada").await.unwrap();
    let committed = tx.commit().await.unwrap();
    assert_eq!(committed.errors.len(), 1);
    assert_eq!(
        &journal.take()[4..],
        [
            "before_commit nobody",
            "before_commit ada",
            "on_commit nobody",
            "on_commit ada"
        ]
    );
    assert_eq!(names(&pool, "account").await, ["ada", "nobody"]);
}

#[tokio::test]
async fn what_the_database_refuses_is_rolled_back() {
    let Some(pool) = pool(1).await else { return };
    pool.execute(
        "CREATE TABLE owned (owner BIGINT REFERENCES account (id) DEFERRABLE INITIALLY DEFERRED)",
    )
    .await
    .unwrap();
    let (journal, _scoped) = Journal::scoped();
    let mut tx = begin(&pool).await.unwrap();
    save(&mut tx, "ada").await.unwrap();
    tx.execute("INSERT INTO owned (owner) VALUES (99)")
        .await
        .unwrap();
    journal.take();
    let error = tx.commit().await.unwrap_err();
    assert!(matches!(error, CommitError::Refused(_)), "{error}");
    assert_eq!(journal.take(), ["before_commit ada", "on_rollback ada"]);
    assert!(names(&pool, "account").await.is_empty());
    // The connection is as good as new.
    let mut tx = begin(&pool).await.unwrap();
    save(&mut tx, "bob").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(names(&pool, "account").await, ["bob"]);
}

#[tokio::test]
async fn a_transaction_that_is_over_is_not_committed() {
    let Some(pool) = pool(1).await else { return };
    let (journal, _scoped) = Journal::scoped();
    let mut tx = begin(&pool).await.unwrap();
    save(&mut tx, "ada").await.unwrap();
    tx.execute("ROLLBACK").await.unwrap();
    let error = tx.commit().await.unwrap_err();
    assert!(matches!(error, CommitError::Refused(_)), "{error}");
    assert!(!journal.take().contains(&"on_commit ada".to_owned()));
    assert!(names(&pool, "account").await.is_empty());
}

/// PostgreSQL answers COMMIT with ROLLBACK, and without an error, where a statement failed before.
#[cfg(feature = "postgres")]
#[tokio::test]
async fn a_transaction_in_which_a_statement_failed_is_not_committed() {
    let Some(pool) = pool(1).await else { return };
    if crate::db::VENDOR == "sqlite" {
        return;
    }
    let (journal, _scoped) = Journal::scoped();
    let mut tx = begin(&pool).await.unwrap();
    save(&mut tx, "ada").await.unwrap();
    tx.execute("SELECT nonsense").await.unwrap_err();
    let error = tx.commit().await.unwrap_err();
    assert!(matches!(error, CommitError::Refused(_)), "{error}");
    assert!(!journal.take().contains(&"on_commit ada".to_owned()));
    assert!(names(&pool, "account").await.is_empty());
}

#[derive(Debug, thiserror::Error)]
enum Error {
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Commit(#[from] CommitError),
    #[error(transparent)]
    Write(#[from] signals_builtin::models::WriteError<HandleError>),
    #[error(transparent)]
    Send(#[from] SendError),
    #[error("changed my mind")]
    ChangedMyMind,
}

#[tokio::test]
async fn atomic_commits_or_rolls_back() {
    let Some(pool) = pool(1).await else { return };
    let (journal, _scoped) = Journal::scoped();
    let done: Result<_, Error> = atomic(&pool, async |tx| Ok(save(tx, "ada").await?.name)).await;
    assert_eq!(done.unwrap(), "ada");
    let done: Result<(), Error> = atomic(&pool, async |tx| {
        save(tx, "bob").await?;
        Err(Error::ChangedMyMind)
    })
    .await;
    assert!(matches!(done, Err(Error::ChangedMyMind)));
    assert_eq!(journal.take().last().unwrap(), "on_rollback bob");
    assert_eq!(names(&pool, "account").await, ["ada"]);
}

#[tokio::test]
async fn atomic_can_be_spawned() {
    let Some(pool) = pool(1).await else { return };
    let task = tokio::spawn(async move {
        let done: Result<(), Error> = atomic(&pool, async |tx| {
            save(tx, "ada").await?;
            let mut savepoint = tx.begin().await?;
            save(&mut savepoint, "bob").await?;
            savepoint.commit().await?;
            let eve = tx.save(Account::new("eve"), Write::insert(), async |eve, db| {
                let insert = sqlx::query("INSERT INTO account (name) VALUES ($1)");
                insert.bind(&eve.name).execute(db).await?;
                Ok(eve)
            });
            eve.await?;
            Ok(())
        })
        .await;
        done.unwrap();
        names(&pool, "account").await
    });
    assert_eq!(task.await.unwrap(), ["ada", "bob", "eve"]);
}

#[tokio::test]
async fn on_commit_callbacks_wait_in_the_scope_of_a_transaction() {
    let Some(pool) = pool(1).await else { return };
    let mut tx = begin_with(&pool, "BEGIN").await.unwrap();
    let (said, heard) = tokio::sync::oneshot::channel();
    tx.run(async |_| {
        transaction::on_commit(move || said.send(()).unwrap()).unwrap();
    })
    .await;
    assert!(!transaction::is_open());
    tx.commit().await.unwrap();
    heard.await.unwrap();
}

/// A transaction on another connection is one of its own, wherever it is begun.
#[tokio::test]
async fn two_connections_are_two_transactions() {
    let Some(pool) = pool(3).await else { return };
    let (journal, _scoped) = Journal::scoped();
    let mut tx = begin(&pool).await.unwrap();
    tx.run(async |_| {
        let mut other = begin(&pool).await.unwrap();
        assert!(!other.is_savepoint());
        save(&mut other, "ada").await.unwrap();
        other.commit().await.unwrap();
    })
    .await;
    assert_eq!(journal.take().last().unwrap(), "on_commit ada");
    tx.rollback().await.unwrap();
    assert_eq!(names(&pool, "account").await, ["ada"]);
}

#[tokio::test]
async fn a_panic_rolls_back() {
    let Some(pool) = pool(2).await else { return };
    let task = tokio::spawn({
        let pool = pool.clone();
        async move {
            let mut tx = begin(&pool).await.unwrap();
            save(&mut tx, "ada").await.unwrap();
            panic!("on purpose");
        }
    });
    assert!(task.await.unwrap_err().is_panic());
    assert!(names(&pool, "account").await.is_empty());
}

/// A `Tx` provides it, and nobody else has to.
#[test]
fn the_handle_is_no_missing_state() {
    let handle = std::any::type_name::<Handle<Db>>();
    let findings = check();
    let is_missing =
        |it: &&Finding| matches!(it, Finding::MissingState { state, .. } if *state == handle);
    assert!(findings.iter().find(is_missing).is_none(), "{findings:?}");
}
