//! What is wrong with a form.

use std::borrow::Cow;
use std::collections::BTreeMap;

use minijinja::Value;

/// What is wrong with a form, field by field, in their order on the page.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Errors(Vec<(&'static str, Cow<'static, str>)>);

impl Errors {
    /// The name under which an error stands that belongs to no field.
    pub const FORM: &'static str = "form";

    /// One error.
    pub fn one(field: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self(vec![(field, message.into())])
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is wrong with a field.
    pub fn get(&self, field: &str) -> Option<&str> {
        let found = self.0.iter().find(|(name, _)| *name == field);
        found.map(|(_, message)| &**message)
    }

    /// The value, or nothing and a note of what is wrong with it.
    pub(super) fn note<T>(
        &mut self,
        field: &'static str,
        checked: Result<T, Cow<'static, str>>,
    ) -> Option<T> {
        checked
            .map_err(|message| self.0.push((field, message)))
            .ok()
    }

    /// For a template: messages by field, and `first`, the field to look at first.
    pub(crate) fn to_value(&self) -> Value {
        let first = self.0.first().map(|(field, _)| ("first", *field));
        let messages = self.0.iter().map(|(field, message)| (*field, &**message));
        let all: BTreeMap<_, _> = messages
            .chain(first)
            .map(|(key, text)| (key, Value::from(text)))
            .collect();
        all.into()
    }
}
