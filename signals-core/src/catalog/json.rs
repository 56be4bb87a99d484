//! The catalogue as JSON.

use std::fmt::Write;

use super::{Catalog, CatalogCrate, CatalogReceiver, CatalogSignal, Idle, IdleReceiver};
use crate::receiver::ReceiverInfo;
use crate::signal::ArgInfo;

impl Catalog {
    /// The catalogue as JSON: one object, with keys in the order given here.
    ///
    /// | key | value |
    /// |---|---|
    /// | `format` | 1; a higher number once a key changes its meaning or goes away. New keys may come without |
    /// | `signals` | array of *signals*, by name |
    /// | `crates` | array of *crates*, by name |
    ///
    /// | key of a *signal* | value |
    /// |---|---|
    /// | `name` | string: the stable name |
    /// | `path` | string: where it is declared, `shop::orders::order_paid` |
    /// | `version` | number: the version of the payload |
    /// | `crate` | string |
    /// | `doc` | string: the doc comment, lines separated by `\n` |
    /// | `args` | array of objects with the strings `name` and `type`, as declared, `sender` included |
    /// | `answer` | string: the type of an answer; `null` if receivers answer nothing |
    /// | `file`, `line` | string and number: where it is declared |
    /// | `receivers` | array of *receivers*, in the order in which they run |
    /// | `idle` | array of *receivers* that are registered and not called, with one more key, `cause`: `"duplicate"`, `"disconnected"` or `"owner gone"` |
    ///
    /// | key of a *receiver* | value |
    /// |---|---|
    /// | `key` | string: `dispatch_uid`, or else `path` |
    /// | `dispatch_uid` | string or `null` |
    /// | `path` | string: the function's path; for a connection, the name of the handler's type |
    /// | `crate` | string; `null` for a connection whose handler's type does not say |
    /// | `senders` | array of strings: the labels that are listened to; empty for every sender |
    /// | `when` | boolean: whether there is a condition; `null` for `idle` ones |
    /// | `priority` | number |
    /// | `before`, `after` | arrays of strings, as written |
    /// | `guarantee` | string: `inline`, `before_commit`, `on_commit` or `on_rollback` |
    /// | `async` | boolean |
    /// | `origin` | string: `linked`, or `connected` for a run-time connection |
    /// | `states` | array of strings: the types taken as `#[state]` |
    /// | `file`, `line` | string and number: the attribute, or the call of `connect` |
    ///
    /// | key of a *crate* | value |
    /// |---|---|
    /// | `name` | string: as its own code calls it |
    /// | `signals`, `receivers`, `senders` | numbers: how many it has |
    /// | `installed` | boolean: whether `installed_apps!` names it |
    ///
    /// ```
    /// use signals_core::signal;
    ///
    /// signal! {
    ///     #[signal(name = "shop.order_paid")]
    ///     pub order_paid(total: u64);
    /// }
    ///
    /// let json = signals_core::catalog().to_json();
    /// assert!(json.contains(r#""name": "shop.order_paid""#));
    /// ```
    pub fn to_json(&self) -> String {
        let mut json = Json::default();
        json.object(|json| {
            json.key("format").number(1);
            json.key("signals").array(self.signals(), signal);
            json.key("crates").array(self.crates(), krate);
        });
        json.out.push('\n');
        json.out
    }
}

fn signal(json: &mut Json, signal: &CatalogSignal) {
    json.object(|json| {
        json.key("name").string(signal.name());
        json.key("path").string(signal.path());
        json.key("version").number(signal.version());
        json.key("crate").string(signal.crate_name());
        json.key("doc").string(signal.doc());
        json.key("args").array(signal.args(), arg);
        json.key("answer").optional(signal.answer());
        json.key("file").string(signal.file());
        json.key("line").number(signal.line());
        json.key("receivers").array(signal.receivers(), receiver);
        json.key("idle").array(signal.idle(), idle);
    });
}

fn arg(json: &mut Json, arg: &ArgInfo) {
    json.object(|json| {
        json.key("name").string(arg.name);
        json.key("type").string(arg.ty);
    });
}

fn receiver(json: &mut Json, receiver: &CatalogReceiver) {
    let has_condition = Some(receiver.has_condition());
    json.object(|json| info(json, receiver, receiver.senders(), has_condition));
}

