//! Applications, which are the provider's clients, and their secrets.

pub mod access_control;
pub mod appearance;
pub mod consent;

use crate::connection::{Connection, on};
use crate::rows::{page_of, rows};
use crate::schema::{
    application_secrets, applications, applications_roles, organization_application_relations,
};
use crate::search::Search;
use crate::{Json, Millis, StoreError};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use vestibule_shared::JsonObject;
use vestibule_shared::application::{CustomClientMetadata, OidcClientMetadata};

/// An application.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = applications, treat_none_as_null = true)]
pub struct ApplicationRow {
    /// The `client_id`.
    pub id: String,
    /// Shown to people.
    pub name: String,
    /// Shown to administrators.
    pub description: Option<String>,
    /// Name of the application type.
    pub kind: String,
    /// OpenID Connect metadata.
    pub oidc_client_metadata: Json<OidcClientMetadata>,
    /// Our own metadata.
    pub custom_client_metadata: Json<CustomClientMetadata>,
    /// Settings of a protected application.
    pub protected_app_metadata: Option<Json<JsonObject>>,
    /// Free fields.
    pub custom_data: Json<JsonObject>,
    /// People are asked for consent.
    pub is_third_party: bool,
    /// Only listed people may use it.
    pub app_level_access_control_enabled: bool,
    /// When it was made.
    pub created_at: Millis,
}

/// A secret of an application.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = application_secrets)]
pub struct SecretRow {
    /// Whose it is.
    pub application_id: String,
    /// Unique within the application.
    pub name: String,
    /// SHA-256 of the value, hex.
    pub value_hash: String,
    /// The value, sealed.
    pub sealed_value: String,
    /// When it was made.
    pub created_at: Millis,
    /// When it ends; `None` never.
    pub expires_at: Option<Millis>,
}

/// Which applications a list holds.
#[derive(Clone, Debug, Default)]
pub struct ApplicationFilter {
    /// Names of types; empty for all.
    pub kinds: Vec<String>,
    /// Only third-party applications, or only others.
    pub is_third_party: Option<bool>,
    /// What they are searched for.
    pub search: Search,
    /// Only applications that do not hold this role.
    pub exclude_role: Option<String>,
    /// Only applications that are not in this organization.
    pub exclude_organization: Option<String>,
}

rows!(applications, ApplicationRow);

/// Columns that may be searched, by their names on the wire.
pub const SEARCH: &[(&str, &str)] = &[
    ("id", "applications.id"),
    ("name", "applications.name"),
    ("description", "applications.description"),
];

/// Applications, newest first: all of them, or a `page` of offset and limit; and how many there
/// are.
pub async fn list(
    connection: &mut Connection,
    filter: &ApplicationFilter,
    page: Option<(i64, i64)>,
) -> Result<(Vec<ApplicationRow>, i64), StoreError> {
    let condition = filter.search.condition(connection).await?;
    let page = page.unwrap_or((0, i64::MAX));
    on!(connection, |inner| {
        macro_rules! filtered {
            () => {{
                let mut query = applications::table.filter(condition.clone()).into_boxed();
                if !filter.kinds.is_empty() {
                    query = query.filter(applications::kind.eq_any(&filter.kinds));
                }
                if let Some(is_third_party) = filter.is_third_party {
                    query = query.filter(applications::is_third_party.eq(is_third_party));
                }
                if let Some(id) = &filter.exclude_role {
                    let holders = applications_roles::table
                        .filter(applications_roles::role_id.eq(id))
                        .select(applications_roles::application_id);
                    query = query.filter(applications::id.ne_all(holders));
                }
                if let Some(id) = &filter.exclude_organization {
                    let members = organization_application_relations::table
                        .filter(organization_application_relations::organization_id.eq(id))
                        .select(organization_application_relations::application_id);
                    query = query.filter(applications::id.ne_all(members));
                }
                query
            }};
        }
        Ok(page_of!(
            inner,
            filtered!(),
            ApplicationRow::as_select(),
            (applications::created_at.desc(), applications::id.desc()),
            page
        ))
    })
}

/// Inserts a secret. `StoreError::Taken` when the application has one of that name.
pub async fn insert_secret(
    connection: &mut Connection,
    secret: &SecretRow,
) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::insert_into(application_secrets::table).values(secret).execute(inner).await?;
        Ok(())
    })
}

/// All secrets of an application, oldest first.
pub async fn secrets(
    connection: &mut Connection,
    application_id: &str,
) -> Result<Vec<SecretRow>, StoreError> {
    on!(connection, |inner| {
        Ok(application_secrets::table
            .filter(application_secrets::application_id.eq(application_id))
            .select(SecretRow::as_select())
            .order((application_secrets::created_at, application_secrets::name))
            .load(inner)
            .await?)
    })
}

/// Renames a secret; the row as it is then.
pub async fn rename_secret(
    connection: &mut Connection,
    application_id: &str,
    name: &str,
    new_name: &str,
) -> Result<Option<SecretRow>, StoreError> {
    on!(connection, |inner| {
        Ok(diesel::update(application_secrets::table.find((application_id, name)))
            .set(application_secrets::name.eq(new_name))
            .returning(SecretRow::as_returning())
            .get_result(inner)
            .await
            .optional()?)
    })
}

/// Deletes a secret; false when it is not there.
pub async fn delete_secret(
    connection: &mut Connection,
    application_id: &str,
    name: &str,
) -> Result<bool, StoreError> {
    on!(connection, |inner| {
        let target = application_secrets::table.find((application_id, name));
        Ok(diesel::delete(target).execute(inner).await? == 1)
    })
}

/// Gives an application a role.
pub async fn attach_role(
    connection: &mut Connection,
    application_id: &str,
    role_id: &str,
) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::insert_into(applications_roles::table)
            .values((
                applications_roles::application_id.eq(application_id),
                applications_roles::role_id.eq(role_id),
            ))
            .on_conflict_do_nothing()
            .execute(inner)
            .await?;
        Ok(())
    })
}

/// Whether an application holds a role.
pub async fn has_role(
    connection: &mut Connection,
    application_id: &str,
    role_id: &str,
) -> Result<bool, StoreError> {
    on!(connection, |inner| {
        let held = applications_roles::table.find((application_id, role_id)).count();
        Ok(held.get_result::<i64>(inner).await? == 1)
    })
}
