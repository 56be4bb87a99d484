//! What was sent.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::require_scope;
use crate::scope::{self, Layer, Pushed};
use crate::sender::Sender;
use crate::signal::{Signal, SignalInfo, Spec};
use crate::watch::{Ran, Rule, Tap, Watching};

/// One send, as it was captured.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Sent<T = ()> {
    /// Who sent it.
    pub sender: Sender,
    /// The `Debug` of the payload when it was sent, before any receiver changed it. An argument
    /// without `Debug` is shown by its type.
    pub arguments: String,
    /// What [`capture_with`] took from the payload.
    pub snapshot: T,
    /// What became of each receiver, in the order in which they ended: whether it ran, with which
    /// result, or why not. Filled when the send has ended.
    pub receivers: Vec<Ran>,
}

/// The sends of one signal in the scope of where it was made, until it is dropped.
#[must_use = "nothing is captured any more when this is dropped"]
pub struct Capture<T = ()> {
    signal: &'static SignalInfo,
    log: Arc<Log<T>>,
    _rule: Pushed,
    _watching: Watching,
}

type Log<T> = RwLock<Vec<Sent<T>>>;

fn read<T>(log: &Log<T>) -> RwLockReadGuard<'_, Vec<Sent<T>>> {
    log.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(log: &Log<T>) -> RwLockWriteGuard<'_, Vec<Sent<T>>> {
    log.write().unwrap_or_else(PoisonError::into_inner)
}

/// Captures what is sent of the signal, by whom, with which arguments, and who ran. The receivers
/// run as ever; see [`mute`](super::mute). A send that is refused is not captured;
/// a pull is when it is made.
///
/// # Panics
///
/// In a task without a [scope](crate::scope) of its own.
#[track_caller]
pub fn capture<S: Spec>(signal: &'static Signal<S>) -> Capture {
    capture_with(signal, |_| ())
}

/// [`capture`], with what `snapshot` takes from each payload.
///
/// Payloads borrow, so what is to be compared later is taken out of them: once, as a function that
/// all tests of the signal use.
///
/// ```
/// use signals_core::{signal, testing};
///
/// signal! {
///     pub order_paid(number: &u32, customer: &str);
/// }
///
/// fn number_and_customer(paid: &OrderPaid<'_>) -> (u32, String) {
///     (*paid.number, paid.customer.to_owned())
/// }
///
/// let paid = testing::capture_with(&order_paid, number_and_customer);
/// order_paid.send(OrderPaid { number: &7, customer: "Ada" })?;
/// assert_eq!(paid.only().snapshot, (7, "Ada".to_owned()));
/// # Ok::<(), signals_core::SendError>(())
/// ```
///
/// # Panics
///
/// As [`capture`].
#[track_caller]
pub fn capture_with<S, T, F>(signal: &'static Signal<S>, snapshot: F) -> Capture<T>
where
    S: Spec,
    T: Send + Sync + 'static,
    F: for<'a, 'b> Fn(&'b S::Args<'a>) -> T + Send + Sync + 'static,
{
    require_scope();
    let log: Arc<Log<T>> = Arc::default();
    let (sent_log, heard_log) = (Arc::clone(&log), Arc::clone(&log));
    let tap = Tap::<S> {
        sent: Box::new(move |payload, sender| {
            // Neither under the lock: both are the user's code, which may send.
            let (arguments, snapshot) = (format!("{payload:?}"), snapshot(payload));
            let mut log = write(&sent_log);
            log.push(Sent {
                sender,
                arguments,
                snapshot,
                receivers: Vec::new(),
            });
            log.len() - 1
        }),
        heard: Box::new(move |number, ran| {
            if let Some(sent) = write(&heard_log).get_mut(number) {
                sent.receivers = ran.to_vec();
            }
        }),
    };
    let rule = Rule::Capture(std::any::TypeId::of::<S>(), Arc::new(tap));
    Capture {
        signal: S::INFO,
        log,
        _rule: scope::push(Layer::Rule(Arc::new(rule))),
        _watching: Watching::one(signal),
    }
}

impl<T> Capture<T> {
    /// The signal.
    pub fn signal(&self) -> &'static SignalInfo {
        self.signal
    }

    /// How often it was sent.
    pub fn count(&self) -> usize {
        read(&self.log).len()
    }

    /// Looks at the sends, in the order in which they began. `f` must not send the signal.
    pub fn with<R>(&self, f: impl FnOnce(&[Sent<T>]) -> R) -> R {
        f(&read(&self.log))
    }

    /// The sends so far, in the order in which they began.
    pub fn sent(&self) -> Vec<Sent<T>>
    where
        T: Clone,
    {
        read(&self.log).clone()
    }

    /// The one send that there was.
    ///
    /// # Panics
    ///
    /// When there was another number of them, showing them.
    #[track_caller]
    pub fn only(&self) -> Sent<T>
    where
        T: Clone,
    {
        let sent = self.sent();
        assert!(
            sent.len() == 1,
            "`{}` was sent {} times instead of once{self}",
            self.signal,
            sent.len()
        );
        sent[0].clone()
    }
}

impl<T> fmt::Display for Capture<T> {
    /// A line for each send, with the sender and the arguments.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, sent) in (1..).zip(&*read(&self.log)) {
            write!(f, "\n  {number}. {}", sent.arguments)?;
            if !sent.sender.is_none() {
                write!(f, " by `{}`", sent.sender)?;
            }
            for Ran {
                receiver, outcome, ..
            } in &sent.receivers
            {
                write!(f, "\n       {receiver}: {outcome}")?;
            }
        }
        Ok(())
    }
}

impl<T> fmt::Debug for Capture<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Capture")
            .field("signal", &self.signal.name())
            .field("count", &self.count())
            .finish_non_exhaustive()
    }
}
