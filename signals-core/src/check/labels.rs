//! Labels that no linked sender has.

use std::collections::BTreeSet;

use super::Finding;
use crate::catalog::names::{closest, is_slip_of};
use crate::catalog::senders;
use crate::receiver::{ReceiverRef, SenderFilter};

pub(super) fn findings() -> Vec<Finding> {
    let mut findings = Vec::new();
    let signals: Vec<_> = crate::signals().collect();
    let receivers: Vec<Vec<ReceiverRef>> = signals.iter().map(|it| it.receivers()).collect();
    let known = known(receivers.iter().flatten());
    for (signal, receivers) in signals.iter().zip(&receivers) {
        let signal = signal.info();
        for receiver in receivers {
            let unknown = labels(receiver).filter(|label| !known.contains(*label));
            for label in unknown {
                let is_slip = known.iter().any(|known| is_slip_of(label, known));
                if signal.by_models || is_slip {
                    let closest = closest(label, known.iter().map(String::as_str));
                    findings.push(Finding::UnknownLabel {
                        signal,
                        receiver: receiver.clone(),
                        label: label.to_owned(),
                        closest: closest.into_iter().map(str::to_owned).collect(),
                    });
                }
            }
        }
    }
    findings
}

/// The labels that a receiver listens to without naming their type.
fn labels(receiver: &ReceiverRef) -> impl Iterator<Item = &'static str> + '_ {
    receiver.senders.iter().filter_map(|filter| match filter {
        SenderFilter::Label(label) => Some(*label),
        SenderFilter::Type(_) | SenderFilter::Is(_) => None,
    })
}

/// The labels that somebody has who is linked: by what crates say, and by what receivers name.
fn known<'r>(receivers: impl Iterator<Item = &'r ReceiverRef>) -> BTreeSet<String> {
    let named = receivers.flat_map(|receiver| receiver.senders.iter());
    let named = named.filter(|filter| !matches!(filter, SenderFilter::Label(_)));
    let named = named.map(ToString::to_string);
    let said = senders().map(|(sender, _)| sender.to_string());
    named.chain(said).collect()
}
