//! A file as the configuration that would be there once it is applied.

mod cell;

use super::conceal;
use super::state::{Key, Row, State, key_of, setting};
use super::tables::{Child, ChildForm, Column, Form, Kind, SECTIONS, Section, Table, all, find};
use super::yaml::{Content, Node};
use cell::cell;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use vestibule_store::Millis;

/// What is wrong with a file, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Counted from one; zero where it is no single line.
    pub line: u64,
    /// Section, row and column.
    pub place: String,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(formatter, "line {}: ", self.line)?;
        }
        if !self.place.is_empty() {
            write!(formatter, "{}: ", self.place)?;
        }
        formatter.write_str(&self.message)
    }
}

/// What a file asks for.
pub struct Target {
    /// The configuration that would be there.
    pub state: State,
    /// Rows that the file has, and their lines and places.
    pub given: BTreeMap<(&'static str, Key), (u64, String)>,
    /// Keys of the sections that it has.
    pub sections: BTreeSet<&'static str>,
    /// How many rows are only in the database and stay.
    pub left: usize,
    /// Everything that is wrong with it.
    pub problems: Vec<Problem>,
}

/// Reads a file over the configuration that is there. With `prune`, rows are deleted that sections
/// of the file do not have.
pub fn parse(root: &Node, current: &State, prune: bool, now: Millis) -> Target {
    let mut parser = Parser {
        current,
        prune,
        now,
        mistaken: BTreeSet::new(),
        target: Target {
            state: current.clone(),
            given: BTreeMap::new(),
            sections: BTreeSet::new(),
            left: 0,
            problems: Vec::new(),
        },
    };
    parser.file(root);
    parser.derive();
    parser.references();
    parser.distinct();
    let mut target = parser.target;
    target.problems.sort();
    target
}

struct Parser<'a> {
    current: &'a State,
    prune: bool,
    now: Millis,
    /// Rows of the file that are not taken over for their mistakes. Others may refer to them.
    mistaken: BTreeSet<(&'static str, Key)>,
    target: Target,
}

/// The owner of nested rows: the column with its id, and the id.
type Owner<'a> = Option<(&'static str, &'a str)>;

impl Parser<'_> {
    fn problem(&mut self, line: u64, place: &str, message: impl Into<String>) {
        let place = place.to_owned();
        self.target.problems.push(Problem { line, place, message: message.into() });
    }

    fn file(&mut self, root: &Node) {
        let Content::Map(members) = &root.content else {
            return self.problem(root.line, "", "must be sections by their keys");
        };
        let version = members.iter().find(|(key, _)| key == "version");
        if version.is_none_or(|(_, node)| node.to_value() != json!(1)) {
            let line = version.map_or(1, |(_, node)| node.line);
            self.problem(line, "version", "must be 1");
        }
        for (key, node) in members.iter().filter(|(key, _)| key != "version") {
            match SECTIONS.iter().find(|section| section.key == key) {
                None => self.problem(node.line, key, "there is no such section"),
                Some(section) => {
                    self.target.sections.insert(section.key);
                    self.section(section, node);
                }
            }
        }
    }

    fn section(&mut self, section: &'static Section, node: &Node) {
        let table = section.table;
        match section.form {
            Form::Rows => {
                let rows = self.rows(table, node, section.key, None, section.children);
                self.drop_others(table, None, &rows, section.is_secret || self.prune);
            }
            Form::Row => {
                if is_null(node) {
                    return self.drop_others(table, None, &BTreeSet::new(), true);
                }
                let id = ("id", "default");
                self.row(table, node, section.key, Some(id), &[]);
            }
            Form::Document => self.document(table, node, section.key),
            Form::Settings => self.settings(table, node, section.key),
            Form::Ids => {
                let given = self.ids(table, node, section.key, None);
                self.drop_others(table, None, &given, true);
            }
        }
    }

    fn document(&mut self, table: &'static Table, node: &Node, place: &str) {
        if is_null(node) {
            return self.drop_others(table, None, &BTreeSet::new(), true);
        }
        let column = table.in_file().find(|column| column.name == "document");
        let Some(Column { kind: Kind::Json(document), .. }) = column else { return };
        let mut value = node.to_value();
        // Members that every document has alike, where the type asks for them.
        let full = match &value {
            Value::Object(members) => {
                let mut full: Map<String, Value> = members.clone();
                full.insert("tenantId".into(), json!("default"));
                full.insert("id".into(), json!("default"));
                Value::Object(full)
            }
            _ => return self.problem(node.line, place, "must be an object"),
        };
        if document(&value).is_err() && document(&full).is_ok() {
            value.clone_from(&full);
        }
        match document(&value) {
            Ok(value) => {
                self.keep(table, vec![json!("default"), value], node.line, place.to_owned());
            }
            Err(reason) => {
                // Of the two reasons, the one that is not about these members.
                let is_other = |it: &String| !it.contains("tenantId") && it != "unknown key id";
                let reason = document(&full).err().filter(is_other).unwrap_or(reason);
                self.problem(line_of(node, &reason), place, reason);
            }
        }
    }

