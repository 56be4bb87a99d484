//! Recent sends as plain text, and that text split again.

use std::fmt::Write;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{Ran, Sent};
use crate::catalog::text::printable;
use crate::receiver::Guarantee;

/// The recorded sends as plain text, the oldest first.
///
/// For people, and for programs that read lines. One block for each send, with a blank line between
/// two blocks. Each line begins with a word and a space:
///
/// | line | what follows the first word |
/// |---|---|
/// | a number, as [`Sent::number`] | when it was sent, in UTC, and the name of the signal |
/// | `guarantee` | of the one receiver that was called at the end of a transaction; no such line for a send |
/// | `sender` | who sent it; no such line if it was nobody in particular |
/// | `site` | the file and the line of the send |
/// | `took` | how long it took, in milliseconds |
/// | `refused` | why nobody was called ([`Sent::refused`]); no such line for a send that was not refused |
/// | `receiver` | [`Outcome::as_str`](super::Outcome::as_str), how long it took, and the receiver's key; a line for each |
/// | `message` | [`Outcome::message`](super::Outcome::message) of the receiver on the line before; only if there is one |
///
/// ```text
/// 12 2026-07-04T10:15:30.123456Z shop::orders::order_paid
/// sender shop.WebShop
/// site src/checkout.rs:88
/// took 1.840 ms
/// receiver succeeded 1.203 ms shop_mail::send_receipt
/// receiver failed 0.611 ms shop_stock::reserve
/// message only 2 left
/// ```
///
/// No line has a control character: a line break in a message is `\n`. New kinds of lines may come
/// later, so leave out those that you do not know.
pub fn report() -> String {
    let blocks: Vec<String> = super::sends().iter().map(block).collect();
    blocks.join("\n")
}

fn block(sent: &Sent) -> String {
    let name = printable(sent.signal.name());
    let mut out = format!("{} {} {name}\n", sent.number, moment(sent.at));
    if sent.guarantee != Guarantee::Inline {
        line(&mut out, "guarantee", sent.guarantee.as_str());
    }
    if !sent.sender.is_none() {
        line(&mut out, "sender", &sent.sender.to_string());
    }
    let site = format!("{}:{}", sent.site.file(), sent.site.line());
    line(&mut out, "site", &site);
    line(&mut out, "took", &milliseconds(sent.duration));
    if let Some(why) = &sent.refused {
        line(&mut out, "refused", why);
    }
    for ran in &sent.receivers {
        receiver(&mut out, ran);
    }
    out
}

fn receiver(out: &mut String, ran: &Ran) {
    let (outcome, key) = (ran.outcome.as_str(), ran.receiver.key());
    let took = milliseconds(ran.duration);
    line(out, "receiver", &format!("{outcome} {took} {key}"));
    if let Some(message) = ran.outcome.message() {
        line(out, "message", &message);
    }
}

fn line(out: &mut String, word: &str, text: &str) {
    // Writing to a string does not fail.
    let _ = writeln!(out, "{word} {}", printable(text));
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.3} ms", duration.as_secs_f64() * 1e3)
}

/// `2026-07-04T10:15:30.123456Z`.
fn moment(at: SystemTime) -> String {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    let (days, second) = (since.as_secs() / 86_400, since.as_secs() % 86_400);
    let (year, month, day) = date(days);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let micros = since.subsec_micros();
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z")
}

/// The date that is so many days after 1970-01-01.
fn date(mut days: u64) -> (u64, usize, u64) {
    let mut year = 1970;
    while days >= year_length(year) {
        days -= year_length(year);
        year += 1;
    }
    let february = year_length(year) - 337;
    let months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while days >= months[month] {
        days -= months[month];
        month += 1;
    }
    (year, month + 1, days + 1)
}

fn year_length(year: u64) -> u64 {
    let is_leap = year % 4 == 0 && year % 100 != 0 || year % 400 == 0;
    365 + u64::from(is_leap)
}

/// One send, as [`report`] tells it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Told<'t> {
    pub(crate) number: u64,
    pub(crate) at: &'t str,
    pub(crate) signal: &'t str,
    /// Of a receiver that waited for the end of a transaction.
    pub(crate) guarantee: Option<&'t str>,
    pub(crate) sender: Option<&'t str>,
    pub(crate) site: &'t str,
    pub(crate) took: &'t str,
    pub(crate) refused: Option<&'t str>,
    pub(crate) receivers: Vec<ToldReceiver<'t>>,
}

/// A receiver in it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ToldReceiver<'t> {
    pub(crate) outcome: &'t str,
    pub(crate) took: String,
    pub(crate) key: &'t str,
    pub(crate) message: Option<&'t str>,
}

/// The text of [`report`], split again. `None` if it is none, or not all of one.
pub(crate) fn split(report: &str) -> Option<Vec<Told<'_>>> {
    if report.is_empty() {
        return Some(Vec::new());
    }
    let report = report.strip_suffix('\n')?;
    report.split("\n\n").map(Told::of).collect()
}

