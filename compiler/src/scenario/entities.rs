//! `entities { … }`: what the host would know of entities, as it would send it.

use std::sync::Arc;

use reach_codes::table::types as codes;
use reach_codes::{Diagnostic, Span};
use reach_grammar::ast::{EntityLit, Expr, ExprKind};

use super::Player;
use super::json::{separated, text_to};
use super::script::Script;
use super::step::{Fields, Whose, entry};
use crate::ir::{Const, Type};

impl<'a> Player<'_, 'a> {
    /// Adds entities to the data of the test.
    pub(super) fn entities(&mut self, script: &mut Script<'a>, all: &'a [EntityLit]) -> Option<()> {
        let mut whole = Some(());
        for entity in all {
            match self.entity(entity) {
                Some(line) if self.take(1, line.len(), entity.span) => {
                    script.entities.push_str(&line);
                    script.entities.push('\n');
                }
                _ => whole = None,
            }
        }
        whole
    }

    /// Returns an entity as a line of the host's data.
    fn entity(&mut self, entity: &'a EntityLit) -> Option<String> {
        let (kind, id) = self.entity_named(&entity.id)?;
        let members: Vec<&'a Expr> = match entity.parents.as_ref().map(|parents| (parents, &parents.kind)) {
            None => Vec::new(),
            Some((_, ExprKind::Set(members) | ExprKind::List(members))) => members.iter().collect(),
            Some((one, _)) => vec![one],
        };
        let parents: Vec<(Arc<str>, String)> = members.into_iter().map(|member| self.entity_named(member)).collect::<Option<_>>()?;
        let fields = self.checker.entity_fields(&kind, entity.id.span)?;
        let declared = Fields::of_types(&fields);
        let owner = format!("{kind}[{id:?}]");
        let given = self.typed_fields(&entity.fields, &declared, &Whose::Entity(&owner))?;
        let is_missing = |(name, ty): &&(String, Type)| !matches!(ty, Type::Optional(_)) && given.iter().all(|(given, _)| given != name);
        let missing: Vec<String> = fields.iter().filter(is_missing).map(|(name, _)| format!("`{name}`")).collect();
        if !missing.is_empty() {
            self.missing_fields(&owner, &missing, entity.id.span);
            return None;
        }
        let mut line = String::from("{\"type\":");
        text_to(&kind, &mut line);
        line.push_str(",\"id\":");
        text_to(&id, &mut line);
        if !parents.is_empty() {
            line.push_str(",\"parents\":");
            separated(&mut line, ['[', ']'], parents.iter(), |out, (kind, id)| {
                out.push_str("{\"type\":");
                text_to(kind, out);
                out.push_str(",\"id\":");
                text_to(id, out);
                out.push('}');
            });
        }
        if !given.is_empty() {
            line.push_str(",\"fields\":");
            separated(&mut line, ['{', '}'], given.iter(), entry);
        }
        line.push('}');
        Some(line)
    }

    fn entity_named(&mut self, expr: &'a Expr) -> Option<(Arc<str>, String)> {
        let value = self.checker.inferred_constant(self.row.as_ref(), expr);
        self.wrong |= value.is_none();
        match value? {
            (Type::Entity(kind), Const::Text(id)) => Some((kind, id.into())),
            (ty, _) => {
                let d = Diagnostic::new(codes::TYPE_MISMATCH, expr.span, format!("an entity stands here, and this is a value of type `{ty}`"))
                    .help("name it by its type and id: `User[\"ann\"]`");
                self.report(d);
                None
            }
        }
    }

    fn missing_fields(&mut self, owner: &str, missing: &[String], span: Span) {
        let d = Diagnostic::new(codes::MISSING_ARGUMENT, span, format!("`{owner}` needs {}", missing.join(", ")))
            .note("a field whose type doesn't end in `?` is always there: data without it would be refused")
            .help("add it in braces behind the entity");
        self.report(d);
    }
}
