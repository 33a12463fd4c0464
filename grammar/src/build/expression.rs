//! Expressions: the flat rule of the grammar gets its shape here, by climbing over the precedences.
//!
//! Chains become flat nodes, so depth comes only from brackets and from `not`, `-`, `if … else` and `x where`, each of
//! which counts against the limit on nesting.

use reach_codes::table::{limit, syntax};
use reach_codes::{Diagnostic, Span};
use smallvec::smallvec;

use super::{Builder, Node, Nodes};
use crate::ast::{
    AddOp, Chain, CommandPattern, CompareOp, EventPattern, Expr, ExprKind, History, HistoryWord, Link, Links, Name, Named, ProvenanceSource, Quantifier,
    QuantifierWord, Targets,
};
use crate::rules::Rule;
use crate::words::{EVENT_KINDS, is_foreign_null};

/// The precedences, loosest first.
pub(crate) mod level {
    pub(crate) const LOOSEST: u8 = 0;
    pub(crate) const OR: u8 = 1;
    pub(crate) const AND: u8 = 2;
    pub(crate) const NOT: u8 = 3;
    pub(crate) const COMPARE: u8 = 4;
    pub(crate) const SUM: u8 = 5;
    pub(crate) const PRODUCT: u8 = 6;
    pub(crate) const NEGATE: u8 = 7;
    pub(crate) const ELSE: u8 = 8;
}

/// Returns the precedence of an operator; none for what is no operator.
fn level_of(rule: Rule) -> Option<u8> {
    Some(match rule {
        Rule::op_or => level::OR,
        Rule::op_and => level::AND,
        Rule::op_plus | Rule::op_sub | Rule::op_sub_spaced => level::SUM,
        Rule::op_times => level::PRODUCT,
        Rule::op_else => level::ELSE,
        Rule::postfix | Rule::op_not | Rule::op_minus | Rule::if_head => return None,
        _ => level::COMPARE,
    })
}

/// An expression with its place including brackets around it.
pub(crate) struct Placed(pub(crate) Expr, pub(crate) Span);

