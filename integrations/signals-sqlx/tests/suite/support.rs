//! A model, its table, and receivers that write down what they hear.

use std::sync::{Arc, Mutex};

use signals_builtin::models::{Write, WriteError, post_delete, post_save, pre_delete, pre_save};
use signals_core::{Model, receiver, state};
use signals_sqlx::{Handle, HandleError, Tx};
use sqlx::{AssertSqlSafe, Executor, Row};

use crate::db::{Connection, Db, KEY};

#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Account {
    pub id: i64,
    pub name: String,
}

impl Account {
    pub(crate) fn new(name: &str) -> Self {
        Self {
            id: 0,
            name: name.into(),
        }
    }
}

pub(crate) type Pool = sqlx::Pool<Db>;

/// A database with the tables of this suite. `None` if there is none.
pub(crate) async fn pool(connections: u32) -> Option<Pool> {
    let pool = crate::db::pool(connections).await?;
    for table in ["account", "audit"] {
        let create = format!("CREATE TABLE {table} (id {KEY}, name TEXT NOT NULL UNIQUE)");
        pool.execute(AssertSqlSafe(create)).await.unwrap();
    }
    Some(pool)
}

pub(crate) async fn insert(account: Account, connection: &mut Connection) -> sqlx::Result<Account> {
    let insert =
        sqlx::query("INSERT INTO account (name) VALUES ($1) RETURNING id").bind(&account.name);
    let id = insert.fetch_one(connection).await?.get(0);
    Ok(Account { id, ..account })
}

pub(crate) async fn save(
    tx: &mut Tx<'_, Db>,
    name: &str,
) -> Result<Account, WriteError<HandleError>> {
    tx.save(Account::new(name), Write::insert(), insert).await
}

/// Saves and commits.
pub(crate) async fn save_on(
    handle: &Handle<Db>,
    name: &str,
) -> Result<Account, WriteError<HandleError>> {
    let new = Account::new(name);
    handle.save(new, Write::insert(), insert).await
}

/// How many rows it was.
pub(crate) async fn delete(account: &Account, connection: &mut Connection) -> sqlx::Result<u64> {
    let delete = sqlx::query("DELETE FROM account WHERE id = $1").bind(account.id);
    Ok(delete.execute(connection).await?.rows_affected())
}

/// The names in a table, in order.
pub(crate) async fn names(pool: &Pool, table: &str) -> Vec<String> {
    let select = format!("SELECT name FROM {table} ORDER BY name");
    let rows = sqlx::query(AssertSqlSafe(select))
        .fetch_all(pool)
        .await
        .unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// What was heard, in order. Tests that want to know put one in their scope.
#[derive(Clone, Default)]
pub(crate) struct Journal(Arc<Mutex<Vec<String>>>);

impl Journal {
    pub(crate) fn scoped() -> (Self, state::ScopedState) {
        let journal = Self::default();
        let scoped = state::scoped(journal.clone());
        (journal, scoped)
    }

    /// What was heard since the last time.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    pub(crate) fn write(line: String) {
        if let Some(journal) = state::get::<Self>() {
            journal.0.lock().unwrap().push(line);
        }
    }
}

#[receiver(pre_save, sender = Account)]
fn before(instance: &mut Account) -> Result<(), &'static str> {
    if instance.name == "forbidden" {
        return Err("it is forbidden");
    }
    instance.name = instance.name.trim().to_owned();
    Journal::write(format!("pre_save {}", instance.name));
    Ok(())
}

#[receiver(post_save, sender = Account, priority = 1)]
fn after(
    instance: &Account,
    created: bool,
    raw: bool,
    using: &str,
    update_fields: Option<&[&str]>,
) -> Result<(), &'static str> {
    let what = if created { "created" } else { "updated" };
    let raw = if raw { " raw" } else { "" };
    let fields = update_fields.map_or_else(String::new, |fields| format!(" {fields:?}"));
    Journal::write(format!(
        "post_save {}: {what} on {using}{raw}{fields}",
        instance.name
    ));
    if instance.name == "late" {
        return Err("it is too late");
    }
    Ok(())
}

/// Writes to the sender's database, for whom it matters.
#[receiver(post_save, sender = Account, when = |instance: &Account| instance.name.starts_with("audited"))]
async fn audit(instance: &Account, #[state] db: &Handle<Db>) -> Result<(), HandleError> {
    let mut db = db.lock().await?;
    let insert = sqlx::query("INSERT INTO audit (name) VALUES ($1)").bind(instance.name.clone());
    insert.execute(&mut *db).await?;
    Ok(())
}

#[receiver(post_save, sender = Account, before_commit)]
fn check(instance: &Account) -> Result<(), &'static str> {
    Journal::write(format!("before_commit {}", instance.name));
    if instance.name == "unwanted" {
        return Err("nobody wants it");
    }
    Ok(())
}

#[receiver(post_save, sender = Account, on_commit)]
async fn mail(instance: &Account) -> Result<(), &'static str> {
    tokio::task::yield_now().await;
    Journal::write(format!("on_commit {}", instance.name));
    if instance.name == "nobody" {
        return Err("no such address");
    }
    Ok(())
}

#[receiver(post_save, sender = Account, on_rollback)]
fn sorry(instance: &Account) {
    Journal::write(format!("on_rollback {}", instance.name));
}

#[receiver(pre_delete, sender = Account)]
fn before_delete(instance: &Account, using: &str) {
    Journal::write(format!(
        "pre_delete {} {} on {using}",
        instance.id, instance.name
    ));
}

#[receiver(post_delete, sender = Account)]
fn after_delete(instance: &Account, using: &str, origin: signals_builtin::models::Origin<'_>) {
    let is_origin = origin
        .instance()
        .and_then(|origin| origin.downcast_ref::<Account>())
        == Some(instance);
    Journal::write(format!(
        "post_delete {} {} on {using}, origin: {is_origin}",
        instance.id, instance.name
    ));
}
