//! Questions that new users are asked beside their credentials.

pub(crate) mod rules;

pub use rules::check_key;

use crate::flows::error::{FlowError, invalid_input, reject};
use crate::flows::management::{change, unknown};
use crate::seed::TENANT;
use crate::state::App;
use std::collections::BTreeSet;
use vestibule_protocol::random;
use vestibule_shared::ErrorCode;
use vestibule_shared::profile_field::{
    CreateProfileField, FieldPlace, ProfileField, ProfileFieldType, PutProfileField,
};
use vestibule_store::profile_fields::{self as rows, ProfileFieldRow};
use vestibule_store::{Connection, Json, StoreError};

const MAX_AT_ONCE: usize = 20;
/// More than anybody would fill in; reading them all stays cheap.
const MAX_FIELDS: usize = 1000;

/// All fields in their order.
pub async fn list(app: &App) -> Result<Vec<ProfileField>, FlowError> {
    rows::list(&mut app.store.scan().await?).await?.into_iter().map(to_wire).collect()
}

/// One field.
pub async fn get(app: &App, name: &str) -> Result<ProfileField, FlowError> {
    to_wire(find(&mut app.store.read().await?, name).await?)
}

/// Adds fields after those that are there: all or none.
pub async fn create(
    app: &App,
    requests: Vec<CreateProfileField>,
) -> Result<Vec<ProfileField>, FlowError> {
    if requests.is_empty() || requests.len() > MAX_AT_ONCE {
        return Err(invalid_input("", "must have 1 to 20 entries").into());
    }
    let mut made = Vec::new();
    for CreateProfileField { name, field } in requests {
        rules::check_name(&name, field.kind)?;
        rules::check(&field)?;
        made.push(ProfileFieldRow {
            id: random::standard_id(),
            name,
            kind: field.kind.as_str().to_owned(),
            label: field.label.unwrap_or_default(),
            description: field.description,
            required: field.required,
            config: Json(field.config.unwrap_or_default()),
            sie_order: 0,
            created_at: app.clock.now(),
        });
    }
    change(app, async |connection| {
        let others = rows::list(connection).await?;
        if others.len() + made.len() > MAX_FIELDS {
            return Err(invalid_input("", "there are 1000 fields already").into());
        }
        let mut place = others.iter().map(|row| row.sie_order).max().unwrap_or(0);
        let mut shown = Vec::new();
        for row in &made {
            place = place.saturating_add(1);
            let row = ProfileFieldRow { sie_order: place, ..row.clone() };
            rows::insert(connection, &row).await.map_err(|error| taken(error, &row.name))?;
            shown.push(to_wire(row)?);
        }
        Ok(shown)
    })
    .await
}

/// Puts a field in place of one; the name and the place stay.
pub async fn replace(
    app: &App,
    name: &str,
    request: PutProfileField,
) -> Result<ProfileField, FlowError> {
    rules::check_name(name, request.kind)?;
    rules::check(&request)?;
    change(app, async |connection| {
        let request = request.clone();
        let row = ProfileFieldRow {
            kind: request.kind.as_str().to_owned(),
            label: request.label.unwrap_or_default(),
            description: request.description,
            required: request.required,
            config: Json(request.config.unwrap_or_default()),
            ..find(connection, name).await?
        };
        rows::update(connection, &row).await?;
        to_wire(row)
    })
    .await
}

/// Deletes a field; answers that were given stay with their users.
pub async fn delete(app: &App, name: &str) -> Result<(), FlowError> {
    change(app, async |connection| {
        let row = find(connection, name).await?;
        rows::delete(connection, &row.id).await?;
        Ok(())
    })
    .await
}

/// Puts fields into an order; answers with all of them.
pub async fn reorder(app: &App, order: &[FieldPlace]) -> Result<Vec<ProfileField>, FlowError> {
    let places: BTreeSet<i16> = order.iter().map(|it| it.sie_order).collect();
    let names: BTreeSet<&str> = order.iter().map(|it| it.name.as_str()).collect();
    if places.len() != order.len() || names.len() != order.len() {
        return Err(reject(400, ErrorCode::CustomProfileFieldsConflictedSieOrder).into());
    }
    change(app, async |connection| {
        let found = rows::list(connection).await?;
        let missing: Vec<&str> = names
            .iter()
            .copied()
            .filter(|name| found.iter().all(|row| row.name != *name))
            .collect();
        if !missing.is_empty() {
            let refusal = reject(400, ErrorCode::CustomProfileFieldsEntityNotExistsWithNames);
            return Err(refusal.with("names", missing.join(", ")).into());
        }
        for row in found {
            let place = order.iter().find(|it| it.name == row.name).map(|it| it.sie_order.into());
            if let Some(sie_order) = place.filter(|place| *place != row.sie_order) {
                rows::update(connection, &ProfileFieldRow { sie_order, ..row }).await?;
            }
        }
        rows::list(connection).await?.into_iter().map(to_wire).collect()
    })
    .await
}

async fn find(connection: &mut Connection, name: &str) -> Result<ProfileFieldRow, FlowError> {
    let found = rows::by_name(connection, name).await?;
    Ok(found.ok_or_else(|| unknown("custom profile field", name))?)
}

fn taken(error: StoreError, name: &str) -> FlowError {
    match error {
        StoreError::Taken(_) => {
            reject(422, ErrorCode::CustomProfileFieldsNameExists).with("name", name).into()
        }
        other => other.into(),
    }
}

fn to_wire(row: ProfileFieldRow) -> Result<ProfileField, FlowError> {
    Ok(read_row(row)?)
}

/// The row as the contract shows it.
pub fn read_row(row: ProfileFieldRow) -> Result<ProfileField, StoreError> {
    let kind = ProfileFieldType::parse(&row.kind).ok_or_else(|| StoreError::Corrupt {
        table: "custom_profile_fields",
        reason: format!("{} is a {}", row.name, row.kind),
    })?;
    Ok(ProfileField {
        tenant_id: TENANT.to_owned(),
        id: row.id,
        name: row.name,
        kind,
        label: row.label,
        description: row.description,
        required: row.required,
        config: row.config.0,
        created_at: row.created_at,
        sie_order: row.sie_order,
    })
}
