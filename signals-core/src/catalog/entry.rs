//! A signal of the catalogue, and its receivers.

use std::collections::HashMap;
use std::fmt;
use std::ops::Deref;

use crate::order::{Why, order, reasons};
use crate::receiver::{ReceiverInfo, ReceiverRef};
use crate::signal::SignalInfo;
use crate::table::{FilterKey, Index, Registration, filter_key};

/// One signal with its receivers. Dereferences to its [`SignalInfo`].
#[derive(Debug, Clone)]
pub struct CatalogSignal {
    info: &'static SignalInfo,
    pub(super) receivers: Vec<CatalogReceiver>,
    pub(super) idle: Vec<IdleReceiver>,
}

/// A receiver that is called, and where it stands. Dereferences to its [`ReceiverInfo`].
#[derive(Debug, Clone)]
pub struct CatalogReceiver {
    receiver: ReceiverRef,
    senders: Option<Vec<String>>,
    has_condition: bool,
    reason: Reason,
}

/// A receiver that is registered and not called. Dereferences to its [`ReceiverInfo`].
#[derive(Debug, Clone)]
pub struct IdleReceiver {
    receiver: ReceiverRef,
    senders: Option<Vec<String>>,
    cause: Idle,
}

/// Why a receiver runs just after the one before it. `Display` says it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Reason {
    /// It is the first.
    First,
    /// It says `after = "…"`, which means the other one.
    After {
        /// The other one.
        other: ReceiverRef,
        /// What it says.
        name: &'static str,
    },
    /// The other one says `before = "…"`, which means this one.
    Before {
        /// The other one.
        other: ReceiverRef,
        /// What the other one says.
        name: &'static str,
    },
    /// The other one has a higher priority.
    Priority {
        /// The other one.
        other: ReceiverRef,
    },
    /// The priority is the same, and the other one comes first by module path, line and column.
    Source {
        /// The other one.
        other: ReceiverRef,
    },
    /// The priority is the same, and this one was connected later, while the program ran.
    Connected {
        /// The other one.
        other: ReceiverRef,
    },
    /// It should run after the other one, but the constraints go in a circle, which is cut here.
    Circle {
        /// The other one.
        other: ReceiverRef,
    },
}

/// Why a receiver that is registered is not called, whoever sends. `Display` says it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Idle {
    /// Another one has the same key and listens to the same sender.
    Duplicate {
        /// The one that is called.
        first: ReceiverRef,
    },
    /// It was disconnected while the program ran.
    Disconnected,
    /// The owner of the connection is gone.
    OwnerGone,
}

impl CatalogSignal {
    /// From the receivers as they are now, and those found at link time. `call` says of each slot
    /// whether its owner is there, and whether it has a condition.
    pub(crate) fn new(
        info: &'static SignalInfo,
        index: &Index,
        linked: &Index,
        call: &dyn Fn(u32) -> (bool, bool),
    ) -> Self {
        let mut signal = Self {
            info,
            receivers: Vec::new(),
            idle: idle(index, linked),
        };
        let slots = index.slots();
        let reasons = slot_reasons(index);
        for ((number, slot), reason) in (0..).zip(slots).zip(reasons) {
            let receiver = slot.receiver.clone();
            let senders = labels(&receiver, |key| slot.senders.contains(&key));
            let (is_alive, has_condition) = call(number);
            if is_alive {
                signal.receivers.push(CatalogReceiver {
                    receiver,
                    senders,
                    has_condition,
                    reason,
                });
            } else {
                signal.idle.push(IdleReceiver {
                    receiver,
                    senders,
                    cause: Idle::OwnerGone,
                });
            }
        }
        signal
    }

