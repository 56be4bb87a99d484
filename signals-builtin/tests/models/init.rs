//! `init` and `prepare`: SG01.

use signals_builtin::models::{class_prepared, init, post_init, pre_init, prepare};
use signals_core::{BoxError, Model, Sender, receiver};

use crate::support::{called, journal, note};

#[derive(Debug, Model)]
struct Garden {
    id: i64,
    area: u32,
}

#[derive(Debug, Model)]
struct Orchard {
    id: i64,
}

#[receiver([pre_init, class_prepared])]
fn hears(signal: &signals_core::SignalInfo, sender: Sender) -> Result<(), BoxError> {
    note(format!("{} {sender}", called(signal)));
    if sender.is::<Orchard>() {
        return Err("no orchards".into());
    }
    Ok(())
}

#[receiver(post_init, sender = Garden)]
fn measures(instance: &mut Garden) {
    note("post_init");
    instance.area *= 2;
}

#[test]
fn sg01_making_an_instance_sends_before_and_after() {
    let garden = init::<Garden>(|| {
        note("made");
        Garden { id: 1, area: 3 }
    })
    .unwrap();
    assert_eq!(garden.area, 6);
    assert_eq!(journal(), ["pre_init models.Garden", "made", "post_init"]);
}

#[test]
fn sg01_a_failing_pre_init_makes_nothing() {
    init::<Orchard>(|| unreachable!()).unwrap_err();
    assert_eq!(journal().len(), 1);
}

#[test]
fn a_model_is_prepared_once() {
    assert!(prepare::<Garden>().unwrap());
    assert!(!prepare::<Garden>().unwrap());
    prepare::<Orchard>().unwrap_err();
    assert!(!prepare::<Orchard>().unwrap());
    assert_eq!(
        journal(),
        [
            "class_prepared models.Garden",
            "class_prepared models.Orchard"
        ]
    );
}
