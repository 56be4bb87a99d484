//! From a trait object to `dyn Any`.

use std::any::Any;

/// A trait with this above it has objects that can be downcast.
///
/// Since Rust 1.86, `Any` above it is enough: `&dyn Model` becomes `&dyn Any` by itself.
#[doc(hidden)]
pub trait AsAny: Any {
    fn as_any(&self) -> &dyn Any;

    fn as_any_mut(&mut self) -> &mut dyn Any;
}

#[diagnostic::do_not_recommend]
impl<T: Any> AsAny for T {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}
