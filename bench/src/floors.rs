//! What the same work costs by hand: the least that a send can be compared with.

use std::any::TypeId;
use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::hint::black_box;
use std::pin::pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll, Waker};

use arc_swap::ArcSwap;

use crate::receivers::{Payload, listen, types_hundred, types_ten, types_thousand};

pub(crate) type Function = fn(&Payload);

/// Nobody listens: one load, one branch.
#[inline]
pub(crate) fn load_and_branch(state: &AtomicU8, payload: u64) {
    if state.load(Ordering::Acquire) != 0 {
        unexpected(payload);
    }
}

#[cold]
#[inline(never)]
fn unexpected(payload: u64) {
    black_box(payload);
}

/// A slice of functions, known to be there and called one after another.
#[inline]
pub(crate) fn call_each(functions: &[Function], payload: &Payload) {
    for function in functions {
        function(payload);
    }
}

/// Functions by their sender, as a program would keep them.
pub(crate) struct BySender<K>(HashMap<K, Vec<Function>>);

impl<K: Eq + Hash> BySender<K> {
    pub(crate) fn new(functions: impl Iterator<Item = (K, Vec<Function>)>) -> Self {
        Self(functions.collect())
    }

    #[inline]
    pub(crate) fn call(&self, sender: &K, payload: &Payload) {
        if let Some(functions) = self.0.get(sender) {
            call_each(functions, payload);
        }
    }
}

pub(crate) static BY_TYPE_TEN: LazyLock<BySender<TypeId>> =
    LazyLock::new(|| by_type(types_ten::TYPES, types_ten::DENSE));
pub(crate) static BY_TYPE_HUNDRED: LazyLock<BySender<TypeId>> =
    LazyLock::new(|| by_type(types_hundred::TYPES, types_hundred::DENSE));
pub(crate) static BY_TYPE_THOUSAND: LazyLock<BySender<TypeId>> =
    LazyLock::new(|| BySender::new(types_thousand::functions()));

fn by_type(types: &[fn() -> TypeId], functions: &[&[Function]]) -> BySender<TypeId> {
    let types = types.iter().map(|id| id());
    BySender::new(types.zip(functions.iter().map(|f| f.to_vec())))
}

/// A closure in a list from which it can be taken out.
pub(crate) type Counted = Arc<dyn Fn(&Payload) + Send + Sync>;

pub(crate) fn counted() -> Counted {
    Arc::new(|payload| listen(payload.value))
}

/// A list that is copied to be changed.
pub(crate) struct CopyOnWrite(ArcSwap<Vec<(u64, Counted)>>);

impl CopyOnWrite {
    pub(crate) fn new(len: u64) -> Self {
        let list = Self(ArcSwap::default());
        (0..len).for_each(|id| list.connect(id, &counted()));
        list
    }

    pub(crate) fn connect(&self, id: u64, receiver: &Counted) {
        self.0.rcu(|list| {
            let mut list = Vec::clone(list);
            list.push((id, Arc::clone(receiver)));
            list
        });
    }

    pub(crate) fn disconnect(&self, id: u64) {
        self.0.rcu(|list| {
            let mut list = Vec::clone(list);
            list.retain(|(other, _)| *other != id);
            list
        });
    }

    #[inline]
    pub(crate) fn send(&self, payload: &Payload) {
        for (_, receiver) in &**self.0.load() {
            receiver(payload);
        }
    }
}

/// Polls a future that is ready.
#[inline]
pub(crate) fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("every receiver here is ready"),
    }
}

/// Polls a future until it is ready.
#[inline]
pub(crate) fn at_last<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        let polled = future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()));
        if let Poll::Ready(output) = polled {
            return output;
        }
    }
}
