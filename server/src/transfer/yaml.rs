//! YAML text as a tree that knows its lines, and values as YAML text.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::{Number, Value};
use serde_saphyr::{Commented, DuplicateKeyPolicy, Spanned};
use std::fmt::Formatter;

/// A value and where it is in the file.
#[derive(Debug)]
pub struct Node {
    /// Counted from one.
    pub line: u64,
    /// The value.
    pub content: Content,
}

/// A value of a file.
#[derive(Debug)]
pub enum Content {
    /// Null, a boolean, a number or a text.
    Scalar(Value),
    /// `- …`
    List(Vec<Node>),
    /// `key: …`, in the order of the file.
    Map(Vec<(String, Node)>),
}

/// A text that is not YAML.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct YamlError {
    line: u64,
    message: String,
}

impl Node {
    /// Reads a file. Keys that are there twice are refused; only `true` and `false` are booleans.
    pub fn parse(text: &str) -> Result<Self, YamlError> {
        let options = serde_saphyr::options! {
            duplicate_keys: DuplicateKeyPolicy::Error,
            strict_booleans: true,
            leading_zero_numbers_as_strings: true,
            with_snippet: false,
            budget: serde_saphyr::budget! {
                max_events: 50_000_000,
                max_nodes: 50_000_000,
                max_total_scalar_bytes: 1 << 30,
            },
        };
        serde_saphyr::from_str_with_options(text, options).map_err(|error| {
            let line = error.location().map_or(1, |location| location.line());
            let message = error.to_string();
            // What the line is stands in front of it already.
            let message = message.split(" at line ").next().unwrap_or_default().to_owned();
            YamlError { line, message }
        })
    }

    /// The value without its lines.
    pub fn to_value(&self) -> Value {
        match &self.content {
            Content::Scalar(value) => value.clone(),
            Content::List(nodes) => nodes.iter().map(Self::to_value).collect(),
            Content::Map(members) => {
                members.iter().map(|(key, node)| (key.clone(), node.to_value())).collect()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Content>::deserialize(deserializer)?;
        Ok(Self { line: spanned.referenced.line(), content: spanned.value })
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ContentVisitor)
    }
}

struct ContentVisitor;

impl<'de> Visitor<'de> for ContentVisitor {
    type Value = Content;

