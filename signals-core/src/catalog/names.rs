//! Names as somebody types them.

use std::cmp::Reverse;

use strsim::levenshtein;

/// Whether `name` is the whole path, or its end: `order_paid` and `orders::order_paid` are
/// `shop::orders::order_paid`, and the parts of a stable name are separated by dots.
pub(crate) fn is_end_of(name: &str, path: &str) -> bool {
    !name.is_empty()
        && path
            .strip_suffix(name)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with("::") || rest.ends_with('.'))
}

/// The known names that `name` may have been meant to be, the closest first.
pub(crate) fn closest<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> Vec<&'k str> {
    let wanted = name.to_lowercase();
    let mut close: Vec<_> = known
        .filter_map(|known| rate(&wanted, known).map(|rate| (rate, known)))
        .collect();
    close.sort();
    close.dedup();
    let best = close.into_iter().take(3);
    best.map(|(_, known)| known).collect()
}

/// Whether `name` is spelt so much like another one that it is surely meant to be it: but for case, or
/// for a letter or two of a long word. Names that only count, such as `till1` and `till2`, are two.
pub(crate) fn is_slip_of(name: &str, other: &str) -> bool {
    let (name, other) = (name.to_lowercase(), other.to_lowercase());
    let (words, others) = (words(&name), words(&other));
    let is_slip = |(word, other): (&&str, &&str)| {
        let letters = word.chars().count().min(other.chars().count());
        let allowed = [0, 1, 2][usize::from(letters >= 5) + usize::from(letters >= 8)];
        levenshtein(word, other) <= allowed && (word == other || !differ_by_number(word, other))
    };
    words.len() == others.len() && words.iter().zip(&others).all(is_slip)
}

fn words(name: &str) -> Vec<&str> {
    let words = name.split(['.', ':']);
    words.filter(|word| !word.is_empty()).collect()
}

fn differ_by_number(left: &str, right: &str) -> bool {
    let letters = |word: &str| -> String { word.chars().filter(|it| !it.is_numeric()).collect() };
    letters(left) == letters(right)
}

/// How far a known name is from the one that is wanted, if it is near: by its whole, or by as many
/// of its last parts as the wanted one has.
fn rate(wanted: &str, known: &str) -> Option<(usize, Reverse<usize>)> {
    let known = known.to_lowercase();
    let end = last_parts(&known, words(wanted).len());
    let distance = levenshtein(wanted, &known).min(levenshtein(wanted, end));
    let letters = wanted.chars().count();
    // Names that are typed from memory lack or mix up words more often than letters.
    let is_near = distance <= 2.max(letters / 4) && distance < letters;
    let is_part = letters >= 3 && known.contains(wanted);
    (is_near || is_part).then_some((distance, Reverse(common_start(wanted, end))))
}

fn last_parts(path: &str, count: usize) -> &str {
    let starts = path.match_indices(['.', ':']).map(|(at, _)| at + 1);
    let starts = std::iter::once(0).chain(starts);
    let starts: Vec<usize> = starts.filter(|at| !path[*at..].starts_with(':')).collect();
    let first = starts.len().saturating_sub(count.max(1));
    &path[starts[first]..]
}

fn common_start(left: &str, right: &str) -> usize {
    let pairs = left.chars().zip(right.chars());
    pairs.take_while(|(l, r)| l == r).count()
}

#[cfg(test)]
mod tests {
    use super::{closest, is_end_of, is_slip_of};

    #[test]
    fn a_name_is_the_end_of_a_path() {
        for name in [
            "order_paid",
            "orders::order_paid",
            "shop::orders::order_paid",
        ] {
            assert!(is_end_of(name, "shop::orders::order_paid"), "{name}");
        }
        assert!(is_end_of("till_opened", "shop.till_opened"));
        for name in ["", "paid", "Order_Paid", "rs::order_paid", "::order_paid"] {
            assert!(!is_end_of(name, "shop::orders::order_paid"), "{name}");
        }
    }

    #[test]
    fn a_misspelt_name_is_known_again() {
        let known = ["shop::orders::order_paid", "shop::till_opened", "post_save"];
        let closest = |name| closest(name, known.into_iter());
        assert_eq!(closest("order_payed"), ["shop::orders::order_paid"]);
        assert_eq!(closest("Order_Paid"), ["shop::orders::order_paid"]);
        assert_eq!(closest("orders::order_pad"), ["shop::orders::order_paid"]);
        assert_eq!(closest("paid"), ["shop::orders::order_paid"]);
        assert_eq!(closest("postsave"), ["post_save"]);
        assert!(closest("quote").is_empty());
        assert!(closest("").is_empty());
        assert!(closest("x").is_empty());
    }

    #[test]
    fn a_slip_is_told_from_another_name() {
        for slip in [
            "shop.WebShp",
            "shop.webshop",
            "shop::WebShop",
            "shop.WebShopp",
        ] {
            assert!(is_slip_of(slip, "shop.WebShop"), "{slip}");
        }
        for (name, other) in [("till1", "till2"), ("shop.Tea", "shop.Tee"), ("eu", "us")] {
            assert!(!is_slip_of(name, other), "{name}");
        }
        assert!(!is_slip_of("shop.Web", "shop.WebShop"));
        assert!(!is_slip_of("WebShop", "shop.WebShop"));
    }
}
