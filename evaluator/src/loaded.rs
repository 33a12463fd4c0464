//! A verified image with what loading prepares.

use crate::image::{CaptureDef, Image, OriginDef, PatternKind, Phase, Platform, RegionId, StepKind, TargetDef, TextId, TypeDesc, TypeId};
use crate::op::{ConstId, PatternId, Slot, Src, ZoneId};
use crate::program::{Passes, Program};
use crate::value::{Atom, Space, Str, Value};
use crate::verify::Prepared;
use hashbrown::HashTable;
use reach_values::pattern::{Pattern, PatternError};
use reach_values::zone::Zone;
use std::collections::HashMap;

mod constants;
mod doubts;
mod packed;
mod tables;

pub(crate) use constants::{Pool, SetIndex};
pub use doubts::Doubt;
pub use tables::{RuleRow, StepRow, Tables, VariantRow};

/// The name of the agent that a session begins with.
pub const MAIN_AGENT: &str = "main";

/// An image that was verified. Only the verifier makes one, and only such a one runs.
#[derive(Debug)]
pub struct VerifiedImage {
    tables: Tables,
    /// The types of the image, then those that only the code has.
    types: Vec<TypeDesc>,
    /// How many types are those of the image.
    own_types: usize,
    /// The types of what `Deep` comparisons compare, by operation. Only looked up.
    pub(crate) deep: HashMap<u32, TypeId>,
    digest: String,
    pool: Pool,
    patterns: Vec<Pattern>,
    zones: Vec<Zone>,
    /// For each kind of step the targets by name. Only looked up.
    targets: [HashTable<u32>; 5],
    /// The globs of resources, in order.
    resources: Vec<(Pattern, u32)>,
    /// For each source file the offsets of its lines, so that a place is found without reading the file.
    lines: Box<[Box<[u32]>]>,
    /// The origins, by what feeds them.
    origins: Box<[(OriginDef, u32)]>,
    /// The budgets, by name.
    budgets: Box<[u32]>,
    doubted_steps: Box<[Doubt]>,
    doubted_results: Box<[Doubt]>,
    /// Which text of the pool the main agent's name is.
    main_agent: Atom,
    program: Program,
}

impl VerifiedImage {
    /// Prepares an image whose tables hold together.
    pub(crate) fn prepare(image: Image, mut types: Vec<TypeDesc>, mut deep: HashMap<u32, TypeId>, prepared: Prepared, passes: Passes) -> Self {
        let Prepared { patterns, zones, resources } = prepared;
        let pool = Pool::new(&image);
        let mut targets: [HashTable<u32>; 5] = Default::default();
        for (kind, names) in StepKind::ALL.into_iter().zip(&mut targets) {
            let count = image.targets.iter().filter(|target| target.kind == kind && kind != StepKind::Read).count();
            names.reserve(count, |_| 0);
        }
        let name_of = |at: u32| image.targets.get(at as usize).map_or("", |target| pool.text_of(target.name));
        for (at, target) in (0u32..).zip(&image.targets) {
            // A name stands once.
            if target.kind != StepKind::Read
                && let Some(names) = targets.get_mut(target.kind as usize)
            {
                names.insert_unique(pool.hash(name_of(at)), at, |at| pool.hash(name_of(*at)));
            }
        }
        let digest = image.bundle_digest().iter().fold(String::from("sha256:"), |text, byte| format!("{text}{byte:02x}"));
        let line_ends = |text: &str| text.bytes().zip(1u32..).filter(|(byte, _)| *byte == b'\n').map(|(_, next)| next).collect::<Vec<_>>();
        let lines = image.sources.iter().map(|source| std::iter::once(0).chain(line_ends(&source.text)).collect()).collect();
        let mut origins: Box<[(OriginDef, u32)]> = image.origins.iter().copied().zip(0..).collect();
        origins.sort_unstable();
        let mut budgets: Box<[u32]> = (0u32..).zip(&image.budgets).map(|(at, _)| at).collect();
        budgets.sort_by_key(|at| image.budgets.get(*at as usize).map(|budget| pool.text_of(budget.name)));
        let (doubted_steps, doubted_results) = (doubts::of_steps(&image), doubts::of_results(&image));
        let kept = image.targets.iter().map(|target| kept(&image, target)).collect();
        let mut program = Program::new(&image, &pool, passes);
        let main_agent = pool.atom(MAIN_AGENT).map_or(Atom::FOREIGN, Atom);
        let own_types = image.types.len();
        let tables = Tables::new(image, kept);
        program.move_pieces(|region| tables.entry(RegionId(region)).map_or(0, |entry| entry.first.wrapping_sub(entry.at)));
        types.shrink_to_fit();
        deep.shrink_to_fit();
        Self {
            tables,
            types,
            own_types,
            deep,
            digest,
            pool,
            patterns,
            zones,
            targets,
            resources,
            lines,
            origins,
            budgets,
            doubted_steps,
            doubted_results,
            main_agent,
            program,
        }
    }

