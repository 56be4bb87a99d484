//! Who sends a request, by the cookie that came with it.

use accounts_store::store::SESSION_AGE;
use accounts_store::{SessionToken, User};
use axum::extract::{Request, State};
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use axum::middleware::Next;
use axum::response::{AppendHeaders, Response};
use cookie::{Cookie, CookieBuilder, SameSite};

use crate::Error;
use crate::app::App;

/// The name of the cookie, as Django has it.
const COOKIE_NAME: &str = "sessionid";

/// Who sends a request. An extension of each request to a page: `request.user` of Django.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    /// Who is logged in.
    pub user: Option<User>,
    /// The token that the browser holds, whether it is still good or not.
    pub token: Option<SessionToken>,
}

impl Visitor {
    /// The sender of a request; nobody, if it did not come through [`recognise`].
    pub fn of(request: &Parts) -> &Self {
        static NOBODY: Visitor = Visitor {
            user: None,
            token: None,
        };
        request.extensions.get().unwrap_or(&NOBODY)
    }
}

/// Finds out who it is, before any view asks.
///
/// # Errors
///
/// When the store fails.
pub async fn recognise(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Result<Response, Error> {
    let token = token(request.headers());
    let user = match &token {
        Some(token) => app.store.session_user(token).await?,
        None => None,
    };
    request.extensions_mut().insert(Visitor { user, token });
    Ok(next.run(request).await)
}

fn token(headers: &HeaderMap) -> Option<SessionToken> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == COOKIE_NAME)
        .map(|cookie| SessionToken::from_cookie(cookie.value()))
}

/// The part of an answer that gives a browser its session, or takes it.
pub type SetSession = AppendHeaders<[(HeaderName, String); 1]>;

/// Gives the browser a session. Not `Secure`, because this example speaks no TLS; add that when
/// yours does.
pub fn give(token: &SessionToken) -> SetSession {
    let age = cookie::time::Duration::try_from(SESSION_AGE).unwrap_or(cookie::time::Duration::MAX);
    set(bare(token.as_str()).max_age(age))
}

/// Takes the session from the browser.
pub fn take() -> SetSession {
    set(bare("").removal())
}

fn bare(value: &str) -> CookieBuilder<'_> {
    Cookie::build((COOKIE_NAME, value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
}

fn set(cookie: CookieBuilder<'_>) -> SetSession {
    AppendHeaders([(SET_COOKIE, cookie.build().to_string())])
}
