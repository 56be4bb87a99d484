//! Signals and receivers written by a `macro_rules!` of the user's own.
#![deny(warnings)]

use signals_core::{Model, receiver, signal};

#[derive(Debug, Model)]
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

fn main() -> Result<(), signals_core::SendError> {
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
