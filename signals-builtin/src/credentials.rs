//! What somebody tried to log in with, without what must not be known.
//!
//! # What are credentials?
//!
//! Names and values, as a log-in form sends them: `username`, `password`, perhaps a `token`. They
//! travel in [`user_login_failed`](crate::auth::user_login_failed), to receivers that write logs,
//! and so the secrets among them are replaced before anybody can see them. There is no way to make
//! [`Credentials`] that still hold a secret: the value of a sensitive name is not even read.
//!
//! Which names are sensitive is Django's rule unless a [`Cleanser`] says otherwise.

use std::borrow::Cow;
use std::fmt;

use serde_json::Value;

/// Credentials whose secrets were replaced when they were put in.
///
/// ```
/// use signals_builtin::auth::Credentials;
///
/// let credentials = Credentials::new([("username", "ada"), ("password", "correct horse")]);
///
/// assert_eq!(credentials.get("username"), Some("ada"));
/// assert_eq!(credentials.get("password"), Some("********************"));
/// ```
///
/// Values of several types go in one by one:
///
/// ```
/// use signals_builtin::auth::Credentials;
///
/// let credentials = Credentials::default()
///     .with("username", "ada")
///     .with("attempt", 3)
///     .with("API_KEY", 0x5eed_u64);
///
/// assert_eq!(credentials.get("attempt"), Some("3"));
/// assert_eq!(credentials.get("API_KEY"), Some("********************"));
/// ```
///
/// The same as Django does, in its order and with every key kept:
/// [`user_login_failed`](https://docs.djangoproject.com/en/stable/ref/contrib/auth/#django.contrib.auth.signals.user_login_failed).
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    cleanser: Cleanser,
    entries: Vec<(String, String)>,
}

impl Credentials {
    /// The credentials, cleansed by Django's rule.
    pub fn new<K, V>(credentials: impl IntoIterator<Item = (K, V)>) -> Self
    where
        K: Into<String>,
        V: fmt::Display,
    {
        Cleanser::default().cleanse(credentials)
    }

    /// Adds one, or replaces the one of that name.
    #[must_use]
    pub fn with(mut self, key: impl Into<String>, value: impl fmt::Display) -> Self {
        self.insert(key.into(), value);
        self
    }

    /// The value of that name, cleansed.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.iter().find_map(|(k, v)| (k == key).then_some(v))
    }

    /// Names and cleansed values, in the order in which they were given.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().map(|(k, v)| (k.as_str(), v.as_str()))
    }

    fn insert(&mut self, key: String, value: impl fmt::Display) {
        let value = if self.cleanser.is_sensitive(&key) {
            self.cleanser.substitute.clone().into_owned()
        } else {
            value.to_string()
        };
        match self.entries.iter_mut().find(|(k, _)| *k == key) {
            Some(entry) => entry.1 = value,
            None => self.entries.push((key, value)),
        }
    }
}

/// No credentials yet, and Django's rule for those to come.
impl Default for Credentials {
    fn default() -> Self {
        Cleanser::default().credentials()
    }
}

/// Names and cleansed values.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// The rule by which credentials are cleansed: which names are sensitive, and what is put in place
/// of their values.
///
/// The default is Django's: a name that has `api`, `token`, `key`, `secret`, `password` or
/// `signature` anywhere in it, in capitals or not, is sensitive. That is a coarse rule. It hides the
/// value of `keyboard` and shows those of `passphrase` and `otp`; an application that takes such
/// credentials adds their names:
///
/// ```
/// use signals_builtin::auth::Cleanser;
///
/// let cleanser = Cleanser::default().also(["passphrase", "otp"]).substitute("[hidden]");
/// let credentials = cleanser.cleanse([("username", "ada"), ("otp", "123456")]);
///
/// assert_eq!(credentials.get("otp"), Some("[hidden]"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cleanser {
    words: Cow<'static, [Cow<'static, str>]>,
    substitute: Cow<'static, str>,
}

impl Cleanser {
    /// What a secret is replaced with unless [`substitute`](Self::substitute) says otherwise.
    pub const SUBSTITUTE: &'static str = "********************";

