//! The feature `tracing`: what a subscriber sees of sends and receivers.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use signals_core::{Sender, receiver, signal, transaction};
use signals_tests::{block_on, logs, yield_now};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::with_default;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::{LevelFilter, filter_fn};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Registry};

struct WebShop;

signal! {
    paid(sender, number: u32);
    audited(number: u32);
    unheard();
    saved(number: u32);
    counted(number: u32);
    counted_often(number: u32);
    doubted(number: u32);
}

/// All there is to do is to call it.
#[receiver(counted)]
fn count(number: u32) {
    tracing::info!(number, "counting");
}

#[receiver(doubted, when = |number: u32| { assert_ne!(number, 14, "fourteen"); true })]
fn doubts() {}

#[receiver(counted_often)]
fn count_once() {}

#[receiver(counted_often)]
fn count_twice() -> Result<(), String> {
    Err("two is too many".into())
}

#[receiver(saved, on_commit)]
async fn index(number: u32) {
    yield_now().await;
    tracing::info!("indexed");
    assert!(number != 14, "fourteen");
}

#[receiver(paid, dispatch_uid = "tracing.receipt")]
fn receipt(number: u32) -> Result<(), String> {
    audited
        .send(Audited { number })
        .map_err(|e| e.to_string())?;
    match number {
        13 => Err("thirteen".into()),
        14 => panic!("fourteen"),
        _ => Ok(()),
    }
}

#[receiver(paid, when = |number: u32| number > 100)]
fn celebrate() {}

#[receiver(audited)]
async fn audit() {
    tracing::info!("inside");
    yield_now().await;
    tracing::info!("still inside");
}

#[receiver(audited)]
async fn audit_too() {
    yield_now().await;
}

/// A span, as it was recorded.
#[derive(Debug, Clone, Default)]
struct Span {
    name: &'static str,
    parent: Option<String>,
    fields: BTreeMap<String, String>,
    closed: bool,
}

#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Recorded>>);

#[derive(Default)]
struct Recorded {
    spans: BTreeMap<u64, Span>,
    closed: u64,
    events: Vec<(Option<String>, BTreeMap<String, String>)>,
}

impl Recorder {
    fn spans(&self, name: &str) -> Vec<Span> {
        let recorded = self.0.lock().unwrap();
        let spans = recorded.spans.values();
        spans.filter(|span| span.name == name).cloned().collect()
    }
}

struct Fields<'f>(&'f mut BTreeMap<String, String>);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name().into(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().into(), value.into());
    }
}

/// How a span is told in a test.
fn name_of(span: &Span) -> String {
    let fields = &span.fields;
    let what = fields
        .get("signal")
        .or_else(|| fields.get("code.function.name"));
    let what = what.map_or("", String::as_str);
    format!("{} {}", span.name, what.rsplit("::").next().unwrap_or(what))
}

impl<S: Subscriber + for<'l> LookupSpan<'l>> Layer<S> for Recorder {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, ctx: Context<'_, S>) {
        let parent = ctx.span(id).and_then(|span| Some(span.parent()?.id()));
        let mut recorded = self.0.lock().unwrap();
        let parent = parent.map(|id| name_of(&recorded.spans[&id.into_u64()]));
        let mut span = Span {
            name: attributes.metadata().name(),
            parent,
            ..Span::default()
        };
        attributes.record(&mut Fields(&mut span.fields));
        recorded.spans.insert(id.into_u64(), span);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        let mut recorded = self.0.lock().unwrap();
        let span = recorded.spans.get_mut(&id.into_u64()).unwrap();
        values.record(&mut Fields(&mut span.fields));
    }

    fn on_event(&self, event: &Event<'_>, ctx: Context<'_, S>) {
        let inside = ctx.event_span(event).map(|span| span.id());
        let mut recorded = self.0.lock().unwrap();
        let inside = inside.map(|id| name_of(&recorded.spans[&id.into_u64()]));
        let mut fields = BTreeMap::new();
        event.record(&mut Fields(&mut fields));
        fields.insert("level".into(), event.metadata().level().to_string());
        fields.insert("target".into(), event.metadata().target().into());
        recorded.events.push((inside, fields));
    }

    fn on_close(&self, id: Id, _: Context<'_, S>) {
        // The registry uses a number again when its span is closed.
        let mut recorded = self.0.lock().unwrap();
        let mut span = recorded.spans.remove(&id.into_u64()).unwrap();
        span.closed = true;
        recorded.closed += 1;
        let number = (1 << 40) + recorded.closed;
        recorded.spans.insert(number, span);
    }
}

fn recording(f: impl FnOnce()) -> Recorder {
    let recorder = Recorder::default();
    let subscriber = Registry::default().with(recorder.clone());
    with_default(subscriber, f);
    recorder
}

