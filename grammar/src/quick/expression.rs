//! Expressions, by climbing over the precedences as the builder does.

use super::Reader;
use super::operator::{Operator, OperatorKind};
use crate::ast::{Chain, CommandPattern, Expr, ExprKind, Link, Links, Named};
use crate::build::Builder;
use crate::build::expression::{Placed, join, join_sum, level};

/// Which of the grammar's three rules for expressions is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// `expr`: anything.
    Any,
    /// `condition`: no `if` without brackets.
    Condition,
    /// `branch`: no `if` and no `else` without brackets.
    Branch,
}

impl Reader<'_> {
    pub(super) fn expr(&mut self) -> Option<Expr> {
        self.placed().map(|placed| placed.0)
    }

    pub(super) fn placed(&mut self) -> Option<Placed> {
        self.nested(|reader| reader.climb(level::LOOSEST, Mode::Any))
    }

    /// An operand where no operator may stand.
    pub(super) fn nested_postfix(&mut self) -> Option<Expr> {
        self.nested(Self::postfix).map(|placed| placed.0)
    }

    /// Reads what stands within an expression, or at its top, and counts its depth as the builder does.
    pub(super) fn nested(&mut self, read: impl FnOnce(&mut Self) -> Option<Placed>) -> Option<Placed> {
        if self.builder.depth == 0 {
            self.builder.terms = 0;
        }
        if self.builder.depth > self.builder.limits.nesting {
            return None;
        }
        self.builder.depth += 1;
        let read = read(self);
        self.builder.depth -= 1;
        read
    }

    fn climb(&mut self, least: u8, mode: Mode) -> Option<Placed> {
        let mut left = self.prefix(least, mode)?;
        let mut compared = false;
        while let Some(operator) = self.operator() {
            let Operator { kind, end, .. } = operator;
            let level = kind.level();
            if kind == OperatorKind::Foreign {
                return None;
            }
            if level < least || kind == OperatorKind::Else && mode == Mode::Branch {
                break;
            }
            self.at = end;
            self.skip();
            match kind {
                OperatorKind::Or | OperatorKind::And | OperatorKind::Times | OperatorKind::Else => {
                    let right = self.climb(level + 1, mode)?;
                    left = join(left, right, level);
                }
                OperatorKind::Add(op) => {
                    let right = self.climb(level + 1, mode)?;
                    left = join_sum(left, op, right);
                }
                _ => {
                    // Comparisons do not chain.
                    if std::mem::replace(&mut compared, true) {
                        return None;
                    }
                    left = self.compare(operator, left, mode)?;
                }
            }
        }
        Some(left)
    }

    fn prefix(&mut self, least: u8, mode: Mode) -> Option<Placed> {
        let start = self.at;
        if self.byte() == b'-' {
            self.at += 1;
            self.skip();
            let Placed(inner, end) = self.nested(|reader| reader.climb(level::NEGATE, mode))?;
            let span = self.span(start).to(end);
            return Some(Placed(Builder::make(span, ExprKind::Negate(Box::new(inner))), span));
        }
        // Few operands begin so, and a word is looked at more than once as it is.
        let word = if matches!(self.byte(), b'n' | b'N' | b'i') { self.word_at(start) } else { "" };
        match word {
            "not" => {
                self.keyword("not").filter(|()| least <= level::NOT)?;
                self.skip();
                let Placed(inner, end) = self.nested(|reader| reader.climb(level::NOT, mode))?;
                let span = self.span(start).to(end);
                Some(Placed(Builder::make(span, ExprKind::Not(Box::new(inner))), span))
            }
            "NOT" => None,
            "if" => {
                self.keyword("if").filter(|()| mode == Mode::Any)?;
                self.nested(|reader| reader.conditional(start))
            }
            _ => self.postfix(),
        }
    }

    /// What stands behind `if`.
    fn conditional(&mut self, start: usize) -> Option<Placed> {
        self.skip();
        let condition = self.climb(level::LOOSEST, Mode::Condition)?.0;
        self.skip();
        self.keyword("then")?;
        self.skip();
        let then = self.climb(level::LOOSEST, Mode::Branch)?.0;
        self.skip();
        self.keyword("else")?;
        self.skip();
        let Placed(last, end) = self.climb(level::LOOSEST, Mode::Any)?;
        let span = self.span_to(start, start).to(end);
        Some(Placed(Builder::make(span, ExprKind::If(Box::new(condition), Box::new(then), Box::new(last))), span))
    }

    /// A comparison of which the left side and the operator are read.
    fn compare(&mut self, operator: Operator, left: Placed, mode: Mode) -> Option<Placed> {
        let Placed(left, start) = left;
        let sign = self.span_to(operator.start, operator.end);
        if let OperatorKind::Compare(op) = operator.kind {
            let Placed(right, end) = self.climb(level::COMPARE + 1, mode)?;
            let span = start.to(end);
            return Some(Placed(Builder::make(span, ExprKind::Compare(op, sign, Box::new([left, right]))), span));
        }
        let kind = match operator.kind {
            OperatorKind::Has => ExprKind::Has(Box::new(Named { value: left, name: self.field_name()? })),
            OperatorKind::As => ExprKind::As(Box::new(Named { value: left, name: self.word()? })),
            OperatorKind::NamedBy => ExprKind::NamedBy(Box::new(Named { value: left, name: self.dotted()? })),
            OperatorKind::From => ExprKind::From(Box::new(left), Box::new(self.source()?)),
            OperatorKind::RunsOnly | OperatorKind::MayRun => {
                let (pattern, end) = self.commands(mode)?;
                let (left, pattern) = (Box::new(left), Box::new(pattern));
                let span = start.to(end);
                let kind = if operator.kind == OperatorKind::RunsOnly { ExprKind::RunsOnly(left, pattern) } else { ExprKind::MayRun(left, pattern) };
                return Some(Placed(Builder::make(span, kind), span));
            }
            kind => {
                let Placed(right, end) = self.climb(level::COMPARE + 1, mode)?;
                let (left, right) = (Box::new(left), Box::new(right));
                let span = start.to(end);
                let kind = match kind {
                    OperatorKind::Matches { nocase } => ExprKind::Matches { value: left, nocase, pattern: right },
                    OperatorKind::MayTouch => ExprKind::MayTouch(left, right),
                    OperatorKind::MayWrite => ExprKind::MayWrite(left, right),
                    OperatorKind::ReadsOnly => ExprKind::ReadsOnly(left, right),
                    _ => return None,
                };
                return Some(Placed(Builder::make(span, kind), span));
            }
        };
        let span = start.to(self.span(operator.start));
        Some(Placed(Builder::make(span, kind), span))
    }

    /// What stands behind `runs only` and `may run`: `x where …`, or a set.
    fn commands(&mut self, mode: Mode) -> Option<(CommandPattern, reach_codes::Span)> {
        let after = self.word_end(self.at);
        let keyword = self.ahead_of(after);
        if after > self.at && self.is_keyword(keyword, "where") {
            let variable = self.word()?;
            self.at = keyword + "where".len();
            self.skip();
            let Placed(condition, end) = self.nested(|reader| reader.climb(level::LOOSEST, mode))?;
            return Some((CommandPattern::Where(variable, condition), end));
        }
        let Placed(right, end) = self.climb(level::COMPARE + 1, mode)?;
        Some((CommandPattern::Set(right), end))
    }

    pub(super) fn postfix(&mut self) -> Option<Placed> {
        self.count_term()?;
        let base = self.primary()?;
        self.links(base)
    }

    /// Counts an operand; none beyond the limit.
    fn count_term(&mut self) -> Option<()> {
        self.builder.terms += 1;
        (self.builder.terms <= self.builder.limits.terms).then_some(())
    }

    pub(super) fn links(&mut self, base: Placed) -> Option<Placed> {
        let mut links = Links::new();
        loop {
            let start = self.at;
            match self.byte() {
                b'.' if self.begins_field_name(start + 1) => {
                    self.at += 1;
                    links.push(Link::Field(self.field_name()?));
                }
                b'[' => {
                    self.open(b'[')?;
                    let key = self.expr()?;
                    self.close(b']')?;
                    links.push(Link::Index(Box::new(key), self.span(start)));
                }
                _ => break,
            }
            self.count_term()?;
        }
        if links.is_empty() {
            return Some(base);
        }
        let span = base.1.to(self.span(self.at));
        Some(Placed(Builder::make(span, ExprKind::Chain(Box::new(Chain { base: base.0, links }))), span))
    }
}
