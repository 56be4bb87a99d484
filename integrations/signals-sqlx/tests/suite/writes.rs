//! Saving and deleting, in a transaction and on a pool; receivers that write.

use signals_builtin::models::{Delete, ModelExt, Write, WriteError, post_delete, post_save};
use signals_core::{Scope, Sender, state, testing};
use signals_sqlx::{Handle, HandleError, begin};
use sqlx::{AssertSqlSafe, Executor, Row};

use super::support::{Account, Journal, delete, names, pool, save, save_on};

#[tokio::test]
async fn sg02_save_in_a_transaction_tells_before_and_after() {
    let Some(pool) = pool(1).await else { return };
    let (journal, _scoped) = Journal::scoped();
    let mut tx = begin(&pool).await.unwrap();
    let ada = save(&mut tx, " ada ").await.unwrap();
    assert_eq!(ada.name, "ada");
    assert_eq!(
        journal.take(),
        ["pre_save ada", "post_save ada: created on default"]
    );
    let renamed = Account {
        name: "ada lovelace".into(),
        ..ada
    };
    let write = Write::update_fields(&["name"]).using("replica").raw();
    let update = tx.save(renamed, write, async |account, connection| {
        let update = sqlx::query("UPDATE account SET name = $1 WHERE id = $2");
        update
            .bind(&account.name)
            .bind(account.id)
            .execute(connection)
            .await?;
        Ok(account)
    });
    update.await.unwrap();
    let told = [
        "pre_save ada lovelace",
        "post_save ada lovelace: updated on replica raw [\"name\"]",
    ];
    assert_eq!(journal.take(), told);
    tx.commit().await.unwrap();
    assert_eq!(names(&pool, "account").await, ["ada lovelace"]);
}

#[tokio::test]
async fn sg02_save_on_a_pool_commits_at_once() {
    let Some(pool) = pool(1).await else { return };
    let (journal, _scoped) = Journal::scoped();
    let handle = Handle::from(pool.clone());
    save_on(&handle, "ada").await.unwrap();
    let told = journal.take();
    assert_eq!(told.len(), 4);
    assert!(told.contains(&"on_commit ada".to_owned()));
    // The neutral way, by the pool itself.
    let bob = Account::new("bob").save_async(Write::insert(), async |bob| {
        let insert = sqlx::query("INSERT INTO account (name) VALUES ($1) RETURNING id")
            .bind(bob.name.clone());
        let id = insert.fetch_one(&pool).await?.get(0);
        Ok::<_, sqlx::Error>(Account { id, ..bob })
    });
    assert_eq!(bob.await.unwrap().id, 2);
    assert_eq!(names(&pool, "account").await, ["ada", "bob"]);
}

#[tokio::test]
async fn sg03_delete_tells_before_and_after_with_the_key() {
    let Some(pool) = pool(1).await else { return };
    let (journal, _scoped) = Journal::scoped();
    let mut tx = begin(&pool).await.unwrap();
    let ada = save(&mut tx, "ada").await.unwrap();
    save(&mut tx, "bob").await.unwrap();
    journal.take();
    let deleted = tx.delete(&ada, Delete::new(), delete).await;
    assert_eq!(deleted.unwrap(), 1);
    let told = [
        "pre_delete 1 ada on default",
        "post_delete 1 ada on default, origin: true",
    ];
    assert_eq!(journal.take(), told);
    tx.commit().await.unwrap();
    assert_eq!(names(&pool, "account").await, ["bob"]);
    let handle = Handle::from(pool.clone());
    let bob = Account {
        id: 2,
        name: "bob".into(),
    };
    let deleted = handle.delete(&bob, Delete::new(), delete).await;
    assert_eq!(deleted.unwrap(), 1);
    assert!(names(&pool, "account").await.is_empty());
}

#[tokio::test]
async fn or08_rows_that_the_database_deletes_by_itself_are_not_told_of() {
    let Some(pool) = pool(1).await else { return };
    let create = format!(
        "CREATE TABLE letter (id {}, account BIGINT REFERENCES account (id) ON DELETE CASCADE)",
        crate::db::KEY
    );
    pool.execute(AssertSqlSafe(create)).await.unwrap();
    let handle = Handle::from(pool.clone());
    let ada = save_on(&handle, "ada").await.unwrap();
    for _ in 0..3 {
        let insert = sqlx::query("INSERT INTO letter (account) VALUES ($1)").bind(ada.id);
        insert.execute(&pool).await.unwrap();
    }
    let told = testing::capture(&post_delete);
    let deleted = handle.delete(&ada, Delete::new(), delete).await;
    assert_eq!(deleted.unwrap(), 1);
    let letters: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM letter")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(letters, 0);
    assert_eq!(told.only().sender, Sender::model::<Account>());
}

#[tokio::test]
async fn au11_a_user_that_is_created_is_told_of_once() {
    let Some(pool) = pool(1).await else { return };
    let told = testing::capture_with(&post_save, |saved| saved.created);
    // On the pool, and in a transaction of its own.
    let user = save_on(&Handle::from(pool.clone()), "user").await.unwrap();
    let mut tx = begin(&pool).await.unwrap();
    let superuser = save(&mut tx, "superuser").await.unwrap();
    tx.commit().await.unwrap();

    assert_ne!(user.id, superuser.id);
    let created = told.sent().into_iter().map(|sent| sent.snapshot);
    assert_eq!(created.collect::<Vec<_>>(), [true, true]);
}

