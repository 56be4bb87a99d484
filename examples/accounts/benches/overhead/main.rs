//! What the adapters cost: the service beside one that is made of the same libraries without them.
//!
//! ```text
//! cargo bench -p accounts --bench overhead
//! cargo bench -p accounts --bench overhead -- sign-up     # only what has this in its name
//! ```
//!
//! Both answer the same requests, in turn, in one process and on one database. There is no network
//! between, and passwords are hashed at the least cost, so that neither hides what is measured.
//! The plain one does by hand what the receivers do where it stands beside them.

mod plain;

use std::time::{Duration, Instant};

use accounts::passwords::{Params, Passwords};
use accounts::{App, Config};
use accounts_mailer::Mailer;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use axum::http::{HeaderValue, Method, Request, StatusCode};
use axum::response::Response;
use signals_builtin::{account, auth, eventlog, models, registration};
use signals_core::{BoxError, Signal, Spec, catalog, installed_apps, state};
use signals_sea_orm::eventlog::EventLog;
use tower::ServiceExt;

// As in the program.
installed_apps![
    accounts_audit,
    accounts_last_login,
    accounts_mail,
    accounts_search,
    accounts_statistics
];

/// How often each side has its turn.
const TURNS: usize = 150;

/// How long a turn takes, more or less.
const TURN: Duration = Duration::from_millis(20);

const PASSWORD: &str = "correct horse battery staple";
const BODY: &str = "A text of some length, so that there is something to store and to index.";

#[derive(Clone, Copy)]
enum Work {
    Form,
    Home,
    LogIn,
    SignUp,
    Write,
    WriteWithTags,
}

const ALL: [Work; 6] = [
    Work::Form,
    Work::Home,
    Work::LogIn,
    Work::SignUp,
    Work::Write,
    Work::WriteWithTags,
];

impl Work {
    fn name(self) -> &'static str {
        match self {
            Self::Form => "a page without a query: `GET /login`",
            Self::Home => "a page with four queries: `GET /`, logged in",
            Self::LogIn => "a log-in: `POST /login`",
            Self::SignUp => "a sign-up: `POST /signup`",
            Self::Write => "an article: `POST /articles/new`",
            Self::WriteWithTags => "an article with two tags",
        }
    }

    fn request(self, side: &Side, number: u64) -> Request<Body> {
        let name = format!("{}-{number}", side.name);
        let as_user = |mut request: Request<Body>| {
            let cookie = side.cookie.clone().unwrap();
            request.headers_mut().insert(COOKIE, cookie);
            request
        };
        let email = format!("{name}@example.org");
        let post = |path: &str, form: &[(&str, &str)]| {
            let form = form_urlencoded::Serializer::new(String::new())
                .extend_pairs(form)
                .finish();
            let mut request = Request::new(Body::from(form));
            *request.method_mut() = Method::POST;
            *request.uri_mut() = path.parse().unwrap();
            let form_type = HeaderValue::from_static("application/x-www-form-urlencoded");
            request.headers_mut().insert(CONTENT_TYPE, form_type);
            request
        };
        let get = |path: &str| {
            let mut request = Request::new(Body::empty());
            *request.uri_mut() = path.parse().unwrap();
            request
        };
        match self {
            Self::Form => get("/login"),
            Self::Home => as_user(get("/")),
            Self::LogIn => post(
                "/login",
                &[("username", &side.user()), ("password", PASSWORD)],
            ),
            Self::SignUp => post(
                "/signup",
                &[
                    ("username", &name),
                    ("email", &email),
                    ("password", PASSWORD),
                    ("password_confirm", PASSWORD),
                ],
            ),
            Self::Write => {
                let form = [("title", "A title"), ("body", BODY), ("tags", "")];
                as_user(post("/articles/new", &form))
            }
            Self::WriteWithTags => {
                let form = [("title", "A title"), ("body", BODY), ("tags", "one, two")];
                as_user(post("/articles/new", &form))
            }
        }
    }

    fn status(self) -> StatusCode {
        match self {
            Self::Form | Self::Home => StatusCode::OK,
            Self::LogIn | Self::SignUp | Self::Write | Self::WriteWithTags => StatusCode::SEE_OTHER,
        }
    }
}

/// One of those that are measured.
#[derive(Clone)]
struct Side {
    name: &'static str,
    router: Router,
    cookie: Option<HeaderValue>,
    requests: u64,
}

impl Side {
    /// With a user who is logged in.
    async fn new(name: &'static str, router: Router) -> Self {
        let mut side = Self {
            name,
            router,
            cookie: None,
            requests: 0,
        };
        let response = side.answer(Work::SignUp).await;
        let cookie = response.headers()[SET_COOKIE].to_str().unwrap();
        let (cookie, _) = cookie.split_once(';').unwrap();
        side.cookie = Some(cookie.parse().unwrap());
        side
    }

