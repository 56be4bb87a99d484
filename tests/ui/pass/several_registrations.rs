//! One function, several registrations, and signals with different payloads.
#![deny(warnings)]

use std::sync::atomic::{AtomicU32, Ordering};

use signals_core::{Sender, SignalInfo, receiver, signal, state};

pub struct Db(AtomicU32);

signal! {
    pub logged_in(sender, user: &str, ip: Option<&str>);
    pub logged_out(user: &str);
    pub tick();
}

pub struct Web;

#[receiver([logged_in, logged_out], dispatch_uid = "audit")]
#[receiver(logged_in, sender = Web, priority = -7, before = "audit")]
#[receiver(logged_out, after = ["audit"], when = |user| user == "ada", inline)]
fn audit(
    signal: &SignalInfo,
    #[state] db: &Db,
    user: &str,
    sender: Sender,
    #[state] name: &String,
) {
    assert_eq!(user, "ada");
    assert_eq!(name, "app");
    let _ = (signal.name(), sender);
    db.0.fetch_add(1, Ordering::Relaxed);
}

#[receiver([logged_in, logged_out, tick,])]
async fn every(signal: &SignalInfo, #[state] db: &Db) {
    let _ = signal.name();
    db.0.fetch_add(100, Ordering::Relaxed);
}

mod renamed {
    use signals_core::receiver as on;

    use super::{Db, Ordering, logged_out, state, tick};

    #[on(tick)]
    #[on(logged_out, dispatch_uid = "renamed")]
    #[on(logged_out, dispatch_uid = "twice")]
    fn count() {
        let db = state::get::<Db>().unwrap();
        db.0.fetch_add(10_000, Ordering::Relaxed);
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    state::provide(Db(AtomicU32::new(0)))?;
    state::provide(String::from("app"))?;
    logged_in.send(LoggedIn {
        sender: Sender::of::<Web>(),
        user: "ada",
        ip: None,
    })?;
    logged_out.send(LoggedOut { user: "ada" })?;
    tick.send(Tick)?;
    let db = state::get::<Db>().unwrap();
    assert_eq!(db.0.load(Ordering::Relaxed), 30_304);
    Ok(())
}
