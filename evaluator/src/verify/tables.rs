//! The tables.

use crate::error::ImageError;
use crate::image::{
    Const, EntityDef, EntityId, FieldDef, Form, Image, MessagePart, NoteDef, ObligationDef, PACK_MARK, PatternKind, Platform, Reading, RuleRef, SYSTEM_SLOTS,
    StepKind, TargetDef, TextId, TypeDesc, TypeId, most,
};
use crate::loaded::compile;
use crate::op::{ConstId, PatternId};
use crate::value::Place;
use reach_codes::table::image::{IMAGE_LIMIT, IMAGE_PATTERN, IMAGE_REFERENCE, IMAGE_TABLE};
use reach_values::pattern::Pattern;
use reach_values::zone::Zone;
use std::collections::HashSet;
use std::hash::Hash;

/// How deep types may be nested.
pub(super) const MAX_TYPE_DEPTH: u32 = 64;
/// How many rows the tables may have.
const MAX_ROWS: [(&str, usize); 11] = [
    ("packs", most::PACKS),
    ("types of entities", most::ENTITIES),
    ("rules", most::RULES),
    ("patterns", most::PATTERNS),
    ("time zones", most::ZONES),
    ("targets", most::TARGETS),
    ("types", most::TYPES),
    ("texts", most::TEXTS),
    ("constants", most::CONSTS),
    ("regions", most::REGIONS),
    ("operations", 256_000_000),
];

/// What the check of the tables makes on its way.
pub(crate) struct Prepared {
    pub patterns: Vec<Pattern>,
    pub zones: Vec<Zone>,
    pub resources: Vec<(Pattern, u32)>,
}

pub(super) fn table(message: impl Into<String>) -> ImageError {
    ImageError::new(IMAGE_TABLE, message)
}

pub(super) fn missing(what: &str, id: impl std::fmt::Display) -> ImageError {
    ImageError::new(IMAGE_REFERENCE, format!("there is no {what} {id}"))
}

pub(super) fn check(image: &Image) -> Result<Prepared, ImageError> {
    limits(image)?;
    if !image.sources.is_sorted_by(|a, b| a.name < b.name) {
        return Err(table("the sources are not sorted by name"));
    }
    packs(image)?;
    unique("text", &image.texts)?;
    types(image)?;
    entities(image)?;
    super::constants::check(image)?;
    let patterns = patterns(image)?;
    let zones = zones(image)?;
    places(image)?;
    super::session::check(image)?;
    let entering = entering(image);
    (0u32..).zip(&image.notes).try_for_each(|(at, note)| check_note(image, at, note).map_err(|e| e.inside(format_args!("note {at}"))))?;
    fields(image, &entering, image.context.iter(), 0, u32::from(u16::MAX) + 1).map_err(|e| e.inside("context"))?;
    let resources = targets(image, &entering)?;
    rules(image)?;
    Ok(Prepared { patterns, zones, resources })
}

/// Packs stand by name, and each file of one is of it alone, and named after it.
fn packs(image: &Image) -> Result<(), ImageError> {
    if !image.packs.is_sorted_by(|a, b| a.name < b.name) {
        return Err(table("the packs are not sorted by name"));
    }
    let mut taken = HashSet::new();
    for pack in &image.packs {
        let inside = |e: ImageError| e.inside(format_args!("pack `{}`", pack.name));
        if !pack.sources.is_sorted_by(|a, b| a < b) {
            return Err(inside(table("its sources are not ascending")));
        }
        for at in &pack.sources {
            let source = image.sources.get(*at as usize).ok_or_else(|| inside(missing("source", at)))?;
            let own = source.name.strip_prefix(pack.name.as_str()).is_some_and(|rest| rest.starts_with(PACK_MARK));
            if !own || !taken.insert(*at) {
                return Err(inside(table(format!("the source `{}` is not one of its own", source.name))));
            }
        }
    }
    Ok(())
}

