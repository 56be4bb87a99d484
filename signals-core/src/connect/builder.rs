//! A connection with a sender, a name or a place of its own.

use std::any::type_name;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::asynchronous::{AsyncMethod, AsyncReceiver};
use super::connection::Connection;
use super::handler::{boxed, by_owner, by_reference, exclusive, shared, weak};
use crate::changes::Connected as Connecting;
use crate::error::AlreadyConnected;
use crate::receiver::{
    Connected, ConnectedAsync, IntoAnswer, Name, ReceiverInfo, ReceiverRef, SenderFilter,
};
use crate::scope::{self, Layer};
use crate::sender::Sender;
use crate::signal::{BoxFuture, HasSender, MutSpec, SentBy, SharedSpec, Signal, Spec};
use crate::table::{Call, Kind, Registration, Target, filter_keys};
use crate::testing::require_scope;
use crate::watch::{Rule, Watching};

/// A connection in the making; made by [`Signal::on`].
#[must_use = "nothing is connected before `connect`"]
pub struct Connect<S: Spec> {
    signal: &'static Signal<S>,
    info: ReceiverInfo,
    is_scoped: bool,
}

impl<S: Spec> Connect<S> {
    pub(super) fn new(signal: &'static Signal<S>, info: ReceiverInfo) -> Self {
        Self {
            signal,
            info,
            is_scoped: false,
        }
    }

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

    /// Hears only what is sent in the [scope](crate::scope) of where it is connected: on this thread
    /// or by this future, and by those that were given its scope later. For tests.
    ///
    /// It ends with the scope at the latest, also where nobody holds its [`Connection`].
    ///
    /// A `dispatch_uid` has to be its own only among the receivers that the scope sees.
    ///
    /// # Panics
    ///
    /// With the feature `tokio`, in a task that has no scope of its own, as all that is for
    /// [tests](crate::testing#async-tests): whoever runs on its thread next would be heard.
    #[track_caller]
    pub fn scoped(mut self) -> Self {
        require_scope();
        self.is_scoped = true;
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
        self.make(Target::Connected(shared(receiver)), type_name::<F>())
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
        self.make(Target::Connected(exclusive(receiver)), type_name::<F>())
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
        let call = Target::Connected(weak(owner, receiver));
        self.make(call, type_name::<F>()).map(Connection::detach)
    }

    /// Connects; see [`Signal::connect_async`].
    ///
    /// # Errors
    ///
    /// As [`connect`](Self::connect).
    pub fn connect_async<F, A>(self, receiver: F) -> Result<Connection, AlreadyConnected>
    where
        F: for<'b> AsyncReceiver<'b, S>,
        F: for<'b> AsyncFn(&'b S::Args<'b>) -> A + Send + Sync + 'static,
    {
        self.make(
            Target::ConnectedAsync(by_reference(receiver)),
            type_name::<F>(),
        )
    }

    /// Connects; see [`Signal::connect_async_weak`].
    ///
    /// # Errors
    ///
    /// As [`connect`](Self::connect).
    pub fn connect_async_weak<T, F, A>(
        self,
        owner: &Arc<T>,
        receiver: F,
    ) -> Result<(), AlreadyConnected>
    where
        T: Send + Sync + 'static,
        F: for<'b> AsyncMethod<'b, T, S>,
        F: for<'b> AsyncFn(Arc<T>, &'b S::Args<'b>) -> A + Send + Sync + 'static,
    {
        let call = Target::ConnectedAsync(by_owner(owner, receiver));
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
        self.make(Target::ConnectedAsync(boxed(receiver)), type_name::<F>())
    }

    /// Takes out the receivers with the `dispatch_uid` given here that listen to exactly the
    /// senders given here. Whether there was one; without a `dispatch_uid`, there is none.
    pub fn disconnect(self) -> bool {
        let senders = filter_keys(&self.info);
        let uid = self.info.dispatch_uid();
        uid.is_some_and(|uid| self.signal.registry.disconnect(uid, Some(&senders)))
    }

    pub(super) fn plain(self, receiver: Arc<dyn Connected<S>>, name: &'static str) -> Connection {
        self.anonymous(Target::Connected(receiver), name)
    }

    pub(super) fn asynchronous(
        self,
        receiver: Arc<dyn ConnectedAsync<S>>,
        name: &'static str,
    ) -> Connection {
        self.anonymous(Target::ConnectedAsync(receiver), name)
    }

    fn anonymous(self, target: Target<S>, name: &'static str) -> Connection {
        match self.make(target, name) {
            Ok(connection) => connection,
            Err(_) => unreachable!("only a `dispatch_uid` can be taken, and there is none"),
        }
    }

    fn make(
        self,
        target: Target<S>,
        handler: &'static str,
    ) -> Result<Connection, AlreadyConnected> {
        let Self {
            signal,
            mut info,
            is_scoped,
        } = self;
        // Before it is connected, so that no send in between takes it for everybody's.
        let scope = is_scoped.then(|| {
            let seen = Arc::new(());
            info.scope = Some(Arc::downgrade(&seen));
            let rule = Arc::new(Rule::Connection(seen));
            (scope::push(Layer::Rule(rule)), Watching::one(signal))
        });
        let call = Call {
            when: None,
            later: None,
            target,
        };
        info.is_async = call.is_async();
        let is_weak = call.is_weak();
        let number = signal.registry.connect(|number| {
            info.name = Name::Connection { handler, number };
            let kind = match (info.is_async, info.scope.is_some()) {
                (false, false) => Kind::Connection,
                (true, false) => Kind::Async,
                (false, true) => Kind::Conditional,
                (true, true) => Kind::ConditionalAsync,
            };
            Connecting {
                registration: Registration {
                    senders: filter_keys(&info),
                    receiver: ReceiverRef::connected(Arc::new(info)),
                    kind,
                },
                call: Box::new(call),
                is_weak,
                scope,
            }
        })?;
        Ok(Connection::new(signal, number))
    }
}

impl<S: Spec> fmt::Debug for Connect<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connect")
            .field("signal", &S::INFO.name())
            .field("receiver", &self.info)
            .field("is_scoped", &self.is_scoped)
            .finish()
    }
}
