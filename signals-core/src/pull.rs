//! Taking answers as they come, and stopping when satisfied.

use std::iter::FusedIterator;
use std::panic::Location;
use std::pin::pin;

use crate::depth::{AnyLevel, nested};
use crate::error::{BoxError, SendError};
use crate::receiver::ReceiverRef;
use crate::registry::Snapshot;
use crate::responses::Response;
use crate::runtime::{self, Refusal};
use crate::scene::Scene;
use crate::send::{cannot_wait, failed};
use crate::send_async::Begun;
use crate::signal::{Signal, Spec};
use crate::table::Call;

impl<S: Spec> Signal<S> {
    /// A send that calls each receiver only when its answer is asked for.
    ///
    /// What Boost.Signals2 does with combiners: the first answer, any, all, a veto. The receivers
    /// not asked never run.
    ///
    /// ```
    /// use signals_core::{receiver, signal};
    ///
    /// signal! {
    ///     pub may_close(drafts: u32) -> bool;
    /// }
    ///
    /// #[receiver(may_close)]
    /// fn editor(drafts: u32) -> bool { drafts == 0 }
    ///
    /// #[receiver(may_close)]
    /// fn printer() -> bool { true }
    ///
    /// assert!(may_close.pull(MayClose { drafts: 0 }).all(|answer| answer)?);
    /// let veto = may_close.pull(MayClose { drafts: 2 }).find(|answer| !answer)?;
    /// assert_eq!(veto.unwrap().receiver.path().rsplit("::").next(), Some("editor"));
    /// # Ok::<(), signals_core::SendError>(())
    /// ```
    #[track_caller]
    pub fn pull<'p>(&'static self, payload: S::Args<'p>) -> Pull<'p, S> {
        let snapshot = self.registry.snapshot().into_owned();
        let selection = snapshot.table().select(S::sender(&payload));
        let scene = Scene::of(self, &payload, selection, Location::caller());
        let slots: Vec<u32> = selection.slots().collect();
        Pull {
            signal: self,
            is_unsure: selection.first_async.is_some(),
            scene,
            slots: slots.into_iter(),
            snapshot,
            payload,
        }
    }
}

/// A send in progress, one receiver at a time; made by [`Signal::pull`].
///
/// An iterator over `Result<Response<R>, SendError>`: a receiver's error takes its place, and the
/// next call goes on behind it. The methods of its own stop at the first error instead. A send that is
/// refused, such as one that is nested too deep, is one error, and then it is over. Dropped, it calls nobody
/// any more.
#[must_use = "nobody is called before an answer is asked for"]
pub struct Pull<'p, S: Spec> {
    signal: &'static Signal<S>,
    snapshot: Snapshot<S>,
    slots: std::vec::IntoIter<u32>,
    /// Whether there are async receivers, and nobody has made sure that they can be waited for.
    is_unsure: bool,
    payload: S::Args<'p>,
    scene: Scene,
}

