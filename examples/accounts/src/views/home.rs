//! The front page.

use accounts_models::message;
use axum::extract::State;
use axum::http::Method;
use axum::response::Html;
use minijinja::context;

use crate::app::App;
use crate::auth::AuthSession;
use crate::{Error, confirmations};

/// Who is logged in, and the messages that wait for them. A message is shown once.
pub(crate) async fn show(
    State(app): State<App>,
    session: AuthSession,
    method: Method,
) -> Result<Html<String>, Error> {
    let Some(user) = &session.user else {
        return app.pages.render("home.html", None, context! {});
    };
    let address = confirmations::address_of(&app.db, user.id).await?;
    // Nobody sees the page that a HEAD asks for.
    let messages = match method {
        Method::HEAD => Vec::new(),
        _ => message::take(&app.db, user.id).await?,
    };
    let values = context! {
        messages,
        email => &user.email,
        unconfirmed => !app.mailer.is_none() && address.is_some_and(|address| !address.verified),
        date_joined => super::shown(user.date_joined),
        last_login => user.last_login.map(super::shown),
    };
    app.pages.render("home.html", Some(user), values)
}
