//! A small image with a value of every type, and the narrow ways to run code on it.

use crate::data::{ContextData, StepData, View};
use crate::entities::{Entities, Hierarchy};
use crate::image::*;
use crate::op::{Access, ConstId, NoteId, Op, Slot, code_cost};
use crate::print::quoted_text;
use crate::value::{Atom, Cause, Cells, NoValue, Place, Space, Str, Value};
use crate::vm::{Machine, Observer, Trap};
use crate::{ImageError, VerifiedImage};
use reach_values::sql::Dialect;
use std::sync::Arc;

/// The source that all places are of.
pub const SOURCE: &str = "permit p on t\n";

/// Names of the types, by row.
const TYPES: &[&str] = &[
    "bool",
    "int",
    "decimal",
    "text",
    "path",
    "email",
    "time",
    "date",
    "duration",
    "any",
    "color",
    "list<int>",
    "list<text>",
    "map<int>",
    "record",
    "text?",
    "list<path>",
    "list<int>?",
    "set<text>",
    "list<list<int>>",
    "path?",
    "set<int>",
    "kind",
    "int?",
    "list<bool>",
    "host",
    "url",
    "ip",
    "network",
    "shell",
    "sql",
    "list<list<text>>",
    "command",
    "list<command>",
    "weekday",
    "local",
    // Only where code is about entities.
    "user",
    "team",
    "set<team>",
    "user?",
];

/// The slots behind those of the system: their types and values. `s9` is the first.
pub const SLOTS: [(&str, V); 19] = [
    ("int", V::Num(7)),
    ("decimal", V::Num(2_500_000_000_000_000_000)),
    ("text", V::Text("Abc")),
    ("path", V::Text("/srv/x/a.txt")),
    ("email", V::Text("Ann@bank.example")),
    ("time", V::Num(1_000_000_000)),
    ("date", V::Num(10)),
    ("duration", V::Num(86_400_000_000_000)),
    ("bool", V::Bool(true)),
    ("color", V::Num(1)),
    ("list<int>", V::List(&[V::Num(1), V::Num(2), V::Num(3)])),
    ("list<text>", V::List(&[V::Text("a"), V::Text("b")])),
    ("map<int>", V::Map(&[V::Text("a"), V::Num(1), V::Text("b"), V::Num(2)])),
    ("record", V::Record(&[V::Num(4), V::Text("rec")])),
    ("text?", V::Absent),
    ("any", V::Map(&[V::Text("k"), V::Text("v"), V::Text("n"), V::Absent])),
    ("list<path>", V::List(&[V::Text("/srv"), V::Text("rel")])),
    ("list<int>?", V::Absent),
    ("bool", V::None),
];

