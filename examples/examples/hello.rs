//! The shortest program with a signal.

use signals_core::{SendError, receiver, signal};

signal! {
    /// Sent when somebody comes in.
    pub door_opened(name: &str);
}

#[receiver(door_opened)]
fn greet(name: &str) {
    println!("Hello, {name}!");
}

fn main() -> Result<(), SendError> {
    door_opened.send(DoorOpened { name: "Ada" })?;
    Ok(())
}
