//! Connections that announce themselves.

use std::sync::Arc;

use signals_builtin::db::{ConnectionCreated, connection_created};
use signals_core::Sender;
use sqlx::pool::PoolOptions;

use crate::Backend;

/// Makes the pool send [`connection_created`] for each connection that it opens, before anybody
/// gets it. `alias` is the signal's `using`.
///
/// ```no_run
/// # #[cfg(feature = "sqlite")] {
/// use signals_builtin::db::{AnyConnection, connection_created};
/// use signals_core::receiver;
/// use sqlx::sqlite::{Sqlite, SqliteConnection, SqlitePoolOptions};
///
/// #[receiver(connection_created, sender = Sqlite)]
/// async fn check_references(connection: &mut dyn AnyConnection) -> sqlx::Result<()> {
///     if let Some(connection) = connection.downcast_mut::<SqliteConnection>() {
///         sqlx::query("PRAGMA foreign_keys = ON").execute(connection).await?;
///     }
///     Ok(())
/// }
///
/// # async fn open() -> sqlx::Result<()> {
/// let options = signals_sqlx::connected(SqlitePoolOptions::new(), "default");
/// let pool = options.connect("sqlite:shop.db").await?;
/// # Ok(()) }
/// # }
/// ```
///
/// It takes the place of [`PoolOptions::after_connect`], of which there is one: call that, and this
/// is undone. Work of one's own goes into a receiver.
///
/// With an error of a receiver, the connection is closed again. The pool logs it and tries anew until
/// its [`acquire_timeout`](PoolOptions::acquire_timeout); whoever waits gets
/// [`PoolTimedOut`](sqlx::Error::PoolTimedOut). That is sqlx's way with errors of `after_connect`.
#[must_use]
pub fn connected<DB: Backend>(
    options: PoolOptions<DB>,
    alias: impl Into<String>,
) -> PoolOptions<DB> {
    let alias: Arc<str> = alias.into().into();
    options.after_connect(move |connection, _| {
        let alias = Arc::clone(&alias);
        Box::pin(async move {
            let sent = connection_created.send_async(ConnectionCreated {
                sender: Sender::of::<DB>(),
                connection,
                using: &alias,
                vendor: DB::VENDOR,
            });
            let done = sent.await.map(drop);
            done.map_err(|error| sqlx::Error::Configuration(error.into()))
        })
    })
}
