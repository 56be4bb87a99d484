//! What the tests share: entities, and databases.
#![allow(dead_code, missing_docs, unreachable_pub)]

#[cfg(feature = "postgres")]
pub mod postgres;

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use sea_orm::{ConnectOptions, ConnectionTrait, Database, Schema};
use signals_sea_orm::Db;

pub mod user {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "user")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        pub name: String,
        pub slug: String,
        pub visits: i32,
    }

    #[signals_sea_orm::model]
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod audit_row {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_row")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        pub what: String,
    }

    #[signals_sea_orm::model]
    impl ActiveModelBehavior for ActiveModel {}
}

/// A database in memory, of one connection, as all of SQLite's in memory are.
pub async fn memory() -> Db {
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(1).sqlx_logging(false);
    let db = Db::new("default", Database::connect(options).await.unwrap());
    create_tables(&db).await;
    db
}

/// An empty database in memory, and one of PostgreSQL if there is a server.
pub async fn databases() -> Vec<Db> {
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(1).sqlx_logging(false);
    let memory = Db::new("default", Database::connect(options).await.unwrap());
    #[cfg(feature = "postgres")]
    let other = postgres::database(2).await;
    #[cfg(not(feature = "postgres"))]
    let other = None;
    [memory].into_iter().chain(other).collect()
}

pub async fn create_tables(db: &Db) {
    let schema = Schema::new(db.get_database_backend());
    for mut table in [
        schema.create_table_from_entity(user::Entity),
        schema.create_table_from_entity(audit_row::Entity),
    ] {
        db.execute(table.if_not_exists()).await.unwrap();
    }
}

pub fn user(name: &str) -> user::ActiveModel {
    use sea_orm::Set;
    user::ActiveModel {
        name: Set(name.to_owned()),
        slug: Set(String::new()),
        visits: Set(0),
        ..Default::default()
    }
}

/// A database in a file, of several connections; and what deletes the file.
pub async fn file(name: &str) -> (Db, DeletedFile) {
    let path = std::env::temp_dir().join(format!("signals_{name}_{}.db", std::process::id()));
    let file = DeletedFile(path);
    drop(std::fs::remove_file(&file.0));
    let mut options = ConnectOptions::new(format!("sqlite://{}?mode=rwc", file.0.display()));
    options.max_connections(4).sqlx_logging(false);
    options.map_sqlx_sqlite_opts(|options| options.pragma("synchronous", "off"));
    let db = Db::new("default", Database::connect(options).await.unwrap());
    db.execute_unprepared("PRAGMA journal_mode = WAL")
        .await
        .unwrap();
    create_tables(&db).await;
    (db, file)
}

pub struct DeletedFile(std::path::PathBuf);

impl Drop for DeletedFile {
    fn drop(&mut self) {
        for end in ["", "-wal", "-shm"] {
            drop(std::fs::remove_file(format!("{}{end}", self.0.display())));
        }
    }
}

/// Each poll of it is on another task, as of a future that a server hands over when its client has gone.
pub async fn on_many_tasks<F>(work: F) -> F::Output
where
    F: Future<Output: Send> + Send + 'static,
{
    let mut work = Box::pin(work);
    loop {
        let polled = tokio::spawn(async {
            let polled = poll_fn(|cx| Poll::Ready(work.as_mut().poll(cx))).await;
            (polled, work)
        });
        let (polled, rest) = polled.await.unwrap();
        if let Poll::Ready(done) = polled {
            return done;
        }
        work = rest;
        tokio::time::sleep(Duration::from_micros(100)).await;
    }
}
