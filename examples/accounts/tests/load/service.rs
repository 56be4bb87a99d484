//! The service, with a database and a tally of its own.
//!
//! What `main` provides to the whole program is provided to a scope here, which each request is in:
//! so there is one for each database.

use std::net::Ipv4Addr;
use std::time::Duration;

use accounts::passwords::{Params, Passwords};
use accounts::{App, Config};
use accounts_mailer::Mailer;
use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use signals_builtin::eventlog::EventStore;
use signals_core::Scope;
use signals_sea_orm::Db;
use signals_sea_orm::eventlog::EventLog;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::heard::Heard;
use crate::tally::Tally;

pub(crate) struct Service {
    runtime: Runtime,
    address: String,
    db: Db,
    mails: TempDir,
    heard: Heard,
    stop: oneshot::Sender<()>,
    server: JoinHandle<std::io::Result<()>>,
}

/// What a service leaves that has stopped.
pub(crate) struct Stopped {
    pub(crate) runtime: Runtime,
    pub(crate) db: Db,
    pub(crate) mails: TempDir,
    pub(crate) heard: Tally,
}

impl Service {
    pub(crate) fn start(url: &str) -> Self {
        let runtime = Runtime::new().unwrap();
        let db = runtime.block_on(accounts_models::open(url)).unwrap();
        let mails = tempfile::tempdir().unwrap();
        let heard = Heard::default();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
        let listener = runtime.block_on(listener).unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (stop, stopped) = oneshot::channel();
        let router = router(&db, &Mailer::folder(mails.path()), &heard);
        let server = runtime.spawn(async {
            let stopped = async { stopped.await.unwrap_or_default() };
            let server = axum::serve(listener, router);
            server.with_graceful_shutdown(stopped).await
        });
        Self {
            runtime,
            address,
            db,
            mails,
            heard,
            stop,
            server,
        }
    }

    /// `127.0.0.1:` and the port.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Stops as `main` does: when all that has begun is done.
    pub(crate) fn stop(self) -> Stopped {
        self.stop.send(()).unwrap();
        self.runtime.block_on(self.server).unwrap().unwrap();
        let flushed = signals_axum::flush(Duration::from_mins(1));
        self.runtime.block_on(flushed).unwrap();
        Stopped {
            runtime: self.runtime,
            db: self.db,
            mails: self.mails,
            heard: self.heard.tally(),
        }
    }
}

fn router(db: &Db, mailer: &Mailer, heard: &Heard) -> Router {
    let mut app = App::new(db.clone(), mailer.clone(), Config::default()).unwrap();
    let least = Params::new(Params::MIN_M_COST, Params::MIN_T_COST, 1, None);
    app.passwords = Passwords::with_cost(least.unwrap());
    let scope = Scope::none()
        .with_state(db.clone())
        .with_state(db.handle().clone())
        .with_state(mailer.clone())
        .with_state(EventStore::new(EventLog::new(db.clone())))
        .with_state(heard.clone());
    let scoped = move |request: Request, next: Next| {
        let scope = scope.clone();
        async move { scope.run_async(next.run(request)).await }
    };
    accounts::router(app).layer(from_fn(scoped))
}
