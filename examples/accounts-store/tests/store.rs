//! The store by itself.

use accounts_store::{PasswordHash, SessionToken, Store, StoreError, Timestamp, json};
use tempfile::TempDir;

async fn store() -> (Store, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("accounts.sqlite")).await;
    (store.unwrap(), folder)
}

fn hash(of: &str) -> PasswordHash {
    PasswordHash::new(format!("$test${of}"))
}

#[tokio::test]
async fn au04_last_login_is_the_only_column_that_is_written() {
    let (store, _folder) = store().await;
    let mut ada = store
        .create_user("ada", "ada@example.org", &hash("x"))
        .await
        .unwrap();
    assert_eq!(ada.last_login, None);
    let before = Timestamp::now();

    ada.username = "somebody else".into();
    ada.email = "elsewhere@example.org".into();
    store.touch_last_login(&ada).await.unwrap();

    let (stored, password) = store.user_with_password("ada").await.unwrap().unwrap();
    assert_eq!(stored.username, "ada");
    assert_eq!(stored.email, "ada@example.org");
    assert_eq!(stored.date_joined, ada.date_joined);
    assert_eq!(password, hash("x"));
    assert!(stored.last_login.unwrap() >= before);
}

#[tokio::test]
async fn a_name_is_taken_once() {
    let (store, _folder) = store().await;
    store
        .create_user("Ada", "ada@example.org", &hash("x"))
        .await
        .unwrap();

    for same in ["Ada", "ada", "ADA", "ａｄａ"] {
        let refused = store.create_user(same, "b@example.org", &hash("y")).await;
        assert!(matches!(refused, Err(StoreError::UsernameTaken)), "{same}");
    }
    let (ada, _) = store.user_with_password("ADA").await.unwrap().unwrap();
    assert_eq!(ada.username, "Ada");
}

#[tokio::test]
async fn a_session_is_good_until_it_is_ended() {
    let (store, _folder) = store().await;
    let ada = store
        .create_user("ada", "ada@example.org", &hash("x"))
        .await
        .unwrap();
    let token = store.start_session(&ada, &hash("x"), None).await.unwrap();
    assert_eq!(token.as_str().len(), 64);
    assert_eq!(store.session_user(&token).await.unwrap(), Some(ada.clone()));

    let forged = SessionToken::from_cookie("0".repeat(64));
    assert_eq!(store.session_user(&forged).await.unwrap(), None);

    let next = store
        .start_session(&ada, &hash("x"), Some(&token))
        .await
        .unwrap();
    assert_eq!(store.session_user(&token).await.unwrap(), None, "replaced");
    store.end_session(&next).await.unwrap();
    store.end_session(&next).await.unwrap();
    assert_eq!(store.session_user(&next).await.unwrap(), None);
}

#[tokio::test]
async fn a_session_that_was_opened_with_an_older_password_is_none() {
    let (store, _folder) = store().await;
    let ada = store
        .create_user("ada", "ada@example.org", &hash("old"))
        .await
        .unwrap();
    let there = store.start_session(&ada, &hash("old"), None).await.unwrap();

    let here = store.change_password(&ada, &hash("new")).await.unwrap();
    // Somebody whose old password was verified just before it changed.
    let late = store.start_session(&ada, &hash("old"), None).await.unwrap();

    assert!(store.session_user(&here).await.unwrap().is_some());
    assert_eq!(store.session_user(&there).await.unwrap(), None);
    assert_eq!(store.session_user(&late).await.unwrap(), None);
}

#[tokio::test]
async fn a_message_is_given_out_once_in_order_and_to_its_user() {
    let (store, _folder) = store().await;
    let ada = store
        .create_user("ada", "ada@example.org", &hash("x"))
        .await
        .unwrap();
    let bob = store
        .create_user("bob", "bob@example.org", &hash("x"))
        .await
        .unwrap();
    store.leave_message(&ada, "z").await.unwrap();
    store.leave_message(&ada, "a").await.unwrap();

    assert!(store.take_messages(&bob).await.unwrap().is_empty());
    assert_eq!(store.take_messages(&ada).await.unwrap(), ["z", "a"]);
    assert!(store.take_messages(&ada).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_event_log_from_either_end() {
    let (store, _folder) = store().await;
    let ada = store
        .create_user("ada", "ada@example.org", &hash("x"))
        .await
        .unwrap();
    for n in 0..5 {
        let user = (n % 2 == 0).then_some(&ada);
        store
            .log(user, "COUNTED", &json!({ "n": n }))
            .await
            .unwrap();
    }
    let numbers = |events: &[accounts_store::Event]| -> Vec<i64> {
        events
            .iter()
            .map(|event| event.extra["n"].as_i64().unwrap())
            .collect()
    };

    let newest = store.newest_events(None, 2).await.unwrap();
    assert_eq!(numbers(&newest), [4, 3]);
    assert_eq!(newest[0].user.as_deref(), Some("ada"));
    assert_eq!(newest[1].user, None);
    let older = store.newest_events(Some(newest[1].id), 9).await.unwrap();
    assert_eq!(numbers(&older), [2, 1, 0]);
    let all = store.events_after(0, 9).await.unwrap();
    assert_eq!(numbers(&all), [0, 1, 2, 3, 4]);
    assert!(all.is_sorted_by_key(|event| event.timestamp));
}

#[tokio::test]
async fn cc04_debug_shows_no_secret() {
    let (store, _folder) = store().await;
    let ada = store
        .create_user("ada", "ada@example.org", &hash("s3cret"))
        .await
        .unwrap();
    let token = store
        .start_session(&ada, &hash("s3cret"), None)
        .await
        .unwrap();

    let shown = format!("{ada:?} {:?} {token:?}", hash("s3cret"));
    assert!(
        !shown.contains("s3cret") && !shown.contains(token.as_str()),
        "{shown}"
    );
}
