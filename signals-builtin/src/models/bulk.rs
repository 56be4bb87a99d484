//! Writing many rows by one statement, with its signals, whatever the store.

use signals_core::{Delivered, Model, SendError, Sender};

use super::error::told;
use super::{
    Batch, Delete, PostBulkCreate, PostBulkDelete, PostBulkUpdate, PreBulkCreate, PreBulkDelete,
    PreBulkUpdate, Write, WriteError, post_bulk_create, post_bulk_delete, post_bulk_update,
    pre_bulk_create, pre_bulk_delete, pre_bulk_update,
};

/// Models of which many rows are written by one statement, with its signals, by any store.
///
/// The store's own work goes into a closure, which returns how many rows it was, or a [`Batch`] if it
/// knows more, such as the keys of new rows.
///
/// ```
/// use signals_builtin::models::{Batch, BulkExt, Write, WriteError, post_bulk_update};
/// use signals_core::{Model, receiver};
///
/// #[derive(Debug, Model)]
/// struct User { id: i64, active: bool }
///
/// #[receiver(post_bulk_update, sender = User)]
/// fn report(batch: &Batch, update_fields: Option<&[&str]>) {
///     println!("{:?} users: {update_fields:?}", batch.count());
/// }
///
/// # struct Db;
/// # impl Db { fn execute(&self, _: &str) -> std::io::Result<u64> { Ok(3) } }
/// fn retire(db: &Db) -> Result<Batch, WriteError<std::io::Error>> {
///     let old = Batch::matching("last_login < '2020-01-01'");
///     User::bulk_update(Write::update_fields(&["active"]), old, || {
///         db.execute("UPDATE user SET active = false WHERE last_login < '2020-01-01'")
///     })
/// }
/// # assert_eq!(retire(&Db).unwrap().count(), Some(3));
/// ```
///
/// What is said of transactions and of cancellation at [`ModelExt`](super::ModelExt) holds here too.
pub trait BulkExt: Model {
    /// Inserts rows: sends [`pre_bulk_create`], calls `store`, and sends [`post_bulk_create`].
    /// Returns what is known of the rows then.
    ///
    /// # Errors
    ///
    /// The first error of a receiver or of `store`; which of them it was says whether the rows are
    /// written.
    ///
    /// # Panics
    ///
    /// When a receiver or `store` does.
    fn bulk_create<N: Into<Batch>, E>(
        write: Write<'_>,
        batch: Batch,
        store: impl FnOnce() -> Result<N, E>,
    ) -> Result<Batch, WriteError<E>> {
        let before = pre_bulk_create.send(before_create::<Self>(&batch, &write));
        let batch = stored(before, batch, store)?;
        let after = post_bulk_create.send(after_create::<Self>(&batch, &write));
        told(batch, after)
    }

    /// [`bulk_create`](Self::bulk_create) for async code, awaiting async receivers.
    ///
    /// # Errors
    ///
    /// As there.
    ///
    /// # Panics
    ///
    /// As there.
    #[expect(async_fn_in_trait, reason = "whether it is `Send` is up to `store`")]
    async fn bulk_create_async<N: Into<Batch>, E>(
        write: Write<'_>,
        batch: Batch,
        store: impl AsyncFnOnce() -> Result<N, E>,
    ) -> Result<Batch, WriteError<E>> {
        let before = pre_bulk_create
            .send_async(before_create::<Self>(&batch, &write))
            .await;
        let batch = stored_async(before, batch, store).await?;
        let after = post_bulk_create
            .send_async(after_create::<Self>(&batch, &write))
            .await;
        told(batch, after)
    }

    /// Updates rows: sends [`pre_bulk_update`], calls `store`, and sends [`post_bulk_update`].
    /// Returns what is known of the rows then. Without a field to write, it does nothing.
    ///
    /// # Errors
    ///
    /// As [`bulk_create`](Self::bulk_create).
    ///
    /// # Panics
    ///
    /// As there.
    fn bulk_update<N: Into<Batch>, E>(
        write: Write<'_>,
        batch: Batch,
        store: impl FnOnce() -> Result<N, E>,
    ) -> Result<Batch, WriteError<E>> {
        if write.is_empty() {
            return Ok(batch.with_count(0));
        }
        let before = pre_bulk_update.send(before_update::<Self>(&batch, &write));
        let batch = stored(before, batch, store)?;
        let after = post_bulk_update.send(after_update::<Self>(&batch, &write));
        told(batch, after)
    }

