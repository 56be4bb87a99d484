//! The service inside the test program, so that the test can bring receivers of its own.
//!
//! State is provided once in a program, and so there is one service, with one database, for all
//! tests of a file. They take turns.

#![allow(dead_code, reason = "each test program uses what it needs")]

use std::net::Ipv4Addr;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use accounts_store::Store;
use axum::Router;
use signals_core::state;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::browser::Browser;

pub(crate) struct InProcess {
    runtime: Runtime,
    pub(crate) address: String,
    pub(crate) store: Store,
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
        let path = folder.path().join("accounts.sqlite");
        let store = runtime.block_on(Store::open(&path)).unwrap();
        state::provide(store.clone()).unwrap();
        let router = accounts::router(store.clone()).unwrap();
        let router = extend(router);
        let listener = runtime
            .block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))
            .unwrap();
        let address = listener.local_addr().unwrap().to_string();
        runtime.spawn(async { axum::serve(listener, router).await });
        Self {
            runtime,
            address,
            store,
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
