use super::*;

/// Columns of the `table!` block in this text, with whether they hold text, flags or numbers.
fn declared(schema: &str, table: &str) -> Vec<(String, SqlType)> {
    let start = schema.find(&format!("    {table} (")).unwrap();
    let block = schema[start..].split("\n}").next().unwrap();
    let columns =
        block.lines().filter_map(|line| line.trim().trim_end_matches(',').split_once(" -> "));
    let typed = columns.map(|(name, kind)| {
        let kind = if kind.contains("Text") {
            Text
        } else if kind.contains("Bool") {
            Boolean
        } else {
            Integer
        };
        (name.to_owned(), kind)
    });
    typed.collect()
}

#[test]
fn every_column_of_users_moves() {
    let accounts = include_str!("../../../store/src/schema/accounts.rs");
    let memberships = include_str!("../../../store/src/schema/memberships.rs");
    let clients = include_str!("../../../store/src/schema/clients.rs");
    let own = |columns: &[(&'static str, SqlType)]| {
        let mut own: Vec<(String, SqlType)> =
            columns.iter().map(|(name, kind)| ((*name).to_owned(), *kind)).collect();
        own.sort_by(|first, second| first.0.cmp(&second.0));
        own
    };
    let check = |schema: &str, table: &str, columns: &[(&'static str, SqlType)]| {
        let mut declared = declared(schema, table);
        declared.sort_by(|first, second| first.0.cmp(&second.0));
        assert_eq!(declared, own(columns), "{table}");
    };
    check(accounts, "users", &COLUMNS);
    for (schema, owned) in [
        (accounts, &SOCIAL),
        (accounts, &SSO),
        (accounts, &ROLES),
        (memberships, &MEMBERSHIPS),
        (memberships, &MEMBER_ROLES),
        (clients, &ACCESS),
    ] {
        check(schema, owned.table, owned.columns);
        assert_eq!(owned.columns.first().map(|(name, _)| *name), Some(OWNER));
    }
}
