//! The accounts service, `accounts replay`, and `accounts signals`.

use std::fs::File;
use std::io::{self, BufReader, BufWriter};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use accounts::replay::{ReplayError, print_events, replay};
use accounts::signals_page;
use accounts_store::Store;
use clap::{Parser, Subcommand};
use signals_core::{cli, installed_apps, state};
use tokio::net::TcpListener;

// The receivers. Linking a crate is what registers them; this is the only place that names them.
installed_apps![accounts_eventlog, accounts_greeting, accounts_last_login];

/// A small web service with user accounts and an event log.
#[derive(Parser)]
#[command(after_help = "`accounts signals --help` shows who listens to what.")]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,

    /// Serves the page /signals as well, for development: who listens to what, and the last sends as
    /// they happen. Everybody who can reach the service can read it.
    #[arg(long)]
    signals: bool,

    /// The port on 127.0.0.1 to serve; 0 takes any that is free.
    #[arg(long, default_value_t = 8000)]
    port: u16,

    /// The database, made if it is not there. [default: accounts.sqlite; for a replay, a new one
    /// that is thrown away]
    #[arg(long, value_name = "PATH", global = true)]
    db: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Does what a file says, one JSON object a line, and prints the event log as JSON lines.
    Replay {
        /// The file of actions.
        file: PathBuf,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    if let Some(code) = cli::run(std::env::args_os()) {
        return code;
    }
    env_logger::Builder::from_env(env_logger::Env::default().default_filter_or("warn")).init();
    let cli = Cli::parse();
    let done = match cli.command {
        None => {
            let db = cli.db.unwrap_or_else(|| "accounts.sqlite".into());
            serve(&db, cli.port, cli.signals).await
        }
        Some(Command::Replay { file }) => replay_file(&file, cli.db).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// Serves until it is told to stop.
async fn serve(db: &Path, port: u16, has_signals: bool) -> Result<(), Failure> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(|source| Failure::Listen { port, source })?;
    let store = open(db).await?;
    let mut router = accounts::router(store.clone())?;
    let mut page = "";
    if has_signals {
        router = router.merge(signals_page::router().map_err(accounts::Error::from)?);
        page = ", the signals at /signals";
    }
    println!(
        "Serving on http://{}/{page} (stop with Ctrl-C)",
        listener.local_addr()?
    );
    axum::serve(listener, router)
        .with_graceful_shutdown(told_to_stop())
        .await?;
    store.close().await;
    Ok(())
}

/// Replays a file, and prints the event log also if the file was wrong somewhere: what came before
/// has happened.
async fn replay_file(file: &Path, db: Option<PathBuf>) -> Result<(), Failure> {
    let actions = File::open(file).map_err(|source| Failure::File {
        file: file.to_owned(),
        source,
    })?;
    let (db, _thrown_away) = if let Some(db) = db {
        (db, None)
    } else {
        let folder = tempfile::tempdir()?;
        (folder.path().join("accounts.sqlite"), Some(folder))
    };
    let store = open(&db).await?;
    let router = accounts::router(store.clone())?;
    let replayed = replay(router, BufReader::new(actions)).await;
    let printed = print_events(&store, BufWriter::new(io::stdout().lock())).await;
    store.close().await;
    replayed?;
    Ok(printed?)
}

/// Opens the database and hands it to the receivers, whoever they are.
async fn open(db: &Path) -> Result<Store, Failure> {
    let store = Store::open(db).await?;
    state::provide(store.clone())?;
    for finding in signals_core::check() {
        log::warn!("{finding}");
    }
    Ok(store)
}

/// Ctrl-C, or what an init system sends.
async fn told_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    // Where no signal can be heard, the service stays until it is killed.
    if interrupted.await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Why the program ends early.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("cannot open {}", file.display())]
    File { file: PathBuf, source: io::Error },

    #[error("cannot listen on 127.0.0.1:{port}")]
    Listen { port: u16, source: io::Error },

    #[error(transparent)]
    Replay(#[from] ReplayError),

    #[error(transparent)]
    Service(#[from] accounts::Error),

    #[error(transparent)]
    Store(#[from] accounts_store::StoreError),

    #[error(transparent)]
    State(#[from] state::AlreadyProvided),

    #[error(transparent)]
    Io(#[from] io::Error),
}

impl Failure {
    /// Says what went wrong. A file with a bad line is a mistake of whoever wrote it, and has the
    /// same code as a mistake on the command line.
    fn report(&self) -> ExitCode {
        eprintln!("accounts: {}", accounts::chain(self));
        match self {
            Self::Replay(ReplayError::Line { .. }) => ExitCode::from(2),
            _ => ExitCode::FAILURE,
        }
    }
}
