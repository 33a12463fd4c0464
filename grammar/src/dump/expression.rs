//! Expressions and patterns.

use super::sexp::{Sexp, atom, list};
use super::{name, names, tagged, text};
use crate::ast::{
    AddOp, Binding, CommandPattern, CompareOp, EventPattern, Expr, ExprKind, History, HistoryWord, Link, Message, MessagePart, Pattern, PatternKind,
    ProvenanceSource, Quantifier, QuantifierWord, Target, TargetKind,
};

pub(super) fn expr(e: &Expr) -> Sexp {
    match &e.kind {
        ExprKind::Bool(value) => atom(value.to_string()),
        ExprKind::Number(digits) => atom(digits.clone()),
        ExprKind::Text(value) => text(value),
        ExprKind::Duration(raw) | ExprKind::Date(raw) | ExprKind::Time(raw) => atom(raw.clone()),
        ExprKind::Tagged(word, value) => list(vec![name(word), text(value)]),
        ExprKind::Pattern(p) => pattern(p),
        ExprKind::Name(n) => name(n),
        ExprKind::Chain(chain) => {
            let mut all = vec![expr(&chain.base)];
            all.extend(chain.links.iter().map(|link| match link {
                Link::Field(field) => tagged(".", vec![name(field)]),
                Link::Index(key, _) => tagged("[]", vec![expr(key)]),
            }));
            tagged("path", all)
        }
        ExprKind::Call(n, arguments) => tagged("call", [name(n)].into_iter().chain(arguments.iter().map(expr)).collect()),
        ExprKind::Quantifier(q) => quantifier(q),
        ExprKind::History(h) => history(h),
        ExprKind::List(all) => tagged("list", exprs(all)),
        ExprKind::Set(all) => tagged("set", exprs(all)),
        ExprKind::Record(all) => tagged("record", bindings(all)),
        ExprKind::Negate(inner) => tagged("negate", vec![expr(inner)]),
        ExprKind::Not(inner) => tagged("not", vec![expr(inner)]),
        ExprKind::And(all) => tagged("and", exprs(all)),
        ExprKind::Or(all) => tagged("or", exprs(all)),
        ExprKind::Sum(first, rest) => {
            let mut all = vec![expr(first)];
            for (op, term) in rest {
                all.push(atom(if *op == AddOp::Add { "+" } else { "-" }));
                all.push(expr(term));
            }
            tagged("sum", all)
        }
        ExprKind::Product(all) => tagged("*", exprs(all)),
        ExprKind::Else(all) => tagged("else", exprs(all)),
        ExprKind::If(condition, then, other) => tagged("if", vec![expr(condition), expr(then), expr(other)]),
        ExprKind::Compare(op, _, sides) => tagged(compare_word(*op), sides.iter().map(expr).collect()),
        ExprKind::Has(it) => tagged("has", vec![expr(&it.value), name(&it.name)]),
        ExprKind::As(it) => tagged("as", vec![expr(&it.value), name(&it.name)]),
        ExprKind::Matches { value, nocase, pattern } => tagged(if *nocase { "matches-nocase" } else { "matches" }, vec![expr(value), expr(pattern)]),
        ExprKind::From(value, from) => tagged("from", vec![expr(value), source(from)]),
        ExprKind::NamedBy(it) => tagged("named-by", vec![expr(&it.value), name(&it.name)]),
        ExprKind::RunsOnly(value, commands) => tagged("runs-only", vec![expr(value), command_pattern(commands)]),
        ExprKind::MayRun(value, commands) => tagged("may-run", vec![expr(value), command_pattern(commands)]),
        ExprKind::MayTouch(value, what) => tagged("may-touch", vec![expr(value), expr(what)]),
        ExprKind::MayWrite(value, what) => tagged("may-write", vec![expr(value), expr(what)]),
        ExprKind::ReadsOnly(value, what) => tagged("reads-only", vec![expr(value), expr(what)]),
        ExprKind::Error => atom("error"),
    }
}

pub(super) fn exprs(all: &[Expr]) -> Vec<Sexp> {
    all.iter().map(expr).collect()
}

