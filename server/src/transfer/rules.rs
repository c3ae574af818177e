//! The rules of the Management API, for rows that a file brings.
//!
//! They are looked at when everything is written, before it is committed: a rule may ask the
//! database about other rows. Rows that stay as they are keep to the rules of the day they came.

use super::TransferError;
use super::parse::{Problem, Target};
use super::state::{Row, State};
use super::tables::{Table, find};
use crate::api::management::limits;
use crate::catalog::cookie_keys::CookieKeys;
use crate::catalog::keys::Keys;
use crate::catalog::provider_settings::SESSION;
use crate::flows::error::{FlowError, Rejection, invalid_input, reject};
use crate::flows::management::{
    account_center, applications, captcha_provider, configs, connectors, custom_phrases, domains,
    email_templates, hooks, organizations, profile_fields, resources, roles, saml_applications,
    sign_in_experience, sso_connectors,
};
use crate::http::language;
use crate::seed::MANAGEMENT_API;
use crate::state::App;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::str::FromStr;
use vestibule_connectors::connector::MessageConnector;
use vestibule_connectors::factory::{ConnectorType, factory};
use vestibule_connectors::sso::{SsoProvider, SsoSettings};
use vestibule_protocol::client_metadata;
use vestibule_shared::action::ActionType;
use vestibule_shared::application::ApplicationType;
use vestibule_shared::email_template::NewEmailTemplate;
use vestibule_shared::hook::CreateHook;
use vestibule_shared::jwt_customizer::JwtCustomizerType;
use vestibule_shared::profile_field::CreateProfileField;
use vestibule_shared::sign_in_experience::{SignInExperience, SignInExperiencePatch};
use vestibule_shared::sso_connector::SetIdpInitiatedAuthConfig;
use vestibule_shared::{ErrorCode, JsonObject};
use vestibule_store::{
    Connection, applications as application_rows, connectors as connector_rows, cookie_keys,
    saml_applications as saml_rows, signing_keys,
};

/// The request of the Management API that makes a row of a table. Its bounds hold for the row.
const REQUESTS: &[(&str, &str)] = &[
    ("account_center", "UpdateAccountCenter"),
    ("application_secrets", "CreateApplicationSecret"),
    ("application_sign_in_experiences", "PutApplicationSignInExperience"),
    ("applications", "CreateApplication"),
    ("captcha_provider", "PutCaptchaProvider"),
    ("connectors", "CreateConnector"),
    ("custom_profile_fields", "CreateProfileField"),
    ("email_templates", "NewEmailTemplate"),
    ("hooks", "CreateHook"),
    ("organization_jit_email_domains", "EmailDomain"),
    ("organization_roles", "CreateOrganizationRole"),
    ("organization_scopes", "CreateOrganizationScope"),
    ("organizations", "CreateOrganization"),
    ("resources", "CreateResource"),
    ("roles", "CreateRole"),
    ("saml_application_configs", "CreateSamlApplication"),
    ("scopes", "CreateScope"),
    ("sign_in_experience", "SignInExperiencePatch"),
    ("sso_connector_idp_initiated_auth_configs", "SetIdpInitiatedAuthConfig"),
    ("sso_connectors", "CreateSsoConnector"),
];

const USER: &str = "User";
const MACHINE: &str = "MachineToMachine";

/// Everything that breaks a rule, by line.
pub async fn check(
    app: &App,
    connection: &mut Connection,
    current: &State,
    target: &Target,
) -> Result<Vec<Problem>, TransferError> {
    let mut problems = Vec::new();
    for ((table, key), (line, place)) in &target.given {
        let Some(row) = target.state.get(table, key) else { continue };
        let Some(table) = find(table) else { continue };
        let is_kept = key.first().is_some_and(|id| table.kept.contains(&id.as_str()));
        if current.get(table.name, key) == Some(row)
            || (is_kept && table.name != "sign_in_experience")
        {
            continue;
        }
        let given = Given { app, target, table, row };
        if let Err(error) = given.check(connection).await {
            let message = told(error)?;
            problems.push(Problem { line: *line, place: place.clone(), message });
        }
    }
    if let Err(error) = together(app, connection, current, target).await {
        problems.push(Problem { line: 0, place: String::new(), message: told(error)? });
    }
    problems.sort();
    Ok(problems)
}

