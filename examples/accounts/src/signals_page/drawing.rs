//! Where the parts of the graph are: signals on the left, receivers on the right, a box for each
//! crate.

use std::collections::BTreeMap;

use serde::Serialize;
use signals_core::Catalog;
use signals_core::catalog::{CatalogReceiver, CatalogSignal};

/// How large a drawing is, in the units of its `viewBox`.
pub(super) struct Size {
    /// Tells the drawings of one page apart.
    name: &'static str,
    /// Of one column.
    column: u32,
    /// Between the two columns.
    gap: u32,
    /// How many letters fit into a line of a node.
    letters: usize,
}

/// For a phone.
pub(super) const NARROW: Size = Size {
    name: "narrow",
    column: 142,
    gap: 44,
    letters: 17,
};

/// For everything else.
pub(super) const WIDE: Size = Size {
    name: "wide",
    column: 250,
    gap: 110,
    letters: 33,
};

/// Of a line of text.
const LINE: u32 = 14;
/// Around text, and around nodes.
const PADDING: u32 = 6;
/// Between boxes.
const SPACE: u32 = 12;
/// Where receivers go whose crate is not known.
const NO_CRATE: &str = "run time";

/// A graph, ready to be drawn.
#[derive(Serialize)]
pub(super) struct Drawing {
    name: &'static str,
    width: u32,
    height: u32,
    boxes: Vec<Block>,
    nodes: Vec<Block>,
    edges: Vec<Edge>,
    /// The signals with their receivers, in words.
    words: Vec<String>,
    /// How many signals have no receivers and so no place in the drawing.
    left_out: usize,
    /// The guarantees that occur.
    guarantees: Vec<&'static str>,
}

/// A rectangle with lines of text from its top.
#[derive(Serialize)]
struct Block {
    kind: &'static str,
    x: u32,
    y: u32,
    width: u32,
    height: u32,
    title: String,
    lines: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    x: u32,
    y: u32,
    text: String,
}

#[derive(Serialize)]
struct Edge {
    path: String,
    guarantee: &'static str,
    title: String,
    /// The place in the running order, where there is one.
    number: Option<Line>,
}

/// Something to be drawn in a column: its crate, its name in it, and where it would best be.
struct Entry {
    krate: &'static str,
    name: String,
    title: String,
    pull: usize,
}

impl Drawing {
    pub(super) fn new(catalog: &Catalog, size: &Size) -> Self {
        let signals = catalog.signals().iter();
        let (heard, unheard): (Vec<_>, Vec<_>) =
            signals.partition(|signal| !signal.receivers().is_empty());
        let left = heard.iter().map(|signal| Entry {
            krate: signal.crate_name(),
            name: within(signal.name(), signal.crate_name()),
            title: signal.name().to_owned(),
            pull: 0,
        });
        let left = Column::new(left.collect(), 0, "signal", size);
        let right = Column::new(receivers(&heard), size.column + size.gap, "receiver", size);
        let mut edges = Vec::new();
        for signal in &heard {
            for (number, receiver) in (1..).zip(signal.receivers()) {
                let from = left.place(signal.crate_name(), signal.name());
                let to = right.place(krate(receiver), &title(receiver));
                add(&mut edges, edge(number, signal, receiver, [from, to], size));
            }
        }
        let mut guarantees: Vec<_> = edges.iter().map(|edge| edge.guarantee).collect();
        guarantees.sort_unstable();
        guarantees.dedup();
        Self {
            name: size.name,
            width: 2 * size.column + size.gap,
            height: left.height.max(right.height),
            boxes: left.boxes.into_iter().chain(right.boxes).collect(),
            nodes: left.nodes.into_iter().chain(right.nodes).collect(),
            edges,
            words: heard.iter().map(|signal| words(signal)).collect(),
            left_out: unheard.len(),
            guarantees,
        }
    }
}

/// The receivers, each once, those next to each other whose signals are.
fn receivers(signals: &[&CatalogSignal]) -> Vec<Entry> {
    let mut found: BTreeMap<(&str, String), Vec<usize>> = BTreeMap::new();
    for (number, signal) in signals.iter().enumerate() {
        for receiver in signal.receivers() {
            let key = (krate(receiver), title(receiver));
            found.entry(key).or_default().push(number);
        }
    }
    let middle = |numbers: &[usize]| 1000 * numbers.iter().sum::<usize>() / numbers.len();
    let mut entries: Vec<Entry> = found
        .into_iter()
        .map(|((krate, title), numbers)| Entry {
            krate,
            name: within(&title, krate),
            title,
            pull: middle(&numbers),
        })
        .collect();
    let mut crates: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for entry in &entries {
        crates.entry(entry.krate).or_default().push(entry.pull);
    }
    entries.sort_by_key(|entry| (middle(&crates[entry.krate]), entry.krate, entry.pull));
    entries
}

fn krate(receiver: &CatalogReceiver) -> &'static str {
    receiver.crate_name().unwrap_or(NO_CRATE)
}

fn title(receiver: &CatalogReceiver) -> String {
    match receiver.dispatch_uid() {
        Some(uid) => format!("{} {uid:?}", receiver.path()),
        None => receiver.path(),
    }
}

/// The path as seen in its crate.
fn within(path: &str, krate: &str) -> String {
    let inside = path.strip_prefix(krate);
    let inside = inside.and_then(|inside| inside.strip_prefix("::"));
    inside.unwrap_or(path).to_owned()
}

fn words(signal: &CatalogSignal) -> String {
    let receivers = signal.receivers().iter().map(title);
    let receivers: Vec<String> = receivers.collect();
    format!("{} calls {}.", signal.name(), receivers.join(", then "))
}