    const DJANGO: &'static [Cow<'static, str>] = &[
        Cow::Borrowed("api"),
        Cow::Borrowed("token"),
        Cow::Borrowed("key"),
        Cow::Borrowed("secret"),
        Cow::Borrowed("password"),
        Cow::Borrowed("signature"),
    ];

    /// A rule of one's own, without Django's words: names that have one of `words` in them are
    /// sensitive.
    pub fn new<W: Into<Cow<'static, str>>>(words: impl IntoIterator<Item = W>) -> Self {
        let none: &'static [Cow<'static, str>] = &[];
        Self {
            words: none.into(),
            ..Self::default()
        }
        .also(words)
    }

    /// More words that make a name sensitive.
    #[must_use]
    pub fn also<W: Into<Cow<'static, str>>>(mut self, words: impl IntoIterator<Item = W>) -> Self {
        let words = words.into_iter().map(|word| match word.into() {
            Cow::Borrowed(word) if fold(word) == word => Cow::Borrowed(word),
            word => Cow::Owned(fold(&word)),
        });
        self.words.to_mut().extend(words);
        self
    }

    /// What is put in place of a secret.
    #[must_use]
    pub fn substitute(mut self, substitute: impl Into<Cow<'static, str>>) -> Self {
        self.substitute = substitute.into();
        self
    }

    /// Whether the value of this name is a secret.
    pub fn is_sensitive(&self, key: &str) -> bool {
        let key = fold(key);
        self.words.iter().any(|word| key.contains(&**word))
    }

    /// The credentials, cleansed by this rule.
    pub fn cleanse<K, V>(&self, credentials: impl IntoIterator<Item = (K, V)>) -> Credentials
    where
        K: Into<String>,
        V: fmt::Display,
    {
        let mut cleansed = self.credentials();
        for (key, value) in credentials {
            cleansed.insert(key.into(), value);
        }
        cleansed
    }

    /// The value, without what has a sensitive name in it, however deep. Lists are looked through as
    /// well; what a sensitive name has is replaced as a whole.
    ///
    /// For reports of what is known of a failure. [`Credentials`] are one name and one value each,
    /// and never hold a secret in the first place.
    ///
    /// ```
    /// use serde_json::json;
    /// use signals_builtin::auth::Cleanser;
    ///
    /// let shown = Cleanser::default().cleanse_json(&json!({
    ///     "host": "db.example.org",
    ///     "logins": [{ "user": "ada", "Password": "correct horse" }],
    ///     "api_keys": ["0x5eed"],
    /// }));
    ///
    /// let stars = Cleanser::SUBSTITUTE;
    /// assert_eq!(shown, json!({
    ///     "host": "db.example.org",
    ///     "logins": [{ "user": "ada", "Password": stars }],
    ///     "api_keys": stars,
    /// }));
    /// ```
    pub fn cleanse_json(&self, value: &Value) -> Value {
        match value {
            Value::Object(entries) => entries
                .iter()
                .map(|(name, value)| {
                    let value = if self.is_sensitive(name) {
                        Value::String(self.substitute.clone().into_owned())
                    } else {
                        self.cleanse_json(value)
                    };
                    (name.clone(), value)
                })
                .collect(),
            Value::Array(values) => values
                .iter()
                .map(|value| self.cleanse_json(value))
                .collect(),
            value => value.clone(),
        }
    }

    /// No credentials yet, and this rule for those to come.
    pub fn credentials(&self) -> Credentials {
        Credentials {
            cleanser: self.clone(),
            entries: Vec::new(),
        }
    }
}

impl Default for Cleanser {
    fn default() -> Self {
        Self {
            words: Self::DJANGO.into(),
            substitute: Self::SUBSTITUTE.into(),
        }
    }
}

/// Without regard to case. Up and then down, because some letters meet only in capitals: `ſ` is an
/// `S`, and `paſſword` is no way around the rule.
fn fold(text: &str) -> String {
    text.to_uppercase().to_lowercase()
}
