//! An image as bytes, and back.
//!
//! `REACHIMG`, format version, semantics version, bundle digest, the tables in a fixed order, and a SHA-256 of all that.
//! See [`crate::wire`] for how tables are written. Every byte counts: an image that decodes encodes to the same bytes.

use super::*;
use crate::error::ImageError;
use crate::wire::{Bytes, Sink, Wire, choices, newtypes, records};
use reach_codes::table::image::{IMAGE_DAMAGED, IMAGE_DIGEST, IMAGE_LIMIT, IMAGE_VERSION, NOT_AN_IMAGE};
use reach_values::VERSIONS;
use reach_values::sql::Dialect;
use sha2::{Digest, Sha256};

/// The first bytes of an image.
pub const MAGIC: [u8; 8] = *b"REACHIMG";
/// The version of the encoding.
pub const FORMAT_VERSION: u16 = 5;
/// The version of the encoding of images with packs and without entities: these are written as they were before there were entities.
pub const FORMAT_WITHOUT_ENTITIES: u16 = 4;
/// The version of the encoding of images without packs: these are written as they were before there were packs, and stay what they are.
pub const FORMAT_WITHOUT_PACKS: u16 = 3;
/// The version of what the language means. Part of the bundle digest.
pub const SEMANTICS_VERSION: u16 = 3;
/// The version of how a bundle digest is computed where there are packs.
const BUNDLE_FORMAT: u16 = 3;
/// The version of how it is computed where there are none.
const BUNDLE_FORMAT_WITHOUT_PACKS: u16 = 2;
/// Begins what a bundle digest is computed from, so that no other digest is one.
const BUNDLE_TAG: &[u8] = b"reach bundle\0";
/// The length of a SHA-256, in bytes.
const DIGEST_BYTES: usize = 32;
/// The largest image, in bytes.
pub const MAX_IMAGE_BYTES: usize = 1 << 30;

newtypes!(TextId, TypeId, RegionId);

records! {
    Const { ty, value }
    PatternDef { kind, text, nocase }
    PlaceDef { file, start, end }
    SourceDef { name, text }
    PackDef { name, version, digest, sources }
    EntityDef { name, parents, fields }
    FieldDef { name, ty, slot, intern }
    TargetDef { kind, name, args, facts, pinned, checks, derive, result, returns, charges, watches, rules }
    CheckDef { pointer, expected, region }
    RuleRef { rule, variant }
    RuleDef { name, effect, advisory, severity, place, expires, variants }
    VariantDef { plain, fast, message, obligations, approver, grants }
    MonitorDef { identity, fold, over, per_agent, results, keys, since, since_steps }
    WatchDef { phase, feeds, each, guard, keys, value, captures }
    ResultDef { ty, slot, format }
    ReturnDef { label, part, when }
    BudgetDef { name, ty, limit, per_agent, over, opening }
    ChargeDef { budget, amount, when }
    ApproverDef { one_of, who, ty }
    NoteDef { place, ty, kind, parent }
    Region { start, end, frame, result, cost }
    Image {
        compiler, sources, texts, types, consts, patterns, zones, places, notes, context, context_checks, targets, undeclared, rules, labels, monitors, origins,
        queries, budgets, prompts, regions, code, slots; packs; entities
    }
}

/// Encodes words as their tags.
macro_rules! words {
    ($($ty:ident),*) => { $(
        impl Wire for $ty {
            fn put(&self, out: &mut impl Sink) {
                out.number(&[self.tag()]);
            }

            fn take(from: &mut Bytes<'_>) -> Result<Self, ImageError> {
                let tag = u8::take(from)?;
                Self::from_tag(tag).ok_or_else(|| from.error(format_args!(concat!("unknown tag {} of ", stringify!($ty)), tag)))
            }
        }
    )* };
}

words!(Platform, Dialect);

choices! {
    Form {
        0 Path(platform), 1 Email, 2 Url, 3 Host, 4 Ip, 5 Network, 6 Iban, 7 Shell, 8 Sql(dialect), 9 Command, 10 Statement,
    }
    TypeDesc {
        0 Bool, 1 Int, 2 Decimal, 3 Text, 4 Time, 5 Date, 6 Duration, 7 Form(form), 9 Enum(members), 10 List(ty), 11 Set(ty),
        12 Map(ty), 13 Record(fields), 14 Optional(ty), 15 Any, 16 ListFromText(ty), 17 Read(ty, reading), 18 Entity(id),
    }
    Reading { 0 AtContext(slot), 1 At(text), 2 Scheme(text), 3 Zone(zone) }
    ConstValue { 0 Absent, 1 Bool(value), 2 Num(value), 3 Text(id), 4 List(members), 5 Record(members) }
    PatternKind { 0 Glob, 1 TextGlob, 2 Regex, 3 WindowsGlob, 4 MacOsGlob }
    StepKind { 0 Call, 1 Spawn, 2 Model, 3 Read, 4 Say }
    Effect { 0 Permit, 1 Ask, 2 Forbid, 3 OtherwiseAsk, 4 Oblige }
    MessagePart { 0 Text(id), 1 Value(region, ty) }
    ObligationDef { 0 Notify(text), 1 Require(text), 2 Set { field, region, ty }, 3 Redact { field, pattern, slot }, 4 Conceal { field, detectors, slot }, 5 Clear(label) }
    QueryDef { 0 Monitor { monitor, result }, 1 From { origin, ty }, 2 NamedBy { ty }, 3 Labelled { label }, 4 WithinRights { ty } }
    FoldDef { 0 Ever, 1 Count { most, saturates }, 2 Sum(ty), 3 Latest(ty) }
    OriginDef { 0 User, 1 Label(label), 2 Results }
    Phase { 0 Permitted, 1 Attempted, 2 Denied, 3 Result, 4 Prompt }
    Feeds { 0 Monitor(id), 1 Since(id), 2 Origin(id) }
    CaptureDef { 0 Value(slot), 1 Record(slots), 2 Unused }
    ResultFormat { 0 Json, 1 Yaml }
    GrantDef { 0 Steps(steps), 1 Budget { budget, amount } }
    NoteKind { 0 When, 1 Unless, 2 Term, 3 Operand }
}

