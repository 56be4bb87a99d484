//! What a running program has sent, asked for over plain HTTP.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

use crate::catalog::Explanation;
use crate::catalog::text::{Page, Tone, printable};
use crate::recent::report::{Told, split};

/// Where the report is, if the address does not say.
const PATH: &str = "/signals/recent.txt";
/// How long the whole answer may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// No report is longer.
const LONGEST: usize = 64 << 20;
/// How many sends are shown.
const SHOWN: usize = 10;

/// The text of [`report`](crate::recent::report) that the program serves at `url`. The error is what
/// to tell the user.
pub(super) fn fetch(url: &str) -> Result<String, String> {
    fetch_within(url, PATIENCE)
}

fn fetch_within(url: &str, patience: Duration) -> Result<String, String> {
    let address = Address::parse(url)?;
    let answer = address.get(Instant::now() + patience);
    let answer = answer.map_err(|error| format!("`{url}`: {}", reason(&error)))?;
    let text = body(&answer).map_err(|wrong| format!("`{url}`: {wrong}"))?;
    if split(&text).is_none() {
        return Err(format!("`{url}`: {NO_REPORT}"));
    }
    Ok(text)
}

const NO_REPORT: &str = "what is there is no text of `recent::report()`, or not all of it";

fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "no program listens there".to_owned(),
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => {
            "the program takes too long to answer".to_owned()
        }
        _ => error.to_string(),
    }
}

/// `http://HOST[:PORT][/PATH]`.
#[derive(Debug, PartialEq, Eq)]
struct Address<'u> {
    host: &'u str,
    port: u16,
    path: &'u str,
}

impl<'u> Address<'u> {
    fn parse(url: &'u str) -> Result<Self, String> {
        let wrong = || format!("`{url}` is no address like `http://127.0.0.1:8000`");
        let Some(rest) = url.strip_prefix("http://") else {
            return Err(format!("{}, and only `http://` is spoken here", wrong()));
        };
        let rest = rest.split('#').next().unwrap_or(rest);
        let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => {
                (host, port.parse().map_err(|_| wrong())?)
            }
            _ => (authority, 80),
        };
        let is_sendable = |letter: char| letter.is_ascii_graphic() && letter != '@';
        if host.is_empty() || !authority.chars().all(is_sendable) {
            return Err(wrong());
        }
        if !path.chars().all(|letter| letter.is_ascii_graphic()) {
            return Err(wrong());
        }
        let path = match path {
            "" | "/" => PATH,
            path if path.starts_with('/') => path,
            _ => return Err(wrong()),
        };
        Ok(Self { host, port, path })
    }

    /// The whole answer of the program.
    fn get(&self, deadline: Instant) -> io::Result<Vec<u8>> {
        let mut stream = self.connect(deadline)?;
        let Self { host, port, path } = self;
        stream.set_write_timeout(Some(left(deadline)?))?;
        write!(
            stream,
            "GET {path} HTTP/1.0\r\nHost: {host}:{port}\r\nAccept: text/plain\r\n\r\n"
        )?;
        let (mut answer, mut part) = (Vec::new(), [0; 16 * 1024]);
        loop {
            stream.set_read_timeout(Some(left(deadline)?))?;
            match stream.read(&mut part)? {
                0 => return Ok(answer),
                read => answer.extend_from_slice(&part[..read]),
            }
            if answer.len() > LONGEST {
                return Err(io::Error::other("the answer does not end"));
            }
        }
    }

    fn connect(&self, deadline: Instant) -> io::Result<TcpStream> {
        let host = self.host.trim_start_matches('[').trim_end_matches(']');
        let mut failure = io::Error::other("the host has no address");
        for address in (host, self.port).to_socket_addrs()? {
            match TcpStream::connect_timeout(&address, left(deadline)?) {
                Ok(stream) => return Ok(stream),
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }
}

fn left(deadline: Instant) -> io::Result<Duration> {
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Err(io::ErrorKind::TimedOut.into());
    }
    Ok(left)
}

