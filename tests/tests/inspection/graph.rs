//! The catalogue as a graph.

use signals_core::{catalog, receiver, signal};

signal! {
    #[signal(name = "graph.one")]
    one(sender);
    #[signal(name = "graph.two")]
    two();
    #[signal(name = "graph.odd \"x\" \\n\n<b>#1; & `y`")]
    odd();
}

#[receiver([one, two])]
fn both() {}

#[receiver(one, sender = ["a", "b"], priority = 1)]
async fn some() {}

#[receiver(odd, dispatch_uid = "\"]; n9 --> n8\\")]
fn odd_receiver() {}

fn only(name: &str) -> signals_core::Catalog {
    catalog().with_signal(name).unwrap()
}

#[test]
fn mermaid_has_boxes_nodes_and_edges() {
    assert_eq!(
        only("graph.one").to_mermaid(),
        r#"flowchart LR
    subgraph c0["inspection"]
        n0(["graph.one"])
        n1["graph::some"]
        n2["graph::both"]
    end
    n0 -->|"1 inline async of a or b"| n1
    n0 -->|"2 inline"| n2
"#
    );
}

#[test]
fn dot_has_clusters_nodes_and_edges() {
    assert_eq!(
        only("graph.one").to_dot(),
        r#"digraph signals {
    rankdir=LR;
    subgraph cluster_0 {
        label="inspection";
        n0 [label="graph.one", shape=ellipse];
        n1 [label="graph::some", shape=box];
        n2 [label="graph::both", shape=box];
    }
    n0 -> n1 [label="1 inline async of a or b"];
    n0 -> n2 [label="2 inline"];
}
"#
    );
}

#[test]
fn a_receiver_of_several_signals_is_one_node() {
    let graph = catalog().to_mermaid();
    assert_eq!(graph.matches("\"graph::both\"").count(), 1);
    let node = graph.lines().find(|line| line.contains("\"graph::both\""));
    let node = node.unwrap().trim().split('[').next().unwrap();
    assert_eq!(graph.matches(&format!("| {node}\n")).count(), 2);
}

#[test]
fn mermaid_takes_no_text_for_markup() {
    let graph = only("graph.odd \"x\" \\n\n<b>#1; & `y`").to_mermaid();
    let signal = graph.lines().nth(2).unwrap();
    assert_eq!(
        signal.trim(),
        r#"n0(["graph.odd #34;x#34; #92;n#92;n#60;b#62;#35;1#59; #38; #96;y#96;"])"#
    );
    let receiver = graph.lines().nth(3).unwrap();
    assert_eq!(
        receiver.trim(),
        r#"n1["graph::odd_receiver #34;#92;#34;]#59; n9 --#62; n8#92;#92;#34;"]"#
    );
}

#[test]
fn dot_takes_no_text_for_markup() {
    let graph = only("graph.odd \"x\" \\n\n<b>#1; & `y`").to_dot();
    assert!(
        graph.contains(r#"n0 [label="graph.odd \"x\" \\n\\n<b>#1; &amp; `y`", shape=ellipse];"#),
        "{graph}"
    );
    assert!(
        graph.contains(r#"label="graph::odd_receiver \"\\\"]; n9 --> n8\\\\\"""#),
        "{graph}"
    );
}
