//! What is measured.

use reqwest::Method;
use serde_json::{Value, json};

use super::fill::{ORGANIZATIONS, ROLE, ROLE_TO_GIVE, User, user};

/// One operation of the Management API.
pub struct Operation {
    pub name: &'static str,
    /// Whether it should cost the same however many rows there are.
    pub same: bool,
    /// How many rows the answer says there are.
    pub total: Option<usize>,
    /// The request with this number.
    pub step: Box<dyn Fn(usize) -> Step>,
}

/// A request.
pub struct Step {
    pub method: Method,
    pub path: String,
    pub body: Option<Value>,
}

fn get(path: String) -> Step {
    Step { method: Method::GET, path, body: None }
}

fn send(method: Method, path: String, body: Value) -> Step {
    Step { method, path, body: Some(body) }
}

/// Adds operations; `rows` is how many users, memberships and audit entries there are.
struct Operations {
    rows: usize,
    list: Vec<Operation>,
}

impl Operations {
    fn add(
        &mut self,
        name: &'static str,
        total: Option<usize>,
        step: impl Fn(usize) -> Step + 'static,
    ) {
        self.list.push(Operation { name, same: true, total, step: Box::new(step) });
    }

    /// What may cost more when there is more.
    fn add_growing(
        &mut self,
        name: &'static str,
        total: Option<usize>,
        step: impl Fn(usize) -> Step + 'static,
    ) {
        self.list.push(Operation { name, same: false, total, step: Box::new(step) });
    }

    /// A search that finds one user, a different one each time.
    fn add_search(&mut self, name: &'static str, query: impl Fn(&User) -> String + 'static) {
        let rows = self.rows;
        let step = move |number| get(format!("/api/users?{}", query(&some_user(number, rows))));
        self.add(name, Some(1), step);
    }

    /// The same by a part of a text: the index has more users with each three letters of it.
    fn add_part(&mut self, name: &'static str, query: impl Fn(&User) -> String + 'static) {
        let rows = self.rows;
        let step = move |number| get(format!("/api/users?{}", query(&some_user(number, rows))));
        self.add_growing(name, Some(1), step);
    }
}

/// Users far from each other.
fn some_user(number: usize, rows: usize) -> User {
    user(1 + number * 7_919 % rows)
}

/// Everything that is measured.
pub fn operations(rows: usize) -> Vec<Operation> {
    let mut all = Operations { rows, list: Vec::new() };
    lists(&mut all);
    searches(&mut all);
    users(&mut all);
    logs(&mut all);
    all.list
}

fn lists(all: &mut Operations) {
    let rows = all.rows;
    all.add("users, page 1", Some(rows), |_| get("/api/users?page_size=20".into()));
    all.add_growing("users, page in the middle", Some(rows), move |_| {
        get(format!("/api/users?page_size=20&page={}", rows / 40))
    });
    let holders = rows / 100;
    all.add("users without a role, page 1", Some(rows - holders), |_| {
        get(format!("/api/users?page_size=20&excludeRoleId={ROLE}"))
    });
    all.add_growing("users with a role that 1 % have, page 1", Some(holders), |_| {
        get(format!("/api/roles/{ROLE}/users?page_size=20"))
    });
    all.add_growing("organizations, page 1", Some(rows.min(ORGANIZATIONS)), |_| {
        get("/api/organizations?page_size=20".into())
    });
    all.add_growing("organizations by keyword", None, |_| {
        get("/api/organizations?page_size=20&q=tion%207".into())
    });
    all.add_growing("members of an organization, page 1", None, |number| {
        get(format!("/api/organizations/organ{:07}/users?page_size=20", 1 + number % 10))
    });
    all.add("dashboard, total", None, |_| get("/api/dashboard/users/total".into()));
}

