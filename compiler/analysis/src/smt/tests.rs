//! What questions look like.

use reach_codes::Sources;

use super::smt2;

fn question(source: &str, claim: &str) -> String {
    let mut sources = Sources::new();
    sources.add("a.reach", source);
    let claimed = reach_compiler::claim(sources, claim).map_err(|(_, diagnostics)| diagnostics).unwrap();
    smt2(&claimed.bundle, &claimed.claim)
}

#[test]
fn a_question_names_its_variables_and_has_each_formula_once() {
    let bank = "tool pay(amount: decimal, to: text, kind: enum { rent, tea })\n\n\
        permit small\n  on pay\n  when args.amount <= 10.5 and args.to matches re\"^[A-Z]{2}\\d*$\"\n\n\
        forbid much\n  on pay\n  when args.amount > 100 or args.to contains \"\\\"x\" or args.kind == tea\n";
    insta::assert_snapshot!(question(bank, "never permit pay when args.amount > 10.5 or length(args.to) < 2"));
}

#[test]
fn paths_are_sets_of_texts_and_what_is_not_understood_is_left_open() {
    let files = "tool view(file: path, word: text, from: host)\n\n\
        permit inside\n  on view\n  when args.file within \"/srv\" and not (args.file matches glob\"*.pem\") and args.from within \"a.example\"\n\n\
        permit other\n  on view\n  when lower(args.word) == \"yes\" or args.word contains card or (args.file.extension else \"\") == args.word\n";
    insta::assert_snapshot!(question(files, "never permit view when args.file == \"/etc/passwd\""));
}
