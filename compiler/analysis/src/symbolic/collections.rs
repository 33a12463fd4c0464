//! Lists: how long they are, what some or all elements are, how many, and their sum.

use reach_compiler::ir::{Expr, LocalId, Type};

use super::Symbolic;
use crate::formula::F;
use crate::value::{Cases, Element, Sym, known};
use crate::world::{Cond, Sum, World};

impl Symbolic<'_, '_> {
    /// Returns the elements that an expression may have; none where they aren't told apart.
    pub fn elements(&mut self, list: &Expr) -> Option<Vec<(F, Vec<Element>)>> {
        self.eval(list)
            .into_iter()
            .map(|(guard, sym)| match sym {
                Sym::List(elements) => Some((guard, elements)),
                Sym::Absent => Some((guard, Vec::new())),
                _ => None,
            })
            .collect()
    }

    /// `all(x in xs: cond)` and `any(x in xs: cond)`.
    pub(super) fn quantifier(&mut self, id: LocalId, list: &Expr, body: &Expr, all: bool, expr: &Expr) -> Cases {
        let Some(lists) = self.elements(list) else { return known(Sym::Blank(self.key(expr))) };
        let mut out = Vec::new();
        for (guard, elements) in lists {
            let mut terms = Vec::with_capacity(elements.len());
            for element in elements {
                self.locals.insert(id, element.value);
                let cond = self.condition(body);
                let missing = self.world.formulas.not(element.there);
                // An element that isn't there is no reason for either.
                let (decisive, other) = if all { (cond.f, cond.t) } else { (cond.t, cond.f) };
                let decisive = self.world.formulas.and([element.there, decisive]);
                let other = self.world.formulas.or([missing, other]);
                terms.push(if all { Cond { t: other, f: decisive } } else { Cond { t: decisive, f: other } });
            }
            let cond = if all { self.all(&terms) } else { self.any(&terms) };
            out.push((guard, Sym::Bool(cond)));
        }
        out
    }

    /// Returns how long a list is.
    pub(super) fn list_length(&mut self, elements: &[Element], expr: &Expr) -> Cases {
        let key = self.key(expr);
        self.add_up(&key, elements, |_, element| vec![(F::TRUE, Some(element.times.clone()))], (&Type::Int, true))
    }

    /// `count(x in xs: cond)`.
    pub(super) fn count(&mut self, id: LocalId, list: &Expr, body: &Expr, expr: &Expr) -> Cases {
        let Some(lists) = self.elements(list) else { return known(Sym::Blank(self.key(expr))) };
        let key = self.key(expr);
        let mut out = Vec::new();
        for (guard, elements) in lists {
            let counts = self.add_up(
                &key,
                &elements,
                |this, element| {
                    if element.value.iter().any(|(_, sym)| matches!(sym, Sym::Blank(_))) {
                        // Of those of which nothing is known, some may count and some not.
                        return vec![(F::TRUE, None)];
                    }
                    this.locals.insert(id, element.value.clone());
                    let cond = this.condition(body);
                    vec![(cond.t, Some(element.times.clone())), (cond.f, Some(Sum::of(0)))]
                },
                (&Type::Int, true),
            );
            for (inner, sym) in counts {
                out.push((self.world.formulas.and([guard, inner]), sym));
            }
        }
        out
    }

    /// `sum(x in xs: value)`.
    pub(super) fn sum(&mut self, id: LocalId, list: &Expr, body: &Expr, expr: &Expr) -> Cases {
        let Some(lists) = self.elements(list) else { return known(Sym::Blank(self.key(expr))) };
        let key = self.key(expr);
        let mut out = Vec::new();
        for (guard, elements) in lists {
            let sums = self.add_up(
                &key,
                &elements,
                |this, element| {
                    this.locals.insert(id, element.value.clone());
                    let once = element.times.plus(&Sum::of(1), -1).map_or(F::FALSE, |s| this.world.is_zero(&s));
                    let repeated = this.world.formulas.not(once);
                    let mut out = Vec::new();
                    for (guard, sym) in this.eval(body) {
                        // A value that stands there many times would be a product of two variables.
                        let value = if let Sym::Num(value) = sym { Some(value) } else { None };
                        out.push((this.world.formulas.and([guard, once]), value));
                        out.push((this.world.formulas.and([guard, repeated]), None));
                    }
                    out
                },
                (&expr.ty, false),
            );
            for (inner, sym) in sums {
                out.push((self.world.formulas.and([guard, inner]), sym));
            }
        }
        out
    }