impl Builder<'_> {
    pub(crate) fn make(span: Span, kind: ExprKind) -> Expr {
        Expr { span, kind, parenthesised: false }
    }

    /// An `expr`, `condition` or `branch`.
    pub(super) fn expr(&mut self, node: Node<'_>) -> Option<Expr> {
        self.placed(node).map(|placed| placed.0)
    }

    /// A part of an `if`, which is as deep as the `if` itself.
    fn level_expr(&mut self, node: Node<'_>) -> Option<Expr> {
        self.climb(&mut Nodes::of(node), level::LOOSEST).map(|placed| placed.0)
    }

    fn placed(&mut self, node: Node<'_>) -> Option<Placed> {
        let span = self.span(&node);
        self.nested(span, |builder| builder.climb(&mut Nodes::of(node), level::LOOSEST))
    }

    /// Builds what stands within an expression, or at its top, and counts its depth.
    fn nested(&mut self, span: Span, build: impl FnOnce(&mut Self) -> Option<Placed>) -> Option<Placed> {
        let top = self.depth == 0;
        if top {
            self.terms = 0;
            self.limit_reported = false;
        }
        if self.depth > self.limits.nesting {
            self.too_deep(span);
            return Some(Placed(Self::make(span, ExprKind::Error), span));
        }
        self.depth += 1;
        let built = build(self);
        self.depth -= 1;
        built
    }

    fn too_deep(&mut self, span: Span) {
        if !std::mem::replace(&mut self.limit_reported, true) {
            let most = self.limits.nesting;
            let span = Span::new(span.file, span.start, span.end.min(span.start + 1));
            let d = Diagnostic::new(limit::NESTED_TOO_DEEPLY, span, format!("this expression is nested more than {most} deep"));
            self.report(
                d.note("brackets, `not`, `-`, `if … else` and `x where` each nest what follows them").help("give a part of it a name with `let` or `fn`"),
            );
        }
    }

    /// An operand that stands where no operator may: the table of a test, a window, the base of a path.
    pub(super) fn nested_postfix(&mut self, node: Node<'_>) -> Option<Expr> {
        let span = self.span(&node);
        self.nested(span, |builder| builder.postfix(node)).map(|placed| placed.0)
    }

    /// A chain that stands for itself, as in `=> row.effect`.
    pub(super) fn top_chain(&mut self, nodes: Nodes<'_>) -> Option<Expr> {
        let nowhere = Span::new(self.file, self.base, self.base);
        self.nested(nowhere, |builder| builder.chain(nodes).map(|e| Placed(e, nowhere))).map(|placed| placed.0)
    }

    fn climb(&mut self, nodes: &mut Nodes<'_>, least: u8) -> Option<Placed> {
        let mut left = self.prefix(nodes, least)?;
        let mut compared: Option<Span> = None;
        while let Some(rule) = nodes.peek() {
            // Operands follow here only where a limit cut the expression short.
            let Some(level) = level_of(rule).filter(|level| *level >= least) else { break };
            let node = nodes.next()?;
            let sign = self.span(&node);
            match level {
                level::OR | level::AND => {
                    self.logic_word(&node);
                    let right = self.climb(nodes, level + 1)?;
                    left = join(left, right, level);
                }
                level::PRODUCT | level::ELSE => {
                    let right = self.climb(nodes, level + 1)?;
                    left = join(left, right, level);
                }
                level::SUM => {
                    let op = if rule == Rule::op_plus { AddOp::Add } else { AddOp::Subtract };
                    let right = self.climb(nodes, level + 1)?;
                    left = join_sum(left, op, right);
                }
                _ => {
                    let again = compared.is_some();
                    if again {
                        // The second comparison is read and left out: a chain must not become depth.
                        let before = compared.take().filter(|span| span.end != 0);
                        self.compare(nodes, node, Placed(Self::make(sign, ExprKind::Error), sign))?;
                        if let Some(before) = before {
                            self.chained(sign, before, &left.0);
                        }
                        compared = Some(Span::default());
                    } else {
                        left = self.compare(nodes, node, left)?;
                        compared = Some(sign);
                    }
                }
            }
        }
        Some(left)
    }

    fn chained(&mut self, sign: Span, before: Span, first: &Expr) {
        let mut d = Diagnostic::new(syntax::CHAINED_COMPARISON, sign, "comparisons do not chain").other(before, "the first comparison");
        if let ExprKind::Compare(_, _, sides) = &first.kind {
            let [_, middle] = &**sides;
            let first = self.text.get(first.span.start as usize..first.span.end as usize).filter(|t| t.len() < 60).unwrap_or("a < x");
            let middle = self.text.get(middle.span.start as usize..middle.span.end as usize).filter(|t| t.len() < 40).unwrap_or("x");
            let second = self.text.get(sign.start as usize..sign.end as usize).unwrap_or("<");
            d = d.help(format!("compare twice and join with `and`: `{first} and {middle} {second} …`"));
        } else {
            d = d.help("put brackets around the one that comes first, or join two comparisons with `and`");
        }
        self.report(d);
    }

    fn prefix(&mut self, nodes: &mut Nodes<'_>, least: u8) -> Option<Placed> {
        let node = nodes.next()?;
        let span = self.span(&node);
        match node.as_rule() {
            Rule::op_not => {
                self.logic_word(&node);
                if least > level::NOT {
                    let d = Diagnostic::new(syntax::UNPARENTHESISED_NOT, span, "`not` binds looser than the operator before it");
                    self.report(d.help("put brackets around it: `(not …)`"));
                }
                let Placed(inner, end) = self.nested(span, |b| b.climb(nodes, level::NOT))?;
                let span = span.to(end);
                Some(Placed(Self::make(span, ExprKind::Not(Box::new(inner))), span))
            }
            Rule::op_minus => {
                let Placed(inner, end) = self.nested(span, |b| b.climb(nodes, level::NEGATE))?;
                let span = span.to(end);
                Some(Placed(Self::make(span, ExprKind::Negate(Box::new(inner))), span))
            }
            Rule::if_head => self.conditional(node, nodes),
            _ => self.postfix(node),
        }
    }

    /// `if a then b` with its `elif`s, and what follows its `else`.
    fn conditional(&mut self, head: Node<'_>, nodes: &mut Nodes<'_>) -> Option<Placed> {
        let start = self.span(&head);
        self.nested(start, |builder| {
            let mut parts = Nodes::of(head);
            let condition = builder.level_expr(parts.find(Rule::condition)?)?;
            let then = builder.level_expr(parts.find(Rule::branch)?)?;
            let mut others = Vec::new();
            while let Some(node) = parts.next() {
                if node.as_rule() == Rule::elif_head {
                    let mut inner = Nodes::of(node);
                    let word = inner.next()?;
                    let span = builder.span(&word);
                    builder.slip(syntax::FOREIGN_ELSE_IF, span, format!("`{}` is not a word of the language", word.as_str()), "else if");
                    others.push((span, builder.level_expr(inner.find(Rule::condition)?)?, builder.level_expr(inner.find(Rule::branch)?)?));
                }
            }
            let depth = builder.depth;
            builder.depth += others.len();
            let last = builder.climb(nodes, level::LOOSEST);
            builder.depth = depth;
            let Placed(mut last, end) = last?;
            while let Some((span, condition, then)) = others.pop() {
                let span = span.to(end);
                last = Self::make(span, ExprKind::If(Box::new(condition), Box::new(then), Box::new(last)));
                if builder.depth + others.len() > builder.limits.nesting {
                    last = Self::make(span, ExprKind::Error);
                }
            }
            let span = start.to(end);
            Some(Placed(Self::make(span, ExprKind::If(Box::new(condition), Box::new(then), Box::new(last))), span))
        })
    }

    fn logic_word(&mut self, node: &Node<'_>) {
        let right = match node.as_rule() {
            Rule::op_or => "or",
            Rule::op_and => "and",
            _ => "not",
        };
        let written = node.as_str();
        if written != right {
            let span = self.span(node);
            let d = Diagnostic::new(syntax::FOREIGN_LOGIC, span, format!("`{written}` is not an operator here")).help(format!("write `{right}`"));
            // `!x` has no blank behind it, `not x` needs one.
            self.report(d.fix(span, if written == "!" { "not " } else { right }));
        }
    }

    /// A comparison of which the left side and the operator are read.
    fn compare(&mut self, nodes: &mut Nodes<'_>, node: Node<'_>, left: Placed) -> Option<Placed> {
        let Placed(left, start) = left;
        let sign = self.span(&node);
        let written = node.as_str();
        let rule = node.as_rule();
        let left = Box::new(left);
        let op = match rule {
            Rule::has_tail => {
                let name = self.name(Nodes::of(node).find(Rule::field_name)?)?;
                let span = start.to(name.span);
                return Some(Placed(Self::make(span, ExprKind::Has(Box::new(Named { value: *left, name }))), span));
            }
            Rule::as_tail => {
                let name = self.plain(&Nodes::of(node).find(Rule::word)?);
                let span = start.to(name.span);
                return Some(Placed(Self::make(span, ExprKind::As(Box::new(Named { value: *left, name }))), span));
            }
            Rule::named_tail => {
                let name = self.plain(&Nodes::of(node).find(Rule::dotted)?);
                let span = start.to(name.span);
                return Some(Placed(Self::make(span, ExprKind::NamedBy(Box::new(Named { value: *left, name }))), span));
            }
            Rule::from_tail => {
                let mut inner = Nodes::of(node);
                inner.next()?;
                let source = self.source(inner.next()?)?;
                let span = start.to(sign);
                return Some(Placed(Self::make(span, ExprKind::From(left, Box::new(source))), span));
            }
            Rule::where_tail => {
                let mut inner = Nodes::of(node);
                let runs_only = inner.next()?.as_rule() == Rule::op_runs_only;
                let variable = self.plain(&inner.next()?);
                let Placed(condition, end) = self.nested(sign, |b| b.climb(nodes, level::LOOSEST))?;
                let pattern = Box::new(CommandPattern::Where(variable, condition));
                let span = start.to(end);
                let kind = if runs_only { ExprKind::RunsOnly(left, pattern) } else { ExprKind::MayRun(left, pattern) };
                return Some(Placed(Self::make(span, kind), span));
            }
            Rule::op_eq => CompareOp::Eq,
            Rule::op_ne => CompareOp::Ne,
            Rule::op_lt => CompareOp::Lt,
            Rule::op_le => CompareOp::Le,
            Rule::op_gt => CompareOp::Gt,
            Rule::op_ge => CompareOp::Ge,
            Rule::op_in => CompareOp::In,
            Rule::op_not_in => CompareOp::NotIn,
            Rule::op_contains => CompareOp::Contains,
            _ => CompareOp::Within,
        };
        match written {
            "=" => {
                let d = Diagnostic::new(syntax::SINGLE_EQUALS, sign, "`=` does not compare").note("`=` gives a name its value, as in `let limit = 100`");
                self.report(d.help("write `==`").fix(sign, "=="));
            }
            "===" => self.slip(syntax::FOREIGN_COMPARISON, sign, "`===` is not an operator here".to_owned(), "=="),
            "!==" | "<>" => self.slip(syntax::FOREIGN_COMPARISON, sign, format!("`{written}` is not an operator here"), "!="),
            _ => {}
        }
        let Placed(right, end) = self.climb(nodes, level::COMPARE + 1)?;
        let span = start.to(end);
        let right_box = Box::new(right);
        let kind = match rule {
            Rule::op_matches => ExprKind::Matches { value: left, nocase: written.ends_with("nocase"), pattern: right_box },
            Rule::op_may_touch => ExprKind::MayTouch(left, right_box),
            Rule::op_may_write => ExprKind::MayWrite(left, right_box),
            Rule::op_reads_only => ExprKind::ReadsOnly(left, right_box),
            Rule::op_runs_only => ExprKind::RunsOnly(left, Box::new(CommandPattern::Set(*right_box))),
            Rule::op_may_run => ExprKind::MayRun(left, Box::new(CommandPattern::Set(*right_box))),
            _ => ExprKind::Compare(op, sign, Box::new([*left, *right_box])),
        };
        Some(Placed(Self::make(span, kind), span))
    }

    fn source(&mut self, node: Node<'_>) -> Option<ProvenanceSource> {
        Some(match node.as_rule() {
            Rule::pattern_source => ProvenanceSource::Pattern(self.event_pattern(Nodes::of(node).find(Rule::event_pattern)?)?),
            Rule::part_source => {
                let mut nodes = Nodes::of(node);
                let part = self.dotted_path(nodes.next()?)?;
                ProvenanceSource::PartOf(part, self.event_pattern(nodes.find(Rule::event_pattern)?)?)
            }
            Rule::results_source => {
                let mut nodes = Nodes::of(node);
                let word = nodes.next()?;
                let of = nodes.next()?;
                let span = self.span(&word).to(self.span(&of));
                let next = nodes.next()?;
                let targets = match next.as_rule() {
                    Rule::target => smallvec![self.target(next, &mut None)?],
                    _ => self.targets(nodes.find(Rule::targets)?)?,
                };
                ProvenanceSource::ResultsOf(span, targets)
            }
            _ => ProvenanceSource::Name(self.name(node)?),
        })
    }

    fn postfix(&mut self, node: Node<'_>) -> Option<Placed> {
        let mut nodes = Nodes::of(node);
        let first = nodes.next()?;
        self.count_term(self.span(&first));
        let base = self.primary(first)?;
        self.links(base, nodes)
    }

    /// A name with its links: what stands between the braces of a message.
    pub(super) fn chain(&mut self, mut nodes: Nodes<'_>) -> Option<Expr> {
        let first = nodes.next()?;
        let base = self.primary(first)?;
        self.links(base, nodes).map(|placed| placed.0)
    }

    fn links(&mut self, base: Placed, mut nodes: Nodes<'_>) -> Option<Placed> {
        let mut links = Links::new();
        let mut span = base.1;
        while let Some(node) = nodes.next() {
            let here = self.span(&node);
            match node.as_rule() {
                Rule::field_link => links.push(Link::Field(self.name(Nodes::of(node).find(Rule::field_name)?)?)),
                Rule::index_link => {
                    let key = self.expr(Nodes::of(node).find(Rule::expr)?)?;
                    links.push(Link::Index(Box::new(key), here));
                }
                _ => break,
            }
            self.count_term(here);
            span = span.to(here);
        }
        if links.is_empty() {
            return Some(base);
        }
        Some(Placed(Self::make(span, ExprKind::Chain(Box::new(Chain { base: base.0, links }))), span))
    }

    pub(crate) fn count_term(&mut self, span: Span) {
        self.terms += 1;
        if self.terms > self.limits.terms && !std::mem::replace(&mut self.limit_reported, true) {
            let most = self.limits.terms;
            let d = Diagnostic::new(limit::TOO_MANY_TERMS, span, format!("this expression has more than {most} terms"));
            self.report(d.help("give parts of it names with `let`, or put the values in a set and ask with `in`"));
        }
    }

    fn primary(&mut self, node: Node<'_>) -> Option<Placed> {
        let span = self.span(&node);
        let kind = match node.as_rule() {
            Rule::time => self.time(span, node.as_str()),
            Rule::date => self.date(span, node.as_str()),
            Rule::number => self.number(span, node.as_str()),
            Rule::pattern => ExprKind::Pattern(self.pattern(&node)),
            Rule::text => ExprKind::Text(self.text_literal(&node).value),
            Rule::boolean => ExprKind::Bool(node.as_str() == "true"),
            Rule::tagged => {
                let mut nodes = Nodes::of(node);
                let word = self.plain(&nodes.next()?);
                ExprKind::Tagged(Box::new(word), self.text_literal(&nodes.next()?).value)
            }
            Rule::bare => self.bare(node)?,
            Rule::paren => {
                let Placed(mut inner, _) = self.placed(Nodes::of(node).find(Rule::expr)?)?;
                inner.parenthesised = true;
                return Some(Placed(inner, span));
            }
            Rule::list => ExprKind::List(self.exprs(node)?),
            Rule::set => ExprKind::Set(self.exprs(node)?),
            Rule::record => {
                let bindings = Nodes::of(node).next()?;
                ExprKind::Record(self.bindings(bindings)?)
            }
            Rule::call => {
                let mut nodes = Nodes::of(node);
                let name = self.plain(&nodes.next()?);
                let arguments: Vec<_> = nodes.all(Rule::expr).collect();
                ExprKind::Call(Box::new(name), arguments.into_iter().map(|e| self.expr(e)).collect::<Option<_>>()?)
            }
            Rule::quantifier => ExprKind::Quantifier(Box::new(self.quantifier(node)?)),
            Rule::history => ExprKind::History(Box::new(self.history(node)?)),
            _ => return None,
        };
        Some(Placed(Self::make(span, kind), span))
    }

    fn exprs(&mut self, node: Node<'_>) -> Option<Vec<Expr>> {
        let inner: Vec<_> = Nodes::of(node).all(Rule::expr).collect();
        inner.into_iter().map(|e| self.expr(e)).collect()
    }

    fn bare(&mut self, node: Node<'_>) -> Option<ExprKind> {
        let name = self.name(Nodes::of(node).next()?)?;
        if is_foreign_null(&name.text) {
            let d = Diagnostic::new(syntax::FOREIGN_NULL, name.span, format!("there is no `{}`", name.text))
                .note("a field that may be absent has an optional type, written `text?`");
            self.report(d.help("ask whether it is there with `has` (`args has date`), or give a default with `else` (`args.date else 2026-01-01`)"));
            return Some(ExprKind::Error);
        }
        Some(ExprKind::Name(name))
    }

    fn quantifier(&mut self, node: Node<'_>) -> Option<Quantifier> {
        let mut nodes = Nodes::of(node);
        let word = match nodes.next()?.as_str() {
            "all" => QuantifierWord::All,
            "any" => QuantifierWord::Any,
            "count" => QuantifierWord::Count,
            _ => QuantifierWord::Sum,
        };
        let variable: Name = self.plain(&nodes.find(Rule::word)?);
        let list = self.expr(nodes.find(Rule::expr)?)?;
        Some(Quantifier { word, variable, list, body: self.expr(nodes.find(Rule::expr)?)? })
    }

    fn history(&mut self, node: Node<'_>) -> Option<History> {
        let mut nodes = Nodes::of(node);
        let word = match nodes.next()?.as_str() {
            "ever" => HistoryWord::Ever,
            "count" => HistoryWord::Count,
            "latest" => HistoryWord::Latest,
            _ => HistoryWord::Sum,
        };
        let value = if word == HistoryWord::Sum { Some(self.expr(nodes.find(Rule::expr)?)?) } else { None };
        Some(History { word, value, pattern: self.event_pattern(nodes.find(Rule::event_pattern)?)? })
    }

    /// An `event_pattern` or `short_pattern`.
    pub(super) fn event_pattern(&mut self, node: Node<'_>) -> Option<EventPattern> {
        let span = self.span(&node);
        let mut nodes = Nodes::of(node);
        let qualifier = nodes.take(Rule::qualifier).map(|q| self.plain(&q));
        let kind = self.name(nodes.next()?)?;
        self.check_event_kind(&kind);
        let mut pattern = EventPattern { span, qualifier, kind, names: Targets::new(), each: None, condition: None, over: None, per_agent: false, since: None };
        while let Some(node) = nodes.next() {
            match node.as_rule() {
                Rule::targets => pattern.names = self.targets(node)?,
                Rule::word => pattern.each = Some(self.plain(&node)),
                Rule::expr => pattern.condition = Some(self.expr(node)?),
                Rule::postfix => pattern.over = Some(self.nested_postfix(node)?),
                Rule::per_agent => pattern.per_agent = true,
                Rule::since => {
                    let mut inner = Nodes::of(node);
                    inner.next()?;
                    let mut next = inner.next()?;
                    if next.as_rule() == Rule::l_paren {
                        next = inner.next()?;
                    }
                    pattern.since = Some(Box::new(self.event_pattern(next)?));
                }
                _ => {}
            }
        }
        Some(pattern)
    }

    pub(crate) fn check_event_kind(&mut self, kind: &Name) {
        if EVENT_KINDS.contains(&kind.text.as_str()) {
            return;
        }
        let d = Diagnostic::new(syntax::UNKNOWN_EVENT_KIND, kind.span, format!("`{}` is not a kind of event", kind.text))
            .note("a pattern of earlier events begins with its kind: `call`, `spawn`, `model`, `read`, `say`, `result`, `prompt` and so on");
        self.report(match crate::slips::nearest(&kind.text, EVENT_KINDS) {
            Some(near) => d.help(format!("did you mean `{near}`?")).fix(kind.span, near),
            None => d.help(format!("for the calls of a tool, write `call {}`", kind.text)),
        });
    }
}