    /// Returns the line, counted from 0, that an offset in bytes lies in, and the offset of that line's first byte.
    #[must_use]
    pub fn line_at(&self, file: u32, offset: u32) -> Option<(u32, u32)> {
        let starts = self.lines.get(file as usize)?;
        let line = starts.partition_point(|start| *start <= offset).checked_sub(1)?;
        Some((u32::try_from(line).ok()?, *starts.get(line)?))
    }

    /// Returns the tables.
    #[must_use]
    #[inline]
    pub const fn image(&self) -> &Tables {
        &self.tables
    }

    /// Returns the image that was verified, equal to the last byte.
    #[must_use]
    pub fn to_image(&self) -> Image {
        self.tables.image(&self.pool, self.types.get(..self.own_types).unwrap_or(&[]))
    }

    /// Returns the bundle digest, as `sha256:…`.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Returns a text of the pool; empty if there is none.
    #[inline]
    #[must_use]
    pub fn text(&self, id: TextId) -> &str {
        self.pool.text_of(id)
    }

    /// Returns whether a text of the pool has these bytes.
    #[inline]
    #[must_use]
    pub fn is_text(&self, id: TextId, bytes: &[u8]) -> bool {
        self.pool.is_text(id, bytes)
    }

    /// Returns how many texts the pool has.
    pub(crate) const fn texts(&self) -> usize {
        self.pool.texts()
    }

    /// Returns a text of the pool as a value.
    #[must_use]
    pub fn pool_str(&self, id: TextId) -> Str {
        let (start, len) = self.pool.range_of(id).unwrap_or_default();
        Str { space: Space::Pool, start, len, atom: Atom(id.0) }
    }

    /// Returns a type. An identity that is none is `bool`.
    #[inline]
    #[must_use]
    pub fn ty(&self, id: TypeId) -> &TypeDesc {
        self.types.get(id.0 as usize).unwrap_or(&TypeDesc::Bool)
    }

    /// Returns a constant as a value.
    #[must_use]
    pub fn constant(&self, id: ConstId) -> Option<Value> {
        self.constant_ref(id).copied()
    }

    /// Returns a constant where it lies.
    #[inline]
    pub(crate) fn constant_ref(&self, id: ConstId) -> Option<&Value> {
        self.pool.values.get(id.0 as usize)
    }

    /// Returns a compiled pattern.
    #[must_use]
    pub fn pattern(&self, id: PatternId) -> Option<&Pattern> {
        self.patterns.get(id.0 as usize)
    }

    /// Returns a time zone.
    #[must_use]
    pub fn zone(&self, id: ZoneId) -> Option<&Zone> {
        self.zones.get(id.0 as usize)
    }

    /// Returns which text of the pool a text equals: its atom, or [`Atom::FOREIGN`].
    #[must_use]
    pub fn atom_of(&self, text: &str) -> Atom {
        self.pool.atom(text).map_or(Atom::FOREIGN, Atom)
    }

    /// Returns which text of the pool the main agent's name equals, as [`VerifiedImage::atom_of`]: most steps are of that agent.
    #[must_use]
    pub const fn main_agent(&self) -> Atom {
        self.main_agent
    }

