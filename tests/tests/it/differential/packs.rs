//! A bundle that is split into a pack and its user decides as it did whole.

use std::cell::Cell;

use reach_codes::{FileId, Sources};
use reach_compiler::{Bundle, Limits, Pack};
use reach_engine::{Decision, Options, Outcome, Session};
use reach_grammar::ast::DeclKind;
use reach_tests::generate::{Allowed, Choices, Driver, Mix, Told, generate_session_bundle};
use reach_tests::subject::{Subject, decide};

use super::check;
use super::metamorphic::{Shown, show};
use super::sessions::tapes;

/// The name of the pack, and what stands before the names that it declares.
const PACK: &str = "some.pack";
const BEFORE: &str = "some.pack.";

/// Splits a source: rules that name nothing but steps stay, every other of them; all else becomes a pack. Returns how many rules stay.
fn split(source: &str) -> (Bundle, usize) {
    let parsed = reach_grammar::parse(FileId(0), source, &Limits::default());
    let text = |span: reach_codes::Span| &source[span.start as usize..span.end as usize];
    let mut taken: Vec<&str> = Vec::new();
    for decl in &parsed.file.decls {
        match &decl.kind {
            DeclKind::Label(labels) => taken.extend(labels.iter().map(|label| label.text.as_str())),
            DeclKind::Type(of) => taken.push(&of.name.text),
            DeclKind::Let(of) | DeclKind::Param(of) => taken.push(&of.name.text),
            DeclKind::Fn(of) => taken.push(&of.signature.name.text),
            DeclKind::Class(of) => taken.push(&of.name.text),
            DeclKind::Budget(of) => taken.push(&of.name.text),
            _ => {}
        }
    }
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let names_some = |text: &str| text.split(|c| !is_word(c)).any(|word| taken.contains(&word));
    let (mut pack, mut own, mut stay) = (String::new(), format!("use {PACK}\n\n"), 0);
    for (number, decl) in parsed.file.decls.iter().enumerate() {
        let is_free = matches!(decl.kind, DeclKind::Rule(_)) && !names_some(text(decl.span));
        let to = if is_free && number % 2 == 0 {
            stay += 1;
            &mut own
        } else {
            &mut pack
        };
        to.push_str(text(decl.span));
        to.push_str("\n\n");
    }
    let file = |name: &str, text: String| {
        let mut sources = Sources::new();
        sources.add(name, text);
        sources
    };
    let pack = Pack { name: PACK.to_owned(), version: "1.0.0".to_owned(), digest: None, sources: file("rules.reach", pack) };
    (Bundle { sources: file("bundle.reach", own), packs: vec![pack] }, stay)
}

fn compiled(bundle: Bundle) -> Result<Subject, String> {
    let built = reach_compiler::build(bundle).map_err(|(sources, all)| reach_codes::render::text(&sources, &all, false))?;
    let bytes = built.image.to_image().encode();
    let read = reach_evaluator::image::Image::decode(&bytes).map_err(|e| format!("{e}"))?;
    let again = reach_compiler::build(Bundle::of_image(&read)).map_err(|_| "what the image holds does not compile again".to_owned())?;
    if again.image.to_image().encode() != bytes {
        return Err("what the image holds makes another image".to_owned());
    }
    Ok(Subject { bundle: built.bundle, bytes, image: std::sync::Arc::new(built.image) })
}

/// What is shown of a decision, with the names of the whole and in no order: own rules stand before those of a pack.
fn alike(decision: &Decision) -> Shown {
    let mut shown = show(decision).sorted();
    let own = |name: &mut String| *name = name.replace(BEFORE, "");
    shown.rules.iter_mut().chain(&mut shown.advisory).for_each(|(name, _)| own(name));
    shown.errors.iter_mut().chain(&mut shown.obligations).for_each(own);
    shown.sorted()
}

#[test]
fn a_split_bundle_decides_its_steps_as_the_whole_does() {
    let (stayed, moved) = (Cell::new(0), Cell::new(0));
    check(150, 40, 30, |case| {
        let generated = case.bundle();
        let whole = super::subject(&generated.source())?;
        let (split, stay) = split(&generated.source());
        stayed.set(stayed.get() + stay);
        moved.set(moved.get() + whole.bundle.rules.len() - stay);
        let apart = compiled(split)?;
        if apart.bundle.rules.len() != whole.bundle.rules.len() {
            return Err("a rule got lost".to_owned());
        }
        let (mut one, mut two) = (whole.session(), apart.session());
        for event in case.events(&generated) {
            let (a, b) = (decide(&mut one, &event), decide(&mut two, &event));
            let (a, b) = (a.as_ref().map(alike), b.as_ref().map(alike));
            if a != b {
                return Err(format!("whole\n  {a:?}\nsplit\n  {b:?}\nat {event}"));
            }
        }
        Ok(())
    });
    assert!(stayed.get() >= 50 && moved.get() >= 200, "{} rules stayed, {} moved", stayed.get(), moved.get());
}

/// Says what budgets are charged by the names that they have in the pack.
fn charged_to_pack(line: &str) -> String {
    let mut event: serde_json::Value = match serde_json::from_str(line) {
        Ok(event) => event,
        Err(_) => return line.to_owned(),
    };
    let Some(charges) = event.get_mut("charges").and_then(serde_json::Value::as_object_mut) else { return line.to_owned() };
    *charges = charges.iter().map(|(name, amount)| (format!("{BEFORE}{name}"), amount.clone())).collect();
    event.to_string()
}

#[test]
fn a_split_bundle_decides_sessions_as_the_whole_does() {
    let (decisions, stayed) = (Cell::new(0), Cell::new(0));
    tapes(150, 100, 31, |tape, events| {
        let source = generate_session_bundle(&mut Choices::new(tape), &Allowed::ALL);
        let whole = Subject::new([("generated.reach", source.as_str())])?;
        let (split, stay) = split(&source);
        stayed.set(stayed.get() + stay);
        let apart = compiled(split).map_err(|why| format!("{why}\n\n{source}"))?;
        let (mut one, mut two) = (whole.session(), apart.session());
        let mut driver = Driver::new(Mix { bad: 25, children: 40, over: 2 });
        for (number, tape) in events.iter().enumerate() {
            let line = driver.next(&mut Choices::new(tape));
            let (a, b) = (one.event(&line), two.event(&charged_to_pack(&line)));
            match (&a, &b) {
                (Outcome::Decision(a), Outcome::Decision(b)) => {
                    decisions.set(decisions.get() + 1);
                    if alike(a) != alike(b) {
                        return Err(format!("whole\n  {:?}\nsplit\n  {:?}\nat {line}\n\n{source}", alike(a), alike(b)));
                    }
                    let told = match a.effect {
                        reach_engine::Effect::Permit => Told::Permitted,
                        reach_engine::Effect::Ask => Told::Asked,
                        reach_engine::Effect::Forbid => Told::Forbidden,
                    };
                    driver.told(&a.id, told);
                }
                (a, b) if std::mem::discriminant(a) == std::mem::discriminant(b) => {}
                (a, b) => return Err(format!("whole\n  {a:?}\nsplit\n  {b:?}\nat {line}\n\n{source}")),
            }
            // A saved state knows monitors and budgets by what they are, with the pack's name.
            if number % 17 == 16 {
                two = Session::restore(std::sync::Arc::clone(&apart.image), Options::default(), &two.save()).map_err(|why| format!("{why}\n\n{source}"))?;
            }
        }
        Ok(())
    });
    assert!(decisions.get() >= 4_000 && stayed.get() >= 20, "{} decisions, {} rules stayed", decisions.get(), stayed.get());
}
