//! A request that has started, and has not finished.

use std::error::Error;
use std::future::Future;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use http::StatusCode;
use http::request::Parts;
use signals_builtin::request::{
    End, GotRequestException, RequestFinished, RequestStarted, got_request_exception,
    hide_credentials, request_finished, request_started,
};
use signals_core::state::{self, State};
use signals_core::{BoxFuture, Scope, SendError, Sender, scoped_states};
use tokio::runtime::Handle;

use crate::error::SharedError;
use crate::flush::{self, Counted};
use crate::layer::SignalsLayer;

/// Sends `request_finished` when it is dropped. So each request sends it, and none twice.
pub(crate) struct Open {
    request: State<Parts>,
    scope: Scope,
    /// Whether anybody knows of it.
    has_started: bool,
    /// How it ended, should this be dropped now.
    pub(crate) end: End,
    pub(crate) status: Option<StatusCode>,
    /// What is to be told of before that. A request that is dropped meanwhile leaves it where it was.
    telling: Option<BoxFuture<'static, ()>>,
    counted: Option<Counted>,
}

scoped_states![Parts];

pub(crate) fn sender() -> Sender {
    Sender::of::<SignalsLayer>()
}

impl Open {
    /// In the scope of where this is called.
    pub(crate) fn new(mut request: Parts) -> Self {
        hide_credentials(&mut request.headers);
        let scope = Scope::current().with_state(request);
        let request = scope.clone().run(state::get);
        Self {
            request: request.expect("it is in the scope"),
            scope,
            has_started: false,
            end: End::Cancelled,
            status: None,
            telling: None,
            counted: Some(flush::request()),
        }
    }

    pub(crate) fn scope(&self) -> Scope {
        self.scope.clone()
    }

    pub(crate) fn request(&self) -> &Parts {
        &self.request
    }

    /// Runs `f` in the request's scope, where what it adds stays for the next time.
    pub(crate) fn run<R>(&mut self, f: impl FnOnce() -> R) -> R {
        let inside = || (f(), Scope::current());
        let (value, scope) = self.scope.clone().run(inside);
        self.scope = scope;
        value
    }

    /// From here on it has started.
    pub(crate) fn start(&mut self) -> impl Future<Output = Result<(), SendError>> + Send + use<> {
        self.has_started = true;
        let request = self.request.clone();
        async move {
            let started = RequestStarted {
                sender: sender(),
                request: &request,
            };
            request_started.send_async(started).await.map(drop)
        }
    }

    /// Sends `got_request_exception`. If the request is dropped meanwhile, it goes on behind it.
    pub(crate) async fn tell(&mut self, error: SharedError) {
        self.failed(error);
        if let Some(telling) = &mut self.telling {
            telling.await;
        }
        self.telling = None;
    }

    /// `got_request_exception` will be sent before `request_finished`.
    pub(crate) fn failed(&mut self, error: SharedError) {
        let request = self.request.clone();
        self.telling = Some(Box::pin(async move { tell_of(&request, &*error).await }));
    }

    /// Sends `got_request_exception` for an error that has to be given back. If the request is dropped
    /// meanwhile, it stops there.
    pub(crate) async fn tell_of(&mut self, error: &(dyn Error + Send + Sync + 'static)) {
        tell_of(&self.request, error).await;
    }
}

async fn tell_of(request: &Parts, error: &(dyn Error + Send + Sync + 'static)) {
    let failed = GotRequestException {
        sender: sender(),
        request,
        error,
    };
    got_request_exception.send_robust_async(failed).await;
}

impl Drop for Open {
    fn drop(&mut self) {
        let Self {
            end,
            status,
            has_started,
            ..
        } = *self;
        let is_of_no_interest = self.telling.is_none() && request_finished.is_idle();
        if !has_started || is_of_no_interest {
            return;
        }
        let (request, telling, counted) = (
            self.request.clone(),
            self.telling.take(),
            self.counted.take(),
        );
        let has_listeners = telling.is_some() || request_finished.has_listeners(sender());
        let finish = async move {
            if let Some(telling) = telling {
                telling.await;
            }
            let finished = RequestFinished {
                sender: sender(),
                request: &request,
                status,
                end,
            };
            request_finished.send_robust_async(finished).await;
            drop(counted);
        };
        let finish = Finish(Some(Box::pin(mem::take(&mut self.scope).run_async(finish))));
        // For nobody it is done at once.
        if !has_listeners {
            return;
        }
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(finish);
        }
    }
}

/// Runs it; dropped before its end, as when the runtime stops, it runs as far as that goes without
/// waiting.
struct Finish(Option<BoxFuture<'static, ()>>);

impl Future for Finish {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Some(finish) = &mut self.0 else {
            return Poll::Ready(());
        };
        let poll = finish.as_mut().poll(cx);
        if poll.is_ready() {
            self.0 = None;
        }
        poll
    }
}

impl Drop for Finish {
    fn drop(&mut self) {
        let Some(mut finish) = self.0.take() else {
            return;
        };
        let polled = catch_unwind(AssertUnwindSafe(|| {
            let is_ready = finish
                .as_mut()
                .poll(&mut Context::from_waker(Waker::noop()))
                .is_ready();
            drop(finish);
            is_ready
        }));
        if !matches!(polled, Ok(true)) {
            log::error!(
                target: "signals.request",
                "receivers of `request_finished` are lost: the runtime stopped before they were \
                 done; await `signals_axum::flush` first"
            );
        }
    }
}
