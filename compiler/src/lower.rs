//! Lowering: from the typed IR to an image.
//!
//! Slots are assigned first (`slots`), then declarations and rules are walked in order and their code is written
//! region by region (`region`, `value`, `plain`, `fast`). Everything that is said twice stands once in the image
//! (`pool`). Work is linear in the bundle, and nothing depends on the order of a hash map.

pub(crate) mod arith;
mod fast;
mod plain;
mod pool;
mod region;
mod rule;
mod session;
mod slots;
mod structured;
#[cfg(test)]
mod tests;
mod uses;
mod value;

use crate::maps::{HashMap, HashSet};
use std::sync::Arc;

use reach_codes::{Diagnostic, table::limit};
use reach_evaluator::image::{CheckDef, EntityDef, EntityId, FieldDef, Image, PackDef, RegionId, RuleRef, SourceDef, TargetDef, most};
use reach_evaluator::op::{Op, Slot, Src};

use crate::ir::{self, SlotRef, Type};
use pool::{Pool, index};
use session::Demands;
use slots::Slots;
use uses::Uses;
use value::{Code, Gen, Style, View};

/// How many rows the tables of an image may have, in the author's words.
const MOST_ROWS: [(&str, usize); 9] = [
    ("types of entities", most::ENTITIES),
    ("patterns", most::PATTERNS),
    ("time zones", most::ZONES),
    ("declared steps", most::TARGETS),
    ("rules", most::RULES),
    ("types", most::TYPES),
    ("texts", most::TEXTS),
    ("constants", most::CONSTS),
    ("regions", most::REGIONS),
];

/// Makes the image of a bundle. Equal bundles make equal images.
///
/// # Errors
/// A limit of images that the bundle goes beyond.
#[expect(clippy::result_large_err, reason = "made once a bundle")]
pub fn lower(bundle: &ir::Bundle) -> Result<Image, Diagnostic> {
    let mut lowering = Lowering::new(bundle);
    let mut image = Image { compiler: env!("CARGO_PKG_VERSION").to_owned(), sources: lowering.sources(), packs: lowering.packs(), ..Image::default() };
    let uses: Vec<Uses> = bundle.rules.iter().map(Uses::of_rule).collect();
    let demands = Demands::of(bundle);
    let interned = Interned::new(bundle, &lowering.class_fields, &uses);
    image.entities = lowering.entities();
    image.context = lowering.context_fields(&interned);
    image.context_checks = lowering.checks("context", &bundle.context, &View::default());
    image.targets = bundle.targets.iter().enumerate().map(|(number, target)| lowering.target(number, target, &interned)).collect();
    lowering.sessions(&mut image, &demands);
    for (number, (rule, uses)) in bundle.rules.iter().zip(&uses).enumerate() {
        if lowering.pool.trouble.is_some() {
            break;
        }
        let (def, targets) = lowering.rule(rule, uses);
        image.rules.push(def);
        for (target, variant) in targets {
            if let Some(target) = image.targets.get_mut(target as usize) {
                target.rules.push(RuleRef { rule: index(number), variant });
            }
        }
        if rule.undeclared {
            // Such a rule reads no arguments: it has one layout.
            image.undeclared.push(RuleRef { rule: index(number), variant: 0 });
        }
    }
    lowering.finish(image)
}

/// What lowering knows of a bundle while it goes.
struct Lowering<'a> {
    bundle: &'a ir::Bundle,
    pool: Pool,
    code: Code,
    slots: Slots<'a>,
    context: HashMap<&'a str, u16>,
    class_fields: ClassFields<'a>,
}

/// Where a field stands in its class, by the class's index and the field's name.
type ClassFields<'a> = HashMap<(u32, &'a str), usize>;

impl<'a> Lowering<'a> {
    fn new(bundle: &'a ir::Bundle) -> Self {
        let mut pool = Pool::default();
        pool.entities = (0u32..).zip(&bundle.entities).map(|(row, entity)| (Arc::clone(&entity.name), EntityId(row))).collect();
        for (row, entity) in (0u32..).zip(&bundle.entities) {
            pool.entity_fields.extend((0u16..).zip(&entity.fields).map(|(number, (name, _))| ((EntityId(row), name.clone()), number)));
        }
        let slots = slots::assign(bundle, &mut pool);
        let context = bundle.context.iter().enumerate().map(|(number, field)| (field.name.as_str(), context_slot(number))).collect();
        if bundle.context.len() > usize::from(u16::MAX) {
            let span = bundle.context.last().map(|field| field.span).unwrap_or_default();
            pool.fail(|| slots::too_many(span));
        }
        let mut class_fields = ClassFields::default();
        for (class, row) in bundle.classes.iter().enumerate() {
            class_fields.extend(row.fields.iter().enumerate().map(|(number, (name, _))| ((index(class), name.as_str()), number)));
        }
        Self { bundle, pool, code: Code::default(), slots, context, class_fields }
    }

