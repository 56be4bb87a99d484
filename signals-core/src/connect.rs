//! Listening while the program runs.
//!
//! Most receivers are functions with [`#[receiver]`](crate::receiver). What has to be connected
//! later, for a while, or with values of its own, is connected here: a closure, a method of
//! something behind an `Arc`, an async function.
//!
//! A [`Connection`] disconnects when it is dropped. Dropping one never waits for a receiver to end
//! and never deadlocks, not inside a receiver and not during a panic.

use std::any::type_name;
use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::sync::{Arc, Weak};

use crate::error::{AlreadyConnected, BoxError};
use crate::receiver::{
    Connected, ConnectedAsync, IntoAnswer, Name, ReceiverInfo, ReceiverRef, SenderFilter,
};
use crate::sender::Sender;
use crate::signal::{BoxFuture, HasSender, MutSpec, SentBy, SharedSpec, Signal, Spec};
use crate::table::{Call, Entry, filter_keys};

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
    /// Only a `Weak` is kept. The owner stays alive while its receiver runs.
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
    /// nothing and says its parameter's type.
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
    /// let inline = order_paid.connect_async(async |paid: &OrderPaid| { let _ = paid.total; });
    /// ```
    ///
    /// A closure that captures something is for [`connect_boxed`](Self::connect_boxed), or keeps it
    /// in an owner for [`connect_async_weak`](Self::connect_async_weak).
    #[track_caller]
    pub fn connect_async<F>(&'static self, receiver: F) -> Connection
    where
        S: SharedSpec,
        F: for<'b> AsyncReceiver<'b, S> + Send + Sync + 'static,
    {
        self.on()
            .asynchronous(by_reference(receiver), type_name::<F>())
    }

    /// Like [`connect_weak`](Self::connect_weak), for an async function of the owner, which it
    /// takes as an `Arc` that lives until it ends.
    #[track_caller]
    pub fn connect_async_weak<T, F>(&'static self, owner: &Arc<T>, receiver: F)
    where
        S: SharedSpec,
        T: Send + Sync + 'static,
        F: for<'b> AsyncMethod<'b, T, S> + Send + Sync + 'static,
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
        let location = Location::caller();
        Connect {
            signal: self,
            info: ReceiverInfo {
                name: Name::Connection {
                    handler: "",
                    number: 0,
                },
                file: location.file(),
                line: location.line(),
                column: location.column(),
                dispatch_uid: None,
                senders: Cow::Borrowed(&[]),
                priority: 0,
                before: Cow::Borrowed(&[]),
                after: Cow::Borrowed(&[]),
                is_async: false,
                states: &[],
            },
        }
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

/// A connection in the making; made by [`Signal::on`].
#[must_use = "nothing is connected before `connect`"]
pub struct Connect<S: Spec> {
    signal: &'static Signal<S>,
    info: ReceiverInfo,
}

impl<S: Spec> Connect<S> {
    /// Listens to `T`; after another sender, to either.
    pub fn sender<T: ?Sized + 'static>(self) -> Self
    where
        S: SentBy<T>,
    {
        self.filter(SenderFilter::Is(S::sender_type()))
    }

    /// Listens to the sender with this name or label, `shop.WebShop`; after another sender, to
    /// either.
    pub fn sender_named(self, label: &'static str) -> Self
    where
        S: HasSender,
    {
        self.filter(SenderFilter::Label(label))
    }

    /// Listens to this sender, which may be an instance; after another sender, to either.
    pub fn sender_is(self, sender: impl Into<Sender>) -> Self
    where
        S: HasSender,
    {
        self.filter(SenderFilter::Is(sender.into()))
    }

    fn filter(mut self, filter: SenderFilter) -> Self {
        self.info.senders.to_mut().push(filter);
        self
    }

    /// The name under which it can be disconnected, and under which there is only one for each
    /// sender.
    pub fn dispatch_uid(mut self, uid: impl Into<Cow<'static, str>>) -> Self {
        self.info.dispatch_uid = Some(uid.into());
        self
    }

    /// Higher runs earlier; 0 unless given.
    pub fn priority(mut self, priority: i32) -> Self {
        self.info.priority = priority;
        self
    }

    /// Runs before the receivers with this `dispatch_uid` or path.
    pub fn before(mut self, key: &'static str) -> Self {
        self.info.before.to_mut().push(key);
        self
    }

    /// Runs after the receivers with this `dispatch_uid` or path.
    pub fn after(mut self, key: &'static str) -> Self {
        self.info.after.to_mut().push(key);
        self
    }

    /// Connects; see [`Signal::connect`].
    ///
    /// # Errors
    ///
    /// When another receiver has the `dispatch_uid` for one of the senders.
    pub fn connect<F, R>(self, receiver: F) -> Result<Connection, AlreadyConnected>
    where
        F: for<'a, 'b> Fn(&'b S::Args<'a>) -> R + Send + Sync + 'static,
        R: IntoAnswer<S, S::Answer>,
    {
        self.make(Call::Connected(shared(receiver)), type_name::<F>())
    }

    /// Connects; see [`Signal::connect_mut`].
    ///
    /// # Errors
    ///
    /// As [`connect`](Self::connect).
    pub fn connect_mut<F, R>(self, receiver: F) -> Result<Connection, AlreadyConnected>
    where
        S: MutSpec,
        F: for<'a, 'b> Fn(&'b mut S::Args<'a>) -> R + Send + Sync + 'static,
        R: IntoAnswer<S, S::Answer>,
    {
        self.make(Call::Connected(exclusive(receiver)), type_name::<F>())
    }

    /// Connects; see [`Signal::connect_weak`].
    ///
    /// # Errors
    ///
    /// As [`connect`](Self::connect).
    pub fn connect_weak<T, F, R>(self, owner: &Arc<T>, receiver: F) -> Result<(), AlreadyConnected>
    where
        T: Send + Sync + 'static,
        F: for<'a, 'b, 'c> Fn(&'c T, &'b S::Args<'a>) -> R + Send + Sync + 'static,
        R: IntoAnswer<S, S::Answer>,
    {
        let call = Call::Connected(weak(owner, receiver));
        self.make(call, type_name::<F>()).map(Connection::detach)
    }

    /// Connects; see [`Signal::connect_async`].
    ///
    /// # Errors
    ///
    /// As [`connect`](Self::connect).
    pub fn connect_async<F>(self, receiver: F) -> Result<Connection, AlreadyConnected>
    where
        S: SharedSpec,
        F: for<'b> AsyncReceiver<'b, S> + Send + Sync + 'static,
    {
        self.make(
            Call::ConnectedAsync(by_reference(receiver)),
            type_name::<F>(),
        )
    }

    /// Connects; see [`Signal::connect_async_weak`].
    ///
    /// # Errors
    ///
    /// As [`connect`](Self::connect).
    pub fn connect_async_weak<T, F>(
        self,
        owner: &Arc<T>,
        receiver: F,
    ) -> Result<(), AlreadyConnected>
    where
        S: SharedSpec,
        T: Send + Sync + 'static,
        F: for<'b> AsyncMethod<'b, T, S> + Send + Sync + 'static,
    {
        let call = Call::ConnectedAsync(by_owner(owner, receiver));
        self.make(call, type_name::<F>()).map(Connection::detach)
    }

    /// Connects; see [`Signal::connect_boxed`].
    ///
    /// # Errors
    ///
    /// As [`connect`](Self::connect).
    pub fn connect_boxed<F, R>(self, receiver: F) -> Result<Connection, AlreadyConnected>
    where
        S: SharedSpec,
        F: for<'a, 'b> Fn(&'b S::Args<'a>) -> BoxFuture<'b, R> + Send + Sync + 'static,
        R: IntoAnswer<S, S::Answer> + 'static,
    {
        self.make(Call::ConnectedAsync(boxed(receiver)), type_name::<F>())
    }

    /// Takes out the receivers with the `dispatch_uid` given here that listen to exactly the
    /// senders given here. Whether there was one; without a `dispatch_uid`, there is none.
    pub fn disconnect(self) -> bool {
        let senders = filter_keys(&self.info);
        let uid = self.info.dispatch_uid();
        uid.is_some_and(|uid| self.signal.registry.disconnect(uid, Some(&senders)))
    }

    fn plain(self, receiver: Arc<dyn Connected<S>>, name: &'static str) -> Connection {
        self.anonymous(Call::Connected(receiver), name)
    }

    fn asynchronous(self, receiver: Arc<dyn ConnectedAsync<S>>, name: &'static str) -> Connection {
        self.anonymous(Call::ConnectedAsync(receiver), name)
    }

    fn anonymous(self, call: Call<S>, name: &'static str) -> Connection {
        match self.make(call, name) {
            Ok(connection) => connection,
            Err(_) => unreachable!("only a `dispatch_uid` can be taken, and there is none"),
        }
    }

    fn make(self, call: Call<S>, handler: &'static str) -> Result<Connection, AlreadyConnected> {
        let Self { signal, mut info } = self;
        info.is_async = call.is_async();
        let number = signal.registry.connect(|number| {
            info.name = Name::Connection { handler, number };
            Entry {
                senders: filter_keys(&info),
                receiver: ReceiverRef::connected(Arc::new(info)),
                when: None,
                call,
            }
        })?;
        Ok(Connection { signal, number })
    }
}

impl<S: Spec> fmt::Debug for Connect<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connect")
            .field("signal", &S::INFO.name())
            .field("receiver", &self.info)
            .finish()
    }
}