    /// Returns the index of the target that covers a step.
    #[must_use]
    pub fn target(&self, kind: StepKind, name: &str) -> Option<usize> {
        let found = match kind {
            StepKind::Read => self.resources.iter().find(|(glob, _)| glob.is_match(name)).map(|(_, at)| *at),
            StepKind::Say => self.named(kind, ""),
            StepKind::Call | StepKind::Spawn | StepKind::Model => self.named(kind, name),
        };
        found.map(|at| at as usize)
    }

    /// Returns the target of a name.
    #[inline]
    fn named(&self, kind: StepKind, name: &str) -> Option<u32> {
        let is = |at: &u32| self.tables.targets.get(*at as usize).is_some_and(|target| self.text(target.name) == name);
        self.targets.get(kind as usize)?.find(self.pool.hash(name), is).copied()
    }

    /// Returns the origins that something feeds.
    pub fn origins_of(&self, of: OriginDef) -> impl Iterator<Item = u32> + '_ {
        let first = self.origins.partition_point(|(fed, _)| *fed < of);
        self.origins.iter().skip(first).take_while(move |(fed, _)| *fed == of).map(|(_, origin)| *origin)
    }

    /// Returns the budget of a name.
    #[must_use]
    pub fn budget(&self, name: &str) -> Option<u32> {
        let named = |at: &u32| self.tables.budgets.get(*at as usize).map_or("", |budget| self.text(budget.name));
        let found = self.budgets.binary_search_by(|at| named(at).cmp(name)).ok()?;
        self.budgets.get(found).copied()
    }

    /// Returns what a step feeds that can't be read: what steps feed, by step in declared order.
    #[must_use]
    pub fn doubted_steps(&self) -> &[Doubt] {
        &self.doubted_steps
    }

    /// Returns what a result feeds of a step that nobody knows, but for origins.
    #[must_use]
    pub fn doubted_results(&self) -> &[Doubt] {
        &self.doubted_results
    }

    /// Returns the slots of a step that are read when its result comes, sorted, each once.
    #[must_use]
    pub fn kept(&self, target: usize) -> &[Slot] {
        self.tables.targets.get(target).map_or(&[], |target| target.kept.as_slice())
    }

    /// Returns which passes made the program of the rules.
    #[must_use]
    pub const fn passes(&self) -> Passes {
        self.program.passes
    }

    pub(crate) const fn program(&self) -> &Program {
        &self.program
    }

    pub(crate) fn pool_text(&self) -> &str {
        &self.pool.text
    }

    pub(crate) fn pool_cells(&self) -> &[Value] {
        &self.pool.cells
    }

    #[inline]
    pub(crate) fn set(&self, id: ConstId) -> Option<SetIndex<'_>> {
        self.pool.set(id)
    }
}

/// Finds the slots that watches read when a result comes.
fn kept(image: &Image, target: &TargetDef) -> Vec<Slot> {
    let mut slots = Vec::new();
    for watch in target.watches.iter().filter(|watch| watch.phase == Phase::Result) {
        let each = watch.each.iter().map(|(region, _)| region);
        let regions = each.chain(&watch.guard).chain(watch.keys.iter().chain(&watch.value).map(|(region, _)| region));
        for region in regions.filter_map(|region| image.regions.get(region.0 as usize)) {
            for op in image.code.get(region.start as usize..region.end as usize).unwrap_or(&[]) {
                op.sources(|src| {
                    if let Src::Slot(slot) = src {
                        slots.push(slot);
                    }
                });
            }
        }
        for capture in &watch.captures {
            match capture {
                CaptureDef::Value(slot) => slots.push(*slot),
                CaptureDef::Record(record) => slots.extend(record),
                CaptureDef::Unused => {}
            }
        }
    }
    slots.sort_unstable();
    slots.dedup();
    slots
}

/// Compiles a pattern of the image.
pub(crate) fn compile(kind: PatternKind, text: &str, nocase: bool) -> Result<Pattern, PatternError> {
    match kind {
        PatternKind::Glob | PatternKind::WindowsGlob | PatternKind::MacOsGlob => Pattern::glob_on(kind.platform().unwrap_or(Platform::Posix), text, nocase),
        PatternKind::TextGlob => Pattern::text_glob(text, nocase),
        PatternKind::Regex => Pattern::regex(text, nocase),
    }
}
