//! Changes of a bundle: some that mean something, some that don't.

use super::atoms::atom;
use super::{Bundle, Cond, Rule, rule};
use crate::generate::choices::Choices;

const OPERATORS: [&str; 6] = ["<=", "<", ">", ">=", "==", "!="];

/// Returns a bundle made of another, and what was done.
pub(super) fn changed(c: &mut Choices<'_>, old: &Bundle) -> (Bundle, &'static str) {
    let mut new = old.clone();
    let at = c.below(new.rules.len());
    let tool = new.rules[at].tool;
    let kinds = old.tools[tool].clone();
    let change = match c.below(15) {
        0 | 1 => {
            on_atom(c, &mut new.rules[at].when, &mut |c, cond| {
                if let Cond::Number(_, _, n, _) = cond {
                    *n = n.saturating_add(if c.chance(50) { 1 } else { -1 });
                } else {
                    *cond = atom(c, &kinds);
                }
            });
            "another constant"
        }
        2 | 3 => {
            on_atom(c, &mut new.rules[at].when, &mut |c, cond| {
                if let Cond::Number(_, op, ..) = cond {
                    *op = *c.pick(&OPERATORS);
                } else {
                    *cond = Cond::Not(Box::new(cond.clone()));
                }
            });
            "another operator"
        }
        4 => {
            if let Cond::All(parts) | Cond::Any(parts) = &mut new.rules[at].when {
                let gone = c.below(parts.len());
                parts.remove(gone);
            }
            "a term less"
        }
        5 => {
            let more = rule(c, &old.tools);
            new.rules.push(more);
            "a rule more"
        }
        6 => {
            new.rules.remove(at);
            "a rule less"
        }
        7 => {
            new.rules.reverse();
            new.rules.iter_mut().for_each(|rule| reorder(&mut rule.when));
            "another order"
        }
        8 => {
            let when = &mut new.rules[at].when;
            *when = Cond::Not(Box::new(Cond::Not(Box::new(when.clone()))));
            "two negations"
        }
        9 => {
            let when = &mut new.rules[at].when;
            *when = de_morgan(when);
            "De Morgan"
        }
        10 => {
            split(&mut new.rules, at);
            "a rule split"
        }
        11 => {
            // With a condition that always has a value it is the same.
            let (when, by) = (new.rules[at].when.clone(), atom(c, &kinds));
            let not = Cond::Not(Box::new(by.clone()));
            new.rules[at].when = Cond::Any(vec![Cond::All(vec![when.clone(), by]), Cond::All(vec![when, not])]);
            "two cases"
        }
        12 => {
            let (mut more, by) = (new.rules[at].clone(), atom(c, &kinds));
            more.when = Cond::All(vec![more.when, by]);
            new.rules.push(more);
            "an idle rule more"
        }
        _ => {
            new.rules.iter_mut().for_each(|rule| rewrite(&mut rule.when));
            "other words"
        }
    };
    (new, change)
}

/// Changes one of the conditions of which a condition is made.
fn on_atom(c: &mut Choices<'_>, cond: &mut Cond, change: &mut dyn FnMut(&mut Choices<'_>, &mut Cond)) {
    match cond {
        Cond::All(parts) | Cond::Any(parts) if !parts.is_empty() => {
            let at = c.below(parts.len());
            on_atom(c, &mut parts[at], change);
        }
        Cond::Not(of) => on_atom(c, of, change),
        cond => change(c, cond),
    }
}

fn reorder(cond: &mut Cond) {
    match cond {
        Cond::All(parts) | Cond::Any(parts) => {
            parts.reverse();
            parts.iter_mut().for_each(reorder);
        }
        Cond::Not(of) => reorder(of),
        _ => {}
    }
}

fn de_morgan(cond: &Cond) -> Cond {
    let not = |parts: &[Cond]| parts.iter().map(|part| Cond::Not(Box::new(de_morgan(part)))).collect();
    match cond {
        Cond::All(parts) => Cond::Not(Box::new(Cond::Any(not(parts)))),
        Cond::Any(parts) => Cond::Not(Box::new(Cond::All(not(parts)))),
        Cond::Not(of) => Cond::Not(Box::new(de_morgan(of))),
        cond => cond.clone(),
    }
}

fn split(rules: &mut Vec<Rule>, at: usize) {
    let Cond::Any(parts) = rules[at].when.clone() else { return };
    let mut more = rules[at].clone();
    let (first, rest) = parts.split_at(1);
    rules[at].when = first[0].clone();
    more.when = Cond::Any(rest.to_vec());
    rules.push(more);
}

/// Says the same in other words, where there are some; of numbers with the opposite operator.
fn rewrite(cond: &mut Cond) {
    match cond {
        Cond::Other(_, Some(meaning)) => *cond = (**meaning).clone(),
        Cond::Other(_, None) => {}
        Cond::Number(what, op, n, places) => {
            let (opposite, more) = match *op {
                "<=" => (">=", 1),
                "<" => (">", -1),
                ">" => ("<", 1),
                ">=" => ("<=", -1),
                "==" => ("!=", 0),
                _ => ("==", 0),
            };
            // `x <= n` is `not x >= n + 1`, of whole numbers.
            let (opposite, n) = match (*places, n.checked_add(more)) {
                (0, Some(n)) => (opposite, n),
                _ => (exactly_opposite(op), *n),
            };
            *cond = Cond::Not(Box::new(Cond::Number(what.clone(), opposite, n, *places)));
        }
        Cond::Not(of) => rewrite(of),
        Cond::All(parts) | Cond::Any(parts) => parts.iter_mut().for_each(rewrite),
    }
}

fn exactly_opposite(op: &str) -> &'static str {
    match op {
        "<=" => ">",
        "<" => ">=",
        ">" => "<=",
        ">=" => "<",
        "==" => "!=",
        _ => "==",
    }
}
