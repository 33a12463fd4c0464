//! What a change looks like in the source: before and after, for people.

use reach_codes::{Sources, Span};
use reach_compiler::ir::{Const, Expr, ExprKind, Type};
use reach_values::{decimal, time};

use crate::site::Site;

/// Text in place of other text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// By what.
    pub text: String,
}

/// How a change is shown.
#[derive(Clone, Debug)]
pub(crate) enum Written {
    /// As edits of the source: whoever makes them has the mutant.
    Edits(Vec<Edit>),
    /// In words behind what is changed, since it is written elsewhere, or in too many places.
    Words(String),
}

impl Written {
    /// An edit where the place is known, else words.
    pub fn edit_or(span: Option<Span>, text: impl Into<String>, words: impl Into<String>) -> Self {
        match span {
            Some(span) => Self::Edits(vec![Edit { span, text: text.into() }]),
            None => Self::Words(words.into()),
        }
    }
}

/// Before and after.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shown {
    pub place: Span,
    pub before: String,
    pub after: String,
}

/// How many bytes are shown around a change.
const AROUND: usize = 60;
/// How many bytes are shown at most.
const SHOWN: usize = 200;

/// Shows a change at a site: with the condition around it.
pub(crate) fn shown(site: &Site<'_>, written: &Written) -> Shown {
    let sources = &site.bundle.sources;
    match written {
        Written::Words(words) => {
            let place = site.expr.span;
            let hull = condition_around(site, place);
            let before = shorten(sources.text(hull));
            // Beside several conditions it must be said which one is meant.
            let own = if hull == place || words.contains('`') { String::new() } else { format!("`{}` ", shorten(sources.text(place))) };
            Shown { place, after: format!("{before} {own}{words}"), before }
        }
        Written::Edits(edits) => {
            let place = hull(edits).unwrap_or(site.expr.span);
            edited(sources, condition_around(site, place), edits)
        }
    }
}

/// Shows edits with what stands around them.
pub(crate) fn edited(sources: &Sources, around: Span, edits: &[Edit]) -> Shown {
    let place = hull(edits).unwrap_or(around);
    let whole = if covers(around, place) { around } else { place };
    let around = window(sources, whole, place);
    let Some(source) = sources.get(around.file) else { return Shown::default() };
    let [open, close] = [if around.start > whole.start { "… " } else { "" }, if around.end < whole.end { " …" } else { "" }];
    let cut = |text: &str| format!("{}{}{}", open, one_line(text), close);
    let piece = |from: u32, to: u32| source.text.get(from as usize..to as usize).unwrap_or_default();
    let (mut after, mut at) = (String::new(), around.start);
    for edit in edits.iter().filter(|e| covers(around, e.span)) {
        after.push_str(piece(at, edit.span.start));
        after.push_str(&edit.text);
        at = edit.span.end;
    }
    after.push_str(piece(at, around.end));
    Shown { place, before: cut(piece(around.start, around.end)), after: cut(&after) }
}

/// Returns the part of a long text around a change, from one blank to another.
fn window(sources: &Sources, around: Span, place: Span) -> Span {
    let Some(source) = sources.get(around.file) else { return around };
    if (around.end - around.start) as usize <= SHOWN {
        return around;
    }
    let text = &source.text;
    let from = (place.start as usize).saturating_sub(AROUND).max(around.start as usize);
    let to = (place.end as usize).saturating_add(AROUND).min(around.end as usize);
    let is_blank = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_whitespace);
    // A blank is a whole character, so that the text may be cut there.
    let start = if from == around.start as usize { from } else { (from..place.start as usize).find(|at| is_blank(*at)).unwrap_or(place.start as usize) };
    let end = if to == around.end as usize { to } else { (place.end as usize..=to).rev().find(|at| is_blank(*at)).unwrap_or(place.end as usize) };
    Span::new(around.file, u32::try_from(start).unwrap_or(around.start), u32::try_from(end).unwrap_or(around.end))
}

/// Returns the smallest condition at or around a site that has a place in it.
fn condition_around(site: &Site<'_>, place: Span) -> Span {
    // A constant alone says nothing.
    let is_constant = matches!(site.expr.kind, ExprKind::Const(_)) && !site.parents.is_empty();
    let here = [site.expr];
    let mut outwards = here.iter().skip(usize::from(is_constant)).chain(site.parents.iter().rev());
    outwards.find(|expr| expr.ty == Type::Bool && covers(expr.span, place)).map_or(place, |expr| expr.span)
}

