//! Which region is used for what, and which types its slots have.
//!
//! A region of a rule is reached from several steps. A slot that it reads has the type that they all give it; where some give an
//! optional and others what it is an optional of, it is the optional.

use super::flow::{self, Common};
use super::tables::{missing, table};
use super::types::{Basic, Types};
use crate::error::ImageError;
use crate::image::{
    ApproverDef, CaptureDef, CheckDef, Feeds, FoldDef, Form, GrantDef, ITEM_SLOT, Image, MessagePart, ObligationDef, Phase, Region, RegionId, SYSTEM_SLOTS,
    StepKind, TargetDef, TextId, TypeDesc, TypeId, VariantDef, WatchDef,
};
use crate::op::Src;
use reach_codes::table::image::{IMAGE_REGION, IMAGE_TYPE};
use std::collections::HashMap;

/// The types of slots, sorted by slot.
#[derive(Clone, Debug, Default)]
pub(super) struct Slots(Vec<(u16, TypeId)>);

impl Slots {
    fn new(mut slots: Vec<(u16, TypeId)>) -> Self {
        slots.sort_unstable();
        Self(slots)
    }

    pub fn get(&self, slot: u16) -> Option<TypeId> {
        let at = self.0.binary_search_by_key(&slot, |(slot, _)| *slot).ok()?;
        self.0.get(at).map(|(_, ty)| *ty)
    }

    /// Adds a slot, if it isn't there.
    pub fn add(&mut self, slot: u16, ty: TypeId) -> bool {
        match self.0.binary_search_by_key(&slot, |(slot, _)| *slot) {
            Ok(_) => false,
            Err(at) => {
                self.0.insert(at, (slot, ty));
                true
            }
        }
    }
}

/// How much work merging the states of registers may be, for an image and for each of its operations.
const BUDGET: u64 = 1 << 28;
const BUDGET_OF_OPERATION: u64 = 256;

pub(super) fn check(image: &Image, types: &mut Types, deep: &mut HashMap<u32, TypeId>) -> Result<(), ImageError> {
    let basic = types.basic();
    let system = system(image, types, basic);
    let context = image.context.iter().map(|field| (field.slot.0, types.seen(field.ty))).collect();
    let mut budget = (image.code.len() as u64).saturating_mul(BUDGET_OF_OPERATION).saturating_add(BUDGET);
    let mut room = flow::Room::default();
    let common = Common { image, types, basic, context: &context, deep, budget: &mut budget, room: &mut room };
    let mut checker = Checker { image, common, used: vec![false; image.regions.len()] };
    let system = Slots::new(system);
    checker.refinements(&image.context_checks, &system).map_err(|e| e.inside("context"))?;
    let mut layouts = Vec::with_capacity(image.targets.len());
    for (at, target) in image.targets.iter().enumerate() {
        layouts.push(checker.target(target, &system).map_err(|e| e.inside(format_args!("target {at}")))?);
    }
    checker.rules(&layouts, &system)?;
    checker.sessions(&layouts, &system)?;
    match checker.used.iter().position(|used| !used) {
        Some(at) => Err(ImageError::new(IMAGE_REGION, format!("nothing uses region {at}"))),
        None => Ok(()),
    }
}

/// Returns the types of the system's slots. The kind of a step has the enum of all kinds; without it, no code can read it.
fn system(image: &Image, types: &mut Types, Basic { text, time, int, bool, .. }: Basic) -> Vec<(u16, TypeId)> {
    let kinds: Option<Vec<TextId>> =
        StepKind::WORDS.iter().map(|word| image.texts.iter().position(|t| t == word)).map(|at| at.and_then(|at| u32::try_from(at).ok()).map(TextId)).collect();
    let mut slots = Vec::new();
    for (slot, (_, word)) in (0u16..).zip(&SYSTEM_SLOTS) {
        let ty = match *word {
            "text" => Some(text),
            "time" => Some(time),
            "int" => Some(int),
            "bool" => Some(bool),
            // The element of `each` has the type that a watch says.
            "" => None,
            _ => kinds.clone().map(|kinds| types.add(TypeDesc::Enum(kinds))),
        };
        slots.extend(ty.map(|ty| (slot, ty)));
    }
    slots
}

