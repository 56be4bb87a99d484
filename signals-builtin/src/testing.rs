//! What tests want to know: `django.test.signals`.
//!
//! | signal | sent by |
//! |---|---|
//! | [`setting_changed`] | [`settings`](crate::settings), when a setting is overridden and when that ends |
//! | [`template_rendered`] | the adapter of a template engine |

use std::panic::Location;

use signals_core::__private::AsAny;
use signals_core::signal;

use crate::settings::SettingValue;

signal! {
    /// A setting has another value.
    ///
    /// Sent by [`settings::override_with`](crate::settings::override_with), once for each setting
    /// that it changes, when it begins and when it ends; each time, all settings have their new
    /// values already. For those who keep something that was made of a setting, and have to make it
    /// anew. May be sent by hand as well, after settings were changed in other ways.
    ///
    /// Sent on the thread that overrides, to sync receivers, because the end of it cannot be
    /// awaited. With an error as it begins, receivers prevent it: the settings are as they were, and
    /// the end is told for all of them. With an error as it ends, they stop nobody.
    ///
    /// The sender is the type of the settings.
    ///
    /// - `setting` is its name, as serde writes it.
    /// - `value` is its value from now on; none if there is no such setting any more.
    /// - `enter`: it begins. Else it ends.
    /// - `caller` is the place in the source that overrides, for warnings.
    ///
    /// As Django's [`setting_changed`](https://docs.djangoproject.com/en/stable/ref/signals/#setting-changed),
    /// with the place added.
    pub setting_changed(
        sender,
        setting: &str,
        value: Option<&SettingValue>,
        enter: bool,
        caller: &'static Location<'static>,
    );

    /// A template is about to be rendered.
    ///
    /// Sent by the adapter of a template engine, once for each time. Unlike Django's, also outside
    /// of tests; where nobody listens it costs nothing.
    ///
    /// The sender is the type of the template, where each has one; else that of the engine.
    ///
    /// - `template` is its name; none for one that was made of a string.
    /// - `context` is what it is rendered with, as the engine's own type.
    ///
    /// As Django's [`template_rendered`](https://docs.djangoproject.com/en/stable/ref/signals/#template-rendered).
    pub template_rendered(sender, template: Option<&str>, context: &dyn AnyContext);
}

impl<'a> SettingChanged<'a> {
    /// Says that a setting has a value now, for those who change settings by hand: it begins, by the
    /// sender that is the type `T`.
    #[track_caller]
    pub fn to<T: 'static>(setting: &'a str, value: Option<&'a SettingValue>) -> Self {
        Self {
            sender: signals_core::Sender::of::<T>(),
            setting,
            value,
            enter: true,
            caller: Location::caller(),
        }
    }
}

/// What a template is rendered with, as the type of its engine.
///
/// Implemented for every type that can go to another thread: there is nothing to do for an adapter.
///
/// ```
/// use signals_builtin::testing::{AnyContext, template_rendered};
/// use signals_core::receiver;
/// # struct Hello { name: String }
///
/// #[receiver(template_rendered, sender = Hello)]
/// fn greeted(context: &dyn AnyContext) {
///     if let Some(hello) = context.downcast_ref::<Hello>() {
///         println!("hello, {}", hello.name);
///     }
/// }
/// ```
pub trait AnyContext: AsAny + Send + Sync {}

impl<C: Send + Sync + 'static> AnyContext for C {}

// A payload holds `&(dyn AnyContext + Send + Sync)`, which Rust takes for another type than
// `&dyn AnyContext`.
impl dyn AnyContext {
    /// The context as a `C`, if it is one.
    pub fn downcast_ref<C: AnyContext>(&self) -> Option<&C> {
        self.as_any().downcast_ref()
    }
}

impl dyn AnyContext + Send + Sync {
    /// The context as a `C`, if it is one.
    pub fn downcast_ref<C: AnyContext>(&self) -> Option<&C> {
        self.as_any().downcast_ref()
    }
}
