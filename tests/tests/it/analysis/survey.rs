//! What a survey says of small bundles is what trying all of their steps shows.

use std::collections::{BTreeMap, BTreeSet};

use reach_analysis::{Condition, Constancy, Decided, Effect, Effort, Finding, Play, Played, Survey, survey, survey_with_tests};
use reach_compiler::ir::{Bundle, Effect as RuleEffect, Expr, ExprKind, Rule, Test, TestItem, Type};
use reach_harness::Replay;
use reach_tests::changes::Compared;
use reach_tests::generate::{Choices, SmallBundle, all_steps, contexts};

use super::{Count, check, number};

/// Returns a copy of a rule that is only reported.
fn watching(rule: &Rule, name: String) -> Rule {
    let mut rule = rule.clone();
    rule.name = name.into();
    rule.advisory = true;
    if rule.effect == RuleEffect::OtherwiseAsk {
        // Without a value it asks nobody.
        rule.effect = RuleEffect::Permit;
    }
    rule.obligations = Vec::new();
    rule.message = Vec::new();
    rule
}

fn truth(kind: ExprKind, span: reach_codes::Span) -> Expr {
    Expr { ty: Type::Bool, span, kind }
}

/// Returns what must not be false before a condition is looked at.
fn before(rule: &Rule, condition: &Condition) -> Vec<Expr> {
    let mut terms = Vec::new();
    let mut at = if condition.unless {
        terms.extend(rule.when.clone());
        rule.unless.as_ref().unwrap()
    } else {
        rule.when.as_ref().unwrap()
    };
    for number in &condition.path {
        let parts: Vec<Expr> = at.children().into_iter().cloned().collect();
        let not = |e: &Expr| truth(ExprKind::Not(Box::new(e.clone())), e.span);
        match &at.kind {
            ExprKind::And(_) => terms.extend_from_slice(&parts[..*number]),
            ExprKind::Or(_) => terms.extend(parts[..*number].iter().map(not)),
            _ => {}
        }
        at = at.children()[*number];
    }
    terms
}

/// Returns the conditions of a rule that have no parts: as the survey calls them.
fn conditions(index: usize, rule: &Rule) -> Vec<Condition> {
    fn walk(expr: &Expr, path: &mut Vec<usize>, found: &mut Vec<Vec<usize>>) {
        match &expr.kind {
            // Where a branch is looked at can't be asked of a rule: its test must be known, and not only not false.
            ExprKind::If(..) => {}
            ExprKind::And(_) | ExprKind::Or(_) | ExprKind::Not(_) => {
                for (number, part) in expr.children().into_iter().enumerate() {
                    path.push(number);
                    walk(part, path, found);
                    path.pop();
                }
            }
            ExprKind::Const(_) => {}
            _ => found.push(path.clone()),
        }
    }
    let mut all = Vec::new();
    for (unless, expr) in rule.when.iter().map(|e| (false, e)).chain(rule.unless.iter().map(|e| (true, e))) {
        let mut found = Vec::new();
        walk(expr, &mut Vec::new(), &mut found);
        all.extend(found.into_iter().map(|path| Condition { rule: index, unless, path }));
    }
    all
}

/// Tells whether a condition binds something.
fn binds(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Bind(..)) || expr.children().into_iter().any(binds)
}

/// What trying all steps shows of a rule.
#[derive(Clone, Debug, Default)]
struct Tried {
    matches: bool,
    decides: bool,
    matters: bool,
    /// Whether it ever forbids where no other rule does.
    alone: bool,
    /// Which of true, false and no value its conditions come to.
    parts: BTreeMap<Condition, [bool; 3]>,
}

/// What is decided of every step in every context.
fn play(of: &Bundle, small: &SmallBundle) -> Result<Vec<Decided>, String> {
    let played = Compared::of(of.clone())?;
    let steps = all_steps(small, small);
    let mut all = Vec::new();
    for context in contexts(small, small) {
        let events: Vec<String> = std::iter::once(&context).chain(&steps).cloned().collect();
        for played in played.replay.play(&events).into_iter().skip(1) {
            let Played::Decided(decided) = played else { return Err(format!("{played:?}")) };
            all.push(decided);
        }
    }
    Ok(all)
}

