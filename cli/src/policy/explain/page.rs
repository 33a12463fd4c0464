//! An explanation as a page.

use maud::{Markup, html};
use reach_compiler::ir::Bundle;
use reach_engine::{AdvisoryEffect, Condition, ConditionKind, Effect, Explanation, Obligation, RuleExplanation, Truth};
use reach_harness::reasons::{Change, Found, Reasons, RuleReason, effect_word};

use super::Explained;
use crate::page::{self, Entry, Line, Page, Shown, Tone, listing, tag};

/// Returns the page.
pub fn page(explained: &Explained, bundle: Option<&Bundle>) -> String {
    let explanation = &explained.explanation;
    let mut contents = vec![Entry::new("decision", "Decision")];
    if let Some(reasons) = &explained.reasons {
        contents.push(Entry::new("why", "Why"));
        contents.extend(reasons.why_not.iter().map(|why_not| Entry::new("why-not", format!("Why not {}", why_not.wanted.word()))));
        contents.push(Entry::new("change", "What would change it"));
    }
    if !explanation.rules.is_empty() {
        let below = explanation.rules.iter().map(|rule| Entry::new(page::id("rule", &rule.rule), rule.rule.as_str())).collect();
        contents.push(Entry { id: "rules".to_owned(), words: "Rules".to_owned(), below });
    }
    let body = html! {
        h2 #decision { "Decision" }
        (decision(explanation))
        @if let Some(recorded) = &explained.recorded { p { (Shown(recorded.text().trim())) } }
        @match (&explained.reasons, &explained.no_reasons) {
            (Some(reasons), _) => (self::reasons(reasons)),
            (None, Some(why)) => p.quiet { "Why is not told, since " (Shown(why)) "." },
            (None, None) => {},
        }
        @if !explanation.rules.is_empty() {
            h2 #rules { "Rules" }
            p.quiet { "Every rule that was looked at, with each condition that the engine reached." }
            @for rule in &explanation.rules { (self::rule(rule, bundle)) }
        }
    };
    let title = title(&explanation.step);
    Page { kind: "Explanation", title: &title, contents: &contents, find: explanation.rules.len() > 8, body }.html()
}

/// The longest title, in characters.
const LONGEST: usize = 100;

fn title(step: &str) -> String {
    match step.char_indices().nth(LONGEST) {
        _ if step.is_empty() => "a step that can't be read".to_owned(),
        Some((end, _)) => format!("{}…", step.get(..end).unwrap_or_default()),
        None => step.to_owned(),
    }
}

/// Returns a sentence in which what stands between backticks is code.
fn prose(sentence: &str) -> Markup {
    html! { @for (number, part) in sentence.split('`').enumerate() { @if number % 2 == 1 { code { (Shown(part)) } } @else { (Shown(part)) } } }
}

const fn tone(effect: Effect) -> Tone {
    match effect {
        Effect::Permit => Tone::Good,
        Effect::Ask => Tone::Mid,
        Effect::Forbid => Tone::Bad,
    }
}

const fn tone_of_rule(effect: AdvisoryEffect) -> Tone {
    match effect {
        AdvisoryEffect::Permit => Tone::Good,
        AdvisoryEffect::Ask | AdvisoryEffect::OtherwiseAsk => Tone::Mid,
        AdvisoryEffect::Forbid => Tone::Bad,
        AdvisoryEffect::Oblige => Tone::Plain,
    }
}

fn decision(explanation: &Explanation) -> Markup {
    let decision = &explanation.decision;
    html! {
        p { (tag(tone(decision.effect), decision.effect.word())) " " code { (Shown(&explanation.step)) } }
        ul {
            @for reason in &decision.rules {
                li {
                    @if let (Some(file), Some(line)) = (&reason.file, reason.line) {
                        "by " a href={ "#" (page::id("rule", &reason.rule)) } { (Shown(&reason.rule)) } " " (place(file, line))
                    } @else {
                        "by " b { (Shown(&reason.rule)) }
                    }
                    @if let Some(message) = reason.message.as_ref().filter(|_| reason.problems.is_empty()) { ": " (Shown(message)) }
                    @if let Some(by) = &reason.approved_by { " (" (Shown(by)) " agreed)" }
                    @if !reason.problems.is_empty() {
                        ul { @for p in &reason.problems { li { code { (Shown(&p.pointer)) } " expected " (Shown(&p.expected)) ", got " (Shown(&p.actual)) } } }
                    }
                }
            }
            @for obligation in &decision.obligations { li { "with " (Shown(&said(obligation))) } }
            @if let Some(args) = &decision.args { li { "use " code { (Shown(args.get())) } } }
        }
        @if !decision.advisory.is_empty() {
            p.quiet { "Advisory: " @for reason in &decision.advisory { (Shown(&reason.reason.rule)) " would " (effect_word(reason.effect)) ". " } }
        }
    }
}

fn said(obligation: &Obligation) -> String {
    // What goes with a decision has texts and JSON alone, which can always be written.
    reach_harness::witness::obligation(&serde_json::to_string(obligation).unwrap_or_default())
}

fn place(file: &str, line: u32) -> Markup {
    html! { span.quiet.mono { (Shown(file)) ":" (line) } }
}

