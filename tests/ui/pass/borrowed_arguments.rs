//! Arguments of every borrowed form, with the lifetimes left out.
#![deny(warnings)]

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use signals_core::{receiver, signal};

#[derive(Debug)]
pub struct Order {
    pub id: u32,
}

#[derive(Debug, Clone, Copy)]
pub struct Line<'l>(pub &'l str);

pub struct Cell<T>(pub T);

pub trait Mailer: Send + Sync {
    fn host(&self) -> &str;
}

impl Mailer for Order {
    fn host(&self) -> &str {
        "localhost"
    }
}

signal! {
    /// Two arguments that borrow from different places, and one that borrows nothing.
    pub order_paid(order: &Order, note: &str, total: u64);
    /// What is behind the reference borrows as well.
    pub tagged(tags: &[&str], pairs: &[(&str, &Order)], nested: &&str, table: &HashMap<&str, u32>);
    /// There or not.
    pub user_known(user: Option<&Order>, name: Option<&str>, again: core::option::Option<&[u8]>);
    /// Trait objects, to which `Send + Sync` are added.
    pub shown(one: &dyn Debug, more: &[&dyn Debug], both: &(dyn Debug + Send), call: &dyn Fn(&str) -> usize);
    /// Trait objects that somebody owns, which are as written.
    pub started(mailer: &Arc<dyn Mailer>, others: &[Box<dyn Mailer>], spare: Option<&Arc<dyn Mailer>>);
    /// Behind a lock or a `dyn`, what lives for ever.
    pub locked(log: &Mutex<Vec<&'static str>>, parse: &dyn Fn(&str) -> &str, next: &dyn PartialEq<&'static str>);
    /// A type that is only called like one of the standard library.
    pub laid_out(cell: &Cell<&str>);
    /// A lifetime that cannot be left out.
    pub written(text: &Cow<'_, str>, line: Line<'_>, lines: &[Line<'_>]);
    /// What lives for ever.
    pub named(name: &'static str, names: &'static [&'static str], maybe: Option<&'static str>);
}

#[receiver(order_paid)]
fn paid(total: u64, note: &str, order: &Order) {
    assert_eq!((order.id, note, total), (7, "by card", 42));
}

#[receiver(tagged)]
fn tags(tags: &[&str], pairs: &[(&str, &Order)], nested: &&str, table: &HashMap<&str, u32>) {
    assert_eq!(tags, ["a", "b"]);
    assert_eq!(pairs[0].1.id, 7);
    assert_eq!(*nested, "nested");
    assert_eq!(table["a"], 1);
}

#[receiver(user_known)]
async fn known(user: Option<&Order>, name: Option<&str>, again: Option<&[u8]>) {
    assert_eq!(user.map(|user| user.id), Some(7));
    assert_eq!(name, None);
    assert_eq!(again, Some(&[1, 2][..]));
}

#[receiver(shown)]
fn show(
    one: &(dyn Debug + Send + Sync),
    more: &[&(dyn Debug + Send + Sync)],
    both: &(dyn Debug + Send + Sync),
    call: &(dyn Fn(&str) -> usize + Send + Sync),
) {
    assert_eq!(format!("{one:?} {more:?} {both:?}"), "1 [2, \"three\"] 'c'");
    assert_eq!(call("four"), 4);
}

#[receiver(started)]
fn start(mailer: &Arc<dyn Mailer>, others: &[Box<dyn Mailer>], spare: Option<&Arc<dyn Mailer>>) {
    assert_eq!((mailer.host(), others.len()), ("localhost", 1));
    assert!(spare.is_none());
}

#[receiver(started, on_commit)]
fn started_later(mailer: &Arc<dyn Mailer>) {
    assert_eq!(mailer.host(), "localhost");
}

#[receiver(locked)]
fn lock(log: &Mutex<Vec<&'static str>>) {
    log.lock().unwrap().push("written");
}

#[receiver(laid_out)]
fn lay_out(cell: &Cell<&str>) {
    assert_eq!(cell.0, "cell");
}

#[receiver(written)]
fn write(text: &Cow<'_, str>, line: Line<'_>, lines: &[Line<'_>]) {
    assert_eq!(format!("{text} {} {}", line.0, lines.len()), "text line 1");
}

#[receiver(named)]
fn name(name: &'static str, names: &'static [&'static str], maybe: Option<&'static str>) {
    assert_eq!((name, names, maybe), ("a", &["b"][..], Some("c")));
}

#[receiver(named, on_commit)]
fn name_later(name: &'static str, names: &[&'static str], maybe: Option<&'static str>) {
    assert_eq!((name, names, maybe), ("a", &["b"][..], Some("c")));
}

fn main() -> Result<(), signals_core::SendError> {
    let order = Order { id: 7 };
    {
        let note = String::from("by card");
        order_paid.send(OrderPaid {
            order: &order,
            note: &note,
            total: 42,
        })?;
    }
    let table = HashMap::from([("a", 1)]);
    tagged.send(Tagged {
        tags: &["a", "b"],
        pairs: &[("a", &order)],
        nested: &"nested",
        table: &table,
    })?;
    user_known.send(UserKnown {
        user: Some(&order),
        name: None,
        again: Some(&[1, 2]),
    })?;
    shown.send(Shown {
        one: &1,
        more: &[&2, &"three"],
        both: &'c',
        call: &|text| text.len(),
    })?;
    let mailer: Arc<dyn Mailer> = Arc::new(Order { id: 8 });
    started.send(Started {
        mailer: &mailer,
        others: &[Box::new(Order { id: 9 })],
        spare: None,
    })?;
    let log = Mutex::default();
    locked.send(Locked {
        log: &log,
        parse: &str::trim,
        next: &"a",
    })?;
    assert_eq!(*log.lock().unwrap(), ["written"]);
    laid_out.send(LaidOut {
        cell: &Cell("cell"),
    })?;
    let text = Cow::Owned(String::from("text"));
    written.send(Written {
        text: &text,
        line: Line("line"),
        lines: &[Line("")],
    })?;
    named.send(Named {
        name: "a",
        names: &["b"],
        maybe: Some("c"),
    })?;
    Ok(())
}
