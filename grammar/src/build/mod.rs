//! From the pairs of the grammar to the tree.
//!
//! Slips that the grammar accepts are reported here, with the span of the sign or word itself, and mended in the tree, so
//! that one slip gives one message. A function gives `None` only where the grammar cannot have matched; then the
//! declaration is left out.

mod declaration;
pub(crate) mod expression;
mod literal;
mod rule;
mod session;
mod types;

use pest::iterators::{Pair, Pairs};
use reach_codes::table::syntax;
use reach_codes::{Code, Diagnostic, FileId, Span};

use crate::Limits;
use crate::ast::{Attribute, Binding, Decl, Field, Name, TextLit};
use crate::rules::Rule;
use crate::scan::{RawComment, offset};

pub(crate) type Node<'i> = Pair<'i, Rule>;

/// The children of a node, in order.
pub(crate) struct Nodes<'i>(std::iter::Peekable<Pairs<'i, Rule>>);

impl<'i> Nodes<'i> {
    pub(crate) fn of(node: Node<'i>) -> Self {
        Self(node.into_inner().peekable())
    }

    pub(crate) fn next(&mut self) -> Option<Node<'i>> {
        self.0.next()
    }

    pub(crate) fn peek(&mut self) -> Option<Rule> {
        self.0.peek().map(Pair::as_rule)
    }

    /// Takes the next child if it is a `rule`.
    pub(crate) fn take(&mut self, rule: Rule) -> Option<Node<'i>> {
        self.0.next_if(|node| node.as_rule() == rule)
    }

    /// Skips tokens up to the next `rule`, and takes that.
    pub(crate) fn find(&mut self, rule: Rule) -> Option<Node<'i>> {
        self.0.by_ref().find(|node| node.as_rule() == rule)
    }

    /// Takes all further children that are `rule`, whatever stands between them.
    pub(crate) fn all(&mut self, rule: Rule) -> impl Iterator<Item = Node<'i>> {
        self.0.by_ref().filter(move |node| node.as_rule() == rule)
    }
}

/// Builds one declaration.
pub(crate) struct Builder<'t> {
    pub(crate) file: FileId,
    /// The whole file.
    text: &'t str,
    /// Where the declaration's text begins in it.
    base: u32,
    pub(crate) limits: Limits,
    comments: &'t [RawComment],
    /// Which of the comments were taken as documentation.
    pub(crate) taken: Vec<usize>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Operands so far of the expression at hand, with everything within it.
    pub(crate) terms: usize,
    /// How deep expressions stand within expressions here.
    pub(crate) depth: usize,
    /// Whether a limit was reported for the expression at hand.
    limit_reported: bool,
}

impl<'t> Builder<'t> {
    pub(crate) fn new(file: FileId, text: &'t str, base: u32, limits: &Limits, comments: &'t [RawComment]) -> Self {
        Self { file, text, base, limits: *limits, comments, taken: Vec::new(), diagnostics: Vec::new(), terms: 0, depth: 0, limit_reported: false }
    }

    fn span(&self, node: &Node<'_>) -> Span {
        let span = node.as_span();
        Span::new(self.file, self.base + offset(span.start()), self.base + offset(span.end()))
    }

    fn report(&mut self, d: Diagnostic) {
        if self.diagnostics.len() <= crate::parse::MOST_MESSAGES {
            self.diagnostics.push(d);
        }
    }

    /// Reports a slip at a sign or word that is to be replaced.
    fn slip(&mut self, code: Code, span: Span, message: String, right: &str) {
        self.report(Diagnostic::new(code, span, message).help(format!("write `{right}`")).fix(span, right));
    }

    /// Takes the lines of documentation that stand before `start` and behind whatever stands before that.
    pub(crate) fn docs(&mut self, start: u32) -> Vec<String> {
        let mut index = self.comments.partition_point(|c| c.start < start);
        let first_behind = index;
        let mut edge = start;
        while let Some(c) = index.checked_sub(1).and_then(|i| self.comments.get(i)) {
            let between = self.text.get(c.end as usize..edge as usize).unwrap_or("x");
            if c.trailing || !between.trim().is_empty() {
                break;
            }
            edge = c.start;
            index -= 1;
        }
        let mut lines = Vec::new();
        for i in index..first_behind {
            let Some(c) = self.comments.get(i) else { continue };
            if c.doc {
                self.taken.push(i);
                let line = self.text.get(c.start as usize + 3..c.end as usize).unwrap_or("");
                lines.push(line.strip_prefix(' ').unwrap_or(line).to_owned());
            }
        }
        lines
    }

