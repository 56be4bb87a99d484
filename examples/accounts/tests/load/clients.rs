//! The clients: what they do, and what they were told.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;

use crate::browser::{Browser, Page};
use crate::tally::Tally;

/// The header by which a request is known to the clients and to the receivers.
pub(crate) const NUMBER: &str = "x-number";

const PASSWORD: &str = "correct horse battery staple";

/// What the clients were told.
#[derive(Default)]
pub(crate) struct Said {
    /// The status of each request that was answered.
    pub(crate) statuses: HashMap<String, u16>,
    /// What was done, according to the answer.
    pub(crate) done: Tally,
    /// What may have been done: the client did not wait for the answer.
    pub(crate) tried: Tally,
    /// Requests that the service was not able to answer.
    pub(crate) failures: Vec<String>,
}

impl Said {
    pub(crate) fn add(&mut self, other: Self) {
        self.statuses.extend(other.statuses);
        self.done.add(other.done);
        self.tried.add(other.tried);
        self.failures.extend(other.failures);
    }
}

pub(crate) fn run(number: usize, address: &str, end: Instant) -> Said {
    let mut client = Client {
        number,
        address,
        random: Rng::with_seed(number as u64),
        requests: 0,
        names: 0,
        user: String::new(),
        articles: Vec::new(),
        browser: Browser::new(&format!("http://{address}")),
        cookie: String::new(),
        said: Said::default(),
    };
    client.sign_up();
    while Instant::now() < end && client.said.failures.is_empty() {
        match client.random.u8(..24) {
            0..2 => client.sign_up(),
            2 => client.sign_up_as_others_do(),
            3 => client.sign_up_again(),
            4..6 => client.log_in(),
            6 => client.log_in_with(&client.user.clone(), "wrong"),
            7 => client.log_in_with(&format!("nobody-{number}"), PASSWORD),
            8 => client.log_out(),
            9 => client.change_password(),
            10 => client.look("/"),
            11 => client.look("/events"),
            12 => client.hang_up_signing_up(),
            13 => client.hang_up_logging_in(PASSWORD, "log in"),
            14 => client.hang_up_logging_in("wrong", "refused log in"),
            15 => client.hang_up_changing_the_password(),
            16..19 => client.write(),
            19 => client.edit(),
            20 => client.delete(),
            21 => client.look("/articles?q=load"),
            22 => client.hang_up_writing(),
            _ => client.hang_up_editing(),
        }
    }
    client.said
}

/// Somebody with an account, and a browser in which it is logged in.
struct Client<'a> {
    number: usize,
    address: &'a str,
    random: Rng,
    requests: u64,
    names: u64,
    user: String,
    /// Of this user, with their titles.
    articles: Vec<Article>,
    browser: Browser,
    cookie: String,
    said: Said,
}

struct Article {
    address: String,
    title: String,
}