fn searches(all: &mut Operations) {
    let escaped = |text: &str| text.replace('@', "%40").replace(' ', "%20").replace('_', "%5C_");
    all.add_search("search: e-mail, exact", move |user| {
        format!("search.primaryEmail={}&mode=exact", escaped(&user.email))
    });
    all.add_search("search: phone, exact", |user| {
        format!("search.primaryPhone={}&mode=exact", user.phone)
    });
    all.add_search("search: username, exact", |user| {
        format!("search.username={}&mode=exact", user.username)
    });
    all.add_search("search: id, exact", |user| format!("search.id={}&mode=exact", user.id));
    all.add_search("search: all fields, exact", move |user| {
        format!("search={}&mode=exact", escaped(&user.email))
    });
    all.add_search("search: name, beginning", move |user| {
        format!("search.name={}%25", escaped(&user.name))
    });
    all.add_search("search: e-mail, beginning", move |user| {
        format!("search.primaryEmail={}%25", escaped(user.email.split('@').next().unwrap_or("")))
    });
    all.add_part("search: e-mail, part", move |user| {
        format!("search.primaryEmail=%25{}%25", escaped(user.email.get(2..).unwrap_or("")))
    });
    all.add_part("search: phone, part", |user| {
        format!("search.primaryPhone=%25{}%25", user.phone.get(3..).unwrap_or(""))
    });
    all.add_part("search: username, part", |user| {
        format!("search.username=%25{}", user.username.get(5..).unwrap_or(""))
    });
    all.add_part("search: name, part", move |user| {
        format!("search.name=%25{}", escaped(user.name.get(1..).unwrap_or("")))
    });
    all.add_part("search: id, part", |user| {
        format!("search.id=%25{}%25", user.id.get(1..).unwrap_or(""))
    });
    all.add_part("search: all fields, part", move |user| {
        format!("search=%25{}%25", escaped(user.email.get(2..).unwrap_or("")))
    });
    for (name, query) in [
        ("search: last name that 3 % have, part", "search.name=%25okafor%25"),
        ("search: domain that all e-mails have, part", "search.primaryEmail=%25example.com"),
        ("search: all fields, two letters", "search=%25zq%25"),
        ("search: name, posix", "search.name=%5EAnna.*7$&mode=posix"),
    ] {
        all.add_growing(name, None, move |_| get(format!("/api/users?page_size=20&{query}")));
    }
}

fn users(all: &mut Operations) {
    let rows = all.rows;
    let path = move |number| format!("/api/users/{}", some_user(number, rows).id);
    all.add("user, get", None, move |number| get(path(number)));
    all.add("user, update name", None, move |number| {
        send(Method::PATCH, path(number), json!({"name": some_user(number, rows).name}))
    });
    all.add("user, update custom data", None, move |number| {
        let body = json!({"customData": {"number": number}});
        send(Method::PATCH, format!("{}/custom-data", path(number)), body)
    });
    all.add("user, give role", None, move |number| {
        let body = json!({"roleIds": [ROLE_TO_GIVE]});
        send(Method::POST, format!("{}/roles", path(number)), body)
    });
    all.add("user, roles", None, move |number| get(format!("{}/roles", path(number))));
    all.add("user, organizations", None, move |number| {
        get(format!("{}/organizations", path(number)))
    });
    // Later measurements must not find them.
    all.add("user, create", None, move |number| {
        let name = format!("made_{rows}_{number}");
        let email = format!("{name}@example.org");
        let body = json!({"username": name, "primaryEmail": email, "name": "New person"});
        send(Method::POST, "/api/users".into(), body)
    });
}

fn logs(all: &mut Operations) {
    let rows = all.rows;
    all.add("audit log, page 1", None, |_| get("/api/logs?page_size=20".into()));
    all.add("audit log, page 1, capped", None, |_| {
        get("/api/logs?page_size=20&enableCap=true".into())
    });
    all.add("audit log of a key, page 1", None, |_| {
        get("/api/logs?page_size=20&logKey=ExchangeTokenBy.RefreshToken".into())
    });
    all.add("audit log of a user, page 1", None, move |number| {
        get(format!("/api/logs?page_size=20&userId={}", some_user(number, rows).id))
    });
    all.add_growing("audit log, page in the middle", None, move |_| {
        get(format!("/api/logs?page_size=20&page={}", rows / 80))
    });
    all.add_growing("audit log of an application, page 1", None, |_| {
        get("/api/logs?page_size=20&applicationId=bench".into())
    });
    all.add_growing("audit log of an application, capped", None, |_| {
        get("/api/logs?page_size=20&applicationId=bench&enableCap=true".into())
    });
    all.add_growing("audit log since the beginning, page 1", None, |_| {
        get("/api/logs?page_size=20&start_time=1".into())
    });
    all.add_growing("audit log since the beginning, capped", None, |_| {
        get("/api/logs?page_size=20&start_time=1&enableCap=true".into())
    });
    all.add("audit entry, get", None, move |number| {
        get(format!("/api/logs/log{:018}", 1 + number * 7_919 % rows))
    });
}
