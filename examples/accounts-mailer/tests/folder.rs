//! Mails in a folder, and nowhere.

use std::collections::HashSet;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use accounts_mailer::{Mail, MailError, Mailer, ReceivedMail, Sent};
use tokio::runtime;

fn mail(to: &str, subject: &str, text: &str) -> Mail {
    Mail {
        to: to.to_owned(),
        subject: subject.to_owned(),
        text: text.to_owned(),
    }
}

/// A folder that is not there yet.
fn mails() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let mails = folder.path().join("new/mails");
    (folder, mails)
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

fn is_mail(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "eml")
}

#[tokio::test]
async fn a_mail_is_a_file_and_comes_back_as_it_was_sent() {
    let (_folder, path) = mails();
    let mailer = Mailer::folder(&path)
        .from("Accounts <accounts@example.org>")
        .unwrap();
    assert_eq!(mailer.mails_to("ada@example.org").await.unwrap(), []);
    let texts = [
        "Hello!\n".to_owned(),
        "Grüße, 你好 🙂\n\n.\n..\nFrom here = there\n".to_owned(),
        "no end of line".to_owned(),
        String::new(),
        format!("https://example.org/reset/{}\n", "x".repeat(2_000)),
    ];
    let long = "Ünïcode ".repeat(30);
    for (i, text) in texts.iter().enumerate() {
        let subject = format!("{i} {}", long.trim());
        let sent = mailer.send(mail("Ada <ada@example.org>", &subject, text));
        assert_eq!(sent.await.unwrap(), Sent::Taken);
    }
    let other = mail("bob@example.org", "Other", "Hello, Bob!\n");
    assert_eq!(mailer.send(other).await.unwrap(), Sent::Taken);

    let mails = mailer.mails_to("ada@example.org").await.unwrap();
    let expected = texts.iter().enumerate().map(|(i, text)| ReceivedMail {
        to: "ada@example.org".to_owned(),
        subject: format!("{i} {}", long.trim()),
        text: text.clone(),
    });
    assert_eq!(mails, expected.collect::<Vec<_>>());
    assert_eq!(mailer.mails_to("eve@example.org").await.unwrap(), []);
    let names = names(&path);
    assert_eq!(names.len(), 6);
    assert!(
        names.iter().all(|name| is_mail(Path::new(name))),
        "{names:?}"
    );
    let first = fs::read_to_string(path.join(&names[0])).unwrap();
    assert!(
        first.contains("From: Accounts <accounts@example.org>\r\n"),
        "{first}"
    );
    assert!(first.is_ascii());
    // Each line fits into a mail.
    assert!(first.lines().all(|line| line.len() <= 998));
}

#[tokio::test]
async fn threads_lose_no_mail_and_each_finds_its_own_in_order() {
    let (_folder, path) = mails();
    thread::scope(|scope| {
        for writer in 0..8 {
            let path = &path;
            scope.spawn(move || {
                let runtime = runtime::Builder::new_current_thread().build().unwrap();
                let mailer = Mailer::folder(path);
                for i in 0..25 {
                    let mail = mail("ada@example.org", &format!("{writer} {i}"), "Hello\n");
                    let sent = runtime.block_on(mailer.send(mail));
                    assert_eq!(sent.unwrap(), Sent::Taken);
                }
            });
        }
    });
    let mailer = Mailer::folder(&path);
    let mails = mailer.mails_to("ada@example.org").await.unwrap();
    let subjects: Vec<_> = mails.iter().map(|mail| mail.subject.as_str()).collect();
    assert_eq!(subjects.iter().collect::<HashSet<_>>().len(), 200);
    for writer in 0..8 {
        let own = subjects
            .iter()
            .filter_map(|it| it.strip_prefix(&format!("{writer} ")));
        let own: Vec<u32> = own.map(|i| i.parse().unwrap()).collect();
        assert_eq!(own, (0..25).collect::<Vec<_>>());
    }
    assert_eq!(names(&path).len(), 200);
}

#[test]
fn a_reader_never_sees_half_a_mail() {
    let (_folder, path) = mails();
    fs::create_dir_all(&path).unwrap();
    let text = "All of it. ".repeat(10_000);
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let runtime = runtime::Builder::new_current_thread().build().unwrap();
            let mailer = Mailer::folder(&path);
            for _ in 0..60 {
                let sent = runtime.block_on(mailer.send(mail("ada@example.org", "Long", &text)));
                assert_eq!(sent.unwrap(), Sent::Taken);
            }
        });
        let mut lengths = Vec::new();
        while lengths.len() < 60 && !writer.is_finished() {
            for entry in fs::read_dir(&path).unwrap() {
                let file = entry.unwrap().path();
                if is_mail(&file) {
                    lengths.push(fs::metadata(&file).unwrap().len());
                    fs::remove_file(&file).unwrap();
                }
            }
        }
        // All are the same mail.
        let full = lengths.last();
        assert!(lengths.iter().all(|it| Some(it) == full), "{lengths:?}");
    });
}

