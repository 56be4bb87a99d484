//! 2 mistakes. A callback of a transaction that returns something.

use signals_core::transaction;

fn main() {
    transaction::on_commit(|| 5).unwrap();
    transaction::on_rollback(|| Err::<u32, String>("no".into()));
    transaction::on_commit(|| Err::<(), String>("no".into())).unwrap();
}
