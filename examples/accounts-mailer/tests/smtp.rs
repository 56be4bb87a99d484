//! Mails to a server, over a real connection.

use std::error::Error;

use accounts_mailer::{Mail, MailError, Mailer, Sent};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What one client said, and the mails that it sent.
#[derive(Debug, Default)]
struct Heard {
    commands: Vec<String>,
    mails: Vec<String>,
}

/// A server for one client: as much of RFC 5321 as that takes.
async fn server(refuses: &'static str) -> (u16, JoinHandle<std::io::Result<Heard>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = tokio::spawn(async move { serve(listener.accept().await?.0, refuses).await });
    (port, serving)
}

async fn serve(client: TcpStream, refuses: &str) -> std::io::Result<Heard> {
    let mut client = BufReader::new(client);
    let mut heard = Heard::default();
    client.write_all(b"220 localhost ESMTP\r\n").await?;
    let mut line = String::new();
    while client.read_line(&mut line).await? > 0 {
        let command = std::mem::take(&mut line).trim_end().to_owned();
        let verb = command.split([' ', ':']).next().unwrap_or_default();
        let reply = match verb {
            _ if !refuses.is_empty() && command.contains(refuses) => "550 Not here",
            "EHLO" => "250-localhost\r\n250-8BITMIME\r\n250 AUTH PLAIN",
            "AUTH" => "235 Welcome",
            "MAIL" | "RCPT" => "250 OK",
            "DATA" => {
                client.write_all(b"354 Go on\r\n").await?;
                let mut mail = String::new();
                while client.read_line(&mut line).await? > 0 && line != ".\r\n" {
                    mail.push_str(line.strip_prefix('.').unwrap_or(&line));
                    line.clear();
                }
                line.clear();
                heard.mails.push(mail);
                "250 Taken"
            }
            "QUIT" => "221 Bye",
            _ => "502 What?",
        };
        client.write_all(format!("{reply}\r\n").as_bytes()).await?;
        heard.commands.push(command);
    }
    Ok(heard)
}

fn mail() -> Mail {
    Mail {
        to: "Zoë <zoe@example.org>".to_owned(),
        subject: "Grüße".to_owned(),
        text: "Hello, Zoë!\n.\nBye\n".to_owned(),
    }
}

#[tokio::test]
async fn the_server_gets_the_mail() {
    let (port, serving) = server("").await;
    let mailer = Mailer::smtp(&format!("smtp://ada:p%40ss@127.0.0.1:{port}")).unwrap();
    let mailer = mailer.from("Accounts <accounts@example.org>").unwrap();
    assert_eq!(mailer.send(mail()).await.unwrap(), Sent::Taken);
    let heard = serving.await.unwrap().unwrap();
    let verbs: Vec<_> = heard.commands.iter().map(|it| &it[..4]).collect();
    assert_eq!(verbs, ["EHLO", "AUTH", "MAIL", "RCPT", "DATA", "QUIT"]);
    // `\0ada\0p@ss`.
    assert_eq!(heard.commands[1], "AUTH PLAIN AGFkYQBwQHNz");
    assert!(heard.commands[2].starts_with("MAIL FROM:<accounts@example.org>"));
    assert_eq!(heard.commands[3], "RCPT TO:<zoe@example.org>");

    // The same mail as in a folder.
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("1.eml"), &heard.mails[0]).unwrap();
    let mailer = Mailer::folder(folder.path());
    let mails = mailer.mails_to("zoe@example.org").await.unwrap();
    assert_eq!(mails[0].subject, mail().subject);
    // An SMTP client ends the data with a line of its own.
    assert_eq!(mails[0].text, mail().text + "\n");
}

#[tokio::test]
async fn a_server_that_refuses_is_an_error_with_its_words() {
    for refuses in ["AUTH PLAIN", "zoe@", "DATA"] {
        let (port, serving) = server(refuses).await;
        let mailer = Mailer::smtp(&format!("smtp://ada:hunter2@127.0.0.1:{port}")).unwrap();
        let error = mailer.send(mail()).await.unwrap_err();
        assert!(matches!(error, MailError::Smtp(_)), "{error:?}");
        let why = error.source().unwrap().to_string();
        assert!(why.contains("Not here"), "{why}");
        assert!(!format!("{error:?} {why}").contains("hunter2"));
        assert!(serving.await.unwrap().unwrap().mails.is_empty());
    }
}

#[tokio::test]
async fn without_a_server_it_is_an_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let mailer = Mailer::smtp(&format!("smtp://127.0.0.1:{port}")).unwrap();
    let error = mailer.send(mail()).await.unwrap_err();
    assert!(matches!(error, MailError::Smtp(_)), "{error:?}");
}

/// A password is not said to a server without TLS, if the URL asks for it.
#[tokio::test]
async fn no_tls_is_an_error_where_it_is_asked_for() {
    for (scheme, tls) in [("smtps", ""), ("smtp", "?tls=required")] {
        let (port, serving) = server("").await;
        let url = format!("{scheme}://ada:hunter2@127.0.0.1:{port}{tls}");
        let mailer = Mailer::smtp(&url).unwrap();
        let error = mailer.send(mail()).await.unwrap_err();
        assert!(matches!(error, MailError::Smtp(_)), "{error:?}");
        // A handshake is no text.
        if let Ok(heard) = serving.await.unwrap() {
            let heard = heard.commands.join("\n");
            assert!(!heard.contains("AUTH"), "{heard}");
        }
    }
}
