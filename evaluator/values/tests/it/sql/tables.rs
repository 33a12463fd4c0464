//! Tables and columns: scopes, names, patterns.

use reach_values::sql::{Dialect, parse, table_is};

use super::check;

#[test]
fn names_of_with_hide_tables_only_where_they_are_meant() {
    check(&[
        ("postgres", "with users as (select * from users) select * from users", "select reads users columns *", "its own query reads the real one"),
        ("postgres", "with recursive n as (select 1 union select x from n) select * from n", "select columns *,x", "in a union it is itself"),
        ("duckdb", "with recursive users as (select * from users) select * from users", "select reads users columns *", "without one it may be the table"),
        (
            "mysql",
            "with recursive a as (select * from users), users as (select 1) select * from a",
            "select reads users columns *",
            "MySQL: what comes later has no meaning yet",
        ),
        ("postgres", "with a as (select * from b), b as (select 1) select * from a", "select reads b columns *", "`b` comes later"),
        ("postgres", "with a as (select 1), b as (select * from a) select * from b", "select columns *", "`a` came before"),
        ("postgres", "with users as (select 1) select * from public.users", "select reads public.users columns *", "a qualified name is a table"),
        ("postgres", "select * from (with users as (select 1) select * from users) x, users", "select reads users columns *", "the scope ends with its query"),
        ("postgres", "with \"Users\" as (select 1) select * from users", "select reads users columns *", "another name"),
        ("generic", "with \"Users\" as (select 1) select * from users", "select reads users columns *", "perhaps another name"),
        ("postgres", "with a as (select 1) select * from b union select * from (select * from a) x", "select reads b columns *", ""),
        ("postgres", "with users as (select 1) select 1; select * from users", "select; select reads users columns *", "it ends with its statement"),
    ]);
}

#[test]
fn tables_are_found_wherever_they_stand() {
    check(&[
        ("generic", "select id, name from analytics.users where id = 5 limit 10", "select reads analytics.users columns id,name limit 10 filtered", ""),
        ("mysql", "select a from t where id in (select id from secret)", "select reads secret,t columns a,id filtered", "in a condition"),
        ("postgres", "select (select max(x) from secret) from t", "select reads secret,t columns x calls max", "in a column"),
        ("postgres", "select 1 from t order by (select x from secret)", "select reads secret,t columns x", "in an order"),
        ("postgres", "select 1 limit (select x from secret)", "select reads secret columns x", "in a limit"),
        ("postgres", "select 1 union table secret", "select reads secret columns *", "`table t` is a query"),
        ("postgres", "select a from t join lateral (select * from secret) s on true", "select reads secret,t columns *,a", ""),
        ("duckdb", "from users", "select reads users columns *", "a query without `select`"),
        (
            "bigquery",
            "from users |> where exists (select 1 from secret) |> select name",
            "select reads secret,users columns *,name",
            "a pipe begins with all columns",
        ),
        ("sqlite", "select 1 where x in secrets", "select reads secrets columns *,x filtered", "a table after `in`"),
        ("clickhouse", "select 1 where x in db.secrets", "select reads db.secrets columns *,db,secrets,x filtered", "likewise, where it looks like a column"),
        ("postgres", "values ((select x from secret))", "select reads secret columns x", ""),
        ("postgres", "insert into t (a) values ((select x from secret))", "insert reads secret writes t columns a,x", ""),
        ("postgres", "create table x (like y)", "create reads y writes x", ""),
        ("mssql", "select * from a.b.c.d", "select reads a.b.c.d columns *", "a linked server"),
    ]);
}

#[test]
fn names_have_a_normal_form() {
    check(&[
        ("postgres", "select a from USERS", "select reads users columns a", "PostgreSQL folds to lower case"),
        ("postgres", "select a from \"Users\"", "select reads \"Users\" columns a", "and keeps what is quoted"),
        ("postgres", "select \"Password\" from u", "select reads u columns Password", ""),
        ("mysql", "select `Password` from `Users`", "select reads users columns password", "MySQL doesn't tell them apart"),
        ("mssql", "select [Password] from [dbo].[Users]", "select reads dbo.users columns password", ""),
        ("snowflake", "select \"PASSWORD\" from \"USERS\"", "select reads users columns password", "Snowflake folds to upper case"),
        ("generic", "select \"Password\" from t", "select reads t columns password", "the dialect may not tell them apart"),
        ("postgres", "select * from \"a.b\"", "select reads \"a.b\" columns *", "one part with a dot isn't two"),
        ("postgres", "select * from \"a\".\"b\"", "select reads a.b columns *", "two parts are"),
        ("postgres", "select * from \"a\"\"b\"", "select reads \"a\"\"b\" columns *", "a quote is doubled"),
        ("bigquery", "select * from `p.d.users`", "select reads p.d.users columns *", "BigQuery quotes them together"),
        ("bigquery", "select * from `p.d.events_*`", "select reads p.d.\"events_*\" columns * effects", "several tables"),
    ]);
}