fn pay(number: u32) -> signals_core::RobustDelivered {
    let sender = Sender::of::<WebShop>();
    paid.send_robust(Paid { sender, number })
}

#[test]
fn a_send_is_a_span_with_signal_sender_and_place() {
    let recorder = recording(|| drop(pay(7)));
    let sends = recorder.spans("send");
    let send = sends.iter().find(|it| it.parent.is_none()).unwrap();
    assert_eq!(send.fields["signal"], "tracing::paid");
    assert!(send.fields["sender"].ends_with("WebShop"), "{send:?}");
    assert!(send.fields["code.file.path"].ends_with("tracing.rs"));
    assert!(send.fields["code.line.number"].parse::<u32>().is_ok());
    assert_eq!(send.fields["outcome"], "succeeded");
    assert!(send.closed);
}

#[test]
fn each_receiver_is_a_span_within_that_of_its_send() {
    let recorder = recording(|| drop(pay(7)));
    let spans = recorder.spans("receive");
    assert_eq!(spans.len(), 3, "{spans:?}");
    let first = spans
        .iter()
        .find(|it| it.parent.as_deref() == Some("send paid"))
        .unwrap();
    assert_eq!(first.fields["code.function.name"], "tracing::receipt");
    assert_eq!(first.fields["dispatch_uid"], "tracing.receipt");
    assert_eq!(first.fields["outcome"], "succeeded");
    assert!(first.fields["code.file.path"].ends_with("tracing.rs"));
    assert!(first.closed);
    // The send of a receiver is in the receiver's span.
    let sends = recorder.spans("send");
    let nested = sends
        .iter()
        .find(|it| it.fields["signal"] == "tracing::audited")
        .unwrap();
    assert_eq!(nested.parent.as_deref(), Some("receive receipt"));
}

#[test]
fn a_plain_send_to_one_function_has_both_spans() {
    counted.send(Counted { number: 1 }).unwrap();
    let recorder = recording(|| {
        counted.send(Counted { number: 2 }).unwrap();
    });
    let [send] = &recorder.spans("send")[..] else {
        panic!("one send")
    };
    assert_eq!(send.fields["signal"], "tracing::counted");
    assert_eq!(send.fields["outcome"], "succeeded");
    let [receive] = &recorder.spans("receive")[..] else {
        panic!("one receiver")
    };
    assert_eq!(receive.parent.as_deref(), Some("send counted"));
    assert_eq!(receive.fields["code.function.name"], "tracing::count");
    let seen = recorder.0.lock().unwrap();
    let [(inside, fields)] = &seen.events[..] else {
        panic!("one event")
    };
    assert_eq!(inside.as_deref(), Some("receive count"));
    assert_eq!(fields["number"], "2");
}

#[test]
fn a_plain_send_to_several_functions_has_all_spans() {
    let _ = counted_often.send(CountedOften { number: 1 });
    let recorder = recording(|| {
        counted_often.send(CountedOften { number: 2 }).unwrap_err();
    });
    let [send] = &recorder.spans("send")[..] else {
        panic!("one send")
    };
    assert_eq!(send.fields["outcome"], "failed");
    let receivers = recorder.spans("receive");
    let outcomes = receivers.iter().map(|it| it.fields["outcome"].as_str());
    assert_eq!(outcomes.collect::<Vec<_>>(), ["succeeded", "failed"]);
}

#[test]
fn what_an_async_receiver_does_is_in_its_span_at_each_poll() {
    let recorder = recording(|| {
        block_on(audited.send_async(Audited { number: 7 })).unwrap();
        block_on(audited.concurrent().send_async(Audited { number: 8 })).unwrap();
    });
    let seen = recorder.0.lock().unwrap();
    let messages: Vec<_> = seen
        .events
        .iter()
        .map(|(span, fields)| (span.as_deref(), fields["message"].as_str()))
        .collect();
    let inside = (Some("receive audit"), "inside");
    let still = (Some("receive audit"), "still inside");
    assert_eq!(messages, [inside, still, inside, still]);
}

#[test]
fn the_result_of_each_is_recorded() {
    let recorder = recording(|| {
        drop(pay(13));
        drop(pay(14));
        let asked = Audited { number: 7 };
        block_on(audited.concurrent().send_robust_async(asked));
    });
    let spans = recorder.spans("receive");
    let results: Vec<(&str, Option<&String>)> = spans
        .iter()
        .filter(|it| it.fields["code.function.name"].ends_with("receipt"))
        .map(|it| {
            (
                it.fields["outcome"].as_str(),
                it.fields.get("error.message"),
            )
        })
        .collect();
    let (thirteen, fourteen) = ("thirteen".to_owned(), "fourteen".to_owned());
    assert!(
        results.contains(&("failed", Some(&thirteen))),
        "{results:?}"
    );
    assert!(
        results.contains(&("panicked", Some(&fourteen))),
        "{results:?}"
    );
    let others = spans
        .iter()
        .filter(|it| it.fields["code.function.name"].contains("audit"));
    for span in others {
        assert_eq!(span.fields["outcome"], "succeeded", "{span:?}");
    }
    let sends = recorder.spans("send");
    let failed = sends.iter().filter(|it| it.fields["outcome"] == "failed");
    assert_eq!(failed.count(), 2);
}