/// A refusal in words; other errors end everything.
fn told(error: FlowError) -> Result<String, TransferError> {
    match TransferError::from(error) {
        TransferError::Refused(message) => Ok(message),
        other => Err(other),
    }
}

/// What holds for the whole.
async fn together(
    app: &App,
    connection: &mut Connection,
    current: &State,
    target: &Target,
) -> Result<(), FlowError> {
    let keys = signing_keys::list(connection).await?;
    Keys::read(&keys, &app.secrets)
        .map_err(|reason| invalid_input("signingKeys", &reason.to_string()))?;
    CookieKeys::read(&cookie_keys::list(connection).await?, &app.secrets)
        .map_err(|reason| invalid_input("cookieKeys", &reason))?;
    if !current.rows("connectors").eq(target.state.rows("connectors")) {
        let delivery = delivery(app, connection).await?;
        let experience = sign_in_experience::read(connection).await?;
        sign_in_experience::require_password_renewal(&experience, delivery)?;
    }
    Ok(())
}

async fn delivery(
    app: &App,
    connection: &mut Connection,
) -> Result<connectors::Delivery, FlowError> {
    Ok(connectors::Delivery::with(app, &connector_rows::list(connection).await?))
}

/// A row of the file.
struct Given<'a> {
    app: &'a App,
    target: &'a Target,
    table: &'static Table,
    row: &'a Row,
}

