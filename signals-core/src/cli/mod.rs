//! The catalogue on the command line of an application.
//!
//! One line in `main`, before anything is started, gives a program the subcommand `signals`:
//!
//! ```
//! use std::process::ExitCode;
//!
//! fn main() -> ExitCode {
//!     if let Some(code) = signals_core::cli::run(std::env::args_os()) {
//!         return code;
//!     }
//!     // … the application.
//!     ExitCode::SUCCESS
//! }
//! ```
//!
//! ```text
//! myapp signals list                        every signal, receivers in the order in which they run
//! myapp signals explain post_save           who is called, in which order and why, and who is not
//! myapp signals graph --format dot          the same as a graph
//! myapp signals check                       what is wrong
//! ```
//!
//! Nothing happens unless the first argument is `signals`. The application is not started, so all
//! that is seen is what was linked, and what was connected before that line.
//!
//! `explain order_paid --live http://127.0.0.1:8000` asks a program that runs for its last sends as
//! well. It has to turn [`recent::record`](crate::recent::record) on and to serve the text of
//! [`recent::report`](crate::recent::report()) over plain HTTP: at the path of the URL, or at
//! `/signals/recent.txt` if that has none.
//!
//! A `main` that returns a `Result` returns `Ok(code)` there, of a `Result<ExitCode, …>`.
//!
//! # Exit codes
//!
//! | code | meaning |
//! |---|---|
//! | 0 | all is well |
//! | 1 | `check` found something |
//! | 2 | the command line is wrong, or the running program could not be asked; what to do instead is said on standard error |
//! | 3 | the output could not be written |
//!
//! A reader that goes away early, such as `head`, is no error.

mod args;
mod commands;
mod live;
mod terminal;

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

pub use self::terminal::{Look, Terminal};

use self::args::{Command, HELP};
use self::commands::Output;

/// Does what the command line says, if it says `signals …`.
///
/// `args` are those of [`std::env::args_os`], the program's name first. `None` if the first argument
/// after it is not `signals`: the application goes on.
pub fn run(args: impl IntoIterator<Item = OsString>) -> Option<ExitCode> {
    let (out, err) = (io::stdout(), io::stderr());
    let var = |name: &str| std::env::var_os(name);
    let terminal = Terminal {
        out_look: Look::of(out.is_terminal(), var),
        err_look: Look::of(err.is_terminal(), var),
        out: &mut out.lock(),
        err: &mut err.lock(),
    };
    run_on(args, terminal).map(ExitCode::from)
}

/// Like [`run`], with any output; returns the exit code as a number.
///
/// ```
/// use signals_core::cli::{Look, Terminal, run_on};
///
/// let (mut out, mut err) = (Vec::new(), Vec::new());
/// let terminal = Terminal {
///     out: &mut out,
///     err: &mut err,
///     out_look: Look::default(),
///     err_look: Look::default(),
/// };
/// let args = ["myapp", "signals", "check"].map(Into::into);
/// assert_eq!(run_on(args, terminal), Some(0));
/// assert!(String::from_utf8_lossy(&out).starts_with("nothing is wrong"));
/// ```
pub fn run_on(args: impl IntoIterator<Item = OsString>, mut terminal: Terminal<'_>) -> Option<u8> {
    let mut args = args.into_iter();
    let program = args.next();
    if args.next()? != "signals" {
        return None;
    }
    let program = args::program_name(program);
    let mut output = Output::default();
    let code = match args::parse(args) {
        Ok(Command::Help) => {
            output.out = HELP.replace("{program}", &program);
            0
        }
        Ok(command) => commands::run(&command, &terminal, &mut output).unwrap_or_else(|message| {
            output.err += &complaint(&program, &message);
            2
        }),
        Err(message) => {
            output.err += &complaint(&program, &message);
            2
        }
    };
    Some(match write(&mut terminal, &output) {
        Ok(()) => code,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => code,
        Err(_) => 3,
    })
}

/// What is wrong with the command line, and where to read more.
fn complaint(program: &str, message: &str) -> String {
    format!("{program}: {message}\nTry `{program} signals --help`.\n")
}

fn write(terminal: &mut Terminal<'_>, output: &Output) -> io::Result<()> {
    // Where nothing can be said, what was asked for is still to be shown.
    let say = |err: &mut dyn Write, text: &str| {
        let _ = err.write_all(text.as_bytes()).and_then(|()| err.flush());
    };
    say(terminal.err, &output.err);
    let written = terminal.out.write_all(output.out.as_bytes());
    let written = written.and_then(|()| terminal.out.flush());
    match &written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => say(
            terminal.err,
            &format!("the output could not be written: {error}\n"),
        ),
        _ => {}
    }
    written
}
