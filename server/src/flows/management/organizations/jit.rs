//! Who becomes a member of an organization by signing in, and with which roles.

use super::{find, roles, unrelated};
use crate::flows::error::{FlowError, Rejection, invalid_input, reject};
use crate::flows::management::{change, sso_connectors, unknown};
use crate::seed::TENANT;
use crate::state::App;
use vestibule_shared::ErrorCode;
use vestibule_shared::organization::{JitEmailDomain, OrganizationRole};
use vestibule_shared::role::RoleType;
use vestibule_shared::sso_connector::SsoConnector;
use vestibule_store::organizations::jit::{
    self as rows, domain_relation, role_relation, sso_connector_relation,
};

/// RFC 1035 allows 255; the table of the contract has less.
const MAX_DOMAIN: usize = 128;

/// Domains of an organization: all of them, or a page.
pub async fn domains(
    app: &App,
    id: &str,
    page: Option<(i64, i64)>,
) -> Result<(Vec<JitEmailDomain>, Option<i64>), FlowError> {
    let mut connection = app.store.scan().await?;
    find(&mut connection, id).await?;
    let (found, total) = rows::domains(&mut connection, id, page).await?;
    Ok((found.into_iter().map(|domain| to_wire(id, domain)).collect(), page.map(|_| total)))
}

/// Adds a domain.
pub async fn add_domain(app: &App, id: &str, domain: &str) -> Result<JitEmailDomain, FlowError> {
    let domain = checked_domain("emailDomain", domain)?;
    change(app, async |connection| {
        find(connection, id).await?;
        let added = domain_relation::attach(connection, id, std::slice::from_ref(&domain)).await?;
        if added.is_empty() {
            return Err(reject(422, ErrorCode::EntityUniqueViolation).into());
        }
        Ok(())
    })
    .await?;
    Ok(to_wire(id, domain))
}

/// Sets the domains of an organization.
pub async fn set_domains(app: &App, id: &str, domains: &[String]) -> Result<(), FlowError> {
    let domains: Vec<String> = domains
        .iter()
        .enumerate()
        .map(|(number, domain)| checked_domain(&format!("emailDomains.{number}"), domain))
        .collect::<Result<_, _>>()?;
    change(app, async |connection| {
        find(connection, id).await?;
        Ok(domain_relation::replace(connection, id, &domains).await?)
    })
    .await
}

/// Removes a domain.
pub async fn remove_domain(app: &App, id: &str, domain: &str) -> Result<(), FlowError> {
    change(app, async |connection| {
        find(connection, id).await?;
        let removed = domain_relation::detach(connection, id, &domain.to_lowercase()).await?;
        if removed { Ok(()) } else { Err(unknown("email domain", domain).into()) }
    })
    .await
}

/// Roles that new members are given: all of them, or a page.
pub async fn roles(
    app: &App,
    id: &str,
    page: Option<(i64, i64)>,
) -> Result<(Vec<OrganizationRole>, Option<i64>), FlowError> {
    let mut connection = app.store.scan().await?;
    find(&mut connection, id).await?;
    let (found, total) = rows::roles(&mut connection, id, page).await?;
    Ok((found.into_iter().map(roles::to_wire).collect(), page.map(|_| total)))
}

/// Adds roles that new members are given.
pub async fn add_roles(app: &App, id: &str, ids: &[String]) -> Result<(), FlowError> {
    change(app, async |connection| {
        find(connection, id).await?;
        roles::check(connection, ids, RoleType::User).await?;
        role_relation::attach(connection, id, ids).await?;
        Ok(())
    })
    .await
}

/// Sets the roles that new members are given.
pub async fn set_roles(app: &App, id: &str, ids: &[String]) -> Result<(), FlowError> {
    change(app, async |connection| {
        find(connection, id).await?;
        roles::check(connection, ids, RoleType::User).await?;
        Ok(role_relation::replace(connection, id, ids).await?)
    })
    .await
}

/// Gives new members a role no longer.
pub async fn remove_role(app: &App, id: &str, role_id: &str) -> Result<(), FlowError> {
    change(app, async |connection| {
        find(connection, id).await?;
        let removed = role_relation::detach(connection, id, role_id).await?;
        if removed { Ok(()) } else { Err(unknown("organization role", role_id).into()) }
    })
    .await
}

/// Enterprise connectors that make members: all of them, or a page.
pub async fn sso_connectors(
    app: &App,
    id: &str,
    page: Option<(i64, i64)>,
) -> Result<(Vec<SsoConnector>, Option<i64>), FlowError> {
    let mut connection = app.store.scan().await?;
    find(&mut connection, id).await?;
    let (found, total) = rows::sso_connectors(&mut connection, id, page).await?;
    let shown: Result<_, FlowError> =
        found.into_iter().map(|row| sso_connectors::to_wire(app, row)).collect();
    Ok((shown?, page.map(|_| total)))
}

/// Adds enterprise connectors that make members.
pub async fn add_sso_connectors(app: &App, id: &str, ids: &[String]) -> Result<(), FlowError> {
    change(app, async |connection| {
        find(connection, id).await?;
        sso_connector_relation::attach(connection, id, ids).await.map_err(unrelated)?;
        Ok(())
    })
    .await
}

/// Sets the enterprise connectors that make members.
pub async fn set_sso_connectors(app: &App, id: &str, ids: &[String]) -> Result<(), FlowError> {
    change(app, async |connection| {
        find(connection, id).await?;
        sso_connector_relation::replace(connection, id, ids).await.map_err(unrelated)
    })
    .await
}

/// Lets an enterprise connector make members no longer.
pub async fn remove_sso_connector(
    app: &App,
    id: &str,
    connector_id: &str,
) -> Result<(), FlowError> {
    change(app, async |connection| {
        find(connection, id).await?;
        let removed = sso_connector_relation::detach(connection, id, connector_id).await?;
        if removed { Ok(()) } else { Err(unknown("SSO connector", connector_id).into()) }
    })
    .await
}

/// A domain as it is compared: labels of letters, digits and hyphens (RFC 5321 section 4.1.2), or
/// their Unicode forms, at least two of them.
pub(crate) fn checked_domain(path: &str, domain: &str) -> Result<String, Rejection> {
    let is_label = |label: &str| {
        let fits = |each: char| each.is_alphanumeric() || each == '-';
        !label.is_empty() && label.chars().all(fits)
    };
    let fits = domain.contains('.') && domain.split('.').all(is_label);
    if fits && domain.chars().count() <= MAX_DOMAIN {
        Ok(domain.to_lowercase())
    } else {
        Err(invalid_input(path, "is no domain, such as example.com"))
    }
}

fn to_wire(id: &str, email_domain: String) -> JitEmailDomain {
    JitEmailDomain { tenant_id: TENANT.to_owned(), organization_id: id.to_owned(), email_domain }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_are_checked_and_compared_in_small_letters() {
        assert_eq!(checked_domain("d", "Mail.Example.COM").unwrap(), "mail.example.com");
        assert!(checked_domain("d", "bücher.example").is_ok());
        for bad in
            ["", "example", "@example.com", "a..b", ".com", "example.com.", "a b.com", "*.com"]
        {
            assert!(checked_domain("d", bad).is_err(), "{bad}");
        }
        assert!(checked_domain("d", &format!("{}.com", "a".repeat(125))).is_err());
    }
}
