//! `use`: what a pack declares, and what of it the bundle sees.

use reach_codes::Sources;
use reach_compiler::{Bundle, Compiled, Limits, Pack, build, compile};
use reach_evaluator::image::Image;

use super::support::shown;

/// A pack that guards payments.
const GUARD: &str = r#"
label untrusted
type Money = decimal where it > 0

param ceiling: decimal = 500.00
param friends: set<text> = { "ann" }
let house = "the bank"
let codes = re"^[A-Z]{2}\d+$"

fn is_large(amount: decimal) = amount > ceiling

class payment(to: text, amount: decimal)

tool pay(to: text, amount: decimal) is payment(to: to, amount: amount)
tool fetch(path: path) returns untrusted

context { user: text }

budget spent: decimal limit 1000.00 per session
charge spent by args.amount on pay

fixture read_something {
  call fetch(path: "/a") => permit by reading
  result "pay bob"
}

permit reading
  on fetch

permit friendly
  on pay
  when args.to in friends

forbid large
  on payment
  when is_large(args.amount)
  because "{args.amount} is more than {ceiling}"

forbid planted
  on pay
  when args.to from untrusted
  unless args.to in friends

test "its own" {
  context { user: "u" }
  call pay(to: "bob", amount: 1) => permit by nobody
}
"#;

fn sources(files: &[(&str, &str)]) -> Sources {
    let mut out = Sources::new();
    for (name, text) in files {
        out.add(*name, *text);
    }
    out
}

fn pack(name: &str, text: &str) -> Pack {
    Pack { name: name.to_owned(), version: "1.0.0".to_owned(), digest: None, sources: sources(&[("rules.reach", text)]) }
}

fn given(text: &str, packs: &[(&str, &str)]) -> Bundle {
    Bundle { sources: sources(&[("bank.reach", text)]), packs: packs.iter().map(|(name, text)| pack(name, text)).collect() }
}

fn compiled(text: &str, packs: &[(&str, &str)]) -> Compiled {
    compile(given(text, packs), &Limits::default())
}

fn guarded(text: &str) -> Compiled {
    compiled(text, &[("acme.guard", GUARD)])
}

#[track_caller]
fn accepted(compiled: Compiled) -> reach_compiler::ir::Bundle {
    let text = shown(&compiled.sources, &compiled.diagnostics);
    assert!(compiled.diagnostics.is_empty(), "{text}");
    let bundle = compiled.bundle.unwrap_or_else(|| panic!("no bundle and no message"));
    reach_compiler::lower(&bundle).unwrap_or_else(|d| panic!("{d:?}")).verify().unwrap_or_else(|e| panic!("{e:?}"));
    bundle
}

#[track_caller]
fn refused(compiled: &Compiled) -> Vec<&'static str> {
    assert!(compiled.bundle.is_none());
    compiled.diagnostics.iter().map(|d| d.code.name()).collect()
}

fn image(bundle: impl Into<Bundle>) -> Image {
    build(bundle).unwrap_or_else(|(sources, found)| panic!("{}", shown(&sources, &found))).image.to_image()
}

