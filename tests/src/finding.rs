use signals_core::{AnySignal, Finding, SignalInfo};

/// What `check()` says about one signal. Every test program has signals that are wrong on purpose.
pub fn findings_of(signal: &'static dyn AnySignal) -> Vec<Finding> {
    let place = |signal: &SignalInfo| (signal.name(), signal.file(), signal.line());
    let is_about = |finding: &Finding| {
        let about = finding.signal();
        about.is_some_and(|about| place(about) == place(signal.info()))
    };
    signals_core::check().into_iter().filter(is_about).collect()
}
