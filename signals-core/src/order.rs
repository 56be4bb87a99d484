//! The order in which the receivers of one signal run.
//!
//! The linker's order differs between build profiles, so it is never used. Instead, repeatedly: of
//! the receivers that no constraint holds back any more, the first by priority (higher first),
//! then by place in the source (module path, line, column), then by the time of connecting.
//!
//! A circle of constraints cannot be obeyed. It is reported, and cut at its first member by the
//! same rule, so that the order is defined all the same. Constraints outside of it still hold.

use std::cmp::{Ordering, Reverse};
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, BinaryHeap, HashMap, VecDeque};

use crate::receiver::{Name, ReceiverInfo, split_path};

/// What the order is, and what was wrong with the constraints.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Order {
    /// Indices of the receivers as given, in running order.
    pub(crate) sequence: Vec<usize>,
    /// Circles of constraints: each runs, by its constraints, before the next and the last before
    /// the first.
    pub(crate) cycles: Vec<Vec<usize>>,
    /// Names in `before =` and `after =` that no receiver of the signal has, with who said them.
    pub(crate) unknown: Vec<(usize, &'static str)>,
}

/// Priority and place: the order where there are no constraints.
fn compare(left: &ReceiverInfo, right: &ReceiverInfo) -> Ordering {
    let place = || match (&left.name, &right.name) {
        (Name::Connection { number: left, .. }, Name::Connection { number: right, .. }) => {
            left.cmp(right)
        }
        (Name::Function { .. }, Name::Connection { .. }) => Ordering::Less,
        (Name::Connection { .. }, Name::Function { .. }) => Ordering::Greater,
        (
            Name::Function {
                module, function, ..
            },
            Name::Function {
                module: right_module,
                function: right_function,
                ..
            },
        ) => module
            .cmp(right_module)
            .then_with(|| (left.line, left.column).cmp(&(right.line, right.column)))
            .then_with(|| (left.file, function).cmp(&(right.file, right_function))),
    };
    right.priority.cmp(&left.priority).then_with(place)
}

pub(crate) fn order(receivers: &[&ReceiverInfo]) -> Order {
    let mut sequence: Vec<usize> = (0..receivers.len()).collect();
    sequence.sort_by(|&a, &b| compare(receivers[a], receivers[b]));
    let is_constrained =
        |receiver: &&ReceiverInfo| !receiver.before.is_empty() || !receiver.after.is_empty();
    if !receivers.iter().any(is_constrained) {
        return Order {
            sequence,
            ..Order::default()
        };
    }
    // From here on, receivers are known by their rank: their index in `by_rank`.
    let by_rank: Vec<&ReceiverInfo> = sequence.iter().map(|&i| receivers[i]).collect();
    let (graph, unknown) = Graph::new(&by_rank);
    let (ranks, cycles) = graph.sort();
    let index = |rank: usize| sequence[rank];
    Order {
        cycles: cycles
            .into_iter()
            .map(|cycle| cycle.into_iter().map(index).collect())
            .collect(),
        unknown: unknown
            .into_iter()
            .map(|(rank, name)| (index(rank), name))
            .collect(),
        sequence: ranks.into_iter().map(index).collect(),
    }
}

