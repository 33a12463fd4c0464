//! What writes, by whichever name, and how much of it is known.

use super::check;

#[test]
fn statements_that_write() {
    check(&[
        ("generic", "insert into a (x) select y from b", "insert reads b writes a columns x,y", "the source is read, the target written"),
        ("generic", "insert into a values (1)", "insert writes a columns *", "without columns it fills all"),
        ("postgres", "insert into a (x) values (1) returning *", "insert writes a columns *,x", "it gives all columns back"),
        ("generic", "update t set a = 1 where id = 5", "update reads t writes t columns a,id filtered", "rows are picked"),
        ("postgres", "update t set a = s.b from s where s.id = t.id", "update reads s,t writes t columns a,b,id filtered", "`from` is read"),
        ("generic", "delete from t", "delete reads t writes t", "no row is picked"),
        ("postgres", "delete from t using s where s.id = t.id", "delete reads s,t writes t columns id filtered", "`using` is read"),
        ("postgres", "truncate t", "truncate writes t", ""),
        ("postgres", "truncate t cascade", "truncate writes t effects", "other tables are emptied too"),
        ("postgres", "drop table t, u", "drop writes t,u", ""),
        ("postgres", "drop table t cascade", "drop writes t effects", "what depends on it goes too"),
        ("postgres", "drop schema s", "drop writes s effects", "and the tables in it"),
        ("postgres", "create table x as select * from y", "create reads y writes x columns *", ""),
        ("postgres", "create view v as select * from secrets", "create reads secrets writes v columns *", "a view gives what it reads another name"),
        ("postgres", "select * into x from y", "create reads y writes x columns *,x", "`select into` makes a table"),
        ("postgres", "alter table t add column x int", "alter writes t", ""),
        ("postgres", "alter table t rename to u", "alter writes t effects", "another table is called so then"),
        ("postgres", "create function f() returns int language sql as $$ delete from t $$", "create effects", "a body isn't read"),
        (
            "postgres",
            "merge into t using s on t.id = s.id when matched then delete when not matched then insert (a) values (1)",
            "merge reads s,t writes t columns a,id",
            "",
        ),
        ("clickhouse", "insert into function file('x.csv') select * from t", "insert reads file,t writes file columns * calls file effects", "a file"),
    ]);
}

#[test]
fn an_insert_that_may_change_rows_is_a_merge() {
    check(&[
        ("postgres", "insert into a (x) values (1) on conflict (x) do update set y = excluded.y", "merge writes a columns x,y", "rows that are there change"),
        ("postgres", "insert into a (x) values (1) on conflict do nothing", "insert writes a columns x", "they stay"),
        ("mysql", "insert into a (x) values (1) on duplicate key update y = 2", "merge writes a columns x,y", ""),
        ("mysql", "replace into a (x) values (1)", "merge writes a columns x", "the old row is deleted"),
        ("sqlite", "insert or replace into a (x) values (1)", "merge writes a columns x", ""),
    ]);
}

#[test]
fn targets_by_other_names() {
    check(&[
        ("mssql", "update u set x = 1 from users u where u.id = 2", "update reads users writes users columns id,x filtered", "an alias of `from`"),
        ("mysql", "delete u from users u join t on t.id = u.id", "delete reads t,users writes users columns id", "an alias, with a join"),
        ("mysql", "delete from u using users u where u.id = 1", "delete reads users writes users columns id filtered", "an alias of `using`"),
        ("mysql", "update a join b on a.id = b.id set b.x = 1", "update reads a,b writes a,b columns id,x", "either may be what is written"),
        ("mssql", "with c as (select * from users) delete from c", "delete reads users writes c,users columns *", "T-SQL writes through `with`"),
        ("mssql", "with c as (select * from users) update c set x = 1", "update reads users writes c,users columns *,x", ""),
        ("mssql", "update t set a = 1 output inserted.a into log from t", "update reads t writes log,t columns a,log", "`output into` writes too"),
    ]);
}

#[test]
fn a_with_that_writes_is_what_it_writes() {
    check(&[
        (
            "postgres",
            "with x as (delete from users where id = 1 returning *) select * from x",
            "delete reads users writes users columns *,id",
            "PostgreSQL runs it, whatever is selected",
        ),
        (
            "postgres",
            "with x as (delete from users returning *) select * from x where id = 1 limit 1",
            "delete reads users writes users columns *,id",
            "condition and limit are those of the `select`",
        ),
        ("postgres", "with a as (delete from t), b as (insert into u values (1)) select 1", "opaque", "no word says both"),
        ("postgres", "with x as (delete from t returning a) insert into u (a) select a from x", "opaque", "an insert that deletes is no insert"),
        ("postgres", "with x as (select 1) insert into t (a) select * from x", "insert writes t columns *,a", "a `with` before the insert"),
    ]);
}

#[test]
fn explain_runs_only_what_it_analyses() {
    check(&[
        ("postgres", "explain delete from users", "explain reads users", ""),
        ("postgres", "explain analyze delete from users", "delete reads users writes users", "it is run"),
        ("postgres", "explain (analyze, verbose) delete from users", "delete reads users writes users", "by an option"),
        ("postgres", "explain (costs false, ANALYZE true) delete from users", "delete reads users writes users", "by a later option"),
        ("postgres", "explain select evil()", "explain calls evil effects", "planning may evaluate functions"),
        ("mysql", "describe users", "explain reads users", ""),
    ]);
}

#[test]
fn rows_are_picked_by_what_may_tell_them_apart() {
    check(&[
        ("mysql", "delete from t where 1 = 1", "delete reads t writes t", "it holds for any row"),
        ("mysql", "delete from t where true", "delete reads t writes t", ""),
        ("mysql", "delete from t where id = id", "delete reads t writes t columns id", ""),
        ("mysql", "delete from t where id = 5 or 1", "delete reads t writes t columns id", ""),
        ("mysql", "delete from t where id = 5 or not (1 = 2)", "delete reads t writes t columns id", ""),
        ("mysql", "delete from t where id = 5 and 1", "delete reads t writes t columns id filtered", ""),
        ("mysql", "delete from t where id in (select id from u)", "delete reads t,u writes t columns id filtered", ""),
        ("generic", "select a from t where a = 1 union select a from u", "select reads t,u columns a", "one part takes all rows"),
    ]);
}
