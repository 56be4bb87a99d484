//! `Debug` of payloads, whose arguments may have none.
//!
//! The expansion of `signal!` calls `(&Shown(&self.order)).shown()`. Method resolution takes the
//! first impl that fits: of a value with `Debug`, that; of any other, the name of its type.

use std::any::type_name;
use std::fmt;

#[doc(hidden)]
pub struct Shown<'v, T: ?Sized>(pub &'v T);

#[doc(hidden)]
pub trait ViaDebug<'v> {
    fn shown(&self) -> &'v dyn fmt::Debug;
}

impl<'v, T: fmt::Debug> ViaDebug<'v> for Shown<'v, T> {
    fn shown(&self) -> &'v dyn fmt::Debug {
        self.0
    }
}

#[doc(hidden)]
pub trait ViaNothing {
    fn shown(&self) -> NotShown;
}

impl<T: ?Sized> ViaNothing for &Shown<'_, T> {
    fn shown(&self) -> NotShown {
        NotShown(type_name::<T>())
    }
}

/// What has no `Debug`.
#[doc(hidden)]
pub struct NotShown(&'static str);

impl fmt::Debug for NotShown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.0.trim_start_matches('&'))
    }
}
