//! Models: `django.db.models.signals`, and what Django lacks for many rows at once.
//!
//! # Who sends them?
//!
//! Whoever writes. An adapter for an object-relational mapper does it by itself; with any other
//! store, a write is put into one of the calls here, and the signals come with it.
//!
//! | signal | sent | a failing receiver |
//! |---|---|---|
//! | [`pre_init`], [`post_init`] | around the making of an instance | nothing is made; the error is the maker's |
//! | [`pre_save`] | before one row is written | prevents the write |
//! | [`post_save`] | when it is written, in the same transaction if there is one | the row is written; the error reaches the caller, who may roll back |
//! | [`pre_delete`] | before one row is deleted | prevents the deletion |
//! | [`post_delete`] | when it is deleted, in the same transaction if there is one | as with `post_save` |
//! | [`m2m_changed`] | before and after links are changed | as above |
//! | `pre_bulk_…`, `post_bulk_…` | around one statement for many rows | as above |
//! | [`class_prepared`] | once for each model, as the program starts | the error is returned to whoever starts it |
//!
//! All of them are sent with [`send`](signals_core::Signal::send) or
//! [`send_async`](signals_core::Signal::send_async): receivers run one after another, in their
//! defined order, on the thread or in the task of whoever writes. What must not happen before the
//! commit belongs into an `on_commit` receiver, see [`transaction`](signals_core::transaction).
//!
//! What never sends anything: raw SQL, and what the database does of its own accord, such as
//! cascades that are declared there, and triggers.

mod action;
mod batch;
mod bulk;
mod delete;
mod error;
mod init;
mod origin;
mod raw;
mod save;
mod write;

use std::collections::BTreeSet;

use signals_core::{AnyModel, Model, PrimaryKey, Sender, signal};

pub use self::action::M2mAction;
pub use self::batch::{Batch, Rows};
pub use self::bulk::BulkExt;
pub use self::delete::{Delete, delete_each, delete_each_async};
pub use self::error::WriteError;
pub use self::init::{init, prepare};
pub use self::origin::Origin;
pub use self::raw::{Raw, is_raw, raw};
pub use self::save::ModelExt;
pub use self::write::{Write, Written};

/// The alias of a database that nobody gave another: `using` where there is only one.
pub const DEFAULT_DB: &str = "default";

