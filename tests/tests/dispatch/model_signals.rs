//! Django's `tests/signals/tests.py`, what concerns the core: SG03, SG08–SG10.

use std::sync::{Arc, Mutex};

use signals_core::{AnyModel, Connection, Model, receiver, signal};
use signals_tests::Journal;

#[derive(Debug, Model)]
struct Person {
    id: u32,
}

#[derive(Debug, Model)]
struct Car {
    id: u32,
}

/// What a deletion began with.
#[derive(Debug, Clone, Copy)]
enum Origin<'a> {
    Instance(&'a dyn AnyModel),
    Query(&'a str),
}

signal! {
    post_save<M: Model>(sender: M, instance: &M, created: bool, journal: &Journal);
    post_delete<M: Model>(sender: M, instance: &M, origin: Origin<'_>, journal: &Journal);
}

#[receiver(post_delete)]
fn notes_origin(instance: &dyn AnyModel, origin: Origin<'_>, journal: &Journal) {
    let of = instance.pk().unwrap();
    match origin {
        Origin::Instance(model) => journal.note(format!("{of} by {}", model.pk().unwrap())),
        Origin::Query(query) => journal.note(format!("{of} by {query}")),
    }
}

#[test]
fn sg03_an_object_is_a_receiver_and_the_key_is_still_there() {
    signal! {
        deleted<M: Model>(sender: M, instance: &M);
    }
    struct Deletions(Mutex<Vec<String>>, String);

    impl Deletions {
        fn add(&self, sent: &Deleted<'_>) {
            let pk = sent.instance.pk().unwrap();
            self.0.lock().unwrap().push(format!("{} {pk}", self.1));
        }
    }

    let object = Arc::new(Deletions(Mutex::default(), "deleted".into()));
    deleted.connect_weak(&object, Deletions::add);
    let instance = &Person { id: 5 };
    deleted.send(Deleted { instance }).unwrap();
    assert_eq!(*object.0.lock().unwrap(), ["deleted 5"]);
}

#[test]
fn an_argument_may_be_an_enum_that_borrows_a_model_or_a_text() {
    let journal = &Journal::new();
    let instance = &Person { id: 5 };
    let origin = Origin::Instance(instance);
    let deleted = PostDelete {
        instance,
        origin,
        journal,
    };
    post_delete.send(deleted).unwrap();
    assert_eq!(journal.take(), ["5 by 5"]);
    let origin = Origin::Query("all persons");
    for instance in [&Person { id: 1 }, &Person { id: 2 }] {
        let deleted = PostDelete {
            instance,
            origin,
            journal,
        };
        post_delete.send(deleted).unwrap();
    }
    assert_eq!(journal.take(), ["1 by all persons", "2 by all persons"]);
}

#[test]
fn sg08_receivers_that_disconnect_themselves_do_not_disturb_the_send() {
    signal! {
        saved<M: Model>(sender: M, instance: &M, journal: &Journal);
    }
    #[derive(Default)]
    struct Handlers(Mutex<Vec<Connection>>);

    let handlers: Arc<Handlers> = Arc::default();
    for name in ["a", "b", "c"] {
        let own = Arc::clone(&handlers);
        let connection = saved.on().sender::<Person>().connect(move |sent| {
            sent.journal.note(name);
            // The first that is left is this one.
            drop(own.0.lock().unwrap().remove(0));
        });
        handlers.0.lock().unwrap().push(connection.unwrap());
    }
    let (instance, journal) = (&Person { id: 1 }, &Journal::new());
    saved.send(Saved { instance, journal }).unwrap();

    assert_eq!(journal.take(), ["a", "b", "c"]);
    assert!(saved.receivers().is_empty());
    saved.send(Saved { instance, journal }).unwrap();
    assert!(journal.is_empty());
}

#[test]
fn sg09_a_connection_holds_its_receiver_and_a_weak_one_does_not() {
    signal! {
        saved<M: Model>(sender: M, instance: &M, journal: &Journal);
    }
    let held = Arc::new("held");
    let observed = Arc::downgrade(&held);
    let connection = saved.connect(move |sent| sent.journal.note(&held));
    let weak = Arc::new("weak");
    saved.connect_weak(&weak, |weak, sent| sent.journal.note(weak));
    assert_eq!(observed.strong_count(), 1);
    assert_eq!(Arc::strong_count(&weak), 1);

    let (instance, journal) = (&Person { id: 1 }, &Journal::new());
    saved.send(Saved { instance, journal }).unwrap();
    assert_eq!(journal.take(), ["held", "weak"]);

    drop(weak);
    saved.send(Saved { instance, journal }).unwrap();
    assert_eq!(journal.take(), ["held"]);
    drop(connection);
    assert_eq!(observed.strong_count(), 0);
}

#[test]
fn sg10_a_receiver_of_a_model_is_disconnected_once() {
    let journal = &Journal::new();
    let uid = "sg10";
    let connection = post_save
        .on()
        .sender::<Person>()
        .dispatch_uid(uid)
        .connect(|sent| sent.journal.note(sent.created))
        .unwrap();
    let created = true;
    let send_person = || {
        let instance = &Person { id: 1 };
        let saved = PostSave {
            instance,
            created,
            journal,
        };
        post_save.send(saved).unwrap();
        journal.take()
    };
    assert_eq!(send_person(), ["true"]);
    let of = |sender: &str| match sender {
        "car" => post_save.on().sender::<Car>(),
        _ => post_save.on().sender::<Person>(),
    };
    assert!(!of("car").dispatch_uid(uid).disconnect());
    assert!(of("person").dispatch_uid(uid).disconnect());
    assert!(!of("person").dispatch_uid(uid).disconnect());
    assert_eq!(send_person(), [""; 0]);
    drop(connection);
    assert_eq!(Car { id: 1 }.id, 1);
}
