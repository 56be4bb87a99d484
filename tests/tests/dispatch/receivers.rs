//! `#[receiver]`: DS01, DS20, DS21, SG06.

use signals_core::{Sender, SignalInfo, receiver, signal};
use signals_tests::Journal;

mod growing {
    use super::{Journal, Sender, receiver, signal};

    signal! {
        /// A signal with more arguments than anybody wants.
        pub(super) grown(sender, journal: &Journal, old: u32, new_one: Option<&str>, last: &[&str]);
    }

    // As written when there was only `old`.
    #[receiver(grown)]
    fn from_before(old: u32, journal: &Journal) {
        journal.note(format!("old {old}"));
    }

    #[receiver(grown)]
    fn wants_nothing() {}

    #[receiver(grown)]
    fn wants_all(
        last: &[&str],
        new_one: Option<&str>,
        sender: Sender,
        _old: u32,
        journal: &Journal,
    ) {
        journal.note(format!("{sender} {new_one:?} {last:?}"));
    }
}

#[test]
fn ds01_a_payload_that_grows_breaks_no_receiver() {
    use growing::{Grown, grown};
    let journal = Journal::new();
    let delivered = grown
        .send(Grown {
            sender: Sender::named("shop"),
            journal: &journal,
            old: 1,
            new_one: Some("new"),
            last: &["a", "b"],
        })
        .unwrap();
    assert_eq!(delivered.count(), 3);
    assert_eq!(
        journal.take(),
        ["old 1", r#"shop Some("new") ["a", "b"]"#],
        "by position in the source"
    );
}

mod single {
    use super::{receiver, signal};

    signal! {
        pub(super) asked(val: u32) -> u32;
    }

    #[receiver(asked)]
    fn answer(val: u32) -> u32 {
        val
    }

    #[test]
    fn the_function_stays_callable() {
        assert_eq!(answer(2), 2);
    }
}

#[test]
fn ds20_a_receiver_of_one_signal() {
    let responses = single::asked.send(single::Asked { val: 5 }).unwrap();
    assert_eq!(responses.len(), 1);
    assert_eq!(responses[0].answer, 5);
    assert_eq!(
        responses[0].receiver.path(),
        concat!(module_path!(), "::single::answer")
    );
}

mod several {
    use super::{Journal, SignalInfo, receiver, signal};

    signal! {
        pub(super) logged_in(journal: &Journal, user: &str);
        pub(super) logged_out(user: &str, journal: &Journal, forced: bool);
        pub(super) refused(journal: &Journal, user: &str);
    }

    #[receiver([logged_in, logged_out])]
    #[receiver(refused, dispatch_uid = "audit")]
    fn audit(signal: &SignalInfo, user: &str, journal: &Journal) {
        let name = signal.name().rsplit("::").next().unwrap();
        journal.note(format!("{name} {user}"));
    }
}

#[test]
fn ds21_one_function_receives_several_signals() {
    use several::{LoggedIn, LoggedOut, Refused, logged_in, logged_out, refused};
    let journal = &Journal::new();
    let user = "ada";
    logged_in.send(LoggedIn { journal, user }).unwrap();
    logged_out
        .send(LoggedOut {
            journal,
            user,
            forced: true,
        })
        .unwrap();
    refused.send(Refused { journal, user }).unwrap();
    assert_eq!(
        journal.take(),
        ["logged_in ada", "logged_out ada", "refused ada"]
    );
    assert_eq!(refused.receivers()[0].dispatch_uid(), Some("audit"));
    assert_eq!(logged_in.receivers()[0].dispatch_uid(), None);
}

mod decorated {
    use super::{Journal, receiver, signal};

    pub(super) struct Car;
    pub(super) struct Person;

    signal! {
        pub(super) saved(sender, journal: &Journal);
    }

    #[receiver(saved)]
    fn any_sender(journal: &Journal) {
        journal.note("any sender");
    }

    #[receiver(saved, sender = Car)]
    fn cars_only(journal: &Journal) {
        journal.note("cars only");
    }
}

#[test]
fn sg06_receivers_with_and_without_sender_are_both_called() {
    use decorated::{Car, Person, Saved, saved};
    let journal = &Journal::new();
    let send = |sender| saved.send(Saved { sender, journal }).unwrap().count();

    assert_eq!(send(Sender::of::<Car>()), 2);
    assert_eq!(journal.take(), ["any sender", "cars only"]);
    assert_eq!(send(Sender::of::<Person>()), 1);
    assert_eq!(journal.take(), ["any sender"]);
}

#[test]
fn a_receiver_inside_a_function_is_one_too() {
    signal! {
        local(val: u32) -> u32;
    }

    #[receiver(local)]
    fn inside(val: u32) -> u32 {
        val + 1
    }

    let answers = local.send(Local { val: 1 }).unwrap();
    assert_eq!(answers.answers().collect::<Vec<_>>(), [&2]);
}

mod renamed {
    use super::{receiver, signal};

    mod elsewhere {
        use super::signal;

        signal! {
            pub(in super::super) asked(val: u32) -> u32;
        }
    }

    pub(super) use elsewhere::{Asked, asked as question};

    #[receiver(question)]
    fn answer(val: u32) -> u32 {
        val + 1
    }
}

#[test]
fn a_signal_under_another_name_is_the_same_signal() {
    use renamed::{Asked, question};

    #[receiver(question, priority = 1)]
    fn earlier(val: u32) -> u32 {
        val * 10
    }

    let answers = question.send(Asked { val: 2 }).unwrap();
    assert_eq!(answers.answers().collect::<Vec<_>>(), [&20, &3]);
    assert!(question.info().name().ends_with("elsewhere::asked"));
}
