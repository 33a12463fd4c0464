//! Tables for people.

mod aims;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::engine::Engine;
use crate::record::Row;
use crate::workload::{WORKLOADS, Workload};

pub use aims::aims;

/// Returns the tables of all that was measured, as Markdown.
#[must_use]
pub fn tables(rows: &[Row]) -> String {
    let mut out = String::new();
    for workload in WORKLOADS {
        let its: Vec<&Row> = rows.iter().filter(|r| r.key.workload == workload.name).collect();
        if its.is_empty() {
            continue;
        }
        let _ = writeln!(out, "### `{}`\n\n{}.\n", workload.name, workload.about);
        let mut parts: Vec<&str> = Vec::new();
        for row in &its {
            if !parts.contains(&row.key.what.as_str()) {
                parts.push(&row.key.what);
            }
        }
        for part in parts {
            let rows: Vec<&Row> = its.iter().copied().filter(|r| r.key.what == part).collect();
            if rows.iter().any(|r| r.key.size.is_some()) { sized(&mut out, workload, part, &rows) } else { single(&mut out, part, &rows) }
        }
    }
    memory(&mut out, rows);
    out
}

/// Returns the versions of the engines, as the lock file has them.
#[must_use]
pub fn versions() -> String {
    let lock = include_str!("../Cargo.lock");
    let version = |name: &str| {
        let after = lock.split_once(&format!("name = \"{name}\"\nversion = \"")).map_or("", |(_, rest)| rest);
        after.split('"').next().unwrap_or_default().to_owned()
    };
    let engines: Vec<String> = ["cedar-policy", "regorus", "cel", "serde_json"].iter().map(|name| format!("`{name}` {}", version(name))).collect();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{}; {threads} threads, {} {}.", engines.join(", "), std::env::consts::OS, std::env::consts::ARCH)
}

/// Returns a page with other tables in their place; none when it has no place for them.
#[must_use]
pub fn put_into(page: &str, tables: &str) -> Option<String> {
    const MARKS: [&str; 2] = ["<!-- measured -->\n", "<!-- /measured -->\n"];
    let (before, rest) = page.split_once(MARKS[0])?;
    let (_, after) = rest.split_once(MARKS[1])?;
    Some(format!("{before}{}\n{}\n\n{}{after}", MARKS[0], tables.trim_end(), MARKS[1]))
}

/// Returns the engines of rows in the order in which they came.
fn engines(rows: &[&Row]) -> Vec<Engine> {
    let mut engines = Vec::new();
    for row in rows {
        if !engines.contains(&row.key.engine) {
            engines.push(row.key.engine);
        }
    }
    engines
}

fn single(out: &mut String, part: &str, rows: &[&Row]) {
    let reach = rows.iter().find(|r| r.key.engine == Engine::Reach).and_then(|r| r.median_ns);
    let _ = writeln!(out, "| {part} | time | of Reach's | allocations | bytes |\n| --- | --: | --: | --: | --: |");
    for row in rows {
        let ratio = row.median_ns.zip(reach).map_or_else(dash, |(its, reach)| times(its / reach));
        let (time, allocations, bytes) =
            (row.median_ns.map_or_else(dash, time), row.allocations.map_or_else(dash, count), row.allocated_bytes.map_or_else(dash, count));
        let _ = writeln!(out, "| {} | {time} | {ratio} | {allocations} | {bytes} |", row.key.engine.name());
    }
    out.push('\n');
}

