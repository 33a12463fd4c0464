//! The page of lints by category, made from the table of codes.

use std::fmt::Write as _;

use reach_codes::{Category, table};

use super::{must_hold, root};

const HEAD: &str = "# Lints

What `reach policy lint` looks for. This page is made from the table of codes. [The guide](../guide/lint.md) says how lints are turned on and off.

Levels: `deny` makes an error of what is found, `warn` a warning, `off` doesn't look. `fix` says that `--fix` mends it where that is safe.
";

const PARAMETERS: &str = "
## Parameters

In `reach.toml`, a lint with parameters takes a table: `unlimited-permit = { level = \"deny\", sensitive = [\"payout\"] }`.

| lint | parameter | |
| --- | --- | --- |
| `unlimited-permit` | `sensitive` | names of tools and arguments that need a limit, besides those that the lint knows |
| `unlimited-permit` | `harmless` | names of tools and arguments that need none |
| `old-advisory` | `days` | after how many days a rule has been on trial for long; 180 unless it is set |
";

fn page() -> String {
    let mut out = HEAD.to_owned();
    for category in Category::ALL {
        let summary = category.summary();
        let head: String = summary.chars().take(1).flat_map(char::to_uppercase).chain(summary.chars().skip(1)).collect();
        write!(out, "\n## {}\n\n{head}.\n\n| lint | level | | |\n| --- | --- | --- | --- |\n", category.word()).unwrap();
        for code in table::lint::rows() {
            let info = code.info();
            let Some(lint) = info.lint.filter(|lint| lint.category == category) else { continue };
            let fix = if lint.fix { "fix" } else { "" };
            writeln!(out, "| [`{}`](../errors/{}.md) | {} | {fix} | {} |", info.name, info.number, lint.level.word(), info.summary.replace('|', "\\|"))
                .unwrap();
        }
    }
    out + PARAMETERS
}

#[test]
fn every_lint_stands_in_the_reference_by_its_category() {
    must_hold(&root().join("docs/reference/lints.md"), &page());
}
