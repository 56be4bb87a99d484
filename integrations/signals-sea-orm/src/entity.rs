//! What `#[signals_sea_orm::model]` makes of an entity.

use sea_orm::{ActiveModelBehavior, EntityTrait, TryIntoModel};
use signals_core::{Model, ModelView};

/// An entity that sends signals: one with `#[signals_sea_orm::model]`.
///
/// The attribute implements it. The entity is the sender; its `Model` is what a stored row looks
/// like, its `ActiveModel` what is about to be written.
#[diagnostic::on_unimplemented(
    message = "`{Self}` sends no signals",
    label = "put `#[signals_sea_orm::model]` on the `impl ActiveModelBehavior for ActiveModel` of it"
)]
pub trait SignalEntity:
    EntityTrait<Model: ModelView<Of = Self>, ActiveModel: Draft<Self>>
    + Model<Instance = <Self as EntityTrait>::Model, Draft = <Self as EntityTrait>::ActiveModel>
{
}

/// The `ActiveModel` of an entity that sends signals.
pub trait Draft<E: EntityTrait>:
    ActiveModelBehavior<Entity = E> + ModelView<Of = E> + TryIntoModel<E::Model>
where
    E: Model,
{
}

impl<A, E> Draft<E> for A
where
    A: ActiveModelBehavior<Entity = E> + ModelView<Of = E> + TryIntoModel<E::Model>,
    E: EntityTrait + Model,
{
}
