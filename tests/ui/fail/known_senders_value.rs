signals_core::known_senders!["till"];

fn main() {}
