//! `reach policy coverage`.

use std::process::Command;

use super::{BANK, Place};

/// [`BANK`], with a rule that no step reaches and one that no test does.
fn gaps() -> String {
    BANK.to_owned()
        + "\nforbid never\n  on send_money\n  when args.amount > 2000.00 and args.amount < 1500.00\n\nbudget spend: decimal limit 100.00 per session\ncharge spend by 1.00 on get_balance\n"
}

fn place() -> Place {
    let place = Place::new();
    place.write("bank/bank.reach", gaps());
    place
}

#[test]
fn gaps_are_shown_in_the_source_with_tests_that_close_them() {
    let place = place();
    insta::assert_snapshot!("coverage_text", place.told("policy coverage bank"));
    insta::assert_snapshot!("coverage_no_suggest", place.told("policy coverage bank --no-suggest"));
    insta::assert_snapshot!("coverage_verbose", place.told("policy coverage bank --filter nobody --verbose --no-suggest"));
    assert!(place.reach("policy coverage bank --color always").out.contains("\u{1b}[31m!"));
    assert!(!place.reach("policy coverage bank").out.contains('\u{1b}'));
}

#[test]
fn coverage_for_programs_has_all_counts() {
    let place = Place::new();
    place.write("one.reach", "tool a(n: int)\n\npermit p\n  on a\n  when args.n > 1\n\ntest \"two\" {\n  call a(n: 2) => permit by p\n}\n");
    insta::assert_snapshot!("coverage_json", place.told("policy coverage one.reach --format json"));
    let envelope = place.reach("policy coverage one.reach --json").envelope();
    assert_eq!(
        (&envelope["data"]["totals"][1]["covered"], &envelope["data"]["totals"][1]["total"]),
        (&1.into(), &2.into()),
        "a condition that is the whole `when` counts once"
    );
}

#[test]
fn tests_that_are_written_close_the_gaps_and_overwrite_nothing() {
    let place = place();
    let before = place.reach("policy coverage bank --json").envelope();
    let run = place.reach("policy coverage bank --write-tests bank");
    assert!(run.exit == 0 && !run.out.contains("test \""), "{}", run.told());
    assert_eq!(place.reach("policy test bank").exit, 0);
    let after = place.reach("policy coverage bank --json").envelope();
    let open = |envelope: &serde_json::Value, status: &str| {
        let gaps = envelope["data"]["bundles"][0]["coverage"]["gaps"].as_array().unwrap();
        gaps.iter().filter(|gap| gap["status"] == status).count()
    };
    assert!(open(&before, "closable") > 5 && open(&after, "closable") == 0, "{after}");
    assert_eq!(open(&before, "impossible"), open(&after, "impossible"));
    place.write("other/bank.reach", gaps());
    let again = place.reach("policy coverage other --write-tests bank");
    assert!(again.exit == 2 && again.err.contains("is there already"), "{}", again.told());
}

#[test]
fn a_minimum_that_is_not_reached_is_a_finding() {
    let place = place();
    assert_eq!(place.reach("policy coverage bank").exit, 0, "gaps alone are none");
    insta::assert_snapshot!("coverage_min", place.told("policy coverage bank --min 100 --min mcdc=10 --quiet"));
    assert_eq!(place.reach("policy coverage bank --min 10").exit, 0);
    for wrong in ["101", "lines=5", "mcdc=", "-3"] {
        assert_eq!(place.reach(&format!("policy coverage bank --min={wrong}")).exit, 2, "{wrong}");
    }
}

#[test]
fn failing_tests_and_no_tests_are_no_success() {
    let place = Place::new();
    place.write("bank/bank.reach", BANK.replace("=> ask by others", "=> permit"));
    let run = place.reach("policy coverage bank");
    assert!(run.exit == 1 && run.err.contains("\"money goes to the user\" fails"), "{}", run.told());
    place.write("b/b.reach", "tool a()\n\npermit p\n  on a\n");
    assert_eq!(place.reach("policy coverage b").exit, 1);
    assert_eq!(place.reach("policy coverage bank --filter nothing").exit, 1);
    place.write("c/c.reach", "tool a(\n");
    assert_eq!(place.reach("policy coverage c").exit, 1);
}

#[test]
fn a_tracefile_has_the_same_numbers() {
    let place = place();
    insta::assert_snapshot!("coverage_lcov", place.told("policy coverage bank --format lcov --no-suggest"));
}

#[test]
fn lcov_reads_the_tracefile_and_counts_the_same() {
    let Ok(version) = Command::new("lcov").arg("--version").output() else {
        // The runs in continuous integration have it.
        assert!(std::env::var_os("CI").is_none(), "lcov is not installed");
        println!("SKIPPED: lcov is not installed");
        return;
    };
    let version = String::from_utf8(version.stdout).unwrap();
    let place = place();
    std::os::unix::fs::symlink(crate::docs::root().join("policies"), place.path().join("policies")).unwrap();
    for bundle in ["bank", "policies"] {
        assert!(place.reach(&format!("policy coverage {bundle} --format lcov --no-suggest -o {bundle}.info")).exit == 0);
        let totals = place.reach(&format!("policy coverage {bundle} --no-suggest --json")).envelope()["data"]["totals"].clone();
        let branches = if version.contains("version 1.") { "lcov_branch_coverage=1" } else { "branch_coverage=1" };
        let out = Command::new("lcov").args(["--rc", branches, "--summary", &format!("{bundle}.info")]).current_dir(place.path()).output().unwrap();
        let told = String::from_utf8(out.stdout).unwrap() + &String::from_utf8(out.stderr).unwrap();
        assert!(out.status.success(), "{told}");
        for (word, at) in [("functions", 0), ("branches", 1)] {
            let line = told.lines().find(|line| line.trim_start().starts_with(word)).unwrap_or_else(|| panic!("{told}"));
            let counts = format!("({} of {} ", totals[at]["covered"], totals[at]["total"]);
            assert!(line.contains(&counts), "{line} has not {counts}");
        }
        let html = Command::new("genhtml")
            .args(["--branch-coverage", "-q", "-o", &format!("{bundle}-html"), &format!("{bundle}.info")])
            .current_dir(place.path())
            .output();
        let html = html.unwrap();
        assert!(html.status.success(), "{}", String::from_utf8_lossy(&html.stderr));
        assert!(place.path().join(format!("{bundle}-html/index.html")).is_file());
    }
}

#[test]
fn the_page_is_as_it_was_looked_at() {
    let place = place();
    let page = place.reach("policy coverage bank --format html").out;
    let body = page.split("<main").nth(1).unwrap().split("<footer").next().unwrap();
    insta::assert_snapshot!("coverage_html", body.replace("><", ">\n<"));
}

#[test]
fn what_policies_are_called_is_shown_and_not_obeyed() {
    let place = Place::new();
    place.write(
        "a\u{1b}[2Jb/a.reach",
        "tool a(t: text)\n\npermit p\n  on a\n  when args.t == \"\\u{1b}[31m</script>\"\n\ntest \"\\u{1b}[31mred\" {\n  call a(t: \"x\") => permit\n}\n",
    );
    for format in ["text", "lcov", "html"] {
        let run = place.run(&["policy", "coverage", ".", "--format", format], "");
        assert!(!run.told().contains('\u{1b}'), "{format}: {:?}", run.told());
    }
}