    /// Who signed up first.
    fn user(&self) -> String {
        format!("{}-1", self.name)
    }

    async fn answer(&mut self, work: Work) -> Response {
        self.requests += 1;
        let request = work.request(self, self.requests);
        let Ok(response) = self.router.clone().oneshot(request).await;
        let (head, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        assert_eq!(head.status, work.status(), "{}: {body:?}", self.name);
        Response::from_parts(head, Body::from(body))
    }

    async fn take_turn(&mut self, work: Work, requests: u32) -> Duration {
        let begin = Instant::now();
        for _ in 0..requests {
            self.answer(work).await;
        }
        begin.elapsed() / requests
    }
}

/// What each of these takes for a request, and the ratio of each to the first: medians over the turns.
async fn compare<const N: usize>(mut sides: [Side; N], work: Work) -> [(Duration, f64); N] {
    let mut requests = 1;
    while sides[0].take_turn(work, requests).await * requests < TURN {
        requests *= 2;
    }
    let mut times = Vec::with_capacity(TURNS);
    for turn in 0..TURNS {
        let mut taken = [Duration::ZERO; N];
        for at in 0..N {
            let at = (at + turn) % N;
            taken[at] = sides[at].take_turn(work, requests).await;
        }
        times.push(taken);
    }
    std::array::from_fn(|at| {
        let time = median(times.iter().map(|taken| taken[at].as_secs_f64()));
        let ratios = times
            .iter()
            .map(|taken| taken[at].as_secs_f64() / taken[0].as_secs_f64());
        (Duration::from_secs_f64(time), median(ratios))
    })
}

fn median(of: impl Iterator<Item = f64>) -> f64 {
    let mut of: Vec<f64> = of.collect();
    of.sort_by(f64::total_cmp);
    of[of.len() / 2]
}

/// From here on nobody listens.
fn silence() {
    fn one<S: Spec>(signal: &'static Signal<S>) {
        for receiver in signal.receivers() {
            signal.disconnect(&receiver.key());
        }
    }
    one(&account::user_signed_up);
    one(&account::user_sign_up_attempt);
    one(&account::user_logged_in);
    one(&account::user_login_attempt);
    one(&account::password_changed);
    one(&account::password_expired);
    one(&account::email_confirmation_sent);
    one(&account::email_confirmed);
    one(&account::signup_code_sent);
    one(&account::signup_code_used);
    one(&auth::user_logged_in);
    one(&auth::user_login_failed);
    one(&registration::user_registered);
    one(&registration::user_activated);
    one(&models::post_save);
    one(&models::post_delete);
    one(&models::m2m_changed);
    for signal in catalog().signals() {
        assert!(signal.receivers().is_empty(), "{} is heard", signal.info());
    }
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    // On its own task, as a server would have it.
    tokio::spawn(async { measure().await }).await?
}

async fn measure() -> Result<(), BoxError> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("accounts.sqlite");
    let db = accounts_models::open(&accounts_models::file(&file)).await?;
    state::provide(db.clone())?;
    state::provide(db.handle().clone())?;
    state::provide(Mailer::none())?;
    eventlog::provide(EventLog::new(db.clone()))?;

    let least = Params::new(Params::MIN_M_COST, Params::MIN_T_COST, 1, None);
    let passwords = Passwords::with_cost(least.map_err(|error| error.to_string())?);
    let mut app = App::new(db.clone(), Mailer::none(), Config::default())?;
    app.passwords = passwords.clone();
    let plain = |by_hand| plain::router(db.connection().clone(), passwords.clone(), by_hand);
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let asked: Vec<&String> = asked.iter().filter(|arg| !arg.starts_with("--")).collect();
    let mut all = ALL.to_vec();
    all.retain(|work| asked.iter().all(|part| work.name().contains(*part)));

    let by_hand = Side::new("by-hand", plain(true)).await;
    let heard = Side::new("heard", accounts::router(app.clone())).await;
    let mut with_receivers = Vec::new();
    for &work in &all {
        with_receivers.push(compare([by_hand.clone(), heard.clone()], work).await);
    }

    silence();
    let plain = Side::new("plain", plain(false)).await;
    let unheard = Side::new("unheard", accounts::router(app)).await;
    println!("| request | plain, µs | nobody listens | by hand, µs | the receivers listen |");
    println!("|---|---|---|---|---|");
    for (work, [by_hand, heard]) in all.into_iter().zip(with_receivers) {
        let [plain, unheard] = compare([plain.clone(), unheard.clone()], work).await;
        println!(
            "| {} | {:.0} | {:.2} | {:.0} | {:.2} |",
            work.name(),
            plain.0.as_secs_f64() * 1e6,
            unheard.1,
            by_hand.0.as_secs_f64() * 1e6,
            heard.1,
        );
    }
    Ok(())
}
