//! The body of a response, watched until it ends.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Buf;
use http::{Method, StatusCode, header, response};
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use signals_builtin::request::{End, Panicked};
use signals_core::BoxError;

use crate::error::{BodyError, SharedError};
use crate::open::Open;

pin_project! {
    /// The body of a response whose request is finished when it is: sent to its end, failed, or
    /// dropped.
    ///
    /// It is polled and dropped in the scope of the request.
    pub struct SignalsBody<B: Body> {
        // Dropped when it is over, so that what it holds is closed before `request_finished`.
        #[pin]
        body: Option<B>,
        open: Option<Open>,
        // How much of it the server will take, where that is known.
        left: Option<u64>,
    }

    impl<B: Body> PinnedDrop for SignalsBody<B> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            if let Some(open) = this.open.as_mut().filter(|open| open.end != End::Cancelled) {
                let body = this.body.as_ref().get_ref().as_ref();
                let has_ended = *this.left == Some(0) || body.is_none_or(Body::is_end_stream);
                open.end = if has_ended { End::Complete } else { End::BodyDropped };
            }
            close(this.body, this.open);
        }
    }
}

impl<B: Body> SignalsBody<B> {
    /// Of a request that others watch.
    pub(crate) fn unwatched(body: B) -> Self {
        Self {
            body: Some(body),
            open: None,
            left: None,
        }
    }

    pub(crate) fn empty(open: Open) -> Self {
        Self {
            body: None,
            open: Some(open),
            left: None,
        }
    }

    pub(crate) fn new(head: &response::Parts, body: B, open: Open) -> Self {
        let left = length(&open.request().method, head);
        Self {
            body: Some(body),
            open: Some(open),
            left,
        }
    }

    /// From here on the server has it.
    pub(crate) fn delivered(&mut self) {
        if let Some(open) = &mut self.open {
            open.end = End::BodyDropped;
        }
    }
}

/// How many bytes the server takes of the body before it drops it, where it may do so before the end.
fn length(method: &Method, head: &response::Parts) -> Option<u64> {
    let has_no_body = [StatusCode::NO_CONTENT, StatusCode::NOT_MODIFIED].contains(&head.status);
    if *method == Method::HEAD || has_no_body {
        return Some(0);
    }
    let length = head.headers.get(header::CONTENT_LENGTH)?;
    length.to_str().ok()?.parse().ok()
}

/// Drops the body in the scope of its request, and finishes that.
fn close<B>(mut body: Pin<&mut Option<B>>, open: &mut Option<Open>) {
    // Also if the body's destructor panics.
    let open = open.take();
    match open {
        Some(mut open) => open.run(|| body.set(None)),
        None => body.set(None),
    }
}

impl<B: Body + fmt::Debug> fmt::Debug for SignalsBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SignalsBody").field(&self.body).finish()
    }
}

impl<B> Body for SignalsBody<B>
where
    B: Body,
    B::Error: Into<BoxError>,
{
    type Data = B::Data;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, BoxError>>> {
        let mut this = self.project();
        let Some(body) = this.body.as_mut().as_pin_mut() else {
            // The end of one that never was, or once more.
            if let Some(open) = this.open {
                open.end = End::Complete;
            }
            *this.open = None;
            return Poll::Ready(None);
        };
        let Some(open) = this.open else {
            return body.poll_frame(cx).map_err(Into::into);
        };
        let poll = || catch_unwind(AssertUnwindSafe(|| body.poll_frame(cx)));
        let frame = match open.run(poll) {
            Ok(poll) => ready!(poll),
            Err(panic) => {
                open.end = End::Failed;
                open.failed(Arc::new(Panicked::from_payload(&*panic)));
                close(this.body, this.open);
                resume_unwind(panic);
            }
        };
        match frame {
            Some(Ok(frame)) => {
                if let (Some(left), Some(data)) = (this.left.as_mut(), frame.data_ref()) {
                    *left = left.saturating_sub(data.remaining() as u64);
                }
                if this
                    .body
                    .as_ref()
                    .as_pin_ref()
                    .is_some_and(|body| body.is_end_stream())
                {
                    open.end = End::Complete;
                    close(this.body, this.open);
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Some(Err(error)) => {
                let error = SharedError::from(error.into());
                open.end = End::Failed;
                open.failed(Arc::clone(&error));
                close(this.body, this.open);
                Poll::Ready(Some(Err(Box::new(BodyError(error)))))
            }
            None => {
                open.end = End::Complete;
                close(this.body, this.open);
                Poll::Ready(None)
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body
            .as_ref()
            .map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}
