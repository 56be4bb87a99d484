//! Forms, as receivers see them.

use signals_builtin::account::Form;

struct Recommendation {
    friend: String,
    token: String,
}

impl Form for Recommendation {
    fn fields(&self) -> &[&str] {
        &["friend", "nickname", "token"]
    }

    fn value(&self, field: &str) -> Option<&str> {
        match field {
            "friend" => Some(&self.friend),
            "token" => Some(&self.token),
            _ => None,
        }
    }
}

fn form() -> Recommendation {
    Recommendation {
        friend: "grace".into(),
        token: "s3cret".into(),
    }
}

#[test]
fn values_by_the_name_of_their_field() {
    let form: &dyn Form = &form();

    assert_eq!(form.value("friend"), Some("grace"));
    assert_eq!(form.value("nickname"), None);
}

#[test]
fn the_applications_own_type_is_still_there() {
    let form: &(dyn Form + Send + Sync) = &form();

    assert!(
        form.downcast_ref::<Recommendation>()
            .is_some_and(|form| form.friend == "grace")
    );
}

#[test]
fn cc05_debug_shows_no_secret() {
    let form: &(dyn Form + Send + Sync) = &form();

    let shown = format!("{form:?}");
    assert_eq!(
        shown,
        r#"Form {"friend": "grace", "token": "********************"}"#
    );
    assert_eq!(shown, format!("{:?}", form as &dyn Form));
}