fn idle(json: &mut Json, receiver: &IdleReceiver) {
    json.object(|json| {
        info(json, receiver, receiver.senders(), None);
        json.key("cause").string(match receiver.cause() {
            Idle::Duplicate { .. } => "duplicate",
            Idle::Disconnected => "disconnected",
            Idle::OwnerGone => "owner gone",
        });
    });
}

fn info(json: &mut Json, receiver: &ReceiverInfo, senders: &[String], when: Option<bool>) {
    let string = |json: &mut Json, text: &&str| json.string(text);
    json.key("key").string(&receiver.key());
    json.key("dispatch_uid").optional(receiver.dispatch_uid());
    json.key("path").string(&receiver.path());
    json.key("crate").optional(receiver.crate_name());
    json.key("senders")
        .array(senders, |json, label| json.string(label));
    json.key("when").raw(match when {
        Some(true) => "true",
        Some(false) => "false",
        None => "null",
    });
    json.key("priority").number(receiver.priority());
    json.key("before").array(receiver.before(), string);
    json.key("after").array(receiver.after(), string);
    json.key("guarantee").string(receiver.guarantee().as_str());
    json.key("async").boolean(receiver.is_async());
    let is_connection = receiver.is_connection();
    let origin = if is_connection { "connected" } else { "linked" };
    json.key("origin").string(origin);
    json.key("states").array(&receiver.states(), string);
    json.key("file").string(receiver.file());
    json.key("line").number(receiver.line());
}

fn krate(json: &mut Json, krate: &CatalogCrate) {
    json.object(|json| {
        json.key("name").string(krate.name);
        json.key("signals").number(krate.signals);
        json.key("receivers").number(krate.receivers);
        json.key("senders").number(krate.senders);
        json.key("installed").boolean(krate.is_installed);
    });
}

/// JSON in the making, two spaces for each level.
#[derive(Default)]
struct Json {
    out: String,
    depth: usize,
    /// Whether the object or array that is open has nothing in it yet.
    is_empty: bool,
}

impl Json {
    fn object(&mut self, content: impl FnOnce(&mut Self)) {
        self.nested(['{', '}'], content);
    }

    fn array<T>(&mut self, values: &[T], each: impl Fn(&mut Self, &T)) {
        self.nested(['[', ']'], |json| {
            for value in values {
                json.next();
                each(json, value);
            }
        });
    }

    fn nested(&mut self, [open, close]: [char; 2], content: impl FnOnce(&mut Self)) {
        self.out.push(open);
        self.depth += 1;
        self.is_empty = true;
        content(self);
        self.depth -= 1;
        if !self.is_empty {
            self.line();
        }
        self.is_empty = false;
        self.out.push(close);
    }

    /// To the next value of the object or array.
    fn next(&mut self) {
        if !self.is_empty {
            self.out.push(',');
        }
        self.is_empty = false;
        self.line();
    }

    fn line(&mut self) {
        self.out.push('\n');
        let indent = 2 * self.depth;
        self.out.extend(std::iter::repeat_n(' ', indent));
    }

    /// The key of the value that comes next.
    fn key(&mut self, key: &str) -> &mut Self {
        self.next();
        self.string(key);
        self.out.push_str(": ");
        self
    }

    fn raw(&mut self, value: &str) {
        self.out.push_str(value);
    }

    fn number(&mut self, number: impl std::fmt::Display) {
        // Writing to a string does not fail.
        let _ = write!(self.out, "{number}");
    }

    fn boolean(&mut self, value: bool) {
        self.raw(if value { "true" } else { "false" });
    }

    fn optional(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.string(text),
            None => self.raw("null"),
        }
    }

    fn string(&mut self, text: &str) {
        self.out.push('"');
        for letter in text.chars() {
            match letter {
                '"' => self.raw("\\\""),
                '\\' => self.raw("\\\\"),
                '\n' => self.raw("\\n"),
                '\r' => self.raw("\\r"),
                '\t' => self.raw("\\t"),
                // Control characters of both kinds, and what ends a line in JavaScript.
                '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{2028}' | '\u{2029}' => {
                    let _ = write!(self.out, "\\u{:04x}", u32::from(letter));
                }
                letter => self.out.push(letter),
            }
        }
        self.out.push('"');
    }
}
