//! `reach policy prove`: its arguments and what it refuses. What it finds is tested with the analysis, how that is printed in the command.

use super::{BANK, Place};

/// [`BANK`] with a property.
fn with_property() -> String {
    format!("{BANK}\nproperty \"no large payment\" {{\n  given call send_money where args.amount > 1000\n  expect not permit\n}}\n")
}

#[test]
fn mistakes_in_a_claim_are_shown_in_its_text() {
    let place = Place::bank();
    let mut told = String::new();
    for claim in ["never permit sned_money", "never permit send_money when args.amont > 5", "forbid it", ""] {
        let run = place.run(&["policy", "prove", "bank", claim], "");
        told.push_str(&format!("$ reach policy prove bank '{claim}'\n{}\n", run.told()));
        assert_eq!(run.exit, 2);
    }
    insta::assert_snapshot!("prove_claims", place.steady(&told));
    let envelope = place.run(&["policy", "prove", "bank", "never permit sned_money", "--json"], "").envelope();
    let diagnostic = &envelope["error"]["details"]["diagnostics"][0];
    assert_eq!((&diagnostic["file"], &diagnostic["line"], &diagnostic["column"]), (&"<claim>".into(), &1.into(), &14.into()));
}

#[test]
fn nothing_to_prove_is_no_success() {
    let place = Place::bank();
    place.write("proved/bank.reach", with_property());
    place.write("bad/bad.reach", "permit p\n  on nothing\n");
    let mut told = place.told("policy prove bank") + "\n" + &place.told("policy prove bad");
    for name in ["no large paymnet", "other"] {
        let run = place.run(&["policy", "prove", "proved", "--property", name], "");
        told.push_str(&format!("\n$ reach policy prove proved --property '{name}'\n{}", run.told()));
    }
    told.push_str(&format!("\n{}", place.told("policy prove proved claim --property x")));
    insta::assert_snapshot!("prove_nothing", place.steady(&told));
}

#[test]
fn the_tests_of_a_bundle_are_not_its_properties() {
    let place = Place::new();
    place.write("bank/bank.reach", with_property());
    assert_eq!(place.reach("policy test bank").exit, 0);
    place.write("bank/bank.reach", "tool a()\n\nproperty \"p\" {\n  given call a\n  expect forbid\n}\n");
    insta::assert_snapshot!("prove_not_test", place.told("policy test bank"));
}

#[test]
fn a_time_is_whole_seconds() {
    let place = Place::bank();
    place.write("proved/bank.reach", with_property());
    let mut told = String::new();
    for seconds in ["0", "-1", "1.5", "1s", ""] {
        for command in [&["policy", "prove", "proved"][..], &["policy", "diff", "bank", "bank"]] {
            let timeout = format!("--timeout={seconds}");
            let run = place.run(&[command, &[timeout.as_str()]].concat(), "");
            told.push_str(&format!("$ reach {} {timeout}\n{}\n", command.join(" "), run.told()));
            assert_eq!(run.exit, 2);
        }
    }
    insta::assert_snapshot!("prove_timeout", told);
    assert_eq!(place.reach("policy prove proved --timeout 600").out, place.reach("policy prove proved").out);
    assert_eq!(place.reach("policy diff bank bank --expect-equal --timeout 600").exit, 0);
}