#[tokio::test]
async fn sg02_a_receiver_before_the_save_prevents_it() {
    let Some(pool) = pool(1).await else { return };
    let mut tx = begin(&pool).await.unwrap();
    let error = save(&mut tx, "forbidden").await.unwrap_err();
    assert!(matches!(error, WriteError::Prevented(_)));
    let error = save(&mut tx, "late").await.unwrap_err();
    assert!(matches!(error, WriteError::Afterwards(_)));
    // It is written; what becomes of it is up to whoever has the transaction.
    tx.commit().await.unwrap();
    assert_eq!(names(&pool, "account").await, ["late"]);
}

#[tokio::test]
async fn sg02_an_error_of_the_database_sends_nothing_after_it() {
    let Some(pool) = pool(1).await else { return };
    let (journal, _scoped) = Journal::scoped();
    let handle = Handle::from(pool.clone());
    save_on(&handle, "ada").await.unwrap();
    journal.take();
    let error = save_on(&handle, "ada").await.unwrap_err();
    assert!(matches!(
        error.store(),
        Some(HandleError::Database(sqlx::Error::Database(_)))
    ));
    assert_eq!(journal.take(), ["pre_save ada"]);
}

#[tokio::test]
async fn a_receiver_writes_in_the_senders_transaction() {
    // One connection: whoever asked the pool for another would wait for ever.
    let Some(pool) = pool(1).await else { return };
    let mut tx = begin(&pool).await.unwrap();
    save(&mut tx, "audited ada").await.unwrap();
    tx.rollback().await.unwrap();
    assert!(names(&pool, "audit").await.is_empty());

    let mut tx = begin(&pool).await.unwrap();
    save(&mut tx, "audited bob").await.unwrap();
    let mut savepoint = tx.begin().await.unwrap();
    save(&mut savepoint, "audited eve").await.unwrap();
    savepoint.rollback().await.unwrap();
    let mut savepoint = tx.begin().await.unwrap();
    save(&mut savepoint, "audited kim").await.unwrap();
    savepoint.commit().await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(names(&pool, "audit").await, ["audited bob", "audited kim"]);
}

#[tokio::test]
async fn without_a_transaction_a_receiver_writes_on_the_pool() {
    let Some(pool) = pool(1).await else { return };
    let handle = Handle::from(pool.clone());
    let _provided = state::scoped(handle.clone());
    save_on(&handle, "audited ada").await.unwrap();
    assert_eq!(names(&pool, "audit").await, ["audited ada"]);
}

#[tokio::test]
async fn the_handle_of_a_transaction_says_when_it_is_of_no_use() {
    let Some(pool) = pool(1).await else { return };
    let mut tx = begin(&pool).await.unwrap();
    let handle =
        |scope: Scope| scope.run(|| Handle::clone(&state::get::<Handle<crate::db::Db>>().unwrap()));
    let handle = handle(tx.scope());
    assert!(handle.is_transaction());
    // The transaction has its connection itself.
    assert!(matches!(handle.lock().await, Err(HandleError::NotLent)));
    tx.lend(async {
        let mut db = handle.lock().await.unwrap();
        sqlx::query("INSERT INTO audit (name) VALUES ('lent')")
            .execute(&mut *db)
            .await
            .unwrap();
    })
    .await;
    tx.commit().await.unwrap();
    assert!(matches!(handle.lock().await, Err(HandleError::NotLent)));
    assert_eq!(names(&pool, "audit").await, ["lent"]);
}

#[tokio::test]
async fn a_task_that_keeps_the_handle_does_not_keep_the_transaction_open() {
    let Some(pool) = pool(2).await else { return };
    let mut tx = begin(&pool).await.unwrap();
    save(&mut tx, "ada").await.unwrap();
    let handle = tx
        .scope()
        .run(|| Handle::clone(&state::get::<Handle<crate::db::Db>>().unwrap()));
    let (locked, is_locked) = tokio::sync::oneshot::channel();
    let (go, wait) = tokio::sync::oneshot::channel::<()>();
    let kept = handle.clone();
    let task = tokio::spawn(async move {
        let db = kept.lock().await.unwrap();
        locked.send(()).unwrap();
        wait.await.unwrap();
        drop(db);
    });
    // Dropped while it is lent, and while the task has it.
    let lent = tx.lend(async {
        is_locked.await.unwrap();
        std::future::pending::<()>().await;
    });
    assert!(
        tokio::time::timeout(std::time::Duration::from_millis(50), lent)
            .await
            .is_err()
    );
    drop(tx);
    go.send(()).unwrap();
    task.await.unwrap();
    crate::common::until("the transaction is rolled back", async || {
        pool.num_idle() == pool.size() as usize
    })
    .await;
    assert!(names(&pool, "account").await.is_empty());
    assert!(matches!(handle.lock().await, Err(HandleError::NotLent)));
}
