//! Changing the password.

use accounts_store::User;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use minijinja::context;
use signals_builtin::account::{PasswordChanged, password_changed};

use super::LoggedIn;
use crate::Error;
use crate::app::App;
use crate::forms::{ChangePasswordForm, Errors};
use crate::visitor::{self, SetSession, Visitor};

/// The form.
pub(crate) async fn show(
    State(app): State<App>,
    LoggedIn { visitor, .. }: LoggedIn,
) -> Result<Html<String>, Error> {
    page(&app, &visitor, &Errors::default())
}

/// Stores the new password. The user's other sessions end, this one goes on.
pub(crate) async fn submit(
    State(app): State<App>,
    LoggedIn { visitor, user }: LoggedIn,
    Form(form): Form<ChangePasswordForm>,
) -> Result<Response, Error> {
    let session = match change(&app, &user, &form).await? {
        Ok(session) => session,
        Err(errors) => {
            let page = page(&app, &visitor, &errors)?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    password_changed
        .send_robust_async(PasswordChanged { user: &user })
        .await;
    let message = "Your password has been changed.";
    if let Err(error) = app.store.leave_message(&user, message).await {
        // The session has to reach the browser all the same: it has no other.
        log::error!("{}", crate::error::chain(&error));
    }
    Ok((session, Redirect::to("/")).into_response())
}

async fn change(
    app: &App,
    user: &User,
    form: &ChangePasswordForm,
) -> Result<Result<SetSession, Errors>, Error> {
    let password = match form.clean() {
        Ok(password) => password,
        Err(errors) => return Ok(Err(errors)),
    };
    // No `authenticate`: nobody tries to be somebody here, so a wrong password is no failed log-in.
    let right = match app.store.user_with_password(&user.username).await? {
        Some((_, hash)) => app.passwords.verify(password.old, &hash).await?,
        None => false,
    };
    if !right {
        return Ok(Err(Errors::one(
            "old_password",
            "This is not your password.",
        )));
    }
    let hash = app.passwords.hash(password.new).await?;
    let token = app.store.change_password(user, &hash).await?;
    Ok(Ok(visitor::give(&token)))
}

fn page(app: &App, visitor: &Visitor, errors: &Errors) -> Result<Html<String>, Error> {
    let values = context! { errors => errors.to_value() };
    app.pages.render("password.html", visitor, values)
}