fn sized(out: &mut String, workload: &Workload, part: &str, rows: &[&Row]) {
    let sizes: BTreeSet<usize> = rows.iter().filter_map(|r| r.key.size).collect();
    let heads: String = sizes.iter().map(|s| format!(" {} |", grouped(*s))).collect();
    let _ = writeln!(out, "| {part}; {} |{heads} allocations |\n| --- |{} --: |", workload.sizes_of, " --: |".repeat(sizes.len()));
    for engine in engines(rows) {
        let _ = write!(out, "| {} |", engine.name());
        let mut allocations = None;
        for size in &sizes {
            let row_of = |engine| rows.iter().find(|r| r.key.engine == engine && r.key.size == Some(*size));
            let (row, reach) = (row_of(engine), row_of(Engine::Reach).and_then(|r| r.median_ns));
            let cell = match row.and_then(|r| r.median_ns) {
                Some(its) => match reach.filter(|_| engine != Engine::Reach) {
                    Some(reach) => format!("{} ({})", time(its), times(its / reach)),
                    None => time(its),
                },
                None => dash(),
            };
            if let Some(row) = row.filter(|r| r.allocations.is_some()) {
                allocations = row.allocations.map(|a| format!("{} at {}", count(a), grouped(*size)));
            }
            let _ = write!(out, " {cell} |");
        }
        let _ = writeln!(out, " {} |", allocations.unwrap_or_else(dash));
    }
    out.push('\n');
    for row in rows.iter().filter(|r| r.left_out.is_some()) {
        let (why, size) = (row.left_out.as_deref().unwrap_or_default(), row.key.size.unwrap_or_default());
        let _ = writeln!(out, "- {} is left out at {}: {why}.", row.key.engine.name(), grouped(size));
    }
    if rows.iter().any(|r| r.left_out.is_some()) {
        out.push('\n');
    }
}

fn memory(out: &mut String, rows: &[Row]) {
    let kept: Vec<&Row> = rows.iter().filter(|r| r.kept_bytes.is_some()).collect();
    if kept.is_empty() {
        return;
    }
    let _ = writeln!(out, "### `memory`\n\nWhat is kept, in bytes.\n\n| what | engine | bytes |\n| --- | --- | --: |");
    for row in kept {
        let _ = writeln!(out, "| {} | {} | {} |", row.key.what, row.key.engine.name(), row.kept_bytes.map_or_else(dash, count));
    }
    out.push('\n');
}

fn dash() -> String {
    "–".to_owned()
}

/// Returns a time with a unit that fits.
fn time(ns: f64) -> String {
    let (value, unit) = match ns {
        _ if ns < 1e3 => (ns, "ns"),
        _ if ns < 1e6 => (ns / 1e3, "µs"),
        _ if ns < 1e9 => (ns / 1e6, "ms"),
        _ => (ns / 1e9, "s"),
    };
    format!("{} {unit}", digits(value))
}

/// Returns a ratio.
fn times(ratio: f64) -> String {
    format!("{}×", digits(ratio))
}

/// Returns a number with three digits that count.
fn digits(value: f64) -> String {
    match value {
        _ if value < 0.01 => format!("{value:.4}"),
        _ if value < 0.1 => format!("{value:.3}"),
        _ if value < 10.0 => format!("{value:.2}"),
        _ if value < 100.0 => format!("{value:.1}"),
        _ => grouped(value.round() as usize),
    }
}

/// Returns a count, whole where it is.
fn count(value: f64) -> String {
    if (value - value.round()).abs() < 0.005 { grouped(value.round() as usize) } else { format!("{value:.1}") }
}

/// Returns a number with its thousands set apart.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{count, grouped, put_into, time, times, versions};

    #[test]
    fn tables_are_put_between_the_marks_of_a_page_as_often_as_wanted() {
        let page = "a\n<!-- measured -->\nold\n<!-- /measured -->\nb\n";
        let once = put_into(page, "new\n").unwrap();
        assert_eq!(once, "a\n<!-- measured -->\n\nnew\n\n<!-- /measured -->\nb\n");
        assert_eq!(put_into(&once, "new\n"), Some(once));
        assert_eq!(put_into("a\n", "new"), None);
    }

    #[test]
    fn every_engine_has_a_version() {
        let said = versions();
        assert_eq!(said.matches("` ").count(), said.matches(|c: char| c == '`').count() / 2, "{said}");
        assert!(!said.contains("` ,") && said.contains('.'), "{said}");
    }

    #[test]
    fn numbers_are_written_with_three_digits_and_a_unit() {
        let all = [
            time(3.456),
            time(34.56),
            time(345.6),
            time(3456.0),
            time(3_456_000.0),
            time(34_560_000_000.0),
            times(0.0034),
            times(0.034),
            times(0.5),
            times(1234.4),
            count(3.0),
            count(3.25),
        ];
        assert_eq!(all, ["3.46 ns", "34.6 ns", "346 ns", "3.46 µs", "3.46 ms", "34.6 s", "0.0034×", "0.034×", "0.50×", "1,234×", "3", "3.2"]);
        assert_eq!([0, 999, 1_000, 100_000, 1_234_567].map(grouped), ["0", "999", "1,000", "100,000", "1,234,567"]);
    }
}
