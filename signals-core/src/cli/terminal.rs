//! Where the output goes.

use std::ffi::OsString;
use std::fmt;
use std::io::Write;

use crate::catalog::text::Page;

/// What `signals` writes to, and how it may look there.
pub struct Terminal<'t> {
    /// Standard output.
    pub out: &'t mut dyn Write,
    /// Standard error.
    pub err: &'t mut dyn Write,
    /// How standard output may look.
    pub out_look: Look,
    /// How standard error may look.
    pub err_look: Look,
}

/// How text may look: the facts about one output.
///
/// The default is that of a file or pipe: no colours, and lines as long as they have to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Look {
    /// How many characters a line has; `None` for as many as it takes.
    pub width: Option<usize>,
    /// Whether there may be colours.
    pub has_colours: bool,
}

/// The width of a terminal that does not say how wide it is.
const WIDTH: usize = 80;
/// Narrower than this, no line can be kept to.
const NARROWEST: usize = 20;

impl Look {
    /// By whether it is a terminal, and by the variables `COLUMNS`, `NO_COLOR` and `TERM`.
    ///
    /// A terminal that does not say its width in `COLUMNS` has 80 columns. `NO_COLOR` with any value
    /// but an empty one, and `TERM=dumb`, are no colours.
    ///
    /// ```
    /// use signals_core::cli::Look;
    ///
    /// let look = Look::of(true, |name| (name == "COLUMNS").then(|| "120".into()));
    /// assert_eq!(look.width, Some(120));
    /// assert!(look.has_colours);
    /// assert_eq!(Look::of(false, |_| None), Look::default());
    /// ```
    pub fn of(is_terminal: bool, var: impl Fn(&str) -> Option<OsString>) -> Self {
        if !is_terminal {
            return Self::default();
        }
        let columns = var("COLUMNS").and_then(|columns| columns.to_str()?.trim().parse().ok());
        let width = columns.filter(|columns| *columns > 0).unwrap_or(WIDTH);
        let wants_none = var("NO_COLOR").is_some_and(|value| !value.is_empty());
        let is_dumb = var("TERM").is_some_and(|term| term == "dumb");
        Self {
            width: Some(width.max(NARROWEST)),
            has_colours: !wants_none && !is_dumb,
        }
    }

    pub(super) fn page(self) -> Page {
        Page {
            width: self.width,
            has_colours: self.has_colours,
        }
    }
}

impl fmt::Debug for Terminal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Terminal")
            .field("out_look", &self.out_look)
            .field("err_look", &self.err_look)
            .finish_non_exhaustive()
    }
}
