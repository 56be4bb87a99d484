//! rustango: a fixed set of async signals in one global map, payloads cloned into an `Arc`.

use std::sync::Arc;

use rustango::core::{Model, ModelSchema};
use rustango::signals::auth::{
    AuthRequestMeta, UserLoggedInContext, connect_user_logged_in, send_user_logged_in,
};
use rustango::signals::{PostSaveContext, connect_post_save, disconnect_post_save, send_post_save};

use super::{Row, Work, shared_work, work};
use crate::floors::now;
use crate::receivers::{User, listen};

/// A model for each place, as the map is one for the whole program.
#[derive(Clone)]
struct Saved<const N: usize> {
    value: u64,
}

impl<const N: usize> Model for Saved<N> {
    const SCHEMA: &'static ModelSchema = &ModelSchema::new("Saved", "saved");
}

const ASYNC: usize = 1_000;
const CONNECT: usize = 1_001;
const SHARED: usize = 1_002;

pub(super) const ROWS: &[Row] = &[
    Row::Send(
        "rustango 0.62.0 send_post_save (async, ready)",
        |n| match n {
            0 => send::<0>(0),
            1 => send::<1>(1),
            10 => send::<10>(10),
            _ => send::<100>(100),
        },
    ),
    Row::User(
        "rustango 0.62.0 send_user_logged_in (cloned for each)",
        || {
            listen_to_logins();
            let user = User::ada();
            work!(_value => now(send_user_logged_in(context(&user))))
        },
    ),
    Row::Connect("rustango 0.62.0 post_save", || {
        connect::<CONNECT>(10);
        work!(_value => {
            let receive = |saved: Arc<Saved<CONNECT>>, _| async move { listen(saved.value) };
            let id = connect_post_save(receive);
            assert!(disconnect_post_save::<Saved<CONNECT>>(id));
        })
    }),
    Row::Async("rustango 0.62.0 send_post_save", || send::<ASYNC>(10)),
    Row::Shared("rustango 0.62.0 send_post_save", || {
        connect::<SHARED>(10);
        shared_work!(value => {
            now(send_post_save(&Saved::<SHARED> { value }, PostSaveContext { created: true }));
        })
    }),
];

fn connect<const N: usize>(n: usize) {
    for _ in 0..n {
        connect_post_save(|saved: Arc<Saved<N>>, _| async move { listen(saved.value) });
    }
}

fn send<const N: usize>(n: usize) -> Work {
    connect::<N>(n);
    work!(value => {
        now(send_post_save(&Saved::<N> { value }, PostSaveContext { created: true }));
    })
}

fn listen_to_logins() {
    for _ in 0..10 {
        connect_user_logged_in(|context| async move {
            listen(context.user_id.unsigned_abs());
        });
    }
}

fn context(user: &User) -> UserLoggedInContext {
    let request = AuthRequestMeta::default();
    UserLoggedInContext::new(
        "bench",
        user.id.cast_signed(),
        user.name.clone(),
        false,
        request,
    )
}
