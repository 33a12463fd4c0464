//! What fuzzers and property tests ask of hostile events.

use std::sync::{Arc, OnceLock};

use reach_evaluator::VerifiedImage;
use reach_evaluator::image::{
    Const, ConstValue, Effect as RuleEffect, FieldDef, Form, Image, PlaceDef, Platform, Region, RegionId, RuleDef, RuleRef, SourceDef, StepKind, TargetDef,
    TextId, TypeDesc, TypeId, VariantDef,
};
use reach_evaluator::op::{ConstId, Op, Slot, Src};
use reach_evaluator::value::Place;

use crate::decision::Effect;
use crate::session::{Options, Outcome, Session, Verdict};
use crate::sessions::Sessions;

/// Reads bytes as event lines of sessions that know a tool with an argument of every type, which every well-formed call of is permitted.
///
/// # Panics
/// As [`fuzz_event_on`].
pub fn fuzz_event(data: &[u8]) {
    if let Some(image) = sample() {
        fuzz_event_on(&image, data);
    }
}

/// Reads bytes as event lines. Whatever they are, nothing panics; what is no JSON object is never permitted; and deciding, explaining and recording a
/// step come to the same.
///
/// # Panics
/// When one of that doesn't hold.
pub fn fuzz_event_on(image: &Arc<VerifiedImage>, data: &[u8]) {
    let mut sessions = Sessions::new(Arc::clone(image), |_| Options::default());
    let mut alone = Session::new(Arc::clone(image), "", Options::default());
    for line in String::from_utf8_lossy(data).lines() {
        let (verdict, explained) = (alone.decide(line), alone.explain(line));
        let read = alone.with_step(line, |step| [step.decide(), step.decide()]);
        assert!(read.unwrap_or([Verdict::FORBID; 2]) == [verdict; 2], "another verdict on a step that was read before");
        let outcome = alone.event(line);
        if let Outcome::Decision(decision) = &outcome {
            assert!(Session::is_step(line), "a decision about what is no step");
            assert!(decision.effect == verdict.effect, "another verdict than decision");
            assert!(explained.is_ok_and(|e| e.decision.effect == decision.effect && !e.text(false).is_empty()), "another explanation than decision");
            let read = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(line);
            assert!(decision.effect == Effect::Forbid || read.is_ok(), "a permit of what is no JSON");
            assert!(serde_json::to_string(decision).is_ok(), "a decision that can't be written");
        } else {
            assert!(verdict.effect == Effect::Forbid, "a verdict on what is no step");
        }
        let _ = sessions.event(line);
    }
}

/// Returns a bundle with a tool `t` that has an argument of every type, all optional but `text`, a fact and two fields of context, and that is permitted.
#[must_use]
pub fn sample() -> Option<Arc<VerifiedImage>> {
    static SAMPLE: OnceLock<Option<Arc<VerifiedImage>>> = OnceLock::new();
    SAMPLE.get_or_init(|| image().verify().ok().map(Arc::new)).clone()
}

const WORDS: [&str; 26] = [
    "", "t", "p", "text", "int", "decimal", "time", "date", "duration", "path", "email", "enum", "list", "set", "map", "record", "any", "some", "flag", "fact",
    "role", "limit", "teller", "auditor", "user", "r",
];

fn word(word: &str) -> TextId {
    TextId(WORDS.iter().position(|w| *w == word).and_then(|i| u32::try_from(i).ok()).unwrap_or_default())
}

fn image() -> Image {
    let mut types = vec![
        TypeDesc::Bool,
        TypeDesc::Int,
        TypeDesc::Decimal,
        TypeDesc::Text,
        TypeDesc::Time,
        TypeDesc::Date,
        TypeDesc::Duration,
        TypeDesc::Form(Form::Path(Platform::Posix)),
        TypeDesc::Form(Form::Email),
        TypeDesc::Enum(vec![word("teller"), word("auditor")]),
        TypeDesc::Any,
        TypeDesc::List(TypeId(8)),
        TypeDesc::Set(TypeId(1)),
        TypeDesc::Map(TypeId(3)),
        TypeDesc::ListFromText(TypeId(3)),
    ];
    types.push(TypeDesc::Record(vec![(word("text"), TypeId(3)), (word("set"), TypeId(12))]));
    let optional = |types: &mut Vec<TypeDesc>, ty: u32| {
        let desc = TypeDesc::Optional(TypeId(ty));
        let at = types.iter().position(|t| *t == desc).unwrap_or(types.len());
        if at == types.len() {
            types.push(desc);
        }
        TypeId(u32::try_from(at).unwrap_or_default())
    };
    let names = [
        ("flag", 0),
        ("int", 1),
        ("decimal", 2),
        ("time", 4),
        ("date", 5),
        ("duration", 6),
        ("path", 7),
        ("email", 8),
        ("enum", 9),
        ("any", 10),
        ("list", 11),
        ("set", 12),
        ("map", 13),
        ("some", 14),
        ("record", 15),
    ];
    let mut slot = 9;
    let mut field = |name: &str, ty: TypeId| {
        slot += 1;
        FieldDef { name: word(name), ty, slot: Slot(slot - 1), intern: name == "text" }
    };
    let mut args = vec![field("text", TypeId(3))];
    for (name, ty) in names {
        args.push(field(name, optional(&mut types, ty)));
    }
    let facts = vec![field("fact", TypeId(0))];
    let context = |name: &str, ty, slot| FieldDef { name: word(name), ty, slot: Slot(slot), intern: true };
    let limit = optional(&mut types, 11);
    let say = FieldDef { name: word("text"), ty: TypeId(3), slot: Slot(9), intern: false };
    let target = |kind, name, args, facts, rules| TargetDef {
        kind,
        name: word(name),
        args,
        facts,
        pinned: None,
        checks: Vec::new(),
        derive: None,
        result: None,
        returns: Vec::new(),
        charges: Vec::new(),
        watches: Vec::new(),
        rules,
    };
    let region = |at| Region { start: at, end: at + 1, frame: 0, result: TypeId(0), cost: 1 };
    Image {
        compiler: "none".into(),
        sources: vec![SourceDef { name: "sample.reach".into(), text: "permit p on t".into() }],
        texts: WORDS.iter().map(|w| (*w).to_owned()).collect(),
        consts: vec![Const { ty: TypeId(0), value: ConstValue::Bool(true) }],
        places: vec![PlaceDef { file: 0, start: 7, end: 8 }],
        context: vec![context("role", TypeId(9), 0), context("limit", limit, 1)],
        targets: vec![
            target(StepKind::Call, "t", args, facts, vec![RuleRef { rule: 0, variant: 0 }]),
            target(StepKind::Say, "", vec![say], Vec::new(), Vec::new()),
        ],
        rules: vec![RuleDef {
            name: word("p"),
            effect: RuleEffect::Permit,
            advisory: false,
            severity: None,
            place: Place(0),
            expires: None,
            variants: vec![VariantDef { plain: RegionId(0), fast: RegionId(1), message: Vec::new(), obligations: Vec::new(), approver: None, grants: None }],
        }],
        regions: vec![region(0), region(1)],
        code: vec![Op::Return { src: Src::Const(ConstId(0)), place: Place(0) }; 2],
        slots: slot,
        types,
        ..Image::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_verifies() {
        assert_eq!(image().verify().map(|_| ()), Ok(()));
    }
}
