//! The tables of a verified image as they are kept.
//!
//! What decides stands ready: steps, rules, constants, the code of conditions in their fast form. What only explanations and listings read
//! (the plain form of conditions, notes, places, constants as they were written) is packed, and read when somebody asks. Nothing is
//! verified then: all of it was when the image was loaded, and what is kept was made of what was verified.

use super::constants::Pool;
use super::packed::{Packed, PackedCode};
use crate::image::{
    ApproverDef, BudgetDef, ChargeDef, CheckDef, Const, Effect, EntityDef, FieldDef, GrantDef, Image, MessagePart, MonitorDef, NoteDef, ObligationDef,
    OriginDef, PackDef, PatternDef, PlaceDef, QueryDef, Region, RegionId, ResultDef, ReturnDef, RuleDef, RuleRef, SourceDef, StepKind, TargetDef, TextId,
    TypeDesc, TypeId, VariantDef, WatchDef,
};
use crate::op::{Moves, NoteId, Op, Slot, code_cost};
use crate::value::Place;
use crate::wire::Packing;
use std::ops::{Deref, Range};

/// A declared step.
#[derive(Debug)]
pub struct StepRow {
    /// The kind.
    pub kind: StepKind,
    /// The name; of a `Read` a glob as written; of `Say` empty.
    pub name: TextId,
    /// The arguments.
    pub args: Box<[FieldDef]>,
    /// The facts.
    pub facts: Box<[FieldDef]>,
    /// The rules that can match, in source order.
    pub rules: Box<[RuleRef]>,
    rest: Option<Box<StepRest>>,
}

/// What only some steps have.
#[derive(Debug, Default)]
pub struct StepRest {
    /// The digest that `definition` must have, as written.
    pub pinned: Option<TextId>,
    /// Refinements, asked after intake in order; the first that isn't true refuses the arguments.
    pub checks: Vec<CheckDef>,
    /// Computes the slots of class fields; runs after the checks.
    pub derive: Option<RegionId>,
    /// What it comes back with, where that is structured.
    pub result: Option<ResultDef>,
    /// The labels of what it comes back with.
    pub returns: Vec<ReturnDef>,
    /// What it takes from budgets.
    pub charges: Vec<ChargeDef>,
    /// What its events feed.
    pub watches: Vec<WatchDef>,
    /// The slots that are read when its result comes, sorted, each once.
    pub kept: Vec<Slot>,
}

impl Deref for StepRow {
    type Target = StepRest;

    fn deref(&self) -> &StepRest {
        static NONE: StepRest = StepRest {
            pinned: None,
            checks: Vec::new(),
            derive: None,
            result: None,
            returns: Vec::new(),
            charges: Vec::new(),
            watches: Vec::new(),
            kept: Vec::new(),
        };
        self.rest.as_deref().unwrap_or(&NONE)
    }
}

impl StepRow {
    fn new(def: TargetDef, kept: Vec<Slot>) -> Self {
        let TargetDef { kind, name, args, facts, pinned, checks, derive, result, returns, charges, watches, rules } = def;
        let plain = pinned.is_none() && derive.is_none() && result.is_none();
        let plain = plain && checks.is_empty() && returns.is_empty() && charges.is_empty() && watches.is_empty() && kept.is_empty();
        let rest = (!plain).then(|| Box::new(StepRest { pinned, checks, derive, result, returns, charges, watches, kept }));
        Self { kind, name, args: args.into(), facts: facts.into(), rules: rules.into(), rest }
    }

    fn def(&self) -> TargetDef {
        TargetDef {
            kind: self.kind,
            name: self.name,
            args: self.args.to_vec(),
            facts: self.facts.to_vec(),
            pinned: self.pinned,
            checks: self.checks.clone(),
            derive: self.derive,
            result: self.result,
            returns: self.returns.clone(),
            charges: self.charges.clone(),
            watches: self.watches.clone(),
            rules: self.rules.to_vec(),
        }
    }
}

/// A rule.
#[derive(Debug)]
pub struct RuleRow {
    /// The name.
    pub name: TextId,
    /// The place of its name.
    pub place: Place,
    /// What that place is.
    pub at: PlaceDef,
    /// The effect.
    pub effect: Effect,
    /// Whether it is only reported.
    pub advisory: bool,
    first_variant: u32,
    rest: Option<Box<RuleRest>>,
}

#[derive(Debug)]
struct RuleRest {
    severity: Option<TextId>,
    expires: Option<i128>,
}