    fn settings(&mut self, table: &'static Table, node: &Node, place: &str) {
        let Content::Map(members) = &node.content else {
            if !is_null(node) {
                self.problem(node.line, place, "must be settings by their keys");
            }
            return;
        };
        let mut given = BTreeSet::new();
        for (key, node) in members {
            let place = format!("{place}.{key}");
            let Some(setting) = setting(key) else {
                self.problem(node.line, &place, "there is no such setting");
                continue;
            };
            let before = self.current.get(table.name, std::slice::from_ref(key));
            let before = before.and_then(|row| row.get(1));
            let value = match setting.seal {
                None => Ok(node.to_value()),
                Some(_) => conceal::resolve_document(&node.to_value(), before),
            };
            match value.and_then(|value| (setting.document)(&value)) {
                Err(reason) => self.problem(line_of(node, &reason), &place, reason),
                Ok(value) => {
                    given.insert(vec![key.clone()]);
                    self.keep(table, vec![json!(key), value], node.line, place);
                }
            }
        }
        self.drop_others(table, None, &given, self.prune);
    }

    /// A list of rows; their keys.
    fn rows(
        &mut self,
        table: &'static Table,
        node: &Node,
        place: &str,
        owner: Owner<'_>,
        children: &'static [Child],
    ) -> BTreeSet<Key> {
        let mut keys = BTreeSet::new();
        let items = match &node.content {
            Content::List(items) => items.as_slice(),
            _ if is_null(node) => &[],
            _ => {
                self.problem(node.line, place, "must be a list");
                &[]
            }
        };
        for (number, item) in items.iter().enumerate() {
            let place = format!("{place}[{}]", name_of(item).unwrap_or_else(|| number.to_string()));
            keys.extend(self.row(table, item, &place, owner, children));
        }
        keys
    }

    /// One row; its key.
    fn row(
        &mut self,
        table: &'static Table,
        node: &Node,
        place: &str,
        owner: Owner<'_>,
        children: &'static [Child],
    ) -> Option<Key> {
        let Content::Map(members) = &node.content else {
            self.problem(node.line, place, "must be an object");
            return None;
        };
        let is_known = |key: &str| {
            children.iter().any(|child| child.key == key)
                || table.in_file().any(|column| {
                    column.key() == key && owner.is_none_or(|(name, _)| name != column.name)
                })
        };
        for (key, node) in members.iter().filter(|(key, _)| !is_known(key)) {
            self.problem(node.line, &format!("{place}.{key}"), "there is no such key");
        }
        let known = key_in_file(table, members, owner);
        let before = known.as_ref().and_then(|key| self.current.get(table.name, key).cloned());
        let count = self.target.problems.len();
        let (mut row, mut mistakes, mut of_secrets) = (Row::new(), Vec::new(), Vec::new());
        for (at, column) in table.in_file().enumerate() {
            let key = column.key();
            let held = before.as_ref().and_then(|row| row.get(at));
            let given = members.iter().find(|(name, _)| *name == key).map(|(_, node)| node);
            let value = match (owner, given) {
                (Some((name, id)), _) if name == column.name => Ok(json!(id)),
                (_, Some(given)) => {
                    cell(column, given, held).map_err(|reason| (line_of(given, &reason), reason))
                }
                (_, None) => match (column.kind, column.fallback.value()) {
                    (Kind::Created, _) => Ok(held.cloned().unwrap_or_else(|| json!(self.now))),
                    (_, Some(value)) => Ok(value),
                    (_, None) => Err((node.line, "is missing".to_owned())),
                },
            };
            match value {
                Ok(value) => row.push(value),
                Err((line, reason)) => {
                    let is_secret = matches!(column.kind, Kind::Sealed(_) | Kind::SealedJson(..));
                    let found = if is_secret { &mut of_secrets } else { &mut mistakes };
                    found.push((line, format!("{place}.{key}"), reason));
                }
            }
        }
        // Where nobody knows which row is meant, nobody knows which secrets it keeps.
        if known.is_some() || mistakes.is_empty() {
            mistakes.append(&mut of_secrets);
        }
        for (line, place, reason) in mistakes {
            self.problem(line, &place, reason);
        }
        let is_mistaken = self.target.problems.len() > count;
        let key = if is_mistaken {
            // What is nested is looked at all the same, for the mistakes in it.
            let key = known?;
            self.mistaken.insert((table.name, key.clone()));
            key
        } else {
            let key = key_of(table, &row);
            self.keep(table, row, node.line, place.to_owned()).then_some(key)?
        };
        if let Some(id) = key.first() {
            self.children(members, id, place, children);
        }
        (!is_mistaken).then_some(key)
    }