#[test]
fn columns_can_be_taken_without_their_names() {
    check(&[
        ("postgres", "select t.* from t", "select reads t columns *", ""),
        ("postgres", "select x from users as c(id, x)", "select reads users columns *,x", "other names for columns that nothing here tells"),
        ("postgres", "select count(*) from t", "select reads t calls count", "rows are counted"),
        ("postgres", "select u from users u", "select reads users columns *,u", "PostgreSQL: the whole row"),
        ("postgres", "select row_to_json(users) from users", "select reads users columns *,users calls row_to_json", "likewise"),
        ("postgres", "select a from t natural join u", "select reads t,u columns *,a", "all columns are compared"),
        ("postgres", "select a from t join u using (password)", "select reads t,u columns a,password", ""),
        ("duckdb", "select columns('pass.*') from users", "select reads users columns * calls columns effects", "by a pattern"),
        ("duckdb", "select * exclude (a) from users", "select reads users columns *", "nearly all"),
        ("bigquery", "select ssn.number from d.users", "select reads d.users columns number,ssn", "a field of a column"),
        (
            "bigquery",
            "select ssn.number from d.users where exists (select 1 from t ssn)",
            "select reads d.users,t columns number,ssn filtered",
            "an alias of another query doesn't hide a column",
        ),
        ("bigquery", "with c as (select ssn.number from d.users) select 1 from c ssn", "select reads d.users columns number,ssn", "nor one around it"),
        ("bigquery", "select 1 from (select ssn.number from d.users) x, t ssn", "select reads d.users,t columns number,ssn", "nor one beside it"),
        ("postgres", "select 1 from users u where exists (select 1 from t where t.id = u.id)", "select reads t,users columns id filtered", "an outer alias"),
        ("postgres", "select public.users.name from public.users", "select reads public.users columns name", ""),
    ]);
}

#[test]
fn a_limit_is_a_number_of_the_outermost_query() {
    for (dialect, text, limit, why) in [
        (Dialect::Postgres, "select * from t limit 5", Some(5), ""),
        (Dialect::MySql, "select * from t limit 5, 10", Some(10), "MySQL writes the offset first"),
        (Dialect::MsSql, "select top 5 * from t", Some(5), ""),
        (Dialect::MsSql, "select top (5) * from t", Some(5), ""),
        (Dialect::MsSql, "select top 5 percent * from t", None, "no number of rows"),
        (Dialect::MsSql, "select top 5 with ties * from t order by a", None, "more rows may tie"),
        (Dialect::Ansi, "select * from t fetch first 3 rows only", Some(3), ""),
        (Dialect::Ansi, "select * from t fetch first 3 rows with ties", None, ""),
        (Dialect::Ansi, "select * from t fetch first row only", Some(1), ""),
        (Dialect::Postgres, "(select * from t limit 5)", Some(5), "in parentheses"),
        (Dialect::Postgres, "select * from (select * from t limit 5) x, u", None, "an inner limit"),
        (Dialect::Postgres, "select 1 from t limit 5 offset 2", Some(5), ""),
        (Dialect::Postgres, "select * from t limit all", None, ""),
        (Dialect::Postgres, "select * from t limit 2 + 3", None, "no plain number"),
        (Dialect::Sqlite, "select * from t limit -1", None, "SQLite: no limit"),
        (Dialect::Postgres, "select * from t limit 99999999999999999999", None, "too large"),
        (Dialect::ClickHouse, "select * from t limit 1 by a", None, "for each value of `a`"),
        (Dialect::MySql, "delete from t limit 3", Some(3), ""),
    ] {
        let query = parse(text, dialect);
        assert!(!query.opaque, "{text}");
        assert_eq!(query.statements.first().and_then(|statement| statement.limit), limit, "{text}: {why}");
    }
}

#[test]
fn a_table_is_what_a_pattern_names_part_by_part_from_the_right() {
    for (table, pattern, expected, why) in [
        ("users", "users", Some(true), ""),
        ("users", "Users", Some(true), "without regard to case"),
        ("\"Users\"", "users", None, "a quoted name is another table where quotes matter"),
        ("\"Users\"", "Users", Some(true), "written alike"),
        ("public.users", "users", None, "the pattern doesn't say of which schema"),
        ("public.orders", "users", Some(false), "of whichever schema"),
        ("users", "public.users", None, "its schema isn't known"),
        ("orders", "public.users", Some(false), "whatever its schema is"),
        ("public.users", "other.users", Some(false), ""),
        ("analytics.users", "analytics.*", Some(true), ""),
        ("prod.analytics.users", "analytics.*", None, "the pattern doesn't say of which database"),
        ("analytics.raw.users", "analytics.*", Some(false), "the schema is `raw`"),
        ("users", "analytics.*", None, "its schema isn't known"),
        ("analytics", "analytics.*", None, "a table that is called like the schema"),
        ("anything.at.all", "*", Some(true), ""),
        ("\"analytics.users\"", "analytics.*", None, "one part with a dot isn't two"),
        ("\"analytics.users\"", "analytics.users", Some(false), ""),
        ("\"analytics.users\"", "\"analytics.users\"", Some(true), ""),
        ("analytics_evil.users", "analytics.*", Some(false), "a prefix is no part"),
        ("d.\"events_*\"", "d.*", Some(true), "several tables of one dataset"),
        ("d.\"events_*\"", "d.users", None, "perhaps among others"),
        ("a.users", "\"*\"", Some(false), "a quoted star is a name"),
    ] {
        assert_eq!(table_is(table, pattern), expected, "{table} is {pattern}: {why}");
    }
}
