//! What receivers of the standard signals look like: that they can be written like this is the test.

use std::collections::BTreeSet;
use std::error::Error;
use std::io::Write;

use http::StatusCode;
use http::request::Parts;
use signals_builtin::db::{AnyConnection, connection_created};
use signals_builtin::management::{Step, post_migrate, pre_migrate};
use signals_builtin::models::{
    Batch, M2mAction, Origin, class_prepared, m2m_changed, post_bulk_create, post_bulk_delete,
    post_bulk_update, post_delete, post_init, post_save, pre_bulk_create, pre_bulk_delete,
    pre_bulk_update, pre_delete, pre_init, pre_save,
};
use signals_builtin::request::{
    End, Panicked, got_request_exception, request_finished, request_started,
};
use signals_core::{AnyModel, BoxError, Model, PrimaryKey, Sender, receiver};

#[derive(Clone, Debug, Model)]
struct User {
    id: Option<i64>,
    name: String,
}

#[derive(Debug, Model)]
struct Membership {
    id: i64,
}

#[receiver([pre_init, class_prepared], sender = User)]
fn only_the_sender(sender: Sender) {
    let _ = sender;
}

#[receiver(post_init, sender = User)]
fn made(instance: &mut User) {
    instance.name.push('!');
}

#[receiver(pre_save, sender = User)]
async fn to_be_written(
    instance: &mut User,
    raw: bool,
    using: &str,
    update_fields: Option<&[&str]>,
) -> Result<(), BoxError> {
    if !raw && using == "default" && update_fields.is_none_or(|fields| fields.contains(&"name")) {
        instance.name = instance.name.trim().to_owned();
    }
    Ok(())
}

#[receiver(post_save, sender = User, when = |created: bool| created, on_commit)]
async fn written(
    instance: &User,
    created: bool,
    raw: bool,
    using: &str,
    update_fields: Option<&[&str]>,
) {
    let _ = (instance, created, raw, using, update_fields);
}

#[receiver([pre_delete, post_delete])]
fn deleted(instance: &dyn AnyModel, using: &str, origin: Origin<'_>) {
    let _ = (instance.pk(), using, origin.instance(), origin.query());
}

#[receiver(post_delete, sender = User, on_commit)]
fn deleted_for_good(instance: &User, using: &str) {
    let _ = (instance, using);
}

#[receiver(m2m_changed, sender = Membership)]
fn linked(
    action: M2mAction,
    instance: &dyn AnyModel,
    reverse: bool,
    model: Sender,
    pk_set: &mut BTreeSet<PrimaryKey>,
    using: &str,
    raw: bool,
) {
    let _ = (instance.downcast_ref::<User>(), reverse, using, raw);
    if action == M2mAction::PreAdd && model.is::<User>() {
        pk_set.remove(&PrimaryKey::from(7));
    }
}

#[receiver(m2m_changed, sender = Membership, on_commit)]
fn linked_for_good(action: M2mAction, pk_set: &BTreeSet<PrimaryKey>, model: Sender) {
    let _ = (action, pk_set, model);
}

#[receiver([pre_bulk_create, post_bulk_create, pre_bulk_delete, post_bulk_delete], sender = User)]
fn many(batch: &Batch, using: &str) {
    let _ = (batch.count(), using);
}

#[receiver([pre_bulk_update, post_bulk_update], on_commit)]
fn many_updated(sender: Sender, batch: &Batch, update_fields: Option<&[&str]>, using: &str) {
    let _ = (sender, batch.pks(), update_fields, using);
}

#[receiver(connection_created)]
async fn connected(connection: &mut dyn AnyConnection, using: &str, vendor: &str) {
    if let Some(connection) = connection.downcast_mut::<String>() {
        connection.push_str(using);
        connection.push_str(vendor);
    }
}

#[receiver([pre_migrate, post_migrate])]
fn migrated(
    verbosity: u8,
    interactive: bool,
    using: &str,
    stdout: &mut dyn Write,
    plan: Option<&[Step]>,
) -> std::io::Result<()> {
    if verbosity > 0 && !interactive {
        writeln!(stdout, "{using}: {}", plan.unwrap_or_default().len())?;
    }
    Ok(())
}

#[receiver(post_migrate, on_commit)]
fn migrated_for_good(plan: Option<&[Step]>) {
    let _ = plan;
}

#[receiver(request_started)]
async fn started(request: &Parts) {
    let _ = request;
}

#[receiver(request_finished)]
async fn finished(request: &Parts, status: Option<StatusCode>, end: End) {
    let _ = (request, status, end);
}

#[receiver(got_request_exception)]
async fn failed(request: &Parts, error: &(dyn Error + Send + Sync + 'static)) {
    let _ = (request, error.downcast_ref::<Panicked>());
}

#[receiver(got_request_exception)]
fn failed_too(error: &dyn Error) {
    let _ = error.to_string();
}
