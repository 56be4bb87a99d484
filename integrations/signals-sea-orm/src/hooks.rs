//! What the hooks of an entity do, after its own.

use async_trait::async_trait;
use sea_orm::sea_query::{FromValueTuple, ValueTuple};
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, PrimaryKeyTrait,
    TryFromU64, TryIntoModel,
};
use signals_builtin::models::{
    Origin, PostDelete, PostSave, PreDelete, PreSave, post_delete, post_save, pre_delete, pre_save,
};
use signals_core::{Model, Sender};

use crate::after::{After, Answer, Fields, Sending, Verb, Word, Write, told};
use crate::bare::place_of;
use crate::entity::SignalEntity;
use crate::error::stopped_rows;
use crate::handle::Handle;
use crate::key;
use crate::links::nested::{self, Left};
use crate::table::deletions_are_heard;

/// The hooks that an entity has of its own: the methods of `ActiveModelBehavior`, moved here.
#[doc(hidden)]
#[async_trait]
pub trait OwnHooks: ActiveModelTrait {
    async fn before_save<C: ConnectionTrait>(self, _: &C, _: bool) -> Result<Self, DbErr> {
        Ok(self)
    }

    async fn after_save<C: ConnectionTrait>(
        model: <Self::Entity as EntityTrait>::Model,
        _: &C,
        _: bool,
    ) -> Result<<Self::Entity as EntityTrait>::Model, DbErr> {
        Ok(model)
    }

    async fn before_delete<C: ConnectionTrait>(self, _: &C) -> Result<Self, DbErr> {
        Ok(self)
    }

    async fn after_delete<C: ConnectionTrait>(self, _: &C) -> Result<Self, DbErr> {
        Ok(self)
    }
}

/// What an update of the draft writes: `Some` if not all, empty if nothing.
fn fields<E: SignalEntity>(draft: &E::ActiveModel) -> Fields {
    let written = key::written(draft);
    (written.is_empty() || written.len() < key::not_keys::<E>().count()).then_some(written)
}

/// What is to be written; sends `pre_save`.
#[doc(hidden)]
pub async fn before_save<E: SignalEntity, C: ConnectionTrait>(
    mut draft: E::ActiveModel,
    db: &C,
    insert: bool,
) -> Result<E::ActiveModel, DbErr> {
    let place = place_of::<E, C>(db)?;
    let mut update_fields = if insert { None } else { fields::<E>(&draft) };
    let writes_nothing = update_fields.as_ref().is_some_and(Vec::is_empty);
    if !writes_nothing {
        let send = pre_save.send_async(PreSave {
            instance: &mut draft,
            raw: place.is_raw(),
            using: place.using(),
            update_fields: update_fields.as_deref(),
        });
        place.send(send).await.map_err(stopped_rows::<E>)?;
        if !insert {
            // As receivers left it: that is what is written.
            update_fields = fields::<E>(&draft);
        }
    }
    if let Some(handle) = place.handle() {
        handle.with_left(Left::wrote::<E>);
        if insert {
            nested::inserted::<E>(handle, &draft);
        }
    }
    let verb = if insert { Verb::Insert } else { Verb::Update };
    let key = draft.get_primary_key_value();
    let remembered = update_fields.clone();
    place.leave(
        |handle| {
            if writes_nothing {
                // Nothing is sent. SeaORM reads the row.
                After::nothing::<E>(handle, Verb::Select, key.clone())
            } else {
                saved::<E>(handle, insert, key.clone(), update_fields)
            }
        },
        || {
            let key = key::of_tuple(key.clone()?)?;
            Some((Write::of::<E>(verb), key, remembered))
        },
    );
    Ok(draft)
}

/// Sends `post_save` after the statement.
fn saved<E: SignalEntity>(
    handle: Handle,
    created: bool,
    key: Option<ValueTuple>,
    update_fields: Fields,
) -> After {
    let verb = if created { Verb::Insert } else { Verb::Update };
    let known = key.clone();
    After::new::<E>(handle, verb, key, move |answer, handle| {
        let written = match answer {
            Answer::Row(None) => return Sending::Never,
            Answer::Row(Some(row)) => match E::Model::from_query_result(row, "") {
                Ok(model) => Ok(model),
                // SeaORM says so to the caller.
                Err(_) => return Sending::Never,
            },
            Answer::Done(done) if done.rows_affected() == 0 => return Sending::Never,
            Answer::Done(done) => {
                // The key that the database gave, where it tells only that.
                let last = || KeyOf::<E>::try_from_u64(done.last_insert_id()).ok();
                match known.map(key_of::<E>).or_else(last) {
                    Some(key) if is_heard::<E>() => Err(key),
                    _ => return Sending::ByTheHook(update_fields),
                }
            }
        };
        Sending::Now(Box::pin(async move {
            let model = match written {
                Ok(model) => model,
                Err(key) => match E::find_by_id(key).one(&handle).await? {
                    Some(model) => model,
                    // Deleted already, by somebody else.
                    None => return Ok(()),
                },
            };
            let sent = handle.send(post_save.send_async(PostSave {
                instance: &model,
                created,
                update_fields: update_fields.as_deref(),
                raw: handle.is_raw(),
                using: handle.using(),
            }));
            sent.await.map(drop).map_err(stopped_rows::<E>)
        }))
    })
}

