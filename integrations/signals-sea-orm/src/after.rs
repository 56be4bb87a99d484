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
//! hooks of all rows come before; so does `after_delete`.

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

/// The columns that an update writes, if that is not all.
pub(crate) type Fields = Option<Vec<&'static str>>;

/// What becomes of a signal when the statement has run.
pub(crate) enum Sending {
    /// It is sent with the statement.
    Now(BoxFuture<'static, Result<(), DbErr>>),
    /// The row has to be read, and nobody listens for whom that would be worth it: it is sent by the
    /// hook, which gets the row from SeaORM.
    ByTheHook(Fields),
    /// There is nothing to tell of.
    Never,
}

type Sender = dyn FnOnce(Answer<'_>, Handle) -> Sending + Send;

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
    pub(crate) fn begins(self, sql: &str) -> bool {
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

    /// Whether it is the same but for the task.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        self.entity == other.entity && self.verb == other.verb
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

/// What a statement tells the hook after it.
pub(crate) enum Word {
    /// The signal was sent, or there was none.
    Sent,
    /// It was not. These columns were written.
    NotYet(Fields),
}

thread_local! {
    static NEXT: RefCell<Option<After>> = const { RefCell::new(None) };
    static SENT: RefCell<Option<(Write, Word)>> = const { RefCell::new(None) };
}

impl After {
    /// After the statement, `send` says what is to be sent.
    pub(crate) fn new<E: EntityName>(
        handle: Handle,
        verb: Verb,
        key: Option<ValueTuple>,
        send: impl FnOnce(Answer<'_>, Handle) -> Sending + Send + 'static,
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
            // Of several rows, SeaORM calls the hooks after it.
            && !deletes_several(&statement.sql)
            && statement.sql.contains(self.table)
            && self.key.iter().flat_map(Clone::clone).all(|key| {
                let values = statement.values.iter().flat_map(|values| &values.0);
                values.into_iter().any(|value| *value == key)
            })
    }

    /// What is to be sent.
    pub(crate) fn sending<R: Reply>(self, reply: &R, handle: Handle) -> Sending {
        match self.send {
            Some(send) => send(reply.answer(), handle),
            None => Sending::Never,
        }
    }

    pub(crate) fn write(&self) -> Write {
        self.write
    }
}

/// Whether a statement deletes the rows of several hooks, by their keys.
pub(crate) fn deletes_several(sql: &str) -> bool {
    Verb::Delete.begins(sql) && sql.contains(" IN (")
}

/// What is to be sent after this statement. The first thing that it does.
///
/// If SeaORM refused the write in between, there was no statement, and what lies here is not meant
/// for this one.
pub(crate) fn take(handle: &Handle, statement: &Statement) -> Option<After> {
    NEXT.with_borrow_mut(|next| next.take_if(|after| after.is_for(handle, statement)))
}

/// Leaves word to the hook. The last thing that a statement does, in one poll with the hook.
pub(crate) fn tell(write: Write, word: Word) {
    // Not that on which the statement began: a future may go on on another one.
    let task = task::try_id();
    SENT.set(Some((Write { task, ..write }, word)));
}

/// What the statement before has to say of one of these. The first thing that a hook does.
pub(crate) fn told(any_of: &[Write]) -> Option<Word> {
    let (write, word) = SENT.take()?;
    any_of.contains(&write).then_some(word)
}

/// The word of the statement before, to be carried over another one: without `RETURNING`, SeaORM
/// reads the row between the write and the hook.
pub(crate) fn carry() -> Option<(Write, Word)> {
    SENT.with_borrow_mut(|sent| sent.take_if(|(write, _)| write.task == task::try_id()))
}
