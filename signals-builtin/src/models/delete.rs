//! Deleting rows with their signals, whatever the store.

use signals_core::{AnyModel, SendError};

use super::{DEFAULT_DB, Origin, PostDelete, PreDelete, WriteError, post_delete, pre_delete};

/// What is said of a deletion besides the rows: what [`pre_delete`] and [`post_delete`] tell.
#[derive(Clone, Copy, Debug)]
pub struct Delete<'a> {
    using: &'a str,
    origin: Option<Origin<'a>>,
}

impl<'a> Delete<'a> {
    /// A row that is deleted for its own sake: it is its own `origin`.
    pub const fn new() -> Self {
        Self {
            using: DEFAULT_DB,
            origin: None,
        }
    }

    /// From the database of that alias; [`DEFAULT_DB`] unless given.
    #[must_use]
    pub const fn using(self, using: &'a str) -> Self {
        Self { using, ..self }
    }

    /// As part of a deletion that began with this.
    #[must_use]
    pub const fn origin(self, origin: Origin<'a>) -> Self {
        Self {
            origin: Some(origin),
            ..self
        }
    }

    /// The alias of the database.
    pub const fn database(&self) -> &'a str {
        self.using
    }

    pub(super) fn or_origin(self, origin: Origin<'a>) -> Self {
        self.origin(self.origin.unwrap_or(origin))
    }
}

impl Default for Delete<'_> {
    fn default() -> Self {
        Self::new()
    }
}

/// Deletes several rows in one go, of one model or of several: sends [`pre_delete`] for each in this
/// order, calls `store`, and sends [`post_delete`] for each. What `store` returns is returned.
///
/// The order of `rows` is that of both signals: those that depend on others before these. Unless
/// `delete` says otherwise, the last row is the origin of all, for it is the one that the others
/// depend on.
///
/// ```
/// use signals_builtin::models::{Delete, WriteError, delete_each};
/// use signals_core::Model;
///
/// #[derive(Debug, Model)]
/// struct Author { id: i64 }
///
/// #[derive(Debug, Model)]
/// struct Article { id: i64, author: i64 }
///
/// # struct Db;
/// # impl Db { fn delete_author(&self, _: i64) -> std::io::Result<()> { Ok(()) } }
/// fn forget(db: &Db, articles: &[Article; 2], author: &Author) -> Result<(), WriteError<std::io::Error>> {
///     delete_each(&[&articles[0], &articles[1], author], Delete::new(), || {
///         db.delete_author(author.id)
///     })
/// }
/// # forget(&Db, &[Article { id: 1, author: 1 }, Article { id: 2, author: 1 }], &Author { id: 1 }).unwrap();
/// ```
///
/// Without rows, `store` is not asked to send anything and just called.
///
/// # Errors
///
/// The first error of a receiver or of `store`; which of them it was says whether the rows are there.
///
/// # Panics
///
/// When a receiver or `store` does.
pub fn delete_each<R, E>(
    rows: &[&dyn AnyModel],
    delete: Delete<'_>,
    store: impl FnOnce() -> Result<R, E>,
) -> Result<R, WriteError<E>> {
    for (instance, using, origin) in each(rows, delete) {
        let before = pre_delete.send(PreDelete {
            instance,
            using,
            origin,
        });
        before.map_err(WriteError::Prevented)?;
    }
    let result = store().map_err(WriteError::Store)?;
    for (instance, using, origin) in each(rows, delete) {
        let after = post_delete.send(PostDelete {
            instance,
            using,
            origin,
        });
        after.map_err(WriteError::Afterwards)?;
    }
    Ok(result)
}

/// [`delete_each`] for async code, awaiting async receivers. What is said of cancellation at
/// [`ModelExt`](super::ModelExt#cancellation) holds here too.
///
/// # Errors
///
/// As there.
///
/// # Panics
///
/// As there.
pub async fn delete_each_async<R, E>(
    rows: &[&dyn AnyModel],
    delete: Delete<'_>,
    store: impl AsyncFnOnce() -> Result<R, E>,
) -> Result<R, WriteError<E>> {
    for (instance, using, origin) in each(rows, delete) {
        let before: Result<_, SendError> = pre_delete
            .send_async(PreDelete {
                instance,
                using,
                origin,
            })
            .await;
        before.map_err(WriteError::Prevented)?;
    }
    let result = store().await.map_err(WriteError::Store)?;
    for (instance, using, origin) in each(rows, delete) {
        let after = post_delete
            .send_async(PostDelete {
                instance,
                using,
                origin,
            })
            .await;
        after.map_err(WriteError::Afterwards)?;
    }
    Ok(result)
}

/// What is told of each row.
fn each<'a>(
    rows: &'a [&'a dyn AnyModel],
    delete: Delete<'a>,
) -> impl Iterator<Item = (&'a dyn AnyModel, &'a str, Origin<'a>)> {
    let origin = delete
        .origin
        .or(rows.last().map(|&row| Origin::Instance(row)));
    rows.iter()
        .filter_map(move |&row| Some((row, delete.using, origin?)))
}
