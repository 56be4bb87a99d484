//! Who does what is replayed.

use std::collections::HashMap;

use axum::Router;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use axum::http::{HeaderValue, Method, Request, StatusCode};
use axum::response::Response;
use cookie::Cookie;
use sea_orm::DbErr;
use signals_sea_orm::Db;
use tower::ServiceExt;

use super::Action;
use crate::articles::{self, Shown};

/// The browsers of those who do what is replayed: each username has one, which keeps its cookie
/// between actions.
///
/// An action without a username is done in the browser of whoever logged in last, by signing up or
/// by logging in, and has not logged out since; if there is nobody, in a browser of its own, in which
/// nobody is logged in. So a file that never says whose browser it is reads as the doings of one
/// browser that is passed from hand to hand.
#[derive(Debug)]
pub struct Browsers {
    router: Router,
    db: Db,
    cookies: HashMap<String, HeaderValue>,
    current: Option<String>,
}

impl Browsers {
    /// Browsers without cookies, all of the same service. Its database is asked where an article is
    /// of which only the title is known.
    pub fn new(router: Router, db: Db) -> Self {
        Self {
            router,
            db,
            cookies: HashMap::new(),
            current: None,
        }
    }

    /// Does it, and returns how it was answered: 303 See Other where it was done, something in the
    /// four hundreds where it was refused.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn act(&mut self, action: &Action) -> Result<StatusCode, DbErr> {
        Ok(match action {
            Action::SignUp {
                username,
                email,
                password,
            } => {
                let fields = [
                    ("username", username.as_str()),
                    ("email", email),
                    ("password", password.expose()),
                    ("password_confirm", password.expose()),
                ];
                self.come_in("/signup", username, &fields).await
            }
            Action::LogIn { username, password } => {
                let fields = [
                    ("username", username.as_str()),
                    ("password", password.expose()),
                ];
                self.come_in("/login", username, &fields).await
            }
            Action::LogOut { username } => {
                let who = username.clone().or_else(|| self.current.clone());
                let status = self.post("/logout", who.as_deref(), &[]).await;
                if self.current == who {
                    self.current = None;
                }
                status
            }
            Action::ChangePassword {
                username,
                old_password,
                new_password,
            } => {
                let who = username.clone().or_else(|| self.current.clone());
                let fields = [
                    ("old_password", old_password.expose()),
                    ("new_password", new_password.expose()),
                    ("new_password_confirm", new_password.expose()),
                ];
                self.post("/password", who.as_deref(), &fields).await
            }
            Action::WriteArticle {
                username,
                title,
                body,
                tags,
            } => {
                let who = username.clone().or_else(|| self.current.clone());
                let tags = tags.join(", ");
                let fields = [("title", title.as_str()), ("body", body), ("tags", &tags)];
                self.post("/articles/new", who.as_deref(), &fields).await
            }
            Action::EditArticle {
                username,
                title,
                new_title,
                body,
                tags,
            } => {
                let who = username.clone().or_else(|| self.current.clone());
                let Some(found) = self.article(title, who.as_deref()).await? else {
                    return Ok(StatusCode::NOT_FOUND);
                };
                let tags = tags.as_ref().unwrap_or(&found.tags).join(", ");
                let fields = [
                    ("title", new_title.as_ref().unwrap_or(title).as_str()),
                    ("body", body.as_ref().unwrap_or(&found.article.body)),
                    ("tags", &tags),
                ];
                let path = format!("/articles/{}/edit", found.article.id);
                self.post(&path, who.as_deref(), &fields).await
            }
            Action::DeleteArticle { username, title } => {
                let who = username.clone().or_else(|| self.current.clone());
                let Some(found) = self.article(title, who.as_deref()).await? else {
                    return Ok(StatusCode::NOT_FOUND);
                };
                let path = format!("/articles/{}/delete", found.article.id);
                self.post(&path, who.as_deref(), &[]).await
            }
        })
    }

    /// The article of this title: of several the newest, and their own before anybody else's.
    async fn article(&self, title: &str, who: Option<&str>) -> Result<Option<Shown>, DbErr> {
        articles::by_title(&self.db, title.trim(), who).await
    }

    async fn come_in(&mut self, path: &str, who: &str, fields: &[(&str, &str)]) -> StatusCode {
        let status = self.post(path, Some(who), fields).await;
        if status == StatusCode::SEE_OTHER {
            self.current = Some(who.to_owned());
        }
        status
    }

    async fn post(&mut self, path: &str, who: Option<&str>, form: &[(&str, &str)]) -> StatusCode {
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let mut request = Request::new(Body::from(form));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = path.parse().unwrap_or_default();
        let form_type = HeaderValue::from_static("application/x-www-form-urlencoded");
        request.headers_mut().insert(CONTENT_TYPE, form_type);
        if let Some(cookie) = who.and_then(|who| self.cookies.get(who)) {
            request.headers_mut().insert(COOKIE, cookie.clone());
        }
        let Ok(response) = self.router.clone().oneshot(request).await;
        if let Some(who) = who {
            self.remember(who, &response);
        }
        response.status()
    }

    /// There is one cookie, so that each new one takes the place of the last.
    fn remember(&mut self, who: &str, response: &Response) {
        for header in response.headers().get_all(SET_COOKIE) {
            let Some(cookie) = header
                .to_str()
                .ok()
                .and_then(|text| Cookie::parse(text).ok())
            else {
                continue;
            };
            let gone = cookie.max_age().is_some_and(|age| !age.is_positive());
            match HeaderValue::from_str(&cookie.stripped().to_string()) {
                Ok(cookie) if !gone => self.cookies.insert(who.to_owned(), cookie),
                _ => self.cookies.remove(who),
            };
        }
    }
}