    /// Lists the packs, with the rows that their files have in the order of names.
    fn packs(&self) -> Vec<PackDef> {
        let rows = |pack: &ir::Pack| {
            let files = pack.first..pack.first.saturating_add(pack.files);
            let mut rows: Vec<u32> = files.filter_map(|file| self.pool.files.get(file as usize).copied()).collect();
            rows.sort_unstable();
            rows
        };
        let packs = self.bundle.packs.iter();
        packs.map(|pack| PackDef { name: pack.name.clone(), version: pack.version.clone(), digest: pack.digest.clone(), sources: rows(pack) }).collect()
    }

    /// Copies the sources in the order of their names.
    fn sources(&mut self) -> Vec<SourceDef> {
        let own = self.bundle.sources.len().saturating_sub(self.bundle.aside.sources);
        let mut files: Vec<_> = self.bundle.sources.iter().take(own).collect();
        files.sort_by(|(a_id, a), (b_id, b)| (&a.name, a_id).cmp(&(&b.name, b_id)));
        self.pool.files = vec![0; files.len()];
        for (number, (id, _)) in files.iter().enumerate() {
            if let Some(row) = self.pool.files.get_mut(id.0 as usize) {
                *row = index(number);
            }
        }
        files.into_iter().map(|(_, file)| SourceDef { name: file.name.clone(), text: file.text.clone() }).collect()
    }

    fn entities(&mut self) -> Vec<EntityDef> {
        let pool = &mut self.pool;
        let all = self.bundle.entities.iter();
        all.map(|entity| EntityDef {
            name: pool.text(&entity.name),
            parents: entity.parents.iter().map(|parent| EntityId(*parent)).collect(),
            fields: entity.fields.iter().map(|(name, ty)| (pool.text(name), pool.ty(ty))).collect(),
        })
        .collect()
    }

    fn context_fields(&mut self, interned: &Interned) -> Vec<FieldDef> {
        let fields = self.bundle.context.iter().enumerate();
        fields
            .map(|(number, field)| field_def(&mut self.pool, &self.context, field, context_slot(number), interned.context.contains(field.name.as_str())))
            .collect()
    }

    fn target(&mut self, number: usize, target: &'a ir::Target, interned: &Interned) -> TargetDef {
        let mut view = View::default();
        let (mut args, mut facts) = (Vec::new(), Vec::new());
        if let Some(slots) = self.slots.targets.get(number) {
            for field in &target.args {
                let slot = slots.args.get(field.name.as_str()).copied().unwrap_or(0);
                let reference = SlotRef::Arg(field.name.clone());
                args.push(field_def(&mut self.pool, &self.context, field, slot, interned.is_interned(index(number), &reference)));
                view.slots.insert(reference, slot);
            }
            for field in &target.facts {
                let slot = slots.facts.get(field.name.as_str()).copied().unwrap_or(0);
                let reference = SlotRef::Fact(field.name.clone());
                facts.push(field_def(&mut self.pool, &self.context, field, slot, interned.is_interned(index(number), &reference)));
                view.slots.insert(reference, slot);
            }
        }
        if let Some(slot) = self.slots.targets.get(number).and_then(|slots| slots.result) {
            view.slots.insert(SlotRef::Result, slot);
        }
        let mut checks = self.checks("args", &target.args, &view);
        checks.extend(self.checks("facts", &target.facts, &view));
        let derive = self.derive(number, target, &view);
        let (result, returns) = self.session_of(index(number), target, &view);
        TargetDef {
            kind: target.kind.into(),
            name: self.pool.text(&target.name),
            args,
            facts,
            pinned: target.pinned.as_ref().map(|digest| self.pool.text(digest)),
            checks,
            derive,
            result,
            returns,
            charges: Vec::new(),
            watches: Vec::new(),
            rules: Vec::new(),
        }
    }

    /// Writes the refinements of fields, in their order.
    fn checks(&mut self, part: &str, fields: &[ir::Field], view: &View) -> Vec<CheckDef> {
        let mut out = Vec::new();
        for field in fields {
            let Some(check) = &field.check else { continue };
            let mut code = Gen::new(&mut self.pool, Style::Bare, view, &self.context);
            code.open_scope([&check.condition]);
            let result = code.value(&check.condition);
            let region = code.finish(&mut self.code, result, &Type::Bool, check.condition.span);
            let name = field.name.as_str().replace('~', "~0").replace('/', "~1");
            out.push(CheckDef { pointer: self.pool.text(&format!("/{part}/{name}")), expected: self.pool.text(&check.expected), region });
        }
        out
    }

