use signals_core::{AnySignal, Finding, SignalInfo};

/// What `check()` says about one signal. Every test program has signals that are wrong on purpose.
///
/// # Panics
///
/// At a kind of finding that the tests do not know yet.
pub fn findings_of(signal: &'static dyn AnySignal) -> Vec<Finding> {
    let is_about = |finding: &Finding| {
        let about = match finding {
            Finding::DuplicateKey { signal, .. }
            | Finding::Cycle { signal, .. }
            | Finding::UnknownReceiver { signal, .. }
            | Finding::MissingState { signal, .. } => signal,
            other => panic!("a finding that the tests do not know: {other}"),
        };
        let place = |signal: &SignalInfo| (signal.name(), signal.file(), signal.line());
        place(about) == place(signal.info())
    };
    signals_core::check().into_iter().filter(is_about).collect()
}
