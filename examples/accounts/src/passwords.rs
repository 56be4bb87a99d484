//! Hashing and verifying passwords.

use std::sync::Arc;
use std::thread::available_parallelism;

use accounts_models::PasswordHash;
use argon2::Argon2;
use argon2::password_hash::{self, PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::Secret;

pub use argon2::Params;

/// The hasher. Argon2id takes time and memory on purpose, so it runs beside the async threads, and
/// only as many at once as there are cores: the others wait for their turn instead of for memory.
#[derive(Clone, Debug)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    cost: Params,
}

impl Default for Passwords {
    fn default() -> Self {
        Self::with_cost(Params::DEFAULT)
    }
}

impl Passwords {
    /// A hasher whose new hashes cost that much time and memory. For programs that measure something
    /// else than it; a service takes the [default](Self::default).
    ///
    /// A password is verified at the cost at which it was hashed.
    pub fn with_cost(cost: Params) -> Self {
        let cores = available_parallelism().map_or(1, usize::from);
        Self {
            turns: Arc::new(Semaphore::new(cores)),
            cost,
        }
    }

    /// Hashes a password, with a salt of its own.
    ///
    /// # Errors
    ///
    /// When there are no random bytes for the salt.
    pub async fn hash(&self, password: &Secret) -> Result<PasswordHash, PasswordError> {
        let password = password.clone();
        let hasher = Argon2::from(self.cost.clone());
        self.in_turn(move || {
            let hash = hasher.hash_password(password.expose().as_bytes())?;
            Ok(PasswordHash::new(hash.to_string()))
        })
        .await
    }

    /// Whether this is the password that was hashed.
    ///
    /// # Errors
    ///
    /// When the stored hash is none.
    pub async fn verify(
        &self,
        password: &Secret,
        hash: &PasswordHash,
    ) -> Result<bool, PasswordError> {
        let (password, hash) = (password.clone(), hash.clone());
        self.in_turn(move || {
            match Argon2::default().verify_password(password.expose().as_bytes(), hash.as_str()) {
                Ok(()) => Ok(true),
                Err(password_hash::Error::PasswordInvalid) => Ok(false),
                Err(error) => Err(error.into()),
            }
        })
        .await
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        // Only a closed semaphore refuses, and nobody closes this one.
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        spawn_blocking(move || {
            // Held to the end of the work, also when nobody waits for its result any more.
            let _turn = turn;
            work()
        })
        .await?
    }
}

/// Why a password could be neither hashed nor verified.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordError {
    /// The hash is malformed, or there was no randomness for a new one.
    #[error("the password hasher failed: {0}")]
    Hasher(password_hash::Error),

    /// The thread that hashes was stopped.
    #[error("the password hasher was stopped")]
    Stopped(#[from] tokio::task::JoinError),
}

impl From<password_hash::Error> for PasswordError {
    fn from(error: password_hash::Error) -> Self {
        Self::Hasher(error)
    }
}
