//! The service inside the test program, so that the test can bring receivers of its own.
//!
//! State is provided once in a program, and so there is one service, with one database, for all
//! tests of a file. They take turns.

#![allow(dead_code, reason = "each test program uses what it needs")]

use std::net::Ipv4Addr;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use accounts::{App, Config};
use accounts_mailer::Mailer;
use axum::Router;
use signals_builtin::eventlog;
use signals_core::state;
use signals_sea_orm::Db;
use signals_sea_orm::eventlog::EventLog;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::browser::Browser;

pub(crate) struct InProcess {
    runtime: Runtime,
    pub(crate) address: String,
    pub(crate) db: Db,
    _folder: TempDir,
}

/// The service, and the turn of this test.
pub(crate) fn service() -> (&'static InProcess, MutexGuard<'static, ()>) {
    extended_service(|router| router)
}

/// The service with more pages; all tests of a file have to ask for the same.
pub(crate) fn extended_service(
    extend: fn(Router) -> Router,
) -> (&'static InProcess, MutexGuard<'static, ()>) {
    static SERVICE: OnceLock<InProcess> = OnceLock::new();
    static TURN: Mutex<()> = Mutex::new(());
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    (SERVICE.get_or_init(|| InProcess::start(extend)), turn)
}

impl InProcess {
    fn start(extend: fn(Router) -> Router) -> Self {
        let runtime = Runtime::new().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let url = accounts_models::file(&folder.path().join("accounts.sqlite"));
        let db = runtime.block_on(accounts_models::open(&url)).unwrap();
        state::provide(db.clone()).unwrap();
        state::provide(Mailer::none()).unwrap();
        eventlog::provide(EventLog::new(db.clone())).unwrap();
        let app = App::new(db.clone(), Mailer::none(), Config::default()).unwrap();
        let router = extend(accounts::router(app));
        let listener = runtime
            .block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))
            .unwrap();
        let address = listener.local_addr().unwrap().to_string();
        runtime.spawn(async { axum::serve(listener, router).await });
        Self {
            runtime,
            address,
            db,
            _folder: folder,
        }
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(&format!("http://{}", self.address))
    }

    pub(crate) fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }
}
