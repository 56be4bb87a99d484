//! What nobody is to see.

use std::fmt;

use serde_core::{Deserialize, Deserializer, de};

/// A password, or another secret, as somebody typed it: for the fields of a form and the arguments of
/// a backend.
///
/// Shown by neither `Debug` nor, when it is read with serde, the errors of the parser.
///
/// ```
/// use signals_builtin::auth::Secret;
///
/// #[derive(Debug, serde::Deserialize)]
/// struct LogIn { username: String, password: Secret<String> }
///
/// let form: LogIn = serde_json::from_str(r#"{ "username": "ada", "password": "1815" }"#)?;
///
/// assert_eq!(form.password.expose(), "1815");
/// assert!(!format!("{form:?}").contains("1815"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Hides it.
    pub fn new(secret: T) -> Self {
        Self(secret)
    }

    /// What was typed. Say this word only where it is hashed, compared or sent.
    pub fn expose(&self) -> &T {
        &self.0
    }

    /// What was typed, by value.
    pub fn into_exposed(self) -> T {
        self.0
    }
}

impl<T> From<T> for Secret<T> {
    fn from(secret: T) -> Self {
        Self(secret)
    }
}

/// Stars.
impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({})", crate::auth::Cleanser::SUBSTITUTE)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Secret<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // A parser would quote what it found.
        T::deserialize(deserializer)
            .map(Self)
            .map_err(|_| de::Error::custom("a secret is of the wrong type"))
    }
}
