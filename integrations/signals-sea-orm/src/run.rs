//! What was begun is brought to its end, also when nobody waits for it any more.

use std::fmt;

use signals_core::{in_current_scope, transaction};

/// Awaits the work here. Dropped before its end, the rest of it is run all the same, and an error that
/// nobody is there to get is logged.
pub(crate) fn to_its_end<T: Send + 'static, E: fmt::Display + Send + 'static>(
    work: impl Future<Output = Result<T, E>> + Send + 'static,
) -> impl Future<Output = Result<T, E>> + Send {
    transaction::run_to_completion(in_current_scope(work), |result| {
        if let Err(error) = result {
            log::error!(
                target: "signals.sea_orm",
                "a write that was cancelled has failed: {error}"
            );
        }
    })
}