impl Client<'_> {
    fn sign_up(&mut self) {
        self.browser = self.new_browser();
        self.user = self.new_name();
        self.articles.clear();
        let page = self.post_sign_up(&self.user.clone());
        assert!(page.leads_to("/"), "{}", page.body);
        self.said.done.note("sign up", &self.user);
    }

    /// With a name that two others want as well: one of them gets it.
    fn sign_up_as_others_do(&mut self) {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let name = format!("popular-{}", NEXT.fetch_add(1, Ordering::Relaxed) / 3);
        self.browser = self.new_browser();
        let page = self.post_sign_up(&name);
        if page.leads_to("/") {
            self.said.done.note("sign up", &name);
            self.user = name;
            self.articles.clear();
        } else {
            assert!(page.wrong("username").is_some(), "{}", page.body);
            self.said.done.note("refused sign up", &name);
            self.log_in();
        }
    }

    fn sign_up_again(&mut self) {
        let page = self.post_sign_up(&self.user.clone());
        assert!(page.wrong("username").is_some(), "{}", page.body);
        self.said.done.note("refused sign up", &self.user);
    }

    /// In a browser of its own.
    fn log_in(&mut self) {
        self.browser = self.new_browser();
        self.log_in_with(&self.user.clone(), PASSWORD);
    }

    fn log_in_with(&mut self, username: &str, password: &str) {
        let page = self.post("/login", [("username", username), ("password", password)]);
        let what = match page.status {
            303 => "log in",
            422 => "refused log in",
            _ => return,
        };
        let is_right = username == self.user && password == PASSWORD;
        assert_eq!(what == "log in", is_right, "{username}: {}", page.body);
        self.said.done.note(what, username);
    }

    fn log_out(&mut self) {
        assert!(self.post("/logout", []).leads_to("/"));
        self.log_in();
    }

    /// To the same, so that it is known whatever becomes of the request.
    fn change_password(&mut self) {
        let page = self.post("/password", new_password());
        assert!(page.leads_to("/"), "{}", page.body);
        self.said.done.note("change of password", &self.user);
    }

    fn write(&mut self) {
        let (title, tags) = (self.new_name(), self.tags());
        let page = self.post("/articles/new", article_form(&title, &tags));
        let address = page.location.filter(|_| page.status == 303);
        let address = address.unwrap_or_else(|| panic!("{}", page.body));
        self.said.done.note("write", &title);
        self.articles.push(Article { address, title });
    }

    fn edit(&mut self) {
        let Some(article) = self.random.choice(&self.articles) else {
            return;
        };
        let (address, title) = (article.address.clone(), article.title.clone());
        let tags = self.tags();
        let page = self.post(&format!("{address}/edit"), article_form(&title, &tags));
        assert!(page.leads_to(&address), "{}", page.body);
        self.said.done.note("edit", &title);
    }

    fn delete(&mut self) {
        let Some(Article { address, title }) = self.articles.pop() else {
            return;
        };
        let page = self.post(&format!("{address}/delete"), []);
        assert!(page.leads_to("/articles"), "{}", page.body);
        self.said.done.note("delete", &title);
    }

    /// Some that everybody uses, and one that is made by several at once.
    fn tags(&mut self) -> String {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let new = NEXT.fetch_add(1, Ordering::Relaxed) / 5;
        let mut common = || self.random.u8(..20);
        format!("load, common-{}, common-{}, new-{new}", common(), common())
    }

    fn look(&mut self, path: &str) {
        let number = self.number();
        let page = self.browser.get_with(path, [(NUMBER, &number)]);
        self.answered(number, &page);
        assert!(page.body.contains(&self.user), "{}", page.body);
    }

    fn hang_up_signing_up(&mut self) {
        let name = self.new_name();
        self.said.tried.note("sign up", &name);
        self.hang_up("/signup", "", &sign_up_form(&name, &address(&name)));
    }

    fn hang_up_logging_in(&mut self, password: &str, what: &'static str) {
        let name = self.user.clone();
        self.said.tried.note(what, &name);
        self.hang_up("/login", "", &[("username", &name), ("password", password)]);
    }

    /// The last act of this user: a password that changes later ends the sessions of its own time.
    fn hang_up_changing_the_password(&mut self) {
        self.said.tried.note("change of password", &self.user);
        let cookie = format!("cookie: {}\r\n", self.cookie);
        self.hang_up("/password", &cookie, &new_password());
        self.sign_up();
    }

    fn hang_up_writing(&mut self) {
        let (title, tags) = (self.new_name(), self.tags());
        self.said.tried.note("write", &title);
        let cookie = format!("cookie: {}\r\n", self.cookie);
        self.hang_up("/articles/new", &cookie, &article_form(&title, &tags));
    }

    /// The last time that this one is touched.
    fn hang_up_editing(&mut self) {
        let Some(Article { address, title }) = self.articles.pop() else {
            return;
        };
        let tags = self.tags();
        self.said.tried.note("edit", &title);
        let cookie = format!("cookie: {}\r\n", self.cookie);
        let path = format!("{address}/edit");
        self.hang_up(&path, &cookie, &article_form(&title, &tags));
    }

    fn post_sign_up(&mut self, name: &str) -> Page {
        self.post("/signup", sign_up_form(name, &address(name)))
    }

    fn post<const N: usize>(&mut self, path: &str, form: [(&str, &str); N]) -> Page {
        let number = self.number();
        let page = self.browser.post_with(path, form, [(NUMBER, &number)]);
        self.answered(number, &page);
        page
    }

    fn answered(&mut self, number: String, page: &Page) {
        if page.status >= 500 {
            let failure = format!("{number}: {} {}", page.status, page.body);
            self.said.failures.push(failure);
        }
        self.said.statuses.insert(number, page.status);
        if let Some(cookie) = &page.cookie {
            let (cookie, _) = cookie.split_once(';').unwrap();
            cookie.clone_into(&mut self.cookie);
        }
    }

    /// Sends the form, or a part of it, and goes away at some moment.
    fn hang_up(&mut self, path: &str, cookie: &str, form: &[(&str, &str)]) {
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let (address, number) = (self.address, self.number());
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: {address}\r\n{NUMBER}: {number}\r\n{cookie}\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
            form.len(),
        );
        let mut stream = TcpStream::connect(self.address).unwrap();
        let sent = match self.random.u8(..4) {
            0 => self.random.usize(..request.len()),
            _ => request.len(),
        };
        stream.write_all(&request.as_bytes()[..sent]).unwrap();
        if sent == request.len() && self.random.u8(..4) == 0 {
            // The answer has begun.
            stream.read_exact(&mut [0]).unwrap();
        } else {
            thread::sleep(Duration::from_micros(self.random.u64(..30_000)));
        }
    }

    fn new_browser(&self) -> Browser {
        Browser::new(&format!("http://{}", self.address))
    }

    fn new_name(&mut self) -> String {
        self.names += 1;
        format!("user-{}-{}", self.number, self.names)
    }

    fn number(&mut self) -> String {
        self.requests += 1;
        format!("{}-{}", self.number, self.requests)
    }
}

fn address(name: &str) -> String {
    format!("{name}@example.org")
}

fn sign_up_form<'a>(name: &'a str, email: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("username", name),
        ("email", email),
        ("password", PASSWORD),
        ("password_confirm", PASSWORD),
    ]
}

fn article_form<'a>(title: &'a str, tags: &'a str) -> [(&'a str, &'a str); 3] {
    [
        ("title", title),
        ("body", "Written under load."),
        ("tags", tags),
    ]
}

fn new_password() -> [(&'static str, &'static str); 3] {
    ["old_password", "new_password", "new_password_confirm"].map(|field| (field, PASSWORD))
}
