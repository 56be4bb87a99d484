//! The label of an entity, from the module that it is in.

/// How long the label is.
pub const fn len(module: &str) -> usize {
    let path = module.as_bytes();
    let mut len = 0;
    let mut at = 0;
    // The crate, and a dot.
    while at < path.len() && path[at] != b':' {
        at += 1;
        len += 1;
    }
    len += 1;
    let mut at = last(path);
    while at < path.len() {
        if path[at] != b'_' {
            len += 1;
        }
        at += 1;
    }
    len
}

/// `blog::entity::blog_post` becomes `blog.BlogPost`.
pub const fn write<const LEN: usize>(module: &str) -> [u8; LEN] {
    let path = module.as_bytes();
    let mut label = [b'.'; LEN];
    let mut at = 0;
    while at < path.len() && path[at] != b':' {
        label[at] = path[at];
        at += 1;
    }
    let mut to = at + 1;
    let mut at = last(path);
    let mut starts = true;
    while at < path.len() {
        if path[at] == b'_' {
            starts = true;
        } else {
            label[to] = if starts {
                path[at].to_ascii_uppercase()
            } else {
                path[at]
            };
            starts = false;
            to += 1;
        }
        at += 1;
    }
    label
}

/// Where the last segment begins.
const fn last(path: &[u8]) -> usize {
    let mut at = path.len();
    while at > 0 && path[at - 1] != b':' {
        at -= 1;
    }
    at
}

/// The label as text.
pub const fn text(label: &[u8]) -> &str {
    match std::str::from_utf8(label) {
        Ok(label) => label,
        Err(_) => panic!("the name of a module is text"),
    }
}
