//! Every construct that works is used by some policy that ships, so that a reader can find an example of it.

use reach_codes::Sources;
use reach_compiler::{Limits, compile};

use super::bundles;

/// What each construct looks like in the debug form of a syntax tree.
const CONSTRUCTS: &[(&str, &str)] = &[
    ("tool", "kind: Tool(Tool {"),
    ("class", "kind: Class(Signature {"),
    ("is class(…)", "classes: [ClassUse {"),
    ("model", "kind: Model(Signature {"),
    ("resource", "kind: Resource(Resource {"),
    ("context", "kind: Context([Field {"),
    ("type", "kind: Type(TypeAlias {"),
    ("let", "kind: Let(Let {"),
    ("param", "kind: Param(Let {"),
    ("label", "kind: Label(["),
    ("fn", "kind: Fn(Function {"),
    ("fixture", "kind: Fixture(Fixture {"),
    ("facts", "facts: [Field {"),
    ("pinned", "pinned: Some("),
    ("documentation", "docs: [\""),
    ("a quoted name", "quoted: true"),
    ("list", "kind: Generic(Name { text: \"list\""),
    ("set", "kind: Generic(Name { text: \"set\""),
    ("map", "kind: Generic(Name { text: \"map\""),
    ("list from text", "kind: ListFromText("),
    ("enum", "kind: Enum(["),
    ("record", "kind: Record([Field {"),
    ("optional", "kind: Optional("),
    ("refinement", "kind: Refined("),
    ("bool", "kind: Named(Name { text: \"bool\""),
    ("int", "kind: Named(Name { text: \"int\""),
    ("decimal", "kind: Named(Name { text: \"decimal\""),
    ("text", "kind: Named(Name { text: \"text\""),
    ("time", "kind: Named(Name { text: \"time\""),
    ("date", "kind: Named(Name { text: \"date\""),
    ("duration", "kind: Named(Name { text: \"duration\""),
    ("path", "kind: Named(Name { text: \"path\""),
    ("email", "kind: Named(Name { text: \"email\""),
    ("any", "kind: Named(Name { text: \"any\""),
    ("permit", "word: Permit"),
    ("ask", "word: Ask"),
    ("forbid", "word: Forbid"),
    ("otherwise ask", "word: OtherwiseAsk"),
    ("oblige", "word: Oblige"),
    ("when", "when: Some("),
    ("unless", "unless: Some("),
    ("because", "because: Some(Message"),
    ("a path in a message", "Path(Expr {"),
    ("*", "kind: All }"),
    ("a kind alone", "kind: Kind(Name { text: \"say\""),
    ("undeclared", "kind: Kind(Name { text: \"undeclared\""),
    ("a kind with names", "kind: Named { kind: Some("),
    ("a prefix", "kind: Prefix {"),
    ("a glob of resources", "kind: Glob {"),
    ("set obligation", "kind: Set { path:"),
    ("redact matching", "kind: Redact { path:"),
    ("notify", "kind: Notify("),
    ("require", "kind: Require("),
    ("example", "RuleExample {"),
    ("counterexample", "counter: true"),
    ("@severity", "name: Name { text: \"severity\""),
    ("@owner", "name: Name { text: \"owner\""),
    ("@advisory", "name: Name { text: \"advisory\""),
    ("@reference", "name: Name { text: \"reference\""),
    ("true or false", "kind: Bool("),
    ("a number", "kind: Number("),
    ("a text", "kind: Text("),
    ("a duration", "kind: Duration("),
    ("a date", "kind: Date("),
    ("a time", "kind: Time("),
    ("re", "kind: Regex"),
    ("glob", "kind: Glob, text"),
    ("a field", "[Field(Name"),
    ("an index", "Index("),
    ("length", "kind: Call(Name { text: \"length\""),
    ("lower", "kind: Call(Name { text: \"lower\""),
    ("min", "kind: Call(Name { text: \"min\""),
    ("max", "kind: Call(Name { text: \"max\""),
    ("abs", "kind: Call(Name { text: \"abs\""),
    ("all", "Quantifier { word: All"),
    ("any of", "Quantifier { word: Any"),
    ("count", "Quantifier { word: Count"),
    ("sum", "Quantifier { word: Sum"),
    ("a list", "kind: List(["),
    ("a set", "kind: Set(["),
    ("a record value", "kind: Record([Binding {"),
    ("negation", "kind: Negate("),
    ("not", "kind: Not("),
    ("and", "kind: And(["),
    ("or", "kind: Or(["),
    ("+", "(Add, Expr"),
    ("-", "(Subtract, Expr"),
    ("product", "kind: Product(["),
    ("else", "kind: Else(["),
    ("if", "kind: If("),
    ("==", "Compare(Eq"),
    ("!=", "Compare(Ne"),
    ("<", "Compare(Lt"),
    ("<=", "Compare(Le"),
    (">", "Compare(Gt"),
    (">=", "Compare(Ge"),
    ("in", "Compare(In,"),
    ("not in", "Compare(NotIn"),
    ("contains", "Compare(Contains"),
    ("within", "Compare(Within"),
    ("has", "kind: Has("),
    ("as", "kind: As("),
    ("matches", "nocase: false"),
    ("matches nocase", "nocase: true"),
    ("a table of tests", "table: Some("),
    ("row.effect", "effect: Expr"),
    ("from fixture", "from: Some("),
    ("context in a test", "kind: Context([Binding {"),
    ("prompt", "kind: Prompt("),
    ("a call", "kind: Name { text: \"call\""),
    ("a model call", "kind: Name { text: \"model\""),
    ("a read", "kind: Name { text: \"read\""),
    ("a say", "kind: Name { text: \"say\""),
    ("facts in a step", "facts: [Binding {"),
    ("definition", "definition: Some("),
    ("result", "Result { of: None"),
    ("result of", "Result { of: Some("),
    ("fails", "Fails {"),
    ("after", "kind: After("),
    ("at", "kind: At("),
    ("a named step", "alias: Some("),
    ("by in a test", "by: [Name {"),
    ("because in a test", "because: Some(TextLit"),
    ("arguments as used", "args: Some(["),
    ("every part of a path", "text: \"extension\""),
    ("name of a path", "[Field(Name { text: \"file\""),
    ("step.at", "text: \"at\""),
    ("step.name", "Name { text: \"step\""),
];

#[test]
fn every_construct_that_works_is_used_by_some_policy() {
    let mut trees = String::new();
    for (_, files) in bundles() {
        let mut sources = Sources::new();
        for (name, text) in &files {
            sources.add(name.as_str(), text.as_str());
        }
        for file in compile(sources, &Limits::default()).files {
            trees.push_str(&format!("{:?}", file.decls));
        }
    }
    // Places would stand between what belongs together.
    let trees = without_spans(&trees);
    let missing: Vec<&str> = CONSTRUCTS.iter().filter(|(_, form)| !trees.contains(form)).map(|(name, _)| *name).collect();
    assert!(missing.is_empty(), "no policy uses: {missing:?}");
}

/// The debug form without `span: Span { … }, ` and without bare spans.
fn without_spans(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("Span { file: ") {
        let before = &rest[..at];
        let before = ["effect_span: ", "word_span: ", "span: "].iter().find_map(|p| before.strip_suffix(p)).unwrap_or(before);
        out.push_str(before);
        let end = at + rest[at..].find(" }").unwrap() + 2;
        rest = rest[end..].strip_prefix(", ").unwrap_or(&rest[end..]);
    }
    out.push_str(rest);
    out
}
