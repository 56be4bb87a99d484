//! Confirming an address, by the link in a mail.

use accounts_models::{Token, email_address, user};
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use minijinja::context;
use sea_orm::{DbErr, EntityTrait};
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

use super::leave_message;
use super::sign_up::registered;
use crate::Error;
use crate::app::App;
use crate::auth::AuthSession;
use crate::confirmations::{self, Confirmed, Link, Mailed};

/// The mail that the visitor waits for, who is not logged in. In the session.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Awaited {
    /// To which address.
    address: i64,
    /// Whether it is out.
    is_out: bool,
}

/// What somebody who asks for another mail shows: the link that has become too old, if that is where
/// they come from.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct AnotherForm {
    /// Its token.
    link: Option<String>,
}

/// A button. Whoever only looks, and that may be a mail program, changes nothing.
pub(crate) async fn show(
    State(app): State<App>,
    session: AuthSession,
    Path(token): Path<String>,
) -> Result<Response, Error> {
    let token = Token::from_link(token);
    let link = confirmations::look_up(&app.db, &token).await?;
    page(&app, session.user.as_ref(), &token, &link)
}

/// Confirms the address and, where accounts have to be activated, activates the account.
pub(crate) async fn submit(
    State(app): State<App>,
    session: AuthSession,
    request: Parts,
    Path(token): Path<String>,
) -> Result<Response, Error> {
    let token = Token::from_link(token);
    let confirmed = confirmations::confirm(&app, &token, &request).await?;
    let Confirmed { address, activated } = match confirmed {
        Ok(confirmed) => confirmed,
        Err(link) => return page(&app, session.user.as_ref(), &token, &link),
    };
    let told = if activated { "activated" } else { "confirmed" };
    if let Some(user) = &session.user {
        let text = format!("{} is confirmed.", address.email);
        leave_message(&app, user.id, &text).await;
        return Ok(Redirect::to("/").into_response());
    }
    Ok(Redirect::to(&format!("/login?told={told}")).into_response())
}

/// Says that a mail is on its way, or that it is not.
pub(crate) async fn sent(
    State(app): State<App>,
    session: AuthSession,
    cookie: Session,
) -> Result<Response, Error> {
    if session.user.is_some() {
        return Ok(Redirect::to("/").into_response());
    }
    let awaited = awaited(&cookie).await?;
    let address = match awaited {
        Some(awaited) => find(&app, awaited.address).await?,
        None => None,
    };
    let (Some(awaited), Some(address)) = (awaited, address.filter(|address| !address.verified))
    else {
        return Ok(Redirect::to("/login").into_response());
    };
    let values = context! {
        email => &address.email,
        is_out => awaited.is_out,
        activation => app.config.activation,
        days => confirmations::AGE.whole_days(),
    };
    let page = app.pages.render("confirm_sent.html", None, values)?;
    Ok(page.into_response())
}

/// Sends another mail: to the user, to whoever has just signed up here, or to whoever has an old link.
pub(crate) async fn again(
    State(app): State<App>,
    session: AuthSession,
    cookie: Session,
    request: Parts,
    Form(form): Form<AnotherForm>,
) -> Result<Response, Error> {
    let address = address(&app, &session, &cookie, form).await?;
    let can_be = |address: &email_address::Model| !address.verified && !app.mailer.is_none();
    let Some(address) = address.filter(can_be) else {
        return Ok(Redirect::to("/").into_response());
    };
    let mailed = confirmations::mail(&app, &address).await;
    if mailed == Mailed::Out && app.config.activation {
        let mut user = confirmations::owner(&app.db, &address).await?;
        registered(&app, &mut user, &request).await;
    }
    let Some(user) = &session.user else {
        await_mail(&cookie, &address, mailed).await?;
        return Ok(Redirect::to("/confirm").into_response());
    };
    tell(&app, user, &address, mailed).await;
    Ok(Redirect::to("/").into_response())
}

async fn address(
    app: &App,
    session: &AuthSession,
    cookie: &Session,
    form: AnotherForm,
) -> Result<Option<email_address::Model>, Error> {
    if let Some(token) = form.link {
        let link = confirmations::look_up(&app.db, &Token::from_link(token)).await?;
        return Ok(match link {
            Link::Open(address) | Link::Expired(address) => Some(address),
            Link::Done(_) | Link::Unknown => None,
        });
    }
    if let Some(user) = &session.user {
        return Ok(confirmations::address_of(&app.db, user.id).await?);
    }
    match awaited(cookie).await? {
        Some(awaited) => Ok(find(app, awaited.address).await?),
        None => Ok(None),
    }
}

/// Remembers which mail the visitor waits for.
pub(super) async fn await_mail(
    cookie: &Session,
    address: &email_address::Model,
    mailed: Mailed,
) -> Result<(), Error> {
    let awaited = Awaited {
        address: address.id,
        is_out: mailed == Mailed::Out,
    };
    Ok(cookie.insert(AWAITED, awaited).await?)
}

/// Tells somebody who is logged in what became of the mail.
pub(super) async fn tell(
    app: &App,
    user: &user::Model,
    address: &email_address::Model,
    mailed: Mailed,
) {
    let email = &address.email;
    let text = match mailed {
        Mailed::Out => format!("A mail is on its way to {email}."),
        Mailed::Failed => format!("The mail to {email} could not be sent. Try again later."),
        Mailed::Nowhere => return,
    };
    leave_message(app, user.id, &text).await;
}

const AWAITED: &str = "awaited_mail";

async fn awaited(cookie: &Session) -> Result<Option<Awaited>, Error> {
    Ok(cookie.get(AWAITED).await?)
}

async fn find(app: &App, address: i64) -> Result<Option<email_address::Model>, DbErr> {
    let address = email_address::Entity::find_by_id(address);
    address.one(&app.db).await
}

fn page(
    app: &App,
    visitor: Option<&user::Model>,
    token: &Token,
    link: &Link,
) -> Result<Response, Error> {
    let (status, state, email) = match link {
        Link::Open(address) => (StatusCode::OK, "open", Some(&address.email)),
        Link::Done(address) => (StatusCode::GONE, "done", Some(&address.email)),
        Link::Expired(address) => (StatusCode::GONE, "expired", Some(&address.email)),
        Link::Unknown => (StatusCode::NOT_FOUND, "unknown", None),
    };
    let values = context! {
        state,
        email,
        token => token.as_str(),
        activation => app.config.activation,
        days => confirmations::AGE.whole_days(),
    };
    let page = app.pages.render("confirm.html", visitor, values)?;
    Ok((status, page).into_response())
}
