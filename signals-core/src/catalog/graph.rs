//! The catalogue as a graph: boxes of crates, nodes in them, and edges from signals to receivers.

use std::collections::BTreeMap;

use super::{Catalog, CatalogReceiver};
use crate::receiver::{Name, ReceiverInfo};

/// What a graph language has to write.
pub(super) struct Graph {
    /// The crates, by name, with the numbers of their nodes.
    pub(super) boxes: Vec<(String, Vec<usize>)>,
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Vec<Edge>,
}

pub(super) struct Node {
    pub(super) label: String,
    pub(super) is_signal: bool,
}

pub(super) struct Edge {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) label: String,
}

/// Where nodes go whose crate is not known.
const NO_CRATE: &str = "run time";

/// What makes two registrations the same function.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Function<'c> {
    path: String,
    place: (&'static str, u32, u32),
    uid: Option<&'c str>,
}

impl<'c> Function<'c> {
    fn of(receiver: &'c ReceiverInfo) -> Self {
        let (line, column) = match receiver.name {
            Name::Function { defined, .. } => defined,
            Name::Connection { .. } => (receiver.line, receiver.column),
        };
        Self {
            path: receiver.path(),
            place: (receiver.file, line, column),
            uid: receiver.dispatch_uid().filter(|_| receiver.is_connection()),
        }
    }
}

impl Graph {
    /// A receiver of several signals is one node.
    pub(super) fn new(catalog: &Catalog) -> Self {
        let (mut nodes, mut edges) = (Vec::new(), Vec::new());
        let mut boxes: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let mut functions = BTreeMap::new();
        for signal in catalog.signals() {
            let from = nodes.len();
            nodes.push(Node {
                label: within(signal.name(), signal.crate_name()),
                is_signal: true,
            });
            boxes.entry(signal.crate_name()).or_default().push(from);
            for (number, receiver) in (1..).zip(signal.receivers()) {
                let to = *functions.entry(Function::of(receiver)).or_insert_with(|| {
                    let to = nodes.len();
                    let krate = receiver.crate_name().unwrap_or(NO_CRATE);
                    nodes.push(Node {
                        label: receiver_label(receiver, krate),
                        is_signal: false,
                    });
                    boxes.entry(krate).or_default().push(to);
                    to
                });
                let label = edge_label(number, receiver);
                edges.push(Edge { from, to, label });
            }
        }
        let named = boxes
            .into_iter()
            .map(|(name, nodes)| (name.to_owned(), nodes));
        Self {
            boxes: named.collect(),
            nodes,
            edges,
        }
    }
}

/// The path as seen in its crate.
fn within(path: &str, krate: &str) -> String {
    let inside = path.strip_prefix(krate);
    let inside = inside.and_then(|inside| inside.strip_prefix("::"));
    inside.unwrap_or(path).to_owned()
}

fn receiver_label(receiver: &ReceiverInfo, krate: &str) -> String {
    let path = within(&receiver.path(), krate);
    match receiver.dispatch_uid() {
        Some(uid) => format!("{path} {uid:?}"),
        None => path,
    }
}

/// Which in the order, when, and for whom.
fn edge_label(number: usize, receiver: &CatalogReceiver) -> String {
    let mut words = vec![number.to_string(), receiver.guarantee().to_string()];
    if receiver.is_async() {
        words.push("async".to_owned());
    }
    if !receiver.senders().is_empty() {
        words.push(format!("of {}", receiver.senders().join(" or ")));
    }
    if receiver.has_condition() {
        words.push("when".to_owned());
    }
    words.join(" ")
}
