//! What differs between bundles, and what is proved of them. Each bench asserts the answer, so that a fast wrong one fails.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a bench that cannot run has to stop")]
#![allow(missing_docs, reason = "the names in the report say it")]

use std::fmt::Write as _;

use divan::{Bencher, black_box};
use reach_analysis::{ChangeKind, Difference, Limits, Verdict};
use reach_codes::Sources;
use reach_tests::changes::Compared;

fn main() {
    divan::main();
}

/// Which rules have another constant than before.
#[derive(Clone, Copy)]
enum Changed {
    None,
    One,
    All,
}

impl Changed {
    fn is(self, rule: usize, of: usize) -> bool {
        match self {
            Self::None => false,
            Self::One => rule == of / 2,
            Self::All => true,
        }
    }
}

fn compared(text: &str) -> Compared {
    Compared::new(text).unwrap_or_else(|why| panic!("{why}"))
}

fn diff(old: &Compared, new: &Compared) -> Difference {
    reach_analysis::diff(black_box(&old.bundle), &new.bundle, &old.replay, &new.replay, &Limits::default()).unwrap_or_else(|why| panic!("{why}"))
}

/// Rules that are each about a tool of its own.
fn apart(rules: usize, changed: Changed) -> String {
    let mut text = String::new();
    for rule in 0..rules {
        let most = 100 + rule + usize::from(changed.is(rule, rules));
        let _ = writeln!(
            text,
            "tool pay_{rule}(amount: decimal, to: text)\n\npermit small_{rule}\n  on pay_{rule}\n  when args.amount <= {most} and args.to in {{ \"ann_{rule}\", \"bob_{rule}\" }}\n"
        );
    }
    text
}

const APART: [usize; 3] = [10, 100, 1_000];

fn apart_where(bencher: Bencher, rules: usize, changed: Changed, changes: usize) {
    let (old, new) = (compared(&apart(rules, Changed::None)), compared(&apart(rules, changed)));
    bencher.bench_local(|| {
        let found = diff(&old, &new);
        assert_eq!(found.changes.len(), changes, "{:?}", found.unknown);
        assert!(found.unknown.is_empty() && found.more == 0, "{:?}", found.unknown);
        assert!(found.changes.iter().all(|change| change.kind == ChangeKind::NewlyPermitted));
    });
}

/// What comes before `diff`, of one of the two bundles.
#[divan::bench(args = APART, sample_count = 5, sample_size = 1)]
fn a_compile(bencher: Bencher, rules: usize) {
    let text = apart(rules, Changed::None);
    bencher.bench_local(|| compared(black_box(&text)));
}

#[divan::bench(args = APART, sample_count = 5, sample_size = 1)]
fn a_diff_nothing_changed(bencher: Bencher, rules: usize) {
    apart_where(bencher, rules, Changed::None, 0);
}

#[divan::bench(args = APART, sample_count = 5, sample_size = 1)]
fn a_diff_one_rule_changed(bencher: Bencher, rules: usize) {
    apart_where(bencher, rules, Changed::One, 1);
}

#[divan::bench(args = APART, sample_count = 5, sample_size = 1)]
fn a_diff_every_rule_changed(bencher: Bencher, rules: usize) {
    apart_where(bencher, rules, Changed::All, rules);
}

/// Rules about one tool, whose globs overlap: every fifth forbids. `changed` has another name than before.
fn together(rules: usize, form: &str, before: &str, changed: Option<usize>) -> String {
    let mut text = format!("tool fetch(what: {form})\n\n");
    for rule in 0..rules {
        let effect = if rule % 5 == 4 { "forbid" } else { "permit" };
        let name = if changed == Some(rule) { "y" } else { "x" };
        let _ = writeln!(text, "{effect} rule_{rule}\n  on fetch\n  when args.what matches glob\"/srv/*/{before}{name}_{rule}*/**\"\n");
    }
    text
}

const TOGETHER: [usize; 3] = [10, 100, 300];

/// Compares bundles one of whose rules has changed, and expects so many examples of what is newly permitted and newly forbidden.
fn together_where(bencher: Bencher, (rules, form, before): (usize, &str, &str), changed: usize, [permitted, forbidden]: [usize; 2], more: u64) {
    let (old, new) = (compared(&together(rules, form, before, None)), compared(&together(rules, form, before, Some(changed))));
    bencher.bench_local(|| {
        let found = diff(&old, &new);
        let count = |kind: ChangeKind| found.changes.iter().filter(|change| change.kind == kind).count();
        let counts = [count(ChangeKind::NewlyPermitted), count(ChangeKind::NewlyForbidden)];
        assert_eq!((counts, found.more), ([permitted, forbidden], more), "{:?}", found.unknown);
        assert!(found.unknown.is_empty(), "{:?}", found.unknown);
    });
}