/// Tells whether two decisions do the same.
fn same(a: &Decided, b: &Decided) -> bool {
    let sorted = |d: &Decided| d.obligations.iter().cloned().collect::<BTreeSet<_>>();
    a.effect == b.effect && (a.effect == Effect::Forbid || (sorted(a) == sorted(b) && a.args == b.args))
}

/// Returns the bundle without some rules.
fn without(bundle: &Bundle, gone: &BTreeSet<usize>) -> Bundle {
    let mut bundle = bundle.clone();
    let mut at = 0;
    bundle.rules.retain(|_| {
        at += 1;
        !gone.contains(&(at - 1))
    });
    bundle
}

fn tried(bundle: &Bundle, small: &SmallBundle) -> Result<Vec<Tried>, String> {
    let all = play(bundle, small)?;
    let mut tried = vec![Tried::default(); bundle.rules.len()];
    for (index, rule) in bundle.rules.iter().enumerate() {
        // A part that reads what stands before it binds can't be asked alone.
        let binds = rule.when.iter().chain(&rule.unless).any(binds);
        let conditions = if binds { Vec::new() } else { conditions(index, rule) };
        let mut watched = bundle.clone();
        let mut at = index + 1;
        let mut insert = |rule: Rule| {
            watched.rules.insert(at, rule);
            at += 1;
        };
        insert(watching(rule, "<m>".to_owned()));
        for (number, condition) in conditions.iter().enumerate() {
            let part = condition.of(bundle).unwrap();
            let not = truth(ExprKind::Not(Box::new(part.clone())), part.span);
            let before = before(rule, condition);
            for (word, mut terms) in [("t", vec![part.clone()]), ("f", vec![not]), ("b", before)] {
                let mut watch = watching(rule, format!("<{word}{number}>"));
                // What has no value isn't false.
                watch.effect = if word == "b" { RuleEffect::Forbid } else { RuleEffect::Permit };
                watch.unless = None;
                watch.when = match terms.len() {
                    0 => None,
                    1 => terms.pop(),
                    _ => Some(truth(ExprKind::And(terms), part.span)),
                };
                insert(watch);
            }
        }
        let seen = play(&watched, small)?;
        let other = play(&without(bundle, &BTreeSet::from([index])), small)?;
        let of = &mut tried[index];
        for ((decided, seen), other) in all.iter().zip(&seen).zip(&other) {
            let has = |name: &str| seen.advisory.iter().any(|a| a == name);
            let matches = has("<m>");
            of.matches |= matches;
            let among = decided.rules.iter().any(|r| r.file.is_some() && r.rule == rule.name);
            of.decides |= among || (rule.effect == RuleEffect::Oblige && matches && decided.effect != Effect::Forbid);
            of.alone |= matches && among && decided.rules.len() == 1;
            of.matters |= !same(decided, other);
            for (number, condition) in conditions.iter().enumerate() {
                let [t, f, b] = ["t", "f", "b"].map(|word| has(&format!("<{word}{number}>")));
                let known = of.parts.entry(condition.clone()).or_default();
                known[0] |= b && t;
                known[1] |= b && f;
                known[2] |= b && !t && !f;
            }
        }
    }
    Ok(tried)
}

fn constancy([t, f, none]: [bool; 3]) -> Option<Constancy> {
    match (t, f, none) {
        (true, false, false) => Some(Constancy::True),
        (true, false, true) => Some(Constancy::NeverFalse),
        (false, true, false) => Some(Constancy::False),
        (false, _, true) => Some(Constancy::NeverTrue),
        _ => None,
    }
}