/// Whether it is worth to read a row for `post_save`.
fn is_heard<E: Model>() -> bool {
    post_save.has_listeners(Sender::model::<E>()) || post_save.is_captured()
}

/// What was written; sends `post_save`, if that did not come with the statement.
#[doc(hidden)]
pub async fn after_save<E: SignalEntity, C: ConnectionTrait>(
    model: E::Model,
    db: &C,
    insert: bool,
) -> Result<E::Model, DbErr> {
    let write = Write::of::<E>(if insert { Verb::Insert } else { Verb::Update });
    let told = told(&[write, Write::of::<E>(Verb::Select)]);
    if matches!(told, Some(Word::Sent)) {
        return Ok(model);
    }
    let place = place_of::<E, C>(db)?;
    let update_fields: Fields = match told {
        Some(Word::NotYet(fields)) => fields,
        _ => key::of_model(&model)
            .and_then(|key| place.recall::<Fields>(write, &key))
            .flatten(),
    };
    if update_fields.as_ref().is_some_and(Vec::is_empty) {
        // Nothing was written.
        return Ok(model);
    }
    let send = post_save.send_async(PostSave {
        instance: &model,
        created: insert,
        update_fields: update_fields.as_deref(),
        raw: place.is_raw(),
        using: place.using(),
    });
    place.send_after(send).await.map_err(stopped_rows::<E>)?;
    Ok(model)
}

/// What is to be deleted; sends `pre_delete`.
#[doc(hidden)]
pub async fn before_delete<E: SignalEntity, C: ConnectionTrait>(
    draft: E::ActiveModel,
    db: &C,
) -> Result<E::ActiveModel, DbErr> {
    let place = place_of::<E, C>(db)?;
    // Where there is no such row, there is nothing to tell of.
    let model = load::<E, C>(&draft, db).await?;
    if let Some(model) = &model {
        let send = pre_delete.send_async(PreDelete {
            instance: model,
            using: place.using(),
            origin: Origin::Instance(model),
        });
        place.send(send).await.map_err(stopped_rows::<E>)?;
        if let Some(handle) = place.handle() {
            nested::deleted::<E>(handle, model);
        }
    }
    let key = draft.get_primary_key_value();
    let remembered = model.clone();
    place.leave(
        |handle| match model {
            None => After::nothing::<E>(handle, Verb::Delete, key.clone()),
            Some(model) => After::new::<E>(handle, Verb::Delete, key.clone(), |_, handle| {
                Sending::Now(Box::pin(async move {
                    let sent = handle.send(post_delete.send_async(PostDelete {
                        instance: &model,
                        using: handle.using(),
                        origin: Origin::Instance(&model),
                    }));
                    sent.await.map(drop).map_err(stopped_rows::<E>)
                }))
            }),
        },
        || {
            let key = key::of_tuple(key.clone()?)?;
            Some((Write::of::<E>(Verb::Delete), key, remembered))
        },
    );
    Ok(draft)
}

/// The row of a draft that may have no more than its key.
async fn load<E: SignalEntity, C: ConnectionTrait>(
    draft: &E::ActiveModel,
    db: &C,
) -> Result<Option<E::Model>, DbErr> {
    if let Ok(model) = draft.clone().try_into_model() {
        return Ok(Some(model));
    }
    match draft.get_primary_key_value() {
        Some(key) if deletions_are_heard(Sender::model::<E>()) => {
            E::find_by_id(key_of::<E>(key)).one(db).await
        }
        _ => Ok(None),
    }
}

/// What was deleted; sends `post_delete`, if that did not come with the statement.
#[doc(hidden)]
pub async fn after_delete<E: SignalEntity, C: ConnectionTrait>(
    draft: E::ActiveModel,
    db: &C,
) -> Result<E::ActiveModel, DbErr> {
    let write = Write::of::<E>(Verb::Delete);
    if told(&[write]).is_some() {
        return Ok(draft);
    }
    let place = place_of::<E, C>(db)?;
    let key = key::of_draft(&draft);
    let loaded = key.and_then(|key| place.recall::<Option<E::Model>>(write, &key));
    if let Some(model) = loaded
        .flatten()
        .or_else(|| draft.clone().try_into_model().ok())
    {
        let send = post_delete.send_async(PostDelete {
            instance: &model,
            using: place.using(),
            origin: Origin::Instance(&model),
        });
        place.send_after(send).await.map_err(stopped_rows::<E>)?;
    }
    Ok(draft)
}

type KeyOf<E> = <<E as EntityTrait>::PrimaryKey as PrimaryKeyTrait>::ValueType;

fn key_of<E: EntityTrait>(key: ValueTuple) -> KeyOf<E> {
    KeyOf::<E>::from_value_tuple(key)
}
