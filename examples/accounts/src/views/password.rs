//! Changing the password.

use accounts_models::{PasswordHash, now, user};
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use minijinja::context;
use sea_orm::{ActiveModelTrait, IntoActiveModel, Set};
use signals_builtin::account::{PasswordChanged, password_changed};

use super::LoggedIn;
use crate::app::App;
use crate::forms::{ChangePasswordForm, Errors};
use crate::{Error, password_expiry};

/// The form.
pub(crate) async fn show(
    State(app): State<App>,
    LoggedIn { user, .. }: LoggedIn,
) -> Result<Html<String>, Error> {
    page(&app, &user, &Errors::default())
}

/// Stores the new password. The user's other sessions end, this one goes on.
pub(crate) async fn submit(
    State(app): State<App>,
    LoggedIn { mut session, user }: LoggedIn,
    Form(form): Form<ChangePasswordForm>,
) -> Result<Response, Error> {
    let password = match new_password(&app, &user, &form).await? {
        Ok(password) => password,
        Err(errors) => {
            let page = page(&app, &user, &errors)?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    let mut user = user.into_active_model();
    user.password = Set(password);
    user.password_changed_at = Set(now());
    let user = user.update(&app.db).await?;
    // axum-login's own: the session goes on under the new password, and nobody has logged in.
    let session: &mut axum_login::AuthSession<_> = &mut session;
    let goes_on = async {
        session.session.cycle_id().await?;
        session.login(&user).await
    };
    goes_on.await.map_err(signals_axum_login::Error::from)?;
    password_changed
        .send_robust_async(PasswordChanged { user: &user })
        .await;
    super::leave_message(&app, user.id, "Your password has been changed.").await;
    Ok(Redirect::to("/").into_response())
}

async fn new_password(
    app: &App,
    user: &user::Model,
    form: &ChangePasswordForm,
) -> Result<Result<PasswordHash, Errors>, Error> {
    let password = match form.clean() {
        Ok(password) => password,
        Err(errors) => return Ok(Err(errors)),
    };
    // Not the session's `authenticate`: nobody tries to be somebody here, so a wrong password is no
    // failed log-in.
    if !app.passwords.verify(password.old, &user.password).await? {
        return Ok(Err(Errors::one(
            "old_password",
            "This is not your password.",
        )));
    }
    Ok(Ok(app.passwords.hash(password.new).await?))
}

fn page(app: &App, user: &user::Model, errors: &Errors) -> Result<Html<String>, Error> {
    let values = context! {
        errors => errors.to_value(),
        expired => password_expiry::is_expired(&app.config, user),
    };
    app.pages.render("password.html", Some(user), values)
}
