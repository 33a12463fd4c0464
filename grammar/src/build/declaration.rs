//! Declarations other than rules and tests.

use super::{Builder, Node, Nodes};
use crate::ast::{
    Binding, Budget, Charge, ClassUse, DeclKind, Entity, Expr, ExprKind, Function, Let, Pack, Resource, ResultType, Returns, Signature, Tool, TypeAlias, Use,
};
use crate::rules::Rule;

impl Builder<'_> {
    pub(super) fn declaration(&mut self, node: Node<'_>) -> Option<DeclKind> {
        let rule = node.as_rule();
        let mut nodes = Nodes::of(node);
        Some(match rule {
            Rule::tool_decl => DeclKind::Tool(Box::new(self.tool(nodes)?)),
            Rule::class_decl => DeclKind::Class(Box::new(self.signature(&mut nodes)?)),
            Rule::agent_decl => DeclKind::Agent(Box::new(self.signature(&mut nodes)?)),
            Rule::model_decl => DeclKind::Model(Box::new(self.signature(&mut nodes)?)),
            Rule::resource_decl => {
                let pattern = self.pattern(&nodes.find(Rule::pattern)?);
                let fields = nodes.take(Rule::params).map_or(Some(Vec::new()), |params| self.fields(params))?;
                DeclKind::Resource(Box::new(Resource { pattern, fields }))
            }
            Rule::context_decl => DeclKind::Context(self.fields(nodes.find(Rule::fields)?)?),
            Rule::type_decl => {
                let name = self.name(nodes.find(Rule::ident)?)?;
                self.assign(&nodes.find(Rule::assign)?);
                DeclKind::Type(Box::new(TypeAlias { name, ty: self.type_expr(nodes.next()?)? }))
            }
            Rule::let_decl => DeclKind::Let(Box::new(self.constant(&mut nodes)?)),
            Rule::param_decl => DeclKind::Param(Box::new(self.constant(&mut nodes)?)),
            Rule::label_decl => DeclKind::Label(self.names(&mut nodes, Rule::ident)?),
            Rule::fn_decl => DeclKind::Fn(Box::new(self.function(nodes)?)),
            Rule::budget_decl => DeclKind::Budget(Box::new(self.budget(nodes)?)),
            Rule::charge_decl => DeclKind::Charge(Box::new(self.charge(nodes)?)),
            Rule::entity_decl => {
                let name = self.name(nodes.find(Rule::ident)?)?;
                let mut parents = Vec::new();
                let fields = loop {
                    let node = nodes.next()?;
                    match node.as_rule() {
                        Rule::dotted => parents.push(self.plain(&node)),
                        Rule::fields => break self.fields(node)?,
                        _ => {}
                    }
                };
                DeclKind::Entity(Box::new(Entity { name, parents, fields }))
            }
            Rule::use_decl => {
                let pack = self.plain(&nodes.find(Rule::dotted)?);
                let mut used = Use { pack, alias: None, with: Vec::new() };
                while let Some(node) = nodes.next() {
                    match node.as_rule() {
                        Rule::ident => used.alias = Some(self.name(node)?),
                        Rule::bindings => used.with = self.bindings(node)?,
                        _ => {}
                    }
                }
                DeclKind::Use(Box::new(used))
            }
            Rule::pack_decl => {
                let name = self.name(nodes.find(Rule::name)?)?;
                let version = self.text_literal(&nodes.find(Rule::text)?);
                DeclKind::Pack(Box::new(Pack { name, version, entries: self.block(nodes.find(Rule::block)?)? }))
            }
            Rule::test_decl => DeclKind::Test(Box::new(self.test(nodes)?)),
            Rule::property_decl => DeclKind::Property(Box::new(self.property(nodes)?)),
            Rule::fixture_decl => DeclKind::Fixture(Box::new(self.fixture(nodes)?)),
            Rule::rule_decl => DeclKind::Rule(Box::new(self.rule(nodes)?)),
            _ => return None,
        })
    }

    fn signature(&mut self, nodes: &mut Nodes<'_>) -> Option<Signature> {
        nodes.next()?;
        let name = nodes.next()?;
        let name = self.name(name)?;
        let fields = nodes.take(Rule::params).map_or(Some(Vec::new()), |params| self.fields(params))?;
        Some(Signature { name, fields })
    }

    fn tool(&mut self, mut nodes: Nodes<'_>) -> Option<Tool> {
        let signature = self.signature(&mut nodes)?;
        let mut tool = Tool::of(signature);
        let mut seen = [None; 3];
        while let Some(node) = nodes.next() {
            let rule = node.as_rule();
            let span = self.span(&node);
            let mut inner = Nodes::of(node);
            match rule {
                Rule::result_clause => {
                    self.once(&mut seen[0], span, "->");
                    let ty = self.type_expr(inner.find(Rule::type_expr)?)?;
                    tool.result = Some(Box::new(ResultType { ty, format: inner.find(Rule::word).map(|word| self.plain(&word)) }));
                }
                Rule::returns_clause => {
                    while let Some(node) = inner.find(Rule::returned) {
                        tool.returns.push(self.returned(node)?);
                    }
                }
                Rule::facts_clause => {
                    self.once(&mut seen[1], span, "facts");
                    tool.facts = self.fields(inner.find(Rule::fields)?)?;
                }
                Rule::is_clause => {
                    while let Some(node) = inner.find(Rule::class_use) {
                        let span = self.span(&node);
                        let mut parts = Nodes::of(node);
                        let class = self.plain(&parts.next()?);
                        tool.classes.push(ClassUse { span, class, fields: self.bindings(parts.next()?)? });
                    }
                }
                _ => {
                    self.once(&mut seen[2], span, "pinned");
                    tool.pinned = Some(Box::new(self.text_literal(&inner.find(Rule::text)?)));
                }
            }
        }
        Some(tool)
    }

    fn returned(&mut self, node: Node<'_>) -> Option<Returns> {
        let span = self.span(&node);
        let mut nodes = Nodes::of(node);
        let label = self.plain(&nodes.next()?);
        let mut returned = Returns { span, label, part: None, when: None };
        while let Some(node) = nodes.next() {
            match node.as_rule() {
                Rule::dotted_path => returned.part = Some(self.dotted_path(node)?),
                Rule::kw_when => self.when_word(&node),
                Rule::expr => returned.when = Some(self.expr(node)?),
                _ => {}
            }
        }
        Some(returned)
    }

    fn constant(&mut self, nodes: &mut Nodes<'_>) -> Option<Let> {
        let name = self.name(nodes.find(Rule::ident)?)?;
        let mut ty = None;
        loop {
            let node = nodes.next()?;
            match node.as_rule() {
                Rule::plain_type => ty = Some(self.type_expr(node)?),
                Rule::assign => self.assign(&node),
                Rule::expr => return Some(Let { name, ty, value: self.expr(node)? }),
                _ => {}
            }
        }
    }

    fn function(&mut self, mut nodes: Nodes<'_>) -> Option<Function> {
        let signature = self.signature(&mut nodes)?;
        let mut result = None;
        loop {
            let node = nodes.next()?;
            match node.as_rule() {
                Rule::plain_type => result = Some(self.type_expr(node)?),
                Rule::assign => self.assign(&node),
                Rule::expr => return Some(Function { signature, result, body: self.expr(node)? }),
                _ => {}
            }
        }
    }

    fn budget(&mut self, mut nodes: Nodes<'_>) -> Option<Budget> {
        let name = self.name(nodes.find(Rule::ident)?)?;
        let ty = self.type_expr(nodes.find(Rule::type_expr)?)?;
        let limit = self.expr(nodes.find(Rule::expr)?)?;
        let per = self.plain(&nodes.find(Rule::word)?);
        let mut budget = Budget { name, ty, limit, per, over: None, opening: None };
        while let Some(node) = nodes.next() {
            match node.as_rule() {
                Rule::postfix => budget.over = Some(self.nested_postfix(node)?),
                Rule::expr => budget.opening = Some(self.expr(node)?),
                _ => {}
            }
        }
        Some(budget)
    }

    fn charge(&mut self, mut nodes: Nodes<'_>) -> Option<Charge> {
        let budget = self.plain(&nodes.find(Rule::dotted)?);
        let by = self.expr(nodes.find(Rule::expr)?)?;
        let targets = self.targets(Nodes::of(nodes.find(Rule::on_clause)?).find(Rule::targets)?)?;
        let mut when = None;
        while let Some(node) = nodes.next() {
            match node.as_rule() {
                Rule::kw_when => self.when_word(&node),
                Rule::expr => when = Some(self.expr(node)?),
                _ => {}
            }
        }
        Some(Charge { budget, by, targets, when })
    }

    /// The entries of a manifest: `key: value` and blocks.
    fn block(&mut self, node: Node<'_>) -> Option<Vec<Binding>> {
        let mut nodes = Nodes::of(node);
        let mut entries = Vec::new();
        while let Some(node) = nodes.find(Rule::entry) {
            let mut inner = Nodes::of(node);
            let name = inner.next()?;
            let name = self.name(name)?;
            let next = inner.next()?;
            let value = if next.as_rule() == Rule::block {
                let span = self.span(&next);
                Expr { span, kind: ExprKind::Record(self.block(next)?), parenthesised: false }
            } else {
                self.colon(&next, &name);
                self.expr(inner.next()?)?
            };
            entries.push(Binding { name, value });
        }
        Some(entries)
    }
}
