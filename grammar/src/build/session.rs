//! Steps, tests, fixtures and properties.

use super::{Builder, Node, Nodes};
use crate::ast::{Binding, Claim, EntityLit, Expectation, ExprKind, Fixture, Name, Property, StepLit, Test, TestItem, TestItemKind, TestStep};
use crate::rules::Rule;

impl Builder<'_> {
    pub(super) fn test(&mut self, mut nodes: Nodes<'_>) -> Option<Test> {
        let name = self.text_literal(&nodes.find(Rule::text)?);
        let mut test = Test { name, table: None, from: None, items: Vec::new() };
        let mut variable = None;
        while let Some(node) = nodes.next() {
            match node.as_rule() {
                Rule::word => variable = Some(self.plain(&node)),
                Rule::postfix => test.table = Some((variable.take()?, self.nested_postfix(node)?)),
                Rule::dotted => test.from = Some(self.plain(&node)),
                Rule::items => test.items = self.items(node)?,
                _ => {}
            }
        }
        Some(test)
    }

    pub(super) fn fixture(&mut self, mut nodes: Nodes<'_>) -> Option<Fixture> {
        let name = self.name(nodes.find(Rule::ident)?)?;
        Some(Fixture { name, items: self.items(nodes.find(Rule::items)?)? })
    }

    pub(super) fn property(&mut self, mut nodes: Nodes<'_>) -> Option<Property> {
        let name = self.text_literal(&nodes.find(Rule::text)?);
        let given = self.event_pattern(nodes.find(Rule::event_pattern)?)?;
        let mut negated = false;
        let effect = loop {
            let node = nodes.next()?;
            match node.as_rule() {
                Rule::kw_not => negated = true,
                Rule::effect_word => break self.name(node)?,
                _ => {}
            }
        };
        Some(Property { name, given, negated, effect, by: self.names(&mut nodes, Rule::dotted)? })
    }

    pub(crate) fn claim(&mut self, node: Node<'_>) -> Option<Claim> {
        let span = self.span(&node);
        let mut nodes = Nodes::of(node);
        let word = nodes.find(Rule::claim_word)?;
        let never = word.as_str() == "never";
        let start = self.span(&word);
        let effect = self.name(nodes.find(Rule::effect_word)?)?;
        let targets = nodes.find(Rule::targets)?;
        let mut end = self.span(&targets);
        let mut claim = Claim { span, never, effect, targets: self.targets(targets)?, when: None };
        if let Some(clause) = nodes.take(Rule::when_clause) {
            end = self.span(&clause);
            let mut inner = Nodes::of(clause);
            let word = inner.next()?;
            self.when_word(&word);
            claim.when = Some(self.expr(inner.next()?)?);
        }
        claim.span = start.to(end);
        Some(claim)
    }

    fn items(&mut self, node: Node<'_>) -> Option<Vec<TestItem>> {
        let mut nodes = Nodes::of(node);
        let mut items = Vec::new();
        while let Some(node) = nodes.find(Rule::item) {
            items.push(self.item(node)?);
        }
        Some(items)
    }

    fn item(&mut self, node: Node<'_>) -> Option<TestItem> {
        let span = self.span(&node);
        let node = Nodes::of(node).next()?;
        let rule = node.as_rule();
        if rule == Rule::step_item {
            return Some(TestItem { span, kind: TestItemKind::Step(Box::new(self.test_step(node)?)) });
        }
        if rule == Rule::entities_item {
            return Some(TestItem { span, kind: TestItemKind::Entities(self.entities(node)?) });
        }
        let mut nodes = Nodes::of(node);
        let first = nodes.next()?.as_rule();
        let mut of = None;
        let mut value = None;
        let mut bindings = Vec::new();
        let mut session = false;
        let mut expect = None;
        let mut children = Vec::new();
        while let Some(node) = nodes.next() {
            match node.as_rule() {
                Rule::of_step => of = Nodes::of(node).find(Rule::word).map(|word| self.plain(&word)),
                Rule::ident => of = Some(self.name(node)?),
                Rule::dotted => of = Some(self.plain(&node)),
                Rule::expr => value = Some(self.expr(node)?),
                Rule::postfix => value = Some(self.nested_postfix(node)?),
                Rule::bindings => bindings = self.bindings(node)?,
                Rule::kw_session => session = true,
                Rule::items => children = self.items(node)?,
                Rule::expectation => expect = Some(Box::new(self.expectation(node)?)),
                _ => {}
            }
        }
        let kind = match rule {
            Rule::context_item => TestItemKind::Context(bindings),
            Rule::prompt_item => TestItemKind::Prompt(value?),
            Rule::result_item => TestItemKind::Result { of, content: value? },
            Rule::fails_item => TestItemKind::Fails { of, content: value },
            Rule::approval_item => TestItemKind::Approval { granted: first == Rule::kw_approve, of, by: value?, session, expect },
            Rule::usage_item => TestItemKind::Usage { of, charges: bindings },
            Rule::end_item => TestItemKind::End,
            Rule::after_item => TestItemKind::After(value?),
            Rule::at_item => TestItemKind::At(value?),
            _ => TestItemKind::Agent(of?, children),
        };
        Some(TestItem { span, kind })
    }

    fn entities(&mut self, node: Node<'_>) -> Option<Vec<EntityLit>> {
        let mut nodes = Nodes::of(node);
        let mut all = Vec::new();
        while let Some(node) = nodes.find(Rule::entity_item) {
            let span = self.span(&node);
            let (mut exprs, mut fields) = (Vec::new(), Vec::new());
            let mut inner = Nodes::of(node);
            while let Some(node) = inner.next() {
                match node.as_rule() {
                    Rule::postfix => exprs.push(self.nested_postfix(node)?),
                    Rule::bindings => fields = self.bindings(node)?,
                    _ => {}
                }
            }
            let mut exprs = exprs.into_iter();
            all.push(EntityLit { span, id: exprs.next()?, parents: exprs.next(), fields });
        }
        Some(all)
    }

    fn test_step(&mut self, node: Node<'_>) -> Option<TestStep> {
        let mut nodes = Nodes::of(node);
        let step = self.step(nodes.next()?)?;
        let mut test = TestStep { step, alias: None, expect: None };
        while let Some(node) = nodes.next() {
            match node.as_rule() {
                Rule::word => test.alias = Some(self.plain(&node)),
                Rule::expectation => test.expect = Some(self.expectation(node)?),
                _ => {}
            }
        }
        Some(test)
    }

    fn expectation(&mut self, node: Node<'_>) -> Option<Expectation> {
        let span = self.span(&node);
        let mut nodes = Nodes::of(node);
        let effect = self.top_chain(Nodes::of(nodes.next()?))?;
        let mut expectation = Expectation { span, effect, by: Vec::new(), because: None, args: None };
        while let Some(node) = nodes.next() {
            match node.as_rule() {
                Rule::dotted => expectation.by.push(self.plain(&node)),
                Rule::text => expectation.because = Some(self.text_literal(&node)),
                Rule::arguments | Rule::bindings => expectation.args = Some(self.bindings(node)?),
                _ => {}
            }
        }
        Some(expectation)
    }

    pub(super) fn step(&mut self, node: Node<'_>) -> Option<StepLit> {
        let span = self.span(&node);
        let mut nodes = Nodes::of(node);
        let mut step = self.plain_step(nodes.next()?)?;
        step.span = span;
        while let Some(node) = nodes.next() {
            match node.as_rule() {
                Rule::bindings => step.facts = self.bindings(node)?,
                Rule::text => step.definition = Some(self.text_literal(&node)),
                _ => {}
            }
        }
        Some(step)
    }

    fn plain_step(&mut self, node: Node<'_>) -> Option<StepLit> {
        let span = self.span(&node);
        let say = node.as_rule() == Rule::say_step;
        let mut nodes = Nodes::of(node);
        let kind = self.plain(&nodes.next()?);
        let mut step = StepLit { span, kind, name: None, args: Vec::new(), facts: Vec::new(), definition: None };
        if say {
            let value = self.expr(nodes.next()?)?;
            // The name is not written: it has the place of the text.
            if !matches!(value.kind, ExprKind::Error) {
                let name = Name { text: "text".into(), span: value.span, quoted: false };
                step.args.push(Binding { name, value });
            }
            return Some(step);
        }
        step.name = Some(self.name(nodes.next()?)?);
        if let Some(arguments) = nodes.take(Rule::arguments) {
            step.args = self.bindings(arguments)?;
        }
        Some(step)
    }
}
