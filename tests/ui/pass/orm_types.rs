//! A mapper with three types for one table: the entity, a row, and a row to be written.
#![deny(warnings)]

mod article {
    use signals_core::{Model, ModelView, PrimaryKey};

    pub struct Entity;

    #[derive(Debug)]
    pub struct Row {
        pub id: i64,
        pub title: String,
    }

    #[derive(Debug, Default)]
    pub struct ActiveRow {
        pub id: Option<i64>,
        pub title: Option<String>,
    }

    impl Model for Entity {
        const LABEL: &'static str = "blog.Article";
        type Instance = Row;
        type Draft = ActiveRow;
    }

    impl ModelView for Row {
        type Of = Entity;

        fn pk(&self) -> Option<PrimaryKey> {
            Some(self.id.into())
        }
    }

    impl ModelView for ActiveRow {
        type Of = Entity;

        fn pk(&self) -> Option<PrimaryKey> {
            self.id.map(Into::into)
        }
    }
}

use signals_core::{Model, Sender, receiver, signal};

signal! {
    pub before_save<E: Model>(sender: E, row: &mut E::Draft);
    pub saved<E: Model>(sender: E, row: &E::Instance, before: Option<&E::Instance>);
    pub written<E: Model>(sender: E, row: &E, draft: &E::Draft);
}

#[receiver(before_save, sender = article::Entity)]
fn slug(row: &mut article::ActiveRow) {
    row.title = Some("title".to_owned());
}

#[receiver(saved, sender = article::Entity)]
fn index(row: &article::Row, before: Option<&article::Row>, sender: Sender) {
    assert_eq!(row.title, "title");
    assert!(before.is_none());
    assert!(sender.is::<article::Entity>());
}

#[receiver(written, sender = article::Entity)]
fn short(row: &article::Row, draft: &article::ActiveRow) {
    assert_eq!((row.id, draft.id), (1, None));
}

fn main() -> Result<(), signals_core::SendError> {
    let mut draft = article::ActiveRow::default();
    before_save.send(BeforeSave { row: &mut draft })?;
    let row = article::Row {
        id: 1,
        title: draft.title.clone().unwrap_or_default(),
    };
    assert_eq!(
        saved
            .send(Saved {
                row: &row,
                before: None
            })?
            .count(),
        1
    );
    assert_eq!(
        written
            .send(Written {
                row: &row,
                draft: &draft
            })?
            .count(),
        1
    );
    Ok(())
}
