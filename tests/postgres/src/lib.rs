//! A PostgreSQL for tests: that of `DATABASE_URL`, or one of our own, or none.

use std::env;
use std::net;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

/// The URL of the server, asked for once. `None`, with a message, if there is none.
///
/// # Panics
///
/// When there is none and `REQUIRE_POSTGRES` is set, or when one of our own does not start.
pub fn server() -> Option<&'static str> {
    static SERVER: OnceLock<Option<String>> = OnceLock::new();
    let server = SERVER.get_or_init(|| match env::var("DATABASE_URL") {
        Ok(url) if url.starts_with("postgres") => Some(url),
        _ => private(),
    });
    if server.is_none() {
        assert!(
            env::var("REQUIRE_POSTGRES").is_err(),
            "REQUIRE_POSTGRES is set, but there is no PostgreSQL: set DATABASE_URL, or install it"
        );
        eprintln!(
            "skipped: no PostgreSQL. Set DATABASE_URL, or install it (apt-get install postgresql)"
        );
    }
    server.as_deref()
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
