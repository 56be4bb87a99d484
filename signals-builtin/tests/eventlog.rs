//! The event log: the rows EL of the conformance catalogue.

use std::error::Error;
use std::time::{Duration, SystemTime};

use serde_json::json;
use signals_builtin::eventlog::{
    self, EventLogged, EventStore, Log, LogError, MemoryStore, Store, event_logged, log,
};
use signals_core::signal::BoxFuture;
use signals_core::state::{self, ScopedState};
use signals_core::{
    AnyModel, BoxError, Model, PrimaryKey, Sender, assert_not_sent, assert_sent_once, receiver,
    testing, transaction,
};

#[derive(Debug, Model)]
struct User {
    id: Option<i64>,
}

#[derive(Debug, Model)]
#[model(label = "blog.Article", pk = slug)]
struct Article {
    slug: String,
}

const ADA: User = User { id: Some(7) };

fn store() -> (MemoryStore, ScopedState) {
    let store = MemoryStore::default();
    let guard = state::scoped(EventStore::new(store.clone()));
    (store, guard)
}

#[receiver(event_logged, sender = Log)]
async fn adds_a_note(log: &mut Log) -> Result<(), BoxError> {
    match log.action.as_str() {
        "CHANGED" => log.extra["note"] = "seen".into(),
        "REFUSED" => return Err("not this".into()),
        _ => {}
    }
    Ok(())
}

#[receiver(event_logged, sender = "eventlog.Log", on_commit)]
fn later(log: &Log) {
    LATER.set(LATER.get() + usize::from(log.action == "LATER"));
}