    /// Adds up what each element contributes (`None` where that isn't told apart). What `counts` is never less than nothing.
    fn add_up(
        &mut self,
        key: &str,
        elements: &[Element],
        mut part: impl FnMut(&mut Self, &Element) -> Vec<(F, Option<Sum>)>,
        (ty, counts): (&Type, bool),
    ) -> Cases {
        let mut totals: Vec<(F, Option<Sum>)> = vec![(F::TRUE, Some(Sum::of(0)))];
        for element in elements {
            let parts = part(self, element);
            let missing = self.world.formulas.not(element.there);
            let mut next: Vec<(F, Option<Sum>)> = Vec::new();
            for (guard, total) in &totals {
                let without = self.world.formulas.and([*guard, missing]);
                self.join_case(&mut next, without, total.clone());
                for (inner, more) in &parts {
                    let with = self.world.formulas.and([*guard, element.there, *inner]);
                    let sum = total.as_ref().zip(more.as_ref()).and_then(|(a, b)| a.plus(b, 1));
                    self.join_case(&mut next, with, sum);
                }
            }
            totals = next;
        }
        let (least, most) = World::range(ty);
        let mut out = Vec::new();
        for (guard, total) in totals {
            match total {
                Some(total) => {
                    let low = Sum::of(least).plus(&total, -1).map_or(F::TRUE, |s| self.world.at_most_zero(&s));
                    let high = total.plus(&Sum::of(most), -1).map_or(F::TRUE, |s| self.world.at_most_zero(&s));
                    out.push((self.world.formulas.and([guard, low, high]), Sym::Num(total)));
                }
                None => {
                    for (inner, sym) in self.open_number(key, ty, "a sum or a number over a list") {
                        let negative = if let (true, Sym::Num(number)) = (counts, &sym) { Sum::of(0).plus(number, -1) } else { None };
                        let least = negative.map_or(F::TRUE, |negative| self.world.at_most_zero(&negative));
                        out.push((self.world.formulas.and([guard, inner, least]), sym));
                    }
                }
            }
        }
        out
    }

    /// Adds a case, to an equal one where there is one.
    fn join_case(&mut self, cases: &mut Vec<(F, Option<Sum>)>, guard: F, value: Option<Sum>) {
        if guard == F::FALSE {
            return;
        }
        match cases.iter_mut().find(|(_, known)| *known == value) {
            Some((known, _)) => *known = self.world.formulas.or([*known, guard]),
            None => cases.push((guard, value)),
        }
    }

    /// `xs[at]`: optional.
    pub(super) fn element_at(&mut self, elements: &[Element], at: i128, expr: &Expr) -> Cases {
        let Ok(at) = usize::try_from(at) else { return known(Sym::Absent) };
        let fixed = elements.iter().take(at.saturating_add(1)).all(|e| e.times == Sum::of(1));
        match elements.get(at) {
            // Elements stand in a row: the one at a place is there, or none behind it.
            Some(element) if fixed || elements.iter().take(at).all(|e| e.times == Sum::of(1)) => {
                let missing = self.world.formulas.not(element.there);
                let mut out = vec![(missing, Sym::Absent)];
                for (guard, sym) in element.value.clone() {
                    out.push((self.world.formulas.and([element.there, guard]), sym));
                }
                out
            }
            None if fixed => known(Sym::Absent),
            _ => known(Sym::Blank(self.key(expr))),
        }
    }

    /// `xs + ys`; an absent list is empty.
    pub(super) fn concat(&mut self, a: &Expr, b: &Expr, expr: &Expr) -> Cases {
        let (Some(left), Some(right)) = (self.elements(a), self.elements(b)) else { return known(Sym::Blank(self.key(expr))) };
        let mut out = Vec::new();
        for (g, x) in &left {
            for (h, y) in &right {
                let both = self.world.formulas.and([*g, *h]);
                out.push((both, Sym::List(x.iter().chain(y).cloned().collect())));
            }
        }
        out
    }

    /// `[a, b]`.
    pub(super) fn list(&mut self, items: &[Expr], expr: &Expr) -> Cases {
        let mut all = F::TRUE;
        let mut elements = Vec::with_capacity(items.len());
        for item in items {
            let value = self.eval(item);
            if value.iter().any(|(_, sym)| matches!(sym, Sym::Blank(_))) {
                return known(Sym::Blank(self.key(expr)));
            }
            // One without a value makes the list have none.
            let defined = self.world.formulas.or(value.iter().map(|(guard, _)| *guard));
            all = self.world.formulas.and([all, defined]);
            elements.push(Element { there: F::TRUE, times: Sum::of(1), value });
        }
        vec![(all, Sym::List(elements))]
    }
}
