//! What receivers hear of articles, and what happens when they fail.

#[path = "support/browser.rs"]
mod browser;
#[path = "support/in_process.rs"]
mod in_process;

use std::sync::Mutex;

use accounts_models::{Article, ArticleTag, User, Visitor, search_entry};
use sea_orm::{EntityTrait, PaginatorTrait};
use signals_builtin::models::{M2mAction, m2m_changed, post_save};
use signals_core::{AnyModel, receiver};
use signals_sea_orm::eventlog::Entity as Log;
use {accounts_audit as _, accounts_search as _};

const PASSWORD: &str = "correct horse battery staple";

static VISITORS: Mutex<Vec<(String, Option<String>)>> = Mutex::new(Vec::new());

#[receiver(post_save, sender = [Article, User])]
fn who(instance: &dyn AnyModel, #[state] visitor: Option<&Visitor>) {
    let visitor = visitor.map(|visitor| visitor.0.username.clone());
    let heard = (instance.label().to_owned(), visitor);
    VISITORS.lock().unwrap().push(heard);
}

// After those of the other crates have done their part.
#[receiver(m2m_changed, sender = ArticleTag, priority = -9)]
fn refuse(action: M2mAction, instance: &dyn AnyModel) -> Result<(), String> {
    let article = format!("{instance:?}");
    if action == M2mAction::PostAdd && article.contains("unlucky") {
        return Err("out of luck".to_owned());
    }
    Ok(())
}

#[test]
fn a_receiver_is_told_who_makes_the_request() {
    let (service, _turn) = in_process::service();
    VISITORS.lock().unwrap().clear();
    let browser = service.browser();
    browser.sign_up("ada", PASSWORD);
    let article = [("title", "On engines"), ("body", "They run."), ("tags", "")];
    assert_eq!(browser.post("/articles/new", article).status, 303);

    let heard = VISITORS.lock().unwrap().clone();
    let heard: Vec<_> = heard
        .iter()
        .map(|(of, by)| (&**of, by.as_deref()))
        .collect();
    let nobody_yet = ("accounts.User", None);
    assert_eq!(heard, [nobody_yet, ("accounts.Article", Some("ada"))]);
}

#[test]
fn a_receiver_that_fails_takes_the_article_along() {
    let (service, _turn) = in_process::service();
    let browser = service.browser();
    browser.sign_up("eve", PASSWORD);
    let rows = || {
        service.block_on(async {
            let articles = Article::find().count(&service.db).await.unwrap();
            let entries = search_entry::Entity::find();
            let entries = entries.count(&service.db).await.unwrap();
            (
                articles,
                entries,
                Log::find().count(&service.db).await.unwrap(),
            )
        })
    };
    let before = rows();
    let write = |title| {
        let article = [
            ("title", title),
            ("body", "They run."),
            ("tags", "fun, maths"),
        ];
        browser.post("/articles/new", article)
    };

    let page = write("An unlucky one");
    assert_eq!(page.status, 500);
    assert!(
        !page.body.contains("out of luck"),
        "that is nobody's business"
    );
    assert_eq!(rows(), before, "neither article, entry nor event");

    assert_eq!(write("A happy one").status, 303);
    let (articles, entries, events) = before;
    assert_eq!(rows(), (articles + 1, entries + 1, events + 2));
}