    /// [`bulk_update`](Self::bulk_update) for async code, awaiting async receivers.
    ///
    /// # Errors
    ///
    /// As there.
    ///
    /// # Panics
    ///
    /// As there.
    #[expect(async_fn_in_trait, reason = "whether it is `Send` is up to `store`")]
    async fn bulk_update_async<N: Into<Batch>, E>(
        write: Write<'_>,
        batch: Batch,
        store: impl AsyncFnOnce() -> Result<N, E>,
    ) -> Result<Batch, WriteError<E>> {
        if write.is_empty() {
            return Ok(batch.with_count(0));
        }
        let before = pre_bulk_update
            .send_async(before_update::<Self>(&batch, &write))
            .await;
        let batch = stored_async(before, batch, store).await?;
        let after = post_bulk_update
            .send_async(after_update::<Self>(&batch, &write))
            .await;
        told(batch, after)
    }

    /// Deletes rows: sends [`pre_bulk_delete`], calls `store`, and sends [`post_bulk_delete`].
    /// Returns what is known of the rows then. The `origin` of `delete` plays no part.
    ///
    /// Nobody loads the rows. For `pre_delete` and `post_delete` of each, load them and call
    /// [`delete_each`](super::delete_each).
    ///
    /// # Errors
    ///
    /// As [`bulk_create`](Self::bulk_create).
    ///
    /// # Panics
    ///
    /// As there.
    fn bulk_delete<N: Into<Batch>, E>(
        delete: Delete<'_>,
        batch: Batch,
        store: impl FnOnce() -> Result<N, E>,
    ) -> Result<Batch, WriteError<E>> {
        let before = pre_bulk_delete.send(before_delete::<Self>(&batch, &delete));
        let batch = stored(before, batch, store)?;
        let after = post_bulk_delete.send(after_delete::<Self>(&batch, &delete));
        told(batch, after)
    }

    /// [`bulk_delete`](Self::bulk_delete) for async code, awaiting async receivers.
    ///
    /// # Errors
    ///
    /// As there.
    ///
    /// # Panics
    ///
    /// As there.
    #[expect(async_fn_in_trait, reason = "whether it is `Send` is up to `store`")]
    async fn bulk_delete_async<N: Into<Batch>, E>(
        delete: Delete<'_>,
        batch: Batch,
        store: impl AsyncFnOnce() -> Result<N, E>,
    ) -> Result<Batch, WriteError<E>> {
        let before = pre_bulk_delete
            .send_async(before_delete::<Self>(&batch, &delete))
            .await;
        let batch = stored_async(before, batch, store).await?;
        let after = post_bulk_delete
            .send_async(after_delete::<Self>(&batch, &delete))
            .await;
        told(batch, after)
    }
}

impl<M: Model> BulkExt for M {}

/// What is known of the rows once `store` has written them, unless a receiver prevents it.
fn stored<N: Into<Batch>, E>(
    before: Result<Delivered, SendError>,
    batch: Batch,
    store: impl FnOnce() -> Result<N, E>,
) -> Result<Batch, WriteError<E>> {
    before.map_err(WriteError::Prevented)?;
    let rows = store().map_err(WriteError::Store)?;
    Ok(batch.after(rows.into()))
}

async fn stored_async<N: Into<Batch>, E>(
    before: Result<Delivered, SendError>,
    batch: Batch,
    store: impl AsyncFnOnce() -> Result<N, E>,
) -> Result<Batch, WriteError<E>> {
    before.map_err(WriteError::Prevented)?;
    let rows = store().await.map_err(WriteError::Store)?;
    Ok(batch.after(rows.into()))
}

fn before_create<'a, M: Model>(batch: &'a Batch, write: &Write<'a>) -> PreBulkCreate<'a> {
    PreBulkCreate {
        sender: Sender::model::<M>(),
        batch,
        using: write.database(),
        raw: write.is_raw(),
    }
}

fn after_create<'a, M: Model>(batch: &'a Batch, write: &Write<'a>) -> PostBulkCreate<'a> {
    PostBulkCreate {
        sender: Sender::model::<M>(),
        batch,
        using: write.database(),
        raw: write.is_raw(),
    }
}

fn before_update<'a, M: Model>(batch: &'a Batch, write: &Write<'a>) -> PreBulkUpdate<'a> {
    PreBulkUpdate {
        sender: Sender::model::<M>(),
        batch,
        update_fields: write.fields(),
        using: write.database(),
    }
}

fn after_update<'a, M: Model>(batch: &'a Batch, write: &Write<'a>) -> PostBulkUpdate<'a> {
    PostBulkUpdate {
        sender: Sender::model::<M>(),
        batch,
        update_fields: write.fields(),
        using: write.database(),
    }
}

fn before_delete<'a, M: Model>(batch: &'a Batch, delete: &Delete<'a>) -> PreBulkDelete<'a> {
    PreBulkDelete {
        sender: Sender::model::<M>(),
        batch,
        using: delete.database(),
    }
}

fn after_delete<'a, M: Model>(batch: &'a Batch, delete: &Delete<'a>) -> PostBulkDelete<'a> {
    PostBulkDelete {
        sender: Sender::model::<M>(),
        batch,
        using: delete.database(),
    }
}
