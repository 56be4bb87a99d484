//! A store, two models, and who hears of them.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt;

use signals_builtin::models::{Origin, post_delete, post_save, pre_delete, pre_save};
use signals_core::{AnyModel, BoxError, Model, Sender, SignalInfo, receiver};

#[derive(Clone, Debug, PartialEq, Eq, Model)]
pub(crate) struct Person {
    pub(crate) id: Option<i64>,
    pub(crate) name: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Model)]
pub(crate) struct Car {
    pub(crate) id: Option<i64>,
}

pub(crate) fn person(name: &str) -> Person {
    Person {
        id: None,
        name: name.to_owned(),
    }
}

/// Rows by their key.
#[derive(Debug, Default)]
pub(crate) struct Table(pub(crate) BTreeMap<i64, Person>);

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NoRow;

impl fmt::Display for NoRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no such row")
    }
}

impl std::error::Error for NoRow {}

#[expect(clippy::unnecessary_wraps, reason = "a store may fail")]
impl Table {
    pub(crate) fn insert(&mut self, mut person: Person) -> Result<Person, NoRow> {
        note("INSERT");
        let id = person
            .id
            .unwrap_or_else(|| self.0.keys().last().copied().unwrap_or(0) + 1);
        person.id = Some(id);
        self.0.insert(id, person.clone());
        Ok(person)
    }

    pub(crate) fn update(&mut self, person: Person) -> Result<Person, NoRow> {
        note("UPDATE");
        let row = person.id.and_then(|id| self.0.get_mut(&id)).ok_or(NoRow)?;
        row.clone_from(&person);
        Ok(person)
    }

    pub(crate) fn delete(&mut self, id: Option<i64>) -> Result<usize, NoRow> {
        note("DELETE");
        Ok(id.and_then(|id| self.0.remove(&id)).map_or(0, |_| 1))
    }
}

// Each test has a thread of its own.
thread_local! {
    static JOURNAL: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static FAIL: Cell<Option<&'static str>> = const { Cell::new(None) };
}

pub(crate) fn note(what: impl Into<String>) {
    JOURNAL.with_borrow_mut(|journal| journal.push(what.into()));
}

pub(crate) fn journal() -> Vec<String> {
    JOURNAL.take()
}

/// Makes the receivers of that signal fail.
pub(crate) fn fail(signal: &'static str) {
    FAIL.set(Some(signal));
}

fn refuse(signal: &'static str) -> Result<(), BoxError> {
    match FAIL.get() {
        Some(failing) if failing == signal => Err("refused".into()),
        _ => Ok(()),
    }
}

#[receiver(pre_save, sender = Person)]
fn tidy(instance: &mut Person) {
    instance.name = instance.name.trim().to_owned();
}

#[receiver(pre_save, priority = -1)]
fn before(
    sender: Sender,
    instance: &mut dyn AnyModel,
    raw: bool,
    using: &str,
    update_fields: Option<&[&str]>,
) -> Result<(), BoxError> {
    let pk = instance.pk().map(|pk| pk.to_string());
    note(format!(
        "pre_save {sender} {pk:?} raw={raw} {using} {update_fields:?}"
    ));
    refuse("pre_save")
}

#[receiver(post_save)]
fn after(
    instance: &dyn AnyModel,
    created: bool,
    raw: bool,
    using: &str,
    update_fields: Option<&[&str]>,
) -> Result<(), BoxError> {
    let pk = instance.pk().map(|pk| pk.to_string());
    note(format!(
        "post_save {pk:?} created={created} raw={raw} {using} {update_fields:?}"
    ));
    refuse("post_save")
}

#[receiver(pre_delete)]
fn before_delete(instance: &dyn AnyModel, using: &str, origin: Origin<'_>) -> Result<(), BoxError> {
    let pk = instance.pk().unwrap();
    note(format!(
        "pre_delete {} {pk} {using} {origin:?}",
        instance.label()
    ));
    refuse("pre_delete")
}

#[receiver(post_delete)]
fn after_delete(instance: &dyn AnyModel, using: &str, origin: Origin<'_>) -> Result<(), BoxError> {
    let pk = instance.pk().unwrap();
    note(format!(
        "post_delete {} {pk} {using} {origin:?}",
        instance.label()
    ));
    refuse("post_delete")
}

/// The name of a signal, without its path.
pub(crate) fn called(signal: &SignalInfo) -> &'static str {
    let path = signal.path();
    path.rsplit_once("::").map_or(path, |(_, name)| name)
}
