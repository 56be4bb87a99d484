//! Opening a database, with a signal for each connection.

use sea_orm::sqlx::{self, Connection, Database as Driver};
use sea_orm::{ConnectOptions, Database, DbErr};
use signals_builtin::db::{ConnectionCreated, connection_created};
use signals_core::Sender;

use crate::db::Db;

/// Opens the database with this alias, and sends `connection_created` for each connection that its
/// pool opens, now and later. A connection that a receiver refuses with an error is not used; the
/// pool logs the error, and tries again until its `acquire_timeout` is over.
///
/// ```
/// use sea_orm::ConnectOptions;
/// use sea_orm::sqlx::{self, Executor};
/// use signals_builtin::db::{AnyConnection, connection_created};
/// use signals_core::receiver;
///
/// # #[cfg(feature = "sqlite")]
/// #[receiver(connection_created, sender = sqlx::Sqlite)]
/// async fn wait_for_locks(connection: &mut dyn AnyConnection) -> Result<(), sqlx::Error> {
///     if let Some(connection) = connection.downcast_mut::<sqlx::SqliteConnection>() {
///         connection.execute("PRAGMA busy_timeout = 5000").await?;
///     }
///     Ok(())
/// }
///
/// # #[cfg(feature = "sqlite")]
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let db = signals_sea_orm::connect("default", ConnectOptions::new("sqlite::memory:")).await?;
/// # Ok::<(), sea_orm::DbErr>(()) }).unwrap();
/// ```
///
/// It uses the `map_sqlx_…_pool_opts` of the options: what was said there before is replaced.
///
/// # Errors
///
/// When the database cannot be opened, also because receivers refuse its connections.
pub async fn connect(using: &str, mut options: ConnectOptions) -> Result<Db, DbErr> {
    #[cfg(feature = "sqlite")]
    options.map_sqlx_sqlite_pool_opts({
        let using = using.to_owned();
        move |pool| {
            let using = using.clone();
            pool.after_connect(move |connection, _| {
                let using = using.clone();
                Box::pin(async move { tell::<sqlx::Sqlite>(connection, &using, "sqlite").await })
            })
        }
    });
    #[cfg(feature = "postgres")]
    options.map_sqlx_postgres_pool_opts({
        let using = using.to_owned();
        move |pool| {
            let using = using.clone();
            pool.after_connect(move |connection, _| {
                let using = using.clone();
                Box::pin(
                    async move { tell::<sqlx::Postgres>(connection, &using, "postgresql").await },
                )
            })
        }
    });
    #[cfg(feature = "mysql")]
    options.map_sqlx_mysql_pool_opts({
        let using = using.to_owned();
        move |pool| {
            let using = using.clone();
            pool.after_connect(move |connection, _| {
                let using = using.clone();
                Box::pin(async move { tell::<sqlx::MySql>(connection, &using, "mysql").await })
            })
        }
    });
    Ok(Db::new(using, Database::connect(options).await?))
}

async fn tell<D>(
    connection: &mut D::Connection,
    using: &str,
    vendor: &str,
) -> Result<(), sqlx::Error>
where
    D: Driver<Connection: Connection + Send + Sync>,
{
    let send = connection_created.send_async(ConnectionCreated {
        sender: Sender::of::<D>(),
        connection,
        using,
        vendor,
    });
    // An error that has a place for another.
    send.await
        .map(drop)
        .map_err(|error| sqlx::Error::Configuration(error.into()))
}
