//! Settings that are overridden: the rows ST of the conformance catalogue.

#[path = "support/logs.rs"]
mod logs;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::error::Error;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::sync::{Arc, Mutex};
use std::thread;

use log::Level;
use serde::Serialize;
use signals_builtin::settings::{self, Override, OverrideError, SettingValue, override_with};
use signals_builtin::testing::{SettingChanged, setting_changed};
use signals_core::state::{self, ScopedState};
use signals_core::{
    BoxError, Connection, ReceiverError, Scope, Sender, in_current_scope, receiver, testing,
};

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Config {
    debug: bool,
    page_size: u32,
    root: Option<String>,
}

/// Settings that may be there or not.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(transparent)]
struct Keys(BTreeMap<String, i64>);

/// Provided for the test alone.
fn provide() -> ScopedState {
    state::scoped(Config {
        debug: false,
        page_size: 20,
        root: None,
    })
}

fn page_size() -> u32 {
    settings::get::<Config>().unwrap().page_size
}

// Each test has a thread of its own.
thread_local! {
    static JOURNAL: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static FAIL: Cell<Fail> = const { Cell::new(Fail::Never) };
}

#[derive(Clone, Copy, PartialEq)]
enum Fail {
    Never,
    OnEnter,
    OnExit,
    OnBoth,
}

fn journal() -> Vec<String> {
    JOURNAL.take()
}

#[receiver(setting_changed)]
fn hears(
    sender: Sender,
    setting: &str,
    value: Option<&SettingValue>,
    enter: bool,
) -> Result<(), BoxError> {
    JOURNAL.with_borrow_mut(|journal| journal.push(format!("{setting} {value:?} {enter}")));
    assert!(!sender.is_none());
    match FAIL.get() {
        Fail::OnEnter | Fail::OnBoth if enter => Err("on enter".into()),
        Fail::OnExit | Fail::OnBoth if !enter => Err("on exit".into()),
        _ => Ok(()),
    }
}

#[test]
fn st01_a_setting_that_was_not_there_has_no_value_afterwards() {
    let _keys = state::scoped(Keys::default());
    let guard = override_with(|keys: &mut Keys| {
        keys.0.insert("TEST".into(), 7);
    })
    .unwrap();
    assert_eq!(guard.changed(), ["TEST"]);
    assert_eq!(journal(), ["TEST Some(7) true"]);
    drop(guard);
    assert_eq!(journal(), ["TEST None false"]);
}

#[test]
fn st01_a_setting_that_is_taken_away_has_no_value_meanwhile() {
    let _keys = state::scoped(Keys([("TEST".to_owned(), 7)].into()));
    drop(override_with(|keys: &mut Keys| keys.0.clear()).unwrap());
    assert_eq!(journal(), ["TEST None true", "TEST Some(7) false"]);
}

#[test]
fn st02_it_is_told_before_the_body_runs_and_the_settings_are_new_by_then() {
    let _config = provide();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let sizes = Arc::clone(&seen);
    let listens = setting_changed.on().scoped();
    let _listens = listens.connect(move |_: &SettingChanged<'_>| {
        sizes.lock().unwrap().push(page_size());
    });
    let guard = override_with(|config: &mut Config| config.page_size = 2).unwrap();
    assert_eq!(*seen.lock().unwrap(), [2]);
    assert_eq!(page_size(), 2);
    drop(guard);
    assert_eq!(*seen.lock().unwrap(), [2, 20]);
}

#[test]
fn st03_failing_on_both_sides_the_settings_are_restored_and_all_are_told() {
    let _config = provide();
    FAIL.set(Fail::OnBoth);
    let error = change_two().unwrap_err();
    assert!(error.to_string().contains("setting_changed"), "{error}");
    assert_eq!(page_size(), 20);
    assert_eq!(
        journal(),
        ["debug true true", "debug false false", "page_size 20 false"].map(some)
    );
}

#[test]
fn st04_failing_on_enter_the_settings_are_restored_and_all_are_told() {
    let _config = provide();
    FAIL.set(Fail::OnEnter);
    assert!(matches!(change_two(), Err(OverrideError::Refused(_))));
    assert_eq!(page_size(), 20);
    assert_eq!(
        journal(),
        ["debug true true", "debug false false", "page_size 20 false"].map(some)
    );
}

#[test]
fn st05_failing_on_exit_all_are_told_and_restore_returns_the_errors() {
    let _config = provide();
    FAIL.set(Fail::OnExit);
    let errors = change_two().unwrap().restore().unwrap_err();
    assert_eq!(page_size(), 20);
    assert_eq!(errors.errors().count(), 2);
    assert!(errors.errors().all(<dyn Error>::is::<ReceiverError>));
    assert!(errors.source().is_some());
    assert_eq!(
        errors.to_string(),
        "the settings are restored, and then 2 receivers failed"
    );
    assert_eq!(journal().len(), 4);
}