    fn children(
        &mut self,
        members: &[(String, Node)],
        owner: &str,
        place: &str,
        children: &'static [Child],
    ) {
        for child in children {
            let node = members.iter().find(|(key, _)| key == child.key).map(|(_, node)| node);
            let place = format!("{place}.{}", child.key);
            let of = Some((child.owner, owner));
            let given = match (node, child.form) {
                (None, _) => BTreeSet::new(),
                (Some(node), _) if is_null(node) => BTreeSet::new(),
                (Some(node), ChildForm::Row) => {
                    self.row(child.table, node, &place, of, &[]).into_iter().collect()
                }
                (Some(node), ChildForm::Relation) if child.table.key.len() == 2 => {
                    self.ids(child.table, node, &place, of)
                }
                (Some(node), ChildForm::Relation | ChildForm::Rows) => {
                    self.rows(child.table, node, &place, of, &[])
                }
            };
            let is_exact = child.form != ChildForm::Rows || self.prune;
            self.drop_others(child.table, of, &given, is_exact);
        }
    }

    /// A list of the only column beside the owner.
    fn ids(
        &mut self,
        table: &'static Table,
        node: &Node,
        place: &str,
        owner: Owner<'_>,
    ) -> BTreeSet<Key> {
        let mut keys = BTreeSet::new();
        let Content::List(items) = &node.content else {
            if !is_null(node) {
                self.problem(node.line, place, "must be a list");
            }
            return keys;
        };
        for item in items {
            match &item.content {
                Content::Scalar(Value::String(id)) => {
                    let mut row: Row = owner.iter().map(|(_, id)| json!(id)).collect();
                    row.push(json!(id));
                    keys.insert(key_of(table, &row));
                    self.keep(table, row, item.line, place.to_owned());
                }
                _ => self.problem(item.line, place, "must be texts"),
            }
        }
        keys
    }

    /// Takes a row of the file over; whether it can be.
    fn keep(&mut self, table: &'static Table, row: Row, line: u64, place: String) -> bool {
        let key = key_of(table, &row);
        if let Err(reason) = self.check_key(table, &key, &row) {
            self.problem(line, &place, reason);
            return false;
        }
        let known = self.target.given.insert((table.name, key), (line, place.clone()));
        if let Some((first, _)) = known {
            self.problem(line, &place, format!("is there already, in line {first}"));
            return false;
        }
        self.target.state.put(table, row);
        true
    }

    fn check_key(&self, table: &Table, key: &Key, row: &Row) -> Result<(), String> {
        if key.iter().any(|part| part.is_empty() || part.len() > MAX_KEY) {
            return Err("has an id that is empty or too long".to_owned());
        }
        // The owner of a row is not exchanged: what belongs to it would go.
        let owner = table.columns.iter().find(|column| {
            column.refers.is_some() && !table.key.contains(&column.name) && is_owner(table, column)
        });
        if let Some(owner) = owner
            && let Some(held) = self.current.value(table, key, owner.name)
            && table.place(owner.name).and_then(|at| row.get(at)) != Some(held)
        {
            let of = held.as_str().unwrap_or_default();
            return Err(format!("belongs to {of} in the database"));
        }
        Ok(())
    }

    /// Removes rows that the file does not have, or counts those that stay.
    fn drop_others(
        &mut self,
        table: &'static Table,
        owner: Owner<'_>,
        given: &BTreeSet<Key>,
        is_exact: bool,
    ) {
        let others: Vec<Key> = self
            .current
            .ordered(table, owner)
            .into_iter()
            .map(|(key, _)| key.clone())
            .filter(|key| !given.contains(key))
            // A mistake in a row is no wish to have it deleted.
            .filter(|key| !self.target.given.contains_key(&(table.name, key.clone())))
            .filter(|key| !self.mistaken.contains(&(table.name, key.clone())))
            .collect();
        for key in others {
            let is_kept = key.first().is_some_and(|id| table.kept.contains(&id.as_str()));
            if is_exact && !is_kept {
                self.target.state.remove(table.name, &key);
            } else if !is_kept {
                self.target.left += 1;
            }
        }
    }

    /// Fills the tables that follow from others.
    fn derive(&mut self) {
        let (Some(connectors), Some(domains)) =
            (find("sso_connectors"), find("sso_connector_domains"))
        else {
            return;
        };
        let old: Vec<Key> =
            self.target.state.rows(domains.name).map(|(key, _)| key.clone()).collect();
        for key in old {
            self.target.state.remove(domains.name, &key);
        }
        let mut rows: Vec<Row> = Vec::new();
        for (key, row) in self.target.state.rows(connectors.name) {
            let listed = connectors.place("domains").and_then(|at| row.get(at));
            for domain in listed.and_then(Value::as_array).into_iter().flatten() {
                rows.push(vec![json!(key.first()), domain.clone()]);
            }
        }
        for row in rows {
            self.target.state.put(domains, row);
        }
    }

