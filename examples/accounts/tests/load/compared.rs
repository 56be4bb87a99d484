//! What the clients were told, the signals, and the rows: all of one mind.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::RangeInclusive;

use accounts::events::{self, Event};
use accounts_models::{
    Article, ArticleTag, EmailAddress, Tag, User, search_entry, statistic, user,
};
use sea_orm::{DbErr, EntityTrait};
use signals_sea_orm::Db;

use crate::clients::Said;
use crate::service::Stopped;
use crate::tally::Tally;

/// The event log's actions.
const ACTIONS: [&str; 9] = [
    "USER_SIGNED_UP",
    "USER_LOGGED_IN",
    "PASSWORD_CHANGED",
    "LOGIN_ATTEMPTED",
    "SIGNUP_ATTEMPTED",
    "ARTICLE_SAVED",
    "ARTICLE_TAGGED",
    "ARTICLE_DELETED",
    "EMAIL_CONFIRMATION_SENT",
];

pub(crate) fn all(said: &Said, stopped: &Stopped) {
    let Stopped {
        runtime,
        db,
        mails,
        heard,
    } = stopped;
    let users = runtime.block_on(User::find().all(db)).unwrap();
    let addresses = runtime.block_on(EmailAddress::find().all(db)).unwrap();
    let events = runtime.block_on(events::after(db, 0, i64::MAX as u64));
    let logged = tally(&events.unwrap());
    let mut with_address = Tally::default();
    for address in addresses {
        with_address.note("address", &address.user_id);
        let sent = heard.of("email_confirmation_sent", &address.id);
        assert_eq!(sent, 1, "{address:?}");
    }
    let mails = fs::read_dir(mails.path()).unwrap().count() as u64;
    let mailed = heard.total("email_confirmation_sent") + heard.total("password_changed");
    assert_eq!(mails, mailed);

    requests(said, heard);
    for user in &users {
        assert_eq!(with_address.of("address", &user.id), 1, "{user:?}");
        told_of(user, heard, &logged);
        known_to(user, said, heard);
    }
    nobody_else(&users, said, heard);
    refused(said, heard, &logged);
    let articles = runtime.block_on(Articles::of(db)).unwrap();
    articles.compare(said, heard, &logged);
    runtime.block_on(counted(db, heard)).unwrap();
}

/// The event log, by the names of users and the titles of articles.
fn tally(events: &[Event]) -> Tally {
    let mut logged = Tally::default();
    for event in events {
        let action = ACTIONS.into_iter().find(|action| *action == event.action);
        let action = action.unwrap_or_else(|| panic!("nobody does that: {event:?}"));
        let named = |name| event.extra[name].as_str();
        let whom = named("title")
            .or(named("username"))
            .or(event.user.as_deref());
        logged.note(action, whom.unwrap());
    }
    logged
}

/// Each request that began was finished once, and those that were answered with that answer.
fn requests(said: &Said, heard: &Tally) {
    for number in heard.whom("request_started") {
        assert_eq!(heard.of("request_started", number), 1, "{number}");
        assert_eq!(heard.of("request_finished", number), 1, "{number}");
    }
    let started = heard.total("request_started");
    assert_eq!(started, heard.total("request_finished"));
    for (number, status) in &said.statuses {
        let as_answered = heard.of("finished with", &format!("{number} {status}"));
        assert_eq!(as_answered, 1, "{number} was answered with {status}");
    }
    assert_eq!(heard.total("got_request_exception"), 0);
    assert!(heard.total("cancelled") > 0, "nobody hung up in the middle");
}

/// The row of a user was told of, as often as it was written, and the event log has it.
fn told_of(user: &user::Model, heard: &Tally, logged: &Tally) {
    let heard = |what| heard.of(what, &user.id);
    let logged = |action| logged.of(action, &user.username);

    assert_eq!(heard("user created"), 1, "{user:?}");
    assert_eq!(heard("user committed"), 1, "{user:?}");
    assert_eq!(heard("address created"), 1, "{user:?}");
    assert_eq!(heard("user_signed_up"), 1, "{user:?}");
    assert_eq!(heard("user_registered"), 1, "{user:?}");
    assert_eq!(logged("USER_SIGNED_UP"), 1, "{user:?}");
    assert_eq!(logged("EMAIL_CONFIRMATION_SENT"), 1, "{user:?}");

    let log_ins = heard("account user_logged_in");
    assert_eq!(logged("USER_LOGGED_IN"), log_ins, "{user:?}");
    // Signing up logs in as well.
    assert_eq!(heard("auth user_logged_in"), log_ins + 1, "{user:?}");
    assert!(user.last_login.is_some(), "{user:?}");

    let changes = heard("password_changed");
    assert_eq!(logged("PASSWORD_CHANGED"), changes, "{user:?}");
    // Each log-in writes `last_login`.
    assert_eq!(heard("user changed"), log_ins + 1 + changes, "{user:?}");
}

/// What a user did is what the clients know of.
fn known_to(user: &user::Model, said: &Said, heard: &Tally) {
    for (what, count) in [
        ("sign up", heard.of("user_signed_up", &user.id)),
        ("log in", heard.of("account user_logged_in", &user.id)),
        ("change of password", heard.of("password_changed", &user.id)),
    ] {
        let known = said.may(what, &user.username);
        assert!(known.contains(&count), "{count} {what}: {user:?}");
    }
}

