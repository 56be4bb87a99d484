//! basu: an event bus with async handlers behind async mutexes.

use basu::error::BasuError;
use basu::event::Event;
use basu::{EventBus, Handle, async_trait};

use super::{Row, shared_work, work};
use crate::floors::now;
use crate::receivers::listen;

struct Handler;

#[async_trait]
impl Handle<u64> for Handler {
    async fn handle(&self, event: &Event<u64>) -> Result<(), BasuError> {
        listen(event.data);
        Ok(())
    }
}

pub(super) const ROWS: &[Row] = &[
    Row::Connect("basu 0.1.9", || {
        let bus = bus();
        work!(_value => now(async {
            let id = bus.subscribe("event", Box::new(Handler)).await;
            assert!(bus.unsubscribe("event", &id).await.is_ok());
        }))
    }),
    Row::Async("basu 0.1.9 publish", || {
        let bus = bus();
        work!(value => assert!(now(bus.publish("event", &Event::new(value))).is_ok()))
    }),
    Row::Shared("basu 0.1.9 publish (blocking on it)", || {
        let bus = bus();
        shared_work!(value => {
            let event = Event::new(value);
            let published = futures_executor::block_on(bus.publish("event", &event));
            assert!(published.is_ok());
        })
    }),
];

fn bus() -> EventBus<u64> {
    let bus = EventBus::new();
    for _ in 0..10 {
        now(bus.subscribe("event", Box::new(Handler)));
    }
    bus
}