fn limits(image: &Image) -> Result<(), ImageError> {
    let rows = [
        image.packs.len(),
        image.entities.len(),
        image.rules.len(),
        image.patterns.len(),
        image.zones.len(),
        image.targets.len(),
        image.types.len(),
        image.texts.len(),
        image.consts.len(),
        image.regions.len(),
        image.code.len(),
    ];
    for ((what, limit), rows) in MAX_ROWS.iter().zip(rows) {
        if rows > *limit {
            return Err(ImageError::new(IMAGE_LIMIT, format!("{rows} {what}, more than {limit}")));
        }
    }
    if usize::from(image.slots) < SYSTEM_SLOTS.len() {
        return Err(table(format!("a step has at least the {} slots of the system", SYSTEM_SLOTS.len())));
    }
    Ok(())
}

pub(super) fn unique<T: Eq + Hash>(what: &str, rows: &[T]) -> Result<(), ImageError> {
    let mut seen = HashSet::with_capacity(rows.len());
    match rows.iter().position(|row| !seen.insert(row)) {
        Some(at) => Err(table(format!("{what} {at} stands twice"))),
        None => Ok(()),
    }
}

pub(super) fn text(image: &Image, id: TextId) -> Result<&str, ImageError> {
    image.texts.get(id.0 as usize).map(String::as_str).ok_or_else(|| missing("text", id.0))
}

pub(super) fn ty(image: &Image, id: TypeId) -> Result<&TypeDesc, ImageError> {
    image.types.get(id.0 as usize).ok_or_else(|| missing("type", id.0))
}

pub(super) fn place(image: &Image, id: Place) -> Result<(), ImageError> {
    if (id.0 as usize) < image.places.len() { Ok(()) } else { Err(missing("place", id.0)) }
}

pub(super) fn pattern(image: &Image, id: PatternId) -> Result<(), ImageError> {
    if (id.0 as usize) < image.patterns.len() { Ok(()) } else { Err(missing("pattern", id.0)) }
}

pub(super) fn constant(image: &Image, id: ConstId) -> Result<&Const, ImageError> {
    image.consts.get(id.0 as usize).ok_or_else(|| missing("constant", id.0))
}

fn types(image: &Image) -> Result<(), ImageError> {
    unique("type", &image.types)?;
    let mut depths: Vec<u32> = Vec::with_capacity(image.types.len());
    for (at, desc) in image.types.iter().enumerate() {
        let depth = type_depth(image, desc, &depths).map_err(|e| e.inside(format_args!("type {at}")))?;
        depths.push(depth);
    }
    Ok(())
}

fn type_depth(image: &Image, desc: &TypeDesc, depths: &[u32]) -> Result<u32, ImageError> {
    let below = |id: TypeId| depths.get(id.0 as usize).copied().ok_or_else(|| table(format!("it refers to type {}, which is not before it", id.0)));
    let depth = match desc {
        TypeDesc::Enum(members) => {
            if members.is_empty() {
                return Err(table("an enum has no members"));
            }
            members.iter().try_for_each(|m| text(image, *m).map(drop))?;
            unique("member", members)?;
            0
        }
        TypeDesc::Record(fields) => {
            if fields.len() > usize::from(u16::MAX) {
                return Err(ImageError::new(IMAGE_LIMIT, "a record has more fields than can be numbered"));
            }
            unique("field", &fields.iter().map(|(name, _)| *name).collect::<Vec<_>>())?;
            let mut deepest = 0;
            for (name, ty) in fields {
                text(image, *name)?;
                deepest = deepest.max(below(*ty)?);
            }
            deepest
        }
        TypeDesc::Optional(of) => {
            let depth = below(*of)?;
            if matches!(ty(image, *of)?, TypeDesc::Optional(_)) {
                return Err(table("an optional of an optional"));
            }
            depth
        }
        TypeDesc::List(of) | TypeDesc::Set(of) | TypeDesc::Map(of) | TypeDesc::ListFromText(of) => below(*of)?,
        TypeDesc::Entity(id) => return entity(image, *id).map(|_| 1),
        TypeDesc::Read(of, reading) => {
            let depth = below(*of)?;
            check_reading(image, ty(image, *of)?, *reading)?;
            depth
        }
        _ => return Ok(1),
    };
    if depth >= MAX_TYPE_DEPTH { Err(ImageError::new(IMAGE_LIMIT, format!("nested deeper than {MAX_TYPE_DEPTH}"))) } else { Ok(depth + 1) }
}

