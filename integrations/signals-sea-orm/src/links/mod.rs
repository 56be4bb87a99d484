//! Many-to-many relations: the links between two rows.

mod keys;
pub(crate) mod nested;

use std::collections::BTreeSet;
use std::marker::PhantomData;

use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, Condition, DbErr, EntityTrait, IntoActiveModel,
    ModelTrait, QueryFilter, Related, RelationDef, Value,
};
use signals_builtin::models::{M2mAction, M2mChanged, m2m_changed};
use signals_core::{Model, ModelView, PrimaryKey, Sender};

use crate::columns::{column_of, equal, place_of, value_of};
use crate::db::SignalConnection;
use crate::entity::SignalEntity;
use crate::txn::Txn;

use self::keys::{IntoAny, KeyOf, Keys, among, keyed, of_values};

/// The links of a row to the rows of another table, by way of the table between: what Django's
/// `article.tags` is.
///
/// ```
/// # fn main() {}
/// # mod app {
/// # macro_rules! entity { ($name:ident, $table:literal) => { mod $name {
/// #     use sea_orm::entity::prelude::*;
/// #     #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
/// #     #[sea_orm(table_name = $table)]
/// #     pub struct Model { #[sea_orm(primary_key)] pub id: i32 }
/// #     #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)] pub enum Relation {}
/// #     #[signals_sea_orm::model] impl ActiveModelBehavior for ActiveModel {}
/// # } } }
/// # entity!(article, "article");
/// # entity!(tag, "tag");
/// mod article_tag {
///     use sea_orm::entity::prelude::*;
///
///     #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
///     #[sea_orm(table_name = "article_tag")]
///     pub struct Model {
///         #[sea_orm(primary_key, auto_increment = false)]
///         pub article_id: i32,
///         #[sea_orm(primary_key, auto_increment = false)]
///         pub tag_id: i32,
///     }
///
///     #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
///     pub enum Relation {
///         #[sea_orm(belongs_to = "super::article::Entity", from = "Column::ArticleId", to = "super::article::Column::Id")]
///         Article,
///         #[sea_orm(belongs_to = "super::tag::Entity", from = "Column::TagId", to = "super::tag::Column::Id")]
///         Tag,
///     }
///
///     impl Related<super::article::Entity> for Entity {
///         fn to() -> RelationDef { Relation::Article.def() }
///     }
///
///     impl Related<super::tag::Entity> for Entity {
///         fn to() -> RelationDef { Relation::Tag.def() }
///     }
///
///     #[signals_sea_orm::model]
///     impl ActiveModelBehavior for ActiveModel {}
/// }
///
/// use signals_builtin::models::{M2mAction, m2m_changed};
/// use signals_core::{AnyModel, receiver};
/// use signals_sea_orm::{Db, m2m};
///
/// #[receiver(m2m_changed, sender = article_tag::Entity)]
/// fn index(action: M2mAction, instance: &dyn AnyModel) {
///     if action.is_post() {
///         println!("{} has other tags now", instance.pk().unwrap());
///     }
/// }
///
/// async fn tag(article: &article::Model, db: &Db) -> Result<(), sea_orm::DbErr> {
///     let tags = m2m(article, article_tag::Entity, tag::Entity, db);
///     tags.add([1, 2]).await?;
///     tags.set([2, 3]).await
/// }
/// # }
/// ```
///
/// Each call is one transaction, or a savepoint of the one it is in: a receiver that fails undoes
/// it. The sender is the entity of the table between, whose rows send no signals of their own.
///
/// Django: [related objects](https://docs.djangoproject.com/en/stable/ref/models/relations/).
#[derive(Debug)]
pub struct M2m<'a, M, J, R, C> {
    instance: &'a M,
    db: &'a C,
    // From the table between to the row, and to the other table.
    here: RelationDef,
    there: RelationDef,
    reverse: bool,
    symmetrical: bool,
    entities: PhantomData<(J, R)>,
}