pub(super) fn bindings(all: &[Binding]) -> Vec<Sexp> {
    all.iter().map(|b| list(vec![name(&b.name), expr(&b.value)])).collect()
}

pub(super) fn pattern(p: &Pattern) -> Sexp {
    list(vec![atom(if p.kind == PatternKind::Glob { "glob" } else { "re" }), text(&p.text)])
}

fn compare_word(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Eq => "==",
        CompareOp::Ne => "!=",
        CompareOp::Lt => "<",
        CompareOp::Le => "<=",
        CompareOp::Gt => ">",
        CompareOp::Ge => ">=",
        CompareOp::In => "in",
        CompareOp::NotIn => "not-in",
        CompareOp::Contains => "contains",
        CompareOp::Within => "within",
    }
}

fn command_pattern(commands: &CommandPattern) -> Sexp {
    match commands {
        CommandPattern::Set(set) => expr(set),
        CommandPattern::Where(variable, condition) => tagged("where", vec![name(variable), expr(condition)]),
    }
}

fn source(from: &ProvenanceSource) -> Sexp {
    match from {
        ProvenanceSource::Name(n) => name(n),
        ProvenanceSource::ResultsOf(_, all) => tagged("results-of", targets(all)),
        ProvenanceSource::Pattern(p) => event_pattern(p),
        ProvenanceSource::PartOf(part, p) => tagged("part", vec![list(names(part)), event_pattern(p)]),
    }
}

fn quantifier(q: &Quantifier) -> Sexp {
    let word = match q.word {
        QuantifierWord::All => "all",
        QuantifierWord::Any => "any",
        QuantifierWord::Count => "count-of",
        QuantifierWord::Sum => "sum-of",
    };
    tagged(word, vec![name(&q.variable), expr(&q.list), expr(&q.body)])
}

fn history(h: &History) -> Sexp {
    let word = match h.word {
        HistoryWord::Ever => "ever",
        HistoryWord::Count => "count-events",
        HistoryWord::Sum => "sum-events",
        HistoryWord::Latest => "latest",
    };
    tagged(word, h.value.iter().map(expr).chain([event_pattern(&h.pattern)]).collect())
}

pub(super) fn event_pattern(p: &EventPattern) -> Sexp {
    let mut parts: Vec<Sexp> = p.qualifier.iter().map(name).collect();
    parts.push(name(&p.kind));
    parts.extend(targets(&p.names));
    parts.extend(p.each.iter().map(|n| tagged("each", vec![name(n)])));
    parts.extend(p.condition.iter().map(|e| tagged("where", vec![expr(e)])));
    parts.extend(p.over.iter().map(|e| tagged("over", vec![expr(e)])));
    if p.per_agent {
        parts.push(list(vec![atom("per-agent")]));
    }
    parts.extend(p.since.iter().map(|since| tagged("since", vec![event_pattern(since)])));
    tagged("events", parts)
}

pub(super) fn targets(all: &[Target]) -> Vec<Sexp> {
    all.iter().map(target).collect()
}

pub(super) fn target(t: &Target) -> Sexp {
    let of_kind = |kind: &Option<Box<crate::ast::Name>>, what: Sexp| match kind {
        Some(kind) => tagged("of-kind", vec![name(kind), what]),
        None => what,
    };
    match &t.kind {
        TargetKind::All => atom("*"),
        TargetKind::Kind(kind) => tagged("kind", vec![name(kind)]),
        TargetKind::Named { kind, name: n } => of_kind(kind, name(n)),
        TargetKind::Prefix { kind, prefix } => of_kind(kind, atom(format!("{}*", prefix.text))),
        TargetKind::Glob { kind, pattern: p } => of_kind(kind, pattern(p)),
    }
}

pub(super) fn message(m: &Message) -> Sexp {
    tagged(
        "message",
        m.parts
            .iter()
            .map(|part| match part {
                MessagePart::Text(t) => text(t),
                MessagePart::Path(path) => expr(path),
            })
            .collect(),
    )
}
