//! Django's `QuerySet.delete()`.

use async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DbErr, EntityTrait, ModelTrait, PrimaryKeyToColumn, QueryTrait, Select,
    TransactionTrait,
};
use sea_orm::{Iterable, Value, sea_query::ValueTuple};
use signals_builtin::models::{Origin, PostDelete, PreDelete, post_delete, pre_delete};
use signals_core::ModelView;

use crate::entity::SignalEntity;
use crate::hooks::not_deleted;
use crate::txn::Txn;

/// Deletes the rows that a query finds, and tells of each.
#[async_trait]
pub trait DeleteEach: Sized {
    /// Loads the rows, sends `pre_delete` for all of them, deletes them, and sends `post_delete` for
    /// all of them, in a transaction: if a receiver fails, all are there as before. How many it
    /// were.
    ///
    /// In Django's order: `pre_delete` by ascending key, `post_delete` by descending. The hooks of
    /// the entity itself are not called, as Django's `QuerySet.delete()` does not call
    /// `Model.delete()`. Rows of other tables that the database deletes along send nothing.
    ///
    /// ```
    /// # mod user {
    /// #     use sea_orm::entity::prelude::*;
    /// #     #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    /// #     #[sea_orm(table_name = "user")]
    /// #     pub struct Model { #[sea_orm(primary_key)] pub id: i32, pub visits: i32 }
    /// #     #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)] pub enum Relation {}
    /// #     #[signals_sea_orm::model] impl ActiveModelBehavior for ActiveModel {}
    /// # }
    /// use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
    /// use signals_sea_orm::{Db, DeleteEach};
    ///
    /// async fn forget_who_never_came(db: &Db) -> Result<u64, sea_orm::DbErr> {
    ///     user::Entity::find().filter(user::Column::Visits.eq(0)).delete_each(db).await
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// When a receiver fails, or the database does. Nothing is deleted then.
    async fn delete_each<C>(self, db: &C) -> Result<u64, DbErr>
    where
        C: TransactionTrait<Transaction = Txn>;
}

/// How many keys there are in one statement. All databases take that many.
const AT_ONCE: usize = 500;

#[async_trait]
impl<E: SignalEntity> DeleteEach for Select<E> {
    async fn delete_each<C>(self, db: &C) -> Result<u64, DbErr>
    where
        C: TransactionTrait<Transaction = Txn>,
    {
        let txn = db.begin().await?;
        let handle = txn.handle();
        let query = self.build(txn.get_database_backend()).sql;
        let origin = Origin::Query(&query);
        let mut rows = self.all(&txn).await?;
        rows.sort_by_cached_key(ModelView::pk);
        for row in &rows {
            let send = pre_delete.send_async(PreDelete {
                instance: row,
                using: handle.using(),
                origin,
            });
            handle.send(send).await.map_err(not_deleted::<E>)?;
        }
        let keys: Vec<ValueTuple> = rows.iter().map(key).collect();
        let mut deleted = 0;
        for keys in keys.chunks(AT_ONCE) {
            let delete = E::delete_many().filter_by_value_tuples(keys, txn.get_database_backend());
            deleted += delete.exec(&txn).await?.rows_affected;
        }
        for row in rows.iter().rev() {
            let send = post_delete.send_async(PostDelete {
                instance: row,
                using: handle.using(),
                origin,
            });
            handle.send(send).await.map_err(not_deleted::<E>)?;
        }
        txn.commit().await?;
        Ok(deleted)
    }
}

fn key<M: ModelTrait>(row: &M) -> ValueTuple {
    let keys = <M::Entity as EntityTrait>::PrimaryKey::iter();
    let mut values: Vec<Value> = keys.map(|key| row.get(key.into_column())).collect();
    match values.len() {
        1 => ValueTuple::One(values.remove(0)),
        _ => ValueTuple::Many(values),
    }
}
