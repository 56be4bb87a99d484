//! What goes along with a row that is deleted.
//!
//! # In what order?
//!
//! In Django's: first it is found out what there is, and whether it may go at all. Then `pre_delete`
//! is sent for all of it; then the statements run, those that depend on others first, each with its
//! `post_delete`s.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use sea_orm::sea_query::{DynIden, Keyword, Query, ValueTuple};
use sea_orm::{Condition, ConnectionTrait, DbErr, Identity, RelationDef, Value};
use signals_builtin::models::{Origin, PostDelete, PreDelete, post_delete, pre_delete};
use signals_core::PrimaryKey;

use crate::columns::belonging;
use crate::key;
use crate::table::{Known, OnDelete, Row};
use crate::txn::Txn;

/// How many keys there are in one statement. All databases take that many.
const AT_ONCE: usize = 500;

/// Rows that are to be deleted, and what is to be done for that.
#[derive(Default)]
pub(crate) struct Collection {
    parts: Vec<Part>,
    unseen: Vec<(&'static Known, Condition)>,
    set_null: Vec<SetNull>,
    loose: Vec<Loose>,
    restricted: Vec<Restricted>,
}

/// The rows of one table.
struct Part {
    table: &'static Known,
    /// As they were found.
    rows: Vec<Found>,
    by_key: BTreeMap<PrimaryKey, usize>,
    /// The tables with rows that belong to these.
    dependants: BTreeSet<usize>,
}

/// A row, or only its key where nobody listens.
pub(crate) struct Found {
    key: ValueTuple,
    row: Option<Box<dyn Row>>,
}

/// A table with rows that belong to those of another, by what relation, and what becomes of them.
type Child = (&'static Known, &'static RelationDef, OnDelete);

/// Rows that were added last, and the tables in which those are yet to be looked for that belong to
/// them. The next is the last.
struct New {
    part: usize,
    rows: Vec<usize>,
    children: Vec<Child>,
}

/// Columns of a table that are set to null.
type SetNull = (&'static Known, Identity, Condition);

/// Rows that may refer to nothing for a moment, if they cannot go before their parents.
struct Loose {
    parent: &'static Known,
    set_null: SetNull,
}

/// A row that has to go along, or else its parent stays.
struct Restricted {
    parent: usize,
    child: &'static Known,
    key: PrimaryKey,
}

impl Found {
    pub(crate) fn row(row: Box<dyn Row>) -> Self {
        Self {
            key: row.key(),
            row: Some(row),
        }
    }

    pub(crate) fn key(key: ValueTuple) -> Self {
        Self { key, row: None }
    }

    fn value(&self, column: &DynIden, key: &Identity) -> Value {
        if let Some(row) = &self.row {
            return row.value(column);
        }
        let both = key.iter().zip(self.key.clone());
        let mut found = both.filter(|(it, _)| *it == column);
        found.next().map_or(Value::Int(None), |(_, value)| value)
    }
}

impl Part {
    fn values(&self, rows: &[usize], columns: &Identity) -> Vec<Vec<Value>> {
        let key = self.table.table.key();
        let rows = rows.iter().map(|&row| &self.rows[row]);
        rows.map(|row| columns.iter().map(|it| row.value(it, &key)).collect())
            .collect()
    }

    /// The row, if somebody listens.
    fn heard(&self, row: usize) -> Option<&dyn Row> {
        self.rows[row].row.as_deref()
    }
}

impl Collection {
    /// These rows and all that goes along with them.
    pub(crate) async fn of(
        table: &'static Known,
        rows: Vec<Found>,
        txn: &Txn,
    ) -> Result<Self, DbErr> {
        let mut all = Self::default();
        // As deep as rows belong to rows; so this is no recursion.
        let mut path = vec![all.add(table, rows)?];
        while let Some(New {
            part,
            rows,
            children,
        }) = path.last_mut()
        {
            let Some(child) = children.pop() else {
                path.pop();
                continue;
            };
            let (part, rows) = (*part, rows.clone());
            for rows in rows.chunks(AT_ONCE) {
                path.extend(all.follow((part, rows), child, txn).await?);
            }
        }
        all.refuse_restricted()?;
        all.sort();
        Ok(all)
    }

    fn part(&mut self, table: &'static Known) -> usize {
        let is_there = |part: &Part| part.table.table.entity() == table.table.entity();
        self.parts.iter().position(is_there).unwrap_or_else(|| {
            self.parts.push(Part {
                table,
                rows: Vec::new(),
                by_key: BTreeMap::new(),
                dependants: BTreeSet::new(),
            });
            self.parts.len() - 1
        })
    }

    /// Adds the rows that are not there yet. Where they are now.
    fn add(&mut self, table: &'static Known, rows: Vec<Found>) -> Result<New, DbErr> {
        let at = self.part(table);
        let part = &mut self.parts[at];
        let mut new = Vec::new();
        for row in rows {
            if let Entry::Vacant(vacant) = part.by_key.entry(known_key(&row.key)?) {
                vacant.insert(part.rows.len());
                new.push(part.rows.len());
                part.rows.push(row);
            }
        }
        let mut children: Vec<_> = table.children().collect();
        children.reverse();
        Ok(New {
            part: at,
            rows: new,
            children,
        })
    }

    /// What becomes of the rows of a child that belong to these.
    async fn follow(
        &mut self,
        (parent, rows): (usize, &[usize]),
        (child, relation, on_delete): Child,
        txn: &Txn,
    ) -> Result<Option<New>, DbErr> {
        let keys = self.parts[parent].values(rows, &relation.to_col);
        let which = belonging(relation, &keys);
        match on_delete {
            OnDelete::Cascade if child.goes_unseen() => self.unseen.push((child, which)),
            OnDelete::Cascade => {
                let which_too = which.clone();
                let rows: Vec<Found> = if child.key_is_enough() {
                    let keys = child.table.keys(which, txn.handle()).await?;
                    keys.into_iter().map(Found::key).collect()
                } else {
                    let rows = child.table.rows(which, txn.handle()).await?;
                    rows.into_iter().map(Found::row).collect()
                };
                if rows.is_empty() {
                    return Ok(None);
                }
                let new = self.add(child, rows)?;
                let mut columns = relation.from_col.iter();
                if columns.any(|column| child.table.may_be_null(column)) {
                    let columns = relation.from_col.clone();
                    self.loose.push(Loose {
                        parent: self.parts[parent].table,
                        set_null: (child, columns, which_too),
                    });
                } else {
                    self.parts[parent].dependants.insert(new.part);
                }
                return Ok(Some(new));
            }
            OnDelete::SetNull => {
                self.set_null
                    .push((child, relation.from_col.clone(), which));
            }
            OnDelete::Restrict => {
                for key in child.table.keys(which, txn.handle()).await? {
                    let key = known_key(&key)?;
                    self.restricted.push(Restricted { parent, child, key });
                }
            }
        }
        Ok(None)
    }

    /// What is restricted may go if all that restricts it goes, too.
    fn refuse_restricted(&mut self) -> Result<(), DbErr> {
        for Restricted { parent, child, key } in std::mem::take(&mut self.restricted) {
            let entity = child.table.entity();
            let found = self.parts.iter().position(|part| {
                part.table.table.entity() == entity && part.by_key.contains_key(&key)
            });
            let Some(found) = found else {
                return Err(DbErr::Custom(format!(
                    "a `{}` cannot be deleted, because the `{}` with the key {key} refers to it with \
                     `on_delete = \"Restrict\"`; delete that first",
                    self.parts[parent].table.table.label(),
                    child.table.label(),
                )));
            };
            self.parts[parent].dependants.insert(found);
        }
        Ok(())
    }

    /// Dependants first, as far as they do not depend on each other.
    fn sort(&mut self) {
        let at = |known: &Known, parts: &[Part]| {
            let entity = known.table.entity();
            parts
                .iter()
                .position(|part| part.table.table.entity() == entity)
        };
        let loose: Vec<(usize, usize)> = self
            .loose
            .iter()
            .filter_map(|it| Some((at(it.parent, &self.parts)?, at(it.set_null.0, &self.parts)?)))
            .collect();
        let is_ready = |order: &[usize], it: usize, with_loose: bool| {
            let mut waits_for: Vec<usize> = self.parts[it].dependants.iter().copied().collect();
            if with_loose {
                let loose = loose.iter().filter(|(parent, _)| *parent == it);
                waits_for.extend(loose.map(|(_, child)| child));
            }
            waits_for
                .iter()
                .all(|child| *child == it || order.contains(child))
        };
        let mut order: Vec<usize> = Vec::new();
        while order.len() < self.parts.len() {
            let before = order.len();
            for it in 0..self.parts.len() {
                if !order.contains(&it) && is_ready(&order, it, true) {
                    order.push(it);
                }
            }
            if order.len() == before {
                let mut rest = (0..self.parts.len()).filter(|it| !order.contains(it));
                let first = rest.clone().find(|&it| is_ready(&order, it, false));
                order.extend(first.or_else(|| rest.next()));
            }
        }
        let mut parts: Vec<Option<Part>> = self.parts.drain(..).map(Some).collect();
        self.parts = order.iter().filter_map(|&at| parts[at].take()).collect();
        for Loose { parent, set_null } in std::mem::take(&mut self.loose) {
            if at(parent, &self.parts) < at(set_null.0, &self.parts) {
                self.set_null.push(set_null);
            }
        }
    }

    /// Deletes all of it, with its signals. How many rows there were.
    pub(crate) async fn delete(&self, txn: &Txn, origin: Origin<'_>) -> Result<u64, DbErr> {
        let handle = txn.handle();
        for part in &self.parts {
            for row in part.by_key.values().filter_map(|&it| part.heard(it)) {
                let instance = row.as_model();
                let signal = PreDelete {
                    instance,
                    using: handle.using(),
                    origin,
                };
                let send = pre_delete.send_async(signal);
                handle.tell(instance.label(), send).await?;
            }
        }
        let mut deleted = 0;
        for (child, which) in &self.unseen {
            let mut delete = Query::delete();
            delete
                .from_table(child.table.name())
                .cond_where(which.clone());
            deleted += txn.execute(&delete).await?.rows_affected();
        }
        for (child, columns, which) in &self.set_null {
            let mut update = Query::update();
            update.table(child.table.name()).cond_where(which.clone());
            for column in columns.iter() {
                update.value(column.clone(), Keyword::Null);
            }
            txn.execute(&update).await?;
        }
        for part in &self.parts {
            // Of a tree, the branches before the stem.
            let keys: Vec<ValueTuple> = part.rows.iter().rev().map(|it| it.key.clone()).collect();
            let mut gone = 0;
            for keys in keys.chunks(AT_ONCE) {
                gone += part.table.table.delete(keys, handle).await?;
            }
            if part.table.refers_to_itself() {
                // The database, too, may have deleted some because of others, which it does not count.
                gone = u64::try_from(keys.len()).unwrap_or(u64::MAX);
            }
            deleted += gone;
            for row in part.by_key.values().rev().filter_map(|&it| part.heard(it)) {
                let instance = row.as_model();
                let signal = PostDelete {
                    instance,
                    using: handle.using(),
                    origin,
                };
                let send = post_delete.send_async(signal);
                handle.tell(instance.label(), send).await?;
            }
        }
        Ok(deleted)
    }
}

fn known_key(key: &ValueTuple) -> Result<PrimaryKey, DbErr> {
    key::of_tuple(key.clone()).ok_or_else(|| DbErr::Type("a row without a key".to_owned()))
}