#[tokio::test]
async fn what_is_no_address_is_an_error_everywhere() {
    let (_folder, path) = mails();
    for mailer in [
        Mailer::folder(&path),
        Mailer::none(),
        Mailer::smtp("smtp://127.0.0.1:1").unwrap(),
    ] {
        for address in [
            "",
            "ada",
            "ada@",
            "ada@example.org, eve@example.org",
            "ada@example.org\r\nBcc: eve@example.org",
            "Ada\r\nBcc: eve@example.org <ada@example.org>",
            "ada@example.org>\r\nRCPT TO:<eve@example.org",
        ] {
            let error = mailer.send(mail(address, "Hello", "")).await.unwrap_err();
            assert!(matches!(error, MailError::Address { .. }), "{error:?}");
            assert!(error.to_string().contains(address), "{error}");
            assert!(error.source().is_some());
        }
        for subject in ["Hello\r\nBcc: eve@example.org", "a\nb", "a\rb", "\0"] {
            let mail = mail("ada@example.org", subject, "");
            let error = mailer.send(mail).await.unwrap_err();
            assert!(matches!(error, MailError::Subject { .. }), "{error:?}");
        }
    }
    assert!(!path.exists());
    let error = Mailer::none().from("nobody").unwrap_err();
    assert_eq!(error.to_string(), "`nobody` is no mail address");
}

#[tokio::test]
async fn a_name_cannot_add_a_header() {
    let (_folder, path) = mails();
    let mailer = Mailer::folder(&path);
    let to = "\"Ada, Bcc: eve@example.org\" <ada@example.org>";
    let sent = mailer.send(mail(to, "Bcc: eve@example.org", "Bcc: eve@example.org\n"));
    assert_eq!(sent.await.unwrap(), Sent::Taken);
    let file = fs::read_to_string(path.join(&names(&path)[0])).unwrap();
    let (head, _) = file.split_once("\r\n\r\n").unwrap();
    assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
    assert_eq!(mailer.mails_to("ada@example.org").await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_an_error() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let path = file.path().join("mails");
    let mailer = Mailer::folder(&path);
    let error = mailer.send(mail("ada@example.org", "Hello", "")).await;
    let error = error.unwrap_err();
    assert!(
        error.to_string().contains(path.to_str().unwrap()),
        "{error}"
    );
    assert!(matches!(error, MailError::Folder { .. }), "{error:?}");
}

#[tokio::test]
async fn what_is_no_mail_is_an_error_and_other_files_are_none_of_ours() {
    let (_folder, path) = mails();
    fs::create_dir_all(&path).unwrap();
    fs::write(path.join("readme.txt"), "no mail").unwrap();
    fs::write(path.join(".half.part"), "To: ada@example.org\r\n").unwrap();
    let mailer = Mailer::folder(&path);
    assert_eq!(mailer.mails_to("ada@example.org").await.unwrap(), []);
    fs::write(path.join("1.eml"), "").unwrap();
    let error = mailer.mails_to("ada@example.org").await.unwrap_err();
    assert!(matches!(error, MailError::NotAMail { .. }), "{error:?}");
}

#[tokio::test]
async fn nowhere_is_no_error() {
    assert!(!Mailer::folder("mails").is_none());
    let mailer = Mailer::none();
    assert!(mailer.is_none());
    let sent = mailer.send(mail("ada@example.org", "Hello", "")).await;
    assert_eq!(sent.unwrap(), Sent::Nowhere);
    let error = mailer.mails_to("ada@example.org").await.unwrap_err();
    assert!(matches!(error, MailError::NotAFolder), "{error:?}");
}

#[test]
fn debug_shows_no_secrets() {
    let mailer = Mailer::smtp("smtps://ada:hunter2@mail.example.org").unwrap();
    let shown = format!("{mailer:?}");
    assert!(
        !shown.contains("hunter2") && !shown.contains("ada"),
        "{shown}"
    );
    let mail = mail(
        "ada@example.org",
        "Reset",
        "https://example.org/reset/hunter2",
    );
    let shown = format!("{mail:?}");
    assert!(
        shown.contains("Reset") && !shown.contains("hunter2"),
        "{shown}"
    );
    for url in ["http://ada:hunter2@example.org", "ada:hunter2", "smtp://"] {
        let error = Mailer::smtp(url).unwrap_err();
        assert!(
            !format!("{error} {error:?}").contains("hunter2"),
            "{error:?}"
        );
    }
}
