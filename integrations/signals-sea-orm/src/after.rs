//! The signal that comes after a statement, on its way from the hook to the statement.
//!
//! SeaORM calls `before_save`, then the statement, then `after_save`. Between the first two there is
//! no `.await`: the hook's last act and the statement's first are in one poll, on one thread. So the
//! hook leaves here what is to be sent, and the connection takes it along with the statement. The
//! signal is sent with the statement, before anybody can drop the future in between; it knows what
//! the hook knew; and it also comes after writes for which SeaORM calls no `after_save`.
//!
//! On the way back it is the same: the statement leaves word that the signal was sent, and
//! `after_save` need not send it. It does for writes of several rows by one statement, which the
//! hooks of all rows come before.

use std::any::TypeId;
use std::cell::RefCell;

use sea_orm::sea_query::ValueTuple;
use sea_orm::{DbErr, EntityName, ExecResult, QueryResult, Statement};
use signals_core::BoxFuture;
use tokio::task;

use crate::handle::Handle;

/// What a statement has answered.
pub(crate) enum Answer<'r> {
    /// The row that it wrote, if there was one.
    Row(Option<&'r QueryResult>),
    /// How many rows it wrote, and the key of the last.
    Done(&'r ExecResult),
}

pub(crate) trait Reply: Send + 'static {
    fn answer(&self) -> Answer<'_>;
}

impl Reply for Option<QueryResult> {
    fn answer(&self) -> Answer<'_> {
        Answer::Row(self.as_ref())
    }
}

impl Reply for ExecResult {
    fn answer(&self) -> Answer<'_> {
        Answer::Done(self)
    }
}

pub(crate) type Sending = BoxFuture<'static, Result<(), DbErr>>;
type Sender = dyn FnOnce(Answer<'_>, Handle) -> Option<Sending> + Send;

/// What a statement begins with that the signal belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Insert,
    Update,
    Delete,
    /// Nothing was to be written: SeaORM reads the row.
    Select,
}

impl Verb {
    fn begins(self, sql: &str) -> bool {
        sql.starts_with(match self {
            Self::Insert => "INSERT ",
            Self::Update => "UPDATE ",
            Self::Delete => "DELETE ",
            Self::Select => "SELECT ",
        })
    }
}

/// Which write it is, as far as that can be told on both sides of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Write {
    entity: TypeId,
    verb: Verb,
    task: Option<task::Id>,
}

impl Write {
    pub(crate) fn of<E: 'static>(verb: Verb) -> Self {
        Self {
            verb,
            entity: TypeId::of::<E>(),
            task: task::try_id(),
        }
    }
}

/// What is to be sent after a statement.
pub(crate) struct After {
    write: Write,
    handle: Handle,
    table: &'static str,
    key: Option<ValueTuple>,
    send: Option<Box<Sender>>,
}

thread_local! {
    static NEXT: RefCell<Option<After>> = const { RefCell::new(None) };
    static SENT: RefCell<Option<Write>> = const { RefCell::new(None) };
}

impl After {
    /// After the statement, `send` says what is to be sent.
    pub(crate) fn new<E: EntityName>(
        handle: Handle,
        verb: Verb,
        key: Option<ValueTuple>,
        send: impl FnOnce(Answer<'_>, Handle) -> Option<Sending> + Send + 'static,
    ) -> Self {
        Self {
            send: Some(Box::new(send)),
            ..Self::nothing::<E>(handle, verb, key)
        }
    }

    /// After the statement, nothing is to be sent.
    pub(crate) fn nothing<E: EntityName>(
        handle: Handle,
        verb: Verb,
        key: Option<ValueTuple>,
    ) -> Self {
        Self {
            write: Write::of::<E>(verb),
            handle,
            table: E::default().table_name(),
            key,
            send: None,
        }
    }

    /// Leaves it to the statement that comes next. The last thing that a hook does.
    pub(crate) fn leave(self) {
        SENT.set(None);
        NEXT.set(Some(self));
    }

    /// Whether there is anything to send.
    pub(crate) fn sends(&self) -> bool {
        self.send.is_some()
    }

    fn is_for(&self, handle: &Handle, statement: &Statement) -> bool {
        self.handle.is(handle)
            && self.write.task == task::try_id()
            && self.write.verb.begins(&statement.sql)
            && statement.sql.contains(self.table)
            && self.key.iter().flat_map(|key| key.clone()).all(|key| {
                let values = statement.values.iter().flat_map(|values| values.iter());
                values.into_iter().any(|value| *value == key)
            })
    }

    /// What is to be sent, if anything.
    pub(crate) fn sending<R: Reply>(self, reply: &R, handle: Handle) -> Option<Sending> {
        self.send.and_then(|send| send(reply.answer(), handle))
    }

    pub(crate) fn write(&self) -> Write {
        self.write
    }
}

/// What is to be sent after this statement. The first thing that it does.
///
/// If SeaORM refused the write in between, there was no statement, and what lies here is not meant
/// for this one.
pub(crate) fn take(handle: &Handle, statement: &Statement) -> Option<After> {
    NEXT.with_borrow_mut(|next| next.take_if(|after| after.is_for(handle, statement)))
}

/// What was to be sent is sent. The last thing that a statement does.
pub(crate) fn was_sent(write: Write) {
    SENT.set(Some(write));
}

/// Whether the statement before has sent it. The first thing that a hook does.
pub(crate) fn is_sent(any_of: &[Write]) -> bool {
    SENT.take().is_some_and(|sent| any_of.contains(&sent))
}

/// The word of the statement before, to be carried over another one: without `RETURNING`, SeaORM
/// reads the row between the write and the hook.
pub(crate) fn carry() -> Option<Write> {
    SENT.with_borrow_mut(|sent| sent.take_if(|write| write.task == task::try_id()))
}
