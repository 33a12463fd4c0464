//! `reach.toml`.

use reach_codes::table::lint::*;
use reach_codes::{FileId, Level, LintLevel, Sources, render};

use super::{compiled, report};
use crate::Config;

fn parsed(text: &str) -> Config {
    Config::parse(text, FileId(0)).unwrap_or_else(|wrong| panic!("{text}: {wrong:?}"))
}

/// What is wrong with a text, as people see it.
fn wrong(text: &str) -> String {
    let mut sources = Sources::new();
    let file = sources.add("reach.toml", text);
    let found = Config::parse(text, file).expect_err(text);
    render::text(&sources, &found, false)
}

#[test]
fn the_narrowest_setting_counts() {
    let config = parsed("[lint]\nstyle = \"off\"\nset-of-one = \"deny\"\nmissing-message = { level = \"off\" }\nsecret-in-policy = \"warn\"\n");
    assert_eq!(config.level(BOOL_IF), LintLevel::Off);
    assert_eq!(config.level(SET_OF_ONE), LintLevel::Deny);
    assert_eq!(config.level(MISSING_MESSAGE), LintLevel::Off);
    assert_eq!(config.level(UNUSED_LABEL), LintLevel::Warn);
    assert_eq!(config.level_of(SECRET_IN_POLICY), Level::Warning);
    assert_eq!(parsed(""), Config::default());
    assert_eq!(parsed("[lint]\n"), Config::default());
}

#[test]
fn only_and_denied_warnings() {
    let mut config = parsed("[lint]\nundocumented-rule = \"off\"\nset-of-one = \"deny\"\n");
    config.only(&[UNDOCUMENTED_RULE, SET_OF_ONE]);
    assert_eq!([UNDOCUMENTED_RULE, SET_OF_ONE, BOOL_IF].map(|c| config.level(c)), [LintLevel::Warn, LintLevel::Deny, LintLevel::Off]);
    config.deny_warnings();
    assert_eq!(config.level_of(UNDOCUMENTED_RULE), Level::Error);
}

#[test]
fn parameters_reach_their_lints() {
    let policy = compiled("tool payout(x: int)\ntool run(command: shell)\n\npermit a\n  on payout\n\npermit b\n  on run\n");
    let names = |config: &Config| -> Vec<String> {
        let found = report(&policy, config).findings;
        found.iter().filter(|f| f.diagnostic.code == UNLIMITED_PERMIT).map(|f| policy.sources.text(f.diagnostic.span().unwrap()).to_owned()).collect()
    };
    assert_eq!(names(&Config::default()), ["b"]);
    assert_eq!(names(&parsed("[lint]\nunlimited-permit = { sensitive = [\"payout\"] }\n")), ["a", "b"]);
    assert_eq!(names(&parsed("[lint.unlimited-permit]\nsensitive = [\"x\"]\nharmless = [\"command\"]\n")), ["a"]);
    assert_eq!(parsed("[lint]\nold-advisory = { days = 1_0 }\n").parameters.advisory_days, 10);
}

#[test]
fn what_is_not_understood_is_refused_with_its_place() {
    let cases = [
        "[lint\n",
        "[lints]\nstyle = \"off\"\n",
        "lint = \"off\"\n",
        "[lint]\nstile = \"off\"\n",
        "[lint]\nmissing-mesage = \"deny\"\n",
        "[lint]\nmissing-message = \"allow\"\nstyle = \"error\"\ntests = \"dney\"\n",
        "[lint]\nmissing-message = 1\n",
        "[lint]\nstyle = { level = \"off\" }\n",
        "[lint]\nold-advisory = { day = 3 }\n",
        "[lint]\nold-advisory = { days = -3 }\n",
        "[lint]\nold-advisory = { days = 3.5 }\n",
        "[lint]\nunlimited-permit = { sensitive = \"payout\" }\n",
        "[lint]\nunlimited-permit = { sensitive = [1] }\n",
        "[lint]\nstyle = \"off\"\nstyle = \"warn\"\n",
        "[lint]\nE0001 = \"off\"\n",
        "[lint]\nunexpected-token = \"off\"\n",
    ];
    let shown: String = cases.iter().map(|text| format!("──── {text}\n{}\n", wrong(text))).collect();
    insta::assert_snapshot!(shown);
}

#[test]
fn a_hostile_file_is_refused_in_time() {
    let deep = format!("a = {}", "[".repeat(100_000));
    let tables = format!("[lint{}]\n", ".x".repeat(10_000));
    let many: String = (0..2_000).map(|i| format!("unknown-{i} = \"off\"\n")).collect();
    let long = format!("[lint]\n{} = \"off\"\n", "x".repeat(60_000));
    for text in [deep, tables, format!("[lint]\n{many}"), long, "\u{0}".to_owned(), "[lint]\n\"\\u0000\" = 1\n".to_owned()] {
        assert!(Config::parse(&text, FileId(0)).is_err());
    }
}
