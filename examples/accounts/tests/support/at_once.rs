//! What several do at once, on either database.

#![allow(dead_code, reason = "each test program uses what it needs")]

use std::path::PathBuf;

use accounts_mailer::Mailer;
use tempfile::TempDir;

use crate::browser::{Browser, Page};
use crate::flows::Flows;
use crate::heard::heard;

pub(crate) const AT_ONCE: usize = 8;

const PASSWORD: &str = "correct horse battery staple";

/// A folder for mails that cannot be made, for there is a file.
pub(crate) struct BlockedFolder {
    path: PathBuf,
    _folder: TempDir,
}

impl BlockedFolder {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mails");
        std::fs::write(&path, "").unwrap();
        Self {
            path,
            _folder: folder,
        }
    }

    pub(crate) fn mailer(&self) -> Mailer {
        Mailer::folder(&self.path)
    }

    /// From now on mails are sent.
    pub(crate) fn unblock(&self) {
        std::fs::remove_file(&self.path).unwrap();
    }
}

/// What each of them is answered.
pub(crate) fn at_once(ask: impl Fn(usize) -> Page + Sync) -> [Page; AT_ONCE] {
    let ask = &ask;
    std::thread::scope(|scope| {
        let numbers = std::array::from_fn::<_, AT_ONCE, _>(|number| number);
        let asked = numbers.map(|number| scope.spawn(move || ask(number)));
        asked.map(|one| one.join().unwrap())
    })
}

/// How many were answered with this status.
pub(crate) fn answered(pages: &[Page], status: u16) -> usize {
    pages.iter().filter(|page| page.status == status).count()
}

/// Of those who come with a link at once, where accounts are activated, one activates.
pub(crate) fn one_activates(flows: &Flows, name: &str) {
    flows.browser().sign_up(name, PASSWORD);
    let link = flows.link(&format!("{name}@example.org"));
    heard();

    let pages = at_once(|_| flows.browser().post(&link, []));
    assert_eq!(answered(&pages, 303), 1);
    assert_eq!(answered(&pages, 410), AT_ONCE - 1);
    let expected = [
        format!("confirmed {name}@example.org verified=true active=true"),
        format!("activated {name} active POST confirm"),
    ];
    assert_eq!(heard(), expected);
}

/// Where the first mail failed and several are asked for at once, one of them registers.
pub(crate) fn one_registers(flows: &Flows, blocked: &BlockedFolder, name: &str) {
    let browser: Browser = flows.browser();
    browser.sign_up(name, PASSWORD);
    assert_eq!(heard(), [format!("signed_up {name}")]);
    blocked.unblock();

    let pages = at_once(|_| browser.post("/confirm", []));
    assert!(pages.iter().all(|page| page.leads_to("/confirm")));
    let heard = heard();
    let count = |what: &str| heard.iter().filter(|one| one.starts_with(what)).count();
    assert_eq!(count("confirmation_sent"), AT_ONCE, "{heard:?}");
    assert_eq!(count("registered"), 1, "{heard:?}");
}
