//! The service.

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::routing::{get, post};
use axum::{Form, Router};
use axum_login::AuthManagerLayerBuilder;
use signals_axum_login::{AuthSession, Error};
use signals_core::Scope;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{self, SessionStore};
use tower_sessions::{MemoryStore, SessionManagerLayer};

use super::browser::Browser;
use super::users::{Account, Backend, Login};

pub(crate) struct Service {
    address: String,
    pub(crate) sessions: Sessions,
    scope: Arc<Mutex<Scope>>,
    _runtime: Runtime,
}

impl Service {
    pub(crate) fn start<U: Account>(backend: Backend<U>) -> Self {
        let sessions = Sessions::default();
        let scope: Arc<Mutex<Scope>> = Arc::default();
        let layer = SessionManagerLayer::new(sessions.clone()).with_secure(false);
        let of_the_test = Arc::clone(&scope);
        let router = router::<U>()
            .layer(AuthManagerLayerBuilder::new(backend, layer).build())
            .layer(from_fn(move |request: Request, next: Next| {
                let scope = of_the_test.lock().unwrap().clone();
                scope.run_async(next.run(request))
            }));
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = runtime
            .block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))
            .unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        runtime.spawn(async { axum::serve(listener, router).await });
        Self {
            address,
            sessions,
            scope,
            _runtime: runtime,
        }
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(&self.address, Arc::clone(&self.scope))
    }
}

fn router<U: Account>() -> Router {
    Router::new()
        .route("/me", get(me::<U>))
        .route("/login", post(log_in::<U>))
        .route("/login/scribbled", post(log_in_scribbled::<U>))
        .route("/login/anyway", post(log_in_anyway::<U>))
        .route("/logout", post(log_out::<U>))
        .route("/logout/with-a-word", post(log_out_with_a_word::<U>))
        .route("/switch", post(switch::<U>))
        .route("/forget", post(forget::<U>))
        .route("/kept", get(kept::<U>).post(keep::<U>))
        .route("/show", post(show::<U>))
}

type Session<U> = AuthSession<Backend<U>>;
type Answer = (StatusCode, String);

async fn me<U: Account>(session: Session<U>) -> String {
    let user = session.user.as_ref();
    user.map_or_else(|| "nobody".into(), Account::name)
}

async fn log_in<U: Account>(session: Session<U>, Form(login): Form<Login>) -> Answer {
    let user = session.authenticate(login).await;
    answer(log_in_if(session, user).await)
}

/// As [`log_in`], with a user who was changed and not saved.
async fn log_in_scribbled<U: Account>(session: Session<U>, Form(login): Form<Login>) -> Answer {
    let mut user = session.authenticate(login).await;
    if let Ok(Some(user)) = &mut user {
        user.scribble();
    }
    answer(log_in_if(session, user).await)
}

/// As [`log_in`], whatever becomes of the receivers.
async fn log_in_anyway<U: Account>(session: Session<U>, Form(login): Form<Login>) -> Answer {
    let user = session.authenticate(login).await;
    let answered = match log_in_if(session, user).await {
        Err(Error::Signal(_)) => Ok(StatusCode::NO_CONTENT),
        answered => answered,
    };
    answer(answered)
}

async fn log_in_if<U: Account>(
    mut session: Session<U>,
    user: Result<Option<U>, Error<Backend<U>>>,
) -> Result<StatusCode, Error<Backend<U>>> {
    let Some(user) = user? else {
        return Ok(StatusCode::UNAUTHORIZED);
    };
    let logged_in = session.login(&user).await;
    assert!(session.user.as_ref() == Some(&user));
    logged_in.map(|()| StatusCode::NO_CONTENT)
}

async fn log_out<U: Account>(mut session: Session<U>) -> Answer {
    let before = session.user.clone();
    let user = session.logout().await;
    assert!(session.user.is_none());
    answer(user.map(|user| {
        assert!(user == before);
        StatusCode::NO_CONTENT
    }))
}

/// As [`log_out`], with something in the new session that the next page shows.
async fn log_out_with_a_word<U: Account>(mut session: Session<U>) -> Answer {
    let user = session.logout().await;
    session.session.insert("kept", "goodbye").await.unwrap();
    answer(user.map(|_| StatusCode::NO_CONTENT))
}

/// Logs out and in at once.
async fn switch<U: Account>(mut session: Session<U>, Form(login): Form<Login>) -> Answer {
    session.logout().await.unwrap();
    log_in(session, Form(login)).await
}

/// What the session keeps, besides who is logged in.
async fn kept<U: Account>(session: Session<U>) -> String {
    let kept = session.session.get("kept").await.unwrap();
    kept.unwrap_or_else(|| "nothing".to_owned())
}

async fn keep<U: Account>(session: Session<U>, what: String) {
    session.session.insert("kept", what).await.unwrap();
}

/// Ends the session without logging out.
async fn forget<U: Account>(session: Session<U>) {
    session.session.flush().await.unwrap();
}

/// The session, and what comes of these credentials.
async fn show<U: Account>(session: Session<U>, Form(login): Form<Login>) -> String {
    let authenticated = session.authenticate(login).await;
    format!("{session:?} {authenticated:?}")
}

fn answer<U: Account>(answer: Result<StatusCode, Error<Backend<U>>>) -> Answer {
    match answer {
        Ok(status) => (status, String::new()),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
    }
}

/// Sessions in memory, which can be full.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sessions {
    store: MemoryStore,
    are_full: Arc<AtomicBool>,
    writes: Arc<AtomicU32>,
}

impl Sessions {
    pub(crate) fn fill(&self) {
        self.are_full.store(true, Ordering::Relaxed);
    }

    /// How often one was written.
    pub(crate) fn writes(&self) -> u32 {
        self.writes.load(Ordering::Relaxed)
    }

    fn room(&self) -> session_store::Result<()> {
        if self.are_full.load(Ordering::Relaxed) {
            return Err(session_store::Error::Backend("no room".into()));
        }
        self.writes.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        self.room()?;
        self.store.create(record).await
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        self.room()?;
        self.store.save(record).await
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        self.store.load(id).await
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        self.store.delete(id).await
    }
}