fn reasons(reasons: &Reasons) -> Markup {
    html! {
        h2 #why { "Why" }
        p { (prose(&reasons.why.sentence())) "." }
        @for rule in &reasons.why.rules { (reason(rule)) }
        @if let Some(why_not) = &reasons.why_not {
            h2 #why-not { "Why not " (why_not.wanted.word()) }
            p { (Shown(&why_not.sentence())) "." }
            @for rule in why_not.nearest.iter().chain(&why_not.in_the_way) { (reason(rule)) }
        }
        h2 #change { "What would change it" }
        @for change in &reasons.changes { (self::change(change)) }
    }
}

fn reason(rule: &RuleReason) -> Markup {
    html! {
        div {
            p {
                (tag(tone_of_rule(rule.effect), effect_word(rule.effect))) " "
                a href={ "#" (page::id("rule", &rule.rule)) } { (Shown(&rule.rule)) } " " (place(&rule.file, rule.line)) " " (rule.does())
            }
            ul.tree { @for condition in &rule.conditions { li { (self::condition(condition)) } } }
        }
    }
}

fn change(change: &Change) -> Markup {
    html! {
        p { (tag(tone(change.effect), change.effect.word())) " " (prose(&change.sentence())) }
        @if change.found == Found::Found {
            div.wide { table {
                tr { th { "value" } th { "becomes" } th { "was" } }
                @for value in &change.values {
                    @let (from, to) = value.shown();
                    tr { td.mono { (Shown(&value.value)) } td.mono { (Shown(&to)) } td.mono.quiet { (Shown(&from)) } }
                }
            } }
            @if let Some(event) = &change.event { details { summary { "The changed step" } (page::copied(event)) } }
        }
    }
}

fn rule(rule: &RuleExplanation, bundle: Option<&Bundle>) -> Markup {
    html! {
        section data-find {
            h3 #(page::id("rule", &rule.rule)) data-stop tabindex="-1" {
                (tag(tone_of_rule(rule.effect), effect_word(rule.effect))) " " (Shown(&rule.rule)) " " (place(&rule.file, rule.line))
                @if rule.advisory { " " (tag(Tone::Plain, "advisory")) }
            }
            p { (prose(&rule.why)) "." }
            @if !rule.conditions.is_empty() { ul.tree { @for condition in &rule.conditions { (tree(condition)) } } }
            @if let Some(source) = bundle.and_then(|b| source(rule, b)) { details { summary { "Source" } (source) } }
        }
    }
}

/// Returns the source of a rule.
fn source(rule: &RuleExplanation, bundle: &Bundle) -> Option<Markup> {
    let span = bundle.rules.iter().find(|r| r.name == rule.rule)?.span;
    let source = bundle.sources.get(span.file)?;
    let (first, last) = (source.position(span.start).line as usize, source.position(span.end).line as usize);
    let lines = (first..=last).filter_map(|number| Some((number, source.text.get(source.line_range(number - 1)?)?.trim_end())));
    let about = |number: usize| conditions_at(&rule.conditions, &rule.file, number);
    let lines = lines.map(|(number, text)| {
        let tone = match about(number) {
            Some(Truth::True) => Tone::Good,
            Some(Truth::False) => Tone::Bad,
            Some(Truth::None) => Tone::Mid,
            None => Tone::Plain,
        };
        Line { number, tone, mark: html! {}, text }
    });
    Some(listing(&page::id("source", &rule.rule), lines))
}

/// Returns what the narrowest condition that begins on a line came to.
fn conditions_at(conditions: &[Condition], file: &str, line: usize) -> Option<Truth> {
    conditions.iter().find_map(|c| conditions_at(&c.terms, file, line).or_else(|| (c.file == file && c.line as usize == line).then_some(c.value)))
}

/// Returns a condition with what is below it. Recurses as deep as expressions are nested.
fn tree(condition: &Condition) -> Markup {
    html! {
        li {
            @if condition.terms.is_empty() {
                (self::condition(condition))
            } @else {
                details open {
                    summary { (head(condition)) }
                    (details(condition))
                    ul { @for term in &condition.terms { (tree(term)) } }
                }
            }
        }
    }
}

fn condition(condition: &Condition) -> Markup {
    html! { (head(condition)) (details(condition)) }
}

fn head(condition: &Condition) -> Markup {
    let (tone, word) = match condition.value {
        Truth::True => (Tone::Good, "true"),
        Truth::False => (Tone::Bad, "false"),
        Truth::None => (Tone::Mid, "no value"),
    };
    let kind = match condition.kind {
        ConditionKind::When => "when ",
        ConditionKind::Unless => "unless ",
        ConditionKind::Term => "",
    };
    html! { (tag(tone, word)) " " (kind) code { (Shown(&condition.source)) } " " (place(&condition.file, condition.line)) }
}

/// Returns what stands behind the value of a condition.
fn details(condition: &Condition) -> Markup {
    html! {
        @let lines = condition.details();
        @if !lines.is_empty() {
            div.quiet.mono {
                @for (below, line) in lines { div { @for _ in 0..below { "\u{2003}" } (Shown(&line)) } }
            }
        }
    }
}
