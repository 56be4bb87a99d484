//! Types that send signals about themselves.
//!
//! # What is a model?
//!
//! A signal such as `post_save<M: Model>(sender: M, instance: &M)` is sent by *types*: by `User`
//! when a user was saved, by `Order` when an order was. A receiver that says `sender = User` gets
//! `instance: &User`; one that says nothing hears every model and gets `instance: &dyn AnyModel`,
//! a view with a label, a primary key, `Debug` and a downcast.
//!
//! A plain struct is its own instance and its own draft; derive it:
//!
//! ```
//! use signals_core::{AnyModel, Model};
//!
//! #[derive(Debug, Model)]
//! struct User {
//!     id: i64,
//!     name: String,
//! }
//!
//! let user = User { id: 7, name: "ada".into() };
//! let any: &dyn AnyModel = &user;
//! assert_eq!(any.pk(), Some(7.into()));
//! assert_eq!(any.downcast_ref::<User>().unwrap().name, "ada");
//! ```
//!
//! An object-relational mapper that keeps three types for one table (an entity, a row, a row to be
//! written) implements [`Model`] on the first and [`ModelView`] on the other two.

use std::any::Any;
use std::fmt;

use crate::as_any::AsAny;
use crate::sender::Sender;

/// A type that sends signals about its instances.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "a sender of this signal has to be a model",
    note = "a plain struct becomes one with `#[derive(Debug, signals_core::Model)]`",
    note = "of SeaORM's types it is the entity, with `#[signals_sea_orm::model]`: `sender = user::Entity`"
)]
pub trait Model: Sized + 'static {
    /// Crate and type, `shop.Order`, as Django writes `app_label.ModelName`.
    const LABEL: &'static str;

    /// What a stored row looks like in memory; `Self` for a plain struct.
    type Instance: ModelView<Of = Self>;

    /// What is about to be written; `Self` for a plain struct.
    type Draft: ModelView<Of = Self>;
}

/// An instance or a draft of a [`Model`], with the way back to it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an instance of a model",
    label = "a model's `Instance` and `Draft` implement `ModelView`",
    note = "write `impl ModelView for {Self}`, or derive both: `#[derive(Debug, signals_core::Model)]`"
)]
pub trait ModelView: Any + fmt::Debug + Send + Sync {
    /// The model that this is an instance or a draft of.
    type Of: Model;

    /// The primary key, if there is one already.
    fn pk(&self) -> Option<PrimaryKey>;
}

/// Any instance of any model: what a receiver without `sender = …` gets.
///
/// Implemented for every [`ModelView`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an instance of a model",
    label = "this argument takes an instance of the model that sends",
    note = "a plain struct becomes one with `#[derive(Debug, signals_core::Model)]`",
    note = "of SeaORM's types it is a row, whose entity has `#[signals_sea_orm::model]`"
)]
pub trait AnyModel: AsAny + fmt::Debug + Send + Sync {
    /// The model, as the sender that it is.
    fn sender(&self) -> Sender;

    /// The label of the model, [`Model::LABEL`].
    fn label(&self) -> &'static str;

    /// The primary key, if there is one already.
    fn pk(&self) -> Option<PrimaryKey>;
}

#[diagnostic::do_not_recommend]
impl<T: ModelView> AnyModel for T {
    fn sender(&self) -> Sender {
        Sender::model::<T::Of>()
    }

    fn label(&self) -> &'static str {
        T::Of::LABEL
    }

    fn pk(&self) -> Option<PrimaryKey> {
        ModelView::pk(self)
    }
}

impl dyn AnyModel {
    /// Whether this is a `T`.
    pub fn is<T: ModelView>(&self) -> bool {
        self.as_any().is::<T>()
    }

    /// The `T` that this is, if it is one.
    pub fn downcast_ref<T: ModelView>(&self) -> Option<&T> {
        self.as_any().downcast_ref()
    }

    /// The `T` that this is, if it is one, to be changed.
    pub fn downcast_mut<T: ModelView>(&mut self) -> Option<&mut T> {
        self.as_any_mut().downcast_mut()
    }
}

/// Turns an optional instance into the view that a payload holds.
///
/// A literal `Some(&user)` needs no help; a variable does, because Rust does not look inside it:
///
/// ```
/// use signals_core::{AnyModel, Model, any_model};
///
/// #[derive(Debug, Model)]
/// struct User { id: i64 }
///
/// fn current() -> Option<&'static User> { None }
///
/// let user: Option<&dyn AnyModel> = any_model(current());
/// assert!(user.is_none());
/// ```
pub fn any_model<T: ModelView>(instance: Option<&T>) -> Option<&dyn AnyModel> {
    instance.map(|instance| instance as &dyn AnyModel)
}

