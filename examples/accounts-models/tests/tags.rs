//! Tags, on SQLite and on PostgreSQL.

use accounts_models::{Tag, begin, tag, user};
use databases::on_each;
use sea_orm::EntityTrait;

#[path = "support/databases.rs"]
mod databases;

#[test]
fn a_tag_has_one_form() {
    for typed in ["Web Server", " web \t\n server", "ｗｅｂ\0server"] {
        assert_eq!(tag::normalize(typed), "web server");
    }
    assert_eq!(tag::normalize("A\u{308}PFEL"), "äpfel");
    assert_eq!(tag::normalize(" "), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_make_the_same_tag_at_once_get_one() {
    on_each(async |db| {
        let all = (0..8).map(|_| {
            let db = db.clone();
            tokio::spawn(async move {
                let txn = begin(&db).await.unwrap();
                let tag = tag::get_or_create(&txn, "fun").await.unwrap();
                // Nobody has read it before it is committed, and so everybody inserts it.
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                txn.commit().await.unwrap();
                tag
            })
        });
        let mut tags = Vec::new();
        for one in all.collect::<Vec<_>>() {
            tags.push(one.await.unwrap());
        }
        let [stored] = &Tag::find().all(db).await.unwrap()[..] else {
            panic!("one tag");
        };
        assert!(tags.iter().all(|tag| tag == stored), "{tags:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_has_a_name_that_no_database_can_hold() {
    on_each(async |db| {
        assert_eq!(user::by_name(db, "a\0da").await.unwrap(), None);
    })
    .await;
}