#[test]
fn st05_dropped_it_restores_all_the_same_and_logs_the_errors() {
    logs::record();
    let _config = provide();
    FAIL.set(Fail::OnExit);
    let guard = change_two().unwrap();
    assert_eq!(logs::logged(), []);
    drop(guard);
    assert_eq!(page_size(), 20);
    assert_eq!(journal().len(), 4);
    let logged = logs::logged();
    assert_eq!(logged.len(), 2, "once for each setting: {logged:?}");
    for (level, text) in logged {
        assert_eq!(level, Level::Error);
        for part in [
            "signals.dispatch: ",
            "setting_changed",
            "settings::hears",
            "on exit",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
}

#[test]
fn st06_the_same_override_works_after_a_failure() {
    let _config = provide();
    FAIL.set(Fail::OnEnter);
    change_two().unwrap_err();
    FAIL.set(Fail::Never);
    let guard = change_two().unwrap();
    assert_eq!(page_size(), 2);
    guard.restore().unwrap();
    assert_eq!(page_size(), 20);
}

#[test]
fn st07_a_receiver_knows_the_line_that_overrides() {
    #[receiver(setting_changed, sender = Risky)]
    fn warns(setting: &str, caller: &'static Location<'static>, enter: bool) {
        if setting == "databases" && enter {
            WARNED.set(Some((caller.file(), caller.line())));
        }
    }

    thread_local! {
        static WARNED: Cell<Option<(&'static str, u32)>> = const { Cell::new(None) };
    }

    #[derive(Clone, Serialize)]
    struct Risky {
        databases: u32,
    }

    let _risky = state::scoped(Risky { databases: 1 });
    let line = line!() + 1;
    drop(override_with(|risky: &mut Risky| risky.databases = 2).unwrap());
    assert_eq!(WARNED.get(), Some((file!(), line)));
}

#[test]
fn st08_what_is_nested_comes_back_level_by_level() {
    let _config = provide();
    let cleared = Arc::new(Mutex::new(0));
    let clears = Arc::clone(&cleared);
    let cache = setting_changed.on().scoped();
    let _cache = cache.connect(move |changed: &SettingChanged<'_>| {
        *clears.lock().unwrap() += u32::from(changed.setting == "root");
    });
    let root = |root: &'static str| {
        override_with(move |config: &mut Config| config.root = Some(root.into())).unwrap()
    };
    let current = || settings::get::<Config>().unwrap().root.clone();

    let first = root("first");
    let second = root("second");
    assert_eq!(current().as_deref(), Some("second"));
    drop(second);
    assert_eq!(current().as_deref(), Some("first"));
    drop(first);
    assert_eq!(current(), None);
    assert_eq!(*cleared.lock().unwrap(), 4);
    assert_eq!(
        journal(),
        [
            r#"root Some("first") true"#,
            r#"root Some("second") true"#,
            r#"root Some("first") false"#,
            "root Some(null) false",
        ]
    );
}

#[test]
fn st08_guards_may_end_in_any_order() {
    let _config = provide();
    let first = override_with(|config: &mut Config| config.page_size = 1).unwrap();
    let second = override_with(|config: &mut Config| config.page_size = 2).unwrap();
    drop(first);
    assert_eq!(page_size(), 2);
    drop(second);
    assert_eq!(page_size(), 20);
    assert_eq!(
        journal()[2..],
        ["page_size Some(2) false", "page_size Some(20) false"]
    );
}

/// Keeps a default that was made of a setting, until that changes.
struct Storage {
    explicit: Option<u32>,
    cached: Mutex<Option<u32>>,
}

impl Storage {
    fn new(explicit: Option<u32>) -> Arc<Self> {
        let storage = Arc::new(Self {
            explicit,
            cached: Mutex::new(None),
        });
        let listens = setting_changed.on().scoped();
        let connected = listens.connect_weak(&storage, |storage: &Storage, changed| {
            if changed.setting == "page_size" {
                *storage.cached.lock().unwrap() = None;
            }
        });
        connected.unwrap();
        storage
    }

    fn page_size(&self) -> u32 {
        self.explicit
            .unwrap_or_else(|| *self.cached.lock().unwrap().get_or_insert_with(page_size))
    }
}

#[test]
fn st09_instances_make_their_defaults_anew_and_keep_what_they_were_given() {
    let _config = provide();
    let (default, explicit) = (Storage::new(None), Storage::new(Some(7)));
    assert_eq!((default.page_size(), explicit.page_size()), (20, 7));
    let guard = override_with(|config: &mut Config| config.page_size = 2).unwrap();
    assert_eq!((default.page_size(), explicit.page_size()), (2, 7));
    drop(guard);
    assert_eq!((default.page_size(), explicit.page_size()), (20, 7));
}

#[test]
fn st10_what_was_derived_stays_if_the_signal_is_not_sent() {
    let _config = provide();
    let storage = Storage::new(None);
    assert_eq!(storage.page_size(), 20);
    let muted = testing::mute(&setting_changed);
    let guard = override_with(|config: &mut Config| config.page_size = 2).unwrap();
    assert_eq!(storage.page_size(), 20);
    drop(guard);
    drop(muted);
    assert!(journal().is_empty());
}

#[test]
fn st11_the_signal_can_be_sent_by_hand() {
    let value = SettingValue::new("page_size", 3).unwrap();
    setting_changed
        .send(SettingChanged::to::<Config>("page_size", Some(&value)))
        .unwrap();
    setting_changed
        .send(SettingChanged::to::<Config>("root", None))
        .unwrap();
    assert_eq!(journal(), ["page_size Some(3) true", "root None true"]);
}

#[test]
fn st12_a_receiver_that_comes_with_a_setting_goes_with_it() {
    struct App(Mutex<Option<Connection>>);

    let _config = provide();
    let app = Arc::new(App(Mutex::new(None)));
    let listens = setting_changed.on().scoped();
    let connected = listens.connect_weak(&app, |app: &App, changed| {
        if changed.setting == "debug" {
            let is_on = changed.value.and_then(|value| value.as_bool());
            *app.0.lock().unwrap() = is_on
                .unwrap_or(false)
                .then(|| setting_changed.connect(|_: &SettingChanged<'_>| ()));
        }
    });
    connected.unwrap();
    let is_connected = || app.0.lock().unwrap().is_some();
    let guard = override_with(|config: &mut Config| config.debug = true).unwrap();
    assert!(is_connected());
    drop(guard);
    assert!(!is_connected());
}

#[test]
fn what_is_the_same_is_not_told() {
    let _config = provide();
    let guard = override_with(|config: &mut Config| config.page_size = 20).unwrap();
    assert!(guard.changed().is_empty());
    drop(guard);
    assert!(journal().is_empty());
}

#[test]
fn a_panic_restores() {
    let _config = provide();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _guard = override_with(|config: &mut Config| config.page_size = 2).unwrap();
        panic!("the test failed");
    }));
    assert!(panicked.is_err());
    assert_eq!(page_size(), 20);
    assert_eq!(journal().len(), 2);
}

