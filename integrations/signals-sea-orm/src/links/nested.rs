//! Links that SeaORM changes when it saves a row with its relations.
//!
//! SeaORM calls the hooks of all links first, and then runs a statement that has all of them; or,
//! where the database answers with no rows, an `INSERT` for each. The hooks leave here what is to be
//! linked, and the statement sends `m2m_changed` for all of it.

use std::any::TypeId;
use std::collections::BTreeSet;

use sea_orm::sea_query::DynIden;
use sea_orm::{ActiveModelTrait, DbErr, RelationDef, Statement, Value};
use signals_builtin::models::{M2mAction, M2mChanged, m2m_changed};
use signals_core::{PrimaryKey, Sender};

use crate::after::{Verb, deletes_several};
use crate::columns::{column_of, equal};
use crate::entity::SignalEntity;
use crate::handle::Handle;
use crate::table::{Known, Row};

use super::is_heard;
use super::keys::of_values;

/// What the hooks of a transaction have left.
#[derive(Default)]
pub(crate) struct Left {
    /// The entity that was written first: the one whose relations are saved along.
    first: Option<TypeId>,
    batches: Vec<Batch>,
}

/// Links of one table that are about to be written.
struct Batch {
    between: &'static Known,
    verb: Verb,
    links: Vec<Link>,
    begun: Option<Begun>,
}

struct Link {
    /// What a statement has that writes it.
    marks: Vec<Value>,
    /// The columns that refer to the one row, and those that refer to the other.
    ends: [Vec<Value>; 2],
}

/// What was told of before the first statement.
struct Begun {
    instance: Box<dyn Row>,
    reverse: bool,
    model: Sender,
    pk_set: BTreeSet<PrimaryKey>,
}

/// What a statement is about to do.
pub(crate) struct Now {
    between: &'static Known,
    verb: Verb,
    /// The entity that was written first.
    first: Option<TypeId>,
    /// All links, if nothing was told of them yet.
    links: Vec<[Vec<Value>; 2]>,
    begun: Option<Begun>,
    is_last: bool,
}

impl Left {
    pub(crate) fn wrote<E: 'static>(&mut self) {
        self.first.get_or_insert(TypeId::of::<E>());
    }

    /// A hook of a table between has come. It may be of a link that is written by itself.
    pub(crate) fn link<E: SignalEntity>(
        &mut self,
        verb: Verb,
        key: Option<Vec<Value>>,
        value: impl Fn(&DynIden) -> Option<Value>,
    ) {
        let Ok(between) = Known::of_entity::<E>() else {
            return;
        };
        let Some(ends) = between.ends() else { return };
        let values = |end: &RelationDef| end.from_col.iter().map(&value).collect();
        let [Some(one), Some(other)]: [Option<Vec<Value>>; 2] = ends.map(values) else {
            return;
        };
        let marks = key.unwrap_or_else(|| [one.clone(), other.clone()].concat());
        let link = Link {
            marks,
            ends: [one, other],
        };
        let is_same = |batch: &&mut Batch| batch.is_of(between) && batch.verb == verb;
        match self.batches.iter_mut().find(is_same) {
            Some(batch) => batch.links.push(link),
            None => self.batches.push(Batch {
                between,
                verb,
                links: vec![link],
                begun: None,
            }),
        }
    }

    /// The links that a statement writes.
    pub(crate) fn take(&mut self, statement: &Statement, has_returning: bool) -> Option<Now> {
        let at = self.batches.iter().position(|it| it.fits(statement))?;
        let mut batch = self.batches.swap_remove(at);
        let values = statement.values.as_ref().map_or(&[][..], |it| &it.0);
        let is_here = |link: &Link| link.marks.iter().all(|mark| values.contains(mark));
        let (here, rest): (Vec<Link>, Vec<Link>) = batch.links.drain(..).partition(is_here);
        if here.is_empty() || !is_of_several(&statement.sql) {
            // Written by itself, which sends nothing here.
            return None;
        }
        let is_last = has_returning || rest.is_empty();
        let begun = batch.begun.take();
        let all = here.iter().chain(rest.iter().filter(|_| !is_last));
        let now = Now {
            between: batch.between,
            verb: batch.verb,
            first: self.first,
            links: all.map(|link| link.ends.clone()).collect(),
            begun,
            is_last,
        };
        if !is_last {
            batch.links = rest;
            self.batches.push(batch);
        }
        Some(now)
    }

    /// There are more statements to come for this.
    fn keep(&mut self, between: &'static Known, verb: Verb, begun: Begun) {
        let mut batches = self.batches.iter_mut();
        if let Some(batch) = batches.find(|it| it.is_of(between) && it.verb == verb) {
            batch.begun = Some(begun);
        }
    }
}

impl Batch {
    fn is_of(&self, between: &Known) -> bool {
        self.between.table.entity() == between.table.entity()
    }

    fn fits(&self, statement: &Statement) -> bool {
        self.verb.begins(&statement.sql) && statement.sql.contains(self.between.table.table_name())
    }
}

