//! Every table is either configuration or named as data, and every column is declared.

use super::*;
use std::collections::{BTreeMap, BTreeSet};

const SCHEMA: [&str; 8] = [
    include_str!("../../../store/src/schema/accounts.rs"),
    include_str!("../../../store/src/schema/clients.rs"),
    include_str!("../../../store/src/schema/federation.rs"),
    include_str!("../../../store/src/schema/memberships.rs"),
    include_str!("../../../store/src/schema/permissions.rs"),
    include_str!("../../../store/src/schema/provider.rs"),
    include_str!("../../../store/src/schema/settings.rs"),
    include_str!("../../../store/src/schema/traffic.rs"),
];

struct Declared {
    key: Vec<String>,
    columns: BTreeMap<String, (SqlType, bool)>,
}

/// The `table!` blocks of the schema. That these are all tables, and right, is tested there.
fn schema() -> BTreeMap<String, Declared> {
    let areas = include_str!("../../../store/src/schema.rs").matches("\nmod ").count();
    assert_eq!(areas, SCHEMA.len(), "a file of the schema is not looked at here");
    let blocks = SCHEMA.iter().flat_map(|area| area.split("diesel::table! {").skip(1));
    let table = |block: &str| {
        let (block, _) = block.split_once("\n}").unwrap();
        let (head, body) = block.split_once('{').unwrap();
        let (name, key) = head.trim().split_once(" (").unwrap();
        let key = key.trim_end_matches(')').split(", ").map(str::to_owned).collect();
        let mut columns = BTreeMap::new();
        let mut renamed = None;
        for line in body.lines().map(str::trim) {
            if let Some(name) = line.strip_prefix("#[sql_name = \"") {
                renamed = name.strip_suffix("\"]").map(str::to_owned);
            } else if let Some((name, kind)) = line.trim_end_matches(',').split_once(" -> ") {
                let inner = kind.strip_prefix("Nullable<").and_then(|it| it.strip_suffix('>'));
                let kind = match inner.unwrap_or(kind) {
                    "Text" => SqlType::Text,
                    "Bool" => SqlType::Boolean,
                    "Integer" | "BigInt" => SqlType::Integer,
                    other => panic!("{other}"),
                };
                let name = renamed.take().unwrap_or_else(|| name.to_owned());
                columns.insert(name, (kind, inner.is_some()));
            }
        }
        (name.to_owned(), Declared { key, columns })
    };
    blocks.map(table).collect()
}

#[test]
fn every_table_is_configuration_or_data() {
    let mut named: Vec<&str> = all().iter().map(|table| table.name).collect();
    named.extend(DATA.iter().map(|(name, _)| *name));
    let different: BTreeSet<&str> = named.iter().copied().collect();
    assert_eq!(different.len(), named.len(), "a table is named twice");
    let declared = schema();
    let declared: BTreeSet<&str> = declared.keys().map(String::as_str).collect();
    assert_eq!(different, declared);
    assert!(DATA.iter().all(|(_, reason)| !reason.is_empty()));
}

#[test]
fn every_column_of_configuration_is_declared() {
    let declared = schema();
    for table in all() {
        let schema = &declared[table.name];
        assert_eq!(schema.key, table.key, "{}", table.name);
        let columns: BTreeMap<String, SqlType> =
            table.columns.iter().map(|it| (it.name.to_owned(), it.sql_type())).collect();
        let known: BTreeMap<String, SqlType> =
            schema.columns.iter().map(|(name, (kind, _))| (name.clone(), *kind)).collect();
        assert_eq!(columns, known, "{}", table.name);
        for column in table.columns {
            let is_nullable = schema.columns[column.name].1;
            let may_be_null = matches!(column.fallback, Fallback::Null);
            assert_eq!(is_nullable, may_be_null, "{}.{}", table.name, column.name);
            let is_sealed = matches!(column.kind, Kind::Sealed(_) | Kind::SealedJson(..));
            let name = format!("{}.{}", table.name, column.name);
            assert_eq!(column.name.starts_with("sealed_"), is_sealed, "{name}");
        }
    }
}

#[test]
fn tables_come_after_those_they_refer_to() {
    let order: Vec<&str> = all().iter().map(|table| table.name).collect();
    for (place, table) in all().iter().enumerate() {
        for of in table.columns.iter().filter_map(|column| column.refers) {
            let first = order.iter().position(|name| *name == of).unwrap();
            assert!(first < place, "{} before {of}", table.name);
        }
    }
}

#[test]
fn keys_of_the_file_are_clear() {
    let mut sections = BTreeSet::new();
    for section in SECTIONS {
        assert!(sections.insert(section.key), "{}", section.key);
        let columns = section.table.in_file().map(Column::key);
        let children = section.children.iter().map(|child| child.key.to_owned());
        let mut keys = BTreeSet::new();
        for key in columns.chain(children) {
            assert!(keys.insert(key.clone()), "{}.{key}", section.key);
        }
    }
    assert_eq!(column("sealed_config", Kind::Text, Fallback::Null).key(), "config");
    assert_eq!(column("is_default", Kind::Text, Fallback::Null).key(), "isDefault");
}
