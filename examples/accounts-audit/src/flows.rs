//! The rows of what is done by mail, and of passwords that are too old.

use accounts_models::{
    EmailAddress, EmailConfirmation, SignupCode, SignupCodeResult, User, email_address,
    email_confirmation, signup_code, signup_code_result, user,
};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait};
use serde_json::json;
use signals_builtin::account::{
    email_confirmation_sent, email_confirmed, password_expired, signup_code_sent, signup_code_used,
};
use signals_builtin::eventlog::{LogError, log};
use signals_builtin::registration::user_activated;
use signals_core::{BoxError, any_model, receiver};
use signals_sea_orm::{Db, Handle};

#[receiver(password_expired, sender = User)]
async fn expired_password(user: &user::Model) -> Result<(), LogError> {
    log(Some(user), "PASSWORD_EXPIRED", json!({})).await?;
    Ok(())
}

#[receiver(email_confirmation_sent, sender = EmailConfirmation)]
async fn sent_confirmation(
    confirmation: &email_confirmation::Model,
    #[state] db: &Db,
) -> Result<(), BoxError> {
    let address = EmailAddress::find_by_id(confirmation.email_address_id);
    if let Some(address) = address.one(db).await? {
        log_address(db, &address, "EMAIL_CONFIRMATION_SENT").await?;
    }
    Ok(())
}

#[receiver(email_confirmed, sender = EmailAddress)]
async fn confirmed(
    email_address: &email_address::Model,
    #[state] handle: &Handle,
) -> Result<(), BoxError> {
    log_address(handle, email_address, "EMAIL_CONFIRMED").await
}

#[receiver(signup_code_sent, sender = SignupCode)]
async fn sent_code(signup_code: &signup_code::Model, #[state] db: &Db) -> Result<(), BoxError> {
    let inviter = user(db, signup_code.inviter_id).await?;
    let extra = json!({ "email": signup_code.email });
    log(any_model(inviter.as_ref()), "SIGNUP_CODE_SENT", extra).await?;
    Ok(())
}

#[receiver(signup_code_used, sender = SignupCodeResult)]
async fn used_code(
    signup_code_result: &signup_code_result::Model,
    #[state] handle: &Handle,
) -> Result<(), BoxError> {
    let code = SignupCode::find_by_id(signup_code_result.signup_code_id);
    let inviter = match code.one(handle).await? {
        Some(code) => user(handle, code.inviter_id).await?,
        None => None,
    };
    let user = user(handle, signup_code_result.user_id).await?;
    let extra = json!({ "inviter": inviter.map(|inviter| inviter.username) });
    log(any_model(user.as_ref()), "SIGNUP_CODE_USED", extra).await?;
    Ok(())
}

#[receiver(user_activated, sender = User)]
async fn activated(user: &user::Model) -> Result<(), LogError> {
    log(Some(user), "USER_ACTIVATED", json!({})).await?;
    Ok(())
}

async fn log_address<C: ConnectionTrait>(
    db: &C,
    address: &email_address::Model,
    action: &str,
) -> Result<(), BoxError> {
    let owner = user(db, address.user_id).await?;
    let extra = json!({ "email": address.email });
    log(any_model(owner.as_ref()), action, extra).await?;
    Ok(())
}

async fn user<C: ConnectionTrait>(db: &C, id: i64) -> Result<Option<user::Model>, DbErr> {
    User::find_by_id(id).one(db).await
}