impl RuleRow {
    /// Returns `@severity(…)`.
    #[must_use]
    pub fn severity(&self) -> Option<TextId> {
        self.rest.as_ref()?.severity
    }

    /// Returns how long an `ask` may be answered, in nanoseconds.
    #[must_use]
    pub fn expires(&self) -> Option<i128> {
        self.rest.as_ref()?.expires
    }
}

/// A rule for one layout of slots.
#[derive(Debug)]
pub struct VariantRow {
    /// Its condition, with notes for observers.
    pub plain: RegionId,
    /// The same condition, indexed and fused.
    pub fast: RegionId,
    message: (u32, u32),
    rest: Option<Box<VariantRest>>,
}

/// What only some rules have.
#[derive(Debug, Default)]
pub struct VariantRest {
    /// What goes with a permitted step.
    pub obligations: Vec<ObligationDef>,
    /// Who may answer an `ask`; without it anybody.
    pub approver: Option<ApproverDef>,
    /// What a child is given; without it all that its parent has.
    pub grants: Option<Vec<GrantDef>>,
}

impl Deref for VariantRow {
    type Target = VariantRest;

    fn deref(&self) -> &VariantRest {
        static NONE: VariantRest = VariantRest { obligations: Vec::new(), approver: None, grants: None };
        self.rest.as_deref().unwrap_or(&NONE)
    }
}

/// Where the code of a region is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    /// The number of its first operation among those of the image.
    pub first: u32,
    /// The place of its first operation among those that stand ready, or where it stands among those that are packed.
    pub at: u32,
    /// The worst cost, in units of fuel; what is more than 32 bits is more than any region gets.
    pub cost: u32,
    pub frame: u16,
    pub is_packed: bool,
}

/// The tables.
#[derive(Debug)]
pub struct Tables {
    compiler: String,
    /// The source files, by name.
    pub sources: Vec<SourceDef>,
    packs: Vec<PackDef>,
    /// The types of entities, by declaration.
    pub entities: Vec<EntityDef>,
    /// The patterns.
    pub patterns: Vec<PatternDef>,
    zones: Vec<TextId>,
    /// The fields of the context.
    pub context: Vec<FieldDef>,
    /// Refinements of the context.
    pub context_checks: Vec<CheckDef>,
    /// The declared steps.
    pub targets: Box<[StepRow]>,
    /// What is looked at when no declaration covers a step.
    pub undeclared: Vec<RuleRef>,
    /// The rules, in source order.
    pub rules: Box<[RuleRow]>,
    variants: Box<[VariantRow]>,
    messages: Box<[MessagePart]>,
    /// The labels.
    pub labels: Vec<TextId>,
    /// The uses of history.
    pub monitors: Vec<MonitorDef>,
    /// Where values come from.
    pub origins: Vec<OriginDef>,
    /// What is asked of the session.
    pub queries: Vec<QueryDef>,
    /// The budgets.
    pub budgets: Vec<BudgetDef>,
    /// What prompts feed.
    pub prompts: Vec<WatchDef>,
    /// How many slots a step has.
    pub slots: u16,
    /// The regions, and behind them where one more would begin.
    entries: Box<[Entry]>,
    results: Packed<TypeId>,
    /// The code that decides, region by region.
    pub(crate) code: Box<[Op]>,
    plain: PackedCode,
    consts: Packed<Const>,
    places: Packed<PlaceDef>,
    notes: Packed<NoteDef>,
}

impl Tables {
    /// Keeps the tables of an image that was verified, but for what the pool and the types hold. For each step the slots that are
    /// read when its result comes.
    pub(super) fn new(image: Image, kept: Vec<Vec<Slot>>) -> Self {
        let places = Packed::new(&image.places);
        let (entries, code, plain) = code(&image);
        let results = Packed::new(&image.regions.iter().map(|region| region.result).collect::<Vec<_>>());
        let (mut rules, mut variants, mut messages) = (Vec::with_capacity(image.rules.len()), Vec::with_capacity(image.rules.len()), Vec::new());
        for rule in image.rules {
            let RuleDef { name, effect, advisory, severity, place, expires, variants: its } = rule;
            let at = image.places.get(place.0 as usize).copied().unwrap_or(PlaceDef { file: 0, start: 0, end: 0 });
            let rest = (severity.is_some() || expires.is_some()).then(|| Box::new(RuleRest { severity, expires }));
            rules.push(RuleRow { name, place, at, effect, advisory, first_variant: small(variants.len()), rest });
            for variant in its {
                let VariantDef { plain, fast, message, obligations, approver, grants } = variant;
                let range = (small(messages.len()), small(message.len()));
                messages.extend(message);
                let more = !obligations.is_empty() || approver.is_some() || grants.is_some();
                let rest = more.then(|| Box::new(VariantRest { obligations, approver, grants }));
                variants.push(VariantRow { plain, fast, message: range, rest });
            }
        }
        let steps = image.targets.into_iter().zip(kept).map(|(def, kept)| StepRow::new(def, kept));
        Self {
            compiler: image.compiler,
            sources: image.sources,
            packs: image.packs,
            entities: image.entities,
            patterns: image.patterns,
            zones: image.zones,
            context: image.context,
            context_checks: image.context_checks,
            targets: steps.collect(),
            undeclared: image.undeclared,
            rules: rules.into(),
            variants: variants.into(),
            messages: messages.into(),
            labels: image.labels,
            monitors: image.monitors,
            origins: image.origins,
            queries: image.queries,
            budgets: image.budgets,
            prompts: image.prompts,
            slots: image.slots,
            entries,
            results,
            code,
            plain,
            consts: Packed::new(&image.consts),
            places,
            notes: Packed::new(&image.notes),
        }
    }

