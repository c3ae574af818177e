//! `/api/organizations/{id}/jit`

use crate::api::management::auth::ManagementAccess;
use crate::api::management::path::{Id, Ids};
use crate::api::operations::{Answer, Created, Done, Empty, Listed, Operations};
use crate::flows::management::organizations::jit;
use crate::http::body::Json;
use crate::http::pagination::Page;
use vestibule_shared::organization::{
    EmailDomain, EmailDomains, JitEmailDomain, OrganizationRole, OrganizationRoleIds,
};
use vestibule_shared::sso_connector::{SsoConnector, SsoConnectorIds};

const DOMAINS: &str = "/organizations/{id}/jit/email-domains";
const ROLES: &str = "/organizations/{id}/jit/roles";
const SSO_CONNECTORS: &str = "/organizations/{id}/jit/sso-connectors";

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.get(DOMAINS, "Domains whose addresses make members", list_domains);
    api.post(DOMAINS, "Adds a domain whose addresses make members", add_domain);
    api.put(DOMAINS, "Sets the domains whose addresses make members", set_domains);
    api.delete(
        "/organizations/{id}/jit/email-domains/{emailDomain}",
        "Removes a domain",
        remove_domain,
    );
    api.get(ROLES, "Roles that such members are given", list_roles);
    api.post(ROLES, "Adds roles that such members are given", add_roles);
    api.put(ROLES, "Sets the roles that such members are given", set_roles);
    api.delete(
        "/organizations/{id}/jit/roles/{organizationRoleId}",
        "Gives such members a role no longer",
        remove_role,
    );
    api.get(SSO_CONNECTORS, "Enterprise connectors that make members", list_sso_connectors);
    api.post(SSO_CONNECTORS, "Adds enterprise connectors that make members", add_sso_connectors);
    api.put(SSO_CONNECTORS, "Sets the enterprise connectors that make members", set_sso_connectors);
    api.delete(
        "/organizations/{id}/jit/sso-connectors/{ssoConnectorId}",
        "Lets an enterprise connector make members no longer",
        remove_sso_connector,
    );
}

async fn list_domains(
    access: ManagementAccess,
    id: Id,
    page: Page,
) -> Answer<Listed<JitEmailDomain>> {
    let found = jit::domains(&access.app, &id.0, page.if_asked()).await?;
    Ok(Listed::maybe(page, found))
}

async fn add_domain(
    access: ManagementAccess,
    id: Id,
    body: Json<EmailDomain>,
) -> Answer<Created<JitEmailDomain>> {
    Ok(Created(jit::add_domain(&access.app, &id.0, &body.0.email_domain).await?))
}

async fn set_domains(access: ManagementAccess, id: Id, body: Json<EmailDomains>) -> Answer<Done> {
    jit::set_domains(&access.app, &id.0, &body.0.email_domains).await?;
    Ok(Done)
}

async fn remove_domain(access: ManagementAccess, Ids([id, domain]): Ids<2>) -> Answer<Done> {
    jit::remove_domain(&access.app, &id, &domain).await?;
    Ok(Done)
}

async fn list_roles(
    access: ManagementAccess,
    id: Id,
    page: Page,
) -> Answer<Listed<OrganizationRole>> {
    let found = jit::roles(&access.app, &id.0, page.if_asked()).await?;
    Ok(Listed::maybe(page, found))
}

async fn add_roles(
    access: ManagementAccess,
    id: Id,
    body: Json<OrganizationRoleIds>,
) -> Answer<Empty> {
    jit::add_roles(&access.app, &id.0, &body.0.organization_role_ids).await?;
    Ok(Empty)
}

async fn set_roles(
    access: ManagementAccess,
    id: Id,
    body: Json<OrganizationRoleIds>,
) -> Answer<Done> {
    jit::set_roles(&access.app, &id.0, &body.0.organization_role_ids).await?;
    Ok(Done)
}

async fn remove_role(access: ManagementAccess, Ids([id, role_id]): Ids<2>) -> Answer<Done> {
    jit::remove_role(&access.app, &id, &role_id).await?;
    Ok(Done)
}

async fn list_sso_connectors(
    access: ManagementAccess,
    id: Id,
    page: Page,
) -> Answer<Listed<SsoConnector>> {
    let found = jit::sso_connectors(&access.app, &id.0, page.if_asked()).await?;
    Ok(Listed::maybe(page, found))
}

async fn add_sso_connectors(
    access: ManagementAccess,
    id: Id,
    body: Json<SsoConnectorIds>,
) -> Answer<Empty> {
    jit::add_sso_connectors(&access.app, &id.0, &body.0.sso_connector_ids).await?;
    Ok(Empty)
}

async fn set_sso_connectors(
    access: ManagementAccess,
    id: Id,
    body: Json<SsoConnectorIds>,
) -> Answer<Done> {
    jit::set_sso_connectors(&access.app, &id.0, &body.0.sso_connector_ids).await?;
    Ok(Done)
}

async fn remove_sso_connector(
    access: ManagementAccess,
    Ids([id, connector_id]): Ids<2>,
) -> Answer<Done> {
    jit::remove_sso_connector(&access.app, &id, &connector_id).await?;
    Ok(Done)
}