    /// What was declared.
    pub fn info(&self) -> &'static SignalInfo {
        self.info
    }

    /// The receivers that are called, in the order in which they run.
    pub fn receivers(&self) -> &[CatalogReceiver] {
        &self.receivers
    }

    /// The receivers that are registered and not called: duplicates, and those that were
    /// disconnected. A connection that was dropped leaves no trace.
    pub fn idle(&self) -> &[IdleReceiver] {
        &self.idle
    }

    /// Whether it is declared with a sender, so that receivers can choose whom to hear.
    pub fn has_sender(&self) -> bool {
        let first = self.info.args().first();
        first.is_some_and(|arg| arg.name == "sender")
    }

    /// The declaration without its documentation: `shop::order_paid(order: &Order) -> Quote`.
    pub fn declaration(&self) -> String {
        let args = self.info.args().iter();
        let args: Vec<_> = args
            .map(|arg| format!("{}: {}", arg.name, arg.ty))
            .collect();
        let answer = self.info.answer();
        let answer = answer.map_or_else(String::new, |answer| format!(" -> {answer}"));
        format!("{}({}){answer}", self.info.name(), args.join(", "))
    }
}

impl Deref for CatalogSignal {
    type Target = SignalInfo;

    fn deref(&self) -> &SignalInfo {
        self.info
    }
}

impl CatalogReceiver {
    /// The handle of the receiver.
    pub fn receiver(&self) -> &ReceiverRef {
        &self.receiver
    }

    /// The labels of the senders for which it is called; none for every sender.
    ///
    /// Unlike [`ReceiverInfo::senders`], without those at which another receiver with the same key
    /// is called instead.
    pub fn senders(&self) -> &[String] {
        self.senders.as_deref().unwrap_or_default()
    }

    /// Whether it is called when a sender with this label sends; `None` for nobody in particular.
    pub fn hears(&self, sender: Option<&str>) -> bool {
        hears(self.senders.as_deref(), sender)
    }

    /// Whether it has a condition, `when = …`, which is asked at each send.
    pub fn has_condition(&self) -> bool {
        self.has_condition
    }

    /// Why it runs just after the one before it.
    pub fn reason(&self) -> &Reason {
        &self.reason
    }
}

impl Deref for CatalogReceiver {
    type Target = ReceiverInfo;

    fn deref(&self) -> &ReceiverInfo {
        &self.receiver
    }
}

impl IdleReceiver {
    /// The handle of the receiver.
    pub fn receiver(&self) -> &ReceiverRef {
        &self.receiver
    }

    /// The labels of the senders for which it is not called; none for every sender.
    pub fn senders(&self) -> &[String] {
        self.senders.as_deref().unwrap_or_default()
    }

    /// Whether it would be called when a sender with this label sends, but for its [`cause`](Self::cause).
    pub fn would_hear(&self, sender: Option<&str>) -> bool {
        hears(self.senders.as_deref(), sender)
    }

    /// Why it is not called.
    pub fn cause(&self) -> &Idle {
        &self.cause
    }
}

impl Deref for IdleReceiver {
    type Target = ReceiverInfo;

    fn deref(&self) -> &ReceiverInfo {
        &self.receiver
    }
}

fn hears(senders: Option<&[String]>, sender: Option<&str>) -> bool {
    senders.is_none_or(|senders| senders.iter().any(|label| Some(&**label) == sender))
}

/// The labels of the senders whose key is wanted; `None` for a receiver that hears everybody.
fn labels(receiver: &ReceiverInfo, is_wanted: impl Fn(FilterKey) -> bool) -> Option<Vec<String>> {
    let keys = || receiver.senders.iter().map(filter_key);
    if receiver.senders.is_empty() || keys().any(|key| key == FilterKey::Anybody) {
        return None;
    }
    let senders = receiver.senders.iter().zip(keys());
    let wanted = senders.filter(|(_, key)| is_wanted(*key));
    Some(wanted.map(|(sender, _)| sender.to_string()).collect())
}

/// Slots by the address of their receiver.
fn by_address(index: &Index) -> HashMap<*const ReceiverInfo, &Registration> {
    let slots = index.slots().iter();
    slots.map(|slot| (address(&slot.receiver), slot)).collect()
}

fn address(receiver: &ReceiverRef) -> *const ReceiverInfo {
    &raw const **receiver
}

/// Why each slot stands where it does.
fn slot_reasons(index: &Index) -> Vec<Reason> {
    let slots = by_address(index);
    let is_slot = |receiver: &ReceiverRef| slots.contains_key(&address(receiver));
    let sequence = sequence(index, is_slot);
    let infos: Vec<&ReceiverInfo> = sequence.iter().map(|receiver| &**receiver).collect();
    let of_all = sequence.iter().zip(reasons(&infos));
    let of_slots = of_all.filter(|(receiver, _)| is_slot(receiver));
    of_slots
        .map(|(_, why)| Reason::new(why, &sequence))
        .collect()
}

