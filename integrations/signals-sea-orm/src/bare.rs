//! Where a write is made: with a connection of ours, or a bare one.

use std::any::{Any, TypeId, type_name};
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sea_orm::{ConnectionTrait, DbErr};
use signals_builtin::models::{DEFAULT_DB, post_delete, post_save, pre_delete};
use signals_core::{Guarantee, Model, PrimaryKey, ReceiverRef, SendError, Sender, transaction};

use crate::after::{After, Write};
use crate::handle::Handle;
use crate::probe;

/// Where a write is made.
pub(crate) enum Place {
    Ours(Handle),
    /// SeaORM's own connection. Nothing is known of it.
    Bare,
}

/// Where it is, or why nothing can be written there.
pub(crate) fn place_of<E: Model, C: ConnectionTrait>(db: &C) -> Result<Place, DbErr> {
    if let Some(handle) = probe::handle_of(db) {
        return Ok(Place::Ours(handle));
    }
    // It names the type in full, also within references and wrappers.
    let is_transaction = type_name::<C>().contains("DatabaseTransaction");
    if is_transaction
        && !transaction::is_open()
        && let Some(receiver) = waits_for_a_commit(Sender::model::<E>())
    {
        return Err(DbErr::Custom(format!(
            "`{}` is written in a transaction of SeaORM, whose commit nobody is told of, and the \
             receiver `{receiver}` waits for it; begin the transaction with a `signals_sea_orm::Db`",
            E::LABEL,
        )));
    }
    warn_once::<E>(is_transaction);
    Ok(Place::Bare)
}

fn waits_for_a_commit(sender: Sender) -> Option<ReceiverRef> {
    let mut receivers = post_save.receivers_of(sender);
    receivers.extend(pre_delete.receivers_of(sender));
    receivers.extend(post_delete.receivers_of(sender));
    receivers
        .into_iter()
        .find(|receiver| receiver.guarantee() != Guarantee::Inline)
}

static WARNED: Mutex<Vec<(TypeId, bool)>> = Mutex::new(Vec::new());

fn warn_once<E: Model>(is_transaction: bool) {
    let which = (TypeId::of::<E>(), is_transaction);
    let mut warned = WARNED.lock().unwrap_or_else(PoisonError::into_inner);
    if warned.contains(&which) {
        return;
    }
    warned.push(which);
    drop(warned);
    let what = if is_transaction {
        "transaction"
    } else {
        "connection"
    };
    log::warn!(
        target: "signals.sea_orm",
        "`{}` is written with a bare {what} of SeaORM: its signals say `using = \"default\"`, have \
         no `Handle`, and are lost when the write is cancelled; write with a `signals_sea_orm::Db`. \
         (Said once for each entity.)",
        E::LABEL
    );
}

impl Place {
    pub(crate) fn using(&self) -> &str {
        match self {
            Self::Ours(handle) => handle.using(),
            Self::Bare => DEFAULT_DB,
        }
    }

    pub(crate) fn is_raw(&self) -> bool {
        match self {
            Self::Ours(handle) => handle.is_raw(),
            Self::Bare => false,
        }
    }

    /// The handle, if there is one.
    pub(crate) fn handle(&self) -> Option<&Handle> {
        match self {
            Self::Ours(handle) => Some(handle),
            Self::Bare => None,
        }
    }

    /// Sends a signal about what is done here.
    pub(crate) async fn send<T>(
        &self,
        send: impl Future<Output = Result<T, SendError>> + Send,
    ) -> Result<T, SendError> {
        match self {
            Self::Ours(handle) => handle.send(send).await,
            Self::Bare => send.await,
        }
    }

    /// Sends what belongs to a row that is there already.
    pub(crate) async fn send_after<T>(
        &self,
        send: impl Future<Output = Result<T, SendError>> + Send,
    ) -> Result<T, SendError> {
        match self {
            Self::Ours(handle) => handle.or_spoilt(handle.send(send)).await,
            Self::Bare => send.await,
        }
    }

    /// Leaves to the statement what is to be sent after it; or, where nobody takes it along,
    /// remembers what is to be known then.
    pub(crate) fn leave<T: Send + 'static>(
        self,
        after: impl FnOnce(Handle) -> After,
        remember: impl FnOnce() -> Option<(Write, PrimaryKey, T)>,
    ) {
        match self {
            Self::Ours(handle) => after(handle).leave(),
            Self::Bare => {
                if let Some((write, key, known)) = remember() {
                    let mut memory = memory();
                    // A write that failed leaves what it knew.
                    memory.truncate(MOST - 1);
                    memory.push_front((write, key, Box::new(known)));
                }
            }
        }
    }

    /// What the hook before the statement knew. Newest first; that of another task if this one has none,
    /// for the future may have begun there. So each hook has to leave something.
    pub(crate) fn recall<T: 'static>(&self, write: Write, key: &PrimaryKey) -> Option<T> {
        let Self::Bare = self else { return None };
        let mut memory = memory();
        let find = |is_it: &dyn Fn(&Write) -> bool| {
            let mut all = memory.iter();
            all.position(|(of, k, _)| is_it(of) && k == key)
        };
        let found = find(&|of| *of == write).or_else(|| find(&|of| of.is_like(&write)))?;
        let (_, _, known) = memory.remove(found)?;
        known.downcast().ok().map(|known| *known)
    }
}

type Memory = VecDeque<(Write, PrimaryKey, Box<dyn Any + Send>)>;

const MOST: usize = 256;
static MEMORY: Mutex<Memory> = Mutex::new(VecDeque::new());

fn memory() -> MutexGuard<'static, Memory> {
    MEMORY.lock().unwrap_or_else(PoisonError::into_inner)
}
