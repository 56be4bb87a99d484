//! What comes back from a send.
//!
//! A signal that asks (`-> R`) gets [`Responses`], one for each receiver in the order in which they
//! ran. A signal that only tells gets [`Delivered`], a count: there is nothing to collect, and
//! nothing is allocated. Robust sends return the failures as well, each in its place.

use std::ops::Deref;
use std::vec;

use crate::error::{ReceiverError, SendError};
use crate::receiver::ReceiverRef;

/// One receiver's answer.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Response<T> {
    /// Who answers.
    pub receiver: ReceiverRef,
    /// What.
    pub answer: T,
}

/// The answers to one send, in the order in which the receivers ran. Dereferences to a slice.
///
/// ```
/// use signals_core::{receiver, signal};
///
/// signal! {
///     pub quote_requested(weight: u32) -> u32;
/// }
///
/// #[receiver(quote_requested)]
/// fn post(weight: u32) -> u32 { weight * 3 }
///
/// #[receiver(quote_requested)]
/// fn courier(weight: u32) -> u32 { weight + 10 }
///
/// let quotes = quote_requested.send(QuoteRequested { weight: 7 })?;
/// assert_eq!(quotes.answers().min(), Some(&17));
/// assert_eq!(quotes[0].receiver.path().rsplit("::").next(), Some("post"));
/// # Ok::<(), signals_core::SendError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Responses<R>(Vec<Response<R>>);

impl<R> Responses<R> {
    /// The answers without their receivers.
    pub fn answers(&self) -> impl Iterator<Item = &R> {
        self.0.iter().map(|response| &response.answer)
    }

    /// The answers without their receivers, by value.
    pub fn into_answers(self) -> impl Iterator<Item = R> {
        self.0.into_iter().map(|response| response.answer)
    }
}

impl<R> Default for Responses<R> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<R> Deref for Responses<R> {
    type Target = [Response<R>];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<R> IntoIterator for Responses<R> {
    type Item = Response<R>;
    type IntoIter = vec::IntoIter<Response<R>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'r, R> IntoIterator for &'r Responses<R> {
    type Item = &'r Response<R>;
    type IntoIter = std::slice::Iter<'r, Response<R>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// How many receivers a signal without an answer reached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Delivered {
    count: usize,
}

impl Delivered {
    /// The receivers that were called; not those that wait for the end of a transaction.
    pub fn count(&self) -> usize {
        self.count
    }
}

/// The results of a robust send, in the order in which the receivers ran. Dereferences to a slice.
///
/// A receiver that failed or panicked has its [`ReceiverError`] in its place; each was logged.
#[derive(Debug)]
#[must_use = "the errors of a robust send are in here"]
pub struct RobustResponses<R> {
    results: Vec<Response<Result<R, ReceiverError>>>,
    refused: Option<SendError>,
}

impl<R> RobustResponses<R> {
    /// The answers of those that succeeded.
    pub fn answers(&self) -> impl Iterator<Item = &R> {
        self.results
            .iter()
            .filter_map(|result| result.answer.as_ref().ok())
    }

    /// The errors of those that failed.
    pub fn errors(&self) -> impl Iterator<Item = &ReceiverError> {
        self.results
            .iter()
            .filter_map(|result| result.answer.as_ref().err())
    }

    /// The answers of those that succeeded, by value.
    pub fn into_answers(self) -> impl Iterator<Item = R> {
        let answers = self.results.into_iter().map(|result| result.answer);
        answers.filter_map(Result::ok)
    }

    /// The errors of those that failed, by value.
    pub fn into_errors(self) -> impl Iterator<Item = ReceiverError> {
        let answers = self.results.into_iter().map(|result| result.answer);
        answers.filter_map(Result::err)
    }

    /// Why no receiver could be called at all: too deep a recursion, or an async receiver where
    /// nothing can wait for it. There are no results then.
    pub fn refused(&self) -> Option<&SendError> {
        self.refused.as_ref()
    }

    /// Whether every receiver succeeded.
    pub fn is_ok(&self) -> bool {
        self.refused.is_none() && self.results.iter().all(|result| result.answer.is_ok())
    }
}

impl<R> Default for RobustResponses<R> {
    fn default() -> Self {
        Self {
            results: Vec::new(),
            refused: None,
        }
    }
}

impl<R> Deref for RobustResponses<R> {
    type Target = [Response<Result<R, ReceiverError>>];

    fn deref(&self) -> &Self::Target {
        &self.results
    }
}

impl<R> IntoIterator for RobustResponses<R> {
    type Item = Response<Result<R, ReceiverError>>;
    type IntoIter = vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.results.into_iter()
    }
}

impl<'r, R> IntoIterator for &'r RobustResponses<R> {
    type Item = &'r Response<Result<R, ReceiverError>>;
    type IntoIter = std::slice::Iter<'r, Response<Result<R, ReceiverError>>>;