impl Given<'_> {
    async fn check(&self, connection: &mut Connection) -> Result<(), FlowError> {
        self.bounds()?;
        match self.table.name {
            "sign_in_experience" => self.sign_in_experience(connection).await?,
            "account_center" => account_center::check(&self.document()?)?,
            "captcha_provider" => {
                captcha_provider::check(&from_value(self.value("sealed_config"))?)?;
            }
            "custom_phrases" => self.phrases()?,
            "custom_profile_fields" => {
                let field: CreateProfileField = self.wire()?;
                profile_fields::rules::check_name(&field.name, field.field.kind)?;
                profile_fields::rules::check(&field.field)?;
            }
            "email_templates" => {
                let template: NewEmailTemplate = self.wire()?;
                email_templates::check("details", &template.details)?;
            }
            "connectors" => self.connector()?,
            "sso_connectors" => self.sso_connector()?,
            "sso_connector_idp_initiated_auth_configs" => {
                let config: SetIdpInitiatedAuthConfig = self.wire()?;
                sso_connectors::idp_initiated_auth::check(&config)?;
                let id = &config.default_application_id;
                if let Some(application) = application_rows::by_id(connection, id).await? {
                    let uri = config.redirect_uri.as_deref();
                    sso_connectors::idp_initiated_auth::check_application(&application, uri)?;
                }
            }
            "resources" => resources::check_indicator(self.text("indicator"))?,
            "scopes" => resources::check_scope_name(self.text("name"))?,
            "roles" => roles::check_name(self.text("name"))?,
            "roles_scopes" => self.grant()?,
            "applications_roles" => {
                self.expect("applications", "application_id", MACHINE)?;
                self.expect("roles", "role_id", MACHINE)?;
            }
            "application_access_control_user_roles" => self.expect("roles", "role_id", USER)?,
            "application_access_control_organization_roles" | "organization_jit_roles" => {
                self.expect("organization_roles", "organization_role_id", USER)?;
            }
            "organization_application_relations" => {
                self.expect("applications", "application_id", MACHINE)?;
            }
            "organization_role_application_relations" => {
                self.expect("organization_roles", "organization_role_id", MACHINE)?;
                let members = "organization_application_relations";
                let key = ["organization_id", "application_id"].map(|it| self.text(it).to_owned());
                if self.target.state.get(members, &key).is_none() {
                    let reason = "is none of the organization's applications";
                    return Err(invalid_input("applicationId", reason).into());
                }
            }
            "organization_jit_email_domains" => {
                organizations::jit::checked_domain("emailDomain", self.text("email_domain"))?;
            }
            "organizations" => {
                let color = from_value(self.value("color"))?;
                let branding = from_value(self.value("branding"))?;
                organizations::check_look(Some(&color), Some(&branding))?;
            }
            "applications" => self.application(connection).await?,
            "application_secrets" => {
                let row = application_rows::by_id(connection, self.text("application_id")).await?;
                let kind = row.and_then(|row| ApplicationType::parse(&row.kind));
                if !kind.is_some_and(applications::keeps_secrets) {
                    return Err(invalid_input("secrets", "a public client keeps no secret").into());
                }
            }
            "application_sign_in_experiences" => {
                applications::sign_in_experience::check(&self.wire()?)?;
            }
            "hooks" => {
                let hook: CreateHook = self.wire()?;
                hooks::check_events(hook.event, hook.events.as_deref().unwrap_or_default())?;
                hooks::check_config(&hook.config)?;
            }
            "saml_application_configs" => self.saml(connection).await?,
            "saml_application_secrets" => self.expect("applications", "application_id", "SAML")?,
            "domains" => return Err(domains::not_configured().into()),
            "configuration" => self.setting()?,
            _ => {}
        }
        Ok(())
    }

    /// What the document of the Management API says of texts and numbers.
    fn bounds(&self) -> Result<(), Rejection> {
        let Some((_, request)) = REQUESTS.iter().find(|(table, _)| *table == self.table.name)
        else {
            return Ok(());
        };
        if self.table.place("document").is_some() {
            return limits().check_members(request, self.value("document"));
        }
        let members = self.table.in_file().zip(self.row);
        // What a request leaves out.
        let told =
            members.filter(|(column, value)| column.fallback.value().as_ref() != Some(value));
        let told: Map<String, Value> =
            told.map(|(column, value)| (column.key(), value.clone())).collect();
        limits().check_members(request, &Value::Object(told))
    }

    async fn sign_in_experience(&self, connection: &mut Connection) -> Result<(), FlowError> {
        let experience: SignInExperience = self.document()?;
        let patch: SignInExperiencePatch = self.document()?;
        sign_in_experience::check_fields(&patch)?;
        sign_in_experience::check_language(connection, &experience.language_info).await?;
        let delivery = delivery(self.app, connection).await?;
        Ok(sign_in_experience::check_methods(&patch, &experience, delivery)?)
    }

    fn phrases(&self) -> Result<(), Rejection> {
        custom_phrases::check_tag(self.text("language_tag"))?;
        let phrases = self.value("translation").as_object().cloned().unwrap_or_default();
        let known = language::page_phrases_json(language::DEFAULT);
        match custom_phrases::checked(phrases, &known) {
            Some(_) => Ok(()),
            None => Err(reject(422, ErrorCode::LocalizationInvalidTranslationStructure)),
        }
    }

    fn connector(&self) -> Result<(), FlowError> {
        let id = self.text("factory_id");
        let factory =
            factory(id).ok_or_else(|| invalid_input("factoryId", "there is no such connector"))?;
        let metadata: JsonObject = from_value(self.value("metadata"))?;
        let options = (self.flag("sync_profile"), self.flag("enable_token_storage"));
        connectors::check_options(factory, Some(&metadata), options)?;
        if factory.connector_type != ConnectorType::Social {
            MessageConnector::from_config(id, self.value("sealed_config"))?;
        }
        Ok(())
    }

    fn sso_connector(&self) -> Result<(), FlowError> {
        let provider = SsoProvider::from_str(self.text("provider_name"))
            .map_err(|error| invalid_input("providerName", &error.to_string()))?;
        SsoSettings::parse(provider, self.value("sealed_config"))?;
        let domains: Vec<String> = from_value(self.value("domains"))?;
        if sso_connectors::checked_domains(&domains)? != domains {
            return Err(invalid_input("domains", "must be in lower case").into());
        }
        sso_connectors::check_branding(&from_value(self.value("branding"))?)?;
        let is_stored = self.flag("enable_token_storage") == Some(true);
        Ok(sso_connectors::check_token_storage(provider, is_stored)?)
    }

    /// Nobody's role lets people manage the server but the one that does.
    fn grant(&self) -> Result<(), Rejection> {
        let state = &self.target.state;
        let value = |table: &str, id: &str, column: &str| {
            let found = state.value(find(table)?, &[id.to_owned()], column)?;
            found.as_str().map(str::to_owned)
        };
        let kind = value("roles", self.text("role_id"), "type");
        let resource = value("scopes", self.text("scope_id"), "resource_id");
        let indicator = resource.and_then(|id| value("resources", &id, "indicator"));
        let is_kept = find("roles").is_some_and(|roles| roles.kept.contains(&self.text("role_id")));
        if kind.as_deref() == Some(USER) && indicator.as_deref() == Some(MANAGEMENT_API) && !is_kept
        {
            let code = ErrorCode::RoleManagementApiScopesNotAssignableToUserRole;
            return Err(reject(400, code));
        }
        Ok(())
    }

    async fn application(&self, connection: &mut Connection) -> Result<(), FlowError> {
        let kind = ApplicationType::parse(self.text("type"))
            .ok_or_else(|| invalid_input("type", "is no type of application"))?;
        if kind == ApplicationType::Protected || !self.value("protected_app_metadata").is_null() {
            let code = ErrorCode::RequestFeatureNotSupported;
            return Err(reject(422, code).with_details("protected applications").into());
        }
        let oidc = from_value(self.value("oidc_client_metadata"))?;
        let custom = from_value(self.value("custom_client_metadata"))?;
        let is_third_party = self.flag("is_third_party") == Some(true);
        client_metadata::validate(kind, is_third_party, &oidc, &custom)
            .map_err(applications::refuse)?;
        if self.flag("app_level_access_control_enabled") == Some(true) {
            applications::access_control::check_enabling(connection, self.text("id")).await?;
        }
        Ok(())
    }

    async fn saml(&self, connection: &mut Connection) -> Result<(), FlowError> {
        self.expect("applications", "application_id", "SAML")?;
        let id = self.text("application_id");
        if let Some(config) = saml_rows::config(connection, id).await? {
            saml_applications::check(&config)?;
        }
        Ok(())
    }

    fn setting(&self) -> Result<(), FlowError> {
        let (key, value) = (self.text("key"), self.value("value"));
        if let Some(kind) = JwtCustomizerType::ALL.into_iter().find(|kind| kind.key() == key) {
            limits().check_members("JwtCustomizer", value)?;
            configs::jwt_customizers::check(kind, &from_value(value)?)?;
        } else if ActionType::parse(key).is_some() {
            limits().check_members("Action", value)?;
            configs::actions::check(&from_value(value)?)?;
        } else if key == SESSION {
            limits().check_members("UpdateSessionSettings", value)?;
        }
        Ok(())
    }

    fn flag(&self, column: &str) -> Option<bool> {
        self.value(column).as_bool()
    }

    fn value(&self, column: &str) -> &Value {
        self.table.place(column).and_then(|at| self.row.get(at)).unwrap_or(&Value::Null)
    }

    fn text(&self, column: &str) -> &str {
        self.value(column).as_str().unwrap_or_default()
    }

    fn document<T: DeserializeOwned>(&self) -> Result<T, FlowError> {
        from_value(self.value("document"))
    }

    /// The row as a request of the Management API has it.
    fn wire<T: DeserializeOwned>(&self) -> Result<T, FlowError> {
        let members = self.table.in_file().zip(self.row);
        // Nothing is written as nothing.
        let members = members.filter(|(_, value)| !value.is_null() && *value != "");
        let members: Map<String, Value> =
            members.map(|(column, value)| (column.key(), value.clone())).collect();
        from_value(&Value::Object(members))
    }

    /// The row that is referred to has this type.
    fn expect(&self, table: &str, column: &str, kind: &str) -> Result<(), Rejection> {
        let id = self.text(column);
        let held = find(table)
            .and_then(|table| self.target.state.value(table, &[id.to_owned()], "type")?.as_str());
        if held == Some(kind) {
            return Ok(());
        }
        Err(invalid_input(column, &format!("{id} is not of the type {kind}")))
    }
}

fn from_value<T: DeserializeOwned>(value: &Value) -> Result<T, FlowError> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        invalid_input(&path, &error.into_inner().to_string()).into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::management::operations;

    /// A type that is renamed would lose its bounds in silence.
    #[test]
    fn every_request_is_in_the_document() {
        let document = serde_json::to_value(operations().document()).unwrap();
        let others = ["JwtCustomizer", "Action", "UpdateSessionSettings"];
        for request in REQUESTS.iter().map(|(_, request)| *request).chain(others) {
            assert!(document["components"]["schemas"][request].is_object(), "{request}");
        }
        for (table, _) in REQUESTS {
            assert!(find(table).is_some(), "{table}");
        }
    }
}