impl<'t> Told<'t> {
    fn of(block: &'t str) -> Option<Self> {
        let mut lines = block.lines();
        let mut first = lines.next()?.splitn(3, ' ');
        let number = first.next()?.parse().ok()?;
        let (at, signal) = (first.next()?, first.next()?);
        let (mut guarantee, mut sender, mut site, mut took) = (None, None, None, None);
        let mut refused = None;
        let mut receivers: Vec<ToldReceiver<'_>> = Vec::new();
        for line in lines {
            let (word, text) = line.split_once(' ')?;
            match word {
                "guarantee" => guarantee = Some(text),
                "sender" => sender = Some(text),
                "site" => site = Some(text),
                "took" => took = Some(text),
                "refused" => refused = Some(text),
                "receiver" => receivers.push(ToldReceiver::of(text)?),
                "message" => receivers.last_mut()?.message = Some(text),
                _ => {}
            }
        }
        Some(Self {
            number,
            at,
            signal,
            guarantee,
            sender,
            site: site?,
            took: took?,
            refused,
            receivers,
        })
    }
}

impl<'t> ToldReceiver<'t> {
    fn of(text: &'t str) -> Option<Self> {
        let mut words = text.splitn(4, ' ');
        let (outcome, took, unit) = (words.next()?, words.next()?, words.next()?);
        Some(Self {
            outcome,
            took: format!("{took} {unit}"),
            key: words.next()?,
            message: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::{Told, ToldReceiver, line, milliseconds, moment, split};

    const REPORT: &str = "\
12 2026-07-04T10:15:30.123456Z shop::order_paid
sender shop.WebShop
site src/checkout.rs:88
took 1.840 ms
receiver succeeded 1.203 ms shop_mail::send_receipt
receiver failed 0.611 ms a key, with spaces
message only\\n2 left

13 2026-07-04T10:15:31.000000Z shop.till opened
guarantee on_commit
site src/till.rs:1
took 0.001 ms
refused nobody waits
";

    #[test]
    fn a_report_is_split_into_its_sends() {
        let told = split(REPORT).unwrap();
        let receiver = |outcome, took: &str, key, message| ToldReceiver {
            outcome,
            took: took.to_owned(),
            key,
            message,
        };
        let first = Told {
            number: 12,
            at: "2026-07-04T10:15:30.123456Z",
            signal: "shop::order_paid",
            guarantee: None,
            sender: Some("shop.WebShop"),
            site: "src/checkout.rs:88",
            took: "1.840 ms",
            refused: None,
            receivers: vec![
                receiver("succeeded", "1.203 ms", "shop_mail::send_receipt", None),
                receiver(
                    "failed",
                    "0.611 ms",
                    "a key, with spaces",
                    Some("only\\n2 left"),
                ),
            ],
        };
        assert_eq!(told.len(), 2);
        assert_eq!(told[0], first);
        assert_eq!((told[1].signal, told[1].sender), ("shop.till opened", None));
        assert_eq!(told[1].guarantee, Some("on_commit"));
        assert_eq!(told[1].refused, Some("nobody waits"));
        assert_eq!(split(""), Some(Vec::new()));
    }

    #[test]
    fn a_line_of_a_later_version_is_left_out() {
        let later = REPORT.replace("took 0.001 ms", "thread main\ntook 0.001 ms");
        assert_eq!(split(&later), split(REPORT));
    }

    #[test]
    fn what_is_no_report_is_told_from_one() {
        for garbage in ["\n", "hello\n", "<html>\n\n</html>\n", "12 now\n", "\n\n\n"] {
            assert_eq!(split(garbage), None, "{garbage:?}");
        }
        for end in [10, 60, 100, 200, REPORT.len() - 1] {
            assert_eq!(split(&REPORT[..end]), None, "cut off at {end}");
        }
    }

    #[test]
    fn a_block_stays_a_block_whatever_the_message() {
        let mut out = String::new();
        line(&mut out, "message", "out\n\n99 of\r\x1b[2J order\u{85}");
        assert_eq!(out, "message out\\n\\n99 of\\r\\u{1b}[2J order\\u{85}\n");
    }

    #[test]
    fn times_are_those_of_the_calendar() {
        let at = |seconds| moment(UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(at(0), "1970-01-01T00:00:00.000000Z");
        assert_eq!(at(951_782_399), "2000-02-28T23:59:59.000000Z");
        assert_eq!(at(951_782_400), "2000-02-29T00:00:00.000000Z");
        assert_eq!(at(1_704_067_199), "2023-12-31T23:59:59.000000Z");
        assert_eq!(at(1_735_689_599), "2024-12-31T23:59:59.000000Z");
        assert_eq!(at(4_107_542_400), "2100-03-01T00:00:00.000000Z");
        assert_eq!(milliseconds(Duration::from_nanos(1_234_567)), "1.235 ms");
        assert_eq!(milliseconds(Duration::ZERO), "0.000 ms");
    }
}