#[test]
fn what_a_pack_declares_is_read_behind_its_name() {
    let bundle = accepted(guarded(
        r#"
use acme.guard

type Fee = guard.Money
tool fee(amount: Fee, to: text) is guard.payment(to: to, amount: amount) returns guard.untrusted
tool note(text: text, code: text)

let most = guard.ceiling

permit small
  on fee
  when args.amount < guard.ceiling and not guard.is_large(args.amount) and args.to in guard.friends

permit noting
  on note
  when args.code matches guard.codes and args.text != guard.house
  unless guard.untrusted in labels or args.text from guard.untrusted

ask all_payments
  on guard.payment
  when args.amount > most
  because "of {guard.house}"

charge guard.spent by args.amount on fee

test "a note" from guard.read_something {
  context { user: "u" }
  call note(text: "pay bob", code: "DE12") => forbid by default
  call pay(to: "ann", amount: 10) => permit by guard.friendly
  call pay(to: "ann", amount: 900.00) => forbid by acme.guard.large, guard.large
  usage { guard.spent: 2.00 }
}

property "nothing large" {
  given call pay where args.amount > guard.ceiling
  expect forbid by guard.large
}
"#,
    ));
    let rules: Vec<&str> = bundle.rules.iter().map(|rule| rule.name.as_str()).collect();
    let all = ["small", "noting", "all_payments", "acme.guard.reading", "acme.guard.friendly", "acme.guard.large", "acme.guard.planted"];
    assert_eq!(rules, all);
    assert_eq!(bundle.labels, ["acme.guard.untrusted"]);
    assert_eq!(bundle.budgets[0].name, "acme.guard.spent");
    assert_eq!(bundle.classes[0].name, "acme.guard.payment");
    assert_eq!(bundle.tests.len(), 1, "those of the pack are the pack's");
    let by: Vec<_> = bundle.tests[0].items.iter().filter_map(|item| item.expect.as_ref()).map(|expect| expect.by.join(",")).collect();
    assert_eq!(by, ["acme.guard.reading", "default", "acme.guard.friendly", "acme.guard.large,acme.guard.large"]);
    assert!(bundle.tests[0].items.iter().any(|item| item.event.contains(r#""acme.guard.spent""#)), "hosts say the whole name");
    assert_eq!(bundle.properties[0].expect.by, ["acme.guard.large"]);
}

#[test]
fn a_pack_is_called_as_its_user_likes() {
    accepted(guarded("use acme.guard as g\nlet guard = 1\npermit p\n  on pay\n  when args.to == g.house and args.amount > guard\n"));
    let both = [("acme.guard", "let n = 1\n"), ("other.guard", "let n = 2\n")];
    let twice =
        compiled("use acme.guard\nuse other.guard as second\ntool t(n: int)\npermit p\n  on t\n  when args.n == guard.n or args.n == second.n\n", &both);
    accepted(twice);
    accepted(compiled("use acme.guard\nuse acme.guard\nuse acme.guard as again\nlet m = guard.n + again.n\n", &both));
}

#[test]
fn a_step_that_several_declare_is_one() {
    let bundle = accepted(guarded(
        "use acme.guard\nlabel secret\nclass outgoing(what: text)\ntool pay(amount: decimal, to: text) is outgoing(what: to) returns secret when to == \"bob\"\n",
    ));
    let pay: Vec<_> = bundle.targets.iter().filter(|t| t.name == "pay").collect();
    assert_eq!(pay.len(), 1);
    assert_eq!(pay[0].classes.len(), 2, "classes add up");
    assert_eq!(pay[0].returns.len(), 1, "labels add up");
    let pinned = format!("use acme.guard\ntool fetch(path: path) pinned \"sha256:{}\"\n", "a".repeat(64));
    let bundle = accepted(guarded(&pinned));
    let read = bundle.targets.iter().find(|t| t.name == "fetch").unwrap_or_else(|| panic!("no `fetch`"));
    assert!(read.pinned.is_some() && read.returns.len() == 1);
    let refined = [("p.a", "type N = int where it > 0 and it < 9\ntool t(n: N)\nresource glob\"a/**\"\ncontext { n: N }\n")];
    accepted(compiled("use p.a\ntool t(n: int where it > 0 and it < 9)\nresource glob\"a/**\"\ncontext { n: int where it > 0 and it < 9 }\n", &refined));
}

#[test]
fn what_a_pack_permits_is_what_its_author_saw() {
    let everything = "tool a(n: int)\npermit all\n  on *\nforbid none\n  on *\n  when ever(denied call *)\npermit calls\n  on call\n  unless ever(call *)\notherwise ask q\n  on *\n";
    let bundle = accepted(compiled("use p.all\ntool b(n: int)\n", &[("p.all", everything)]));
    let names = |rule: &str| -> Vec<&str> {
        let rule = bundle.rules.iter().find(|r| r.name == rule).unwrap_or_else(|| panic!("no {rule}"));
        rule.targets.iter().map(|t| bundle.targets[t.target as usize].name.as_str()).collect()
    };
    assert_eq!(names("p.all.all"), ["a", ""]);
    assert_eq!(names("p.all.calls"), ["a"]);
    assert_eq!(names("p.all.q"), ["a", ""]);
    assert_eq!(names("p.all.none"), ["b", "a", ""]);
    // Of what its own packs declare, too.
    let above = [("p.all", everything), ("p.above", "use p.all as below\ntool c(n: int)\npermit all\n  on call\n")];
    let bundle = accepted(compiled("use p.above\ntool b(n: int)\n", &above));
    let rule = bundle.rules.iter().find(|r| r.name == "p.above.all").unwrap_or_else(|| panic!("no rule"));
    let names: Vec<&str> = rule.targets.iter().map(|t| bundle.targets[t.target as usize].name.as_str()).collect();
    assert_eq!(names, ["c", "a"]);
}

#[test]
fn what_the_names_of_a_pack_stand_for_does_not_depend_on_who_uses_it() {
    let missing = [("p.a", "permit p\n  on pay\n  when context.user == \"ann\" and args.to == house\n")];
    let found = compiled("use p.a\nlet house = \"x\"\ntool pay(to: text)\ncontext { user: text }\n", &missing);
    assert_eq!(refused(&found), ["unknown-target", "unknown-field"], "{}", shown(&found.sources, &found.diagnostics));
    let missing = [("p.a", "tool pay(to: text)\npermit p\n  on pay\n  when context.user == \"ann\" and args.to == house\n")];
    let found = compiled("use p.a\nlet house = \"x\"\ncontext { user: text }\n", &missing);
    assert_eq!(refused(&found), ["unknown-field", "unknown-name"]);
}

#[test]
fn parameters_are_set_by_whoever_uses_the_pack() {
    let limit = |text: &str| {
        let bundle = accepted(guarded(text));
        let rule = bundle.rules.iter().find(|rule| rule.name == "acme.guard.large").unwrap_or_else(|| panic!("no rule"));
        super::support::short(rule.when.as_ref().unwrap_or_else(|| panic!("no condition")))
    };
    let own = limit("use acme.guard\n");
    assert!(own.contains("500000000000000000000"), "{own}");
    assert_eq!(limit("use acme.guard with { ceiling: 500 }\n"), own);
    let other = limit("use acme.guard with { ceiling: half + 25 }\nlet half = 25.00\n");
    assert!(other.contains("50000000000000000000") && other != own, "{other}");
    // What one pack sets of another may be a parameter of its own.
    let chain = [("p.a", "param n: int = 1\ntool t(n: int)\npermit p\n  on t\n  when args.n < n\n"), ("p.b", "param m: int = 5\nuse p.a with { n: m * 2 }\n")];
    let bundle = accepted(compiled("use p.b with { m: 21 }\n", &chain));
    assert!(super::support::short(super::support::when(&bundle, "p.a.p")).contains("42"));
    // All who use it come to the same.
    accepted(compiled("use p.b\nuse p.a with { n: 10 }\n", &chain));
    assert_eq!(refused(&compiled("use p.b\nuse p.a with { n: 11 }\n", &chain)), ["parameters-differ"]);
    // What the bundle sets is for packs that set nothing, and overrules none that does.
    let plain = [chain[0], ("p.b", "use p.a\n"), ("p.c", "use p.a\n")];
    let bundle = accepted(compiled("use p.b\nuse p.c\nuse p.a with { n: 42 }\n", &plain));
    assert!(super::support::short(super::support::when(&bundle, "p.a.p")).contains("42"));
    // What a pack sets is imposed on nobody, neither on the bundle nor on another pack.
    let other = [chain[0], chain[1], ("p.c", "use p.a\n")];
    assert_eq!(refused(&compiled("use p.b\nuse p.c\n", &other)), ["parameters-differ"]);
    assert_eq!(refused(&compiled("use p.b\nuse p.a\n", &chain)), ["parameters-differ"]);
}

#[test]
fn an_own_parameter_has_its_own_value() {
    accepted(compiled("param n: int = 3\ntool t(n: int)\npermit p\n  on t\n  when args.n < n\n", &[]));
}

#[test]
fn a_quoted_name_is_literal() {
    let packs = [("acme.github", "class issue(title: text)\ntool github.create(title: text) is issue(title: title)\ntool github.issue(title: text)\n")];
    accepted(compiled("use acme.github\npermit p\n  on github.create\npermit q\n  on \"github.issue\"\n", &packs));
    assert_eq!(refused(&compiled("use acme.github\npermit p\n  on github.issue\n", &packs)), ["ambiguous-name"]);
}

#[test]
fn a_manifest_changes_nothing() {
    let with = |manifest: &str| {
        let mut sources = sources(&[("rules.reach", GUARD)]);
        sources.add("pack.reach", manifest);
        compile(sources, &Limits::default())
    };
    // The test of the guard names a rule that isn't there: only where it is tested itself.
    assert_eq!(refused(&with("pack acme.guard \"1.0.0\" { kind: policy }\n")), ["unknown-rule"]);
    assert_eq!(refused(&with("pack acme.guard \"1.0.0\" { kind: policy }\npack acme.guard \"1.0.0\" { kind: policy }\n")), ["misplaced-pack", "unknown-rule"]);
    let elsewhere = compile(sources(&[("sub/pack.reach", "pack acme.guard \"1.0.0\" { kind: policy }\n")]), &Limits::default());
    assert_eq!(refused(&elsewhere), ["misplaced-pack"]);
    let mut used = given("use acme.guard\n", &[("acme.guard", GUARD)]);
    used.packs[0].sources.add("pack.reach", "pack acme.guard \"1.0.0\" { kind: policy }\n");
    accepted(compile(used, &Limits::default()));
}

#[test]
fn packs_that_nothing_uses_make_no_difference() {
    let alone = image(given("tool t()\n", &[]));
    assert_eq!(image(given("tool t()\n", &[("p.broken", "permit nonsense nonsense\n")])), alone);
    assert!(alone.packs.is_empty());
}

#[test]
fn an_image_says_what_it_was_made_of() {
    let packs = [("p.a", "use p.b\ntool t()\n"), ("p.b", "tool u()\n"), ("p.c", "tool v()\n")];
    let mut bundle = given("use p.a\n", &packs);
    bundle.packs[0].digest = Some("sha256:1".to_owned());
    bundle.packs[1].sources.add("deep/more.reach", "tool w()\n");
    let made = image(bundle.clone());
    let names: Vec<&str> = made.sources.iter().map(|source| source.name.as_str()).collect();
    assert_eq!(names, ["bank.reach", "p.a//rules.reach", "p.b//deep/more.reach", "p.b//rules.reach"]);
    let packs: Vec<_> = made.packs.iter().map(|pack| (pack.name.as_str(), pack.version.as_str(), pack.digest.as_deref(), pack.sources.clone())).collect();
    assert_eq!(packs, [("p.a", "1.0.0", Some("sha256:1"), vec![1]), ("p.b", "1.0.0", None, vec![2, 3])]);
    let bytes = made.encode();
    let read = Image::decode(&bytes).unwrap_or_else(|e| panic!("{e:?}"));
    assert_eq!(read, made);
    let again = image(Bundle::of_image(&read));
    assert_eq!(again.encode(), bytes, "compiled again, it is the same to the byte");
    let Compiled { bundle: meant, .. } = compile(bundle, &Limits::default());
    let meant = meant.unwrap_or_else(|| panic!("no bundle"));
    assert_eq!(image(meant.given()).encode(), bytes);
    assert_eq!(meant.own_sources(), 1);
}

#[test]
fn the_digest_names_packs_by_name_version_digest_and_sources() {
    let of = |change: &dyn Fn(&mut Bundle)| {
        let mut bundle = given("use p.a\nuse p.b\n", &[("p.a", "tool t()\n"), ("p.b", "tool u()\n")]);
        change(&mut bundle);
        image(bundle).bundle_digest()
    };
    let mut digests = vec![
        of(&|_| {}),
        of(&|b| b.packs[0].version = "1.0.1".to_owned()),
        of(&|b| b.packs[0].digest = Some("sha256:1".to_owned())),
        of(&|b| b.packs[1].digest = Some("sha256:1".to_owned())),
        of(&|b| b.packs[0].sources = sources(&[("rules.reach", "tool t() \n")])),
        of(&|b| b.packs[0].sources = sources(&[("other.reach", "tool t()\n")])),
        of(&|b| b.packs[0].sources = sources(&[("rules.reach", "tool t()\n"), ("empty.reach", "")])),
        of(&|b| b.sources = sources(&[("bank.reach", "use p.a\nuse p.b as c\n")])),
        // A file of the bundle that is named like one of a pack.
        of(&|b| b.sources = sources(&[("bank.reach", "use p.a\nuse p.b\n"), ("p.a//empty.reach", "")])),
    ];
    digests.sort_unstable();
    digests.dedup();
    assert_eq!(digests.len(), 9);
    let order = of(&|b| b.packs.reverse());
    assert_eq!(order, of(&|_| {}), "in whatever order they are at hand");
}

#[test]
fn two_packs_with_equal_names_never_mix() {
    let one = "label secret\nbudget spent: int limit 5 per session\ntool t(n: int) returns secret\ncharge spent by args.n on t\nforbid f\n  on t\n  when secret in labels\n";
    let bundle = accepted(compiled(
        "use p.a\nuse p.b\nlabel secret\nbudget spent: int limit 7 per session\nforbid f\n  on t\n  when secret in labels\n",
        &[("p.a", one), ("p.b", one)],
    ));
    assert_eq!(bundle.labels, ["secret", "p.a.secret", "p.b.secret"]);
    assert_eq!(bundle.budgets.iter().map(|b| b.name.as_str()).collect::<Vec<_>>(), ["spent", "p.a.spent", "p.b.spent"]);
    assert_eq!(bundle.rules.iter().map(|r| r.name.as_str()).collect::<Vec<_>>(), ["f", "p.a.f", "p.b.f"]);
    let t = bundle.targets.iter().find(|t| t.name == "t").unwrap_or_else(|| panic!("no `t`"));
    assert_eq!(t.returns.iter().map(|r| r.label).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn two_names_for_one_budget_are_one_budget() {
    let text =
        "use acme.guard as a\nuse acme.guard as b\nagent helper()\npermit p\n  on spawn helper\n  grants { pay, budget a.spent: 1.00, budget b.spent: 2.00 }\n";
    assert_eq!(refused(&guarded(text)), ["duplicate-field"]);
    let text = "use acme.guard as a\nuse acme.guard as b\ntest \"t\" {\n  context { user: \"u\" }\n  call pay(to: \"ann\", amount: 1)\n  usage { a.spent: 1, b.spent: 2 }\n}\n";
    assert_eq!(refused(&guarded(text)), ["duplicate-argument"]);
}

#[test]
fn a_claim_is_about_packs_too() {
    let given = given("use acme.guard\n", &[("acme.guard", GUARD)]);
    let claimed = reach_compiler::claim(given, "never permit pay when args.amount > guard.ceiling").unwrap_or_else(|(s, d)| panic!("{}", shown(&s, &d)));
    assert_eq!(claimed.bundle.own_sources(), 1);
    assert_eq!(claimed.bundle.given().packs.len(), 1);
}

/// What is wrong, the bundle, and its packs.
type Case<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)]);

#[test]
fn mistakes_about_packs_are_explained() {
    let cases: &[Case<'_>] = &[
        ("a pack that is not there", "use acme.gard\npermit p\n  on pay\n  when args.to == gard.house and context.user == \"x\"\n", &[("acme.guard", GUARD)]),
        ("a pack that is called like a constant", "use acme.guard\nlet guard = 1\n", &[("acme.guard", GUARD)]),
        ("two packs that are called alike", "use acme.guard\nuse other.guard\n", &[("acme.guard", "let a = 1\n"), ("other.guard", "let a = 1\n")]),
        ("a word of the language", "use acme.args\n", &[("acme.args", "let a = 1\n")]),
        ("a parameter that is none", "use acme.guard with { celing: 1, house: \"x\", ceiling: 1, ceiling: 2 }\n", &[("acme.guard", GUARD)]),
        ("no parameters at all", "use p.a with { n: 1 }\n", &[("p.a", "let m = 1\n")]),
        ("another type", "use acme.guard with { ceiling: \"much\" }\n", &[("acme.guard", GUARD)]),
        ("a value that is refused", "use p.a with { n: 0 }\n", &[("p.a", "type N = int where it > 0\nparam n: N = 1\n")]),
        ("not constant", "use acme.guard with { ceiling: args.amount }\n", &[("acme.guard", GUARD)]),
        ("names of the pack in a value", "use acme.guard with { friends: { house } }\n", &[("acme.guard", GUARD)]),
        ("a circle of values", "use p.a with { n: a.twice }\n", &[("p.a", "param n: int = 1\nlet twice = n * 2\n")]),
        ("a circle", "use p.a\n", &[("p.a", "use p.b\n"), ("p.b", "use p.c\n"), ("p.c", "use p.a\n")]),
        ("itself", "use p.a\n", &[("p.a", "use p.a as me\n")]),
        (
            "another signature",
            "use acme.guard\ntool pay(to: text, amount: int)\ntool fetch(path: path, lines: int)\ncontext { user: email }\n",
            &[("acme.guard", GUARD)],
        ),
        (
            "a condition or result of its own",
            "use p.a\ntool t(n: int where it > 1)\ntool u()\n",
            &[("p.a", "tool t(n: int where it > 2)\ntool u() -> { n: int }\n")],
        ),
        ("a kind of its own", "use acme.guard\nmodel pay\n", &[("acme.guard", GUARD)]),
        (
            "what a pack doesn't declare",
            "use acme.guard\npermit p\n  on pay\n  when args.to == guard.hous or args.amount > guard.celing\n",
            &[("acme.guard", GUARD)],
        ),
        (
            "what is no value",
            "use acme.guard\npermit p\n  on pay\n  when args.to == guard.large or args.to == guard.pay or args.to == guard\n",
            &[("acme.guard", GUARD)],
        ),
        (
            "misspelt names",
            "use acme.guard\ntool t(x: guard.Mony, y: text) is guard.paiment(to: y, amount: 1) returns guard.untrustd\npermit p\n  on guard.paymnt\n  when guard.is_larg(1) or guard.untruste in labels\ntest \"t\" from guard.red_something {\n  call pay(to: \"a\", amount: 1) => permit by guard.frendly\n}\n",
            &[("acme.guard", GUARD)],
        ),
        ("a misspelt step of a pack", "use acme.guard\npermit p\n  on paye\n", &[("acme.guard", GUARD)]),
        ("a variable", "use acme.guard\npermit p\n  on pay\n  when any(guard in { \"a\" }: guard == args.to)\n", &[("acme.guard", GUARD)]),
        ("a mistake in a pack", "use p.a\n", &[("p.a", "forbid f\n  on nothing\n")]),
        ("a manifest elsewhere", "pack acme.guard \"1.0.0\" { kind: policy }\n", &[]),
    ];
    let mut out = String::new();
    for (what, text, packs) in cases {
        let compiled = compiled(text, packs);
        assert!(compiled.bundle.is_none(), "{what}");
        out.push_str(&format!("──── {what}\n{}\n", shown(&compiled.sources, &compiled.diagnostics)));
    }
    insta::assert_snapshot!(out);
}

#[test]
fn warnings_in_a_pack_are_for_its_maker() {
    let alone = compiled(GUARD.split("\ntest ").next().unwrap_or_default(), &[]);
    assert!(alone.diagnostics.iter().all(|d| !d.is_error()));
    accepted(guarded("use acme.guard\n"));
}

mod hostile {
    use super::*;

    /// `n` packs, each of which uses the next.
    fn chain(n: usize) -> Bundle {
        let packs = (0..n).map(|i| {
            let next = if i + 1 < n { format!("use p.n{}\n", i + 1) } else { String::new() };
            pack(&format!("p.n{i}"), &format!("{next}tool t{i}(n: int)\npermit p\n  on t{i}\n  when args.n < {i}\n"))
        });
        Bundle { sources: sources(&[("bank.reach", "use p.n0\nforbid f\n  on call\n  when args.n == 3\n")]), packs: packs.collect() }
    }

    #[test]
    fn a_thousand_packs_can_be_used_and_no_more() {
        let made = compile(chain(1_000), &Limits::default());
        assert_eq!(accepted(made).packs.len(), 1_000);
        let more = compile(chain(1_001), &Limits::default());
        assert!(refused(&more).contains(&"too-many-packs"), "{}", shown(&more.sources, &more.diagnostics));
    }

    #[test]
    fn a_circle_of_a_thousand_packs_is_told_once() {
        let mut bundle = chain(1_000);
        bundle.packs[999].sources = sources(&[("rules.reach", "use p.n0\n")]);
        assert_eq!(refused(&compile(bundle, &Limits::default())), ["packs-in-a-circle"]);
    }

    #[test]
    fn packs_that_all_use_all_before_them_are_looked_at_once() {
        let n = 400;
        let packs = (0..n).map(|i| {
            let uses: String = (0..i).map(|j| format!("use p.n{j}\n")).collect();
            pack(&format!("p.n{i}"), &format!("{uses}param n: int = {i}\ntool all(n: int)\ncontext {{ user: text }}\n"))
        });
        let uses: String = (0..n).map(|j| format!("use p.n{j}\n")).collect();
        let bundle = accepted(compile(Bundle { sources: sources(&[("bank.reach", &uses)]), packs: packs.collect() }, &Limits::default()));
        assert_eq!((bundle.targets.len(), bundle.context.len()), (2, 1));
    }

    #[test]
    fn a_name_of_ten_thousand_parts_fits_a_message() {
        let name = vec!["a"; 10_000].join(".");
        let found = compiled(&format!("use {name}\n"), &[]);
        assert_eq!(refused(&found), ["unknown-pack"]);
        assert!(found.diagnostics[0].message.len() < 300);
        accepted(compiled(&format!("use {name} as a\n"), &[(&name, "let n = 1\n")]));
    }

    #[test]
    fn a_parameter_set_to_very_much_is_refused() {
        let members: Vec<String> = (0..4_000).map(|n| n.to_string()).collect();
        let text = format!("use p.a with {{ ns: {} }}\nlet xs: list<int> = [{}]\n", vec!["xs"; 30].join(" + "), members.join(", "));
        let found = compiled(&text, &[("p.a", "param ns: list<int> = [1]\n")]);
        assert_eq!(refused(&found), ["constant-too-large"]);
    }

    #[test]
    fn many_parameters_set_by_many_take_no_table_of_both() {
        let declared: String = (0..20_000).map(|n| format!("param p{n}: int = {n}\n")).collect();
        let mut packs = vec![pack("p.big", &declared)];
        packs.extend((0..900).map(|n| pack(&format!("p.u{n}"), "use p.big with { p1: 1 }\n")));
        let uses: String = (0..900).map(|n| format!("use p.u{n}\n")).collect();
        accepted(compile(Bundle { sources: sources(&[("bank.reach", &uses)]), packs }, &Limits::default()));
    }

    #[test]
    fn two_packs_of_one_name_at_hand_are_refused() {
        let found = compiled("use p.a\n", &[("p.a", "let n = 1\n"), ("p.a", "let n = 2\n")]);
        assert_eq!(refused(&found), ["duplicate-name"]);
    }
}
