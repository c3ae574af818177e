//! What a database refuses comes out as what it means.

use crate::on_both_databases;
use crate::support::{NOW, TestDatabase, session, user};
use vestibule_store::applications::{ApplicationRow, SecretRow};
use vestibule_store::messages::MessageRow;
use vestibule_store::users::UserRow;
use vestibule_store::{
    Connection, Durability, Json, StoreError, Unique, applications, messages, sessions, users,
};

async fn failure(
    database: &TestDatabase,
    work: impl AsyncFn(&mut Connection) -> Result<(), StoreError>,
) -> StoreError {
    database.store.write(Durability::Relaxed, work).await.unwrap_err()
}

on_both_databases! {
    async fn identifiers_of_others_are_taken(database) {
        let ann = UserRow {
            email_key: Some("ann@example.com".into()),
            phone_key: Some("491701234567".into()),
            ..user("ann")
        };
        database.write(async |it| users::insert(it, &ann).await).await;
        let nobody = UserRow { username: None, username_key: None, ..user("bob") };
        let cases = [
            (UserRow { username_key: ann.username_key.clone(), ..nobody.clone() }, Unique::Username),
            (UserRow { email_key: ann.email_key.clone(), ..nobody.clone() }, Unique::Email),
            (UserRow { phone_key: ann.phone_key.clone(), ..nobody.clone() }, Unique::Phone),
            (UserRow { id: "ann".into(), ..nobody.clone() }, Unique::Other),
        ];
        for (row, expected) in cases {
            let error = failure(&database, async |it| users::insert(it, &row).await).await;
            let StoreError::Taken(unique) = error else { panic!("{expected:?}: {error:?}") };
            assert_eq!(unique, expected);
        }
        // Any number of accounts may have none of the three.
        for id in ["bob", "eve"] {
            let row = UserRow { id: id.into(), ..nobody.clone() };
            database.write(async |it| users::insert(it, &row).await).await;
        }
    }
}

on_both_databases! {
    async fn names_of_secrets_are_taken_within_an_application(database) {
        let application = |id: &str| ApplicationRow {
            id: id.into(),
            name: "App".into(),
            description: None,
            kind: "Traditional".into(),
            oidc_client_metadata: Json::default(),
            custom_client_metadata: Json::default(),
            protected_app_metadata: None,
            custom_data: Json::default(),
            is_third_party: false,
            app_level_access_control_enabled: false,
            created_at: NOW,
        };
        let secret = |application_id: &str| SecretRow {
            application_id: application_id.into(),
            name: "Default".into(),
            value_hash: "hash".into(),
            sealed_value: "sealed".into(),
            created_at: NOW,
            expires_at: None,
        };
        for id in ["one", "two"] {
            database.write(async |it| applications::insert(it, &application(id)).await).await;
            database.write(async |it| applications::insert_secret(it, &secret(id)).await).await;
        }
        let error =
            failure(&database, async |it| applications::insert_secret(it, &secret("one")).await)
                .await;
        assert!(matches!(error, StoreError::Taken(Unique::ApplicationSecretName)), "{error:?}");
        let orphan = secret("nobody");
        let error =
            failure(&database, async |it| applications::insert_secret(it, &orphan).await).await;
        assert!(matches!(error, StoreError::MissingReference), "{error:?}");
    }
}

on_both_databases! {
    async fn a_session_of_nobody_is_refused(database) {
        let error = failure(&database, async |it| sessions::insert(it, &session("ann")).await).await;
        assert!(matches!(error, StoreError::MissingReference), "{error:?}");
    }
}

on_both_databases! {
    async fn a_value_that_is_not_among_those_allowed_is_refused(database) {
        let message = MessageRow {
            id: "message".into(),
            connector_type: "Email".into(),
            usage_type: "SignIn".into(),
            sealed_content: "sealed".into(),
            status: "Lost".into(),
            attempts: 0,
            last_error: None,
            next_attempt_at: NOW,
            created_at: NOW,
            expires_at: NOW,
        };
        let error = failure(&database, async |it| messages::insert(it, &message).await).await;
        assert!(matches!(error, StoreError::Constraint(_)), "{error:?}");
    }
}
