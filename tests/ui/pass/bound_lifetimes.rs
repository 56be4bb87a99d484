//! Lifetimes that a `for` brings, called like those that the library writes itself.
#![deny(warnings)]

use signals_core::{Model, receiver, signal};

pub trait Form<'f>: Send + Sync {
    fn field(&self, name: &'f str) -> &'f str;
}

pub struct Plain;

impl<'f> Form<'f> for Plain {
    fn field(&self, name: &'f str) -> &'f str {
        name
    }
}

pub trait Parsed: Model + for<'a> From<&'a str> {}

#[derive(Debug, Model)]
pub struct User {
    pub id: u32,
}

impl From<&str> for User {
    fn from(name: &str) -> Self {
        Self {
            id: name.bytes().map(u32::from).sum(),
        }
    }
}

impl Parsed for User {}

type Pick = Box<dyn for<'p> Fn(&'p str) -> &'p str + Send + Sync>;

signal! {
    pub hooked(
        name: &str,
        trim: for<'a> fn(&'a str) -> &'a str,
        call: &dyn for<'a, 'b> Fn(&'a str, &'b str) -> &'b str,
        form: &dyn for<'p> Form<'p>,
        pick: &mut Box<dyn for<'p> Fn(&'p str) -> &'p str + Send + Sync>,
        told: fn(&str),
        tells: &fn(),
    ) -> for<'b> fn(&'b str) -> &'b str;
    pub asked() -> Box<dyn for<'a> Fn(&'a str) -> &'a str + Send>;
    pub made<M: Parsed + for<'a> From<&'a str>>(sender: M, instance: &M, name: &str);
}

#[receiver(hooked)]
fn hook(
    name: &str,
    trim: for<'a> fn(&'a str) -> &'a str,
    call: &(dyn for<'a, 'b> Fn(&'a str, &'b str) -> &'b str + Send + Sync),
    form: &(dyn for<'p> Form<'p> + Send + Sync),
    pick: &mut Pick,
    told: fn(&str),
    tells: &fn(),
) -> for<'b> fn(&'b str) -> &'b str {
    told(call(trim(name), form.field(name)));
    tells();
    *pick = Box::new(|_| "picked");
    trim
}

#[receiver(asked)]
fn answer() -> Box<dyn for<'a> Fn(&'a str) -> &'a str + Send> {
    Box::new(|name| &name[1..])
}

#[receiver(made, sender = User)]
fn make(instance: &User, name: &str) {
    assert_eq!(instance.id, User::from(name).id);
}

fn quiet() {}

fn main() -> Result<(), signals_core::SendError> {
    let answer = "Box<dyn for<'a> Fn(&'a str) -> &'a str + Send>";
    assert_eq!(asked.info().answer(), Some(answer));
    let sender = "M: Parsed + for<'a> From<&'a str>";
    assert_eq!(made.info().args()[0].ty, sender);

    let mut pick: Pick = Box::new(|name| name);
    let answers = hooked.send(Hooked {
        name: " ada ",
        trim: str::trim,
        call: &|_, name| name,
        form: &Plain,
        pick: &mut pick,
        told: |name| assert_eq!(name, " ada "),
        tells: &(quiet as fn()),
    })?;
    assert_eq!(
        answers.into_answers().map(|trim| trim(" a ")).next(),
        Some("a")
    );
    assert_eq!(pick(""), "picked");
    let answers = asked.send(Asked)?;
    assert_eq!(
        answers.into_answers().map(|cut| cut("ab").len()).next(),
        Some(1)
    );
    made.send(Made {
        instance: &User::from("ada"),
        name: "ada",
    })?;
    Ok(())
}
