//! Settings that a test can override: `django.test.override_settings`.
//!
//! # What are settings?
//!
//! A struct of the application's own, read from wherever it likes, and provided once like any other
//! [state]. Code reads it with [`get`], receivers as `#[state] config: &Config`:
//!
//! ```
//! use serde::Serialize;
//! use signals_builtin::{settings, testing};
//! use signals_core::{receiver, state};
//!
//! #[derive(Clone, Serialize)]
//! struct Config { debug: bool, page_size: u32 }
//!
//! #[receiver(testing::setting_changed, sender = Config)]
//! fn forget_pages(setting: &str) {
//!     if setting == "page_size" {
//!         // What was made with the old one is of no use any more.
//!     }
//! }
//!
//! fn page_size() -> u32 {
//!     settings::get::<Config>().map_or(20, |config| config.page_size)
//! }
//!
//! state::provide(Config { debug: false, page_size: 50 })?;
//! assert_eq!(page_size(), 50);
//!
//! let small_pages = settings::override_with(|config: &mut Config| config.page_size = 2)?;
//! assert_eq!(page_size(), 2);
//!
//! drop(small_pages);
//! assert_eq!(page_size(), 50);
//! # Ok::<(), signals_core::BoxError>(())
//! ```
//!
//! What is overridden is so for the [scope](mod@signals_core::scope) of the test alone, this thread
//! or this future: tests that run at once do not see each other. It nests, and ends when the guard is
//! dropped, also by a panic.
//!
//! [`setting_changed`] tells of each setting that has another value, as it begins and as it ends.
//! Settings that are no struct, such as a map from names to values, work as well: any that serde
//! writes as names and values.

mod error;
mod value;

use std::any::type_name;
use std::collections::BTreeSet;
use std::panic::Location;

use serde_core::Serialize;
use serde_json::{Map, Value};
use signals_core::state::{self, ScopedState, State};
use signals_core::{RobustDelivered, SendError, Sender};

pub use self::error::{OverrideError, RestoreErrors};
pub use self::value::SettingValue;
use crate::testing::{SettingChanged, setting_changed};

/// The settings of the type `T`, as they are here: overridden, or as the application provided them.
/// `None` if it did not.
pub fn get<T: Send + Sync + 'static>() -> Option<State<T>> {
    state::get()
}

/// Overrides settings, in the scope of where this is called, until the guard is dropped.
///
/// `change` gets a copy of the settings as they are here. [`setting_changed`] is then sent for each
/// that it gave another value, in the order of their names.
///
/// # Errors
///
/// When there are no such settings, or a receiver of [`setting_changed`] fails. The settings are then
/// as they were, and `setting_changed` has told so, for all that were to change.
///
/// # Panics
///
/// When `change` or a receiver does.
#[track_caller]
pub fn override_with<T>(change: impl FnOnce(&mut T)) -> Result<Override<T>, OverrideError>
where
    T: Clone + Serialize + Send + Sync + 'static,
{
    let caller = Location::caller();
    let before = get::<T>().ok_or(OverrideError::NotProvided {
        settings: type_name::<T>(),
    })?;
    let mut settings = T::clone(&before);
    change(&mut settings);
    let (old, new) = (values(&*before)?, values(&settings)?);
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let changed: Vec<String> = names
        .into_iter()
        .filter(|&name| old.get(name) != new.get(name))
        .cloned()
        .collect();
    let guard = Override {
        changed,
        caller,
        scoped: Some(state::scoped(settings)),
        of: std::marker::PhantomData,
    };
    match guard.tell_enter(new) {
        Ok(()) => Ok(guard),
        // Dropping the guard restores, and tells so.
        Err(error) => Err(OverrideError::Refused(error)),
    }
}

/// Settings are overridden, until this is dropped; made by [`override_with`].
///
/// Dropped, it restores them and sends [`setting_changed`], with `send_robust`: what fails then is
/// logged. [`restore`](Self::restore) returns it.
#[must_use = "the settings are restored when this is dropped"]
pub struct Override<T: Clone + Serialize + Send + Sync + 'static> {
    changed: Vec<String>,
    caller: &'static Location<'static>,
    scoped: Option<ScopedState>,
    of: std::marker::PhantomData<fn() -> T>,
}

impl<T: Clone + Serialize + Send + Sync + 'static> Override<T> {
    /// The names of the settings that have another value, sorted.
    pub fn changed(&self) -> &[String] {
        &self.changed
    }

    /// Restores the settings, as dropping it does, and returns what failed.
    ///
    /// # Errors
    ///
    /// What failed; all other receivers of all settings ran, and the settings are restored.
    pub fn restore(mut self) -> Result<(), RestoreErrors> {
        let errors = self.end();
        if errors.is_empty() {
            Ok(())
        } else {
            Err(RestoreErrors(errors))
        }
    }

    fn tell_enter(&self, mut new: Map<String, Value>) -> Result<(), SendError> {
        for setting in &self.changed {
            let value = new
                .remove(setting)
                .map(|value| SettingValue::of(setting, value));
            setting_changed.send(self.change(setting, value.as_ref(), true))?;
        }
        Ok(())
    }

    fn end(&mut self) -> Vec<RobustDelivered> {
        // Only once: `restore` comes here, and then the drop.
        if self.scoped.take().is_none() {
            return Vec::new();
        }
        // They could be written when this began.
        let now = get::<T>().and_then(|settings| values(&*settings).ok());
        let mut now = now.unwrap_or_default();
        let mut failed = Vec::new();
        for setting in &self.changed {
            let value = now
                .remove(setting)
                .map(|value| SettingValue::of(setting, value));
            let sent = setting_changed.send_robust(self.change(setting, value.as_ref(), false));
            if !sent.is_ok() {
                failed.push(sent);
            }
        }
        failed
    }

    fn change<'a>(
        &self,
        setting: &'a str,
        value: Option<&'a SettingValue>,
        enter: bool,
    ) -> SettingChanged<'a> {
        SettingChanged {
            sender: Sender::of::<T>(),
            setting,
            value,
            enter,
            caller: self.caller,
        }
    }
}

impl<T: Clone + Serialize + Send + Sync + 'static> Drop for Override<T> {
    fn drop(&mut self) {
        // Each was logged by the send.
        drop(self.end());
    }
}

impl<T: Clone + Serialize + Send + Sync + 'static> std::fmt::Debug for Override<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Override")
            .field("settings", &type_name::<T>())
            .field("changed", &self.changed)
            .finish_non_exhaustive()
    }
}

/// Names and values of the settings.
fn values<T: Serialize>(settings: &T) -> Result<Map<String, Value>, OverrideError> {
    let failed = |source| OverrideError::Serialize {
        settings: type_name::<T>(),
        source,
    };
    match serde_json::to_value(settings).map_err(failed)? {
        Value::Object(values) => Ok(values),
        _ => Err(failed(serde_core::ser::Error::custom(
            "they are no struct or map, with names and values",
        ))),
    }
}
