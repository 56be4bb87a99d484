//! Connections to databases: `django.db.backends.signals`.
//!
//! Declared here, sent by the adapter of a database library, which opens connections.

use signals_core::__private::AsAny;
use signals_core::signal;

signal! {
    /// A connection to a database was opened.
    ///
    /// Sent by a pool or an adapter, once for each physical connection, when it is ready and before
    /// anybody else gets it: the place to set what holds for a connection. Taking one out of a pool
    /// again sends nothing. With an error, receivers make the opening fail.
    ///
    /// The sender is the type of the database driver, such as `sqlx::Sqlite`.
    ///
    /// - `connection` is the library's own connection, for a receiver that knows it:
    ///   `connection.downcast_mut::<sqlx::SqliteConnection>()`.
    /// - `using` is the alias of the database.
    /// - `vendor` is the kind of database, in Django's words: `"postgresql"`, `"mysql"`, `"sqlite"`,
    ///   or another.
    ///
    /// As Django's [`connection_created`](https://docs.djangoproject.com/en/stable/ref/signals/#connection-created),
    /// where the alias and the vendor are attributes of the connection.
    pub connection_created(sender, connection: &mut dyn AnyConnection, using: &str, vendor: &str);
}

/// A connection of any database library, as the library's own type.
///
/// Implemented for every type that can go to another thread: there is nothing to do for an adapter.
///
/// ```
/// use signals_builtin::core::receiver;
/// use signals_builtin::db::{self, AnyConnection};
/// # mod sqlx {
/// #     pub struct Sqlite;
/// #     pub struct SqliteConnection;
/// #     impl SqliteConnection { pub async fn run(&mut self, _: &str) {} }
/// # }
///
/// #[receiver(db::connection_created, sender = sqlx::Sqlite, crate = signals_builtin::core)]
/// async fn wait_for_locks(connection: &mut dyn AnyConnection) {
///     if let Some(connection) = connection.downcast_mut::<sqlx::SqliteConnection>() {
///         connection.run("PRAGMA busy_timeout = 5000").await;
///     }
/// }
/// ```
pub trait AnyConnection: AsAny + Send + Sync {}

impl<C: Send + Sync + 'static> AnyConnection for C {}

// A payload holds `&mut (dyn AnyConnection + Send + Sync)`, which Rust takes for another type than
// `&mut dyn AnyConnection`.
impl dyn AnyConnection {
    /// The connection as a `C`, if it is one.
    pub fn downcast_ref<C: AnyConnection>(&self) -> Option<&C> {
        self.as_any().downcast_ref()
    }

    /// The connection as a `C`, if it is one, to be used.
    pub fn downcast_mut<C: AnyConnection>(&mut self) -> Option<&mut C> {
        self.as_any_mut().downcast_mut()
    }
}

impl dyn AnyConnection + Send + Sync {
    /// The connection as a `C`, if it is one.
    pub fn downcast_ref<C: AnyConnection>(&self) -> Option<&C> {
        self.as_any().downcast_ref()
    }

    /// The connection as a `C`, if it is one, to be used.
    pub fn downcast_mut<C: AnyConnection>(&mut self) -> Option<&mut C> {
        self.as_any_mut().downcast_mut()
    }
}
