//! Against a list of everything that was told.

use proptest::prelude::*;

use super::*;

mod bounds;
mod marks;
mod reference;

use reference::{Reference, Said, Session, What, shapes};

fn said(answer: Answer<'_, u32>) -> Said {
    match answer {
        Answer::Bool(value) => Said::Bool(value),
        Answer::Number(value) => Said::Number(value),
        Answer::Latest(value) => Said::Latest(value.copied()),
        Answer::None(Why::Unsure) => Said::Unsure,
        Answer::None(Why::Bound) => Said::Bound,
        Answer::None(Why::Overflow) => Said::Overflow,
    }
}

fn restored(tracker: &Tracker<u32>, shape: Shape, limits: Limits) -> Tracker<u32> {
    let bytes = postcard::to_stdvec(tracker).unwrap();
    let back: Tracker<u32> = postcard::from_bytes(&bytes).unwrap();
    assert!(back.is_sound(shape, limits));
    assert_eq!(postcard::to_stdvec(&back).unwrap(), bytes);
    assert_eq!((back.used.entries, back.used.bytes), (tracker.used.entries, tracker.used.bytes));
    back
}

/// Runs a session, asking after each step; gives every answer with what the list says.
fn run(shape: Shape, limits: Limits, session: &Session) -> Vec<(Said, Said)> {
    let mut tracker: Tracker<u32> = Tracker::new(shape, limits);
    let mut reference = Reference::new(shape);
    let mut answers = Vec::new();
    for (n, step) in session.steps.iter().enumerate() {
        let now = reference.now() + i128::from(step.later);
        let next = u64::try_from(n).unwrap() + 1;
        let at = At { pos: next.saturating_sub(step.back), time: now };
        let key = [step.key];
        match step.what {
            What::Certain { value } => {
                let id = u32::try_from(n).unwrap();
                match shape.fold {
                    Fold::Ever | Fold::Count { .. } => tracker.count(&key, at),
                    Fold::Sum => tracker.add(&key, at, value),
                    Fold::Latest => tracker.keep(&key, at, id, step.bytes),
                }
                reference.certain(step.key, at, value, id);
            }
            What::Unsure => {
                tracker.unsure(Some(&key), at);
                reference.unsure(Some(step.key), at);
            }
            What::UnsureOfKey => {
                tracker.unsure(None, at);
                reference.unsure(None, at);
            }
            What::Nothing => {}
            What::Restore => tracker = restored(&tracker, shape, limits),
        }
        let before = |back: Option<u64>| back.map(|back| next.saturating_sub(back));
        let since = Since { certain: before(step.certain), possible: before(step.possible) };
        let asked = reference.now() + i128::from(step.ask_later);
        answers.push((said(tracker.ask(&[step.ask_key], asked, since)), reference.ask(step.ask_key, asked, since)));
    }
    assert!(tracker.used.entries <= limits.entries && tracker.used.bytes <= limits.bytes && tracker.slots.len() <= limits.keys);
    answers
}

fn right_or_bound(answers: &[(Said, Said)]) {
    for (n, (is, should_be)) in answers.iter().enumerate() {
        assert!(is == should_be || *is == Said::Bound, "answer {n} is {is:?} and should be {should_be:?}");
    }
}

proptest! {
    #[test]
    fn answers_are_those_of_a_list(session in Session::any(5, 300)) {
        for shape in shapes(&session) {
            for (n, (is, should_be)) in run(shape, Limits::default(), &session).into_iter().enumerate() {
                prop_assert_eq!(is, should_be, "answer {} of {:?}", n, shape);
            }
        }
    }

    #[test]
    fn at_a_bound_an_answer_is_right_or_none(session in Session::any(300, 300), keys in 0..5_usize, entries in 0..20_usize, bytes in 0..30_usize) {
        for shape in shapes(&session) {
            right_or_bound(&run(shape, Limits { keys, entries, bytes }, &session));
        }
    }

    #[test]
    fn hostile_bytes_never_panic(session in Session::any(5, 40), at in any::<prop::sample::Index>(), byte in any::<u8>(), extra in any::<u8>()) {
        for shape in shapes(&session) {
            let mut tracker: Tracker<u32> = Tracker::new(shape, Limits::default());
            for (n, step) in session.steps.iter().enumerate() {
                let at = At { pos: 100 + u64::try_from(n).unwrap() - step.back, time: i128::try_from(n).unwrap() };
                tracker.count(&[step.key], at);
                tracker.add(&[step.key], at, 5);
                tracker.keep(&[step.key], at, 5, 1);
            }
            let mut saved = postcard::to_stdvec(&tracker).unwrap();
            for (n, new) in [(at.index(saved.len()), byte), (at.index(saved.len()) + 7, extra)] {
                if let Some(old) = saved.get_mut(n) {
                    *old = new;
                }
            }
            let Ok(mut back) = postcard::from_bytes::<Tracker<u32>>(&saved) else { continue };
            if back.is_sound(shape, Limits::default()) {
                back.ask(&[1], 50, Since { certain: Some(3), possible: Some(7) });
                back.count(&[1], At { pos: 3, time: 1000 });
                back.unsure(Some(&[1]), At { pos: 3, time: 1000 });
                back.ask(&[1], i128::MAX, Since::default());
            }
        }
    }
}

#[test]
fn long_sessions_give_all_kinds_of_answers() {
    let mut seen = std::collections::BTreeMap::new();
    for (session, limits) in [
        (Session::pseudo_random(1, 4000, 3), Limits::default()),
        (Session::pseudo_random(2, 4000, 90), Limits { keys: 3, entries: 40, bytes: 12 }),
        (Session::pseudo_random(3, 2000, 2), Limits { keys: 2, entries: 9, bytes: 400 }),
    ] {
        for shape in shapes(&session) {
            let answers = run(shape, limits, &session);
            right_or_bound(&answers);
            if limits == Limits::default() {
                assert!(answers.iter().all(|(is, should_be)| is == should_be));
            }
            for (is, _) in answers {
                let kind = match is {
                    Said::Bool(value) => format!("{value}"),
                    Said::Number(n) => format!("number{}", if n == 0 { " 0" } else { "" }),
                    Said::Latest(latest) => format!("latest {}", latest.is_some()),
                    Said::Unsure | Said::Bound | Said::Overflow => format!("{is:?}"),
                };
                let fold = match shape.fold {
                    Fold::Count { .. } => "Count".to_owned(),
                    fold => format!("{fold:?}"),
                };
                *seen.entry((fold, shape.over.is_some(), shape.since, kind)).or_insert(0) += 1;
            }
        }
    }
    for (over, since) in [(false, false), (false, true), (true, false), (true, true)] {
        for (fold, kinds) in [
            ("Ever", ["true", "false", "Unsure", "Bound"].as_slice()),
            ("Count", &["number 0", "number", "Unsure", "Bound"]),
            ("Sum", &["number 0", "number", "Unsure", "Bound", "Overflow"]),
            ("Latest", &["latest true", "latest false", "Unsure", "Bound"]),
        ] {
            for kind in kinds {
                assert!(seen.contains_key(&(fold.to_owned(), over, since, (*kind).to_owned())), "{fold} over {over} since {since} was never {kind}: {seen:?}");
            }
        }
    }
}
