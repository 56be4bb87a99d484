//! The order, as it is promised: constraints first, then priority, then place in the source, then the
//! time of connecting.

/// A receiver as far as the order is concerned.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// Its `dispatch_uid`; its path, if it has none.
    pub(super) name: &'static str,
    /// Module and name of the function, which a connection has not.
    pub(super) path: Option<&'static str>,
    pub(super) priority: i32,
    pub(super) before: Vec<&'static str>,
    pub(super) after: Vec<&'static str>,
}

impl Place {
    /// By its `dispatch_uid`, by its path, or by the end of its path.
    fn is_called(&self, wanted: &str) -> bool {
        let by_path = |path: &str| {
            let words: Vec<_> = path.split("::").collect();
            let wanted: Vec<_> = wanted.split("::").collect();
            words.ends_with(&wanted)
        };
        self.name == wanted || self.path.is_some_and(by_path)
    }
}

/// Those in the model: given by place and time, known by their index.
pub(super) struct Model {
    pub(super) names: Vec<&'static str>,
    /// Better rank, earlier.
    ranked: Vec<usize>,
    /// Who has to run before whom.
    pub(super) constraints: Vec<(usize, usize)>,
    /// Who names whom that is not there.
    pub(super) unknown: Vec<(usize, &'static str)>,
}

impl Model {
    /// `receivers` as they would come without priorities and constraints.
    pub(super) fn new(receivers: &[Place]) -> Self {
        let names: Vec<_> = receivers.iter().map(|receiver| receiver.name).collect();
        let find = |wanted: &str, who_asks: usize| -> Vec<usize> {
            let called = (0..receivers.len()).filter(|&it| receivers[it].is_called(wanted));
            let called: Vec<usize> = called.collect();
            // One that says its own name means the others of that name.
            let others = called.iter().copied().filter(|&it| it != who_asks);
            let others: Vec<usize> = others.collect();
            if others.is_empty() { called } else { others }
        };
        let mut constraints = Vec::new();
        let mut unknown = Vec::new();
        for (index, receiver) in receivers.iter().enumerate() {
            for later in &receiver.before {
                let found = find(later, index);
                if found.is_empty() {
                    unknown.push((index, *later));
                }
                constraints.extend(found.into_iter().map(|later| (index, later)));
            }
            for earlier in &receiver.after {
                let found = find(earlier, index);
                if found.is_empty() {
                    unknown.push((index, *earlier));
                }
                constraints.extend(found.into_iter().map(|earlier| (earlier, index)));
            }
        }
        let mut ranked: Vec<usize> = (0..receivers.len()).collect();
        ranked.sort_by_key(|index| -receivers[*index].priority);
        Self {
            names,
            ranked,
            constraints,
            unknown,
        }
    }

    /// Whether `from` has to run before `to`, directly or by way of others.
    pub(super) fn leads(&self, from: usize, to: usize) -> bool {
        let mut reached = vec![false; self.names.len()];
        let mut grows = true;
        while grows {
            grows = false;
            for &(earlier, later) in &self.constraints {
                if (earlier == from || reached[earlier]) && !reached[later] {
                    reached[later] = true;
                    grows = true;
                }
            }
        }
        reached[to]
    }

    /// Whether the constraint is part of a circle.
    pub(super) fn is_circular(&self, (earlier, later): (usize, usize)) -> bool {
        earlier == later || self.leads(later, earlier)
    }

    pub(super) fn has_circle(&self) -> bool {
        let mut constraints = self.constraints.iter();
        constraints.any(|constraint| self.is_circular(*constraint))
    }

    /// The order, where there is no circle: always the best of those whom nobody holds back.
    pub(super) fn order(&self) -> Vec<&'static str> {
        let mut left = self.ranked.clone();
        let mut order = Vec::new();
        while !left.is_empty() {
            let is_free = |index: &usize| {
                let mut constraints = self.constraints.iter();
                !constraints.any(|(earlier, later)| later == index && left.contains(earlier))
            };
            let next = left.iter().position(is_free).expect("there is no circle");
            order.push(self.names[left.remove(next)]);
        }
        order
    }
}
