//! Empty databases on a PostgreSQL, if there is one.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use signals_sea_orm::Db;

/// An empty database of the test's own. `None`, with a message, if there is no server.
///
/// # Panics
///
/// When there is none and `REQUIRE_POSTGRES` is set.
pub(crate) async fn database(connections: u32) -> Option<Db> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let server = signals_test_postgres::server()?;
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("signals_sea_orm_{}_{number}", std::process::id());
    let create = format!("CREATE DATABASE {name}");
    admin(server)
        .await
        .execute_unprepared(&create)
        .await
        .expect("a database of our own");
    let (base, _) = server.rsplit_once('/').expect("a URL with a database");
    let mut options = ConnectOptions::new(format!("{base}/{name}"));
    options.max_connections(connections).sqlx_logging(false);
    let db = signals_sea_orm::connect("default", options).await;
    Some(db.expect("the new database answers"))
}

/// A server that has just begun to listen does not answer yet.
async fn admin(server: &str) -> DatabaseConnection {
    for _ in 0..200 {
        let mut options = ConnectOptions::new(server);
        options.max_connections(1).sqlx_logging(false);
        if let Ok(admin) = Database::connect(options).await {
            return admin;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("PostgreSQL does not answer at {server}");
}
