//! Writing one row with its signals, whatever the store.

use std::any::Any;

use signals_core::{Model, ModelView};

use super::delete::{Delete, delete_each, delete_each_async};
use super::error::told;
use super::{Origin, PostSave, PreSave, Write, WriteError, Written, post_save, pre_save};

/// Rows that are written and deleted with their signals, by any store.
///
/// The store's own work goes into a closure. The signals are sent around it, in its transaction if
/// it has one:
///
/// ```
/// use signals_builtin::models::{ModelExt, Write, WriteError, post_save, pre_save};
/// use signals_core::{Model, receiver};
///
/// #[derive(Debug, Model)]
/// struct User { id: i64, name: String }
///
/// #[receiver(pre_save, sender = User)]
/// fn tidy(instance: &mut User) {
///     instance.name = instance.name.trim().to_owned();
/// }
///
/// #[receiver(post_save, sender = User, when = |created: bool| created)]
/// async fn welcome(instance: &User) {
///     println!("welcome, {}", instance.name);
/// }
///
/// # struct Db;
/// # impl Db {
/// #     async fn insert(&mut self, user: User) -> Result<User, std::io::Error> {
/// #         Ok(User { id: 7, ..user })
/// #     }
/// # }
/// async fn sign_up(db: &mut Db, name: &str) -> Result<User, WriteError<std::io::Error>> {
///     let user = User { id: 0, name: name.into() };
///     user.save_async(Write::insert(), async |user| db.insert(user).await).await
/// }
/// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// # assert_eq!(runtime.block_on(sign_up(&mut Db, " ada ")).unwrap().name, "ada");
/// ```
///
/// # After the commit
///
/// Where a [`transaction`](signals_core::transaction) is open, `on_commit` receivers wait for its
/// end. Open one beside the database's own, or let the adapter of the database do it.
///
/// # Cancellation
///
/// An async call may be dropped half-way, as axum does with a handler whose client is gone. Before
/// the write, nothing has happened. After it, the row is written and the receivers of `post_save`
/// that were not called yet never are, `on_commit` receivers among them. Two things help: in a
/// transaction, the row goes as well, because it is not committed; and a task of its own
/// (`tokio::spawn`) is not dropped with the request.
pub trait ModelExt: ModelView + Sized {
    /// Writes a row: sends [`pre_save`], calls `write` with what its receivers made of the row, and
    /// sends [`post_save`] with the row that `write` returns.
    ///
    /// Receivers run on this thread, `write` between them. An async receiver is waited for where
    /// that is possible, see [`runtime`](signals_core::runtime).
    ///
    /// # Errors
    ///
    /// The first error of a receiver or of `write`; which of them it was says whether the row is
    /// written.
    ///
    /// # Panics
    ///
    /// When a receiver or `write` does.
    fn save<W, E>(
        mut self,
        write: Write<'_>,
        store: impl FnOnce(Self) -> Result<W, E>,
    ) -> Result<<Self::Of as Model>::Instance, WriteError<E>>
    where
        Self::Of: Model<Draft = Self>,
        W: Into<Written<<Self::Of as Model>::Instance>>,
    {
        if write.is_empty() {
            return unchanged(self);
        }
        let before = pre_save.send(before(&mut self, &write));
        before.map_err(WriteError::Prevented)?;
        let written = store(self).map_err(WriteError::Store)?.into();
        let after = post_save.send(after::<Self>(&written, &write));
        told(written.instance, after)
    }

    /// [`save`](Self::save) for async code, awaiting async receivers.
    ///
    /// # Errors
    ///
    /// As there.
    ///
    /// # Panics
    ///
    /// As there.
    #[expect(async_fn_in_trait, reason = "whether it is `Send` is up to `store`")]
    async fn save_async<W, E>(
        mut self,
        write: Write<'_>,
        store: impl AsyncFnOnce(Self) -> Result<W, E>,
    ) -> Result<<Self::Of as Model>::Instance, WriteError<E>>
    where
        Self::Of: Model<Draft = Self>,
        W: Into<Written<<Self::Of as Model>::Instance>>,
    {
        if write.is_empty() {
            return unchanged(self);
        }
        let before = pre_save.send_async(before(&mut self, &write)).await;
        before.map_err(WriteError::Prevented)?;
        let written = store(self).await.map_err(WriteError::Store)?.into();
        let after = post_save.send_async(after::<Self>(&written, &write)).await;
        told(written.instance, after)
    }

    /// Deletes a row: sends [`pre_delete`](super::pre_delete), calls `store`, and sends
    /// [`post_delete`](super::post_delete). What `store` returns is returned.
    ///
    /// Unless `delete` says otherwise, the row is its own origin. Where other rows go with it, see
    /// [`delete_each`].
    ///
    /// # Errors
    ///
    /// The first error of a receiver or of `store`; which of them it was says whether the row is
    /// there.
    ///
    /// # Panics
    ///
    /// When a receiver or `store` does.
    fn delete<R, E>(
        &self,
        delete: Delete<'_>,
        store: impl FnOnce(&Self) -> Result<R, E>,
    ) -> Result<R, WriteError<E>>
    where
        Self::Of: Model<Instance = Self>,
    {
        let delete = delete.or_origin(Origin::Instance(self));
        delete_each(&[self], delete, || store(self))
    }

    /// [`delete`](Self::delete) for async code, awaiting async receivers.
    ///
    /// # Errors
    ///
    /// As there.
    ///
    /// # Panics
    ///
    /// As there.
    #[expect(async_fn_in_trait, reason = "whether it is `Send` is up to `store`")]
    async fn delete_async<R, E>(
        &self,
        delete: Delete<'_>,
        store: impl AsyncFnOnce(&Self) -> Result<R, E>,
    ) -> Result<R, WriteError<E>>
    where
        Self::Of: Model<Instance = Self>,
    {
        let delete = delete.or_origin(Origin::Instance(self));
        delete_each_async(&[self], delete, async || store(self).await).await
    }
}

impl<T: ModelView> ModelExt for T {}

fn before<'a, D>(draft: &'a mut D, write: &Write<'a>) -> PreSave<'a>
where
    D: ModelView<Of: Model<Draft = D>>,
{
    PreSave {
        instance: draft,
        raw: write.is_raw(),
        using: write.database(),
        update_fields: write.fields(),
    }
}

fn after<'a, D: ModelView>(
    written: &'a Written<<D::Of as Model>::Instance>,
    write: &Write<'a>,
) -> PostSave<'a> {
    PostSave {
        instance: &written.instance,
        created: written.created.unwrap_or(write.is_insert()),
        update_fields: write.fields(),
        raw: write.is_raw(),
        using: write.database(),
    }
}

/// The row as it came, where what is written and what is stored are of one type.
fn unchanged<D: 'static, I: 'static, E>(draft: D) -> Result<I, WriteError<E>> {
    let mut draft = Some(draft);
    let any: &mut dyn Any = &mut draft;
    let row = any.downcast_mut::<Option<I>>().and_then(Option::take);
    row.ok_or(WriteError::NoFields)
}
