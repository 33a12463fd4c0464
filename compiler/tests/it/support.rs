//! What the tests share: one narrow way in.

use reach_codes::{Diagnostic, Sources};
use reach_compiler::ir::{Bundle, Expr, ExprKind, Monitor};
use reach_compiler::{Compiled, Limits, compile};

pub fn compiled(text: &str) -> Compiled {
    let mut sources = Sources::new();
    sources.add("policy.reach", text);
    compile(sources, &Limits::default())
}

/// Returns the names of the codes of a file, in order.
pub fn codes(text: &str) -> Vec<&'static str> {
    compiled(text).diagnostics.iter().map(|d| d.code.name()).collect()
}

/// Checks that a file gives no message at all, means something, and that what it means runs.
#[track_caller]
pub fn accepts(text: &str) -> Bundle {
    let compiled = compiled(text);
    let shown = shown(&compiled.sources, &compiled.diagnostics);
    assert!(compiled.diagnostics.is_empty(), "{text}\n{shown}");
    let bundle = compiled.bundle.unwrap_or_else(|| panic!("{text}\nno bundle and no message"));
    let image = reach_compiler::lower(&bundle).unwrap_or_else(|d| panic!("{text}\n{d:?}"));
    if let Err(defect) = image.verify() {
        panic!("{text}\n{defect:?}");
    }
    bundle
}

/// Checks that a file gives just these codes.
#[track_caller]
pub fn refuses(text: &str, wanted: &[&str]) {
    let compiled = compiled(text);
    let shown = shown(&compiled.sources, &compiled.diagnostics);
    assert_eq!(codes(text), wanted, "{text}\n{shown}");
    assert!(compiled.bundle.is_none(), "{text}");
}

pub fn shown(sources: &Sources, diagnostics: &[Diagnostic]) -> String {
    reach_codes::render::text(sources, diagnostics, false)
}

pub fn when<'b>(bundle: &'b Bundle, rule: &str) -> &'b Expr {
    bundle.rules.iter().find(|r| r.name == rule).and_then(|r| r.when.as_ref()).unwrap_or_else(|| panic!("no rule {rule}"))
}

/// Returns what the only message about a text says.
#[track_caller]
pub fn said(text: &str) -> String {
    let compiled = compiled(text);
    let [only] = compiled.diagnostics.as_slice() else { panic!("{text}\n{}", shown(&compiled.sources, &compiled.diagnostics)) };
    format!("{}: {}; {}", only.code.name(), only.message, only.help.as_deref().unwrap_or("no help"))
}

/// Writes an expression in a short form: names of operations around places.
pub fn short(expr: &Expr) -> String {
    let json = serde_json::to_value(expr).unwrap_or_else(|e| panic!("{e}"));
    fn write(v: &serde_json::Value) -> String {
        match v {
            serde_json::Value::Object(o) => match (o.get("op"), o.get("of")) {
                (Some(op), Some(of)) => format!("{}({})", write(op), write(of)),
                (Some(op), None) => write(op),
                _ => o.iter().map(|(k, v)| format!("{k}:{}", write(v))).collect::<Vec<_>>().join(" "),
            },
            serde_json::Value::Array(items) => items.iter().map(write).collect::<Vec<_>>().join(", "),
            serde_json::Value::String(s) => s.clone(),
            other => other.to_string(),
        }
    }
    write(&json)
}

/// Returns the only monitor of a bundle, and the operands with which it is asked.
#[track_caller]
pub fn only(bundle: &Bundle) -> (&Monitor, Vec<String>) {
    fn find<'e>(e: &'e Expr, out: &mut Vec<&'e [Expr]>) {
        if let ExprKind::History(_, operands) = &e.kind {
            out.push(operands);
        }
        e.children().into_iter().for_each(|c| find(c, out));
    }
    let [monitor] = bundle.monitors.as_slice() else { panic!("{:?}", bundle.monitors) };
    let mut found = Vec::new();
    for rule in &bundle.rules {
        rule.when.iter().chain(&rule.unless).for_each(|e| find(e, &mut found));
    }
    (monitor, found[0].iter().map(short).collect())
}
