//! Rules, their targets and their clauses.

use reach_codes::table::syntax;
use reach_codes::{Diagnostic, Span};

use super::{Builder, Node, Nodes};
use crate::ast::{By, Grant, Name, Obligation, ObligationKind, Rule as RuleDecl, RuleExample, RuleWord, Target, TargetKind, Targets};
use crate::rules::Rule;

/// The clauses in the order in which they stand.
const CLAUSES: &[(Rule, &str)] = &[
    (Rule::on_clause, "on"),
    (Rule::when_clause, "when"),
    (Rule::unless_clause, "unless"),
    (Rule::by_clause, "by"),
    (Rule::expires_clause, "expires"),
    (Rule::grants_clause, "grants"),
    (Rule::with_clause, "with"),
    (Rule::because_clause, "because"),
    (Rule::example_clause, "example"),
];

impl Builder<'_> {
    pub(super) fn rule(&mut self, mut nodes: Nodes<'_>) -> Option<RuleDecl> {
        let word = nodes.next()?;
        let word_span = self.span(&word);
        let word = self.rule_word(&word);
        let name = self.name(nodes.next()?)?;
        let mut rule = RuleDecl::of(word, word_span, name);
        let mut seen = [None; CLAUSES.len()];
        let mut last = 0;
        while let Some(node) = nodes.next() {
            let clause = node.as_rule();
            let index = CLAUSES.iter().position(|(rule, _)| *rule == clause)?;
            let word = CLAUSES.get(index)?.1;
            let mut inner = Nodes::of(node);
            let first = inner.next()?;
            let span = self.span(&first);
            let before = seen.iter().skip(index + 1).flatten().next();
            if let (true, Some(before)) = (index < last, before) {
                let d = Diagnostic::new(syntax::CLAUSE_ORDER, span, format!("`{word}` stands too late")).other(*before, "it stands before this");
                self.report(d.note("the clauses of a rule stand in one order, so that rules read alike: `on`, `when`, `unless`, `by`, `expires`, `grants`, `with`, `because`, `example`"));
            }
            last = last.max(index);
            if clause != Rule::example_clause {
                self.once(seen.get_mut(index)?, span, word);
            }
            match clause {
                Rule::on_clause => rule.targets = self.targets(inner.next()?)?,
                Rule::when_clause => {
                    self.when_word(&first);
                    rule.when = Some(self.expr(inner.next()?)?);
                }
                Rule::unless_clause => rule.unless = Some(Box::new(self.expr(inner.next()?)?)),
                Rule::by_clause => {
                    let one_of = inner.next()?.as_rule() == Rule::kw_one;
                    let who = inner.find(Rule::expr)?;
                    let end = self.span(&who);
                    rule.by = Some(Box::new(By { span: span.to(end), one_of, who: self.expr(who)? }));
                }
                Rule::expires_clause => rule.expires = Some(Box::new(self.nested_postfix(inner.next()?)?)),
                Rule::grants_clause => rule.grants = Some(self.grants(inner)?),
                Rule::with_clause => {
                    while let Some(node) = inner.find(Rule::obligation) {
                        rule.with.push(self.obligation(node)?);
                    }
                }
                Rule::because_clause => {
                    let text = inner.next()?;
                    rule.because = Some(self.message_of(self.span(&text), text.as_str()));
                }
                _ => {
                    let counter = first.as_rule() == Rule::kw_counterexample;
                    let step = self.step(inner.next()?)?;
                    rule.examples.push(RuleExample { span: span.to(step.span), counter, step });
                }
            }
        }
        if rule.targets.is_empty() && seen.first()?.is_none() {
            let name = &rule.name.text;
            let d = Diagnostic::new(syntax::MISSING_TARGETS, rule.name.span, format!("the rule `{name}` does not say what it is about"));
            self.report(d.help("add `on` and the names of tools, as in `on send_money`; `on *` stands for every declared step"));
        }
        Some(rule)
    }

    fn rule_word(&mut self, node: &Node<'_>) -> RuleWord {
        let span = self.span(node);
        let (word, right) = match node.as_str() {
            "permit" => return RuleWord::Permit,
            "ask" => return RuleWord::Ask,
            "forbid" => return RuleWord::Forbid,
            "oblige" => return RuleWord::Oblige,
            "allow" | "grant" => (RuleWord::Permit, "permit"),
            "approve" => (RuleWord::Ask, "ask"),
            "deny" | "block" | "reject" => (RuleWord::Forbid, "forbid"),
            _ => return RuleWord::OtherwiseAsk,
        };
        let d =
            Diagnostic::new(syntax::FOREIGN_EFFECT, span, format!("`{}` is not an effect", node.as_str())).note("the effects are `permit`, `ask` and `forbid`");
        self.report(d.help(format!("write `{right}`")).fix(span, right));
        word
    }

    pub(super) fn when_word(&mut self, node: &Node<'_>) {
        if node.as_str() == "if" {
            let span = self.span(node);
            self.slip(syntax::IF_FOR_WHEN, span, "a condition begins with `when` here, not with `if`".to_owned(), "when");
        }
    }

    /// Reports the second of two clauses of which there can be one.
    pub(crate) fn once(&mut self, seen: &mut Option<Span>, span: Span, word: &str) {
        if let Some(first) = seen.replace(span) {
            *seen = Some(first);
            let mut d = Diagnostic::new(syntax::DUPLICATE_CLAUSE, span, format!("`{word}` stands here a second time")).other(first, "it stands here before");
            if matches!(word, "when" | "unless") {
                d = d.help("join the two conditions with `and` or `or`");
            } else if word == "on" {
                d = d.help("name all targets in one `on`, separated by commas");
            }
            self.report(d);
        }
    }

    /// Writes the kind to each name that it holds for.
    pub(super) fn targets(&mut self, node: Node<'_>) -> Option<Targets> {
        let mut nodes = Nodes::of(node);
        let mut kind = None;
        let mut targets = Targets::new();
        while let Some(node) = nodes.find(Rule::target) {
            targets.push(self.target(node, &mut kind)?);
        }
        Some(targets)
    }

    pub(super) fn target(&mut self, node: Node<'_>, kind: &mut Option<Box<Name>>) -> Option<Target> {
        let span = self.span(&node);
        let mut nodes = Nodes::of(node);
        let mut node = nodes.next()?;
        if node.as_rule() == Rule::star {
            return Some(Target { span, kind: TargetKind::All });
        }
        if node.as_rule() == Rule::target_kind {
            let word = self.plain(&node);
            *kind = Some(Box::new(word.clone()));
            match nodes.next() {
                Some(name) => node = name,
                None => return Some(Target { span, kind: TargetKind::Kind(word) }),
            }
        }
        if node.as_rule() == Rule::pattern {
            return Some(Target { span, kind: TargetKind::Glob { kind: kind.clone(), pattern: self.pattern(&node) } });
        }
        let token = Nodes::of(node).next()?;
        if token.as_rule() == Rule::prefix_name {
            let prefix = Name { text: token.as_str().trim_end_matches('*').into(), span: self.span(&token), quoted: false };
            return Some(Target { span, kind: TargetKind::Prefix { kind: kind.clone(), prefix } });
        }
        Some(Target { span, kind: TargetKind::Named { kind: kind.clone(), name: self.name(token)? } })
    }

    fn grants(&mut self, mut nodes: Nodes<'_>) -> Option<Vec<Grant>> {
        let mut grants = Vec::new();
        let mut kind = None;
        while let Some(node) = nodes.find(Rule::grant) {
            let mut inner = Nodes::of(node);
            let first = inner.next()?;
            grants.push(if first.as_rule() == Rule::grant_budget {
                let mut parts = Nodes::of(first);
                let budget = self.plain(&parts.find(Rule::dotted)?);
                self.colon(&parts.next()?, &budget);
                Grant::Budget { budget, amount: self.expr(parts.next()?)? }
            } else {
                let target = self.target(first, &mut kind)?;
                let condition = inner.find(Rule::expr).map_or(Some(None), |node| self.expr(node).map(Some))?;
                Grant::Tool { target, condition }
            });
        }
        Some(grants)
    }

    fn obligation(&mut self, node: Node<'_>) -> Option<Obligation> {
        let span = self.span(&node);
        let node = Nodes::of(node).next()?;
        let rule = node.as_rule();
        let mut nodes = Nodes::of(node);
        nodes.next()?;
        let kind = match rule {
            Rule::redact_obligation => {
                let path = self.argument_path(nodes.next()?)?;
                let mut matching = None;
                let mut finding = Vec::new();
                while let Some(node) = nodes.next() {
                    match node.as_rule() {
                        Rule::pattern => matching = Some(self.pattern(&node)),
                        Rule::word => finding.push(self.plain(&node)),
                        _ => {}
                    }
                }
                ObligationKind::Redact { path, matching, finding }
            }
            Rule::set_obligation => {
                let path = self.argument_path(nodes.next()?)?;
                let colon = nodes.next()?;
                if let Some(last) = path.last() {
                    self.colon(&colon, last);
                }
                ObligationKind::Set { path, value: self.expr(nodes.next()?)? }
            }
            Rule::notify_obligation => ObligationKind::Notify(self.text_literal(&nodes.next()?)),
            Rule::require_obligation => ObligationKind::Require(self.text_literal(&nodes.next()?)),
            _ => ObligationKind::Clear(self.plain(&nodes.next()?)),
        };
        Some(Obligation { span, kind })
    }

    fn argument_path(&mut self, node: Node<'_>) -> Option<Vec<Name>> {
        let mut nodes = Nodes::of(node);
        let mut path = Vec::new();
        while let Some(node) = nodes.next() {
            match node.as_rule() {
                Rule::dot => {}
                Rule::word | Rule::star_star => path.push(self.plain(&node)),
                _ => path.push(self.name(node)?),
            }
        }
        Some(path)
    }
}
