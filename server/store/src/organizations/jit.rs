//! Who becomes a member of an organization by signing in, and with which roles.

use super::roles::OrganizationRoleRow;
use crate::StoreError;
use crate::connection::{Connection, on};
use crate::rows::page_of;
use crate::schema::{
    organization_jit_email_domains, organization_jit_roles, organization_jit_sso_connectors,
    organization_roles, sso_connectors,
};
use crate::sso_connectors::SsoConnectorRow;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// Domains of an organization, in order: all of them or a page, and how many there are.
pub async fn domains(
    connection: &mut Connection,
    organization_id: &str,
    page: Option<(i64, i64)>,
) -> Result<(Vec<String>, i64), StoreError> {
    let page = page.unwrap_or((0, i64::MAX));
    on!(connection, |inner| {
        let all = organization_jit_email_domains::table
            .filter(organization_jit_email_domains::organization_id.eq(organization_id));
        Ok(page_of!(
            inner,
            all,
            organization_jit_email_domains::email_domain,
            organization_jit_email_domains::email_domain,
            page
        ))
    })
}

/// Roles that new members are given, by name: all of them or a page, and how many there are.
pub async fn roles(
    connection: &mut Connection,
    organization_id: &str,
    page: Option<(i64, i64)>,
) -> Result<(Vec<OrganizationRoleRow>, i64), StoreError> {
    let page = page.unwrap_or((0, i64::MAX));
    on!(connection, |inner| {
        let all = organization_jit_roles::table
            .inner_join(organization_roles::table)
            .filter(organization_jit_roles::organization_id.eq(organization_id));
        Ok(page_of!(
            inner,
            all,
            OrganizationRoleRow::as_select(),
            (organization_roles::name, organization_roles::id),
            page
        ))
    })
}

/// Enterprise connectors that make members, by name: all of them or a page, and how many there
/// are.
pub async fn sso_connectors(
    connection: &mut Connection,
    organization_id: &str,
    page: Option<(i64, i64)>,
) -> Result<(Vec<SsoConnectorRow>, i64), StoreError> {
    let page = page.unwrap_or((0, i64::MAX));
    on!(connection, |inner| {
        let all = organization_jit_sso_connectors::table
            .inner_join(sso_connectors::table)
            .filter(organization_jit_sso_connectors::organization_id.eq(organization_id));
        Ok(page_of!(
            inner,
            all,
            SsoConnectorRow::as_select(),
            (sso_connectors::connector_name, sso_connectors::id),
            page
        ))
    })
}

/// Domains of an organization.
pub mod domain_relation {
    crate::rows::relation!(organization_jit_email_domains, organization_id, email_domain);
}

/// Roles that new members are given.
pub mod role_relation {
    crate::rows::relation!(organization_jit_roles, organization_id, organization_role_id);
}

/// Enterprise connectors that make members.
pub mod sso_connector_relation {
    crate::rows::relation!(organization_jit_sso_connectors, organization_id, sso_connector_id);
}
