//! What somebody filled in.
//!
//! # What is a form?
//!
//! The account signals carry the form that made them happen, so that a receiver finds what else was
//! filled in: whether the newsletter was wanted, who recommended the shop. Which library read the
//! form is none of the receiver's business, and so it gets a [`Form`]: values by the name of their
//! field, and the application's own type for those who know it.

use std::fmt;

use signals_core::__private::AsAny;

/// A form that was filled in and found valid.
///
/// ```
/// use signals_builtin::account::Form;
///
/// struct SignUpForm { username: String, newsletter: bool, password: String }
///
/// impl Form for SignUpForm {
///     fn fields(&self) -> &[&str] {
///         &["username", "newsletter"]
///     }
///
///     fn value(&self, field: &str) -> Option<&str> {
///         match field {
///             "username" => Some(&self.username),
///             "newsletter" => Some(if self.newsletter { "on" } else { "" }),
///             _ => None,
///         }
///     }
/// }
///
/// let form = SignUpForm { username: "ada".into(), newsletter: true, password: "…".into() };
/// let form: &dyn Form = &form;
///
/// assert_eq!(form.value("newsletter"), Some("on"));
/// assert_eq!(form.value("password"), None);
/// assert!(form.downcast_ref::<SignUpForm>().is_some_and(|form| form.newsletter));
/// ```
///
/// Secrets stay out: a password is neither a field nor a value here, because whoever gets the form
/// may write it to a log. Its `Debug` shows what [`fields`](Self::fields) names, and of that no
/// value whose name [looks like a secret](crate::auth::Cleanser).
pub trait Form: AsAny {
    /// The names of the fields, in their order on the page.
    fn fields(&self) -> &[&str];

    /// The value of a field, as text. None for a field that was not filled in, for one that the form
    /// does not have, and for a secret.
    fn value(&self, field: &str) -> Option<&str>;
}

// A payload holds `&(dyn Form + Send + Sync)`, which Rust takes for another type than `&dyn Form`.
impl dyn Form {
    /// The form as the type that the application gave it, for a receiver that knows it.
    pub fn downcast_ref<F: Form>(&self) -> Option<&F> {
        self.as_any().downcast_ref()
    }
}

impl dyn Form + Send + Sync {
    /// The form as the type that the application gave it, for a receiver that knows it.
    pub fn downcast_ref<F: Form>(&self) -> Option<&F> {
        self.as_any().downcast_ref()
    }
}

impl fmt::Debug for dyn Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt_form(self, f)
    }
}

impl fmt::Debug for dyn Form + Send + Sync {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt_form(self, f)
    }
}

fn fmt_form(form: &dyn Form, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let filled_in = form
        .fields()
        .iter()
        .filter_map(|&field| Some((field, form.value(field)?)));
    let cleansed = crate::auth::Credentials::new(filled_in);
    f.write_str("Form ")?;
    fmt::Debug::fmt(&cleansed, f)
}
