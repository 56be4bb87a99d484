//! Users, sessions, addresses, invitations.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_pk_auto, boolean, integer, string, string_uniq, text,
    timestamp_with_time_zone, timestamp_with_time_zone_null,
};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let user = Table::create()
            .table("user")
            .col(big_pk_auto("id"))
            .col(string("username"))
            .col(string_uniq("username_key"))
            .col(string("email"))
            .col(string("password"))
            .col(timestamp_with_time_zone("password_changed_at"))
            .col(boolean("is_active"))
            .col(timestamp_with_time_zone("date_joined"))
            .col(timestamp_with_time_zone_null("registered_at"))
            .col(timestamp_with_time_zone_null("last_login"))
            .take();
        manager.create_table(user).await?;

        let session = Table::create()
            .table("session")
            .col(string("digest").primary_key().take())
            .col(text("data"))
            .col(timestamp_with_time_zone("expires_at"))
            .take();
        manager.create_table(session).await?;

        let message = Table::create()
            .table("message")
            .col(big_pk_auto("id"))
            .col(big_integer("user_id"))
            .col(text("text"))
            .foreign_key(&mut belongs_to("message", "user_id", "user"))
            .take();
        manager.create_table(message).await?;
        manager.create_index(index("message", "user_id")).await?;

        let email_address = Table::create()
            .table("email_address")
            .col(big_pk_auto("id"))
            .col(big_integer("user_id"))
            .col(string("email"))
            .col(boolean("verified"))
            .foreign_key(&mut belongs_to("email_address", "user_id", "user"))
            .take();
        manager.create_table(email_address).await?;
        manager
            .create_index(index("email_address", "user_id"))
            .await?;

        let email_confirmation = Table::create()
            .table("email_confirmation")
            .col(big_pk_auto("id"))
            .col(big_integer("email_address_id"))
            .col(string_uniq("token_digest"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone_null("sent_at"))
            .foreign_key(&mut belongs_to(
                "email_confirmation",
                "email_address_id",
                "email_address",
            ))
            .take();
        manager.create_table(email_confirmation).await?;

        let signup_code = Table::create()
            .table("signup_code")
            .col(big_pk_auto("id"))
            .col(string_uniq("code"))
            .col(big_integer("inviter_id"))
            .col(string("email"))
            .col(integer("max_uses"))
            .col(integer("use_count"))
            .col(timestamp_with_time_zone("expires_at"))
            .col(timestamp_with_time_zone_null("sent_at"))
            .foreign_key(&mut belongs_to("signup_code", "inviter_id", "user"))
            .take();
        manager.create_table(signup_code).await?;
        manager
            .create_index(index("signup_code", "inviter_id"))
            .await?;

        let signup_code_result = Table::create()
            .table("signup_code_result")
            .col(big_pk_auto("id"))
            .col(big_integer("signup_code_id"))
            .col(big_integer("user_id"))
            .col(timestamp_with_time_zone("used_at"))
            .foreign_key(&mut belongs_to(
                "signup_code_result",
                "signup_code_id",
                "signup_code",
            ))
            .foreign_key(&mut belongs_to("signup_code_result", "user_id", "user"))
            .take();
        manager.create_table(signup_code_result).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            "signup_code_result",
            "signup_code",
            "email_confirmation",
            "email_address",
            "message",
            "session",
            "user",
        ] {
            manager
                .drop_table(Table::drop().table(table).take())
                .await?;
        }
        Ok(())
    }
}

/// A row of `table` goes when the row goes that `column` names.
pub(super) fn belongs_to(
    table: &'static str,
    column: &'static str,
    to: &'static str,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(table, column)
        .to(to, "id")
        .on_delete(ForeignKeyAction::Cascade)
        .take()
}

pub(super) fn index(table: &'static str, column: &'static str) -> IndexCreateStatement {
    Index::create()
        .name(format!("{table}_{column}"))
        .table(table)
        .col(column)
        .take()
}
