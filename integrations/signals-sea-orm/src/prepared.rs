//! The entities of a program.

use std::marker::PhantomData;

use signals_builtin::models::{ClassPrepared, class_prepared};
use signals_core::__private::inventory;
use signals_core::SendError;

use crate::entity::SignalEntity;
use crate::table::{Table, TableOf};

/// An entity that is linked.
#[doc(hidden)]
pub struct Prepared {
    table: &'static dyn Table,
}

inventory::collect!(Prepared);

impl Prepared {
    /// The entity `E`.
    #[must_use]
    pub const fn new<E: SignalEntity>() -> Self {
        Self {
            table: &TableOf::<E>(PhantomData),
        }
    }
}

/// The tables of all entities, by label.
pub(crate) fn tables() -> Vec<&'static dyn Table> {
    let entities = inventory::iter::<Prepared>.into_iter();
    let mut tables: Vec<&dyn Table> = entities.map(|entity| entity.table).collect();
    tables.sort_by_key(|table| table.label());
    tables
}

/// Sends [`class_prepared`](static@class_prepared) for each entity that is linked, by label. To be
/// called once, as the program starts.
///
/// # Errors
///
/// The first receiver's. Those after it are not called.
pub async fn prepare() -> Result<(), SendError> {
    for table in tables() {
        let sender = table.sender();
        class_prepared.send_async(ClassPrepared { sender }).await?;
    }
    Ok(())
}
