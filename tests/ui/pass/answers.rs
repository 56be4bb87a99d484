//! Answers that cannot be cloned, that are results themselves, and receivers that may fail.
#![deny(warnings)]

use std::convert::Infallible;
use std::sync::atomic::AtomicU32;

use signals_core::{BoxFuture, receiver, signal};

#[derive(Debug)]
pub struct NotClone(AtomicU32);

pub type Checked = Result<u32, String>;

signal! {
    pub quote(weight: u32) -> NotClone;
    pub verdict(weight: u32) -> Result<u32, String>;
    pub checked_twice(weight: u32) -> Checked;
    pub boxed(weight: u32) -> Box<dyn Fn(u32) -> u32 + Send>;
    pub future(weight: u32) -> BoxFuture<'static, u32>;
    pub pair(weight: u32) -> (u32, Option<String>);
    pub name() -> &'static str;
    pub maybe() -> Option<u32>;
}

#[receiver(quote)]
fn quote_at_once(weight: u32) -> NotClone {
    NotClone(weight.into())
}

#[receiver(quote)]
async fn quote_later(weight: u32) -> Result<NotClone, Infallible> {
    Ok(NotClone(weight.into()))
}

// The answer is the result.
#[receiver([verdict, checked_twice])]
fn refuse(weight: u32) -> Result<u32, String> {
    Err(format!("{weight} is too much"))
}

// The receiver may fail, and its answer is a result.
#[receiver([verdict, checked_twice])]
fn may_fail(weight: u32) -> Result<Checked, std::fmt::Error> {
    Ok(Ok(weight))
}

#[receiver(boxed)]
fn closure(weight: u32) -> Box<dyn Fn(u32) -> u32 + Send> {
    Box::new(move |more| weight + more)
}

#[receiver(future)]
fn later(weight: u32) -> BoxFuture<'static, u32> {
    Box::pin(async move { weight })
}

#[receiver(pair)]
fn both(weight: u32) -> (u32, Option<String>) {
    (weight, None)
}

#[receiver(name)]
fn anonymous() -> &'static str {
    "nobody"
}

#[receiver(maybe)]
fn nothing() -> Option<u32> {
    None
}

fn main() -> Result<(), signals_core::SendError> {
    assert_eq!(quote.send(Quote { weight: 3 })?.into_answers().count(), 2);
    let verdicts = verdict.send(Verdict { weight: 3 })?;
    let verdicts: Vec<_> = verdicts.into_answers().collect();
    assert_eq!(verdicts[..], [Err("3 is too much".to_owned()), Ok(3)]);
    assert_eq!(checked_twice.send(CheckedTwice { weight: 3 })?.len(), 2);
    assert_eq!((boxed.send(Boxed { weight: 3 })?[0].answer)(4), 7);
    assert_eq!(future.send(Future { weight: 3 })?.len(), 1);
    assert_eq!(pair.send(Pair { weight: 3 })?[0].answer.0, 3);
    assert_eq!(name.send(Name)?.into_answers().next(), Some("nobody"));
    assert_eq!(maybe.send(Maybe)?.into_answers().next(), Some(None));
    Ok(())
}
