//! The auth signals, and who hears them.

use std::sync::Mutex;

use http::request::Parts;
use signals_builtin::auth::{self, UserLoggedIn, UserLoggedOut, user_logged_in, user_logged_out};
use signals_core::{AnyModel, Model, Sender, receiver};

#[derive(Debug, Model)]
#[model(label = "shop.Customer")]
struct Customer {
    id: i64,
}

#[derive(Debug, Model)]
struct Robot {
    id: i64,
}

static HEARD: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn heard(what: String) {
    HEARD.lock().unwrap().push(what);
}

#[receiver(auth::user_logged_out, priority = 2)]
fn anybody(sender: Sender, user: Option<&dyn AnyModel>) {
    let id = user.and_then(AnyModel::pk).map(|pk| pk.to_string());
    heard(format!("{sender} {id:?}"));
}

#[receiver(auth::user_logged_out, sender = Customer, priority = 1)]
fn customers(user: Option<&Customer>) {
    heard(format!("customer {:?}", user.map(|customer| customer.id)));
}

#[receiver(auth::user_logged_in, sender = "shop.Customer")]
fn by_label(request: &Parts, user: &dyn AnyModel) {
    heard(format!("{} {}", request.uri, user.label()));
}

fn request() -> Parts {
    http::Request::get("/here").body(()).unwrap().into_parts().0
}

#[test]
fn au02_au14_the_sender_is_the_type_of_the_user_and_nobody_without_one() {
    let request = request();
    let log_out = |user| {
        let request = &request;
        user_logged_out
            .send(UserLoggedOut { request, user })
            .unwrap();
        std::mem::take(&mut *HEARD.lock().unwrap())
    };

    let customer = Customer { id: 7 };
    assert_eq!(
        log_out(Some(&customer)),
        [r#"shop.Customer Some("7")"#, "customer Some(7)"]
    );
    assert_eq!(log_out(Some(&Robot { id: 1 })), [r#"auth.Robot Some("1")"#]);
    assert_eq!(log_out(None), ["nobody None"]);

    let user = &customer;
    let request = &request;
    user_logged_in.send(UserLoggedIn { request, user }).unwrap();
    user_logged_in
        .send(UserLoggedIn {
            request,
            user: &Robot { id: 1 },
        })
        .unwrap();
    assert_eq!(*HEARD.lock().unwrap(), ["/here shop.Customer"]);
}
