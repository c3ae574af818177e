//! What people may see and change of their own account.

use crate::flows::error::{FlowError, Rejection, invalid_input, reject};
use crate::flows::management::{change, fields};
use crate::seed::TENANT;
use crate::state::App;
use std::collections::BTreeSet;
use url::Url;
use vestibule_shared::ErrorCode;
use vestibule_shared::account_center::{
    AccountCenter, AccountCenterSettings, ProfilePageField, UpdateAccountCenter,
};
use vestibule_store::{account_center as row, profile_fields};

/// The settings.
pub async fn get(app: &App) -> Result<AccountCenter, FlowError> {
    let stored = row::get(&mut app.store.read().await?).await?;
    Ok(to_wire(stored.unwrap_or_default()))
}

/// Changes the settings.
pub async fn update(app: &App, request: UpdateAccountCenter) -> Result<AccountCenter, FlowError> {
    check(&request)?;
    change(app, async |connection| {
        let request = request.clone();
        let mut settings = row::get(connection).await?.unwrap_or_default();
        settings.enabled = request.enabled.unwrap_or(settings.enabled);
        settings.fields = request.fields.unwrap_or(settings.fields);
        if let Some(origins) = request.webauthn_related_origins {
            settings.webauthn_related_origins = different(origins);
        }
        if let Some(address) = request.delete_account_url {
            settings.delete_account_url = address.filter(|it| !it.is_empty());
        }
        settings.custom_css = request.custom_css.unwrap_or(settings.custom_css);
        if let Some(listed) = request.profile_fields {
            let known = profile_fields::list(connection).await?;
            let is_known = |it: &ProfilePageField| known.iter().any(|row| row.name == it.name);
            settings.profile_fields =
                listed.map(|listed| listed.into_iter().filter(is_known).collect());
        }
        row::put(connection, &settings, app.clock.now()).await?;
        Ok(to_wire(settings))
    })
    .await
}

fn different(origins: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for origin in origins {
        if !kept.contains(&origin) {
            kept.push(origin);
        }
    }
    kept
}

pub(crate) fn check(request: &UpdateAccountCenter) -> Result<(), Rejection> {
    let origins = request.webauthn_related_origins.as_deref().unwrap_or_default();
    if !origins.iter().all(|it| is_origin(it)) {
        return Err(invalid_input("webauthnRelatedOrigins", "must be web origins"));
    }
    let address = request.delete_account_url.as_ref().and_then(Option::as_deref);
    fields::optional_web_address("deleteAccountUrl", address)?;
    let listed = request.profile_fields.iter().flatten().flatten();
    let names: Vec<&str> = listed.map(|it| it.name.as_str()).collect();
    if names.iter().collect::<BTreeSet<_>>().len() != names.len() {
        return Err(reject(400, ErrorCode::CustomProfileFieldsDuplicateNames));
    }
    Ok(())
}

/// Scheme, host and port, nothing else (RFC 6454 section 6.2).
fn is_origin(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == text
    })
}

fn to_wire(settings: AccountCenterSettings) -> AccountCenter {
    AccountCenter { tenant_id: TENANT.to_owned(), id: "default".to_owned(), settings }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_have_no_path() {
        assert!(is_origin("https://example.com") && is_origin("http://localhost:3000"));
        for bad in ["", "example.com", "https://example.com/", "https://example.com/a", "ftp://a.b"]
        {
            assert!(!is_origin(bad), "{bad}");
        }
    }
}