    fn expecting(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Content, E> {
        Ok(Content::Scalar(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Content, E> {
        Ok(Content::Scalar(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Content, E> {
        Ok(Content::Scalar(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Content, E> {
        let number = Number::from_f64(value).ok_or_else(|| E::custom("not a finite number"))?;
        Ok(Content::Scalar(Value::Number(number)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Content, E> {
        Ok(Content::Scalar(value.into()))
    }

    fn visit_unit<E>(self) -> Result<Content, E> {
        Ok(Content::Scalar(Value::Null))
    }

    fn visit_none<E>(self) -> Result<Content, E> {
        Ok(Content::Scalar(Value::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Content, D::Error> {
        Content::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Content, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = access.next_element()? {
            nodes.push(node);
        }
        Ok(Content::List(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Content, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = access.next_entry()? {
            members.push(member);
        }
        Ok(Content::Map(members))
    }
}

/// A value to be written, with its members in the order that they are read best.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    /// Any JSON value; members of its objects are in alphabetical order.
    Json(Value),
    /// A text with a comment behind it.
    Noted(String, String),
    /// `- …`
    List(Vec<Tree>),
    /// `key: …`
    Map(Vec<(String, Tree)>),
}

impl Tree {
    /// Whether there is nothing in it that would have to be written.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::List(items) => items.is_empty(),
            Self::Map(members) => members.is_empty(),
            Self::Json(_) | Self::Noted(..) => false,
        }
    }

    /// As YAML that ends with a line break. The same tree is always the same text.
    pub fn to_yaml(&self) -> Result<String, serde_saphyr::ser::Error> {
        let options = serde_saphyr::ser_options! {
            compact_list_indent: false,
            prefer_block_scalars: true,
            // Folded lines read badly in a comparison.
            folded_wrap_chars: 1_000_000_000,
        };
        serde_saphyr::to_string_with_options(self, options)
    }
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Json(value) => value.serialize(serializer),
            Self::Noted(text, note) => Commented(text.as_str(), note.clone()).serialize(serializer),
            Self::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(item)?;
                }
                list.end()
            }
            Self::Map(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (key, value) in members {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn there_and_back(value: &Value) -> Value {
        let text = Tree::Json(value.clone()).to_yaml().unwrap();
        Node::parse(&text).unwrap_or_else(|error| panic!("{error} in\n{text}")).to_value()
    }

    #[test]
    fn texts_that_look_like_something_else_stay_texts() {
        for text in [
            "yes",
            "no",
            "on",
            "y",
            "null",
            "~",
            "1",
            "1e3",
            "0x10",
            "010",
            "1_000",
            "+1",
            ".inf",
            "",
            " a",
            "a ",
            "a: b",
            "a #b",
            "# a",
            "- a",
            "!a",
            "&a",
            "*a",
            "{",
            "[",
            "%a",
            "@a",
            "`a",
            "2026-11-21",
            "12:30:45",
            "true",
            "a\nb",
            "a\nb\n",
            "\na",
            "  a\nb",
            "a\n\n",
            "a\r\nb",
            "\t",
            "\u{85}",
            "\u{feff}",
            "\u{2028}",
            "---",
            "---\na",
            "...\n",
            "<<",
            "=",
            "é 😀",
            "${keep}",
            "a \nb",
            "#a\nb",
            "\n",
            " \n a",
        ] {
            assert_eq!(
                there_and_back(&json!({ "a": [text], text: 1 })),
                json!({ "a": [text], text: 1 })
            );
        }
    }

    #[test]
    fn long_lines_and_paragraphs_stay_readable() {
        let long = "word ".repeat(100);
        let yaml = Tree::Json(json!({ "long": long, "css": "a {\n  color: red;\n}\n" })).to_yaml();
        let yaml = yaml.unwrap();
        assert!(yaml.starts_with("css: |\n  a {\n    color: red;\n  }\nlong: "), "{yaml}");
        assert_eq!(yaml.lines().count(), 5);
    }

    #[test]
    fn a_note_is_a_comment_and_nothing_more() {
        let noted = |note: &str| Tree::Noted("id".into(), note.into());
        let list = Tree::List(vec![noted("read:users"), noted("a\nb: c"), noted("")]);
        let yaml = Tree::Map(vec![("scopes".into(), list)]).to_yaml().unwrap();
        assert!(yaml.contains("- id # read:users\n"), "{yaml}");
        assert_eq!(Node::parse(&yaml).unwrap().to_value(), json!({ "scopes": ["id", "id", "id"] }));
    }

    #[test]
    fn mistakes_are_told_by_line() {
        for (text, line) in [("a: 1\na: 2\n", "line 2: "), ("a: 1\nb: }\nc: 2\n", "line 2: ")] {
            let error = Node::parse(text).unwrap_err().to_string();
            assert!(error.starts_with(line), "{error}");
            assert_eq!(error.matches("line").count(), 1, "{error}");
        }
        let node = Node::parse("a:\n  - b: 1\n    c: 2\n").unwrap();
        let Content::Map(members) = &node.content else { panic!() };
        let Content::List(items) = &members[0].1.content else { panic!() };
        let Content::Map(members) = &items[0].content else { panic!() };
        assert_eq!((items[0].line, members[1].1.line), (2, 3));
    }

    proptest! {
        #[test]
        fn any_text_comes_back(text in any::<String>(), key in any::<String>()) {
            let value = json!({ "a": { &key: [&text, { &text: &key }] } });
            prop_assert_eq!(there_and_back(&value), value);
        }
    }
}
