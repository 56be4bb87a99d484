//! The accounts service, `accounts replay`, and `accounts signals`.

use std::fmt;
use std::fs::File;
use std::io::{self, BufReader, BufWriter};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use accounts::replay::{ReplayError, print_events, replay};
use accounts::{App, Config, signals_page};
use accounts_mailer::Mailer;
use accounts_models::session::Sessions;
use clap::{Args, Parser, Subcommand};
use sea_orm::DbErr;
use signals_builtin::eventlog;
use signals_core::{cli, installed_apps, state};
use signals_sea_orm::Db;
use signals_sea_orm::eventlog::EventLog;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::time::sleep;

// The receivers. Linking a crate is what registers them; this is the only place that names them.
installed_apps![
    accounts_audit,
    accounts_last_login,
    accounts_mail,
    accounts_search,
    accounts_statistics
];

/// How long the end of the service waits for open connections, and then for what still goes on.
const PATIENCE: Duration = Duration::from_secs(10);

/// A small web service with user accounts, articles and an event log.
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

    #[command(flatten)]
    options: Options,
}

#[derive(Args)]
struct Options {
    /// The database, a SQLite file, made if it is not there. [default: `DATABASE_URL`, or
    /// accounts.sqlite; for a replay, a new one that is thrown away]
    #[arg(long, value_name = "PATH", global = true)]
    db: Option<PathBuf>,

    /// Where mails go: a folder, with a file for each. [default: mails; for a replay, nowhere]
    #[arg(long, value_name = "FOLDER", global = true, conflicts_with = "smtp")]
    mails: Option<PathBuf>,

    /// Where mails go: a server, smtp:// or smtps://user:password@host:port.
    #[arg(
        long,
        value_name = "URL",
        env = "SMTP_URL",
        hide_env_values = true,
        global = true
    )]
    smtp: Option<String>,

    /// Whom mails are from.
    #[arg(
        long,
        value_name = "ADDRESS",
        default_value = "accounts@localhost",
        global = true
    )]
    mail_from: String,

    /// Where the service is to be found, for the links in mails. [default: http://127.0.0.1:PORT]
    #[arg(long, global = true, value_parser = base_url)]
    url: Option<String>,

    /// New accounts have to be activated, by a link that is mailed.
    #[arg(long, global = true)]
    activation: bool,

    /// Only those who were invited may sign up. Start without it until there is somebody to invite them.
    #[arg(long, global = true)]
    invitation_only: bool,

    /// Passwords that are older have to be changed.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..), global = true)]
    password_expiry: Option<u32>,
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
        None => serve(cli.options, cli.port, cli.signals).await,
        Some(Command::Replay { file }) => replay_file(&file, cli.options).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// Serves until it is told to stop.
async fn serve(mut options: Options, port: u16, has_signals: bool) -> Result<(), Failure> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(|source| Failure::Listen { port, source })?;
    let url = format!("http://{}", listener.local_addr()?);
    options.url.get_or_insert_with(|| url.clone());
    let database = Database::of(options.db.as_deref());
    let mailer = options.mailer(|| Mailer::folder("mails"))?;
    let app = open(&database, mailer, options.config()).await?;
    let db = app.db.clone();
    let mut router = accounts::router(app);
    let mut page = "";
    if has_signals {
        router = router.merge(signals_page::router().map_err(accounts::Error::from)?);
        page = ", the signals at /signals";
    }
    let tidies = tokio::spawn(tidy(Sessions::new(db.clone())));
    println!("Serving on {url}/{page} (stop with Ctrl-C)");
    let (tell, told) = oneshot::channel();
    let served = axum::serve(listener, router).with_graceful_shutdown(async {
        told_to_stop().await;
        let _ = tell.send(());
    });
    let patience_is_over = async {
        // An error says that the server has ended by itself; then this is dropped.
        let _ = told.await;
        sleep(PATIENCE).await;
    };
    tokio::select! {
        ended = served => ended?,
        () = patience_is_over => log::warn!("connections were still open"),
    }
    tidies.abort();
    if let Err(open) = signals_axum::flush(PATIENCE).await {
        log::warn!("{open}");
    }
    db.connection().clone().close().await?;
    Ok(())
}