/// Adds a term to a sum, or begins one.
pub(crate) fn join_sum(left: Placed, op: AddOp, right: Placed) -> Placed {
    let span = left.1.to(right.1);
    let kind = match left.0 {
        Expr { kind: ExprKind::Sum(first, mut rest), parenthesised: false, .. } => {
            rest.push((op, right.0));
            ExprKind::Sum(first, rest)
        }
        first => ExprKind::Sum(Box::new(first), vec![(op, right.0)]),
    };
    Placed(Expr { span, kind, parenthesised: false }, span)
}

/// Adds an operand to a chain of one operator, or begins one.
pub(crate) fn join(left: Placed, right: Placed, level: u8) -> Placed {
    let span = left.1.to(right.1);
    let open = !left.0.parenthesised;
    let kind = match (level, left.0) {
        (level::OR, Expr { kind: ExprKind::Or(mut all), .. }) if open => {
            all.push(right.0);
            ExprKind::Or(all)
        }
        (level::AND, Expr { kind: ExprKind::And(mut all), .. }) if open => {
            all.push(right.0);
            ExprKind::And(all)
        }
        (level::PRODUCT, Expr { kind: ExprKind::Product(mut all), .. }) if open => {
            all.push(right.0);
            ExprKind::Product(all)
        }
        (level::ELSE, Expr { kind: ExprKind::Else(mut all), .. }) if open => {
            all.push(right.0);
            ExprKind::Else(all)
        }
        (level::OR, left) => ExprKind::Or(vec![left, right.0]),
        (level::AND, left) => ExprKind::And(vec![left, right.0]),
        (level::PRODUCT, left) => ExprKind::Product(vec![left, right.0]),
        (_, left) => ExprKind::Else(vec![left, right.0]),
    };
    Placed(Expr { span, kind, parenthesised: false }, span)
}
