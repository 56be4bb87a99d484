//! A service where Ada can log in, receivers that write down what happens, and a visit.
//!
//! `cargo run -p signals-axum-login --example login`

use std::convert::Infallible;
use std::sync::Mutex;

use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::routing::post;
use axum::{Form, Router};
use axum_login::{AuthManagerLayerBuilder, AuthUser, AuthnBackend, UserId};
use serde::Deserialize;
use signals_axum_login::{Credentials, DescribeCredentials};
use signals_builtin::auth;
use signals_core::{Model, receiver, state};
use tokio::net::TcpListener;
use tower_sessions::{MemoryStore, SessionManagerLayer};

// What an application with axum-login has anyway, but for `Model`.

#[derive(Clone, Debug, Model)]
struct User {
    id: i64,
    username: String,
}

impl AuthUser for User {
    type Id = i64;

    fn id(&self) -> i64 {
        self.id
    }

    fn session_auth_hash(&self) -> &[u8] {
        b"the hash of the password"
    }
}

#[derive(Deserialize)]
struct Login {
    username: String,
    password: String,
}

#[derive(Clone)]
struct Backend;

impl AuthnBackend for Backend {
    type User = User;
    type Credentials = Login;
    type Error = Infallible;

    async fn authenticate(&self, login: Login) -> Result<Option<User>, Infallible> {
        // A real one compares hashes.
        let is_right = login.username == "ada" && login.password == "correct horse";
        Ok(if is_right {
            self.get_user(&7).await?
        } else {
            None
        })
    }

    async fn get_user(&self, id: &UserId<Self>) -> Result<Option<User>, Infallible> {
        let username = "ada".to_owned();
        Ok((*id == 7).then_some(User { id: 7, username }))
    }
}

async fn log_in(mut session: AuthSession, Form(login): Form<Login>) -> StatusCode {
    match session.authenticate(login).await {
        Ok(Some(user)) => match session.login(&user).await {
            Ok(()) => StatusCode::NO_CONTENT,
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
        },
        Ok(None) => StatusCode::UNAUTHORIZED,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

async fn log_out(mut session: AuthSession) -> StatusCode {
    match session.logout().await {
        Ok(_) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

// What is added.

type AuthSession = signals_axum_login::AuthSession<Backend>; // was axum_login::AuthSession<Backend>

impl DescribeCredentials for Backend {
    fn describe(&self, login: &Login) -> Credentials {
        Credentials::new([("username", &login.username), ("password", &login.password)])
    }
}

// And then, in any crate:

/// When each user last logged in. A table, in a real application.
#[derive(Default)]
struct LastLogins(Mutex<Vec<(i64, std::time::SystemTime)>>);

/// Django's receiver of this name. It writes the one column, and goes by Django's `dispatch_uid`.
#[receiver(auth::user_logged_in, sender = User, dispatch_uid = "update_last_login")]
async fn update_last_login(user: &User, #[state] logins: &LastLogins) {
    let mut logins = logins.0.lock().unwrap();
    logins.retain(|(id, _)| *id != user.id);
    logins.push((user.id, std::time::SystemTime::now()));
}

#[receiver(auth::user_logged_in, sender = User)]
fn greet(user: &User) {
    println!("welcome, {}", user.username);
}

#[receiver(auth::user_logged_out, sender = User)]
fn say_goodbye(user: Option<&User>) {
    if let Some(user) = user {
        println!("goodbye, {}", user.username);
    }
}

#[receiver(auth::user_login_failed)]
fn warn(credentials: &Credentials, request: Option<&Parts>) {
    let at = request.map(|request| request.uri.path());
    println!("failed at {at:?}: {credentials:?}");
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    state::provide(LastLogins::default())?;
    // Only this example has no TLS.
    let sessions = SessionManagerLayer::new(MemoryStore::default()).with_secure(false);
    let router = Router::new()
        .route("/login", post(log_in))
        .route("/logout", post(log_out))
        .layer(AuthManagerLayerBuilder::new(Backend, sessions).build());
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async { axum::serve(listener, router).await });

    tokio::task::spawn_blocking(move || visit(&format!("http://{address}"))).await??;
    let logins = state::get::<LastLogins>().map_or(0, |logins| logins.0.lock().unwrap().len());
    println!("{logins} user has logged in");
    Ok(())
}

fn visit(address: &str) -> Result<(), ureq::Error> {
    let config = ureq::Agent::config_builder().http_status_as_error(false);
    let browser: ureq::Agent = config.build().into();
    for password in ["correct hose", "correct horse"] {
        let form = [("username", "ada"), ("password", password)];
        let page = browser.post(format!("{address}/login")).send_form(form)?;
        println!("logging in: {}", page.status());
    }
    let page = browser.post(format!("{address}/logout")).send_empty()?;
    println!("logging out: {}", page.status());
    Ok(())
}
