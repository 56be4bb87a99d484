//! The order, as it is promised: constraints first, then priority, then place in the source, then the
//! time of connecting.

/// A receiver as far as the order is concerned.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) name: &'static str,
    pub(super) priority: i32,
    pub(super) before: Vec<&'static str>,
    pub(super) after: Vec<&'static str>,
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
        let find = |wanted: &str| names.iter().position(|name| *name == wanted);
        let mut constraints = Vec::new();
        let mut unknown = Vec::new();
        for (index, receiver) in receivers.iter().enumerate() {
            for later in &receiver.before {
                match find(later) {
                    Some(later) => constraints.push((index, later)),
                    None => unknown.push((index, *later)),
                }
            }
            for earlier in &receiver.after {
                match find(earlier) {
                    Some(earlier) => constraints.push((earlier, index)),
                    None => unknown.push((index, *earlier)),
                }
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
