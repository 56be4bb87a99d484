//! Small runnable programs; see `examples/`.