#[test]
fn threads_do_not_see_each_other() {
    let _config = provide();
    let _guard = override_with(|config: &mut Config| config.page_size = 2).unwrap();
    let (scope, bare) = (Scope::current(), Scope::none());
    thread::scope(|threads| {
        let other = threads.spawn(|| bare.run(|| settings::get::<Config>().is_none()));
        assert!(other.join().unwrap());
        let own = threads.spawn(|| scope.run(page_size));
        assert_eq!(own.join().unwrap(), 2);
    });
}

#[tokio::test]
async fn tasks_do_not_see_each_other() {
    let _config = provide();
    let one = in_current_scope(async {
        let _guard = override_with(|config: &mut Config| config.page_size = 1).unwrap();
        tokio::task::yield_now().await;
        page_size()
    });
    let two = in_current_scope(async {
        tokio::task::yield_now().await;
        page_size()
    });
    assert_eq!(tokio::join!(one, two), (1, 20));
}

#[test]
fn settings_that_nobody_provided_are_an_error() {
    #[derive(Clone, Serialize)]
    struct Nowhere;

    let error = override_with(|_: &mut Nowhere| ()).unwrap_err();
    assert!(error.to_string().contains("Nowhere"), "{error}");
    assert!(error.to_string().contains("state::provide"), "{error}");
}

#[test]
fn settings_that_are_no_names_and_values_are_an_error() {
    let _number = state::scoped(7_u32);
    let error = override_with(|number: &mut u32| *number = 8).unwrap_err();
    assert!(matches!(error, OverrideError::Serialize { .. }));
    assert_eq!(*settings::get::<u32>().unwrap(), 7);
}

#[test]
fn cc02_cc08_values_show_no_secrets() {
    let value = SettingValue::new(
        "databases",
        BTreeMap::from([("password", "0x5eed"), ("host", "example.org")]),
    )
    .unwrap();
    let shown = format!("{value:?}");
    assert!(
        shown.contains("example.org") && !shown.contains("0x5eed"),
        "{shown}"
    );
    assert_eq!(value["password"], "0x5eed");
    assert_eq!(value.clone().into_json(), *value);
}

fn change_two() -> Result<Override<Config>, OverrideError> {
    override_with(|config: &mut Config| {
        config.page_size = 2;
        config.debug = true;
    })
}

/// `debug Some(true) true` of `debug true true`.
fn some(line: &str) -> String {
    let words: Vec<&str> = line.split(' ').collect();
    format!("{} Some({}) {}", words[0], words[1], words[2])
}
