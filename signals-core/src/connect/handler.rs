//! Functions of every accepted shape as the two kinds of receivers that a table holds.

use std::sync::{Arc, Weak};

use super::asynchronous::{AsyncMethod, AsyncReceiver};
use crate::error::BoxError;
use crate::receiver::{Connected, ConnectedAsync, IntoAnswer};
use crate::signal::{BoxFuture, SharedSpec, Spec};

pub(super) fn shared<S: Spec, F, R>(receiver: F) -> Arc<dyn Connected<S>>
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
        fn call(&self, args: &mut S::Args<'_>) -> Option<Result<S::Answer, BoxError>> {
            Some((self.0)(args).into_answer())
        }
    }

    Arc::new(Shared(receiver))
}

pub(super) fn exclusive<S: Spec, F, R>(receiver: F) -> Arc<dyn Connected<S>>
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
        fn call(&self, args: &mut S::Args<'_>) -> Option<Result<S::Answer, BoxError>> {
            Some((self.0)(args).into_answer())
        }
    }

    Arc::new(Exclusive(receiver))
}

pub(super) fn weak<S: Spec, T, F, R>(owner: &Arc<T>, receiver: F) -> Arc<dyn Connected<S>>
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
        fn is_weak(&self) -> bool {
            true
        }

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

pub(super) fn by_reference<S: Spec, F>(receiver: F) -> Arc<dyn ConnectedAsync<S>>
where
    F: for<'b> AsyncReceiver<'b, S> + Send + Sync + 'static,
{
    struct ByReference<F>(F);

    impl<S: Spec, F> ConnectedAsync<S> for ByReference<F>
    where
        F: for<'b> AsyncReceiver<'b, S> + Send + Sync + 'static,
    {
        fn call<'b>(
            &'b self,
            args: &'b S::Args<'_>,
        ) -> Option<BoxFuture<'b, Result<S::Answer, BoxError>>> {
            Some(self.0.start(args))
        }
    }

    Arc::new(ByReference(receiver))
}

pub(super) fn by_owner<S: Spec, T, F>(owner: &Arc<T>, receiver: F) -> Arc<dyn ConnectedAsync<S>>
where
    T: Send + Sync + 'static,
    F: for<'b> AsyncMethod<'b, T, S> + Send + Sync + 'static,
{
    struct ByOwner<T, F>(Weak<T>, F);

    impl<S: Spec, T, F> ConnectedAsync<S> for ByOwner<T, F>
    where
        T: Send + Sync + 'static,
        F: for<'b> AsyncMethod<'b, T, S> + Send + Sync + 'static,
    {
        fn is_weak(&self) -> bool {
            true
        }

        fn is_alive(&self) -> bool {
            self.0.strong_count() > 0
        }

        fn call<'b>(
            &'b self,
            args: &'b S::Args<'_>,
        ) -> Option<BoxFuture<'b, Result<S::Answer, BoxError>>> {
            let owner = self.0.upgrade()?;
            Some(self.1.start(owner, args))
        }
    }

    Arc::new(ByOwner(Arc::downgrade(owner), receiver))
}

pub(super) fn boxed<S: SharedSpec, F, R>(receiver: F) -> Arc<dyn ConnectedAsync<S>>
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
