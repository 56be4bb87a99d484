//! What the same work costs by hand.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicPtr, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, RwLock};

use arc_swap::ArcSwap;
use futures_util::StreamExt as _;
use futures_util::future::join_all;
use futures_util::stream::FuturesUnordered;
use signals_core::BoxFuture;

use super::{Row, shared_work, work};
use crate::floors::{CopyOnWrite, Function, call_each, counted, load_and_branch, now};
use crate::receivers::{Payload, User, hundred, listen, one, ready_ten, ten, types_hundred};

type Boxed = Box<dyn Fn(&Payload) + Send + Sync>;
type OfUser = Box<dyn Fn(&User)>;

pub(super) const ROWS: &[Row] = &[
    Row::Send("slice of functions, one target", |n| {
        let functions = black_box(targets(n));
        work!(value => call_each(&functions, &Payload { value }))
    }),
    Row::Send("slice of functions, distinct targets", |n| {
        let functions = black_box(distinct(n));
        work!(value => call_each(functions, &Payload { value }))
    }),
    Row::Send("acquire load and branch", |_| {
        let state = AtomicU8::new(0);
        work!(value => load_and_branch(&state, value))
    }),
    Row::Send("table behind an AtomicPtr", |n| {
        let table = AtomicPtr::new(Box::into_raw(Box::new(0)));
        let functions = black_box(targets(n));
        work!(value => {
            if !table.load(Ordering::Acquire).is_null() {
                call_each(&functions, &Payload { value });
            }
        })
    }),
    Row::Send("boxed closures", |n| {
        let functions: Vec<Boxed> = (0..n).map(|_| boxed()).collect();
        work!(value => {
            for function in &functions {
                function(&Payload { value });
            }
        })
    }),
    Row::Send("RwLock, called under it", |n| {
        let functions = RwLock::new((0..n).map(|_| boxed()).collect::<Vec<Boxed>>());
        work!(value => {
            let functions = functions.read().expect("nothing panics");
            functions.iter().for_each(|f| f(&Payload { value }));
        })
    }),
    Row::Send("RwLock of an Arc, which is cloned", |n| {
        let functions = RwLock::new((0..n).map(|_| boxed()).collect::<Arc<[Boxed]>>());
        work!(value => {
            let functions = Arc::clone(&functions.read().expect("nothing panics"));
            functions.iter().for_each(|f| f(&Payload { value }));
        })
    }),
    Row::Send("arc-swap", |n| {
        let functions = ArcSwap::from_pointee((0..n).map(|_| boxed()).collect::<Vec<Boxed>>());
        work!(value => functions.load().iter().for_each(|f| f(&Payload { value })))
    }),
    Row::Send("slice of functions, catch_unwind around each", |n| {
        let functions = black_box(targets(n));
        work!(value => {
            for function in &functions {
                let called = catch_unwind(AssertUnwindSafe(|| function(&Payload { value })));
                assert!(called.is_ok());
            }
        })
    }),
    Row::Send("slice of functions of &dyn Any", |n| {
        let functions = black_box(vec![untyped as fn(&dyn Any); n]);
        work!(value => {
            for function in &functions {
                function(&Payload { value });
            }
        })
    }),
    Row::User("boxed closures of &User", || {
        let listen = |user: &User| listen(user.id);
        let functions: Vec<OfUser> = (0..10).map(|_| Box::new(listen) as _).collect();
        let user = User::ada();
        work!(_value => {
            for function in &functions {
                function(black_box(&user));
            }
        })
    }),
    Row::Filter("slice, sender's number compared for each", || {
        let functions = black_box((0..100).zip(targets(100)).collect::<Vec<(u64, Function)>>());
        work!(value => {
            let sender = black_box(77);
            functions.iter().filter(|(id, _)| *id == sender).for_each(|(_, f)| f(&Payload { value }));
        })
    }),
    Row::Filter("slice, sender's type compared for each", || {
        let functions = types_hundred::TYPES.iter().map(|id| id()).zip(targets(100));
        let functions = black_box(functions.collect::<Vec<(TypeId, Function)>>());
        let own = functions[77].0;
        work!(value => {
            let sender = black_box(own);
            functions.iter().filter(|(id, _)| *id == sender).for_each(|(_, f)| f(&Payload { value }));
        })
    }),
    Row::Filter("hash by type", || {
        let functions = types_hundred::TYPES.iter().map(|id| (id(), targets(1)));
        let functions = black_box(functions.collect::<HashMap<TypeId, Vec<Function>>>());
        let own = types_hundred::TYPES[77]();
        work!(value => {
            if let Some(functions) = functions.get(&black_box(own)) {
                call_each(functions, &Payload { value });
            }
        })
    }),
    Row::Filter("index by number", || {
        let functions = black_box((0..100).map(|_| targets(1)).collect::<Vec<_>>());
        work!(value => call_each(&functions[black_box(77)], &Payload { value }))
    }),
    Row::Connect("RwLock<Vec<(id, Arc)>>", || {
        let functions = RwLock::new((0..10).map(|id| (id, counted())).collect::<Vec<_>>());
        work!(_value => {
            functions.write().expect("nothing panics").push((99, counted()));
            functions.write().expect("nothing panics").retain(|(id, _)| *id != 99);
        })
    }),
    Row::Connect("arc-swap, list copied twice", || {
        let list = CopyOnWrite::new(10);
        work!(_value => {
            list.connect(99, &counted());
            list.disconnect(99);
        })
    }),
    Row::Async("async functions, awaited in turn", || {
        #[expect(clippy::unused_async, reason = "it is ready at once")]
        async fn receive(payload: &Payload) {
            listen(payload.value);
        }
        work!(value => now(async {
            let payload = &Payload { value };
            for _ in 0..10 {
                receive(payload).await;
            }
        }))
    }),
    Row::Async("boxed futures from a slice, in turn", || {
        let functions = black_box(ready_ten::FLOOR);
        work!(value => now(async {
            let payload = &Payload { value };
            for function in functions {
                function(payload).await;
            }
        }))
    }),
    Row::Async("boxed futures from a slice, join_all", || {
        let functions = black_box(ready_ten::FLOOR);
        work!(value => now(async {
            let payload = &Payload { value };
            join_all(functions.iter().map(|function| function(payload))).await;
        }))
    }),
    Row::Async("boxed futures from a slice, FuturesUnordered", || {
        let functions = black_box(ready_ten::FLOOR);
        work!(value => now(async {
            let payload = &Payload { value };
            let futures = functions.iter().map(|function| function(payload));
            let mut futures: FuturesUnordered<BoxFuture<'_, ()>> = futures.collect();
            while futures.next().await.is_some() {}
        }))
    }),
    Row::Async("sync functions from a slice", || {
        let functions = black_box(ten::FLOOR);
        work!(value => now(async { call_each(functions, &Payload { value }) }))
    }),
    Row::Shared("slice of functions", || {
        let functions = black_box(targets(10));
        shared_work!(value => call_each(&functions, &Payload { value }))
    }),
    Row::Shared("RwLock, called under it", || {
        let functions = RwLock::new(targets(10));
        shared_work!(value => {
            call_each(&functions.read().expect("nothing panics"), &Payload { value });
        })
    }),
    Row::Shared("RwLock of an Arc, which is cloned", || {
        let functions = RwLock::new(Arc::new(targets(10)));
        shared_work!(value => {
            let functions = Arc::clone(&functions.read().expect("nothing panics"));
            call_each(&functions, &Payload { value });
        })
    }),
    Row::Shared("parking_lot RwLock, called under it", || {
        let functions = parking_lot::RwLock::new(targets(10));
        shared_work!(value => call_each(&functions.read(), &Payload { value }))
    }),
    Row::Shared("Mutex, called under it", || {
        let functions = Mutex::new(targets(10));
        shared_work!(value => {
            call_each(&functions.lock().expect("nothing panics"), &Payload { value });
        })
    }),
    Row::Shared("arc-swap", || {
        let functions = ArcSwap::from_pointee(targets(10));
        shared_work!(value => call_each(&functions.load(), &Payload { value }))
    }),
];

fn targets(n: usize) -> Vec<Function> {
    vec![|payload| listen(payload.value); n]
}

fn distinct(n: usize) -> &'static [Function] {
    match n {
        0 => &[],
        1 => one::FLOOR,
        10 => ten::FLOOR,
        _ => hundred::FLOOR,
    }
}

fn boxed() -> Boxed {
    Box::new(|payload| listen(payload.value))
}

fn untyped(payload: &dyn Any) {
    if let Some(payload) = payload.downcast_ref::<Payload>() {
        listen(payload.value);
    }
}