/// What comes after the head of a good answer.
fn body(answer: &[u8]) -> Result<String, String> {
    let no_http = || "what is there speaks no HTTP".to_owned();
    let mut ends = answer.windows(4);
    let end = ends.position(|end| end == b"\r\n\r\n");
    let (head, body) = answer.split_at(end.ok_or_else(no_http)?);
    let body = &body[4..];
    let head = std::str::from_utf8(head).map_err(|_| no_http())?;
    let mut lines = head.lines();
    let status = lines.next().unwrap_or_default();
    let status = status.strip_prefix("HTTP/1.").ok_or_else(no_http)?;
    let (_, status) = status.split_once(' ').ok_or_else(no_http)?;
    if status.split(' ').next() != Some("200") {
        let hint = "the program has to serve `recent::report()` there";
        return Err(format!(
            "the answer is {}; {hint}",
            printable(status.trim())
        ));
    }
    let length = lines.filter_map(|line| line.split_once(':'));
    let mut length = length.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length = length
        .next()
        .and_then(|(_, length)| length.trim().parse().ok());
    if length.is_some_and(|length: usize| body.len() < length) {
        return Err("the answer is cut off".to_owned());
    }
    String::from_utf8(body.to_owned()).map_err(|_| NO_REPORT.to_owned())
}

/// The last sends of the signal, and of the sender if there is one in question.
pub(super) fn show(explanation: &Explanation, report: &str, page: Page) -> String {
    let name = printable(explanation.signal().name());
    let has_sender = explanation.signal().has_sender();
    let sender = explanation.sender().filter(|_| has_sender).map(printable);
    let is_meant = |told: &Told<'_>| {
        told.signal == name && (sender.is_none() || told.sender == sender.as_deref())
    };
    let mut sends = split(report).unwrap_or_default();
    sends.retain(is_meant);
    let shown = &sends[sends.len().saturating_sub(SHOWN)..];
    let by = sender.map_or_else(String::new, |sender| format!(" by `{sender}`"));
    let title = match shown.len() {
        0 => format!("No send{by} is recorded in the running program."),
        1 => format!("The last send{by} in the running program:"),
        count => {
            format!("The last {count} sends{by} in the running program, the newest at the end:")
        }
    };
    let mut out = page.paragraph("", 0, &title, Some(Tone::Strong));
    for told in shown {
        out += &item(told, page);
    }
    out
}

