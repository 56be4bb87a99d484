//! Names of the prelude, of the crates and of the macros' own locals, taken by the user.
#![deny(warnings)]
#![allow(dead_code, non_camel_case_types)]

pub struct Option;
pub struct Some;
pub struct None;
pub struct Result;
pub struct Ok;
pub struct Err;
pub struct Box;
pub struct Vec;
pub struct Send;
pub struct Sync;
pub struct Sized;
pub struct Copy;
pub struct String;
pub struct Sender;
pub struct SenderIs;
pub struct Arguments;
pub struct T;
pub struct M;
pub struct S;
pub struct A;

mod core {}
mod std {}
mod alloc {}
mod inventory {}
mod signals {}

use signals_core::{Model, receiver, signal};

#[derive(Debug, Model)]
pub struct User {
    pub id: u32,
}

signal! {
    pub shadowing(
        sender,
        t: &T,
        m: &M,
        option: &Option,
        result: &Result,
        args: u32,
        any: u32,
        f: u32,
        a: u32,
        arguments: u32,
        answer: u32,
        asked: u32,
        payload: u32,
        this: u32,
        value: u32,
        core: u32,
        std: u32,
        arg_value: u32,
        when_value: u32,
        state_db: &mut u32,
    ) -> u32;
    pub saved<T: Model>(sender: T, args: &T, any: &mut T, model: ::core::option::Option<&T>);
}

#[receiver(shadowing, sender = T, when = |asked: u32, arguments, event, args| {
    asked + arguments + event.value + args == 4
})]
fn all(
    t: &T,
    m: &M,
    option: &Option,
    result: &Result,
    args: u32,
    any: u32,
    f: u32,
    a: u32,
    arguments: u32,
    answer: u32,
    asked: u32,
    payload: u32,
    this: u32,
    value: u32,
    core: u32,
    std: u32,
    arg_value: u32,
    when_value: u32,
    #[state] db: &u64,
    state_db: &mut u32,
) -> u32 {
    let _ = (t, m, option, result, db);
    *state_db += 1;
    args + any
        + f
        + a
        + arguments
        + answer
        + asked
        + payload
        + this
        + value
        + core
        + std
        + arg_value
        + when_value
}

#[receiver(saved, sender = User)]
fn model(args: &User, any: &mut User, model: ::core::option::Option<&User>) {
    any.id += args.id + model.map_or(0, |model| model.id);
}

fn main() {
    signals_core::state::provide(5_u64).unwrap();
    let mut state_db = 0;
    let answers = shadowing
        .send(Shadowing {
            sender: signals_core::Sender::of::<T>(),
            t: &T,
            m: &M,
            option: &Option,
            result: &Result,
            args: 1,
            any: 1,
            f: 1,
            a: 1,
            arguments: 1,
            answer: 1,
            asked: 1,
            payload: 1,
            this: 1,
            value: 1,
            core: 1,
            std: 1,
            arg_value: 1,
            when_value: 1,
            state_db: &mut state_db,
        })
        .unwrap();
    assert_eq!(answers[0].answer, 14);
    assert_eq!(state_db, 1);
    let mut any = User { id: 1 };
    saved
        .send(Saved {
            args: &User { id: 2 },
            any: &mut any,
            model: ::core::option::Option::None,
        })
        .unwrap();
    assert_eq!(any.id, 3);
}
