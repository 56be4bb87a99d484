//! The command line as a user sees it, and signals to look at.

use signals_core::catalog;
use signals_core::catalog::CatalogSignal;
use signals_core::cli::{Look, Terminal, run_on};

/// What a command wrote, and how it ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: u8,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// `program signals …` into a pipe.
pub(crate) fn signals(args: &[&str]) -> Ran {
    signals_on(Look::default(), args)
}

/// `program signals …` on a terminal.
pub(crate) fn signals_on(look: Look, args: &[&str]) -> Ran {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let terminal = Terminal {
        out: &mut out,
        err: &mut err,
        out_look: look,
        err_look: look,
    };
    let all = ["bin/program", "signals"].iter().chain(args);
    let code = run_on(all.map(Into::into), terminal);
    Ran {
        code: code.expect("the first argument is `signals`"),
        out: String::from_utf8(out).unwrap(),
        err: String::from_utf8(err).unwrap(),
    }
}

/// The only signal of this name.
pub(crate) fn listed(name: &str) -> CatalogSignal {
    let found = catalog().with_signal(name).unwrap();
    let [signal] = found.signals() else {
        panic!("one signal is called {name}: {found}")
    };
    signal.clone()
}

/// The names of its receivers, without their modules.
pub(crate) fn names(signal: &CatalogSignal) -> Vec<String> {
    let receivers = signal.receivers().iter();
    receivers.map(|it| last(&it.path()).to_owned()).collect()
}

/// The last part of a path.
pub(crate) fn last(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}
