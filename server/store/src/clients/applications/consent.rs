//! What applications of third parties may ask people for, and which organizations people show
//! them.

use crate::StoreError;
use crate::connection::{Connection, on};
use crate::organizations::OrganizationRow;
use crate::organizations::scopes::{OrganizationScopeRow, organization_scopes_in};
use crate::resources::{ResourceRow, ScopeRow, scopes_in};
use crate::rows::page_of;
use crate::schema::application_user_consent_organizations as consented;
use crate::schema::{
    application_user_consent_organization_resource_scopes,
    application_user_consent_organization_scopes, application_user_consent_resource_scopes,
    organizations,
};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// Scopes of OpenID Connect.
pub mod user_scopes {
    crate::rows::relation!(application_user_consent_user_scopes, application_id, user_scope);
}

/// Scopes of organizations.
pub mod organization_scopes_of {
    crate::rows::relation!(
        application_user_consent_organization_scopes,
        application_id,
        organization_scope_id
    );
}

/// Scopes of resources.
pub mod resource_scopes_of {
    crate::rows::relation!(application_user_consent_resource_scopes, application_id, scope_id);
}

/// Scopes of resources that are held within organizations.
pub mod organization_resource_scopes_of {
    crate::rows::relation!(
        application_user_consent_organization_resource_scopes,
        application_id,
        scope_id
    );
}

/// Organization scopes that an application may ask for, by name.
pub async fn organization_scopes(
    connection: &mut Connection,
    application_id: &str,
) -> Result<Vec<OrganizationScopeRow>, StoreError> {
    use application_user_consent_organization_scopes as listed;
    let of_it = listed::table.filter(listed::application_id.eq(application_id));
    organization_scopes_in!(connection, of_it.select(listed::organization_scope_id))
}

/// Scopes of resources that an application may ask for.
pub async fn resource_scopes(
    connection: &mut Connection,
    application_id: &str,
) -> Result<Vec<(ScopeRow, ResourceRow)>, StoreError> {
    use application_user_consent_resource_scopes as listed;
    let of_it = listed::table.filter(listed::application_id.eq(application_id));
    scopes_in!(connection, of_it.select(listed::scope_id))
}

/// Scopes of resources, held within organizations, that an application may ask for.
pub async fn organization_resource_scopes(
    connection: &mut Connection,
    application_id: &str,
) -> Result<Vec<(ScopeRow, ResourceRow)>, StoreError> {
    use application_user_consent_organization_resource_scopes as listed;
    let of_it = listed::table.filter(listed::application_id.eq(application_id));
    scopes_in!(connection, of_it.select(listed::scope_id))
}

/// One page of the organizations that a user shows an application, newest first, and how many they
/// are.
pub async fn organizations(
    connection: &mut Connection,
    application_id: &str,
    user_id: &str,
    page: (i64, i64),
) -> Result<(Vec<OrganizationRow>, i64), StoreError> {
    on!(connection, |inner| {
        let ids = consented::table
            .filter(consented::application_id.eq(application_id))
            .filter(consented::user_id.eq(user_id))
            .select(consented::organization_id);
        let shown = organizations::table.filter(organizations::id.eq_any(ids));
        Ok(page_of!(
            inner,
            shown,
            OrganizationRow::as_select(),
            (organizations::created_at.desc(), organizations::id.desc()),
            page
        ))
    })
}

/// Shows an application more organizations. `StoreError::MissingReference` when the user is not a
/// member of one.
pub async fn show(
    connection: &mut Connection,
    application_id: &str,
    user_id: &str,
    organization_ids: &[String],
) -> Result<(), StoreError> {
    on!(connection, |inner| {
        for organization_id in organization_ids {
            diesel::insert_into(consented::table)
                .values((
                    consented::application_id.eq(application_id),
                    consented::user_id.eq(user_id),
                    consented::organization_id.eq(organization_id),
                ))
                .on_conflict_do_nothing()
                .execute(inner)
                .await?;
        }
        Ok(())
    })
}

/// Shows an application these organizations and no others.
pub async fn show_only(
    connection: &mut Connection,
    application_id: &str,
    user_id: &str,
    organization_ids: &[String],
) -> Result<(), StoreError> {
    on!(connection, |inner| {
        let others = consented::table
            .filter(consented::application_id.eq(application_id))
            .filter(consented::user_id.eq(user_id))
            .filter(consented::organization_id.ne_all(organization_ids));
        diesel::delete(others).execute(inner).await?;
    });
    show(connection, application_id, user_id, organization_ids).await
}

/// Shows an application an organization no more; false when it did not.
pub async fn hide(
    connection: &mut Connection,
    application_id: &str,
    user_id: &str,
    organization_id: &str,
) -> Result<bool, StoreError> {
    on!(connection, |inner| {
        let target = consented::table.find((application_id, user_id, organization_id));
        Ok(diesel::delete(target).execute(inner).await? == 1)
    })
}
