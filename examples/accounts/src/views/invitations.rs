//! Inviting somebody.

use accounts_mailer::Sent;
use accounts_models::{message, signup_code, user};
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use minijinja::{Value, context};

use super::{LoggedIn, leave_message};
use crate::app::App;
use crate::forms::{Errors, InvitationForm};
use crate::{Error, invitations};

/// The invitations that the user has sent, and a form for another one.
pub(crate) async fn show(
    State(app): State<App>,
    LoggedIn { user, .. }: LoggedIn,
) -> Result<Html<String>, Error> {
    page(&app, &user, &InvitationForm::default(), &Errors::default()).await
}

/// Mails an invitation.
pub(crate) async fn submit(
    State(app): State<App>,
    LoggedIn { user, .. }: LoggedIn,
    Form(form): Form<InvitationForm>,
) -> Result<Response, Error> {
    match invite(&app, &user, &form).await? {
        Ok(email) => {
            let text = format!("The invitation to {email} is on its way.");
            leave_message(&app, user.id, &text).await;
            Ok(Redirect::to("/invitations").into_response())
        }
        Err(errors) => {
            let page = page(&app, &user, &form, &errors).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

async fn invite<'a>(
    app: &App,
    user: &user::Model,
    form: &'a InvitationForm,
) -> Result<Result<&'a str, Errors>, Error> {
    let email = match form.clean() {
        Ok(email) => email,
        Err(errors) => return Ok(Err(errors)),
    };
    match invitations::invite(app, user, email).await {
        Ok(Sent::Taken) => Ok(Ok(email)),
        // The page says so, and has no form.
        Ok(Sent::Nowhere) => Ok(Err(Errors::default())),
        Err(Error::Mail(error)) => {
            log::error!("an invitation was not mailed: {}", crate::chain(&error));
            let failed = "The mail could not be sent. Try again later.";
            Ok(Err(Errors::one(Errors::FORM, failed)))
        }
        Err(error) => Err(error),
    }
}

async fn page(
    app: &App,
    user: &user::Model,
    form: &InvitationForm,
    errors: &Errors,
) -> Result<Html<String>, Error> {
    let sent = invitations::sent_by(&app.db, user.id).await?;
    let values = context! {
        messages => message::take(&app.db, user.id).await?,
        sent => sent.iter().map(row).collect::<Vec<Value>>(),
        mails => !app.mailer.is_none(),
        days => invitations::AGE.whole_days(),
        email => form.email.as_deref(),
        errors => errors.to_value(),
    };
    app.pages.render("invitations.html", Some(user), values)
}

fn row(invitation: &signup_code::Model) -> Value {
    context! {
        email => &invitation.email,
        sent_on => invitation.sent_at.map(|sent_at| sent_at.date().to_string()),
        until => invitation.expires_at.date().to_string(),
        use_count => invitation.use_count,
        max_uses => invitation.max_uses,
    }
}