struct Checker<'a> {
    image: &'a Image,
    common: Common<'a>,
    used: Vec<bool>,
}

impl<'a> Checker<'a> {
    /// Takes a region for its only use, and checks its result if that is given.
    fn take(&mut self, id: RegionId, result: Option<TypeId>) -> Result<&'a Region, ImageError> {
        let region = self.image.regions.get(id.0 as usize).ok_or_else(|| missing("region", id.0))?;
        let used = self.used.get_mut(id.0 as usize).ok_or_else(|| missing("region", id.0))?;
        if std::mem::replace(used, true) {
            return Err(table(format!("region {} is used twice", id.0)));
        }
        if result.is_some_and(|ty| ty != self.common.types.seen(region.result)) {
            return Err(ImageError::new(IMAGE_REGION, format!("region {} has a result of another type than it is used for", id.0)));
        }
        Ok(region)
    }

    fn follow(&mut self, id: RegionId, result: Option<TypeId>, slots: &Slots, stores: Option<&mut Slots>) -> Result<(), ImageError> {
        let region = self.take(id, result)?;
        flow::check(&mut self.common, region, slots, stores).map_err(|e| e.inside(format_args!("region {}", id.0)))
    }

    fn refinements(&mut self, checks: &[CheckDef], slots: &Slots) -> Result<(), ImageError> {
        for check in checks {
            super::tables::text(self.image, check.pointer)?;
            super::tables::text(self.image, check.expected)?;
            self.follow(check.region, Some(self.common.basic.bool), slots, None)?;
        }
        Ok(())
    }

    /// Checks the regions of a step, and returns the types of its slots.
    fn target(&mut self, target: &TargetDef, system: &Slots) -> Result<Slots, ImageError> {
        let fields = target.args.iter().chain(&target.facts).map(|field| (field.slot.0, self.common.types.seen(field.ty)));
        let mut slots = Slots::new(system.0.iter().copied().chain(fields).collect());
        self.refinements(&target.checks, &slots)?;
        if let Some(region) = target.derive {
            let mut stored = Slots::default();
            self.follow(region, None, &slots, Some(&mut stored))?;
            slots = Slots::new(slots.0.into_iter().chain(stored.0).collect());
        }
        Ok(slots)
    }

    fn rules(&mut self, layouts: &[Slots], system: &Slots) -> Result<(), ImageError> {
        // For each variant, counted through all rules, the steps that it is evaluated for; none for undeclared ones.
        let mut first = Vec::with_capacity(self.image.rules.len());
        let mut count = 0usize;
        for rule in &self.image.rules {
            first.push(count);
            count += rule.variants.len();
        }
        let mut steps: Vec<Vec<Option<u32>>> = vec![Vec::new(); count];
        let targets = (0u32..).zip(&self.image.targets).flat_map(|(at, target)| target.rules.iter().map(move |r| (Some(at), r)));
        for (at, reference) in targets.chain(self.image.undeclared.iter().map(|r| (None, r))) {
            let row = first.get(reference.rule as usize).map(|first| first + reference.variant as usize);
            if let Some(steps) = row.and_then(|row| steps.get_mut(row)) {
                steps.push(at);
            }
        }
        let variants = self.image.rules.iter().enumerate().flat_map(|(rule, def)| def.variants.iter().map(move |variant| (rule, variant)));
        for ((rule, variant), steps) in variants.zip(&steps) {
            self.variant(variant, steps, layouts, system).map_err(|e| e.inside(format_args!("rule {rule}")))?;
        }
        Ok(())
    }

    fn variant(&mut self, variant: &VariantDef, steps: &[Option<u32>], layouts: &[Slots], system: &Slots) -> Result<(), ImageError> {
        let bool = self.common.basic.bool;
        let mut regions = vec![(variant.plain, Some(bool)), (variant.fast, Some(bool))];
        for part in &variant.message {
            if let MessagePart::Value(region, ty) = part {
                regions.push((*region, Some(self.common.types.seen(*ty))));
            }
        }
        let mut redacted = Vec::new();
        for obligation in &variant.obligations {
            match obligation {
                ObligationDef::Set { region, ty, .. } => regions.push((*region, Some(self.common.types.seen(*ty)))),
                ObligationDef::Redact { slot, .. } | ObligationDef::Conceal { slot, .. } => redacted.push(slot.0),
                ObligationDef::Notify(_) | ObligationDef::Require(_) | ObligationDef::Clear(_) => {}
            }
        }
        if let Some(approver) = &variant.approver {
            self.approver(approver)?;
            regions.push((approver.who, Some(self.common.types.seen(approver.ty))));
        }
        for grant in variant.grants.iter().flatten() {
            match grant {
                GrantDef::Budget { budget, amount } => {
                    let ty = super::session::budget(self.image, *budget)?;
                    regions.push((*amount, Some(self.common.types.seen(ty))));
                }
                GrantDef::Steps(granted) => {
                    for (target, condition) in granted {
                        let slots = layouts.get(*target as usize).ok_or_else(|| missing("target", target))?;
                        condition.map_or(Ok(()), |region| self.follow(region, Some(bool), slots, None))?;
                    }
                }
            }
        }
        let mut read = redacted.clone();
        for (id, _) in &regions {
            let region = self.image.regions.get(id.0 as usize).ok_or_else(|| missing("region", id.0))?;
            super::region::ops(self.image, region).iter().for_each(|op| {
                op.sources(|src| {
                    if let Src::Slot(slot) = src {
                        read.push(slot.0);
                    }
                })
            });
        }
        read.sort_unstable();
        read.dedup();
        let slots = self.common_types(&read, steps, layouts, system);
        for slot in redacted {
            let ty = slots.get(slot).ok_or_else(|| missing("slot with one type", slot))?;
            if self.common.types.unwrapped(ty) != self.common.basic.text {
                return Err(ImageError::new(IMAGE_TYPE, "what is redacted is no text"));
            }
        }
        regions.into_iter().try_for_each(|(region, result)| self.follow(region, result, &slots, None))
    }

    /// Checks whom an approver may be.
    fn approver(&self, approver: &ApproverDef) -> Result<(), ImageError> {
        let types = &self.common.types;
        let of = match types.desc(types.seen(approver.ty)) {
            TypeDesc::List(of) | TypeDesc::Set(of) => types.desc(*of),
            desc => desc,
        };
        if matches!(of, TypeDesc::Text | TypeDesc::Form(Form::Email)) {
            Ok(())
        } else {
            Err(ImageError::new(IMAGE_TYPE, "an approver is a text or an e-mail address"))
        }
    }

    /// Checks what events do to the session, and budgets.
    fn sessions(&mut self, layouts: &[Slots], system: &Slots) -> Result<(), ImageError> {
        let bool = self.common.basic.bool;
        for (at, (target, slots)) in self.image.targets.iter().zip(layouts).enumerate() {
            let inside = |e: ImageError| e.inside(format_args!("target {at}"));
            let mut with_result = slots.clone();
            if let Some(result) = &target.result {
                let ty = self.common.types.seen(result.ty);
                if !with_result.add(result.slot.0, ty) {
                    return Err(inside(table("the result shares its slot")));
                }
            }
            for returned in &target.returns {
                if let Some((region, ty)) = returned.part {
                    self.follow(region, Some(self.common.types.seen(ty)), &with_result, None).map_err(inside)?;
                }
                returned.when.map_or(Ok(()), |region| self.follow(region, Some(bool), slots, None)).map_err(inside)?;
            }
            for charge in &target.charges {
                let ty = super::session::budget(self.image, charge.budget).map_err(inside)?;
                self.follow(charge.amount, Some(self.common.types.seen(ty)), slots, None).map_err(inside)?;
                charge.when.map_or(Ok(()), |region| self.follow(region, Some(bool), slots, None)).map_err(inside)?;
            }
            for watch in &target.watches {
                let slots = if watch.phase == Phase::Result { &with_result } else { slots };
                self.watch(watch, slots).map_err(inside)?;
            }
        }
        for watch in &self.image.prompts {
            if watch.phase != Phase::Prompt {
                return Err(table("a prompt is watched as something else"));
            }
            self.watch(watch, system).map_err(|e| e.inside("prompts"))?;
        }
        for budget in &self.image.budgets {
            let ty = self.common.types.seen(budget.ty);
            self.follow(budget.limit, Some(ty), &Slots::default(), None)?;
            budget.opening.map_or(Ok(()), |region| self.follow(region, Some(ty), &Slots::default(), None))?;
        }
        Ok(())
    }

    fn watch(&mut self, watch: &WatchDef, slots: &Slots) -> Result<(), ImageError> {
        let mut slots = slots.clone();
        if let Some((region, element)) = watch.each {
            let element = self.common.types.seen(element);
            let list = self.common.types.list(element)?;
            self.follow(region, Some(list), &slots, None)?;
            slots.add(ITEM_SLOT.0, element);
        }
        watch.guard.map_or(Ok(()), |region| self.follow(region, Some(self.common.basic.bool), &slots, None))?;
        for (region, ty) in watch.keys.iter().chain(&watch.value) {
            self.follow(*region, Some(self.common.types.seen(*ty)), &slots, None)?;
        }
        let image = self.image;
        let monitor = |id: u32| image.monitors.get(id as usize).ok_or_else(|| missing("monitor", id));
        let (keys, fold) = match watch.feeds {
            Feeds::Monitor(id) => (Some(&monitor(id)?.keys), Some(&monitor(id)?.fold)),
            Feeds::Since(id) => (Some(monitor(id)?.since.as_ref().ok_or_else(|| table("a monitor has no `since`"))?), None),
            Feeds::Origin(id) if (id as usize) < image.origins.len() => (None, None),
            Feeds::Origin(id) => return Err(missing("origin", id)),
        };
        if keys.map_or(&[][..], Vec::as_slice) != watch.keys.iter().map(|(_, ty)| *ty).collect::<Vec<_>>() {
            return Err(ImageError::new(IMAGE_TYPE, "the joined values are of other types than the monitor's"));
        }
        match (fold, &watch.value) {
            (Some(FoldDef::Sum(of)), Some((_, ty))) if of == ty => {}
            (Some(FoldDef::Sum(_)), _) | (Some(_), Some(_)) => return Err(table("a watch and its monitor do not agree on a value")),
            _ => {}
        }
        self.captures(watch, fold, &slots)
    }

    /// Checks that what is kept makes the record of the monitor.
    fn captures(&self, watch: &WatchDef, fold: Option<&FoldDef>, slots: &Slots) -> Result<(), ImageError> {
        let types = &self.common.types;
        let record = match fold {
            Some(FoldDef::Latest(record)) => match types.desc(types.seen(*record)) {
                TypeDesc::Record(fields) => fields.as_slice(),
                _ => &[],
            },
            _ => &[],
        };
        let fits = |slot: &crate::op::Slot, ty: TypeId| slots.get(slot.0).is_some_and(|of| types.fits(of, ty));
        let good = record.len() == watch.captures.len()
            && record.iter().zip(&watch.captures).all(|((_, ty), capture)| match capture {
                CaptureDef::Value(slot) => fits(slot, *ty),
                CaptureDef::Record(kept) => match types.desc(*ty) {
                    TypeDesc::Record(fields) => fields.len() == kept.len() && fields.iter().zip(kept).all(|((_, ty), slot)| fits(slot, *ty)),
                    _ => false,
                },
                CaptureDef::Unused => true,
            });
        if good { Ok(()) } else { Err(ImageError::new(IMAGE_TYPE, "what is kept of an event is not what the monitor's record has")) }
    }

    /// Returns the slots that have one type in all steps, among those that are read.
    fn common_types(&self, read: &[u16], steps: &[Option<u32>], layouts: &[Slots], system: &Slots) -> Slots {
        let mut common = Vec::new();
        for slot in read {
            let mut types = steps.iter().map(|step| step.and_then(|at| layouts.get(at as usize)).unwrap_or(system).get(*slot));
            let first = types.next().unwrap_or_else(|| system.get(*slot));
            let joined = types.fold(first, |joined, ty| self.common.types.join(joined?, ty?));
            common.extend(joined.map(|ty| (*slot, ty)));
        }
        Slots::new(common)
    }
}
