//! More sign-ins than passwords can be checked.

use super::*;
use crate::on_both_databases;
use crate::support::PASSWORD;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use vestibule::state::App;

/// Keeps the queue of passwords full until it is stopped.
async fn flood(app: App, stop: Arc<AtomicBool>) {
    while !stop.load(Ordering::Relaxed) {
        for _ in 0..200 {
            let app = app.clone();
            tokio::spawn(async move { drop(app.passwords.hash(PASSWORD).await) });
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

on_both_databases! {
    async fn whoever_would_wait_too_long_is_told_to_come_back(server) {
        server.user_named("ann").await;
        server.configure(json!({ "sentinelPolicy": { "maxAttempts": 2 } })).await;
        let browser = visitor(&server, "SignIn").await;
        let stop = Arc::new(AtomicBool::new(false));
        let flood = tokio::spawn(flood(server.app.clone(), stop.clone()));
        while server.app.passwords.queued() < 10 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let mut refused = 0;
        for _ in 0..200 {
            let answer = browser.verify_password("ann", PASSWORD).await;
            if answer.status == 200 {
                continue;
            }
            let answer = answer.expect_code(503, "request.busy");
            let seconds: u32 = answer.headers["retry-after"].parse().unwrap();
            assert!((1..=10).contains(&seconds), "{seconds}");
            assert!(answer.json["message"].is_string());
            refused += 1;
            if refused == 5 {
                break;
            }
        }
        stop.store(true, Ordering::Relaxed);
        flood.await.unwrap();
        assert_eq!(refused, 5);
        // What was never judged is no failure: the person is not locked out by our own load.
        let verified = loop {
            let answer = browser.verify_password("ann", PASSWORD).await;
            if answer.status == 200 {
                break answer;
            }
            answer.expect_code(503, "request.busy");
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        browser.identify(&verified.json["verificationId"]).await.expect(204);
    }
}
