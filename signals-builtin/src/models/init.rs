//! Instances that are made, and models that are there.

use std::any::TypeId;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use signals_core::{Model, SendError, Sender};

use super::{ClassPrepared, PostInit, PreInit, class_prepared, post_init, pre_init};

/// Makes an instance: sends [`pre_init`], calls `make`, and sends [`post_init`], whose receivers may
/// change the instance.
///
/// # Errors
///
/// The first error of a receiver.
///
/// # Panics
///
/// When a receiver or `make` does.
pub fn init<M: Model>(make: impl FnOnce() -> M::Instance) -> Result<M::Instance, SendError> {
    pre_init.send(PreInit {
        sender: Sender::model::<M>(),
    })?;
    let mut instance = make();
    post_init.send(PostInit {
        instance: &mut instance,
    })?;
    Ok(instance)
}

/// Sends [`class_prepared`] for a model, the first time that it is called for this model in the life
/// of the program. For adapters, and for `main`. Returns whether it was the first time.
///
/// # Errors
///
/// The first error of a receiver. It counts as sent all the same.
///
/// # Panics
///
/// When a receiver does.
pub fn prepare<M: Model>() -> Result<bool, SendError> {
    static PREPARED: Mutex<BTreeSet<TypeId>> = Mutex::new(BTreeSet::new());

    let is_first = PREPARED
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(TypeId::of::<M>());
    if is_first {
        class_prepared.send(ClassPrepared {
            sender: Sender::model::<M>(),
        })?;
    }
    Ok(is_first)
}