impl Image {
    /// Returns what names the bundle: a SHA-256 over a tag, the semantics version, the versions of the parsers and data that values are
    /// read by, and name and SHA-256 of each source, by name; where there are packs also name, version and digest of each, by name, and which
    /// sources are its own. What parameters are set to stands in the sources.
    #[must_use]
    pub fn bundle_digest(&self) -> [u8; DIGEST_BYTES] {
        let mut sources: Vec<&SourceDef> = self.sources.iter().collect();
        sources.sort_by(|a, b| a.name.cmp(&b.name));
        let mut bytes = BUNDLE_TAG.to_vec();
        let format = if self.packs.is_empty() { BUNDLE_FORMAT_WITHOUT_PACKS } else { BUNDLE_FORMAT };
        format.put(&mut bytes);
        SEMANTICS_VERSION.put(&mut bytes);
        for (name, version) in VERSIONS {
            (*name).to_owned().put(&mut bytes);
            (*version).to_owned().put(&mut bytes);
        }
        if !self.packs.is_empty() {
            self.packs.len().to_string().put(&mut bytes);
            for pack in &self.packs {
                pack.name.put(&mut bytes);
                pack.version.put(&mut bytes);
                pack.digest.put(&mut bytes);
                let names = pack.sources.iter().filter_map(|at| self.sources.get(*at as usize));
                names.map(|source| source.name.clone()).collect::<Vec<_>>().put(&mut bytes);
            }
        }
        for source in sources {
            source.name.put(&mut bytes);
            bytes.extend_from_slice(&Sha256::digest(source.text.as_bytes()));
        }
        Sha256::digest(&bytes).into()
    }

    /// Returns the image as bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        let format = match (self.packs.is_empty(), self.entities.is_empty()) {
            (true, true) => FORMAT_WITHOUT_PACKS,
            (false, true) => FORMAT_WITHOUT_ENTITIES,
            (_, false) => FORMAT_VERSION,
        };
        format.put(&mut out);
        SEMANTICS_VERSION.put(&mut out);
        out.extend_from_slice(&self.bundle_digest());
        if format != FORMAT_WITHOUT_PACKS {
            self.packs.put(&mut out);
        }
        if format == FORMAT_VERSION {
            self.entities.put(&mut out);
        }
        self.put(&mut out);
        let checksum = Sha256::digest(&out);
        out.extend_from_slice(&checksum);
        out
    }

    /// Reads an image. Its tables are not looked at yet; see [`Image::verify`].
    ///
    /// # Errors
    /// Bytes that are no image, of another version, damaged, or with a digest of other sources.
    pub fn decode(bytes: &[u8]) -> Result<Self, ImageError> {
        if bytes.len() > MAX_IMAGE_BYTES {
            return Err(ImageError::new(IMAGE_LIMIT, format!("the image is larger than {MAX_IMAGE_BYTES} bytes")));
        }
        let mut from = Bytes::new(bytes);
        if !from.array().is_ok_and(|magic: [u8; 8]| magic == MAGIC) {
            return Err(ImageError::new(NOT_AN_IMAGE, "the file does not begin like an image"));
        }
        let damaged = |message: &str| ImageError::new(IMAGE_DAMAGED, message);
        let (format, semantics) = <(u16, u16)>::take(&mut from).map_err(|_| damaged("the image ends in its header"))?;
        if !matches!(format, FORMAT_WITHOUT_PACKS..=FORMAT_VERSION) || semantics != SEMANTICS_VERSION {
            let message = format!(
                "the image has format {format} and semantics {semantics}, this program knows the formats {FORMAT_WITHOUT_PACKS} to {FORMAT_VERSION} and semantics {SEMANTICS_VERSION}"
            );
            return Err(ImageError::new(IMAGE_VERSION, message));
        }
        let (covered, checksum) = bytes.split_last_chunk::<DIGEST_BYTES>().ok_or_else(|| damaged("the image ends in its header"))?;
        if Sha256::digest(covered)[..] != checksum[..] {
            return Err(damaged("the checksum does not fit the image"));
        }
        let mut from = Bytes::new(covered);
        from.take(MAGIC.len() + 4)?;
        let digest: [u8; DIGEST_BYTES] = from.array()?;
        let packs = if format == FORMAT_WITHOUT_PACKS { Vec::new() } else { Vec::take(&mut from)? };
        if format == FORMAT_WITHOUT_ENTITIES && packs.is_empty() {
            return Err(from.error("an image of the format with packs that has none"));
        }
        let entities = if format == FORMAT_VERSION { Vec::take(&mut from)? } else { Vec::new() };
        if format == FORMAT_VERSION && entities.is_empty() {
            return Err(from.error("an image of the format with entities that has none"));
        }
        let image = Self { packs, entities, ..Self::take(&mut from)? };
        if !from.is_empty() {
            return Err(from.error("something follows the tables"));
        }
        if image.bundle_digest() != digest {
            return Err(ImageError::new(IMAGE_DIGEST, "the bundle digest is not that of the image's sources"));
        }
        Ok(image)
    }
}