fn item(told: &Told<'_>, page: Page) -> String {
    let number = format!("   {}", told.number);
    let indent = 6.max(number.len() + 2);
    let by = told.sender.unwrap_or("nobody in particular");
    let late = told.guarantee.map(|it| format!(" {it}"));
    let late = late.unwrap_or_default();
    let about = format!("{}{late} by {by}, took {}", told.at, told.took);
    let mut out = page.paragraph(&number, indent, &about, None);
    out += &page.paragraph("", indent, told.site, Some(Tone::Faint));
    if let Some(why) = told.refused {
        let refused = format!("refused: {why}");
        out += &page.paragraph("", indent, &refused, Some(Tone::Warning));
    } else if told.receivers.is_empty() {
        out += &page.paragraph("", indent, "nobody was called", None);
    }
    for receiver in &told.receivers {
        let mut parts = vec![receiver.key.to_owned(), receiver.outcome.to_owned()];
        if !matches!(receiver.outcome, "skipped" | "deferred") {
            parts[1] = format!("{} in {}", receiver.outcome, receiver.took);
        }
        parts.extend(receiver.message.map(str::to_owned));
        let line = parts.join(": ");
        let is_wrong = matches!(receiver.outcome, "failed" | "panicked");
        out += &page.paragraph("", indent, &line, is_wrong.then_some(Tone::Warning));
    }
    out
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::thread;
    use std::time::{Duration, Instant};

    use super::{Address, fetch, fetch_within};

    const REPORT: &str = "1 2026-07-04T10:15:30.000000Z a\nsite a.rs:1\ntook 1.000 ms\n";

    /// A program that does this with one connection; its address.
    fn server(serve: impl FnOnce(TcpStream, String) + Send + 'static) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = String::new();
            while !request.ends_with("\r\n\r\n") {
                let mut byte = [0];
                stream.read_exact(&mut byte).unwrap();
                request.push(char::from(byte[0]));
            }
            serve(stream, request);
        });
        url
    }

    fn answering(answer: String) -> String {
        // Who asked may be gone before the end.
        server(move |mut stream, _| drop(stream.write_all(answer.as_bytes())))
    }

    fn ok(length: usize, body: &str) -> String {
        format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}")
    }

    #[test]
    fn addresses_are_plain_http() {
        let address = |host, port, path| Ok(Address { host, port, path });
        for (url, expected) in [
            (
                "http://127.0.0.1:8000",
                address("127.0.0.1", 8000, "/signals/recent.txt"),
            ),
            (
                "http://localhost/",
                address("localhost", 80, "/signals/recent.txt"),
            ),
            ("http://[::1]:81/x?y#z", address("[::1]", 81, "/x?y")),
            ("http://[::1]", address("[::1]", 80, "/signals/recent.txt")),
        ] {
            assert_eq!(Address::parse(url), expected, "{url}");
        }
        for wrong in [
            "https://127.0.0.1",
            "127.0.0.1:8000",
            "http://",
            "http://:80",
            "http://a:port",
            "http://a:99999",
            "http://me@a",
            "http://a/b\r\nHost: c",
            "http://a b/",
            "http://a?x",
        ] {
            let error = Address::parse(wrong).unwrap_err();
            assert!(error.contains("`http://127.0.0.1:8000`"), "{error}");
        }
    }

    #[test]
    fn a_report_arrives_in_pieces_and_with_or_without_a_length() {
        let url = server(|mut stream, request| {
            assert!(request.starts_with("GET /signals/recent.txt HTTP/1.0\r\nHost: 127.0.0.1:"));
            for byte in ok(REPORT.len(), REPORT).as_bytes().chunks(7) {
                stream.write_all(byte).unwrap();
                thread::sleep(Duration::from_millis(1));
            }
        });
        assert_eq!(fetch(&url).as_deref(), Ok(REPORT));
        let url = answering(format!("HTTP/1.0 200 OK\r\n\r\n{REPORT}"));
        assert_eq!(fetch(&url).as_deref(), Ok(REPORT));
        assert_eq!(fetch(&answering(ok(0, ""))).as_deref(), Ok(""));
    }

    #[test]
    fn what_is_not_there_is_said() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        let error = fetch(&url).unwrap_err();
        assert!(error.ends_with("no program listens there"), "{error}");
        let url = answering("HTTP/1.1 404 Not Found\r\n\r\n".to_owned());
        let error = fetch(&url).unwrap_err();
        assert!(error.contains("the answer is 404 Not Found"), "{error}");
    }

    #[test]
    fn garbage_and_what_is_cut_off_is_no_report() {
        for (answer, expected) in [
            (String::new(), "speaks no HTTP"),
            ("SSH-2.0-OpenSSH\r\n\r\n".to_owned(), "speaks no HTTP"),
            ("HTTP/1.1 200".to_owned(), "speaks no HTTP"),
            ("HTTP/1.1\r\n\r\n".to_owned(), "speaks no HTTP"),
            (ok(REPORT.len(), &REPORT[..40]), "cut off"),
            (ok(40, &REPORT[..40]), "or not all of it"),
            (ok(20, "<html>hello\n\n</html>\n"), "or not all of it"),
        ] {
            let error = fetch(&answering(answer.clone())).unwrap_err();
            assert!(error.contains(expected), "{answer:?}: {error}");
        }
        let url = server(|mut stream, _| {
            stream
                .write_all(b"HTTP/1.1 200 OK\r\n\r\n\xff\xfe\n")
                .unwrap();
        });
        assert!(fetch(&url).unwrap_err().contains("or not all of it"));
    }

    #[test]
    fn a_slow_program_is_not_waited_for() {
        let patience = Duration::from_millis(100);
        let silent = server(|stream, _| {
            thread::sleep(Duration::from_secs(60));
            drop(stream);
        });
        // Each byte in time, all of them not.
        let dripping = server(|mut stream, _| {
            while stream.write_all(b"H").is_ok() {
                thread::sleep(Duration::from_millis(10));
            }
        });
        for url in [silent, dripping] {
            let started = Instant::now();
            let error = fetch_within(&url, patience).unwrap_err();
            assert!(error.ends_with("takes too long to answer"), "{error}");
            assert!(started.elapsed() < Duration::from_secs(30));
        }
    }
}