impl<S: Spec> Pull<'_, S> {
    /// The first answer, if anybody answers.
    ///
    /// # Errors
    ///
    /// The first receiver's, and those of every send.
    pub fn first(self) -> Result<Option<S::Answer>, SendError> {
        Ok(self.find(|_| true)?.map(|response| response.answer))
    }

    /// The first answer that fits, and whose it is.
    ///
    /// # Errors
    ///
    /// The first before it.
    pub fn find(
        mut self,
        mut fits: impl FnMut(&S::Answer) -> bool,
    ) -> Result<Option<Response<S::Answer>>, SendError> {
        let found = |response: &Result<Response<S::Answer>, _>| match response {
            Ok(response) => fits(&response.answer),
            Err(_) => true,
        };
        Iterator::find(&mut self, found).transpose()
    }

    /// Whether some answer fits. Stops at it.
    ///
    /// # Errors
    ///
    /// The first before it.
    pub fn any(self, mut fits: impl FnMut(S::Answer) -> bool) -> Result<bool, SendError> {
        for response in self {
            if fits(response?.answer) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether every answer fits. Stops at one that does not.
    ///
    /// # Errors
    ///
    /// The first before it.
    pub fn all(self, mut fits: impl FnMut(S::Answer) -> bool) -> Result<bool, SendError> {
        Ok(!self.any(|answer| !fits(answer))?)
    }

    /// Puts the answers together.
    ///
    /// # Errors
    ///
    /// The first.
    pub fn fold<T>(
        mut self,
        start: T,
        mut add: impl FnMut(T, S::Answer) -> T,
    ) -> Result<T, SendError> {
        self.try_fold(start, |sum, response| Ok(add(sum, response?.answer)))
    }

    /// All answers, without their receivers.
    ///
    /// # Errors
    ///
    /// The first.
    pub fn collect<C: FromIterator<S::Answer>>(self) -> Result<C, SendError> {
        Iterator::collect(self.map(|response| Ok(response?.answer)))
    }

    /// The next response, awaiting an async receiver; `None` when all were called.
    pub async fn next_async(&mut self) -> Option<Result<Response<S::Answer>, SendError>> {
        for slot in self.slots.by_ref() {
            let knew_of_gone = self.scene.gone;
            let table = self.snapshot.table();
            let (call, receiver) = (table.call(slot), table.receiver(slot));
            let scene = &mut self.scene;
            let called = {
                let call = pin!(async {
                    match call.begin_in_turn(&mut self.payload, receiver, scene) {
                        Begun::Future(future) => Some(scene.awaited(future).await),
                        Begun::Ended(answer) => Some(answer),
                        Begun::Not => None,
                    }
                });
                nested(S::INFO, call).await
            };
            if self.scene.gone && !knew_of_gone {
                self.signal.registry.purge();
            }
            match called {
                Ok(None) => {}
                Ok(Some(called)) => {
                    return Some(respond::<S>(receiver, &self.payload, called));
                }
                Err(error) => {
                    let error = self.scene.refused(error);
                    self.end();
                    return Some(Err(error));
                }
            }
        }
        None
    }

    /// After a refusal: it will not be better the next time.
    fn end(&mut self) {
        self.slots = Vec::new().into_iter();
    }

    fn pull(&mut self) -> Option<Result<Response<S::Answer>, SendError>> {
        if self.slots.as_slice().is_empty() {
            return None;
        }
        let _level = match AnyLevel::enter(S::INFO) {
            Ok(level) => level,
            Err(error) => return Some(Err(self.scene.refused(error))),
        };
        let table = self.snapshot.table();
        if std::mem::take(&mut self.is_unsure) {
            let mut left = self.slots.as_slice().iter();
            if let Some(slot) = left.find(|&&slot| self.scene.awaits(table, slot)) {
                if let Err(why) = runtime::blocking(|_| ()) {
                    let error = cannot_wait::<S>(table.receiver(*slot), why);
                    return Some(Err(self.scene.refused(error)));
                }
            }
        }
        for slot in self.slots.by_ref() {
            let knew_of_gone = self.scene.gone;
            let (call, receiver) = (table.call(slot), table.receiver(slot));
            let (payload, scene) = (&mut self.payload, &mut self.scene);
            let called = if call.is_async() && call.is_alive() {
                match call.turn_blocking(payload, receiver, scene) {
                    Ok(called) => called,
                    Err(why) => {
                        let error = cannot_wait::<S>(receiver, why);
                        return Some(Err(self.scene.refused(error)));
                    }
                }
            } else {
                call.turn(payload, receiver, scene, None)
            };
            if self.scene.gone && !knew_of_gone {
                self.signal.registry.purge();
            }
            if let Some(called) = called.transpose() {
                return Some(respond::<S>(receiver, &self.payload, called));
            }
        }
        None
    }
}

impl<S: Spec> Call<S> {
    /// [`turn`](Self::turn) of an async receiver.
    fn turn_blocking(
        &self,
        payload: &mut S::Args<'_>,
        receiver: &ReceiverRef,
        scene: &mut Scene,
    ) -> Result<Result<Option<S::Answer>, BoxError>, Refusal> {
        match scene.is_due(self, receiver, payload) {
            Ok(true) => {}
            Ok(false) => return Ok(Ok(None)),
            Err(error) => return Ok(Err(error)),
        }
        let called = runtime::blocking(|blocker| {
            let called = scene.run(receiver, || self.call(payload, Some(blocker)));
            scene.ended(called.as_ref());
            called
        })?;
        Ok(called.transpose())
    }
}

impl<S: Spec> Iterator for Pull<'_, S> {
    type Item = Result<Response<S::Answer>, SendError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.pull();
        match &next {
            Some(Err(error)) if error.receiver().is_none() => self.end(),
            _ => {}
        }
        next
    }
}

impl<S: Spec> FusedIterator for Pull<'_, S> {}

fn respond<S: Spec>(
    receiver: &ReceiverRef,
    payload: &S::Args<'_>,
    called: Result<S::Answer, BoxError>,
) -> Result<Response<S::Answer>, SendError> {
    match called {
        Ok(answer) => Ok(Response {
            receiver: receiver.clone(),
            answer,
        }),
        Err(error) => Err(failed::<S>(receiver, payload, error)),
    }
}
