//! `reach policy doc`.

use super::{BANK, Place};

/// A bundle with a declaration of every kind, documented.
const DESK: &str = r#"// What the front desk may do.
//
// It never pays by itself: see [desk_pays].

/// What came from outside.
label untrusted, secret

type Note = text where length(it) <= 80

/// The most that [`pay`] sends.
param most: decimal = 100.00

let known: set<text> = { "ann", "bob" }

/// Whether somebody is known.
fn is_known(name: text) = name in known

class outgoing(to: text)

context {
  /// Who sits there.
  user: text
}

/// Sends money, at most [most].
tool pay(
  /// The account | or a name.
  to: text,
  amount: decimal,
  note: Note?,
) facts {
  /// From 0 to 10.
  risk: int
} is outgoing(to: to)

tool look(day: date?) returns untrusted
tool unused()
agent helper(topic: text)
model small(tokens: int)
resource glob"docs://**"

budget usd: decimal limit most per session
/// A model costs a cent a call.
charge usd by 0.01 on model small

/// Looking is free.
permit looking
  on look, model small, spawn helper, read glob"docs://**"

@severity(high) @owner("desk") @reference("OWASP ASI02")
ask desk_pays
  on outgoing
  when is_known(args.to) // and no other
  because "{args.to} is paid"

@advisory
forbid risky
  on pay
  when facts.risk > 5 and args.amount > most
  because "risky"

forbid anything_else
  on undeclared
  because "`|` unknown"

property "nothing is paid without a person" {
  given call pay where not approved
  expect not permit
}

test "payments ask" for row in [{ to: "ann" }, { to: "bob" }] {
  call pay(to: row.to, amount: 1.00) facts { risk: 1 } => ask by desk_pays
  call look() => permit by looking
}
"#;

fn desk() -> Place {
    let place = Place::new();
    place.write("desk/desk.reach", DESK);
    assert_eq!(place.reach("policy test desk").exit, 0, "{}", place.told("policy test desk"));
    place
}

#[test]
fn every_kind_of_declaration_is_told_with_links() {
    insta::assert_snapshot!("doc_markdown", desk().told("policy doc desk"));
}

#[test]
fn the_page_for_a_browser_has_the_same() {
    let place = desk();
    let run = place.reach("policy doc desk --format html");
    let main = run.out.split_once("<main").and_then(|(_, rest)| rest.split_once("<footer>")).unwrap().0;
    insta::assert_snapshot!("doc_html", main.replace("><", ">\n<"));
    assert!(place.told("policy doc desk --format html -o desk.html").contains("wrote desk.html: 6 steps, 4 rules, 1 property, 1 test"));
    assert_eq!(place.read("desk.html"), run.out);
}

#[test]
fn programs_get_the_reference_as_json() {
    let envelope = desk().reach("policy doc desk --json").envelope();
    let sections = envelope["data"]["reference"]["sections"].as_array().unwrap();
    let rules = sections.iter().find(|s| s["kind"] == "rule").unwrap();
    assert_eq!(rules["items"][1]["rule"]["tests"], serde_json::json!(["payments ask"]));
    assert_eq!(rules["items"][1]["rule"]["steps"], serde_json::json!(["pay"]));
    let steps = sections.iter().find(|s| s["kind"] == "step").unwrap();
    assert_eq!(steps["items"][0]["rules"].as_array().unwrap().len(), 2);
}

#[test]
fn a_bundle_with_mistakes_or_a_collection_is_refused() {
    let place = Place::bank();
    place.write("other/other.reach", "permit p\n  on nothing\n");
    insta::assert_snapshot!("doc_bad", place.told("policy doc other -o other.md") + &place.told("policy doc ."));
    assert!(!place.path().join("other.md").exists());
    assert!(BANK.contains("permit looking"));
}

#[test]
fn a_page_does_not_grow_with_rules_times_tools() {
    let place = Place::new();
    let mut text = String::new();
    for n in 0..1_500 {
        text.push_str(&format!("tool t{n}()\n\nforbid r{n}\n  on *\n  because \"no\"\n\n"));
    }
    place.write("big/big.reach", text);
    let page = place.reach("policy doc big").out;
    assert!(page.contains("and 1400 more"));
    assert!(page.len() < 25_000_000, "{}", page.len());
}
