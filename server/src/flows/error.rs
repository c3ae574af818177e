//! How a flow ends when it does not succeed.

use serde_json::{Value, json};
use vestibule_connectors::error::ConnectorError;
use vestibule_passwords::pool::HashError;
use vestibule_protocol::error::OAuthError;
use vestibule_shared::ErrorCode;
use vestibule_store::{StoreError, TransactionError, Unique};

/// A refusal that the client is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Rejection {
    /// HTTP status: the same code comes with different ones, depending on where it is raised.
    pub status: u16,
    /// The public code.
    pub code: ErrorCode,
    /// Facts for programs.
    pub data: Option<Value>,
    /// What exactly did not fit.
    pub details: Option<String>,
    /// Values for the placeholders of the sentence.
    pub metadata: Vec<(&'static str, String)>,
    /// Seconds after which it may be tried again.
    pub retry_after: Option<u32>,
}

/// A refusal with this status and code.
pub fn reject(status: u16, code: ErrorCode) -> Rejection {
    Rejection { status, code, data: None, details: None, metadata: Vec::new(), retry_after: None }
}

/// `guard.invalid_input` for one field.
pub fn invalid_input(path: &str, reason: &str) -> Rejection {
    let steps: Vec<&str> = path.split('.').filter(|step| !step.is_empty()).collect();
    let details = format!("Error in key path \"{path}\": (invalid_input) {reason}");
    reject(400, ErrorCode::GuardInvalidInput)
        .with_data(json!({
            "name": "ZodError",
            "issues": [{ "code": "invalid_input", "path": steps, "message": reason }],
        }))
        .with_details(details)
}

impl Rejection {
    /// Adds facts for programs.
    pub fn with_data(self, data: Value) -> Self {
        Self { data: Some(data), ..self }
    }

    /// Adds what exactly did not fit.
    pub fn with_details(self, details: impl Into<String>) -> Self {
        Self { details: Some(details.into()), ..self }
    }

    /// Adds the value of a placeholder.
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.metadata.push((name, value.to_string()));
        self
    }

    /// Adds when it may be tried again, in seconds.
    pub fn with_retry_after(self, seconds: u32) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }
}

/// Why a flow did not succeed.
#[derive(Debug)]
pub enum FlowError {
    /// The client is told why.
    Rejected(Rejection),
    /// The client is told in the words of OAuth.
    OAuth(OAuthError),
    /// Too much to do at the moment.
    Busy {
        /// Seconds.
        retry_after: u32,
    },
    /// The database.
    Store(StoreError),
    /// Our own fault.
    Internal(String),
}

impl From<Rejection> for FlowError {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl From<OAuthError> for FlowError {
    fn from(error: OAuthError) -> Self {
        Self::OAuth(error)
    }
}

impl From<StoreError> for FlowError {
    fn from(error: StoreError) -> Self {
        let taken = |code| Self::Rejected(reject(422, code));
        match error {
            StoreError::Taken(Unique::Username) => taken(ErrorCode::UserUsernameAlreadyInUse),
            StoreError::Taken(Unique::Email) => taken(ErrorCode::UserEmailAlreadyInUse),
            StoreError::Taken(Unique::Phone) => taken(ErrorCode::UserPhoneAlreadyInUse),
            StoreError::Taken(Unique::ApplicationSecretName) => {
                taken(ErrorCode::ApplicationSecretNameExists)
            }
            StoreError::Taken(Unique::Other) => taken(ErrorCode::EntityUniqueViolation),
            StoreError::MissingReference => {
                Self::Rejected(reject(404, ErrorCode::EntityRelationNotFound))
            }
            StoreError::Constraint(_) => taken(ErrorCode::EntityDbConstraintViolated),
            other => Self::Store(other),
        }
    }
}

impl From<HashError> for FlowError {
    fn from(error: HashError) -> Self {
        match error {
            HashError::Busy { retry_after_seconds } => {
                Self::Busy { retry_after: u32::try_from(retry_after_seconds).unwrap_or(u32::MAX) }
            }
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<ConnectorError> for FlowError {
    fn from(error: ConnectorError) -> Self {
        let code = format!("connector.{}", error.code());
        let code = ErrorCode::parse(&code).unwrap_or(ErrorCode::ConnectorGeneral);
        let rejection = reject(error.status(), code).with_details(error.to_string());
        Self::Rejected(match error.data() {
            Some(data) => rejection.with_data(data),
            None => rejection,
        })
    }
}

impl TransactionError for FlowError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Rejected(_) | Self::OAuth(_) | Self::Busy { .. } | Self::Internal(_) => None,
        }
    }
}
