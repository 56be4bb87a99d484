//! Inviting somebody, by a code that is mailed.

use accounts_mailer::{Mail, Sent};
use accounts_models::{SignupCode, now, signup_code, signup_code_result, user};
use sea_orm::{ActiveModelTrait, ColumnTrait, DbErr, EntityTrait, IntoActiveModel, NotSet};
use sea_orm::{QueryFilter, QueryOrder, QuerySelect, Set};
use signals_builtin::account::{SignupCodeSent, signup_code_sent};
use signals_sea_orm::{Db, Txn};
use time::Duration;

use crate::Error;
use crate::app::App;

/// How long an invitation may be used.
pub const AGE: Duration = Duration::days(7);

/// How often.
const MAX_USES: i32 = 1;

/// How many invitations a page shows.
const SHOWN: u64 = 100;

/// Mails an invitation, and sends
/// [`signup_code_sent`] when the mail is out. Returns whether
/// it is: it has nowhere to go where the service sends no mails.
///
/// # Errors
///
/// The mailer's and the database's. There may be a code then that nobody knows.
pub async fn invite(app: &App, inviter: &user::Model, email: &str) -> Result<Sent, Error> {
    if app.mailer.is_none() {
        return Ok(Sent::Nowhere);
    }
    let invitation = signup_code::ActiveModel {
        id: NotSet,
        code: Set(signup_code::generate().map_err(Error::random)?),
        inviter_id: Set(inviter.id),
        email: Set(email.to_owned()),
        max_uses: Set(MAX_USES),
        use_count: Set(0),
        expires_at: Set(now() + AGE),
        sent_at: Set(None),
    };
    let invitation = invitation.insert(&app.db).await?;
    let (code, name, url) = (&invitation.code, &inviter.username, &app.config.url);
    let days = AGE.whole_days();
    let text = format!(
        "Hello,\n\n\
         {name} invites you to sign up:\n\n\
         {url}/signup?code={code}\n\n\
         If you are asked for an invitation code, it is {code}. It works once, for {days} days.\n"
    );
    let mail = Mail {
        to: email.to_owned(),
        subject: format!("{name} invites you"),
        text,
    };
    if app.mailer.send(mail).await? == Sent::Nowhere {
        return Ok(Sent::Nowhere);
    }
    let mut invitation = invitation.into_active_model();
    invitation.sent_at = Set(Some(now()));
    let invitation = invitation.update(&app.db).await?;
    signup_code_sent
        .send_robust_async(SignupCodeSent {
            signup_code: &invitation,
        })
        .await;
    Ok(Sent::Taken)
}

/// The last invitations that somebody sent, newest first.
///
/// # Errors
///
/// The database's.
pub async fn sent_by(db: &Db, inviter: i64) -> Result<Vec<signup_code::Model>, DbErr> {
    let sent = SignupCode::find()
        .filter(signup_code::Column::InviterId.eq(inviter))
        .filter(signup_code::Column::SentAt.is_not_null());
    let newest = sent.order_by_desc(signup_code::Column::Id);
    newest.limit(SHOWN).all(db).await
}

/// The invitation with this code, if it may be used: for nobody else, until the end of the transaction.
///
/// # Errors
///
/// The database's.
pub async fn claim(txn: &Txn, code: &str) -> Result<Option<signup_code::Model>, DbErr> {
    let invitation = SignupCode::find()
        .filter(signup_code::Column::Code.eq(code))
        .lock_exclusive()
        .one(txn)
        .await?;
    Ok(invitation.filter(|it| it.expires_at > now() && it.use_count < it.max_uses))
}

/// Writes down that the user has used the invitation. To say so is for the caller.
///
/// # Errors
///
/// The database's.
pub async fn redeem(
    txn: &Txn,
    invitation: signup_code::Model,
    user: &user::Model,
) -> Result<signup_code_result::Model, DbErr> {
    let result = signup_code_result::ActiveModel {
        id: NotSet,
        signup_code_id: Set(invitation.id),
        user_id: Set(user.id),
        used_at: Set(now()),
    };
    let result = result.insert(txn).await?;
    let use_count = invitation.use_count + 1;
    let mut invitation = invitation.into_active_model();
    invitation.use_count = Set(use_count);
    invitation.update(txn).await?;
    Ok(result)
}