    pub(crate) fn piece(&mut self, node: Node<'_>) -> Option<Decl> {
        let start = self.span(&node).start;
        let docs = self.docs(start);
        let mut nodes = Nodes::of(node);
        let mut attributes = Vec::new();
        let mut span = None;
        while let Some(node) = nodes.take(Rule::attribute) {
            span.get_or_insert(self.span(&node));
            attributes.push(self.attribute(node)?);
        }
        let node = nodes.next()?;
        let end = self.span(&node);
        let kind = self.declaration(node)?;
        Some(Decl { span: span.unwrap_or(end).to(end), docs, attributes, kind })
    }

    fn attribute(&mut self, node: Node<'_>) -> Option<Attribute> {
        let span = self.span(&node);
        let mut nodes = Nodes::of(node);
        let name = nodes.find(Rule::kebab)?;
        let name = self.plain(&name);
        let mut arguments = Vec::new();
        while let Some(node) = nodes.find(Rule::attribute_argument) {
            arguments.push(self.name(node)?);
        }
        Some(Attribute { span, name, arguments })
    }

    /// A name of words, as it stands.
    fn plain(&self, node: &Node<'_>) -> Name {
        Name { text: node.as_str().into(), span: self.span(node), quoted: false }
    }

    /// A name in any of its forms: a token, or a node around one.
    fn name(&mut self, node: Node<'_>) -> Option<Name> {
        let token = match node.as_rule() {
            Rule::name
            | Rule::ident
            | Rule::field_name
            | Rule::attribute_argument
            | Rule::enum_value
            | Rule::rule_name
            | Rule::event_kind
            | Rule::effect_word
            | Rule::name_source => Nodes::of(node).next()?,
            _ => node,
        };
        if token.as_rule() == Rule::text {
            let TextLit { span, value } = self.text_literal(&token);
            return Some(Name { text: value, span, quoted: true });
        }
        Some(self.plain(&token))
    }

    /// All names of `rule` that are left among the children.
    fn names(&mut self, nodes: &mut Nodes<'_>, rule: Rule) -> Option<Vec<Name>> {
        let found: Vec<_> = nodes.all(rule).collect();
        found.into_iter().map(|node| self.name(node)).collect()
    }

    fn dotted_path(&mut self, node: Node<'_>) -> Option<Vec<Name>> {
        self.names(&mut Nodes::of(node), Rule::field_name)
    }

    /// `(a: type, …)` or `{ a: type … }`.
    fn fields(&mut self, node: Node<'_>) -> Option<Vec<Field>> {
        let mut nodes = Nodes::of(node);
        let mut fields = Vec::new();
        while let Some(node) = nodes.find(Rule::field) {
            let span = self.span(&node);
            let docs = self.docs(span.start);
            let mut inner = Nodes::of(node);
            let name = inner.next()?;
            let name = self.name(name)?;
            self.colon(&inner.next()?, &name);
            let ty = self.type_expr(inner.next()?)?;
            fields.push(Field { span, name, ty, docs });
        }
        Some(fields)
    }

    /// `(a: expr, …)` or `{ a: expr … }`.
    fn bindings(&mut self, node: Node<'_>) -> Option<Vec<Binding>> {
        let mut nodes = Nodes::of(node);
        let mut bindings = Vec::new();
        while let Some(node) = nodes.find(Rule::binding) {
            let mut inner = Nodes::of(node);
            let name = inner.next()?;
            let name = self.name(name)?;
            self.colon(&inner.next()?, &name);
            bindings.push(Binding { name, value: self.expr(inner.next()?)? });
        }
        Some(bindings)
    }

    fn colon(&mut self, node: &Node<'_>, name: &Name) {
        if node.as_str() == "=" {
            let span = self.span(node);
            let d = Diagnostic::new(syntax::EQUALS_FOR_COLON, span, format!("`{}` is named with `=`", name.text));
            self.report(d.help(format!("items are named with `:`: `{}: …`", name.text)).fix(span, ":"));
        }
    }

    fn assign(&mut self, node: &Node<'_>) {
        if node.as_str() != "=" {
            let span = self.span(node);
            self.slip(syntax::WRONG_ASSIGNMENT, span, format!("`{}` gives nothing its value", node.as_str()), "=");
        }
    }
}
