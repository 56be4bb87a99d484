//! Who does what is replayed.

use std::collections::HashMap;

use accounts_models::user;
use axum::Router;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use axum::http::{HeaderValue, Method, Request, StatusCode};
use axum::response::Response;
use cookie::Cookie;
use tower::ServiceExt;

use super::Action;
use crate::articles::{self, Shown};
use crate::{App, Error};

/// The browsers of those who do what is replayed: each username has one, which keeps its cookie
/// between actions.
///
/// An action without a username is done in the browser of whoever logged in last, by signing up or
/// by logging in, and has not logged out since; if there is nobody, in a browser of its own, in which
/// nobody is logged in. So a file that never says whose browser it is reads as the doings of one
/// browser that is passed from hand to hand.
#[derive(Debug)]
pub struct Browsers {
    app: App,
    router: Router,
    cookies: HashMap<String, HeaderValue>,
    current: Option<String>,
}

impl Browsers {
    /// Browsers without cookies, all of the same service.
    pub fn new(app: App) -> Self {
        Self {
            router: crate::router(app.clone()),
            app,
            cookies: HashMap::new(),
            current: None,
        }
    }

    /// Does it, and returns how it was answered: 303 See Other where it was done, something in the
    /// four hundreds where it was refused. No mail to follow the link of is 404 Not Found.
    ///
    /// # Errors
    ///
    /// When a mail is to be opened, and the mails are in no folder or cannot be read. When the database fails.
    pub async fn act(&mut self, action: &Action) -> Result<StatusCode, Error> {
        Ok(match action {
            Action::SignUp {
                username,
                email,
                password,
                code,
            } => {
                let fields = [
                    ("username", username.as_str()),
                    ("email", email),
                    ("password", password.expose()),
                    ("password_confirm", password.expose()),
                    ("code", code.as_deref().unwrap_or_default()),
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
                let who = self.who(username.as_deref());
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
                let who = self.who(username.as_deref());
                let fields = [
                    ("old_password", old_password.expose()),
                    ("new_password", new_password.expose()),
                    ("new_password_confirm", new_password.expose()),
                ];
                self.post("/password", who.as_deref(), &fields).await
            }
            Action::ConfirmEmail { username } | Action::Activate { username } => {
                match self.who(username.as_deref()) {
                    Some(who) => self.follow_link(&who).await?,
                    None => StatusCode::NOT_FOUND,
                }
            }
            Action::Invite { username, email } => {
                let who = self.who(username.as_deref());
                let fields = [("email", email.as_str())];
                self.post("/invitations", who.as_deref(), &fields).await
            }
            Action::WriteArticle {
                username,
                title,
                body,
                tags,
            } => {
                let who = self.who(username.as_deref());
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
                let who = self.who(username.as_deref());
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
                let who = self.who(username.as_deref());
                let Some(found) = self.article(title, who.as_deref()).await? else {
                    return Ok(StatusCode::NOT_FOUND);
                };
                let path = format!("/articles/{}/delete", found.article.id);
                self.post(&path, who.as_deref(), &[]).await
            }
        })
    }

    fn who(&self, username: Option<&str>) -> Option<String> {
        username.map(str::to_owned).or_else(|| self.current.clone())
    }

    /// Opens the page of the link in the newest mail that has one, and presses its button.
    async fn follow_link(&mut self, who: &str) -> Result<StatusCode, Error> {
        let Some(user) = user::by_name(&self.app.db, who).await? else {
            return Ok(StatusCode::NOT_FOUND);
        };
        let mails = self.app.mailer.mails_to(&user.email).await?;
        let url = &self.app.config.url;
        let link = mails
            .iter()
            .rev()
            .flat_map(|mail| mail.text.split_whitespace())
            .filter_map(|word| word.strip_prefix(url.as_str()))
            .find(|path| path.starts_with("/confirm/"));
        let Some(path) = link else {
            return Ok(StatusCode::NOT_FOUND);
        };
        let page = self.ask(Method::GET, path, Some(who), Body::empty()).await;
        if page != StatusCode::OK {
            return Ok(page);
        }
        Ok(self.post(path, Some(who), &[]).await)
    }

    /// The article of this title: of several the newest, and their own before anybody else's.
    async fn article(&self, title: &str, who: Option<&str>) -> Result<Option<Shown>, Error> {
        Ok(articles::by_title(&self.app.db, title.trim(), who).await?)
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
        self.ask(Method::POST, path, who, Body::from(form)).await
    }

    async fn ask(
        &mut self,
        method: Method,
        path: &str,
        who: Option<&str>,
        body: Body,
    ) -> StatusCode {
        let mut request = Request::new(body);
        *request.method_mut() = method;
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
