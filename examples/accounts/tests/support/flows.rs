//! The service inside the test program, with whatever settings a test asks for, and its mails.
//!
//! State is provided once in a program, and so all services of a file have one database. The tests take
//! turns.

#![allow(dead_code, reason = "each test program uses what it needs")]

use std::net::Ipv4Addr;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use accounts::{App, Config};
use accounts_mailer::{Mailer, ReceivedMail};
use accounts_models::{file, open};
use signals_core::state;
use signals_sea_orm::Db;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::browser::Browser;
use crate::heard::heard;

static WORLD: LazyLock<World> = LazyLock::new(World::new);
static TURN: Mutex<()> = Mutex::new(());

struct World {
    runtime: Runtime,
    db: Db,
    folder: TempDir,
}

impl World {
    fn new() -> Self {
        let runtime = Runtime::new().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let url = file(&folder.path().join("accounts.sqlite"));
        let db = runtime.block_on(open(&url)).unwrap();
        state::provide(db.clone()).unwrap();
        Self {
            runtime,
            db,
            folder,
        }
    }
}

/// A service, and the turn of its test.
pub(crate) struct Flows {
    pub(crate) app: App,
    address: String,
    mails: Mailer,
    runtime: &'static Runtime,
    _turn: MutexGuard<'static, ()>,
}

impl Flows {
    /// Mails go to a folder.
    pub(crate) fn start(config: &Config) -> Self {
        Self::start_with(config, &Mailer::folder(WORLD.folder.path().join("mails")))
    }

    pub(crate) fn start_with(config: &Config, mailer: &Mailer) -> Self {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
        let listener = WORLD.runtime.block_on(listener).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let config = Config {
            url: address.clone(),
            ..config.clone()
        };
        let app = App::new(WORLD.db.clone(), mailer.clone(), config).unwrap();
        let router = accounts::router(app.clone());
        WORLD
            .runtime
            .spawn(async { axum::serve(listener, router).await });
        heard();
        Self {
            app,
            address,
            mails: mailer.clone(),
            runtime: &WORLD.runtime,
            _turn: turn,
        }
    }

    /// `http://127.0.0.1:` and the port.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(&self.address)
    }

    pub(crate) fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    /// The mails to an address, the oldest first.
    pub(crate) fn mails(&self, address: &str) -> Vec<ReceivedMail> {
        self.block_on(self.mails.mails_to(address)).unwrap()
    }

    /// The path of the link in the newest mail to an address that has one.
    pub(crate) fn link(&self, address: &str) -> String {
        let mails = self.mails(address);
        let mut links = mails
            .iter()
            .flat_map(|mail| mail.text.split_whitespace())
            .filter_map(|word| word.strip_prefix(&self.address));
        links.next_back().expect("a mail with a link").to_owned()
    }
}
