//! What waits for the end of a transaction.

use std::any::type_name;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use crate::error::BoxError;
use crate::receiver::{Guarantee, ReceiverInfo, ReceiverRef};
use crate::scene::Site;
use crate::sender::Sender;
use crate::signal::{BoxFuture, SignalInfo};

/// A call of a receiver that can be made later: it owns its arguments.
#[doc(hidden)]
pub enum Work {
    Sync(Box<dyn FnOnce() -> Result<(), BoxError> + Send>),
    Async(BoxFuture<'static, Result<(), BoxError>>),
}

impl Work {
    #[doc(hidden)]
    pub fn sync(call: impl FnOnce() -> Result<(), BoxError> + Send + 'static) -> Self {
        Self::Sync(Box::new(call))
    }

    #[doc(hidden)]
    pub fn asynchronous(call: impl Future<Output = Result<(), BoxError>> + Send + 'static) -> Self {
        Self::Async(Box::pin(call))
    }
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sync(_) => "Sync",
            Self::Async(_) => "Async",
        })
    }
}

/// Whose call it is.
#[derive(Clone)]
pub(crate) struct Who {
    pub(crate) signal: &'static SignalInfo,
    pub(crate) receiver: ReceiverRef,
    pub(crate) sender: Sender,
    /// Where it was sent.
    pub(crate) site: Site,
}

pub(crate) struct Job {
    pub(super) who: Who,
    pub(super) work: Work,
}

/// What a callback of no signal is said to be a receiver of.
static CALLBACKS: SignalInfo = SignalInfo {
    name: "transaction",
    path: concat!(module_path!(), "::transaction"),
    by_models: false,
    version: 1,
    doc: "The end of a transaction.",
    args: &[],
    answer: None,
    file: file!(),
    line: line!(),
};

impl Job {
    pub(crate) fn new(who: Who, work: Work) -> Self {
        Self { who, work }
    }

    pub(super) fn callback<F>(guarantee: Guarantee, location: Site, work: Work) -> Self {
        let mut info = ReceiverInfo::connection(type_name::<F>(), location);
        info.is_async = matches!(work, Work::Async(_));
        info.guarantee = guarantee;
        let receiver = ReceiverRef::connected(Arc::new(info));
        let who = Who {
            signal: &CALLBACKS,
            receiver,
            sender: Sender::none(),
            site: location,
        };
        Self::new(who, work)
    }

    pub(super) fn into_work(self) -> Work {
        self.work
    }
}
