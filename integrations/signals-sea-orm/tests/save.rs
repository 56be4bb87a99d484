//! `pre_save` and `post_save`.
#![allow(missing_docs)]

mod common;

use common::{user, with_tables};
use sea_orm::{ActiveModelTrait, ActiveValue, DbErr, EntityTrait, IntoActiveModel, Set};
use signals_builtin::models::{post_save, pre_save};
use signals_core::{receiver, testing};

#[receiver(pre_save, sender = user::Entity)]
fn slug(instance: &mut user::ActiveModel) {
    if let ActiveValue::Set(name) = &instance.name {
        instance.slug = Set(name.to_lowercase());
    }
}

#[receiver(post_save, sender = user::Entity)]
async fn welcome(instance: &user::Model, created: bool) -> Result<(), DbErr> {
    tokio::task::yield_now().await;
    if created && instance.name == "Nobody" {
        return Err(DbErr::Custom("nobody is not welcome".into()));
    }
    Ok(())
}

#[tokio::test]
async fn sg02_created_and_not_created() {
    for db in with_tables().await {
        let pre = testing::capture_with(&pre_save, |e| {
            (
                e.raw,
                e.using.to_owned(),
                e.update_fields.map(<[_]>::to_vec),
            )
        });
        let post = testing::capture_with(&post_save, |e| {
            (
                e.created,
                e.raw,
                e.using.to_owned(),
                e.update_fields.map(<[_]>::to_vec),
            )
        });
        let ada = common::user("Ada").insert(&db).await.unwrap();
        assert_eq!(ada.slug, "ada");
        let mut draft = ada.into_active_model();
        draft.visits = Set(3);
        draft.update(&db).await.unwrap();
        let using = || "default".to_owned();
        let sent: Vec<_> = pre.sent().into_iter().map(|sent| sent.snapshot).collect();
        assert_eq!(
            sent,
            [
                (false, using(), None),
                (false, using(), Some(vec!["visits"]))
            ]
        );
        let sent: Vec<_> = post.sent().into_iter().map(|sent| sent.snapshot).collect();
        assert_eq!(
            sent,
            [
                (true, false, using(), None),
                (false, false, using(), Some(vec!["visits"]))
            ]
        );
    }
}

#[tokio::test]
async fn sg02_an_error_reaches_the_caller() {
    for db in with_tables().await {
        let error = common::user("Nobody").insert(&db).await.unwrap_err();
        let stopped = signals_sea_orm::send_error(&error).unwrap();
        assert!(stopped.downcast_ref::<DbErr>().is_some());
        // Who sees no more than the text knows as much.
        let said = error.to_string();
        let in_order = [
            "`save.User`",
            "receiver `save::welcome (",
            "tests/save.rs:",
            "signal `signals_builtin::models::post_save`",
            "failed: Custom Error: nobody is not welcome",
        ];
        let mut rest = said.as_str();
        for part in in_order {
            let found = rest.split_once(part);
            rest = found.unwrap_or_else(|| panic!("no {part} in: {said}")).1;
        }
        assert_eq!(rest, "");
        // As in Django: without a transaction, the row stays.
        assert_eq!(user::Entity::find().all(&db).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn sg02_a_key_of_ones_own_is_created() {
    for db in with_tables().await {
        let post = testing::capture_with(&post_save, |e| (e.created, e.instance.pk()));
        let with_key = |id: i32| user::ActiveModel {
            id: Set(id),
            ..common::user("Ada")
        };
        let ada = with_key(7).insert(&db).await.unwrap();
        // The same row under another key is another row.
        let mut again = ada.into_active_model().reset_all();
        again.id = Set(8);
        again.insert(&db).await.unwrap();
        let sent: Vec<_> = post.sent().into_iter().map(|sent| sent.snapshot).collect();
        assert_eq!(sent, [(true, Some(7.into())), (true, Some(8.into()))]);
        assert_eq!(user::Entity::find().all(&db).await.unwrap().len(), 2);
    }
}
