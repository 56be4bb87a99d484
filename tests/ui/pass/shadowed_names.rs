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

/// Where the prelude is not there at all.
#[no_implicit_prelude]
mod bare {
    use ::core::fmt::Debug;
    use ::core::option::Option;
    use ::signals_core::{Model, Sender, SignalInfo, receiver, signal};

    #[derive(::core::fmt::Debug, Model)]
    pub struct User {
        pub id: u32,
    }

    signal! {
        /// Asks for `age`.
        pub asked(sender, age: u32, name: &str, maybe: Option<&str>, it: &dyn Debug) -> u32;
        pub told(sender, age: u32, name: &str, maybe: Option<&str>, changed: &mut u32);
        pub saved<M: Model>(sender: M, instance: &M, draft: &mut M, old: Option<&M>);
    }

    #[receiver(asked, sender = User, when = |age: u32| age > 1)]
    fn answer(name: &str, #[state] db: &u64, #[state] no: Option<&u8>) -> u32 {
        let _ = (name, db, no);
        4
    }

    #[receiver(told, sender = [User, "x.Y"], on_commit, dispatch_uid = "later", after = "wait")]
    fn later(age: u32, name: &str, maybe: Option<&str>) {
        let _ = (age, name, maybe);
    }

    #[receiver(told)]
    async fn wait(changed: &mut u32, signal: &SignalInfo, sender: Sender) {
        let _ = (signal, sender);
        *changed += 1;
    }

    #[receiver(saved, sender = User)]
    fn keep(instance: &User, draft: &mut User, old: Option<&User>) {
        let _ = old;
        draft.id += instance.id;
    }
}

fn bare() {
    let sender = signals_core::Sender::of::<bare::User>();
    let (age, name, maybe) = (2, "ada", ::core::option::Option::None);
    let it = &0;
    let asked = bare::Asked {
        sender,
        age,
        name,
        maybe,
        it,
    };
    assert_eq!(bare::asked.send(asked).unwrap()[0].answer, 4);
    let mut changed = 0;
    let told = bare::Told {
        sender,
        age,
        name,
        maybe,
        changed: &mut changed,
    };
    bare::told.send(told).unwrap();
    assert_eq!(changed, 1);
    let (instance, mut draft) = (bare::User { id: 1 }, bare::User { id: 1 });
    let save = bare::Saved {
        instance: &instance,
        draft: &mut draft,
        old: ::core::option::Option::None,
    };
    bare::saved.send(save).unwrap();
    assert_eq!(draft.id, 2);
}

fn main() {
    signals_core::state::provide(5_u64).unwrap();
    bare();
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