/// The links of `instance` in `between` to rows of `other`. `db` is a [`Db`](crate::Db), a
/// [`Txn`] or a [`Handle`](crate::Handle).
///
/// SeaORM does not say which side declares the relation. It is the one whose column comes first in
/// the table between; from the other side, `reverse` is true.
pub fn m2m<'a, M, J, R, C>(instance: &'a M, between: J, other: R, db: &'a C) -> M2m<'a, M, J, R, C>
where
    M: ModelTrait + ModelView,
    J: SignalEntity + Related<M::Entity> + Related<R>,
    R: SignalEntity,
    C: SignalConnection,
{
    let (here, there) = (<J as Related<M::Entity>>::to(), <J as Related<R>>::to());
    M2m::between(instance, between, here, there, other, db)
}

impl<'a, M, J, R, C> M2m<'a, M, J, R, C>
where
    M: ModelTrait + ModelView,
    J: SignalEntity,
    R: SignalEntity,
    C: SignalConnection,
{
    /// [`m2m`], where the table between refers to the same table twice: `here` is its relation to
    /// the row, `there` the one to the others.
    /// For the idols of a person, `here` is `fan::Relation::To.def()` and `there` is
    /// `fan::Relation::From.def()`.
    pub fn between(
        instance: &'a M,
        _between: J,
        here: RelationDef,
        there: RelationDef,
        _other: R,
        db: &'a C,
    ) -> Self {
        Self {
            reverse: place_of::<J>(&here.from_col) > place_of::<J>(&there.from_col),
            symmetrical: false,
            instance,
            db,
            here,
            there,
            entities: PhantomData,
        }
    }

    /// A link also links back: of a table that refers to the same one twice, as friends do. One
    /// signal is sent, by the side that begins.
    #[must_use]
    pub fn symmetrical(self) -> Self {
        Self {
            symmetrical: true,
            ..self
        }
    }

    /// Links these rows too. Sends `pre_add` and `post_add` with those that were not linked before.
    ///
    /// # Errors
    ///
    /// When a receiver fails, or the database does. Nothing is linked then.
    pub async fn add<K: Into<KeyOf<R>>>(
        &self,
        keys: impl IntoIterator<Item = K>,
    ) -> Result<(), DbErr> {
        let keys = keyed::<R, K>(keys);
        if keys.is_empty() {
            return Ok(());
        }
        let txn = self.db.begin().await?;
        self.add_in(&txn, keys).await?;
        txn.commit().await
    }

    /// Unlinks these rows. Sends `pre_remove` and `post_remove` with all of them, linked or not.
    ///
    /// # Errors
    ///
    /// When a receiver fails, or the database does. Nothing is unlinked then.
    pub async fn remove<K: Into<KeyOf<R>>>(
        &self,
        keys: impl IntoIterator<Item = K>,
    ) -> Result<(), DbErr> {
        let keys = keyed::<R, K>(keys);
        if keys.is_empty() {
            return Ok(());
        }
        let txn = self.db.begin().await?;
        self.remove_in(&txn, keys).await?;
        txn.commit().await
    }

    /// Unlinks all rows. Sends `pre_clear` and `post_clear`.
    ///
    /// # Errors
    ///
    /// When a receiver fails, or the database does. Nothing is unlinked then.
    pub async fn clear(&self) -> Result<(), DbErr> {
        let txn = self.db.begin().await?;
        self.clear_in(&txn).await?;
        txn.commit().await
    }

    /// Links these rows and no others. Removes what is too much, then adds what is missing, each
    /// with its signals.
    ///
    /// # Errors
    ///
    /// When a receiver fails, or the database does. All is as before then.
    pub async fn set<K: Into<KeyOf<R>>>(
        &self,
        keys: impl IntoIterator<Item = K>,
    ) -> Result<(), DbErr> {
        let mut missing = keyed::<R, K>(keys);
        let txn = self.db.begin().await?;
        let mut too_many = self.linked(&txn).await?;
        let there: BTreeSet<PrimaryKey> = too_many.keys().cloned().collect();
        too_many.retain(|key, _| !missing.contains_key(key));
        missing.retain(|key, _| !there.contains(key));
        if !too_many.is_empty() {
            self.remove_in(&txn, too_many).await?;
        }
        if !missing.is_empty() {
            self.add_in(&txn, missing).await?;
        }
        txn.commit().await
    }

    /// Unlinks all rows and links these: Django's `set(…, clear=True)`.
    ///
    /// # Errors
    ///
    /// When a receiver fails, or the database does. All is as before then.
    pub async fn clear_and_set<K: Into<KeyOf<R>>>(
        &self,
        keys: impl IntoIterator<Item = K>,
    ) -> Result<(), DbErr> {
        let keys = keyed::<R, K>(keys);
        let txn = self.db.begin().await?;
        self.clear_in(&txn).await?;
        if !keys.is_empty() {
            self.add_in(&txn, keys).await?;
        }
        txn.commit().await
    }

    /// Inserts a row of the other table, with its signals, and links it.
    ///
    /// # Errors
    ///
    /// When a receiver fails, or the database does. Nothing is inserted then.
    pub async fn create(
        &self,
        row: <R as EntityTrait>::ActiveModel,
    ) -> Result<<R as EntityTrait>::Model, DbErr>
    where
        <R as EntityTrait>::Model: IntoActiveModel<<R as EntityTrait>::ActiveModel>,
    {
        let txn = self.db.begin().await?;
        let row = row.insert(&txn).await?;
        let key: Vec<Value> = self
            .there
            .to_col
            .iter()
            .map(|column| value_of(&row, column))
            .collect();
        let keys = Keys::from_iter([(of_values(&key)?, key)]);
        self.add_in(&txn, keys).await?;
        txn.commit().await?;
        Ok(row)
    }

    async fn add_in(&self, txn: &Txn, mut keys: Keys) -> Result<(), DbErr> {
        if !is_heard::<J>() && !self.symmetrical && self.is_the_key() {
            // The database knows what is linked already.
            let links = self.links(&self.here, &self.there, &keys)?;
            let insert = J::insert_many(links).on_conflict_do_nothing();
            return insert.exec_without_returning(txn).await.map(drop);
        }
        let linked = self.linked(txn).await?;
        keys.retain(|key, _| !linked.contains_key(key));
        let mut pk_set = self
            .tell(txn, M2mAction::PreAdd, keys.keys().cloned().collect())
            .await?;
        keys.retain(|key, _| pk_set.contains(key));
        // What a receiver has put in is of no table that anybody knows.
        pk_set.retain(|key| keys.contains_key(key));
        let mut links = self.links(&self.here, &self.there, &keys)?;
        if self.symmetrical {
            let back = self.linked_by(txn, &self.there, &self.here).await?;
            keys.retain(|key, _| {
                !back.contains_key(key) && ModelView::pk(self.instance).as_ref() != Some(key)
            });
            links.extend(self.links(&self.there, &self.here, &keys)?);
        }
        if !links.is_empty() {
            J::insert_many(links).exec_without_returning(txn).await?;
        }
        self.tell(txn, M2mAction::PostAdd, pk_set).await.map(drop)
    }

    async fn remove_in(&self, txn: &Txn, mut keys: Keys) -> Result<(), DbErr> {
        let mut pk_set = self
            .tell(txn, M2mAction::PreRemove, keys.keys().cloned().collect())
            .await?;
        keys.retain(|key, _| pk_set.contains(key));
        pk_set.retain(|key| keys.contains_key(key));
        if !keys.is_empty() {
            let mut links = self
                .of_instance(&self.here)
                .add(among(&self.there, &keys))
                .into_any();
            if self.symmetrical {
                let back = self.of_instance(&self.there).add(among(&self.here, &keys));
                links = links.add(back);
            }
            J::delete_many().filter(links).exec(txn).await?;
        }
        self.tell(txn, M2mAction::PostRemove, pk_set)
            .await
            .map(drop)
    }

    async fn clear_in(&self, txn: &Txn) -> Result<(), DbErr> {
        self.tell(txn, M2mAction::PreClear, BTreeSet::new()).await?;
        let mut links = self.of_instance(&self.here).into_any();
        if self.symmetrical {
            links = links.add(self.of_instance(&self.there));
        }
        J::delete_many().filter(links).exec(txn).await?;
        self.tell(txn, M2mAction::PostClear, BTreeSet::new())
            .await
            .map(drop)
    }

    /// Sends the signal: the keys that receivers leave.
    async fn tell(
        &self,
        txn: &Txn,
        action: M2mAction,
        mut pk_set: BTreeSet<PrimaryKey>,
    ) -> Result<BTreeSet<PrimaryKey>, DbErr> {
        let handle = txn.handle();
        let send = m2m_changed.send_async(M2mChanged {
            sender: Sender::model::<J>(),
            action,
            instance: self.instance,
            reverse: self.reverse,
            model: Sender::model::<R>(),
            pk_set: &mut pk_set,
            using: handle.using(),
            raw: handle.is_raw(),
        });
        handle.tell(<J as Model>::LABEL, send).await?;
        Ok(pk_set)
    }

    /// The rows that are linked.
    async fn linked(&self, txn: &Txn) -> Result<Keys, DbErr> {
        self.linked_by(txn, &self.here, &self.there).await
    }

    async fn linked_by(
        &self,
        txn: &Txn,
        here: &RelationDef,
        there: &RelationDef,
    ) -> Result<Keys, DbErr> {
        let mut keys = Keys::new();
        for link in J::find().filter(self.of_instance(here)).all(txn).await? {
            let key: Vec<Value> = there
                .from_col
                .iter()
                .map(|column| value_of(&link, column))
                .collect();
            keys.insert(of_values(&key)?, key);
        }
        Ok(keys)
    }

    /// New rows of the table between.
    fn links(
        &self,
        here: &RelationDef,
        there: &RelationDef,
        keys: &Keys,
    ) -> Result<Vec<<J as EntityTrait>::ActiveModel>, DbErr> {
        keys.values()
            .map(|key| self.link(here, there, key))
            .collect()
    }

    fn link(
        &self,
        here: &RelationDef,
        there: &RelationDef,
        key: &[Value],
    ) -> Result<<J as EntityTrait>::ActiveModel, DbErr> {
        let mut link = <<J as EntityTrait>::ActiveModel as ActiveModelBehavior>::new();
        for (column, of_row) in here.from_col.iter().zip(self.key_of_instance()) {
            link.try_set(column_of::<J>(column)?, of_row)?;
        }
        for (column, of_other) in there.from_col.iter().zip(key) {
            link.try_set(column_of::<J>(column)?, of_other.clone())?;
        }
        Ok(link)
    }

    /// Whether no two links can be between the same rows.
    fn is_the_key(&self) -> bool {
        let key = J::primary_key_identity();
        key.fully_contains(&self.here.from_col)
            && key.fully_contains(&self.there.from_col)
            && key.arity() == self.here.from_col.arity() + self.there.from_col.arity()
    }

    /// The links whose columns of this relation refer to the row.
    fn of_instance(&self, relation: &RelationDef) -> Condition {
        equal(&relation.from_col, &self.key_of_instance())
    }

    fn key_of_instance(&self) -> Vec<Value> {
        let columns = self.here.to_col.iter();
        columns
            .map(|column| value_of(self.instance, column))
            .collect()
    }
}

/// Whether anybody listens to changes of links in this table, or a test does to all.
pub(crate) fn is_heard<J: Model>() -> bool {
    m2m_changed.has_listeners(Sender::model::<J>()) || m2m_changed.is_captured()
}
