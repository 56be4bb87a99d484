//! What the command line says.

use std::ffi::OsString;
use std::path::Path;

use crate::catalog::{did_you_mean, names};

pub(super) const HELP: &str = "\
What signals and receivers {program} has. It is not started for this.

Usage: {program} signals <COMMAND>

Commands:
  list              every signal, and its receivers in the order in which they run
    --signal NAME     only signals with this name, or this end of a path
    --sender LABEL    only what is called when this sender sends
    --json            as JSON
  explain SIGNAL    who is called, in which order and why, and who is not
    --sender LABEL    when this sender sends
    --live URL        and what a running program has sent lately: it has to serve
                      the text of `recent::report()` at this http:// address, or
                      else at /signals/recent.txt of it
  graph             signals and receivers as a graph, a box for each crate
    --format FORMAT   mermaid (the default) or dot
    --signal NAME     as for list
    --sender LABEL    as for list
  check             what is wrong with the receivers; exit code 1 if something is

Options:
  -h, --help        this text
";

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Command {
    List {
        filter: Filter,
        is_json: bool,
    },
    Explain {
        signal: String,
        sender: Option<String>,
        live: Option<String>,
    },
    Graph {
        filter: Filter,
        format: Format,
    },
    Check,
    Help,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Filter {
    pub(super) signal: Option<String>,
    pub(super) sender: Option<String>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Format {
    Mermaid,
    Dot,
}

/// The name under which the program was called, to be repeated in what it says.
pub(super) fn program_name(program: Option<OsString>) -> String {
    let program = program.unwrap_or_default();
    let name = Path::new(&program).file_stem();
    let name = name.map(|name| name.to_string_lossy().into_owned());
    name.unwrap_or_else(|| "program".to_owned())
}

/// What comes after `signals`. The error is what to tell the user.
pub(super) fn parse(args: impl Iterator<Item = OsString>) -> Result<Command, String> {
    let mut args = Args::split(args)?;
    if args.has_flag("--help") || args.has_flag("-h") {
        return Ok(Command::Help);
    }
    let Some(command) = args.word() else {
        return Err(format!("say what to do: {}", one_of(&COMMANDS)));
    };
    let command = match &*command {
        "list" => Command::List {
            filter: args.filter()?,
            is_json: args.has_flag("--json"),
        },
        "explain" => Command::Explain {
            sender: args.value("--sender")?,
            live: args.value("--live")?,
            signal: args.word().ok_or("`explain` takes the name of a signal")?,
        },
        "graph" => Command::Graph {
            filter: args.filter()?,
            format: args.format()?,
        },
        "check" => Command::Check,
        "help" => return Ok(Command::Help),
        other => return Err(no_such_command(other)),
    };
    args.nothing_left()?;
    Ok(command)
}

const COMMANDS: [&str; 4] = ["list", "explain", "graph", "check"];
const OPTIONS: [&str; 6] = [
    "--signal", "--sender", "--live", "--json", "--format", "--help",
];
const WITH_VALUE: [&str; 4] = ["--signal", "--sender", "--live", "--format"];

fn no_such_command(word: &str) -> String {
    let closest = names::closest(word, COMMANDS.into_iter());
    if closest.is_empty() {
        return format!(
            "there is no command `{word}`; there is {}",
            one_of(&COMMANDS)
        );
    }
    format!("there is no command `{word}`{}", did_you_mean(&closest))
}

fn one_of(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match &*quoted {
        [some @ .., last] if !some.is_empty() => format!("{} or {last}", some.join(", ")),
        all => all.concat(),
    }
}

/// Words and options that nobody has asked for yet.
struct Args {
    words: std::collections::VecDeque<String>,
    options: Vec<(String, Option<String>)>,
}

impl Args {
    fn split(args: impl Iterator<Item = OsString>) -> Result<Self, String> {
        let mut split = Self {
            words: std::collections::VecDeque::new(),
            options: Vec::new(),
        };
        let text = |arg: OsString| {
            let lossy = |arg: OsString| format!("`{}` is not Unicode", arg.to_string_lossy());
            arg.into_string().map_err(lossy)
        };
        let mut args = args.peekable();
        while let Some(arg) = args.next() {
            let arg = text(arg)?;
            if arg == "--" {
                for word in args {
                    split.words.push_back(text(word)?);
                }
                break;
            }
            if !arg.starts_with('-') || arg == "-" {
                split.words.push_back(arg);
                continue;
            }
            let (name, value) = match arg.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (arg, None),
            };
            let value = if value.is_none() && WITH_VALUE.contains(&&*name) {
                args.next().map(text).transpose()?
            } else {
                value
            };
            split.options.push((name, value));
        }
        Ok(split)
    }

    fn word(&mut self) -> Option<String> {
        self.words.pop_front()
    }

    fn has_flag(&mut self, name: &str) -> bool {
        let before = self.options.len();
        self.options
            .retain(|(it, value)| it != name || value.is_some());
        self.options.len() < before
    }

    /// The value of an option, if it is there.
    fn value(&mut self, name: &str) -> Result<Option<String>, String> {
        let Some(at) = self.options.iter().position(|(it, _)| it == name) else {
            return Ok(None);
        };
        let (_, value) = self.options.remove(at);
        if self.options.iter().any(|(it, _)| it == name) {
            return Err(format!("`{name}` is there twice; say it once"));
        }
        match value {
            Some(value) if !value.is_empty() => Ok(Some(value)),
            _ => Err(format!(
                "`{name}` takes a value: `{name} {}`",
                value_of(name)
            )),
        }
    }

    fn filter(&mut self) -> Result<Filter, String> {
        Ok(Filter {
            signal: self.value("--signal")?,
            sender: self.value("--sender")?,
        })
    }

    fn format(&mut self) -> Result<Format, String> {
        match self.value("--format")?.as_deref() {
            None | Some("mermaid") => Ok(Format::Mermaid),
            Some("dot") => Ok(Format::Dot),
            Some(other) => Err(format!(
                "there is no format `{other}`; take `mermaid` or `dot`"
            )),
        }
    }

    fn nothing_left(mut self) -> Result<(), String> {
        if let Some((name, value)) = self.options.first() {
            if OPTIONS.contains(&&**name) && !WITH_VALUE.contains(&&**name) && value.is_some() {
                return Err(format!("`{name}` takes no value"));
            }
            if OPTIONS.contains(&&**name) {
                return Err(format!("`{name}` is not for this command; leave it out"));
            }
            let closest = names::closest(name, OPTIONS.into_iter());
            return Err(format!(
                "there is no option `{name}`{}",
                did_you_mean(&closest)
            ));
        }
        match self.word() {
            Some(word) => Err(format!("`{word}` is too much; leave it out")),
            None => Ok(()),
        }
    }
}

/// What stands for the value of an option in the help.
fn value_of(option: &str) -> &'static str {
    match option {
        "--signal" => "NAME",
        "--sender" => "LABEL",
        "--live" => "URL",
        _ => "mermaid",
    }
}
