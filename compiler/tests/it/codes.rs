//! Every code's own example, and how its message reads.

use reach_codes::{Example, Level, table};

use super::support::{compiled, shown};

#[test]
fn the_bad_example_of_every_code_gives_just_it_and_the_good_one_no_error() {
    let mut wrong = Vec::new();
    // Lints are no part of the compiler; their examples are run with them.
    for code in table::all().filter(|code| code.info().lint.is_none()) {
        let Example::Policy { bad, good } = code.info().example else { continue };
        let result = compiled(bad);
        // What can be written wrongly may be what does not run yet.
        let syntax = code.number().starts_with("E0");
        let counts = |c: reach_codes::Code| !(syntax && c == table::types::NOT_SUPPORTED_YET);
        let found: Vec<_> = result.diagnostics.iter().filter(|d| (d.is_error() || d.code == code) && counts(d.code)).map(|d| d.code).collect();
        if found != [code] {
            wrong.push(format!("bad of {code:?}:\n{bad}\n{}", shown(&result.sources, &result.diagnostics)));
        }
        let result = compiled(good);
        if result.diagnostics.iter().any(|d| (d.is_error() || d.code == code) && counts(d.code)) || result.bundle.is_none() && !syntax {
            wrong.push(format!("good of {code:?}:\n{good}\n{}", shown(&result.sources, &result.diagnostics)));
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n\n{}", wrong.len(), wrong.join("\n\n"));
}

/// The messages of a series, as people see them.
fn series(prefix: &str) -> String {
    let mut out = String::new();
    for code in table::all().filter(|c| c.number().starts_with(prefix)) {
        let Example::Policy { bad, .. } = code.info().example else { continue };
        let result = compiled(bad);
        out.push_str(&format!("──── {} {}\n{}\n", code.number(), code.name(), shown(&result.sources, &result.diagnostics)));
    }
    out
}

#[test]
fn messages_about_names_read_well() {
    insta::assert_snapshot!(series("E1"));
}

#[test]
fn messages_about_types_read_well() {
    insta::assert_snapshot!(series("E2"));
}

#[test]
fn there_are_many_codes_and_each_teaches() {
    let ours: Vec<_> = table::all().filter(|c| c.number().starts_with("E1") || c.number().starts_with("E2")).collect();
    assert!(ours.len() >= 60, "{}", ours.len());
    for code in ours {
        assert!(code.info().explanation.len() >= 80, "{code:?} explains little");
        assert!(code.info().level != Level::Note, "{code:?}");
    }
}
