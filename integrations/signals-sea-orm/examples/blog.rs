//! A sign-up: the profile in the same transaction, the mail after the commit.
//!
//! `cargo run -p signals-sea-orm --features sqlite --example blog`

use sea_orm::{
    ActiveModelTrait, ActiveValue, ConnectOptions, ConnectionTrait, DbErr, EntityTrait,
    PaginatorTrait, Schema, Set, TransactionError,
};
use signals_builtin::models::{post_save, pre_save};
use signals_core::receiver;
use signals_sea_orm::{Db, Handle};

mod user {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "user")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        pub name: String,
        pub slug: String,
    }

    #[signals_sea_orm::model]
    impl ActiveModelBehavior for ActiveModel {}
}

mod profile {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "profile")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        pub user_id: i32,
    }

    #[signals_sea_orm::model]
    impl ActiveModelBehavior for ActiveModel {}
}

/// Before the row is written: what is changed here is written.
#[receiver(pre_save, sender = user::Entity)]
fn fill_slug(instance: &mut user::ActiveModel) {
    if let ActiveValue::Set(name) = &instance.name {
        instance.slug = Set(name.to_lowercase().replace(' ', "-"));
    }
}

/// When it is written, in the transaction of whoever writes it.
#[receiver(post_save, sender = user::Entity, when = |created: bool| created)]
async fn make_profile(instance: &user::Model, #[state] handle: &Handle) -> Result<(), DbErr> {
    let profile = profile::ActiveModel {
        user_id: Set(instance.id),
        ..Default::default()
    };
    profile.insert(handle).await?;
    println!("{}: a profile, in the same transaction", instance.slug);
    Ok(())
}

/// After the commit, or never.
#[receiver(post_save, sender = user::Entity, on_commit)]
async fn welcome(instance: &user::Model) {
    println!("{}: a mail, after the commit", instance.slug);
}

async fn sign_up(name: &str, db: &Db) -> Result<user::Model, TransactionError<DbErr>> {
    db.transaction_async(async |txn| {
        let user = user::ActiveModel {
            name: Set(name.to_owned()),
            slug: ActiveValue::NotSet,
            ..Default::default()
        };
        let user = user.insert(txn).await?;
        if name == "Mallory" {
            return Err(DbErr::Custom("not her".to_owned()));
        }
        println!("{}: about to commit", user.slug);
        Ok(user)
    })
    .await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut options = ConnectOptions::new("sqlite::memory:");
    // A database in memory is that of one connection.
    options.max_connections(1);
    let db = signals_sea_orm::connect("default", options).await?;
    let schema = Schema::new(db.get_database_backend());
    db.execute(&schema.create_table_from_entity(user::Entity))
        .await?;
    db.execute(&schema.create_table_from_entity(profile::Entity))
        .await?;

    let ada = sign_up("Ada Lovelace", &db).await?;
    assert_eq!(ada.slug, "ada-lovelace");
    if let Err(error) = sign_up("Mallory", &db).await {
        println!("mallory: {error}; no row, no profile, no mail");
    }
    assert_eq!(profile::Entity::find().count(&db).await?, 1);
    Ok(())
}
