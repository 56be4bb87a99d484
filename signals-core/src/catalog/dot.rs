//! The catalogue as a graph for Graphviz.

use std::fmt::Write;

use super::Catalog;
use super::graph::Graph;
use super::text::printable;

impl Catalog {
    /// The catalogue as a [DOT](https://graphviz.org/doc/info/lang.html) graph: a cluster for each
    /// crate, ellipses for signals, boxes for receivers, and an edge for each registration, with
    /// its number in the running order, its guarantee and the senders that it listens to.
    ///
    /// ```
    /// let graph = signals_core::catalog().to_dot();
    /// assert!(graph.starts_with("digraph signals {\n"));
    /// ```
    pub fn to_dot(&self) -> String {
        let graph = Graph::new(self);
        let mut out = "digraph signals {\n    rankdir=LR;\n".to_owned();
        for (number, (name, nodes)) in graph.boxes.iter().enumerate() {
            // Writing to a string does not fail.
            let _ = writeln!(out, "    subgraph cluster_{number} {{");
            let _ = writeln!(out, "        label={};", quoted(name));
            for &node in nodes {
                let label = quoted(&graph.nodes[node].label);
                let is_signal = graph.nodes[node].is_signal;
                let shape = if is_signal { "ellipse" } else { "box" };
                let _ = writeln!(out, "        n{node} [label={label}, shape={shape}];");
            }
            out.push_str("    }\n");
        }
        for edge in &graph.edges {
            let (from, to, label) = (edge.from, edge.to, quoted(&edge.label));
            let _ = writeln!(out, "    n{from} -> n{to} [label={label}];");
        }
        out.push_str("}\n");
        out
    }
}

/// Text between quotes. In a label, a backslash begins a command unless it is doubled, and `&` may
/// begin an entity of HTML.
fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for letter in printable(text).chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '&' => out.push_str("&amp;"),
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}
