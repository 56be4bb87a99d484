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

async fn open(url: &str, connections: u32) -> Db {
    let mut options = ConnectOptions::new(url);
    options.max_connections(connections).sqlx_logging(false);
    options.map_sqlx_sqlite_opts(|options| options.pragma("synchronous", "off"));
    let db = Db::new("default", Database::connect(options).await.unwrap());
    // Whether SQLite has it is a matter of what else is built.
    assert!(
        std::env::var_os("REQUIRE_NO_RETURNING").is_none() || !db.support_returning(),
        "REQUIRE_NO_RETURNING is set, but SeaORM has `sqlite-use-returning-for-3_35`: test this \
         package alone, without `sqlite-returning`"
    );
    db
}

/// A database in memory, of one connection, as all of SQLite's in memory are.
pub async fn memory() -> Db {
    let db = open("sqlite::memory:", 1).await;
    create_tables(&db).await;
    db
}

/// A database of each kind, one after the other. The file is deleted with this.
pub struct Databases {
    all: std::vec::IntoIter<Db>,
    _folder: tempfile::TempDir,
}

impl Iterator for Databases {
    type Item = Db;

    fn next(&mut self) -> Option<Db> {
        self.all.next()
    }
}

/// Empty databases: in memory, with one connection; in a file, with several; and in PostgreSQL, if
/// there is a server.
pub async fn databases() -> Databases {
    databases_with(async |_| {}).await
}

/// [`databases`], with the tables of the entities here.
pub async fn with_tables() -> Databases {
    databases_with(create_tables).await
}

/// [`databases`], with these tables.
pub async fn databases_with(create_tables: impl AsyncFn(&Db)) -> Databases {
    let folder = tempfile::tempdir().unwrap();
    let url = format!(
        "sqlite://{}?mode=rwc",
        folder.path().join("file.db").display()
    );
    let file = open(&url, 4).await;
    let wal = "PRAGMA journal_mode = WAL";
    file.execute_unprepared(wal).await.unwrap();
    let all = vec![open("sqlite::memory:", 1).await, file];
    #[cfg(feature = "postgres")]
    let all: Vec<Db> = all.into_iter().chain(postgres::database(4).await).collect();
    for db in &all {
        create_tables(db).await;
    }
    Databases {
        all: all.into_iter(),
        _folder: folder,
    }
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
