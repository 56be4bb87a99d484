//! Signals and receivers written by a `macro_rules!` of the user's own.
#![deny(warnings)]

use std::fmt::Debug;

use signals_core::{Model, receiver, signal, state};

#[derive(Clone, Debug, Model)]
pub struct User {
    pub id: u32,
}

macro_rules! events {
    ($($name:ident: $ty:ty, $mutable:ty, $by:ident;)*) => {
        signal! {
            $(
                #[doc = concat!("About ", stringify!($name))]
                pub $name(subject: $ty, borrowed: &$ty, changed: $mutable, again: &mut $ty);
            )*
        }

        $(
            #[receiver($name, when = |subject| { let _ = subject; true })]
            fn $by(subject: $ty, borrowed: &$ty, changed: $mutable, again: &mut $ty) {
                assert_eq!(subject, *borrowed);
                *changed = subject;
                *again = *changed;
            }
        )*
    };
}

events! {
    counted: u32, &mut u32, count;
    named: &'static str, &mut &'static str, name;
}

macro_rules! declare {
    ($vis:vis $name:ident<$model:ident: $bound:path>($($arg:ident: $ty:ty),*) -> $answer:ty) => {
        signal! {
            $vis $name<$model: $bound>(sender: $model, instance: &$model, $($arg: $ty),*) -> $answer;
        }
    };
}

declare!(pub saved<M: Model>(created: bool, using: &str) -> u32);

macro_rules! listen {
    ($signal:path, $sender:ty, $($rest:tt)*) => {
        #[receiver($signal, sender = $sender)]
        $($rest)*
    };
}

listen! {
    saved, User,
    fn on_saved(instance: &User, created: bool) -> u32 {
        assert!(created);
        instance.id
    }
}

// Types and expressions come in groups of their own, also inside of others.
macro_rules! shows {
    ($name:ident: $it:ty, $maybe:ty, $answer:ty) => {
        signal! {
            pub $name(it: &$it, maybe: $maybe, seats: &mut u32) -> $answer;
        }
    };
}

shows!(shown: dyn Debug + Send, Option<&User>, ());

macro_rules! takes_all {
    ($name:ident: $it:ty, $event:ty, $db:ty, $result:ty) => {
        #[receiver(shown)]
        fn $name(it: $it, #[state] db: $db, #[state] other: Option<$db>) -> $result {
            assert_eq!(format!("{it:?} {db} {other:?}"), "7 db Some(\"db\")");
            Ok(())
        }

        mod changed {
            use super::*;

            #[receiver(shown)]
            fn $name(event: $event) {
                *event.seats += 1;
            }
        }
    };
}

takes_all! {
    take: &(dyn Debug + Send + Sync), &mut Shown<'_>, &String,
    Result<(), Box<dyn std::error::Error + Send + Sync>>
}

macro_rules! waits {
    ($name:ident: $maybe:ty, $user:ty) => {
        #[receiver(shown, on_commit)]
        fn $name(maybe: $maybe) {
            assert_eq!(maybe.map(|user| user.id), Some(3));
        }

        #[receiver(shown, on_commit, dispatch_uid = "behind")]
        fn behind(maybe: Option<&$user>) {
            assert_eq!(maybe.map(|user| user.id), Some(3));
        }
    };
}

waits!(later: Option<&User>, User);

macro_rules! conditions {
    ($($name:ident: $condition:expr;)* @ $by_path:ident: $function:path) => {
        $(
            #[receiver(shown, when = $condition)]
            fn $name() {
                panic!("the condition is false");
            }
        )*

        #[receiver(shown, when = $function)]
        fn $by_path() {
            panic!("the condition is false");
        }
    };
}

fn never(_: &Shown<'_>) -> bool {
    false
}

conditions! {
    closure: |maybe: Option<&User>| maybe.is_none();
    in_parentheses: ((|maybe| maybe.is_none()));
    path: never;
    @ by_path: self::never
}

#[receiver(shown, when = (|maybe| maybe.is_none()))]
fn written_in_parentheses() {
    panic!("the condition is false");
}

fn main() -> Result<(), signals_core::SendError> {
    state::provide(String::from("db")).unwrap();
    let mut seats = 0;
    shown.send(Shown {
        it: &7,
        maybe: Some(&User { id: 3 }),
        seats: &mut seats,
    })?;
    assert_eq!(seats, 1);
    let (mut first, mut second) = (0, 0);
    counted.send(Counted {
        subject: 3,
        borrowed: &3,
        changed: &mut first,
        again: &mut second,
    })?;
    assert_eq!((first, second), (3, 3));
    let (mut first, mut second) = ("", "");
    named.send(Named {
        subject: "a",
        borrowed: &"a",
        changed: &mut first,
        again: &mut second,
    })?;
    assert_eq!((first, second), ("a", "a"));
    let answers = saved.send(Saved {
        instance: &User { id: 4 },
        created: true,
        using: "db",
    })?;
    assert_eq!(answers.into_answers().collect::<Vec<_>>(), [4]);
    Ok(())
}
