//! Types.

use super::{Builder, Node, Nodes};
use crate::ast::{Expr, TypeExpr, TypeKind};
use crate::rules::Rule;

impl Builder<'_> {
    /// A `type_expr` or `plain_type`.
    pub(super) fn type_expr(&mut self, node: Node<'_>) -> Option<TypeExpr> {
        let whole = self.span(&node);
        let mut nodes = Nodes::of(node);
        let base = nodes.next()?;
        let mut ty = self.base_type(base)?;
        if let Some(question) = nodes.take(Rule::question) {
            let span = ty.span.to(self.span(&question));
            ty = TypeExpr { span, kind: TypeKind::Optional(Box::new(ty)) };
        }
        if let Some(condition) = nodes.take(Rule::type_where) {
            let condition: Expr = self.expr(Nodes::of(condition).find(Rule::expr)?)?;
            ty = TypeExpr { span: whole, kind: TypeKind::Refined(Box::new(ty), Box::new(condition)) };
        }
        Some(ty)
    }

    fn base_type(&mut self, node: Node<'_>) -> Option<TypeExpr> {
        let span = self.span(&node);
        let rule = node.as_rule();
        let mut nodes = Nodes::of(node);
        let kind = match rule {
            Rule::generic_type => {
                let word = nodes.next()?;
                let word = self.plain(&word);
                let inner = self.type_expr(nodes.find(Rule::type_expr)?)?;
                let from_text = nodes.find(Rule::from_text).is_some();
                if from_text { TypeKind::ListFromText(Box::new(inner)) } else { TypeKind::Generic(word, Box::new(inner)) }
            }
            Rule::enum_type => TypeKind::Enum(self.names(&mut nodes, Rule::enum_value)?),
            Rule::record_type => TypeKind::Record(self.fields(nodes.next()?)?),
            _ => {
                let name = nodes.next()?;
                let name = self.plain(&name);
                match nodes.next().map(|n| n.as_rule()) {
                    None => TypeKind::Named(name),
                    Some(Rule::kw_at) => {
                        let at = self.nested_postfix(nodes.next()?)?;
                        TypeKind::PathAt(name, None, Box::new(at))
                    }
                    Some(Rule::kw_default) => TypeKind::WithDefault(name, Box::new(self.text_literal(&nodes.next()?))),
                    Some(_) => {
                        let variant = Box::new(self.text_literal(&nodes.next()?));
                        match nodes.take(Rule::kw_at) {
                            Some(_) => TypeKind::PathAt(name, Some(variant), Box::new(self.nested_postfix(nodes.next()?)?)),
                            None => TypeKind::TimeIn(name, variant),
                        }
                    }
                }
            }
        };
        Some(TypeExpr { span, kind })
    }
}
