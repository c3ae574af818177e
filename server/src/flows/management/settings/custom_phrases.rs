//! Phrases of the pages in an administrator's own words.

use crate::flows::error::{FlowError, Rejection, invalid_input, reject};
use crate::flows::management::{change, fields, unknown};
use crate::http::language;
use crate::seed::TENANT;
use crate::state::App;
use serde_json::{Map, Value};
use vestibule_protocol::random;
use vestibule_shared::custom_phrase::CustomPhrase;
use vestibule_shared::{ErrorCode, JsonObject};
use vestibule_store::custom_phrases::{self as rows, CustomPhraseRow};
use vestibule_store::{Json, sign_in_experience};

/// Phrases in every language that has some.
pub async fn list(app: &App) -> Result<Vec<CustomPhrase>, FlowError> {
    let found = rows::list(&mut app.store.scan().await?).await?;
    Ok(found.into_iter().map(to_wire).collect())
}

/// Phrases in one language.
pub async fn get(app: &App, tag: &str) -> Result<CustomPhrase, FlowError> {
    let row = rows::by_language(&mut app.store.read().await?, tag).await?;
    Ok(to_wire(row.ok_or_else(|| unknown("custom phrase", tag))?))
}

/// Stores the phrases in one language in place of those that are there.
pub async fn put(app: &App, tag: &str, translation: JsonObject) -> Result<CustomPhrase, FlowError> {
    check_tag(tag)?;
    let known = language::page_phrases_json(language::DEFAULT);
    let translation = checked(translation.0, &known)
        .ok_or_else(|| reject(422, ErrorCode::LocalizationInvalidTranslationStructure))?;
    let row = CustomPhraseRow {
        id: random::standard_id(),
        language_tag: tag.to_owned(),
        translation: Json(JsonObject(translation)),
    };
    change(app, async |connection| Ok(to_wire(rows::put(connection, &row).await?))).await
}

/// Deletes the phrases in one language, unless everybody else's fall back to it.
pub async fn delete(app: &App, tag: &str) -> Result<(), FlowError> {
    change(app, async |connection| {
        let experience = sign_in_experience::get(connection).await?;
        if experience.is_some_and(|it| it.language_info.fallback_language == tag) {
            return Err(reject(409, ErrorCode::LocalizationCannotDeleteDefaultLanguage).into());
        }
        let deleted = rows::delete(connection, tag).await?;
        if deleted { Ok(()) } else { Err(unknown("custom phrase", tag).into()) }
    })
    .await
}

/// Built-in phrases with an administrator's in their place.
pub fn merged(mut base: Value, custom: &JsonObject) -> Value {
    if let Value::Object(base) = &mut base {
        overlay(base, custom);
    }
    base
}

fn overlay(base: &mut Map<String, Value>, custom: &Map<String, Value>) {
    for (key, value) in custom {
        match (base.get_mut(key), value) {
            (Some(Value::Object(base)), Value::Object(custom)) => overlay(base, custom),
            _ => {
                base.insert(key.clone(), value.clone());
            }
        }
    }
}

/// The tree without empty texts; nothing when it has a key that `known` lacks, or a text where
/// `known` has a branch, or the reverse.
pub(crate) fn checked(tree: Map<String, Value>, known: &Value) -> Option<Map<String, Value>> {
    let mut kept = Map::new();
    for (key, value) in tree {
        match (value, known.get(&key)?) {
            (Value::String(text), Value::String(_)) => {
                if !text.is_empty() {
                    kept.insert(key, Value::String(text));
                }
            }
            (Value::Object(branch), known @ Value::Object(_)) => {
                let branch = checked(branch, known)?;
                if !branch.is_empty() {
                    kept.insert(key, Value::Object(branch));
                }
            }
            _ => return None,
        }
    }
    Some(kept)
}

/// The shape of a tag (RFC 5646 section 2.1).
pub(crate) fn check_tag(tag: &str) -> Result<(), Rejection> {
    fields::length("languageTag", tag, 2..=16)?;
    let is_subtag = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|it| it.is_ascii_alphanumeric())
    };
    if tag.split('-').all(is_subtag) && tag.starts_with(|it: char| it.is_ascii_alphabetic()) {
        return Ok(());
    }
    Err(invalid_input("languageTag", "is no language tag"))
}

fn to_wire(row: CustomPhraseRow) -> CustomPhrase {
    CustomPhrase {
        tenant_id: TENANT.to_owned(),
        id: row.id,
        language_tag: row.language_tag,
        translation: row.translation.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn kept(tree: Value) -> Option<Value> {
        let known = json!({ "action": { "back": "Back", "next": "Next" } });
        checked(tree.as_object().unwrap().clone(), &known).map(Value::Object)
    }

    #[test]
    fn phrases_have_the_keys_of_the_built_in_ones() {
        let tree = json!({ "action": { "back": "Return", "next": "" } });
        assert_eq!(kept(tree), Some(json!({ "action": { "back": "Return" } })));
        assert_eq!(kept(json!({ "action": { "next": "" } })), Some(json!({})));
        for bad in [
            json!({ "action": "Go" }),
            json!({ "action": { "back": { "x": "y" } } }),
            json!({ "action": { "other": "x" } }),
            json!({ "action": { "back": 1 } }),
            json!({ "other": {} }),
        ] {
            assert_eq!(kept(bad.clone()), None, "{bad}");
        }
    }

    #[test]
    fn own_words_take_the_place_of_built_in_ones() {
        let base = json!({ "action": { "back": "Back", "next": "Next" } });
        let custom = JsonObject::from_iter([("action", json!({ "back": "Return" }))]);
        let expected = json!({ "action": { "back": "Return", "next": "Next" } });
        assert_eq!(merged(base, &custom), expected);
    }

    #[test]
    fn tags_have_the_shape_of_language_tags() {
        for good in ["en", "pt-BR", "zh-Hant-TW", "es-419"] {
            assert!(check_tag(good).is_ok(), "{good}");
        }
        for bad in ["e", "en_US", "", "en-", "1a", "en-toolongpart1"] {
            assert!(check_tag(bad).is_err(), "{bad}");
        }
    }
}
