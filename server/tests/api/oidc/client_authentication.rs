//! Who a client is, and what it is told when it cannot prove that.

use super::*;

const FIELDS: [(&str, &str); 2] =
    [("grant_type", "client_credentials"), ("resource", vestibule::seed::MANAGEMENT_API)];

on_both_databases! {
    async fn header_and_body_both_do_and_bodies_may_be_json(server) {
        let client = server.manager().await;
        let secret = client.secret.clone().unwrap();
        let browser = server.browser();
        let by_header = browser.token(&client, &FIELDS).await.expect(200);
        assert_eq!(by_header.json["token_type"], "Bearer");
        let credentials = [("client_id", client.id.as_str()), ("client_secret", secret.as_str())];
        browser.form("/oidc/token", &[&FIELDS[..], &credentials].concat()).await.expect(200);
        let body = json!({
            "grant_type": "client_credentials", "resource": vestibule::seed::MANAGEMENT_API,
            "scope": "all", "client_id": client.id, "client_secret": secret,
        });
        let by_json = browser.json("POST", "/oidc/token", body).await.expect(200);
        assert_eq!(by_json.json["scope"], "all");
        // Basic credentials are form-encoded first (RFC 6749 section 2.3.1).
        let encoded: String = secret.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let request = browser.request("POST", "/oidc/token").basic_auth(&client.id, Some(encoded));
        browser.send(request.form(&FIELDS)).await.expect(200);
    }
}

on_both_databases! {
    async fn each_way_to_fail_has_its_words(server) {
        let client = server.manager().await;
        let browser = server.browser();
        let header = |value: &str| {
            browser.request("POST", "/oidc/token").header("authorization", value).form(&FIELDS)
        };
        let basic = |id: &str, secret: &str| {
            browser.request("POST", "/oidc/token").basic_auth(id, Some(secret)).form(&FIELDS)
        };
        let in_body = |extra: &[(&str, &str)]| {
            browser.request("POST", "/oidc/token").form(&[&FIELDS[..], extra].concat())
        };
        let id = client.id.as_str();
        let mismatch = browser
            .request("POST", "/oidc/token")
            .basic_auth(id, client.secret.as_deref())
            .form(&[&FIELDS[..], &[("client_id", "other")]].concat());
        let none = "no client authentication mechanism provided";
        let malformed = "invalid authorization header value format";
        let wrong = "client authentication failed";
        let cases = [
            (in_body(&[]), 400, "invalid_request", none.to_owned()),
            (header("Basic"), 400, "invalid_request", malformed.to_owned()),
            (header("Basic !!!"), 400, "invalid_request", malformed.to_owned()),
            (header("Digest a"), 400, "invalid_request", malformed.to_owned()),
            (mismatch, 400, "invalid_request", "client_id mismatch".to_owned()),
            (basic(id, "wrong"), 401, "invalid_client", wrong.to_owned()),
            (
                in_body(&[("client_id", id), ("client_secret", "wrong")]),
                401,
                "invalid_client",
                wrong.to_owned(),
            ),
            (in_body(&[("client_id", id)]), 401, "invalid_client", wrong.to_owned()),
            (basic("nobody", "x"), 400, "invalid_client", "invalid client nobody".to_owned()),
        ];
        for (request, status, error, description) in cases {
            let answer = browser.send(request).await.expect_error(status, error);
            assert_eq!(answer.json["error_description"], json!(description));
            assert_eq!(answer.headers.contains_key("www-authenticate"), status == 401);
        }
    }
}

on_both_databases! {
    async fn an_application_may_have_several_secrets_and_each_may_end(server) {
        let mut client = server.client(MachineToMachine).await;
        let token = server.management_token().await;
        let browser = server.browser();
        let fields = [("grant_type", "client_credentials")];
        let address = format!("/api/applications/{}/secrets", client.id);
        let ends = server.app.clock.now() + 60_000;
        let body = json!({ "name": "Second", "expiresAt": ends });
        let made = browser.call("POST", &address, &token, Some(body)).await;
        let old = client.secret.replace(made.json["value"].as_str().unwrap().to_owned());
        // Authenticated: what is missing is the resource.
        browser.token(&client, &fields).await.expect_error(400, "invalid_target");
        server.advance(Duration::from_secs(61));
        let late = browser.token(&client, &fields).await.expect_error(400, "invalid_request");
        assert_eq!(late.json["error_description"], "client secret has expired");
        let first = Client { secret: old, ..client.clone() };
        browser.token(&first, &fields).await.expect_error(400, "invalid_target");
        // A deleted one authenticates nobody.
        let deleted = browser.call("DELETE", &format!("{address}/Second"), &token, None).await;
        assert_eq!(deleted.status, 204, "{}", deleted.text);
        browser.token(&client, &fields).await.expect_error(401, "invalid_client");
    }
}

on_both_databases! {
    async fn a_client_gets_only_the_grants_of_its_type(server) {
        let web = server.client(Traditional).await;
        let machine = server.client(MachineToMachine).await;
        let browser = server.browser();
        let refused = browser.token(&web, &FIELDS).await;
        refused.expect_error(400, "unauthorized_client");
        let code = [("grant_type", "authorization_code"), ("code", "x")];
        browser.token(&machine, &code).await.expect_error(400, "unauthorized_client");
        let refresh = [("grant_type", "refresh_token"), ("refresh_token", "x")];
        browser.token(&machine, &refresh).await.expect_error(400, "unauthorized_client");
        let asked = browser
            .authorize(&server.client_with(MachineToMachine, &[CALLBACK], None).await, &[])
            .await
            .expect(303);
        assert_eq!(asked.parameter("error").as_deref(), Some("unauthorized_client"));
    }
}
