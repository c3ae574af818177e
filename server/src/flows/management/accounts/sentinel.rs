//! Giving people who were locked out another chance.

use crate::flows::error::FlowError;
use crate::flows::identifier::Phone;
use crate::flows::management::write;
use crate::flows::sentinel::{Action, target_of_text, target_of_user};
use crate::state::App;
use vestibule_shared::sentinel::{DeleteSentinelActivities, SentinelTargetType};
use vestibule_store::{Durability, sentinel};

/// Attempts with these are counted for the account.
const SECOND_FACTORS: [Action; 2] = [Action::MfaTotp, Action::MfaBackupCode];

/// Forgets the failed attempts on these identifiers, or on second factors of accounts with these
/// ids, and unlocks them. Attempts of applications are not counted, so there is nothing to forget.
pub async fn delete(app: &App, request: &DeleteSentinelActivities) -> Result<(), FlowError> {
    if request.target_type == SentinelTargetType::App {
        return Ok(());
    }
    let forms = request.targets.iter().flat_map(|name| forms(name));
    let mut targets: Vec<String> = forms.map(|name| target_of_text(&name)).collect();
    if request.target_type == SentinelTargetType::User {
        let of = |id: &String| SECOND_FACTORS.map(|action| target_of_user(id, action));
        targets.extend(request.targets.iter().flat_map(of));
    }
    write(app, Durability::Durable, async |connection| {
        Ok(sentinel::forget(connection, &targets).await?)
    })
    .await
}

/// What attempts may be counted under when somebody types this: names and addresses without
/// regard to case, phone numbers in their international form.
fn forms(name: &str) -> Vec<String> {
    let number = Phone::parse(name.trim_start_matches('+')).ok();
    let mut forms = vec![name.to_lowercase()];
    forms.extend(number.map(|it| it.key()));
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_however_they_are_typed() {
        assert_eq!(forms("Ann"), ["ann"]);
        assert_eq!(forms("Ann@Example.com"), ["ann@example.com"]);
        assert_eq!(forms("+4901701234567").last().unwrap(), "491701234567");
        assert_eq!(forms("491701234567").last().unwrap(), "491701234567");
    }
}
