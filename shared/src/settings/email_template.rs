//! Texts of e-mails, by language and purpose.

use serde::{Deserialize, Serialize};

/// What a message to a person is for; each may have a text of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum TemplateType {
    /// Code to sign in.
    SignIn,
    /// Code to register.
    Register,
    /// Code to reset a password.
    ForgotPassword,
    /// Invitation into an organization.
    OrganizationInvitation,
    /// Everything else, and test messages.
    Generic,
    /// Code that confirms a sensitive change.
    UserPermissionValidation,
    /// Code that confirms a new address or number.
    BindNewIdentifier,
    /// Code as a second factor.
    MfaVerification,
    /// Code that sets a second factor up.
    BindMfa,
}

impl TemplateType {
    /// Every type.
    pub const ALL: [Self; 9] = [
        Self::SignIn,
        Self::Register,
        Self::ForgotPassword,
        Self::OrganizationInvitation,
        Self::Generic,
        Self::UserPermissionValidation,
        Self::BindNewIdentifier,
        Self::MfaVerification,
        Self::BindMfa,
    ];

    /// The name on the wire, in the database and in connector settings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "SignIn",
            Self::Register => "Register",
            Self::ForgotPassword => "ForgotPassword",
            Self::OrganizationInvitation => "OrganizationInvitation",
            Self::Generic => "Generic",
            Self::UserPermissionValidation => "UserPermissionValidation",
            Self::BindNewIdentifier => "BindNewIdentifier",
            Self::MfaVerification => "MfaVerification",
            Self::BindMfa => "BindMfa",
        }
    }

    /// The type with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

impl std::fmt::Display for TemplateType {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// How the content is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum TemplateContentType {
    /// HTML.
    #[serde(rename = "text/html")]
    Html,
    /// Plain text.
    #[serde(rename = "text/plain")]
    Plain,
}

/// A text; `{{code}}` and other variables are filled in when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct EmailTemplateDetails {
    /// One line.
    #[cfg_attr(feature = "openapi", schema(max_length = 998))]
    pub subject: String,
    /// The body.
    pub content: String,
    /// HTML if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<TemplateContentType>,
    /// Where answers go.
    #[cfg_attr(feature = "openapi", schema(max_length = 998))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// Shown as the sender.
    #[cfg_attr(feature = "openapi", schema(max_length = 998))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send_from: Option<String>,
}

/// What changes of a text; absent members stay.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct UpdateEmailTemplateDetails {
    /// One line.
    #[cfg_attr(feature = "openapi", schema(max_length = 998))]
    pub subject: Option<String>,
    /// The body.
    pub content: Option<String>,
    /// How it is written.
    pub content_type: Option<TemplateContentType>,
    /// Where answers go.
    #[cfg_attr(feature = "openapi", schema(max_length = 998))]
    pub reply_to: Option<String>,
    /// Shown as the sender.
    #[cfg_attr(feature = "openapi", schema(max_length = 998))]
    pub send_from: Option<String>,
}

/// A text for one language and purpose.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct EmailTemplate {
    /// Always `default`.
    pub tenant_id: String,
    /// 21 characters.
    pub id: String,
    /// BCP 47.
    pub language_tag: String,
    /// What it is for.
    pub template_type: TemplateType,
    /// The text itself.
    pub details: EmailTemplateDetails,
    /// When it was made, epoch milliseconds.
    pub created_at: i64,
}

/// A text to be stored.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct NewEmailTemplate {
    /// BCP 47.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 16))]
    pub language_tag: String,
    /// What it is for.
    pub template_type: TemplateType,
    /// The text itself.
    pub details: EmailTemplateDetails,
}

/// Texts to be stored.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PutEmailTemplates {
    /// Each in place of the one for the same language and purpose.
    #[cfg_attr(feature = "openapi", schema(max_items = 500))]
    pub templates: Vec<NewEmailTemplate>,
}

/// How many were deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RowCount {
    /// Rows.
    pub row_count: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_have_one_name_everywhere() {
        for kind in TemplateType::ALL {
            assert_eq!(TemplateType::parse(kind.as_str()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        assert_eq!(TemplateType::parse("signin"), None);
    }
}
