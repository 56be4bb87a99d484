//! The sessions of browsers, for tower-sessions.

use std::fmt::Debug;

use async_trait::async_trait;
use sea_orm::ConnectionTrait;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{Set, TryInsertResult};
use signals_sea_orm::Db;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store;

use crate::{Timestamp, token};

/// What a browser's cookie stands for. Sends no signals.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    /// A digest of what the cookie says, so that whoever reads the database cannot take over a
    /// session.
    #[sea_orm(primary_key, auto_increment = false)]
    pub digest: String,
    /// What is remembered, in JSON.
    #[sea_orm(column_type = "Text")]
    pub data: String,
    /// Until when.
    pub expires_at: Timestamp,
}

/// None: who is logged in is in the data.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The sessions in the database: a [`SessionStore`](tower_sessions::SessionStore).
#[derive(Clone, Debug)]
pub struct Sessions<C = Db>(C);

impl<C: ConnectionTrait> Sessions<C> {
    /// The sessions in this database.
    pub fn new(db: C) -> Self {
        Self(db)
    }

    /// Deletes the sessions that are over.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn delete_expired(&self) -> Result<(), DbErr> {
        let over = Entity::delete_many().filter(Column::ExpiresAt.lte(crate::now()));
        over.exec(&self.0).await?;
        Ok(())
    }
}

#[async_trait]
impl<C: ConnectionTrait + Debug + Send + 'static> tower_sessions::SessionStore for Sessions<C> {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        loop {
            let insert = Entity::insert(row(record)?).on_conflict_do_nothing();
            match insert.exec(&self.0).await.map_err(backend)? {
                TryInsertResult::Inserted(_) => return Ok(()),
                // Somebody has this one.
                TryInsertResult::Empty | TryInsertResult::Conflicted => record.id = Id::default(),
            }
        }
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        let write = OnConflict::column(Column::Digest)
            .update_columns([Column::Data, Column::ExpiresAt])
            .to_owned();
        let insert = Entity::insert(row(record)?).on_conflict(write);
        insert.exec(&self.0).await.map_err(backend)?;
        Ok(())
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let row = Entity::find_by_id(digest(*id)).one(&self.0).await;
        let Some(row) = row
            .map_err(backend)?
            .filter(|row| row.expires_at > crate::now())
        else {
            return Ok(None);
        };
        let data = serde_json::from_str(&row.data);
        Ok(Some(Record {
            id: *id,
            data: data.map_err(|error| session_store::Error::Decode(error.to_string()))?,
            expiry_date: row.expires_at,
        }))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        let delete = Entity::delete_by_id(digest(*id)).exec(&self.0).await;
        delete.map_err(backend)?;
        Ok(())
    }
}

fn row(record: &Record) -> session_store::Result<ActiveModel> {
    let data = serde_json::to_string(&record.data);
    Ok(ActiveModel {
        digest: Set(digest(record.id)),
        data: Set(data.map_err(|error| session_store::Error::Encode(error.to_string()))?),
        expires_at: Set(record.expiry_date),
    })
}

fn digest(id: Id) -> String {
    token::digest(&id.to_string())
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn backend(error: DbErr) -> session_store::Error {
    session_store::Error::Backend(error.to_string())
}