/// A run-time receiver's hold on its signal. Dropping it disconnects.
///
/// Not generic, so that connections to different signals fit into one `Vec`.
#[must_use = "dropped, it disconnects; call `detach` to stay connected"]
pub struct Connection {
    signal: &'static dyn Disconnect,
    number: u64,
}

impl Connection {
    /// Stays connected for the rest of the program, or until it is disconnected by its
    /// `dispatch_uid`.
    pub fn detach(self) {
        std::mem::forget(self);
    }

    /// Disconnects now. Whether it was still connected.
    pub fn disconnect(self) -> bool {
        let was_connected = self.signal.disconnect_number(self.number);
        std::mem::forget(self);
        was_connected
    }

    /// Whether it is still connected: not disconnected by its `dispatch_uid`, its owner not gone.
    pub fn is_connected(&self) -> bool {
        self.signal.is_connected(self.number)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.signal.disconnect_number(self.number);
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("signal", &self.signal.name())
            .field("number", &self.number)
            .finish()
    }
}

/// A signal whose payload the [`Connection`] has forgotten.
trait Disconnect: Sync {
    fn name(&self) -> &'static str;
    fn disconnect_number(&'static self, number: u64) -> bool;
    fn is_connected(&'static self, number: u64) -> bool;
}

impl<S: Spec> Disconnect for Signal<S> {
    fn name(&self) -> &'static str {
        S::INFO.name()
    }

    fn disconnect_number(&'static self, number: u64) -> bool {
        self.registry.disconnect_number(number)
    }

    fn is_connected(&'static self, number: u64) -> bool {
        self.registry.is_connected(number)
    }
}

/// What [`Signal::connect_async`] takes: an async function of the payload, `async fn(&OrderPaid)`,
/// whose future is `Send`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an async receiver of the signal `{S}`",
    label = "an `async fn` of a reference to the payload, with a `Send` future and an answer that fits, is one",
    note = "a closure that captures something is for `connect_boxed`"
)]
pub trait AsyncReceiver<'b, S: SharedSpec> {
    #[doc(hidden)]
    fn start(&self, args: &'b S::Args<'b>) -> BoxFuture<'b, Result<S::Answer, BoxError>>;
}

