//! A cache of rows that their signals clear, for each database by itself: OR21.

use std::cell::RefCell;
use std::collections::BTreeMap;

use signals_builtin::models::{Delete, ModelExt, Write, pre_delete, pre_save};
use signals_core::{Model, receiver};

use crate::support::NoRow;

#[derive(Clone, Debug, PartialEq, Model)]
struct Site {
    id: i64,
    domain: &'static str,
}

/// Rows by the alias of their database and their key.
type Sites = RefCell<BTreeMap<(String, i64), Site>>;

// Each test has a thread of its own.
thread_local! {
    static STORED: Sites = const { RefCell::new(BTreeMap::new()) };
    static CACHE: Sites = const { RefCell::new(BTreeMap::new()) };
}

fn forget(site: &Site, using: &str) {
    CACHE.with_borrow_mut(|cache| cache.remove(&(using.to_owned(), site.id)));
}

#[receiver(pre_save, sender = Site)]
fn will_be_another(instance: &mut Site, using: &str) {
    forget(instance, using);
}

#[receiver(pre_delete, sender = Site)]
fn will_be_gone(instance: &Site, using: &str) {
    forget(instance, using);
}

/// The domain of the one site, from the cache if it is there.
fn domain(using: &str) -> Option<&'static str> {
    let key = (using.to_owned(), 1);
    let cached = CACHE.with_borrow(|cache| cache.get(&key).cloned());
    let site = cached.or_else(|| {
        let stored = STORED.with_borrow(|stored| stored.get(&key).cloned())?;
        CACHE.with_borrow_mut(|cache| cache.insert(key, stored.clone()));
        Some(stored)
    });
    site.map(|site| site.domain)
}

/// Behind everybody's back.
fn store(using: &str, domain: &'static str) -> Site {
    let site = Site { id: 1, domain };
    STORED.with_borrow_mut(|stored| stored.insert((using.to_owned(), 1), site.clone()));
    site
}

#[test]
fn or21_a_save_clears_the_cache_of_its_database() {
    for using in ["default", "other"] {
        store(using, "old.example");
        assert_eq!(domain(using), Some("old.example"));
        store(using, "unseen.example");
    }
    let site = Site {
        id: 1,
        domain: "new.example",
    };
    site.save(Write::update().using("other"), |site| {
        Ok::<_, NoRow>(store("other", site.domain))
    })
    .unwrap();
    assert_eq!(domain("other"), Some("new.example"));
    assert_eq!(domain("default"), Some("old.example"), "still cached");
}

#[test]
fn or21_a_deletion_clears_it_too() {
    let site = store("default", "old.example");
    assert_eq!(domain("default"), Some("old.example"));
    site.delete(Delete::new(), |_| {
        STORED.with_borrow_mut(BTreeMap::clear);
        Ok::<_, NoRow>(())
    })
    .unwrap();
    assert_eq!(domain("default"), None);
}