/// The receivers in running order, with the duplicates that were taken out after it was made.
fn sequence(index: &Index, is_slot: impl Fn(&ReceiverRef) -> bool) -> Vec<ReceiverRef> {
    let slots = index.slots().iter();
    let mut all: Vec<ReceiverRef> = slots.map(|slot| slot.receiver.clone()).collect();
    let seconds = index.duplicates().iter().map(|(_, second)| second);
    let taken_out: Vec<&ReceiverRef> = seconds.filter(|second| !is_slot(second)).collect();
    if taken_out.is_empty() {
        return all;
    }
    all.extend(taken_out.into_iter().cloned());
    let infos: Vec<&ReceiverInfo> = all.iter().map(|receiver| &**receiver).collect();
    let sequence = order(&infos).sequence;
    sequence.into_iter().map(|at| all[at].clone()).collect()
}

/// Duplicates, and link-time receivers that were disconnected.
fn idle(index: &Index, linked: &Index) -> Vec<IdleReceiver> {
    let (now, slots) = (by_address(index), by_address(linked));
    let duplicates = linked.duplicates().iter().map(|(first, second)| {
        let kept = slots.get(&address(second)).map(|slot| &slot.senders);
        IdleReceiver {
            receiver: second.clone(),
            senders: labels(second, |key| kept.is_none_or(|kept| !kept.contains(&key))),
            cause: Idle::Duplicate {
                first: first.clone(),
            },
        }
    });
    let gone = linked.slots().iter();
    let gone = gone.filter(|slot| !now.contains_key(&address(&slot.receiver)));
    let disconnected = gone.map(|slot| IdleReceiver {
        receiver: slot.receiver.clone(),
        senders: labels(&slot.receiver, |key| slot.senders.contains(&key)),
        cause: Idle::Disconnected,
    });
    duplicates.chain(disconnected).collect()
}

impl Reason {
    /// From a reason over indices of `sequence`.
    fn new(why: Why, sequence: &[ReceiverRef]) -> Self {
        let other = |index: usize| sequence[index].clone();
        match why {
            Why::First => Self::First,
            Why::After(at, name) => Self::After {
                other: other(at),
                name,
            },
            Why::Before(at, name) => Self::Before {
                other: other(at),
                name,
            },
            Why::Priority(at) => Self::Priority { other: other(at) },
            Why::Source(at) => Self::Source { other: other(at) },
            Why::Connected(at) => Self::Connected { other: other(at) },
            Why::Circle(at) => Self::Circle { other: other(at) },
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::First => f.write_str("nothing comes before it"),
            Self::After { other, name } => {
                write!(f, "after `{}`: it says `after = \"{name}\"`", other.key())
            }
            Self::Before { other, name } => {
                let other = other.key();
                write!(f, "after `{other}`, which says `before = \"{name}\"`")
            }
            Self::Priority { other } => {
                let (key, priority) = (other.key(), other.priority());
                write!(f, "after `{key}` by priority, which is {priority} there")
            }
            Self::Source { other } => {
                write!(f, "after `{}` by place in the source", other.key())
            }
            Self::Connected { other } if other.is_connection() => {
                write!(f, "after `{}` by time of connecting", other.key())
            }
            Self::Connected { other } => write!(
                f,
                "after `{}`: connections come after what is linked",
                other.key()
            ),
            Self::Circle { other } => write!(
                f,
                "before `{}` against a constraint: they go in a circle, which is cut here",
                other.key()
            ),
        }
    }
}

impl fmt::Display for Idle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duplicate { first } => write!(
                f,
                "duplicate key: `{}` ({}:{}) has the same, and comes first",
                first.key(),
                first.file(),
                first.line()
            ),
            Self::Disconnected => f.write_str("disconnected while the program ran"),
            Self::OwnerGone => f.write_str("its owner is gone"),
        }
    }
}
