//! Every signal that is linked into the program.

use crate::signal::AnySignal;

// linkme does not know wasm. There, inventory serves.
#[cfg(not(target_family = "wasm"))]
mod slice {
    use super::AnySignal;

    #[doc(hidden)]
    #[linkme::distributed_slice]
    pub static SIGNALS_CORE_CATALOG: [&'static dyn AnySignal];

    pub(super) fn all() -> impl Iterator<Item = &'static dyn AnySignal> {
        SIGNALS_CORE_CATALOG.iter().copied()
    }

    #[doc(hidden)]
    #[macro_export]
    macro_rules! __list_signal {
        ($signal:expr) => {
            #[$crate::__private::linkme::distributed_slice($crate::__private::SIGNALS_CORE_CATALOG)]
            #[linkme(crate = $crate::__private::linkme)]
            static __SIGNAL: &'static dyn $crate::AnySignal = $signal;
        };
    }
}

#[cfg(target_family = "wasm")]
mod slice {
    use super::AnySignal;

    #[doc(hidden)]
    pub struct Listed(pub &'static dyn AnySignal);

    inventory::collect!(Listed);

    pub(super) fn all() -> impl Iterator<Item = &'static dyn AnySignal> {
        inventory::iter::<Listed>.into_iter().map(|listed| listed.0)
    }

    #[doc(hidden)]
    #[macro_export]
    macro_rules! __list_signal {
        ($signal:expr) => {
            $crate::__private::inventory::submit! { $crate::__private::Listed($signal) }
        };
    }
}

#[cfg(target_family = "wasm")]
#[doc(hidden)]
pub use slice::Listed;
#[cfg(not(target_family = "wasm"))]
#[doc(hidden)]
pub use slice::SIGNALS_CORE_CATALOG;

/// Every signal, in no order.
pub(crate) fn all() -> impl Iterator<Item = &'static dyn AnySignal> {
    slice::all()
}

/// Every signal of every linked crate, by name.
///
/// ```
/// use signals_core::signal;
///
/// signal! {
///     pub order_paid(total: u64);
/// }
///
/// let names: Vec<_> = signals_core::signals().map(|signal| signal.info().name()).collect();
/// assert!(names.iter().any(|name| name.ends_with("order_paid")));
/// ```
pub fn signals() -> impl Iterator<Item = &'static dyn AnySignal> {
    let mut signals: Vec<_> = slice::all().collect();
    signals.sort_by_key(|signal| (signal.info().name, signal.info().file, signal.info().line));
    signals.into_iter()
}
