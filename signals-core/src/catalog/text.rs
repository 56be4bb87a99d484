//! Text for a page of some width: tables, paragraphs, colours.

use std::fmt::Write;

/// Where text is shown.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Page {
    /// How many characters a line has; `None` for as many as it takes.
    pub(crate) width: Option<usize>,
    pub(crate) has_colours: bool,
}

/// How text is shown on a page with colours.
#[derive(Clone, Copy)]
pub(crate) enum Tone {
    Strong,
    Faint,
    Warning,
}

impl Page {
    pub(crate) fn paint(self, tone: Tone, text: &str) -> String {
        let code = match tone {
            _ if !self.has_colours || text.is_empty() => return text.to_owned(),
            Tone::Strong => "1",
            Tone::Faint => "2",
            Tone::Warning => "33",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }

    /// The words of `text` in lines that begin with so many spaces, the first after `head`.
    pub(crate) fn paragraph(
        self,
        head: &str,
        indent: usize,
        text: &str,
        tone: Option<Tone>,
    ) -> String {
        let width = self
            .width
            .map_or(usize::MAX, |width| width.saturating_sub(indent).max(8));
        let mut out = String::new();
        for (number, line) in wrap(&printable(text), width).iter().enumerate() {
            let head = if number == 0 { head } else { "" };
            let line = tone.map_or_else(|| line.clone(), |tone| self.paint(tone, line));
            // Writing to a string does not fail.
            let _ = writeln!(out, "{head:indent$}{line}");
        }
        out
    }
}

/// The text in lines of at most so many characters, broken between words, and inside of a word only
/// if it is longer than a line.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let mut word = word;
        if !line.is_empty() && length(&line) + 1 + length(word) > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        while length(word) > width {
            let (start, rest) = word.split_at(break_in(word, width));
            lines.push(start.to_owned());
            word = rest;
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

/// Where a word that is longer than a line goes on in the next: behind a part of a path, if there is
/// one in the second half of the line.
fn break_in(word: &str, width: usize) -> usize {
    let ends = word
        .char_indices()
        .map(|(at, letter)| (letter, at + letter.len_utf8()));
    let ends = ends.take(width).skip(width / 2);
    let is_after_part = |(letter, _): &(char, usize)| matches!(letter, ':' | '/' | '_' | '.' | '-');
    let after_part = ends.clone().filter(is_after_part).last();
    let (_, at) = after_part
        .or_else(|| ends.last())
        .unwrap_or((' ', word.len()));
    at
}

/// Columns that are as wide as their widest cell.
#[derive(Default)]
pub(crate) struct Columns {
    widths: Vec<usize>,
}

const GAP: usize = 2;

impl Columns {
    pub(crate) fn measure(&mut self, cells: &[String]) {
        if self.widths.len() < cells.len() {
            self.widths.resize(cells.len(), 0);
        }
        for (width, cell) in self.widths.iter_mut().zip(cells) {
            *width = length(cell).max(*width);
        }
    }

    /// How wide all of them are, with what is between them.
    pub(crate) fn width(&self) -> usize {
        self.widths.iter().sum::<usize>() + GAP * self.widths.len().saturating_sub(1)
    }

    /// The cells, one below the other in each column.
    pub(crate) fn line(&self, cells: &[String]) -> String {
        let mut line = String::new();
        for (width, cell) in self.widths.iter().zip(cells) {
            let fill = width - length(cell) + GAP;
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', fill));
        }
        line.trim_end().to_owned()
    }
}

fn length(text: &str) -> usize {
    text.chars().count()
}

/// Text in which no character moves the cursor or starts a command to the terminal.
pub(crate) fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_control() || is_direction(letter) {
            out.extend(letter.escape_default());
        } else {
            out.push(letter);
        }
    }
    out
}

/// Whether it turns the direction of what follows, so that it reads as something else.
fn is_direction(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The first paragraph of a doc comment, as one line.
pub(crate) fn summary(doc: &str) -> String {
    let lines = doc.trim().lines().map(str::trim);
    let paragraph: Vec<&str> = lines.take_while(|line| !line.is_empty()).collect();
    paragraph.join(" ")
}

#[cfg(test)]
mod tests {
    use super::{Columns, Page, Tone, printable, summary, wrap};

    #[test]
    fn words_stay_whole_where_they_can() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("one", 3), ["one"]);
        assert_eq!(wrap("abcdefgh i", 3), ["abc", "def", "gh", "i"]);
        assert_eq!(wrap("abcdef", 3), ["abc", "def"]);
        assert_eq!(wrap("", 3), [""]);
        assert_eq!(wrap("größer als", 6), ["größer", "als"]);
        assert_eq!(
            wrap("in shop::orders::paid", 14),
            ["in", "shop::orders::", "paid"]
        );
    }

    #[test]
    fn later_lines_are_indented() {
        let page = Page {
            width: Some(12),
            has_colours: false,
        };
        assert_eq!(
            page.paragraph(" 1", 4, "one two three", None),
            " 1  one two\n    three\n"
        );
    }

    #[test]
    fn columns_fit_their_widest_cell() {
        let rows = [
            ["a".to_owned(), "bb".to_owned()],
            ["ccc".to_owned(), String::new()],
        ];
        let mut columns = Columns::default();
        for row in &rows {
            columns.measure(row);
        }
        assert_eq!(columns.width(), 7);
        assert_eq!(
            rows.each_ref().map(|row| columns.line(row)),
            ["a    bb", "ccc"]
        );
    }

    #[test]
    fn nothing_reaches_the_terminal_but_text() {
        assert_eq!(
            printable("a\x1b[31m\nb\u{202e}"),
            "a\\u{1b}[31m\\nb\\u{202e}"
        );
        assert_eq!(Page::default().paint(Tone::Strong, "a"), "a");
    }

    #[test]
    fn a_summary_is_the_first_paragraph() {
        assert_eq!(
            summary(" Sent after\n an order.\n\n More."),
            "Sent after an order."
        );
        assert_eq!(summary(""), "");
    }
}