/// Types of entities have names of their own, lie in each other in order, and have fields whose values can enter.
fn entities(image: &Image) -> Result<(), ImageError> {
    unique("type of entities", &image.entities.iter().map(|entity| entity.name).collect::<Vec<_>>())?;
    let enter = entering(image);
    for (at, entity) in image.entities.iter().enumerate() {
        let inside = |e: ImageError| e.inside(format_args!("entity {at}"));
        text(image, entity.name).map_err(inside)?;
        if !entity.parents.is_sorted_by(|a, b| a < b) {
            return Err(inside(table("its parents are not ascending")));
        }
        entity.parents.iter().try_for_each(|parent| self::entity(image, *parent).map(drop)).map_err(inside)?;
        if entity.fields.len() > usize::from(u16::MAX) {
            return Err(inside(ImageError::new(IMAGE_LIMIT, "it has more fields than can be numbered")));
        }
        unique("field", &entity.fields.iter().map(|(name, _)| *name).collect::<Vec<_>>()).map_err(inside)?;
        for (name, of) in &entity.fields {
            text(image, *name).map_err(inside)?;
            ty(image, *of).map_err(inside)?;
            if !enter.get(of.0 as usize).copied().unwrap_or(false) {
                return Err(inside(table("a field has a type that only parts of others have")));
            }
        }
    }
    Ok(())
}

pub(super) fn entity(image: &Image, id: EntityId) -> Result<&EntityDef, ImageError> {
    image.entities.get(id.0 as usize).ok_or_else(|| missing("type of entities", id.0))
}

/// Checks that a type can be read so, and what it is read with.
fn check_reading(image: &Image, of: &TypeDesc, reading: Reading) -> Result<(), ImageError> {
    let fits = match (of, reading) {
        (TypeDesc::Form(form @ (Form::Path(_) | Form::Shell)), Reading::AtContext(slot)) => {
            let field = image.context.iter().find(|field| field.slot.0 == slot).ok_or_else(|| missing("field of the context", slot))?;
            // An optional, then one that is read in a way of its own. Not more: these rows aren't checked yet.
            let mut declared = ty(image, field.ty)?;
            if let TypeDesc::Optional(of) = declared {
                declared = ty(image, *of)?;
            }
            if let TypeDesc::Read(of, _) = declared {
                declared = ty(image, *of)?;
            }
            *declared == TypeDesc::Form(folder_of(*form))
        }
        (TypeDesc::Form(form @ (Form::Path(_) | Form::Shell)), Reading::At(folder)) => {
            let folder = text(image, folder)?;
            folder_of(*form).normalize(folder).is_ok_and(|normal| normal == folder)
        }
        (TypeDesc::Form(Form::Url), Reading::Scheme(scheme)) => text(image, scheme).map(|_| true)?,
        (TypeDesc::Time, Reading::Zone(zone)) => image.zones.get(zone.0 as usize).map(|_| true).ok_or_else(|| missing("time zone", zone.0))?,
        _ => false,
    };
    if fits { Ok(()) } else { Err(table("a type is read in a way that isn't one of its own")) }
}

/// Returns the form of the folder that a path, or the files of a command line, begin at.
const fn folder_of(form: Form) -> Form {
    match form {
        Form::Shell => Form::Path(Platform::Posix),
        form => form,
    }
}

fn zones(image: &Image) -> Result<Vec<Zone>, ImageError> {
    unique("time zone", &image.zones)?;
    let found = image.zones.iter().map(|id| {
        let name = text(image, *id)?;
        Zone::find(name).ok_or_else(|| ImageError::new(IMAGE_PATTERN, format!("there is no time zone `{name}`")))
    });
    found.collect()
}