impl<'b, S, F, Fut> AsyncReceiver<'b, S> for F
where
    S: SharedSpec,
    F: Fn(&'b S::Args<'b>) -> Fut,
    Fut: Future + Send + 'b,
    Fut::Output: IntoAnswer<S, S::Answer>,
{
    fn start(&self, args: &'b S::Args<'b>) -> BoxFuture<'b, Result<S::Answer, BoxError>> {
        let future = self(args);
        Box::pin(async move { future.await.into_answer() })
    }
}

/// What [`Signal::connect_async_weak`] takes: an async function of the owner and the payload,
/// `async fn(Arc<T>, &OrderPaid)`, whose future is `Send`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an async receiver of the signal `{S}`",
    label = "an `async fn` of an `Arc<{T}>` and a reference to the payload, with a `Send` future and an answer that fits, is one"
)]
pub trait AsyncMethod<'b, T, S: SharedSpec> {
    #[doc(hidden)]
    fn start(
        &self,
        owner: Arc<T>,
        args: &'b S::Args<'b>,
    ) -> BoxFuture<'b, Result<S::Answer, BoxError>>;
}

impl<'b, T, S, F, Fut> AsyncMethod<'b, T, S> for F
where
    S: SharedSpec,
    F: Fn(Arc<T>, &'b S::Args<'b>) -> Fut,
    Fut: Future + Send + 'b,
    Fut::Output: IntoAnswer<S, S::Answer>,
{
    fn start(
        &self,
        owner: Arc<T>,
        args: &'b S::Args<'b>,
    ) -> BoxFuture<'b, Result<S::Answer, BoxError>> {
        let future = self(owner, args);
        Box::pin(async move { future.await.into_answer() })
    }
}

fn shared<S: Spec, F, R>(receiver: F) -> Arc<dyn Connected<S>>
where
    F: for<'a, 'b> Fn(&'b S::Args<'a>) -> R + Send + Sync + 'static,
    R: IntoAnswer<S, S::Answer>,
{
    struct Shared<F>(F);

    impl<S: Spec, F, R> Connected<S> for Shared<F>
    where
        F: for<'a, 'b> Fn(&'b S::Args<'a>) -> R + Send + Sync + 'static,
        R: IntoAnswer<S, S::Answer>,
    {
        fn is_alive(&self) -> bool {
            true
        }

        fn call(&self, args: &mut S::Args<'_>) -> Option<Result<S::Answer, BoxError>> {
            Some((self.0)(args).into_answer())
        }
    }

    Arc::new(Shared(receiver))
}

