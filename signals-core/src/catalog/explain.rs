//! Who is called by one signal, in which order, and why.

use std::fmt;

use super::entry::{CatalogReceiver, CatalogSignal, Idle};
use super::table::{head, name, place, runs, senders};
use super::text::{Page, Tone};
use super::{Catalog, UnknownSignal};
use crate::check::Finding;
use crate::receiver::{ReceiverInfo, ReceiverRef};
use crate::signal::SignalInfo;

/// Who is called when a signal is sent, in which order and why, and who is not and why not.
///
/// `Display` says it all. Made by [`Catalog::explain`].
#[derive(Debug, Clone)]
pub struct Explanation {
    signal: CatalogSignal,
    sender: Option<String>,
}

/// Why a receiver is not called. `Display` says it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum NotCalled {
    /// It listens to other senders.
    OtherSender {
        /// To these.
        senders: Vec<String>,
    },
    /// It is called by no send.
    Idle(Idle),
}

impl Catalog {
    /// Explains each signal with this name or end of a path, for sends by the sender with this
    /// label, or else for all sends.
    ///
    /// ```
    /// use signals_core::{receiver, signal};
    ///
    /// signal! {
    ///     pub bill_printed(sender, total: u64);
    /// }
    ///
    /// #[receiver(bill_printed, sender = "shop.Till")]
    /// fn open_drawer() {}
    ///
    /// #[receiver(bill_printed)]
    /// fn send_receipt() {}
    ///
    /// let explained = signals_core::catalog().explain("bill_printed", Some("shop.WebShop"))?;
    /// let called: Vec<_> = explained[0].called().map(|receiver| receiver.path()).collect();
    /// assert!(called.len() == 1 && called[0].ends_with("send_receipt"));
    /// println!("{}", explained[0]);
    /// # Ok::<(), signals_core::catalog::UnknownSignal>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`with_signal`](Self::with_signal).
    pub fn explain(
        &self,
        signal: &str,
        sender: Option<&str>,
    ) -> Result<Vec<Explanation>, UnknownSignal> {
        let signals = self.clone().with_signal(signal)?.signals;
        let explanation = |signal| Explanation {
            signal,
            sender: sender.map(str::to_owned),
        };
        Ok(signals.into_iter().map(explanation).collect())
    }
}

impl Explanation {
    /// The signal.
    pub fn signal(&self) -> &CatalogSignal {
        &self.signal
    }

    /// The label of the sender, if one was given.
    pub fn sender(&self) -> Option<&str> {
        self.sender.as_deref()
    }

    /// Those that are called, in order. One with a condition is, as far as is known before a send.
    pub fn called(&self) -> impl Iterator<Item = &CatalogReceiver> {
        let receivers = self.signal.receivers().iter();
        receivers.filter(|it| self.is_heard(it.hears(self.sender())))
    }

    /// Those that are not called, and why not.
    pub fn not_called(&self) -> impl Iterator<Item = (&ReceiverRef, NotCalled)> {
        let receivers = self.signal.receivers().iter();
        let others = receivers.filter(|it| !self.is_heard(it.hears(self.sender())));
        let others = others.map(|it| {
            let senders = it.senders().to_vec();
            (it.receiver(), NotCalled::OtherSender { senders })
        });
        let idle = self.signal.idle().iter();
        let idle = idle.filter(|it| self.is_heard(it.would_hear(self.sender())));
        others.chain(idle.map(|it| (it.receiver(), NotCalled::Idle(it.cause().clone()))))
    }

    /// What is wrong with the receivers of the signal, as [`check`](fn@crate::check) says it.
    pub fn findings(&self) -> Vec<Finding> {
        let place = |info: &SignalInfo| (info.path(), info.file(), info.line());
        let findings = crate::check().into_iter();
        let is_mine = |finding: &Finding| {
            let signal = finding.signal();
            signal.is_some_and(|signal| place(signal) == place(self.signal.info()))
        };
        findings.filter(is_mine).collect()
    }

    /// Without a sender in question, or to choose by, all are heard.
    fn is_heard(&self, hears: bool) -> bool {
        hears || self.sender.is_none() || !self.signal.has_sender()
    }

    pub(crate) fn show(&self, page: Page) -> String {
        let mut out = head(&self.signal, page);
        out.push('\n');
        out += &page.paragraph("", 0, &self.title(), Some(Tone::Strong));
        for (number, receiver) in (1..).zip(self.called()) {
            out += &item(page, &number.to_string(), receiver, &self.about(receiver));
        }
        let mut not_called = self.not_called().peekable();
        if not_called.peek().is_some() {
            out.push('\n');
            out += &page.paragraph("", 0, "Not called:", Some(Tone::Strong));
        }
        for (receiver, why) in not_called {
            out += &item(page, "-", receiver, &[why.to_string()]);
        }
        // State may be provided later; it is said beside its receiver.
        let mut findings = self.findings();
        findings.retain(|finding| !matches!(finding, Finding::MissingState { .. }));
        if !findings.is_empty() {
            out.push('\n');
            out += &page.paragraph("", 0, "What is wrong:", Some(Tone::Strong));
        }
        for finding in findings {
            out += &page.paragraph("   !", 6, &finding.to_string(), Some(Tone::Warning));
        }
        out
    }

    fn title(&self) -> String {
        let by = match &self.sender {
            None if self.signal.has_sender() => " when a sender that they listen to sends",
            None => "",
            Some(_) if !self.signal.has_sender() => {
                ", whoever sends, for this signal has no sender to choose by"
            }
            Some(sender) => &format!(" when `{sender}` sends"),
        };
        match self.called().count() {
            0 => format!("Nobody is called{by}."),
            1 => format!("Called{by}:"),
            _ => format!("Called{by}, in this order:"),
        }
    }

    /// What is to be said of a receiver that is called.
    fn about(&self, receiver: &CatalogReceiver) -> Vec<String> {
        let mut first = vec![format!("runs {}", runs(receiver))];
        if self.signal.has_sender() {
            first.push(format!("hears {}", senders(receiver.senders())));
        }
        if receiver.priority() != 0 {
            first.push(format!("priority {}", receiver.priority()));
        }
        if receiver.is_connection() {
            first.push("connected at run time".to_owned());
        }
        let mut about = vec![first.join(", "), receiver.reason().to_string()];
        if receiver.has_condition() {
            about.push("only if its `when` says so, which is asked at each send".to_owned());
        }
        about.extend(receiver.states.iter().map(|need| {
            let who = if (need.is_provided)() {
                ""
            } else if need.is_optional {
                ", if somebody provides it"
            } else if need.is_scoped() {
                ", which an adapter provides while it sends"
            } else {
                ", which nobody has provided so far"
            };
            format!("takes the state `{}`{who}", (need.name)())
        }));
        about
    }
}

/// A receiver, where it is, and what there is to say.
fn item(page: Page, number: &str, receiver: &ReceiverInfo, about: &[String]) -> String {
    let indent = 6.max(number.len() + 5);
    let head = format!("   {number}");
    let mut out = page.paragraph(&head, indent, &name(receiver), None);
    out += &page.paragraph("", indent, &place(receiver), Some(Tone::Faint));
    for line in about {
        out += &page.paragraph("", indent, line, None);
    }
    out
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.show(Page::default()).trim_end())
    }
}

impl fmt::Display for NotCalled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherSender { senders } => write!(f, "it hears {} only", senders.join(" or ")),
            Self::Idle(idle) => idle.fmt(f),
        }
    }
}
