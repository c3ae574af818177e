//! Whoever knows only the password gets in by no sequence of steps.

use super::*;
use crate::on_both_databases;

const WALKS: u64 = 12;
const STEPS: usize = 40;

/// Numbers that are the same in every run (xorshift), so that a walk that fails can be walked again.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(sides).unwrap()).unwrap()
    }
}

/// What the thief has in hand.
#[derive(Default)]
struct Loot {
    password_proof: Value,
    app: Value,
    codes: Value,
}

/// One step; whatever it answers, the thief goes on.
async fn step(server: &TestServer, browser: &Browser, choice: usize, loot: &mut Loot) {
    match choice {
        0 => browser.begin("SignIn").await,
        1 => drop(change_event(browser, "Register").await),
        2 => drop(change_event(browser, "SignIn").await),
        3 => {
            let proof = browser.verify_password("ann", PASSWORD).await;
            loot.password_proof = proof.json["verificationId"].clone();
        }
        4 | 5 => drop(browser.identify(&loot.password_proof).await),
        6 => loot.app = post(browser, "/verification/totp/secret", json!({})).await.json,
        7 if loot.app["secret"].is_string() => {
            let code = app_shows(server, &loot.app["secret"], 0);
            let body = json!({ "code": code, "verificationId": loot.app["verificationId"] });
            post(browser, "/verification/totp/verify", body).await;
            verify_totp(browser, &code).await;
        }
        8 => drop(bind(browser, "Totp", &loot.app["verificationId"]).await),
        9 => loot.codes = post(browser, "/verification/backup-code/generate", json!({})).await.json,
        10 => drop(bind(browser, "BackupCode", &loot.codes["verificationId"]).await),
        11 => {
            let code = loot.codes["codes"][0].as_str().unwrap_or("0123456789");
            verify_backup_code(browser, code).await;
        }
        12 => drop(post(browser, "/profile/mfa/mfa-enabled", json!({})).await),
        13 => drop(post(browser, "/profile/mfa/mfa-skipped", json!({})).await),
        14 => drop(post(browser, "/profile/mfa/mfa-suggestion-skipped", json!({})).await),
        15 => drop(add_to_profile(browser, json!({ "type": "username", "value": "thief" })).await),
        16 => {
            let path = "/verification/mfa-verification-code";
            post(browser, path, json!({ "identifierType": "email" })).await;
        }
        _ => drop(new_identity(browser, "thief", PASSWORD).await),
    }
}

on_both_databases! {
    async fn nobody_gets_in_with_the_password_alone(server) {
        demand(&server, &["Totp", "BackupCode", "EmailVerificationCode"], "Mandatory").await;
        let user = json!({ "username": "ann", "password": PASSWORD, "primaryEmail": "ann@example.com" });
        let ann = server.user(user).await;
        give(&server, &ann, json!({ "type": "Totp" })).await;
        give(&server, &ann, json!({ "type": "BackupCode" })).await;
        let before = account(&server, &ann).await;
        let mut came_close = 0;
        for walk in 1..=WALKS {
            let mut dice = Dice(walk.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            let mut loot = Loot::default();
            let browser = visitor(&server, "SignIn").await;
            for _ in 0..STEPS {
                step(&server, &browser, dice.roll(18), &mut loot).await;
                let state = browser.get("/api/experience/interaction").await.expect(200);
                if state.json["userId"] == ann.as_str() {
                    came_close += 1;
                    assert_ne!(browser.submit().await.status, 200, "walk {walk}: {}", state.text);
                }
            }
        }
        // The walks are worth something only if they get as far as the second factor.
        assert!(came_close > 20, "{came_close}");
        let after = account(&server, &ann).await;
        assert_eq!(after.mfa_verifications.0, before.mfa_verifications.0);
        assert_eq!(after.last_sign_in_at, None);
    }
}
