//! Columns by their names, and conditions on them.

use sea_orm::sea_query::{DynIden, Expr, ExprTrait, Query};
use sea_orm::{
    Condition, DbErr, EntityTrait, IdenStatic, Identity, Iterable, ModelTrait, RelationDef, Value,
};

pub(crate) fn is<Column: IdenStatic>(column: &Column, name: &DynIden) -> bool {
    column.as_str() == name.to_string()
}

pub(crate) fn column_of<E: EntityTrait>(name: &DynIden) -> Result<E::Column, DbErr> {
    let mut columns = E::Column::iter();
    let found = columns.find(|column| is(column, name));
    found.ok_or_else(|| DbErr::Type(format!("there is no column `{name}`")))
}

/// Where the first of these columns is in the table.
pub(crate) fn place_of<E: EntityTrait>(columns: &Identity) -> Option<usize> {
    E::Column::iter().position(|column| columns.iter().any(|it| is(&column, it)))
}

/// What the row has in that column; `NULL` if there is no such column.
pub(crate) fn value_of<M: ModelTrait>(row: &M, name: &DynIden) -> Value {
    match column_of::<M::Entity>(name) {
        Ok(column) => row.get(column),
        Err(_) => Value::Int(None),
    }
}

/// These columns have these values.
pub(crate) fn equal(columns: &Identity, values: &[Value]) -> Condition {
    let both = columns.iter().zip(values);
    both.fold(Condition::all(), |all, (column, value)| {
        all.add(Expr::col(column.clone()).eq(value.clone()))
    })
}

/// These columns have one of these values.
pub(crate) fn among<'v>(
    columns: &Identity,
    keys: impl IntoIterator<Item = &'v Vec<Value>>,
) -> Condition {
    let keys = keys.into_iter();
    if let Identity::Unary(column) = columns {
        let values = keys.flatten().cloned();
        return Condition::all().add(Expr::col(column.clone()).is_in(values));
    }
    keys.fold(Condition::any(), |any, key| any.add(equal(columns, key)))
}

/// The rows that belong to the rows with these keys.
pub(crate) fn belonging(relation: &RelationDef, keys: &[Vec<Value>]) -> Condition {
    if relation.on_condition.is_none() {
        return among(&relation.from_col, keys);
    }
    let mut owner = Query::select();
    owner
        .expr(Expr::value(1))
        .from(relation.to_tbl.clone())
        .cond_where(Condition::from(relation.clone()))
        .cond_where(among(&relation.to_col, keys));
    Condition::all().add(Expr::exists(owner))
}