/// Of a rule that permits. Its old texts are permitted by another rule as well (`x_5*` by that of `x_50*`), but for ten rules.
#[divan::bench(args = TOGETHER, sample_count = 3, sample_size = 1)]
fn b_diff_permit_of_paths(bencher: Bencher, rules: usize) {
    together_where(bencher, (rules, "path", ""), rules / 2, [1, usize::from(rules == 10)], 0);
}

#[divan::bench(args = TOGETHER, sample_count = 3, sample_size = 1)]
fn b_diff_permit_of_texts(bencher: Bencher, rules: usize) {
    together_where(bencher, (rules, "text", ""), rules / 2, [1, usize::from(rules == 10)], 0);
}

/// Of a rule that forbids: what it let none of the rules permit is permitted by each of them now.
#[divan::bench(args = TOGETHER, sample_count = 3, sample_size = 1)]
fn b_diff_forbid_of_paths(bencher: Bencher, rules: usize) {
    together_where(bencher, (rules, "path", ""), 4, [if rules == 10 { 0 } else { 8 }, 0], 0);
}

/// Of globs any number of which may hold of one path: there are more ways to differ than are told.
#[divan::bench(args = TOGETHER, sample_count = 3, sample_size = 1)]
fn b_diff_globs_that_hold_together(bencher: Bencher, rules: usize) {
    together_where(bencher, (rules, "path", "*"), 4, [16, 16], 2);
}

const BANKING: &str = include_str!("../../policies/agents/banking/banking.reach");

/// What is counted, and what has happened: claims whose proof needs more than one state of the session.
const REMEMBERED: &str = r#"tool send_money(to: text, amount: decimal)
tool freeze(account: text)
tool close(account: text)
tool read_page(url: text)

permit sending
  on send_money

permit freezing
  on freeze

permit closing
  on close
  when ever(call freeze)

permit reading
  on read_page
  unless ever(call freeze)

forbid too_often
  on send_money
  when count(call send_money) >= 5

forbid frozen
  on send_money
  when ever(call freeze where args.account == step.args.to)
"#;

fn prove(bencher: Bencher, source: &str, claim: &str, verdict: Verdict) {
    let mut sources = Sources::new();
    sources.add("bench.reach", source);
    let claimed = reach_compiler::claim(sources, claim).unwrap_or_else(|why| panic!("{why:?}"));
    let watched = Compared::of(reach_analysis::watched(&claimed.bundle, &claimed.claim)).unwrap_or_else(|why| panic!("{why}"));
    bencher.bench_local(|| {
        let proof = reach_analysis::prove(black_box(&claimed.bundle), &claimed.claim, &watched.replay, &Limits::default());
        assert_eq!(proof.verdict, verdict, "{:?}", proof);
    });
}

macro_rules! claims {
    ($($name:ident: $source:ident, $claim:literal => $verdict:ident;)+) => {
        $(
            #[divan::bench(sample_count = 5, sample_size = 1)]
            fn $name(bencher: Bencher) {
                prove(bencher, $source, $claim, Verdict::$verdict);
            }
        )+
    };
}

claims! {
    c_prove_banking_password_from_user: BANKING, "never permit update_password when not (args.password from user) and not approved" => Proved;
    c_prove_banking_password_planted: BANKING, "never permit update_password when args.password from untrusted and not approved" => Violated;
    c_prove_banking_payee_planted: BANKING, "never permit send_money when args.recipient from untrusted and not approved" => Violated;
    c_prove_banking_standing_order: BANKING, "never permit update_scheduled_transaction when not (about_orders named by user) and not approved" => Proved;
    c_prove_counted: REMEMBERED, "never permit send_money when count(call send_money) >= 5" => Proved;
    c_prove_counted_one_too_few: REMEMBERED, "never permit send_money when count(call send_money) >= 4" => Violated;
    c_prove_counted_attempts: REMEMBERED, "never permit send_money when count(call send_money) >= 6" => Proved;
    c_prove_frozen: REMEMBERED, "never permit send_money when ever(call freeze where args.account == step.args.to)" => Proved;
    c_prove_frozen_and_read: REMEMBERED, "never permit read_page when ever(call freeze)" => Proved;
    c_prove_in_states_counted: REMEMBERED, "never permit read_page when count(call send_money) >= 6" => Proved;
    c_prove_in_states_counted_one_too_few: REMEMBERED, "never permit read_page when count(call send_money) >= 5" => Violated;
    c_prove_in_states_in_turn: REMEMBERED, "never permit read_page when ever(call close)" => Proved;
    c_prove_frozen_and_paid: REMEMBERED, "never permit send_money when ever(call freeze) and count(call send_money) >= 3" => Violated;
}
