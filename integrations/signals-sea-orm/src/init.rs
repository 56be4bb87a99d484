//! `pre_init` and `post_init`, for those who ask for them.
//!
//! SeaORM makes rows in a derive that nobody can hook. So nothing sends these signals by itself.

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbErr, Select};
use signals_builtin::models::{PostInit, PreInit, post_init, pre_init};
use signals_core::{ModelView, SendError, Sender};

use crate::entity::SignalEntity;
use crate::error::stopped_rows;

/// Makes an instance: sends `pre_init`, calls `make`, and sends `post_init`, whose receivers may
/// change the instance.
///
/// # Errors
///
/// The first receiver's.
pub async fn init<M: ModelView>(make: impl FnOnce() -> M) -> Result<M, SendError> {
    let sender = Sender::model::<M::Of>();
    pre_init.send_async(PreInit { sender }).await?;
    let mut instance = make();
    post_init
        .send_async(PostInit {
            instance: &mut instance,
        })
        .await?;
    Ok(instance)
}

/// Queries that send `pre_init` and `post_init` for each row.
#[async_trait]
pub trait Init {
    /// What a row becomes.
    type Row;

    /// `all`, with `pre_init` and `post_init` for each row. Receivers of `post_init` may change it.
    ///
    /// # Errors
    ///
    /// The first receiver's, or the database's.
    async fn all_init<C: ConnectionTrait>(self, db: &C) -> Result<Vec<Self::Row>, DbErr>;

    /// `one`, with `pre_init` and `post_init`.
    ///
    /// # Errors
    ///
    /// As there.
    async fn one_init<C: ConnectionTrait>(self, db: &C) -> Result<Option<Self::Row>, DbErr>;
}

#[async_trait]
impl<E: SignalEntity> Init for Select<E> {
    type Row = <E as sea_orm::EntityTrait>::Model;

    async fn all_init<C: ConnectionTrait>(self, db: &C) -> Result<Vec<Self::Row>, DbErr> {
        let mut rows = Vec::new();
        for row in self.all(db).await? {
            rows.push(init(|| row).await.map_err(stopped_rows::<E>)?);
        }
        Ok(rows)
    }

    async fn one_init<C: ConnectionTrait>(self, db: &C) -> Result<Option<Self::Row>, DbErr> {
        match self.one(db).await? {
            Some(row) => init(|| row).await.map(Some).map_err(stopped_rows::<E>),
            None => Ok(None),
        }
    }
}