impl Sender {
    /// The model `M` as sender, with the label that it states; the same as
    /// [`Sender::of::<M>()`](Self::of).
    ///
    /// A model that is written by hand, and not in [`known_senders!`](crate::known_senders!), is
    /// found by its label only from here.
    pub fn model<M: Model>() -> Self {
        Self::labelled::<M>(M::LABEL)
    }
}

/// The primary key of a row, whatever its type.
///
/// ```
/// use signals_core::PrimaryKey;
///
/// assert_eq!(PrimaryKey::from(7), PrimaryKey::from(7_u64));
/// assert_eq!(PrimaryKey::from("ada").to_string(), "ada");
/// assert_eq!(PrimaryKey::from([1, 2]).to_string(), "1,2");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum PrimaryKey {
    /// A number.
    Int(i128),
    /// A natural key, or anything that is best shown as text, such as a UUID.
    Text(String),
    /// A key of several columns.
    Composite(Vec<PrimaryKey>),
}

impl fmt::Display for PrimaryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(key) => key.fmt(f),
            Self::Text(key) => key.fmt(f),
            Self::Composite(keys) => {
                for (i, key) in keys.iter().enumerate() {
                    if i > 0 {
                        f.write_str(",")?;
                    }
                    key.fmt(f)?;
                }
                Ok(())
            }
        }
    }
}

impl PrimaryKey {
    /// The key as an `i64`, if it is a number that fits.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Int(key) => i64::try_from(*key).ok(),
            _ => None,
        }
    }

    /// The key as text, if it is text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(key) => Some(key),
            _ => None,
        }
    }
}

macro_rules! from_integers {
    ($($int:ty),*) => {$(
        impl From<$int> for PrimaryKey {
            fn from(key: $int) -> Self {
                Self::Int(key.into())
            }
        }

        impl ToPrimaryKey for $int {
            fn to_primary_key(&self) -> Option<PrimaryKey> {
                Some((*self).into())
            }
        }
    )*};
}

from_integers!(i8, i16, i32, i64, u8, u16, u32, u64);

impl From<String> for PrimaryKey {
    fn from(key: String) -> Self {
        Self::Text(key)
    }
}

impl From<&str> for PrimaryKey {
    fn from(key: &str) -> Self {
        Self::Text(key.to_owned())
    }
}

impl<K: Into<PrimaryKey>, const N: usize> From<[K; N]> for PrimaryKey {
    fn from(keys: [K; N]) -> Self {
        Self::Composite(keys.into_iter().map(Into::into).collect())
    }
}

/// A field that can serve as the primary key of a derived [`Model`].
///
/// `Option<K>` is the key of a row that may not have been stored yet.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` cannot be shown as a primary key",
    label = "take an integer, a string or an `Option` of one, or implement `ToPrimaryKey` for it"
)]
pub trait ToPrimaryKey {
    /// The key, or `None` where there is none yet.
    fn to_primary_key(&self) -> Option<PrimaryKey>;
}

impl ToPrimaryKey for String {
    fn to_primary_key(&self) -> Option<PrimaryKey> {
        Some(self.as_str().into())
    }
}

impl ToPrimaryKey for &'static str {
    fn to_primary_key(&self) -> Option<PrimaryKey> {
        Some((*self).into())
    }
}

impl<K: ToPrimaryKey> ToPrimaryKey for Option<K> {
    fn to_primary_key(&self) -> Option<PrimaryKey> {
        self.as_ref()?.to_primary_key()
    }
}

/// Back from the view to the type that a receiver with `sender = T` asked for.
///
/// A send finds that receiver by the sender, which comes from the first of the sender's arguments;
/// only a second one of another model can be of the wrong type.
#[doc(hidden)]
pub mod downcast {
    use super::{AnyModel, ModelView};
    use crate::error::BoxError;

    pub fn shared<T: ModelView>(model: &dyn AnyModel) -> Result<&T, BoxError> {
        model
            .downcast_ref()
            .ok_or_else(|| mismatch::<T>(model.label()))
    }

    pub fn exclusive<T: ModelView>(model: &mut dyn AnyModel) -> Result<&mut T, BoxError> {
        let label = model.label();
        model.downcast_mut().ok_or_else(|| mismatch::<T>(label))
    }

    pub fn optional<T: ModelView>(model: Option<&dyn AnyModel>) -> Result<Option<&T>, BoxError> {
        model.map(shared).transpose()
    }

    #[cold]
    fn mismatch<T>(label: &str) -> BoxError {
        let expected = std::any::type_name::<T>();
        format!(
            "an argument is a `{label}`, where the sender's own is `{expected}`; every argument of \
             the sender's type has to be of the same model"
        )
        .into()
    }
}
