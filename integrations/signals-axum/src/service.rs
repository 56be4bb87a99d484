//! What is between the server and the handler.

use std::any::Any;
use std::error::Error;
use std::fmt::{self, Display};
use std::mem;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::request::Parts;
use http::{Method, Request, Response, StatusCode};
use http_body::Body;
use signals_builtin::request::{End, Panicked, ServerError, got_request_exception};
use signals_core::{BoxError, BoxFuture, transaction};
use tower_service::Service;

use crate::body::SignalsBody;
use crate::catch::{Panic, catch};
use crate::error::{HandlerError, SharedError};
use crate::open::{Open, sender};

/// A service that sends the signals of its requests; made by [`SignalsLayer`](crate::SignalsLayer).
#[derive(Clone, Debug)]
pub struct Signals<S> {
    inner: S,
    runs_to_completion: bool,
}

impl<S> Signals<S> {
    pub(crate) fn new(inner: S, runs_to_completion: bool) -> Self {
        Self {
            inner,
            runs_to_completion,
        }
    }
}

/// In the extensions of a request whose signals are sent by a layer further out.
#[derive(Clone)]
struct Watched;

impl<S, B, R> Service<Request<B>> for Signals<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Display + Send + Sync + 'static,
    B: Send + 'static,
    R: Body + Send + 'static,
{
    type Response = Response<SignalsBody<R>>;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Self::Response, S::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        // The one that said it is ready.
        let next = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, next);
        if request.extensions().get::<Watched>().is_some() {
            let response = inner.call(request);
            return Box::pin(async { Ok(response.await?.map(SignalsBody::unwatched)) });
        }
        let (mut head, body) = request.into_parts();
        let open = Open::new(head.clone());
        head.extensions.insert(Watched);
        request = Request::from_parts(head, body);
        let response = open.scope().run_async(respond(inner, request, open));
        if self.runs_to_completion {
            // A response that nobody awaits ends here, and `request_finished` is sent.
            let response = transaction::run_to_completion(response, drop);
            Box::pin(async { deliver(response.await) })
        } else {
            Box::pin(async { deliver(response.await) })
        }
    }
}

/// Why there is no response.
enum Stopped<E> {
    Error(E),
    Panic(Panic),
}

type Outcome<R, E> = Result<Response<SignalsBody<R>>, Stopped<E>>;

async fn respond<S, B, R>(mut inner: S, request: Request<B>, mut open: Open) -> Outcome<R, S::Error>
where
    S: Service<Request<B>, Response = Response<R>>,
    S::Error: Display + 'static,
    R: Body,
{
    let start = open.start();
    let handle = async move {
        match start.await {
            Ok(()) => Ok(inner.call(request).await),
            Err(error) => Err(error),
        }
    };
    match catch(handle).await {
        Ok(Ok(Ok(response))) => Ok(answered(response, open).await),
        Ok(Ok(Err(error))) => {
            open.end = End::Failed;
            // A boxed error is no `Error`, so that there is no bound for it and others.
            if let Some(boxed) = (&error as &dyn Any).downcast_ref::<BoxError>() {
                open.tell_of(&**boxed).await;
            } else {
                open.tell(BoxError::from(error.to_string()).into()).await;
            }
            Err(Stopped::Error(error))
        }
        Ok(Err(not_started)) => Ok(refused(Arc::new(not_started), open).await),
        Err(panic) => {
            open.end = End::Failed;
            open.tell(Arc::new(Panicked::from_payload(&*panic))).await;
            Err(Stopped::Panic(panic))
        }
    }
}

async fn answered<R: Body>(response: Response<R>, mut open: Open) -> Response<SignalsBody<R>> {
    let (head, body) = response.into_parts();
    open.status = Some(head.status);
    if is_upgrade(&open.request().method, head.status) {
        open.end = End::Upgraded;
        drop(open);
        return Response::from_parts(head, SignalsBody::unwatched(body));
    }
    if head.status.is_server_error() {
        if let Some(error) = head.extensions.get::<HandlerError>() {
            hidden(error.clone().into_shared(), &mut open).await;
        } else {
            let status = head.status;
            open.tell(Arc::new(ServerError { status })).await;
        }
    }
    let body = SignalsBody::new(&head, body, open);
    Response::from_parts(head, body)
}

/// Whether the connection is used for something else from here on.
fn is_upgrade(method: &Method, status: StatusCode) -> bool {
    status == StatusCode::SWITCHING_PROTOCOLS || (*method == Method::CONNECT && status.is_success())
}

/// A receiver of `request_started` does not want it.
async fn refused<R: Body>(error: SharedError, mut open: Open) -> Response<SignalsBody<R>> {
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    open.status = Some(status);
    hidden(error, &mut open).await;
    let mut response = Response::new(SignalsBody::empty(open));
    *response.status_mut() = status;
    response
}

/// An error that the response says nothing of.
async fn hidden(error: SharedError, open: &mut Open) {
    if !got_request_exception.has_listeners(sender()) {
        let request = open.request();
        let (method, error) = (&request.method, Chain(&*error));
        match route(request) {
            Some(route) => log::error!(target: "signals.request", "{method} {route}: {error}"),
            None => log::error!(target: "signals.request", "{method}: {error}"),
        }
    }
    open.tell(error).await;
}

/// What the path is to the router. The path itself may be a secret, as in `/confirm/{token}`.
#[cfg(feature = "matched-path")]
fn route(request: &Parts) -> Option<&str> {
    let matched = request.extensions.get::<axum::extract::MatchedPath>();
    matched.map(axum::extract::MatchedPath::as_str)
}

#[cfg(not(feature = "matched-path"))]
fn route(_: &Parts) -> Option<&str> {
    None
}

/// An error with those that it comes from.
struct Chain<'e>(&'e (dyn Error + 'static));

impl Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}

/// To the server, or to the layer around this.
fn deliver<R: Body, E>(outcome: Outcome<R, E>) -> Result<Response<SignalsBody<R>>, E> {
    match outcome {
        Ok(mut response) => {
            response.body_mut().delivered();
            Ok(response)
        }
        Err(Stopped::Error(error)) => Err(error),
        Err(Stopped::Panic(panic)) => resume_unwind(panic),
    }
}
