//! How the pages look for an application or an organization that has a look of its own.

use crate::flows::error::FlowError;
use crate::state::App;
use serde_json::{Map, Value};
use vestibule_shared::organization::PartialColor;
use vestibule_shared::sign_in_experience::Branding;
use vestibule_store::organizations;

/// Most characters of an id that is looked for.
const MAX_ID: usize = 256;

/// What differs from the sign-in experience of the server.
struct Differences<'a> {
    color: &'a PartialColor,
    branding: &'a Branding,
    custom_css: Option<&'a str>,
}

impl Differences<'_> {
    /// Puts what differs in the place of what `experience` has.
    fn apply(&self, experience: &mut Map<String, Value>) -> Result<(), FlowError> {
        let unwritable = |error: serde_json::Error| FlowError::Internal(error.to_string());
        let color = serde_json::to_value(self.color).map_err(unwritable)?;
        let branding = serde_json::to_value(self.branding).map_err(unwritable)?;
        merge(experience, "color", color);
        merge(experience, "branding", branding);
        if let Some(css) = self.custom_css.filter(|css| !css.is_empty()) {
            experience.insert("customCss".to_owned(), css.into());
        }
        Ok(())
    }
}

/// Puts the members of `changes` in the place of those that the member `name` has.
fn merge(experience: &mut Map<String, Value>, name: &str, changes: Value) {
    let Value::Object(changes) = changes else { return };
    if let Some(Value::Object(held)) = experience.get_mut(name) {
        // An empty address stands for none.
        held.extend(changes.into_iter().filter(|(_, value)| value.as_str() != Some("")));
    }
}

/// Changes the public form of the sign-in experience to how it looks for an application and, over
/// that, for an organization. Applications of third parties look like the server: people must see
/// whom they give their password to. Ids of nothing change nothing.
pub async fn apply(
    app: &App,
    experience: &mut Map<String, Value>,
    application_id: Option<&str>,
    organization_id: Option<&str>,
) -> Result<(), FlowError> {
    if let Some(id) = application_id.filter(|id| is_plausible(id))
        && let Some(client) = app.catalog.client(&app.store, id).await?
        && !client.is_third_party
        && let Some(row) = &client.appearance
    {
        let (color, branding) = (&row.color.0, &row.branding.0);
        Differences { color, branding, custom_css: row.custom_css.as_deref() }.apply(experience)?;
    }
    if let Some(id) = organization_id.filter(|id| is_plausible(id))
        && let Some(row) = organizations::by_id(&mut app.store.read().await?, id).await?
    {
        let (color, branding) = (&row.color.0, &row.branding.0);
        Differences { color, branding, custom_css: row.custom_css.as_deref() }.apply(experience)?;
    }
    Ok(())
}

fn is_plausible(id: &str) -> bool {
    id.len() <= MAX_ID && !id.contains('\0')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_is_set_differs() {
        let mut experience = json!({
            "color": { "primaryColor": "#111", "darkPrimaryColor": "#222", "isDarkModeEnabled": true },
            "branding": { "logoUrl": "https://id.example/logo.svg" },
            "customCss": "a {}",
            "signInMode": "SignIn",
        });
        let members = experience.as_object_mut().unwrap();
        let before = members.clone();
        let (color, branding) = (PartialColor::default(), Branding::default());
        let nothing = Differences { color: &color, branding: &branding, custom_css: Some("") };
        nothing.apply(members).unwrap();
        assert_eq!(*members, before);
        let color = PartialColor {
            primary_color: Some("#333".into()),
            is_dark_mode_enabled: Some(false),
            ..PartialColor::default()
        };
        let branding = Branding {
            logo_url: Some(String::new()),
            favicon: Some("https://app.example/icon.png".into()),
            ..Branding::default()
        };
        let some = Differences { color: &color, branding: &branding, custom_css: Some("b {}") };
        some.apply(members).unwrap();
        let expected = json!({
            "color": { "primaryColor": "#333", "darkPrimaryColor": "#222", "isDarkModeEnabled": false },
            "branding": {
                "logoUrl": "https://id.example/logo.svg", "favicon": "https://app.example/icon.png",
            },
            "customCss": "b {}",
            "signInMode": "SignIn",
        });
        assert_eq!(experience, expected);
    }
}
