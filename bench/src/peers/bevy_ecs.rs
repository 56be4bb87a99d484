//! `bevy_ecs`: observers of events and of entities.

use bevy_ecs::prelude::{Entity, EntityEvent, Event, On, World};

use super::{Row, work};
use crate::receivers::listen;

#[derive(Event)]
struct Told {
    value: u64,
}

#[derive(EntityEvent)]
struct ToldBy {
    entity: Entity,
    value: u64,
}

pub(super) const ROWS: &[Row] = &[
    Row::Send("bevy_ecs 0.20.1 World::trigger", |n| {
        let mut world = world(n);
        work!(value => world.trigger(Told { value }))
    }),
    Row::Filter("bevy_ecs 0.20.1 entity observers", || {
        let mut world = World::new();
        let mut senders = Vec::new();
        for _ in 0..100 {
            let mut sender = world.spawn_empty();
            sender.observe(|event: On<ToldBy>| listen(event.value));
            senders.push(sender.id());
        }
        let entity = senders[77];
        work!(value => world.trigger(ToldBy { entity, value }))
    }),
    Row::Connect("bevy_ecs 0.20.1 add_observer, despawn", || {
        let mut world = world(10);
        work!(_value => world.add_observer(|event: On<Told>| listen(event.value)).despawn())
    }),
];

fn world(n: usize) -> World {
    let mut world = World::new();
    for _ in 0..n {
        world.add_observer(|event: On<Told>| listen(event.value));
    }
    world
}