/// Boxes of crates below each other, and nodes in them.
struct Column {
    boxes: Vec<Block>,
    nodes: Vec<Block>,
    /// By crate and title, the middle of each node.
    places: BTreeMap<(&'static str, String), u32>,
    height: u32,
}

impl Column {
    fn new(entries: Vec<Entry>, x: u32, kind: &'static str, size: &Size) -> Self {
        let mut column = Self {
            boxes: Vec::new(),
            nodes: Vec::new(),
            places: BTreeMap::new(),
            height: 1,
        };
        for entry in entries {
            let krate = entry.krate;
            if column.boxes.last().is_none_or(|last| last.title != krate) {
                let y = column
                    .boxes
                    .last()
                    .map_or(1, |last| last.y + last.height + SPACE);
                let name = krate.to_owned();
                let head = Block::new("crate", [x + 1, y, size.column - 2], name, krate, size);
                column.boxes.push(head);
            }
            if let Some(last) = column.boxes.last_mut() {
                let at = [
                    x + 1 + PADDING,
                    last.y + last.height,
                    size.column - 2 - 2 * PADDING,
                ];
                let node = Block::new(kind, at, entry.title.clone(), &entry.name, size);
                last.height += node.height + PADDING;
                column.height = last.y + last.height + 1;
                let middle = node.y + node.height / 2;
                column.places.insert((krate, entry.title), middle);
                column.nodes.push(node);
            }
        }
        column
    }

    fn place(&self, krate: &'static str, title: &str) -> u32 {
        let place = self.places.get(&(krate, title.to_owned()));
        place.copied().unwrap_or_default()
    }
}

impl Block {
    fn new(
        kind: &'static str,
        [x, y, width]: [u32; 3],
        title: String,
        text: &str,
        size: &Size,
    ) -> Self {
        let lines = (1..)
            .zip(wrap(text, size.letters))
            .map(|(number, text)| Line {
                x: x + PADDING,
                y: y + number * LINE,
                text,
            });
        let lines: Vec<Line> = lines.collect();
        let height = lines.last().map_or(y, |last| last.y) - y + PADDING;
        Self {
            kind,
            x,
            y,
            width,
            height,
            title,
            lines,
        }
    }
}

/// Lines of at most so many letters, broken behind a part of a name where there is one.
fn wrap(text: &str, letters: usize) -> Vec<String> {
    let mut left: Vec<char> = text.chars().collect();
    let mut lines = Vec::new();
    while left.len() > letters {
        let is_end = |letter: &char| matches!(letter, '_' | ':' | '.' | ' ');
        let end = left[letters / 3..letters].iter().rposition(is_end);
        let end = end.map_or(letters, |end| letters / 3 + end + 1);
        lines.push(left.drain(..end).collect());
    }
    lines.push(left.into_iter().collect());
    lines
}

fn edge(
    number: usize,
    signal: &CatalogSignal,
    receiver: &CatalogReceiver,
    [from, to]: [u32; 2],
    size: &Size,
) -> Edge {
    let guarantee = receiver.guarantee().as_str();
    let mut facts = vec![
        format!("{} calls {}", signal.name(), title(receiver)),
        guarantee.to_owned(),
    ];
    if receiver.is_async() {
        facts.push("async".to_owned());
    }
    if !receiver.senders().is_empty() {
        facts.push(format!("of {}", receiver.senders().join(" or ")));
    }
    if receiver.has_condition() {
        facts.push("when".to_owned());
    }
    let start = size.column - 1 - PADDING;
    let end = size.column + size.gap + PADDING;
    let middle = u32::midpoint(start, end);
    let is_one_of_many = signal.receivers().len() > 1;
    Edge {
        path: format!("M{start} {from}C{middle} {from} {middle} {to} {end} {to}"),
        guarantee,
        title: facts.join(", "),
        number: is_one_of_many.then(|| Line {
            x: end - 9,
            y: to.saturating_sub(4),
            text: number.to_string(),
        }),
    }
}

/// One function may be several receivers of a signal: one edge, with all of their numbers.
fn add(edges: &mut Vec<Edge>, edge: Edge) {
    let mut same = edges.iter_mut();
    let same = same.find(|it| it.path == edge.path && it.guarantee == edge.guarantee);
    let Some(same) = same else {
        edges.push(edge);
        return;
    };
    same.title = [&*same.title, &edge.title].join("; ");
    if let (Some(number), Some(more)) = (&mut same.number, &edge.number) {
        number.text = [&*number.text, &more.text].join(", ");
    }
}

#[cfg(test)]
mod tests {
    use super::{Drawing, NARROW, WIDE, wrap};

    #[test]
    fn names_are_broken_behind_their_parts() {
        assert_eq!(
            wrap("account::user_signed_up", 17),
            ["account::user_", "signed_up"]
        );
        assert_eq!(wrap("greet", 17), ["greet"]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrap("äöü_äöü", 4), ["äöü_", "äöü"]);
    }

    #[test]
    fn nothing_is_drawn_over_anything_else() {
        for size in [NARROW, WIDE] {
            let drawing = Drawing::new(&signals_core::catalog(), &size);
            for blocks in [&drawing.boxes, &drawing.nodes] {
                for (number, block) in blocks.iter().enumerate() {
                    assert!(block.x + block.width <= drawing.width);
                    assert!(block.y + block.height <= drawing.height);
                    let others = blocks[..number].iter();
                    let mut beside = others.filter(|other| other.x == block.x);
                    assert!(beside.all(|other| other.y + other.height <= block.y));
                }
            }
        }
    }
}