signal! {
    /// An instance of a model is about to be made.
    ///
    /// Sent by [`init`], before, with the model alone: there is no instance yet, and Rust has no
    /// arguments of a constructor to hand around.
    ///
    /// Nothing in Rust sends it by itself, because a struct is made without a call. It is for code
    /// that makes instances in one place and says so; so is [`post_init`].
    ///
    /// The sender is the model.
    ///
    /// As Django's [`pre_init`](https://docs.djangoproject.com/en/stable/ref/signals/#pre-init).
    pub pre_init<M: Model>(sender: M);

    /// An instance of a model was made.
    ///
    /// Sent by [`init`], after, before anybody else gets the instance.
    ///
    /// The sender is the model.
    ///
    /// - `instance` is what was made. Receivers may change it.
    ///
    /// As Django's [`post_init`](https://docs.djangoproject.com/en/stable/ref/signals/#post-init).
    pub post_init<M: Model>(sender: M, instance: &mut M::Instance);

    /// One row is about to be written.
    ///
    /// Sent by whoever writes, once for each row, before the statement; also where the statement
    /// then fails. Receivers may change `instance`, and what they leave is what is written. With
    /// an error, they prevent it.
    ///
    /// The sender is the model, and so with all signals of rows.
    ///
    /// - `instance` is what is to be written, the model's draft.
    /// - `raw`: the row comes as it is from a fixture. Do not look at other rows, and change
    ///   nothing: they may not be there yet.
    /// - `using` is the alias of the database.
    /// - `update_fields` are the fields that an update is to write, if it does not write all of
    ///   them. None for an insert. Where the list is empty, nothing is written and nothing sent. It
    ///   says what the caller asked for: whether a change that a receiver makes to another field is
    ///   written is up to the store. [`save`](ModelExt::save), which asks for a list, does not; an
    ///   adapter whose drafts know what is set, as those of SeaORM, does.
    ///
    /// As Django's [`pre_save`](https://docs.djangoproject.com/en/stable/ref/signals/#pre-save).
    pub pre_save<M: Model>(
        sender: M,
        instance: &mut M::Draft,
        raw: bool,
        using: &str,
        update_fields: Option<&[&'static str]>,
    );

    /// One row was written.
    ///
    /// Sent by whoever writes, once for each row, after the statement, within the transaction that
    /// it is part of. Not sent when the statement failed, nor when an update found no row. With an
    /// error, receivers stop the caller; whether the row stays is up to the transaction.
    ///
    /// - `instance` is the row as it is stored.
    /// - `created`: there was no such row before.
    /// - `update_fields` are the fields that were written: those of the [`pre_save`], and what its
    ///   receivers have added where the store writes that. None if all were, and for an insert.
    /// - `raw` and `using` are those of the [`pre_save`].
    ///
    /// As Django's [`post_save`](https://docs.djangoproject.com/en/stable/ref/signals/#post-save).
    pub post_save<M: Model>(
        sender: M,
        instance: &M::Instance,
        created: bool,
        update_fields: Option<&[&'static str]>,
        raw: bool,
        using: &str,
    );

    /// One row is about to be deleted.
    ///
    /// Sent by whoever deletes, once for each row, before the statement. With an error, receivers
    /// prevent it. Where one deletion takes other rows along, `pre_delete` is sent for all of them
    /// first, those that depend on others before these.
    ///
    /// - `instance` is the row. If only its key is at hand, whoever sends loads it.
    /// - `using` is the alias of the database.
    /// - `origin` is what the deletion began with: the same for all rows that go with it.
    ///
    /// As Django's [`pre_delete`](https://docs.djangoproject.com/en/stable/ref/signals/#pre-delete).
    pub pre_delete<M: Model>(sender: M, instance: &M::Instance, using: &str, origin: Origin<'_>);

    /// One row was deleted.
    ///
    /// Sent by whoever deletes, once for each row, after the statement, within the transaction that
    /// it is part of. The row is gone; `instance` still has its key. Also sent when there was no
    /// such row any more, as Django does.
    ///
    /// The arguments are those of [`pre_delete`].
    ///
    /// As Django's [`post_delete`](https://docs.djangoproject.com/en/stable/ref/signals/#post-delete).
    pub post_delete<M: Model>(sender: M, instance: &M::Instance, using: &str, origin: Origin<'_>);

    /// Links of a many-to-many relation are about to change, or have changed.
    ///
    /// Sent by whoever changes them, in pairs around the statement, within its transaction:
    /// `pre_add` and `post_add`, and so on. The sender is the model of the links, the table
    /// between. Links that are written or deleted as rows of their own send
    /// [`post_save`] and its like, and not this.
    ///
    /// - `action` is what happens, and whether it is before or after.
    /// - `instance` is the row whose links are changed; it may be on either side.
    /// - `reverse`: it is on the side that does not declare the relation.
    /// - `model` is the model on the other side.
    /// - `pk_set` are the keys of the rows on the other side: with `add`, those that were not linked
    ///   before; with `remove`, those that were asked for, linked or not; with `clear`, it is empty,
    ///   for nobody has looked. What a receiver of `pre_add` or `pre_remove` takes out of it stays as
    ///   it was. (Django's is `None` with `clear`.)
    /// - `using` is the alias of the database.
    /// - `raw`: the links come as they are from a fixture.
    ///
    /// As Django's [`m2m_changed`](https://docs.djangoproject.com/en/stable/ref/signals/#m2m-changed).
    pub m2m_changed<T: Model>(
        sender: T,
        action: M2mAction,
        instance: &dyn AnyModel,
        reverse: bool,
        model: Sender,
        pk_set: &mut BTreeSet<PrimaryKey>,
        using: &str,
        raw: bool,
    );

    /// A model is there.
    ///
    /// Sent by [`prepare`], which an adapter calls, or `main`, once for each model, when the program sets
    /// it up. The sender is the model. In Rust no class is prepared while a program runs, so this is for those who build something for each
    /// model: a table of permissions, an index.
    ///
    /// As Django's [`class_prepared`](https://docs.djangoproject.com/en/stable/ref/signals/#class-prepared).
    pub class_prepared<M: Model>(sender: M);

    /// Many rows are about to be inserted by one statement.
    ///
    /// Sent by whoever inserts them, once, before the statement; no `pre_save` is sent. With an
    /// error, receivers prevent it.
    ///
    /// - `batch` is what is known of the rows, which is not much: keys that the database hands out are
    ///   not there yet.
    /// - `using` is the alias of the database.
    /// - `raw`: the rows come as they are from a fixture.
    ///
    /// Django has no such signal, and sends nothing.
    pub pre_bulk_create<M: Model>(sender: M, batch: &Batch, using: &str, raw: bool);

    /// Many rows were inserted by one statement.
    ///
    /// Sent by whoever inserts them, once, after the statement, within its transaction; no
    /// `post_save` is sent. The arguments are those of [`pre_bulk_create`].
    ///
    /// Django has no such signal, and sends nothing.
    pub post_bulk_create<M: Model>(sender: M, batch: &Batch, using: &str, raw: bool);

    /// Many rows are about to be updated by one statement.
    ///
    /// Sent by whoever updates them, once, before the statement; no `pre_save` is sent. With an error,
    /// receivers prevent it.
    ///
    /// - `batch` is what is known of the rows: their keys, or the condition that they meet.
    /// - `update_fields` are the fields that are written, if that is known.
    /// - `using` is the alias of the database.
    ///
    /// Django has no such signal, and sends nothing.
    pub pre_bulk_update<M: Model>(
        sender: M,
        batch: &Batch,
        update_fields: Option<&[&'static str]>,
        using: &str,
    );

    /// Many rows were updated by one statement.
    ///
    /// Sent by whoever updates them, once, after the statement, within its transaction; no
    /// `post_save` is sent. Also sent when there was no such row. The arguments are those of
    /// [`pre_bulk_update`].
    ///
    /// Django has no such signal, and sends nothing.
    pub post_bulk_update<M: Model>(
        sender: M,
        batch: &Batch,
        update_fields: Option<&[&'static str]>,
        using: &str,
    );

    /// Many rows are about to be deleted by one statement.
    ///
    /// Sent by whoever deletes them, once, before the statement; no `pre_delete` is sent. With an
    /// error, receivers prevent it.
    ///
    /// - `batch` is what is known of the rows: their keys, or the condition that they meet.
    /// - `using` is the alias of the database.
    ///
    /// Django has no such signal: it loads the rows and sends `pre_delete` for each.
    pub pre_bulk_delete<M: Model>(sender: M, batch: &Batch, using: &str);

    /// Many rows were deleted by one statement.
    ///
    /// Sent by whoever deletes them, once, after the statement, within its transaction; no
    /// `post_delete` is sent. Also sent when there was no such row. The arguments are those of
    /// [`pre_bulk_delete`].
    ///
    /// Django has no such signal: it loads the rows and sends `post_delete` for each.
    pub post_bulk_delete<M: Model>(sender: M, batch: &Batch, using: &str);
}
