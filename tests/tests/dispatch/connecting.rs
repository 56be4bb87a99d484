//! Django's `tests/dispatch/tests.py`, what is about connecting: DS03–DS12, DS17–DS19.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use signals_core::{Sender, SenderId, receiver, signal};
use signals_tests::{Journal, block_on, findings_of};

struct Shop;
struct Till;

#[test]
fn ds03_a_receiver_of_one_sender_is_called_for_it_and_leaves_nothing() {
    signal! {
        asked(sender, val: u32) -> u32;
    }
    let line = line!() + 1;
    let shop = asked.on().sender::<Shop>();
    let connection = shop.connect(|sent| sent.val).unwrap();

    let sender = Sender::of::<Shop>();
    let result = asked.send(Asked { sender, val: 7 }).unwrap();

    assert_eq!(result.len(), 1);
    assert_eq!(result[0].answer, 7);
    assert_eq!(result[0].receiver.line(), line);
    assert!(connection.disconnect());
    assert!(asked.receivers().is_empty());
    assert!(!asked.has_listeners(sender));
    assert!(asked.send(Asked { sender, val: 7 }).unwrap().is_empty());
}

#[test]
fn ds04_nobody_listens_nothing_comes_back() {
    signal! {
        asked(sender, val: u32) -> u32;
        told(val: u32);
    }
    let sender = Sender::of::<Shop>();
    assert!(asked.send(Asked { sender, val: 1 }).unwrap().is_empty());
    assert_eq!(told.send(Told { val: 1 }).unwrap().count(), 0);
}

#[test]
fn ds05_a_receiver_without_sender_hears_everybody() {
    signal! {
        asked(sender, val: u32) -> u32;
    }
    let connection = asked.connect(|sent| sent.val);
    let id = SenderId::new();
    for sender in [
        Sender::of::<Shop>(),
        Sender::named("till"),
        Sender::instance(&id),
        Sender::none(),
    ] {
        let result = asked.send(Asked { sender, val: 3 }).unwrap();
        assert_eq!(result.answers().collect::<Vec<_>>(), [&3], "{sender}");
    }
    drop(connection);
    assert!(asked.receivers().is_empty());
}

#[test]
fn ds06_a_receiver_of_another_sender_is_not_called() {
    signal! {
        asked(sender, val: u32) -> u32;
    }
    let connection = asked
        .on()
        .sender::<Till>()
        .connect(|sent| sent.val)
        .unwrap();
    for sender in [Sender::of::<Shop>(), Sender::none()] {
        assert!(asked.send(Asked { sender, val: 1 }).unwrap().is_empty());
    }
    assert!(connection.is_connected());
}

#[test]
fn ds07_senders_of_every_kind_match_and_disconnect() {
    signal! {
        asked(sender, val: u32) -> u32;
    }
    let id = SenderId::new();
    for sender in [
        Sender::of::<Shop>(),
        Sender::of::<str>(),
        Sender::named("till"),
        Sender::instance(&id),
    ] {
        let connection = asked.on().sender_is(sender).connect(|a| a.val).unwrap();
        let payload = || Asked { sender, val: 9 };
        assert_eq!(asked.send(payload()).unwrap()[0].answer, 9, "{sender}");
        assert!(asked.has_listeners(sender), "{sender}");
        assert!(connection.disconnect());
        assert!(asked.send(payload()).unwrap().is_empty(), "{sender}");
        assert!(!asked.has_listeners(sender), "{sender}");
    }
}

#[test]
fn ds08_a_method_disappears_with_its_owner() {
    signal! {
        asked(sender, val: u32) -> u32;
    }
    struct Callable;
    impl Callable {
        fn answer(&self, sent: &Asked) -> u32 {
            let Self = self;
            sent.val
        }
    }
    let owner = Arc::new(Callable);
    asked.connect_weak(&owner, Callable::answer);
    let sender = Sender::of::<Shop>();
    assert_eq!(asked.send(Asked { sender, val: 5 }).unwrap()[0].answer, 5);

    drop(owner);

    assert!(asked.send(Asked { sender, val: 5 }).unwrap().is_empty());
    assert!(asked.receivers().is_empty());
    assert!(!asked.has_listeners(sender));
}