/// A value to put in a slot.
#[derive(Clone, Copy, Debug)]
pub enum V {
    Absent,
    None,
    Bool(bool),
    Num(i128),
    Text(&'static str),
    List(&'static [V]),
    Record(&'static [V]),
    Map(&'static [V]),
}

pub fn ty(name: &str) -> TypeId {
    TypeId(u32::try_from(TYPES.iter().position(|t| *t == name).unwrap_or_else(|| panic!("no type {name}"))).unwrap())
}

/// Texts that constants and tables use, by row.
const TEXTS: &[&str] = &[
    "",
    "t",
    "p",
    "red",
    "green",
    "a",
    "b",
    "key",
    "/srv",
    "/srv/**",
    "^A",
    "call",
    "spawn",
    "model",
    "read",
    "say",
    "rel",
    "record",
    "it",
    "v",
    "k",
    "www.example.com",
    "example.com",
    "https://example.com:8443/a/b?q=1",
    "data:,x",
    "10.1.2.3",
    "10.0.0.0/8",
    "2002:a01:203::1",
    "git status; A=1 git push origin > /tmp/log",
    "git $X",
    "git",
    "status",
    "push",
    "select a from analytics.t",
    "delete from users",
    "analytics.*",
    "users",
    "Europe/Berlin",
    "date",
    "year",
    "month",
    "day",
    "weekday",
    "hour",
    "minute",
    "second",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "mail ann@bank.example",
    "git status --short",
];

fn text(text: &str) -> TextId {
    TextId(u32::try_from(TEXTS.iter().position(|t| *t == text).unwrap_or_else(|| panic!("no text {text}"))).unwrap())
}

/// The image whose region 0 is this code, used for a value of a type in the message of rule `p` on the tool `t`.
pub fn image(code: &[&str], result: &str) -> Image {
    let mut image = Image {
        compiler: "test".into(),
        sources: vec![SourceDef { name: "t.reach".into(), text: SOURCE.into() }],
        texts: TEXTS.iter().map(|t| (*t).to_owned()).collect(),
        places: vec![PlaceDef { file: 0, start: 0, end: 6 }, PlaceDef { file: 0, start: 7, end: 8 }],
        ..Image::default()
    };
    let int = ty("int");
    image.types = vec![
        TypeDesc::Bool,
        TypeDesc::Int,
        TypeDesc::Decimal,
        TypeDesc::Text,
        TypeDesc::Form(Form::Path(Platform::Posix)),
        TypeDesc::Form(Form::Email),
        TypeDesc::Time,
        TypeDesc::Date,
        TypeDesc::Duration,
        TypeDesc::Any,
        TypeDesc::Enum(vec![text("red"), text("green")]),
        TypeDesc::List(int),
        TypeDesc::List(ty("text")),
        TypeDesc::Map(int),
        TypeDesc::Record(vec![(text("a"), int), (text("b"), ty("text"))]),
        TypeDesc::Optional(ty("text")),
        TypeDesc::List(ty("path")),
        TypeDesc::Optional(ty("list<int>")),
        TypeDesc::Set(ty("text")),
        TypeDesc::List(ty("list<int>")),
        TypeDesc::Optional(ty("path")),
        TypeDesc::Set(int),
        TypeDesc::Enum(["call", "spawn", "model", "read", "say"].map(text).to_vec()),
        TypeDesc::Optional(int),
        TypeDesc::List(ty("bool")),
        TypeDesc::Form(Form::Host),
        TypeDesc::Form(Form::Url),
        TypeDesc::Form(Form::Ip),
        TypeDesc::Form(Form::Network),
        TypeDesc::Form(Form::Shell),
        TypeDesc::Form(Form::Sql(Dialect::Postgres)),
        TypeDesc::List(ty("list<text>")),
        TypeDesc::Form(Form::Command),
        TypeDesc::List(ty("command")),
        TypeDesc::Enum(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"].map(text).to_vec()),
        TypeDesc::Record(
            ["date", "year", "month", "day", "weekday", "hour", "minute", "second"]
                .map(|name| {
                    (
                        text(name),
                        ty(match name {
                            "date" => "date",
                            "weekday" => "weekday",
                            _ => "int",
                        }),
                    )
                })
                .to_vec(),
        ),
    ];
    let constant = |name: &str, value: ConstValue| Const { ty: ty(name), value };
    image.consts = vec![
        constant("bool", ConstValue::Bool(true)),
        constant("bool", ConstValue::Bool(false)),
        constant("int", ConstValue::Num(1)),
        constant("int", ConstValue::Num(5)),
        constant("int", ConstValue::Num(i128::from(i64::MAX))),
        constant("text", ConstValue::Text(text("a"))),
        constant("text", ConstValue::Text(text("b"))),
        constant("set<text>", ConstValue::List(vec![ConstId(5), ConstId(6)])),
        constant("set<int>", ConstValue::List(vec![ConstId(2), ConstId(3)])),
        constant("text?", ConstValue::Absent),
        constant("decimal", ConstValue::Num(2_500_000_000_000_000_000)),
        constant("path", ConstValue::Text(text("/srv"))),
        constant("path", ConstValue::Text(text("rel"))),
        constant("color", ConstValue::Num(1)),
        constant("list<int>", ConstValue::List(vec![ConstId(2), ConstId(3)])),
        constant("text", ConstValue::Text(text("key"))),
        constant("text?", ConstValue::Text(text("b"))),
        constant("record", ConstValue::Record(vec![ConstId(2), ConstId(5)])),
        constant("text", ConstValue::Text(text("k"))),
        constant("duration", ConstValue::Num(1)),
        constant("kind", ConstValue::Num(0)),
        constant("any", ConstValue::Text(text("v"))),
        constant("decimal", ConstValue::Num(1)),
        constant("int", ConstValue::Num(i128::from(i64::MIN))),
        constant("host", ConstValue::Text(text("www.example.com"))),
        constant("host", ConstValue::Text(text("example.com"))),
        constant("url", ConstValue::Text(text("https://example.com:8443/a/b?q=1"))),
        constant("url", ConstValue::Text(text("data:,x"))),
        constant("ip", ConstValue::Text(text("10.1.2.3"))),
        constant("ip", ConstValue::Text(text("2002:a01:203::1"))),
        constant("network", ConstValue::Text(text("10.0.0.0/8"))),
        constant("shell", ConstValue::Text(text("git status; A=1 git push origin > /tmp/log"))),
        constant("shell", ConstValue::Text(text("git $X"))),
        constant("text", ConstValue::Text(text("git"))),
        constant("text", ConstValue::Text(text("status"))),
        constant("text", ConstValue::Text(text("push"))),
        constant("list<text>", ConstValue::List(vec![ConstId(33)])),
        constant("list<text>", ConstValue::List(vec![ConstId(33), ConstId(34)])),
        constant("list<text>", ConstValue::List(vec![ConstId(33), ConstId(35)])),
        constant("list<list<text>>", ConstValue::List(vec![ConstId(36)])),
        constant("list<list<text>>", ConstValue::List(vec![ConstId(37)])),
        constant("list<list<text>>", ConstValue::List(vec![ConstId(38)])),
        constant("sql", ConstValue::Text(text("select a from analytics.t"))),
        constant("sql", ConstValue::Text(text("delete from users"))),
        constant("text", ConstValue::Text(text("analytics.*"))),
        constant("text", ConstValue::Text(text("users"))),
        constant("list<text>", ConstValue::List(vec![ConstId(44)])),
        constant("list<text>", ConstValue::List(vec![ConstId(45)])),
        constant("text", ConstValue::Text(text("mail ann@bank.example"))),
        constant("shell", ConstValue::Text(text("git status --short"))),
    ];
    image.zones = vec![text("Europe/Berlin")];
    image.patterns = vec![
        PatternDef { kind: PatternKind::Glob, text: text("/srv/**"), nocase: false },
        PatternDef { kind: PatternKind::Regex, text: text("^A"), nocase: false },
    ];
    image.notes = vec![
        NoteDef { place: Place(0), ty: ty("bool"), kind: NoteKind::When, parent: None },
        NoteDef { place: Place(1), ty: ty("int"), kind: NoteKind::Operand, parent: Some(NoteId(0)) },
    ];
    image.context = vec![FieldDef { name: text("a"), ty: ty("text"), slot: Slot(0), intern: false }];
    let fields = |range: std::ops::Range<usize>| {
        SLOTS[range.clone()]
            .iter()
            .zip(range)
            .map(|((name, _), at)| FieldDef {
                name: TextId(u32::try_from(at).unwrap()),
                ty: ty(name),
                slot: Slot(u16::try_from(at + 9).unwrap()),
                intern: false,
            })
            .collect()
    };
    image.labels = vec![text("t")];
    image.queries = vec![QueryDef::Labelled { label: 0 }, QueryDef::NamedBy { ty: ty("text") }];
    image.slots = 30;
    image.targets = vec![TargetDef {
        kind: StepKind::Call,
        name: text("t"),
        args: fields(0..18),
        facts: fields(18..19),
        pinned: None,
        checks: vec![],
        derive: None,
        result: None,
        returns: vec![],
        charges: vec![],
        watches: vec![],
        rules: vec![RuleRef { rule: 0, variant: 0 }],
    }];
    let variant = VariantDef {
        plain: RegionId(1),
        fast: RegionId(2),
        message: vec![MessagePart::Value(RegionId(0), ty(result))],
        obligations: vec![],
        approver: None,
        grants: None,
    };
    image.rules =
        vec![RuleDef { name: text("p"), effect: Effect::Permit, advisory: false, severity: None, place: Place(1), expires: None, variants: vec![variant] }];
    if code.iter().any(|line| line.starts_with("lookup") || line.starts_with("under")) {
        add_entities(&mut image);
    }
    add_region(&mut image, code, result);
    add_region(&mut image, &["return c0 @0"], "bool");
    add_region(&mut image, &["return c0 @0"], "bool");
    image
}

/// Adds users, which lie in teams, and teams, which lie in each other; with constants from `c50` on.
fn add_entities(image: &mut Image) {
    image.types.extend([TypeDesc::Entity(EntityId(0)), TypeDesc::Entity(EntityId(1)), TypeDesc::Set(ty("team")), TypeDesc::Optional(ty("user"))]);
    image.entities = vec![
        EntityDef { name: text("p"), parents: vec![EntityId(1)], fields: vec![(text("a"), ty("int")), (text("b"), ty("user?"))] },
        EntityDef { name: text("t"), parents: vec![EntityId(1)], fields: Vec::new() },
    ];
    let constant = |name: &str, value: ConstValue| Const { ty: ty(name), value };
    image.consts.extend([
        constant("user", ConstValue::Text(text("a"))),
        constant("user", ConstValue::Text(text("v"))),
        constant("team", ConstValue::Text(text("b"))),
        constant("team", ConstValue::Text(text("key"))),
        constant("team", ConstValue::Text(text("k"))),
        constant("set<team>", ConstValue::List(vec![ConstId(52), ConstId(53)])),
        constant("set<team>", ConstValue::List(Vec::new())),
    ]);
}

/// Returns what is known of entities: the user `a` in the team `b`, which lies in `key`.
pub fn entities() -> Entities {
    let mut hierarchy = Hierarchy::default();
    hierarchy.entity(0, "a");
    hierarchy.parent(1, "b");
    hierarchy.entity(1, "key");
    hierarchy.entity(1, "b");
    hierarchy.parent(1, "key");
    let (mut entities, _) = hierarchy.build().unwrap();
    let friend = Str { space: Space::Entities, start: 0, len: 1, atom: Atom::UNKNOWN };
    entities.set_fields("v".into(), vec![Value::Num(7), Value::Text(friend)], [(0, 2)]);
    entities
}

/// Adds a region of this code, with its frame and cost.
pub fn add_region(image: &mut Image, code: &[&str], result: &str) -> RegionId {
    let ops: Vec<Op> = code.iter().map(|line| Op::parse(line).unwrap_or_else(|| panic!("`{line}` is no operation"))).collect();
    let mut frame = 0;
    for op in &ops {
        op.registers(|access, reg| {
            assert!(matches!(access, Access::Read | Access::Write));
            frame = frame.max(reg.0 + 1);
        });
    }
    let start = u32::try_from(image.code.len()).unwrap();
    let cost = code_cost(&ops, start);
    image.code.extend(ops);
    image.regions.push(Region { start, end: u32::try_from(image.code.len()).unwrap(), frame, result: ty(result), cost });
    RegionId(u32::try_from(image.regions.len() - 1).unwrap())
}

/// Fills the slots of the bench.
pub fn step() -> StepData {
    let mut step = StepData::default();
    let system = [V::Text("t"), V::Num(0), V::Num(0), V::Text("main"), V::Num(0), V::Num(2), V::Bool(true), V::Text("text"), V::Absent];
    for value in system.iter().copied().chain(SLOTS.iter().map(|(_, v)| *v)) {
        let value = put(&mut step, value);
        step.slots.push(value);
    }
    step.slots.resize(30, Value::Absent);
    step.seal();
    step
}

fn put(step: &mut StepData, value: V) -> Value {
    let mut members = |values: &[V]| {
        let values: Vec<Value> = values.iter().map(|v| put(step, *v)).collect();
        let at = u32::try_from(step.cells.len()).unwrap();
        step.cells.extend(&values);
        Cells { space: Space::Scratch, at, len: u32::try_from(values.len()).unwrap() }
    };
    match value {
        V::Absent => Value::Absent,
        V::None => Value::None(NoValue { cause: Cause::MissingFact, place: Place(0) }),
        V::Bool(b) => Value::Bool(b),
        V::Num(n) => Value::Num(n),
        V::List(values) => Value::List(members(values)),
        V::Record(values) => Value::Record(members(values)),
        V::Map(values) => Value::Map(members(values)),
        V::Text(text) => {
            let start = u32::try_from(step.input.len()).unwrap();
            step.input.push_str(text);
            Value::Text(Str { space: Space::Input, start, len: u32::try_from(text.len()).unwrap(), atom: Atom::UNKNOWN })
        }
    }
}

/// Remembers notes.
#[derive(Default)]
pub struct Notes(pub Vec<String>);

impl Observer for Notes {
    fn note(&mut self, note: NoteId, value: Value, view: View<'_>) {
        let ty = view.image.image().note(note).unwrap().ty;
        self.0.push(format!("#{} {}", note.0, show(view, ty, value)));
    }
}

pub fn show(view: View<'_>, ty: TypeId, value: Value) -> String {
    match value {
        Value::None(NoValue { cause, place }) => format!("none {cause:?} @{}", place.0),
        value => quoted_text(view, ty, value),
    }
}

/// Runs region 0 of a verified image on a step; returns the result and the notes.
pub fn run(image: &VerifiedImage, step: &mut StepData, result: &str) -> (Result<String, Trap>, Vec<String>) {
    let context = ContextData { entities: Arc::new(entities()), ..ContextData::default() };
    let mut notes = Notes::default();
    let value = Machine::new().run(image, RegionId(0), step, &context, &(), &mut notes);
    let shown = value.map(|value| show(View { image, step, context: &context }, ty(result), value));
    (shown, notes.0)
}

/// Checks that code is verified, listed as it was written, encoded and read back, and has this result.
pub fn check(code: &[&str], result: &str, expected: &str) {
    let image = image(code, result);
    let listed: Vec<String> = image.code[..code.len()].iter().map(ToString::to_string).collect();
    assert_eq!(listed, code);
    assert_eq!(Image::decode(&image.encode()).as_ref(), Ok(&image));
    let given = image.clone();
    let image = image.verify().unwrap_or_else(|e| panic!("{code:#?}: {e}"));
    assert_eq!(image.to_image(), given);
    assert_eq!(run(&image, &mut step(), result).0.as_deref(), Ok(expected), "{code:#?}");
}

/// Checks that an image is refused with this code and a message that holds this text.
pub fn check_refused(image: Image, code: &str, message: &str) {
    let what = format!("{:?}", image.code);
    let error: ImageError = image.verify().expect_err(&what);
    assert!(error.code.number() == code && error.message.contains(message), "{error}\nexpected {code} {message}\n{what}");
}

/// Checks that code of region 0 is refused.
pub fn check_code_refused(code: &[&str], result: &str, number: &str, message: &str) {
    check_refused(image(code, result), number, message);
}