fn patterns(image: &Image) -> Result<Vec<Pattern>, ImageError> {
    unique("pattern", &image.patterns)?;
    let compiled = image.patterns.iter().enumerate().map(|(at, def)| {
        let text = text(image, def.text).map_err(|e| e.inside(format_args!("pattern {at}")))?;
        compile(def.kind, text, def.nocase).map_err(|e| ImageError::new(IMAGE_PATTERN, format!("pattern {at}: {e}")))
    });
    compiled.collect()
}

fn places(image: &Image) -> Result<(), ImageError> {
    for (at, place) in image.places.iter().enumerate() {
        let source = image.sources.get(place.file as usize).ok_or_else(|| missing("source", place.file).inside(format_args!("place {at}")))?;
        if source.text.get(place.start as usize..place.end as usize).is_none() {
            return Err(missing("text of a source at place", at));
        }
    }
    Ok(())
}

fn check_note(image: &Image, at: u32, note: &NoteDef) -> Result<(), ImageError> {
    place(image, note.place)?;
    ty(image, note.ty)?;
    if note.parent.is_some_and(|parent| parent.0 >= at) { Err(table("its parent is not before it")) } else { Ok(()) }
}

/// Returns for each type whether its values can enter: it holds none of the forms that only parts of others have. Types refer backward.
fn entering(image: &Image) -> Vec<bool> {
    let mut enter: Vec<bool> = Vec::with_capacity(image.types.len());
    for desc in &image.types {
        let of = |id: &TypeId| enter.get(id.0 as usize).copied().unwrap_or(false);
        let enters = match desc {
            TypeDesc::Form(form) => form.is_declarable(),
            TypeDesc::List(id) | TypeDesc::Set(id) | TypeDesc::Map(id) | TypeDesc::Optional(id) | TypeDesc::ListFromText(id) | TypeDesc::Read(id, _) => of(id),
            TypeDesc::Record(fields) => fields.iter().all(|(_, id)| of(id)),
            _ => true,
        };
        enter.push(enters);
    }
    enter
}

/// Checks fields that share slots from `first` to before `end`.
fn fields<'a>(image: &Image, entering: &[bool], fields: impl Iterator<Item = &'a FieldDef>, first: u32, end: u32) -> Result<(), ImageError> {
    let mut slots = HashSet::new();
    for field in fields {
        let name = text(image, field.name)?;
        ty(image, field.ty)?;
        if !entering.get(field.ty.0 as usize).copied().unwrap_or(false) {
            return Err(table(format!("field `{name}` has a type that only parts of others have")));
        }
        let slot = u32::from(field.slot.0);
        if !(first..end).contains(&slot) {
            return Err(missing("slot for fields", slot).inside(format_args!("field `{name}`")));
        }
        if !slots.insert(slot) {
            return Err(table(format!("field `{name}` shares slot {slot} with another")));
        }
    }
    Ok(())
}

fn targets(image: &Image, entering: &[bool]) -> Result<Vec<(Pattern, u32)>, ImageError> {
    let mut names = HashSet::new();
    let mut resources = Vec::new();
    for (at, target) in (0u32..).zip(&image.targets) {
        check_target(image, entering, target).map_err(|e| e.inside(format_args!("target {at}")))?;
        let name = text(image, target.name)?;
        if !names.insert((target.kind, name)) {
            return Err(table(format!("target {at}: `{name}` is declared twice")));
        }
        if target.kind == StepKind::Read {
            let glob = Pattern::name_glob(name, false).map_err(|e| ImageError::new(IMAGE_PATTERN, format!("target {at}: {e}")))?;
            resources.push((glob, at));
        }
    }
    Ok(resources)
}

