//! What two do at once, on PostgreSQL, where transactions that write do not wait for each other at their
//! beginning.

use accounts::confirmations::{self, Link};
use accounts::invitations;
use accounts_models::{
    EmailAddress, PasswordHash, SignupCode, Token, User, begin, email_address, email_confirmation,
    now, open, signup_code, user,
};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, NotSet, Set};
use signals_sea_orm::Db;
use tokio::task::JoinSet;

const AT_ONCE: usize = 8;

/// A new database, if there is a server.
async fn postgres() -> Option<Db> {
    let server = signals_test_postgres::server()?;
    let name = format!("flows_{}", &Token::generate().unwrap().digest()[..32]);
    let admin = sea_orm::Database::connect(server).await.unwrap();
    let create = format!("CREATE DATABASE \"{name}\"");
    admin.execute_unprepared(&create).await.unwrap();
    let (before, _) = server.rsplit_once('/').unwrap();
    Some(open(&format!("{before}/{name}")).await.unwrap())
}

fn new_user(name: &str) -> user::ActiveModel {
    user::ActiveModel::new(
        name,
        "ada@example.org",
        PasswordHash::new("$argon2id$"),
        true,
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn of_those_who_use_a_code_at_once_one_does() {
    let Some(db) = postgres().await else { return };
    let ada = new_user("ada").insert(&db).await.unwrap();
    let code = signup_code::ActiveModel {
        id: NotSet,
        code: Set(signup_code::generate().unwrap()),
        inviter_id: Set(ada.id),
        email: Set("bob@example.org".to_owned()),
        max_uses: Set(1),
        use_count: Set(0),
        expires_at: Set(now() + invitations::AGE),
        sent_at: Set(Some(now())),
    };
    let code = code.insert(&db).await.unwrap();

    let mut tries = JoinSet::new();
    for number in 0..AT_ONCE {
        let (db, code) = (db.clone(), code.code.clone());
        tries.spawn(async move {
            let txn = begin(&db).await.unwrap();
            let Some(invitation) = invitations::claim(&txn, &code).await.unwrap() else {
                return false;
            };
            let user = new_user(&format!("bob{number}"))
                .insert(&txn)
                .await
                .unwrap();
            invitations::redeem(&txn, invitation, &user).await.unwrap();
            txn.commit().await.unwrap();
            true
        });
    }
    let done = tries.join_all().await;

    assert_eq!(done.iter().filter(|&&done| done).count(), 1, "{done:?}");
    let code = SignupCode::find_by_id(code.id).one(&db).await.unwrap();
    assert_eq!(code.unwrap().use_count, 1);
    assert_eq!(User::find().all(&db).await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_those_who_follow_a_link_at_once_one_confirms() {
    let Some(db) = postgres().await else { return };
    let ada = new_user("ada").insert(&db).await.unwrap();
    let address = email_address::ActiveModel {
        id: NotSet,
        user_id: Set(ada.id),
        email: Set(ada.email.clone()),
        verified: Set(false),
    };
    let address = address.insert(&db).await.unwrap();
    let token = Token::generate().unwrap();
    let confirmation = email_confirmation::ActiveModel {
        id: NotSet,
        email_address_id: Set(address.id),
        token_digest: Set(token.digest()),
        created_at: Set(now()),
        sent_at: Set(Some(now())),
    };
    confirmation.insert(&db).await.unwrap();

    let mut tries = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (db, token) = (db.clone(), token.clone());
        tries.spawn(async move { confirmations::confirm(&db, &token).await.unwrap() });
    }
    let done = tries.join_all().await;

    assert_eq!(
        done.iter().filter(|done| done.is_ok()).count(),
        1,
        "{done:?}"
    );
    let before = |done: &&Result<_, Link>| matches!(done, Err(Link::Done(_)));
    assert_eq!(done.iter().filter(before).count(), AT_ONCE - 1, "{done:?}");
    let address = EmailAddress::find_by_id(address.id).one(&db).await.unwrap();
    assert!(address.unwrap().verified);
}
