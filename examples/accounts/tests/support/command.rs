//! The program, as a command.

use std::process::Command;

/// Without what whoever runs the tests has in the environment for a service of their own: the tests
/// would write to that database, and send mails by that server.
pub(crate) fn accounts() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_accounts"));
    for name in ["DATABASE_URL", "SMTP_URL", "RUST_LOG"] {
        command.env_remove(name);
    }
    command
}
