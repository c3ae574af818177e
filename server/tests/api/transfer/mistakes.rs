//! Files that ask for what cannot be.

use super::*;

const ROLE: &str =
    "version: 1\nroles:\n  - id: r\n    name: r\n    description: d\n    type: User\n";

on_both_databases! {
    async fn mistakes_are_told_by_line_and_nothing_is_written(server) {
        let before = export(&server, true).await;
        let cases = [
            ("version: 2\n", "line 1: version: must be 1"),
            ("roles: []\n", "line 1: version: must be 1"),
            ("- a\n", "line 1: must be sections by their keys"),
            ("version: 1\nrolls: []\n", "line 2: rolls: there is no such section"),
            ("version: 1\nroles: [\n", "line 2: unclosed bracket"),
            ("version: 1\nroles: []\nroles: []\n", "line 3: duplicate mapping key"),
            ("version: 1\nroles: 1\n", "line 2: roles: must be a list"),
            ("version: 1\nroles:\n  - 1\n", "line 3: roles[0]: must be an object"),
            (&format!("{ROLE}    colour: red\n"), "line 7: roles[r].colour: there is no such key"),
            (&ROLE.replace("    type: User\n", ""), "line 3: roles[r].type: is missing"),
            (&ROLE.replace("User", "Robot"), "line 6: roles[r].type: must be one of User, MachineToMachine"),
            (&ROLE.replace("name: r", "name: 1"), "line 4: roles[r].name: must be a text"),
            (&ROLE.replace("name: r", "name: \"a\\0b\""), "line 4: roles[r].name: must not contain NUL"),
            (&ROLE.replace("name: r", "name: \"#internal:x\""), "line 3: roles[r]: role.internal_role_violation"),
            (&ROLE.replace("name: r", "name: \"default:admin\""), "line 3: roles[r]: "),
            (&format!("{ROLE}    scopes: [nothing]\n"), "line 7: roles[r].scopes: there is no row of scopes with the id \"nothing\""),
            (&format!("{ROLE}    scopes: [management-api-all]\n"), "line 7: roles[r].scopes: role.management_api_scopes_not_assignable_to_user_role"),
            (&format!("{ROLE}  - id: r\n    name: r2\n    description: d\n    type: User\n"), "line 7: roles[r]: is there already, in line 3"),
            ("version: 1\nsignInExperience:\n  colour: {}\n", "line "),
            ("version: 1\nsignInExperience: 1\n", "line 2: signInExperience: must be an object"),
            ("version: 1\naccountCenter:\n  enabled: maybe\n", "line 3: accountCenter: enabled: "),
            ("version: 1\naccountCenter:\n  enabled: true\n  fields: {}\n  webauthnRelatedOrigins: []\n  zoo: 1\n", "line 6: accountCenter: unknown key zoo"),
            ("version: 1\nconfigs:\n  nothing: {}\n", "line 3: configs.nothing: there is no such setting"),
            ("version: 1\nconfigs:\n  oidc.session:\n    ttl: 0\n", "line "),
            ("version: 1\nsigningKeys: []\n", "guard.invalid_input: "),
            ("version: 1\ncookieKeys: []\n", "guard.invalid_input: "),
            ("version: 1\nresources:\n  - id: a\n    name: A\n    indicator: nowhere\n", "line 3: resources[a]: guard.invalid_input: "),
            ("version: 1\nresources:\n  - id: a\n    name: A\n    indicator: https://a.example\n    scopes:\n      - id: s\n        name: a b\n", "line 7: resources[a].scopes[s]: scope.name_with_space"),
            ("version: 1\nresources:\n  - id: a\n    name: A\n    indicator: https://a.example\n    scopes:\n      - id: management-api-all\n        name: a\n", "line 7: resources[a].scopes[management-api-all]: belongs to management-api in the database"),
            ("version: 1\napplications:\n  - id: a\n    name: A\n    type: SPA\n    oidcClientMetadata:\n      redirectUris: [\"javascript:alert(1)\"]\n      postLogoutRedirectUris: []\n", "line 3: applications[a]: guard.invalid_input: "),
            ("version: 1\napplications:\n  - id: a\n    name: A\n    type: Traditional\n    oidcClientMetadata:\n      redirectUris: []\n      postLogoutRedirectUris: []\n    secrets:\n      - name: s\n        value: ${keep}\n", "line 11: applications[a].secrets[s].value: ${keep} stands for the value that is there"),
            ("version: 1\napplications:\n  - id: a\n    name: A\n    type: SPA\n    oidcClientMetadata:\n      redirectUris: []\n      postLogoutRedirectUris: []\n    secrets:\n      - name: s\n        value: ${env:VESTIBULE_NO_SUCH_THING}\n", "line 11: applications[a].secrets[s].value: the environment has no variable"),
            ("version: 1\napplications:\n  - id: a\n    name: A\n    type: SPA\n    oidcClientMetadata:\n      redirectUris: []\n      postLogoutRedirectUris: []\n    secrets:\n      - name: s\n        value: abc\n", "line 10: applications[a].secrets[s]: guard.invalid_input: "),
            ("version: 1\nconnectors:\n  - id: c\n    factoryId: nothing\n", "line 3: connectors[c]: guard.invalid_input: "),
            ("version: 1\nconnectors:\n  - id: c\n    factoryId: simple-mail-transfer-protocol\n    config:\n      host: 1\n", "line 3: connectors[c]: "),
            ("version: 1\nhooks:\n  - id: h\n    config: { url: \"ftp://x\" }\n    events: [User.Created]\n    signingKey: k\n", "line 3: hooks[h]: guard.invalid_input: "),
            (&ROLE.replace("name: r", &format!("name: {}", "r".repeat(129))), "line 3: roles[r]: guard.invalid_input: "),
            (&ROLE.replace("description: d", "description: \"\""), "line 3: roles[r]: guard.invalid_input: "),
            ("version: 1\nresources:\n  - id: a\n    name: A\n    indicator: https://a.example\n    accessTokenTtl: 0\n", "line 3: resources[a]: guard.invalid_input: "),
            ("version: 1\nconfigs:\n  oidc.session:\n    ttl: 31536001\n", "line 4: configs.oidc.session: guard.invalid_input: "),
            ("version: 1\nhooks:\n  - id: h\n    config: { url: \"https://x.example\" }\n    events: [Nothing]\n    signingKey: k\n", "line 5: hooks[h].events: "),
        ];
        for (file, expected) in cases {
            let found = problems(&server, file).await;
            assert!(found.iter().any(|line| line.starts_with(expected)), "{file}\n{found:#?}");
        }
        assert_eq!(export(&server, true).await, before);
    }
}