/// A signal whose receivers fail in every way, sent robustly in every way.
mod failing {
    use super::{receiver, signal, yield_now};

    signal! {
        pub(super) lost();
    }

    #[receiver(lost)]
    fn fails() -> Result<(), String> {
        Err("plainly".into())
    }

    #[receiver(lost)]
    fn panics() {
        panic!("with a panic");
    }

    #[receiver(lost)]
    async fn fails_later() -> Result<(), String> {
        yield_now().await;
        Err("later".into())
    }
}

#[test]
fn a_failure_of_a_robust_send_is_one_event_in_the_span_of_the_send() {
    use failing::{Lost, lost};
    let sends: [fn() -> signals_core::RobustDelivered; 3] = [
        || lost.send_robust(Lost),
        || block_on(lost.send_robust_async(Lost)),
        || block_on(lost.concurrent().send_robust_async(Lost)),
    ];
    for send in sends {
        logs::record();
        let recorder = recording(|| assert_eq!(send().errors().len(), 3));
        assert_eq!(logs::take(), [], "not a second record");
        let seen = recorder.0.lock().unwrap();
        let errors = seen.events.iter().filter(|it| it.1["level"] == "ERROR");
        let errors: Vec<_> = errors.collect();
        assert_eq!(errors.len(), 3, "{errors:?}");
        let ends = ["plainly", "with a panic", "later"];
        for ((inside, fields), end) in errors.into_iter().zip(ends) {
            assert_eq!(inside.as_deref(), Some("send lost"));
            assert_eq!(fields["target"], "signals.dispatch");
            assert_eq!(fields["signal"], "tracing::failing::lost");
            let receiver = &fields["code.function.name"];
            assert!(receiver.starts_with("tracing::failing::"), "{receiver}");
            assert!(fields["message"].ends_with(end), "{fields:?}");
        }
    }
}

#[test]
fn a_failure_is_logged_where_no_subscriber_takes_it() {
    use failing::{Lost, lost};
    let filter = filter_fn(|it| it.target() != "signals.dispatch");
    let subscriber = Registry::default().with(Recorder::default()).with(filter);
    logs::record();
    with_default(subscriber, || assert!(!lost.send_robust(Lost).is_ok()));
    assert_eq!(logs::take().len(), 3);
    // Without spans, it is an event nevertheless.
    let recorder = Recorder::default();
    let level = LevelFilter::from_level(Level::ERROR);
    let subscriber = Registry::default().with(recorder.clone().with_filter(level));
    logs::record();
    with_default(subscriber, || assert!(!lost.send_robust(Lost).is_ok()));
    assert_eq!(logs::take(), []);
    assert_eq!(recorder.0.lock().unwrap().events.len(), 3);
}

#[test]
fn a_receiver_that_did_not_run_is_an_event_that_says_why() {
    let recorder = recording(|| drop(pay(7)));
    let seen = recorder.0.lock().unwrap();
    let (inside, fields) = seen
        .events
        .iter()
        .find(|(_, fields)| fields.contains_key("outcome"))
        .unwrap();
    assert_eq!(inside.as_deref(), Some("send paid"));
    assert_eq!(fields["code.function.name"], "tracing::celebrate");
    assert_eq!(fields["outcome"], "skipped");
    assert_eq!(fields["message"], "skipped: its condition said no");
}

#[test]
fn a_receiver_that_waited_has_its_spans_when_it_runs() {
    let recorder = recording(|| {
        let committed = transaction::scope(|| saved.send(Saved { number: 14 }));
        assert_eq!(committed.unwrap().errors.len(), 1);
    });
    let [commit] = &recorder.spans("on_commit")[..] else {
        panic!("one committed")
    };
    assert_eq!(commit.fields["signal"], "tracing::saved");
    assert_eq!(commit.fields["outcome"], "failed");
    let [index] = &recorder.spans("receive")[..] else {
        panic!("one ran")
    };
    assert_eq!(index.parent.as_deref(), Some("on_commit saved"));
    assert_eq!(index.fields["outcome"], "panicked");
    assert_eq!(index.fields["error.message"], "fourteen");
    let seen = recorder.0.lock().unwrap();
    let indexed = |(span, fields): &(Option<String>, BTreeMap<String, String>)| {
        fields["message"] == "indexed" && span.as_deref() == Some("receive index")
    };
    assert!(seen.events.iter().any(indexed));
}

