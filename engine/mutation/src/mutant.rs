//! All bundles that differ from one in one place.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hasher as _};

use reach_codes::Span;
use reach_compiler::ir::Bundle;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::change::{Change, Rewritten, changed, of_rule, rewritten};
use crate::operator::Operator;
use crate::operators::{Made, approvals, budgets, effect, of_expr};
use crate::place::{Clause, Owner, roots};
use crate::site::{Relied, visit};
use crate::written::{Edit, Shown, Written, covers, edited, shown};

/// How much is made for one declaration: its size times its mutants. A declaration of usual size is far below.
const WORK: usize = 1 << 24;

/// A bundle with one change: what it is, not yet made.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// What it is called: its declaration, its operator and its text. What is changed elsewhere doesn't change it.
    pub id: String,
    /// The rule, budget or charge.
    pub declaration: String,
    /// What was done.
    pub operator: Operator,
    /// Where.
    pub place: Span,
    /// What stood there, with what is around it, on one line.
    pub before: String,
    /// What stands there now; empty where it is gone.
    pub after: String,
    /// The edits of the source that make it; none where it is only told in words.
    pub edits: Vec<Edit>,
    pub(crate) owner: Owner,
    pub(crate) change: Change,
}

impl Mutant {
    /// Makes the mutant.
    #[must_use]
    pub fn bundle(&self, of: &Bundle) -> Option<Bundle> {
        changed(of, self.owner, &self.change)
    }
}

/// Returns a bundle as mutants are made of it: without properties, and without what is there for them alone.
#[must_use]
pub fn subject(bundle: &Bundle) -> Bundle {
    let mut bundle = bundle.clone();
    let kept = |len: usize, aside: usize| len.saturating_sub(aside);
    bundle.monitors.truncate(kept(bundle.monitors.len(), bundle.aside.monitors));
    bundle.origins.truncate(kept(bundle.origins.len(), bundle.aside.origins));
    bundle.aside.monitors = 0;
    bundle.aside.origins = 0;
    bundle.properties.clear();
    bundle
}

/// Calls `each` with every mutant of a bundle ([`subject`]), by declaration in source order.
pub fn mutants(bundle: &Bundle, each: &mut dyn FnMut(Mutant)) {
    for owner in owners(bundle) {
        for mutant in of_owner(bundle, owner) {
            each(mutant);
        }
    }
}

fn owners(bundle: &Bundle) -> impl Iterator<Item = Owner> {
    // What packs declare is tried by their own tests.
    let rules = (0..bundle.own_rules().len()).map(Owner::Rule);
    rules.chain((0..bundle.own_budgets().len()).map(Owner::Budget)).chain((0..bundle.own_charges().len()).map(Owner::Charge))
}

fn of_owner(bundle: &Bundle, owner: Owner) -> Vec<Mutant> {
    let (name, span, mut made) = match owner {
        Owner::Rule(n) => {
            let Some(rule) = bundle.rules.get(n) else { return Vec::new() };
            let mut made = effect::of_rule(bundle, rule);
            if !rule.advisory {
                made.extend(approvals::of_rule(bundle, rule));
                for (clause, condition, operator, word) in
                    [(Clause::When, &rule.when, Operator::DropWhen, "when"), (Clause::Unless, &rule.unless, Operator::DropUnless, "unless")]
                {
                    if let Some(condition) = condition {
                        made.extend(without(bundle, owner, clause, condition, operator, word));
                    }
                }
            }
            (rule.name.to_string(), rule.span, made)
        }
        Owner::Budget(n) => {
            let Some(budget) = bundle.budgets.get(n) else { return Vec::new() };
            (format!("budget {}", budget.name), budget.span, budgets::of_budget(bundle, budget))
        }
        Owner::Charge(n) => {
            let Some(charge) = bundle.charges.get(n) else { return Vec::new() };
            let name = bundle.budgets.get(charge.budget as usize).map_or("", |budget| budget.name.as_str());
            (format!("charge {name}"), charge.span, budgets::of_charge(bundle, charge))
        }
    };
    // What is only reported decides nothing.
    if !matches!(owner, Owner::Rule(n) if bundle.rules.get(n).is_some_and(|rule| rule.advisory)) {
        expressions(bundle, owner, &mut made);
    }
    told(bundle, owner, &name, span, made)
}

