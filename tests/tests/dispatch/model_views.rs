//! Typed senders: what a receiver of one model gets, and what a receiver of every model gets.

use signals_core::{AnyModel, Model, ModelView, PrimaryKey, Sender, any_model, receiver, signal};
use signals_tests::Journal;

#[derive(Debug, Model, PartialEq)]
struct User {
    id: Option<i64>,
    name: String,
}

#[derive(Debug, Model, PartialEq)]
struct Post {
    id: u32,
}

/// An entity as an object-relational mapper has it: three types for one table.
struct Article;

#[derive(Debug)]
struct ArticleRow {
    slug: &'static str,
}

#[derive(Debug)]
struct ArticleDraft {
    slug: Option<&'static str>,
}

impl Model for Article {
    const LABEL: &'static str = "blog.Article";
    type Instance = ArticleRow;
    type Draft = ArticleDraft;
}

impl ModelView for ArticleRow {
    type Of = Article;

    fn pk(&self) -> Option<PrimaryKey> {
        Some(self.slug.into())
    }
}

impl ModelView for ArticleDraft {
    type Of = Article;

    fn pk(&self) -> Option<PrimaryKey> {
        self.slug.map(Into::into)
    }
}

signal! {
    saved<M: Model>(sender: M, instance: &M, journal: &Journal);
    saving<M: Model>(sender: M, instance: &mut M, journal: &Journal);
    seen<M: Model>(sender: M, by: Option<&M>, journal: &Journal);
    merged<M: Model>(sender: M, from: &M, into: &M, hint: Option<&M>, journal: &Journal);
}

fn user(id: i64) -> User {
    User {
        id: Some(id),
        name: "ada".into(),
    }
}

#[receiver(saved)]
fn any_saved(sender: Sender, instance: &dyn AnyModel, journal: &Journal) {
    assert_eq!(sender, instance.sender());
    let pk = instance.pk().map_or("new".into(), |pk| pk.to_string());
    journal.note(format!("{} {pk} {instance:?}", instance.label()));
    assert!(instance.is::<User>() != instance.is::<Post>() || instance.is::<ArticleRow>());
}

#[receiver(saved, sender = User)]
fn user_saved(instance: &User, journal: &Journal) {
    journal.note(&instance.name);
}

#[receiver(saved, sender = Article)]
fn article_saved(instance: &ArticleRow, journal: &Journal) {
    journal.note(instance.slug);
}

#[receiver(saved, sender = [User, Post])]
fn user_or_post(instance: &dyn AnyModel, journal: &Journal) {
    match instance.downcast_ref::<Post>() {
        Some(post) => journal.note(post.id),
        None => journal.note("no post"),
    }
}

#[test]
fn a_receiver_of_a_model_gets_its_instance_and_others_get_the_view() {
    let journal = &Journal::new();
    let instance = &user(7);
    saved.send(Saved { instance, journal }).unwrap();
    assert_eq!(
        journal.take(),
        [
            r#"dispatch.User 7 User { id: Some(7), name: "ada" }"#,
            "ada",
            "no post"
        ]
    );
    let instance = &Post { id: 3 };
    saved.send(Saved { instance, journal }).unwrap();
    assert_eq!(journal.take(), ["dispatch.Post 3 Post { id: 3 }", "3"]);

    let instance = &ArticleRow { slug: "hello" };
    saved.send(Saved { instance, journal }).unwrap();
    assert_eq!(
        journal.take(),
        [
            r#"blog.Article hello ArticleRow { slug: "hello" }"#,
            "hello"
        ]
    );
}

#[receiver(saving)]
fn any_saving(instance: &mut dyn AnyModel, journal: &Journal) {
    journal.note(instance.pk().is_some());
    if let Some(user) = instance.downcast_mut::<User>() {
        user.name.push('!');
    }
}

#[receiver(saving, sender = User)]
fn user_saving(instance: &mut User) {
    instance.id.get_or_insert(1);
}

#[receiver(saving, sender = Article)]
fn article_saving(instance: &mut ArticleDraft) {
    instance.slug.get_or_insert("untitled");
}

