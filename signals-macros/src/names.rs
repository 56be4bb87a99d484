//! Names: those that mean something of their own, and how one makes another.

use proc_macro2::Ident;
use strsim::levenshtein;

/// What a receiver's parameter can be called without being an argument of the signal.
pub(crate) const RESERVED: [&str; 3] = ["sender", "signal", "event"];

/// The name without `r#`.
pub(crate) fn plain(name: &Ident) -> String {
    let name = name.to_string();
    name.trim_start_matches("r#").to_owned()
}

/// `order_paid` as `OrderPaid`.
pub(crate) fn camel_case(name: &str) -> String {
    name.split('_').flat_map(capitalized).collect()
}

fn capitalized(word: &str) -> impl Iterator<Item = char> {
    let mut letters = word.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters)
}

/// `OrderPaid`, `orderPaid` and `ORDER_PAID` as `order_paid`.
pub(crate) fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    let mut after_small = false;
    for letter in name.chars() {
        if letter.is_uppercase() && after_small {
            snake.push('_');
        }
        after_small = letter.is_lowercase() || letter.is_numeric();
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// The known word that `word` was meant to be: two mistyped letters away at most.
pub(crate) fn closest<'w>(word: &str, known: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    known
        .map(|known| (levenshtein(word, known), known))
        .filter(|(distance, known)| *distance <= 2 && *distance < known.len() / 2)
        .min()
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::{camel_case, closest, snake_case};

    #[test]
    fn a_signal_names_its_payload() {
        assert_eq!(camel_case("order_paid"), "OrderPaid");
        assert_eq!(camel_case("_tick_2"), "Tick2");
        assert_eq!(camel_case("übergabe"), "Übergabe");
        for name in ["OrderPaid", "orderPaid", "ORDER_PAID", "Order_Paid"] {
            assert_eq!(snake_case(name), "order_paid");
        }
    }

    #[test]
    fn a_mistyped_word_is_known_again() {
        let known = ["sender", "priority", "pk", "when"];
        let closest = |word| closest(word, known.into_iter());
        assert_eq!(closest("piority"), Some("priority"));
        assert_eq!(closest("senderr"), Some("sender"));
        assert_eq!(closest("wen"), Some("when"));
        assert_eq!(closest("queue"), None);
        assert_eq!(closest("p"), None);
    }
}