/// Replays a file, and prints the event log also if the file was wrong somewhere: what came before
/// has happened.
async fn replay_file(file: &Path, options: Options) -> Result<(), Failure> {
    let actions = File::open(file).map_err(|source| Failure::File {
        file: file.to_owned(),
        source,
    })?;
    let (path, _thrown_away) = if let Some(path) = options.db.clone() {
        (path, None)
    } else {
        let folder = tempfile::tempdir()?;
        (folder.path().join("accounts.sqlite"), Some(folder))
    };
    let mailer = options.mailer(Mailer::none)?;
    let app = open(&Database::File(path), mailer, options.config()).await?;
    let db = app.db.clone();
    let replayed = replay(app, BufReader::new(actions)).await;
    if let Err(open) = signals_axum::flush(PATIENCE).await {
        log::warn!("{open}");
    }
    let printed = print_events(&db, BufWriter::new(io::stdout().lock())).await;
    db.connection().clone().close().await?;
    replayed?;
    Ok(printed?)
}

/// Where the database is.
enum Database {
    File(PathBuf),
    /// What `DATABASE_URL` says. It may hold a password, and is not shown.
    Url(String),
}

impl Database {
    fn of(path: Option<&Path>) -> Self {
        match (path, std::env::var("DATABASE_URL")) {
            (Some(path), _) => Self::File(path.to_owned()),
            (None, Ok(url)) => Self::Url(url),
            (None, Err(_)) => Self::File("accounts.sqlite".into()),
        }
    }

    fn url(&self) -> String {
        match self {
            Self::File(path) => accounts_models::file(path),
            Self::Url(url) => url.clone(),
        }
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Url(_) => f.write_str("of DATABASE_URL"),
        }
    }
}

/// Without the slash at its end: the paths of links begin with one.
fn base_url(url: &str) -> Result<String, String> {
    if url.starts_with("http://") || url.starts_with("https://") {
        Ok(url.trim_end_matches('/').to_owned())
    } else {
        Err("it begins with http:// or https://".to_owned())
    }
}

impl Options {
    fn config(&self) -> Config {
        let standard = Config::default();
        Config {
            url: self.url.clone().unwrap_or(standard.url),
            activation: self.activation,
            invitation_only: self.invitation_only,
            password_expiry: self
                .password_expiry
                .map(|days| Duration::from_hours(24) * days),
        }
    }

    fn mailer(&self, default: impl FnOnce() -> Mailer) -> Result<Mailer, Failure> {
        let mailer = match (&self.smtp, &self.mails) {
            (_, Some(folder)) => Mailer::folder(folder),
            (Some(url), None) => Mailer::smtp(url)?,
            (None, None) => default(),
        };
        Ok(mailer.from(&self.mail_from)?)
    }
}

/// Opens the database and hands it to the receivers, whoever they are.
async fn open(database: &Database, mailer: Mailer, config: Config) -> Result<App, Failure> {
    let db = accounts_models::open(&database.url())
        .await
        .map_err(|source| Failure::Open {
            database: database.to_string(),
            source,
        })?;
    state::provide::<Db>(db.clone())?;
    state::provide(mailer.clone())?;
    eventlog::provide(EventLog::new(db.clone()))?;
    for finding in signals_core::check() {
        log::warn!("{finding}");
    }
    Ok(App::new(db, mailer, config)?)
}

/// Deletes the sessions that are over, now and then.
async fn tidy(sessions: Sessions) {
    let mut hourly = tokio::time::interval(Duration::from_hours(1));
    loop {
        hourly.tick().await;
        if let Err(error) = sessions.delete_expired().await {
            log::warn!("old sessions were not deleted: {}", accounts::chain(&error));
        }
    }
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

    #[error("cannot open the database {database}")]
    Open { database: String, source: DbErr },

    #[error("cannot listen on 127.0.0.1:{port}")]
    Listen { port: u16, source: io::Error },

    #[error(transparent)]
    Replay(#[from] ReplayError),

    #[error(transparent)]
    Service(#[from] accounts::Error),

    #[error(transparent)]
    Database(#[from] DbErr),

    #[error(transparent)]
    Mailer(#[from] accounts_mailer::MailError),

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
