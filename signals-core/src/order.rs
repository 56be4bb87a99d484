//! The order in which the receivers of one signal run.
//!
//! The linker's order differs between build profiles, so it is never used. Instead, repeatedly: of
//! the receivers that no constraint holds back any more, the first by priority (higher first),
//! then by place in the source (module path, line, column), then by the time of connecting.
//!
//! A circle of constraints cannot be obeyed. It is reported, and cut at its first member by the
//! same rule, so that the order is defined all the same.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

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
fn rank(info: &ReceiverInfo) -> impl Ord + '_ {
    let place = match info.name {
        Name::Function {
            module, function, ..
        } => (0, module, info.line, info.column, info.file, function),
        Name::Connection { number, .. } => {
            return (Reverse(info.priority), (1, "", 0, 0, "", ""), number);
        }
    };
    (Reverse(info.priority), place, 0)
}

pub(crate) fn order(receivers: &[&ReceiverInfo]) -> Order {
    let mut sequence: Vec<usize> = (0..receivers.len()).collect();
    sequence.sort_by(|&a, &b| rank(receivers[a]).cmp(&rank(receivers[b])));
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
                let cycle = self.cycle_above(first_left, &done);
                let first = cycle.iter().copied().min().unwrap_or(first_left);
                cycles.push(cycle);
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

    /// A circle among those left, found by going from one that is held back to who holds it back.
    fn cycle_above(&self, start: usize, done: &[bool]) -> Vec<usize> {
        let mut path = vec![start];
        let mut at: HashMap<usize, usize> = HashMap::from([(start, 0)]);
        let mut here = start;
        loop {
            let Some(&earlier) = self.before[here].iter().find(|&&rank| !done[rank]) else {
                return vec![here];
            };
            if let Some(&from) = at.get(&earlier) {
                let mut cycle = path.split_off(from);
                cycle.reverse();
                // Begin with the first by rank, so that the same circle always reads the same.
                let first = (0..cycle.len()).min_by_key(|&i| cycle[i]).unwrap_or(0);
                cycle.rotate_left(first);
                return cycle;
            }
            at.insert(earlier, path.len());
            path.push(earlier);
            here = earlier;
        }
    }
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