on_both_databases! {
    async fn all_mistakes_of_a_file_are_told_together(server) {
        let file = ROLE.replace("type: User", "typ: User").replace("name: r", "name: 1");
        assert_eq!(problems(&server, &file).await, [
            "line 3: roles[r].type: is missing",
            "line 4: roles[r].name: must be a text",
            "line 6: roles[r].typ: there is no such key",
        ]);
    }
}

const APPLICATION: &str = "version: 1
applications:
  - id: a
    name: A
    type: Traditional
    oidcClientMetadata:
      redirectUris: []
      postLogoutRedirectUris: []
    secrets:
      - name: s
        value: secret
    consentUserScopes: [email]
";

on_both_databases! {
    async fn what_hangs_on_a_mistake_is_none_of_its_own(server) {
        apply(&server, APPLICATION).await;
        let kept = APPLICATION.replace("value: secret", "value: ${keep}");
        assert_eq!(problems(&server, &kept.replace("name: A", "name: 1")).await, [
            "line 4: applications[a].name: must be a text",
        ]);
        // Which row is meant, nobody knows.
        assert_eq!(problems(&server, &kept.replace("id: a", "id: 1")).await, [
            "line 3: applications[0].id: must be a text",
        ]);
        let twice = kept.replace("name: A", "name: 1").replace("name: s", "name: 2");
        assert_eq!(problems(&server, &twice).await, [
            "line 4: applications[a].name: must be a text",
            "line 10: applications[a].secrets[0].name: must be a text",
        ]);
    }
}

on_both_databases! {
    async fn what_refers_to_a_mistake_is_none_of_its_own(server) {
        let file = format!("{ROLE}    scopes: [s]\nresources:\n  - id: a\n    name: 1\n    indicator: https://a.example\n    scopes:\n      - id: s\n        name: s\n");
        assert_eq!(problems(&server, &file).await, ["line 10: resources[a].name: must be a text"]);
        let role = file.replace("name: r", "name: 1").replace("name: 1\n    indicator", "name: A\n    indicator");
        assert_eq!(problems(&server, &role).await, ["line 4: roles[r].name: must be a text"]);
    }
}
