//! Random scripts of connecting, disconnecting and sending, also inside of receivers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use proptest::collection::vec;
use proptest::prelude::{
    ProptestConfig, Strategy, prop_assert, prop_assert_eq, prop_oneof, proptest,
};
use signals_core::{Connection, signal};
use signals_tests::ways::{Way, ways};

use super::script_model::{Action, CALLS, DEPTH, Model, Program};

signal! {
    stepped(world: &Arc<World>, depth: usize);
}

/// The real thing.
#[derive(Default)]
struct World {
    connections: Mutex<HashMap<usize, Connection>>,
    called: Mutex<Vec<(usize, u32)>>,
    /// Each receiver that exists holds this.
    alive: Arc<()>,
}

fn run(world: &Arc<World>, actions: &[Action], depth: usize) {
    let disconnect = |number: &usize| {
        let connection = world.connections.lock().unwrap().remove(number);
        drop(connection);
    };
    for action in actions {
        match action {
            Action::Connect(number, program) => {
                disconnect(number);
                let connection = connect(world, program);
                let mut connections = world.connections.lock().unwrap();
                assert!(connections.insert(*number, connection).is_none());
            }
            Action::Disconnect(number) => disconnect(number),
            Action::Send(way) => send(world, depth + 1, *way),
        }
    }
}

fn connect(world: &World, program: &Program) -> Connection {
    let (program, alive) = (program.clone(), Arc::clone(&world.alive));
    let on = stepped.on().priority(program.priority);
    on.dispatch_uid(program.name.to_string())
        .connect(move |sent| {
            assert!(Arc::strong_count(&alive) > 1);
            let Stepped { world, depth } = *sent;
            let calls = {
                let mut called = world.called.lock().unwrap();
                called.push((depth, program.name));
                called.len()
            };
            if calls < CALLS {
                run(world, &program.actions, depth);
            }
        })
        .unwrap_or_else(|error| panic!("names are given once: {error}"))
}

fn send(world: &Arc<World>, depth: usize, way: usize) {
    if depth > DEPTH {
        return;
    }
    let ways: [Way<stepped>; 8] = ways();
    (ways[way % ways.len()].send)(&stepped, Stepped { world, depth });
}

/// Actions, with receivers that act themselves; names are given afterwards.
fn actions(levels: u32) -> impl Strategy<Value = Vec<Action>> {
    let leaf = prop_oneof![
        (0..5_usize).prop_map(Action::Disconnect),
        (0..8_usize).prop_map(Action::Send),
        (0..5_usize, -1..=1_i32).prop_map(|(number, priority)| {
            let (name, actions) = (0, Vec::new());
            Action::Connect(
                number,
                Program {
                    name,
                    priority,
                    actions,
                },
            )
        }),
    ];
    let action = leaf.prop_recursive(levels, 24, 4, |inner| {
        (0..5_usize, -1..=1_i32, vec(inner, 0..4)).prop_map(|(number, priority, actions)| {
            let name = 0;
            Action::Connect(
                number,
                Program {
                    name,
                    priority,
                    actions,
                },
            )
        })
    });
    vec(action, 1..14)
}

/// Gives each receiver of the script a name of its own.
fn name(actions: &mut [Action], next: &mut u32) {
    for action in actions {
        if let Action::Connect(_, program) = action {
            *next += 1;
            program.name = *next;
            name(&mut program.actions, next);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_send_calls_those_who_were_there_when_it_began(mut script in actions(3)) {
        name(&mut script, &mut 0);
        let mut model = Model::default();
        model.run(&script, 0);

        let world = Arc::new(World::default());
        run(&world, &script, 0);

        prop_assert_eq!(&*world.called.lock().unwrap(), &model.called);
        let left: Vec<u32> = stepped
            .receivers()
            .iter()
            .map(|receiver| receiver.dispatch_uid().unwrap().parse().unwrap())
            .collect();
        prop_assert_eq!(left, model.names());
        // Nothing is left of those who are gone, and then of nobody.
        let connections = std::mem::take(&mut *world.connections.lock().unwrap());
        prop_assert_eq!(Arc::strong_count(&world.alive), 1 + connections.len());
        drop(connections);
        prop_assert!(stepped.receivers().is_empty());
        prop_assert_eq!(Arc::strong_count(&world.alive), 1);
    }
}
