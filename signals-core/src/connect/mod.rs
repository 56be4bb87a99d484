//! Listening while the program runs.
//!
//! Most receivers are functions with [`#[receiver]`](macro@crate::receiver). What has to be connected
//! later, for a while, or with values of its own, is connected here: a closure, a method of
//! something behind an `Arc`, an async function.
//!
//! A [`Connection`] disconnects when it is dropped. Dropping one never waits for a receiver to end
//! and never deadlocks, not inside a receiver and not during a panic.

mod asynchronous;
mod builder;
mod connection;
mod handler;

use std::any::type_name;
use std::panic::Location;
use std::sync::Arc;

use self::handler::{boxed, by_owner, by_reference, exclusive, shared, weak};
use crate::receiver::{IntoAnswer, ReceiverInfo};
use crate::signal::{BoxFuture, MutSpec, SharedSpec, Signal, Spec};

pub use self::asynchronous::{AsyncMethod, AsyncReceiver};
pub use self::builder::Connect;
pub use self::connection::Connection;

impl<S: Spec> Signal<S> {
    /// Listens with a function or closure, until the [`Connection`] is dropped.
    ///
    /// It runs after the link-time receivers of the same priority. Django:
    /// [`Signal.connect`](https://docs.djangoproject.com/en/stable/topics/signals/#connecting-receiver-functions),
    /// which holds receivers weakly; here they are held until the connection is dropped.
    ///
    /// ```
    /// use std::sync::atomic::{AtomicU64, Ordering};
    /// use std::sync::Arc;
    /// use signals_core::signal;
    ///
    /// signal! {
    ///     pub order_paid(total: u64);
    /// }
    ///
    /// let sum = Arc::new(AtomicU64::new(0));
    /// let connection = order_paid.connect({
    ///     let sum = Arc::clone(&sum);
    ///     move |paid| { sum.fetch_add(paid.total, Ordering::Relaxed); }
    /// });
    /// order_paid.send(OrderPaid { total: 5 })?;
    /// drop(connection);
    /// order_paid.send(OrderPaid { total: 7 })?;
    /// assert_eq!(sum.load(Ordering::Relaxed), 5);
    /// # Ok::<(), signals_core::SendError>(())
    /// ```
    #[track_caller]
    pub fn connect<F, R>(&'static self, receiver: F) -> Connection
    where
        F: for<'a, 'b> Fn(&'b S::Args<'a>) -> R + Send + Sync + 'static,
        R: IntoAnswer<S, S::Answer>,
    {
        self.on().plain(shared(receiver), type_name::<F>())
    }

    /// Like [`connect`](Self::connect), for a receiver that changes `&mut` arguments.
    #[track_caller]
    pub fn connect_mut<F, R>(&'static self, receiver: F) -> Connection
    where
        S: MutSpec,
        F: for<'a, 'b> Fn(&'b mut S::Args<'a>) -> R + Send + Sync + 'static,
        R: IntoAnswer<S, S::Answer>,
    {
        self.on().plain(exclusive(receiver), type_name::<F>())
    }

    /// Listens with a method of something behind an `Arc`, until that is gone.
    ///
    /// Only a `Weak` is kept. The owner stays alive while its receiver runs, and no longer: one that goes
    /// away during a send is not called by that send either.
    ///
    /// ```
    /// use std::sync::{Arc, Mutex};
    /// use signals_core::signal;
    ///
    /// signal! {
    ///     pub order_paid(total: u64);
    /// }
    ///
    /// #[derive(Default)]
    /// struct Ledger(Mutex<Vec<u64>>);
    ///
    /// let ledger = Arc::new(Ledger::default());
    /// order_paid.connect_weak(&ledger, |ledger, paid| ledger.0.lock().unwrap().push(paid.total));
    /// order_paid.send(OrderPaid { total: 5 })?;
    /// assert_eq!(*ledger.0.lock().unwrap(), [5]);
    ///
    /// drop(ledger);
    /// assert!(order_paid.receivers().is_empty());
    /// # Ok::<(), signals_core::SendError>(())
    /// ```
    #[track_caller]
    pub fn connect_weak<T, F, R>(&'static self, owner: &Arc<T>, receiver: F)
    where
        T: Send + Sync + 'static,
        F: for<'a, 'b, 'c> Fn(&'c T, &'b S::Args<'a>) -> R + Send + Sync + 'static,
        R: IntoAnswer<S, S::Answer>,
    {
        self.on()
            .plain(weak(owner, receiver), type_name::<F>())
            .detach();
    }

    /// Like [`connect`](Self::connect), for an async function or an async closure that captures
    /// nothing.
    ///
    /// ```
    /// use signals_core::signal;
    ///
    /// signal! {
    ///     pub order_paid(total: u64);
    /// }
    ///
    /// async fn archive(paid: &OrderPaid) { let _ = paid.total; }
    ///
    /// let archive = order_paid.connect_async(archive);
    /// let inline = order_paid.connect_async(async |paid| { let _ = paid.total; });
    /// ```
    ///
    /// A closure that captures something is for [`connect_boxed`](Self::connect_boxed), or keeps it
    /// in an owner for [`connect_async_weak`](Self::connect_async_weak).
    #[track_caller]
    pub fn connect_async<F, A>(&'static self, receiver: F) -> Connection
    where
        F: for<'b> AsyncReceiver<'b, S>,
        F: for<'b> AsyncFn(&'b S::Args<'b>) -> A + Send + Sync + 'static,
    {
        self.on()
            .asynchronous(by_reference(receiver), type_name::<F>())
    }

    /// Like [`connect_weak`](Self::connect_weak), for an async function of the owner, which it
    /// takes as an `Arc` that lives until it ends.
    #[track_caller]
    pub fn connect_async_weak<T, F, A>(&'static self, owner: &Arc<T>, receiver: F)
    where
        T: Send + Sync + 'static,
        F: for<'b> AsyncMethod<'b, T, S>,
        F: for<'b> AsyncFn(Arc<T>, &'b S::Args<'b>) -> A + Send + Sync + 'static,
    {
        let connection = self
            .on()
            .asynchronous(by_owner(owner, receiver), type_name::<F>());
        connection.detach();
    }

    /// Like [`connect`](Self::connect), for a closure that returns a boxed future.
    ///
    /// ```
    /// use signals_core::signal;
    ///
    /// signal! {
    ///     pub order_paid(total: u64);
    /// }
    ///
    /// let currency = String::from("EUR");
    /// let connection = order_paid.connect_boxed(move |paid| {
    ///     let line = format!("{} {currency}", paid.total);
    ///     Box::pin(async move { drop(line) })
    /// });
    /// # drop(connection);
    /// ```
    #[track_caller]
    pub fn connect_boxed<F, R>(&'static self, receiver: F) -> Connection
    where
        S: SharedSpec,
        F: for<'a, 'b> Fn(&'b S::Args<'a>) -> BoxFuture<'b, R> + Send + Sync + 'static,
        R: IntoAnswer<S, S::Answer> + 'static,
    {
        self.on().asynchronous(boxed(receiver), type_name::<F>())
    }

    /// Starts a connection that listens to some senders only, has a `dispatch_uid` or a place of
    /// its own in the order.
    ///
    /// ```
    /// use signals_core::{Sender, signal};
    ///
    /// signal! {
    ///     pub order_paid(sender, total: u64);
    /// }
    ///
    /// struct WebShop;
    ///
    /// let ledger = order_paid
    ///     .on()
    ///     .sender::<WebShop>()
    ///     .dispatch_uid("ledger")
    ///     .priority(5)
    ///     .connect(|paid| { let _ = paid.total; })?;
    ///
    /// assert!(order_paid.has_listeners(Sender::of::<WebShop>()));
    /// assert!(!order_paid.has_listeners(Sender::none()));
    /// # drop(ledger);
    /// # Ok::<(), signals_core::AlreadyConnected>(())
    /// ```
    #[track_caller]
    pub fn on(&'static self) -> Connect<S> {
        Connect::new(self, ReceiverInfo::connection("", Location::caller()))
    }

    /// Takes out every receiver whose `dispatch_uid`, or else whose path
    /// (`crate::module::function`), is `key`: connections and link-time receivers. Whether there
    /// was one.
    ///
    /// A send that has begun still calls it. Django:
    /// [`Signal.disconnect`](https://docs.djangoproject.com/en/stable/topics/signals/#disconnecting-signals).
    pub fn disconnect(&'static self, key: &str) -> bool {
        self.registry.disconnect(key, None)
    }
}
