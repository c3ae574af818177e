//! The one-time link that makes the first administrator.

use super::*;
use crate::on_both_databases;
use crate::support::PASSWORD;
use vestibule::flows::setup;
use vestibule::seed;
use vestibule_store::roles;

async fn redeem(browser: &Browser, token: &str, username: &str, password: &str) -> Answer {
    let body = json!({ "token": token, "username": username, "password": password });
    browser.json("POST", "/api/setup/administrator", body).await
}

async fn link(server: &TestServer) -> String {
    setup::issue_token(&server.app).await.unwrap().expect("no administrator yet")
}

on_both_databases! {
    async fn the_link_works_once(server) {
        let token = link(&server).await;
        let browser = server.browser();
        redeem(&browser, "wrong", "admin", PASSWORD).await.expect_code(403, "setup.invalid_token");
        redeem(&browser, "", "admin", PASSWORD).await.expect_code(403, "setup.invalid_token");
        // A refused name or password leaves it as it is.
        let weak = redeem(&browser, &token, "admin", "iloveyou").await;
        weak.expect_code(422, "password.rejected");
        let own = redeem(&browser, &token, "administrator", "administrator1").await;
        own.expect_code(422, "password.rejected");
        let name = redeem(&browser, &token, "1admin", PASSWORD).await;
        name.expect_code(422, "user.username_starts_with_number");
        assert_eq!(number_of_accounts(&server).await, 0);
        redeem(&browser, &token, "admin", PASSWORD).await.expect(204);
        let again = redeem(&browser, &token, "other", PASSWORD).await;
        again.expect_code(403, "setup.invalid_token");
        assert_eq!(number_of_accounts(&server).await, 1);
        let connection = &mut server.app.store.read().await.unwrap();
        assert!(roles::is_held_by_a_user(connection, seed::ADMINISTRATOR_ROLE).await.unwrap());
        // There is an administrator now, so there are no more links.
        assert_eq!(setup::issue_token(&server.app).await.unwrap(), None);
        visitor(&server, "SignIn").await.prove_password("admin", PASSWORD).await.expect(200);
    }
}

on_both_databases! {
    async fn a_new_link_replaces_the_old_one(server) {
        let old = link(&server).await;
        let new = link(&server).await;
        let browser = server.browser();
        redeem(&browser, &old, "admin", PASSWORD).await.expect_code(403, "setup.invalid_token");
        redeem(&browser, &new, "admin", PASSWORD).await.expect(204);
    }
}

on_both_databases! {
    async fn of_many_with_the_link_one_becomes_administrator(server) {
        let token = link(&server).await;
        let browser = server.browser();
        let names: Vec<String> = (0..10).map(|number| format!("admin{number}")).collect();
        let tries = names.iter().map(|name| redeem(&browser, &token, name, PASSWORD));
        let answers = futures_util::future::join_all(tries).await;
        let made = answers.iter().filter(|it| it.status == 204).count();
        assert_eq!(made, 1);
        for refused in answers.into_iter().filter(|it| it.status != 204) {
            refused.expect_code(403, "setup.invalid_token");
        }
        assert_eq!(number_of_accounts(&server).await, 1);
    }
}

on_both_databases! {
    async fn a_name_that_is_taken_is_refused(server) {
        server.user_named("admin").await;
        let token = link(&server).await;
        let taken = redeem(&server.browser(), &token, "admin", PASSWORD).await;
        taken.expect_code(422, "user.username_already_in_use");
        redeem(&server.browser(), &token, "boss", PASSWORD).await.expect(204);
    }
}
