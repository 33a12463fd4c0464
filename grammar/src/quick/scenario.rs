//! Steps, tests, fixtures and properties.

use super::Reader;
use crate::ast::{Binding, Expectation, Expr, ExprKind, Fixture, Name, Property, StepLit, Test, TestItem, TestItemKind, TestStep};
use crate::build::expression::Placed;

impl Reader<'_> {
    pub(super) fn test(&mut self) -> Option<Test> {
        let mut test = Test { name: self.text_literal()?, table: None, from: None, items: Vec::new() };
        if self.next_keyword("for") {
            self.skip();
            let variable = self.word()?;
            self.skip();
            self.keyword("in")?;
            self.skip();
            test.table = Some((variable, self.nested_postfix()?));
        }
        if self.next_keyword("from") {
            self.skip();
            test.from = Some(self.dotted()?);
        }
        test.items = self.items()?;
        Some(test)
    }

    pub(super) fn fixture(&mut self) -> Option<Fixture> {
        let name = self.word()?;
        Some(Fixture { name, items: self.items()? })
    }

    pub(super) fn property(&mut self) -> Option<Property> {
        let name = self.text_literal()?;
        self.skip();
        self.open(b'{')?;
        self.keyword("given")?;
        self.skip();
        let given = self.event_pattern()?;
        self.skip();
        self.keyword("expect")?;
        let negated = self.next_keyword("not");
        self.skip();
        let effect = self.word()?;
        let by = self.by_names()?;
        self.close(b'}')?;
        Some(Property { name, given, negated, effect, by })
    }

    /// `by name, …`, which may be missing.
    fn by_names(&mut self) -> Option<Vec<Name>> {
        let mut names = Vec::new();
        if self.next_keyword("by") {
            self.skip();
            names.push(self.dotted()?);
            self.more_dotted(&mut names)?;
        }
        Some(names)
    }

    fn items(&mut self) -> Option<Vec<TestItem>> {
        self.skip();
        self.sign(b'{')?;
        self.by_lines(b'}', Self::item)
    }

    fn item(&mut self) -> Option<TestItem> {
        let start = self.at;
        let word = self.word_at(start);
        if matches!(word, "say" | "call" | "spawn" | "model" | "read") {
            let step = Box::new(self.test_step()?);
            return Some(TestItem { span: self.span(start), kind: TestItemKind::Step(step) });
        }
        self.keyword(word)?;
        let kind = match word {
            "context" => {
                self.skip();
                TestItemKind::Context(self.bindings()?)
            }
            "prompt" => TestItemKind::Prompt(self.expr_beside()?),
            "result" => {
                let of = self.of_step()?;
                TestItemKind::Result { of, content: self.expr_beside()? }
            }
            "fails" => {
                let of = self.of_step()?;
                let content = match self.byte_at(self.beside()) {
                    b'\r' | b'\n' | b',' | b'}' | b'/' => None,
                    _ => Some(self.expr_beside()?),
                };
                TestItemKind::Fails { of, content }
            }
            "approve" | "refuse" => self.approval(word == "approve")?,
            "usage" => {
                let of = self.of_step()?;
                self.skip();
                TestItemKind::Usage { of, charges: self.bindings()? }
            }
            "end" => TestItemKind::End,
            "after" | "at" => {
                self.at = self.beside();
                let moment = self.nested_postfix()?;
                if word == "after" { TestItemKind::After(moment) } else { TestItemKind::At(moment) }
            }
            "agent" => {
                self.at = self.beside();
                let name = self.dotted()?;
                TestItemKind::Agent(name, self.items()?)
            }
            _ => return None,
        };
        Some(TestItem { span: self.span(start), kind })
    }

    fn expr_beside(&mut self) -> Option<Expr> {
        self.at = self.beside();
        self.expr()
    }

    /// `of name`, which may be missing.
    fn of_step(&mut self) -> Option<Option<Name>> {
        if !self.keyword_beside("of") {
            return Some(None);
        }
        self.at = self.beside();
        Some(Some(self.word()?))
    }

    fn approval(&mut self, granted: bool) -> Option<TestItemKind> {
        self.at = self.beside();
        let mut of = None;
        if !self.is_keyword(self.at, "by") {
            of = Some(self.word()?);
            self.at = self.beside();
        }
        self.keyword("by")?;
        let by = self.expr_beside()?;
        let mut session = false;
        if self.keyword_beside("for") {
            self.at = self.beside();
            self.keyword("session")?;
            session = true;
        }
        let expect = self.expected()?.map(Box::new);
        Some(TestItemKind::Approval { granted, of, by, session, expect })
    }

    fn test_step(&mut self) -> Option<TestStep> {
        let step = self.step()?;
        let mut alias = None;
        if self.next_keyword("as") {
            self.skip();
            alias = Some(self.word()?);
        }
        Some(TestStep { step, alias, expect: self.expected()? })
    }

    /// `=> expectation`, which may be missing.
    fn expected(&mut self) -> Option<Option<Expectation>> {
        let arrow = self.ahead();
        if !(self.byte_at(arrow) == b'=' && self.byte_at(arrow + 1) == b'>') {
            return Some(None);
        }
        self.at = arrow + 2;
        self.skip();
        Some(Some(self.expectation()?))
    }

    fn expectation(&mut self) -> Option<Expectation> {
        let start = self.at;
        let effect = self.nested(Self::effect)?.0;
        let by = self.by_names()?;
        let mut because = None;
        if self.next_keyword("because") {
            self.skip();
            because = Some(self.text_literal()?);
        }
        let mut args = None;
        if self.next_keyword("with") {
            self.skip();
            args = Some(if self.byte() == b'(' { self.arguments()? } else { self.bindings()? });
        }
        Some(Expectation { span: self.span(start), effect, by, because, args })
    }

    /// A name with its links.
    fn effect(&mut self) -> Option<Placed> {
        let base = self.primary()?;
        if !matches!(base.0.kind, ExprKind::Name(_)) {
            return None;
        }
        self.links(base)
    }

    /// A step as it is written out.
    pub(super) fn step(&mut self) -> Option<StepLit> {
        let start = self.at;
        let word = self.word_at(start);
        let kind = self.word()?;
        if !self.ends(self.at) {
            return None;
        }
        let mut step = StepLit { span: kind.span, kind, name: None, args: Vec::new(), facts: Vec::new(), definition: None };
        match word {
            "say" => {
                let value = self.expr_beside()?;
                // The name is not written: it has the place of the text.
                let name = Name { text: "text".into(), span: value.span, quoted: false };
                step.args.push(Binding { name, value });
            }
            "call" | "spawn" | "model" | "read" => {
                self.at = self.beside();
                step.name = Some(self.name()?);
                let bracket = self.beside();
                if self.byte_at(bracket) == b'(' {
                    self.at = bracket;
                    step.args = self.arguments()?;
                }
            }
            _ => return None,
        }
        if self.next_keyword("facts") {
            self.skip();
            step.facts = self.bindings()?;
        }
        if self.next_keyword("definition") {
            self.skip();
            step.definition = Some(self.text_literal()?);
        }
        step.span = self.span(start);
        Some(step)
    }
}