    fn into_iter(self) -> Self::IntoIter {
        self.results.iter()
    }
}

/// What a robust send of a signal without an answer reached, and what failed.
///
/// It may be dropped unread: what failed was logged.
#[derive(Debug, Default)]
pub struct RobustDelivered {
    count: usize,
    /// Nearly always there is none, and two words fit into registers.
    failures: Option<Box<Failures>>,
}

#[derive(Debug, Default)]
struct Failures {
    errors: Vec<ReceiverError>,
    refused: Option<SendError>,
}

impl RobustDelivered {
    /// The receivers that were called, those that failed included; not those that wait for the end
    /// of a transaction.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The errors of those that failed, in the order in which they ran. Each was logged.
    pub fn errors(&self) -> &[ReceiverError] {
        self.failures
            .as_ref()
            .map_or(&[], |failures| &failures.errors)
    }

    /// The errors, by value.
    pub fn into_errors(self) -> Vec<ReceiverError> {
        self.failures
            .map_or_else(Vec::new, |failures| failures.errors)
    }

    /// Why no receiver could be called at all: too deep a recursion, or an async receiver where
    /// nothing can wait for it.
    pub fn refused(&self) -> Option<&SendError> {
        self.failures.as_ref()?.refused.as_ref()
    }

    /// Whether every receiver succeeded.
    pub fn is_ok(&self) -> bool {
        self.failures.is_none()
    }
}

/// What a plain send fills while it runs.
#[doc(hidden)]
pub trait Plain<R>: Default + Send {
    fn expect(&mut self, receivers: usize);
    fn answered(&mut self, receiver: impl FnOnce() -> ReceiverRef, answer: R);
    /// So many receivers were called. Said once, at the end.
    fn called(&mut self, receivers: usize);
}

/// What a robust send fills while it runs.
#[doc(hidden)]
pub trait Robust<R>: Default + Send {
    fn expect(&mut self, receivers: usize);
    fn answered(&mut self, receiver: impl FnOnce() -> ReceiverRef, answer: R);
    fn failed(&mut self, error: ReceiverError);
    /// So many receivers were called, those that failed included. Said once, at the end.
    fn called(&mut self, receivers: usize);
    fn refused(error: SendError) -> Self;
}

impl<R: Send> Plain<R> for Responses<R> {
    fn expect(&mut self, receivers: usize) {
        self.0.reserve_exact(receivers);
    }

    fn answered(&mut self, receiver: impl FnOnce() -> ReceiverRef, answer: R) {
        self.0.push(Response {
            receiver: receiver(),
            answer,
        });
    }

    fn called(&mut self, _: usize) {}
}

impl Plain<()> for Delivered {
    #[inline]
    fn expect(&mut self, _: usize) {}

    #[inline]
    fn answered(&mut self, _: impl FnOnce() -> ReceiverRef, (): ()) {}

    #[inline]
    fn called(&mut self, receivers: usize) {
        self.count = receivers;
    }
}

impl<R: Send> Robust<R> for RobustResponses<R> {
    fn expect(&mut self, receivers: usize) {
        self.results.reserve_exact(receivers);
    }

    fn answered(&mut self, receiver: impl FnOnce() -> ReceiverRef, answer: R) {
        self.results.push(Response {
            receiver: receiver(),
            answer: Ok(answer),
        });
    }

    fn failed(&mut self, error: ReceiverError) {
        self.results.push(Response {
            receiver: error.receiver().clone(),
            answer: Err(error),
        });
    }

    fn called(&mut self, _: usize) {}

    fn refused(error: SendError) -> Self {
        Self {
            results: Vec::new(),
            refused: Some(error),
        }
    }
}

impl Robust<()> for RobustDelivered {
    #[inline]
    fn expect(&mut self, _: usize) {}

    #[inline]
    fn answered(&mut self, _: impl FnOnce() -> ReceiverRef, (): ()) {}

    #[inline]
    fn called(&mut self, receivers: usize) {
        self.count = receivers;
    }

    #[cold]
    fn failed(&mut self, error: ReceiverError) {
        self.failures.get_or_insert_default().errors.push(error);
    }

    fn refused(error: SendError) -> Self {
        let refused = Some(error);
        let errors = Vec::new();
        Self {
            count: 0,
            failures: Some(Box::new(Failures { errors, refused })),
        }
    }
}
