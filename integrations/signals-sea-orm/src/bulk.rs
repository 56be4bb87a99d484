//! One statement for many rows, with the signals that Django lacks for it.

use sea_orm::{ConnectionTrait, DbErr, DeleteMany, IdenStatic, Iterable, QueryTrait, UpdateMany};
use signals_builtin::models::{
    Batch, PostBulkCreate, PostBulkDelete, PostBulkUpdate, PreBulkCreate, PreBulkDelete,
    PreBulkUpdate, post_bulk_create, post_bulk_delete, post_bulk_update, pre_bulk_create,
    pre_bulk_delete, pre_bulk_update,
};
use signals_core::{Model, PrimaryKey, Sender};

use crate::db::SignalConnection;
use crate::entity::SignalEntity;
use crate::key;

/// Inserts many rows by one statement, and sends `pre_bulk_create` and `post_bulk_create`. How many
/// it were.
///
/// # Errors
///
/// When a receiver fails, or the database does. Nothing is inserted then.
pub async fn bulk_create<E, C>(
    rows: impl IntoIterator<Item = E::ActiveModel> + Send,
    db: &C,
) -> Result<u64, DbErr>
where
    E: SignalEntity,
    C: SignalConnection,
{
    let rows: Vec<E::ActiveModel> = rows.into_iter().collect();
    if rows.is_empty() {
        return Ok(0);
    }
    let count = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    let keys: Option<Vec<PrimaryKey>> = rows.iter().map(key::of_draft).collect();
    let batch = keys.map_or_else(|| Batch::of(count), Batch::keys);
    let txn = db.begin().await?;
    let handle = txn.handle();
    let sender = Sender::model::<E>();
    let (using, raw) = (handle.using(), handle.is_raw());
    let signal = PreBulkCreate {
        sender,
        batch: &batch,
        using,
        raw,
    };
    handle
        .tell(<E as Model>::LABEL, pre_bulk_create.send_async(signal))
        .await?;
    let done = E::insert_many(rows).exec_without_returning(&txn).await?;
    let batch = batch.with_count(done);
    let signal = PostBulkCreate {
        sender,
        batch: &batch,
        using,
        raw,
    };
    handle
        .tell(<E as Model>::LABEL, post_bulk_create.send_async(signal))
        .await?;
    txn.commit().await?;
    Ok(done)
}

/// Runs an update of many rows, and sends `pre_bulk_update` and `post_bulk_update`. How many rows
/// it were.
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
/// use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
/// use signals_sea_orm::{Db, bulk_update};
///
/// async fn forget_visits(db: &Db) -> Result<u64, sea_orm::DbErr> {
///     let update = user::Entity::update_many()
///         .col_expr(user::Column::Visits, Expr::value(0))
///         .filter(user::Column::Visits.gt(0));
///     bulk_update(update, db).await
/// }
/// ```
///
/// # Errors
///
/// When a receiver fails, or the database does. Nothing is updated then.
pub async fn bulk_update<E, C>(update: UpdateMany<E>, db: &C) -> Result<u64, DbErr>
where
    E: SignalEntity,
    C: SignalConnection,
{
    let txn = db.begin().await?;
    let handle = txn.handle();
    let (sender, using) = (Sender::model::<E>(), handle.using());
    let fields: Vec<&'static str> = {
        let written = update.as_query().get_values();
        let is_written = |name: &&'static str| {
            written
                .iter()
                .any(|(column, _)| column.to_string() == **name)
        };
        E::Column::iter()
            .map(|column| column.as_str())
            .filter(is_written)
            .collect()
    };
    let update_fields = Some(fields.as_slice());
    let batch = Batch::matching(condition(&update.build(txn.get_database_backend()).sql));
    let signal = PreBulkUpdate {
        sender,
        batch: &batch,
        update_fields,
        using,
    };
    handle
        .tell(<E as Model>::LABEL, pre_bulk_update.send_async(signal))
        .await?;
    let done = update.exec(&txn).await?.rows_affected;
    let batch = batch.with_count(done);
    let signal = PostBulkUpdate {
        sender,
        batch: &batch,
        update_fields,
        using,
    };
    handle
        .tell(<E as Model>::LABEL, post_bulk_update.send_async(signal))
        .await?;
    txn.commit().await?;
    Ok(done)
}

/// Runs a deletion of many rows, and sends `pre_bulk_delete` and `post_bulk_delete`. How many rows
/// it were.
///
/// The rows are not loaded. Where each of them matters, there is
/// [`delete_each`](crate::DeleteEach::delete_each).
///
/// # Errors
///
/// When a receiver fails, or the database does. Nothing is deleted then.
pub async fn bulk_delete<E, C>(delete: DeleteMany<E>, db: &C) -> Result<u64, DbErr>
where
    E: SignalEntity,
    C: SignalConnection,
{
    let txn = db.begin().await?;
    let handle = txn.handle();
    let (sender, using) = (Sender::model::<E>(), handle.using());
    let batch = Batch::matching(condition(&delete.build(txn.get_database_backend()).sql));
    let signal = PreBulkDelete {
        sender,
        batch: &batch,
        using,
    };
    handle
        .tell(<E as Model>::LABEL, pre_bulk_delete.send_async(signal))
        .await?;
    let done = delete.exec(&txn).await?.rows_affected;
    let batch = batch.with_count(done);
    let signal = PostBulkDelete {
        sender,
        batch: &batch,
        using,
    };
    handle
        .tell(<E as Model>::LABEL, post_bulk_delete.send_async(signal))
        .await?;
    txn.commit().await?;
    Ok(done)
}

/// What a statement holds for, without the values.
fn condition(sql: &str) -> &str {
    sql.split_once(" WHERE ")
        .map_or("TRUE", |(_, condition)| condition)
}
