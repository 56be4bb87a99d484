//! Asking a connection of any type whether it is one of ours.
//!
//! SeaORM's hooks are generic over the connection, which is neither `'static` nor usable as
//! `dyn Any`. But every connection, and every wrapper around one, answers `get_database_backend`, at
//! once and on this thread. Ours also leave word here of who they are, when somebody has asked.

use std::cell::RefCell;

use sea_orm::ConnectionTrait;

use crate::handle::Handle;

enum Word {
    NobodyAsks,
    Asked,
    Answered(Handle),
}

thread_local! {
    static WORD: RefCell<Word> = const { RefCell::new(Word::NobodyAsks) };
}

/// The handle of a connection that is ours, or that asks one of ours.
pub(crate) fn handle_of<C: ConnectionTrait>(connection: &C) -> Option<Handle> {
    WORD.set(Word::Asked);
    connection.get_database_backend();
    match WORD.replace(Word::NobodyAsks) {
        Word::Answered(handle) => Some(handle),
        Word::NobodyAsks | Word::Asked => None,
    }
}

/// Says who it is, if that is asked.
pub(crate) fn answer(handle: &Handle) {
    WORD.with_borrow_mut(|word| {
        if matches!(word, Word::Asked) {
            *word = Word::Answered(handle.clone());
        }
    });
}
