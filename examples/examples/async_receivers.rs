//! Async receivers: one after another, at once, and under a plain send.

use std::time::{Duration, Instant};

use signals_core::{SendError, receiver, signal};
use tokio::time::sleep;

signal! {
    /// Sent when somebody has signed up.
    pub user_signed_up(name: &str);
}

#[receiver(user_signed_up)]
async fn send_mail(name: &str) {
    sleep(Duration::from_millis(50)).await;
    println!("mailed {name}");
}

#[receiver(user_signed_up)]
async fn add_to_index(name: &str) -> Result<(), std::io::Error> {
    sleep(Duration::from_millis(50)).await;
    println!("indexed {name}");
    Ok(())
}

#[receiver(user_signed_up)]
fn count(name: &str) {
    println!("counted {name}");
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()?;
    runtime.block_on(async {
        let start = Instant::now();
        user_signed_up
            .send_async(UserSignedUp { name: "Ada" })
            .await?;
        println!("in turn: {:?}", start.elapsed());

        let start = Instant::now();
        let at_once = user_signed_up.concurrent();
        at_once.send_async(UserSignedUp { name: "Grace" }).await?;
        println!("at once: {:?}", start.elapsed());

        // This thread drives the runtime: waiting on it would be waiting for oneself.
        let refused = user_signed_up
            .send(UserSignedUp { name: "Alan" })
            .unwrap_err();
        println!("{refused}");
        Ok::<(), SendError>(())
    })?;

    // No runtime here: a plain send makes one for itself.
    user_signed_up.send(UserSignedUp { name: "Edsger" })?;
    Ok(())
}