#[test]
fn ds09_a_new_sender_in_the_place_of_a_dead_one_is_another_sender() {
    signal! {
        asked(sender, val: u32) -> u32;
    }
    let mut owner = Box::new(SenderId::new());
    let place = std::ptr::from_ref(&*owner);
    let connection = asked
        .on()
        .sender_is(&*owner)
        .connect(|sent| sent.val)
        .unwrap();
    let payload = |owner: &SenderId| Asked {
        sender: owner.into(),
        val: 1,
    };
    assert_eq!(asked.send(payload(&owner)).unwrap().len(), 1);

    // The same address, another sender.
    *owner = SenderId::new();
    assert_eq!(std::ptr::from_ref(&*owner), place);

    assert!(asked.send(payload(&owner)).unwrap().is_empty());
    assert!(!asked.has_listeners(Sender::instance(&owner)));
    drop(connection);
}

#[test]
fn ds10_neither_connections_nor_sends_keep_a_sender_alive() {
    signal! {
        asked(sender, val: u32) -> u32;
    }
    /// It sends, and hears what it sent itself.
    #[derive(Default)]
    struct Owner {
        id: SenderId,
        heard: AtomicU32,
    }

    fn hear(owner: &Owner, sent: &Asked) -> u32 {
        owner.heard.fetch_add(sent.val, Ordering::Relaxed)
    }

    async fn hear_later(owner: Arc<Owner>, sent: &Asked) -> u32 {
        owner.heard.fetch_add(sent.val, Ordering::Relaxed)
    }

    let owner = Arc::new(Owner::default());
    let observed = Arc::downgrade(&owner);
    let own = || asked.on().sender_is(&owner.id);
    own().connect_weak(&owner, hear).unwrap();
    own().connect_async_weak(&owner, hear_later).unwrap();
    let payload = || Asked {
        sender: Sender::instance(&owner.id),
        val: 1,
    };
    // Each way of sending finds the receivers of this sender, and might keep what it found.
    assert_eq!(asked.send(payload()).unwrap().len(), 2);
    assert_eq!(asked.send_robust(payload()).len(), 2);
    assert_eq!(block_on(asked.send_async(payload())).unwrap().len(), 2);
    let at_once = asked.concurrent().send_async(payload());
    assert_eq!(block_on(at_once).unwrap().len(), 2);
    assert_eq!(asked.pull(payload()).count(), 2);
    assert!(asked.has_listeners(Sender::instance(&owner.id)));
    assert_eq!(owner.heard.load(Ordering::Relaxed), 10);
    let sender = Sender::instance(&owner.id);

    // The two receivers look for it, and `observed`; nobody holds it.
    assert_eq!((Arc::strong_count(&owner), Arc::weak_count(&owner)), (1, 3));
    drop(owner);

    assert!(observed.upgrade().is_none());
    assert!(!asked.has_listeners(sender));
    assert!(asked.send(Asked { sender, val: 1 }).unwrap().is_empty());
    assert!(asked.send(Asked { sender, val: 1 }).unwrap().is_empty());
    assert!(asked.is_idle(), "nothing looks for it any more");
}

mod registered_six_times {
    use super::{Journal, receiver, signal};

    signal! {
        pub(super) noted(journal: &Journal);
    }

    #[receiver(noted)]
    #[receiver(noted)]
    #[receiver(noted)]
    #[receiver(noted)]
    #[receiver(noted)]
    #[receiver(noted)]
    fn once(journal: &Journal) {
        journal.note("once");
    }
}

#[test]
fn ds11_the_same_receiver_six_times_is_called_once() {
    use registered_six_times::{Noted, noted};
    let journal = Journal::new();

    assert_eq!(noted.send(Noted { journal: &journal }).unwrap().count(), 1);

    assert_eq!(journal.take(), ["once"]);
    assert_eq!(noted.receivers().len(), 1);
    assert_eq!(findings_of(&noted).len(), 5, "each of the others is named");
}

