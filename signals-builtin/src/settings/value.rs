//! The value of one setting.

use std::fmt;
use std::ops::Deref;

use serde_core::Serialize;
use serde_json::Value;

use crate::auth::Cleanser;

/// The value of one setting, as serde writes it. Dereferences to that.
///
/// Its `Debug` shows no secrets: neither where the name of the setting [looks like one](Cleanser),
/// nor where a name within the value does.
///
/// ```
/// use signals_builtin::settings::SettingValue;
///
/// let debug = SettingValue::new("debug", true)?;
/// assert_eq!(debug.as_bool(), Some(true));
///
/// let key = SettingValue::new("secret_key", "0x5eed")?;
/// assert_eq!(key.as_str(), Some("0x5eed"));
/// assert!(!format!("{key:?}").contains("5eed"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct SettingValue {
    value: Value,
    is_secret: bool,
}

impl SettingValue {
    /// The value of the setting with this name.
    ///
    /// # Errors
    ///
    /// When serde cannot write it as JSON, such as a map with keys that are no strings.
    pub fn new(setting: &str, value: impl Serialize) -> Result<Self, serde_json::Error> {
        Ok(Self::of(setting, serde_json::to_value(value)?))
    }

    pub(super) fn of(setting: &str, value: Value) -> Self {
        Self {
            value,
            is_secret: Cleanser::default().is_sensitive(setting),
        }
    }

    /// The value itself.
    pub fn into_json(self) -> Value {
        self.value
    }
}

impl Deref for SettingValue {
    type Target = Value;

    fn deref(&self) -> &Value {
        &self.value
    }
}

/// Without secrets.
impl fmt::Debug for SettingValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_secret {
            f.write_str(Cleanser::SUBSTITUTE)
        } else {
            fmt::Display::fmt(&Cleanser::default().cleanse_json(&self.value), f)
        }
    }
}
