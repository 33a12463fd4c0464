//! Rules: their variants, and the code of each.

use crate::maps::HashMap;

use reach_evaluator::image::{ApproverDef, Effect, MessagePart, ObligationDef, RuleDef, VariantDef};
use reach_evaluator::op::Slot;

use super::Lowering;
use super::pool::index;
use super::uses::Uses;
use super::value::{Gen, Style, View};
use crate::ir::{self, SlotRef, Type};

/// The targets of a rule with the variant that each uses, in order.
type Targets = Vec<(u32, u32)>;

impl Lowering<'_> {
    /// Writes a rule once for each layout of what it reads.
    pub(super) fn rule(&mut self, rule: &ir::Rule, uses: &Uses) -> (RuleDef, Targets) {
        let mut layouts: Vec<Vec<u16>> = Vec::new();
        let mut known: HashMap<Vec<u16>, u32> = HashMap::default();
        let mut targets = Targets::new();
        for target in &rule.targets {
            let layout = self.layout(*target, uses);
            let variant = *known.entry(layout).or_insert_with_key(|layout| {
                layouts.push(layout.clone());
                index(layouts.len() - 1)
            });
            targets.push((target.target, variant));
        }
        if layouts.is_empty() && rule.undeclared {
            layouts.push(Vec::new());
        }
        let variants = layouts.iter().map(|layout| self.variant(rule, uses, layout)).collect();
        let def = RuleDef {
            name: self.pool.text(&rule.name),
            effect: effect(rule.effect),
            advisory: rule.advisory,
            severity: rule.severity.as_ref().map(|s| self.pool.text(s)),
            place: self.pool.place(rule.name_span),
            expires: rule.expires,
            variants,
        };
        (def, targets)
    }

    /// Returns the slots of what a rule reads, for one of its targets.
    fn layout(&self, target: ir::RuleTarget, uses: &Uses) -> Vec<u16> {
        let Some(slots) = self.slots.targets.get(target.target as usize) else { return Vec::new() };
        let find = |reference: &SlotRef| match (reference, target.class) {
            (SlotRef::Arg(name), Some(class)) => slots.classes.get(&class).and_then(|s| s.get(*self.class_fields.get(&(class, name.as_str()))?)).copied(),
            (SlotRef::Arg(name), None) => slots.args.get(name.as_str()).copied(),
            (SlotRef::Fact(name), _) => slots.facts.get(name.as_str()).copied(),
            (SlotRef::Context(_) | SlotRef::System(_) | SlotRef::Result, _) => None,
        };
        // What isn't found keeps no slot and is reported by the code that reads it.
        uses.slots.iter().map(|reference| find(reference).unwrap_or(u16::MAX)).collect()
    }

    fn variant(&mut self, rule: &ir::Rule, uses: &Uses, layout: &[u16]) -> VariantDef {
        let slots = uses.slots.iter().cloned().zip(layout.iter().copied()).filter(|(_, slot)| *slot != u16::MAX).collect();
        let view = View { slots, certain: rule.targets.iter().all(|target| target.class.is_none()) };
        let (when, unless) = (rule.when.as_ref(), rule.unless.as_ref());
        let condition_span = when.or(unless).map_or(rule.name_span, |e| e.span);

        let mut plain = Gen::new(&mut self.pool, Style::Plain, &view, &self.context);
        let result = plain.plain_rule(when, unless);
        let plain = plain.finish(&mut self.code, result, &Type::Bool, condition_span);

        let mut fast = Gen::new(&mut self.pool, Style::Fast, &view, &self.context);
        let result = fast.fast_rule(when, unless);
        let fast = fast.finish(&mut self.code, result, &Type::Bool, condition_span);

        let message = rule.message.iter().map(|part| self.message_part(part, &view)).collect();
        let obligations = rule.obligations.iter().map(|obligation| self.obligation(obligation, &view)).collect();
        let approver = rule.approver.as_ref().map(|approver| {
            let who = self.value_region(&approver.who, &view);
            ApproverDef { one_of: approver.one_of, who, ty: self.pool.ty(&approver.who.ty) }
        });
        let grants = rule.grants.as_ref().map(|grants| grants.iter().map(|grant| self.grant(grant, &view)).collect());
        VariantDef { plain, fast, message, obligations, approver, grants }
    }

    fn message_part(&mut self, part: &ir::MessagePart, view: &View) -> MessagePart {
        match part {
            ir::MessagePart::Text(text) => MessagePart::Text(self.pool.text(text)),
            ir::MessagePart::Value(value) => MessagePart::Value(self.value_region(value, view), self.pool.ty(&value.ty)),
        }
    }

    fn obligation(&mut self, obligation: &ir::Obligation, view: &View) -> ObligationDef {
        match obligation {
            ir::Obligation::Clear(label) => ObligationDef::Clear(*label),
            ir::Obligation::Notify(text) => ObligationDef::Notify(self.pool.text(text)),
            ir::Obligation::Require(text) => ObligationDef::Require(self.pool.text(text)),
            ir::Obligation::Set { field, value } => {
                let region = self.value_region(value, view);
                ObligationDef::Set { field: self.pool.text(field), region, ty: self.pool.ty(&value.ty) }
            }
            ir::Obligation::Conceal { field, detectors } => {
                let slot = view.slots.get(&SlotRef::Arg(field.clone().into())).copied().unwrap_or(0);
                ObligationDef::Conceal { field: self.pool.text(field), detectors: detectors.clone(), slot: Slot(slot) }
            }
            ir::Obligation::Redact { field, pattern } => {
                let slot = view.slots.get(&SlotRef::Arg(field.clone().into())).copied().unwrap_or(0);
                ObligationDef::Redact { field: self.pool.text(field), pattern: self.pool.pattern(pattern), slot: Slot(slot) }
            }
        }
    }

    /// Writes a region that computes a value.
    pub(super) fn value_region(&mut self, value: &ir::Expr, view: &View) -> reach_evaluator::image::RegionId {
        let mut code = Gen::new(&mut self.pool, Style::Bare, view, &self.context);
        code.open_scope([value]);
        let result = code.value(value);
        code.finish(&mut self.code, result, &value.ty, value.span)
    }
}

const fn effect(effect: ir::Effect) -> Effect {
    match effect {
        ir::Effect::Permit => Effect::Permit,
        ir::Effect::Ask => Effect::Ask,
        ir::Effect::Forbid => Effect::Forbid,
        ir::Effect::OtherwiseAsk => Effect::OtherwiseAsk,
        ir::Effect::Oblige => Effect::Oblige,
    }
}
