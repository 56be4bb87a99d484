//! Django's `Model.delete()` and `QuerySet.delete()`.

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, ModelTrait, QueryTrait, Select};
use signals_builtin::models::Origin;
use signals_core::ModelView;

use crate::collect::{Collection, Found};
use crate::db::SignalConnection;
use crate::entity::SignalEntity;
use crate::table::{Known, keys_of};

/// Deletes a row and what belongs to it, and tells of each. How many rows it were.
///
/// What belongs to a row is what refers to it by a `belongs_to`, in any entity of the program that
/// sends signals. Its `on_delete` says what becomes of it:
///
/// | `on_delete` | |
/// |---|---|
/// | `"Cascade"` | is deleted as well, with what belongs to it |
/// | `"SetNull"` | refers to nothing then; no signal is sent |
/// | `"Restrict"` | unless it is deleted as well, nothing is, and no signal is sent |
/// | any other, or none | is left to the database |
///
/// ```
/// mod author {
///     use sea_orm::entity::prelude::*;
///
///     #[sea_orm::model]
///     #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
///     #[sea_orm(table_name = "author")]
///     pub struct Model {
///         #[sea_orm(primary_key)]
///         pub id: i32,
///         #[sea_orm(has_many)]
///         pub books: HasMany<super::book::Entity>,
///     }
///
///     #[signals_sea_orm::model]
///     impl ActiveModelBehavior for ActiveModel {}
/// }
///
/// mod book {
///     use sea_orm::entity::prelude::*;
///
///     #[sea_orm::model]
///     #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
///     #[sea_orm(table_name = "book")]
///     pub struct Model {
///         #[sea_orm(primary_key)]
///         pub id: i32,
///         pub author_id: i32,
///         #[sea_orm(belongs_to, from = "author_id", to = "id", on_delete = "Cascade")]
///         pub author: HasOne<super::author::Entity>,
///     }
///
///     #[signals_sea_orm::model]
///     impl ActiveModelBehavior for ActiveModel {}
/// }
///
/// use signals_builtin::models::{Origin, post_delete};
/// use signals_core::receiver;
/// use signals_sea_orm::Db;
///
/// #[receiver(post_delete, sender = book::Entity)]
/// fn forget(instance: &book::Model, origin: Origin<'_>) {
///     // The book itself, or its author.
///     println!("{} is gone with {origin:?}", instance.id);
/// }
///
/// async fn retire(author: author::Model, db: &Db) -> Result<u64, sea_orm::DbErr> {
///     signals_sea_orm::delete(author, db).await
/// }
/// # fn main() {}
/// ```
///
/// All rows have this one as their origin. In Django's order: all `pre_delete`s, those of rows that
/// belong to others first; then, table by table in the same order, the statement and its
/// `post_delete`s. Within a table `pre_delete` by ascending key, `post_delete` by descending. All of
/// it is one transaction, or a savepoint: if a receiver fails, everything is there as before.
///
/// A table where nobody listens to deletions is emptied by one statement, or by its keys.
///
/// The hooks of entities (`before_delete`) are not called, as Django's cascades do not call
/// `Model.delete()`. `row.delete(db)` calls them, and deletes that row alone.
///
/// # Errors
///
/// When a row is restricted, a receiver fails, or the database does. Nothing is deleted then.
pub async fn delete<M, C>(row: M, db: &C) -> Result<u64, DbErr>
where
    M: ModelTrait + ModelView,
    M::Entity: SignalEntity,
    C: SignalConnection,
{
    let table = Known::of_entity::<M::Entity>()?;
    let txn = db.begin().await?;
    let rows = vec![Found::row(Box::new(row.clone()))];
    let all = Collection::of(table, rows, &txn).await?;
    let deleted = all.delete(&txn, Origin::Instance(&row)).await?;
    txn.commit().await?;
    Ok(deleted)
}

/// Deletes the rows that a query finds, and tells of each.
#[async_trait]
pub trait DeleteEach: Sized {
    /// The entity of the rows.
    type Entity: EntityTrait;

    /// [`delete`], for all rows that a query finds: these, what belongs to them, in one transaction,
    /// with the query as origin. How many rows it were.
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
    /// As there.
    async fn delete_each<C>(self, db: &C) -> Result<u64, DbErr>
    where
        Self::Entity: SignalEntity,
        C: SignalConnection;
}

#[async_trait]
impl<E: EntityTrait> DeleteEach for Select<E> {
    type Entity = E;

    async fn delete_each<C>(self, db: &C) -> Result<u64, DbErr>
    where
        E: SignalEntity,
        C: SignalConnection,
    {
        let table = Known::of_entity::<E>()?;
        let txn = db.begin().await?;
        let query = self.build(txn.get_database_backend()).sql;
        let rows = if table.key_is_enough() {
            let keys = keys_of(self, txn.handle()).await?;
            keys.into_iter().map(Found::key).collect()
        } else {
            let rows = self.all(&txn).await?.into_iter();
            rows.map(|row| Found::row(Box::new(row))).collect()
        };
        let all = Collection::of(table, rows, &txn).await?;
        let deleted = all.delete(&txn, Origin::Query(&query)).await?;
        txn.commit().await?;
        Ok(deleted)
    }
}
