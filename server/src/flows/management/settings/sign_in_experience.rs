//! How signing in looks and works: reading it, changing it, and what a change must keep to.

pub(in crate::flows::management) mod appearance;
mod hosted;
mod methods;
mod mfa;
mod policies;

pub use methods::require_password_renewal;

use crate::assets::Page;
use crate::flows::error::{FlowError, Rejection, invalid_input, reject};
use crate::flows::management::connectors::Delivery;
use crate::flows::management::{change, users as accounts};
use crate::flows::policy::password_rules;
use crate::http::language;
use crate::state::App;
use serde_json::json;
use vestibule_passwords::policy::{self as password_policy, Issue, UserFacts};
use vestibule_shared::ErrorCode;
use vestibule_shared::sign_in_experience::{
    Branding, LanguageInfo, PasswordExpiration, SignInExperience, SignInExperiencePatch,
    UsernameConflict, UsernameConflicts,
};
use vestibule_store::{
    Connection, Millis, connectors, custom_phrases, sign_in_experience as row, users,
};

/// How many groups of conflicting names an error shows.
const CONFLICT_SAMPLES: usize = 20;

/// The settings as the database has them.
pub async fn get(app: &App) -> Result<SignInExperience, FlowError> {
    read(&mut app.store.read().await?).await
}

/// Changes what is sent; each column is replaced as a whole.
pub async fn update(
    app: &App,
    patch: SignInExperiencePatch,
) -> Result<SignInExperience, FlowError> {
    check_fields(&patch)?;
    if let Some(Some(pages)) = &patch.custom_ui_assets
        && app.assets.page(&pages.id, Page::Index).await?.is_none()
    {
        return Err(invalid_input("customUiAssets.id", "names no uploaded pages").into());
    }
    change(app, async |connection| {
        let current = read(connection).await?;
        let next = apply(&current, patch.clone(), app.clock.now());
        let delivery = Delivery::with(app, &connectors::list(connection).await?);
        if let Some(info) = &patch.language_info {
            check_language(connection, info).await?;
        }
        check_methods(&patch, &next, delivery)?;
        rekey_usernames(connection, &current, &next).await?;
        row::put(connection, &next, app.clock.now()).await?;
        Ok(next)
    })
    .await
}

/// Groups of user names that differ only in case, and how many groups there are.
pub async fn username_conflicts(app: &App, limit: usize) -> Result<UsernameConflicts, FlowError> {
    let found = users::case_conflicts(&mut app.store.scan().await?, limit).await?;
    Ok(conflicts_to_wire(found))
}

/// The rules for new passwords that a password breaks; for a user also those about names.
pub async fn check_password(
    app: &App,
    password: &str,
    user_id: Option<&str>,
) -> Result<Vec<Issue>, FlowError> {
    let mut facts = UserFacts::default();
    if let Some(id) = user_id {
        let user = accounts::find(&mut app.store.read().await?, id).await?;
        facts = UserFacts {
            name: user.name,
            username: user.username,
            email: user.primary_email,
            phone: user.primary_phone,
        };
    }
    let rules = password_rules(&app.catalog.snapshot().experience.password_policy);
    Ok(password_policy::check(password, &rules, &facts, &app.breached))
}

pub(crate) async fn read(connection: &mut Connection) -> Result<SignInExperience, FlowError> {
    let stored = row::get(connection).await?;
    stored.ok_or_else(|| FlowError::Internal("there is no sign-in experience".into()))
}

/// Rules that need nothing but what is sent.
pub(crate) fn check_fields(patch: &SignInExperiencePatch) -> Result<(), Rejection> {
    appearance::check(patch)?;
    policies::check(patch)?;
    hosted::check(patch)
}

/// Rules for what is sent together with what is not.
pub(crate) fn check_methods(
    patch: &SignInExperiencePatch,
    next: &SignInExperience,
    delivery: Delivery,
) -> Result<(), Rejection> {
    methods::check(patch, next, delivery)?;
    mfa::check(patch, next)
}

/// The fallback is a language that pages have phrases in: built in, or an administrator's own.
pub(crate) async fn check_language(
    connection: &mut Connection,
    info: &LanguageInfo,
) -> Result<(), FlowError> {
    let tag = info.fallback_language.as_str();
    if language::BUILT_IN.contains(&tag)
        || custom_phrases::by_language(connection, tag).await?.is_some()
    {
        return Ok(());
    }
    Err(reject(400, ErrorCode::SieUnsupportedDefaultLanguage).into())
}

/// Names are compared by a column of their own, which follows the policy.
pub(crate) async fn rekey_usernames(
    connection: &mut Connection,
    current: &SignInExperience,
    next: &SignInExperience,
) -> Result<(), FlowError> {
    let case_sensitive = next.username_policy.case_sensitive;
    if case_sensitive == current.username_policy.case_sensitive {
        return Ok(());
    }
    if !case_sensitive {
        let found = users::case_conflicts(connection, CONFLICT_SAMPLES).await?;
        if found.0 > 0 {
            let refusal = reject(409, ErrorCode::SieUsernameCaseConflicts);
            return Err(refusal.with_data(json!(conflicts_to_wire(found))).into());
        }
    }
    Ok(users::rekey_usernames(connection, case_sensitive).await?)
}

fn conflicts_to_wire((total, groups): (usize, Vec<(String, Vec<String>)>)) -> UsernameConflicts {
    let sample = |(username_lower, user_ids)| UsernameConflict { username_lower, user_ids };
    UsernameConflicts { total_conflicts: total, samples: groups.into_iter().map(sample).collect() }
}

