//! Mails in a folder: one file each.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::task;

use crate::{MailError, ReceivedMail};

/// Writes a mail.
pub(crate) async fn write(folder: PathBuf, mail: Vec<u8>) -> Result<(), MailError> {
    on_disk(folder, move |folder| write_now(folder, &mail)).await
}

/// All mails, the oldest first.
pub(crate) async fn read(folder: PathBuf) -> Result<Vec<ReceivedMail>, MailError> {
    let files = on_disk(folder, read_now).await?;
    let mails = files.into_iter().map(|(path, mail)| {
        let mail = ReceivedMail::read(&mail);
        mail.ok_or(MailError::NotAMail { path })
    });
    mails.collect()
}

/// On a thread that may wait for the disk.
async fn on_disk<T: Send + 'static>(
    path: PathBuf,
    work: impl FnOnce(&Path) -> io::Result<T> + Send + 'static,
) -> Result<T, MailError> {
    let folder = path.clone();
    let done = task::spawn_blocking(move || work(&folder)).await;
    let done = done.unwrap_or_else(|panicked| Err(io::Error::other(panicked)));
    done.map_err(|source| MailError::Folder { path, source })
}

fn write_now(folder: &Path, mail: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut file = tempfile::Builder::new()
        .prefix(".")
        .suffix(".part")
        .tempfile_in(folder)?;
    file.write_all(mail)?;
    // Two processes may come to the same name. The file system says so, and the later one is later.
    loop {
        let path = folder.join(format!("{:020}.eml", moment()));
        match file.persist_noclobber(path) {
            Ok(_) => return Ok(()),
            Err(taken) if taken.error.kind() == io::ErrorKind::AlreadyExists => file = taken.file,
            Err(failed) => return Err(failed.error),
        }
    }
}

fn read_now(folder: &Path) -> io::Result<Vec<(PathBuf, Vec<u8>)>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let paths = entries.map(|entry| Ok(entry?.path()));
    let mut paths: Vec<PathBuf> = paths.collect::<io::Result<_>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "eml"));
    paths.sort();
    let files = paths.into_iter().map(|path| {
        let mail = fs::read(&path)?;
        Ok((path, mail))
    });
    files.collect()
}

/// Nanoseconds since 1970; in this process, later than all before.
fn moment() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.map_or(0, |now| now.as_nanos());
    let now = u64::try_from(now).unwrap_or(u64::MAX - 1);
    let after = |last: u64| now.max(last.saturating_add(1));
    let last = LAST.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| {
        Some(after(last))
    });
    last.map_or(now, after)
}
