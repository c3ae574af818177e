//! Scripts, which are kept for other programs: this server runs none.
//!
//! They are stored sealed, because the values that they read may be secrets.

use super::internal;
use crate::flows::error::{FlowError, Rejection, invalid_input, reject};
use crate::state::App;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use vestibule_shared::ErrorCode;
use vestibule_store::{Connection, configuration};

/// The purpose that scripts are sealed for.
pub(crate) const SEAL: &str = "script";
const MAX_VARIABLES: usize = 100;
const MAX_NAME: usize = 128;
/// Bytes.
const MAX_VALUE: usize = 4096;
/// Bytes of a script with its samples.
const MAX_DOCUMENT: usize = 128 * 1024;

/// The script under a key.
pub async fn read<T: DeserializeOwned>(
    app: &App,
    connection: &mut Connection,
    key: &str,
) -> Result<Option<T>, FlowError> {
    let sealed = configuration::get(connection, key).await?;
    sealed.map(|sealed| open(app, &sealed)).transpose()
}

/// The scripts under these keys that are there, with their keys.
pub async fn read_many<T: DeserializeOwned>(
    app: &App,
    keys: &[&str],
) -> Result<Vec<(String, T)>, FlowError> {
    let found = configuration::get_many(&mut app.store.read().await?, keys).await?;
    found.into_iter().map(|(key, sealed)| Ok((key, open(app, &sealed)?))).collect()
}

/// Stores a script; whether there was none under this key.
pub async fn put(
    app: &App,
    connection: &mut Connection,
    key: &str,
    script: &impl Serialize,
) -> Result<bool, FlowError> {
    let text = serde_json::to_vec(script).map_err(internal)?;
    if text.len() > MAX_DOCUMENT {
        return Err(too_long("", MAX_DOCUMENT).into());
    }
    let is_new = configuration::get(connection, key).await?.is_none();
    configuration::set(connection, key, &app.secrets.sealer.seal(SEAL, &text)).await?;
    Ok(is_new)
}

/// Deletes the script under a key; false when there is none.
pub async fn delete(connection: &mut Connection, key: &str) -> Result<bool, FlowError> {
    let was_there = configuration::get(connection, key).await?.is_some();
    configuration::remove(connection, key).await?;
    Ok(was_there)
}

/// Checks the values that a script reads.
pub fn check(variables: Option<&BTreeMap<String, String>>) -> Result<(), Rejection> {
    let Some(variables) = variables else { return Ok(()) };
    if variables.len() > MAX_VARIABLES {
        let reason = format!("must have at most {MAX_VARIABLES} members");
        return Err(invalid_input("environmentVariables", &reason));
    }
    for (name, value) in variables {
        if name.is_empty() || name.len() > MAX_NAME {
            let reason = format!("has a name that does not have 1 to {MAX_NAME} bytes");
            return Err(invalid_input("environmentVariables", &reason));
        }
        if value.len() > MAX_VALUE {
            return Err(too_long("environmentVariables", MAX_VALUE));
        }
    }
    Ok(())
}

/// Refuses what would need a script to be run. `field` asks for it.
pub fn not_run(field: &str) -> Rejection {
    reject(422, ErrorCode::RequestFeatureNotSupported).with_details(field)
}

fn open<T: DeserializeOwned>(app: &App, sealed: &str) -> Result<T, FlowError> {
    let text = app.secrets.sealer.open(SEAL, sealed).map_err(internal)?;
    serde_json::from_slice(&text).map_err(internal)
}

fn too_long(path: &str, most: usize) -> Rejection {
    invalid_input(path, &format!("must have at most {most} bytes"))
}
