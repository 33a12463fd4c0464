//! An image as a readable listing.

mod session;

use crate::image::{ConstValue, FieldDef, Image, MessagePart, ObligationDef, PatternKind, Reading, Region, RegionId, TextId, TypeDesc, TypeId, VariantDef};
use crate::op::{ConstId, Op, Src};
use crate::value::Place;
use reach_values::json::push_string;
use reach_values::{decimal, time};
use std::fmt::Write as _;

/// How much of a text or a place is shown, in characters.
const SHOWN_CHARS: usize = 48;

/// Writes all tables and all code of an image, which need not be verified: what is out of range is shown as `?`.
///
/// Behind `;` stand the constants, and the source of the place, of each operation.
#[must_use]
pub fn disassemble(image: &Image) -> String {
    let mut listing = Listing { image, out: String::new() };
    listing.head();
    listing.constants();
    listing.zones();
    listing.session();
    listing.targets();
    for (at, _) in image.rules.iter().enumerate() {
        listing.rule(at);
    }
    listing.out
}

struct Listing<'a> {
    image: &'a Image,
    out: String,
}

impl Listing<'_> {
    fn line(&mut self, indent: usize, text: &str) {
        // Writing to a String can't fail.
        let _ = writeln!(self.out, "{:indent$}{text}", "");
    }

    fn head(&mut self) {
        let digest: String = self.image.bundle_digest().iter().map(|b| format!("{b:02x}")).collect();
        self.line(0, &format!("bundle sha256:{digest}"));
        for source in &self.image.sources {
            self.line(0, &format!("source {} {} bytes", source.name, source.text.len()));
        }
        for pack in &self.image.packs {
            let digest = pack.digest.as_ref().map_or_else(String::new, |digest| format!(" {digest}"));
            self.line(0, &format!("pack {} {}{digest}", pack.name, pack.version));
        }
        self.entities();
        self.line(0, &format!("slots {}", self.image.slots));
        self.fields(0, "context", &self.image.context);
        for check in &self.image.context_checks {
            self.region(2, &format!("check {} {}", self.text(check.pointer), self.quoted(check.expected)), check.region);
        }
    }

    fn entities(&mut self) {
        for (at, entity) in self.image.entities.iter().enumerate() {
            let parents: Vec<String> = entity.parents.iter().map(|parent| format!("e{}", parent.0)).collect();
            let parents = if parents.is_empty() { String::new() } else { format!(" in {}", parents.join(", ")) };
            self.line(0, &format!("entity e{at} {}{parents}", self.text(entity.name)));
            for (name, ty) in &entity.fields {
                self.line(2, &format!("field {} {}", self.text(*name), self.ty(*ty, 0)));
            }
        }
    }

    fn constants(&mut self) {
        if !self.image.consts.is_empty() {
            self.line(0, "constants");
        }
        for (at, constant) in self.image.consts.iter().enumerate() {
            self.line(2, &format!("c{at} {} {}", self.ty(constant.ty, 0), self.value(constant.ty, &constant.value)));
        }
        if !self.image.patterns.is_empty() {
            self.line(0, "patterns");
        }
        for (at, pattern) in self.image.patterns.iter().enumerate() {
            let kind = match pattern.kind {
                PatternKind::Glob => "glob",
                PatternKind::WindowsGlob => "windows-glob",
                PatternKind::MacOsGlob => "macos-glob",
                PatternKind::TextGlob => "text-glob",
                PatternKind::Regex => "re",
            };
            self.line(2, &format!("/{at} {kind} {}{}", self.quoted(pattern.text), if pattern.nocase { " nocase" } else { "" }));
        }
    }

    fn zones(&mut self) {
        if !self.image.zones.is_empty() {
            self.line(0, "zones");
        }
        for (at, zone) in self.image.zones.iter().enumerate() {
            self.line(2, &format!("z{at} {}", self.quoted(*zone)));
        }
    }

    fn fields(&mut self, indent: usize, what: &str, fields: &[FieldDef]) {
        let prefix = if what == "context" { "x" } else { "s" };
        for field in fields {
            let interned = if field.intern { " interned" } else { "" };
            self.line(indent, &format!("{what} {} {prefix}{} {}{interned}", self.text(field.name), field.slot.0, self.ty(field.ty, 0)));
        }
    }

    fn targets(&mut self) {
        for target in &self.image.targets {
            let kind = target.kind.word();
            self.line(0, &format!("\n{kind} {}", self.quoted(target.name)));
            self.fields(2, "arg", &target.args);
            self.fields(2, "fact", &target.facts);
            if let Some(digest) = target.pinned {
                self.line(2, &format!("pinned {}", self.text(digest)));
            }
            for check in &target.checks {
                self.region(2, &format!("check {} {}", self.text(check.pointer), self.quoted(check.expected)), check.region);
            }
            if let Some(region) = target.derive {
                self.region(2, "derive", region);
            }
            self.events_of(target);
            let rules: Vec<String> = target.rules.iter().map(|r| self.rule_ref(r.rule, r.variant)).collect();
            self.line(2, &format!("rules {}", if rules.is_empty() { "none".to_owned() } else { rules.join(", ") }));
        }
        if !self.image.undeclared.is_empty() {
            let rules: Vec<String> = self.image.undeclared.iter().map(|r| self.rule_ref(r.rule, r.variant)).collect();
            self.line(0, &format!("\nundeclared {}", rules.join(", ")));
        }
    }

    fn rule_ref(&self, rule: u32, variant: u32) -> String {
        let name = self.image.rules.get(rule as usize).map_or("?", |r| self.text(r.name));
        if variant == 0 { name.to_owned() } else { format!("{name}/{variant}") }
    }

    fn rule(&mut self, at: usize) {
        let Some(rule) = self.image.rules.get(at) else { return };
        let effect = ["permit", "ask", "forbid", "otherwise ask", "oblige"].get(rule.effect as usize).copied().unwrap_or("?");
        let mut head = format!("\n{effect} {}", self.text(rule.name));
        if rule.advisory {
            head.push_str(" advisory");
        }
        if let Some(severity) = rule.severity {
            head.push_str(&format!(" severity {}", self.text(severity)));
        }
        if let Some(expires) = rule.expires {
            head.push_str(&format!(" expires {}", time::format_duration(expires)));
        }
        self.line(0, &head);
        for (number, variant) in rule.variants.iter().enumerate() {
            if rule.variants.len() > 1 {
                self.line(2, &format!("variant {number}"));
            }
            self.variant(variant);
        }
    }

    fn variant(&mut self, variant: &VariantDef) {
        self.region(2, "plain", variant.plain);
        self.region(2, "fast", variant.fast);
        for part in &variant.message {
            match part {
                MessagePart::Text(text) => self.line(2, &format!("message {}", self.quoted(*text))),
                MessagePart::Value(region, ty) => self.region(2, &format!("message {}", self.ty(*ty, 0)), *region),
            }
        }
        for obligation in &variant.obligations {
            match obligation {
                ObligationDef::Clear(label) => self.line(2, &format!("clear label {label}")),
                ObligationDef::Notify(text) => self.line(2, &format!("notify {}", self.quoted(*text))),
                ObligationDef::Require(text) => self.line(2, &format!("require {}", self.quoted(*text))),
                ObligationDef::Set { field, region, ty } => self.region(2, &format!("set {} {}", self.text(*field), self.ty(*ty, 0)), *region),
                ObligationDef::Conceal { field, detectors, slot } => {
                    let words: Vec<&str> = detectors.iter().map(|d| d.word()).collect();
                    self.line(2, &format!("redact {} s{} finding {}", self.text(*field), slot.0, words.join(", ")));
                }
                ObligationDef::Redact { field, pattern, slot } => self.line(2, &format!("redact {} s{} /{}", self.text(*field), slot.0, pattern.0)),
            }
        }
        self.clauses(variant);
    }

    fn region(&mut self, indent: usize, what: &str, id: RegionId) {
        let Some(region) = self.image.regions.get(id.0 as usize).copied() else {
            self.line(indent, &format!("{what} region {} ?", id.0));
            return;
        };
        let Region { frame, cost, result, .. } = region;
        self.line(indent, &format!("{what}: {} registers, cost {cost}, {}", frame, self.ty(result, 0)));
        let mut loops: Vec<u32> = Vec::new();
        for at in region.start..region.end {
            let Some(op) = self.image.code.get(at as usize).copied() else { break };
            while loops.pop_if(|end| *end <= at).is_some() {}
            let note = self.comment(op);
            self.line(indent + 2 + 2 * loops.len(), &format!("{at:>4} {op}{note}"));
            if let Op::Loop { to, .. } = op {
                loops.push(to.0);
            }
        }
    }

    /// Returns what is behind an operation: its constants and the source of its place.
    fn comment(&self, op: Op) -> String {
        let mut parts = Vec::new();
        let mut seen = |id: ConstId| {
            if let Some(constant) = self.image.consts.get(id.0 as usize) {
                parts.push(self.value(constant.ty, &constant.value));
            }
        };
        op.sources(|src| {
            if let Src::Const(id) = src {
                seen(id);
            }
        });
        op.constants(&mut seen);
        if let Some(place) = op.place() {
            parts.push(self.place(place));
        }
        if let Op::Note { note, .. } = op
            && let Some(def) = self.image.notes.get(note.0 as usize)
        {
            let kind = ["when", "unless", "term", "operand"].get(def.kind as usize).copied().unwrap_or("?");
            parts.push(format!("{kind} {}", self.place(def.place)));
        }
        if parts.is_empty() { String::new() } else { format!(" ; {}", parts.join(" | ")) }
    }

    fn place(&self, place: Place) -> String {
        let found = self.image.places.get(place.0 as usize).and_then(|p| self.image.sources.get(p.file as usize)?.text.get(p.start as usize..p.end as usize));
        let flat: Vec<&str> = found.unwrap_or("?").split_whitespace().collect();
        shorten(&flat.join(" "))
    }

    fn text(&self, id: TextId) -> &str {
        self.image.texts.get(id.0 as usize).map_or("?", String::as_str)
    }

    fn quoted(&self, id: TextId) -> String {
        let mut out = String::new();
        push_string(&mut out, &shorten(self.text(id)));
        out
    }

    /// Writes a type. An image that was not verified may have types that refer to themselves: they are cut off.
    fn ty(&self, id: TypeId, depth: usize) -> String {
        let Some(desc) = self.image.types.get(id.0 as usize).filter(|_| depth < 8) else { return "?".to_owned() };
        let of = |id: &TypeId| self.ty(*id, depth + 1);
        match desc {
            TypeDesc::Bool => "bool".to_owned(),
            TypeDesc::Int => "int".to_owned(),
            TypeDesc::Decimal => "decimal".to_owned(),
            TypeDesc::Text => "text".to_owned(),
            TypeDesc::Time => "time".to_owned(),
            TypeDesc::Date => "date".to_owned(),
            TypeDesc::Duration => "duration".to_owned(),
            TypeDesc::Form(form) => form.to_string(),
            TypeDesc::Any => "any".to_owned(),
            TypeDesc::Enum(members) => format!("enum {{ {} }}", shorten(&members.iter().map(|m| self.text(*m)).collect::<Vec<_>>().join(", "))),
            TypeDesc::List(id) => format!("list<{}>", of(id)),
            TypeDesc::ListFromText(id) => format!("list<{}> from text", of(id)),
            TypeDesc::Read(id, reading) => match reading {
                Reading::AtContext(field) => format!("{} at x{field}", of(id)),
                Reading::At(folder) => format!("{} at {}", of(id), self.quoted(*folder)),
                Reading::Scheme(scheme) => format!("{} default {}", of(id), self.quoted(*scheme)),
                Reading::Zone(zone) => format!("{} in z{}", of(id), zone.0),
            },
            TypeDesc::Entity(id) => self.image.entities.get(id.0 as usize).map_or("?", |entity| self.text(entity.name)).to_owned(),
            TypeDesc::Set(id) => format!("set<{}>", of(id)),
            TypeDesc::Map(id) => format!("map<{}>", of(id)),
            TypeDesc::Optional(id) => format!("{}?", of(id)),
            // Records in records would grow with each level: only names are shown.
            TypeDesc::Record(fields) => format!("{{ {} }}", shorten(&fields.iter().map(|(name, _)| self.text(*name)).collect::<Vec<_>>().join(", "))),
        }
    }

    fn value(&self, ty: TypeId, value: &ConstValue) -> String {
        let mut desc = self.image.types.get(ty.0 as usize);
        if let Some(TypeDesc::Optional(of)) = desc {
            desc = self.image.types.get(of.0 as usize);
        }
        let members = |ids: &[ConstId]| shorten(&ids.iter().take(SHOWN_CHARS).map(|id| format!("c{}", id.0)).collect::<Vec<_>>().join(", "));
        match (value, desc) {
            (ConstValue::Absent, _) => "(none)".to_owned(),
            (ConstValue::Bool(truth), _) => truth.to_string(),
            (ConstValue::Num(n), Some(TypeDesc::Decimal | TypeDesc::Any)) => decimal::format(*n),
            (ConstValue::Num(n), Some(TypeDesc::Time)) => time::format_time(*n),
            (ConstValue::Num(n), Some(TypeDesc::Date)) => time::format_date(*n),
            (ConstValue::Num(n), Some(TypeDesc::Duration)) => time::format_duration(*n),
            (ConstValue::Num(n), Some(TypeDesc::Enum(names))) => {
                usize::try_from(*n).ok().and_then(|n| names.get(n)).map_or("?", |id| self.text(*id)).to_owned()
            }
            (ConstValue::Num(n), _) => n.to_string(),
            (ConstValue::Text(id), _) => self.quoted(*id),
            (ConstValue::List(ids), _) => format!("[{}]", members(ids)),
            (ConstValue::Record(ids), _) => format!("{{{}}}", members(ids)),
        }
    }
}

/// Cuts a text for the listing.
fn shorten(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or("")),
        None => text.to_owned(),
    }
}