/// Puts the columns that are sent in place of the current ones. A column that is added to the
/// type but not here does not compile.
macro_rules! replace {
    ($patch:expr => $experience:ident { $($column:ident),+ $(,)? }) => {
        let SignInExperiencePatch { $($column),+ } = $patch;
        $(if let Some(value) = $column {
            $experience.$column = value;
        })+
    };
}

fn apply(
    current: &SignInExperience,
    patch: SignInExperiencePatch,
    now: Millis,
) -> SignInExperience {
    let mut next = current.clone();
    let sent = patch.clone();
    replace!(patch => next {
        color, branding, hide_logto_branding, language_info, terms_of_use_url, privacy_policy_url,
        agree_to_terms_policy, sign_in, sign_up, social_sign_in, social_sign_in_connector_targets,
        sign_in_mode, custom_css, custom_content, custom_ui_assets, custom_ui_csp,
        password_policy, mfa, adaptive_mfa, trusted_device, single_sign_on_enabled, support_email,
        support_website_url, unknown_session_redirect_url, captcha_policy, sentinel_policy,
        email_blocklist_policy, verification_code_policy, forgot_password_methods,
        passkey_sign_in, sign_up_profile_fields, password_expiration, username_policy,
    });
    // Unknown targets are dropped, and no social connector can be set up yet.
    next.social_sign_in_connector_targets.clear();
    next.branding = without_empty(next.branding);
    next.adaptive_mfa = mfa::adaptive(&sent, &next.mfa, next.adaptive_mfa);
    next.password_expiration =
        expiration(&current.password_expiration, next.password_expiration, now);
    next
}

/// Forms send an empty text for a picture that is not there.
pub(in crate::flows::management) fn without_empty(branding: Branding) -> Branding {
    let filled = |address: Option<String>| address.filter(|it| !it.is_empty());
    Branding {
        logo_url: filled(branding.logo_url),
        dark_logo_url: filled(branding.dark_logo_url),
        favicon: filled(branding.favicon),
        dark_favicon: filled(branding.dark_favicon),
    }
}

/// Since when passwords expire is not the caller's to say.
fn expiration(
    current: &PasswordExpiration,
    next: PasswordExpiration,
    now: Millis,
) -> PasswordExpiration {
    if !next.enabled {
        return PasswordExpiration::default();
    }
    let since = current.enabled_at.filter(|_| current.enabled);
    PasswordExpiration { enabled_at: Some(since.unwrap_or(now)), ..next }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed;
    use serde_json::Value;

    fn applied(current: &SignInExperience, patch: Value, now: Millis) -> SignInExperience {
        apply(current, serde_json::from_value(patch).unwrap(), now)
    }

    #[test]
    fn what_is_not_sent_stays_and_what_is_sent_is_replaced_as_a_whole() {
        let seeded = seed::sign_in_experience();
        assert_eq!(applied(&seeded, json!({}), 1), seeded);
        let first = json!({
            "termsOfUseUrl": "https://example.com/terms",
            "passwordPolicy": { "length": { "min": 12 } },
        });
        let first = applied(&seeded, first, 1);
        assert_eq!(first.terms_of_use_url.as_deref(), Some("https://example.com/terms"));
        assert_eq!(first.color, seeded.color);
        let policy = json!({ "termsOfUseUrl": null, "passwordPolicy": { "rejects": {} } });
        let second = applied(&first, policy, 1);
        assert_eq!(second.terms_of_use_url, None);
        assert_eq!(second.password_policy.length, None);
    }

    #[test]
    fn the_server_keeps_since_when_passwords_expire() {
        let on = |days: u32| {
            let expiration = json!({ "enabled": true, "validPeriodDays": days, "enabledAt": 1 });
            json!({ "passwordExpiration": expiration })
        };
        let seeded = seed::sign_in_experience();
        let first = applied(&seeded, on(30), 100);
        assert_eq!(first.password_expiration.enabled_at, Some(100));
        let second = applied(&first, on(60), 200);
        assert_eq!(second.password_expiration.enabled_at, Some(100));
        assert_eq!(second.password_expiration.valid_period_days, Some(60));
        let off = json!({ "passwordExpiration": { "enabled": false, "validPeriodDays": 60 } });
        let off = applied(&second, off, 300);
        assert_eq!(off.password_expiration, PasswordExpiration::default());
        assert_eq!(applied(&off, on(60), 400).password_expiration.enabled_at, Some(400));
    }

    #[test]
    fn empty_pictures_and_unknown_social_targets_are_dropped() {
        let patch = json!({
            "branding": { "logoUrl": "", "favicon": "https://example.com/icon.png" },
            "socialSignInConnectorTargets": ["somewhere"],
        });
        let next = applied(&seed::sign_in_experience(), patch, 1);
        assert_eq!(next.branding.logo_url, None);
        assert!(next.branding.favicon.is_some());
        assert!(next.social_sign_in_connector_targets.is_empty());
    }

    #[test]
    fn the_seeded_experience_keeps_to_every_rule() {
        let seeded = seed::sign_in_experience();
        let patch: SignInExperiencePatch =
            serde_json::from_value(serde_json::to_value(&seeded).unwrap()).unwrap();
        check_fields(&patch).unwrap();
        let none = Delivery { email: false, sms: false };
        check_methods(&patch, &apply(&seeded, patch.clone(), 1), none).unwrap();
    }
}