/// Says where a survey isn't what trying all steps shows.
fn agrees(bundle: &Bundle, small: &SmallBundle, tried: &[Tried], survey: &Survey) -> Result<(), String> {
    let unsettled: BTreeSet<usize> = survey.unsettled.iter().filter_map(|u| u.rule).collect();
    let shown = || format!("{survey:#?}\n{tried:#?}\n{}", small.source());
    let mut told = BTreeSet::new();
    let mut gone = BTreeSet::new();
    let mut constant = BTreeSet::new();
    for finding in &survey.findings {
        let (rule, so) = match finding {
            Finding::Unreachable { rule } => (*rule, !tried[*rule].matches),
            Finding::Shadowed { rule, .. } => (*rule, tried[*rule].matches && !tried[*rule].decides),
            Finding::Duplicate { rule, .. } | Finding::Redundant { rule, .. } => {
                gone.insert(*rule);
                (*rule, !tried[*rule].matters)
            }
            Finding::Idle { rule } => (*rule, !tried[*rule].matters && tried[*rule].alone),
            Finding::Constant { condition, is } => {
                constant.insert(condition.clone());
                let Some(values) = tried[condition.rule].parts.get(condition) else { continue };
                let [t, f, none] = *values;
                // Whether there may be no value needn't be told.
                let so = match is {
                    Constancy::True => t && !f && !none,
                    Constancy::False => f && !t && !none,
                    Constancy::NeverFalse => t && !f,
                    Constancy::NeverTrue => !t && (f || none),
                };
                if !so {
                    return Err(format!("{finding:?} is not so\n{}", shown()));
                }
                continue;
            }
            _ => continue,
        };
        if !so {
            return Err(format!("{finding:?} is not so\n{}", shown()));
        }
        if !told.insert(rule) {
            return Err(format!("two findings of one rule: {rule}\n{}", shown()));
        }
    }
    // All that is redundant can go at once, and then nothing more.
    let rest = without(bundle, &gone);
    let (with, less) = (play(bundle, small)?, play(&rest, small)?);
    if !with.iter().zip(&less).all(|(a, b)| same(a, b)) {
        return Err(format!("not all of {gone:?} can go at once\n{}", shown()));
    }
    for (rule, of) in tried.iter().enumerate() {
        if unsettled.contains(&rule) || bundle.rules[rule].advisory {
            continue;
        }
        let is_param = small.rules[rule].when.as_deref().is_some_and(|w| w.contains("true") || w.contains("false"))
            || small.rules[rule].unless.as_deref().is_some_and(|w| w.contains("true") || w.contains("false"));
        let nothing = !of.matches || !of.decides || !of.matters;
        let covers = survey.findings.iter().any(|f| matches!(f, Finding::Redundant { by, .. } if by.contains(&rule)))
            || survey.findings.iter().any(|f| matches!(f, Finding::Duplicate { of, .. } if *of == rule));
        if nothing && !told.contains(&rule) && !covers && !is_param {
            return Err(format!("rule {rule} is of no use, and it is not told\n{}", shown()));
        }
        if of.matches {
            for (condition, values) in &of.parts {
                if constancy(*values).is_some() && !constant.contains(condition) {
                    return Err(format!("{condition:?} is always so, and it is not told\n{}", shown()));
                }
            }
        }
    }
    Ok(())
}

/// Plays the tests of a bundle.
fn play_tests(bundle: &Bundle) -> Option<Box<dyn Play>> {
    Replay::pinned(bundle).ok().map(|replay| Box::new(replay) as Box<dyn Play>)
}

/// Returns a bundle with a test for each context: of all steps, or of one out of so many.
fn with_tests(bundle: &Bundle, small: &SmallBundle, every: usize) -> Bundle {
    let item = |event: &String| TestItem { event: event.clone(), expect: None, span: reach_codes::Span::default() };
    let steps = all_steps(small, small);
    let test = |context: &String| {
        let events = std::iter::once(context).chain(steps.iter().step_by(every));
        Test { name: "steps".to_owned(), entities: None, items: events.map(item).collect(), span: reach_codes::Span::default() }
    };
    Bundle { tests: contexts(small, small).iter().map(test).collect(), ..bundle.clone() }
}

