//! Who may use an application.

use crate::StoreError;
use crate::connection::{Connection, on};
use crate::rows::by_name;
use crate::schema::application_access_control_organization_roles as organization_roles;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;

/// Users who are listed themselves.
pub mod users {
    crate::rows::relation!(application_access_control_users, application_id, user_id);
}

/// Roles whose holders are let in.
pub mod user_roles {
    crate::rows::relation!(application_access_control_user_roles, application_id, role_id);
}

/// Organizations whose members are let in.
pub mod organizations {
    crate::rows::relation!(
        application_access_control_organizations,
        application_id,
        organization_id
    );
}

/// An organization, and a role there whose holders are let in.
pub type OrganizationRole = (String, String);

/// All rules of an application.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Users.
    pub users: Vec<String>,
    /// Roles of users.
    pub user_roles: Vec<String>,
    /// Organizations.
    pub organizations: Vec<String>,
    /// Roles in organizations, ordered by organization.
    pub organization_roles: Vec<OrganizationRole>,
}

impl Rules {
    /// Whether they let nobody in.
    pub fn is_empty(&self) -> bool {
        self.users.is_empty()
            && self.user_roles.is_empty()
            && self.organizations.is_empty()
            && self.organization_roles.is_empty()
    }
}

/// Reads the rules of an application.
pub async fn rules(connection: &mut Connection, application_id: &str) -> Result<Rules, StoreError> {
    let users = users::of(connection, application_id).await?;
    let user_roles = user_roles::of(connection, application_id).await?;
    let organizations = organizations::of(connection, application_id).await?;
    let organization_roles = on!(connection, |inner| {
        organization_roles::table
            .filter(organization_roles::application_id.eq(application_id))
            .select((organization_roles::organization_id, organization_roles::organization_role_id))
            .order((organization_roles::organization_id, organization_roles::organization_role_id))
            .load(inner)
            .await?
    });
    Ok(Rules { users, user_roles, organizations, organization_roles })
}

/// Writes the rules of an application in the place of those before.
pub async fn replace(
    connection: &mut Connection,
    application_id: &str,
    rules: &Rules,
) -> Result<(), StoreError> {
    users::replace(connection, application_id, &rules.users).await?;
    user_roles::replace(connection, application_id, &rules.user_roles).await?;
    organizations::replace(connection, application_id, &rules.organizations).await?;
    on!(connection, |inner| {
        let before =
            organization_roles::table.filter(organization_roles::application_id.eq(application_id));
        diesel::delete(before).execute(inner).await?;
        for (organization_id, role_id) in &rules.organization_roles {
            diesel::insert_into(organization_roles::table)
                .values((
                    organization_roles::application_id.eq(application_id),
                    organization_roles::organization_id.eq(organization_id),
                    organization_roles::organization_role_id.eq(role_id),
                ))
                .execute(inner)
                .await?;
        }
        Ok(())
    })
}

const ADMITS: &str = "\
select applications.id from applications where applications.id = $1 and (
    not applications.app_level_access_control_enabled
    or exists (
        select 1 from application_access_control_users listed
        where listed.application_id = $1 and listed.user_id = $2)
    or exists (
        select 1 from application_access_control_user_roles listed
        join users_roles held on held.role_id = listed.role_id
        where listed.application_id = $1 and held.user_id = $2)
    or exists (
        select 1 from application_access_control_organizations listed
        join organization_user_relations held on held.organization_id = listed.organization_id
        where listed.application_id = $1 and held.user_id = $2)
    or exists (
        select 1 from application_access_control_organization_roles listed
        join organization_role_user_relations held
            on held.organization_id = listed.organization_id
            and held.organization_role_id = listed.organization_role_id
        where listed.application_id = $1 and held.user_id = $2))";

#[derive(QueryableByName)]
struct Admitting {
    #[expect(dead_code, reason = "that there is a row is the answer")]
    #[diesel(sql_type = Text)]
    id: String,
}

/// Whether an application lets a user in: it has no access control, or a rule fits the user.
pub async fn admits(
    connection: &mut Connection,
    application_id: &str,
    user_id: &str,
) -> Result<bool, StoreError> {
    let binds = [application_id.to_owned(), user_id.to_owned()];
    let found: Vec<Admitting> = by_name(connection, ADMITS, &binds).await?;
    Ok(!found.is_empty())
}
