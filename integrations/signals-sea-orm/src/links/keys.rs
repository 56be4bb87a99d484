//! Keys of rows, columns of keys, and conditions on them.

use std::collections::BTreeMap;

use sea_orm::sea_query::{DynIden, Expr, ExprTrait, IntoValueTuple, ValueTuple};
use sea_orm::{
    Condition, DbErr, EntityTrait, IdenStatic, Identity, Iterable, ModelTrait, PrimaryKeyTrait,
    RelationDef, Value,
};
use signals_core::PrimaryKey;

use crate::key;

pub(super) type KeyOf<E> = <<E as EntityTrait>::PrimaryKey as PrimaryKeyTrait>::ValueType;

/// Rows of the other table, by key.
pub(super) type Keys = BTreeMap<PrimaryKey, Vec<Value>>;

/// The links whose columns of this relation refer to one of the rows.
pub(super) fn among(relation: &RelationDef, keys: &Keys) -> Condition {
    let keys = keys.values();
    keys.fold(Condition::any(), |any, key| {
        any.add(equal(&relation.from_col, key))
    })
}

pub(super) fn equal(columns: &Identity, values: &[Value]) -> Condition {
    let both = columns.iter().zip(values);
    both.fold(Condition::all(), |all, (column, value)| {
        all.add(Expr::col(column.clone()).eq(value.clone()))
    })
}

pub(super) trait IntoAny {
    /// The condition, to be joined with others by `OR`.
    fn into_any(self) -> Condition;
}

impl IntoAny for Condition {
    fn into_any(self) -> Condition {
        Self::any().add(self)
    }
}

pub(super) fn keyed<R: EntityTrait, K: Into<KeyOf<R>>>(keys: impl IntoIterator<Item = K>) -> Keys {
    let tuples = keys.into_iter().map(|key| key.into().into_value_tuple());
    let keys = tuples.filter_map(|tuple| {
        let values = tuple.clone().into_iter().collect();
        Some((key::of_tuple(tuple)?, values))
    });
    keys.collect()
}

pub(super) fn of_values(values: &[Value]) -> Result<PrimaryKey, DbErr> {
    let key = key::of_tuple(ValueTuple::Many(values.to_vec()));
    key.ok_or_else(|| DbErr::Type("a link to a row without a key".to_owned()))
}

pub(super) fn is<Column: IdenStatic>(column: &Column, name: &DynIden) -> bool {
    column.as_str() == name.to_string()
}

pub(super) fn column_of<E: EntityTrait>(name: &DynIden) -> Result<E::Column, DbErr> {
    let mut columns = E::Column::iter();
    let found = columns.find(|column| is(column, name));
    found.ok_or_else(|| DbErr::Type(format!("there is no column `{name}`")))
}

/// What the row has in that column; `NULL` if there is no such column.
pub(super) fn value_of<M: ModelTrait>(row: &M, name: &DynIden) -> Value {
    match column_of::<M::Entity>(name) {
        Ok(column) => row.get(column),
        Err(_) => Value::Int(None),
    }
}
