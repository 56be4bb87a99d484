//! Confirming an address, by a link that is mailed to it.

use accounts_mailer::{Mail, Sent};
use accounts_models::{EmailAddress, EmailConfirmation, Token, User, begin, now, user};
use accounts_models::{email_address, email_confirmation};
use axum::http::request::Parts;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait};
use sea_orm::{IntoActiveModel, NotSet, QueryFilter, QuerySelect, Set};
use signals_builtin::account::{
    EmailConfirmationSent, EmailConfirmed, email_confirmation_sent, email_confirmed,
};
use signals_builtin::registration::{
    UserActivated, UserRegistered, user_activated, user_registered,
};
use signals_sea_orm::Db;
use time::Duration;

use crate::Error;
use crate::app::App;

/// How long a link works.
pub const AGE: Duration = Duration::days(3);

/// What became of a mail that somebody waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mailed {
    /// It is out.
    Out,
    /// It could not be sent, which is logged.
    Failed,
    /// This service sends no mails.
    Nowhere,
}

/// What a link stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum Link {
    /// An address that can be confirmed with it.
    Open(email_address::Model),
    /// An address that is confirmed.
    Done(email_address::Model),
    /// An address that is not confirmed, but the link is too old.
    Expired(email_address::Model),
    /// Nothing.
    Unknown,
}

/// What has changed with a confirmation.
#[derive(Clone, Debug, PartialEq)]
pub struct Confirmed {
    /// The address that is confirmed now.
    pub address: email_address::Model,
    /// Whether that has activated the account of its owner.
    pub activated: bool,
}

/// Mails a new link, if the service sends mails, and sends
/// [`email_confirmation_sent`] when the mail is out.
///
/// What fails is logged: whoever waits for the mail has done something else before, which stays.
pub async fn mail(app: &App, address: &email_address::Model) -> Mailed {
    if app.mailer.is_none() {
        return Mailed::Nowhere;
    }
    match send(app, address).await {
        Ok(mailed) => mailed,
        Err(error) => {
            log::error!("no link was mailed: {}", crate::chain(&error));
            Mailed::Failed
        }
    }
}

async fn send(app: &App, address: &email_address::Model) -> Result<Mailed, Error> {
    let token = Token::generate().map_err(Error::random)?;
    let confirmation = email_confirmation::ActiveModel {
        id: NotSet,
        email_address_id: Set(address.id),
        token_digest: Set(token.digest()),
        created_at: Set(now()),
        sent_at: Set(None),
    };
    let confirmation = confirmation.insert(&app.db).await?;
    let name = &owner(&app.db, address).await?.username;
    let (url, days) = (&app.config.url, AGE.whole_days());
    let text = format!(
        "Hello {name},\n\n\
         please confirm that this is your address:\n\n\
         {url}/confirm/{}\n\n\
         The link works for {days} days. If you know nothing of this, do nothing: somebody has\n\
         mistyped an address.\n",
        token.as_str()
    );
    let mail = Mail {
        to: address.email.clone(),
        subject: "Please confirm your address".to_owned(),
        text,
    };
    if app.mailer.send(mail).await? == Sent::Nowhere {
        return Ok(Mailed::Nowhere);
    }
    let mut confirmation = confirmation.into_active_model();
    confirmation.sent_at = Set(Some(now()));
    let confirmation = confirmation.update(&app.db).await?;
    email_confirmation_sent
        .send_robust_async(EmailConfirmationSent {
            confirmation: &confirmation,
        })
        .await;
    Ok(Mailed::Out)
}

/// The address of a user.
///
/// # Errors
///
/// The database's.
pub async fn address_of(db: &Db, user: i64) -> Result<Option<email_address::Model>, DbErr> {
    let address = EmailAddress::find().filter(email_address::Column::UserId.eq(user));
    address.one(db).await
}

/// The user whose address it is.
///
/// # Errors
///
/// The database's; also if the user is gone, and with it the address.
pub async fn owner<C: ConnectionTrait>(
    db: &C,
    address: &email_address::Model,
) -> Result<user::Model, DbErr> {
    let user = User::find_by_id(address.user_id).one(db).await?;
    user.ok_or_else(|| DbErr::RecordNotFound(format!("user {}", address.user_id)))
}

/// What a link stands for. Changes nothing.
///
/// # Errors
///
/// The database's.
pub async fn look_up<C: ConnectionTrait>(db: &C, token: &Token) -> Result<Link, DbErr> {
    let confirmation = EmailConfirmation::find()
        .filter(email_confirmation::Column::TokenDigest.eq(token.digest()))
        .one(db)
        .await?;
    let Some(confirmation) = confirmation else {
        return Ok(Link::Unknown);
    };
    // In a transaction that writes, the second who comes with the link waits here for the first.
    let address = EmailAddress::find_by_id(confirmation.email_address_id)
        .lock_exclusive()
        .one(db)
        .await?;
    Ok(match address {
        None => Link::Unknown,
        Some(address) if address.verified => Link::Done(address),
        Some(address) if confirmation.created_at + AGE < now() => Link::Expired(address),
        Some(address) => Link::Open(address),
    })
}

/// Confirms the address that a link stands for, if it can be, and sends [`email_confirmed`]. Where accounts
/// have to be activated, activates the account and sends [`user_activated`], after [`user_registered`] if
/// that is still to be sent. Otherwise changes and sends nothing, and says why.
///
/// All of it is one transaction, in which the signals are sent.
///
/// # Errors
///
/// The database's.
pub async fn confirm(
    app: &App,
    token: &Token,
    request: &Parts,
) -> Result<Result<Confirmed, Link>, DbErr> {
    let txn = begin(&app.db).await?;
    let address = match look_up(&txn, token).await? {
        Link::Open(address) => address,
        other => {
            txn.rollback().await?;
            return Ok(Err(other));
        }
    };
    let owner = owner(&txn, &address).await?;
    let mut address = address.into_active_model();
    address.verified = Set(true);
    let address = address.update(&txn).await?;
    let mut activated = None;
    let mut registers = false;
    if app.config.activation && !owner.is_active {
        let mut owner = owner.into_active_model();
        owner.is_active = Set(true);
        let mut owner = owner.update(&txn).await?;
        // Already told, unless the mail was out and the answer of its server was lost.
        registers = user::claim_registration(&txn, &mut owner).await?;
        activated = Some(owner);
    }
    txn.scope(async {
        let email_address = &address;
        email_confirmed
            .send_robust_async(EmailConfirmed { email_address })
            .await;
        let Some(user) = &activated else { return };
        if registers {
            user_registered
                .send_robust_async(UserRegistered { user, request })
                .await;
        }
        user_activated
            .send_robust_async(UserActivated { user, request })
            .await;
    })
    .await;
    txn.commit().await?;
    Ok(Ok(Confirmed {
        address,
        activated: activated.is_some(),
    }))
}