    /// Refuses rows of the file that are like others where they must differ.
    fn distinct(&mut self) {
        let mut repeated = Vec::new();
        for table in all() {
            for columns in table.distinct {
                let mut seen: BTreeMap<String, &Key> = BTreeMap::new();
                for (key, row) in self.target.state.rows(table.name) {
                    let values = columns.iter().filter_map(|name| row.get(table.place(name)?));
                    let values: Vec<String> = values.map(ToString::to_string).collect();
                    if let Some(other) = seen.insert(values.join(" "), key) {
                        repeated.push((table.name, columns.join(", "), other.clone(), key.clone()));
                    }
                }
            }
        }
        for (table, columns, first, second) in repeated {
            // One of them is the file's, or the database would hold both already.
            let place = |key: &Key| self.target.given.get(&(table, key.clone())).cloned();
            let (line, place) = place(&second).or_else(|| place(&first)).unwrap_or_default();
            let others = format!("{} and {}", first.join(" "), second.join(" "));
            self.problem(line, &place, format!("{others} have the same {columns}"));
        }
    }

    /// Refuses rows of the file that refer to nothing, and drops others: what they referred to goes.
    fn references(&mut self) {
        loop {
            let mut lost = Vec::new();
            for table in all() {
                let referring = table
                    .in_file()
                    .enumerate()
                    .filter_map(|(at, column)| Some((at, column.refers?)));
                let referring: Vec<(usize, &'static str)> = referring.collect();
                for (key, row) in self.target.state.rows(table.name) {
                    let missing = referring.iter().find_map(|(at, of)| {
                        let id = row.get(*at)?.as_str()?;
                        let is_there = self.target.state.get(of, &[id.to_owned()]).is_some();
                        (!is_there).then(|| (*of, id.to_owned()))
                    });
                    if let Some(missing) = missing {
                        lost.push((table.name, key.clone(), missing));
                    }
                }
            }
            if lost.is_empty() {
                return;
            }
            for (table, key, (of, id)) in lost {
                self.target.state.remove(table, &key);
                let row = (table, key);
                let given = self.target.given.get(&row).cloned();
                if self.mistaken.contains(&(of, vec![id.clone()])) {
                    // The mistake is over there.
                    self.mistaken.insert(row);
                } else if let Some((line, place)) = given {
                    let message = format!("there is no row of {of} with the id {id:?}");
                    self.problem(line, &place, message);
                }
            }
        }
    }
}

/// The longest id of a connector.
const MAX_KEY: usize = 256;

/// The key of a row, if the file tells all of it.
fn key_in_file(table: &Table, members: &[(String, Node)], owner: Owner<'_>) -> Option<Key> {
    let part = |name: &&str| match owner {
        Some((column, id)) if column == *name => Some(id.to_owned()),
        _ => {
            let column = table.in_file().find(|column| column.name == *name)?.key();
            let (_, node) = members.iter().find(|(key, _)| *key == column)?;
            node.to_value().as_str().map(str::to_owned)
        }
    };
    table.key.iter().map(part).collect()
}

fn is_owner(table: &Table, column: &Column) -> bool {
    let mut children = SECTIONS.iter().flat_map(|section| section.children);
    children.any(|child| child.table.name == table.name && child.owner == column.name)
}

fn is_null(node: &Node) -> bool {
    matches!(node.content, Content::Scalar(Value::Null))
}

/// What a row is called in messages: its id, or its name.
fn name_of(node: &Node) -> Option<String> {
    let Content::Map(members) = &node.content else { return None };
    let member = |name: &str| members.iter().find(|(key, _)| key == name);
    let (_, node) = member("id").or_else(|| member("name"))?;
    node.to_value().as_str().map(str::to_owned)
}

/// The line of the member that a message begins with, or else of the whole.
fn line_of(node: &Node, reason: &str) -> u64 {
    let path = reason.strip_prefix("unknown key ").unwrap_or(reason);
    let path = path.split(':').next().unwrap_or_default();
    let mut at = node;
    for step in path.split(['.', '[', ']']).filter(|step| !step.is_empty()) {
        let next = match &at.content {
            Content::Map(members) => members.iter().find(|(key, _)| key == step).map(|(_, it)| it),
            Content::List(items) => step.parse().ok().and_then(|at: usize| items.get(at)),
            Content::Scalar(_) => None,
        };
        match next {
            Some(next) => at = next,
            None => break,
        }
    }
    at.line
}
