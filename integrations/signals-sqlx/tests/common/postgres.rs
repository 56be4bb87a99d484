//! A PostgreSQL for tests: that of `DATABASE_URL`, or one of our own, or none.

use std::env;
use std::net;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use signals_sqlx::connected;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions, PgSslMode};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// An empty database of the test's own. `None`, with a message, if there is no server.
///
/// # Panics
///
/// When there is none and `REQUIRE_POSTGRES` is set.
pub(crate) async fn pool(connections: u32) -> Option<PgPool> {
    pool_with(PgPoolOptions::new().max_connections(connections)).await
}

pub(crate) async fn pool_with(options: PgPoolOptions) -> Option<PgPool> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let Some(server) = server() else {
        assert!(
            env::var("REQUIRE_POSTGRES").is_err(),
            "REQUIRE_POSTGRES is set, but there is no PostgreSQL: set DATABASE_URL, or install it"
        );
        eprintln!(
            "skipped: no PostgreSQL. Set DATABASE_URL, or install it (apt-get install postgresql)"
        );
        return None;
    };
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("signals_{}_{number}", std::process::id());
    let mut admin = admin(server).await;
    let create = AssertSqlSafe(format!("CREATE DATABASE {name}"));
    admin.execute(create).await.expect("a database of our own");
    let (base, _) = server.rsplit_once('/').expect("a URL with a database");
    let database = PgConnectOptions::from_str(&format!("{base}/{name}")).expect("a URL");
    let pool = connected(options, "default").connect_with(database);
    Some(pool.await.expect("the new database answers"))
}

/// The same database, through a line that is cut right after a commit was sent on it.
pub(crate) async fn cut_at_commit(pool: &PgPool) -> PgPool {
    let direct = pool.connect_options();
    let server = (direct.get_host().to_owned(), direct.get_port());
    let line = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = line.local_addr().expect("the port").port();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = line.accept().await {
            let mut server = TcpStream::connect(&server).await.expect("the server");
            tokio::spawn(async move {
                let (mut up, mut down) = ([0; 4096], [0; 4096]);
                loop {
                    tokio::select! {
                        Ok(length @ 1..) = client.read(&mut up) => {
                            server.write_all(&up[..length]).await.expect("the server listens");
                            if up[..length].windows(6).any(|window| window == b"COMMIT") {
                                // The answer comes, and goes nowhere.
                                let answer = server.read(&mut down).await;
                                assert!(answer.is_ok_and(|length| length > 0), "no answer");
                                break;
                            }
                        }
                        Ok(length @ 1..) = server.read(&mut down) => {
                            client.write_all(&down[..length]).await.expect("the client listens");
                        }
                        else => break,
                    }
                }
            });
        }
    });
    let options = PgConnectOptions::clone(&direct)
        .host("127.0.0.1")
        .port(port);
    PgPoolOptions::new()
        .max_connections(1)
        .connect_lazy_with(options.ssl_mode(PgSslMode::Disable))
}

/// A server that has just begun to listen does not answer yet.
async fn admin(server: &str) -> PgConnection {
    for _ in 0..200 {
        if let Ok(admin) = PgConnection::connect(server).await {
            return admin;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("PostgreSQL does not answer at {server}");
}

/// The URL of the server, asked for once.
fn server() -> Option<&'static str> {
    static SERVER: OnceLock<Option<String>> = OnceLock::new();
    SERVER
        .get_or_init(|| match env::var("DATABASE_URL") {
            Ok(url) if url.starts_with("postgres") => Some(url),
            _ => private(),
        })
        .as_deref()
}

/// A cluster of our own in a temporary folder. It ends with this process, whose end of the pipe is
/// closed then.
fn private() -> Option<String> {
    static RUNNING: Mutex<Option<Child>> = Mutex::new(None);
    let programs = programs()?;
    let folder = tempfile::Builder::new()
        .prefix("signals-pg")
        .tempdir()
        .ok()?
        .keep();
    // PostgreSQL does not run as root.
    let is_root = Command::new("id").arg("-u").output().ok()?.stdout == b"0\n";
    let user = ["postgres", "nobody"].into_iter().find(|user| {
        let mut known = Command::new("id");
        known.arg(user).stderr(Stdio::null()).stdout(Stdio::null());
        known.status().is_ok_and(|status| status.success())
    });
    let as_user = |script: &str| {
        let mut command = if is_root {
            let mut command = Command::new("setpriv");
            let user = user.unwrap_or("nobody");
            command.args([
                "--reuid",
                user,
                "--regid",
                user,
                "--clear-groups",
                "sh",
                "-c",
                script,
            ]);
            command
        } else {
            let mut command = Command::new("sh");
            command.args(["-c", script]);
            command
        };
        command
            .env("PATH", with(&programs))
            .env("FOLDER", &folder)
            .env("DATA", folder.join("data"));
        command.current_dir(&folder);
        command
    };
    if is_root {
        let owner = Command::new("chown")
            .arg(user?)
            .arg(&folder)
            .status()
            .ok()?;
        assert!(owner.success(), "the folder cannot be given away");
    }
    let init = as_user("initdb -A trust -U postgres -D \"$DATA\" --no-sync")
        .output()
        .ok()?;
    assert!(
        init.status.success(),
        "initdb: {}",
        String::from_utf8_lossy(&init.stderr)
    );
    let port = net::TcpListener::bind("127.0.0.1:0")
        .ok()?
        .local_addr()
        .ok()?
        .port();
    let script = format!(
        "postgres -D \"$DATA\" -p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
         -c max_connections=200 >\"$DATA/log\" 2>&1 & server=$!; \
         read _; kill -INT $server; wait $server; cd / && rm -rf \"$FOLDER\""
    );
    let child = as_user(&script)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .ok()?;
    *RUNNING.lock().ok()? = Some(child);
    let start = Instant::now();
    while net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(
            start.elapsed() < Duration::from_secs(30),
            "PostgreSQL does not start"
        );
        thread::sleep(Duration::from_millis(50));
    }
    Some(format!("postgres://postgres@127.0.0.1:{port}/postgres"))
}

/// The folder that `initdb` is in.
fn programs() -> Option<PathBuf> {
    let installed = |root: &str| {
        let versions = Path::new(root).read_dir().ok()?;
        versions
            .flatten()
            .map(|version| version.path().join("bin"))
            .find(|bin| bin.join("initdb").exists())
    };
    let path = env::var_os("PATH")?;
    let on_path = env::split_paths(&path).find(|folder| folder.join("initdb").exists());
    on_path.or_else(|| installed("/usr/lib/postgresql"))
}

fn with(programs: &Path) -> std::ffi::OsString {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = [programs.to_owned()]
        .into_iter()
        .chain(env::split_paths(&path));
    env::join_paths(folders).unwrap_or(path)
}
