//! What receivers of the standard signals look like: that they can be written like this is the test.

use std::collections::BTreeSet;
use std::error::Error;
use std::io::Write;

use http::StatusCode;
use http::request::Parts;
use signals_builtin::db::{AnyConnection, connection_created};
use signals_builtin::eventlog::{Log, event_logged};
use signals_builtin::management::{Step, post_migrate, pre_migrate};
use signals_builtin::models::{
    Batch, M2mAction, Origin, class_prepared, m2m_changed, post_bulk_create, post_bulk_delete,
    post_bulk_update, post_delete, post_init, post_save, pre_bulk_create, pre_bulk_delete,
    pre_bulk_update, pre_delete, pre_init, pre_save,
};
use signals_builtin::registration::{user_activated, user_registered};
use signals_builtin::request::{
    End, Panicked, got_request_exception, request_finished, request_started,
};
use signals_builtin::tasks::{TaskResult, task_finished};
use signals_builtin::testing::{AnyContext, template_rendered};
use signals_core::catalog::CatalogSignal;
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

#[receiver(pre_migrate, sender = "declared.Slow")]
async fn migrated_slowly(stdout: &mut (dyn Write + Send + Sync)) -> std::io::Result<()> {
    tokio::task::yield_now().await;
    writeln!(stdout, "after a while")
}

