//! Declarations other than rules and tests. Manifests are left to the grammar: a pack has one.

use super::Reader;
use crate::ast::{Budget, Charge, ClassUse, DeclKind, Entity, Function, Let, Resource, ResultType, Returns, RuleWord, Signature, Tool, TypeAlias, Use};

impl Reader<'_> {
    pub(super) fn declaration(&mut self) -> Option<DeclKind> {
        let start = self.at;
        let word = self.word_at(start);
        self.keyword(word)?;
        let rule = match word {
            "permit" => Some(RuleWord::Permit),
            "ask" => Some(RuleWord::Ask),
            "forbid" => Some(RuleWord::Forbid),
            "oblige" => Some(RuleWord::Oblige),
            "otherwise" => {
                let second = self.beside();
                if second == self.at {
                    return None;
                }
                self.at = second;
                self.keyword("ask")?;
                Some(RuleWord::OtherwiseAsk)
            }
            _ => None,
        };
        if let Some(word) = rule {
            return Some(DeclKind::Rule(Box::new(self.rule(start, word)?)));
        }
        self.skip();
        Some(match word {
            "tool" => DeclKind::Tool(Box::new(self.tool()?)),
            "class" => {
                let name = self.name()?;
                DeclKind::Class(Box::new(Signature { name, fields: self.params()? }))
            }
            "agent" => DeclKind::Agent(Box::new(self.signature()?)),
            "model" => DeclKind::Model(Box::new(self.signature()?)),
            "resource" => {
                let start = self.at;
                let word = self.word_at(start);
                if !matches!(word, "glob" | "re") {
                    return None;
                }
                self.at = start + word.len();
                self.quoted()?;
                let pattern = self.builder.pattern_of(self.span(start), self.slice(start, self.at));
                DeclKind::Resource(Box::new(Resource { pattern, fields: self.optional_params()? }))
            }
            "context" => DeclKind::Context(self.fields()?),
            "type" => {
                let name = self.word()?;
                self.assign()?;
                DeclKind::Type(Box::new(TypeAlias { name, ty: self.type_expr()? }))
            }
            "let" => DeclKind::Let(Box::new(self.constant()?)),
            "param" => DeclKind::Param(Box::new(self.constant()?)),
            "label" => {
                let mut names = vec![self.word()?];
                while self.comma_before(Self::begins_word) {
                    names.push(self.word()?);
                }
                DeclKind::Label(names)
            }
            "fn" => DeclKind::Fn(Box::new(self.function()?)),
            "budget" => DeclKind::Budget(Box::new(self.budget()?)),
            "charge" => DeclKind::Charge(Box::new(self.charge()?)),
            "entity" => {
                let name = self.word()?;
                let mut parents = Vec::new();
                if self.next_keyword("in") {
                    self.skip();
                    parents.push(self.dotted()?);
                    self.more_dotted(&mut parents)?;
                }
                self.skip();
                DeclKind::Entity(Box::new(Entity { name, parents, fields: self.fields()? }))
            }
            "use" => {
                let mut used = Use { pack: self.dotted()?, alias: None, with: Vec::new() };
                if self.next_keyword("as") {
                    self.skip();
                    used.alias = Some(self.word()?);
                }
                if self.next_keyword("with") {
                    self.skip();
                    used.with = self.bindings()?;
                }
                DeclKind::Use(Box::new(used))
            }
            "test" => DeclKind::Test(Box::new(self.test()?)),
            "property" => DeclKind::Property(Box::new(self.property()?)),
            "fixture" => DeclKind::Fixture(Box::new(self.fixture()?)),
            _ => return None,
        })
    }

    fn signature(&mut self) -> Option<Signature> {
        let name = self.name()?;
        Some(Signature { name, fields: self.optional_params()? })
    }

    fn tool(&mut self) -> Option<Tool> {
        let signature = self.signature()?;
        let mut tool = Tool::of(signature);
        let mut seen = [None; 3];
        loop {
            let start = self.ahead();
            if self.byte_at(start) == b'-' && self.byte_at(start + 1) == b'>' {
                self.at = start + 2;
                self.skip();
                let ty = self.type_expr()?;
                let mut format = None;
                if self.next_keyword("from") {
                    self.skip();
                    format = Some(self.word()?);
                }
                let span = self.span(start);
                self.builder.once(seen.get_mut(0)?, span, "->");
                tool.result = Some(Box::new(ResultType { ty, format }));
                continue;
            }
            let word = self.word_at(start);
            if !matches!(word, "returns" | "facts" | "is" | "pinned") || !self.ends(start + word.len()) {
                return Some(tool);
            }
            self.at = start + word.len();
            self.skip();
            match word {
                "returns" => {
                    tool.returns.push(self.returned()?);
                    while self.comma_before(Self::begins_word) {
                        tool.returns.push(self.returned()?);
                    }
                }
                "facts" => {
                    tool.facts = self.fields()?;
                    let span = self.span(start);
                    self.builder.once(seen.get_mut(1)?, span, word);
                }
                "is" => {
                    tool.classes.push(self.class_use()?);
                    while self.comma_before(Self::begins_word) {
                        tool.classes.push(self.class_use()?);
                    }
                }
                _ => {
                    tool.pinned = Some(Box::new(self.text_literal()?));
                    let span = self.span(start);
                    self.builder.once(seen.get_mut(2)?, span, word);
                }
            }
        }
    }

    fn returned(&mut self) -> Option<Returns> {
        let start = self.at;
        let label = self.dotted()?;
        let mut part = None;
        if self.next_keyword("in") {
            self.skip();
            part = Some(self.dotted_path()?);
        }
        let when = self.condition()?;
        Some(Returns { span: self.span(start), label, part, when })
    }

    /// `when cond`, which may be missing.
    fn condition(&mut self) -> Option<Option<crate::ast::Expr>> {
        if !self.next_keyword("when") {
            // `if` in its place is a slip.
            return (!self.is_keyword(self.ahead(), "if")).then_some(None);
        }
        self.skip();
        Some(Some(self.expr()?))
    }

    fn class_use(&mut self) -> Option<ClassUse> {
        let start = self.at;
        let class = self.dotted()?;
        self.at = self.beside();
        let fields = self.arguments()?;
        Some(ClassUse { span: self.span(start), class, fields })
    }

    fn constant(&mut self) -> Option<Let> {
        let name = self.word()?;
        let mut ty = None;
        if self.next_colon() {
            ty = Some(self.plain_type()?);
        }
        self.assign()?;
        Some(Let { name, ty, value: self.expr()? })
    }

    fn function(&mut self) -> Option<Function> {
        let name = self.word()?;
        let signature = Signature { name, fields: self.params()? };
        let mut result = None;
        let arrow = self.ahead();
        if self.byte_at(arrow) == b'-' && self.byte_at(arrow + 1) == b'>' {
            self.at = arrow + 2;
            self.skip();
            result = Some(self.plain_type()?);
        }
        self.assign()?;
        Some(Function { signature, result, body: self.expr()? })
    }

    fn budget(&mut self) -> Option<Budget> {
        let name = self.word()?;
        if !self.next_colon() {
            return None;
        }
        let ty = self.type_expr()?;
        self.skip();
        self.keyword("limit")?;
        self.skip();
        let limit = self.expr()?;
        self.skip();
        self.keyword("per")?;
        self.skip();
        let per = self.word()?;
        let mut budget = Budget { name, ty, limit, per, over: None, opening: None };
        if self.next_keyword("over") {
            self.skip();
            budget.over = Some(self.nested_postfix()?);
        }
        if self.next_keyword("opening") {
            self.skip();
            budget.opening = Some(self.expr()?);
        }
        Some(budget)
    }

    fn charge(&mut self) -> Option<Charge> {
        let budget = self.dotted()?;
        self.skip();
        self.keyword("by")?;
        self.skip();
        let by = self.expr()?;
        self.skip();
        self.keyword("on")?;
        self.skip();
        let targets = self.targets()?;
        Some(Charge { budget, by, targets, when: self.condition()? })
    }
}
