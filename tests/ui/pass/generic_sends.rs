//! Sends inside of generic code, and code that is generic over the signal.
#![deny(warnings)]

use std::fmt::Debug;

use signals_core::{
    AnyModel, Model, ModelView, SendError, Sender, Signal, Spec, any_model, receiver, signal,
};

#[derive(Debug, Model)]
pub struct User {
    pub id: u32,
}

signal! {
    pub order_paid(sender, order: &dyn Debug, ids: &[u32]);
    pub saved<M: Model>(sender: M, instance: &M);
    pub before_save<M: Model>(sender: M, instance: &mut M);
    pub logged_out<M: Model>(sender: M, user: Option<&M>);
    pub cleared<M: Model>(sender: M);
}

#[receiver([saved, before_save, cleared], sender = User)]
#[receiver(order_paid)]
fn count() {}

struct Shop<T>(std::marker::PhantomData<T>);

impl<T: Debug + Send + Sync + 'static> Shop<T> {
    fn pay(order: &T, ids: impl AsRef<[u32]>) -> Result<usize, SendError> {
        let sender = Sender::of::<Self>();
        Ok(order_paid
            .send(OrderPaid {
                sender,
                order,
                ids: ids.as_ref(),
            })?
            .count())
    }
}

fn save<I: ModelView>(instance: &mut I, previous: Option<&I>) -> Result<usize, SendError> {
    let before = before_save.send(BeforeSave { instance })?.count();
    logged_out.send(LoggedOut {
        user: any_model(previous),
    })?;
    logged_out.send(LoggedOut {
        user: Some(instance),
    })?;
    Ok(before + saved.send(Saved { instance })?.count())
}

fn save_any(instance: &dyn AnyModel) -> Result<usize, SendError> {
    Ok(saved.send(Saved { instance })?.count())
}

fn clear<M: Model>() -> Result<usize, SendError> {
    Ok(cleared
        .send(Cleared {
            sender: Sender::model::<M>(),
        })?
        .count())
}

fn listeners<S: Spec>(signal: &'static Signal<S>) -> usize {
    signal.receivers().len()
}

fn send<S: Spec>(
    signal: &'static Signal<S>,
    payload: S::Args<'_>,
) -> Result<S::Responses, SendError> {
    signal.send(payload)
}

fn main() -> Result<(), SendError> {
    assert_eq!(Shop::pay(&"order", [1, 2])?, 1);
    assert_eq!(Shop::pay(&7, vec![])?, 1);
    let mut user = User { id: 1 };
    assert_eq!(save(&mut user, None)?, 2);
    assert_eq!(save_any(&user)?, 1);
    assert_eq!(clear::<User>()?, 1);
    assert_eq!(listeners(&saved), 1);
    assert_eq!(send(&saved, Saved { instance: &user })?.count(), 1);
    assert_eq!(user.id, 1);
    Ok(())
}