/// Wants nothing that a sender may leave out.
#[receiver(post_migrate, sender = "declared.Flush")]
fn default_site(using: &str, verbosity: u8, stdout: &mut dyn Write) -> std::io::Result<()> {
    writeln!(stdout, "a site for {using} at {verbosity}")
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

#[receiver(template_rendered, sender = User)]
async fn rendered(template: Option<&str>, context: &dyn AnyContext) {
    let _ = (template, context.downcast_ref::<User>());
}

#[receiver([user_registered, user_activated], sender = User)]
async fn registered(user: &User, request: &Parts) {
    let _ = (user, request);
}

#[receiver(user_registered, sender = User, on_commit)]
async fn registered_for_good(user: &User, request: &Parts) {
    let _ = (user, request);
}

#[receiver(event_logged, on_commit)]
async fn logged(log: &Log) {
    let _ = log;
}

#[receiver(task_finished, on_commit)]
fn done(task_result: &TaskResult) {
    let _ = task_result;
}

/// Django's own receivers of `post_init` are connected only where a model needs them.
#[test]
fn or20_this_crate_itself_listens_to_nothing() {
    let catalog = signals_core::catalog();
    let own = |path: &str| path.starts_with("signals_builtin::");
    let mut signals = catalog.signals().iter();
    assert!(signals.any(|signal| own(signal.info().path())));
    for signal in catalog.signals() {
        for receiver in signal.receivers() {
            let receiver = receiver.receiver();
            assert!(!own(&receiver.path()), "{receiver}");
        }
    }
}

/// Whoever writes a receiver reads no more than the documentation of its signal.
#[test]
fn each_signal_says_when_it_is_sent_by_whom_with_what_and_whose_it_was() {
    let catalog = signals_core::catalog();
    let infos = catalog.signals().iter().map(CatalogSignal::info);
    let own: Vec<_> = infos
        .filter(|info| info.path().starts_with("signals_builtin::"))
        .collect();
    assert_eq!(own.len(), 43);
    for info in own {
        let name = info.name();
        let doc: Vec<_> = info.doc().split_whitespace().collect();
        let doc = doc.join(" ");
        assert!(doc.contains("Sent by "), "{name}: when, and by whom?");
        let others = doc.contains("rguments are those of [`");
        for arg in info.args() {
            let name_of_it = format!("`{}`", arg.name);
            let is_sender = arg.name == "sender";
            assert!(
                is_sender || others || doc.contains(&name_of_it),
                "{name}: what is {name_of_it}?"
            );
        }
        let origins = [
            "https://docs.djangoproject.com/",
            "https://django-user-accounts.readthedocs.io/",
            "https://django-registration.readthedocs.io/",
            "https://github.com/pinax/pinax-eventlog",
            "Django has no such signal",
            "Django's private",
        ];
        assert!(
            origins.iter().any(|it| doc.contains(it)),
            "{name}: whose was it?"
        );
    }
}

/// The payloads are for those who send: every field is there by its name, and nothing else.
mod senders {
    use std::io::Write;

    use signals_builtin::db::{ConnectionCreated, connection_created};
    use signals_builtin::management::{PostMigrate, PreMigrate, Step, post_migrate, pre_migrate};
    use signals_builtin::request::{
        End, GotRequestException, Panicked, RequestFinished, RequestStarted, ServerError,
        got_request_exception, request_finished, request_started,
    };
    use signals_builtin::testing::{TemplateRendered, template_rendered};
    use signals_core::{Sender, testing};

    struct Layer;

    #[test]
    fn an_adapter_can_send_the_request_signals() {
        let (request, ()) = http::Request::get("/here").body(()).unwrap().into_parts();
        let (sender, request) = (Sender::of::<Layer>(), &request);
        let failures = testing::capture(&got_request_exception);
        let status = http::StatusCode::INTERNAL_SERVER_ERROR;
        futures(async {
            request_started
                .send_async(RequestStarted { sender, request })
                .await
                .unwrap();
            let payload = std::panic::catch_unwind(|| panic!("oops")).unwrap_err();
            for error in [
                &Panicked::from_payload(&*payload) as &(dyn std::error::Error + Send + Sync),
                &ServerError { status },
            ] {
                got_request_exception
                    .send_robust_async(GotRequestException {
                        sender,
                        request,
                        error,
                    })
                    .await;
            }
            request_finished
                .send_robust_async(RequestFinished {
                    sender,
                    request,
                    status: Some(status),
                    end: End::Complete,
                })
                .await;
        });
        assert_eq!(failures.count(), 2);
        assert!(failures.sent()[0].arguments.contains("oops"));
    }

    #[test]
    fn an_adapter_can_send_a_connection() {
        let mut connection = String::new();
        futures(async {
            connection_created
                .send_async(ConnectionCreated {
                    sender: Sender::of::<Layer>(),
                    connection: &mut connection,
                    using: "default",
                    vendor: "sqlite",
                })
                .await
                .unwrap();
        });
        assert_eq!(connection, "defaultsqlite");
    }

    #[test]
    fn receivers_of_migrations_print_to_the_callers_output() {
        let mut stdout = Vec::new();
        pre_migrate
            .send(PreMigrate {
                sender: Sender::of::<Layer>(),
                verbosity: 1,
                interactive: false,
                using: "default",
                stdout: &mut stdout as &mut (dyn Write + Send + Sync),
                plan: Some(&[Step::forwards("0001_users"), Step::backwards("0002_logs")]),
            })
            .unwrap();
        assert_eq!(stdout, b"default: 2\n");
    }

    /// A teardown that empties the tables sends it, and has neither plan nor output.
    #[test]
    fn mg05_a_receiver_does_without_what_the_sender_leaves_out() {
        let mut stdout = Vec::new();
        let delivered = post_migrate.send(PostMigrate {
            sender: Sender::named("declared.Flush"),
            verbosity: 0,
            interactive: false,
            using: "other",
            stdout: &mut stdout as &mut (dyn Write + Send + Sync),
            plan: None,
        });
        assert_eq!(delivered.unwrap().count(), 3);
        assert_eq!(stdout, b"a site for other at 0\n");
    }

    #[test]
    fn an_async_receiver_of_migrations_keeps_the_output_over_an_await() {
        let mut stdout = Vec::new();
        futures(async {
            pre_migrate
                .send_async(PreMigrate {
                    sender: Sender::named("declared.Slow"),
                    verbosity: 0,
                    interactive: false,
                    using: "default",
                    stdout: &mut stdout as &mut (dyn Write + Send + Sync),
                    plan: None,
                })
                .await
                .unwrap();
        });
        assert_eq!(stdout, b"after a while\n");
    }

    #[test]
    fn an_adapter_can_send_a_template() {
        let sent = testing::capture(&template_rendered);
        futures(async {
            template_rendered
                .send_async(TemplateRendered {
                    sender: Sender::of::<Layer>(),
                    template: Some("page.html"),
                    context: &Layer,
                })
                .await
                .unwrap();
        });
        assert_eq!(sent.count(), 1);
    }

    fn futures(future: impl Future<Output = ()>) {
        let runtime = tokio::runtime::Builder::new_current_thread();
        { runtime }.build().unwrap().block_on(future);
    }
}