#[test]
fn ds11_the_same_uid_six_times_is_one_entry() {
    signal! {
        asked(sender, val: u32) -> u32;
    }
    let connect = || asked.on().dispatch_uid("once").connect(|sent| sent.val);
    let first = connect().unwrap();
    for _ in 0..5 {
        assert!(connect().is_err());
    }
    let sender = Sender::none();
    assert_eq!(asked.send(Asked { sender, val: 1 }).unwrap().len(), 1);
    assert_eq!(asked.receivers().len(), 1);
    drop(first);
    assert!(asked.receivers().is_empty());
}

#[test]
fn ds12_of_two_receivers_with_one_uid_the_first_stays_and_the_uid_disconnects_it() {
    signal! {
        asked(sender, val: u32) -> u32;
    }
    let line = line!() + 1;
    let first = asked.on().dispatch_uid("uid").connect(|sent| sent.val);
    let first = first.unwrap();
    let second = asked.on().dispatch_uid("uid").connect(|_| 0);

    let error = second.unwrap_err();
    assert_eq!(error.uid, "uid");
    assert_eq!(error.signal, asked.info().name());
    assert_eq!(error.receiver.line(), line);
    let sender = Sender::none();
    let payload = || Asked { sender, val: 4 };
    let answers: Vec<u32> = asked.send(payload()).unwrap().into_answers().collect();
    assert_eq!(answers, [4]);

    assert!(asked.disconnect("uid"));
    assert!(asked.send(payload()).unwrap().is_empty());
    assert!(!first.is_connected());
    assert!(!first.disconnect());
}

#[test]
fn ds17_removal_by_hand_and_by_itself_leaves_nothing() {
    signal! {
        asked(sender, val: u32) -> u32;
    }
    let first = asked.connect(|sent| sent.val);
    let second = Arc::new(2);
    asked.connect_weak(&second, |second, _| *second);
    let third = asked.connect(|_| 3);
    let fourth = Arc::new(4);
    asked.connect_weak(&fourth, |fourth, _| *fourth);
    let answers = || -> Vec<u32> {
        let sender = Sender::none();
        let responses = asked.send(Asked { sender, val: 1 }).unwrap();
        responses.into_answers().collect()
    };
    assert_eq!(answers(), [1, 2, 3, 4]);

    assert!(first.disconnect());
    assert_eq!(answers(), [2, 3, 4]);
    drop(second);
    assert_eq!(answers(), [3, 4]);
    drop(third);
    assert_eq!(answers(), [4]);
    drop(fourth);
    assert!(answers().is_empty());
    assert!(asked.receivers().is_empty());
}

#[test]
fn ds18_disconnecting_says_whether_there_was_something() {
    signal! {
        asked(sender, val: u32) -> u32;
    }
    let named = asked.on().dispatch_uid("named").connect(|a| a.val).unwrap();
    assert!(!asked.disconnect("another"));
    assert!(asked.disconnect("named"));
    assert!(!asked.disconnect("named"));
    assert!(!named.disconnect());

    let plain = asked.connect(|a| a.val);
    assert!(plain.is_connected());
    assert!(plain.disconnect());
}

#[test]
fn ds19_has_listeners_is_true_while_somebody_listens() {
    signal! {
        asked(sender, val: u32) -> u32;
    }
    let (none, shop) = (Sender::none(), Sender::of::<Shop>());
    let has_listeners = || (asked.has_listeners(none), asked.has_listeners(shop));
    assert_eq!(has_listeners(), (false, false));

    let everybody = asked.connect(|a| a.val);
    assert_eq!(has_listeners(), (true, true));
    drop(everybody);
    assert_eq!(has_listeners(), (false, false));

    let shop_only = asked.on().sender::<Shop>().connect(|a| a.val).unwrap();
    assert_eq!(has_listeners(), (false, true));
    assert!(!asked.has_listeners(Sender::of::<Till>()));
    drop(shop_only);
    assert_eq!(has_listeners(), (false, false));
}
