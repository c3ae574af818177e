//! JSON from the server, read member by member over the browser's own parser.
//!
//! A derived reader for every type would be the largest part of the program that a person waits
//! for. Natively the same code reads `serde_json` values, so that tests compare what it reads
//! with what the server writes.

#[cfg(not(target_arch = "wasm32"))]
use serde_json::Value;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;

/// A JSON value, or nothing.
#[derive(Clone, Debug)]
pub struct Json(#[cfg(target_arch = "wasm32")] JsValue, #[cfg(not(target_arch = "wasm32"))] Value);

#[cfg(not(target_arch = "wasm32"))]
impl From<Value> for Json {
    fn from(value: Value) -> Self {
        Self(value)
    }
}

#[cfg(target_arch = "wasm32")]
impl Json {
    /// Nothing.
    pub const NOTHING: Self = Self(JsValue::UNDEFINED);

    /// Takes what a script has parsed.
    pub const fn from_script(value: JsValue) -> Self {
        Self(value)
    }

    /// Reads a text.
    pub fn parse(text: &str) -> Option<Self> {
        js_sys::JSON::parse(text).ok().map(Self)
    }

    /// A member of an object; nothing if there is none.
    #[must_use]
    pub fn get(&self, name: &str) -> Self {
        js_sys::Reflect::get(&self.0, &name.into()).map_or(Self::NOTHING, Self)
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<String> {
        self.0.as_string()
    }

    /// The truth value, if it is one.
    pub fn flag(&self) -> Option<bool> {
        self.0.as_bool()
    }

    /// The number, if it is one; without a fraction.
    pub fn number(&self) -> Option<u64> {
        self.0.as_f64().map(|number| number as u64)
    }

    /// The members of a list.
    pub fn items(&self) -> Option<Vec<Self>> {
        let list: &js_sys::Array = self.0.dyn_ref()?;
        Some(list.iter().map(Self).collect())
    }

    /// Names of the members of an object.
    pub fn names(&self) -> Vec<String> {
        let names = self.0.dyn_ref::<js_sys::Object>().map(js_sys::Object::keys);
        names.map_or_else(Vec::new, |names| {
            names.iter().filter_map(|name| name.as_string()).collect()
        })
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl Json {
    /// Nothing.
    pub const NOTHING: Self = Self(Value::Null);

    /// Outside of a browser no script has parsed anything.
    pub fn from_script(_: JsValue) -> Self {
        Self::NOTHING
    }

    /// Reads a text.
    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().map(Self)
    }

    /// A member of an object; nothing if there is none.
    #[must_use]
    pub fn get(&self, name: &str) -> Self {
        self.0.get(name).cloned().map_or(Self::NOTHING, Self)
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<String> {
        self.0.as_str().map(str::to_owned)
    }

    /// The truth value, if it is one.
    pub fn flag(&self) -> Option<bool> {
        self.0.as_bool()
    }

    /// The number, if it is one; without a fraction.
    pub fn number(&self) -> Option<u64> {
        self.0.as_u64()
    }

    /// The members of a list.
    pub fn items(&self) -> Option<Vec<Self>> {
        self.0.as_array().map(|items| items.iter().cloned().map(Self).collect())
    }

    /// Names of the members of an object.
    pub fn names(&self) -> Vec<String> {
        self.0.as_object().into_iter().flat_map(|members| members.keys().cloned()).collect()
    }
}

impl Json {
    /// A member that is a text with something in it.
    pub fn text_at(&self, name: &str) -> Option<String> {
        self.get(name).text().filter(|text| !text.is_empty())
    }

    /// A member that is a truth value; false if it is not.
    pub fn flag_at(&self, name: &str) -> bool {
        self.get(name).flag() == Some(true)
    }

    /// A member that is a small number.
    pub fn number_at(&self, name: &str) -> Option<u32> {
        self.get(name).number().and_then(|number| u32::try_from(number).ok())
    }

    /// Reads every item of a list member; items that cannot be read are left out.
    pub fn items_at<T>(&self, name: &str, read: impl FnMut(Self) -> Option<T>) -> Vec<T> {
        self.get(name).items().unwrap_or_default().into_iter().filter_map(read).collect()
    }
}
