//! Keys and columns of SeaORM, as signals have them.

use sea_orm::sea_query::ValueTuple;
use sea_orm::{
    ActiveModelTrait, EntityTrait, IdenStatic, Iterable, ModelTrait, PrimaryKeyToColumn, Value,
};
use signals_core::PrimaryKey;

/// The primary key of a row.
pub fn of_model<M: ModelTrait>(model: &M) -> Option<PrimaryKey> {
    let keys = <M::Entity as EntityTrait>::PrimaryKey::iter();
    together(keys.map(|key| of_value(&model.get(key.into_column()))))
}

/// The primary key of a draft, if it is there.
pub fn of_draft<A: ActiveModelTrait>(draft: &A) -> Option<PrimaryKey> {
    let keys = <A::Entity as EntityTrait>::PrimaryKey::iter();
    together(keys.map(|key| of_value(&draft.get(key.into_column()).into_value()?)))
}

pub(crate) fn of_tuple(tuple: ValueTuple) -> Option<PrimaryKey> {
    together(tuple.into_iter().map(|value| of_value(&value)))
}

fn together(keys: impl Iterator<Item = Option<PrimaryKey>>) -> Option<PrimaryKey> {
    let mut keys: Vec<PrimaryKey> = keys.collect::<Option<_>>()?;
    if keys.len() == 1 {
        return keys.pop();
    }
    Some(PrimaryKey::Composite(keys))
}

/// None for `NULL`. What is no number and no text is a key by the way that it is written in SQL.
pub(crate) fn of_value(value: &Value) -> Option<PrimaryKey> {
    Some(match value {
        Value::TinyInt(Some(key)) => (*key).into(),
        Value::SmallInt(Some(key)) => (*key).into(),
        Value::Int(Some(key)) => (*key).into(),
        Value::BigInt(Some(key)) => (*key).into(),
        Value::TinyUnsigned(Some(key)) => (*key).into(),
        Value::SmallUnsigned(Some(key)) => (*key).into(),
        Value::Unsigned(Some(key)) => (*key).into(),
        Value::BigUnsigned(Some(key)) => (*key).into(),
        Value::String(Some(key)) => key.as_str().into(),
        Value::Char(Some(key)) => key.to_string().into(),
        other if *other == other.as_null() => return None,
        other => {
            let shown = other.to_string();
            shown.trim_matches('\'').into()
        }
    })
}

/// The columns that an update writes: those that are set, without the key.
pub(crate) fn written<A: ActiveModelTrait>(draft: &A) -> Vec<&'static str> {
    not_keys::<A::Entity>()
        .filter(|column| draft.get(*column).is_set())
        .map(|column| column.as_str())
        .collect()
}

/// All columns, without the key.
pub(crate) fn not_keys<E: EntityTrait>() -> impl Iterator<Item = E::Column> {
    E::Column::iter().filter(|column| {
        let name = column.as_str();
        E::PrimaryKey::iter().all(|key| key.into_column().as_str() != name)
    })
}