/// Nobody was told to be signed up whose row is not there, and no signal is of somebody else.
fn nobody_else(users: &[user::Model], said: &Said, heard: &Tally) {
    let names: BTreeSet<&str> = users.iter().map(|user| &*user.username).collect();
    for name in said.done.whom("sign up") {
        assert!(names.contains(name), "{name} is not there");
        assert_eq!(
            said.done.of("sign up", name),
            1,
            "{name} is the name of two"
        );
    }
    let ids: BTreeMap<String, &user::Model> = users
        .iter()
        .map(|user| (user.id.to_string(), user))
        .collect();
    for what in [
        "user created",
        "user changed",
        "user committed",
        "address created",
        "user_signed_up",
        "user_registered",
        "auth user_logged_in",
        "account user_logged_in",
        "password_changed",
    ] {
        for id in heard.whom(what) {
            assert!(ids.contains_key(id), "{what} of {id}, who is not there");
        }
    }
}

/// Each attempt that was refused was told of and logged.
fn refused(said: &Said, heard: &Tally, logged: &Tally) {
    for (what, signal, action) in [
        ("refused log in", "user_login_attempt", "LOGIN_ATTEMPTED"),
        (
            "refused sign up",
            "user_sign_up_attempt",
            "SIGNUP_ATTEMPTED",
        ),
    ] {
        let clients = said.done.whom(what).chain(said.tried.whom(what));
        let receivers = heard.whom(signal).chain(logged.whom(action));
        for name in clients.chain(receivers) {
            let count = heard.of(signal, name);
            assert_eq!(logged.of(action, name), count, "{action} of {name}");
            let known = said.may(what, name);
            assert!(known.contains(&count), "{count} {what} of {name}");
        }
    }
    let failed = heard.whom("user_login_failed");
    for name in failed.chain(heard.whom("user_login_attempt")) {
        let count = heard.of("user_login_failed", name);
        assert_eq!(count, heard.of("user_login_attempt", name), "{name}");
    }
}

/// The articles that are there, by their titles, and what they are found by.
struct Articles {
    titles: BTreeSet<String>,
    tags: BTreeMap<i64, BTreeSet<String>>,
    entries: BTreeMap<i64, BTreeSet<String>>,
}

impl Articles {
    async fn of(db: &Db) -> Result<Self, DbErr> {
        let articles = Article::find().all(db).await?;
        let mut tags: BTreeMap<_, BTreeSet<String>> = articles
            .iter()
            .map(|article| (article.id, BTreeSet::new()))
            .collect();
        let links = ArticleTag::find().find_also_related(Tag).all(db).await?;
        for (link, tag) in links {
            let of_article = tags.entry(link.article_id).or_default();
            of_article.extend(tag.map(|tag| tag.name));
        }
        let entries = search_entry::Entity::find().all(db).await?;
        Ok(Self {
            titles: articles.into_iter().map(|article| article.title).collect(),
            tags,
            entries: entries
                .into_iter()
                .map(|entry| (entry.article_id, names(&entry.tags)))
                .collect(),
        })
    }

    fn compare(&self, said: &Said, heard: &Tally, logged: &Tally) {
        assert_eq!(self.entries, self.tags, "the index and the tags");
        for title in &self.titles {
            assert_eq!(heard.of("article created", title), 1, "{title}");
            assert_eq!(heard.of("article deleted", title), 0, "{title}");
            assert_eq!(said.done.of("delete", title), 0, "{title}");
        }
        let written = said.done.whom("write").chain(heard.whom("article created"));
        for title in written.chain(logged.whom("ARTICLE_SAVED")) {
            let heard = |what| heard.of(what, title);
            let logged = |action| logged.of(action, title);
            let (created, changed) = (heard("article created"), heard("article changed"));
            assert_eq!(heard("article committed"), created, "{title}");
            assert_eq!(logged("ARTICLE_SAVED"), created + changed, "{title}");
            assert_eq!(
                logged("ARTICLE_DELETED"),
                heard("article deleted"),
                "{title}"
            );
            for (what, count) in [
                ("write", created),
                ("edit", changed),
                ("delete", heard("article deleted")),
            ] {
                let known = said.may(what, title);
                assert!(known.contains(&count), "{count} {what} of {title}");
            }
            let is_there = self.titles.contains(title);
            assert_eq!(is_there, created > heard("article deleted"), "{title}");
        }
        let tagged = heard.total("article tagged");
        assert_eq!(logged.total("ARTICLE_TAGGED"), tagged);
        assert!(tagged >= heard.total("article created"));
    }
}

/// As they are stored. None here has a blank in it.
fn names(tags: &str) -> BTreeSet<String> {
    tags.split_whitespace().map(ToOwned::to_owned).collect()
}

/// The statistics have what was heard.
async fn counted(db: &Db, heard: &Tally) -> Result<(), DbErr> {
    let mut counted = BTreeMap::<_, i64>::new();
    for row in statistic::Entity::find().all(db).await? {
        *counted.entry(row.name).or_default() += row.count;
    }
    for (name, signal) in [
        ("Sign-ups", "user_signed_up"),
        ("Log-ins", "account user_logged_in"),
        ("Failed log-ins", "user_login_failed"),
        ("Articles", "article committed"),
    ] {
        let count = counted.get(name).copied().unwrap_or_default();
        assert_eq!(count.unsigned_abs(), heard.total(signal), "{name}");
    }
    Ok(())
}

impl Said {
    /// How often it may have happened.
    fn may(&self, what: &'static str, whom: &str) -> RangeInclusive<u64> {
        let done = self.done.of(what, whom);
        done..=done + self.tried.of(what, whom)
    }
}
