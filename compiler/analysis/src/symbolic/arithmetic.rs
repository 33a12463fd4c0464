//! Sums, differences, products by a constant, least and greatest, with the ranges beyond which there is no value.

use reach_compiler::ir::{Arith, Expr, Type, Unary};
use reach_values::time;

use super::Symbolic;
use crate::formula::F;
use crate::value::{Cases, Sym, known};
use crate::world::{Sum, World};

/// One, as decimals are held.
const ONE: i128 = 1_000_000_000_000_000_000;

impl Symbolic<'_, '_> {
    pub(super) fn arithmetic(&mut self, op: Arith, a: &Expr, b: &Expr, expr: &Expr) -> Cases {
        let (left, right) = (self.eval(a), self.eval(b));
        let mut out = Vec::new();
        for (g, x) in &left {
            for (h, y) in &right {
                let both = self.world.formulas.and([*g, *h]);
                if both == F::FALSE {
                    continue;
                }
                let made = match (x, y) {
                    (Sym::Num(x), Sym::Num(y)) => self.combine(op, (&a.ty, x), (&b.ty, y), &expr.ty),
                    _ => None,
                };
                match made {
                    Some(cases) => {
                        for (guard, sym) in cases {
                            out.push((self.world.formulas.and([both, guard]), sym));
                        }
                    }
                    None => {
                        let key = format!("{} of {x:?} and {y:?}", self.key(expr));
                        for (guard, sym) in self.open_number(&key, &expr.ty, "a product, or a number that isn't a sum of a few values") {
                            out.push((self.world.formulas.and([both, guard]), sym));
                        }
                    }
                }
            }
        }
        out
    }

    /// Combines two numbers; none where that is no sum.
    fn combine(&mut self, op: Arith, (ta, x): (&Type, &Sum), (tb, y): (&Type, &Sum), ty: &Type) -> Option<Cases> {
        match op {
            Arith::Min | Arith::Max => {
                let less = x.plus(y, -1)?;
                let first = self.world.at_most_zero(&less);
                let second = self.world.formulas.not(first);
                let (x, y) = (Sym::Num(x.clone()), Sym::Num(y.clone()));
                Some(if op == Arith::Min { vec![(first, x), (second, y)] } else { vec![(first, y), (second, x)] })
            }
            Arith::Add | Arith::Subtract => {
                let factor = if op == Arith::Add { 1 } else { -1 };
                let sum = match (ta, tb) {
                    (Type::Date, Type::Date) => Sum::of(0).plus(&x.plus(y, -1)?, time::DAY_NS)?,
                    (Type::Date, Type::Duration) => x.plus(&whole_days(y)?, factor)?,
                    (Type::Duration, Type::Date) => whole_days(x)?.plus(y, 1)?,
                    _ => x.plus(y, factor)?,
                };
                Some(self.in_range(sum, ty))
            }
            Arith::Multiply => {
                let (factor, of) = match (x.terms.is_empty(), y.terms.is_empty()) {
                    (true, _) => (x.constant, y),
                    (_, true) => (y.constant, x),
                    _ => return None,
                };
                let factor = if *ta == Type::Decimal {
                    // A product with a whole number is exact.
                    if factor % ONE != 0 {
                        return None;
                    }
                    factor / ONE
                } else {
                    factor
                };
                let sum = Sum::of(0).plus(of, factor)?;
                Some(self.in_range(sum, ty))
            }
        }
    }

    /// Returns a sum where it is in the range of its type.
    fn in_range(&mut self, sum: Sum, ty: &Type) -> Cases {
        let ty = if let Type::Optional(of) = ty { of } else { ty };
        let (least, most) = World::range(ty);
        if sum.terms.is_empty() {
            return if (least..=most).contains(&sum.constant) { known(Sym::Num(sum)) } else { Vec::new() };
        }
        // A bound that can't be written down is one that can't be met: the machine's numbers end there as well.
        let low = Sum::of(least).plus(&sum, -1).map_or(F::TRUE, |s| self.world.at_most_zero(&s));
        let high = sum.plus(&Sum::of(most), -1).map_or(F::TRUE, |s| self.world.at_most_zero(&s));
        vec![(self.world.formulas.and([low, high]), Sym::Num(sum))]
    }

    pub(super) fn unary(&mut self, op: Unary, a: &Expr, expr: &Expr) -> Cases {
        self.map(a, |this, sym| {
            let Sym::Num(x) = &sym else { return known(Sym::Blank(this.key(expr))) };
            let Some(negated) = Sum::of(0).plus(x, -1) else { return Vec::new() };
            match op {
                Unary::Negate => this.in_range(negated, &expr.ty),
                Unary::Abs => {
                    let negative = this.world.at_most_zero(x);
                    let positive = this.world.formulas.not(negative);
                    let mut out = vec![(positive, sym.clone())];
                    for (guard, sym) in this.in_range(negated, &expr.ty) {
                        out.push((this.world.formulas.and([negative, guard]), sym));
                    }
                    out
                }
            }
        })
    }
}

/// A duration in days, where it is a constant that is a whole number of them.
fn whole_days(sum: &Sum) -> Option<Sum> {
    (sum.terms.is_empty() && sum.constant % time::DAY_NS == 0).then(|| Sum::of(sum.constant / time::DAY_NS))
}