/// Why a receiver stands where it does, by another one that has this index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// Nothing is before it.
    First,
    /// It says `after = "…"`.
    After(usize, &'static str),
    /// The other one says `before = "…"`.
    Before(usize, &'static str),
    /// The one before it has a higher priority.
    Priority(usize),
    /// The one before it comes earlier in the source.
    Source(usize),
    /// The one before it was found at link time, or connected earlier.
    Connected(usize),
    /// It should have waited for the other one, but the constraints go in a circle.
    Circle(usize),
}

/// Why each receiver stands where it does, for receivers in running order.
///
/// A receiver runs directly after another because that one no longer holds it back, or else, as
/// both could have run, because of its rank.
pub(crate) fn reasons(sequence: &[&ReceiverInfo]) -> Vec<Why> {
    let names = Names::new(sequence);
    // For each receiver, those that it has to wait for, and who says so.
    let mut waits: Vec<Vec<(usize, Why)>> = vec![Vec::new(); sequence.len()];
    for (index, receiver) in sequence.iter().enumerate() {
        for &name in &*receiver.before {
            for later in names.find(name, index) {
                waits[later].push((index, Why::Before(index, name)));
            }
        }
        for &name in &*receiver.after {
            for earlier in names.find(name, index) {
                waits[index].push((earlier, Why::After(earlier, name)));
            }
        }
    }
    let why = |index: usize| {
        let broken = waits[index].iter().find(|(other, _)| *other >= index);
        if let Some((other, _)) = broken {
            return Why::Circle(*other);
        }
        let Some(previous) = index.checked_sub(1) else {
            return Why::First;
        };
        let held_back = waits[index].iter().find(|(other, _)| *other == previous);
        held_back.map_or_else(
            || by_rank(previous, sequence[previous], sequence[index]),
            |(_, why)| *why,
        )
    };
    (0..sequence.len()).map(why).collect()
}

fn by_rank(previous: usize, earlier: &ReceiverInfo, later: &ReceiverInfo) -> Why {
    if earlier.priority != later.priority {
        Why::Priority(previous)
    } else if later.is_connection() {
        Why::Connected(previous)
    } else {
        Why::Source(previous)
    }
}

/// Who has to run before whom.
struct Graph {
    after: Vec<Vec<usize>>,
    before: Vec<Vec<usize>>,
}

impl Graph {
    fn new(receivers: &[&ReceiverInfo]) -> (Self, Vec<(usize, &'static str)>) {
        let names = Names::new(receivers);
        let mut graph = Self {
            after: vec![Vec::new(); receivers.len()],
            before: vec![Vec::new(); receivers.len()],
        };
        let mut unknown = Vec::new();
        for (rank, receiver) in receivers.iter().enumerate() {
            for &name in &*receiver.before {
                let found = names.find(name, rank);
                if found.is_empty() {
                    unknown.push((rank, name));
                }
                for later in found {
                    graph.edge(rank, later);
                }
            }
            for &name in &*receiver.after {
                let found = names.find(name, rank);
                if found.is_empty() {
                    unknown.push((rank, name));
                }
                for earlier in found {
                    graph.edge(earlier, rank);
                }
            }
        }
        (graph, unknown)
    }

    fn edge(&mut self, earlier: usize, later: usize) {
        self.after[earlier].push(later);
        self.before[later].push(earlier);
    }

    fn sort(&self) -> (Vec<usize>, Vec<Vec<usize>>) {
        let len = self.after.len();
        let mut held_back: Vec<usize> = self.before.iter().map(Vec::len).collect();
        let mut done = vec![false; len];
        let mut free: BinaryHeap<Reverse<usize>> = (0..len)
            .filter(|&rank| held_back[rank] == 0)
            .map(Reverse)
            .collect();
        let mut sequence = Vec::with_capacity(len);
        let mut cycles = Vec::new();
        // Everything before this rank is done.
        let mut first_left = 0;
        while sequence.len() < len {
            let next = if let Some(Reverse(next)) = free.pop() {
                next
            } else {
                while done[first_left] {
                    first_left += 1;
                }
                let first = self.first_of_knot_above(first_left, &done);
                cycles.push(self.circle(first, &done));
                first
            };
            if std::mem::replace(&mut done[next], true) {
                continue;
            }
            sequence.push(next);
            for &later in &self.after[next] {
                held_back[later] -= 1;
                if held_back[later] == 0 && !done[later] {
                    free.push(Reverse(later));
                }
            }
        }
        (sequence, cycles)
    }

    /// Of those that hold each other back, and that nobody else holds back, the first by rank. Found
    /// by going from one that is held back to who holds it back.
    fn first_of_knot_above(&self, start: usize, done: &[bool]) -> usize {
        let mut start = start;
        loop {
            let above = reach(&self.before, start, done);
            let below = reach(&self.after, start, done);
            match above.difference(&below).next() {
                Some(&further_up) => start = further_up,
                None => return above.first().copied().unwrap_or(start),
            }
        }
    }

    /// A shortest circle through `first` among those left: each has to run before the next.
    fn circle(&self, first: usize, done: &[bool]) -> Vec<usize> {
        let mut next: HashMap<usize, usize> = HashMap::new();
        let mut queue = VecDeque::from([first]);
        while let Some(here) = queue.pop_front() {
            for &earlier in self.before[here].iter().filter(|&&rank| !done[rank]) {
                if earlier == first {
                    let way = std::iter::successors(Some(here), |rank| next.get(rank).copied());
                    let others = way.take_while(|&rank| rank != first);
                    return std::iter::once(first).chain(others).collect();
                }
                if let Entry::Vacant(unseen) = next.entry(earlier) {
                    unseen.insert(here);
                    queue.push_back(earlier);
                }
            }
        }
        vec![first]
    }
}

/// All that are left and can be reached from `start` along `edges`; `start` itself only if it is in
/// a circle.
fn reach(edges: &[Vec<usize>], start: usize, done: &[bool]) -> BTreeSet<usize> {
    let mut reached = BTreeSet::new();
    let mut queue = vec![start];
    while let Some(here) = queue.pop() {
        let left = edges[here].iter().filter(|&&rank| !done[rank]);
        queue.extend(left.filter(|&&rank| reached.insert(rank)));
    }
    reached
}

/// Receivers by what a constraint may call them.
struct Names<'r> {
    by_uid: HashMap<&'r str, Vec<usize>>,
    by_function: HashMap<&'r str, Vec<(&'r str, usize)>>,
}

impl<'r> Names<'r> {
    fn new(receivers: &[&'r ReceiverInfo]) -> Self {
        let mut names = Self {
            by_uid: HashMap::new(),
            by_function: HashMap::new(),
        };
        for (rank, receiver) in receivers.iter().enumerate() {
            if let Some(uid) = receiver.dispatch_uid() {
                names.by_uid.entry(uid).or_default().push(rank);
            }
            if let Name::Function {
                module, function, ..
            } = receiver.name
            {
                let same_name = names.by_function.entry(function).or_default();
                same_name.push((module, rank));
            }
        }
        names
    }

    /// Those whose uid or path is `name`, or whose path ends with `::name`. A receiver that says
    /// its own name means the others of that name, if there are any.
    fn find(&self, name: &str, who_asks: usize) -> Vec<usize> {
        let mut found: Vec<usize> = self
            .by_uid
            .get(name)
            .into_iter()
            .flatten()
            .copied()
            .collect();
        let (module, function) = split_path(name);
        for &(its_module, rank) in self.by_function.get(function).into_iter().flatten() {
            let fits = match module {
                None => true,
                Some(module) => its_module
                    .strip_suffix(module)
                    .is_some_and(|rest| rest.is_empty() || rest.ends_with("::")),
            };
            if fits && !found.contains(&rank) {
                found.push(rank);
            }
        }
        if found.len() > 1 {
            found.retain(|&rank| rank != who_asks);
        }
        found
    }
}
