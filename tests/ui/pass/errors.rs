//! The errors that a receiver may answer.
#![deny(warnings)]

use std::error::Error;

use signals_core::{BoxError, receiver, signal};

#[derive(Debug, thiserror::Error)]
pub enum MailError {
    #[error("the mailbox of {0} is full")]
    Full(String),
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

type Fallible = Result<(), BoxError>;

signal! {
    pub order_paid(total: u64);
    pub price_asked(weight: u32) -> u32;
}

#[receiver(order_paid)]
fn with_anyhow(total: u64) -> anyhow::Result<()> {
    anyhow::ensure!(total > 0, "nothing was paid");
    Ok(())
}

#[receiver(order_paid)]
fn with_enum(total: u64) -> Result<(), MailError> {
    if total == 0 {
        Err(MailError::Full("ada".to_owned()))
    } else {
        Ok(())
    }
}

#[receiver(order_paid)]
fn with_box(_total: u64) -> Result<(), Box<dyn Error + Send + Sync>> {
    Err("as text")?;
    Ok(())
}

#[receiver(order_paid)]
fn with_static_box() -> Result<(), Box<dyn std::error::Error + Send + Sync + 'static>> {
    Ok(())
}

#[receiver(order_paid)]
fn with_string() -> Result<(), String> {
    Err("as a string".to_owned())
}

#[receiver(order_paid)]
fn with_str() -> Result<(), &'static str> {
    Err("as a str")
}

#[receiver(order_paid)]
fn with_alias() -> Fallible {
    Ok(())
}

#[receiver(order_paid)]
async fn with_io() -> std::io::Result<()> {
    Err(std::io::Error::other("io"))
}

#[receiver(price_asked)]
fn price(weight: u32) -> anyhow::Result<u32> {
    Ok(weight * 2)
}

fn main() -> Result<(), signals_core::SendError> {
    let errors: Vec<_> = order_paid
        .send_robust(OrderPaid { total: 0 })
        .into_errors()
        .iter()
        .map(|error| error.source().map(ToString::to_string).unwrap_or_default())
        .collect();
    assert_eq!(
        errors,
        [
            "nothing was paid",
            "the mailbox of ada is full",
            "as text",
            "as a string",
            "as a str",
            "io"
        ]
    );
    assert_eq!(price_asked.send(PriceAsked { weight: 4 })?[0].answer, 8);
    Ok(())
}
