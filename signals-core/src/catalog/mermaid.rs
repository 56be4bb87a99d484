//! The catalogue as a Mermaid flowchart.

use std::fmt::Write;

use super::Catalog;
use super::graph::Graph;
use super::text::printable;

impl Catalog {
    /// The catalogue as a [Mermaid](https://mermaid.js.org) flowchart: a box for each crate, round
    /// nodes for signals, square ones for receivers, and an edge for each registration, with its
    /// number in the running order, its guarantee and the senders that it listens to.
    ///
    /// ```
    /// let graph = signals_core::catalog().to_mermaid();
    /// assert!(graph.starts_with("flowchart LR\n"));
    /// ```
    pub fn to_mermaid(&self) -> String {
        let graph = Graph::new(self);
        let mut out = "flowchart LR\n".to_owned();
        for (number, (name, nodes)) in graph.boxes.iter().enumerate() {
            // Writing to a string does not fail.
            let _ = writeln!(out, "    subgraph c{number}[{}]", quoted(name));
            for &node in nodes {
                let label = quoted(&graph.nodes[node].label);
                let _ = if graph.nodes[node].is_signal {
                    writeln!(out, "        n{node}([{label}])")
                } else {
                    writeln!(out, "        n{node}[{label}]")
                };
            }
            out.push_str("    end\n");
        }
        for edge in &graph.edges {
            let (from, to, label) = (edge.from, edge.to, quoted(&edge.label));
            let _ = writeln!(out, "    n{from} -->|{label}| n{to}");
        }
        out
    }
}

/// Text between quotes, of which Mermaid takes nothing for markup.
fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for letter in printable(text).chars() {
        match letter {
            '"' | '#' | '&' | '<' | '>' | '`' | ';' | '\\' | '%' | '*' | '$' => {
                // An entity, as Mermaid writes it.
                let _ = write!(out, "#{};", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}