fn check_target(image: &Image, entering: &[bool], target: &TargetDef) -> Result<(), ImageError> {
    if target.kind == StepKind::Say && !text(image, target.name)?.is_empty() {
        return Err(table("`say` has no name"));
    }
    let first = u32::try_from(SYSTEM_SLOTS.len()).unwrap_or(u32::MAX);
    fields(image, entering, target.args.iter().chain(&target.facts), first, u32::from(image.slots))?;
    for part in [&target.args, &target.facts] {
        unique("field", &part.iter().map(|f| f.name).collect::<Vec<_>>())?;
    }
    target.pinned.map_or(Ok(()), |digest| text(image, digest).map(drop))?;
    if let Some(result) = &target.result {
        let slot = u32::from(result.slot.0);
        ty(image, result.ty)?;
        if !entering.get(result.ty.0 as usize).copied().unwrap_or(false) {
            return Err(table("a result has a type that only parts of others have"));
        }
        if !(first..u32::from(image.slots)).contains(&slot) || target.args.iter().chain(&target.facts).any(|field| field.slot == result.slot) {
            return Err(table(format!("the result has no slot of its own: {slot}")));
        }
    }
    target.returns.iter().try_for_each(|returned| super::session::label(image, returned.label))?;
    target.charges.iter().try_for_each(|charge| super::session::budget(image, charge.budget).map(drop))?;
    rule_refs(image, &target.rules)
}

fn rule_refs(image: &Image, refs: &[RuleRef]) -> Result<(), ImageError> {
    for reference in refs {
        let rule = image.rules.get(reference.rule as usize).ok_or_else(|| missing("rule", reference.rule))?;
        if reference.variant as usize >= rule.variants.len() {
            return Err(missing("variant of a rule", reference.variant));
        }
    }
    if refs.is_sorted_by(|a, b| (a.rule, a.variant) < (b.rule, b.variant)) { Ok(()) } else { Err(table("its rules are not in order")) }
}

fn rules(image: &Image) -> Result<(), ImageError> {
    rule_refs(image, &image.undeclared).map_err(|e| e.inside("undeclared"))?;
    // Of a file, the number of its pack from 1; the bundle's own come first.
    let mut packs = vec![0usize; image.sources.len()];
    for (number, pack) in (1..).zip(&image.packs) {
        for at in &pack.sources {
            if let Some(of) = packs.get_mut(*at as usize) {
                *of = number;
            }
        }
    }
    let mut last = None;
    for (at, rule) in image.rules.iter().enumerate() {
        let inside = |e: ImageError| e.inside(format_args!("rule {at}"));
        text(image, rule.name).map_err(inside)?;
        rule.severity.map_or(Ok(()), |severity| text(image, severity).map(drop)).map_err(inside)?;
        let found = image.places.get(rule.place.0 as usize).ok_or_else(|| inside(missing("place", rule.place.0)))?;
        let position = Some((packs.get(found.file as usize), found.file, found.start));
        if position < last {
            return Err(inside(table("it is not in the order of the sources")));
        }
        last = position;
        if rule.expires.is_some_and(|expires| expires <= 0) {
            return Err(inside(table("its answers lapse at once")));
        }
        for variant in &rule.variants {
            variant.message.iter().try_for_each(|part| message(image, part)).map_err(inside)?;
            variant.obligations.iter().try_for_each(|obligation| check_obligation(image, obligation)).map_err(inside)?;
        }
    }
    Ok(())
}

fn message(image: &Image, part: &MessagePart) -> Result<(), ImageError> {
    match part {
        MessagePart::Text(id) => text(image, *id).map(drop),
        MessagePart::Value(_, id) => ty(image, *id).map(drop),
    }
}

fn check_obligation(image: &Image, obligation: &ObligationDef) -> Result<(), ImageError> {
    match obligation {
        ObligationDef::Clear(label) => super::session::label(image, *label),
        ObligationDef::Notify(id) | ObligationDef::Require(id) => text(image, *id).map(drop),
        ObligationDef::Set { field, ty: id, .. } => {
            text(image, *field)?;
            ty(image, *id).map(drop)
        }
        ObligationDef::Conceal { field, detectors, .. } => {
            text(image, *field)?;
            if detectors.is_empty() || !detectors.is_sorted_by(|a, b| a < b) { Err(table("detectors are sorted, each once, at least one")) } else { Ok(()) }
        }
        ObligationDef::Redact { field, pattern: id, .. } => {
            text(image, *field)?;
            pattern(image, *id)?;
            match image.patterns.get(id.0 as usize).map(|def| def.kind) {
                Some(PatternKind::Regex) => Ok(()),
                _ => Err(table("what is redacted is a regular expression")),
            }
        }
    }
}