#[test]
fn a_send_that_nobody_hears_has_no_span() {
    let recorder = recording(|| drop(unheard.send(Unheard)));
    assert!(recorder.0.lock().unwrap().spans.is_empty());
}

#[test]
fn whoever_wants_less_than_debug_gets_nothing() {
    let recorder = Recorder::default();
    let subscriber = Registry::default().with(
        recorder
            .clone()
            .with_filter(LevelFilter::from_level(Level::INFO)),
    );
    with_default(subscriber, || drop(pay(7)));
    assert!(recorder.spans("send").is_empty());
    assert!(recorder.spans("receive").is_empty());
}

#[test]
fn whoever_wants_only_the_spans_of_sends_gets_them() {
    let recorder = Recorder::default();
    let filter = filter_fn(|it| it.is_span() && it.name() == "send");
    let subscriber = Registry::default().with(recorder.clone().with_filter(filter));
    with_default(subscriber, || {
        counted.send(Counted { number: 3 }).unwrap();
    });
    assert_eq!(recorder.spans("send").len(), 1);
    assert!(recorder.spans("receive").is_empty());
}

#[test]
fn a_panic_that_unwinds_and_a_send_that_is_dropped_close_their_spans() {
    let recorder = recording(|| {
        let sender = Sender::of::<WebShop>();
        let send = || paid.send(Paid { sender, number: 14 });
        std::panic::catch_unwind(send).unwrap_err();
        let mut send = Box::pin(audited.send_async(Audited { number: 7 }));
        assert!(signals_tests::poll_once(send.as_mut()).is_pending());
    });
    for span in recorder
        .spans("receive")
        .iter()
        .chain(&recorder.spans("send"))
    {
        assert!(span.closed, "{span:?}");
    }
    let spans = recorder.spans("receive");
    let mut outcomes = spans.iter().map(|it| it.fields["outcome"].as_str());
    assert!(outcomes.any(|it| it == "cancelled"), "{spans:?}");
}

#[test]
fn the_span_of_a_send_says_the_worst_that_became_of_its_receivers() {
    let recorder = recording(|| {
        let mut send = Box::pin(audited.send_async(Audited { number: 7 }));
        assert!(signals_tests::poll_once(send.as_mut()).is_pending());
        drop(send);
        let mut send = Box::pin(audited.concurrent().send_async(Audited { number: 8 }));
        assert!(signals_tests::poll_once(send.as_mut()).is_pending());
    });
    let sends = recorder.spans("send");
    let outcomes = sends.iter().map(|it| it.fields["outcome"].as_str());
    assert_eq!(outcomes.collect::<Vec<_>>(), ["cancelled", "cancelled"]);
}

#[test]
fn the_span_of_a_send_whose_condition_panics_says_that_it_failed() {
    let recorder = recording(|| {
        drop(doubted.send_robust(Doubted { number: 14 }));
        let send = || doubted.send(Doubted { number: 14 });
        std::panic::catch_unwind(send).unwrap_err();
    });
    let sends = recorder.spans("send");
    let outcomes = sends.iter().map(|it| it.fields["outcome"].as_str());
    assert_eq!(outcomes.collect::<Vec<_>>(), ["failed", "failed"]);
}

/// An error that cannot be printed.
#[derive(Debug)]
struct Unprintable;

impl std::fmt::Display for Unprintable {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Err(std::fmt::Error)
    }
}

impl std::error::Error for Unprintable {}

signal! {
    scrawled();
}

#[receiver(scrawled, on_commit)]
async fn scrawls() -> Result<(), Unprintable> {
    Err(Unprintable)
}

#[test]
fn an_error_that_cannot_be_printed_is_no_panic_in_a_span() {
    let recorder = recording(|| {
        let committed = transaction::scope(|| scrawled.send(Scrawled)).unwrap();
        assert!(committed.errors[0].downcast_ref::<Unprintable>().is_some());
    });
    let [scrawls] = &recorder.spans("receive")[..] else {
        panic!("one ran")
    };
    assert_eq!(scrawls.fields["outcome"], "failed");
}

signal! {
    refused();
}

#[receiver(refused)]
async fn nobody_waits_for_it() {}

#[test]
fn the_span_of_a_refused_send_says_why() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let send = async { drop(refused.send(Refused).unwrap_err()) };
    let recorder = recording(|| runtime.block_on(send));
    let sends = recorder.spans("send");
    let send = sends
        .iter()
        .find(|it| it.fields["signal"] == "tracing::refused")
        .unwrap();
    assert_eq!(send.fields["outcome"], "refused");
    let why = &send.fields["error.message"];
    assert!(why.contains("tracing::nobody_waits_for_it"), "{why}");
}