#[test]
fn a_draft_is_changed_through_the_view_and_by_type() {
    let journal = &Journal::new();
    let mut new = User {
        id: None,
        name: "ada".into(),
    };
    let instance = &mut new;
    saving.send(Saving { instance, journal }).unwrap();
    assert_eq!((new.id, new.name.as_str()), (Some(1), "ada!"));

    let mut draft = ArticleDraft { slug: None };
    let instance = &mut draft;
    saving.send(Saving { instance, journal }).unwrap();
    assert_eq!(draft.slug, Some("untitled"));
    assert_eq!(journal.take(), ["false", "false"]);
}

#[receiver(seen, sender = User)]
fn seen_by_user(by: Option<&User>, journal: &Journal) {
    journal.note(&by.unwrap().name);
}

#[receiver(seen)]
fn seen_by_anybody(sender: Sender, by: Option<&dyn AnyModel>, journal: &Journal) {
    journal.note(format!("{sender} {:?}", by.and_then(AnyModel::pk)));
}

#[test]
fn an_optional_instance_is_the_sender_when_it_is_there() {
    let journal = &Journal::new();
    let ada = user(7);
    let by = Some(&ada as &dyn AnyModel);
    seen.send(Seen { by, journal }).unwrap();
    assert_eq!(journal.take(), ["ada", "dispatch.User Some(Int(7))"]);
    // From a variable.
    let variable: Option<&User> = Some(&ada);
    let by = any_model(variable);
    seen.send(Seen { by, journal }).unwrap();
    assert_eq!(journal.take().len(), 2);

    seen.send(Seen { by: None, journal }).unwrap();
    assert_eq!(journal.take(), ["nobody None"]);
}

#[receiver(merged, sender = User, priority = 1)]
fn users_merged(from: &User, into: &User, hint: Option<&User>, journal: &Journal) {
    journal.note(format!("{:?} {:?} {:?}", from.id, into.id, hint.is_some()));
}

#[receiver(merged, sender = User, when = |from: &User, into: &User| from == into)]
fn same_user(journal: &Journal) {
    journal.note("the same");
}

#[receiver(merged)]
fn anything_merged(from: &dyn AnyModel, into: &dyn AnyModel, journal: &Journal) {
    journal.note(format!("{} {}", from.label(), into.label()));
}

#[test]
fn two_arguments_of_the_sender_have_its_type() {
    let (journal, ada) = (&Journal::new(), &user(7));
    let merge = |into: &User| {
        let hint = Some(ada as &dyn AnyModel);
        merged.send(Merged {
            from: ada,
            into,
            hint,
            journal,
        })
    };
    merge(&user(8)).unwrap();
    assert_eq!(
        journal.take(),
        ["Some(7) Some(8) true", "dispatch.User dispatch.User"]
    );
    merge(ada).unwrap();
    assert!(journal.take().contains(&"the same".to_owned()));
}

#[test]
fn an_argument_of_another_model_is_an_error_value_and_no_panic() {
    let (journal, from, post) = (&Journal::new(), &user(7), &Post { id: 3 });
    for (into, hint) in [
        (post as &dyn AnyModel, None),
        (from, Some(post as &dyn AnyModel)),
    ] {
        let payload = || Merged {
            from,
            into,
            hint,
            journal,
        };
        let error = merged.send(payload()).unwrap_err();
        assert!(error.receiver().unwrap().path().ends_with("users_merged"));
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert!(cause.contains("dispatch.Post"), "{cause}");
        assert!(cause.contains("User"), "{cause}");
        assert!(journal.is_empty());

        let robust = merged.send_robust(payload());
        assert!(robust.errors().iter().all(|e| e.panic_message().is_none()));
        assert_eq!(robust.errors().len(), 2, "both receivers of the type");
        assert_eq!(journal.take().len(), 1, "the view takes any");
    }
}

#[test]
fn primary_keys_are_shown_as_they_are() {
    let pk = |model: &dyn AnyModel| model.pk();
    let new = User {
        id: None,
        name: String::new(),
    };
    assert_eq!(pk(&new), None);
    assert_eq!(pk(&user(-1)), Some(PrimaryKey::Int(-1)));
    assert_eq!(pk(&user(-1)).unwrap().as_i64(), Some(-1));
    assert_eq!(pk(&ArticleRow { slug: "x" }).unwrap().as_str(), Some("x"));
    assert_eq!(pk(&ArticleDraft { slug: None }), None);
}