/// Whether a statement is one of those with which SeaORM changes links: no row by itself is written
/// so after its hook.
fn is_of_several(sql: &str) -> bool {
    deletes_several(sql) || sql.starts_with("INSERT IGNORE ") || sql.contains(" ON CONFLICT ")
}

impl Now {
    /// Sends `pre_add` or `pre_remove`, unless that was done.
    pub(crate) async fn before(&mut self, handle: &Handle) -> Result<(), DbErr> {
        if self.begun.is_some() {
            return Ok(());
        }
        let Some(mut begun) = self.begin(handle).await? else {
            return Ok(());
        };
        let before = begun.pk_set.clone();
        let action = match self.verb {
            Verb::Delete => M2mAction::PreRemove,
            _ => M2mAction::PreAdd,
        };
        self.tell(&mut begun, action, handle).await?;
        if !before.is_subset(&begun.pk_set) {
            return Err(DbErr::Custom(format!(
                "a receiver of `m2m_changed` took keys out of the links in `{}`, which SeaORM saves \
                 along with a row and has a statement for already; change them with `m2m(…)`, or \
                 return an error",
                self.between.table.label()
            )));
        }
        begun.pk_set = before;
        self.begun = Some(begun);
        Ok(())
    }

    /// Sends `post_add` or `post_remove`, if all is done.
    pub(crate) async fn after(self, handle: &Handle) -> Result<(), DbErr> {
        let mut this = self;
        let Some(mut begun) = this.begun.take() else {
            return Ok(());
        };
        if !this.is_last {
            handle.with_left(|left| left.keep(this.between, this.verb, begun));
            return Ok(());
        }
        let action = match this.verb {
            Verb::Delete => M2mAction::PostRemove,
            _ => M2mAction::PostAdd,
        };
        this.tell(&mut begun, action, handle).await
    }

    /// Finds out whose links they are. None if an entity sends no signals.
    async fn begin(&self, handle: &Handle) -> Result<Option<Begun>, DbErr> {
        let Some(ends) = self.between.ends() else {
            return Ok(None);
        };
        let tables = ends.map(|end| Known::named(&end.to_tbl));
        let [Some(one), Some(other)] = tables else {
            return Ok(None);
        };
        let reverse = self.is_reverse(one, other);
        let (here, there) = (usize::from(reverse), usize::from(!reverse));
        let Some(of_instance) = self.links.first().map(|link| &link[here]) else {
            return Ok(None);
        };
        let which = equal(&ends[here].to_col, of_instance);
        let found = [one, other][here].table.rows(which, handle).await?;
        let Some(instance) = found.into_iter().next() else {
            return Ok(None);
        };
        let keys = self.links.iter().map(|link| of_values(&link[there]));
        let mut pk_set = keys.collect::<Result<BTreeSet<PrimaryKey>, DbErr>>()?;
        if self.verb == Verb::Insert {
            let which = equal(&ends[here].from_col, of_instance);
            for link in self.between.table.rows(which, handle).await? {
                let there = ends[there].from_col.iter();
                let there: Vec<Value> = there.map(|column| link.value(column)).collect();
                pk_set.remove(&of_values(&there)?);
            }
        }
        Ok(Some(Begun {
            instance,
            reverse,
            model: [one, other][there].table.sender(),
            pk_set,
        }))
    }

    /// Whether the links are those of the other side. It is the one that was saved first in the
    /// transaction; or, if that was neither, the one that all links have.
    fn is_reverse(&self, one: &Known, other: &Known) -> bool {
        let is_first = |it: &Known| self.first == Some(it.table.entity());
        if is_first(one) != is_first(other) {
            return is_first(other);
        }
        let all_have = |end: usize| {
            self.links
                .iter()
                .all(|link| link[end] == self.links[0][end])
        };
        !all_have(0) && all_have(1)
    }

    async fn tell(
        &self,
        begun: &mut Begun,
        action: M2mAction,
        handle: &Handle,
    ) -> Result<(), DbErr> {
        let send = m2m_changed.send_async(M2mChanged {
            sender: self.between.table.sender(),
            action,
            instance: begun.instance.as_model(),
            reverse: begun.reverse,
            model: begun.model,
            pk_set: &mut begun.pk_set,
            using: handle.using(),
            raw: handle.is_raw(),
        });
        handle.tell(self.between.table.label(), send).await
    }
}

/// Leaves word of a link that is about to be inserted.
pub(crate) fn inserted<E: SignalEntity>(handle: &Handle, draft: &E::ActiveModel) {
    if !is_heard::<E>() {
        return;
    }
    handle.with_left(|left| {
        left.link::<E>(Verb::Insert, None, |name| {
            let column = column_of::<E>(name).ok()?;
            draft.get(column).into_value()
        });
    });
}

/// Leaves word of a link that is about to be deleted.
pub(crate) fn deleted<E: SignalEntity>(handle: &Handle, model: &E::Model) {
    if !is_heard::<E>() {
        return;
    }
    let key = Row::key(model).into_iter().collect();
    handle.with_left(|left| {
        left.link::<E>(Verb::Delete, Some(key), |name| Some(model.value(name)));
    });
}
