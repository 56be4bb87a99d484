//! Snapshots, as they are promised: a send calls those who were connected when it began, in order.

use std::collections::BTreeMap;

/// What a script, or a receiver in the middle of a send, does.
#[derive(Debug, Clone)]
pub(super) enum Action {
    /// Connects a receiver under this number, in place of the one that has it.
    Connect(usize, Program),
    Disconnect(usize),
    /// Sends, in one of the ways to send.
    Send(usize),
}

/// A receiver: where it stands, and what it does each time it is called.
#[derive(Debug, Clone)]
pub(super) struct Program {
    pub(super) name: u32,
    pub(super) priority: i32,
    pub(super) actions: Vec<Action>,
}

/// Scripts that connect receivers that send go on for ever; after so many calls nobody does anything
/// any more.
pub(super) const CALLS: usize = 200;
pub(super) const DEPTH: usize = 4;

/// The world as it is promised: no table, no pointers, no reference counts.
#[derive(Default)]
pub(super) struct Model {
    /// By time of connecting: the number it is known by, and the receiver.
    connected: BTreeMap<usize, (usize, Program)>,
    time: usize,
    pub(super) called: Vec<(usize, u32)>,
}

impl Model {
    pub(super) fn run(&mut self, actions: &[Action], depth: usize) {
        for action in actions {
            match action {
                Action::Connect(number, program) => {
                    self.disconnect(*number);
                    self.connected.insert(self.time, (*number, program.clone()));
                    self.time += 1;
                }
                Action::Disconnect(number) => self.disconnect(*number),
                Action::Send(_) => self.send(depth + 1),
            }
        }
    }

    fn disconnect(&mut self, number: usize) {
        self.connected.retain(|_, (other, _)| *other != number);
    }

    fn send(&mut self, depth: usize) {
        if depth > DEPTH {
            return;
        }
        let mut snapshot: Vec<Program> = self
            .connected
            .values()
            .map(|(_, program)| program.clone())
            .collect();
        // Stable: by time where the priority is the same.
        snapshot.sort_by_key(|program| -program.priority);
        for program in snapshot {
            self.called.push((depth, program.name));
            if self.called.len() < CALLS {
                self.run(&program.actions, depth);
            }
        }
    }

    /// The names of those who are there, in the order in which they would run.
    pub(super) fn names(&self) -> Vec<u32> {
        let mut left: Vec<_> = self.connected.values().collect();
        left.sort_by_key(|(_, program)| -program.priority);
        left.iter().map(|(_, program)| program.name).collect()
    }
}