thread_local! {
    static LATER: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

#[tokio::test]
async fn el01_the_signal_has_the_row_and_the_caller_gets_what_receivers_made_of_it() {
    let (store, _guard) = store();
    let sent = testing::capture_with(&event_logged, |sent: &EventLogged<'_>| sent.log.clone());
    let row = log(Some(&ADA), "CHANGED", json!({ "by": "mail" }))
        .await
        .unwrap();

    let told = sent.only();
    assert_eq!(told.sender, Sender::of::<Log>());
    assert_eq!(told.snapshot.id, Some(1));
    assert_eq!(told.snapshot.extra, json!({ "by": "mail" }));
    assert_eq!(row.extra, json!({ "by": "mail", "note": "seen" }));
    // It was stored before anybody changed it.
    assert_eq!(store.rows()[0].extra, json!({ "by": "mail" }));
}

#[tokio::test]
async fn el01_each_row_is_told_once_and_one_stored_by_hand_is_not() {
    let (store, _guard) = store();
    let sent = testing::capture(&event_logged);
    log(None, "LOOKED", json!(null)).await.unwrap();
    assert_sent_once!(sent);
    store.insert(Log::new("LOOKED")).await.unwrap();
    assert_sent_once!(sent);
    assert_eq!(store.rows().len(), 2);
}

#[tokio::test]
async fn el01_on_commit_receivers_wait() {
    let (_store, _guard) = store();
    transaction::scope_async(async {
        log(None, "LATER", json!({})).await?;
        assert_eq!(LATER.get(), 0);
        Ok::<_, BoxError>(())
    })
    .await
    .unwrap();
    assert_eq!(LATER.get(), 1);
}

#[tokio::test]
async fn el01_a_failing_receiver_stops_the_caller_and_the_row_stays() {
    let (store, _guard) = store();
    let error = log(None, "REFUSED", json!({})).await.unwrap_err();
    assert!(matches!(error, LogError::Afterwards(_)));
    assert!(error.to_string().contains("adds_a_note"), "{error}");
    assert_eq!(error.source().unwrap().to_string(), "not this");
    assert_eq!(store.rows().len(), 1);
}

#[tokio::test]
async fn el02_nobody_logged_in_is_no_user() {
    let (_store, _guard) = store();
    let row = log(None, "LOOKED", json!({})).await.unwrap();
    assert_eq!(row.user, None);
    // One that is not stored is nobody yet.
    let row = log(Some(&User { id: None }), "LOOKED", json!({})).await;
    assert_eq!(row.unwrap().user, None);
    let row = log(Some(&ADA), "LOOKED", json!({})).await.unwrap();
    assert_eq!(row.user, Some(7.into()));
}

#[tokio::test]
async fn el02_extra_that_is_not_given_is_empty() {
    let (_store, _guard) = store();
    let row = log(None, "LOOKED", json!(null)).await.unwrap();
    assert_eq!(row.extra, json!({}));
}

#[tokio::test]
async fn el02_an_object_is_its_model_and_its_key() {
    let (_store, _guard) = store();
    let article = Article {
        slug: "on-engines".into(),
    };
    let row = log(Some(&ADA), "READ", json!({}))
        .obj(&article)
        .await
        .unwrap();
    assert_eq!(row.content_type.as_deref(), Some("blog.Article"));
    assert_eq!(row.object_id, Some("on-engines".into()));
    let row = log(Some(&ADA), "READ", json!({})).await.unwrap();
    assert_eq!((row.content_type, row.object_id), (None, None));
}

#[tokio::test]
async fn el02_the_time_is_now_or_the_one_given() {
    let (store, _guard) = store();
    let before = SystemTime::now();
    let row = log(None, "LOOKED", json!({})).await.unwrap();
    assert!((before..=SystemTime::now()).contains(&row.timestamp));
    let earlier = before - Duration::from_secs(60);
    let row = log(None, "LOOKED", json!({}))
        .dateof(earlier)
        .await
        .unwrap();
    assert_eq!(row.timestamp, earlier);
    // The newest first.
    assert_eq!(store.rows().last().unwrap().timestamp, earlier);
}

#[test]
fn el02_the_template_has_the_name_of_the_action() {
    let row = Log::new("PASSWORD_CHANGED");
    assert_eq!(
        row.template_fragment_name(),
        "eventlog/password_changed.html"
    );
}

#[tokio::test]
async fn el03_users_who_did_something_since_then_count_once() {
    let (_store, _guard) = store();
    let now = SystemTime::now();
    let day = Duration::from_secs(24 * 60 * 60);
    let week = day * 7;
    for (id, ago) in [(1, day), (1, day), (2, week * 2), (3, Duration::ZERO)] {
        let user = User { id: Some(id) };
        log(Some(&user), "LOOKED", json!({}))
            .dateof(now - ago)
            .await
            .unwrap();
    }
    log(None, "LOOKED", json!({})).await.unwrap();
    let used = eventlog::users_since(now - week).await.unwrap();
    assert_eq!(used, [PrimaryKey::from(1), PrimaryKey::from(3)]);
}

#[tokio::test]
async fn an_action_is_neither_empty_nor_too_long() {
    let (store, _guard) = store();
    let sent = testing::capture(&event_logged);
    for (action, length) in [(String::new(), 0), ("É".repeat(51), 51)] {
        let error = log(None, action, json!({})).await.unwrap_err();
        assert!(matches!(error, LogError::Action { length: it } if it == length));
    }
    assert_not_sent!(sent);
    assert!(store.rows().is_empty());
    log(None, "É".repeat(50), json!({})).await.unwrap();
}

#[tokio::test]
async fn without_a_store_it_is_an_error_that_says_what_to_do() {
    let error = log(None, "LOOKED", json!({})).await.unwrap_err();
    assert!(error.to_string().contains("eventlog::provide"), "{error}");
    let error = eventlog::users_since(SystemTime::now()).await.unwrap_err();
    assert!(matches!(error, LogError::NoStore));
}

#[tokio::test]
async fn a_store_that_fails_sends_nothing() {
    struct Full;

    impl Store for Full {
        fn insert(&self, _: Log) -> BoxFuture<'_, Result<Log, BoxError>> {
            Box::pin(async { Err("the disk is full".into()) })
        }

        fn users_since(&self, _: SystemTime) -> BoxFuture<'_, Result<Vec<PrimaryKey>, BoxError>> {
            Box::pin(async { Err("the disk is full".into()) })
        }
    }

    let _guard = state::scoped(EventStore::new(Full));
    let sent = testing::capture(&event_logged);
    let error = log(None, "LOOKED", json!({})).await.unwrap_err();
    assert!(matches!(error, LogError::Store(_)));
    assert_eq!(error.source().unwrap().to_string(), "the disk is full");
    assert_not_sent!(sent);
    eventlog::users_since(SystemTime::now()).await.unwrap_err();
}

#[tokio::test]
async fn an_entry_can_be_spawned() {
    fn assert_send<T: Send>(it: T) -> T {
        it
    }
    let (_store, _guard) = store();
    assert_send(log(Some(&ADA), "LOOKED", json!({})).into_future())
        .await
        .unwrap();
}

#[test]
fn cc02_a_row_shows_no_secrets() {
    let mut row = Log::new("PASSWORD_CHANGED");
    row.extra = json!({ "old_password": "1815", "by": "mail" });
    let shown = format!("{row:?}");
    assert!(shown.contains("mail") && !shown.contains("1815"), "{shown}");
    assert_eq!(AnyModel::label(&row), "eventlog.Log");
}