/// `when` or `unless` gone.
fn without(bundle: &Bundle, owner: Owner, clause: Clause, condition: &reach_compiler::ir::Expr, operator: Operator, word: &str) -> Option<Made> {
    let relied = Relied::of(bundle, owner);
    let mut is_relied_on = false;
    visit(bundle, condition, &relied, &mut |site| is_relied_on |= site.path.is_empty() && site.is_relied_on(condition));
    if is_relied_on {
        return None;
    }
    let source = bundle.sources.get(condition.span.file)?;
    let before = source.text.get(..condition.span.start as usize)?;
    // Brackets and blanks may stand between the word and the condition.
    let head = before.trim_end_matches(|c: char| c == '(' || c.is_whitespace());
    let open = before.get(head.len()..)?.matches('(').count();
    let mut end = condition.span.end;
    let mut rest = source.text.get(end as usize..)?.char_indices();
    for _ in 0..open {
        let (at, _) = rest.by_ref().find(|(_, c)| *c == ')')?;
        end = condition.span.end + u32::try_from(at + 1).ok()?;
    }
    let start = u32::try_from(head.strip_suffix(word)?.len()).ok()?;
    let edits = vec![Edit { span: Span::new(condition.span.file, start, end), text: String::new() }];
    let place = Span::new(condition.span.file, start, end);
    let shown = Shown { place, ..edited(&bundle.sources, place, &edits) };
    Some(Made { operator, change: Change::NoClause(clause), shown, edits })
}

fn expressions(bundle: &Bundle, owner: Owner, made: &mut Vec<Made>) {
    let relied = Relied::of(bundle, owner);
    for (clause, root) in roots(bundle, owner) {
        visit(bundle, root, &relied, &mut |site| {
            for found in of_expr(&site) {
                let shown = shown(&site, &found.written);
                let edits = match found.written {
                    Written::Edits(edits) => edits,
                    Written::Words(_) => Vec::new(),
                };
                made.push(Made { operator: found.operator, change: Change::Expr { clause, path: site.path.to_vec(), way: found.way }, shown, edits });
            }
        });
    }
}

/// Gives mutants their names, and leaves out what is no mutant: what is as the bundle itself, or as another one.
fn told(bundle: &Bundle, owner: Owner, name: &str, span: Span, made: Vec<Made>) -> Vec<Mutant> {
    let mut seen = BTreeSet::new();
    // As nothing that is changed: as the declaration itself.
    let mut size = 1usize;
    for (clause, expr) in roots(bundle, owner) {
        let (hash, len) = hash(&(clause, Rewritten { expr: expr.clone(), monitors: Vec::new(), origins: Vec::new() }));
        seen.insert(hash);
        size = size.saturating_add(len);
    }
    if let Owner::Rule(n) = owner {
        seen.extend(bundle.rules.get(n).map(|rule| hash(rule).0));
    }
    let step = made.len().div_ceil((WORK / size).max(16)).max(1);
    let mut names = BTreeSet::new();
    let mut all = Vec::new();
    for Made { operator, change, shown, edits } in made.into_iter().step_by(step) {
        let is_new = match (&change, owner) {
            (Change::Expr { clause, path, way }, _) => rewritten(bundle, owner, *clause, path, way).is_some_and(|made| seen.insert(hash(&(*clause, made)).0)),
            (Change::Gone, _) | (_, Owner::Budget(_) | Owner::Charge(_)) => true,
            (change, Owner::Rule(n)) => {
                let mut made = bundle.rules.get(n).cloned();
                made.as_mut().and_then(|rule| of_rule(rule, change)).is_some() && seen.insert(hash(&made).0)
            }
        };
        if !is_new {
            continue;
        }
        let place = if covers(span, shown.place) { shown.place } else { anchor(bundle, owner, &change).unwrap_or(span) };
        let mut number = 0;
        let id = loop {
            let id = identity(name, operator, &shown, number);
            if names.insert(id.clone()) {
                break id;
            }
            number += 1;
        };
        all.push(Mutant { id, declaration: name.to_owned(), operator, place, before: shown.before, after: shown.after, edits, owner, change });
    }
    all
}

/// Returns the place in the declaration itself at which something is changed that was written elsewhere: in a function, or in a question that
/// another rule asked first.
fn anchor(bundle: &Bundle, owner: Owner, change: &Change) -> Option<Span> {
    let Change::Expr { clause, path, .. } = change else { return None };
    let mut expr = crate::place::root(bundle, owner, *clause)?;
    let whole = expr.span;
    let mut best = whole;
    for hop in path {
        let crate::place::Hop::Child(n) = hop else { break };
        expr = expr.children().into_iter().nth(*n)?;
        if covers(whole, expr.span) {
            best = expr.span;
        }
    }
    Some(best)
}

/// Returns a hash of what something says, and how long that is. Places are no part of it.
fn hash(of: &impl Serialize) -> (u64, usize) {
    let mut out = Hashing { hash: DefaultHasher::new(), len: 0 };
    // It holds nothing that can't be written, and writing to a hash can't fail.
    let _ = serde_json::to_writer(&mut out, of);
    (out.hash.finish(), out.len)
}

struct Hashing {
    hash: DefaultHasher,
    len: usize,
}

impl std::io::Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.hash.write(bytes);
        self.len = self.len.saturating_add(bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn identity(name: &str, operator: Operator, shown: &Shown, number: usize) -> String {
    let digest = Sha256::digest(format!("{}\n{}\n{number}", shown.before, shown.after));
    let hex: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    format!("{name}/{}/{hex}", operator.name())
}
