//! Orders in SQLite: a row of another table in the same transaction, and a mail after the commit.
//!
//! `cargo run -p signals-sqlx --features sqlite --example orders`

use signals_builtin::db::{AnyConnection, connection_created};
use signals_builtin::models::{Write, post_save, pre_save};
use signals_core::{BoxError, Model, receiver};
use signals_sqlx::{Handle, HandleError, atomic, connected};
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqlitePoolOptions};
use sqlx::{Executor, Row, Sqlite};

#[derive(Clone, Debug, Model)]
struct Order {
    id: i64,
    customer: String,
    total: i64,
}

#[receiver(connection_created, sender = Sqlite)]
async fn check_references(connection: &mut dyn AnyConnection) -> sqlx::Result<()> {
    if let Some(connection) = connection.downcast_mut::<SqliteConnection>() {
        connection.execute("PRAGMA foreign_keys = ON").await?;
    }
    Ok(())
}

#[receiver(pre_save, sender = Order)]
fn no_gifts(instance: &mut Order) -> Result<(), &'static str> {
    instance.customer = instance.customer.trim().to_owned();
    if instance.total > 0 {
        Ok(())
    } else {
        Err("an order costs something")
    }
}

/// In the transaction of whoever saves the order.
#[receiver(post_save, sender = Order, when = |created: bool| created)]
async fn book(instance: &Order, #[state] db: &Handle<Sqlite>) -> Result<(), HandleError> {
    let mut db = db.lock().await?;
    let insert = sqlx::query("INSERT INTO ledger (order_id, amount) VALUES ($1, $2)");
    let insert = insert.bind(instance.id).bind(instance.total);
    insert.execute(&mut *db).await?;
    Ok(())
}

#[receiver(post_save, sender = Order, on_commit)]
async fn send_receipt(instance: &Order) {
    println!("a mail to {}: {} paid", instance.customer, instance.total);
}

async fn insert(order: Order, db: &mut SqliteConnection) -> sqlx::Result<Order> {
    let insert = sqlx::query("INSERT INTO orders (customer, total) VALUES ($1, $2) RETURNING id");
    let row = insert
        .bind(&order.customer)
        .bind(order.total)
        .fetch_one(db)
        .await?;
    Ok(Order {
        id: row.get(0),
        ..order
    })
}

async fn order(pool: &SqlitePool, lines: &[(&str, i64)]) -> Result<(), BoxError> {
    atomic(pool, async |tx| {
        for (customer, total) in lines {
            let order = Order {
                id: 0,
                customer: (*customer).into(),
                total: *total,
            };
            tx.save(order, Write::insert(), insert).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    let options = connected(SqlitePoolOptions::new().max_connections(1), "default");
    let pool = options.connect("sqlite::memory:").await?;
    pool.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, customer TEXT, total INTEGER)")
        .await?;
    pool.execute("CREATE TABLE ledger (order_id INTEGER REFERENCES orders (id), amount INTEGER)")
        .await?;

    order(&pool, &[(" Ada ", 42), ("Grace", 7)]).await?;
    // One of them fails: no row of either, and no mail.
    let error = order(&pool, &[("Eve", 1), ("Mallory", 0)])
        .await
        .unwrap_err();
    println!("not ordered: {error}");

    let booked: i64 = sqlx::query_scalar("SELECT SUM(amount) FROM ledger")
        .fetch_one(&pool)
        .await?;
    println!("booked: {booked}");
    assert_eq!(booked, 49);
    Ok(())
}
