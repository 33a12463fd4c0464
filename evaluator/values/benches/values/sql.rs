//! Queries: time for each, beside the parser alone.

use divan::{Bencher, black_box};
use reach_values::sql::{Dialect, parse};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;

const QUERIES: &[(&str, &str)] = &[
    ("short", "select id, name from analytics.users where id = 5 limit 10"),
    (
        "join",
        "select u.name, count(*) as orders, sum(o.total) from analytics.users u join analytics.orders o on o.user_id = u.id \
         where o.placed_at >= '2026-01-01' and u.country in ('DE', 'FR', 'NL') group by u.name having sum(o.total) > 100 order by orders desc limit 50",
    ),
    (
        "with",
        "with recent as (select * from analytics.orders where placed_at > now() - interval '7 days'), totals as (select user_id, sum(total) as total \
         from recent group by user_id) select u.name, t.total, rank() over (order by t.total desc) from totals t join analytics.users u on u.id = t.user_id \
         where exists (select 1 from analytics.flags f where f.user_id = u.id and f.kind = 'active')",
    ),
    ("write", "update app.users set name = 'x', seen_at = now() where id = 5"),
];

#[divan::bench(args = QUERIES.iter().map(|(name, _)| *name))]
fn read(bencher: Bencher<'_, '_>, name: &str) {
    let text = query(name);
    bencher.bench_local(|| parse(black_box(text), Dialect::Postgres));
}

#[divan::bench(args = QUERIES.iter().map(|(name, _)| *name))]
fn parser_alone(bencher: Bencher<'_, '_>, name: &str) {
    let text = query(name);
    bencher.bench_local(|| Parser::parse_sql(&PostgreSqlDialect {}, black_box(text)));
}

fn query(name: &str) -> &'static str {
    QUERIES.iter().find(|(other, _)| *other == name).map_or("", |(_, text)| *text)
}