#[test]
fn what_is_found_in_small_bundles_is_what_trying_all_steps_shows() {
    let [bundles, rules, found, unknown, open, settled] = [const { Count(std::sync::atomic::AtomicU64::new(0)) }; 6];
    let kinds = std::sync::Mutex::new(BTreeMap::<String, usize>::new());
    check(number("REACH_CASES", 600), 260, 62, |tape| {
        let small = SmallBundle::generate(&mut Choices::new(tape));
        let Ok(Compared { bundle, .. }) = Compared::new(&small.source()) else { return Ok(()) };
        let tried = tried(&bundle, &small)?;
        let survey = survey(&bundle, &Effort::default());
        bundles.add(1);
        rules.add(bundle.rules.len());
        found.add(survey.findings.len());
        for finding in &survey.findings {
            let word = format!("{finding:?}").split(' ').next().unwrap_or_default().to_owned();
            *kinds.lock().unwrap().entry(word).or_default() += 1;
        }
        let unsettled: BTreeSet<usize> = survey.unsettled.iter().filter_map(|u| u.rule).collect();
        if small.may_be_left_open("") {
            open.add(unsettled.len())
        } else {
            unknown.add(unsettled.len())
        }
        agrees(&bundle, &small, &tried, &survey)?;
        // Tests of some steps, and of all: what they show is so, and no more is unknown.
        let first = tape.first().copied().map_or(1, |n| usize::from(n % 5 + 1));
        for every in [first, 1] {
            let tested = with_tests(&bundle, &small, every);
            let shown = survey_with_tests(&tested, &play_tests, &Effort::default());
            agrees(&bundle, &small, &tried, &shown)?;
            if shown.unsettled.len() > survey.unsettled.len() {
                return Err(format!("with tests more is unknown\n{survey:#?}\n{shown:#?}\n{}", small.source()));
            }
            settled.add(survey.unsettled.len() - shown.unsettled.len());
        }
        Ok(())
    });
    println!(
        "{} bundles of {} rules: {} findings {:?}; rules of which something is unknown {}, with products or lists {}; tests settle {}",
        bundles.get(),
        rules.get(),
        found.get(),
        kinds.lock().unwrap(),
        unknown.get(),
        open.get(),
        settled.get()
    );
}

#[test]
fn the_shipped_policies_have_no_rule_that_is_proved_to_be_of_no_use() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies");
    let mut open = Vec::new();
    for name in ["banking", "coding-agent", "mail", "support", "database", "web", "agents/banking", "agents/dailylife", "agents/slack"] {
        let mut files: Vec<_> =
            std::fs::read_dir(root.join(name)).unwrap().map(|e| e.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "reach")).collect();
        files.sort();
        let texts: Vec<(String, String)> =
            files.iter().map(|f| (f.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(f).unwrap())).collect();
        let bundle = reach_tests::subject::compile_files(texts.iter().map(|(n, t)| (n.as_str(), t.as_str()))).unwrap();
        let mut found = survey(&bundle, &Effort::default()).findings;
        let tested = survey_with_tests(&bundle, &play_tests, &Effort::default());
        assert!(found.iter().all(|f| tested.findings.contains(f)), "{name}: with tests less is proved: {found:?} {:?}", tested.findings);
        let left: Vec<&str> = tested.unsettled.iter().filter_map(|u| Some(bundle.rules.get(u.rule?)?.name.as_str())).collect();
        open.extend(left.into_iter().map(|rule| format!("{name}: {rule}")));
        // Without a value a permit doesn't match: such a part says where there must be one.
        found.retain(|f| !matches!(f, Finding::Constant { is: Constancy::NeverFalse | Constancy::NeverTrue, .. } | Finding::Idle { .. }));
        assert_eq!(found, [], "{name}");
    }
    // Of no use as far as anybody knows, beside others that forbid or ask alike, and not proved to be.
    assert_eq!(open, ["coding-agent: download_and_run", "mail: many_outside", "mail: empty_address", "web: inside"]);
}
