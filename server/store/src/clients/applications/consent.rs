//! What applications of third parties may ask people for, and which organizations people show
//! them.

use crate::StoreError;
use crate::connection::{Connection, on};
use crate::organizations::OrganizationRow;
use crate::organizations::scopes::OrganizationScopeRow;
use crate::resources::{ResourceRow, ScopeRow};
use crate::schema::application_user_consent_organizations as consented;
use crate::schema::{
    application_user_consent_organization_scopes, organization_scopes, organizations, resources,
    scopes,
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
    on!(connection, |inner| {
        let ids = listed::table
            .filter(listed::application_id.eq(application_id))
            .select(listed::organization_scope_id);
        Ok(organization_scopes::table
            .filter(organization_scopes::id.eq_any(ids))
            .select(OrganizationScopeRow::as_select())
            .order((organization_scopes::name, organization_scopes::id))
            .load(inner)
            .await?)
    })
}

/// Defines the list of a relation's scopes with their resources, ordered by both.
macro_rules! scopes_with_resources {
    ($name:ident, $relation:ident, $about:literal) => {
        #[doc = $about]
        pub async fn $name(
            connection: &mut Connection,
            application_id: &str,
        ) -> Result<Vec<(ScopeRow, ResourceRow)>, StoreError> {
            use crate::schema::$relation as listed;
            on!(connection, |inner| {
                let ids = listed::table
                    .filter(listed::application_id.eq(application_id))
                    .select(listed::scope_id);
                Ok(scopes::table
                    .inner_join(resources::table)
                    .filter(scopes::id.eq_any(ids))
                    .select((ScopeRow::as_select(), ResourceRow::as_select()))
                    .order((resources::name, resources::id, scopes::name, scopes::id))
                    .load(inner)
                    .await?)
            })
        }
    };
}

scopes_with_resources!(
    resource_scopes,
    application_user_consent_resource_scopes,
    "Scopes of resources that an application may ask for."
);
scopes_with_resources!(
    organization_resource_scopes,
    application_user_consent_organization_resource_scopes,
    "Scopes of resources, held within organizations, that an application may ask for."
);

/// One page of the organizations that a user shows an application, newest first, and how many they
/// are.
pub async fn organizations(
    connection: &mut Connection,
    application_id: &str,
    user_id: &str,
    (offset, limit): (i64, i64),
) -> Result<(Vec<OrganizationRow>, i64), StoreError> {
    on!(connection, |inner| {
        let ids = consented::table
            .filter(consented::application_id.eq(application_id))
            .filter(consented::user_id.eq(user_id))
            .select(consented::organization_id);
        let shown = organizations::table.filter(organizations::id.eq_any(ids));
        let found = shown
            .select(OrganizationRow::as_select())
            .order((organizations::created_at.desc(), organizations::id.desc()))
            .offset(offset)
            .limit(limit)
            .load(inner)
            .await?;
        Ok((found, shown.count().get_result(inner).await?))
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
