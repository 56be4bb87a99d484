//! What a receiver's arguments become until the end of the transaction.

use std::borrow::{Borrow, ToOwned};

use crate::error::BoxError;
use crate::signal::Spec;

/// What a receiver that is called at the end of a transaction can take as `&T`: it is cloned.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a `{Self}` cannot be kept until the end of the transaction",
    label = "a receiver that waits for the end of a transaction gets clones: `{Self}` has to be `Clone` (or `ToOwned`), `Send` and `'static`",
    note = "or take another argument, say its primary key"
)]
pub trait Kept {
    type Owned: Borrow<Self> + Send + 'static;
    fn keep(&self) -> Self::Owned;
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized + ToOwned<Owned: Send + 'static>> Kept for T {
    type Owned = <T as ToOwned>::Owned;

    fn keep(&self) -> Self::Owned {
        self.to_owned()
    }
}

#[doc(hidden)]
pub fn keep<T: ?Sized + Kept>(value: &T) -> T::Owned {
    value.keep()
}

#[doc(hidden)]
pub fn keep_optional<T: ?Sized + Kept>(value: Option<&T>) -> Option<T::Owned> {
    value.map(T::keep)
}

#[doc(hidden)]
pub fn lend_optional<O: Borrow<T>, T: ?Sized>(value: &Option<O>) -> Option<&T> {
    value.as_ref().map(O::borrow)
}

/// A signal that only tells, so that its receivers can be called later.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the signal `{Self}` asks its receivers, and nobody waits for an answer until the end of the transaction",
    label = "answer within the send: leave this out"
)]
pub trait Tells: Spec {
    fn told(answer: Result<Self::Answer, BoxError>) -> Result<(), BoxError>;
}

#[diagnostic::do_not_recommend]
impl<S: Spec<Answer = ()>> Tells for S {
    fn told(answer: Result<(), BoxError>) -> Result<(), BoxError> {
        answer
    }
}

#[doc(hidden)]
pub fn told<S: Tells>(answer: Result<S::Answer, BoxError>) -> Result<(), BoxError> {
    S::told(answer)
}