    /// Writes what computes the fields of a target's classes.
    fn derive(&mut self, number: usize, target: &ir::Target, view: &View) -> Option<RegionId> {
        if target.classes.iter().all(|class| class.values.is_empty()) {
            return None;
        }
        let slots = self.slots.targets.get(number)?;
        let mut code = Gen::new(&mut self.pool, Style::Bare, view, &self.context);
        for class in &target.classes {
            for (value, slot) in class.values.iter().zip(slots.classes.get(&class.class).into_iter().flatten()) {
                let mark = code.code.mark();
                code.open_scope([value]);
                let src = code.value(value);
                let place = code.pool.place(value.span);
                code.code.emit(Op::Store { slot: Slot(*slot), src, place });
                code.code.release(mark);
            }
        }
        let done = Src::Const(code.pool.truth(true));
        Some(code.finish(&mut self.code, done, &Type::Bool, target.span))
    }

    #[expect(clippy::result_large_err, reason = "made once a bundle")]
    fn finish(self, mut image: Image) -> Result<Image, Diagnostic> {
        if let Some(trouble) = self.pool.trouble {
            return Err(trouble);
        }
        let pool = &self.pool;
        let sizes = [
            image.entities.len(),
            pool.patterns.len(),
            pool.zones.len(),
            image.targets.len(),
            image.rules.len(),
            pool.types.len(),
            pool.texts.len(),
            pool.consts.len(),
            self.code.regions.len(),
        ];
        for ((what, most), rows) in MOST_ROWS.into_iter().zip(sizes) {
            if rows > most {
                return Err(too_many_rows(what, rows, most));
            }
        }
        image.texts = self.pool.texts;
        image.types = self.pool.types;
        image.consts = self.pool.consts;
        image.patterns = self.pool.patterns;
        image.zones = self.pool.zones;
        image.queries = self.pool.queries.rows;
        image.places = self.pool.places;
        image.notes = self.pool.notes;
        image.regions = self.code.regions;
        image.code = self.code.ops;
        image.slots = self.slots.count;
        Ok(image)
    }
}

fn too_many_rows(what: &str, rows: usize, most: usize) -> Diagnostic {
    Diagnostic::general(limit::TOO_MANY_ROWS, format!("the bundle comes to {rows} {what}, and {most} are possible"))
        .note("a rule is written once for each layout of the arguments that it reads")
        .help("split the bundle, or give alike arguments of tools the same name and type")
}

fn context_slot(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

fn field_def(pool: &mut Pool, context: &HashMap<&str, u16>, field: &ir::Field, slot: u16, intern: bool) -> FieldDef {
    FieldDef { name: pool.text(&field.name), ty: pool.field_type(field, context), slot: Slot(slot), intern }
}

/// The fields whose texts meet constants somewhere, so that intake looks up their atoms.
struct Interned {
    fields: HashSet<(u32, SlotRef)>,
    context: HashSet<String>,
}

impl Interned {
    fn new(bundle: &ir::Bundle, class_fields: &ClassFields<'_>, uses: &[Uses]) -> Self {
        let mut out = Self { fields: HashSet::default(), context: HashSet::default() };
        for (rule, uses) in bundle.rules.iter().zip(uses) {
            for reference in &uses.interned {
                match reference {
                    SlotRef::Context(name) => {
                        out.context.insert(name.to_string());
                    }
                    SlotRef::Arg(_) | SlotRef::Fact(_) => {
                        for target in &rule.targets {
                            out.mark(bundle, class_fields, *target, reference);
                        }
                    }
                    SlotRef::System(_) | SlotRef::Result => {}
                }
            }
        }
        out
    }

    /// Marks a field of a target; for a field of a class, what it is computed from.
    fn mark(&mut self, bundle: &ir::Bundle, class_fields: &ClassFields<'_>, target: ir::RuleTarget, reference: &SlotRef) {
        match (target.class, reference) {
            (Some(class), SlotRef::Arg(name)) => {
                let field = class_fields.get(&(class, name.as_str()));
                let used = bundle.targets.get(target.target as usize).and_then(|t| t.classes.iter().find(|c| c.class == class));
                let value = field.zip(used).and_then(|(field, used)| used.values.get(*field));
                for source in value.map(Uses::sources).unwrap_or_default() {
                    self.fields.insert((target.target, source));
                }
            }
            _ => {
                self.fields.insert((target.target, reference.clone()));
            }
        }
    }

    fn is_interned(&self, target: u32, reference: &SlotRef) -> bool {
        // A tuple of a borrowed reference can't be asked for; the clone is one short text a field.
        self.fields.contains(&(target, reference.clone()))
    }
}