    /// Returns a place.
    #[must_use]
    pub fn place(&self, id: Place) -> Option<PlaceDef> {
        self.places.get(id.0)
    }

    /// Returns a note.
    #[must_use]
    pub fn note(&self, id: NoteId) -> Option<NoteDef> {
        self.notes.get(id.0)
    }

    /// Returns how many notes there are.
    #[must_use]
    pub const fn notes(&self) -> usize {
        self.notes.len()
    }

    /// Returns a rule as a step sees it.
    #[inline]
    #[must_use]
    pub fn variant(&self, at: RuleRef) -> Option<&VariantRow> {
        self.variants(at.rule).get(at.variant as usize)
    }

    /// Returns the variants of a rule.
    #[inline]
    #[must_use]
    pub fn variants(&self, rule: u32) -> &[VariantRow] {
        let Some(row) = self.rules.get(rule as usize) else { return &[] };
        let end = self.rules.get(rule as usize + 1).map_or(self.variants.len(), |next| next.first_variant as usize);
        self.variants.get(row.first_variant as usize..end).unwrap_or(&[])
    }

    /// Returns the message of a rule, empty without `because`.
    #[must_use]
    pub fn message(&self, variant: &VariantRow) -> &[MessagePart] {
        let (start, len) = variant.message;
        self.messages.get(start as usize..start.saturating_add(len) as usize).unwrap_or(&[])
    }

    /// Returns how many regions there are.
    #[must_use]
    pub fn regions(&self) -> usize {
        self.entries.len().saturating_sub(1)
    }

    /// Returns the operations of a region, and the number of the first of them in the image.
    #[must_use]
    pub fn operations(&self, region: RegionId) -> Option<(u32, Vec<Op>)> {
        let entry = self.entry(region).filter(|_| (region.0 as usize) < self.regions())?;
        let mut ops = Vec::new();
        self.read(region, entry, &mut ops);
        Some((entry.first, ops))
    }

    /// Returns the worst cost of a region, in units of fuel.
    #[must_use]
    pub fn cost(&self, region: RegionId) -> u64 {
        self.operations(region).map_or(0, |(first, ops)| code_cost(&ops, first))
    }

    /// Returns where the code of a region is; behind the last one of no code.
    #[inline]
    pub(crate) fn entry(&self, region: RegionId) -> Option<&Entry> {
        self.entries.get(region.0 as usize)
    }

