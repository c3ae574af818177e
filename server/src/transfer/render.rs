//! Configuration as a file that people read.

use super::conceal::{self, Secrecy};
use super::state::{Key, Row, State, setting};
use super::tables::{Child, ChildForm, Form, Kind, SECTIONS, Section, Table, find};
use super::yaml::Tree;
use serde_json::Value;

/// What the file begins with.
const HEAD: &str = "\
# Configuration of Vestibule; `vestibule apply FILE` makes it so.
# Left out: a section stays as it is, a key has its default.
";
const WITHOUT_SECRETS: &str = "\
# ${keep} stands for the value that the database has, ${env:NAME} for that of a variable.
";
const WITH_SECRETS: &str = "\
# THIS FILE HOLDS SECRETS IN CLEAR.
";

/// Writes the sections that `is_wanted` lets through.
pub fn render(
    state: &State,
    secrecy: Secrecy<'_>,
    is_wanted: impl Fn(&Section) -> bool,
) -> Result<String, serde_saphyr::ser::Error> {
    let mut text = HEAD.to_owned();
    let is_clear = match secrecy {
        Secrecy::Clear => {
            text.push_str(WITH_SECRETS);
            true
        }
        Secrecy::Keep => {
            text.push_str(WITHOUT_SECRETS);
            false
        }
        // Shows that there are keys, not which.
        Secrecy::ComparedWith(_) => true,
    };
    text.push_str("\nversion: 1\n");
    for section in SECTIONS.iter().filter(|section| is_wanted(section)) {
        if section.is_secret && !is_clear {
            continue;
        }
        let tree = Renderer { state, secrecy }.section(section);
        // A list or an only row that is empty would otherwise stay as it is where it is applied.
        text.push_str(&format!("\n# {}\n", section.title));
        text.push_str(&Tree::Map(vec![(section.key.to_owned(), tree)]).to_yaml()?);
    }
    Ok(text)
}

struct Renderer<'a> {
    state: &'a State,
    secrecy: Secrecy<'a>,
}

impl Renderer<'_> {
    fn section(&self, section: &Section) -> Tree {
        let rows = self.state.ordered(section.table, None);
        match section.form {
            Form::Rows => {
                let rows = rows.into_iter().map(|(key, row)| {
                    let mut members = self.members(section.table, key, row, None);
                    for child in section.children {
                        let id = key.first().map(String::as_str).unwrap_or_default();
                        let tree = self.child(child, id);
                        if !tree.is_empty() {
                            members.push((child.key.to_owned(), tree));
                        }
                    }
                    Tree::Map(members)
                });
                Tree::List(rows.collect())
            }
            Form::Row => match rows.first() {
                None => Tree::Json(Value::Null),
                Some((key, row)) => Tree::Map(self.members(section.table, key, row, Some("id"))),
            },
            Form::Document => {
                let place = section.table.place("document");
                let document = rows.first().and_then(|(_, row)| row.get(place?));
                Tree::Json(document.map(without_names).unwrap_or_default())
            }
            Form::Settings => {
                let members = rows.into_iter().filter_map(|(key, row)| {
                    Some((key.first()?.clone(), Tree::Json(self.setting(key, row.get(1)?))))
                });
                Tree::Map(members.collect())
            }
            Form::Ids => Tree::List(
                rows.into_iter().map(|(key, _)| self.id(section.table, key, 0)).collect(),
            ),
        }
    }

    fn child(&self, child: &Child, owner: &str) -> Tree {
        let rows = self.state.ordered(child.table, Some((child.owner, owner)));
        let members = |key: &Key, row: &Row| self.members(child.table, key, row, Some(child.owner));
        match child.form {
            ChildForm::Row => match rows.first() {
                None => Tree::Map(Vec::new()),
                Some((key, row)) => Tree::Map(members(key, row)),
            },
            ChildForm::Relation if child.table.key.len() == 2 => {
                Tree::List(rows.into_iter().map(|(key, _)| self.id(child.table, key, 1)).collect())
            }
            ChildForm::Rows | ChildForm::Relation => Tree::List(
                rows.into_iter().map(|(key, row)| Tree::Map(members(key, row))).collect(),
            ),
        }
    }

    /// Columns that do not hold their default.
    fn members(
        &self,
        table: &Table,
        key: &Key,
        row: &Row,
        without: Option<&str>,
    ) -> Vec<(String, Tree)> {
        let mut members = Vec::new();
        for (column, value) in table.in_file().zip(row) {
            let is_default = column.fallback.value().as_ref() == Some(value);
            if Some(column.name) == without || is_default {
                continue;
            }
            let before = || match self.secrecy {
                Secrecy::ComparedWith(before) => before.value(table, key, column.name),
                Secrecy::Clear | Secrecy::Keep => None,
            };
            let shown = match (column.kind, value) {
                (Kind::Sealed(_), Value::String(secret)) => {
                    let before = before().and_then(Value::as_str);
                    Value::String(conceal::show(secret, self.secrecy, before))
                }
                (Kind::SealedJson(_, _, visible), document) => {
                    conceal::show_document(document, visible, self.secrecy, before())
                }
                _ => value.clone(),
            };
            let tree = match (column.refers, &shown) {
                (Some(of), Value::String(id)) => self.noted(of, id),
                _ => Tree::Json(shown),
            };
            members.push((column.key(), tree));
        }
        members
    }

    fn setting(&self, key: &Key, document: &Value) -> Value {
        let setting = key.first().and_then(|key| setting(key));
        let Some((_, visible)) = setting.and_then(|setting| setting.seal) else {
            return document.clone();
        };
        let before = match self.secrecy {
            Secrecy::ComparedWith(before) => before.get("configuration", key),
            Secrecy::Clear | Secrecy::Keep => None,
        };
        let before = before.and_then(|row| row.get(1));
        conceal::show_document(document, visible, self.secrecy, before)
    }

    /// A column of a key, with the name of what it refers to.
    fn id(&self, table: &Table, key: &Key, place: usize) -> Tree {
        let id = key.get(place).cloned().unwrap_or_default();
        let column = table.key.get(place).copied().unwrap_or_default();
        let declared = table.columns.iter().find(|it| it.name == column);
        match declared.and_then(|column| column.refers) {
            Some(of) => self.noted(of, &id),
            None => Tree::Json(Value::String(id)),
        }
    }

    /// An id with the name of the row that has it.
    fn noted(&self, table: &str, id: &str) -> Tree {
        let name = find(table).and_then(|table| {
            let mut names = ["name", "connector_name"].into_iter();
            let key = [id.to_owned()];
            names.find_map(|column| self.state.value(table, &key, column)?.as_str())
        });
        match name {
            Some(name) => {
                let line: String =
                    name.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
                Tree::Noted(id.to_owned(), line)
            }
            None => Tree::Json(Value::String(id.to_owned())),
        }
    }
}

/// Members that every document has alike.
const NAMES: [&str; 2] = ["tenantId", "id"];

fn without_names(document: &Value) -> Value {
    let mut document = document.clone();
    if let Value::Object(members) = &mut document {
        members.retain(|key, _| !NAMES.contains(&key.as_str()));
    }
    document
}
