//! The tables of a program, whatever the types of their entities.

use std::any::TypeId;
use std::marker::PhantomData;
use std::sync::OnceLock;

use sea_orm::sea_query::IntoValueTuple;
use sea_orm::sea_query::{DynIden, ForeignKeyAction, TableRef, ValueTuple};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, Identity, Iterable, ModelTrait,
    PrimaryKeyToColumn, PrimaryKeyTrait, QueryFilter, QuerySelect, RelationDef, RelationTrait,
    Select, Value,
};
use signals_builtin::models::{post_delete, pre_delete};
use signals_core::{AnyModel, BoxFuture, Model, ModelView, Sender};

use crate::columns::{column_of, place_of, value_of};
use crate::entity::SignalEntity;
use crate::handle::Handle;
use crate::prepared;

/// A row of any table.
pub(crate) trait Row: Send + Sync {
    fn as_model(&self) -> &dyn AnyModel;

    fn key(&self) -> ValueTuple;

    fn value(&self, column: &DynIden) -> Value;
}

impl<M: ModelTrait + ModelView> Row for M {
    fn as_model(&self) -> &dyn AnyModel {
        self
    }

    fn key(&self) -> ValueTuple {
        self.get_primary_key_value()
    }

    fn value(&self, column: &DynIden) -> Value {
        value_of(self, column)
    }
}

/// The entity of any table.
pub(crate) trait Table: Send + Sync {
    fn entity(&self) -> TypeId;

    fn label(&self) -> &'static str;

    fn sender(&self) -> Sender;

    fn name(&self) -> TableRef;

    /// The name without a schema.
    fn table_name(&self) -> &'static str;

    fn key(&self) -> Identity;

    fn relations(&self) -> Vec<RelationDef>;

    /// Where the first of these columns is in the table.
    fn place_of(&self, columns: &Identity) -> Option<usize>;

    fn may_be_null(&self, column: &DynIden) -> bool;

    fn rows<'t>(
        &self,
        which: Condition,
        db: &'t Handle,
    ) -> BoxFuture<'t, Result<Vec<Box<dyn Row>>, DbErr>>;

    fn keys<'t>(
        &self,
        which: Condition,
        db: &'t Handle,
    ) -> BoxFuture<'t, Result<Vec<ValueTuple>, DbErr>>;

    /// Deletes the rows with these keys. How many there were.
    fn delete<'t>(&self, keys: &[ValueTuple], db: &'t Handle) -> BoxFuture<'t, Result<u64, DbErr>>;
}

/// The table of the entity `E`.
pub(crate) struct TableOf<E>(pub(crate) PhantomData<fn() -> E>);

impl<E: SignalEntity> Table for TableOf<E> {
    fn entity(&self) -> TypeId {
        TypeId::of::<E>()
    }

    fn label(&self) -> &'static str {
        <E as Model>::LABEL
    }

    fn sender(&self) -> Sender {
        Sender::model::<E>()
    }

    fn name(&self) -> TableRef {
        E::default().table_ref()
    }

    fn table_name(&self) -> &'static str {
        E::default().table_name()
    }

    fn key(&self) -> Identity {
        E::primary_key_identity()
    }

    fn relations(&self) -> Vec<RelationDef> {
        E::Relation::iter().map(|relation| relation.def()).collect()
    }

    fn place_of(&self, columns: &Identity) -> Option<usize> {
        place_of::<E>(columns)
    }

    fn may_be_null(&self, column: &DynIden) -> bool {
        column_of::<E>(column).is_ok_and(|column| column.def().is_null())
    }

    fn rows<'t>(
        &self,
        which: Condition,
        db: &'t Handle,
    ) -> BoxFuture<'t, Result<Vec<Box<dyn Row>>, DbErr>> {
        Box::pin(async move {
            let rows = E::find().filter(which).all(db).await?;
            let rows = rows.into_iter().map(|row| Box::new(row) as Box<dyn Row>);
            Ok(rows.collect())
        })
    }

    fn keys<'t>(
        &self,
        which: Condition,
        db: &'t Handle,
    ) -> BoxFuture<'t, Result<Vec<ValueTuple>, DbErr>> {
        Box::pin(keys_of(E::find().filter(which), db))
    }

    fn delete<'t>(&self, keys: &[ValueTuple], db: &'t Handle) -> BoxFuture<'t, Result<u64, DbErr>> {
        let delete = E::delete_many().filter_by_value_tuples(keys, db.get_database_backend());
        Box::pin(async move { Ok(delete.exec(db).await?.rows_affected) })
    }
}