    /// Returns code to be run in which a region is, how far its numbers are below those in the image, and where the region is in it. What is
    /// packed is put into a buffer.
    #[inline]
    pub(crate) fn code_of<'t>(&'t self, region: RegionId, entry: &Entry, unpacked: &'t mut Vec<Op>) -> (&'t [Op], u32, Range<usize>) {
        if !entry.is_packed {
            return (&self.code, entry.first.wrapping_sub(entry.at), self.ready(region, entry));
        }
        unpacked.clear();
        self.unpack(entry, unpacked);
        let len = unpacked.len();
        (unpacked.as_slice(), entry.first, 0..len)
    }

    /// Returns the place of a region that stands ready among the operations.
    #[inline]
    fn ready(&self, region: RegionId, entry: &Entry) -> Range<usize> {
        let end = self.entries.get(region.0 as usize + 1).map_or(entry.first, |next| next.first);
        entry.at as usize..entry.at.saturating_add(end.saturating_sub(entry.first)) as usize
    }

    /// Appends the operations of a region that is packed, with targets counted from its beginning.
    fn unpack(&self, entry: &Entry, out: &mut Vec<Op>) {
        self.plain.unpack(entry.at, out);
    }

    /// Appends the operations of a region as they stand in the image.
    fn read(&self, region: RegionId, entry: &Entry, out: &mut Vec<Op>) {
        let start = out.len();
        let moved = if entry.is_packed {
            self.unpack(entry, out);
            entry.first
        } else {
            out.extend_from_slice(self.code.get(self.ready(region, entry)).unwrap_or(&[]));
            entry.first.wrapping_sub(entry.at)
        };
        let by = Moves { target: moved, ..Moves::default() };
        out.iter_mut().skip(start).for_each(|op| *op = op.moved(by));
    }

    /// Returns the image that the tables were made of.
    pub(super) fn image(&self, pool: &Pool, types: &[TypeDesc]) -> Image {
        let (mut code, mut regions) = (Vec::new(), Vec::with_capacity(self.regions()));
        let ids = (0..).map(RegionId);
        for ((id, entry), result) in ids.zip(self.entries.get(..self.regions()).unwrap_or(&[])).zip(self.results.iter()) {
            let start = code.len();
            self.read(id, entry, &mut code);
            let cost = code_cost(code.get(start..).unwrap_or(&[]), entry.first);
            regions.push(Region { start: entry.first, end: small(code.len()), frame: entry.frame, result, cost });
        }
        let variant = |row: &VariantRow| VariantDef {
            plain: row.plain,
            fast: row.fast,
            message: self.message(row).to_vec(),
            obligations: row.obligations.clone(),
            approver: row.approver,
            grants: row.grants.clone(),
        };
        let rule = |(at, row): (u32, &RuleRow)| RuleDef {
            name: row.name,
            effect: row.effect,
            advisory: row.advisory,
            severity: row.severity(),
            place: row.place,
            expires: row.expires(),
            variants: self.variants(at).iter().map(variant).collect(),
        };
        Image {
            compiler: self.compiler.clone(),
            sources: self.sources.clone(),
            packs: self.packs.clone(),
            texts: pool.all_texts().map(str::to_owned).collect(),
            entities: self.entities.clone(),
            types: types.to_vec(),
            consts: self.consts.iter().collect(),
            patterns: self.patterns.clone(),
            zones: self.zones.clone(),
            places: self.places.iter().collect(),
            notes: self.notes.iter().collect(),
            context: self.context.clone(),
            context_checks: self.context_checks.clone(),
            targets: self.targets.iter().map(StepRow::def).collect(),
            undeclared: self.undeclared.clone(),
            rules: (0u32..).zip(&self.rules).map(rule).collect(),
            regions,
            code,
            labels: self.labels.clone(),
            monitors: self.monitors.clone(),
            origins: self.origins.clone(),
            queries: self.queries.clone(),
            budgets: self.budgets.clone(),
            prompts: self.prompts.clone(),
            slots: self.slots,
        }
    }
}

/// Parts the code into what decides and what only explains: the plain forms of conditions.
fn code(image: &Image) -> (Box<[Entry]>, Box<[Op]>, PackedCode) {
    let mut explains = vec![false; image.regions.len()];
    for variant in image.rules.iter().flat_map(|rule| &rule.variants) {
        if let Some(explains) = explains.get_mut(variant.plain.0 as usize) {
            *explains = true;
        }
    }
    let decides = image.regions.iter().zip(&explains).filter(|(_, explains)| !**explains);
    let mut code = Vec::with_capacity(decides.map(|(region, _)| (region.end - region.start) as usize).sum());
    let (mut packing, mut entries) = (Packing::default(), Vec::with_capacity(image.regions.len() + 1));
    for (region, is_packed) in image.regions.iter().zip(explains) {
        let ops = image.code.get(region.start as usize..region.end as usize).unwrap_or(&[]);
        let at = if is_packed {
            PackedCode::add(&mut packing, ops, region.start)
        } else {
            let at = small(code.len());
            let by = Moves { target: at.wrapping_sub(region.start), ..Moves::default() };
            code.extend(ops.iter().map(|op| op.moved(by)));
            at
        };
        let cost = u32::try_from(region.cost).unwrap_or(u32::MAX);
        entries.push(Entry { first: region.start, at, cost, frame: region.frame, is_packed });
    }
    entries.push(Entry { first: small(image.code.len()), at: small(code.len()), cost: 0, frame: 0, is_packed: false });
    (entries.into(), code.into(), PackedCode::new(packing))
}

fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
