//! Empty databases on a PostgreSQL, if there is one.

use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use signals_sqlx::connected;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions, PgSslMode};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// An empty database of the test's own. `None`, with a message, if there is no server.
///
/// # Panics
///
/// When there is none and `REQUIRE_POSTGRES` is set.
pub(crate) async fn pool(connections: u32) -> Option<PgPool> {
    pool_with(PgPoolOptions::new().max_connections(connections)).await
}

pub(crate) async fn pool_with(options: PgPoolOptions) -> Option<PgPool> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let server = signals_test_postgres::server()?;
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("signals_{}_{number}", std::process::id());
    let mut admin = admin(server).await;
    let create = AssertSqlSafe(format!("CREATE DATABASE {name}"));
    admin.execute(create).await.expect("a database of our own");
    let (base, _) = server.rsplit_once('/').expect("a URL with a database");
    let database = PgConnectOptions::from_str(&format!("{base}/{name}")).expect("a URL");
    let pool = connected(options, "default").connect_with(database);
    Some(pool.await.expect("the new database answers"))
}

/// The same database, through a line that is cut right after a commit was sent on it.
pub(crate) async fn cut_at_commit(pool: &PgPool) -> PgPool {
    let direct = pool.connect_options();
    let server = (direct.get_host().to_owned(), direct.get_port());
    let line = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = line.local_addr().expect("the port").port();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = line.accept().await {
            let mut server = TcpStream::connect(&server).await.expect("the server");
            tokio::spawn(async move {
                let (mut up, mut down) = ([0; 4096], [0; 4096]);
                loop {
                    tokio::select! {
                        Ok(length @ 1..) = client.read(&mut up) => {
                            server.write_all(&up[..length]).await.expect("the server listens");
                            if up[..length].windows(6).any(|window| window == b"COMMIT") {
                                // The answer comes, and goes nowhere.
                                let answer = server.read(&mut down).await;
                                assert!(answer.is_ok_and(|length| length > 0), "no answer");
                                break;
                            }
                        }
                        Ok(length @ 1..) = server.read(&mut down) => {
                            client.write_all(&down[..length]).await.expect("the client listens");
                        }
                        else => break,
                    }
                }
            });
        }
    });
    let options = PgConnectOptions::clone(&direct)
        .host("127.0.0.1")
        .port(port);
    PgPoolOptions::new()
        .max_connections(1)
        .connect_lazy_with(options.ssl_mode(PgSslMode::Disable))
}

/// A server that has just begun to listen does not answer yet.
async fn admin(server: &str) -> PgConnection {
    for _ in 0..200 {
        if let Ok(admin) = PgConnection::connect(server).await {
            return admin;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("PostgreSQL does not answer at {server}");
}
