//! Who asked for what is happening, and how: what receivers of webhooks are told beside the event.
//!
//! Events are raised deep inside of flows that know nothing of requests. What is said here of the
//! request goes along with its task, as the span of its log lines does.

use crate::state::App;
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::net::IpAddr;
use vestibule_shared::JsonObject;

/// More of it tells nothing.
const MAX_USER_AGENT: usize = 512;

tokio::task_local! {
    static ORIGIN: Origin;
}

/// The request that is being answered.
#[derive(Debug)]
pub struct Origin {
    user_agent: Option<String>,
    ip: IpAddr,
    call: RefCell<Option<Call>>,
    raised: Cell<bool>,
}

/// An operation of the Management API that raises events.
#[derive(Clone, Debug)]
pub struct Call {
    /// As it was asked for, `/api/roles`.
    pub path: String,
    /// Below `/api`, with the names of its parameters: `/roles/:id`.
    pub matched_route: String,
    /// `POST`
    pub method: String,
    /// Of the answer.
    pub status: u16,
    /// Values of the parameters in the path.
    pub params: JsonObject,
}

impl Origin {
    /// A request from this client.
    pub fn new(user_agent: Option<&str>, ip: IpAddr) -> Self {
        let user_agent = user_agent.map(|text| text.chars().take(MAX_USER_AGENT).collect());
        Self { user_agent, ip, call: RefCell::default(), raised: Cell::new(false) }
    }

    /// Answers the request. Events that were raised on the way are sent from then on.
    pub async fn scope<F: Future>(self, app: &App, answering: F) -> F::Output {
        ORIGIN
            .scope(self, async {
                let answer = answering.await;
                if ORIGIN.with(|origin| origin.raised.get()) {
                    app.new_delivery.notify_one();
                }
                answer
            })
            .await
    }
}

/// Says which operation the request is.
pub fn set_call(call: Call) {
    // Nobody is told of what happens without a request, as in commands.
    let _ = ORIGIN.try_with(|origin| origin.call.replace(Some(call)));
}

/// Remembers that an event was raised.
pub fn note_raised() {
    let _ = ORIGIN.try_with(|origin| origin.raised.set(true));
}

/// What is known of the request; `ip_name` is what its address is called.
pub fn facts(ip_name: &str) -> JsonObject {
    let known = ORIGIN.try_with(|origin| {
        let mut facts = JsonObject::from_iter([(ip_name, origin.ip.to_string())]);
        if let Some(user_agent) = &origin.user_agent {
            facts.insert("userAgent".into(), json!(user_agent));
        }
        if let Some(call) = origin.call.borrow().as_ref() {
            facts.insert("path".into(), json!(call.path));
            facts.insert("matchedRoute".into(), json!(call.matched_route));
            facts.insert("method".into(), json!(call.method));
            facts.insert("status".into(), json!(call.status));
            facts.insert("params".into(), Value::Object(call.params.0.clone()));
        }
        facts
    });
    known.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block_on<F: Future>(future: F) -> F::Output {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
    }

    #[test]
    fn facts_go_along_with_the_task() {
        assert!(facts("ip").is_empty(), "nobody asked");
        let long = "x".repeat(600);
        let origin = Origin::new(Some(&long), IpAddr::from([192, 0, 2, 1]));
        let (before, after) = block_on(ORIGIN.scope(origin, async {
            let before = facts("userIp");
            set_call(Call {
                path: "/api/roles".into(),
                matched_route: "/roles".into(),
                method: "POST".into(),
                status: 200,
                params: JsonObject::default(),
            });
            (before, facts("ip"))
        }));
        assert_eq!(before["userIp"], "192.0.2.1");
        assert_eq!(before["userAgent"].as_str().unwrap().len(), 512);
        assert!(!before.contains_key("path"));
        assert_eq!((&after["ip"], &after["status"]), (&json!("192.0.2.1"), &json!(200)));
        assert_eq!((&after["matchedRoute"], &after["method"]), (&json!("/roles"), &json!("POST")));
        assert!(facts("ip").is_empty());
    }
}