/// Returns whether one place has another one in it.
pub(crate) fn covers(outer: Span, inner: Span) -> bool {
    outer.file == inner.file && outer.start <= inner.start && inner.end <= outer.end
}

fn hull(edits: &[Edit]) -> Option<Span> {
    let first = edits.first()?.span;
    Some(edits.iter().fold(first, |hull, edit| Span::new(hull.file, hull.start.min(edit.span.start), hull.end.max(edit.span.end))))
}

/// Puts a text on one line.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Puts a text on one line that is not too long.
pub(crate) fn shorten(text: &str) -> String {
    let mut line = one_line(text);
    if line.len() > SHOWN {
        let at = (0..=SHOWN).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0);
        line.truncate(at);
        line.push_str(" …");
    }
    line
}

/// Returns the place between two expressions, the first of which ends before the second.
pub(crate) fn between(a: Span, b: Span) -> Option<Span> {
    (a.file == b.file && a.end <= b.start).then(|| Span::new(a.file, a.end, b.start))
}

/// Returns the place of a word or sign that stands just once in a stretch of the source.
pub(crate) fn token(sources: &Sources, within: Span, token: &str) -> Option<Span> {
    let text = sources.text(within);
    if text.contains("//") {
        return None;
    }
    let word = token.starts_with(|c: char| c.is_ascii_alphabetic());
    let mut found = None;
    for (at, _) in text.match_indices(token) {
        let bytes = text.as_bytes();
        let (before, after) = (at.checked_sub(1).and_then(|at| bytes.get(at)), bytes.get(at + token.len()));
        let joined = |byte: Option<&u8>| byte.is_some_and(|b| if word { b.is_ascii_alphanumeric() || *b == b'_' || *b == b'.' } else { b"<>=!".contains(b) });
        if joined(before) || joined(after) {
            continue;
        }
        if found.replace(at).is_some() {
            return None;
        }
    }
    let start = within.start + u32::try_from(found?).ok()?;
    Some(Span::new(within.file, start, start + u32::try_from(token.len()).ok()?))
}

/// Returns the place of an expression with the brackets around it, as far as those lie in another one.
pub(crate) fn bracketed(sources: &Sources, expr: &Expr, within: Span) -> Span {
    let mut span = expr.span;
    let Some(source) = sources.get(span.file) else { return span };
    if !covers(within, span) {
        return span;
    }
    loop {
        let before = source.text.get(within.start as usize..span.start as usize).unwrap_or_default().trim_end();
        let after = source.text.get(span.end as usize..within.end as usize).unwrap_or_default();
        let trimmed = after.trim_start();
        if !before.ends_with('(') || !trimmed.starts_with(')') {
            return span;
        }
        let (Ok(open), Ok(close)) = (u32::try_from(before.len() - 1), u32::try_from(after.len() - trimmed.len() + 1)) else { return span };
        span = Span::new(span.file, within.start + open, span.end + close);
    }
}

/// Writes a constant as policies do; none where no literal says it.
pub(crate) fn literal(value: &Const, ty: &Type) -> Option<String> {
    Some(match (value, ty) {
        (Const::Absent, _) | (Const::Map(_) | Const::Record(_), _) => return None,
        (value, Type::Optional(of)) => literal(value, of)?,
        (Const::Bool(truth), _) => truth.to_string(),
        (Const::Num(n), Type::Int) => n.to_string(),
        (Const::Num(n), Type::Decimal) => decimal::format(*n),
        (Const::Num(n), Type::Time) => time::format_time(*n),
        (Const::Num(n), Type::Date) => time::format_date(*n),
        (Const::Num(n), Type::Duration) => time::format_duration(*n),
        (Const::Num(n), Type::Enum(members)) => {
            let member = members.get(usize::try_from(*n).ok()?)?;
            if reach_grammar::is_word(member) { member.clone() } else { reach_grammar::quoted(member) }
        }
        (Const::Text(text), _) => reach_grammar::quoted(text),
        (Const::Num(_) | Const::List(_), _) => return None,
    })
}
