//! The service inside the test program, with whatever settings a test asks for, and its mails.
//!
//! State is provided once in a program, and so all services of a file have one database: in a file, or of
//! a PostgreSQL server. The tests take turns.

#![allow(dead_code, reason = "each test program uses what it needs")]

use std::net::Ipv4Addr;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use accounts::{App, Config};
use accounts_mailer::{Mailer, ReceivedMail};
use accounts_models::{Token, file, open};
use sea_orm::ConnectionTrait;
use signals_core::state;
use signals_sea_orm::Db;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::browser::Browser;
use crate::heard::heard;

static WORLD: LazyLock<World> = LazyLock::new(World::in_a_file);
static ON_POSTGRES: LazyLock<Option<World>> = LazyLock::new(World::on_postgres);
static TURN: Mutex<()> = Mutex::new(());

struct World {
    runtime: Runtime,
    db: Db,
    folder: TempDir,
}

impl World {
    fn in_a_file() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = file(&folder.path().join("accounts.sqlite"));
        Self::new(Runtime::new().unwrap(), folder, &url)
    }

    /// With a new database, if there is a server.
    fn on_postgres() -> Option<Self> {
        let url = new_database()?;
        let folder = tempfile::tempdir().unwrap();
        Some(Self::new(Runtime::new().unwrap(), folder, &url))
    }

    fn new(runtime: Runtime, folder: TempDir, url: &str) -> Self {
        let db = runtime.block_on(open(url)).unwrap();
        state::provide(db.clone()).unwrap();
        Self {
            runtime,
            db,
            folder,
        }
    }

    fn mails(&self) -> Mailer {
        Mailer::folder(self.folder.path().join("mails"))
    }
}

/// The URL of a new database of a PostgreSQL server, if there is one.
pub(crate) fn new_database() -> Option<String> {
    let server = signals_test_postgres::server()?;
    let name = format!("flows_{}", &Token::generate().unwrap().digest()[..32]);
    Runtime::new().unwrap().block_on(async {
        let admin = sea_orm::Database::connect(server).await.unwrap();
        let create = format!("CREATE DATABASE \"{name}\"");
        admin.execute_unprepared(&create).await.unwrap();
    });
    let (before, _) = server.rsplit_once('/').unwrap();
    Some(format!("{before}/{name}"))
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
        Self::start_in(&WORLD, config, &WORLD.mails())
    }

    pub(crate) fn start_with(config: &Config, mailer: &Mailer) -> Self {
        Self::start_in(&WORLD, config, mailer)
    }

    /// On PostgreSQL, if there is a server. Mails go to a folder.
    pub(crate) fn start_on_postgres(config: &Config) -> Option<Self> {
        let world = ON_POSTGRES.as_ref()?;
        Some(Self::start_in(world, config, &world.mails()))
    }

    pub(crate) fn start_on_postgres_with(config: &Config, mailer: &Mailer) -> Option<Self> {
        Some(Self::start_in(ON_POSTGRES.as_ref()?, config, mailer))
    }

    fn start_in(world: &'static World, config: &Config, mailer: &Mailer) -> Self {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
        let listener = world.runtime.block_on(listener).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let config = Config {
            url: address.clone(),
            ..config.clone()
        };
        let app = App::new(world.db.clone(), mailer.clone(), config).unwrap();
        let router = accounts::router(app.clone());
        world
            .runtime
            .spawn(async { axum::serve(listener, router).await });
        heard();
        Self {
            app,
            address,
            mails: mailer.clone(),
            runtime: &world.runtime,
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