fn exclusive<S: Spec, F, R>(receiver: F) -> Arc<dyn Connected<S>>
where
    F: for<'a, 'b> Fn(&'b mut S::Args<'a>) -> R + Send + Sync + 'static,
    R: IntoAnswer<S, S::Answer>,
{
    struct Exclusive<F>(F);

    impl<S: Spec, F, R> Connected<S> for Exclusive<F>
    where
        F: for<'a, 'b> Fn(&'b mut S::Args<'a>) -> R + Send + Sync + 'static,
        R: IntoAnswer<S, S::Answer>,
    {
        fn is_alive(&self) -> bool {
            true
        }

        fn call(&self, args: &mut S::Args<'_>) -> Option<Result<S::Answer, BoxError>> {
            Some((self.0)(args).into_answer())
        }
    }

    Arc::new(Exclusive(receiver))
}

fn weak<S: Spec, T, F, R>(owner: &Arc<T>, receiver: F) -> Arc<dyn Connected<S>>
where
    T: Send + Sync + 'static,
    F: for<'a, 'b, 'c> Fn(&'c T, &'b S::Args<'a>) -> R + Send + Sync + 'static,
    R: IntoAnswer<S, S::Answer>,
{
    struct Method<T, F>(Weak<T>, F);

    impl<S: Spec, T, F, R> Connected<S> for Method<T, F>
    where
        T: Send + Sync + 'static,
        F: for<'a, 'b, 'c> Fn(&'c T, &'b S::Args<'a>) -> R + Send + Sync + 'static,
        R: IntoAnswer<S, S::Answer>,
    {
        fn is_alive(&self) -> bool {
            self.0.strong_count() > 0
        }

        fn call(&self, args: &mut S::Args<'_>) -> Option<Result<S::Answer, BoxError>> {
            let owner = self.0.upgrade()?;
            Some((self.1)(&owner, args).into_answer())
        }
    }

    Arc::new(Method(Arc::downgrade(owner), receiver))
}

fn by_reference<S: SharedSpec, F>(receiver: F) -> Arc<dyn ConnectedAsync<S>>
where
    F: for<'b> AsyncReceiver<'b, S> + Send + Sync + 'static,
{
    struct ByReference<F>(F);

    impl<S: SharedSpec, F> ConnectedAsync<S> for ByReference<F>
    where
        F: for<'b> AsyncReceiver<'b, S> + Send + Sync + 'static,
    {
        fn is_alive(&self) -> bool {
            true
        }

        fn call<'b>(
            &'b self,
            args: &'b S::Args<'_>,
        ) -> Option<BoxFuture<'b, Result<S::Answer, BoxError>>> {
            Some(self.0.start(S::shorten(args)))
        }
    }

    Arc::new(ByReference(receiver))
}

fn by_owner<S: SharedSpec, T, F>(owner: &Arc<T>, receiver: F) -> Arc<dyn ConnectedAsync<S>>
where
    T: Send + Sync + 'static,
    F: for<'b> AsyncMethod<'b, T, S> + Send + Sync + 'static,
{
    struct ByOwner<T, F>(Weak<T>, F);

    impl<S: SharedSpec, T, F> ConnectedAsync<S> for ByOwner<T, F>
    where
        T: Send + Sync + 'static,
        F: for<'b> AsyncMethod<'b, T, S> + Send + Sync + 'static,
    {
        fn is_alive(&self) -> bool {
            self.0.strong_count() > 0
        }

        fn call<'b>(
            &'b self,
            args: &'b S::Args<'_>,
        ) -> Option<BoxFuture<'b, Result<S::Answer, BoxError>>> {
            let owner = self.0.upgrade()?;
            Some(self.1.start(owner, S::shorten(args)))
        }
    }

    Arc::new(ByOwner(Arc::downgrade(owner), receiver))
}

fn boxed<S: SharedSpec, F, R>(receiver: F) -> Arc<dyn ConnectedAsync<S>>
where
    F: for<'a, 'b> Fn(&'b S::Args<'a>) -> BoxFuture<'b, R> + Send + Sync + 'static,
    R: IntoAnswer<S, S::Answer> + 'static,
{
    struct Boxed<F>(F);

    impl<S: SharedSpec, F, R> ConnectedAsync<S> for Boxed<F>
    where
        F: for<'a, 'b> Fn(&'b S::Args<'a>) -> BoxFuture<'b, R> + Send + Sync + 'static,
        R: IntoAnswer<S, S::Answer> + 'static,
    {
        fn is_alive(&self) -> bool {
            true
        }

        fn call<'b>(
            &'b self,
            args: &'b S::Args<'_>,
        ) -> Option<BoxFuture<'b, Result<S::Answer, BoxError>>> {
            let future = (self.0)(args);
            Some(Box::pin(async move { future.await.into_answer() }))
        }
    }

    Arc::new(Boxed(receiver))
}