/// The keys of what a query finds.
pub(crate) async fn keys_of<E: EntityTrait>(
    query: Select<E>,
    db: &Handle,
) -> Result<Vec<ValueTuple>, DbErr> {
    let columns = E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column);
    let query = columns.fold(query.select_only(), QuerySelect::column);
    let keys = query.into_tuple::<<E::PrimaryKey as PrimaryKeyTrait>::ValueType>();
    let keys = keys.all(db).await?.into_iter();
    Ok(keys.map(IntoValueTuple::into_value_tuple).collect())
}

/// Whether anybody listens to deletions of this sender, or a test does to all.
pub(crate) fn deletions_are_heard(sender: Sender) -> bool {
    pre_delete.has_listeners(sender)
        || post_delete.has_listeners(sender)
        || pre_delete.is_captured()
        || post_delete.is_captured()
}

/// A table of the program.
pub(crate) struct Known {
    pub(crate) table: &'static dyn Table,
    name: TableRef,
    /// To the rows that its own belong to.
    pub(crate) parents: Vec<RelationDef>,
}

/// What becomes of a row whose parent is deleted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnDelete {
    Cascade,
    SetNull,
    Restrict,
}

impl OnDelete {
    /// None where that is up to the database.
    pub(crate) fn of(relation: &RelationDef) -> Option<Self> {
        match relation.on_delete.as_ref()? {
            ForeignKeyAction::Cascade => Some(Self::Cascade),
            ForeignKeyAction::SetNull => Some(Self::SetNull),
            ForeignKeyAction::Restrict => Some(Self::Restrict),
            _ => None,
        }
    }
}

impl Known {
    fn new(table: &'static dyn Table) -> Self {
        let name = table.name();
        let mut parents = table.relations();
        parents.retain(|relation| !relation.is_owner);
        Self {
            table,
            name,
            parents,
        }
    }

    /// All entities that send signals, by label.
    fn all() -> &'static [Self] {
        static ALL: OnceLock<Vec<Known>> = OnceLock::new();
        ALL.get_or_init(|| prepared::tables().into_iter().map(Self::new).collect())
    }

    pub(crate) fn of_entity<E: SignalEntity>() -> Result<&'static Self, DbErr> {
        let entity = TypeId::of::<E>();
        let found = Self::all().iter().find(|it| it.table.entity() == entity);
        found.ok_or_else(|| {
            DbErr::Custom(format!(
                "`{}` is not known; put `#[signals_sea_orm::model]` on the `impl \
                 ActiveModelBehavior for ActiveModel` of it",
                <E as Model>::LABEL
            ))
        })
    }

    /// As a table between two others: its relations to those, in the order of its columns. They are
    /// its key, or else all there is.
    pub(crate) fn ends(&self) -> Option<[&RelationDef; 2]> {
        let key = self.table.key();
        let of_key = |relation: &&RelationDef| key.fully_contains(&relation.from_col);
        let mut ends: Vec<&RelationDef> = self.parents.iter().filter(of_key).collect();
        if ends.len() < 2 {
            ends = self.parents.iter().collect();
        }
        ends.sort_by_key(|relation| self.table.place_of(&relation.from_col));
        ends.try_into().ok()
    }

    /// The entity of a table, if one sends signals.
    pub(crate) fn named(name: &TableRef) -> Option<&'static Self> {
        Self::all().iter().find(|it| it.name == *name)
    }

    /// The tables with rows that belong to rows of this one, by what relation, and what becomes of
    /// them.
    pub(crate) fn children(
        &self,
    ) -> impl Iterator<Item = (&'static Self, &'static RelationDef, OnDelete)> + use<'_> {
        Self::all().iter().flat_map(move |child| {
            let relations = child.parents.iter();
            relations.filter_map(move |relation| {
                // A condition on both cannot be told from one on either, when both are the same.
                let is_ours = relation.to_tbl == self.name
                    && (relation.on_condition.is_none() || relation.from_tbl != relation.to_tbl);
                Some((child, relation, OnDelete::of(relation)?)).filter(|_| is_ours)
            })
        })
    }

    pub(crate) fn refers_to_itself(&self) -> bool {
        self.parents.iter().any(|it| it.to_tbl == self.name)
    }

    /// Whether anybody listens to deletions.
    pub(crate) fn is_heard(&self) -> bool {
        deletions_are_heard(self.table.sender())
    }

    /// Whether nothing has to be known of a row but its key.
    pub(crate) fn key_is_enough(&self) -> bool {
        let key = self.table.key();
        !self.is_heard()
            && self
                .children()
                .all(|(_, relation, _)| key.fully_contains(&relation.to_col))
    }

    /// Whether rows need not be looked at to be deleted.
    pub(crate) fn goes_unseen(&self) -> bool {
        let restricts = |relation| OnDelete::of(relation) == Some(OnDelete::Restrict);
        !self.is_heard() && self.children().next().is_none() && !self.parents.iter().any(restricts)
    }
}
