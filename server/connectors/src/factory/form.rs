//! The fields of a connector's form.

use serde::Serialize;
use serde_json::Value;

/// What kind of input a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum FormItemType {
    /// One line.
    Text,
    /// A number.
    Number,
    /// Several lines.
    MultilineText,
    /// On or off.
    Switch,
    /// One of some values.
    Select,
    /// Several of some values.
    MultiSelect,
    /// JSON.
    Json,
}

/// A value to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SelectItem {
    /// What is stored.
    pub value: &'static str,
    /// What is shown.
    pub title: &'static str,
}

/// When a field is shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ShowCondition {
    /// Another field.
    pub target_key: &'static str,
    /// What that field must hold.
    pub expect_value: Value,
}

/// One field.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FormItem {
    /// Key in the configuration.
    pub key: &'static str,
    /// What stands beside it.
    pub label: &'static str,
    /// What kind of input it is.
    #[serde(rename = "type")]
    pub item_type: FormItemType,
    /// Must be filled in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required: Option<bool>,
    /// What it holds at first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_value: Option<Value>,
    /// Example shown while it is empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placeholder: Option<&'static str>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<&'static str>,
    /// Holds a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_confidential: Option<bool>,
    /// Values to choose from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub select_items: Option<Vec<SelectItem>>,
    /// When it is shown; always when there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub show_conditions: Option<Vec<ShowCondition>>,
    /// More about it on demand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tooltip: Option<&'static str>,
}

impl FormItem {
    /// An optional field.
    pub(super) const fn new(
        key: &'static str,
        label: &'static str,
        item_type: FormItemType,
    ) -> Self {
        Self {
            key,
            label,
            item_type,
            required: None,
            default_value: None,
            placeholder: None,
            description: None,
            is_confidential: None,
            select_items: None,
            show_conditions: None,
            tooltip: None,
        }
    }

    pub(super) const fn required(mut self) -> Self {
        self.required = Some(true);
        self
    }

    pub(super) const fn confidential(mut self) -> Self {
        self.is_confidential = Some(true);
        self
    }

    pub(super) const fn placeholder(mut self, example: &'static str) -> Self {
        self.placeholder = Some(example);
        self
    }

    pub(super) const fn description(mut self, text: &'static str) -> Self {
        self.description = Some(text);
        self
    }

    pub(super) fn default(mut self, value: impl Into<Value>) -> Self {
        self.default_value = Some(value.into());
        self
    }

    /// Shown while another field holds this value.
    pub(super) fn when(mut self, target_key: &'static str, value: impl Into<Value>) -> Self {
        let condition = ShowCondition { target_key, expect_value: value.into() };
        self.show_conditions.get_or_insert_default().push(condition);
        self
    }
}
