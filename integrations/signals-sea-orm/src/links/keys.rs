//! Keys of linked rows.

use std::collections::BTreeMap;

use sea_orm::sea_query::{IntoValueTuple, ValueTuple};
use sea_orm::{Condition, DbErr, EntityTrait, PrimaryKeyTrait, RelationDef, Value};
use signals_core::PrimaryKey;

use crate::{columns, key};

pub(super) type KeyOf<E> = <<E as EntityTrait>::PrimaryKey as PrimaryKeyTrait>::ValueType;

/// Rows of the other table, by key.
pub(super) type Keys = BTreeMap<PrimaryKey, Vec<Value>>;

/// The links whose columns of this relation refer to one of the rows.
pub(super) fn among(relation: &RelationDef, keys: &Keys) -> Condition {
    columns::among(&relation.from_col, keys.values())
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
