//! A verified image with what loading prepares.

use crate::image::{CaptureDef, Image, PatternKind, Phase, Platform, StepKind, TargetDef, TextId, TypeDesc, TypeId};
use crate::op::{ConstId, PatternId, Slot, Src, ZoneId};
use crate::program::{Passes, Program};
use crate::value::{Atom, Space, Str, Value};
use crate::verify::Prepared;
use reach_values::pattern::{Pattern, PatternError};
use reach_values::zone::Zone;
use std::collections::HashMap;

mod constants;

pub(crate) use constants::{Hashing, Pool, SetIndex};

/// The name of the agent that a session begins with.
pub const MAIN_AGENT: &str = "main";

/// An image that was verified. Only the verifier makes one, and only such a one runs.
#[derive(Debug)]
pub struct VerifiedImage {
    pub(crate) image: Image,
    /// The types of the image, then those that only the code has.
    pub(crate) types: Vec<TypeDesc>,
    /// The types of what `Deep` comparisons compare, by operation. Only looked up.
    pub(crate) deep: HashMap<u32, TypeId>,
    pub(crate) digest: String,
    pub(crate) pool: constants::Pool,
    pub(crate) patterns: Vec<Pattern>,
    pub(crate) zones: Vec<Zone>,
    /// For each kind of step the targets by name. Only looked up.
    pub(crate) targets: [HashMap<Box<str>, u32, Hashing>; 5],
    /// The globs of resources, in order.
    pub(crate) resources: Vec<(Pattern, u32)>,
    /// For each target the slots that are read when its result comes, sorted.
    kept: Vec<Vec<Slot>>,
    /// For each source file the offsets of its lines, so that a place is found without reading the file.
    lines: Vec<Vec<u32>>,
    /// Which text of the pool the main agent's name is.
    main_agent: Atom,
    program: Program,
}

impl VerifiedImage {
    /// Prepares an image whose tables hold together.
    pub(crate) fn prepare(image: Image, types: Vec<TypeDesc>, deep: HashMap<u32, TypeId>, prepared: Prepared, passes: Passes) -> Self {
        let Prepared { patterns, zones, resources } = prepared;
        let pool = constants::Pool::new(&image);
        let mut targets: [HashMap<Box<str>, u32, Hashing>; 5] = Default::default();
        for (at, target) in (0u32..).zip(&image.targets) {
            let name = image.texts.get(target.name.0 as usize).map_or("", String::as_str);
            if target.kind != StepKind::Read
                && let Some(names) = targets.get_mut(target.kind as usize)
            {
                names.entry(name.into()).or_insert(at);
            }
        }
        let digest = image.bundle_digest().iter().fold(String::from("sha256:"), |text, byte| format!("{text}{byte:02x}"));
        let line_ends = |text: &str| text.bytes().zip(1u32..).filter(|(byte, _)| *byte == b'\n').map(|(_, next)| next).collect::<Vec<_>>();
        let lines = image.sources.iter().map(|source| std::iter::once(0).chain(line_ends(&source.text)).collect()).collect();
        let kept = image.targets.iter().map(|target| kept(&image, target)).collect();
        let program = Program::new(&image, &pool, passes);
        let main_agent = pool.atom_of(MAIN_AGENT);
        Self { image, types, deep, digest, pool, patterns, zones, targets, resources, kept, lines, main_agent, program }
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
    pub const fn image(&self) -> &Image {
        &self.image
    }

    /// Returns the bundle digest, as `sha256:…`.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Returns a text of the pool; empty if there is none.
    #[must_use]
    pub fn text(&self, id: TextId) -> &str {
        self.image.texts.get(id.0 as usize).map_or("", String::as_str)
    }

    /// Returns a text of the pool as a value.
    #[must_use]
    pub fn pool_str(&self, id: TextId) -> Str {
        let (start, len) = self.pool.texts.get(id.0 as usize).copied().unwrap_or_default();
        Str { space: Space::Pool, start, len, atom: Atom(id.0) }
    }

    /// Returns a type. An identity that is none is `bool`.
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
        self.pool.atom_of(text)
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
            StepKind::Say => self.targets.get(kind as usize)?.get("").copied(),
            StepKind::Call | StepKind::Spawn | StepKind::Model => self.targets.get(kind as usize)?.get(name).copied(),
        };
        found.map(|at| at as usize)
    }

    /// Returns the slots of a step that are read when its result comes, sorted, each once.
    #[must_use]
    pub fn kept(&self, target: usize) -> &[Slot] {
        self.kept.get(target).map_or(&[], Vec::as_slice)
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

    pub(crate) fn set(&self, id: ConstId) -> Option<&SetIndex> {
        self.pool.sets.get(id.0 as usize)?.as_ref()
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
