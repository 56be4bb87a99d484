//! What it costs where nobody listens: nothing but this is in this program.

#![cfg(feature = "minijinja")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use minijinja::Environment;
use signals_builtin::testing::template_rendered;
use signals_core::testing;
use signals_templates::minijinja::Templates;

#[test]
fn where_nobody_listens_no_template_is_looked_for_a_second_time() {
    let lookups = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&lookups);
    let mut env = Environment::new();
    // What is not there is looked for each time.
    env.add_template("page.txt", "{% include 'nowhere' ignore missing %}")
        .unwrap();
    env.set_loader(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        Ok(None::<String>)
    });
    let templates = Templates::new(env);
    let lookups_of_a_rendering = || {
        let before = lookups.load(Ordering::Relaxed);
        templates.render("page.txt", ()).unwrap();
        lookups.load(Ordering::Relaxed) - before
    };

    assert_eq!(lookups_of_a_rendering(), 1);
    assert!(template_rendered.is_idle());

    let seen = testing::capture(&template_rendered);
    assert!(!template_rendered.is_idle());
    assert_eq!(lookups_of_a_rendering(), 2);
    assert_eq!(seen.count(), 1);

    drop(seen);
    assert!(template_rendered.is_idle());
    assert_eq!(lookups_of_a_rendering(), 1);
}
