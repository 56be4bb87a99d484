//! The entities of a program.

use signals_builtin::models::{ClassPrepared, class_prepared};
use signals_core::__private::inventory;
use signals_core::{BoxFuture, Model, SendError, Sender};

/// An entity that is linked.
#[doc(hidden)]
pub struct Prepared {
    label: &'static str,
    sender: fn() -> Sender,
}

inventory::collect!(Prepared);

impl Prepared {
    /// The entity `E`.
    #[must_use]
    pub const fn new<E: Model>() -> Self {
        Self {
            label: E::LABEL,
            sender: Sender::model::<E>,
        }
    }

    fn send(&self) -> BoxFuture<'static, Result<(), SendError>> {
        let sender = (self.sender)();
        Box::pin(async move {
            class_prepared
                .send_async(ClassPrepared { sender })
                .await
                .map(drop)
        })
    }
}

/// Sends [`class_prepared`](static@class_prepared) for each entity that is linked, by label. To be
/// called once, as the program starts.
///
/// # Errors
///
/// The first receiver's. Those after it are not called.
pub async fn prepare() -> Result<(), SendError> {
    let mut entities: Vec<&Prepared> = inventory::iter::<Prepared>.into_iter().collect();
    entities.sort_by_key(|entity| entity.label);
    for entity in entities {
        entity.send().await?;
    }
    Ok(())
}
